/* The ledger as a whole: directory, keys, store, committer and sequencer, opened and closed in
 * one order. */
#ifndef PAT_SERVER_MAIN_LEDGER_OPEN_H
#define PAT_SERVER_MAIN_LEDGER_OPEN_H

#include "core/envelope/genesis.h"
#include "server/main/ledger_reads.h"
#include "server/main/log_keys.h"
#include "server/sys/config.h"
#include "server/sys/file.h"

/* Zero-initialise; cleared with pat_ledger_close_all, whatever was opened. */
typedef struct {
  pat_file_lock lock;
  pat_origin origin;
  pat_log_keys keys;
  pat_log_public_keys public_keys;
  pat_store *store;
  pat_published published;
  bool published_ready;
  pat_committer *committer;
  pat_sequencer *sequencer;
  pat_ledger_context context;
  pat_ledger_port port;
} pat_open_ledger;

/* The name of the log in a directory: the file "origin". fails FILE_MISSING, MAIN_ORIGIN */
pat_status pat_origin_read(const char *directory, pat_origin *ret_origin,
                           pat_err *reterr) PAT_MUST_USE PAT_NONNULL(1, 2);

/* Opens lock, keys and store, without looking at what the store holds.
 * fails FILE_LOCKED, and those of pat_log_keys_read, pat_store_rocksdb_open */
pat_status pat_ledger_open_store(const pat_config *config, pat_open_ledger *ledger,
                                 pat_err *reterr) PAT_MUST_USE PAT_NONNULL(1, 2);

/* Opens lock, keys, store and committer, without a sequencer: for init and for checks.
 * fails FILE_LOCKED, and those of pat_log_keys_read, pat_store_rocksdb_open, pat_committer_open */
pat_status pat_ledger_open_committer(const pat_config *config, pat_open_ledger *ledger,
                                     pat_err *reterr) PAT_MUST_USE PAT_NONNULL(1, 2);

/* Opens everything and fills the port.
 * fails also MAIN_NO_GENESIS (patinad init was not finished), MAIN_KEYS (a key file is not the
 * genesis' key), CONFIG_RANGE (queue_max below batch_max) */
pat_status pat_ledger_open_all(const pat_config *config, const pat_env *env,
                               pat_open_ledger *ledger, pat_err *reterr) PAT_MUST_USE
    PAT_NONNULL(1, 2, 3);

/* Closes what is open, in the reverse order. */
void pat_ledger_close_all(pat_open_ledger *ledger) PAT_NONNULL_ALL;

#endif
