/* What a device's signer remembers of each stream under --home: its counters, the last batch's
 * hash, and what its signals are. One small text file per stream:
 *
 *   boot <n> LF seq <n> LF previous <hex or "-"> LF { signal <name> <exponent> <unit or "-">
 *   <method> LF } */
#ifndef PAT_CLIENTS_CLI_STREAM_FILE_H
#define PAT_CLIENTS_CLI_STREAM_FILE_H

#include "clients/cli/cli.h"
#include "core/crypto/hash.h"
#include "proto/statement.pb-c.h"

typedef struct {
  const char *path;
  const char *pending; /* a batch that was signed, but perhaps not answered */
  uint64_t boot;
  uint64_t seq; /* of the last batch; 0: none yet */
  bool has_previous;
  pat_hash previous;
  Patina__Signal *signals[PAT_STREAM_SIGNALS_MAX];
  size_t signal_count; /* 0: not known here */
} pat_stream_file;

/* Reads what is known of a stream; a stream that is new here has no batch yet.
 * in    hex  the stream's id, 32 hex digits
 * fails cli.usage (another form, or a damaged file), file.* */
pat_status pat_stream_file_read(pat_cli *cli, const char *hex,
                                pat_stream_file *ret_file) PAT_NONNULL_ALL PAT_MUST_USE;

/* Replaces the file. fails file.*, limit.memory */
pat_status pat_stream_file_write(pat_cli *cli,
                                 const pat_stream_file *file) PAT_NONNULL_ALL PAT_MUST_USE;

/* Reads "NAME:EXPONENT:UNIT:METHOD" into the arena. fails cli.usage */
pat_status pat_stream_file_signal(pat_cli *cli, const char *text,
                                  Patina__Signal **ret_signal) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
