/* Readings from a file, as a device's gateway writes them: one line each, "time,signal,value".
 *
 *   time    RFC 3339 in UTC ("2021-05-25T10:00:00Z", with ".123") or ms since 1970; never falling
 *   signal  its number in the binding, or its name where the binding is known
 *   value   "unreadable", "not-available", or a number: in the signal's unit where the binding
 *   is known, else the
 *           integer as the device counts
 * Empty lines, lines that begin with "#", and a line "time,signal,value" before the first are
 * left out. Pure. */
#ifndef PAT_CLIENTS_CLI_READINGS_H
#define PAT_CLIENTS_CLI_READINGS_H

#include "core/base/arena.h"
#include "core/base/limits.h"
#include "core/base/status.h"
#include "proto/statement.pb-c.h"
#include "proto/value.pb-c.h"

/* One line. */
typedef struct {
  uint64_t time_ms;
  Patina__Reading reading; /* offset_ms is not set */
} pat_readings_line;

/* All readings of a text; at least one. */
typedef struct {
  pat_readings_line *lines;
  size_t count;
} pat_readings_list;

/* Reads all lines.
 * in    signals   of the binding; signal_count 0: not known
 * out   ret_list  in the arena
 *       reterr    the line's number in offset
 * fails cli.readings  a line that is not of this form, a time that falls, a value that is no
 *                     multiple of what the signal can say
 *       limit.memory */
pat_status pat_readings_parse(pat_span text, Patina__Signal *const *signals, size_t signal_count,
                              pat_arena *arena, pat_readings_list *ret_list, pat_err *reterr)
    PAT_NONNULL(4, 5) PAT_MUST_USE;

/* How many of the lines fit in one batch: at most PAT_READINGS_MAX, and offsets within 32 bits. */
size_t pat_readings_batch(const pat_readings_line *lines, size_t count) PAT_NONNULL_ALL;

/* Reads a time as above. fails cli.readings */
pat_status pat_readings_time(pat_span text, uint64_t *ret_ms) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
