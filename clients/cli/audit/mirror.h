/* A log's public files in a folder: what was fetched is kept, so that a run that was killed goes
 * on, and whoever doubts an audit has what it judged.
 *
 *   DIR/checkpoint            the signed checkpoint that is under audit
 *   DIR/tile/...              tiles as the log serves them (c2sp.org/tlog-tiles)
 *   DIR/judged                origin, size and root of the leaves whose signatures were verified
 *   DIR/statements            at which tree, and up to where of which list, assets were judged
 *
 * Tiles are not synced: what a crash took or spoilt is noticed by its hashes and fetched again. */
#ifndef PAT_CLIENTS_CLI_AUDIT_MIRROR_H
#define PAT_CLIENTS_CLI_AUDIT_MIRROR_H

#include "clients/cli/fetch.h"
#include "core/tlog/proof.h"
#include "core/tlog/tile.h"

/* Zero-initialise with pat_mirror_open. */
typedef struct {
  pat_cli *cli;
  pat_fetch *fetch;   /* borrowed */
  const char *folder; /* borrowed */
  const char *origin; /* borrowed */
  bool refetch;       /* hash tiles are fetched again although they are here */
  uint64_t fetched;   /* tiles, in this run */
} pat_mirror;

/* Makes the folder where it is missing. fails file.* */
pat_status pat_mirror_open(pat_cli *cli, pat_fetch *fetch, const char *folder, const char *origin,
                           pat_mirror *ret_mirror) PAT_NONNULL_ALL PAT_MUST_USE;

/* The tile's bytes, from the folder or from the log; then they are kept.
 * out   ret_bytes  in the run's arena
 *       ret_kept   true: they were here already, and nobody has looked at them since
 * fails verify.missing  the log does not serve it
 *       cli.network, cli.answer, file.*, limit.memory */
pat_status pat_mirror_tile(pat_mirror *mirror, const pat_tlog_tile *tile, pat_span *ret_bytes,
                           bool *ret_kept) PAT_NONNULL_ALL PAT_MUST_USE;

/* As pat_mirror_tile, but from the log, also where it is here. */
pat_status pat_mirror_fetch(pat_mirror *mirror, const pat_tlog_tile *tile,
                            pat_span *ret_bytes) PAT_NONNULL_ALL PAT_MUST_USE;

/* Keeps the signed checkpoint under audit.
 * out   ret_before  the size of the one that was kept before; 0: none */
pat_status pat_mirror_put_checkpoint(pat_mirror *mirror, pat_span note,
                                     uint64_t *ret_before) PAT_NONNULL_ALL PAT_MUST_USE;

/* Removes the partial tiles of the tree that was mirrored before, where those of this size have
 * taken their places. */
pat_status pat_mirror_drop_partial(pat_mirror *mirror, uint64_t before,
                                   uint64_t size) PAT_NONNULL_ALL PAT_MUST_USE;

/* The tree whose signatures were verified before, size 0: none. It is the auditor's own note. */
pat_status pat_mirror_judged(pat_mirror *mirror,
                             pat_tlog_head *ret_head) PAT_NONNULL_ALL PAT_MUST_USE;
pat_status pat_mirror_put_judged(pat_mirror *mirror,
                                 const pat_tlog_head *head) PAT_NONNULL_ALL PAT_MUST_USE;

/* How far an audit of statements came. */
typedef struct {
  pat_tlog_head head; /* of the tree at which it began; size 0: there is none */
  pat_hash list;      /* of the list's ids */
  uint64_t done;      /* assets of the list, from its beginning: all of them match or are unknown */
  uint64_t unknown;   /* of them, not recorded */
  uint64_t statements;
} pat_mirror_progress;

/* The auditor's own note of that; of another log, or spoilt, there is none. */
pat_status pat_mirror_progress_read(pat_mirror *mirror,
                                    pat_mirror_progress *ret_progress) PAT_NONNULL_ALL PAT_MUST_USE;
pat_status pat_mirror_progress_write(pat_mirror *mirror, const pat_mirror_progress *progress)
    PAT_NONNULL_ALL PAT_MUST_USE;

#endif
