#include "core/model/statement.h"

#include "core/base/assert.h"
#include "core/bytes/builder.h"
#include "core/bytes/protobuf.h"
#include "core/model/edtf.h"

enum { STATEMENT_VERSION = 1 };

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

static pat_status check_signers(const Patina__Statement *message, pat_err *reterr) {
  PAT_REQUIRE_AT(message->n_signers >= 1 && message->n_signers <= PAT_STATEMENT_SIGNERS_MAX,
                 STATEMENT_SIGNERS, reterr, 0, "signers");
  for (size_t i = 0; i < message->n_signers; i++) {
    PAT_REQUIRE_AT(message->signers[i].len == PAT_HASH_BYTES, STATEMENT_SIGNERS, reterr, 0,
                   "signers");
    if (i == 0) continue;
    int order = pat_span_compare(span_of(message->signers[i - 1]), span_of(message->signers[i]));
    PAT_REQUIRE_AT(order < 0, STATEMENT_SIGNERS, reterr, 0, "signers");
  }
  return PAT_OK;
}

static pat_status check_times(const Patina__Statement *message, pat_err *reterr) {
  PAT_REQUIRE_AT(message->issued_at_ms > 0, STATEMENT_TIMES, reterr, 0, "issued_at_ms");
  PAT_REQUIRE_AT(message->submit_before_ms >= message->issued_at_ms, STATEMENT_TIMES, reterr, 0,
                 "submit_before_ms");
  if (message->occurred[0] == '\0') return PAT_OK;
  pat_edtf occurred;
  return pat_edtf_parse(pat_span_text(message->occurred), &occurred, reterr);
}

static pat_status check_header(const Patina__Statement *message, pat_err *reterr) {
  PAT_REQUIRE_AT(message->version == STATEMENT_VERSION, STATEMENT_VERSION, reterr, 0, "version");
  PAT_REQUIRE_AT(message->nonce.len == PAT_NONCE_BYTES, STATEMENT_NONCE, reterr, 0, "nonce");
  PAT_TRY(check_signers(message, reterr));
  return check_times(message, reterr);
}

static pat_status check_size(const pat_statement *statement, pat_err *reterr) {
  size_t size_max = statement->kind->is_public ? (size_t)PAT_STATEMENT_PUBLIC_BYTES_MAX
                                               : (size_t)PAT_STATEMENT_BYTES_MAX;
  PAT_REQUIRE_AT(statement->bytes.size <= size_max, STATEMENT_SIZE, reterr, size_max, "statement");
  return PAT_OK;
}

static pat_status collect_slots(pat_statement *statement, pat_arena *arena, pat_err *reterr) {
  if (statement->kind->slots == NULL) return PAT_OK;
  pat_slot_list list = {NULL, 0};
  statement->kind->slots(statement->message, &list);
  PAT_REQUIRE_AT(list.count <= PAT_STATEMENT_SLOTS_MAX, STATEMENT_SLOTS, reterr, 0, "slots");
  list.items = pat_arena_take_array(arena, list.count, sizeof *list.items);
  PAT_REQUIRE(list.items != NULL, LIMIT_MEMORY);
  list.count = 0;
  statement->kind->slots(statement->message, &list);
  statement->slots = list.items;
  statement->slot_count = list.count;
  return PAT_OK;
}

pat_status pat_statement_decode(pat_span bytes, pat_arena *arena, pat_statement *ret_statement,
                                pat_err *reterr) {
  PAT_REQUIRE_AT(bytes.size <= PAT_STATEMENT_BYTES_MAX, STATEMENT_SIZE, reterr,
                 PAT_STATEMENT_BYTES_MAX, "statement");
  ProtobufCMessage *decoded = NULL;
  PAT_TRY(pat_protobuf_decode(&patina__statement__descriptor, bytes, arena, PAT_PROTOBUF_OPEN_TOP,
                              &decoded, reterr));
  const Patina__Statement *message = (const Patina__Statement *)decoded;
  PAT_TRY(check_header(message, reterr));
  pat_statement statement = {.bytes = bytes,
                             .sha256 = pat_hash_of(bytes),
                             .message = message,
                             .kind = pat_kind_find((uint32_t)message->body_case)};
  PAT_REQUIRE_AT(statement.kind != NULL, STATEMENT_BODY, reterr, 0, "body");
  PAT_TRY(check_size(&statement, reterr));
  PAT_TRY(statement.kind->check(message, reterr));
  PAT_TRY(collect_slots(&statement, arena, reterr));
  *ret_statement = statement;
  return PAT_OK;
}

pat_status pat_statement_build(const Patina__Statement *message, pat_arena *arena,
                               pat_statement *ret_statement, pat_err *reterr) {
  size_t size = 0;
  PAT_TRY(pat_protobuf_size(&message->base, &size));
  PAT_REQUIRE_AT(size <= PAT_STATEMENT_BYTES_MAX, STATEMENT_SIZE, reterr, PAT_STATEMENT_BYTES_MAX,
                 "statement");
  uint8_t *buffer = pat_arena_take(arena, size);
  PAT_REQUIRE(buffer != NULL, LIMIT_MEMORY);
  pat_builder builder;
  pat_builder_init(&builder, buffer, size);
  PAT_TRY(pat_protobuf_encode(&message->base, &builder));
  pat_span bytes;
  PAT_TRY(pat_builder_finish(&builder, &bytes));
  return pat_statement_decode(bytes, arena, ret_statement, reterr);
}
