/* ProtoJSON: what is refused, what is accepted in more than one form, and that bytes come back. */
#include "proto/json/protojson.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/limits.h"
#include "core/bytes/protobuf.h"
#include "proto/api.pb-c.h"
#include "proto/ledger.pb-c.h"
#include "tests/proto/json/random_message.h"

enum { ARENA_BYTES = 32 * 1024 * 1024, TEXT_BYTES = 16 * 1024 * 1024, ROUND_TRIPS = 10000 };

static struct {
  pat_arena arena;
  char *text;
  uint8_t *bytes;
} shared;

static int set_up(void **state) {
  (void)state;
  pat_arena_init(&shared.arena, malloc(ARENA_BYTES), ARENA_BYTES);
  shared.text = malloc(TEXT_BYTES);
  shared.bytes = malloc(TEXT_BYTES);
  return shared.arena.base == NULL || shared.text == NULL || shared.bytes == NULL;
}

static int tear_down(void **state) {
  (void)state;
  free(shared.arena.base);
  free(shared.text);
  free(shared.bytes);
  return 0;
}

static int empty_arena(void **state) {
  (void)state;
  pat_arena_reset_to(&shared.arena, 0);
  return 0;
}

static pat_status decode(const ProtobufCMessageDescriptor *descriptor, const char *text,
                         ProtobufCMessage **ret_message, pat_err *reterr) {
  return pat_protojson_decode(descriptor, pat_span_text(text), &shared.arena, ret_message, reterr);
}

static void check_refused_at(const ProtobufCMessageDescriptor *descriptor, const char *text,
                             pat_rule rule, const char *place) {
  ProtobufCMessage *untouched = (ProtobufCMessage *)&shared;
  ProtobufCMessage *message = untouched;
  pat_err err = {0};
  size_t used = shared.arena.used;
  pat_status status = decode(descriptor, text, &message, &err);
  if (!pat_is_rule(status, rule)) {
    print_error("%s\n  gave %s, wanted %s\n", text, pat_rule_id(status.rule), pat_rule_id(rule));
  }
  assert_true(pat_is_rule(status, rule));
  assert_ptr_equal(message, untouched);
  assert_int_equal(err.rule, rule);
  assert_int_equal(shared.arena.used, used);
  if (place != NULL) assert_string_equal(err.place, place);
}

static void check_refused(const ProtobufCMessageDescriptor *descriptor, const char *text,
                          pat_rule rule) {
  check_refused_at(descriptor, text, rule, NULL);
}

/* The text that comes out for the message that goes in. */
static void check_becomes(const ProtobufCMessageDescriptor *descriptor, const char *text,
                          const char *wanted) {
  ProtobufCMessage *message = NULL;
  pat_err err = {0};
  pat_status status = decode(descriptor, text, &message, &err);
  if (!pat_is_ok(status)) print_error("%s: %s at %s\n", text, pat_rule_id(status.rule), err.place);
  assert_true(pat_is_ok(status));
  pat_builder builder;
  pat_builder_init(&builder, shared.text, TEXT_BYTES - 1);
  assert_true(pat_is_ok(pat_protojson_encode(message, &builder)));
  shared.text[pat_builder_size(&builder)] = '\0';
  assert_string_equal(shared.text, wanted);
}

static const ProtobufCMessageDescriptor *const value = &patina__value__descriptor;
static const ProtobufCMessageDescriptor *const number = &patina__number__descriptor;
static const ProtobufCMessageDescriptor *const reading = &patina__reading__descriptor;
static const ProtobufCMessageDescriptor *const promise = &patina__promise__descriptor;
static const ProtobufCMessageDescriptor *const submit = &patina__submit_request__descriptor;
static const ProtobufCMessageDescriptor *const finding = &patina__finding__descriptor;
static const ProtobufCMessageDescriptor *const attribute =
    &patina__attribute_definition__descriptor;

static void test_protojson__refuses_what_is_not_json(void **state) {
  (void)state;
  static const char *const texts[] = {"",
                                      "{",
                                      "{}}",
                                      "{} x",
                                      "{'unit':\"\"}",
                                      "{unit:1}",
                                      "{\"unit\"}",
                                      "{\"unit\":}",
                                      "{\"unit\":\"a}",
                                      "// note\n{}",
                                      "{,}",
                                      "{\"unit\":\"a\",}",
                                      "{\"mantissa\":NaN}",
                                      "{\"mantissa\":Infinity}",
                                      "{\"mantissa\":+1}",
                                      "{\"mantissa\":01}",
                                      "{\"mantissa\":.5}",
                                      "{\"mantissa\":0x1}",
                                      "\xef\xbb\xbf{}",
                                      "{\"unit\":\"\xff\"}",
                                      "{\"unit\":\"\\ud800\"}",
                                      "{\"unit\":\"\x01\"}",
                                      "\\",
                                      "\"",
                                      "\"\\"};
  for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
    check_refused(number, texts[i], PAT_RULE_JSON_SYNTAX);
  }
  ProtobufCMessage *message = NULL;
  pat_span with_nul = PAT_SPAN_LITERAL("{}\0");
  pat_status status = pat_protojson_decode(number, with_nul, &shared.arena, &message, NULL);
  assert_true(pat_is_rule(status, PAT_RULE_JSON_SYNTAX));
}

static void test_protojson__refuses_syntax_with_its_offset(void **state) {
  (void)state;
  ProtobufCMessage *message = NULL;
  pat_err err = {0};
  assert_false(pat_is_ok(decode(number, "{\"unit\":?}", &message, &err)));
  assert_in_range(err.offset, 8, 9);
}

static void test_protojson__refuses_another_sort_of_value(void **state) {
  (void)state;
  static const char *const roots[] = {"[]", "null", "1", "\"a\"", "true"};
  for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
    check_refused_at(number, roots[i], PAT_RULE_JSON_TYPE, "");
  }
  check_refused_at(number, "{\"unit\":1}", PAT_RULE_JSON_TYPE, "/unit");
  check_refused_at(number, "{\"unit\":[]}", PAT_RULE_JSON_TYPE, "/unit");
  check_refused_at(number, "{\"mantissa\":true}", PAT_RULE_JSON_TYPE, "/mantissa");
  check_refused_at(number, "{\"mantissa\":{}}", PAT_RULE_JSON_TYPE, "/mantissa");
  check_refused_at(value, "{\"flag\":1}", PAT_RULE_JSON_TYPE, "/flag");
  check_refused_at(value, "{\"flag\":\"true\"}", PAT_RULE_JSON_TYPE, "/flag");
  check_refused_at(value, "{\"number\":[]}", PAT_RULE_JSON_TYPE, "/number");
  check_refused_at(value, "{\"asset\":7}", PAT_RULE_JSON_TYPE, "/asset");
  check_refused_at(attribute, "{\"bundle\":true}", PAT_RULE_JSON_TYPE, "/bundle");
  check_refused_at(attribute, "{\"codes\":{}}", PAT_RULE_JSON_TYPE, "/codes");
  check_refused_at(attribute, "{\"codes\":[\"a\",null]}", PAT_RULE_JSON_TYPE, "/codes/1");
  check_refused_at(submit, "{\"statements\":[{},null]}", PAT_RULE_JSON_TYPE, "/statements/1");
  check_refused_at(submit, "{\"statements\":[{\"signatures\":[{},{},{\"principal\":1}]}]}",
                   PAT_RULE_JSON_TYPE, "/statements/0/signatures/2/principal");
}

static void test_protojson__refuses_unknown_fields(void **state) {
  (void)state;
  check_refused_at(number, "{\"colour\":null}", PAT_RULE_JSON_UNKNOWN_FIELD, "/colour");
  check_refused_at(number, "{\"\":1}", PAT_RULE_JSON_UNKNOWN_FIELD, "/");
  check_refused_at(number, "{\"a/b~c\":1}", PAT_RULE_JSON_UNKNOWN_FIELD, "/a~1b~0c");
  check_refused(number, "{\"Unit\":\"\"}", PAT_RULE_JSON_UNKNOWN_FIELD);
  check_refused(promise, "{\"statement_Sha256\":\"\"}", PAT_RULE_JSON_UNKNOWN_FIELD);
  check_refused(promise, "{\"statementsha256\":\"\"}", PAT_RULE_JSON_UNKNOWN_FIELD);
  check_refused_at(value, "{\"number\":{\"scale\":1}}", PAT_RULE_JSON_UNKNOWN_FIELD,
                   "/number/scale");
}

static void test_protojson__refuses_fields_that_stand_twice(void **state) {
  (void)state;
  check_refused(number, "{\"unit\":\"a\",\"unit\":\"a\"}", PAT_RULE_JSON_DUPLICATE_KEY);
  check_refused_at(promise, "{\"acceptedAtMs\":1,\"accepted_at_ms\":1}",
                   PAT_RULE_JSON_DUPLICATE_KEY, "/accepted_at_ms");
  check_refused(promise, "{\"accepted_at_ms\":null,\"acceptedAtMs\":1}",
                PAT_RULE_JSON_DUPLICATE_KEY);
  check_refused(value, "{\"text\":\"a\",\"flag\":true}", PAT_RULE_JSON_ONEOF_TWICE);
  check_refused(value, "{\"number\":{},\"text\":\"\"}", PAT_RULE_JSON_ONEOF_TWICE);
}

static void test_protojson__refuses_numbers_that_are_not_whole(void **state) {
  (void)state;
  static const char *const numbers[] = {"1.5",
                                        "1e-1",
                                        "\"\"",
                                        "\"1.0\"",
                                        "\" 1\"",
                                        "\"1e3\"",
                                        "\"01\"",
                                        "\"+1\"",
                                        "\"-\"",
                                        "\"0x1\"",
                                        "\"1\\u0000\"",
                                        "1e300",
                                        "9007199254740993.0",
                                        "9007199254740992e0",
                                        "9223372036854775808"};
  for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
    char text[80];
    snprintf(text, sizeof(text), "{\"mantissa\":%s}", numbers[i]);
    check_refused(number, text, PAT_RULE_JSON_INTEGER);
  }
}

static void test_protojson__refuses_numbers_out_of_range(void **state) {
  (void)state;
  check_refused_at(number, "{\"exponent\":2147483648}", PAT_RULE_JSON_RANGE, "/exponent");
  check_refused(number, "{\"exponent\":-2147483649}", PAT_RULE_JSON_RANGE);
  check_refused(number, "{\"exponent\":\"2147483648\"}", PAT_RULE_JSON_RANGE);
  check_refused(number, "{\"mantissa\":\"9223372036854775808\"}", PAT_RULE_JSON_RANGE);
  check_refused(number, "{\"mantissa\":\"-9223372036854775809\"}", PAT_RULE_JSON_RANGE);
  check_refused(promise, "{\"index\":\"18446744073709551616\"}", PAT_RULE_JSON_RANGE);
  check_refused(promise, "{\"index\":-1}", PAT_RULE_JSON_RANGE);
  check_refused(promise, "{\"index\":-1.0}", PAT_RULE_JSON_RANGE);
  check_refused(reading, "{\"signal\":4294967296}", PAT_RULE_JSON_RANGE);
  check_refused(reading, "{\"signal\":\"-1\"}", PAT_RULE_JSON_RANGE);
}

static void test_protojson__refuses_unknown_enum_values(void **state) {
  (void)state;
  check_refused_at(attribute, "{\"bundle\":\"BUNDLE_OTHER\"}", PAT_RULE_JSON_ENUM, "/bundle");
  check_refused(attribute, "{\"bundle\":\"bundle_consumer\"}", PAT_RULE_JSON_ENUM);
  check_refused(attribute, "{\"bundle\":\"BUNDLE_CONSUMER\\u0000\"}", PAT_RULE_JSON_ENUM);
  check_refused(attribute, "{\"bundle\":4}", PAT_RULE_JSON_ENUM);
  check_refused(attribute, "{\"bundle\":-1}", PAT_RULE_JSON_ENUM);
}

static void test_protojson__refuses_what_is_not_base64(void **state) {
  (void)state;
  static const char *const texts[] = {
      "A",    "AAAAA",      "AB==\\n",    "A===",     "====", "=",    "AA=A",
      "AA=",  "AB==",       "AAB=",       "AB",       "AAB",  "+-AA", "/_AA",
      "AA A", "\\u0000AAA", "AAA\\u00e9", "AAAA====", "A=",   "AAA=="};
  for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
    char text[80];
    snprintf(text, sizeof(text), "{\"asset\":\"%s\"}", texts[i]);
    check_refused_at(value, text, PAT_RULE_JSON_BASE64, "/asset");
  }
}

static void test_protojson__refuses_nul_in_text(void **state) {
  (void)state;
  check_refused_at(value, "{\"text\":\"a\\u0000b\"}", PAT_RULE_JSON_TEXT, "/text");
}

static void nest(char *text, size_t depth) {
  memset(text, '[', depth);
  memset(text + depth, ']', depth);
  text[2 * depth] = '\0';
}

static void test_protojson__refuses_deep_nesting(void **state) {
  (void)state;
  char text[2 * (PAT_JSON_DEPTH_MAX + 2)];
  nest(text, PAT_JSON_DEPTH_MAX - 1);
  check_refused(number, text, PAT_RULE_JSON_TYPE);
  nest(text, PAT_JSON_DEPTH_MAX);
  check_refused(number, text, PAT_RULE_JSON_TYPE);
  nest(text, PAT_JSON_DEPTH_MAX + 1);
  check_refused(number, text, PAT_RULE_JSON_DEPTH);
  memset(shared.text, '[', 1000000);
  shared.text[1000000] = '\0';
  check_refused(number, shared.text, PAT_RULE_JSON_DEPTH);
}

static const char *list_of(size_t count) {
  char *at = shared.text + sprintf(shared.text, "{\"indexes\":[");
  for (size_t i = 0; i < count; i++)
    at += sprintf(at, i == 0 ? "7" : ",7");
  sprintf(at, "]}");
  return shared.text;
}

static void test_protojson__refuses_too_many_values(void **state) {
  (void)state;
  ProtobufCMessage *message = NULL;
  size_t most = PAT_JSON_VALUES_MAX - 2; /* beside the object and the list */
  assert_true(pat_is_ok(decode(finding, list_of(most - 1), &message, NULL)));
  assert_true(pat_is_ok(decode(finding, list_of(most), &message, NULL)));
  assert_int_equal(((Patina__Finding *)message)->n_indexes, most);
  check_refused(finding, list_of(most + 1), PAT_RULE_JSON_VALUES);
}

static void test_protojson__refuses_where_the_arena_is_full(void **state) {
  (void)state;
  const char *text = "{\"number\":{\"mantissa\":\"5\",\"unit\":\"KMT\"}}";
  ProtobufCMessage *message = NULL;
  assert_true(pat_is_ok(decode(value, text, &message, NULL)));
  size_t needed = shared.arena.used;
  for (size_t capacity = 0; capacity < needed; capacity += 8) {
    pat_arena small;
    pat_arena_init(&small, shared.arena.base, capacity);
    pat_status status = pat_protojson_decode(value, pat_span_text(text), &small, &message, NULL);
    assert_true(pat_is_rule(status, PAT_RULE_LIMIT_MEMORY));
    assert_int_equal(small.used, 0);
  }
}

static void test_protojson__refuses_to_write_unknown_enum_values(void **state) {
  (void)state;
  Patina__AttributeDefinition message = PATINA__ATTRIBUTE_DEFINITION__INIT;
  message.bundle = (Patina__Bundle)77;
  pat_builder builder;
  pat_builder_init(&builder, shared.text, TEXT_BYTES);
  assert_true(pat_is_rule(pat_protojson_encode(&message.base, &builder), PAT_RULE_JSON_ENUM));
}

static void test_protojson__refuses_to_write_without_room(void **state) {
  (void)state;
  Patina__Number message = PATINA__NUMBER__INIT;
  message.mantissa = -12;
  pat_builder builder;
  pat_builder_init(&builder, NULL, SIZE_MAX);
  assert_true(pat_is_ok(pat_protojson_encode(&message.base, &builder)));
  size_t needed = pat_builder_size(&builder);
  assert_int_equal(needed, strlen("{\"mantissa\":\"-12\"}"));
  pat_builder_init(&builder, shared.text, needed - 1);
  assert_true(pat_is_rule(pat_protojson_encode(&message.base, &builder), PAT_RULE_BYTES_FULL));
}

static void test_protojson__writes_one_text_per_message(void **state) {
  (void)state;
  check_becomes(promise, "{}", "{}");
  check_becomes(number, "{\"exponent\":-2,\"mantissa\":-5}",
                "{\"mantissa\":\"-5\",\"exponent\":-2}");
  check_becomes(value, "{\"text\":\"\"}", "{\"text\":\"\"}");
  check_becomes(value, "{\"flag\":false}", "{\"flag\":false}");
  check_becomes(value, "{\"number\":{}}", "{\"number\":{}}");
  check_becomes(reading, "{\"mantissa\":0}", "{\"mantissa\":\"0\"}");
  check_becomes(value, "{\"text\":\"\\u0001\\b\\f\\n\\r\\t\\\"\\\\\\/\\u007f\\ud83d\\ude97\"}",
                "{\"text\":\"\\u0001\\b\\f\\n\\r\\t\\\"\\\\/\x7f\xf0\x9f\x9a\x97\"}");
  check_becomes(submit, "{\"statements\":[{},{\"disclosures\":[\"\",\"AA==\"]}]}",
                "{\"statements\":[{},{\"disclosures\":[\"\",\"AA==\"]}]}");
}

static void test_protojson__accepts_both_names_and_forms(void **state) {
  (void)state;
  const char *wanted = "{\"statementSha256\":\"AAECA/8=\",\"index\":\"7\",\"acceptedAtMs\":\"9\"}";
  check_becomes(promise, wanted, wanted);
  check_becomes(promise, "{\"accepted_at_ms\":9,\"statement_sha256\":\"AAECA_8\",\"index\":7.0}",
                wanted);
  check_becomes(
      promise, " {\"index\" :70e-1, \"acceptedAtMs\":\"9\",\r\n\t\"statementSha256\":\"AAECA_8=\"}",
      wanted);
  check_becomes(attribute, "{\"bundle\":2,\"codes\":[],\"tolerance\":null}",
                "{\"bundle\":\"BUNDLE_CONSUMER\"}");
  check_becomes(value, "{\"text\":null,\"flag\":true}", "{\"flag\":true}");
}

static void test_protojson__accepts_the_ends_of_every_range(void **state) {
  (void)state;
  check_becomes(number, "{\"mantissa\":-9223372036854775808,\"exponent\":-2147483648}",
                "{\"mantissa\":\"-9223372036854775808\",\"exponent\":-2147483648}");
  check_becomes(number, "{\"mantissa\":\"9223372036854775807\",\"exponent\":2147483647}",
                "{\"mantissa\":\"9223372036854775807\",\"exponent\":2147483647}");
  check_becomes(number, "{\"mantissa\":9007199254740991.0}", "{\"mantissa\":\"9007199254740991\"}");
  check_becomes(promise, "{\"index\":\"18446744073709551615\"}",
                "{\"index\":\"18446744073709551615\"}");
  check_becomes(promise, "{\"index\":9223372036854775807}", "{\"index\":\"9223372036854775807\"}");
  check_becomes(reading, "{\"signal\":4294967295}", "{\"signal\":4294967295}");
}

static pat_span canonical(const ProtobufCMessage *message, uint8_t *target) {
  pat_builder builder;
  pat_span bytes = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, target, TEXT_BYTES / 2);
  assert_true(pat_is_ok(pat_protobuf_encode(message, &builder)));
  assert_true(pat_is_ok(pat_builder_finish(&builder, &bytes)));
  return bytes;
}

static void check_round_trip(const ProtobufCMessageDescriptor *descriptor, uint64_t *random) {
  pat_arena_reset_to(&shared.arena, 0);
  ProtobufCMessage *message = random_message_new(descriptor, random, &shared.arena);
  pat_span before = canonical(message, shared.bytes);
  pat_builder builder;
  pat_span text = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, shared.text, TEXT_BYTES);
  assert_true(pat_is_ok(pat_protojson_encode(message, &builder)));
  assert_true(pat_is_ok(pat_builder_finish(&builder, &text)));
  ProtobufCMessage *back = NULL;
  assert_true(pat_is_ok(pat_protojson_decode(descriptor, text, &shared.arena, &back, NULL)));
  pat_span after = canonical(back, shared.bytes + TEXT_BYTES / 2);
  assert_true(pat_span_equal(before, after));
}

static void test_protojson__gives_the_same_bytes_back(void **state) {
  (void)state;
  const char *given = getenv("PATINA_SEED");
  uint64_t random = given == NULL ? 20260101 : strtoull(given, NULL, 10);
  print_message("seed %llu (PATINA_SEED)\n", (unsigned long long)random);
  for (size_t i = 0; i < ROUND_TRIPS; i++) {
    check_round_trip(random_message_types[i % random_message_type_count], &random);
  }
}

#define CASE(name) cmocka_unit_test_setup(test_protojson__##name, empty_arena)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(refuses_what_is_not_json),
      CASE(refuses_syntax_with_its_offset),
      CASE(refuses_another_sort_of_value),
      CASE(refuses_unknown_fields),
      CASE(refuses_fields_that_stand_twice),
      CASE(refuses_numbers_that_are_not_whole),
      CASE(refuses_numbers_out_of_range),
      CASE(refuses_unknown_enum_values),
      CASE(refuses_what_is_not_base64),
      CASE(refuses_nul_in_text),
      CASE(refuses_deep_nesting),
      CASE(refuses_too_many_values),
      CASE(refuses_where_the_arena_is_full),
      CASE(refuses_to_write_unknown_enum_values),
      CASE(refuses_to_write_without_room),
      CASE(writes_one_text_per_message),
      CASE(accepts_both_names_and_forms),
      CASE(accepts_the_ends_of_every_range),
      CASE(gives_the_same_bytes_back),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
