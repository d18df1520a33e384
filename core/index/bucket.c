#include "core/index/bucket.h"

#include "core/base/assert.h"
#include "core/bytes/reader.h"

PAT_STATIC_ASSERT(sizeof(pat_index_leaf) == PAT_HASH_BYTES + PAT_INDEX_VALUE_BYTES,
                  "leaves stand in a record as they stand in memory");
PAT_STATIC_ASSERT(PAT_INDEX_DEPTH_MAX < 32, "a bucket's number has 32 bits");

static pat_span leaf_span(const pat_index_leaf *leaves, size_t count) {
  return pat_span_make(leaves, count * sizeof *leaves);
}

uint32_t pat_index_bucket_number(const pat_hash *key, unsigned depth) {
  PAT_ASSERT(depth <= PAT_INDEX_DEPTH_MAX);
  pat_reader reader;
  pat_reader_init(&reader, pat_hash_span(key));
  uint32_t first = 0;
  const pat_status status = pat_reader_u32be(&reader, &first);
  PAT_ASSERT(pat_is_ok(status));
  return depth == 0 ? 0 : first >> (32 - depth);
}

pat_index_leaf pat_index_leaf_make(const pat_hash *key, const pat_index_value *value) {
  pat_index_leaf leaf = {.key = *key};
  pat_index_value_encode(value, leaf.value);
  return leaf;
}

static pat_index_value value_of(const pat_index_leaf *leaf) {
  pat_index_value value = {.count = 0};
  const pat_status status = pat_index_value_decode(PAT_SPAN_OF(leaf->value), &value);
  PAT_ASSERT(pat_is_ok(status)); /* checked when it came in */
  return value;
}

static int compare_keys(const pat_index_leaf *a, const pat_index_leaf *b) {
  return pat_span_compare(pat_hash_span(&a->key), pat_hash_span(&b->key));
}

/* --- the subtree of sorted leaves ------------------------------------------------------------ */

/* A subtree that waits for its right neighbour: they part at bit. */
typedef struct {
  pat_hash hash;
  uint32_t bit;
  bool has_target;
} pending;

/* The leaves from left to right: each is joined with the subtrees to its left that part from it
 * later than it parts from the leaf to its right. Bits grow strictly up the stack. */
typedef struct {
  pending stack[PAT_INDEX_KEY_BITS];
  size_t depth;
  pending hand;     /* what is being joined; its bit is unset */
  pat_builder *out; /* takes the siblings of the subtrees that hold the target; may be NULL */
} joining;

static void put_step(pat_builder *out, uint32_t bit, const pat_hash *sibling) {
  pat_builder_uvarint(out, bit);
  pat_builder_span(out, pat_hash_span(sibling));
}

static void join_with_left(joining *join) {
  PAT_ASSERT(join->depth > 0);
  const pending *left = &join->stack[--join->depth];
  if (join->out != NULL && left->has_target) put_step(join->out, left->bit, &join->hand.hash);
  if (join->out != NULL && join->hand.has_target) put_step(join->out, left->bit, &left->hash);
  join->hand.hash = pat_index_inner_hash(left->bit, &left->hash, &join->hand.hash);
  join->hand.has_target = join->hand.has_target || left->has_target;
}

static void push(joining *join, uint32_t bit) {
  PAT_ASSERT(join->depth < PAT_INDEX_KEY_BITS);
  join->hand.bit = bit;
  join->stack[join->depth++] = join->hand;
}

/* The hash of the leaves' subtree; the steps from leaf number target up to it go to out, where that
 * is not NULL. */
static pat_hash fold(const pat_index_leaf *leaves, size_t leaf_count, size_t target,
                     pat_builder *out) {
  PAT_ASSERT(leaf_count >= 1);
  joining join;
  join.depth = 0;
  join.out = out;
  for (size_t i = 0; i < leaf_count; i++) {
    const pat_index_leaf *leaf = &leaves[i];
    join.hand =
        (pending){.hash = pat_index_leaf_hash(pat_hash_span(&leaf->key), PAT_SPAN_OF(leaf->value)),
                  .has_target = i == target};
    const bool last = i + 1 == leaf_count;
    const uint32_t bit = last ? 0 : pat_index_first_difference(&leaf->key, &leaves[i + 1].key);
    PAT_ASSERT(bit < PAT_INDEX_KEY_BITS);
    while (join.depth > 0 && (last || join.stack[join.depth - 1].bit > bit))
      join_with_left(&join);
    if (!last) push(&join, bit);
  }
  return join.hand.hash;
}

pat_index_bucket pat_index_bucket_make(const pat_index_leaf *leaves, size_t leaf_count) {
  return (pat_index_bucket){
      .hash = fold(leaves, leaf_count, 0, NULL), .leaves = leaves, .leaf_count = leaf_count};
}

/* --- records --------------------------------------------------------------------------------- */

static bool is_at(const pat_hash *key, pat_index_place place) {
  return pat_index_bucket_number(key, place.depth) == place.number;
}

/* Splits a record: its hash, and its leaves' bytes. */
static pat_status split(pat_span record, pat_hash *ret_hash, pat_span *ret_leaves) {
  PAT_ASSERT(pat_span_valid(record));
  pat_reader reader;
  pat_reader_init(&reader, record);
  pat_span hash = PAT_SPAN_EMPTY;
  pat_span leaves = PAT_SPAN_EMPTY;
  PAT_REQUIRE(pat_is_ok(pat_reader_take(&reader, PAT_HASH_BYTES, &hash)), INDEX_BUCKET);
  PAT_REQUIRE(pat_is_ok(pat_reader_rest(&reader, &leaves)), INDEX_BUCKET);
  PAT_REQUIRE(leaves.size > 0, INDEX_BUCKET);
  PAT_REQUIRE(leaves.size % sizeof(pat_index_leaf) == 0, INDEX_BUCKET);
  pat_span_copy(ret_hash->bytes, sizeof ret_hash->bytes, hash);
  *ret_leaves = leaves;
  return PAT_OK;
}

static pat_hash key_at(pat_span leaves, size_t number) {
  pat_hash key;
  pat_span_copy(key.bytes, sizeof key.bytes,
                pat_span_slice(leaves, number * sizeof(pat_index_leaf), PAT_HASH_BYTES));
  return key;
}

pat_status pat_index_bucket_peek(pat_span record, pat_index_place place, pat_hash *ret_hash,
                                 size_t *ret_leaf_count) {
  pat_hash hash;
  pat_span leaves = PAT_SPAN_EMPTY;
  PAT_TRY(split(record, &hash, &leaves));
  const size_t count = leaves.size / sizeof(pat_index_leaf);
  const pat_hash first = key_at(leaves, 0);
  const pat_hash last = key_at(leaves, count - 1);
  PAT_REQUIRE(is_at(&first, place), INDEX_BUCKET);
  PAT_REQUIRE(is_at(&last, place), INDEX_BUCKET);
  *ret_hash = hash;
  *ret_leaf_count = count;
  return PAT_OK;
}

static pat_status check_leaves(const pat_index_leaf *leaves, size_t count, pat_index_place place) {
  for (size_t i = 0; i < count; i++) {
    pat_index_value value;
    PAT_REQUIRE(is_at(&leaves[i].key, place), INDEX_BUCKET);
    PAT_REQUIRE(i == 0 || compare_keys(&leaves[i - 1], &leaves[i]) < 0, INDEX_BUCKET);
    PAT_REQUIRE(pat_is_ok(pat_index_value_decode(PAT_SPAN_OF(leaves[i].value), &value)),
                INDEX_BUCKET);
  }
  return PAT_OK;
}

pat_status pat_index_bucket_decode(pat_span record, pat_index_place place, pat_arena *arena,
                                   pat_index_bucket *ret_bucket) {
  pat_hash hash;
  pat_span bytes = PAT_SPAN_EMPTY;
  PAT_TRY(split(record, &hash, &bytes));
  const size_t count = bytes.size / sizeof(pat_index_leaf);
  pat_index_leaf *leaves = pat_arena_take_array(arena, count, sizeof *leaves);
  PAT_REQUIRE(leaves != NULL, LIMIT_MEMORY);
  pat_span_copy(leaves, count * sizeof *leaves, bytes);
  PAT_TRY(check_leaves(leaves, count, place));
  const pat_index_bucket bucket = pat_index_bucket_make(leaves, count);
  PAT_REQUIRE(pat_hash_equal(&bucket.hash, &hash), INDEX_BUCKET);
  *ret_bucket = bucket;
  return PAT_OK;
}

void pat_index_bucket_encode(const pat_index_bucket *bucket, pat_builder *out) {
  PAT_ASSERT(bucket->leaf_count >= 1);
  pat_builder_span(out, pat_hash_span(&bucket->hash));
  pat_builder_span(out, leaf_span(bucket->leaves, bucket->leaf_count));
}

/* --- merging --------------------------------------------------------------------------------- */

/* Two ascending lists, of which changes wins. */
typedef struct {
  const pat_index_leaf *old;
  size_t old_left;
  const pat_index_leaf *changes;
  size_t changes_left;
} merging;

static const pat_index_leaf *take_old(merging *merge) {
  merge->old_left--;
  return merge->old++;
}

static const pat_index_leaf *take_change(merging *merge) {
  merge->changes_left--;
  return merge->changes++;
}

/* The next leaf of the two lists together. */
static pat_status take_next(merging *merge, const pat_index_leaf **ret_leaf) {
  int order = 0;
  if (merge->old_left == 0) order = 1;
  if (merge->changes_left == 0) order = -1;
  if (order == 0) order = compare_keys(merge->old, merge->changes);
  if (order == 0) {
    const pat_index_value before = value_of(take_old(merge));
    const pat_index_value after = value_of(merge->changes);
    PAT_REQUIRE(after.count > before.count, INDEX_BUCKET);
  }
  *ret_leaf = order < 0 ? take_old(merge) : take_change(merge);
  return PAT_OK;
}

static void assert_ascending(const pat_index_leaf *leaves, size_t count) {
  for (size_t i = 1; i < count; i++)
    PAT_ASSERT(compare_keys(&leaves[i - 1], &leaves[i]) < 0);
}

pat_status pat_index_bucket_merge(const pat_index_bucket *old, const pat_index_leaf *changes,
                                  size_t change_count, pat_arena *arena,
                                  pat_index_bucket *ret_bucket) {
  PAT_ASSERT(change_count >= 1);
  assert_ascending(changes, change_count);
  merging merge = {.changes = changes, .changes_left = change_count};
  if (old != NULL) {
    merge.old = old->leaves;
    merge.old_left = old->leaf_count;
  }
  pat_index_leaf *leaves =
      pat_arena_take_array(arena, merge.old_left + change_count, sizeof *leaves);
  PAT_REQUIRE(leaves != NULL, LIMIT_MEMORY);
  size_t count = 0;
  while (merge.old_left > 0 || merge.changes_left > 0) {
    const pat_index_leaf *next = NULL;
    PAT_TRY(take_next(&merge, &next));
    leaves[count++] = *next;
  }
  *ret_bucket = pat_index_bucket_make(leaves, count);
  return PAT_OK;
}

/* --- proving --------------------------------------------------------------------------------- */

/* The first of the leaves [from, to) that has a 1 at this bit, at which they part. */
static size_t find_parting(const pat_index_leaf *leaves, size_t from, size_t to, uint32_t bit) {
  while (from < to) {
    const size_t middle = from + (to - from) / 2;
    if (pat_index_key_bit(pat_hash_span(&leaves[middle].key), bit) == 1) {
      to = middle;
    } else {
      from = middle + 1;
    }
  }
  return from;
}

/* The leaf to which the key's own bits lead: the key's, or the one that stands where it would. */
static size_t find_nearest(const pat_index_bucket *bucket, const pat_hash *key) {
  size_t from = 0;
  size_t to = bucket->leaf_count;
  while (to - from > 1) {
    const uint32_t bit =
        pat_index_first_difference(&bucket->leaves[from].key, &bucket->leaves[to - 1].key);
    const size_t parting = find_parting(bucket->leaves, from, to, bit);
    PAT_ASSERT(parting > from);
    PAT_ASSERT(parting < to);
    if (pat_index_key_bit(pat_hash_span(key), bit) == 0) {
      to = parting;
    } else {
      from = parting;
    }
  }
  return from;
}

void pat_index_bucket_prove(const pat_index_bucket *bucket, const pat_hash *key, pat_builder *out,
                            bool *ret_present, pat_index_value *ret_value) {
  PAT_ASSERT(bucket->leaf_count >= 1);
  const size_t target = find_nearest(bucket, key);
  const pat_index_leaf *leaf = &bucket->leaves[target];
  *ret_present = pat_hash_equal(&leaf->key, key);
  if (*ret_present) {
    *ret_value = value_of(leaf);
  } else {
    pat_builder_uvarint(out, PAT_HASH_BYTES);
    pat_builder_span(out, pat_hash_span(&leaf->key));
    pat_builder_uvarint(out, sizeof leaf->value);
    pat_builder_span(out, PAT_SPAN_OF(leaf->value));
  }
  const pat_hash hash = fold(bucket->leaves, bucket->leaf_count, target, out);
  PAT_ASSERT(pat_hash_equal(&hash, &bucket->hash));
}
