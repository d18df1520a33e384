/* Writes bytes into a caller's buffer, up to a maximum, and fails stickily.
 *
 * The writing calls return nothing: after the first one that does not fit, all later ones write
 * nothing, and pat_builder_finish gives BYTES_FULL. A value is written whole or not at all.
 * In counting mode (no buffer) the same calls only count, up to the same maximum.
 * Invariant: size <= capacity. Objects are independent of each other; no allocation, no I/O. */
#ifndef PAT_CORE_BYTES_BUILDER_H
#define PAT_CORE_BYTES_BUILDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/span.h"
#include "core/base/status.h"

/* Set up with pat_builder_init; the members are read by this folder only. */
typedef struct {
  uint8_t *buffer; /* borrowed for the builder's life; NULL: count only */
  size_t capacity; /* bytes */
  size_t size;     /* bytes written, or counted, so far */
  pat_status status;
} pat_builder;

/* Starts an empty result.
 * in    buffer       capacity bytes, borrowed until the last use of the result; NULL: counting mode
 *       capacity     the most bytes that may be written or counted
 * time  O(1) */
void pat_builder_init(pat_builder *builder, void *buffer, size_t capacity) PAT_NONNULL(1);

/* Each appends one big-endian unsigned integer of 1, 2, 4 or 8 bytes. time O(1) */
void pat_builder_u8(pat_builder *builder, uint8_t value) PAT_NONNULL_ALL;
void pat_builder_u16be(pat_builder *builder, uint16_t value) PAT_NONNULL_ALL;
void pat_builder_u32be(pat_builder *builder, uint32_t value) PAT_NONNULL_ALL;
void pat_builder_u64be(pat_builder *builder, uint64_t value) PAT_NONNULL_ALL;

/* Appends a base-128 varint in its shortest form, 1 to 10 bytes. time O(1) */
void pat_builder_uvarint(pat_builder *builder, uint64_t value) PAT_NONNULL_ALL;

/* Appends the bytes, which must not lie in the builder's own buffer. time O(bytes.size) */
void pat_builder_span(pat_builder *builder, pat_span bytes) PAT_NONNULL_ALL;

/* Appends a NUL-terminated text without its NUL. time O(its length) */
void pat_builder_text(pat_builder *builder, const char *text) PAT_NONNULL_ALL;

/* Appends the number in decimal ASCII digits, no leading zeros, 1 to 20 bytes. time O(1) */
void pat_builder_decimal(pat_builder *builder, uint64_t value) PAT_NONNULL_ALL;

/* Appends one char. time O(1) */
void pat_builder_char(pat_builder *builder, char value) PAT_NONNULL_ALL;

/* Bytes written, or counted, so far. time O(1) */
size_t pat_builder_size(const pat_builder *builder) PAT_NONNULL_ALL;

/* Appends bytes whose length, a varint, stands in front of them but is known only at their end:
 * what is appended between the two calls. Pairs nest; nothing is appended before an opened place.
 * Where the builder has failed in between, closing does nothing.
 * in    opened       what the matching pat_builder_open gave
 * time  O(1) to open; to close O(1) below 128 bytes, else O(bytes), as they make room */
size_t pat_builder_open(pat_builder *builder) PAT_NONNULL_ALL PAT_MUST_USE;
void pat_builder_close(pat_builder *builder, size_t opened) PAT_NONNULL_ALL;

/* Ends the build; every user of a builder calls it.
 * out   ret_bytes    what was written, borrowed from the buffer; the empty span in counting mode
 *                    (pat_builder_size has the count); unchanged on failure
 * fails BYTES_FULL   more than capacity bytes were asked for
 * time  O(1) */
pat_status pat_builder_finish(const pat_builder *builder,
                              pat_span *ret_bytes) PAT_NONNULL_ALL PAT_MUST_USE;

/* The varint's size in bytes: 1 to 10. time O(1) */
size_t pat_builder_uvarint_size(uint64_t value);

/* True where the invariant holds; for assertions. */
bool pat_builder_valid(const pat_builder *builder);

#endif
