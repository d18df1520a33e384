/* Contextual rules of identifiers: one live assignment of a unique value, else a recorded
 * conflict. */
#include <string.h>

#include "core/base/assert.h"
#include "core/ledger/decide.h"
#include "core/model/catalog.h"
#include "core/model/standing.h"

/* --- loading --------------------------------------------------------------------------------- */

static void ask(pat_decide *decide, const char *scheme, uint32_t version) {
  pat_state_key key = pat_state_key_version(PAT_STATE_SCHEME_VERSION, scheme, version);
  pat_decide_ask(decide, pat_state_ledger_key(&key));
  pat_decide_ask_state(decide, PAT_STATE_SCHEME, pat_span_text(scheme));
}

static void assigned_ask(pat_decide *decide) {
  const Patina__IdentifierAssigned *body = decide->message->identifier_assigned;
  ask(decide, body->scheme, body->scheme_version);
}

static void released_ask(pat_decide *decide) {
  const Patina__IdentifierReleased *body = decide->message->identifier_released;
  ask(decide, body->scheme, body->scheme_version);
}

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

static bool same_value(const pat_identifier *a, const pat_identifier *b) {
  return pat_span_equal(pat_span_make(a->text, a->size), pat_span_make(b->text, b->size));
}

/* Normalises the disclosed value and proves its subject; the proof is kept over all rounds of the
 * plan. The value is not: an earlier round may have seen another scheme under this name, published
 * by a statement of the same batch that is refused now. */
static pat_status prove_value(pat_decide *decide) {
  const Patina__Value *disclosed = pat_decide_value(decide, 0);
  PAT_REQUIRE_AT(disclosed->value_case == PATINA__VALUE__VALUE_TEXT, IDENTIFIER_TEXT, decide->err,
                 0, "value");
  pat_identifier value;
  PAT_TRY(pat_identifier_normalise(decide->scheme, pat_span_text(disclosed->text), &value,
                                   decide->err));
  pat_plan_memo *memo = decide->memo;
  if (!memo->proved || !same_value(&memo->value, &value)) {
    memo->value = value;
    pat_identifier_name name = {decide->scheme->name, decide->scheme->version, decide->scope,
                                &memo->value};
    PAT_TRY(pat_identifier_prove(decide->ledger->vrf_secret, &name, &memo->proof));
    memo->proved = true;
  }
  decide->decision->identifier_proofs[0] = memo->proof;
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

/* How many principals that may assign under this scheme signed. */
static size_t count_entitled(const pat_decide *decide) {
  const Patina__IdentifierScheme *scheme = decide->scheme;
  bool by_scheme = scheme->n_roles > 0;
  char *const *roles = by_scheme ? scheme->roles : decide->kind_policy->roles;
  size_t role_count = by_scheme ? scheme->n_roles : decide->kind_policy->n_roles;
  return pat_standing_count(decide->source_pointers, decide->submission->signer_count, roles,
                            role_count);
}

/* Giving a value that another asset once held to a new one is a grave act. */
static pat_status check_reassignment(pat_decide *decide, const earlier_use *use) {
  bool weak = decide->scheme->uniqueness == PATINA__UNIQUENESS__UNIQUENESS_WEAK;
  if (!use->once_elsewhere || weak) return PAT_OK;
  size_t threshold = decide->scheme->reassign_threshold;
  size_t wanted = threshold > 0 ? threshold : 1;
  PAT_REQUIRE_AT(count_entitled(decide) >= wanted, IDENTIFIER_REASSIGN, decide->err, 0, "signers");
  return PAT_OK;
}

/* True where the asset had this identifier before. */
static bool had_before(const pat_decide *decide) {
  const Patina__AssetRecord *asset = decide->asset;
  pat_span key = pat_hash_span(&decide->memo->proof.key);
  for (size_t i = 0; i < asset->n_identifiers; i++) {
    if (pat_span_equal(pat_decide_span(asset->identifiers[i]), key)) return true;
  }
  return false;
}

static pat_status check_capacity(pat_decide *decide) {
  bool fits = decide->asset->n_identifiers < PAT_ASSET_IDENTIFIERS_MAX || had_before(decide);
  PAT_REQUIRE_AT(fits, ASSET_IDENTIFIERS, decide->err, 0, "asset");
  if (decide->identifier == NULL) return PAT_OK;
  PAT_REQUIRE_AT(decide->identifier->history->n_spans < PAT_IDENTIFIER_SPANS_MAX, IDENTIFIER_SPANS,
                 decide->err, 0, "value");
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
  PAT_TRY(pat_decide_ask_near(decide));
  return pat_decide_warn_near(decide);
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
  history.key = (ProtobufCBinaryData){PAT_HASH_BYTES, decide->memo->proof.key.bytes};
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
  if (had_before(decide)) return PAT_OK;
  Patina__AssetRecord *asset = decide->asset;
  ProtobufCBinaryData item = {PAT_HASH_BYTES, decide->memo->proof.key.bytes};
  asset->identifiers = pat_decide_append(decide->arena, asset->identifiers, asset->n_identifiers,
                                         sizeof item, &item);
  PAT_REQUIRE(asset->identifiers != NULL, LIMIT_MEMORY);
  asset->n_identifiers++;
  pat_state_key state_key = pat_state_key_of(PAT_STATE_ASSET, decide->asset_id);
  return pat_record_put(decide->view, pat_state_ledger_key(&state_key), &asset->base,
                        decide->arena);
}

static pat_status assigned_write(pat_decide *decide) {
  PAT_TRY(write_span(decide));
  PAT_TRY(write_asset_identifier(decide));
  return pat_decide_write_near(decide);
}

const pat_rules pat_rules__identifier_assigned = {
    .number = PAT_KIND_IDENTIFIER_ASSIGNED,
    .ask = assigned_ask,
    .prepare = assigned_prepare,
    .check = assigned_check,
    .write = assigned_write,
};

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

const pat_rules pat_rules__identifier_released = {
    .number = PAT_KIND_IDENTIFIER_RELEASED,
    .ask = released_ask,
    .prepare = released_prepare,
    .check = released_check,
    .write = released_write,
};
