#include "core/index/top.h"

#include "core/base/assert.h"
#include "core/index/bucket.h"

PAT_STATIC_ASSERT(PAT_INDEX_DEPTH_MAX < 31, "heap nodes are numbered in 32 bits");

enum { FETCH_AHEAD = 16 }; /* nodes */

static const pat_hash empty = {{0}};

static bool is_empty(const pat_hash *hash) {
  return pat_span_equal(pat_hash_span(hash), pat_hash_span(&empty));
}

static unsigned level_of(uint32_t node) {
  PAT_ASSERT(node > 0);
  return 31u - (unsigned)__builtin_clz(node);
}

static uint32_t node_of(const pat_index_top *top, uint32_t bucket) {
  PAT_ASSERT(bucket >> top->depth == 0);
  return (UINT32_C(1) << top->depth) + bucket;
}

/* The hash of a node at this level above two children. */
static pat_hash combine(unsigned level, const pat_hash *left, const pat_hash *right) {
  if (is_empty(left)) return *right;
  if (is_empty(right)) return *left;
  return pat_index_inner_hash(level, left, right);
}

void pat_index_top_init(pat_index_top *ret_top, pat_hash *heap, unsigned depth) {
  PAT_ASSERT(depth <= PAT_INDEX_DEPTH_MAX);
  *ret_top = (pat_index_top){.heap = heap, .depth = depth};
}

/* --- loading --------------------------------------------------------------------------------- */

static void refresh(pat_index_top *top, uint32_t node) {
  top->heap[node] = combine(level_of(node), &top->heap[2 * node], &top->heap[2 * node + 1]);
}

void pat_index_top_load(pat_index_top *top, uint32_t bucket, const pat_hash *hash) {
  const uint32_t node = node_of(top, bucket);
  PAT_ASSERT(node > top->open);
  PAT_ASSERT(!is_empty(hash));
  /* Nothing more comes below the ancestors that the last bucket does not share with this one. */
  uint32_t ours = node >> 1;
  for (uint32_t theirs = top->open >> 1; theirs != ours && theirs > 0; theirs >>= 1) {
    refresh(top, theirs);
    ours >>= 1;
  }
  top->heap[node] = *hash;
  top->open = node;
}

void pat_index_top_load_end(pat_index_top *top) {
  for (uint32_t node = top->open >> 1; node > 0; node >>= 1)
    refresh(top, node);
  top->open = 0;
}

/* --- changing -------------------------------------------------------------------------------- */

/* Appends the parents of the changes [from, to), which are of one level and ascend; gives the
 * number of all changes. */
static size_t plan_parents(const pat_index_top *top, pat_index_top_change *changes, size_t from,
                           size_t to) {
  size_t count = to;
  for (size_t i = from; i < to; i++) {
    /* Hashing is faster than memory: what is read later is fetched meanwhile. */
    if (i + FETCH_AHEAD < to) __builtin_prefetch(&top->heap[changes[i + FETCH_AHEAD].node ^ 1u]);
    const uint32_t node = changes[i].node;
    const bool pair = i + 1 < to && changes[i + 1].node == (node ^ 1u);
    const pat_hash *sibling = pair ? &changes[i + 1].hash : &top->heap[node ^ 1u];
    const bool is_left = (node & 1u) == 0;
    changes[count++] = (pat_index_top_change){
        .node = node >> 1,
        .hash = combine(level_of(node >> 1), is_left ? &changes[i].hash : sibling,
                        is_left ? sibling : &changes[i].hash)};
    if (pair) i++;
  }
  return count;
}

size_t pat_index_top_plan(const pat_index_top *top, pat_index_top_change *changes,
                          size_t bucket_count) {
  PAT_ASSERT(top->open == 0);
  for (size_t i = 0; i < bucket_count; i++) {
    PAT_ASSERT(!is_empty(&changes[i].hash));
    changes[i].node = node_of(top, changes[i].node);
    PAT_ASSERT(i == 0 || changes[i - 1].node < changes[i].node);
  }
  size_t from = 0;
  size_t to = bucket_count;
  for (unsigned level = top->depth; level > 0 && to > from; level--) {
    const size_t count = plan_parents(top, changes, from, to);
    from = to;
    to = count;
  }
  return to;
}

void pat_index_top_apply(pat_index_top *top, const pat_index_top_change *changes,
                         size_t change_count) {
  PAT_ASSERT(top->open == 0);
  for (size_t i = 0; i < change_count; i++)
    top->heap[changes[i].node] = changes[i].hash;
}

/* --- reading --------------------------------------------------------------------------------- */

bool pat_index_top_bucket(const pat_index_top *top, uint32_t bucket, pat_hash *ret_hash) {
  *ret_hash = top->heap[node_of(top, bucket)];
  return !is_empty(ret_hash);
}

pat_hash pat_index_top_root(const pat_index_top *top) {
  PAT_ASSERT(top->open == 0);
  return is_empty(&top->heap[1]) ? pat_index_empty_root() : top->heap[1];
}

void pat_index_top_find(const pat_index_top *top, const pat_hash *key, pat_index_path *ret_path) {
  PAT_ASSERT(top->open == 0);
  ret_path->step_count = 0;
  ret_path->empty = is_empty(&top->heap[1]);
  if (ret_path->empty) return;
  uint32_t node = 1;
  for (unsigned level = 0; level < top->depth; level++) {
    uint32_t next = 2 * node + pat_index_key_bit(pat_hash_span(key), level);
    const pat_hash *sibling = &top->heap[next ^ 1u];
    if (is_empty(&top->heap[next])) {
      next ^= 1u;
    } else if (!is_empty(sibling)) {
      ret_path->steps[ret_path->step_count].bit = (uint8_t)level;
      ret_path->steps[ret_path->step_count++].sibling = *sibling;
    }
    node = next;
  }
  ret_path->bucket = node - (UINT32_C(1) << top->depth);
  ret_path->bucket_hash = top->heap[node];
}

void pat_index_path_write(const pat_index_path *path, pat_builder *out) {
  for (unsigned i = path->step_count; i > 0; i--) {
    pat_builder_uvarint(out, path->steps[i - 1].bit);
    pat_builder_span(out, pat_hash_span(&path->steps[i - 1].sibling));
  }
}
