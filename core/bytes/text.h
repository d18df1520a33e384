/* Strict reading of text: numbers, lines, UTF-8 and base 16. One form each; anything else is
 * refused.
 *
 * No locale, no allocation, no I/O; every function is thread-safe. */
#ifndef PAT_CORE_BYTES_TEXT_H
#define PAT_CORE_BYTES_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/span.h"
#include "core/base/status.h"
#include "core/bytes/reader.h"

/* Reads the whole text as a decimal number: ASCII digits alone, "0" or without a leading zero.
 * out   ret_value    unchanged on failure
 * fails BYTES_TEXT_NUMBER   empty, another character, or a leading zero
 *       BYTES_TEXT_RANGE    above 2^64 - 1
 * time  O(text.size) */
pat_status pat_text_u64(pat_span text, uint64_t *ret_value) PAT_NONNULL_ALL PAT_MUST_USE;

/* As pat_text_u64, with one "-" in front of a number below zero; neither "+" nor "-0".
 * out   ret_value    unchanged on failure
 * fails BYTES_TEXT_NUMBER   as above, or "-0"
 *       BYTES_TEXT_RANGE    outside -2^63 .. 2^63 - 1
 * time  O(text.size) */
pat_status pat_text_i64(pat_span text, int64_t *ret_value) PAT_NONNULL_ALL PAT_MUST_USE;

/* Takes one line from the reader and moves behind its closing '\n'.
 * out   ret_line     the line without '\n' (it may hold '\r' or any other byte); borrowed from the
 *                    reader's input; unchanged on failure
 * fails BYTES_TEXT_LINE     bytes are left, but no '\n'
 *       BYTES_TRUNCATED     nothing is left
 *       with the earlier failure of this reader
 * time  O(line) */
pat_status pat_text_line(pat_reader *reader, pat_span *ret_line) PAT_NONNULL_ALL PAT_MUST_USE;

/* True where the bytes are well-formed UTF-8 (Unicode 15, table 3-7): shortest forms only, no
 * surrogates, nothing above U+10FFFF. U+0000 is allowed. time O(text.size) */
bool pat_utf8_valid(pat_span text);

/* As pat_utf8_valid, and no U+0000: what a protobuf string may hold. time O(text.size) */
bool pat_utf8_valid_no_nul(pat_span text);

/* Writes bytes in lower-case base 16, and a NUL behind it.
 * in    buffer       capacity chars; needs 2 * bytes.size + 1; untouched on failure
 * fails BYTES_FULL   capacity is too small
 * time  O(bytes.size) */
pat_status pat_hex_encode(pat_span bytes, char *buffer,
                          size_t capacity) PAT_NONNULL_ALL PAT_MUST_USE;

/* Reads exactly size bytes from 2 * size lower-case base-16 digits.
 * out   ret_bytes    size bytes; unchanged on failure
 * fails BYTES_HEX    another length, or a character that is not 0-9 or a-f
 * time  O(size) */
pat_status pat_hex_decode(pat_span text, uint8_t *ret_bytes,
                          size_t size) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
