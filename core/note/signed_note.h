/* Signed notes: a text with signature lines below it, and the keys that verify them.
 *
 * A note is parsed first (form only) and believed only after a pat_note_verify. Signatures of keys
 * that are not asked for are ignored; a signature in the name of a known key that does not verify
 * makes the whole note refused. Signing and verifying here are for plain Ed25519 (type 0x01);
 * cosignature.h adds the timestamped type 0x04. Spec: c2sp.org/signed-note@v1.0.0. */
#ifndef PAT_CORE_NOTE_SIGNED_NOTE_H
#define PAT_CORE_NOTE_SIGNED_NOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/limits.h"
#include "core/base/status.h"
#include "core/bytes/builder.h"
#include "core/crypto/sign.h"

/* The signature types that are understood here: the byte before the public key in a verifier key.
 */
#define PAT_NOTE_TYPE_ED25519     0x01u
#define PAT_NOTE_TYPE_COSIGNATURE 0x04u /* c2sp.org/tlog-cosignature, Ed25519 */

/* A verifier key ("vkey"). Made by pat_note_key_make or pat_note_key_parse. */
typedef struct {
  pat_span name; /* borrowed from whoever gave it */
  uint32_t id;   /* follows from name, type and public key */
  uint8_t type;  /* PAT_NOTE_TYPE_… */
  uint8_t public_key[PAT_PUBLIC_KEY_BYTES];
} pat_note_key;

/* One signature line. Its base 64 is known to be well-formed and to hold at least five bytes. */
typedef struct {
  pat_span name;   /* borrowed from the note's bytes */
  uint32_t key_id; /* first four bytes of the blob */
  pat_span base64; /* the whole blob, key id first; borrowed from the note's bytes */
} pat_note_signature;

/* A note that is well-formed; nothing is verified yet. */
typedef struct {
  pat_span text; /* with its final newline, without the blank line; borrowed */
  size_t signature_count;
  pat_note_signature signatures[PAT_NOTE_SIGNATURES_MAX];
} pat_note;

/* Checks the name of a key: UTF-8, 1..PAT_NOTE_KEY_NAME_BYTES_MAX bytes, no white space of Unicode,
 * no
 * "+", no control characters.
 * fails note.key-name
 * time  O(name.size) */
pat_status pat_note_name_check(pat_span name) PAT_MUST_USE;

/* Makes a key of its parts and computes its id:
 * SHA-256(name || 0x0A || type || public key), first four bytes, big-endian.
 * in    name       borrowed for the key's life
 *       type       PAT_NOTE_TYPE_… (asserted)
 * out   ret_key    unchanged on failure
 * fails note.key-name */
pat_status pat_note_key_make(pat_span name, uint8_t type,
                             const uint8_t public_key[PAT_PUBLIC_KEY_BYTES],
                             pat_note_key *ret_key) PAT_NONNULL_ALL PAT_MUST_USE;

/* Reads a verifier key: name "+" hex8(id) "+" base64(type || public key).
 * in    vkey       a stranger's bytes; borrowed for the key's life
 * out   ret_key    unchanged on failure
 *       reterr     may be NULL
 * fails note.key-form    not three parts, or a part is not in its form or size
 *       note.key-name    as pat_note_name_check
 *       note.key-type    a type that is not understood here
 *       note.key-id      the id does not follow from name, type and public key
 * time  O(vkey.size), one hash */
pat_status pat_note_key_parse(pat_span vkey, pat_note_key *ret_key, pat_err *reterr)
    PAT_NONNULL(2) PAT_MUST_USE;

/* Writes the key as pat_note_key_parse reads it.
 * out   out    sticky: that it fits shows at its end */
void pat_note_key_format(const pat_note_key *key, pat_builder *out) PAT_NONNULL_ALL;

/* Reads a note's form.
 * in    bytes       a stranger's bytes; borrowed for the note's life
 * out   ret_note    unspecified on failure (it is large)
 *       reterr      where; may be NULL
 * fails note.size          larger than PAT_NOTE_BYTES_MAX
 *       note.utf8          not UTF-8
 *       note.control       a control character below U+0020 other than newline
 *       note.form          no blank line before the signatures, an empty text, no signature, or no
 *                          newline at the end
 *       note.signature-form    a line below the blank line that is not
 *                          "— <name> <base64 of four bytes or more and a signature>"
 *       note.key-name      a name that no key may have
 *       note.signatures    more than PAT_NOTE_SIGNATURES_MAX
 * time  O(bytes.size) */
pat_status pat_note_parse(pat_span bytes, pat_note *ret_note, pat_err *reterr)
    PAT_NONNULL(2) PAT_MUST_USE;

/* Verifies every signature line that is in the name of this key, over the note's text.
 * in    key            of type PAT_NOTE_TYPE_ED25519 (asserted)
 * out   ret_present    true: the key signed; false: no line is in its name; unchanged on failure
 * fails note.signature-wrong    a line is in its name, but does not verify: refuse the whole note
 * time  one Ed25519 verification for each such line */
pat_status pat_note_verify_key(const pat_note *note, const pat_note_key *key,
                               bool *ret_present) PAT_NONNULL_ALL PAT_MUST_USE;

/* Verifies the note against the keys that the caller knows: at least one of them must have signed.
 * in    keys           all of type PAT_NOTE_TYPE_ED25519 (asserted); borrowed for the call
 * fails note.signature-wrong    as pat_note_verify_key
 *       note.unsigned           none of the keys signed
 * time  one Ed25519 verification for each line by one of the keys */
pat_status pat_note_verify(const pat_note *note, const pat_note_key *keys, size_t key_count)
    PAT_NONNULL(1) PAT_MUST_USE;

/* Checks that a text can be signed as a note: not empty, ends in a newline, UTF-8, no control
 * characters but newline.
 * fails note.size, note.utf8, note.control, note.form
 * time  O(text.size) */
pat_status pat_note_text_check(pat_span text) PAT_MUST_USE;

/* Writes one signature line for a signature that was made elsewhere.
 * in    blob     what stands behind the key id (64 bytes for Ed25519, 72 for a cosignature)
 * out   out      sticky: that it fits shows at its end */
void pat_note_signature_format(const pat_note_key *key, pat_span blob,
                               pat_builder *out) PAT_NONNULL_ALL;

/* Writes a note with its first signature: text, blank line, one signature line by this key. More
 * lines may be appended with pat_note_signature_format or pat_cosignature_sign.
 * in    text      with its final newline
 *       key       of type PAT_NOTE_TYPE_ED25519 (asserted)
 *       secret    the key's secret half
 * out   out       sticky: that it fits shows at its end; unchanged on failure
 * fails as pat_note_text_check
 * time  one Ed25519 signature */
pat_status pat_note_sign(pat_span text, const pat_note_key *key,
                         const uint8_t secret[PAT_SIGN_SECRET_BYTES],
                         pat_builder *out) PAT_NONNULL_ALL PAT_MUST_USE;

/* --- for the other files of this folder ------------------------------------------------------ */

#define PAT_NOTE__BLOB_BYTES_MAX 72 /* a cosignature: time and Ed25519 signature */

/* Decodes a signature line's blob without its key id.
 * in    size        the bytes that a blob of this type has, at most PAT_NOTE__BLOB_BYTES_MAX
 * out   ret_blob    `size` bytes; unchanged on failure
 * fails note.signature-wrong    the blob is not exactly `size` bytes behind the key id */
pat_status pat_note__signature_blob(const pat_note_signature *signature, uint8_t *ret_blob,
                                    size_t size) PAT_NONNULL_ALL PAT_MUST_USE;

/* True where the line is in the name of this key: same name and same id. */
bool pat_note__signature_by(const pat_note_signature *signature,
                            const pat_note_key *key) PAT_NONNULL_ALL;

#endif
