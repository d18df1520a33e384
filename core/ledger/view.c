#include "core/ledger/view.h"

#include "core/base/assert.h"

enum { INITIAL_CAPACITY = 1024 };

static uint64_t word_at(const uint8_t *bytes) {
  return (uint64_t)bytes[0] | (uint64_t)bytes[1] << 8 | (uint64_t)bytes[2] << 16 |
         (uint64_t)bytes[3] << 24 | (uint64_t)bytes[4] << 32 | (uint64_t)bytes[5] << 40 |
         (uint64_t)bytes[6] << 48 | (uint64_t)bytes[7] << 56;
}

/* Folded before the product, too: it carries upwards only, and numbers differ in the last byte of
 * their key, which is the highest of its word. */
static uint64_t mix(uint64_t hash, uint64_t word) {
  hash ^= word;
  hash = (hash ^ (hash >> 32)) * 0x9e3779b97f4a7c15ULL;
  return hash ^ (hash >> 32);
}

/* Eight bytes at a step, as each statement asks for some thirty keys. The keys are hashes, ids and
 * short names; a crafted collision costs only time, bounded by the batch. */
static uint32_t hash_key(pat_ledger_key key) {
  uint64_t hash = mix((uint64_t)key.table + 1, key.bytes.size);
  size_t at = 0;
  for (; key.bytes.size - at >= sizeof hash; at += sizeof hash)
    hash = mix(hash, word_at(key.bytes.data + at));
  for (; at < key.bytes.size; at++)
    hash = mix(hash, key.bytes.data[at]);
  return (uint32_t)hash;
}

static size_t slot_room(size_t capacity) { return capacity / 4 * 3; }

static bool has_key(const pat_view_slot *slot, pat_ledger_key key) {
  return slot->key.table == key.table && pat_span_equal(slot->key.bytes, key.bytes);
}

/* The key's entry, or the free one where it belongs. */
static pat_view_entry *find_entry(const pat_view *view, pat_ledger_key key, uint32_t hash) {
  size_t at = hash & (view->capacity - 1);
  while (view->entries[at].number != 0) {
    const pat_view_entry *entry = &view->entries[at];
    if (entry->hash == hash && has_key(&view->slots[entry->number - 1], key)) break;
    at = (at + 1) & (view->capacity - 1);
  }
  return &view->entries[at];
}

static pat_status take_tables(pat_arena *arena, size_t capacity, pat_view *view) {
  PAT_REQUIRE(capacity <= UINT32_MAX, LIMIT_MEMORY);
  pat_view_slot *slots = pat_arena_take_array(arena, slot_room(capacity), sizeof *slots);
  pat_view_entry *entries = pat_arena_take_array(arena, capacity, sizeof *entries);
  PAT_REQUIRE(slots != NULL && entries != NULL, LIMIT_MEMORY);
  view->slots = slots;
  view->entries = entries;
  view->capacity = capacity;
  return PAT_OK;
}

pat_status pat_view_init(pat_view *view, pat_arena *arena) {
  pat_view empty = {.arena = arena};
  PAT_TRY(take_tables(arena, INITIAL_CAPACITY, &empty));
  *view = empty;
  return PAT_OK;
}

static pat_status grow(pat_view *view) {
  const pat_view before = *view;
  PAT_TRY(take_tables(view->arena, before.capacity * 2, view));
  size_t size = before.used * sizeof *before.slots;
  pat_span_copy(view->slots, size, pat_span_make(before.slots, size));
  for (size_t i = 0; i < before.capacity; i++) {
    if (before.entries[i].number == 0) continue;
    size_t at = before.entries[i].hash & (view->capacity - 1);
    while (view->entries[at].number != 0)
      at = (at + 1) & (view->capacity - 1);
    view->entries[at] = before.entries[i];
  }
  return PAT_OK;
}

pat_status pat_view__keep(pat_arena *arena, pat_span bytes, pat_span *ret_copy) {
  uint8_t *copy = pat_arena_take(arena, bytes.size);
  PAT_REQUIRE(copy != NULL, LIMIT_MEMORY);
  pat_span_copy(copy, bytes.size, bytes);
  *ret_copy = pat_span_make(copy, bytes.size);
  return PAT_OK;
}

static pat_status add_slot(pat_view *view, pat_ledger_key key, uint32_t hash) {
  if (view->used == slot_room(view->capacity)) PAT_TRY(grow(view));
  pat_span copy;
  PAT_TRY(pat_view__keep(view->arena, key.bytes, &copy));
  view->slots[view->used] = (pat_view_slot){.key = {key.table, copy}};
  view->used++;
  *find_entry(view, key, hash) = (pat_view_entry){hash, (uint32_t)view->used};
  return PAT_OK;
}

/* The key's slot, made where it is new. */
static pat_status slot_for(pat_view *view, pat_ledger_key key, pat_view_slot **ret_slot) {
  PAT_ASSERT(key.bytes.size > 0);
  PAT_ASSERT(key.table < PAT_LEDGER_TABLE_COUNT);
  uint32_t hash = hash_key(key);
  uint32_t number = find_entry(view, key, hash)->number;
  if (number == 0) {
    PAT_TRY(add_slot(view, key, hash));
    number = (uint32_t)view->used;
  }
  *ret_slot = &view->slots[number - 1];
  return PAT_OK;
}

pat_status pat_view_put_base(pat_view *view, pat_ledger_key key, bool present, pat_span value) {
  pat_view_slot *slot = NULL;
  PAT_TRY(slot_for(view, key, &slot));
  pat_span copy = PAT_SPAN_EMPTY;
  if (present) PAT_TRY(pat_view__keep(view->arena, value, &copy));
  if (slot->base_state == PAT_VIEW_NEEDED) view->need_count--;
  slot->base_state = present ? PAT_VIEW_PRESENT : PAT_VIEW_ABSENT;
  slot->base = copy;
  return PAT_OK;
}

pat_status pat_view_get(pat_view *view, pat_ledger_key key, pat_span *ret_value) {
  pat_view_slot *slot = NULL;
  PAT_TRY(slot_for(view, key, &slot));
  if (slot->written) {
    *ret_value = slot->overlay;
    return PAT_OK;
  }
  switch (slot->base_state) {
    case PAT_VIEW_PRESENT:
      *ret_value = slot->base;
      return PAT_OK;
    case PAT_VIEW_ABSENT:
      return pat_refuse(PAT_RULE_LEDGER_ABSENT);
    case PAT_VIEW_UNKNOWN:
      slot->base_state = PAT_VIEW_NEEDED;
      view->need_count++;
      return pat_refuse(PAT_RULE_LEDGER_NEED);
    case PAT_VIEW_NEEDED:
      return pat_refuse(PAT_RULE_LEDGER_NEED);
  }
  return pat_refuse(PAT_RULE_INTERNAL);
}

pat_status pat_view_write(pat_view *view, pat_ledger_key key, pat_span value) {
  pat_view_slot *slot = NULL;
  PAT_TRY(slot_for(view, key, &slot));
  slot->written = true;
  slot->overlay = value;
  return PAT_OK;
}

void pat_view_drop_writes(pat_view *view) {
  for (size_t i = 0; i < view->used; i++) {
    view->slots[i].written = false;
    view->slots[i].overlay = PAT_SPAN_EMPTY;
  }
}

pat_status pat_view_each_need(const pat_view *view, pat_view_visitor visit, void *context) {
  for (size_t i = 0; i < view->used; i++) {
    if (view->slots[i].base_state == PAT_VIEW_NEEDED) PAT_TRY(visit(context, &view->slots[i]));
  }
  return PAT_OK;
}

pat_status pat_view_each_write(const pat_view *view, pat_view_visitor visit, void *context) {
  for (size_t i = 0; i < view->used; i++) {
    if (view->slots[i].written) PAT_TRY(visit(context, &view->slots[i]));
  }
  return PAT_OK;
}
