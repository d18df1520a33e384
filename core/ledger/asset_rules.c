/* Contextual rules of assets: registration, changes, attestations, corrections, retractions. */
#include <string.h>

#include "core/base/assert.h"
#include "core/bytes/builder.h"
#include "core/ledger/decide.h"
#include "core/model/catalog.h"

/* --- loading --------------------------------------------------------------------------------- */

pat_status pat_decide_load_class(pat_decide *decide, const char *name, uint32_t version) {
  pat_state_key key = pat_state_key_version(PAT_STATE_CLASS_VERSION, name, version);
  const ProtobufCMessage *found = NULL;
  pat_status status = pat_record_get_shared(decide->view, pat_state_ledger_key(&key),
                                            &patina__asset_class__descriptor, decide->arena,
                                            decide->decoded, &found);
  PAT_REQUIRE_AT(!pat_is_rule(status, PAT_RULE_LEDGER_ABSENT), CLASS_UNKNOWN, decide->err, 0,
                 "class_name");
  PAT_TRY(status);
  decide->schema = (const Patina__AssetClass *)found;
  decide->class_name = decide->schema->name;
  return PAT_OK;
}

pat_status pat_decide_load_asset(pat_decide *decide, ProtobufCBinaryData asset) {
  decide->asset_id = pat_decide_span(asset);
  pat_state_key key = pat_state_key_of(PAT_STATE_ASSET, decide->asset_id);
  ProtobufCMessage *found = NULL;
  pat_status status = pat_record_get(decide->view, pat_state_ledger_key(&key),
                                     &patina__asset_record__descriptor, decide->arena, &found);
  PAT_REQUIRE_AT(!pat_is_rule(status, PAT_RULE_LEDGER_ABSENT), ASSET_UNKNOWN, decide->err, 0,
                 "asset");
  PAT_TRY(status);
  decide->asset = (Patina__AssetRecord *)found;
  return pat_decide_load_class(decide, decide->asset->class_name, decide->asset->class_version);
}

static pat_status put_asset(pat_decide *decide, const Patina__AssetRecord *record) {
  pat_state_key key = pat_state_key_of(PAT_STATE_ASSET, decide->asset_id);
  return pat_record_put(decide->view, pat_state_ledger_key(&key), &record->base, decide->arena);
}

static pat_status prepare_asset(pat_decide *decide) {
  const ProtobufCBinaryData *asset = decide->submission->statement.kind->asset(decide->message);
  return pat_decide_load_asset(decide, *asset);
}

/* --- asset_registered ------------------------------------------------------------------------ */

static void registered_ask(pat_decide *decide) {
  const Patina__AssetRegistered *body = decide->message->asset_registered;
  pat_state_key key =
      pat_state_key_version(PAT_STATE_CLASS_VERSION, body->class_name, body->class_version);
  pat_decide_ask(decide, pat_state_ledger_key(&key));
}

static pat_status registered_prepare(pat_decide *decide) {
  const Patina__AssetRegistered *body = decide->message->asset_registered;
  decide->asset_id = pat_decide_span(body->asset);
  return pat_decide_load_class(decide, body->class_name, body->class_version);
}

static pat_status registered_check(pat_decide *decide) {
  const Patina__AssetRegistered *body = decide->message->asset_registered;
  pat_state_key key = pat_state_key_of(PAT_STATE_ASSET, decide->asset_id);
  pat_span record;
  pat_status status = pat_view_get(decide->view, pat_state_ledger_key(&key), &record);
  PAT_REQUIRE_AT(!pat_is_ok(status), ASSET_EXISTS, decide->err, 0, "asset");
  if (!pat_is_rule(status, PAT_RULE_LEDGER_ABSENT)) return status;
  pat_attribute_rules rules = pat_decide_bundle(decide, PATINA__BUNDLE__BUNDLE_MANUFACTURER, true);
  return pat_decide_attributes(decide, &rules, body->attributes, body->n_attributes);
}

static pat_status registered_write(pat_decide *decide) {
  const Patina__AssetRegistered *body = decide->message->asset_registered;
  const pat_hash *sha256 = &decide->submission->statement.sha256;
  Patina__AssetRecord record = PATINA__ASSET_RECORD__INIT;
  record.class_name = body->class_name;
  record.class_version = body->class_version;
  record.registered_index = decide->index;
  record.registration = (ProtobufCBinaryData){PAT_HASH_BYTES, (uint8_t *)(uintptr_t)sha256->bytes};
  return put_asset(decide, &record);
}

const pat_rules pat_rules__asset_registered = {
    .number = PAT_KIND_ASSET_REGISTERED,
    .ask = registered_ask,
    .prepare = registered_prepare,
    .check = registered_check,
    .write = registered_write,
};

/* --- attributes_changed ---------------------------------------------------------------------- */

static pat_status changed_check(pat_decide *decide) {
  const Patina__AttributesChanged *body = decide->message->attributes_changed;
  PAT_REQUIRE_AT(body->expected_version == decide->asset->version, ATTRIBUTES_STALE, decide->err, 0,
                 "expected_version");
  pat_attribute_rules rules = pat_decide_bundle(decide, PATINA__BUNDLE__BUNDLE_CONSUMER, false);
  return pat_decide_attributes(decide, &rules, body->attributes, body->n_attributes);
}

static pat_status changed_write(pat_decide *decide) {
  decide->asset->version++;
  return put_asset(decide, decide->asset);
}

const pat_rules pat_rules__attributes_changed = {
    .number = PAT_KIND_ATTRIBUTES_CHANGED,
    .prepare = prepare_asset,
    .check = changed_check,
    .write = changed_write,
};

/* --- attested -------------------------------------------------------------------------------- */

static pat_status check_claim(pat_decide *decide, const char *name,
                              Patina__Attribute *const *fields, size_t count, bool whole) {
  const Patina__ClaimDefinition *claim = pat_class_claim(decide->schema, name);
  PAT_REQUIRE_AT(claim != NULL, CLAIM_UNKNOWN, decide->err, 0, "claim");
  if (whole) PAT_TRY(pat_decide_roles(decide, claim->roles, claim->n_roles, "claim"));
  pat_attribute_rules rules = {claim->fields, claim->n_fields, PATINA__BUNDLE__BUNDLE_UNSPECIFIED,
                               whole};
  return pat_decide_attributes(decide, &rules, fields, count);
}

static pat_status attested_check(pat_decide *decide) {
  const Patina__Attested *body = decide->message->attested;
  return check_claim(decide, body->claim, body->fields, body->n_fields, true);
}

const pat_rules pat_rules__attested = {
    .number = PAT_KIND_ATTESTED,
    .prepare = prepare_asset,
    .check = attested_check,
};

/* --- corrected and retracted ----------------------------------------------------------------- */

/* The statement that is corrected or retracted, and its record. */
typedef struct {
  const Patina__StatementRecord *record;
  pat_statement statement;
} target_statement;

static void ask_target(pat_decide *decide, ProtobufCBinaryData sha256) {
  pat_decide_ask(decide, (pat_ledger_key){PAT_LEDGER_STATEMENT, pat_decide_span(sha256)});
}

static pat_status load_target(pat_decide *decide, ProtobufCBinaryData sha256,
                              target_statement *ret_target) {
  pat_ledger_key key = {PAT_LEDGER_STATEMENT, pat_decide_span(sha256)};
  ProtobufCMessage *found = NULL;
  pat_status status = pat_record_get(decide->view, key, &patina__statement_record__descriptor,
                                     decide->arena, &found);
  PAT_REQUIRE_AT(!pat_is_rule(status, PAT_RULE_LEDGER_ABSENT), TARGET_UNKNOWN, decide->err, 0,
                 "target");
  PAT_TRY(status);
  ret_target->record = (const Patina__StatementRecord *)found;
  status = pat_statement_decode(pat_decide_span(ret_target->record->statement), decide->arena,
                                &ret_target->statement, NULL);
  if (pat_is_rule(status, PAT_RULE_LIMIT_MEMORY)) return status;
  PAT_REQUIRE(pat_is_ok(status), LEDGER_RECORD);
  const pat_kind *kind = ret_target->statement.kind;
  const ProtobufCBinaryData *asset =
      kind->asset == NULL ? NULL : kind->asset(ret_target->statement.message);
  PAT_REQUIRE_AT(asset != NULL && pat_span_equal(pat_decide_span(*asset), decide->asset_id),
                 TARGET_ASSET, decide->err, 0, "target");
  return PAT_OK;
}

/* True where a principal that signed the target signs this statement too. */
static bool is_author(const pat_decide *decide, const target_statement *of) {
  for (size_t i = 0; i < of->record->n_sources; i++) {
    pat_span author = pat_decide_span(of->record->sources[i]->principal);
    for (size_t j = 0; j < decide->submission->signer_count; j++) {
      if (pat_span_equal(author, pat_hash_span(&decide->submission->principals[j]))) return true;
    }
  }
  return false;
}

static pat_status check_author(pat_decide *decide, const target_statement *of) {
  PAT_REQUIRE_AT(decide->entitled || is_author(decide, of), TARGET_AUTHOR, decide->err, 0,
                 "signers");
  return PAT_OK;
}

/* The note's slot stands behind those of the attributes. */
static pat_status check_note(pat_decide *decide, ProtobufCBinaryData note) {
  if (note.len == 0) return PAT_OK;
  return pat_decide_text(decide, decide->submission->statement.slot_count - 1, "note");
}

static void corrected_ask(pat_decide *decide) {
  ask_target(decide, decide->message->corrected->target);
}

static pat_status corrected_check(pat_decide *decide) {
  const Patina__Corrected *body = decide->message->corrected;
  target_statement of;
  PAT_TRY(load_target(decide, body->target, &of));
  PAT_TRY(check_author(decide, &of));
  PAT_TRY(check_note(decide, body->note));
  switch (of.statement.kind->number) {
    case PAT_KIND_ASSET_REGISTERED: {
      pat_attribute_rules rules =
          pat_decide_bundle(decide, PATINA__BUNDLE__BUNDLE_MANUFACTURER, false);
      return pat_decide_attributes(decide, &rules, body->attributes, body->n_attributes);
    }
    case PAT_KIND_ATTRIBUTES_CHANGED: {
      pat_attribute_rules rules = pat_decide_bundle(decide, PATINA__BUNDLE__BUNDLE_CONSUMER, false);
      return pat_decide_attributes(decide, &rules, body->attributes, body->n_attributes);
    }
    case PAT_KIND_ATTESTED:
      return check_claim(decide, of.statement.message->attested->claim, body->attributes,
                         body->n_attributes, false);
    default:
      return pat_refuse_at(PAT_RULE_TARGET_KIND, decide->err, 0, "target");
  }
}

const pat_rules pat_rules__corrected = {
    .number = PAT_KIND_CORRECTED,
    .ask = corrected_ask,
    .prepare = prepare_asset,
    .check = corrected_check,
};

static bool is_retractable(pat_kind_number kind) {
  return kind == PAT_KIND_ATTRIBUTES_CHANGED || kind == PAT_KIND_ATTESTED ||
         kind == PAT_KIND_CORRECTED;
}

static void retracted_ask(pat_decide *decide) {
  ProtobufCBinaryData target = decide->message->retracted->target;
  ask_target(decide, target);
  pat_decide_ask_state(decide, PAT_STATE_RETRACTED, pat_decide_span(target));
}

static pat_status retracted_check(pat_decide *decide) {
  const Patina__Retracted *body = decide->message->retracted;
  target_statement of;
  PAT_TRY(load_target(decide, body->target, &of));
  PAT_REQUIRE_AT(is_retractable(of.statement.kind->number), TARGET_KIND, decide->err, 0, "target");
  PAT_TRY(check_author(decide, &of));
  PAT_TRY(check_note(decide, body->note));
  pat_state_key key = pat_state_key_of(PAT_STATE_RETRACTED, pat_decide_span(body->target));
  pat_span earlier;
  pat_status status = pat_view_get(decide->view, pat_state_ledger_key(&key), &earlier);
  PAT_REQUIRE_AT(!pat_is_ok(status), TARGET_RETRACTED, decide->err, 0, "target");
  return pat_is_rule(status, PAT_RULE_LEDGER_ABSENT) ? PAT_OK : status;
}

static pat_status retracted_write(pat_decide *decide) {
  pat_span target_hash = pat_decide_span(decide->message->retracted->target);
  pat_state_key key = pat_state_key_of(PAT_STATE_RETRACTED, target_hash);
  uint8_t *index = pat_arena_take(decide->arena, sizeof(uint64_t));
  PAT_REQUIRE(index != NULL, LIMIT_MEMORY);
  pat_builder builder;
  pat_builder_init(&builder, index, sizeof(uint64_t));
  pat_builder_u64be(&builder, decide->index);
  return pat_view_write(decide->view, pat_state_ledger_key(&key),
                        pat_span_make(index, sizeof(uint64_t)));
}

const pat_rules pat_rules__retracted = {
    .number = PAT_KIND_RETRACTED,
    .ask = retracted_ask,
    .prepare = prepare_asset,
    .check = retracted_check,
    .write = retracted_write,
};
