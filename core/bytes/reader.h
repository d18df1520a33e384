/* A bounded, sticky cursor: the only way in which a parser moves over bytes from a stranger.
 *
 * After the first failure every later call gives that same failure and moves nothing, so a parser
 * may read a run of values and look at the last status (or at pat_reader_finish) alone.
 * Invariant: offset <= input.size. Objects are independent of each other; no allocation, no I/O.
 * Format: proto/SPEC.md, section "Bytes". */
#ifndef PAT_CORE_BYTES_READER_H
#define PAT_CORE_BYTES_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/span.h"
#include "core/base/status.h"

/* Set up with pat_reader_init; the members are read by this folder only. */
typedef struct {
  pat_span input;    /* borrowed for the reader's life */
  size_t offset;     /* bytes read so far */
  pat_status status; /* the first failure, or PAT_OK */
} pat_reader;

/* Starts at the first byte of input.
 * in    input        borrowed until the last use of the reader and of every span taken from it
 * time  O(1) */
void pat_reader_init(pat_reader *reader, pat_span input) PAT_NONNULL_ALL;

/* Each reads one big-endian unsigned integer of 1, 2, 4 or 8 bytes.
 * out   ret_value    unchanged on failure
 * fails BYTES_TRUNCATED   fewer bytes are left
 * time  O(1) */
pat_status pat_reader_u8(pat_reader *reader, uint8_t *ret_value) PAT_NONNULL_ALL PAT_MUST_USE;
pat_status pat_reader_u16be(pat_reader *reader, uint16_t *ret_value) PAT_NONNULL_ALL PAT_MUST_USE;
pat_status pat_reader_u32be(pat_reader *reader, uint32_t *ret_value) PAT_NONNULL_ALL PAT_MUST_USE;
pat_status pat_reader_u64be(pat_reader *reader, uint64_t *ret_value) PAT_NONNULL_ALL PAT_MUST_USE;

/* Reads one base-128 varint, 1 to 10 bytes, least significant group first, in its shortest form.
 * out   ret_value    unchanged on failure
 * fails BYTES_TRUNCATED        the bytes end inside it
 *       BYTES_VARINT_OVERLONG  a shorter form of the same number exists
 *       BYTES_VARINT_RANGE     the number needs more than 64 bits
 * time  O(1) */
pat_status pat_reader_uvarint(pat_reader *reader, uint64_t *ret_value) PAT_NONNULL_ALL PAT_MUST_USE;

/* Takes the next size bytes.
 * out   ret_bytes    borrowed from the input; unchanged on failure
 * fails BYTES_TRUNCATED   fewer bytes are left
 * time  O(1) */
pat_status pat_reader_take(pat_reader *reader, size_t size,
                           pat_span *ret_bytes) PAT_NONNULL_ALL PAT_MUST_USE;

/* Takes all that is left, which may be nothing.
 * out   ret_bytes    borrowed from the input; unchanged on failure
 * fails only with the earlier failure of this reader
 * time  O(1) */
pat_status pat_reader_rest(pat_reader *reader, pat_span *ret_bytes) PAT_NONNULL_ALL PAT_MUST_USE;

/* Refuses on the caller's behalf: sets the reader's failure to rule where it has none yet, so that
 * a parser built on a reader is sticky too. Gives the reader's status back. time O(1) */
pat_status pat_reader_refuse(pat_reader *reader, pat_rule rule) PAT_NONNULL_ALL PAT_MUST_USE;

/* Bytes read so far: after a failure, where the value that failed begins. time O(1) */
size_t pat_reader_offset(const pat_reader *reader) PAT_NONNULL_ALL;

/* Bytes not read yet; 0 after a failure, so that a loop over what is left ends. time O(1) */
size_t pat_reader_left(const pat_reader *reader) PAT_NONNULL_ALL;

/* Ends the parse: every decoder's last call.
 * fails with the earlier failure of this reader
 *       BYTES_TRAILING    bytes are left
 * time  O(1) */
pat_status pat_reader_finish(pat_reader *reader) PAT_NONNULL_ALL PAT_MUST_USE;

/* True where the invariant holds; for assertions. */
bool pat_reader_valid(const pat_reader *reader);

#endif
