/* The view: the part of the store that one plan looks at, in memory.
 *
 * A plan is pure: it reads nothing but the view. A key that the view does not hold becomes a
 * need; the driver fetches it, puts it in as base value, and plans again. What a plan writes
 * lies over the base values, so that later statements of the batch see earlier ones; dropped,
 * the base values remain for the next round. */
#ifndef PAT_CORE_LEDGER_VIEW_H
#define PAT_CORE_LEDGER_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/arena.h"
#include "core/base/span.h"
#include "core/base/status.h"

/* Where a record lies; the server maps these to the tables of its store. */
typedef enum {
  PAT_LEDGER_META = 0,  /* "head" -> HeadRecord */
  PAT_LEDGER_LEAF,      /* u64be index -> leaf bytes */
  PAT_LEDGER_STATEMENT, /* SHA-256 -> StatementRecord */
  PAT_LEDGER_SUBJECT,   /* subject key -> SubjectRecord */
  PAT_LEDGER_SUBLOG,    /* subject key || u64be seq -> u64be index || leaf hash */
  PAT_LEDGER_STATE,     /* prefix byte || id -> a record of ledger.proto, or a published schema */
  PAT_LEDGER_NEAR,      /* SHA-256 -> NearRecord */
  PAT_LEDGER_COMMIT,    /* u64be epoch -> u64be log index of its commit */
  PAT_LEDGER_TABLE_COUNT
} pat_ledger_table;

typedef struct {
  pat_ledger_table table;
  pat_span bytes;
} pat_ledger_key;

typedef enum {
  PAT_VIEW_UNKNOWN = 0,
  PAT_VIEW_NEEDED,
  PAT_VIEW_ABSENT,
  PAT_VIEW_PRESENT,
} pat_view_state;

/* One key. Private to the view, but read by pat_view_each. */
typedef struct {
  pat_ledger_key key;
  pat_view_state base_state;
  pat_span base;
  bool written;
  pat_span overlay;
} pat_view_slot;

/* Where a key's slot is: few bytes each, so that finding one touches little memory. */
typedef struct {
  uint32_t hash;
  uint32_t number; /* of the slot, counted from 1; 0: free */
} pat_view_entry;

/* Slots in the order in which their keys came; entries by open addressing with linear probing.
 * Invariants: capacity is a power of two; used <= 3/4 of it, the room in slots. */
typedef struct {
  pat_arena *arena; /* for all of these, keys and base values: lives as long as the view */
  pat_view_slot *slots;
  pat_view_entry *entries;
  size_t capacity; /* of entries */
  size_t used;
  size_t need_count;
  const void *asked; /* the batch's submissions where their own keys are known; NULL: not yet */
} pat_view;

/* Makes an empty view. arena is borrowed for the view's life. fails limit.memory */
pat_status pat_view_init(pat_view *view, pat_arena *arena) PAT_MUST_USE PAT_NONNULL_ALL;

/* Puts what the store holds: a copy of value, or nothing where present is false. fails
 * limit.memory */
pat_status pat_view_put_base(pat_view *view, pat_ledger_key key, bool present,
                             pat_span value) PAT_MUST_USE PAT_NONNULL(1);

/* Reads a key: the newest write of this plan, else the base value.
 * out   ret_value  borrowed from the view; unchanged on failure
 * fails ledger.absent  nothing is recorded there
 *       ledger.need    the view does not know; the key is among the needs now
 *       limit.memory */
pat_status pat_view_get(pat_view *view, pat_ledger_key key, pat_span *ret_value) PAT_MUST_USE
    PAT_NONNULL(1, 3);

/* Writes a key over its base value. value is borrowed until pat_view_drop_writes; key is copied.
 * fails limit.memory */
pat_status pat_view_write(pat_view *view, pat_ledger_key key, pat_span value) PAT_MUST_USE
    PAT_NONNULL(1);

/* Forgets all writes: the next round starts from the base values. */
void pat_view_drop_writes(pat_view *view) PAT_NONNULL_ALL;

/* Calls visit for each slot for which want is true; stops at its first failure and returns it.
 * The order is that in which the keys came. */
typedef pat_status (*pat_view_visitor)(void *context, const pat_view_slot *slot);
pat_status pat_view_each_need(const pat_view *view, pat_view_visitor visit,
                              void *context) PAT_MUST_USE PAT_NONNULL(1, 2);
pat_status pat_view_each_write(const pat_view *view, pat_view_visitor visit,
                               void *context) PAT_MUST_USE PAT_NONNULL(1, 2);

/* Copies bytes into an arena, for the files of this folder. fails limit.memory */
pat_status pat_view__keep(pat_arena *arena, pat_span bytes, pat_span *ret_copy) PAT_MUST_USE
    PAT_NONNULL(1, 3);

#endif
