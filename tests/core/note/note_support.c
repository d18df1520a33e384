#include "tests/core/note/note_support.h"

#include <string.h>

#include "core/note/checkpoint.h"

note_signer note_signer_make(const char *name, uint8_t type, uint8_t seed) {
  uint8_t seed_bytes[PAT_SIGN_SEED_BYTES];
  uint8_t public_key[PAT_PUBLIC_KEY_BYTES];
  note_signer signer;
  memset(seed_bytes, seed, sizeof seed_bytes);
  pat_sign_keypair_from_seed(seed_bytes, public_key, signer.secret);
  assert_accepted(pat_note_key_make(pat_span_text(name), type, public_key, &signer.key));
  return signer;
}

note_text *note_text_start(note_text *text) {
  pat_builder_init(&text->builder, text->bytes, sizeof text->bytes);
  return text;
}

void note_text_add(note_text *text, const char *part) { pat_builder_text(&text->builder, part); }

void note_text_add_key(note_text *text, const pat_note_key *key) {
  pat_note_key_format(key, &text->builder);
}

pat_span note_text_span(const note_text *text) {
  pat_span span = PAT_SPAN_EMPTY;
  assert_accepted(pat_builder_finish(&text->builder, &span));
  return span;
}

pat_span note_checkpoint(note_text *text, const note_signer *log, uint64_t size) {
  uint8_t buffer[1024];
  pat_builder body;
  pat_tlog_head head = {.size = size, .root = pat_tlog_empty_root()};
  if (size > 0) memset(head.root.bytes, (int)(size & 0xff), sizeof head.root.bytes);
  pat_builder_init(&body, buffer, sizeof buffer);
  assert_accepted(pat_checkpoint_format(log->key.name, &head, &body));
  note_text_start(text);
  assert_accepted(pat_note_sign(pat_span_make(buffer, pat_builder_size(&body)), &log->key,
                                log->secret, &text->builder));
  return note_text_span(text);
}

pat_span note_cosign(note_text *text, const note_signer *witness, uint64_t seconds) {
  pat_note note;
  assert_accepted(pat_note_parse(note_text_span(text), &note, NULL));
  assert_accepted(
      pat_cosignature_sign(note.text, &witness->key, witness->secret, seconds, &text->builder));
  return note_text_span(text);
}

int note_set_up(void **state) {
  (void)state;
  return pat_is_ok(pat_crypto_init()) ? 0 : -1;
}
