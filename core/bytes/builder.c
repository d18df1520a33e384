#include "core/bytes/builder.h"

#include "core/base/assert.h"

enum { VARINT_BYTES_MAX = 10, DECIMAL_DIGITS_MAX = 20 };

bool pat_builder_valid(const pat_builder *builder) {
  return builder != NULL && builder->size <= builder->capacity;
}

void pat_builder_init(pat_builder *builder, void *buffer, size_t capacity) {
  *builder = (pat_builder){.buffer = buffer, .capacity = capacity, .size = 0, .status = PAT_OK};
  PAT_ASSERT(pat_builder_valid(builder));
}

void pat_builder_span(pat_builder *builder, pat_span bytes) {
  PAT_ASSERT(pat_builder_valid(builder));
  PAT_ASSERT(pat_span_valid(bytes));
  if (!pat_is_ok(builder->status)) return;
  size_t room = builder->capacity - builder->size;
  if (bytes.size > room) {
    builder->status = pat_refuse(PAT_RULE_BYTES_FULL);
    return;
  }
  if (builder->buffer != NULL) pat_span_copy(builder->buffer + builder->size, room, bytes);
  builder->size += bytes.size;
  PAT_ASSERT(pat_builder_valid(builder));
}

static void write_be(pat_builder *builder, uint64_t value, size_t size) {
  uint8_t bytes[sizeof(value)] = {0};
  PAT_ASSERT(size <= sizeof(bytes));
  for (size_t i = size; i > 0; i--) {
    bytes[i - 1] = (uint8_t)(value & 0xff);
    value >>= 8;
  }
  pat_builder_span(builder, pat_span_make(bytes, size));
}

void pat_builder_u8(pat_builder *builder, uint8_t value) {
  write_be(builder, value, sizeof(value));
}

void pat_builder_u16be(pat_builder *builder, uint16_t value) {
  write_be(builder, value, sizeof(value));
}

void pat_builder_u32be(pat_builder *builder, uint32_t value) {
  write_be(builder, value, sizeof(value));
}

void pat_builder_u64be(pat_builder *builder, uint64_t value) {
  write_be(builder, value, sizeof(value));
}

void pat_builder_char(pat_builder *builder, char value) {
  pat_builder_span(builder, pat_span_make(&value, sizeof(value)));
}

size_t pat_builder_uvarint_size(uint64_t value) {
  size_t size = 1;
  while (value >= 0x80) {
    value >>= 7;
    size++;
  }
  PAT_ASSERT(size <= VARINT_BYTES_MAX);
  return size;
}

static pat_span put_uvarint(uint8_t bytes[VARINT_BYTES_MAX], uint64_t value) {
  size_t size = 0;
  while (value >= 0x80) {
    bytes[size++] = (uint8_t)(value & 0x7f) | 0x80;
    value >>= 7;
  }
  PAT_ASSERT(size < VARINT_BYTES_MAX);
  bytes[size++] = (uint8_t)value;
  return pat_span_make(bytes, size);
}

/* One byte for most numbers, tags and lengths: stored without a call. */
static bool put_small(pat_builder *builder, uint64_t value) {
  bool fits = value < 0x80 && builder->size < builder->capacity;
  if (!fits || builder->buffer == NULL || !pat_is_ok(builder->status)) return false;
  builder->buffer[builder->size++] = (uint8_t)value;
  return true;
}

void pat_builder_uvarint(pat_builder *builder, uint64_t value) {
  PAT_ASSERT(pat_builder_valid(builder));
  if (put_small(builder, value)) return;
  uint8_t bytes[VARINT_BYTES_MAX];
  pat_builder_span(builder, put_uvarint(bytes, value));
}

/* --- a length in front ----------------------------------------------------------------------- */

/* Moves bytes up in their buffer, the last ones first. */
static void move_up(uint8_t *bytes, size_t size, size_t by) {
  enum { BLOCK_BYTES = 256 };
  uint8_t block[BLOCK_BYTES];
  while (size > 0) {
    size_t part = size < BLOCK_BYTES ? size : BLOCK_BYTES;
    size -= part;
    pat_span_copy(block, sizeof block, pat_span_make(bytes + size, part));
    pat_span_copy(bytes + size + by, part, pat_span_make(block, part));
  }
}

size_t pat_builder_open(pat_builder *builder) {
  /* Most runs are shorter than 128 bytes: one byte of length, nothing to move. */
  static const uint8_t length = 0;
  pat_builder_span(builder, pat_span_make(&length, sizeof length));
  return builder->size;
}

void pat_builder_close(pat_builder *builder, size_t opened) {
  PAT_ASSERT(pat_builder_valid(builder));
  if (!pat_is_ok(builder->status)) return;
  PAT_ASSERT(opened >= 1);
  PAT_ASSERT(opened <= builder->size);
  size_t size = builder->size - opened;
  uint8_t bytes[VARINT_BYTES_MAX];
  pat_span length = put_uvarint(bytes, size);
  size_t more = length.size - 1;
  if (more > builder->capacity - builder->size) {
    builder->status = pat_refuse(PAT_RULE_BYTES_FULL);
    return;
  }
  builder->size += more;
  if (builder->buffer == NULL) return;
  if (more > 0) move_up(builder->buffer + opened, size, more);
  pat_span_copy(builder->buffer + opened - 1, length.size, length);
}

void pat_builder_text(pat_builder *builder, const char *text) {
  pat_builder_span(builder, pat_span_text(text));
}

void pat_builder_decimal(pat_builder *builder, uint64_t value) {
  uint8_t digits[DECIMAL_DIGITS_MAX];
  size_t first = sizeof(digits);
  do {
    PAT_ASSERT(first > 0);
    digits[--first] = (uint8_t)('0' + value % 10);
    value /= 10;
  } while (value > 0);
  pat_builder_span(builder, pat_span_slice(PAT_SPAN_OF(digits), first, sizeof(digits) - first));
}

size_t pat_builder_size(const pat_builder *builder) {
  PAT_ASSERT(pat_builder_valid(builder));
  return builder->size;
}

pat_status pat_builder_finish(const pat_builder *builder, pat_span *ret_bytes) {
  PAT_ASSERT(pat_builder_valid(builder));
  PAT_TRY(builder->status);
  bool counted_only = builder->buffer == NULL;
  *ret_bytes = counted_only ? PAT_SPAN_EMPTY : pat_span_make(builder->buffer, builder->size);
  return PAT_OK;
}
