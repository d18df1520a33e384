/* Contextual rules of identifiers: one live assignment of a unique value, else a recorded
 * conflict; near misses. */
#include <string.h>

#include "core/base/assert.h"
#include "core/ledger/decide.h"
#include "core/model/catalog.h"
#include "core/model/standing.h"

/* --- loading --------------------------------------------------------------------------------- */

static pat_status load_scheme(pat_decide *decide, const char *name, uint32_t version) {
  pat_state_key key = pat_state_key_version(PAT_STATE_SCHEME_VERSION, name, version);
  ProtobufCMessage *found = NULL;
  pat_status status = pat_record_get(decide->view, pat_state_ledger_key(&key),
                                     &patina__identifier_scheme__descriptor, decide->arena, &found);
  PAT_REQUIRE_AT(!pat_is_rule(status, PAT_RULE_LEDGER_ABSENT), SCHEME_UNKNOWN, decide->err, 0,
                 "scheme");
  PAT_TRY(status);
  decide->scheme = (const Patina__IdentifierScheme *)found;
  return PAT_OK;
}

/* Normalises the disclosed value and proves its subject; once over all rounds of the plan. */
static pat_status prove_value(pat_decide *decide) {
  if (!decide->memo->proved) {
    const Patina__Value *value = pat_decide_value(decide, 0);
    PAT_REQUIRE_AT(value->value_case == PATINA__VALUE__VALUE_TEXT, IDENTIFIER_TEXT, decide->err, 0,
                   "value");
    PAT_TRY(pat_identifier_normalise(decide->scheme, pat_span_text(value->text),
                                     &decide->memo->value, decide->err));
    pat_identifier_name name = {decide->scheme->name, decide->scheme->version, decide->scope,
                                &decide->memo->value};
    PAT_TRY(pat_identifier_prove(decide->ledger->vrf_secret, &name, &decide->memo->proof));
    decide->memo->proved = true;
  }
  decide->decision->identifier_proofs[0] = decide->memo->proof;
  decide->decision->identifier_count = 1;
  return PAT_OK;
}

static pat_status load_identifier(pat_decide *decide) {
  pat_state_key key =
      pat_state_key_of(PAT_STATE_IDENTIFIER, pat_hash_span(&decide->memo->proof.key));
  ProtobufCMessage *found = NULL;
  pat_status status = pat_record_get(decide->view, pat_state_ledger_key(&key),
                                     &patina__identifier_record__descriptor, decide->arena, &found);
  decide->identifier = NULL;
  if (pat_is_rule(status, PAT_RULE_LEDGER_ABSENT)) return PAT_OK;
  PAT_TRY(status);
  decide->identifier = (Patina__IdentifierRecord *)found;
  PAT_REQUIRE(decide->identifier->history != NULL, LEDGER_RECORD);
  return PAT_OK;
}

static pat_status prepare(pat_decide *decide, ProtobufCBinaryData asset, const char *scheme,
                          uint32_t version) {
  PAT_TRY(load_scheme(decide, scheme, version));
  PAT_TRY(pat_identifier_scope_check(decide->scheme, decide->scope, decide->err));
  PAT_TRY(prove_value(decide));
  decide->visibilities[0] = (uint32_t)decide->scheme->visibility;
  PAT_TRY(pat_decide_load_asset(decide, asset));
  return load_identifier(decide);
}

static pat_status assigned_prepare(pat_decide *decide) {
  const Patina__IdentifierAssigned *body = decide->message->identifier_assigned;
  decide->scope = body->scope;
  return prepare(decide, body->asset, body->scheme, body->scheme_version);
}

static pat_status released_prepare(pat_decide *decide) {
  const Patina__IdentifierReleased *body = decide->message->identifier_released;
  decide->scope = body->scope;
  return prepare(decide, body->asset, body->scheme, body->scheme_version);
}

/* --- assignment ------------------------------------------------------------------------------ */

static bool is_live(const Patina__AssignmentSpan *span) {
  return span->release_case == PATINA__ASSIGNMENT_SPAN__RELEASE__NOT_SET;
}

static bool is_mine(const pat_decide *decide, const Patina__AssignmentSpan *span) {
  return pat_span_equal(pat_decide_span(span->asset), decide->asset_id);
}

/* What earlier assignments of the value mean for this one. */
typedef struct {
  bool live_here;
  bool live_elsewhere;
  bool once_elsewhere; /* assigned to another asset, and released */
} earlier_use;

static earlier_use look_back(const pat_decide *decide) {
  earlier_use use = {false, false, false};
  if (decide->identifier == NULL) return use;
  const Patina__IdentifierHistory *history = decide->identifier->history;
  for (size_t i = 0; i < history->n_spans; i++) {
    bool mine = is_mine(decide, history->spans[i]);
    bool live = is_live(history->spans[i]);
    use.live_here = use.live_here || (mine && live);
    use.live_elsewhere = use.live_elsewhere || (!mine && live);
    use.once_elsewhere = use.once_elsewhere || (!mine && !live);
  }
  return use;
}

static pat_status check_latest_version(pat_decide *decide) {
  pat_state_key key = pat_state_key_of(PAT_STATE_SCHEME, pat_span_text(decide->scheme->name));
  ProtobufCMessage *found = NULL;
  PAT_TRY(pat_record_get(decide->view, pat_state_ledger_key(&key),
                         &patina__version_record__descriptor, decide->arena, &found));
  uint32_t latest = ((const Patina__VersionRecord *)found)->version;
  PAT_REQUIRE_AT(decide->scheme->version == latest, IDENTIFIER_SCHEME_VERSION, decide->err, 0,
                 "scheme_version");
  return PAT_OK;
}

/* Giving a value that another asset once held to a new one is a grave act where the scheme says
 * so. */
static pat_status check_reassignment(pat_decide *decide, const earlier_use *use) {
  bool weak = decide->scheme->uniqueness == PATINA__UNIQUENESS__UNIQUENESS_WEAK;
  if (!use->once_elsewhere || weak || decide->scheme->reassign_threshold <= 1) return PAT_OK;
  size_t entitled = pat_standing_count(decide->source_pointers, decide->submission->signer_count,
                                       decide->kind_policy->roles, decide->kind_policy->n_roles);
  PAT_REQUIRE_AT(entitled >= decide->scheme->reassign_threshold, IDENTIFIER_REASSIGN, decide->err,
                 0, "signers");
  return PAT_OK;
}

static pat_status check_capacity(pat_decide *decide) {
  PAT_REQUIRE_AT(decide->asset->n_identifiers < PAT_ASSET_IDENTIFIERS_MAX, ASSET_IDENTIFIERS,
                 decide->err, 0, "asset");
  if (decide->identifier == NULL) return PAT_OK;
  PAT_REQUIRE_AT(decide->identifier->history->n_spans < PAT_IDENTIFIER_SPANS_MAX, IDENTIFIER_SPANS,
                 decide->err, 0, "value");
  return PAT_OK;
}

/* The recorded values near this one under one variant; adds them to the warning. */
static pat_status add_near(pat_decide *decide, const pat_identifier *variant,
                           pat_warning *warning) {
  pat_hash hash = pat_near_key(decide->scheme->name, decide->scope,
                               pat_span_make(variant->text, variant->size));
  pat_ledger_key key = {PAT_LEDGER_NEAR, pat_hash_span(&hash)};
  ProtobufCMessage *found = NULL;
  pat_status status =
      pat_record_get(decide->view, key, &patina__near_record__descriptor, decide->arena, &found);
  if (pat_is_rule(status, PAT_RULE_LEDGER_ABSENT)) return PAT_OK;
  PAT_TRY(status);
  const Patina__NearRecord *record = (const Patina__NearRecord *)found;
  for (size_t i = 0; i < record->n_values; i++) {
    pat_identifier other = {.size = strlen(record->values[i]->value)};
    PAT_REQUIRE(other.size <= PAT_IDENTIFIER_BYTES_MAX, LEDGER_RECORD);
    pat_span_copy(other.text, sizeof other.text, pat_span_text(record->values[i]->value));
    if (!pat_identifier_near(&decide->memo->value, &other)) continue;
    bool known = false;
    for (size_t j = 0; j < warning->value_count; j++) {
      known = known || strcmp(warning->values[j], record->values[i]->value) == 0;
    }
    if (known || warning->value_count == sizeof warning->values / sizeof warning->values[0]) {
      continue;
    }
    warning->values[warning->value_count] = record->values[i]->value;
    warning->value_count++;
  }
  return PAT_OK;
}

/* Near misses are told to writers with standing only: a stranger could fish for serials with
 * them. All variants are asked before a need is reported, so that one round fetches them all. */
static pat_status warn_near(pat_decide *decide) {
  if (!decide->scheme->near_miss || !decide->entitled) return PAT_OK;
  pat_warning near = {.id = "identifier.near-miss"};
  pat_status first_failure = PAT_OK;
  for (size_t i = 0; i < pat_identifier_variant_count(&decide->memo->value); i++) {
    pat_identifier variant;
    pat_identifier_variant(&decide->memo->value, i, &variant);
    pat_status status = add_near(decide, &variant, &near);
    if (pat_is_ok(first_failure)) first_failure = status;
  }
  PAT_TRY(first_failure);
  if (near.value_count == 0) return PAT_OK;
  pat_warning *warning = pat_decide_warn(decide, near.id);
  if (warning != NULL) *warning = near;
  return PAT_OK;
}

static void warn_check_digit(pat_decide *decide) {
  if (decide->scheme->validation != PATINA__VALIDATION__VALIDATION_VIN17) return;
  pat_vin_check_digit digit = PAT_VIN_CHECK_DIGIT_MATCHES;
  pat_span vin = pat_span_make(decide->memo->value.text, decide->memo->value.size);
  pat_status status = pat_vin_check(vin, &digit, NULL);
  if (pat_is_ok(status) && digit == PAT_VIN_CHECK_DIGIT_NOT_APPLICABLE) {
    (void)pat_decide_warn(decide, "vin.check-digit-not-applicable");
  }
}

static pat_status assigned_check(pat_decide *decide) {
  PAT_TRY(check_latest_version(decide));
  const Patina__IdentifierScheme *scheme = decide->scheme;
  bool fits = scheme->n_classes == 0 ||
              pat_roles_contain(scheme->classes, scheme->n_classes, decide->class_name);
  PAT_REQUIRE_AT(fits, IDENTIFIER_CLASS, decide->err, 0, "scheme");
  PAT_TRY(pat_decide_roles(decide, scheme->roles, scheme->n_roles, "scheme"));
  earlier_use use = look_back(decide);
  PAT_REQUIRE_AT(!use.live_here, IDENTIFIER_ASSIGNED_BEFORE, decide->err, 0, "value");
  PAT_TRY(check_reassignment(decide, &use));
  PAT_TRY(check_capacity(decide));
  bool weak = scheme->uniqueness == PATINA__UNIQUENESS__UNIQUENESS_WEAK;
  if (use.live_elsewhere && !weak) (void)pat_decide_warn(decide, "identifier.conflict");
  warn_check_digit(decide);
  return warn_near(decide);
}

static pat_status put_identifier(pat_decide *decide, const Patina__IdentifierHistory *history) {
  Patina__IdentifierRecord record = PATINA__IDENTIFIER_RECORD__INIT;
  record.history = (Patina__IdentifierHistory *)(uintptr_t)history;
  pat_state_key key =
      pat_state_key_of(PAT_STATE_IDENTIFIER, pat_hash_span(&decide->memo->proof.key));
  return pat_record_put(decide->view, pat_state_ledger_key(&key), &record.base, decide->arena);
}

static pat_status write_span(pat_decide *decide) {
  const pat_hash *sha256 = &decide->submission->statement.sha256;
  Patina__AssignmentSpan span = PATINA__ASSIGNMENT_SPAN__INIT;
  span.asset = decide->message->identifier_assigned->asset;
  span.assigned_index = decide->index;
  span.assignment = (ProtobufCBinaryData){PAT_HASH_BYTES, (uint8_t *)(uintptr_t)sha256->bytes};
  Patina__AssignmentSpan *pointer = &span;
  Patina__IdentifierHistory history = PATINA__IDENTIFIER_HISTORY__INIT;
  if (decide->identifier != NULL) history = *decide->identifier->history;
  history.key = (ProtobufCBinaryData){PAT_HASH_BYTES, (uint8_t *)decide->memo->proof.key.bytes};
  history.scheme = decide->scheme->name;
  history.uniqueness = decide->scheme->uniqueness;
  history.spans =
      pat_decide_append(decide->arena, history.spans, history.n_spans, sizeof pointer, &pointer);
  PAT_REQUIRE(history.spans != NULL, LIMIT_MEMORY);
  history.n_spans++;
  return put_identifier(decide, &history);
}

/* The asset remembers every identifier it ever had, once. */
static pat_status write_asset_identifier(pat_decide *decide) {
  Patina__AssetRecord *asset = decide->asset;
  pat_span key = pat_hash_span(&decide->memo->proof.key);
  for (size_t i = 0; i < asset->n_identifiers; i++) {
    if (pat_span_equal(pat_decide_span(asset->identifiers[i]), key)) return PAT_OK;
  }
  ProtobufCBinaryData item = {PAT_HASH_BYTES, decide->memo->proof.key.bytes};
  asset->identifiers = pat_decide_append(decide->arena, asset->identifiers, asset->n_identifiers,
                                         sizeof item, &item);
  PAT_REQUIRE(asset->identifiers != NULL, LIMIT_MEMORY);
  asset->n_identifiers++;
  pat_state_key state_key = pat_state_key_of(PAT_STATE_ASSET, decide->asset_id);
  return pat_record_put(decide->view, pat_state_ledger_key(&state_key), &asset->base,
                        decide->arena);
}

static pat_status write_near_variant(pat_decide *decide, const pat_identifier *variant) {
  pat_hash hash = pat_near_key(decide->scheme->name, decide->scope,
                               pat_span_make(variant->text, variant->size));
  pat_ledger_key key = {PAT_LEDGER_NEAR, pat_hash_span(&hash)};
  ProtobufCMessage *found = NULL;
  pat_status status =
      pat_record_get(decide->view, key, &patina__near_record__descriptor, decide->arena, &found);
  Patina__NearRecord empty = PATINA__NEAR_RECORD__INIT;
  Patina__NearRecord *record = &empty;
  if (pat_is_ok(status)) record = (Patina__NearRecord *)found;
  if (!pat_is_ok(status) && !pat_is_rule(status, PAT_RULE_LEDGER_ABSENT)) return status;
  for (size_t i = 0; i < record->n_values; i++) {
    if (strcmp(record->values[i]->value, decide->memo->value.text) == 0) return PAT_OK;
  }
  /* Past this many the warning is no help any more; the record must not grow without end. */
  if (record->n_values >= PAT_NEAR_VALUES_MAX) return PAT_OK;
  Patina__NearValue value = PATINA__NEAR_VALUE__INIT;
  value.value = decide->memo->value.text;
  value.key = (ProtobufCBinaryData){PAT_HASH_BYTES, decide->memo->proof.key.bytes};
  Patina__NearValue *pointer = &value;
  record->values =
      pat_decide_append(decide->arena, record->values, record->n_values, sizeof pointer, &pointer);
  PAT_REQUIRE(record->values != NULL, LIMIT_MEMORY);
  record->n_values++;
  return pat_record_put(decide->view, key, &record->base, decide->arena);
}

/* Asks the view for every variant, so that their needs are known before anything is written. */
static pat_status touch_near(pat_decide *decide) {
  if (!decide->scheme->near_miss) return PAT_OK;
  pat_status first_failure = PAT_OK;
  for (size_t i = 0; i < pat_identifier_variant_count(&decide->memo->value); i++) {
    pat_identifier variant;
    pat_identifier_variant(&decide->memo->value, i, &variant);
    pat_hash hash = pat_near_key(decide->scheme->name, decide->scope,
                                 pat_span_make(variant.text, variant.size));
    pat_span ignored;
    pat_ledger_key key = {PAT_LEDGER_NEAR, pat_hash_span(&hash)};
    pat_status status = pat_view_get(decide->view, key, &ignored);
    bool failed = !pat_is_ok(status) && !pat_is_rule(status, PAT_RULE_LEDGER_ABSENT);
    if (failed && pat_is_ok(first_failure)) first_failure = status;
  }
  return first_failure;
}

static pat_status assigned_check_all(pat_decide *decide) {
  PAT_TRY(assigned_check(decide));
  return touch_near(decide);
}

static pat_status assigned_write(pat_decide *decide) {
  PAT_TRY(write_span(decide));
  PAT_TRY(write_asset_identifier(decide));
  if (!decide->scheme->near_miss) return PAT_OK;
  for (size_t i = 0; i < pat_identifier_variant_count(&decide->memo->value); i++) {
    pat_identifier variant;
    pat_identifier_variant(&decide->memo->value, i, &variant);
    PAT_TRY(write_near_variant(decide, &variant));
  }
  return PAT_OK;
}

const pat_rules pat_rules__identifier_assigned = {PAT_KIND_IDENTIFIER_ASSIGNED, assigned_prepare,
                                                  assigned_check_all, assigned_write};

/* --- release --------------------------------------------------------------------------------- */

static Patina__AssignmentSpan *find_assignment(const pat_decide *decide,
                                               ProtobufCBinaryData assignment) {
  if (decide->identifier == NULL) return NULL;
  const Patina__IdentifierHistory *history = decide->identifier->history;
  for (size_t i = 0; i < history->n_spans; i++) {
    bool same =
        pat_span_equal(pat_decide_span(history->spans[i]->assignment), pat_decide_span(assignment));
    if (same && is_mine(decide, history->spans[i])) return history->spans[i];
  }
  return NULL;
}

static pat_status released_check(pat_decide *decide) {
  const Patina__IdentifierScheme *scheme = decide->scheme;
  PAT_TRY(pat_decide_roles(decide, scheme->roles, scheme->n_roles, "scheme"));
  const Patina__AssignmentSpan *span =
      find_assignment(decide, decide->message->identifier_released->assignment);
  PAT_REQUIRE_AT(span != NULL, IDENTIFIER_NOT_ASSIGNED, decide->err, 0, "assignment");
  PAT_REQUIRE_AT(is_live(span), IDENTIFIER_RELEASED_BEFORE, decide->err, 0, "assignment");
  return PAT_OK;
}

static pat_status released_write(pat_decide *decide) {
  Patina__AssignmentSpan *span =
      find_assignment(decide, decide->message->identifier_released->assignment);
  PAT_ASSERT(span != NULL);
  span->release_case = PATINA__ASSIGNMENT_SPAN__RELEASE_RELEASED_INDEX;
  span->released_index = decide->index;
  return put_identifier(decide, decide->identifier->history);
}

const pat_rules pat_rules__identifier_released = {PAT_KIND_IDENTIFIER_RELEASED, released_prepare,
                                                  released_check, released_write};
