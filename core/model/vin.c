/* Vehicle identification numbers: ISO 3779's form, and the check digit where it is law. */
#include "core/base/assert.h"
#include "core/model/identifier.h"

#define VIN_BYTES             17
#define VIN_CHECK_DIGIT_PLACE 8
#define VIN_MODULUS           11

/* The value of a VIN character in the check sum; -1 where no VIN has it. */
static int vin_value(uint8_t c) {
  static const int8_t letters[26] = {
      1, 2,  3, 4,  5, 6, 7, 8, -1, 1, 2, 3, 4, /* A to M, without I */
      5, -1, 7, -1, 9, 2, 3, 4, 5,  6, 7, 8, 9, /* N to Z, without O and Q */
  };
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'Z') return letters[c - 'A'];
  return -1;
}

/* First characters stand for countries, in the order A to Z, 1 to 9, 0: the United States have 1,
 * 4, 5 and 7F to 70; Canada has 2; China has L. */
static bool check_digit_is_law(pat_span vin) {
  uint8_t first = vin.data[0];
  uint8_t second = vin.data[1];
  if (first == '7') return second >= 'F' || second <= '9';
  return first == '1' || first == '2' || first == '4' || first == '5' || first == 'L';
}

char pat_vin_check_digit_of(pat_span vin) {
  static const uint8_t weights[VIN_BYTES] = {8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2};
  PAT_ASSERT(vin.size == VIN_BYTES);
  int sum = 0;
  for (size_t i = 0; i < VIN_BYTES; i++) {
    int value = vin_value(vin.data[i]);
    PAT_ASSERT(value >= 0);
    sum += value * weights[i];
  }
  return "0123456789X"[sum % VIN_MODULUS];
}

pat_status pat_vin_check(pat_span vin, pat_vin_check_digit *ret_check_digit, pat_err *reterr) {
  PAT_ASSERT(pat_span_valid(vin));
  PAT_REQUIRE_AT(vin.size == VIN_BYTES, VIN_LENGTH, reterr, vin.size, NULL);
  for (size_t i = 0; i < VIN_BYTES; i++) {
    PAT_REQUIRE_AT(vin_value(vin.data[i]) >= 0, VIN_CHARACTERS, reterr, i, NULL);
  }
  bool matches = (char)vin.data[VIN_CHECK_DIGIT_PLACE] == pat_vin_check_digit_of(vin);
  PAT_REQUIRE_AT(matches || !check_digit_is_law(vin), VIN_CHECK_DIGIT, reterr,
                 VIN_CHECK_DIGIT_PLACE, NULL);
  *ret_check_digit = matches ? PAT_VIN_CHECK_DIGIT_MATCHES : PAT_VIN_CHECK_DIGIT_NOT_APPLICABLE;
  return PAT_OK;
}
