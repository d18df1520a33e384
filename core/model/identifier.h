/* Identifiers: normalisation, validation, VINs, near misses, and the bytes that the VRF hashes.
 *
 * Near misses are found by deletion: whoever keeps each identifier under all its variants finds,
 * for a typed one, every recorded one that shares a variant, and asks pat_identifier_near of
 * each. */
#ifndef PAT_CORE_MODEL_IDENTIFIER_H
#define PAT_CORE_MODEL_IDENTIFIER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/limits.h"
#include "core/base/span.h"
#include "core/base/status.h"
#include "core/bytes/builder.h"
#include "proto/catalog.pb-c.h"

/* A normalised value. text is NUL-terminated for convenience; size excludes the NUL.
 * Invariant: size <= PAT_IDENTIFIER_BYTES_MAX. */
typedef struct {
  char text[PAT_IDENTIFIER_BYTES_MAX + 1];
  size_t size;
} pat_identifier;

/* Normalises a value as read off the thing, and checks it. What looks alike (I and 1, O, Q and 0)
 * is never exchanged: proposing that is for whoever shows it to a person.
 * in    scheme                 passed pat_scheme_check
 *       raw                    1 to PAT_IDENTIFIER_BYTES_MAX bytes of UTF-8, borrowed
 * out   ret_identifier         unchanged on failure
 *       reterr                 offset in the normalised value (in raw for IDENTIFIER_CHARACTERS by
 *                              a control character); may be NULL
 * fails IDENTIFIER_LENGTH      raw outside its limits, or the value outside the scheme's lengths
 *       IDENTIFIER_CHARACTERS  not UTF-8, a control character, or not letters and digits alone
 *                              where the scheme asks for these
 *       VIN_*                  as pat_vin_check says, where the scheme's validation is VIN17
 * time  O(raw.size) */
pat_status pat_identifier_normalise(const Patina__IdentifierScheme *scheme, pat_span raw,
                                    pat_identifier *ret_identifier, pat_err *reterr) PAT_MUST_USE
    PAT_NONNULL(1, 3);

/* Checks a scope against the scheme: UTF-8 of 1 to PAT_SCOPE_BYTES_MAX bytes without control
 * characters, outer spaces or two spaces in a row where the scheme has a scope, else "";
 * "maker/model", with a slash inside, where the scheme is unique for each maker and model.
 * fails IDENTIFIER_SCOPE
 * time  O(size of scope) */
pat_status pat_identifier_scope_check(const Patina__IdentifierScheme *scheme, const char *scope,
                                      pat_err *reterr) PAT_MUST_USE PAT_NONNULL(1, 2);

/* Appends what the VRF hashes: scheme name, scheme version in decimal ASCII, scope and normalised
 * value, each behind its length as u16be (SPEC.md section 6).
 * in    scheme, scope  checked: shorter than 64 KiB (asserted)
 * fails BYTES_FULL     no room in the builder, or it failed before
 * time  O(size of the parts) */
pat_status pat_identifier_vrf_input(const char *scheme, uint32_t version, const char *scope,
                                    const pat_identifier *identifier,
                                    pat_builder *builder) PAT_MUST_USE PAT_NONNULL_ALL;

typedef enum {
  PAT_VIN_CHECK_DIGIT_MATCHES = 0,
  PAT_VIN_CHECK_DIGIT_NOT_APPLICABLE, /* a market that does not use it, and it does not match */
} pat_vin_check_digit;

/* Checks a normalised VIN: 17 characters of A-Z and 0-9 without I, O and Q (ISO 3779). The check
 * digit at position 9 is enforced where the first character is 1, 4, 5 or 7F to 70 (United States),
 * 2 (Canada) or L (China); a match elsewhere may be chance.
 * out   ret_check_digit  unchanged on failure
 *       reterr           offset of the character; may be NULL
 * fails VIN_LENGTH       not 17 bytes
 *       VIN_CHARACTERS   another character
 *       VIN_CHECK_DIGIT  enforced, and not the one of pat_vin_check_digit_of
 * time  O(1) */
pat_status pat_vin_check(pat_span vin, pat_vin_check_digit *ret_check_digit,
                         pat_err *reterr) PAT_MUST_USE PAT_NONNULL(2);

/* The check digit that position 9 should hold ('0' to '9', 'X').
 * in    vin   17 characters of the VIN alphabet (asserted)
 * time  O(1) */
char pat_vin_check_digit_of(pat_span vin);

/* True where a and b differ by exactly one substitution, insertion, deletion, or transposition of
 * neighbours, counted in bytes. time O(size) */
bool pat_identifier_near(const pat_identifier *a, const pat_identifier *b) PAT_NONNULL_ALL;

/* The number of variants of an identifier under which near misses are found: itself, and each with
 * one byte left out; equal variants count once. 1 to size + 1. time O(size) */
size_t pat_identifier_variant_count(const pat_identifier *identifier) PAT_NONNULL_ALL;

/* Variant number i: 0 is the identifier itself. Two identifiers that are near share a variant; two
 * that share one need not be near.
 * in    i            below pat_identifier_variant_count (asserted)
 * out   ret_variant  may be empty; a lone byte of a UTF-8 sequence may be left in it
 * time  O(size) */
void pat_identifier_variant(const pat_identifier *identifier, size_t i,
                            pat_identifier *ret_variant) PAT_NONNULL_ALL;

#endif
