#include "core/model/identifier.h"

#include "core/base/assert.h"
#include "core/bytes/text.h"

/* --- normalisation --------------------------------------------------------------------------- */

/* The place of the first control character (C0, DEL, C1); text.size where there is none.
 * Well-formed UTF-8 has 0xC2 only in front of one of U+0080 to U+00BF. */
static size_t find_control(pat_span text) {
  for (size_t i = 0; i < text.size; i++) {
    uint8_t c = text.data[i];
    if (c < 0x20 || c == 0x7f) return i;
    if (c == 0xc2 && i + 1 < text.size && text.data[i + 1] < 0xa0) return i;
  }
  return text.size;
}

static void append(pat_identifier *identifier, uint8_t c) {
  PAT_ASSERT(identifier->size < PAT_IDENTIFIER_BYTES_MAX);
  identifier->text[identifier->size] = (char)c;
  identifier->size++;
  identifier->text[identifier->size] = '\0';
}

static uint8_t to_upper(uint8_t c) { return c >= 'a' && c <= 'z' ? (uint8_t)(c - 'a' + 'A') : c; }

/* Outer spaces off, inner runs of spaces to one. */
static void trim(pat_span raw, bool upper, pat_identifier *identifier) {
  bool space = false;
  for (size_t i = 0; i < raw.size; i++) {
    uint8_t c = raw.data[i];
    if (c == ' ') {
      space = identifier->size > 0;
      continue;
    }
    if (space) append(identifier, ' ');
    space = false;
    append(identifier, upper ? to_upper(c) : c);
  }
}

static void keep_alnum(pat_span raw, pat_identifier *identifier) {
  for (size_t i = 0; i < raw.size; i++) {
    uint8_t c = raw.data[i];
    bool separator = c == ' ' || c == '-' || c == '.' || c == '/';
    if (!separator) append(identifier, to_upper(c));
  }
}

static void normalise(Patina__Normalisation how, pat_span raw, pat_identifier *identifier) {
  PAT_ASSERT(raw.size <= PAT_IDENTIFIER_BYTES_MAX);
  PAT_ASSERT(how >= PATINA__NORMALISATION__NORMALISATION_TRIM);
  PAT_ASSERT(how <= PATINA__NORMALISATION__NORMALISATION_UPPER_TRIM);
  if (how == PATINA__NORMALISATION__NORMALISATION_UPPER_ALNUM) {
    keep_alnum(raw, identifier);
  } else {
    trim(raw, how == PATINA__NORMALISATION__NORMALISATION_UPPER_TRIM, identifier);
  }
}

static pat_span identifier_span(const pat_identifier *identifier) {
  return pat_span_make(identifier->text, identifier->size);
}

static pat_status check_alnum(pat_span text, pat_err *reterr) {
  for (size_t i = 0; i < text.size; i++) {
    uint8_t c = text.data[i];
    bool alnum = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
    PAT_REQUIRE_AT(alnum, IDENTIFIER_CHARACTERS, reterr, i, NULL);
  }
  return PAT_OK;
}

/* A VIN's own rules come first: they say more than the scheme's lengths. */
static pat_status validate(const Patina__IdentifierScheme *scheme, pat_span text, pat_err *reterr) {
  pat_vin_check_digit unused = PAT_VIN_CHECK_DIGIT_MATCHES;
  if (scheme->validation == PATINA__VALIDATION__VALIDATION_VIN17) {
    PAT_TRY(pat_vin_check(text, &unused, reterr));
  } else if (scheme->validation == PATINA__VALIDATION__VALIDATION_ALNUM) {
    PAT_TRY(check_alnum(text, reterr));
  }
  PAT_REQUIRE_AT(text.size >= scheme->length_min, IDENTIFIER_LENGTH, reterr, text.size, NULL);
  PAT_REQUIRE_AT(text.size <= scheme->length_max, IDENTIFIER_LENGTH, reterr, scheme->length_max,
                 NULL);
  return PAT_OK;
}

pat_status pat_identifier_normalise(const Patina__IdentifierScheme *scheme, pat_span raw,
                                    pat_identifier *ret_identifier, pat_err *reterr) {
  PAT_ASSERT(pat_span_valid(raw));
  PAT_REQUIRE_AT(raw.size >= 1, IDENTIFIER_LENGTH, reterr, 0, NULL);
  PAT_REQUIRE_AT(raw.size <= PAT_IDENTIFIER_BYTES_MAX, IDENTIFIER_LENGTH, reterr,
                 PAT_IDENTIFIER_BYTES_MAX, NULL);
  PAT_REQUIRE_AT(pat_utf8_valid_no_nul(raw), IDENTIFIER_CHARACTERS, reterr, 0, NULL);
  size_t control = find_control(raw);
  PAT_REQUIRE_AT(control == raw.size, IDENTIFIER_CHARACTERS, reterr, control, NULL);
  pat_identifier identifier = {.size = 0};
  normalise(scheme->normalisation, raw, &identifier);
  PAT_REQUIRE_AT(identifier.size >= 1, IDENTIFIER_LENGTH, reterr, 0, NULL);
  PAT_TRY(validate(scheme, identifier_span(&identifier), reterr));
  *ret_identifier = identifier;
  return PAT_OK;
}

/* --- scope and VRF input --------------------------------------------------------------------- */

/* "maker/model": a slash with something before and behind it. */
static bool has_two_parts(pat_span scope) {
  for (size_t i = 1; i + 1 < scope.size; i++) {
    if (scope.data[i] == '/') return true;
  }
  return false;
}

pat_status pat_identifier_scope_check(const Patina__IdentifierScheme *scheme, const char *scope,
                                      pat_err *reterr) {
  pat_span given = pat_span_text(scope);
  if (scheme->scope[0] == '\0') {
    PAT_REQUIRE_AT(given.size == 0, IDENTIFIER_SCOPE, reterr, 0, "scope");
    return PAT_OK;
  }
  PAT_STATIC_ASSERT(PAT_SCOPE_BYTES_MAX <= PAT_IDENTIFIER_BYTES_MAX, "a scope is trimmed as one");
  PAT_REQUIRE_AT(given.size >= 1, IDENTIFIER_SCOPE, reterr, 0, "scope");
  PAT_REQUIRE_AT(given.size <= PAT_SCOPE_BYTES_MAX, IDENTIFIER_SCOPE, reterr, PAT_SCOPE_BYTES_MAX,
                 "scope");
  PAT_REQUIRE_AT(pat_utf8_valid_no_nul(given), IDENTIFIER_SCOPE, reterr, 0, "scope");
  size_t control = find_control(given);
  PAT_REQUIRE_AT(control == given.size, IDENTIFIER_SCOPE, reterr, control, "scope");
  pat_identifier trimmed = {.size = 0};
  trim(given, false, &trimmed);
  PAT_REQUIRE_AT(pat_span_equal(identifier_span(&trimmed), given), IDENTIFIER_SCOPE, reterr, 0,
                 "scope");
  bool two_parts = scheme->uniqueness == PATINA__UNIQUENESS__UNIQUENESS_MAKER_MODEL;
  PAT_REQUIRE_AT(!two_parts || has_two_parts(given), IDENTIFIER_SCOPE, reterr, 0, "scope");
  return PAT_OK;
}

static void append_part(pat_builder *builder, pat_span part) {
  PAT_ASSERT(part.size <= UINT16_MAX);
  pat_builder_u16be(builder, (uint16_t)part.size);
  pat_builder_span(builder, part);
}

pat_status pat_identifier_vrf_input(const char *scheme, uint32_t version, const char *scope,
                                    const pat_identifier *identifier, pat_builder *builder) {
  uint8_t digits[10]; /* of 2^32 - 1 */
  pat_builder decimal;
  pat_span version_text = PAT_SPAN_EMPTY;
  pat_span unused = PAT_SPAN_EMPTY;
  pat_builder_init(&decimal, digits, sizeof digits);
  pat_builder_decimal(&decimal, version);
  PAT_TRY(pat_builder_finish(&decimal, &version_text));
  append_part(builder, pat_span_text(scheme));
  append_part(builder, version_text);
  append_part(builder, pat_span_text(scope));
  append_part(builder, identifier_span(identifier));
  return pat_builder_finish(builder, &unused);
}

/* --- near misses ----------------------------------------------------------------------------- */

static pat_span behind(pat_span text, size_t from) {
  return pat_span_slice(text, from, text.size - from);
}

static bool rest_equal(pat_span a, size_t from_a, pat_span b, size_t from_b) {
  return pat_span_equal(behind(a, from_a), behind(b, from_b));
}

/* The first edit must explain the first place where the two differ. */
bool pat_identifier_near(const pat_identifier *a, const pat_identifier *b) {
  pat_span short_text = identifier_span(a->size <= b->size ? a : b);
  pat_span long_text = identifier_span(a->size <= b->size ? b : a);
  size_t i = 0;
  while (i < short_text.size && short_text.data[i] == long_text.data[i])
    i++;
  if (long_text.size == short_text.size + 1) return rest_equal(short_text, i, long_text, i + 1);
  if (long_text.size != short_text.size || i == short_text.size) return false;
  if (rest_equal(short_text, i + 1, long_text, i + 1)) return true;
  if (i + 1 == short_text.size) return false;
  bool swapped =
      short_text.data[i] == long_text.data[i + 1] && short_text.data[i + 1] == long_text.data[i];
  return swapped && rest_equal(short_text, i + 2, long_text, i + 2);
}

static bool starts_run(const pat_identifier *identifier, size_t i) {
  return i == 0 || identifier->text[i] != identifier->text[i - 1];
}

/* Leaving out any one of a run of equal characters gives the same variant. */
size_t pat_identifier_variant_count(const pat_identifier *identifier) {
  size_t count = 1;
  PAT_ASSERT(identifier->size <= PAT_IDENTIFIER_BYTES_MAX);
  for (size_t i = 0; i < identifier->size; i++)
    count += starts_run(identifier, i) ? 1 : 0;
  return count;
}

void pat_identifier_variant(const pat_identifier *identifier, size_t i,
                            pat_identifier *ret_variant) {
  PAT_ASSERT(i < pat_identifier_variant_count(identifier));
  pat_identifier variant = {.size = 0};
  size_t run = 0;
  for (size_t place = 0; place < identifier->size; place++) {
    bool starts = starts_run(identifier, place);
    run += starts ? 1 : 0;
    if (!starts || run != i) append(&variant, (uint8_t)identifier->text[place]);
  }
  *ret_variant = variant;
}
