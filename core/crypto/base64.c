#include "core/crypto/base64.h"

#include "core/base/assert.h"

#define BASE64_GROUP_SYMBOLS 4
#define BASE64_GROUP_BYTES   3
#define BASE64_BLOCK_BYTES   96 /* three hashes; whole groups */
#define BASE64_NONE          255

PAT_STATIC_ASSERT(BASE64_BLOCK_BYTES % BASE64_GROUP_BYTES == 0,
                  "only the end of the bytes is padded");

static const char base64_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static uint8_t base64_symbol(uint32_t bits) { return (uint8_t)base64_alphabet[bits & 63]; }

/* size is 1 to 3: one more symbol than there are bytes, then padding. */
static void base64_encode_group(const uint8_t *bytes, size_t size,
                                uint8_t ret_text[BASE64_GROUP_SYMBOLS]) {
  uint32_t second = size > 1 ? bytes[1] : 0;
  uint32_t third = size > 2 ? bytes[2] : 0;
  uint32_t bits = (uint32_t)bytes[0] << 16 | second << 8 | third;
  ret_text[0] = base64_symbol(bits >> 18);
  ret_text[1] = base64_symbol(bits >> 12);
  ret_text[2] = size > 1 ? base64_symbol(bits >> 6) : '=';
  ret_text[3] = size > 2 ? base64_symbol(bits) : '=';
}

/* A block at a time: a receipt is mostly hashes in this form. */
static void base64_encode_block(pat_builder *builder, pat_span block) {
  uint8_t text[BASE64_BLOCK_BYTES / BASE64_GROUP_BYTES * BASE64_GROUP_SYMBOLS];
  PAT_ASSERT(block.size <= BASE64_BLOCK_BYTES);
  size_t written = 0;
  size_t at = 0;
  for (; block.size - at > BASE64_GROUP_BYTES; at += BASE64_GROUP_BYTES) {
    base64_encode_group(block.data + at, BASE64_GROUP_BYTES, text + written);
    written += BASE64_GROUP_SYMBOLS;
  }
  base64_encode_group(block.data + at, block.size - at, text + written);
  written += BASE64_GROUP_SYMBOLS;
  pat_builder_span(builder, pat_span_make(text, written));
}

void pat_base64_encode(pat_builder *builder, pat_span bytes) {
  PAT_ASSERT(pat_span_valid(bytes));
  for (size_t at = 0; at < bytes.size; at += BASE64_BLOCK_BYTES) {
    size_t left = bytes.size - at;
    size_t size = left < BASE64_BLOCK_BYTES ? left : BASE64_BLOCK_BYTES;
    base64_encode_block(builder, pat_span_slice(bytes, at, size));
  }
}

static uint8_t base64_value(uint8_t symbol) {
  if (symbol >= 'A' && symbol <= 'Z') return (uint8_t)(symbol - 'A');
  if (symbol >= 'a' && symbol <= 'z') return (uint8_t)(symbol - 'a' + 26);
  if (symbol >= '0' && symbol <= '9') return (uint8_t)(symbol - '0' + 52);
  if (symbol == '+') return 62;
  if (symbol == '/') return 63;
  return BASE64_NONE;
}

/* How many of the last symbols are padding: 0 to 2. More than that is an unknown symbol. */
static size_t base64_padding(pat_span text) {
  size_t count = 0;
  while (count < 2 && count < text.size && text.data[text.size - 1 - count] == '=')
    count++;
  return count;
}

/* Everything that can be wrong, looked at before a byte is written. */
static pat_status base64_check(pat_span text, size_t symbols, pat_err *reterr) {
  PAT_REQUIRE_AT(text.size % BASE64_GROUP_SYMBOLS == 0, CRYPTO_BASE64_LENGTH, reterr, text.size,
                 "base64");
  for (size_t i = 0; i < symbols; i++) {
    PAT_REQUIRE_AT(base64_value(text.data[i]) != BASE64_NONE, CRYPTO_BASE64_SYMBOL, reterr, i,
                   "base64");
  }
  if (symbols == text.size) return PAT_OK;
  /* One padding symbol leaves 2 bits of the last symbol unused, two leave 4. */
  unsigned unused = text.size - symbols == 1 ? 3 : 15;
  PAT_REQUIRE_AT((base64_value(text.data[symbols - 1]) & unused) == 0, CRYPTO_BASE64_TRAILING,
                 reterr, symbols - 1, "base64");
  return PAT_OK;
}

static void base64_unpack(pat_span symbols, uint8_t *bytes, size_t size) {
  uint32_t bits = 0;
  size_t written = 0;
  for (size_t i = 0; i < symbols.size; i++) {
    bits = bits << 6 | base64_value(symbols.data[i]);
    size_t phase = i % BASE64_GROUP_SYMBOLS;
    if (phase > 0) bytes[written++] = (uint8_t)(bits >> (6 - 2 * phase) & 255);
  }
  PAT_ASSERT(written == size);
}

pat_status pat_base64_decode(pat_span text, uint8_t *ret_bytes, size_t capacity, size_t *ret_size,
                             pat_err *reterr) {
  PAT_ASSERT(pat_span_valid(text));
  PAT_ASSERT(ret_bytes != NULL || capacity == 0);
  size_t padding = base64_padding(text);
  size_t symbols = text.size - padding;
  PAT_TRY(base64_check(text, symbols, reterr));
  size_t size = PAT_BASE64_DECODED_BYTES_MAX(text.size) - padding;
  PAT_REQUIRE_AT(size <= capacity, BYTES_FULL, reterr, 0, "base64");
  base64_unpack(pat_span_slice(text, 0, symbols), ret_bytes, size);
  *ret_size = size;
  return PAT_OK;
}
