#include "server/api/key_set.h"

#include "core/base/assert.h"
#include "core/bytes/builder.h"

enum { FIRST_CAPACITY = 256 };

/* The odd constant spreads keys that differ only in their low bits, as log indices do. */
static size_t first_slot(const pat_hash *key, size_t capacity) {
  uint64_t word = 0;
  for (size_t i = 0; i < sizeof(word); i++)
    word = word << 8 | key->bytes[i];
  word *= UINT64_C(0x9e3779b97f4a7c15);
  return (size_t)(word >> 32) & (capacity - 1);
}

/* The slot that holds the key, or the free one where it belongs. */
static pat_api_key_slot *slot_of(pat_api_key_slot *slots, size_t capacity, const pat_hash *key) {
  size_t at = first_slot(key, capacity);
  while (slots[at].taken && !pat_hash_equal(&slots[at].key, key))
    at = (at + 1) & (capacity - 1);
  return &slots[at];
}

static pat_status grow(pat_api_key_set *set, pat_arena *arena) {
  size_t capacity = set->capacity == 0 ? FIRST_CAPACITY : 2 * set->capacity;
  pat_api_key_slot *slots = pat_arena_take_array(arena, capacity, sizeof(*slots));
  PAT_REQUIRE(slots != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < set->capacity; i++) {
    if (set->slots[i].taken) *slot_of(slots, capacity, &set->slots[i].key) = set->slots[i];
  }
  set->slots = slots;
  set->capacity = capacity;
  return PAT_OK;
}

pat_status pat_api_key_set_add(pat_api_key_set *set, const pat_hash *key, pat_arena *arena,
                               bool *ret_is_new) {
  PAT_ASSERT(set->count <= set->capacity / 2);
  if (set->count == set->capacity / 2) PAT_TRY(grow(set, arena));
  pat_api_key_slot *slot = slot_of(set->slots, set->capacity, key);
  *ret_is_new = !slot->taken;
  if (slot->taken) return PAT_OK;
  *slot = (pat_api_key_slot){.key = *key, .taken = true};
  set->count++;
  return PAT_OK;
}

pat_hash pat_api_key_of_index(uint64_t index) {
  pat_hash key = {{0}};
  pat_builder builder;
  pat_builder_init(&builder, key.bytes, sizeof(key.bytes));
  pat_builder_u64be(&builder, index);
  return key;
}
