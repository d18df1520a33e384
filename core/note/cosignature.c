#include "core/note/cosignature.h"

#include "core/base/assert.h"
#include "core/bytes/reader.h"

#define TIME_BYTES        8
#define HEADER_BYTES_MAX  64 /* "cosignature/v1\ntime " and 20 digits fit */
#define MESSAGE_BYTES_MAX (HEADER_BYTES_MAX + PAT_CHECKPOINT_TEXT_BYTES_MAX)

PAT_STATIC_ASSERT(PAT_COSIGNATURE_BLOB_BYTES == TIME_BYTES + PAT_SIGNATURE_BYTES,
                  "time, signature");
PAT_STATIC_ASSERT(PAT_COSIGNATURE_BLOB_BYTES <= PAT_NOTE__BLOB_BYTES_MAX, "it is decoded there");

/* The bytes that are signed, in the caller's buffer. */
static pat_status write_message(pat_span text, uint64_t seconds, uint8_t buffer[MESSAGE_BYTES_MAX],
                                pat_span *ret_message) {
  PAT_REQUIRE(text.size <= PAT_CHECKPOINT_TEXT_BYTES_MAX, CHECKPOINT_TEXT_SIZE);
  pat_builder message;
  pat_builder_init(&message, buffer, MESSAGE_BYTES_MAX);
  pat_builder_text(&message, "cosignature/v1\ntime ");
  pat_builder_decimal(&message, seconds);
  pat_builder_char(&message, '\n');
  pat_builder_span(&message, text);
  return pat_builder_finish(&message, ret_message);
}

pat_status pat_cosignature_sign(pat_span text, const pat_note_key *key,
                                const uint8_t secret[PAT_SIGN_SECRET_BYTES], uint64_t seconds,
                                pat_builder *out) {
  PAT_ASSERT(key->type == PAT_NOTE_TYPE_COSIGNATURE);
  PAT_ASSERT(seconds >= 1);
  PAT_ASSERT(seconds <= PAT_COSIGNATURE_TIME_MAX);
  uint8_t buffer[MESSAGE_BYTES_MAX];
  pat_span message = PAT_SPAN_EMPTY;
  PAT_TRY(write_message(text, seconds, buffer, &message));
  uint8_t blob[PAT_COSIGNATURE_BLOB_BYTES];
  pat_builder start;
  pat_builder_init(&start, blob, TIME_BYTES);
  pat_builder_u64be(&start, seconds);
  pat_sign(secret, message, blob + TIME_BYTES);
  pat_note_signature_format(key, PAT_SPAN_OF(blob), out);
  return PAT_OK;
}

static pat_status verify_line(const pat_note *note, const pat_note_signature *line,
                              const pat_note_key *key, uint64_t *ret_seconds) {
  uint8_t blob[PAT_COSIGNATURE_BLOB_BYTES];
  PAT_TRY(pat_note__signature_blob(line, blob, sizeof blob));
  pat_reader reader;
  pat_reader_init(&reader, pat_span_make(blob, TIME_BYTES));
  uint64_t seconds = 0;
  PAT_TRY(pat_reader_u64be(&reader, &seconds));
  PAT_REQUIRE(seconds <= PAT_COSIGNATURE_TIME_MAX, NOTE_COSIGNATURE_TIME);
  uint8_t buffer[MESSAGE_BYTES_MAX];
  pat_span message = PAT_SPAN_EMPTY;
  PAT_TRY(write_message(note->text, seconds, buffer, &message));
  PAT_REQUIRE(pat_is_ok(pat_sign_verify(key->public_key, message, blob + TIME_BYTES)),
              NOTE_SIGNATURE_WRONG);
  *ret_seconds = seconds;
  return PAT_OK;
}

pat_status pat_cosignature_verify(const pat_note *note, const pat_note_key *key,
                                  pat_cosignature *ret_cosignature) {
  PAT_ASSERT(key->type == PAT_NOTE_TYPE_COSIGNATURE);
  PAT_ASSERT(note->signature_count <= PAT_NOTE_SIGNATURES_MAX);
  pat_cosignature found = {0};
  for (size_t i = 0; i < note->signature_count; i++) {
    if (!pat_note__signature_by(&note->signatures[i], key)) continue;
    uint64_t seconds = 0;
    PAT_TRY(verify_line(note, &note->signatures[i], key, &seconds));
    found.present = true;
    if (seconds > found.seconds) found.seconds = seconds;
  }
  *ret_cosignature = found;
  return PAT_OK;
}
