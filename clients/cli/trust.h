/* Which checkpoints are believed: signed as the policy asks, and continuing everything that was
 * seen before.
 *
 * The newest checkpoint of each log is kept under --home. A log that shows less than before, or
 * something else, is reported loudly, and both signed checkpoints are kept in a file as
 * evidence. */
#ifndef PAT_CLIENTS_CLI_TRUST_H
#define PAT_CLIENTS_CLI_TRUST_H

#include "clients/cli/fetch.h"
#include "core/note/policy.h"

/* A checkpoint that is believed. note is borrowed. */
typedef struct {
  pat_span note; /* the signed text */
  pat_tlog_head head;
  size_t witness_count;
  uint64_t witnessed_seconds; /* the latest cosignature; 0: none */
} pat_seen;

/* The memory of one log. Zero-initialise with pat_trust_open. */
typedef struct {
  pat_cli *cli;
  pat_fetch *fetch;
  const pat_policy *policy;
  const char *origin;
  const char *home;   /* the folder of everything that was seen */
  const char *folder; /* of this log */
  bool has_start;
  pat_seen start; /* as it was stored when the run began */
  bool has_newest;
  pat_seen newest;
  pat_span tiles[PAT_CLI_TILES_MAX]; /* fetched for proofs, by tile_paths */
  const char *tile_paths[PAT_CLI_TILES_MAX];
  size_t tile_count;
} pat_trust;

/* Reads what was seen of this log.
 * fails file.*, cli.usage, and as pat_policy_judge where the stored checkpoint does not satisfy
 * the policy */
pat_status pat_trust_open(pat_cli *cli, pat_fetch *fetch, const pat_policy *policy,
                          const char *origin, pat_trust *ret_trust) PAT_NONNULL_ALL PAT_MUST_USE;

/* Opens no more than the place where evidence against a log is kept.
 * fails file.*, cli.usage */
pat_status pat_trust_open_evidence(pat_cli *cli, const char *origin,
                                   pat_trust *ret_trust) PAT_NONNULL_ALL PAT_MUST_USE;

/* Judges a checkpoint by the policy, proves that it and what was seen continue one another
 * (tiles are fetched), and keeps it where it is newer.
 * in    note        the signed text; borrowed for the run
 *       is_newest   true for the log's own /checkpoint, which may never be older than what was
 *       seen in this run
 * fails as pat_policy_judge, pat_verify_advance (with evidence kept), pat_fetch_get; policy.log
 * for another log's */
pat_status pat_trust_accept(pat_trust *trust, pat_span note, bool is_newest,
                            pat_seen *ret_seen) PAT_NONNULL_ALL PAT_MUST_USE;

/* As pat_trust_accept, for a checkpoint that somebody handed over, with witnesses' signatures that
 * the log does not serve. It may be older than what was seen, as long as that continues it. */
pat_status pat_trust_accept_handed(pat_trust *trust, pat_span note,
                                   pat_seen *ret_seen) PAT_NONNULL_ALL PAT_MUST_USE;

/* Where the run's arena stood: for runs without an end. */
typedef struct {
  size_t arena_mark;
  size_t tile_count;
  uint8_t *note; /* PAT_NOTE_BYTES_MAX, of the arena: the newest checkpoint moves here */
} pat_trust_mark;

/* Marks what the run has taken from its arena so far. fails limit.memory */
pat_status pat_trust_mark_take(pat_trust *trust,
                               pat_trust_mark *ret_mark) PAT_NONNULL_ALL PAT_MUST_USE;

/* Gives up all that was taken since the mark, but for the newest checkpoint. */
void pat_trust_reset_to(pat_trust *trust, const pat_trust_mark *mark) PAT_NONNULL_ALL;

/* Keeps bytes as evidence under --home and says where. Failing to do so is said too. */
void pat_trust_keep_evidence(pat_trust *trust, const char *what, const pat_span *parts,
                             size_t part_count) PAT_NONNULL_ALL;

#endif
