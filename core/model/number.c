#include "core/model/number.h"

#include "core/base/assert.h"
#include "core/base/limits.h"

/* --- units ----------------------------------------------------------------------------------- */

/* What a unit measures. Only units of one quantity can be compared. */
typedef enum {
  QUANTITY_PLAIN = 0, /* no unit */
  QUANTITY_AREA,
  QUANTITY_CALENDAR_YEAR, /* apart from TIME: a year number is not a span of 365.25 days */
  QUANTITY_CELSIUS,       /* its zero is its own, so no ratio leads to another scale */
  QUANTITY_CHARGE,
  QUANTITY_CONCENTRATION,
  QUANTITY_COUNT,
  QUANTITY_CURRENT,
  QUANTITY_ENERGY,
  QUANTITY_FREQUENCY,
  QUANTITY_ILLUMINANCE,
  QUANTITY_LENGTH,
  QUANTITY_MASS,
  QUANTITY_MONEY, /* comparable only within one currency */
  QUANTITY_PERCENT,
  QUANTITY_POWER,
  QUANTITY_PRESSURE,
  QUANTITY_SPEED,
  QUANTITY_TIME,
  QUANTITY_VOLTAGE,
  QUANTITY_VOLUME,
} quantity;

/* value in the quantity's base unit = value in this unit x numerator / denominator, exactly. */
typedef struct {
  const char *code; /* UN/CEFACT Recommendation 20 */
  const char *ucum;
  quantity quantity;
  uint32_t numerator;
  uint32_t denominator;
} unit;

static const unit plain_unit = {"", "", QUANTITY_PLAIN, 1, 1};

static const unit unit_table[] = {
    {"2Z", "mV", QUANTITY_VOLTAGE, 1, 1000},
    {"4K", "mA", QUANTITY_CURRENT, 1, 1000},
    {"A93", "g/m3", QUANTITY_CONCENTRATION, 1, 1},
    {"AMH", "A.h", QUANTITY_CHARGE, 1, 1},
    {"AMP", "A", QUANTITY_CURRENT, 1, 1},
    {"ANN", "a", QUANTITY_CALENDAR_YEAR, 1, 1},
    {"BAR", "bar", QUANTITY_PRESSURE, 100000, 1},
    {"C62", "1", QUANTITY_COUNT, 1, 1},
    {"CEL", "Cel", QUANTITY_CELSIUS, 1, 1},
    {"CMK", "cm2", QUANTITY_AREA, 1, 10000},
    {"CMQ", "cm3", QUANTITY_VOLUME, 1, 1000},
    {"CMT", "cm", QUANTITY_LENGTH, 1, 100},
    {"DAY", "d", QUANTITY_TIME, 86400, 1},
    {"FOT", "[ft_i]", QUANTITY_LENGTH, 381, 1250},
    {"FTQ", "[cft_i]", QUANTITY_VOLUME, 55306341, 1953125},
    {"GLI", "[gal_br]", QUANTITY_VOLUME, 454609, 100000},
    {"GLL", "[gal_us]", QUANTITY_VOLUME, 473176473, 125000000},
    {"GRM", "g", QUANTITY_MASS, 1, 1000},
    {"HM", "[mi_i]/h", QUANTITY_SPEED, 1397, 3125},
    {"HTZ", "Hz", QUANTITY_FREQUENCY, 1, 1},
    {"HUR", "h", QUANTITY_TIME, 3600, 1},
    {"INH", "[in_i]", QUANTITY_LENGTH, 127, 5000},
    {"INQ", "[cin_i]", QUANTITY_VOLUME, 2048383, 125000000},
    {"JOU", "J", QUANTITY_ENERGY, 1, 1},
    {"KGM", "kg", QUANTITY_MASS, 1, 1},
    {"KMH", "km/h", QUANTITY_SPEED, 5, 18},
    {"KMT", "km", QUANTITY_LENGTH, 1000, 1},
    {"KPA", "kPa", QUANTITY_PRESSURE, 1000, 1},
    {"KWH", "kW.h", QUANTITY_ENERGY, 3600000, 1},
    {"KWT", "kW", QUANTITY_POWER, 1000, 1},
    {"LBR", "[lb_av]", QUANTITY_MASS, 45359237, 100000000},
    {"LTR", "L", QUANTITY_VOLUME, 1, 1},
    {"LUX", "lx", QUANTITY_ILLUMINANCE, 1, 1},
    {"MGM", "mg", QUANTITY_MASS, 1, 1000000},
    {"MIN", "min", QUANTITY_TIME, 60, 1},
    {"MLT", "mL", QUANTITY_VOLUME, 1, 1000},
    {"MMT", "mm", QUANTITY_LENGTH, 1, 1000},
    {"MTK", "m2", QUANTITY_AREA, 1, 1},
    {"MTQ", "m3", QUANTITY_VOLUME, 1000, 1},
    {"MTR", "m", QUANTITY_LENGTH, 1, 1},
    {"MTS", "m/s", QUANTITY_SPEED, 1, 1},
    {"ONZ", "[oz_av]", QUANTITY_MASS, 45359237, 1600000000},
    {"P1", "%", QUANTITY_PERCENT, 1, 1},
    {"PAL", "Pa", QUANTITY_PRESSURE, 1, 1},
    {"RPM", "/min", QUANTITY_FREQUENCY, 1, 60},
    {"SEC", "s", QUANTITY_TIME, 1, 1},
    {"SMI", "[mi_i]", QUANTITY_LENGTH, 201168, 125},
    {"TNE", "t", QUANTITY_MASS, 1000, 1},
    {"VLT", "V", QUANTITY_VOLTAGE, 1, 1},
    {"WHR", "W.h", QUANTITY_ENERGY, 3600, 1},
    {"WTT", "W", QUANTITY_POWER, 1, 1},
    {"YRD", "[yd_i]", QUANTITY_LENGTH, 1143, 1250},
};

/* ISO 4217: those in use, and those that ended but stand in old bills of sale. Three letters each,
 * ascending. */
#define CURRENCY_LETTERS 3
static const char currency_table[] =
    "ADPAEDAFNALLAMDANGAOAARSATSAUDAWGAZNBAMBBDBDTBEFBGLBGNBHDBIFBMDBNDBOBBRLBSDBTNBWPBYNBZD"
    "CADCDFCHFCLPCNYCOPCRCCSKCUPCVECYPCZKDDMDEMDJFDKKDOPDZDEEKEGPERNESPETBEURFIMFJDFKPFRFGBP"
    "GELGHSGIPGMDGNFGRDGTQGYDHKDHNLHRKHTGHUFIDRIEPILSINRIQDIRRISKITLJMDJODJPYKESKGSKHRKMFKPW"
    "KRWKWDKYDKZTLAKLBPLKRLRDLSLLTLLUFLVLLYDMADMDLMGAMKDMMKMNTMOPMRUMTLMURMVRMWKMXNMXPMYRMZN"
    "NADNGNNIONLGNOKNPRNZDOMRPABPENPGKPHPPKRPLNPLZPTEPYGQARROLRONRSDRUBRURRWFSARSBDSCRSDGSEK"
    "SGDSHPSITSKKSLESOSSRDSSPSTNSURSVCSYPSZLTHBTJSTMTTNDTOPTRLTRYTTDTWDTZSUAHUGXUSDUYUUZSVEB"
    "VEDVESVNDVUVWSTXAFXCDXOFXPFYERYUMZARZMWZWG";
#define CURRENCY_COUNT ((sizeof currency_table - 1) / CURRENCY_LETTERS)

static bool is_currency(pat_span code) {
  if (code.size != CURRENCY_LETTERS) return false;
  size_t low = 0;
  size_t high = CURRENCY_COUNT;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = pat_span_compare(
        pat_span_make(currency_table + middle * CURRENCY_LETTERS, CURRENCY_LETTERS), code);
    if (order == 0) return true;
    if (order < 0) low = middle + 1;
    if (order > 0) high = middle;
  }
  return false;
}

bool pat_unit_is_currency(const char *code) { return is_currency(pat_span_text(code)); }

/* Fills *ret_unit for a known code: units from the table, "", or a currency. */
static bool find_unit(const char *code, unit *ret_unit) {
  pat_span wanted = pat_span_text(code);
  if (wanted.size == 0) {
    *ret_unit = plain_unit;
    return true;
  }
  for (size_t i = 0; i < sizeof unit_table / sizeof unit_table[0]; i++) {
    if (!pat_span_equal(pat_span_text(unit_table[i].code), wanted)) continue;
    *ret_unit = unit_table[i];
    return true;
  }
  if (!is_currency(wanted)) return false;
  *ret_unit = (unit){code, code, QUANTITY_MONEY, 1, 1};
  return true;
}

static bool units_comparable(const unit *a, const unit *b) {
  if (a->quantity != b->quantity) return false;
  return a->quantity != QUANTITY_MONEY ||
         pat_span_equal(pat_span_text(a->code), pat_span_text(b->code));
}

bool pat_unit_known(const char *code) {
  unit found;
  return find_unit(code, &found);
}

bool pat_unit_comparable(const char *a, const char *b) {
  unit unit_a;
  unit unit_b;
  return find_unit(a, &unit_a) && find_unit(b, &unit_b) && units_comparable(&unit_a, &unit_b);
}

const char *pat_unit_ucum(const char *code) {
  unit found;
  return find_unit(code, &found) ? found.ucum : code;
}

const char *pat_unit_at(size_t index) {
  return index < sizeof unit_table / sizeof unit_table[0] ? unit_table[index].code : NULL;
}

/* --- wide integers --------------------------------------------------------------------------- */

/* A number's magnitude times its unit's numerator, the other's denominator and 10^36 has at most
 * 64 + 32 + 32 + 120 bits; see wide_multiply. Least significant limb first. */
#define WIDE_LIMBS 8
typedef struct {
  uint32_t limb[WIDE_LIMBS];
} wide;
PAT_STATIC_ASSERT(PAT_NUMBER_EXPONENT_MAX - PAT_NUMBER_EXPONENT_MIN <= 36,
                  "10^36 has 120 bits, and 248 bits fit eight limbs");

static wide wide_make(uint64_t value) {
  return (wide){{(uint32_t)value, (uint32_t)(value >> 32), 0, 0, 0, 0, 0, 0}};
}

static void wide_multiply(wide *number, uint32_t factor) {
  uint64_t carry = 0;
  for (size_t i = 0; i < WIDE_LIMBS; i++) {
    carry += (uint64_t)number->limb[i] * factor;
    number->limb[i] = (uint32_t)carry;
    carry >>= 32;
  }
  PAT_ASSERT(carry == 0);
}

static void wide_multiply_ten(wide *number, int power) {
  PAT_ASSERT(power >= 0);
  for (int i = 0; i < power; i++)
    wide_multiply(number, 10);
}

/* Divides, rounding down. */
static void wide_divide(wide *number, uint32_t divisor) {
  uint64_t rest = 0;
  PAT_ASSERT(divisor != 0);
  for (size_t i = WIDE_LIMBS; i > 0; i--) {
    rest = rest << 32 | number->limb[i - 1];
    number->limb[i - 1] = (uint32_t)(rest / divisor);
    rest %= divisor;
  }
}

static void wide_add(wide *number, const wide *other) {
  uint64_t carry = 0;
  for (size_t i = 0; i < WIDE_LIMBS; i++) {
    carry += (uint64_t)number->limb[i] + other->limb[i];
    number->limb[i] = (uint32_t)carry;
    carry >>= 32;
  }
  PAT_ASSERT(carry == 0);
}

static int wide_compare(const wide *a, const wide *b) {
  for (size_t i = WIDE_LIMBS; i > 0; i--) {
    if (a->limb[i - 1] != b->limb[i - 1]) return a->limb[i - 1] < b->limb[i - 1] ? -1 : 1;
  }
  return 0;
}

/* --- numbers --------------------------------------------------------------------------------- */

static bool exponent_valid(int32_t exponent) {
  return exponent >= PAT_NUMBER_EXPONENT_MIN && exponent <= PAT_NUMBER_EXPONENT_MAX;
}

static uint64_t magnitude(int64_t value) {
  return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

static int sign(int64_t value) { return value < 0 ? -1 : value > 0 ? 1 : 0; }

pat_status pat_number_check(const Patina__Number *number, pat_err *reterr) {
  PAT_REQUIRE_AT(exponent_valid(number->exponent), NUMBER_EXPONENT, reterr, 0, "exponent");
  PAT_REQUIRE_AT(pat_unit_known(number->unit), NUMBER_UNIT_UNKNOWN, reterr, 0, "unit");
  return PAT_OK;
}

/* |a| in the base unit, times both denominators and a power of ten that makes it whole. */
static wide scaled(const Patina__Number *a, const unit *unit_a, uint32_t other_denominator,
                   int32_t lowest_exponent) {
  wide result = wide_make(magnitude(a->mantissa));
  wide_multiply(&result, unit_a->numerator);
  wide_multiply(&result, other_denominator);
  wide_multiply_ten(&result, a->exponent - lowest_exponent);
  return result;
}

pat_status pat_number_compare(const Patina__Number *a, const Patina__Number *b, int *ret_order) {
  unit unit_a = plain_unit;
  unit unit_b = plain_unit;
  PAT_ASSERT(exponent_valid(a->exponent));
  PAT_ASSERT(exponent_valid(b->exponent));
  PAT_REQUIRE(find_unit(a->unit, &unit_a) && find_unit(b->unit, &unit_b), NUMBER_UNIT_MISMATCH);
  PAT_REQUIRE(units_comparable(&unit_a, &unit_b), NUMBER_UNIT_MISMATCH);
  int sign_a = sign(a->mantissa);
  int sign_b = sign(b->mantissa);
  if (sign_a != sign_b) {
    *ret_order = sign_a < sign_b ? -1 : 1;
    return PAT_OK;
  }
  int32_t lowest = a->exponent < b->exponent ? a->exponent : b->exponent;
  wide wide_a = scaled(a, &unit_a, unit_b.denominator, lowest);
  wide wide_b = scaled(b, &unit_b, unit_a.denominator, lowest);
  *ret_order = sign_a * wide_compare(&wide_a, &wide_b);
  return PAT_OK;
}

/* True where the magnitude of a number with this sign fits an int64_t. */
static bool narrow(const wide *number, int number_sign, int64_t *ret_value) {
  for (size_t i = 2; i < WIDE_LIMBS; i++) {
    if (number->limb[i] != 0) return false;
  }
  uint64_t value = (uint64_t)number->limb[1] << 32 | number->limb[0];
  uint64_t highest = number_sign < 0 ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
  if (value > highest) return false;
  *ret_value = number_sign >= 0 ? (int64_t)value : value == 0 ? 0 : -(int64_t)(value - 1) - 1;
  return true;
}

/* floor((2 N + D) / 2 D) is N / D rounded half up; one factor of D after another gives the same
 * as all at once. */
pat_status pat_number_to_milli_base(const Patina__Number *number, int64_t *ret_milli) {
  unit found = plain_unit;
  PAT_ASSERT(exponent_valid(number->exponent));
  PAT_REQUIRE(find_unit(number->unit, &found), NUMBER_UNIT_UNKNOWN);
  int32_t exponent = number->exponent + 3;
  wide result = wide_make(magnitude(number->mantissa));
  wide divisor = wide_make(found.denominator);
  wide_multiply(&result, found.numerator);
  wide_multiply(&result, 2);
  wide_multiply_ten(exponent >= 0 ? &result : &divisor, exponent >= 0 ? exponent : -exponent);
  wide_add(&result, &divisor);
  wide_divide(&result, 2);
  wide_divide(&result, found.denominator);
  for (int32_t i = exponent; i < 0; i++)
    wide_divide(&result, 10);
  PAT_REQUIRE(narrow(&result, sign(number->mantissa), ret_milli), NUMBER_RANGE);
  return PAT_OK;
}
