#include "core/verify/entry.h"

#include "core/envelope/identifier_proof.h"
#include "core/model/identifier.h"

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

pat_status pat_verify_leaf(const pat_verify_place *place, const pat_verify_served *leaf,
                           pat_arena *arena, Patina__LogEntry **ret_leaf, pat_err *reterr) {
  pat_hash path[PAT_PROOF_HASHES_MAX];
  PAT_REQUIRE_AT(leaf->path_count <= PAT_PROOF_HASHES_MAX, TLOG_INCLUSION_LENGTH, reterr, 0,
                 "inclusion");
  for (size_t i = 0; i < leaf->path_count; i++) {
    PAT_REQUIRE_AT(leaf->path[i].len == PAT_HASH_BYTES, VERIFY_VIEW, reterr, i, "inclusion");
    pat_span_copy(path[i].bytes, PAT_HASH_BYTES, span_of(leaf->path[i]));
  }
  pat_hash hash = pat_tlog_leaf_hash(leaf->bytes);
  const pat_tlog_hashes proof = {path, leaf->path_count};
  pat_status included =
      pat_tlog_inclusion_verify(leaf->index, place->head.size, &hash, proof, &place->head.root);
  if (!pat_is_ok(included)) {
    return pat_refuse_at((pat_rule)included.rule, reterr, 0, "inclusion");
  }
  return pat_entry_decode(leaf->bytes, arena, ret_leaf, reterr);
}

/* The statement's bytes: those of the view, or for public kinds those of the leaf. */
static pat_status statement_bytes(const Patina__ProvenEntry *proven, const Patina__Entry *entry,
                                  pat_span *ret_bytes, pat_err *reterr) {
  pat_span served = span_of(proven->entry->statement);
  *ret_bytes = served.size > 0 ? served : span_of(entry->statement);
  PAT_REQUIRE_AT(ret_bytes->size > 0, VERIFY_MISSING, reterr, 0, "entry.statement");
  return PAT_OK;
}

/* Public statements stand in the leaf, in clear; no others do. */
static pat_status check_in_clear(const pat_verified_entry *verified, pat_err *reterr) {
  const pat_statement *statement = &verified->statement;
  pat_span in_clear = statement->kind->is_public ? statement->bytes : PAT_SPAN_EMPTY;
  bool same = pat_span_equal(span_of(verified->entry->statement), in_clear);
  PAT_REQUIRE_AT(same, ENTRY_STATEMENT, reterr, verified->index, "statement");
  return PAT_OK;
}

static pat_status take_signature(const Patina__Signature *signature, pat_verified_entry *verified,
                                 size_t i, pat_err *reterr) {
  PAT_REQUIRE_AT(signature->principal.len == PAT_HASH_BYTES, VERIFY_VIEW, reterr, i,
                 "signatures.principal");
  PAT_REQUIRE_AT(signature->public_key.len == PAT_PUBLIC_KEY_BYTES, VERIFY_VIEW, reterr, i,
                 "signatures.public_key");
  bool same =
      pat_span_equal(span_of(signature->signature), span_of(verified->entry->signatures[i]));
  PAT_REQUIRE_AT(same || signature->signature.len == 0, VERIFY_VIEW, reterr, i,
                 "signatures.signature");
  pat_span_copy(verified->principals[i].bytes, PAT_HASH_BYTES, span_of(signature->principal));
  verified->public_keys[i] = span_of(signature->public_key);
  return PAT_OK;
}

pat_status pat_verify_entry_leaf(const pat_verify_place *place, const Patina__ProvenEntry *proven,
                                 pat_arena *arena, pat_verified_entry *ret_verified,
                                 pat_err *reterr) {
  PAT_REQUIRE_AT(proven->entry != NULL, VERIFY_VIEW, reterr, 0, "entry");
  Patina__LogEntry *leaf = NULL;
  const pat_verify_served served = {proven->entry->index, span_of(proven->leaf), proven->inclusion,
                                    proven->n_inclusion};
  PAT_TRY(pat_verify_leaf(place, &served, arena, &leaf, reterr));
  PAT_REQUIRE_AT(leaf->entry_case == PATINA__LOG_ENTRY__ENTRY_STATEMENT, VERIFY_VIEW, reterr, 0,
                 "leaf");
  PAT_REQUIRE_AT(leaf->statement->logged_at_ms == proven->entry->logged_at_ms, VERIFY_VIEW, reterr,
                 0, "logged_at_ms");
  *ret_verified = (pat_verified_entry){.index = proven->entry->index,
                                       .leaf_hash = pat_tlog_leaf_hash(served.bytes),
                                       .entry = leaf->statement,
                                       .proven = proven};
  return PAT_OK;
}

pat_status pat_verify_entry_statement(pat_verified_entry *verified, pat_arena *arena,
                                      pat_err *reterr) {
  pat_span bytes;
  PAT_TRY(statement_bytes(verified->proven, verified->entry, &bytes, reterr));
  /* Before decoding: bytes that are not the leaf's say nothing about the log, whatever they
   * hold. */
  pat_hash sha256 = pat_hash_of(bytes);
  bool same = pat_span_equal(span_of(verified->entry->statement_sha256), pat_hash_span(&sha256));
  PAT_REQUIRE_AT(same, ENTRY_STATEMENT, reterr, 0, "statement");
  PAT_TRY(pat_statement_decode(bytes, arena, &verified->statement, reterr));
  return check_in_clear(verified, reterr);
}

pat_status pat_verify_entry_signatures(const char *origin, pat_verified_entry *verified,
                                       pat_err *reterr) {
  const Patina__ProvenEntry *proven = verified->proven;
  const Patina__Entry *entry = verified->entry;
  size_t count = verified->statement.message->n_signers;
  PAT_REQUIRE_AT(proven->n_signatures == count, VERIFY_VIEW, reterr, 0, "signatures");
  PAT_REQUIRE_AT(entry->n_signatures == count, ENTRY_SIGNATURES, reterr, 0, "signatures");
  for (size_t i = 0; i < count; i++) {
    PAT_TRY(take_signature(proven->signatures[i], verified, i, reterr));
  }
  bool proofs = proven->n_vrf_proofs == 0 || proven->n_vrf_proofs == entry->identifier_count;
  PAT_REQUIRE_AT(proofs, VERIFY_VIEW, reterr, 0, "vrf_proofs");
  verified->signer_count = count;
  return pat_entry_check(origin, entry, &verified->statement, verified->principals,
                         verified->public_keys, reterr);
}

pat_status pat_verify_entry_disclosures(const pat_verified_entry *verified, pat_arena *arena,
                                        pat_err *reterr) {
  const Patina__HistoryEntry *entry = verified->proven->entry;
  for (size_t i = 0; i < entry->n_disclosures; i++) {
    const Patina__SlotDisclosure *item = entry->disclosures[i];
    bool ascending = i == 0 || entry->disclosures[i - 1]->slot < item->slot;
    PAT_REQUIRE_AT(ascending, VERIFY_VIEW, reterr, i, "disclosures.slot");
    Patina__Disclosure *disclosure = NULL;
    PAT_TRY(pat_disclosure_decode(&verified->statement, item->slot, span_of(item->disclosure),
                                  arena, &disclosure, reterr));
  }
  return PAT_OK;
}

static pat_status open_statement(const pat_verify_place *place, pat_arena *arena,
                                 pat_verified_entry *verified, pat_err *reterr) {
  PAT_TRY(pat_verify_entry_statement(verified, arena, reterr));
  PAT_TRY(pat_verify_entry_signatures(place->origin, verified, reterr));
  return pat_verify_entry_disclosures(verified, arena, reterr);
}

pat_status pat_verify_entry(const pat_verify_place *place, const Patina__ProvenEntry *proven,
                            pat_arena *arena, pat_verified_entry *ret_verified, pat_err *reterr) {
  pat_verified_entry verified;
  PAT_TRY(pat_verify_entry_leaf(place, proven, arena, &verified, reterr));
  PAT_TRY(open_statement(place, arena, &verified, reterr));
  *ret_verified = verified;
  return PAT_OK;
}

pat_status pat_verify_event(const pat_verify_place *place, const Patina__ProvenEntry *proven,
                            pat_arena *arena, pat_verified_entry *ret_verified, pat_err *reterr) {
  pat_verified_entry verified;
  PAT_TRY(pat_verify_entry_leaf(place, proven, arena, &verified, reterr));
  bool withheld = proven->entry->statement.len == 0 && verified.entry->statement.len == 0;
  if (!withheld) PAT_TRY(open_statement(place, arena, &verified, reterr));
  *ret_verified = verified;
  return PAT_OK;
}

static const Patina__SubjectLink *find_link(const Patina__Entry *entry, const pat_hash *subject) {
  for (size_t i = 0; i < entry->n_subjects; i++) {
    if (pat_span_equal(span_of(entry->subjects[i]->key), pat_hash_span(subject))) {
      return entry->subjects[i];
    }
  }
  return NULL;
}

bool pat_verify_has_subject(const Patina__Entry *entry, const pat_hash *subject) {
  return find_link(entry, subject) != NULL;
}

pat_status pat_verify_link(const Patina__Entry *entry, const pat_hash *subject, uint64_t seq,
                           uint64_t previous_index, pat_err *reterr) {
  const Patina__SubjectLink *link = find_link(entry, subject);
  PAT_REQUIRE_AT(link != NULL, VERIFY_CHAIN, reterr, seq, "subjects.key");
  PAT_REQUIRE_AT(link->seq == seq, VERIFY_CHAIN, reterr, seq, "subjects.seq");
  if (seq == 0) return PAT_OK;
  PAT_REQUIRE_AT(link->previous_index == previous_index, VERIFY_CHAIN, reterr, seq,
                 "subjects.previous_index");
  return PAT_OK;
}

bool pat_verify_identifier_of(const pat_statement *statement, const char **ret_scheme,
                              uint32_t *ret_version, const char **ret_scope) {
  if (statement->kind->number == PAT_KIND_IDENTIFIER_ASSIGNED) {
    const Patina__IdentifierAssigned *body = statement->message->identifier_assigned;
    *ret_scheme = body->scheme;
    *ret_version = body->scheme_version;
    *ret_scope = body->scope;
    return true;
  }
  if (statement->kind->number == PAT_KIND_IDENTIFIER_RELEASED) {
    const Patina__IdentifierReleased *body = statement->message->identifier_released;
    *ret_scheme = body->scheme;
    *ret_version = body->scheme_version;
    *ret_scope = body->scope;
    return true;
  }
  return false;
}

pat_status pat_verify_identifier(const uint8_t vrf_key[PAT_PUBLIC_KEY_BYTES],
                                 const pat_verify_claim *claim, pat_hash *ret_key,
                                 pat_err *reterr) {
  const Patina__IdentifierScheme *scheme = claim->scheme;
  PAT_REQUIRE_AT(claim->vrf_proof.size == PAT_VRF_PROOF_BYTES, VERIFY_IDENTIFIER, reterr, 0,
                 "vrf_proof");
  PAT_TRY(pat_identifier_scope_check(scheme, claim->scope, reterr));
  pat_identifier identifier;
  PAT_TRY(pat_identifier_normalise(scheme, claim->value, &identifier, reterr));
  const pat_identifier_name name = {scheme->name, scheme->version, claim->scope, &identifier};
  pat_hash key;
  PAT_TRY(pat_identifier_verify(vrf_key, &name, claim->vrf_proof.data, &key));
  if (ret_key != NULL) *ret_key = key;
  return PAT_OK;
}

pat_status pat_verify_disclosed(const pat_verified_entry *verified, uint32_t slot, pat_arena *arena,
                                Patina__Disclosure **ret_disclosure) {
  const Patina__HistoryEntry *entry = verified->proven->entry;
  *ret_disclosure = NULL;
  for (size_t i = 0; i < entry->n_disclosures; i++) {
    if (entry->disclosures[i]->slot != slot) continue;
    return pat_disclosure_decode(&verified->statement, slot,
                                 span_of(entry->disclosures[i]->disclosure), arena, ret_disclosure,
                                 NULL);
  }
  return PAT_OK;
}
