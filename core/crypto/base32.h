/* The written form of an asset id: Crockford base 32 with its mod-37 check symbol.
 *
 * The 16 bytes are one big-endian number: 26 symbols, the first of them 0..7, then the check symbol
 * for the number modulo 37. People read it aloud and copy it by hand, so decoding is lenient where
 * no other id could be meant, and refuses everything else. */
#ifndef PAT_CORE_CRYPTO_BASE32_H
#define PAT_CORE_CRYPTO_BASE32_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/attributes.h"
#include "core/base/limits.h"
#include "core/base/span.h"
#include "core/base/status.h"

#define PAT_BASE32_ASSET_SYMBOLS    27 /* 26 and the check symbol */
#define PAT_BASE32_ASSET_TEXT_BYTES 28 /* with the closing NUL */

/* Writes the one canonical form: upper case, no hyphens, NUL-terminated.
 * in    id        the asset id
 * out   ret_text  27 symbols and a NUL
 * time  O(1); no allocation */
void pat_base32_asset_encode(const uint8_t id[PAT_ASSET_ID_BYTES],
                             char ret_text[PAT_BASE32_ASSET_TEXT_BYTES]) PAT_NONNULL_ALL;

/* Reads an asset id as people write it: either case, hyphens anywhere, I and L for 1, O for 0.
 * in    text    borrowed for the call; no NUL needed
 * out   ret_id  unchanged on failure
 *       reterr  the byte offset of the symbol at fault; may be NULL
 * fails CRYPTO_BASE32_LENGTH    not 27 symbols, or more than PAT_BASE32_TEXT_BYTES_MAX bytes
 *       CRYPTO_BASE32_SYMBOL    a symbol outside the alphabet
 *       CRYPTO_BASE32_OVERFLOW  the number does not fit in 128 bits
 *       CRYPTO_BASE32_CHECK     the check symbol is for another number
 * time  O(text.size); no allocation */
pat_status pat_base32_asset_decode(pat_span text, uint8_t ret_id[PAT_ASSET_ID_BYTES],
                                   pat_err *reterr) PAT_NONNULL(2) PAT_MUST_USE;

#endif
