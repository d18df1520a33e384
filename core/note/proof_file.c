#include "core/note/proof_file.h"

#include "core/base/assert.h"
#include "core/bytes/reader.h"
#include "core/bytes/text.h"
#include "core/crypto/base64.h"

PAT_STATIC_ASSERT(PAT_PROOF_HASHES_MAX <= PAT_CONSISTENCY_HASHES_MAX, "they share one type");

static const char first_line[] = "c2sp.org/tlog-proof@v1";

/* --- decode ---------------------------------------------------------------------------------- */

static pat_status decode_extra(pat_span base64, pat_arena *arena, pat_span *ret_extra) {
  const size_t capacity = PAT_BASE64_DECODED_BYTES_MAX(base64.size);
  PAT_REQUIRE(base64.size >= 1, PROOF_EXTRA);
  PAT_REQUIRE(base64.size <= PAT_BASE64_TEXT_BYTES(PAT_TLOG_PROOF_EXTRA_BYTES_MAX), PROOF_SIZE);
  uint8_t *bytes = pat_arena_take(arena, capacity);
  PAT_REQUIRE(bytes != NULL, LIMIT_MEMORY);
  size_t size = 0;
  PAT_REQUIRE(pat_is_ok(pat_base64_decode(base64, bytes, capacity, &size, NULL)), PROOF_EXTRA);
  PAT_REQUIRE(size <= PAT_TLOG_PROOF_EXTRA_BYTES_MAX, PROOF_SIZE);
  *ret_extra = pat_span_make(bytes, size);
  return PAT_OK;
}

static pat_status decode_index(pat_span digits, uint64_t *ret_index) {
  uint64_t index = 0;
  PAT_REQUIRE(pat_is_ok(pat_text_u64(digits, &index)), PROOF_INDEX);
  PAT_REQUIRE(index <= PAT_TLOG_SIZE_MAX, PROOF_INDEX);
  *ret_index = index;
  return PAT_OK;
}

static pat_status decode_hash(pat_span line, pat_tlog_proof *proof) {
  PAT_REQUIRE(proof->count < PAT_PROOF_HASHES_MAX, PROOF_HASHES);
  pat_hash *hash = &proof->hashes[proof->count];
  size_t size = 0;
  PAT_REQUIRE(pat_is_ok(pat_base64_decode(line, hash->bytes, sizeof hash->bytes, &size, NULL)),
              PROOF_HASH);
  PAT_REQUIRE(size == sizeof hash->bytes, PROOF_HASH);
  proof->count++;
  return PAT_OK;
}

static pat_status next_line(pat_reader *reader, pat_span *ret_line) {
  PAT_REQUIRE(pat_is_ok(pat_text_line(reader, ret_line)), PROOF_FORM);
  return PAT_OK;
}

static bool cut_prefix(pat_span *line, const char *prefix) {
  const pat_span start = pat_span_text(prefix);
  if (!pat_span_starts_with(*line, start)) return false;
  *line = pat_span_slice(*line, start.size, line->size - start.size);
  return true;
}

static pat_status decode_hashes(pat_reader *reader, pat_tlog_proof *proof) {
  pat_span line = PAT_SPAN_EMPTY;
  PAT_TRY(next_line(reader, &line));
  while (line.size > 0) {
    PAT_TRY(decode_hash(line, proof));
    PAT_TRY(next_line(reader, &line));
  }
  return PAT_OK;
}

static pat_status decode(pat_reader *reader, pat_arena *arena, pat_proof_file *file) {
  pat_span line = PAT_SPAN_EMPTY;
  PAT_TRY(next_line(reader, &line));
  PAT_REQUIRE(pat_span_equal(line, pat_span_text(first_line)), PROOF_FORM);
  PAT_TRY(next_line(reader, &line));
  if (cut_prefix(&line, "extra ")) {
    PAT_TRY(decode_extra(line, arena, &file->extra));
    PAT_TRY(next_line(reader, &line));
  }
  PAT_REQUIRE(cut_prefix(&line, "index "), PROOF_FORM);
  PAT_TRY(decode_index(line, &file->index));
  PAT_TRY(decode_hashes(reader, &file->proof));
  PAT_TRY(pat_reader_rest(reader, &file->checkpoint));
  PAT_REQUIRE(file->checkpoint.size > 0, PROOF_FORM);
  return PAT_OK;
}

pat_status pat_proof_file_decode(pat_span bytes, pat_arena *arena, pat_proof_file *ret_file,
                                 pat_err *reterr) {
  PAT_ASSERT(pat_span_valid(bytes));
  PAT_REQUIRE_AT(bytes.size <= PAT_TLOG_PROOF_BYTES_MAX, PROOF_SIZE, reterr, 0, "proof file");
  pat_reader reader;
  pat_reader_init(&reader, bytes);
  pat_proof_file file = {0};
  const size_t mark = pat_arena_mark(arena);
  const pat_status status = decode(&reader, arena, &file);
  if (pat_is_ok(status)) {
    *ret_file = file;
    return PAT_OK;
  }
  pat_arena_reset_to(arena, mark);
  return pat_refuse_at((pat_rule)status.rule, reterr, pat_reader_offset(&reader), "proof file");
}

/* --- encode and verify ----------------------------------------------------------------------- */

void pat_proof_file_encode(const pat_proof_file *file, pat_builder *out) {
  PAT_ASSERT(file->proof.count <= PAT_PROOF_HASHES_MAX);
  PAT_ASSERT(file->extra.size <= PAT_TLOG_PROOF_EXTRA_BYTES_MAX);
  pat_builder_text(out, first_line);
  if (file->extra.size > 0) {
    pat_builder_text(out, "\nextra ");
    pat_base64_encode(out, file->extra);
  }
  pat_builder_text(out, "\nindex ");
  pat_builder_decimal(out, file->index);
  pat_builder_char(out, '\n');
  for (size_t i = 0; i < file->proof.count; i++) {
    pat_base64_encode(out, pat_hash_span(&file->proof.hashes[i]));
    pat_builder_char(out, '\n');
  }
  pat_builder_char(out, '\n');
  pat_builder_span(out, file->checkpoint);
}

pat_status pat_proof_file_verify(const pat_proof_file *file, const pat_hash *leaf,
                                 const pat_policy *policy, pat_policy_verdict *ret_verdict,
                                 pat_err *reterr) {
  pat_policy_verdict verdict;
  PAT_TRY(pat_policy_judge(policy, file->checkpoint, PAT_CHECKPOINT_TOLERANT, &verdict, reterr));
  const pat_tlog_head *head = &verdict.checkpoint.head;
  const pat_status status = pat_tlog_inclusion_verify(
      file->index, head->size, leaf, pat_tlog_proof_hashes(&file->proof), &head->root);
  if (!pat_is_ok(status)) return pat_refuse_at((pat_rule)status.rule, reterr, 0, "inclusion");
  *ret_verdict = verdict;
  return PAT_OK;
}
