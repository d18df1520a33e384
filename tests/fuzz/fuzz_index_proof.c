/* Hits: pat_index_presence_verify, pat_index_absence_verify, pat_index_value_decode,
 * pat_index_tree_prove, pat_index_bucket_decode.
 *
 * Input: one byte that chooses a key of a fixed map or one beside it, then a proof. Properties: the
 * only proof that is accepted is the one that the tree makes; no proof shows both presence and
 * absence, or another value; a bucket that is accepted is written again as it was. */
#include "core/base/assert.h"
#include "core/index/bucket.h"
#include "core/index/proof.h"
#include "core/index/tree.h"
#include "tests/fuzz/fuzz_target.h"

enum { KEYS = 24 };

static pat_index_node nodes[PAT_INDEX_NODES_FOR(KEYS)];
static pat_index_tree tree;

static pat_hash key_of(uint8_t number) { return pat_hash_of(pat_span_make(&number, 1)); }

static pat_index_value value_of(uint8_t number) {
  return (pat_index_value){.count = 1u + number, .root = {{number}}};
}

static void make_tree(void) {
  if (tree.key_count > 0) return;
  pat_index_tree_init(&tree, nodes, PAT_INDEX_NODES_FOR(KEYS));
  for (unsigned number = 0; number < KEYS; number++) {
    pat_hash key = key_of((uint8_t)number);
    pat_index_value value = value_of((uint8_t)number);
    PAT_ASSERT(pat_is_ok(pat_index_tree_put(&tree, &key, &value)));
  }
}

static void check_value(pat_span bytes) {
  pat_index_value value;
  uint8_t again[PAT_INDEX_VALUE_BYTES];
  if (!pat_is_ok(pat_index_value_decode(bytes, &value))) return;
  pat_index_value_encode(&value, again);
  PAT_ASSERT(pat_span_equal(PAT_SPAN_OF(again), bytes));
}

/* A bucket's record that is accepted has one form. */
static void check_bucket(pat_span bytes) {
  enum { LEAVES = 64, BYTES = PAT_INDEX_BUCKET_BYTES(LEAVES) };
  static _Alignas(16) uint8_t memory[PAT_INDEX_BUCKET_ARENA_BYTES(LEAVES)];
  static uint8_t again[BYTES];
  pat_arena arena;
  pat_index_bucket bucket;
  pat_builder builder;
  pat_arena_init(&arena, memory, sizeof memory);
  pat_index_place place = {.depth = 0, .number = 0};
  if (!pat_is_ok(pat_index_bucket_decode(bytes, place, &arena, &bucket))) return;
  pat_builder_init(&builder, again, sizeof again);
  pat_index_bucket_encode(&bucket, &builder);
  PAT_ASSERT(pat_span_equal(pat_span_make(again, pat_builder_size(&builder)), bytes));
}

static void check_proof(uint8_t number, pat_span proof) {
  uint8_t buffer[PAT_INDEX_PROOF_BYTES_MAX];
  pat_builder builder;
  bool present = false;
  pat_hash key = key_of(number);
  pat_hash root = pat_index_tree_root(&tree);
  pat_index_value value = value_of(number);
  pat_index_value other = value_of((uint8_t)(number + 1));
  pat_builder_init(&builder, buffer, sizeof buffer);
  pat_index_tree_prove(&tree, &key, &builder, &present);
  bool same = pat_span_equal(pat_span_make(buffer, pat_builder_size(&builder)), proof);
  PAT_ASSERT(present == (number < KEYS));
  PAT_ASSERT(pat_is_ok(pat_index_presence_verify(&root, &key, &value, proof)) == (present && same));
  PAT_ASSERT(pat_is_ok(pat_index_absence_verify(&root, &key, proof)) == (!present && same));
  PAT_ASSERT(!pat_is_ok(pat_index_presence_verify(&root, &key, &other, proof)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1) return 0;
  make_tree();
  pat_span proof = pat_span_slice(pat_span_make(data, size), 1, size - 1);
  check_proof(data[0], proof);
  check_value(proof);
  check_bucket(proof);
  return 0;
}
