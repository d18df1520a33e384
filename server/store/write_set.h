/* A list of puts and deletes that the store applies as one. Keys and values are copied into memory
 * of the set, which grows up to its bounds, or lent to it.
 *
 * Invariants (pat_write_set_valid): the key and value of every item that was copied lie inside the
 * set's bytes; count and byte_count stay within items_max and bytes_max. Not thread-safe. */
#ifndef PAT_SERVER_STORE_WRITE_SET_H
#define PAT_SERVER_STORE_WRITE_SET_H

#include "core/base/span.h"
#include "core/base/status.h"
#include "server/store/table.h"

typedef enum {
  PAT_WRITE_PUT = 1,
  PAT_WRITE_DELETE = 2,
} pat_write_kind;

/* One item as it is read back. */
typedef struct {
  pat_write_kind kind;
  pat_table table;
  pat_span key;   /* borrowed until the set is changed */
  pat_span value; /* likewise; empty for a delete */
} pat_write;

struct pat_write_slot;

/* Make with pat_write_set_init; the fields are private. */
typedef struct {
  struct pat_write_slot *slots;
  size_t count;
  size_t slots_capacity;
  size_t items_max;
  uint8_t *bytes;
  size_t copied_count; /* of bytes */
  size_t byte_count;   /* of all items, lent ones too */
  size_t bytes_capacity;
  size_t bytes_max;
} pat_write_set;

/* Makes an empty set with the service's bounds (PAT_WRITE_SET_ITEMS_MAX, PAT_WRITE_SET_BYTES_MAX).
 * Takes no memory yet. The caller clears it with pat_write_set_clear. */
void pat_write_set_init(pat_write_set *set) PAT_NONNULL_ALL;
/* The same with lower bounds. */
void pat_write_set_init_bounded(pat_write_set *set, size_t items_max,
                                size_t bytes_max) PAT_NONNULL_ALL;

/* Frees the memory; the set is empty and may be used again. A zeroed set is accepted. */
void pat_write_set_clear(pat_write_set *set) PAT_NONNULL_ALL;

/* Empties the set, keeping its memory for the next batch. */
void pat_write_set_reset(pat_write_set *set) PAT_NONNULL_ALL;

/* Appends: store value under key, replacing what is there.
 * in    key, value  copied; value may be empty
 * fails STORE_KEY_LENGTH    key is empty or longer than PAT_STORE_KEY_BYTES_MAX
 *       STORE_VALUE_LENGTH  value is longer than PAT_STORE_VALUE_BYTES_MAX
 *       STORE_WRITE_SET     the set is full
 *       LIMIT_MEMORY        the set is unchanged, as with every failure
 * time  O(key + value), amortised */
pat_status pat_write_set_put(pat_write_set *set, pat_table table, pat_span key,
                             pat_span value) PAT_NONNULL_ALL PAT_MUST_USE;

/* As pat_write_set_put, but copies nothing: what stands in memory for the batch anyway.
 * in    key, value  borrowed until the set is reset or cleared, or given to the store for the last
 *                   time
 * time  O(1), amortised */
pat_status pat_write_set_lend(pat_write_set *set, pat_table table, pat_span key,
                              pat_span value) PAT_NONNULL_ALL PAT_MUST_USE;

/* Appends: remove key; nothing happens where it is not stored. Fails as pat_write_set_put. */
pat_status pat_write_set_delete(pat_write_set *set, pat_table table,
                                pat_span key) PAT_NONNULL_ALL PAT_MUST_USE;

/* Number of items, and bytes of all keys and values. */
size_t pat_write_set_count(const pat_write_set *set) PAT_NONNULL_ALL;
size_t pat_write_set_bytes(const pat_write_set *set) PAT_NONNULL_ALL;

/* The item at position, in order of appending; position < count (asserted). */
pat_write pat_write_set_at(const pat_write_set *set, size_t position) PAT_NONNULL_ALL;

/* Gives the positions of all items by table, then key, then in order of appending: the last item
 * for a key stays its last. What keeps its keys sorted takes them faster so.
 * out   ret_positions  as many as pat_write_set_count
 * fails LIMIT_MEMORY   ret_positions is unset
 * time  O(count log count) */
pat_status pat_write_set_order(const pat_write_set *set,
                               uint32_t *ret_positions) PAT_NONNULL_ALL PAT_MUST_USE;

bool pat_write_set_valid(const pat_write_set *set) PAT_NONNULL_ALL;

#endif
