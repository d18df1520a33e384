/* What the tests of notes share: keys from fixed seeds, and texts built piece by piece. */
#ifndef PAT_TESTS_CORE_NOTE_SUPPORT_H
#define PAT_TESTS_CORE_NOTE_SUPPORT_H

#include "core/note/cosignature.h"
#include "core/note/signed_note.h"
#include "tests/core/crypto/crypto_support.h"

/* A key with its secret half, from a seed of one repeated byte. */
typedef struct {
  pat_note_key key;
  uint8_t secret[PAT_SIGN_SECRET_BYTES];
} note_signer;

note_signer note_signer_make(const char *name, uint8_t type, uint8_t seed);

/* A text under construction. */
typedef struct {
  pat_builder builder;
  uint8_t bytes[160 * 1024];
} note_text;

/* Empties the text; gives it back for the calls below. */
note_text *note_text_start(note_text *text);
void note_text_add(note_text *text, const char *part);
void note_text_add_key(note_text *text, const pat_note_key *key);
pat_span note_text_span(const note_text *text);

/* A checkpoint of this size (root: 32 times the low byte of size) with the log's signature. */
pat_span note_checkpoint(note_text *text, const note_signer *log, uint64_t size);
/* Appends a witness's line over the same checkpoint's text. */
pat_span note_cosign(note_text *text, const note_signer *witness, uint64_t seconds);

int note_set_up(void **state);

#endif
