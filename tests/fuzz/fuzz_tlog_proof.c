/* Hits: pat_proof_file_decode, pat_proof_file_encode, pat_tlog_inclusion_root,
 * pat_tlog_consistency_verify, pat_index_presence_verify, pat_index_absence_verify.
 *
 * Input: a proof file; or the bytes of an index proof. Properties: an accepted file is exactly
 * what it encodes to; no proof of any shape reads outside its bytes; the made-up roots never
 * match. */
#include <stdalign.h>

#include "core/base/assert.h"
#include "core/index/proof.h"
#include "core/note/proof_file.h"
#include "tests/fuzz/fuzz_target.h"

static alignas(max_align_t) uint8_t memory[64 * 1024];
static uint8_t encoded[PAT_TLOG_PROOF_BYTES_MAX];
static pat_proof_file file;

static void check_tree_proofs(void) {
  const pat_hash leaf = {{1}};
  const pat_tlog_head older = {.size = file.index};
  const pat_tlog_head newer = {.size = file.index + file.proof.count, .root = {{2}}};
  const pat_tlog_hashes hashes = pat_tlog_proof_hashes(&file.proof);
  pat_hash root;
  for (unsigned shift = 0; shift < 64; shift += 7)
    (void)!pat_is_ok(pat_tlog_inclusion_root(file.index, file.index | UINT64_C(1) << shift, &leaf,
                                             hashes, &root));
  PAT_ASSERT(!pat_is_ok(pat_tlog_consistency_verify(&older, &newer, hashes)));
}

static void check_index_proofs(pat_span bytes) {
  const pat_hash root = {{3}};
  const pat_hash key = {{4}};
  const pat_index_value value = {.count = 1};
  PAT_ASSERT(!pat_is_ok(pat_index_presence_verify(&root, &key, &value, bytes)));
  PAT_ASSERT(!pat_is_ok(pat_index_absence_verify(&root, &key, bytes)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const pat_span bytes = pat_span_make(data, size);
  pat_arena arena;
  pat_arena_init(&arena, memory, sizeof(memory));
  check_index_proofs(bytes);
  if (!pat_is_ok(pat_proof_file_decode(bytes, &arena, &file, NULL))) {
    PAT_ASSERT(pat_arena_mark(&arena) == 0);
    return 0;
  }
  pat_builder builder;
  pat_builder_init(&builder, encoded, sizeof(encoded));
  pat_proof_file_encode(&file, &builder);
  PAT_ASSERT(pat_span_equal(pat_span_make(encoded, pat_builder_size(&builder)), bytes));
  check_tree_proofs();
  return 0;
}
