#include "core/bytes/reader.h"

#include "core/base/assert.h"

enum { VARINT_BYTES_MAX = 10, VARINT_GROUP_BITS = 7 };

bool pat_reader_valid(const pat_reader *reader) {
  return reader != NULL && pat_span_valid(reader->input) && reader->offset <= reader->input.size;
}

void pat_reader_init(pat_reader *reader, pat_span input) {
  PAT_ASSERT(pat_span_valid(input));
  *reader = (pat_reader){.input = input, .offset = 0, .status = PAT_OK};
}

pat_status pat_reader_refuse(pat_reader *reader, pat_rule rule) {
  PAT_ASSERT(pat_reader_valid(reader));
  if (pat_is_ok(reader->status)) reader->status = pat_refuse(rule);
  return reader->status;
}

pat_status pat_reader_take(pat_reader *reader, size_t size, pat_span *ret_bytes) {
  PAT_ASSERT(pat_reader_valid(reader));
  PAT_TRY(reader->status);
  if (size > reader->input.size - reader->offset) {
    return pat_reader_refuse(reader, PAT_RULE_BYTES_TRUNCATED);
  }
  *ret_bytes = pat_span_slice(reader->input, reader->offset, size);
  reader->offset += size;
  PAT_ASSERT(pat_reader_valid(reader));
  return PAT_OK;
}

pat_status pat_reader_rest(pat_reader *reader, pat_span *ret_bytes) {
  return pat_reader_take(reader, pat_reader_left(reader), ret_bytes);
}

static pat_status read_be(pat_reader *reader, size_t size, uint64_t *ret_value) {
  pat_span bytes = PAT_SPAN_EMPTY;
  PAT_TRY(pat_reader_take(reader, size, &bytes));
  uint64_t value = 0;
  for (size_t i = 0; i < size; i++) {
    value = value << 8 | bytes.data[i];
  }
  *ret_value = value;
  return PAT_OK;
}

pat_status pat_reader_u8(pat_reader *reader, uint8_t *ret_value) {
  uint64_t value = 0;
  PAT_TRY(read_be(reader, sizeof(*ret_value), &value));
  *ret_value = (uint8_t)value;
  return PAT_OK;
}

pat_status pat_reader_u16be(pat_reader *reader, uint16_t *ret_value) {
  uint64_t value = 0;
  PAT_TRY(read_be(reader, sizeof(*ret_value), &value));
  *ret_value = (uint16_t)value;
  return PAT_OK;
}

pat_status pat_reader_u32be(pat_reader *reader, uint32_t *ret_value) {
  uint64_t value = 0;
  PAT_TRY(read_be(reader, sizeof(*ret_value), &value));
  *ret_value = (uint32_t)value;
  return PAT_OK;
}

pat_status pat_reader_u64be(pat_reader *reader, uint64_t *ret_value) {
  return read_be(reader, sizeof(*ret_value), ret_value);
}

/* The size of the varint at the front of bytes: up to the first byte without the continuation bit.
 * 0 where the bytes end first; VARINT_BYTES_MAX + 1 where it runs on too long. */
static size_t varint_size(pat_span bytes) {
  for (size_t i = 0; i < bytes.size && i < VARINT_BYTES_MAX; i++) {
    if (bytes.data[i] < 0x80) return i + 1;
  }
  return bytes.size < VARINT_BYTES_MAX ? 0 : VARINT_BYTES_MAX + 1;
}

pat_status pat_reader_uvarint(pat_reader *reader, uint64_t *ret_value) {
  PAT_ASSERT(pat_reader_valid(reader));
  PAT_TRY(reader->status);
  pat_span left = pat_span_slice(reader->input, reader->offset, pat_reader_left(reader));
  if (left.size > 0 && left.data[0] < 0x80) { /* most tags, lengths and small numbers */
    *ret_value = left.data[0];
    reader->offset++;
    return PAT_OK;
  }
  size_t size = varint_size(left);
  if (size == 0) return pat_reader_refuse(reader, PAT_RULE_BYTES_TRUNCATED);
  if (size > VARINT_BYTES_MAX) return pat_reader_refuse(reader, PAT_RULE_BYTES_VARINT_RANGE);
  uint8_t last = left.data[size - 1];
  if (size > 1 && last == 0) return pat_reader_refuse(reader, PAT_RULE_BYTES_VARINT_OVERLONG);
  /* Nine groups hold 63 bits: the tenth byte may only be the 64th. */
  if (size == VARINT_BYTES_MAX && last > 1) {
    return pat_reader_refuse(reader, PAT_RULE_BYTES_VARINT_RANGE);
  }
  uint64_t value = 0;
  for (size_t i = 0; i < size; i++) {
    value |= (uint64_t)(left.data[i] & 0x7f) << (i * VARINT_GROUP_BITS);
  }
  reader->offset += size;
  *ret_value = value;
  return PAT_OK;
}

size_t pat_reader_offset(const pat_reader *reader) {
  PAT_ASSERT(pat_reader_valid(reader));
  return reader->offset;
}

size_t pat_reader_left(const pat_reader *reader) {
  PAT_ASSERT(pat_reader_valid(reader));
  return pat_is_ok(reader->status) ? reader->input.size - reader->offset : 0;
}

pat_status pat_reader_finish(pat_reader *reader) {
  PAT_ASSERT(pat_reader_valid(reader));
  PAT_TRY(reader->status);
  if (reader->offset < reader->input.size) {
    return pat_reader_refuse(reader, PAT_RULE_BYTES_TRAILING);
  }
  return PAT_OK;
}
