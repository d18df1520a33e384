#include "core/bytes/text.h"

#include "core/base/assert.h"

enum { DECIMAL_BASE = 10, HEX_DIGITS_PER_BYTE = 2, NOT_A_DIGIT = 0xff, BLOCK_BYTES = 32 };

pat_status pat_text_u64(pat_span text, uint64_t *ret_value) {
  PAT_ASSERT(pat_span_valid(text));
  PAT_REQUIRE(text.size > 0, BYTES_TEXT_NUMBER);
  PAT_REQUIRE(text.size == 1 || text.data[0] != '0', BYTES_TEXT_NUMBER);
  uint64_t value = 0;
  bool fits = true;
  for (size_t i = 0; i < text.size; i++) {
    uint8_t c = text.data[i];
    PAT_REQUIRE(c >= '0' && c <= '9', BYTES_TEXT_NUMBER);
    uint64_t digit = (uint64_t)(c - '0');
    fits = fits && value <= (UINT64_MAX - digit) / DECIMAL_BASE;
    value = value * DECIMAL_BASE + digit;
  }
  PAT_REQUIRE(fits, BYTES_TEXT_RANGE);
  *ret_value = value;
  return PAT_OK;
}

pat_status pat_text_i64(pat_span text, int64_t *ret_value) {
  PAT_ASSERT(pat_span_valid(text));
  bool negative = pat_span_starts_with(text, PAT_SPAN_LITERAL("-"));
  uint64_t size = 0;
  PAT_TRY(pat_text_u64(negative ? pat_span_slice(text, 1, text.size - 1) : text, &size));
  PAT_REQUIRE(!negative || size > 0, BYTES_TEXT_NUMBER);
  PAT_REQUIRE(size <= (uint64_t)INT64_MAX + negative, BYTES_TEXT_RANGE);
  /* -1 - (size - 1) reaches -2^63 without passing through +2^63, which int64_t does not have. */
  *ret_value = negative ? -1 - (int64_t)(size - 1) : (int64_t)size;
  return PAT_OK;
}

pat_status pat_text_line(pat_reader *reader, pat_span *ret_line) {
  PAT_ASSERT(pat_reader_valid(reader));
  PAT_TRY(reader->status);
  size_t left = pat_reader_left(reader);
  if (left == 0) return pat_reader_refuse(reader, PAT_RULE_BYTES_TRUNCATED);
  pat_span rest = pat_span_slice(reader->input, reader->offset, left);
  size_t size = 0;
  while (size < rest.size && rest.data[size] != '\n') {
    size++;
  }
  if (size == rest.size) return pat_reader_refuse(reader, PAT_RULE_BYTES_TEXT_LINE);
  pat_span line_and_end = PAT_SPAN_EMPTY;
  PAT_TRY(pat_reader_take(reader, size + 1, &line_and_end));
  *ret_line = pat_span_slice(line_and_end, 0, size);
  return PAT_OK;
}

/* The rows of Unicode's table of well-formed UTF-8: a first byte, how many bytes follow it, and
 * between what the second one lies (which is what rules out overlong forms and surrogates). */
typedef struct {
  uint8_t first_min;
  uint8_t first_max;
  uint8_t following;
  uint8_t second_min;
  uint8_t second_max;
} utf8_row;

static const utf8_row utf8_rows[] = {
    {0x00, 0x7f, 0, 0, 0},       {0xc2, 0xdf, 1, 0x80, 0xbf}, {0xe0, 0xe0, 2, 0xa0, 0xbf},
    {0xe1, 0xec, 2, 0x80, 0xbf}, {0xed, 0xed, 2, 0x80, 0x9f}, {0xee, 0xef, 2, 0x80, 0xbf},
    {0xf0, 0xf0, 3, 0x90, 0xbf}, {0xf1, 0xf3, 3, 0x80, 0xbf}, {0xf4, 0xf4, 3, 0x80, 0x8f},
};

static const utf8_row *utf8_row_of(uint8_t first) {
  for (size_t i = 0; i < sizeof(utf8_rows) / sizeof(utf8_rows[0]); i++) {
    if (first >= utf8_rows[i].first_min && first <= utf8_rows[i].first_max) return &utf8_rows[i];
  }
  return NULL;
}

/* The size in bytes of the well-formed character at from, or 0 where there is none. */
static size_t utf8_character_size(pat_span text, size_t from) {
  PAT_ASSERT(from < text.size);
  const utf8_row *row = utf8_row_of(text.data[from]);
  if (row == NULL) return 0;
  if (row->following > text.size - from - 1) return 0;
  for (size_t i = 1; i <= row->following; i++) {
    uint8_t low = i == 1 ? row->second_min : 0x80;
    uint8_t high = i == 1 ? row->second_max : 0xbf;
    uint8_t byte = text.data[from + i];
    if (byte < low || byte > high) return 0;
  }
  return (size_t)row->following + 1;
}

/* Most text is ASCII: a whole block of it is told by one pass that compilers turn into a few
 * instructions. False also where less than a block is left. */
static bool is_ascii_block(pat_span text, size_t from) {
  PAT_ASSERT(from <= text.size);
  if (text.size - from < BLOCK_BYTES) return false;
  uint8_t seen = 0;
  for (size_t i = 0; i < BLOCK_BYTES; i++)
    seen |= text.data[from + i];
  return seen < 0x80;
}

bool pat_utf8_valid(pat_span text) {
  PAT_ASSERT(pat_span_valid(text));
  size_t offset = 0;
  while (offset < text.size) {
    if (is_ascii_block(text, offset)) {
      offset += BLOCK_BYTES;
      continue;
    }
    size_t size = utf8_character_size(text, offset);
    if (size == 0) return false;
    offset += size;
  }
  PAT_ASSERT(offset == text.size);
  return true;
}

/* Block by block, as above. */
static bool has_nul(pat_span text) {
  size_t offset = 0;
  uint8_t found = 0;
  for (; text.size - offset >= BLOCK_BYTES; offset += BLOCK_BYTES) {
    for (size_t i = 0; i < BLOCK_BYTES; i++)
      found |= (uint8_t)(text.data[offset + i] == 0);
  }
  for (; offset < text.size; offset++)
    found |= (uint8_t)(text.data[offset] == 0);
  return found != 0;
}

bool pat_utf8_valid_no_nul(pat_span text) {
  PAT_ASSERT(pat_span_valid(text));
  return !has_nul(text) && pat_utf8_valid(text);
}

pat_status pat_hex_encode(pat_span bytes, char *buffer, size_t capacity) {
  static const char digits[] = "0123456789abcdef";
  PAT_ASSERT(pat_span_valid(bytes));
  PAT_REQUIRE(capacity > 0, BYTES_FULL);
  PAT_REQUIRE(bytes.size <= (capacity - 1) / HEX_DIGITS_PER_BYTE, BYTES_FULL);
  for (size_t i = 0; i < bytes.size; i++) {
    buffer[i * HEX_DIGITS_PER_BYTE] = digits[bytes.data[i] >> 4];
    buffer[i * HEX_DIGITS_PER_BYTE + 1] = digits[bytes.data[i] & 0x0f];
  }
  buffer[bytes.size * HEX_DIGITS_PER_BYTE] = '\0';
  return PAT_OK;
}

static uint8_t hex_digit(uint8_t c) {
  if (c >= '0' && c <= '9') return (uint8_t)(c - '0');
  if (c >= 'a' && c <= 'f') return (uint8_t)(c - 'a' + 10);
  return NOT_A_DIGIT;
}

pat_status pat_hex_decode(pat_span text, uint8_t *ret_bytes, size_t size) {
  PAT_ASSERT(pat_span_valid(text));
  PAT_REQUIRE(text.size % HEX_DIGITS_PER_BYTE == 0, BYTES_HEX);
  PAT_REQUIRE(text.size / HEX_DIGITS_PER_BYTE == size, BYTES_HEX);
  for (size_t i = 0; i < text.size; i++) {
    PAT_REQUIRE(hex_digit(text.data[i]) != NOT_A_DIGIT, BYTES_HEX);
  }
  for (size_t i = 0; i < size; i++) {
    uint8_t high = hex_digit(text.data[i * HEX_DIGITS_PER_BYTE]);
    uint8_t low = hex_digit(text.data[i * HEX_DIGITS_PER_BYTE + 1]);
    ret_bytes[i] = (uint8_t)(high << 4 | low);
  }
  return PAT_OK;
}
