#include "core/envelope/key_text.h"

#include "core/bytes/reader.h"
#include "core/bytes/text.h"
#include "core/crypto/base64.h"
#include "core/crypto/sign.h"

static pat_status check_name(pat_span name) {
  PAT_REQUIRE(name.size >= 1 && name.size <= PAT_NAME_BYTES_MAX, KEY_TEXT_FORM);
  for (size_t i = 0; i < name.size; i++) {
    PAT_REQUIRE(name.data[i] >= 0x20 && name.data[i] < 0x7f, KEY_TEXT_FORM);
  }
  return PAT_OK;
}

static void wipe_key(pat_key_text *key) { pat_secret_wipe(key, sizeof *key); }

static pat_status read_lines(pat_span text, pat_span lines[3]) {
  pat_reader reader;
  pat_reader_init(&reader, text);
  for (size_t i = 0; i < 3; i++)
    PAT_TRY(pat_text_line(&reader, &lines[i]));
  return pat_reader_finish(&reader);
}

pat_status pat_key_text_decode(pat_span text, const char *header, pat_key_text *ret_key) {
  pat_span lines[3];
  PAT_REQUIRE(pat_is_ok(read_lines(text, lines)), KEY_TEXT_FORM);
  PAT_REQUIRE(pat_span_equal(lines[0], pat_span_text(header)), KEY_TEXT_FORM);
  PAT_TRY(check_name(lines[1]));
  PAT_CLEANUP(wipe_key) pat_key_text key = {.name = {0}};
  size_t size = 0;
  pat_status status = pat_base64_decode(lines[2], key.bytes, sizeof key.bytes, &size, NULL);
  PAT_REQUIRE(pat_is_ok(status) && size == sizeof key.bytes, KEY_TEXT_FORM);
  pat_span_copy(key.name, PAT_NAME_BYTES_MAX, lines[1]);
  *ret_key = key;
  return PAT_OK;
}

pat_status pat_key_text_encode(const pat_key_text *key, const char *header, pat_builder *builder) {
  PAT_TRY(check_name(pat_span_text(key->name)));
  pat_builder_text(builder, header);
  pat_builder_char(builder, '\n');
  pat_builder_text(builder, key->name);
  pat_builder_char(builder, '\n');
  pat_base64_encode(builder, PAT_SPAN_OF(key->bytes));
  pat_builder_char(builder, '\n');
  return PAT_OK;
}
