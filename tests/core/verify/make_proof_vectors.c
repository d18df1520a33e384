#include "tests/core/verify/make_proof_vectors.h"

#include "core/base/assert.h"

pat_proof_file vector_receipt(lying_log *log, uint64_t index, pat_arena *memory) {
  pat_tlog_head head = lying_log_head(log, log->count);
  return (pat_proof_file){.index = index,
                          .proof = lying_log_inclusion(log, index),
                          .checkpoint = pat_span_text(lying_log_note(log, &head, 0, memory))};
}

pat_span vector_receipt_text(const pat_proof_file *file, pat_arena *memory) {
  pat_builder out;
  pat_builder_init(&out, lying_take(memory, PAT_TLOG_PROOF_BYTES_MAX), PAT_TLOG_PROOF_BYTES_MAX);
  pat_proof_file_encode(file, &out);
  pat_span text;
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&out, &text)));
  return text;
}

pat_span vector_extended_note(const lying_log *log, const pat_tlog_head *head, pat_arena *memory) {
  uint8_t secret[PAT_SIGN_SECRET_BYTES];
  pat_note_key key = lying_log_key(log->world, secret);
  pat_builder out;
  pat_builder_init(&out, lying_take(memory, 1024), 1024);
  PAT_ASSERT(pat_is_ok(pat_checkpoint_format(key.name, head, &out)));
  pat_builder_text(&out, "more\n");
  pat_span text;
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&out, &text)));
  pat_builder_init(&out, lying_take(memory, 4096), 4096);
  PAT_ASSERT(pat_is_ok(pat_note_sign(text, &key, secret, &out)));
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&out, &text)));
  return text;
}

pat_span vector_spoiled_note(pat_span note, pat_arena *memory) {
  ProtobufCBinaryData copy = lying_field(note, memory);
  uint8_t *at = copy.data + copy.len - 40;
  *at = *at == 'A' ? 'B' : 'A';
  return pat_span_make(copy.data, copy.len);
}
