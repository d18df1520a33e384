#include "core/note/signed_note.h"

#include "core/base/assert.h"
#include "core/bytes/reader.h"
#include "core/bytes/text.h"
#include "core/crypto/base64.h"

#define KEY_ID_BYTES 4

static const uint8_t dash_space[] = {0xe2, 0x80, 0x94, 0x20}; /* U+2014 and a space */

static pat_span tail(pat_span span, size_t from) {
  return pat_span_slice(span, from, span.size - from);
}

/* --- text ------------------------------------------------------------------------------------ */

static bool has_control(pat_span text) {
  for (size_t i = 0; i < text.size; i++)
    if (text.data[i] < 0x20 && text.data[i] != '\n') return true;
  return false;
}

/* What holds for a whole note and for its text alone. */
static pat_status check_characters(pat_span bytes, pat_err *reterr) {
  PAT_REQUIRE_AT(bytes.size <= PAT_NOTE_BYTES_MAX, NOTE_SIZE, reterr, 0, "note");
  PAT_REQUIRE_AT(!has_control(bytes), NOTE_CONTROL, reterr, 0, "note");
  PAT_REQUIRE_AT(pat_utf8_valid(bytes), NOTE_UTF8, reterr, 0, "note");
  PAT_REQUIRE_AT(bytes.size > 0, NOTE_FORM, reterr, 0, "note");
  PAT_REQUIRE_AT(bytes.data[bytes.size - 1] == '\n', NOTE_FORM, reterr, bytes.size, "last newline");
  return PAT_OK;
}

pat_status pat_note_text_check(pat_span text) {
  PAT_ASSERT(pat_span_valid(text));
  return check_characters(text, NULL);
}

/* --- parse ----------------------------------------------------------------------------------- */

/* Decodes in pieces, for signatures of foreign types can be long and nobody needs their bytes. */
static bool base64_valid(pat_span text) {
  uint8_t piece[192];
  size_t size = 0;
  while (text.size > 256) {
    if (!pat_is_ok(
            pat_base64_decode(pat_span_slice(text, 0, 256), piece, sizeof piece, &size, NULL)))
      return false;
    if (size != sizeof piece) return false; /* padding inside */
    text = tail(text, 256);
  }
  return pat_is_ok(pat_base64_decode(text, piece, sizeof piece, &size, NULL));
}

static pat_status parse_blob(pat_span base64, pat_note_signature *signature) {
  PAT_REQUIRE(base64.size >= 8, NOTE_SIGNATURE_FORM);
  PAT_REQUIRE(base64_valid(base64), NOTE_SIGNATURE_FORM);
  uint8_t start[6];
  size_t size = 0;
  const pat_span head = pat_span_slice(base64, 0, 8);
  PAT_REQUIRE(pat_is_ok(pat_base64_decode(head, start, sizeof start, &size, NULL)),
              NOTE_SIGNATURE_FORM);
  PAT_REQUIRE(size > KEY_ID_BYTES, NOTE_SIGNATURE_FORM);
  pat_reader reader;
  pat_reader_init(&reader, pat_span_make(start, KEY_ID_BYTES));
  signature->base64 = base64;
  return pat_reader_u32be(&reader, &signature->key_id);
}

static pat_status parse_signature(pat_span line, pat_note_signature *ret_signature) {
  PAT_REQUIRE(pat_span_starts_with(line, PAT_SPAN_OF(dash_space)), NOTE_SIGNATURE_FORM);
  const pat_span rest = tail(line, sizeof dash_space);
  size_t name_size = 0;
  while (name_size < rest.size && rest.data[name_size] != ' ')
    name_size++;
  PAT_REQUIRE(name_size < rest.size, NOTE_SIGNATURE_FORM);
  ret_signature->name = pat_span_slice(rest, 0, name_size);
  PAT_TRY(pat_note_name_check(ret_signature->name));
  return parse_blob(tail(rest, name_size + 1), ret_signature);
}

static pat_status parse_signatures(pat_span lines, size_t offset, pat_note *note, pat_err *reterr) {
  pat_reader reader;
  pat_reader_init(&reader, lines);
  note->signature_count = 0;
  while (pat_reader_left(&reader) > 0) {
    const size_t at = offset + pat_reader_offset(&reader);
    PAT_REQUIRE_AT(note->signature_count < PAT_NOTE_SIGNATURES_MAX, NOTE_SIGNATURES, reterr, at,
                   "signature");
    pat_span line = PAT_SPAN_EMPTY;
    PAT_TRY(pat_text_line(&reader, &line));
    const pat_status status = parse_signature(line, &note->signatures[note->signature_count]);
    if (!pat_is_ok(status)) return pat_refuse_at((pat_rule)status.rule, reterr, at, "signature");
    note->signature_count++;
  }
  return pat_reader_finish(&reader);
}

/* The size of the text in front of the last blank line; 0 where there is none. */
static size_t text_size(pat_span bytes) {
  for (size_t i = bytes.size; i >= 2; i--)
    if (bytes.data[i - 1] == '\n' && bytes.data[i - 2] == '\n') return i - 1;
  return 0;
}

pat_status pat_note_parse(pat_span bytes, pat_note *ret_note, pat_err *reterr) {
  PAT_ASSERT(pat_span_valid(bytes));
  PAT_TRY(check_characters(bytes, reterr));
  const size_t size = text_size(bytes);
  PAT_REQUIRE_AT(size > 0, NOTE_FORM, reterr, 0, "blank line");
  const size_t signatures_at = size + 1;
  PAT_REQUIRE_AT(signatures_at < bytes.size, NOTE_FORM, reterr, signatures_at, "signature");
  ret_note->text = pat_span_slice(bytes, 0, size);
  return parse_signatures(tail(bytes, signatures_at), signatures_at, ret_note, reterr);
}

/* --- verify ---------------------------------------------------------------------------------- */

bool pat_note__signature_by(const pat_note_signature *signature, const pat_note_key *key) {
  return signature->key_id == key->id && pat_span_equal(signature->name, key->name);
}

pat_status pat_note__signature_blob(const pat_note_signature *signature, uint8_t *ret_blob,
                                    size_t size) {
  PAT_ASSERT(size <= PAT_NOTE__BLOB_BYTES_MAX);
  uint8_t blob[KEY_ID_BYTES + PAT_NOTE__BLOB_BYTES_MAX];
  size_t blob_size = 0;
  PAT_REQUIRE(pat_is_ok(pat_base64_decode(signature->base64, blob, sizeof blob, &blob_size, NULL)),
              NOTE_SIGNATURE_WRONG);
  PAT_REQUIRE(blob_size == KEY_ID_BYTES + size, NOTE_SIGNATURE_WRONG);
  pat_span_copy(ret_blob, size, pat_span_make(blob + KEY_ID_BYTES, size));
  return PAT_OK;
}

pat_status pat_note_verify_key(const pat_note *note, const pat_note_key *key, bool *ret_present) {
  PAT_ASSERT(key->type == PAT_NOTE_TYPE_ED25519);
  PAT_ASSERT(note->signature_count <= PAT_NOTE_SIGNATURES_MAX);
  bool present = false;
  for (size_t i = 0; i < note->signature_count; i++) {
    if (!pat_note__signature_by(&note->signatures[i], key)) continue;
    uint8_t signature[PAT_SIGNATURE_BYTES];
    PAT_TRY(pat_note__signature_blob(&note->signatures[i], signature, sizeof signature));
    PAT_REQUIRE(pat_is_ok(pat_sign_verify(key->public_key, note->text, signature)),
                NOTE_SIGNATURE_WRONG);
    present = true;
  }
  *ret_present = present;
  return PAT_OK;
}

pat_status pat_note_verify(const pat_note *note, const pat_note_key *keys, size_t key_count) {
  bool any = false;
  for (size_t i = 0; i < key_count; i++) {
    bool present = false;
    PAT_TRY(pat_note_verify_key(note, &keys[i], &present));
    any = any || present;
  }
  PAT_REQUIRE(any, NOTE_UNSIGNED);
  return PAT_OK;
}

/* --- sign ------------------------------------------------------------------------------------ */

void pat_note_signature_format(const pat_note_key *key, pat_span blob, pat_builder *out) {
  PAT_ASSERT(blob.size > 0);
  PAT_ASSERT(blob.size <= PAT_NOTE__BLOB_BYTES_MAX);
  uint8_t bytes[KEY_ID_BYTES + PAT_NOTE__BLOB_BYTES_MAX];
  pat_builder whole;
  pat_builder_init(&whole, bytes, sizeof bytes);
  pat_builder_u32be(&whole, key->id);
  pat_builder_span(&whole, blob);
  pat_builder_span(out, PAT_SPAN_OF(dash_space));
  pat_builder_span(out, key->name);
  pat_builder_char(out, ' ');
  pat_base64_encode(out, pat_span_make(bytes, pat_builder_size(&whole)));
  pat_builder_char(out, '\n');
}

pat_status pat_note_sign(pat_span text, const pat_note_key *key,
                         const uint8_t secret[PAT_SIGN_SECRET_BYTES], pat_builder *out) {
  PAT_ASSERT(key->type == PAT_NOTE_TYPE_ED25519);
  PAT_TRY(pat_note_text_check(text));
  uint8_t signature[PAT_SIGNATURE_BYTES];
  pat_sign(secret, text, signature);
  pat_builder_span(out, text);
  pat_builder_char(out, '\n');
  pat_note_signature_format(key, PAT_SPAN_OF(signature), out);
  return PAT_OK;
}
