/* Hits: pat_note_parse, pat_note_verify_key, pat_note_key_parse, pat_note_key_format,
 * pat_note_name_check.
 *
 * Input: a signed note, or a verifier key. Properties: a note's parts lie inside its bytes and its
 * lines are as many as counted; a key that is accepted is exactly what it formats to. */
#include "core/base/assert.h"
#include "core/note/signed_note.h"
#include "tests/fuzz/fuzz_target.h"

static void check_key(pat_span bytes) {
  uint8_t buffer[512];
  pat_note_key key;
  pat_builder builder;
  if (!pat_is_ok(pat_note_key_parse(bytes, &key, NULL))) return;
  pat_builder_init(&builder, buffer, sizeof(buffer));
  pat_note_key_format(&key, &builder);
  PAT_ASSERT(pat_span_equal(pat_span_make(buffer, pat_builder_size(&builder)), bytes));
}

static void check_note(const pat_note *note, pat_span bytes) {
  PAT_ASSERT(note->text.size < bytes.size);
  PAT_ASSERT(note->signature_count >= 1);
  PAT_ASSERT(note->signature_count <= PAT_NOTE_SIGNATURES_MAX);
  for (size_t i = 0; i < note->signature_count; i++) {
    const pat_note_signature *line = &note->signatures[i];
    PAT_ASSERT(pat_is_ok(pat_note_name_check(line->name)));
    /* a key of that very name and id, which cannot have signed */
    const pat_note_key key = {
        .name = line->name, .id = line->key_id, .type = PAT_NOTE_TYPE_ED25519};
    bool present = true;
    PAT_ASSERT(!pat_is_ok(pat_note_verify_key(note, &key, &present)));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static pat_note note;
  const pat_span bytes = pat_span_make(data, size);
  pat_err err = {0};
  check_key(bytes);
  const pat_status status = pat_note_parse(bytes, &note, &err);
  if (pat_is_ok(status)) {
    check_note(&note, bytes);
    return 0;
  }
  PAT_ASSERT(err.rule == (pat_rule)status.rule);
  PAT_ASSERT(err.offset <= size);
  return 0;
}
