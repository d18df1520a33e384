#include "server/api/support.h"

#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "core/bytes/reader.h"
#include "core/bytes/text.h"
#include "proto/json/protojson.h"
#include "server/sys/mem.h"

enum { CURSOR_CHECK_BYTES = 8, CURSOR_BYTES = 8 + 8 + CURSOR_CHECK_BYTES };

pat_status pat_api_memory_init(pat_api_memory *memory, size_t size) {
  PAT_ASSERT(memory->block == NULL);
  /* Not zeroed: an arena zeroes what is taken from it, and most of this is never touched. */
  memory->block = pat_mem_resize(NULL, size, 1);
  PAT_REQUIRE(memory->block != NULL, LIMIT_MEMORY);
  pat_arena_init(&memory->arena, memory->block, size);
  return PAT_OK;
}

void pat_api_memory_clear(pat_api_memory *memory) {
  pat_mem_free(memory->block);
  *memory = (pat_api_memory){0};
}

pat_status pat_api_keep(pat_arena *arena, pat_span bytes, ProtobufCBinaryData *ret_bytes) {
  uint8_t *copy = pat_arena_take(arena, bytes.size + 1);
  PAT_REQUIRE(copy != NULL, LIMIT_MEMORY);
  pat_span_copy(copy, bytes.size, bytes);
  *ret_bytes = (ProtobufCBinaryData){.len = bytes.size, .data = copy};
  return PAT_OK;
}

pat_status pat_api_keep_text(pat_arena *arena, pat_span text, char **ret_text) {
  ProtobufCBinaryData copy;
  PAT_TRY(pat_api_keep(arena, text, &copy));
  *ret_text = (char *)copy.data;
  return PAT_OK;
}

pat_status pat_api_read_message(const pat_api_request *request,
                                const ProtobufCMessageDescriptor *descriptor, pat_arena *arena,
                                ProtobufCMessage **ret_message, pat_err *reterr) {
  if (request->body_media == PAT_API_MEDIA_JSON) {
    return pat_protojson_decode(descriptor, request->body, arena, ret_message, reterr);
  }
  PAT_ASSERT(request->body_media == PAT_API_MEDIA_PROTOBUF);
  return pat_protobuf_decode(descriptor, request->body, arena, 0, ret_message, reterr);
}

static bool is_protobuf(pat_api_media media) {
  return media == PAT_API_MEDIA_PROTOBUF || media == PAT_API_MEDIA_BUNDLE;
}

static pat_status encode(pat_api_media media, const ProtobufCMessage *message,
                         pat_builder *builder) {
  if (is_protobuf(media)) return pat_protobuf_encode(message, builder);
  PAT_ASSERT(media == PAT_API_MEDIA_JSON);
  return pat_protojson_encode(message, builder);
}

static pat_status encoded_size(pat_api_media media, const ProtobufCMessage *message,
                               size_t *ret_size) {
  if (is_protobuf(media)) return pat_protobuf_size(message, ret_size);
  pat_builder counter;
  pat_builder_init(&counter, NULL, SIZE_MAX);
  PAT_TRY(encode(media, message, &counter));
  *ret_size = pat_builder_size(&counter);
  return PAT_OK;
}

pat_status pat_api_give_message(const pat_api_request *request, const ProtobufCMessage *message,
                                pat_api_response *response) {
  size_t size = 0;
  PAT_TRY(encoded_size(request->accept, message, &size));
  PAT_CLEANUP(pat_blob_clear) pat_blob body = {0};
  PAT_TRY(pat_blob_init(size, &body));
  pat_builder builder;
  pat_builder_init(&builder, body.data, body.size);
  PAT_TRY(encode(request->accept, message, &builder));
  PAT_ASSERT(pat_builder_size(&builder) == body.size);
  response->media = request->accept;
  response->body = pat_blob_take(&body);
  return PAT_OK;
}

bool pat_api_query(const pat_api_request *request, const char *name, pat_span *ret_value) {
  pat_span wanted = pat_span_text(name);
  pat_span query = request->query;
  while (query.size > 0) {
    size_t end = 0;
    while (end < query.size && query.data[end] != '&')
      end++;
    pat_span parameter = pat_span_slice(query, 0, end);
    size_t taken = end < query.size ? end + 1 : end;
    query = pat_span_slice(query, taken, query.size - taken);
    if (parameter.size <= wanted.size || parameter.data[wanted.size] != '=') continue;
    if (!pat_span_starts_with(parameter, wanted)) continue;
    *ret_value = pat_span_slice(parameter, wanted.size + 1, parameter.size - wanted.size - 1);
    return true;
  }
  return false;
}

pat_status pat_api_query_number(const pat_api_request *request, pat_api_number parameter,
                                uint64_t *ret_value, pat_err *reterr) {
  pat_span text = PAT_SPAN_EMPTY;
  if (!pat_api_query(request, parameter.name, &text)) return PAT_OK;
  uint64_t value = 0;
  bool is_number = pat_is_ok(pat_text_u64(text, &value));
  PAT_REQUIRE_AT(is_number, API_QUERY, reterr, 0, parameter.name);
  PAT_REQUIRE_AT(value >= parameter.min, API_QUERY, reterr, 0, parameter.name);
  PAT_REQUIRE_AT(value <= parameter.max, API_QUERY, reterr, 0, parameter.name);
  *ret_value = value;
  return PAT_OK;
}

static pat_span cursor_bytes(const pat_hash *subject, pat_api_cursor cursor,
                             uint8_t bytes[CURSOR_BYTES]) {
  pat_builder builder;
  pat_builder_init(&builder, bytes, CURSOR_BYTES);
  pat_builder_u64be(&builder, cursor.size);
  pat_builder_u64be(&builder, cursor.from);
  /* Not a secret: it only keeps a cursor from being used for another subject by mistake. */
  const pat_span parts[] = {PAT_SPAN_LITERAL("patina/cursor/v1\0"), pat_hash_span(subject),
                            pat_span_make(bytes, 16)};
  pat_hash check = pat_hash_of_parts(parts, sizeof(parts) / sizeof(parts[0]));
  pat_builder_span(&builder, pat_span_make(check.bytes, CURSOR_CHECK_BYTES));
  pat_span written = PAT_SPAN_EMPTY;
  pat_status status = pat_builder_finish(&builder, &written);
  PAT_ASSERT(pat_is_ok(status));
  return written;
}

void pat_api_cursor_write(const pat_hash *subject, pat_api_cursor cursor,
                          char ret_text[PAT_API_CURSOR_BYTES_MAX]) {
  uint8_t bytes[CURSOR_BYTES];
  PAT_STATIC_ASSERT(2 * CURSOR_BYTES < PAT_API_CURSOR_BYTES_MAX, "a cursor fits as hex");
  pat_status status =
      pat_hex_encode(cursor_bytes(subject, cursor, bytes), ret_text, PAT_API_CURSOR_BYTES_MAX);
  PAT_ASSERT(pat_is_ok(status));
}

pat_status pat_api_cursor_read(const pat_hash *subject, pat_span text, pat_api_cursor *ret_cursor,
                               pat_err *reterr) {
  uint8_t given[CURSOR_BYTES];
  bool is_hex = pat_is_ok(pat_hex_decode(text, given, sizeof(given)));
  PAT_REQUIRE_AT(is_hex, API_CURSOR, reterr, 0, "cursor");
  pat_reader reader;
  pat_reader_init(&reader, PAT_SPAN_OF(given));
  pat_api_cursor cursor = {0};
  PAT_TRY(pat_reader_u64be(&reader, &cursor.size));
  PAT_TRY(pat_reader_u64be(&reader, &cursor.from));
  uint8_t wanted[CURSOR_BYTES];
  bool is_ours = pat_span_equal(cursor_bytes(subject, cursor, wanted), PAT_SPAN_OF(given));
  PAT_REQUIRE_AT(is_ours, API_CURSOR, reterr, 0, "cursor");
  *ret_cursor = cursor;
  return PAT_OK;
}

pat_status pat_api_head(const pat_api *api, pat_port_head *ret_head) {
  pat_port_head head = {0};
  PAT_TRY(api->port->head(api->port->context, &head));
  PAT_REQUIRE(head.size > 0, API_CHECKPOINT_NOT_FOUND);
  *ret_head = head;
  return PAT_OK;
}

pat_status pat_api_note(const pat_api *api, uint64_t size, pat_arena *arena, char **ret_note) {
  PAT_CLEANUP(pat_blob_clear) pat_blob note = {0};
  PAT_TRY(api->port->checkpoint(api->port->context, size, &note));
  return pat_api_keep_text(arena, pat_blob_span(note), ret_note);
}

pat_status pat_api_decode_stored(pat_span bytes, const ProtobufCMessageDescriptor *descriptor,
                                 pat_arena *arena, ProtobufCMessage **ret_message) {
  ProtobufCBinaryData kept;
  PAT_TRY(pat_api_keep(arena, bytes, &kept));
  pat_status status = pat_protobuf_decode(descriptor, pat_span_make(kept.data, kept.len), arena, 0,
                                          ret_message, NULL);
  if (pat_is_ok(status) || pat_is_rule(status, PAT_RULE_LIMIT_MEMORY)) return status;
  return pat_refuse(PAT_RULE_STORE_CORRUPT);
}

pat_status pat_api_state(const pat_api *api, pat_api_record record, pat_arena *arena,
                         ProtobufCMessage **ret_message) {
  PAT_CLEANUP(pat_blob_clear) pat_blob bytes = {0};
  PAT_TRY(api->port->state(api->port->context, record.prefix, record.id, &bytes));
  return pat_api_decode_stored(pat_blob_span(bytes), record.descriptor, arena, ret_message);
}

pat_status pat_api_not_found_as(pat_status status, pat_rule rule) {
  return pat_is_rule(status, PAT_RULE_STORE_NOT_FOUND) ? pat_refuse(rule) : status;
}
