#include "server/store/write_set.h"

#include <stdlib.h>

#include "core/base/assert.h"
#include "core/base/limits.h"
#include "server/sys/mem.h"

enum { SLOTS_FIRST = 64, BYTES_FIRST = 4096 };

struct pat_write_slot {
  pat_write lent; /* sizes and all but, where copied, what the spans point to */
  bool copied;    /* the value stands right behind the key */
  size_t key_at;  /* where copied: in the set's bytes, which may move as they grow */
};

void pat_write_set_init(pat_write_set *set) {
  pat_write_set_init_bounded(set, PAT_WRITE_SET_ITEMS_MAX, PAT_WRITE_SET_BYTES_MAX);
}

void pat_write_set_init_bounded(pat_write_set *set, size_t items_max, size_t bytes_max) {
  PAT_ASSERT(items_max <= PAT_WRITE_SET_ITEMS_MAX);
  PAT_ASSERT(bytes_max <= PAT_WRITE_SET_BYTES_MAX);
  *set = (pat_write_set){.items_max = items_max, .bytes_max = bytes_max};
}

void pat_write_set_clear(pat_write_set *set) {
  pat_mem_free(set->slots);
  pat_mem_free(set->bytes);
  *set = (pat_write_set){.items_max = set->items_max, .bytes_max = set->bytes_max};
}

void pat_write_set_reset(pat_write_set *set) {
  set->count = 0;
  set->byte_count = 0;
  set->copied_count = 0;
}

bool pat_write_set_valid(const pat_write_set *set) {
  if (set->count > set->items_max || set->byte_count > set->bytes_max) return false;
  if (set->count > set->slots_capacity || set->copied_count > set->bytes_capacity) return false;
  if (set->copied_count > set->byte_count) return false;
  if (set->count == 0) return set->byte_count == 0;
  const struct pat_write_slot *last = &set->slots[set->count - 1];
  size_t end = last->key_at + last->lent.key.size + last->lent.value.size;
  return !last->copied || end == set->copied_count;
}

/* The next capacity that holds needed: at least doubled, so that growing costs little. */
static size_t grown(size_t capacity, size_t first, size_t needed) {
  size_t wanted = capacity == 0 ? first : capacity;
  while (wanted < needed)
    wanted *= 2;
  return wanted;
}

static pat_status reserve_slot(pat_write_set *set) {
  if (set->count < set->slots_capacity) return PAT_OK;
  size_t capacity = grown(set->slots_capacity, SLOTS_FIRST, set->count + 1);
  struct pat_write_slot *slots = pat_mem_resize(set->slots, capacity, sizeof *slots);
  PAT_REQUIRE(slots != NULL, LIMIT_MEMORY);
  set->slots = slots;
  set->slots_capacity = capacity;
  return PAT_OK;
}

static pat_status reserve_bytes(pat_write_set *set, size_t bytes_more) {
  size_t needed = set->copied_count + bytes_more;
  if (needed <= set->bytes_capacity) return PAT_OK;
  size_t capacity = grown(set->bytes_capacity, BYTES_FIRST, needed);
  uint8_t *bytes = pat_mem_resize(set->bytes, capacity, 1);
  PAT_REQUIRE(bytes != NULL, LIMIT_MEMORY);
  set->bytes = bytes;
  set->bytes_capacity = capacity;
  return PAT_OK;
}

static void copy_bytes(pat_write_set *set, pat_span bytes) {
  if (bytes.size == 0) return;
  pat_span_copy(set->bytes + set->copied_count, set->bytes_capacity - set->copied_count, bytes);
  set->copied_count += bytes.size;
}

static pat_status append(pat_write_set *set, pat_write write, bool copied) {
  PAT_ASSERT(write.table < PAT_TABLE_COUNT);
  PAT_ASSERT(pat_write_set_valid(set));
  PAT_REQUIRE(write.key.size >= 1, STORE_KEY_LENGTH);
  PAT_REQUIRE(write.key.size <= PAT_STORE_KEY_BYTES_MAX, STORE_KEY_LENGTH);
  PAT_REQUIRE(write.value.size <= PAT_STORE_VALUE_BYTES_MAX, STORE_VALUE_LENGTH);
  PAT_REQUIRE(set->count < set->items_max, STORE_WRITE_SET);
  size_t size = write.key.size + write.value.size;
  PAT_REQUIRE(size <= set->bytes_max - set->byte_count, STORE_WRITE_SET);
  PAT_TRY(reserve_slot(set));
  if (copied) PAT_TRY(reserve_bytes(set, size));
  set->slots[set->count++] =
      (struct pat_write_slot){.lent = write, .copied = copied, .key_at = set->copied_count};
  set->byte_count += size;
  if (copied) copy_bytes(set, write.key);
  if (copied) copy_bytes(set, write.value);
  PAT_ASSERT(pat_write_set_valid(set));
  return PAT_OK;
}

pat_status pat_write_set_put(pat_write_set *set, pat_table table, pat_span key, pat_span value) {
  return append(set, (pat_write){PAT_WRITE_PUT, table, key, value}, true);
}

pat_status pat_write_set_lend(pat_write_set *set, pat_table table, pat_span key, pat_span value) {
  return append(set, (pat_write){PAT_WRITE_PUT, table, key, value}, false);
}

pat_status pat_write_set_delete(pat_write_set *set, pat_table table, pat_span key) {
  return append(set, (pat_write){PAT_WRITE_DELETE, table, key, PAT_SPAN_EMPTY}, true);
}

size_t pat_write_set_count(const pat_write_set *set) { return set->count; }

size_t pat_write_set_bytes(const pat_write_set *set) { return set->byte_count; }

pat_write pat_write_set_at(const pat_write_set *set, size_t position) {
  PAT_ASSERT(position < set->count);
  const struct pat_write_slot *slot = &set->slots[position];
  pat_write write = slot->lent;
  if (!slot->copied) return write;
  write.key = pat_span_make(set->bytes + slot->key_at, write.key.size);
  write.value = pat_span_make(write.key.data + write.key.size, write.value.size);
  return write;
}

/* --- order ----------------------------------------------------------------------------------- */

/* An item's place in the order, with the beginning of its key at hand: most keys are hashes, so
 * that few comparisons have to look at the keys themselves. */
typedef struct {
  uint64_t key_start; /* big-endian, filled up with zeros */
  uint32_t table;
  uint32_t position;
} order_item;

static uint64_t start_of(pat_span key) {
  uint64_t start = 0;
  for (size_t i = 0; i < sizeof start; i++)
    start = start << 8 | (i < key.size ? key.data[i] : 0);
  return start;
}

static int compare_items(const void *a, const void *b, void *context) {
  const order_item *left = a;
  const order_item *right = b;
  if (left->table != right->table) return left->table < right->table ? -1 : 1;
  if (left->key_start != right->key_start) return left->key_start < right->key_start ? -1 : 1;
  int keys = pat_span_compare(pat_write_set_at(context, left->position).key,
                              pat_write_set_at(context, right->position).key);
  if (keys != 0) return keys;
  return left->position < right->position ? -1 : left->position > right->position;
}

pat_status pat_write_set_order(const pat_write_set *set, uint32_t *ret_positions) {
  PAT_ASSERT(pat_write_set_valid(set));
  PAT_STATIC_ASSERT(PAT_WRITE_SET_ITEMS_MAX <= UINT32_MAX, "a position fits into 32 bits");
  PAT_CLEANUP(pat_mem_free_at) order_item *items = pat_mem_new_array(set->count, sizeof *items);
  PAT_REQUIRE(items != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < set->count; i++) {
    pat_write write = pat_write_set_at(set, i);
    items[i] = (order_item){start_of(write.key), (uint32_t)write.table, (uint32_t)i};
  }
  qsort_r(items, set->count, sizeof *items, compare_items, (void *)(uintptr_t)set);
  for (size_t i = 0; i < set->count; i++)
    ret_positions[i] = items[i].position;
  return PAT_OK;
}
