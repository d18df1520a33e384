#include "core/crypto/base64.h"

#include "core/base/assert.h"

#define BASE64_GROUP_SYMBOLS 4
#define BASE64_GROUP_BYTES   3
#define BASE64_NONE          255

static const char base64_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void base64_encode_group(pat_builder *builder, pat_span group) {
  uint32_t bits = 0;
  for (size_t i = 0; i < BASE64_GROUP_BYTES; i++) {
    bits = bits << 8 | (i < group.size ? group.data[i] : 0U);
  }
  uint8_t text[BASE64_GROUP_SYMBOLS];
  for (size_t i = 0; i < BASE64_GROUP_SYMBOLS; i++) {
    /* one more symbol than there are bytes, then padding */
    char symbol = i <= group.size ? base64_alphabet[bits >> (18 - 6 * i) & 63] : '=';
    text[i] = (uint8_t)symbol;
  }
  pat_builder_span(builder, PAT_SPAN_OF(text));
}

void pat_base64_encode(pat_builder *builder, pat_span bytes) {
  PAT_ASSERT(pat_span_valid(bytes));
  for (size_t at = 0; at < bytes.size; at += BASE64_GROUP_BYTES) {
    size_t left = bytes.size - at;
    size_t size = left < BASE64_GROUP_BYTES ? left : BASE64_GROUP_BYTES;
    base64_encode_group(builder, pat_span_slice(bytes, at, size));
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
