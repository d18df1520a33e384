#include "core/note/checkpoint.h"

#include "core/base/assert.h"
#include "core/bytes/reader.h"
#include "core/bytes/text.h"
#include "core/crypto/base64.h"

static bool origin_valid(pat_span origin) {
  if (origin.size < 1 || origin.size > PAT_ORIGIN_BYTES_MAX) return false;
  for (size_t i = 0; i < origin.size; i++)
    if (origin.data[i] < 0x20) return false;
  return pat_utf8_valid(origin);
}

/* --- parse ----------------------------------------------------------------------------------- */

static pat_status parse_size(pat_span line, uint64_t *ret_size) {
  uint64_t size = 0;
  PAT_REQUIRE(pat_is_ok(pat_text_u64(line, &size)), CHECKPOINT_SIZE);
  PAT_REQUIRE(size <= PAT_TLOG_SIZE_MAX, CHECKPOINT_SIZE);
  *ret_size = size;
  return PAT_OK;
}

static pat_status parse_root(pat_span line, pat_hash *ret_root) {
  pat_hash root = {{0}};
  size_t size = 0;
  PAT_REQUIRE(pat_is_ok(pat_base64_decode(line, root.bytes, sizeof root.bytes, &size, NULL)),
              CHECKPOINT_ROOT);
  PAT_REQUIRE(size == sizeof root.bytes, CHECKPOINT_ROOT);
  *ret_root = root;
  return PAT_OK;
}

static pat_status parse_head(pat_span size_line, pat_span root_line, pat_tlog_head *ret_head) {
  PAT_TRY(parse_size(size_line, &ret_head->size));
  PAT_TRY(parse_root(root_line, &ret_head->root));
  const pat_hash empty = pat_tlog_empty_root();
  PAT_REQUIRE(ret_head->size > 0 || pat_hash_equal(&ret_head->root, &empty), CHECKPOINT_EMPTY_ROOT);
  return PAT_OK;
}

static pat_status check_extensions(pat_span lines, pat_checkpoint_mode mode) {
  PAT_REQUIRE(lines.size == 0 || mode == PAT_CHECKPOINT_TOLERANT, CHECKPOINT_EXTENSION);
  pat_reader reader;
  pat_reader_init(&reader, lines);
  while (pat_reader_left(&reader) > 0) {
    pat_span line = PAT_SPAN_EMPTY;
    PAT_REQUIRE(pat_is_ok(pat_text_line(&reader, &line)), CHECKPOINT_FORM);
    PAT_REQUIRE(line.size > 0, CHECKPOINT_EXTENSION);
  }
  return PAT_OK;
}

static pat_status parse(pat_span text, pat_checkpoint_mode mode, pat_checkpoint *ret_checkpoint) {
  PAT_REQUIRE(text.size <= PAT_CHECKPOINT_TEXT_BYTES_MAX, CHECKPOINT_TEXT_SIZE);
  pat_reader reader;
  pat_reader_init(&reader, text);
  pat_span lines[3] = {PAT_SPAN_EMPTY, PAT_SPAN_EMPTY, PAT_SPAN_EMPTY};
  for (size_t i = 0; i < 3; i++)
    PAT_REQUIRE(pat_is_ok(pat_text_line(&reader, &lines[i])), CHECKPOINT_FORM);
  PAT_REQUIRE(origin_valid(lines[0]), CHECKPOINT_ORIGIN);
  pat_checkpoint checkpoint = {.origin = lines[0]};
  PAT_TRY(parse_head(lines[1], lines[2], &checkpoint.head));
  PAT_TRY(pat_reader_rest(&reader, &checkpoint.extensions));
  PAT_TRY(check_extensions(checkpoint.extensions, mode));
  *ret_checkpoint = checkpoint;
  return PAT_OK;
}

pat_status pat_checkpoint_parse(pat_span text, pat_checkpoint_mode mode,
                                pat_checkpoint *ret_checkpoint, pat_err *reterr) {
  PAT_ASSERT(pat_span_valid(text));
  const pat_status status = parse(text, mode, ret_checkpoint);
  if (!pat_is_ok(status)) return pat_refuse_at((pat_rule)status.rule, reterr, 0, "checkpoint");
  return PAT_OK;
}

/* --- format and open ------------------------------------------------------------------------- */

pat_status pat_checkpoint_format(pat_span origin, const pat_tlog_head *head, pat_builder *out) {
  PAT_ASSERT(head->size <= PAT_TLOG_SIZE_MAX);
  PAT_REQUIRE(origin_valid(origin), CHECKPOINT_ORIGIN);
  pat_builder_span(out, origin);
  pat_builder_char(out, '\n');
  pat_builder_decimal(out, head->size);
  pat_builder_char(out, '\n');
  pat_base64_encode(out, pat_hash_span(&head->root));
  pat_builder_char(out, '\n');
  return PAT_OK;
}

pat_status pat_checkpoint_open(pat_span bytes, const pat_note_key *key, pat_checkpoint_mode mode,
                               pat_checkpoint *ret_checkpoint, pat_err *reterr) {
  pat_note note;
  PAT_TRY(pat_note_parse(bytes, &note, reterr));
  const pat_status verified = pat_note_verify(&note, key, 1);
  if (!pat_is_ok(verified)) return pat_refuse_at((pat_rule)verified.rule, reterr, 0, "signature");
  pat_checkpoint checkpoint;
  PAT_TRY(pat_checkpoint_parse(note.text, mode, &checkpoint, reterr));
  PAT_REQUIRE_AT(pat_span_equal(checkpoint.origin, key->name), CHECKPOINT_OTHER_ORIGIN, reterr, 0,
                 "origin");
  *ret_checkpoint = checkpoint;
  return PAT_OK;
}
