#include "core/model/value.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/limits.h"
#include "tests/core/model/values_support.h"

static char *text(const char *literal) { return (char *)(uintptr_t)literal; }

static uint8_t bytes_of_nothing[64];

static ProtobufCBinaryData bytes(size_t size) {
  assert_true(size <= sizeof bytes_of_nothing);
  return (ProtobufCBinaryData){size, bytes_of_nothing};
}

static Patina__Value text_value(const char *content) {
  Patina__Value value = PATINA__VALUE__INIT;
  value.value_case = PATINA__VALUE__VALUE_TEXT;
  value.text = text(content);
  return value;
}

static Patina__Value date_value(const char *content) {
  Patina__Value value = PATINA__VALUE__INIT;
  value.value_case = PATINA__VALUE__VALUE_DATE;
  value.date = text(content);
  return value;
}

static Patina__Value flag_value(bool flag) {
  Patina__Value value = PATINA__VALUE__INIT;
  value.value_case = PATINA__VALUE__VALUE_FLAG;
  value.flag = flag;
  return value;
}

static Patina__Value asset_value(size_t size) {
  Patina__Value value = PATINA__VALUE__INIT;
  value.value_case = PATINA__VALUE__VALUE_ASSET;
  value.asset = bytes(size);
  return value;
}

static Patina__Number number(int64_t mantissa, int32_t exponent, const char *unit) {
  Patina__Number result = PATINA__NUMBER__INIT;
  result.mantissa = mantissa;
  result.exponent = exponent;
  result.unit = text(unit);
  return result;
}

static Patina__Value number_value(Patina__Number *content) {
  Patina__Value value = PATINA__VALUE__INIT;
  value.value_case = PATINA__VALUE__VALUE_NUMBER;
  value.number = content;
  return value;
}

static Patina__Code code(const char *system, const char *term) {
  Patina__Code result = PATINA__CODE__INIT;
  result.system = text(system);
  result.code = text(term);
  return result;
}

static Patina__Value code_value(Patina__Code *content) {
  Patina__Value value = PATINA__VALUE__INIT;
  value.value_case = PATINA__VALUE__VALUE_CODE;
  value.code = content;
  return value;
}

static Patina__Evidence evidence(size_t hash_size, const char *media_type) {
  Patina__Evidence result = PATINA__EVIDENCE__INIT;
  result.sha256 = bytes(hash_size);
  result.media_type = text(media_type);
  return result;
}

static Patina__Value evidence_value(Patina__Evidence *content) {
  Patina__Value value = PATINA__VALUE__INIT;
  value.value_case = PATINA__VALUE__VALUE_EVIDENCE;
  value.evidence = content;
  return value;
}

static Patina__Reading mantissa_reading(uint32_t offset_ms, int64_t mantissa) {
  Patina__Reading reading = PATINA__READING__INIT;
  reading.offset_ms = offset_ms;
  reading.reading_case = PATINA__READING__READING_MANTISSA;
  reading.mantissa = mantissa;
  return reading;
}

static Patina__Reading status_reading(uint32_t offset_ms, int status) {
  Patina__Reading reading = PATINA__READING__INIT;
  reading.offset_ms = offset_ms;
  reading.reading_case = PATINA__READING__READING_STATUS;
  reading.status = (Patina__ReadingStatus)status;
  return reading;
}

static Patina__Readings readings_of(Patina__Reading **items, size_t count) {
  Patina__Readings readings = PATINA__READINGS__INIT;
  readings.n_readings = count;
  readings.readings = items;
  return readings;
}

static Patina__Value readings_value(Patina__Readings *content) {
  Patina__Value value = PATINA__VALUE__INIT;
  value.value_case = PATINA__VALUE__VALUE_READINGS;
  value.readings = content;
  return value;
}

static pat_status check(Patina__Value value) { return pat_value_check(&value, NULL); }

/* --- well-formed by itself ------------------------------------------------------------------- */

static void test_value__refuses_none(void **state) {
  (void)state;
  const Patina__Value value = PATINA__VALUE__INIT;
  assert_refused(check(value), VALUE_MISSING);
}

static void test_value__refuses_texts_outside_the_limits(void **state) {
  (void)state;
  assert_refused(check(text_value("")), VALUE_TEXT);
  assert_accepted(check(text_value("a")));
  assert_accepted(check(text_value(values_text_of('a', PAT_TEXT_BYTES_MAX - 1))));
  assert_accepted(check(text_value(values_text_of('a', PAT_TEXT_BYTES_MAX))));
  assert_refused(check(text_value(values_text_of('a', PAT_TEXT_BYTES_MAX + 1))), VALUE_TEXT);
}

static void test_value__refuses_dates_and_numbers_by_their_own_rules(void **state) {
  (void)state;
  Patina__Number bad_exponent = number(1, 19, "KMT");
  Patina__Number bad_unit = number(1, 0, "km");
  Patina__Number good = number(1, 0, "KMT");
  assert_refused(check(date_value("")), EDTF_LENGTH);
  assert_refused(check(date_value("c. 1867")), EDTF_FORM);
  assert_refused(check(date_value("1867-13")), EDTF_RANGE);
  assert_accepted(check(date_value("1867~")));
  assert_refused(check(number_value(&bad_exponent)), NUMBER_EXPONENT);
  assert_refused(check(number_value(&bad_unit)), NUMBER_UNIT_UNKNOWN);
  assert_accepted(check(number_value(&good)));
}

static void test_value__refuses_codes_outside_the_limits(void **state) {
  (void)state;
  for (size_t size = 0; size <= PAT_CODE_BYTES_MAX + 1; size++) {
    Patina__Code long_code = code("abi-2017", values_text_of('S', size));
    Patina__Code long_system = code(values_text_of('s', size), "S");
    bool fits = size >= 1 && size <= PAT_CODE_BYTES_MAX;
    if (fits) assert_accepted(check(code_value(&long_code)));
    if (fits) assert_accepted(check(code_value(&long_system)));
    if (!fits) assert_refused(check(code_value(&long_code)), VALUE_CODE_FORM);
    if (!fits) assert_refused(check(code_value(&long_system)), VALUE_CODE_FORM);
  }
}

static void test_value__refuses_asset_ids_of_other_sizes(void **state) {
  (void)state;
  for (size_t size = 0; size <= 33; size++) {
    if (size == PAT_ASSET_ID_BYTES) assert_accepted(check(asset_value(size)));
    if (size != PAT_ASSET_ID_BYTES) assert_refused(check(asset_value(size)), VALUE_ASSET);
  }
}

static void test_value__refuses_incomplete_evidence(void **state) {
  (void)state;
  static const char *const bad[] = {"",          "jpeg",        "/jpeg", "image/",
                                    "image/a/b", "image /jpeg", "i/\n",  "//",
                                    "/",         "a/\xc3\xa9",  "a/\x7f"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    Patina__Evidence content = evidence(PAT_HASH_BYTES, bad[i]);
    assert_refused(check(evidence_value(&content)), VALUE_EVIDENCE);
  }
  for (size_t size = 0; size <= 64; size++) {
    Patina__Evidence content = evidence(size, "image/jpeg");
    if (size == PAT_HASH_BYTES) assert_accepted(check(evidence_value(&content)));
    if (size != PAT_HASH_BYTES) assert_refused(check(evidence_value(&content)), VALUE_EVIDENCE);
  }
  for (size_t size = PAT_MEDIA_TYPE_BYTES_MAX - 1; size <= PAT_MEDIA_TYPE_BYTES_MAX + 1; size++) {
    char *media_type = values_text_of('a', size);
    media_type[1] = '/';
    Patina__Evidence content = evidence(PAT_HASH_BYTES, media_type);
    if (size <= PAT_MEDIA_TYPE_BYTES_MAX) assert_accepted(check(evidence_value(&content)));
    if (size > PAT_MEDIA_TYPE_BYTES_MAX) {
      assert_refused(check(evidence_value(&content)), VALUE_EVIDENCE);
    }
  }
}

static void test_value__refuses_batches_outside_the_limits(void **state) {
  (void)state;
  static Patina__Reading *items[PAT_READINGS_MAX + 1];
  Patina__Reading reading = mantissa_reading(5, 0);
  for (size_t i = 0; i < sizeof items / sizeof items[0]; i++)
    items[i] = &reading;
  Patina__Readings none = readings_of(items, 0);
  Patina__Readings one = readings_of(items, 1);
  Patina__Readings below = readings_of(items, PAT_READINGS_MAX - 1);
  Patina__Readings most = readings_of(items, PAT_READINGS_MAX);
  Patina__Readings above = readings_of(items, PAT_READINGS_MAX + 1);
  assert_refused(check(readings_value(&none)), VALUE_READINGS_COUNT);
  assert_accepted(check(readings_value(&one)));
  assert_accepted(check(readings_value(&below)));
  assert_accepted(check(readings_value(&most)));
  assert_refused(check(readings_value(&above)), VALUE_READINGS_COUNT);
}

static void test_value__refuses_readings_out_of_order_or_without_content(void **state) {
  (void)state;
  Patina__Reading early = mantissa_reading(10, -3);
  Patina__Reading late = status_reading(11, PATINA__READING_STATUS__READING_STATUS_UNREADABLE);
  Patina__Reading absent = status_reading(11, PATINA__READING_STATUS__READING_STATUS_NOT_AVAILABLE);
  Patina__Reading unsaid = status_reading(11, 0);
  Patina__Reading unknown = status_reading(11, 3);
  Patina__Reading empty = PATINA__READING__INIT;
  empty.offset_ms = 11;
  Patina__Reading *good[] = {&early, &late, &absent};
  Patina__Reading *backwards[] = {&early, &late, &early};
  Patina__Reading *not_set[] = {&early, &empty};
  Patina__Reading *unspecified[] = {&early, &unsaid};
  Patina__Reading *other[] = {&early, &unknown};
  Patina__Readings readings = readings_of(good, 3);
  assert_accepted(check(readings_value(&readings)));
  readings = readings_of(backwards, 3);
  pat_err err = {0};
  Patina__Value value = readings_value(&readings);
  assert_refused(pat_value_check(&value, &err), VALUE_READINGS_ORDER);
  assert_int_equal(err.offset, 2); /* the number of the reading */
  readings = readings_of(not_set, 2);
  assert_refused(check(readings_value(&readings)), VALUE_READING);
  readings = readings_of(unspecified, 2);
  assert_refused(check(readings_value(&readings)), VALUE_READING);
  readings = readings_of(other, 2);
  assert_refused(check(readings_value(&readings)), VALUE_READING);
}

/* --- against its definition ------------------------------------------------------------------ */

static Patina__AttributeDefinition definition(Patina__ValueType type) {
  Patina__AttributeDefinition result = PATINA__ATTRIBUTE_DEFINITION__INIT;
  result.name = text("thing");
  result.type = type;
  return result;
}

/* Every type of value against every type of definition: only the own one fits. */
static void test_value__refuses_other_types(void **state) {
  (void)state;
  Patina__Number plain = number(1, 0, "");
  Patina__Code term = code("list", "a");
  Patina__Evidence photo = evidence(PAT_HASH_BYTES, "image/jpeg");
  Patina__Reading reading = mantissa_reading(0, 0);
  Patina__Reading *items[] = {&reading};
  Patina__Readings batch = readings_of(items, 1);
  Patina__Value values[] = {text_value("a"),        number_value(&plain),  date_value("1867"),
                            flag_value(true),       code_value(&term),     asset_value(16),
                            evidence_value(&photo), readings_value(&batch)};
  for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
    for (int type = 1; type <= 7; type++) {
      Patina__AttributeDefinition wanted = definition((Patina__ValueType)type);
      wanted.code_system = text("list");
      pat_err err = {0};
      pat_status status = pat_value_fits(&values[i], &wanted, &err);
      if (type == (int)i + 1) assert_accepted(status);
      if (type != (int)i + 1) assert_refused(status, VALUE_TYPE);
      if (type != (int)i + 1) assert_string_equal(err.place, "thing");
    }
  }
}

static void test_value__refuses_units_of_other_quantities(void **state) {
  (void)state;
  static const struct {
    const char *unit;
    const char *wanted;
    bool fits;
  } cases[] = {
      {"KMT", "KMT", true},  {"SMI", "KMT", true},  {"KGM", "KMT", false}, {"", "KMT", false},
      {"KMT", "", false},    {"", "", true},        {"USD", "USD", true},  {"FRF", "USD", true},
      {"KMT", "USD", false}, {"USD", "KMT", false}, {"", "USD", false},    {"USD", "", false},
      {"INH", "CMT", true},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Patina__Number content = number(1, 0, cases[i].unit);
    Patina__Value value = number_value(&content);
    Patina__AttributeDefinition wanted = definition(PATINA__VALUE_TYPE__VALUE_TYPE_NUMBER);
    wanted.unit = text(cases[i].wanted);
    if (cases[i].fits) assert_accepted(pat_value_fits(&value, &wanted, NULL));
    if (!cases[i].fits) assert_refused(pat_value_fits(&value, &wanted, NULL), VALUE_UNIT);
  }
}

static void test_value__refuses_codes_of_other_lists(void **state) {
  (void)state;
  char *codes[] = {text("A"), text("B"), text("N"), text("S")};
  Patina__AttributeDefinition wanted = definition(PATINA__VALUE_TYPE__VALUE_TYPE_CODE);
  wanted.code_system = text("abi-2017");
  wanted.codes = codes;
  wanted.n_codes = 4;
  Patina__Code other_list = code("abi-2007", "S");
  Patina__Code other_code = code("abi-2017", "C");
  Patina__Code prefix = code("abi-2017", "SS");
  Patina__Code good = code("abi-2017", "S");
  Patina__Value value = code_value(&other_list);
  assert_refused(pat_value_fits(&value, &wanted, NULL), VALUE_CODE);
  value = code_value(&other_code);
  assert_refused(pat_value_fits(&value, &wanted, NULL), VALUE_CODE);
  value = code_value(&prefix);
  assert_refused(pat_value_fits(&value, &wanted, NULL), VALUE_CODE);
  value = code_value(&good);
  assert_accepted(pat_value_fits(&value, &wanted, NULL));
  wanted.n_codes = 0; /* any code of the list */
  value = code_value(&other_code);
  assert_accepted(pat_value_fits(&value, &wanted, NULL));
  value = code_value(&other_list);
  assert_refused(pat_value_fits(&value, &wanted, NULL), VALUE_CODE);
}

/* --- the same value -------------------------------------------------------------------------- */

static void expect_equal(Patina__Value a, Patina__Value b, bool equal) {
  assert_int_equal(pat_value_equal(&a, &b), equal);
  assert_int_equal(pat_value_equal(&b, &a), equal);
  assert_true(pat_value_equal(&a, &a));
}

static void test_value__tells_values_apart(void **state) {
  (void)state;
  Patina__Number mile = number(1, 0, "SMI");
  Patina__Number mile_in_km = number(1609344, -6, "KMT");
  Patina__Number nearly = number(1609, -3, "KMT");
  Patina__Number kilogram = number(1, 0, "KGM");
  Patina__Code s = code("abi-2017", "S");
  Patina__Code s_of_other = code("abi-2007", "S");
  Patina__Code n = code("abi-2017", "N");
  Patina__Evidence photo = evidence(PAT_HASH_BYTES, "image/jpeg");
  Patina__Evidence sized = photo;
  Patina__Evidence other_type = evidence(PAT_HASH_BYTES, "image/png");
  sized.size = 7;
  expect_equal(number_value(&mile), number_value(&mile_in_km), true);
  expect_equal(number_value(&mile), number_value(&nearly), false);
  expect_equal(number_value(&mile), number_value(&kilogram), false);
  expect_equal(text_value("a"), text_value("a"), true);
  expect_equal(text_value("a"), text_value("A"), false);
  expect_equal(text_value("1867"), date_value("1867"), false);
  expect_equal(date_value("1867"), date_value("1867-XX"), false);
  expect_equal(flag_value(true), flag_value(false), false);
  expect_equal(code_value(&s), code_value(&s_of_other), false);
  expect_equal(code_value(&s), code_value(&n), false);
  expect_equal(evidence_value(&photo), evidence_value(&sized), false);
  expect_equal(evidence_value(&photo), evidence_value(&other_type), false);
  expect_equal(asset_value(16), asset_value(16), true);
  expect_equal(asset_value(16), asset_value(15), false);
  Patina__Value none = PATINA__VALUE__INIT;
  assert_false(pat_value_equal(&none, &none));
}

static void test_value__tells_readings_apart(void **state) {
  (void)state;
  Patina__Reading base = mantissa_reading(1, 5);
  Patina__Reading variants[] = {mantissa_reading(2, 5), mantissa_reading(1, 6),
                                status_reading(1, 1), status_reading(1, 2), base};
  variants[4].signal = 1;
  Patina__Reading *items[] = {&base, &base};
  Patina__Readings batch = readings_of(items, 2);
  Patina__Readings shorter = readings_of(items, 1);
  expect_equal(readings_value(&batch), readings_value(&shorter), false);
  for (size_t i = 0; i < sizeof variants / sizeof variants[0]; i++) {
    Patina__Reading *other[] = {&base, &variants[i]};
    Patina__Readings changed = readings_of(other, 2);
    expect_equal(readings_value(&batch), readings_value(&changed), false);
  }
}

/* --- attributes of a statement --------------------------------------------------------------- */

static Patina__Attribute slot_attribute(const char *name, size_t size) {
  Patina__Attribute attribute = PATINA__ATTRIBUTE__INIT;
  attribute.name = text(name);
  attribute.content_case = PATINA__ATTRIBUTE__CONTENT_SLOT;
  attribute.slot = bytes(size);
  return attribute;
}

static Patina__Attribute open_attribute(const char *name, Patina__Value *value) {
  Patina__Attribute attribute = PATINA__ATTRIBUTE__INIT;
  attribute.name = text(name);
  attribute.content_case = PATINA__ATTRIBUTE__CONTENT_OPEN;
  attribute.open = value;
  return attribute;
}

static Patina__Attribute cleared_attribute(const char *name, bool cleared) {
  Patina__Attribute attribute = PATINA__ATTRIBUTE__INIT;
  attribute.name = text(name);
  attribute.content_case = PATINA__ATTRIBUTE__CONTENT_CLEARED;
  attribute.cleared = cleared;
  return attribute;
}

static pat_status check_two(Patina__Attribute a, Patina__Attribute b) {
  Patina__Attribute *both[] = {&a, &b};
  return pat_attributes_check(both, 2, true, NULL);
}

static pat_status check_one(Patina__Attribute a, bool allow_cleared) {
  Patina__Attribute *one[] = {&a};
  return pat_attributes_check(one, 1, allow_cleared, NULL);
}

static void test_value__refuses_malformed_attributes(void **state) {
  (void)state;
  Patina__Value empty = text_value("");
  Patina__Value good = text_value("Subaru");
  const Patina__Attribute not_set = PATINA__ATTRIBUTE__INIT;
  Patina__Attribute named = not_set;
  named.name = text("make");
  assert_refused(check_one(slot_attribute("", 32), true), NAME_FORM);
  assert_refused(check_one(slot_attribute("Make", 32), true), NAME_FORM);
  assert_refused(check_one(named, true), ATTRIBUTES_CONTENT);
  assert_refused(check_one(open_attribute("make", &empty), true), VALUE_TEXT);
  assert_accepted(check_one(open_attribute("make", &good), false));
  for (size_t size = 0; size <= 64; size++) {
    pat_status status = check_one(slot_attribute("make", size), false);
    if (size == PAT_HASH_BYTES) assert_accepted(status);
    if (size != PAT_HASH_BYTES) assert_refused(status, ATTRIBUTES_SLOT);
  }
}

static void test_value__refuses_clearing_where_it_means_nothing(void **state) {
  (void)state;
  assert_refused(check_one(cleared_attribute("colour", true), false), ATTRIBUTES_CLEARED);
  assert_refused(check_one(cleared_attribute("colour", false), true), ATTRIBUTES_CLEARED);
  assert_accepted(check_one(cleared_attribute("colour", true), true));
  assert_refused(check_two(cleared_attribute("a", true), cleared_attribute("a", true)),
                 ATTRIBUTES_CLEARED);
  assert_refused(check_two(cleared_attribute("a", true), slot_attribute("a", 32)),
                 ATTRIBUTES_CLEARED);
  assert_refused(check_two(slot_attribute("a", 32), cleared_attribute("a", true)),
                 ATTRIBUTES_CLEARED);
  assert_accepted(check_two(cleared_attribute("a", true), cleared_attribute("b", true)));
}

static void test_value__refuses_attributes_out_of_order(void **state) {
  (void)state;
  assert_refused(check_two(slot_attribute("b", 32), slot_attribute("a", 32)), ATTRIBUTES_ORDER);
  assert_refused(check_two(slot_attribute("aa", 32), slot_attribute("a", 32)), ATTRIBUTES_ORDER);
  assert_accepted(check_two(slot_attribute("a", 32), slot_attribute("aa", 32)));
  assert_accepted(check_two(slot_attribute("a", 32), slot_attribute("a", 32))); /* a list */
}

static void test_value__refuses_too_many_attributes(void **state) {
  (void)state;
  Patina__Attribute attribute = slot_attribute("photo", 32);
  Patina__Attribute *many[PAT_STATEMENT_ATTRIBUTES_MAX + 1];
  for (size_t i = 0; i < sizeof many / sizeof many[0]; i++)
    many[i] = &attribute;
  assert_accepted(pat_attributes_check(NULL, 0, false, NULL));
  assert_accepted(pat_attributes_check(many, PAT_STATEMENT_ATTRIBUTES_MAX - 1, false, NULL));
  assert_accepted(pat_attributes_check(many, PAT_STATEMENT_ATTRIBUTES_MAX, false, NULL));
  assert_refused(pat_attributes_check(many, PAT_STATEMENT_ATTRIBUTES_MAX + 1, false, NULL),
                 ATTRIBUTES_COUNT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_value__refuses_none),
      cmocka_unit_test(test_value__refuses_texts_outside_the_limits),
      cmocka_unit_test(test_value__refuses_dates_and_numbers_by_their_own_rules),
      cmocka_unit_test(test_value__refuses_codes_outside_the_limits),
      cmocka_unit_test(test_value__refuses_asset_ids_of_other_sizes),
      cmocka_unit_test(test_value__refuses_incomplete_evidence),
      cmocka_unit_test(test_value__refuses_batches_outside_the_limits),
      cmocka_unit_test(test_value__refuses_readings_out_of_order_or_without_content),
      cmocka_unit_test(test_value__refuses_other_types),
      cmocka_unit_test(test_value__refuses_units_of_other_quantities),
      cmocka_unit_test(test_value__refuses_codes_of_other_lists),
      cmocka_unit_test(test_value__tells_values_apart),
      cmocka_unit_test(test_value__tells_readings_apart),
      cmocka_unit_test(test_value__refuses_malformed_attributes),
      cmocka_unit_test(test_value__refuses_clearing_where_it_means_nothing),
      cmocka_unit_test(test_value__refuses_attributes_out_of_order),
      cmocka_unit_test(test_value__refuses_too_many_attributes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
