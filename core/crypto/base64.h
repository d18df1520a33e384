/* Base 64 with the standard alphabet and padding (RFC 4648 section 4), in its one canonical form.
 */
#ifndef PAT_CORE_CRYPTO_BASE64_H
#define PAT_CORE_CRYPTO_BASE64_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/attributes.h"
#include "core/base/span.h"
#include "core/base/status.h"
#include "core/bytes/builder.h"

/* Text bytes for a given number of bytes, and the most bytes that a text of a given size holds. */
#define PAT_BASE64_TEXT_BYTES(size)        (((size) + 2) / 3 * 4)
#define PAT_BASE64_DECODED_BYTES_MAX(size) ((size) / 4 * 3)

/* Appends bytes as base 64 text, without line breaks or NUL.
 * in    bytes    borrowed for the call; may be empty
 * out   builder  the text after what it held; one that is full fails as after every write, and
 *                pat_builder_finish says so
 * time  O(bytes.size); no allocation */
void pat_base64_encode(pat_builder *builder, pat_span bytes) PAT_NONNULL_ALL;

/* Decodes base 64 text. Strict: each byte string has exactly one accepted text.
 * in    text      borrowed for the call; may be empty
 *       capacity  room at ret_bytes in bytes
 * out   ret_bytes the bytes; unchanged on failure; must not overlap text; may be NULL where
 *                 capacity is 0
 *       ret_size  how many; unchanged on failure
 *       reterr    the byte offset at fault; may be NULL
 * fails CRYPTO_BASE64_LENGTH   text.size is not a multiple of 4
 *       CRYPTO_BASE64_SYMBOL   a byte outside the alphabet (also white space and "-", "_"), or
 *                              padding before the end
 *       CRYPTO_BASE64_TRAILING the unused bits before the padding are not zero
 *       BYTES_FULL             the bytes do not fit in capacity
 * time  O(text.size); no allocation */
pat_status pat_base64_decode(pat_span text, uint8_t *ret_bytes, size_t capacity, size_t *ret_size,
                             pat_err *reterr) PAT_NONNULL(4) PAT_MUST_USE;

#endif
