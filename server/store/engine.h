/* What an engine implements, and what every store begins with. For engines and for wrappers around
 * them; everyone else uses store.h, whose functions check arguments and then call these.
 *
 * An operation may rely on: keys within their lengths, tables in range, one write or sync at a
 * time, no write after a failed one. Its promises and failures are those of the function of its
 * name. */
#ifndef PAT_SERVER_STORE_ENGINE_H
#define PAT_SERVER_STORE_ENGINE_H

#include <stdatomic.h>

#include "server/store/store.h"
#include "server/sys/thread.h"

#define PAT_STORE_ENGINE_VERSION 2U

typedef struct {
  uint32_t version; /* PAT_STORE_ENGINE_VERSION: the layout of this table */
  const char *name; /* as in "memory" */

  pat_status (*get)(pat_store *store, const pat_store_snapshot *snapshot, pat_store_key key,
                    pat_blob *ret_value);
  /* All of one moment. ret_values are absent at entry; on failure the caller clears them. */
  pat_status (*get_many)(pat_store *store, const pat_store_snapshot *snapshot,
                         const pat_store_key *keys, size_t count, pat_blob *ret_values);
  /* Whole or not at all. STORE_COMMIT_UNKNOWN where that is not known; any other failure means that
   * nothing was done. */
  pat_status (*write)(pat_store *store, const pat_write_set *set, bool durable);
  pat_status (*snapshot_open)(pat_store *store, pat_store_snapshot **ret_snapshot);
  void (*snapshot_close)(pat_store *store, pat_store_snapshot *snapshot);
  /* Copies what it needs of range. */
  pat_status (*cursor_open)(pat_store *store, const pat_store_snapshot *snapshot,
                            pat_store_range range, pat_store_cursor **ret_cursor);
  pat_status (*cursor_next)(pat_store *store, pat_store_cursor *cursor, pat_span *ret_key,
                            pat_span *ret_value);
  void (*cursor_close)(pat_store *store, pat_store_cursor *cursor);
  pat_status (*sync)(pat_store *store);
  /* NULL: there always is. */
  pat_status (*check_room)(pat_store *store, uint64_t bytes);
  /* Frees the store itself too, after pat_store_clear_base. */
  void (*close)(pat_store *store);
} pat_store_engine;

/* The first member of every engine's own structure. */
struct pat_store {
  const pat_store_engine *engine;
  pat_mutex write_mutex; /* puts writes in one order */
  atomic_bool needs_reopen;
};

/* The first members of every engine's snapshots and cursors; set by store.c. */
struct pat_store_snapshot {
  pat_store *store;
};
struct pat_store_cursor {
  pat_store *store;
};

/* Sets up and takes down the part that all engines share. */
void pat_store_init_base(pat_store *store, const pat_store_engine *engine) PAT_NONNULL_ALL;
void pat_store_clear_base(pat_store *store) PAT_NONNULL_ALL;

/* Gives the positions of keys in their order, by table and then by bytes.
 * out   ret_positions  room for count */
void pat_store_order(const pat_store_key *keys, size_t count,
                     uint32_t *ret_positions) PAT_NONNULL_ALL;

#endif
