/* Hits: pat_identifier_normalise, pat_vin_check, pat_identifier_scope_check,
 * pat_identifier_variant, pat_identifier_near, pat_identifier_vrf_input, pat_utf8_valid_no_nul.
 *
 * Input: one byte that chooses a scheme, then the value as read off the thing. Property: it is
 * refused, or its normal form is its own normal form, and every variant with a character less is
 * near it. */
#include "core/base/assert.h"
#include "core/model/catalog.h"
#include "core/model/identifier.h"
#include "tests/fuzz/fuzz_target.h"

enum { VRF_INPUT_BYTES = 512, SCHEMES = 5, VIN_SCHEME = 4 };

static Patina__IdentifierScheme scheme_of(uint8_t choice) {
  static char name[] = "fuzzed";
  Patina__IdentifierScheme scheme = PATINA__IDENTIFIER_SCHEME__INIT;
  bool vin = choice % SCHEMES == VIN_SCHEME;
  bool alnum = choice % SCHEMES == 3;
  scheme.name = name;
  scheme.version = 1;
  scheme.uniqueness = PATINA__UNIQUENESS__UNIQUENESS_GLOBAL;
  scheme.visibility = PATINA__VISIBILITY__VISIBILITY_PUBLIC;
  scheme.normalisation = PATINA__NORMALISATION__NORMALISATION_UPPER_ALNUM;
  if (choice % SCHEMES == 0) scheme.normalisation = PATINA__NORMALISATION__NORMALISATION_TRIM;
  if (choice % SCHEMES == 1) scheme.normalisation = PATINA__NORMALISATION__NORMALISATION_UPPER_TRIM;
  if (alnum) scheme.validation = PATINA__VALIDATION__VALIDATION_ALNUM;
  if (vin) scheme.validation = PATINA__VALIDATION__VALIDATION_VIN17;
  scheme.length_min = vin ? 17 : 1;
  scheme.length_max = vin ? 17 : PAT_IDENTIFIER_BYTES_MAX;
  return scheme;
}

static pat_span span_of(const pat_identifier *identifier) {
  return pat_span_make(identifier->text, identifier->size);
}

static void check_normal_form(const Patina__IdentifierScheme *scheme,
                              const pat_identifier *identifier) {
  pat_identifier again = {.size = 0};
  PAT_ASSERT(identifier->size >= scheme->length_min);
  PAT_ASSERT(identifier->size <= scheme->length_max);
  PAT_ASSERT(identifier->text[identifier->size] == '\0');
  PAT_ASSERT(pat_is_ok(pat_identifier_normalise(scheme, span_of(identifier), &again, NULL)));
  PAT_ASSERT(pat_span_equal(span_of(identifier), span_of(&again)));
}

static void check_variants(const pat_identifier *identifier) {
  size_t count = pat_identifier_variant_count(identifier);
  PAT_ASSERT(count <= identifier->size + 1);
  for (size_t i = 0; i < count; i++) {
    pat_identifier variant;
    pat_identifier_variant(identifier, i, &variant);
    PAT_ASSERT(pat_identifier_near(identifier, &variant) == (i > 0));
  }
}

static void check_vrf_input(const Patina__IdentifierScheme *scheme,
                            const pat_identifier *identifier) {
  uint8_t buffer[VRF_INPUT_BYTES];
  pat_builder builder;
  pat_builder_init(&builder, buffer, sizeof(buffer));
  PAT_ASSERT(
      pat_is_ok(pat_identifier_vrf_input(scheme->name, 1, scheme->scope, identifier, &builder)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1) return 0;
  Patina__IdentifierScheme scheme = scheme_of(data[0]);
  pat_span raw = pat_span_slice(pat_span_make(data, size), 1, size - 1);
  pat_identifier identifier = {.size = 0};
  pat_err err = {0};
  PAT_ASSERT(pat_is_ok(pat_scheme_check(&scheme, NULL)));
  pat_status status = pat_identifier_normalise(&scheme, raw, &identifier, &err);
  if (!pat_is_ok(status)) {
    PAT_ASSERT(err.rule == (pat_rule)status.rule);
    PAT_ASSERT(identifier.size == 0);
    return 0;
  }
  check_normal_form(&scheme, &identifier);
  check_variants(&identifier);
  check_vrf_input(&scheme, &identifier);
  return 0;
}
