#include "core/crypto/base32.h"

#include <stdbool.h>

#include "core/base/assert.h"

#define BASE32_VALUE_SYMBOLS (PAT_BASE32_ASSET_SYMBOLS - 1)
#define BASE32_CHECK_MODULUS 37
#define BASE32_FIRST_MAX     7 /* 26 symbols hold 130 bits, an id has 128 */
#define BASE32_NONE          255

/* The last five stand for the remainders 32..36, in the check symbol only. */
static const char base32_alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";
PAT_STATIC_ASSERT(sizeof base32_alphabet - 1 == BASE32_CHECK_MODULUS, "one symbol per remainder");
PAT_STATIC_ASSERT(BASE32_VALUE_SYMBOLS * 5 - 2 == PAT_ASSET_ID_BYTES * 8, "two bits to spare");

/* The symbols of a text, hyphens left out. */
typedef struct {
  uint8_t values[PAT_BASE32_ASSET_SYMBOLS];
  size_t count;
} base32_symbols;

static unsigned base32_remainder(const uint8_t id[PAT_ASSET_ID_BYTES]) {
  unsigned remainder = 0;
  for (size_t i = 0; i < PAT_ASSET_ID_BYTES; i++) {
    remainder = (remainder * 256 + id[i]) % BASE32_CHECK_MODULUS;
  }
  return remainder;
}

void pat_base32_asset_encode(const uint8_t id[PAT_ASSET_ID_BYTES],
                             char ret_text[PAT_BASE32_ASSET_TEXT_BYTES]) {
  /* Starting with two zero bits, every five bits are one symbol. */
  unsigned pending = 0;
  unsigned pending_bits = 2;
  size_t written = 0;
  for (size_t i = 0; i < PAT_ASSET_ID_BYTES; i++) {
    pending = (pending << 8 | id[i]) & 0xFFFF;
    pending_bits += 8;
    while (pending_bits >= 5) {
      pending_bits -= 5;
      ret_text[written++] = base32_alphabet[pending >> pending_bits & 31];
    }
  }
  PAT_ASSERT(pending_bits == 0);
  PAT_ASSERT(written == BASE32_VALUE_SYMBOLS);
  ret_text[written++] = base32_alphabet[base32_remainder(id)];
  ret_text[written] = '\0';
}

/* What people write for a symbol, as the symbol of the alphabet. */
static char base32_plain(uint8_t written) {
  if (written >= 'a' && written <= 'z') written = (uint8_t)(written - 'a' + 'A');
  if (written == 'I' || written == 'L') return '1';
  if (written == 'O') return '0';
  return (char)written;
}

/* The value of a symbol below limit; BASE32_NONE where it has none. */
static uint8_t base32_value(uint8_t written, size_t limit) {
  char plain = base32_plain(written);
  for (size_t value = 0; value < limit; value++) {
    if (base32_alphabet[value] == plain) return (uint8_t)value;
  }
  return BASE32_NONE;
}

static pat_status base32_read(pat_span text, base32_symbols *symbols, pat_err *reterr) {
  for (size_t i = 0; i < text.size; i++) {
    if (text.data[i] == '-') continue;
    PAT_REQUIRE_AT(symbols->count < PAT_BASE32_ASSET_SYMBOLS, CRYPTO_BASE32_LENGTH, reterr, i,
                   "asset id");
    size_t limit = symbols->count < BASE32_VALUE_SYMBOLS ? 32 : BASE32_CHECK_MODULUS;
    uint8_t value = base32_value(text.data[i], limit);
    PAT_REQUIRE_AT(value != BASE32_NONE, CRYPTO_BASE32_SYMBOL, reterr, i, "asset id");
    bool fits = symbols->count > 0 || value <= BASE32_FIRST_MAX;
    PAT_REQUIRE_AT(fits, CRYPTO_BASE32_OVERFLOW, reterr, i, "asset id");
    symbols->values[symbols->count++] = value;
  }
  PAT_REQUIRE_AT(symbols->count == PAT_BASE32_ASSET_SYMBOLS, CRYPTO_BASE32_LENGTH, reterr,
                 text.size, "asset id");
  return PAT_OK;
}

static void base32_pack(const base32_symbols *symbols, uint8_t ret_id[PAT_ASSET_ID_BYTES]) {
  unsigned pending = 0;
  unsigned pending_bits = 0;
  size_t written = 0;
  for (size_t i = 0; i < BASE32_VALUE_SYMBOLS; i++) {
    pending = (pending << 5 | symbols->values[i]) & 0xFFFF;
    pending_bits += i == 0 ? 3 : 5; /* the first symbol's upper two bits are zero */
    if (pending_bits < 8) continue;
    pending_bits -= 8;
    ret_id[written++] = (uint8_t)(pending >> pending_bits & 255);
  }
  PAT_ASSERT(pending_bits == 0);
  PAT_ASSERT(written == PAT_ASSET_ID_BYTES);
}

pat_status pat_base32_asset_decode(pat_span text, uint8_t ret_id[PAT_ASSET_ID_BYTES],
                                   pat_err *reterr) {
  PAT_ASSERT(pat_span_valid(text));
  PAT_REQUIRE_AT(text.size <= PAT_BASE32_TEXT_BYTES_MAX, CRYPTO_BASE32_LENGTH, reterr,
                 PAT_BASE32_TEXT_BYTES_MAX, "asset id");
  base32_symbols symbols = {{0}, 0};
  uint8_t id[PAT_ASSET_ID_BYTES];
  PAT_TRY(base32_read(text, &symbols, reterr));
  base32_pack(&symbols, id);
  PAT_REQUIRE_AT(symbols.values[BASE32_VALUE_SYMBOLS] == base32_remainder(id), CRYPTO_BASE32_CHECK,
                 reterr, text.size - 1, "asset id");
  pat_span_copy(ret_id, PAT_ASSET_ID_BYTES, PAT_SPAN_OF(id));
  return PAT_OK;
}
