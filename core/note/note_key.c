/* The keys of signed notes: their names, ids and text form (declared in signed_note.h). */
#include "core/base/assert.h"
#include "core/bytes/reader.h"
#include "core/bytes/text.h"
#include "core/crypto/base64.h"
#include "core/crypto/hash.h"
#include "core/note/signed_note.h"

#define ID_DIGITS 8 /* base 16 */

/* --- names ----------------------------------------------------------------------------------- */

/* Every code point with the property White_Space (Unicode 15, PropList) above U+0020, in UTF-8.
 * Those below are control characters. */
static const char *const spaces[] = {
    "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81",
    "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86",
    "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8",
    "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80",
};

static bool starts_with_space(pat_span text) {
  if (text.data[0] < 0x80) return text.data[0] == ' ';
  for (size_t i = 0; i < sizeof spaces / sizeof spaces[0]; i++)
    if (pat_span_starts_with(text, pat_span_text(spaces[i]))) return true;
  return false;
}

pat_status pat_note_name_check(pat_span name) {
  PAT_ASSERT(pat_span_valid(name));
  PAT_REQUIRE(name.size >= 1, NOTE_KEY_NAME);
  PAT_REQUIRE(name.size <= PAT_NOTE_KEY_NAME_BYTES_MAX, NOTE_KEY_NAME);
  PAT_REQUIRE(pat_utf8_valid(name), NOTE_KEY_NAME);
  for (size_t i = 0; i < name.size; i++) {
    PAT_REQUIRE(name.data[i] >= 0x20, NOTE_KEY_NAME);
    PAT_REQUIRE(name.data[i] != '+', NOTE_KEY_NAME);
    PAT_REQUIRE(!starts_with_space(pat_span_slice(name, i, name.size - i)), NOTE_KEY_NAME);
  }
  return PAT_OK;
}

/* --- ids ------------------------------------------------------------------------------------- */

static uint32_t key_id(pat_span name, uint8_t type, pat_span public_key) {
  const uint8_t middle[] = {'\n', type};
  const pat_span parts[] = {name, PAT_SPAN_OF(middle), public_key};
  const pat_hash hash = pat_hash_of_parts(parts, 3);
  uint32_t id = 0;
  for (size_t i = 0; i < 4; i++)
    id = id << 8 | hash.bytes[i];
  return id;
}

pat_status pat_note_key_make(pat_span name, uint8_t type,
                             const uint8_t public_key[PAT_PUBLIC_KEY_BYTES],
                             pat_note_key *ret_key) {
  PAT_ASSERT(type == PAT_NOTE_TYPE_ED25519 || type == PAT_NOTE_TYPE_COSIGNATURE);
  PAT_TRY(pat_note_name_check(name));
  const pat_span key_bytes = pat_span_make(public_key, PAT_PUBLIC_KEY_BYTES);
  *ret_key = (pat_note_key){.name = name, .id = key_id(name, type, key_bytes), .type = type};
  pat_span_copy(ret_key->public_key, sizeof ret_key->public_key, key_bytes);
  return PAT_OK;
}

/* --- verifier keys --------------------------------------------------------------------------- */

/* Cuts the text in front of the first '+' off *rest, with the '+'. */
static bool cut_at_plus(pat_span *rest, pat_span *ret_head) {
  for (size_t i = 0; i < rest->size; i++) {
    if (rest->data[i] != '+') continue;
    *ret_head = pat_span_slice(*rest, 0, i);
    *rest = pat_span_slice(*rest, i + 1, rest->size - i - 1);
    return true;
  }
  return false;
}

/* The type stands in the first byte, so it is known before the rest is understood. */
static pat_status read_material(pat_span base64, uint8_t *ret_type,
                                uint8_t ret_public_key[PAT_PUBLIC_KEY_BYTES]) {
  uint8_t material[1 + PAT_PUBLIC_KEY_BYTES];
  size_t size = 0;
  PAT_REQUIRE(base64.size >= 4, NOTE_KEY_FORM);
  PAT_REQUIRE(pat_is_ok(pat_base64_decode(pat_span_slice(base64, 0, 4), material, sizeof material,
                                          &size, NULL)),
              NOTE_KEY_FORM);
  const uint8_t type = material[0];
  PAT_REQUIRE(type == PAT_NOTE_TYPE_ED25519 || type == PAT_NOTE_TYPE_COSIGNATURE, NOTE_KEY_TYPE);
  PAT_REQUIRE(pat_is_ok(pat_base64_decode(base64, material, sizeof material, &size, NULL)),
              NOTE_KEY_FORM);
  PAT_REQUIRE(size == sizeof material, NOTE_KEY_FORM);
  *ret_type = type;
  pat_span_copy(ret_public_key, PAT_PUBLIC_KEY_BYTES,
                pat_span_make(material + 1, PAT_PUBLIC_KEY_BYTES));
  return PAT_OK;
}

static pat_status parse(pat_span vkey, pat_note_key *ret_key) {
  pat_span rest = vkey;
  pat_span name = PAT_SPAN_EMPTY;
  pat_span digits = PAT_SPAN_EMPTY;
  PAT_REQUIRE(cut_at_plus(&rest, &name), NOTE_KEY_FORM);
  PAT_REQUIRE(cut_at_plus(&rest, &digits), NOTE_KEY_FORM);
  uint8_t id_bytes[ID_DIGITS / 2];
  PAT_REQUIRE(pat_is_ok(pat_hex_decode(digits, id_bytes, sizeof id_bytes)), NOTE_KEY_FORM);
  uint8_t type = 0;
  uint8_t public_key[PAT_PUBLIC_KEY_BYTES];
  PAT_TRY(read_material(rest, &type, public_key));
  pat_note_key key = {0};
  PAT_TRY(pat_note_key_make(name, type, public_key, &key));
  pat_reader reader;
  pat_reader_init(&reader, PAT_SPAN_OF(id_bytes));
  uint32_t id = 0;
  PAT_TRY(pat_reader_u32be(&reader, &id));
  PAT_REQUIRE(id == key.id, NOTE_KEY_ID);
  *ret_key = key;
  return PAT_OK;
}

pat_status pat_note_key_parse(pat_span vkey, pat_note_key *ret_key, pat_err *reterr) {
  PAT_ASSERT(pat_span_valid(vkey));
  const pat_status status = parse(vkey, ret_key);
  if (!pat_is_ok(status)) return pat_refuse_at((pat_rule)status.rule, reterr, 0, "verifier key");
  return PAT_OK;
}

void pat_note_key_format(const pat_note_key *key, pat_builder *out) {
  uint8_t material[1 + PAT_PUBLIC_KEY_BYTES] = {key->type};
  pat_span_copy(material + 1, PAT_PUBLIC_KEY_BYTES, PAT_SPAN_OF(key->public_key));
  pat_builder_span(out, key->name);
  pat_builder_char(out, '+');
  for (unsigned shift = 32; shift > 0; shift -= 4)
    pat_builder_char(out, "0123456789abcdef"[key->id >> (shift - 4) & 0xfu]);
  pat_builder_char(out, '+');
  pat_base64_encode(out, PAT_SPAN_OF(material));
}
