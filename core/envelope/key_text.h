/* The text of a key file: three lines: what it is, its name, 32 bytes in base 64.
 *
 *   patina-key-v1 LF name LF base64(seed) LF            a private Ed25519 key
 *   patina-public-key-v1 LF name LF base64(key) LF      its public half
 *   patina-vrf-key-v1 LF name LF base64(scalar) LF      the log's VRF secret */
#ifndef PAT_CORE_ENVELOPE_KEY_TEXT_H
#define PAT_CORE_ENVELOPE_KEY_TEXT_H

#include "core/base/limits.h"
#include "core/base/status.h"
#include "core/bytes/builder.h"

#define PAT_KEY_TEXT_SECRET "patina-key-v1"
#define PAT_KEY_TEXT_PUBLIC "patina-public-key-v1"
#define PAT_KEY_TEXT_VRF    "patina-vrf-key-v1"

/* header, name and 44 characters of base 64, with their line ends */
#define PAT_KEY_TEXT_BYTES_MAX (32 + PAT_NAME_BYTES_MAX + 48)

/* What a key file says. Holds a secret: wipe it. */
typedef struct {
  char name[PAT_NAME_BYTES_MAX + 1];
  uint8_t bytes[PAT_PUBLIC_KEY_BYTES];
} pat_key_text;

/* Reads a key file's text under the header that is expected.
 * out   ret_key  unchanged on failure
 * fails key-text.form  other lines, another header, a name that is not 1 to PAT_NAME_BYTES_MAX
 *                      printable ASCII characters, or not 32 bytes */
pat_status pat_key_text_decode(pat_span text, const char *header,
                               pat_key_text *ret_key) PAT_MUST_USE PAT_NONNULL_ALL;

/* Writes a key file's text. fails key-text.form (the name) */
pat_status pat_key_text_encode(const pat_key_text *key, const char *header,
                               pat_builder *builder) PAT_MUST_USE PAT_NONNULL_ALL;

#endif
