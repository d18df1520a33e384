/* The storage seam: ordered tables of byte keys and values with atomic batches and snapshots.
 *
 * Every engine (memory, RocksDB, ...) promises the same, and tests/server/store runs one suite on
 * all: atomic    a write set is seen, and survives a crash, whole or not at all, over all tables;
 *   durable   when a durable write returns OK it survives the loss of power, and so does every
 * write before it; a write that is not durable may be lost by a crash until the next durable one or
 * pat_store_sync, but always as a tail: never one before another; snapshot  reads at a snapshot,
 * and cursors, see one moment and nothing later; ordered   cursors give keys ascending as byte
 * strings, a prefix before its extensions; threads   any thread may read while one writes; writes
 * are put in one order by the store. A cursor belongs to one thread at a time. A write that failed
 * is *unknown*, never "no": the store may hold it after it is opened again. So after
 * STORE_COMMIT_UNKNOWN a store refuses writes (STORE_NEEDS_REOPEN) until it is opened again.
 *
 * Who frees: values handed out are copies, the caller's; spans given by a cursor are borrowed until
 * its next step. */
#ifndef PAT_SERVER_STORE_STORE_H
#define PAT_SERVER_STORE_STORE_H

#include "core/base/span.h"
#include "core/base/status.h"
#include "server/store/table.h"
#include "server/store/write_set.h"
#include "server/sys/blob.h"

/* The format this program writes, kept under META/"format" as u32be. */
#define PAT_STORE_FORMAT     2U
#define PAT_STORE_FORMAT_KEY "format"

typedef struct pat_store pat_store;
typedef struct pat_store_snapshot pat_store_snapshot;
typedef struct pat_store_cursor pat_store_cursor;

typedef struct {
  pat_table table;
  pat_span bytes; /* 1..PAT_STORE_KEY_BYTES_MAX */
} pat_store_key;

/* A run of keys of one table. */
typedef struct {
  pat_table table;
  pat_span from; /* first key that may be given; empty: from the start */
  pat_span to;   /* first key not given any more; empty: to the end */
} pat_store_range;

/* Reads the value under one key: the newest or, where snapshot is not NULL, that moment's.
 * in    key        borrowed
 * out   ret_value  a copy, cleared by the caller with pat_blob_clear; unchanged on failure
 * fails STORE_NOT_FOUND   nothing is stored there
 *       STORE_KEY_LENGTH  the key is empty or too long
 *       STORE_IO, STORE_CORRUPT, LIMIT_MEMORY */
pat_status pat_store_get(pat_store *store, const pat_store_snapshot *snapshot, pat_store_key key,
                         pat_blob *ret_value) PAT_NONNULL(1, 4) PAT_MUST_USE;

/* Reads many keys, of any tables, at one moment: the sequencer's prefetch.
 * in    keys        count of them, any order, repeats allowed
 * out   ret_values  count blobs, in the order of keys; absent (data NULL) where nothing is stored;
 * each cleared by the caller. Unchanged on failure fails as pat_store_get, without STORE_NOT_FOUND;
 * LIMIT_MEMORY */
pat_status pat_store_get_many(pat_store *store, const pat_store_snapshot *snapshot,
                              const pat_store_key *keys, size_t count, pat_blob *ret_values)
    PAT_NONNULL(1) PAT_MUST_USE;

/* Applies a write set, in its order (a later item on the same key wins), as one.
 * in    durable    true: on stable storage when this returns OK
 * fails STORE_NEEDS_REOPEN    an earlier write failed; nothing was done
 *       STORE_SPACE_LOW       too little free space for it; nothing was done
 *       STORE_IO              the free space cannot be told; nothing was done
 *       STORE_COMMIT_UNKNOWN  it may or may not be there; see above
 *       LIMIT_MEMORY          nothing was done
 * time  an empty set does nothing, unless durable: then it is a pat_store_sync */
pat_status pat_store_write(pat_store *store, const pat_write_set *set,
                           bool durable) PAT_NONNULL_ALL PAT_MUST_USE;

/* Says whether a write set of so many bytes would find its space now: asked before anything else is
 * changed for it, as the write itself may be refused too late.
 * fails STORE_SPACE_LOW, STORE_NEEDS_REOPEN, STORE_IO as pat_store_write */
pat_status pat_store_check_room(pat_store *store, uint64_t bytes) PAT_NONNULL_ALL PAT_MUST_USE;

/* Fixes the present moment for reading.
 * out   ret_snapshot  closed by the caller with pat_store_snapshot_close before the store is
 * fails STORE_IO, LIMIT_MEMORY */
pat_status pat_store_snapshot_open(pat_store *store,
                                   pat_store_snapshot **ret_snapshot) PAT_NONNULL_ALL PAT_MUST_USE;
/* NULL is accepted. */
void pat_store_snapshot_close(pat_store *store, pat_store_snapshot *snapshot) PAT_NONNULL(1);

/* Starts a walk over a range, at snapshot or, where that is NULL, at the present moment.
 * in    range       borrowed for the call
 * out   ret_cursor  before its first key; closed with pat_store_cursor_close before snapshot and
 * store fails STORE_IO, LIMIT_MEMORY */
pat_status pat_store_cursor_open(pat_store *store, const pat_store_snapshot *snapshot,
                                 pat_store_range range, pat_store_cursor **ret_cursor)
    PAT_NONNULL(1, 4) PAT_MUST_USE;

/* Steps to the next key.
 * out   ret_key, ret_value  borrowed until the next step or close; unchanged on failure
 * fails STORE_END  the range has no more keys (and stays so)
 *       STORE_IO, STORE_CORRUPT, LIMIT_MEMORY */
pat_status pat_store_cursor_next(pat_store_cursor *cursor, pat_span *ret_key,
                                 pat_span *ret_value) PAT_NONNULL_ALL PAT_MUST_USE;
/* NULL is accepted. */
void pat_store_cursor_close(pat_store_cursor *cursor);

/* Makes every earlier write durable.
 * fails STORE_NEEDS_REOPEN, STORE_COMMIT_UNKNOWN as pat_store_write */
pat_status pat_store_sync(pat_store *store) PAT_NONNULL_ALL PAT_MUST_USE;

/* Closes and frees the store; snapshots and cursors must be closed. Nothing that was durable is
 * lost whether or not this is called. NULL is accepted. */
void pat_store_close(pat_store *store);
/* For PAT_CLEANUP. */
void pat_store_close_at(pat_store **store) PAT_NONNULL_ALL;
void pat_store_cursor_close_at(pat_store_cursor **cursor) PAT_NONNULL_ALL;

/* True after STORE_COMMIT_UNKNOWN: reads work, writes are refused. */
bool pat_store_needs_reopen(pat_store *store) PAT_NONNULL_ALL;

/* Checks the format that the store was written in; a store without any key is marked with
 * format_expected (PAT_STORE_FORMAT). Called once after opening, before any other use.
 * fails STORE_FORMAT_NEWER    written by a newer program; nothing may be read or written
 *       STORE_FORMAT_OLDER    written by an older program; it must be migrated first
 *       STORE_FORMAT_MISSING  it holds keys but no format, or an unreadable one: not a store of
 * ours and as pat_store_get and pat_store_write */
pat_status pat_store_check_format(pat_store *store,
                                  uint32_t format_expected) PAT_NONNULL_ALL PAT_MUST_USE;

/* --- engines --------------------------------------------------------------------------------- */

/* Opens an empty store in memory: for tests and simulations. Nothing survives its closing. It is
 * already marked with PAT_STORE_FORMAT.
 * fails LIMIT_MEMORY */
pat_status pat_store_memory_open(pat_store **ret_store) PAT_NONNULL_ALL PAT_MUST_USE;

/* What RocksDB is opened with. Zero-initialise for the defaults. */
typedef struct {
  const char *directory;         /* made with mode 0700 where missing */
  size_t cache_bytes;            /* block cache; 0: PAT_STORE_CACHE_BYTES_DEFAULT */
  size_t memtable_bytes;         /* all tables together; 0: PAT_STORE_MEMTABLE_BYTES_DEFAULT */
  uint64_t free_space_bytes_min; /* writes are refused below; 0: PAT_STORE_FREE_SPACE_BYTES_MIN */
} pat_store_rocksdb_options;

/* Opens (or makes) a store in a directory, and checks its format. The caller holds the directory's
 * lock (sys/file.h). in    options    borrowed for the call out   ret_store  closed with
 * pat_store_close fails STORE_IO, STORE_CORRUPT, LIMIT_MEMORY, and as pat_store_check_format;
 * reterr's place tells the engine's message; STORE_SPACE_LOW: there is no room to recover what its
 * log holds, nothing was touched */
pat_status pat_store_rocksdb_open(const pat_store_rocksdb_options *options, pat_store **ret_store,
                                  pat_err *reterr) PAT_NONNULL(1, 2) PAT_MUST_USE;

#endif
