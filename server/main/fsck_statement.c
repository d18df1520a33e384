/* What the store holds of one statement, against its leaf (declared in fsck_internal.h). */
#include <stdio.h>
#include <string.h>

#include "core/audit/match.h"
#include "core/bytes/protobuf.h"
#include "core/bytes/text.h"
#include "core/ledger/record.h"
#include "core/verify/entry.h"
#include "server/main/fsck_internal.h"

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

/* One statement while it is checked. */
typedef struct {
  pat_fsck_run *run;
  const Patina__Entry *entry;
  const pat_claim *claim;
  char name[32]; /* "statement 1f2e3d4c..." */
  Patina__StatementRecord *record;
  pat_statement statement;
} checked;

static pat_status refuse(const checked *one, pat_rule rule, const char *part) {
  return pat_fsck__refuse(one->run, rule, "%s: %s", one->name, part);
}

static pat_status as_refusal(const checked *one, pat_status status, const char *part) {
  if (pat_is_ok(status) || pat_is_rule(status, PAT_RULE_LIMIT_MEMORY)) return status;
  return refuse(one, (pat_rule)status.rule, part);
}

static void name_it(checked *one) {
  enum { SHOWN_BYTES = 8 };
  char hex[2 * SHOWN_BYTES + 1] = "";
  pat_span hash = span_of(one->entry->statement_sha256);
  pat_status status = pat_hex_encode(pat_span_slice(hash, 0, SHOWN_BYTES), hex, sizeof hex);
  (void)snprintf(one->name, sizeof one->name, "statement %s", pat_is_ok(status) ? hex : "");
}

/* --- the record and its statement ------------------------------------------------------------ */

static pat_status decode_record(checked *one, pat_span bytes) {
  ProtobufCMessage *message = NULL;
  pat_status status = pat_protobuf_decode(&patina__statement_record__descriptor, bytes,
                                          &one->run->work, 0, &message, NULL);
  PAT_TRY(as_refusal(one, status, "record"));
  one->record = (Patina__StatementRecord *)message;
  bool same = one->record->index == one->claim->index &&
              one->record->logged_at_ms == one->entry->logged_at_ms;
  return same ? PAT_OK : refuse(one, PAT_RULE_FSCK_RECORD, "index, time");
}

static pat_status decode_statement(checked *one) {
  pat_status status =
      pat_statement_decode(span_of(one->record->statement), &one->run->work, &one->statement, NULL);
  return as_refusal(one, status, "statement");
}

/* The key that the log knows under this public key, NULL where it may not have signed. */
static const pat_claim_key *known_key(const checked *one, pat_span public_key) {
  for (size_t i = 0; i < one->claim->key_count; i++) {
    const pat_claim_key *key = &one->claim->keys[i];
    if (pat_span_equal(PAT_SPAN_OF(key->public_key), public_key)) return key;
  }
  return NULL;
}

static pat_status check_signature(const checked *one, size_t i, pat_hash *ret_principal) {
  const Patina__Signature *stored = one->record->signatures[i];
  const pat_claim_key *key = known_key(one, span_of(stored->public_key));
  if (key == NULL) return refuse(one, PAT_RULE_FSCK_RECORD, "signatures.public_key");
  *ret_principal = pat_roster_at(&one->run->replay.roster, key->principal)->id;
  bool same = pat_span_equal(span_of(stored->principal), pat_hash_span(ret_principal)) &&
              pat_span_equal(span_of(stored->signature), span_of(one->entry->signatures[i]));
  return same ? PAT_OK : refuse(one, PAT_RULE_FSCK_RECORD, "signatures");
}

static bool is_signer(const checked *one, size_t i) {
  pat_hash hash = pat_hash_of(span_of(one->record->signatures[i]->public_key));
  return pat_span_equal(span_of(one->statement.message->signers[i]), pat_hash_span(&hash));
}

/* The entry is this statement's, and signed for the subjects that follow from it: of private
 * statements only the store can tell. */
static pat_status check_entry(checked *one) {
  bool as_many = one->record->n_signatures == one->entry->n_signatures &&
                 one->record->n_signatures == one->statement.message->n_signers;
  if (!as_many) return refuse(one, PAT_RULE_FSCK_RECORD, "signatures");
  pat_hash principals[PAT_STATEMENT_SIGNERS_MAX];
  for (size_t i = 0; i < one->record->n_signatures; i++) {
    PAT_TRY(check_signature(one, i, &principals[i]));
  }
  /* That the signatures hold was found with the claim: they are the same, by the same keys. */
  pat_status status = pat_match_entry(one->entry, &one->statement, principals, NULL);
  PAT_TRY(as_refusal(one, status, "entry"));
  for (size_t i = 0; i < one->record->n_signatures; i++) {
    if (!is_signer(one, i)) return refuse(one, PAT_RULE_FSCK_RECORD, "signatures");
  }
  return PAT_OK;
}

/* --- disclosures and identifiers ------------------------------------------------------------- */

static pat_status check_disclosures(checked *one, Patina__Disclosure **ret_first) {
  const Patina__StatementRecord *record = one->record;
  *ret_first = NULL;
  for (size_t i = 0; i < record->n_disclosures; i++) {
    const Patina__StoredDisclosure *stored = record->disclosures[i];
    bool in_order = i == 0 || record->disclosures[i - 1]->slot < stored->slot;
    if (!in_order) return refuse(one, PAT_RULE_FSCK_RECORD, "disclosures");
    Patina__Disclosure *disclosure = NULL;
    pat_status status =
        pat_disclosure_decode(&one->statement, stored->slot, span_of(stored->disclosure),
                              &one->run->work, &disclosure, NULL);
    PAT_TRY(as_refusal(one, status, "disclosures"));
    if (stored->slot == 0) *ret_first = disclosure;
  }
  return PAT_OK;
}

static pat_status load_scheme(checked *one, const char *name, uint32_t version,
                              Patina__IdentifierScheme **ret_scheme) {
  pat_state_key key = pat_state_key_version(PAT_STATE_SCHEME_VERSION, name, version);
  pat_store_key store_key = {PAT_TABLE_STATE, pat_span_make(key.bytes, key.size)};
  PAT_CLEANUP(pat_blob_clear) pat_blob stored = {0};
  PAT_TRY(pat_fsck__get(one->run, store_key, name, &stored));
  uint8_t *copy = pat_arena_take(&one->run->work, stored.size);
  PAT_REQUIRE(copy != NULL, LIMIT_MEMORY);
  pat_span_copy(copy, stored.size, pat_blob_span(stored));
  ProtobufCMessage *message = NULL;
  pat_status status =
      pat_protobuf_decode(&patina__identifier_scheme__descriptor, pat_span_make(copy, stored.size),
                          &one->run->work, 0, &message, NULL);
  PAT_TRY(as_refusal(one, status, "scheme"));
  *ret_scheme = (Patina__IdentifierScheme *)message;
  return PAT_OK;
}

/* An identifier whose value was erased cannot be proved any more. */
static pat_status check_identifier(checked *one, const Patina__Disclosure *value) {
  const Patina__Entry *entry = one->entry;
  if (one->record->n_vrf_proofs != entry->identifier_count) {
    return refuse(one, PAT_RULE_FSCK_RECORD, "vrf_proofs");
  }
  pat_verify_claim claim = {.scope = NULL};
  const char *scheme_name = NULL;
  uint32_t version = 0;
  bool named = pat_verify_identifier_of(&one->statement, &scheme_name, &version, &claim.scope);
  if (!named || value == NULL || value->value->value_case != PATINA__VALUE__VALUE_TEXT) {
    return PAT_OK;
  }
  Patina__IdentifierScheme *scheme = NULL;
  PAT_TRY(load_scheme(one, scheme_name, version, &scheme));
  claim.scheme = scheme;
  claim.value = pat_span_text(value->value->text);
  claim.vrf_proof = span_of(one->record->vrf_proofs[0]);
  pat_hash key;
  PAT_TRY(as_refusal(one, pat_verify_identifier(one->run->input->keys->vrf, &claim, &key, NULL),
                     "vrf_proofs"));
  bool same =
      pat_span_equal(span_of(entry->subjects[entry->n_subjects - 1]->key), pat_hash_span(&key));
  return same ? PAT_OK : refuse(one, PAT_RULE_FSCK_RECORD, "vrf_proofs");
}

/* --- the catalog ----------------------------------------------------------------------------- */

static pat_status compare_catalog(checked *one, pat_state_key key,
                                  const ProtobufCMessage *published) {
  PAT_CLEANUP(pat_blob_clear) pat_blob stored = {0};
  pat_store_key store_key = {PAT_TABLE_STATE, pat_span_make(key.bytes, key.size)};
  PAT_TRY(pat_fsck__get(one->run, store_key, one->name, &stored));
  size_t size = 0;
  PAT_TRY(pat_protobuf_size(published, &size));
  uint8_t *bytes = pat_arena_take(&one->run->work, size);
  PAT_REQUIRE(bytes != NULL, LIMIT_MEMORY);
  pat_builder builder;
  pat_builder_init(&builder, bytes, size);
  PAT_TRY(pat_protobuf_encode(published, &builder));
  bool same = pat_span_equal(pat_blob_span(stored), pat_span_make(bytes, size));
  return same ? PAT_OK : refuse(one, PAT_RULE_FSCK_RECORD, "catalog");
}

static pat_status check_catalog(checked *one) {
  const Patina__Statement *message = one->statement.message;
  if (message->body_case == PATINA__STATEMENT__BODY_CLASS_PUBLISHED) {
    const Patina__AssetClass *schema = message->class_published->schema;
    pat_state_key key =
        pat_state_key_version(PAT_STATE_CLASS_VERSION, schema->name, schema->version);
    return compare_catalog(one, key, &schema->base);
  }
  if (message->body_case == PATINA__STATEMENT__BODY_SCHEME_PUBLISHED) {
    const Patina__IdentifierScheme *scheme = message->scheme_published->scheme;
    pat_state_key key =
        pat_state_key_version(PAT_STATE_SCHEME_VERSION, scheme->name, scheme->version);
    return compare_catalog(one, key, &scheme->base);
  }
  return PAT_OK;
}

pat_status pat_fsck__statement(pat_fsck_run *run, const Patina__Entry *entry,
                               const pat_claim *claim) {
  checked one = {.run = run, .entry = entry, .claim = claim};
  name_it(&one);
  PAT_CLEANUP(pat_blob_clear) pat_blob record = {0};
  PAT_TRY(pat_fsck__get(run, (pat_store_key){PAT_TABLE_STATEMENT, span_of(entry->statement_sha256)},
                        one.name, &record));
  PAT_TRY(decode_record(&one, pat_blob_span(record)));
  PAT_TRY(decode_statement(&one));
  PAT_TRY(check_entry(&one));
  Patina__Disclosure *first = NULL;
  PAT_TRY(check_disclosures(&one, &first));
  PAT_TRY(check_identifier(&one, first));
  return check_catalog(&one);
}
