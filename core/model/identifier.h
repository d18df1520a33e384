/* Identifiers: normalisation, validation, VINs, near misses, and the bytes that the VRF hashes. */
#ifndef PAT_CORE_MODEL_IDENTIFIER_H
#define PAT_CORE_MODEL_IDENTIFIER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/limits.h"
#include "core/base/span.h"
#include "core/base/status.h"
#include "core/bytes/builder.h"
#include "proto/catalog.pb-c.h"

/* A normalised value. text is NUL-terminated for convenience; size excludes the NUL. */
typedef struct {
  char text[PAT_IDENTIFIER_BYTES_MAX + 1];
  size_t size;
} pat_identifier;

/* Normalises a value as read off the thing, and checks it against the scheme: raw 1 to
 * PAT_IDENTIFIER_BYTES_MAX bytes of UTF-8, the normalised length within the scheme's, and its
 * validation. Never maps I to 1, O to 0, Q to 0. fails identifier.length, identifier.characters,
 * and those of pat_vin_check. */
pat_status pat_identifier_normalise(const Patina__IdentifierScheme *scheme, pat_span raw,
                                    pat_identifier *ret_identifier, pat_err *reterr) PAT_MUST_USE
    PAT_NONNULL(1, 3);

/* Checks a scope against the scheme: well-formed UTF-8 of 1 to PAT_SCOPE_BYTES_MAX bytes where the
 * scheme has one, trimmed, else empty. fails identifier.scope. */
pat_status pat_identifier_scope_check(const Patina__IdentifierScheme *scheme, const char *scope,
                                      pat_err *reterr) PAT_MUST_USE PAT_NONNULL(1, 2);

/* Writes what the VRF hashes: u16be-length-prefixed scheme name, scheme version in decimal ASCII,
 * scope, normalised value (SPEC.md section 6). fails bytes.full. */
pat_status pat_identifier_vrf_input(const char *scheme, uint32_t version, const char *scope,
                                    const pat_identifier *identifier,
                                    pat_builder *builder) PAT_MUST_USE PAT_NONNULL_ALL;

typedef enum {
  PAT_VIN_CHECK_DIGIT_MATCHES = 0,
  PAT_VIN_CHECK_DIGIT_NOT_APPLICABLE, /* a market that does not use it, and it does not match */
} pat_vin_check_digit;

/* Checks a normalised VIN: 17 characters of A-Z and 0-9 without I, O and Q (ISO 3779); the check
 * digit at position 9 is enforced where the first character is 1, 4, 5 or 7F-70 (US), 2 (Canada) or
 * L (China). fails vin.length, vin.characters, vin.check-digit. */
pat_status pat_vin_check(pat_span vin, pat_vin_check_digit *ret_check_digit,
                         pat_err *reterr) PAT_MUST_USE PAT_NONNULL(2);

/* The check digit that position 9 should hold ('0' to '9', 'X'). vin: 17 characters of the VIN
 * alphabet (asserted). */
char pat_vin_check_digit_of(pat_span vin);

/* True where a and b differ by exactly one substitution, insertion, deletion, or transposition of
 * neighbours. */
bool pat_identifier_near(const pat_identifier *a, const pat_identifier *b) PAT_NONNULL_ALL;

/* The number of variants of an identifier under which near misses are found: itself, and each with
 * one character left out; equal variants are not repeated. */
size_t pat_identifier_variant_count(const pat_identifier *identifier) PAT_NONNULL_ALL;
/* Variant number i (0 is the identifier itself). Two identifiers are near only if they share a
 * variant. */
void pat_identifier_variant(const pat_identifier *identifier, size_t i,
                            pat_identifier *ret_variant) PAT_NONNULL_ALL;

#endif
