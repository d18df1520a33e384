#include "core/wasm/calls.h"

#include "core/bytes/protobuf.h"
#include "core/bytes/reader.h"
#include "core/model/catalog.h"
#include "core/model/edtf.h"
#include "core/model/fold.h"
#include "core/model/identifier.h"
#include "core/model/number.h"
#include "core/model/statement.h"

enum { TEXT_BYTES_MAX = 256 * 1024 }; /* 1,024 slots of 64 + 64 characters fit */

static pat_status begin_text(pat_arena *arena, size_t capacity, pat_builder *ret_builder) {
  uint8_t *room = pat_arena_take(arena, capacity);
  PAT_REQUIRE(room != NULL, LIMIT_MEMORY);
  pat_builder_init(ret_builder, room, capacity);
  return PAT_OK;
}

static pat_status decode(const ProtobufCMessageDescriptor *descriptor, pat_span bytes,
                         pat_arena *arena, ProtobufCMessage **ret_message) {
  return pat_protobuf_decode(descriptor, bytes, arena, 0, ret_message, NULL);
}

pat_status pat_call_fold(pat_span input, pat_arena *arena, pat_span *ret_output) {
  ProtobufCMessage *history = NULL;
  PAT_TRY(decode(&patina__asset_history__descriptor, input, arena, &history));
  Patina__AssetState *state = NULL;
  PAT_TRY(pat_fold((const Patina__AssetHistory *)history, arena, &state, NULL));
  size_t size = 0;
  PAT_TRY(pat_protobuf_size(&state->base, &size));
  pat_builder builder;
  PAT_TRY(begin_text(arena, size, &builder));
  PAT_TRY(pat_protobuf_encode(&state->base, &builder));
  return pat_builder_finish(&builder, ret_output);
}

static void line_hex(pat_builder *builder, const char *label, pat_span bytes) {
  static const char digits[] = "0123456789abcdef";
  pat_builder_text(builder, label);
  for (size_t i = 0; i < bytes.size; i++) {
    pat_builder_char(builder, digits[bytes.data[i] >> 4]);
    pat_builder_char(builder, digits[bytes.data[i] & 15]);
  }
  pat_builder_char(builder, '\n');
}

static void line_decimal(pat_builder *builder, const char *label, uint64_t value) {
  pat_builder_text(builder, label);
  pat_builder_decimal(builder, value);
  pat_builder_char(builder, '\n');
}

static void describe_slots(pat_builder *builder, const pat_statement *statement) {
  for (size_t i = 0; i < statement->slot_count; i++) {
    pat_builder_text(builder, "slot ");
    pat_builder_text(builder, statement->slots[i].name);
    line_hex(builder, " ", statement->slots[i].digest);
  }
}

static void describe_subjects(pat_builder *builder, const pat_statement *statement) {
  pat_hash principals[PAT_STATEMENT_SIGNERS_MAX];
  for (size_t i = 0; i < statement->message->n_signers; i++) {
    ProtobufCBinaryData signer = statement->message->signers[i];
    pat_span_copy(principals[i].bytes, PAT_HASH_BYTES, pat_span_make(signer.data, signer.len));
  }
  pat_subject_set subjects;
  pat_statement_subjects(statement, principals, &subjects);
  for (size_t i = 0; i < subjects.count; i++)
    line_hex(builder, "subject ", pat_hash_span(&subjects.keys[i]));
}

pat_status pat_call_statement(pat_span input, pat_arena *arena, pat_span *ret_output) {
  pat_statement statement;
  PAT_TRY(pat_statement_decode(input, arena, &statement, NULL));
  pat_builder builder;
  PAT_TRY(begin_text(arena, TEXT_BYTES_MAX, &builder));
  pat_builder_text(&builder, "kind ");
  pat_builder_text(&builder, statement.kind->name);
  line_hex(&builder, "\nsha256 ", pat_hash_span(&statement.sha256));
  line_decimal(&builder, "public ", statement.kind->is_public ? 1 : 0);
  line_decimal(&builder, "identifiers ", statement.kind->identifier_count);
  if (statement.kind->asset != NULL) {
    const ProtobufCBinaryData *asset = statement.kind->asset(statement.message);
    line_hex(&builder, "asset ", pat_span_make(asset->data, asset->len));
  }
  describe_slots(&builder, &statement);
  describe_subjects(&builder, &statement);
  return pat_builder_finish(&builder, ret_output);
}

static void signed_decimal(pat_builder *builder, int32_t value) {
  if (value < 0) pat_builder_char(builder, '-');
  int64_t wide = value;
  pat_builder_decimal(builder, (uint64_t)(wide < 0 ? -wide : wide));
}

pat_status pat_call_edtf(pat_span input, pat_arena *arena, pat_span *ret_output) {
  pat_edtf edtf;
  PAT_TRY(pat_edtf_parse(input, &edtf, NULL));
  pat_builder builder;
  PAT_TRY(begin_text(arena, 64, &builder));
  signed_decimal(&builder, edtf.earliest_day);
  pat_builder_char(&builder, ' ');
  signed_decimal(&builder, edtf.latest_day);
  pat_builder_char(&builder, ' ');
  pat_builder_decimal(&builder, (uint64_t)edtf.precision);
  pat_builder_text(&builder, edtf.uncertain ? " 1" : " 0");
  pat_builder_text(&builder, edtf.approximate ? " 1\n" : " 0\n");
  return pat_builder_finish(&builder, ret_output);
}

/* A message behind its u16be size. */
static pat_status read_part(pat_reader *reader, const ProtobufCMessageDescriptor *descriptor,
                            pat_arena *arena, ProtobufCMessage **ret_message) {
  uint16_t size = 0;
  pat_span bytes;
  PAT_TRY(pat_reader_u16be(reader, &size));
  PAT_TRY(pat_reader_take(reader, size, &bytes));
  return decode(descriptor, bytes, arena, ret_message);
}

pat_status pat_call_identifier(pat_span input, pat_arena *arena, pat_span *ret_output) {
  pat_reader reader;
  pat_reader_init(&reader, input);
  ProtobufCMessage *message = NULL;
  PAT_TRY(read_part(&reader, &patina__identifier_scheme__descriptor, arena, &message));
  const Patina__IdentifierScheme *scheme = (const Patina__IdentifierScheme *)message;
  PAT_TRY(pat_scheme_check(scheme, NULL));
  pat_span raw;
  PAT_TRY(pat_reader_rest(&reader, &raw));
  pat_identifier identifier;
  PAT_TRY(pat_identifier_normalise(scheme, raw, &identifier, NULL));
  pat_builder builder;
  PAT_TRY(begin_text(arena, PAT_IDENTIFIER_BYTES_MAX + 1, &builder));
  pat_builder_text(&builder, identifier.text);
  pat_builder_char(&builder, '\n');
  return pat_builder_finish(&builder, ret_output);
}

pat_status pat_call_number(pat_span input, pat_arena *arena, pat_span *ret_output) {
  pat_reader reader;
  pat_reader_init(&reader, input);
  ProtobufCMessage *messages[2] = {NULL, NULL};
  PAT_TRY(read_part(&reader, &patina__number__descriptor, arena, &messages[0]));
  pat_span rest;
  PAT_TRY(pat_reader_rest(&reader, &rest));
  PAT_TRY(decode(&patina__number__descriptor, rest, arena, &messages[1]));
  const Patina__Number *a = (const Patina__Number *)messages[0];
  const Patina__Number *b = (const Patina__Number *)messages[1];
  PAT_TRY(pat_number_check(a, NULL));
  PAT_TRY(pat_number_check(b, NULL));
  int order = 0;
  PAT_TRY(pat_number_compare(a, b, &order));
  pat_builder builder;
  PAT_TRY(begin_text(arena, 8, &builder));
  pat_builder_text(&builder, order < 0 ? "-1\n" : order > 0 ? "1\n" : "0\n");
  return pat_builder_finish(&builder, ret_output);
}
