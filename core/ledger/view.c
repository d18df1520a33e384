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
static size_t hash_key(pat_ledger_key key) {
  uint64_t hash = mix((uint64_t)key.table + 1, key.bytes.size);
  size_t at = 0;
  for (; key.bytes.size - at >= sizeof hash; at += sizeof hash)
    hash = mix(hash, word_at(key.bytes.data + at));
  for (; at < key.bytes.size; at++)
    hash = mix(hash, key.bytes.data[at]);
  return (size_t)hash;
}

static bool is_free(const pat_view_slot *slot) { return slot->key.bytes.data == NULL; }

static pat_view_slot *find_slot(pat_view_slot *slots, size_t capacity, pat_ledger_key key) {
  size_t at = hash_key(key) & (capacity - 1);
  while (!is_free(&slots[at])) {
    bool same = slots[at].key.table == key.table && pat_span_equal(slots[at].key.bytes, key.bytes);
    if (same) break;
    at = (at + 1) & (capacity - 1);
  }
  return &slots[at];
}

pat_status pat_view_init(pat_view *view, pat_arena *arena) {
  pat_view_slot *slots = pat_arena_take_array(arena, INITIAL_CAPACITY, sizeof *slots);
  PAT_REQUIRE(slots != NULL, LIMIT_MEMORY);
  *view = (pat_view){.arena = arena, .slots = slots, .capacity = INITIAL_CAPACITY};
  return PAT_OK;
}

static pat_status grow(pat_view *view) {
  size_t capacity = view->capacity * 2;
  pat_view_slot *slots = pat_arena_take_array(view->arena, capacity, sizeof *slots);
  PAT_REQUIRE(slots != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < view->capacity; i++) {
    if (is_free(&view->slots[i])) continue;
    *find_slot(slots, capacity, view->slots[i].key) = view->slots[i];
  }
  view->slots = slots;
  view->capacity = capacity;
  return PAT_OK;
}

pat_status pat_view__keep(pat_arena *arena, pat_span bytes, pat_span *ret_copy) {
  uint8_t *copy = pat_arena_take(arena, bytes.size);
  PAT_REQUIRE(copy != NULL, LIMIT_MEMORY);
  pat_span_copy(copy, bytes.size, bytes);
  *ret_copy = pat_span_make(copy, bytes.size);
  return PAT_OK;
}

/* The key's slot, made where it is new. */
static pat_status slot_for(pat_view *view, pat_ledger_key key, pat_view_slot **ret_slot) {
  PAT_ASSERT(key.bytes.size > 0);
  PAT_ASSERT(key.table < PAT_LEDGER_TABLE_COUNT);
  pat_view_slot *slot = find_slot(view->slots, view->capacity, key);
  if (is_free(slot)) {
    if (view->used >= view->capacity / 4 * 3) {
      PAT_TRY(grow(view));
      slot = find_slot(view->slots, view->capacity, key);
    }
    pat_span copy;
    PAT_TRY(pat_view__keep(view->arena, key.bytes, &copy));
    *slot = (pat_view_slot){.key = {key.table, copy}};
    view->used++;
  }
  *ret_slot = slot;
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
  for (size_t i = 0; i < view->capacity; i++) {
    view->slots[i].written = false;
    view->slots[i].overlay = PAT_SPAN_EMPTY;
  }
}

pat_status pat_view_each_need(const pat_view *view, pat_view_visitor visit, void *context) {
  for (size_t i = 0; i < view->capacity; i++) {
    if (!is_free(&view->slots[i]) && view->slots[i].base_state == PAT_VIEW_NEEDED) {
      PAT_TRY(visit(context, &view->slots[i]));
    }
  }
  return PAT_OK;
}

pat_status pat_view_each_write(const pat_view *view, pat_view_visitor visit, void *context) {
  for (size_t i = 0; i < view->capacity; i++) {
    if (view->slots[i].written) PAT_TRY(visit(context, &view->slots[i]));
  }
  return PAT_OK;
}
