/* What the store holds of one statement, against its leaf (declared in fsck_internal.h). */
#include <stdio.h>

#include "core/audit/match.h"
#include "core/base/assert.h"
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
  pat_submission *submission; /* filled on the way, to be decided again */
  pat_plan_memo memo;
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
                                          &one->run->group, 0, &message, NULL);
  PAT_TRY(as_refusal(one, status, "record"));
  one->record = (Patina__StatementRecord *)message;
  bool same = one->record->index == one->claim->index &&
              one->record->logged_at_ms == one->entry->logged_at_ms;
  return same ? PAT_OK : refuse(one, PAT_RULE_FSCK_RECORD, "index, time");
}

static pat_status decode_statement(checked *one) {
  pat_status status = pat_statement_decode(span_of(one->record->statement), &one->run->group,
                                           &one->statement, NULL);
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
  pat_submission *submission = one->submission;
  for (size_t i = 0; i < one->record->n_signatures; i++) {
    PAT_TRY(check_signature(one, i, &submission->principals[i]));
    submission->public_keys[i] = span_of(one->record->signatures[i]->public_key);
    submission->signatures[i] = span_of(one->record->signatures[i]->signature);
  }
  submission->signer_count = one->record->n_signatures;
  /* That the signatures hold was found with the claim: they are the same, by the same keys. */
  pat_status status = pat_match_entry(one->entry, &one->statement, submission->principals, NULL);
  PAT_TRY(as_refusal(one, status, "entry"));
  for (size_t i = 0; i < one->record->n_signatures; i++) {
    if (!is_signer(one, i)) return refuse(one, PAT_RULE_FSCK_RECORD, "signatures");
  }
  return PAT_OK;
}

/* --- disclosures and identifiers ------------------------------------------------------------- */

/* One for each slot. Nothing of a statement may be erased yet: what is not there is lost. */
static pat_status check_disclosures(checked *one) {
  const Patina__StatementRecord *record = one->record;
  size_t count = one->statement.slot_count;
  if (record->n_disclosures < count) return refuse(one, PAT_RULE_FSCK_MISSING, "disclosures");
  if (record->n_disclosures > count) return refuse(one, PAT_RULE_FSCK_RECORD, "disclosures");
  pat_arena *arena = &one->run->group;
  Patina__Disclosure **messages = pat_arena_take_array(arena, count + 1, sizeof *messages);
  pat_span *bytes = pat_arena_take_array(arena, count + 1, sizeof *bytes);
  PAT_REQUIRE(messages != NULL && bytes != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < count; i++) {
    const Patina__StoredDisclosure *stored = record->disclosures[i];
    if (stored->slot != i) return refuse(one, PAT_RULE_FSCK_RECORD, "disclosures");
    bytes[i] = span_of(stored->disclosure);
    pat_status status =
        pat_disclosure_decode(&one->statement, stored->slot, bytes[i], arena, &messages[i], NULL);
    PAT_TRY(as_refusal(one, status, "disclosures"));
  }
  one->submission->disclosures = messages;
  one->submission->disclosure_bytes = bytes;
  return PAT_OK;
}

/* As it was decided again: the store's own may be damaged. */
static pat_status load_scheme(checked *one, const char *name, uint32_t version,
                              Patina__IdentifierScheme **ret_scheme) {
  pat_state_key key = pat_state_key_version(PAT_STATE_SCHEME_VERSION, name, version);
  pat_store_key store_key = {PAT_TABLE_STATE, pat_span_make(key.bytes, key.size)};
  PAT_CLEANUP(pat_blob_clear) pat_blob stored = {0};
  pat_status read = pat_store_get(one->run->input->scratch, NULL, store_key, &stored);
  if (pat_is_rule(read, PAT_RULE_STORE_NOT_FOUND)) {
    return refuse(one, PAT_RULE_FSCK_RECORD, "scheme");
  }
  PAT_TRY(read);
  uint8_t *copy = pat_arena_take(&one->run->group, stored.size);
  PAT_REQUIRE(copy != NULL, LIMIT_MEMORY);
  pat_span_copy(copy, stored.size, pat_blob_span(stored));
  ProtobufCMessage *message = NULL;
  pat_status status =
      pat_protobuf_decode(&patina__identifier_scheme__descriptor, pat_span_make(copy, stored.size),
                          &one->run->group, 0, &message, NULL);
  PAT_TRY(as_refusal(one, status, "scheme"));
  *ret_scheme = (Patina__IdentifierScheme *)message;
  return PAT_OK;
}

/* What was proven is not proven anew where it is decided again. */
static pat_status remember_proof(checked *one, const pat_verify_claim *claim, const pat_hash *key) {
  pat_plan_memo *memo = &one->memo;
  PAT_TRY(as_refusal(one, pat_identifier_normalise(claim->scheme, claim->value, &memo->value, NULL),
                     "disclosures"));
  pat_span_copy(memo->proof.proof, sizeof memo->proof.proof, claim->vrf_proof);
  memo->proof.key = *key;
  memo->proved = true;
  return PAT_OK;
}

static pat_status check_identifier(checked *one) {
  const Patina__Entry *entry = one->entry;
  if (one->record->n_vrf_proofs != entry->identifier_count) {
    return refuse(one, PAT_RULE_FSCK_RECORD, "vrf_proofs");
  }
  pat_verify_claim claim = {.scope = NULL};
  const char *scheme_name = NULL;
  uint32_t version = 0;
  bool named = pat_verify_identifier_of(&one->statement, &scheme_name, &version, &claim.scope);
  if (!named) return PAT_OK;
  const Patina__Value *value = one->submission->disclosures[0]->value;
  if (value->value_case != PATINA__VALUE__VALUE_TEXT) {
    return refuse(one, PAT_RULE_FSCK_RECORD, "disclosures");
  }
  Patina__IdentifierScheme *scheme = NULL;
  PAT_TRY(load_scheme(one, scheme_name, version, &scheme));
  PAT_ASSERT(scheme != NULL);
  claim.scheme = scheme;
  claim.value = pat_span_text(value->text);
  claim.vrf_proof = span_of(one->record->vrf_proofs[0]);
  pat_hash key;
  PAT_TRY(as_refusal(one, pat_verify_identifier(one->run->input->keys->vrf, &claim, &key, NULL),
                     "vrf_proofs"));
  bool same =
      pat_span_equal(span_of(entry->subjects[entry->n_subjects - 1]->key), pat_hash_span(&key));
  return same ? remember_proof(one, &claim, &key) : refuse(one, PAT_RULE_FSCK_RECORD, "vrf_proofs");
}

/* --- the whole ------------------------------------------------------------------------------- */

/* The record stays in memory until it was decided again. */
static pat_status load_record(checked *one, pat_span *ret_bytes) {
  PAT_CLEANUP(pat_blob_clear) pat_blob stored = {0};
  const pat_store_key key = {PAT_TABLE_STATEMENT, span_of(one->entry->statement_sha256)};
  PAT_TRY(pat_fsck__get(one->run, key, one->name, &stored));
  uint8_t *copy = pat_arena_take(&one->run->group, stored.size);
  PAT_REQUIRE(copy != NULL, LIMIT_MEMORY);
  pat_span_copy(copy, stored.size, pat_blob_span(stored));
  *ret_bytes = pat_span_make(copy, stored.size);
  return PAT_OK;
}

pat_status pat_fsck__statement(pat_fsck_run *run, const Patina__Entry *entry,
                               const pat_claim *claim, pat_span leaf) {
  checked one = {.run = run, .entry = entry, .claim = claim};
  name_it(&one);
  one.submission = pat_arena_take(&run->group, sizeof *one.submission);
  PAT_REQUIRE(one.submission != NULL, LIMIT_MEMORY);
  pat_span record;
  PAT_TRY(load_record(&one, &record));
  PAT_TRY(decode_record(&one, record));
  PAT_TRY(decode_statement(&one));
  PAT_TRY(check_entry(&one));
  PAT_TRY(check_disclosures(&one));
  PAT_TRY(check_identifier(&one));
  one.submission->statement = one.statement;
  pat_statement_subjects(&one.statement, one.submission->principals, &one.submission->subjects);
  return pat_fsck__again_add(run, one.submission, &one.memo, leaf, entry->logged_at_ms);
}
