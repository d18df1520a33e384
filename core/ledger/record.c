#include "core/ledger/record.h"

#include "core/base/assert.h"
#include "core/bytes/builder.h"
#include "core/bytes/protobuf.h"

/* As each statement asks for a dozen keys, they are written in place. */
static void build_key(pat_state_key *key, pat_state_prefix prefix, pat_span id, pat_span suffix) {
  key->bytes[0] = (uint8_t)prefix;
  pat_span_copy(key->bytes + 1, sizeof key->bytes - 1, id);
  key->size = 1 + id.size;
  pat_span_copy(key->bytes + key->size, sizeof key->bytes - key->size, suffix);
  key->size += suffix.size;
}

pat_state_key pat_state_key_of(pat_state_prefix prefix, pat_span id) {
  PAT_ASSERT(id.size >= 1);
  pat_state_key key;
  build_key(&key, prefix, id, PAT_SPAN_EMPTY);
  return key;
}

pat_state_key pat_state_key_version(pat_state_prefix prefix, const char *name, uint32_t version) {
  const uint8_t suffix[5] = {0, (uint8_t)(version >> 24), (uint8_t)(version >> 16),
                             (uint8_t)(version >> 8), (uint8_t)version};
  pat_state_key key;
  build_key(&key, prefix, pat_span_text(name), PAT_SPAN_OF(suffix));
  return key;
}

pat_ledger_key pat_state_ledger_key(const pat_state_key *key) {
  return (pat_ledger_key){PAT_LEDGER_STATE, pat_span_make(key->bytes, key->size)};
}

pat_hash pat_near_key(const char *scheme, const char *scope, pat_span variant) {
  static const char prefix[] = "patina/near/v1"; /* its NUL is part of the prefix */
  static const uint8_t zero = 0;
  const pat_span parts[] = {PAT_SPAN_OF(prefix), pat_span_text(scheme),
                            {&zero, 1},          pat_span_text(scope),
                            {&zero, 1},          variant};
  return pat_hash_of_parts(parts, sizeof parts / sizeof parts[0]);
}

static pat_status decode(const ProtobufCMessageDescriptor *descriptor, pat_span bytes,
                         pat_arena *arena, ProtobufCMessage **ret_message) {
  ProtobufCMessage *message = NULL;
  pat_status status = pat_protobuf_decode(descriptor, bytes, arena, 0, &message, NULL);
  if (pat_is_rule(status, PAT_RULE_LIMIT_MEMORY)) return status;
  PAT_REQUIRE(pat_is_ok(status), LEDGER_RECORD);
  *ret_message = message;
  return PAT_OK;
}

pat_status pat_record_get(pat_view *view, pat_ledger_key key,
                          const ProtobufCMessageDescriptor *descriptor, pat_arena *arena,
                          ProtobufCMessage **ret_message) {
  pat_span bytes;
  PAT_TRY(pat_view_get(view, key, &bytes));
  return decode(descriptor, bytes, arena, ret_message);
}

static const ProtobufCMessage *recall(const pat_record_memo *memo, pat_span bytes) {
  for (size_t i = 0; i < PAT_RECORD_MEMO_COUNT; i++) {
    bool same = memo->records[i].data == bytes.data && memo->records[i].size == bytes.size;
    if (same && memo->messages[i] != NULL) return memo->messages[i];
  }
  return NULL;
}

pat_status pat_record_get_shared(pat_view *view, pat_ledger_key key,
                                 const ProtobufCMessageDescriptor *descriptor, pat_arena *arena,
                                 pat_record_memo *memo, const ProtobufCMessage **ret_message) {
  PAT_ASSERT(memo->next < PAT_RECORD_MEMO_COUNT);
  pat_span bytes;
  PAT_TRY(pat_view_get(view, key, &bytes));
  const ProtobufCMessage *known = recall(memo, bytes);
  if (known == NULL) {
    ProtobufCMessage *message = NULL;
    PAT_TRY(decode(descriptor, bytes, arena, &message));
    memo->records[memo->next] = bytes;
    memo->messages[memo->next] = message;
    memo->next = (memo->next + 1) % PAT_RECORD_MEMO_COUNT;
    known = message;
  }
  PAT_ASSERT(known->descriptor == descriptor);
  *ret_message = known;
  return PAT_OK;
}

/* For records that are too large for the stack. */
static pat_status encode_large(const ProtobufCMessage *message, pat_arena *arena,
                               pat_span *ret_bytes) {
  size_t size = 0;
  PAT_TRY(pat_protobuf_size(message, &size));
  uint8_t *buffer = pat_arena_take(arena, size);
  PAT_REQUIRE(buffer != NULL, LIMIT_MEMORY);
  pat_builder builder;
  pat_builder_init(&builder, buffer, size);
  PAT_TRY(pat_protobuf_encode(message, &builder));
  return pat_builder_finish(&builder, ret_bytes);
}

/* Most records are small: encoded once on the stack, they need not be sized before. */
static pat_status encode(const ProtobufCMessage *message, pat_arena *arena, pat_span *ret_bytes) {
  enum { SMALL_BYTES = 2048 };
  uint8_t buffer[SMALL_BYTES];
  pat_builder builder;
  pat_builder_init(&builder, buffer, sizeof buffer);
  pat_status status = pat_protobuf_encode(message, &builder);
  if (pat_is_rule(status, PAT_RULE_BYTES_FULL)) return encode_large(message, arena, ret_bytes);
  PAT_TRY(status);
  return pat_view__keep(arena, pat_span_make(buffer, pat_builder_size(&builder)), ret_bytes);
}

pat_status pat_record_put(pat_view *view, pat_ledger_key key, const ProtobufCMessage *message,
                          pat_arena *arena) {
  pat_span bytes;
  PAT_TRY(encode(message, arena, &bytes));
  return pat_view_write(view, key, bytes);
}

pat_status pat_record_range(uint64_t size, const ProtobufCBinaryData *peaks, size_t peak_count,
                            pat_tlog_range *ret_range) {
  PAT_REQUIRE(size <= PAT_TLOG_SIZE_MAX, LEDGER_RECORD);
  PAT_REQUIRE(peak_count == pat_tlog_peak_count(size), LEDGER_RECORD);
  pat_tlog_range range = {.size = size};
  for (size_t i = 0; i < peak_count; i++) {
    PAT_REQUIRE(peaks[i].len == PAT_HASH_BYTES, LEDGER_RECORD);
    pat_span_copy(range.peaks[i].bytes, PAT_HASH_BYTES, pat_span_make(peaks[i].data, peaks[i].len));
  }
  *ret_range = range;
  return PAT_OK;
}

size_t pat_record_peaks(pat_tlog_range *range, ProtobufCBinaryData ret_peaks[PAT_TLOG_PEAKS_MAX]) {
  PAT_ASSERT(pat_tlog_range_valid(range));
  size_t peak_count = pat_tlog_peak_count(range->size);
  for (size_t i = 0; i < peak_count; i++) {
    ret_peaks[i] = (ProtobufCBinaryData){PAT_HASH_BYTES, range->peaks[i].bytes};
  }
  return peak_count;
}
