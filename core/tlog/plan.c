/* Building proofs: which nodes, and how they combine (declared in proof.h). */
#include "core/base/assert.h"
#include "core/tlog/proof.h"

static void add_node(pat_tlog_plan *plan, unsigned level, uint64_t index) {
  PAT_ASSERT(plan->node_count < PAT_TLOG_PLAN_NODES_MAX);
  plan->nodes[plan->node_count++] = (pat_tlog_position){.level = (uint8_t)level, .index = index};
}

static void close_hash(pat_tlog_plan *plan, size_t first_node) {
  PAT_ASSERT(plan->hash_count < PAT_CONSISTENCY_HASHES_MAX);
  PAT_ASSERT(plan->node_count > first_node);
  plan->parts[plan->hash_count++] = (uint8_t)(plan->node_count - first_node);
}

/* Adds the hash over the leaves [begin, end), where begin is a multiple of the range's size rounded
 * up to a power of two: its perfect subtrees, largest first. */
static void add_hash(pat_tlog_plan *plan, uint64_t begin, uint64_t end) {
  PAT_ASSERT(begin < end);
  const size_t first_node = plan->node_count;
  while (begin < end) {
    const unsigned level = 63 - (unsigned)__builtin_clzll(end - begin);
    add_node(plan, level, begin >> level);
    begin += UINT64_C(1) << level;
  }
  close_hash(plan, first_node);
}

/* Adds the siblings on the way from the node (level, index) up to the root, lowest first. */
static void add_path(pat_tlog_plan *plan, unsigned level, uint64_t index, uint64_t size) {
  uint64_t last = (size - 1) >> level; /* the rightmost node of the level, whole or not */
  for (; last > 0; level++, index >>= 1, last >>= 1) {
    const uint64_t sibling = index ^ 1u;
    if (sibling > last) continue; /* at the right edge, without a sibling */
    const uint64_t end = (sibling + 1) << level;
    add_hash(plan, sibling << level, end < size ? end : size);
  }
}

pat_status pat_tlog_inclusion_nodes(uint64_t index, uint64_t size, pat_tlog_plan *ret_plan) {
  PAT_REQUIRE(size <= PAT_TLOG_SIZE_MAX, TLOG_SIZE);
  PAT_REQUIRE(index < size, TLOG_INCLUSION_INDEX);
  *ret_plan = (pat_tlog_plan){0};
  add_path(ret_plan, 0, index, size);
  return PAT_OK;
}

pat_status pat_tlog_consistency_nodes(uint64_t older_size, uint64_t newer_size,
                                      pat_tlog_plan *ret_plan) {
  PAT_REQUIRE(newer_size <= PAT_TLOG_SIZE_MAX, TLOG_SIZE);
  PAT_REQUIRE(older_size >= 1, TLOG_CONSISTENCY_SIZES);
  PAT_REQUIRE(older_size <= newer_size, TLOG_CONSISTENCY_SIZES);
  *ret_plan = (pat_tlog_plan){0};
  if (older_size == newer_size) return PAT_OK;
  const unsigned level = (unsigned)__builtin_ctzll(older_size);
  const uint64_t index = (older_size - 1) >> level;
  if (index > 0) add_hash(ret_plan, index << level, older_size);
  add_path(ret_plan, level, index, newer_size);
  return PAT_OK;
}

pat_status pat_tlog_root_nodes(uint64_t size, pat_tlog_plan *ret_plan) {
  PAT_REQUIRE(size <= PAT_TLOG_SIZE_MAX, TLOG_SIZE);
  *ret_plan = (pat_tlog_plan){0};
  if (size > 0) add_hash(ret_plan, 0, size);
  return PAT_OK;
}

void pat_tlog_proof_assemble(const pat_tlog_plan *plan, const pat_hash *fetched,
                             pat_tlog_proof *ret_proof) {
  PAT_ASSERT(plan->hash_count <= PAT_CONSISTENCY_HASHES_MAX);
  PAT_ASSERT(plan->node_count <= PAT_TLOG_PLAN_NODES_MAX);
  size_t first = 0;
  for (size_t i = 0; i < plan->hash_count; i++) {
    size_t node = first + plan->parts[i] - 1;
    pat_hash hash = fetched[node];
    while (node > first)
      hash = pat_tlog_node_hash(&fetched[--node], &hash);
    ret_proof->hashes[i] = hash;
    first += plan->parts[i];
  }
  PAT_ASSERT(first == plan->node_count);
  ret_proof->count = plan->hash_count;
}

pat_status pat_tlog_proof_build(const pat_tlog_plan *plan, const pat_tlog_source *source,
                                pat_tlog_proof *ret_proof) {
  PAT_ASSERT(plan->node_count <= PAT_TLOG_PLAN_NODES_MAX);
  pat_hash fetched[PAT_TLOG_PLAN_NODES_MAX];
  for (size_t i = 0; i < plan->node_count; i++)
    PAT_TRY(source->read(source->context, plan->nodes[i], &fetched[i]));
  pat_tlog_proof_assemble(plan, fetched, ret_proof);
  return PAT_OK;
}
