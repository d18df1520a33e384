#include "core/verify/log.h"

#include <string.h>

#include "core/base/assert.h"
#include "core/envelope/genesis.h"

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

/* The root keys that the genesis' signers are, in their order. */
static pat_status root_keys_of(const pat_statement *genesis, pat_span *ret_keys, pat_err *reterr) {
  const Patina__GenesisParameters *parameters = genesis->message->genesis->parameters;
  PAT_REQUIRE_AT(genesis->message->n_signers >= parameters->root_threshold, VERIFY_GENESIS, reterr,
                 0, "signers");
  for (size_t i = 0; i < genesis->message->n_signers; i++) {
    ret_keys[i] = PAT_SPAN_EMPTY;
    for (size_t key = 0; key < parameters->n_root_keys; key++) {
      pat_hash hash = pat_hash_of(span_of(parameters->root_keys[key]));
      bool is_signer = pat_span_equal(pat_hash_span(&hash), span_of(genesis->message->signers[i]));
      if (is_signer) ret_keys[i] = span_of(parameters->root_keys[key]);
    }
    PAT_REQUIRE_AT(ret_keys[i].size > 0, VERIFY_GENESIS, reterr, i, "signers");
  }
  return PAT_OK;
}

pat_status pat_verify_genesis(const char *origin, const Patina__LogEntry *leaf, pat_arena *arena,
                              pat_statement *ret_genesis, pat_err *reterr) {
  PAT_REQUIRE_AT(leaf->entry_case == PATINA__LOG_ENTRY__ENTRY_STATEMENT, VERIFY_GENESIS, reterr, 0,
                 "leaf");
  pat_statement genesis;
  PAT_TRY(pat_statement_decode(span_of(leaf->statement->statement), arena, &genesis, reterr));
  PAT_REQUIRE_AT(genesis.kind->number == PAT_KIND_GENESIS, VERIFY_GENESIS, reterr, 0, "kind");
  pat_origin named;
  PAT_TRY(pat_genesis_origin(genesis.message->genesis, arena, &named));
  PAT_REQUIRE_AT(strcmp(named.text, origin) == 0, VERIFY_GENESIS, reterr, 0, "origin");
  pat_span keys[PAT_STATEMENT_SIGNERS_MAX];
  PAT_TRY(root_keys_of(&genesis, keys, reterr));
  pat_hash principals[PAT_STATEMENT_SIGNERS_MAX];
  for (size_t i = 0; i < PAT_STATEMENT_SIGNERS_MAX; i++) {
    principals[i] = genesis.sha256;
  }
  PAT_TRY(pat_entry_check(origin, leaf->statement, &genesis, principals, keys, reterr));
  *ret_genesis = genesis;
  return PAT_OK;
}

/* The root that the log had before the commit follows from the commit's own path. */
static pat_status check_log_root(const pat_verify_served *served, const Patina__IndexCommit *commit,
                                 pat_err *reterr) {
  pat_hash path[PAT_PROOF_HASHES_MAX];
  PAT_ASSERT(served->path_count <= PAT_PROOF_HASHES_MAX);
  for (size_t i = 0; i < served->path_count; i++) {
    pat_span_copy(path[i].bytes, PAT_HASH_BYTES, span_of(served->path[i]));
  }
  pat_tlog_range before;
  PAT_TRY(pat_tlog_inclusion_before_last(served->index + 1,
                                         (pat_tlog_hashes){path, served->path_count}, &before));
  pat_hash root = pat_tlog_range_root(&before);
  PAT_REQUIRE_AT(pat_span_equal(pat_hash_span(&root), span_of(commit->log_root)), VERIFY_VIEW,
                 reterr, 0, "commit.log_root");
  return PAT_OK;
}

pat_status pat_verify_commit(const pat_verify_place *place, const pat_verify_served *commit,
                             pat_arena *arena, const Patina__IndexCommit **ret_commit,
                             pat_err *reterr) {
  PAT_REQUIRE_AT(commit->index == place->head.size - 1, VERIFY_VIEW, reterr, 0, "index");
  Patina__LogEntry *leaf = NULL;
  PAT_TRY(pat_verify_leaf(place, commit, arena, &leaf, reterr));
  PAT_REQUIRE_AT(leaf->entry_case == PATINA__LOG_ENTRY__ENTRY_COMMIT, VERIFY_VIEW, reterr, 0,
                 "commit.leaf");
  PAT_REQUIRE_AT(leaf->commit->covered_size == commit->index, VERIFY_VIEW, reterr, 0,
                 "commit.covered_size");
  PAT_TRY(check_log_root(commit, leaf->commit, reterr));
  *ret_commit = leaf->commit;
  return PAT_OK;
}

pat_verify_served pat_verify_served_of(const pat_proof_file *file, pat_span leaf,
                                       ProtobufCBinaryData ret_path[PAT_CONSISTENCY_HASHES_MAX]) {
  const pat_tlog_hashes hashes = pat_tlog_proof_hashes(&file->proof);
  for (size_t i = 0; i < hashes.count; i++) {
    pat_span hash = pat_hash_span(&hashes.items[i]);
    ret_path[i] = (ProtobufCBinaryData){hash.size, (uint8_t *)(uintptr_t)hash.data};
  }
  return (pat_verify_served){file->index, leaf, ret_path, hashes.count};
}

pat_status pat_verify_advance(const pat_tlog_head *older, const pat_tlog_head *newer,
                              pat_tlog_hashes proof) {
  PAT_REQUIRE(newer->size >= older->size, VERIFY_ROLLBACK);
  if (newer->size == older->size) {
    PAT_REQUIRE(pat_hash_equal(&newer->root, &older->root), VERIFY_FORK);
    return PAT_OK;
  }
  if (older->size == 0) return PAT_OK;
  return pat_tlog_consistency_verify(older, newer, proof);
}

pat_status pat_verify_tile_node(pat_span tile, const pat_tlog_place *place, pat_hash *ret_hash) {
  size_t from = (size_t)place->index << place->height;
  size_t count = (size_t)1 << place->height;
  PAT_REQUIRE(tile.size % PAT_HASH_BYTES == 0, VERIFY_MISSING);
  PAT_REQUIRE(from + count <= tile.size / PAT_HASH_BYTES, VERIFY_MISSING);
  pat_hash nodes[PAT_TLOG_TILE_WIDTH];
  for (size_t i = 0; i < count; i++) {
    pat_span_copy(nodes[i].bytes, PAT_HASH_BYTES,
                  pat_span_slice(tile, (from + i) * PAT_HASH_BYTES, PAT_HASH_BYTES));
  }
  for (; count > 1; count /= 2) {
    for (size_t i = 0; i < count / 2; i++) {
      nodes[i] = pat_tlog_node_hash(&nodes[2 * i], &nodes[2 * i + 1]);
    }
  }
  *ret_hash = nodes[0];
  return PAT_OK;
}

pat_status pat_verify_submitted(const char *origin, const pat_submission *submission, pat_span leaf,
                                pat_arena *arena, Patina__Entry **ret_entry, pat_err *reterr) {
  Patina__LogEntry *decoded = NULL;
  PAT_TRY(pat_entry_decode(leaf, arena, &decoded, reterr));
  PAT_REQUIRE_AT(decoded->entry_case == PATINA__LOG_ENTRY__ENTRY_STATEMENT, VERIFY_RECEIPT, reterr,
                 0, "leaf");
  PAT_TRY(pat_entry_check(origin, decoded->statement, &submission->statement,
                          submission->principals, submission->public_keys, reterr));
  *ret_entry = decoded->statement;
  return PAT_OK;
}

pat_status pat_verify_receipt(const pat_policy *policy, const pat_verify_receipt_bytes *served,
                              const pat_submission *submission, pat_arena *arena,
                              pat_verified_receipt *ret_verified, pat_err *reterr) {
  pat_proof_file file;
  PAT_TRY(pat_proof_file_decode(served->receipt, arena, &file, reterr));
  pat_span bytes = served->leaf.size > 0 ? served->leaf : file.extra;
  PAT_REQUIRE_AT(bytes.size > 0, VERIFY_MISSING, reterr, 0, "leaf");
  pat_verified_receipt verified = {.index = file.index};
  verified.leaf_hash = pat_tlog_leaf_hash(bytes);
  PAT_TRY(pat_proof_file_verify(&file, &verified.leaf_hash, policy, &verified.verdict, reterr));
  pat_span name = verified.verdict.checkpoint.origin;
  char *origin = pat_arena_take(arena, name.size + 1);
  PAT_REQUIRE(origin != NULL, LIMIT_MEMORY);
  pat_span_copy(origin, name.size, name);
  PAT_TRY(pat_verify_submitted(origin, submission, bytes, arena, &verified.entry, reterr));
  *ret_verified = verified;
  return PAT_OK;
}
