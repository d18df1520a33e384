/* Base 64 as ProtoJSON wants it: written in the standard alphabet, read in either. core/crypto has
 * the strict form; it is not used here because that floor brings the cryptographic libraries. */
#include "core/base/assert.h"
#include "proto/json/protojson_internal.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum { NO_SYMBOL = 64 };

void pat_protojson__base64_encode(pat_builder *builder, pat_span bytes) {
  for (size_t i = 0; i < bytes.size; i += 3) {
    size_t left = bytes.size - i;
    uint32_t group = (uint32_t)bytes.data[i] << 16;
    if (left > 1) group |= (uint32_t)bytes.data[i + 1] << 8;
    if (left > 2) group |= bytes.data[i + 2];
    pat_builder_char(builder, alphabet[group >> 18]);
    pat_builder_char(builder, alphabet[group >> 12 & 63]);
    pat_builder_char(builder, left > 1 ? alphabet[group >> 6 & 63] : '=');
    pat_builder_char(builder, left > 2 ? alphabet[group & 63] : '=');
  }
}

/* The symbol's six bits; sets *dialect to '+' or '-' where it belongs to one alphabet alone. */
static uint32_t bits_of(uint8_t symbol, char *dialect) {
  if (symbol >= 'A' && symbol <= 'Z') return symbol - 'A';
  if (symbol >= 'a' && symbol <= 'z') return symbol - 'a' + 26u;
  if (symbol >= '0' && symbol <= '9') return symbol - '0' + 52u;
  char own = symbol == '+' || symbol == '/' ? '+' : '-';
  if (own == '-' && symbol != '-' && symbol != '_') return NO_SYMBOL;
  if (*dialect != '\0' && *dialect != own) return NO_SYMBOL;
  *dialect = own;
  return symbol == '+' || symbol == '-' ? 62 : 63;
}

static pat_span without_padding(pat_span text) {
  if (text.size == 0 || text.size % 4 != 0) return text;
  size_t padding = text.data[text.size - 1] == '=';
  if (padding == 1) padding += text.data[text.size - 2] == '=';
  return pat_span_slice(text, 0, text.size - padding);
}

static pat_status decode_symbols(pat_span symbols, uint8_t *target, size_t size) {
  char dialect = '\0';
  uint32_t pending = 0;
  size_t pending_bits = 0;
  size_t used = 0;
  for (size_t i = 0; i < symbols.size; i++) {
    uint32_t bits = bits_of(symbols.data[i], &dialect);
    PAT_REQUIRE(bits != NO_SYMBOL, JSON_BASE64);
    pending = (pending << 6 | bits) & 0xffff;
    pending_bits += 6;
    if (pending_bits < 8) continue;
    pending_bits -= 8;
    PAT_ASSERT(used < size);
    target[used++] = (uint8_t)(pending >> pending_bits);
  }
  PAT_REQUIRE((pending & ((1u << pending_bits) - 1)) == 0, JSON_BASE64);
  PAT_ASSERT(used == size);
  return PAT_OK;
}

pat_status pat_protojson__base64_decode(pat_span text, pat_arena *arena,
                                        ProtobufCBinaryData *ret_bytes) {
  pat_span symbols = without_padding(text);
  PAT_REQUIRE(symbols.size % 4 != 1, JSON_BASE64);
  size_t size = symbols.size / 4 * 3 + (symbols.size % 4 == 0 ? 0 : symbols.size % 4 - 1);
  uint8_t *target = pat_arena_take(arena, size);
  PAT_REQUIRE(target != NULL, LIMIT_MEMORY);
  PAT_TRY(decode_symbols(symbols, target, size));
  *ret_bytes = (ProtobufCBinaryData){.len = size, .data = size == 0 ? NULL : target};
  return PAT_OK;
}
