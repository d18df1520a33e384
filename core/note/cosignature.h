/* Cosignatures: a witness's timestamped Ed25519 signature under a log's checkpoint.
 *
 * Signed are "cosignature/v1\n", "time <seconds>\n" and the whole checkpoint text; the blob is
 * u64be seconds || signature.
 * Spec: c2sp.org/tlog-cosignature, Ed25519 (type 0x04). */
#ifndef PAT_CORE_NOTE_COSIGNATURE_H
#define PAT_CORE_NOTE_COSIGNATURE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/limits.h"
#include "core/base/status.h"
#include "core/bytes/builder.h"
#include "core/note/signed_note.h"

#define PAT_COSIGNATURE_BLOB_BYTES 72

/* Signs a checkpoint's text as a witness and writes the signature line.
 * in    text       the checkpoint's text with its final newline, parsed and checked by the caller
 *       key        of type PAT_NOTE_TYPE_COSIGNATURE (asserted)
 *       secret     the key's secret half
 *       seconds    since 1970, 1..PAT_COSIGNATURE_TIME_MAX (asserted)
 * out   out        one line appended; sticky, so look at its end; unchanged on failure
 * fails checkpoint.text-size    text larger than PAT_CHECKPOINT_TEXT_BYTES_MAX
 * time  one Ed25519 signature; 8 KiB of stack for the message */
pat_status pat_cosignature_sign(pat_span text, const pat_note_key *key,
                                const uint8_t secret[PAT_SIGN_SECRET_BYTES], uint64_t seconds,
                                pat_builder *out) PAT_NONNULL_ALL PAT_MUST_USE;

/* What a witness's lines in a note say. */
typedef struct {
  bool present;     /* at least one line is in its name, and all of those verify */
  uint64_t seconds; /* the latest of their times; 0 where not present */
} pat_cosignature;

/* Verifies every line of a note that is in the name of this witness.
 * in    note    parsed; its text is the checkpoint's
 *       key     of type PAT_NOTE_TYPE_COSIGNATURE (asserted)
 * out   ret_cosignature    unchanged on failure
 * fails note.signature-wrong    a line is in its name, but does not verify: refuse the whole note
 *       note.cosignature-time   its time is above 2^63 - 1
 *       checkpoint.text-size    the note's text is larger than PAT_CHECKPOINT_TEXT_BYTES_MAX
 * time  one Ed25519 verification for each such line; 8 KiB of stack */
pat_status pat_cosignature_verify(const pat_note *note, const pat_note_key *key,
                                  pat_cosignature *ret_cosignature) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
