/* Values and readings as typed, and statements made of them. */
#include "tests/clients/cli/cli_world.h"

#include <stdlib.h>
#include <string.h>

#include "clients/cli/build_value.h"
#include "clients/cli/envelope_file.h"
#include "clients/cli/fetch.h"
#include "clients/cli/readings.h"
#include "core/bytes/protobuf.h"

static test_world *ledger;

static int setup(void **state) {
  (void)state;
  ledger = world_new();
  return 0;
}

static int teardown(void **state) {
  (void)state;
  world_free(ledger);
  return 0;
}

static pat_status build(Patina__ValueType type, const char *unit, const char *text,
                        Patina__Value *value) {
  Patina__AttributeDefinition definition = PATINA__ATTRIBUTE_DEFINITION__INIT;
  definition.name = (char *)(uintptr_t) "x";
  definition.type = type;
  definition.unit = (char *)(uintptr_t)unit;
  return pat_build_value(&definition, text, &ledger->arena, value, NULL);
}

#define NUMBER PATINA__VALUE_TYPE__VALUE_TYPE_NUMBER

static void test_build_value__refuses_numbers_that_could_be_misread(void **state) {
  (void)state;
  Patina__Value value;
  world_refused(build(NUMBER, "KGM", "1200", &value), VALUE_UNIT); /* whose unit? */
  world_refused(build(NUMBER, "", "1200 KGM", &value), VALUE_UNIT);
  world_refused(build(NUMBER, "KGM", "1200 QQQ", &value), NUMBER_UNIT_UNKNOWN);
  world_refused(build(NUMBER, "KGM", "1200 KMT", &value), VALUE_UNIT);
  static const char *const bad[] = {"1,200 KGM",
                                    "1e3 KGM",
                                    "1. KGM",
                                    ".5 KGM",
                                    "-.5 KGM",
                                    "+1 KGM",
                                    " KGM",
                                    "0x1 KGM",
                                    "1.2.3 KGM",
                                    "- KGM",
                                    "99999999999999999999 KGM"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    world_refused(build(NUMBER, "KGM", bad[i], &value), CLI_VALUE);
  }
  world_refused(build(NUMBER, "", "0.0000000000000000001", &value), NUMBER_EXPONENT);
}

static void test_build_value__keeps_the_precision_that_was_typed(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int64_t mantissa;
    int32_t exponent;
  } good[] = {{"1200 KGM", 1200, 0}, {"10.0 KGM", 100, -1}, {"0.05 KGM", 5, -2},
              {"-0.5 KGM", -5, -1},  {"-12 KGM", -12, 0},   {"0 KGM", 0, 0},
              {"007 KGM", 7, 0},     {"-0.0 KGM", 0, -1}};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    Patina__Value value;
    world_ok(build(NUMBER, "KGM", good[i].text, &value));
    assert_true(value.number->mantissa == good[i].mantissa);
    assert_int_equal(value.number->exponent, good[i].exponent);
  }
}

static void test_build_value__reads_each_type_and_nothing_else(void **state) {
  (void)state;
  Patina__Value value;
  world_refused(build(PATINA__VALUE_TYPE__VALUE_TYPE_FLAG, "", "maybe", &value), CLI_VALUE);
  world_refused(build(PATINA__VALUE_TYPE__VALUE_TYPE_DATE, "", "25.05.2021", &value), EDTF_FORM);
  world_refused(build(PATINA__VALUE_TYPE__VALUE_TYPE_CODE, "", "S", &value), VALUE_CODE_FORM);
  world_refused(build(PATINA__VALUE_TYPE__VALUE_TYPE_EVIDENCE, "", "sha256:00;image/jpeg", &value),
                CLI_VALUE);
  world_refused(build(PATINA__VALUE_TYPE__VALUE_TYPE_ASSET, "", "01", &value),
                CRYPTO_BASE32_LENGTH);
  world_refused(build(PATINA__VALUE_TYPE__VALUE_TYPE_TEXT, "", "", &value), VALUE_TEXT);
  world_ok(build(PATINA__VALUE_TYPE__VALUE_TYPE_FLAG, "", "yes", &value));
  assert_true(value.flag);
  world_ok(build(PATINA__VALUE_TYPE__VALUE_TYPE_DATE, "", "1955?", &value));
  world_ok(build(PATINA__VALUE_TYPE__VALUE_TYPE_EVIDENCE, "",
                 "sha256:000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f;image/"
                 "jpeg;12",
                 &value));
  assert_int_equal(value.evidence->size, 12);
}

static pat_status attributes(const char *const *pairs, size_t count, const char *const *cleared,
                             size_t cleared_count, Patina__Attribute ***ret_attributes) {
  static pat_draft draft;
  const pat_build_definitions definitions = {ledger->schema.attributes, 2,
                                             PATINA__BUNDLE__BUNDLE_CONSUMER};
  const pat_build_input input = {pairs, count, cleared, cleared_count};
  size_t built = 0;
  world_begin(ledger, &draft, &ledger->maker, 1, NULL);
  return pat_build_attributes(&draft, &definitions, &input, ret_attributes, &built, NULL);
}

static void test_build_attributes__refuses_what_the_class_does_not_have(void **state) {
  (void)state;
  Patina__Attribute **built = NULL;
  world_refused(attributes((const char *const[]){"weight=1"}, 1, NULL, 0, &built), CLI_ATTRIBUTE);
  world_refused(attributes((const char *const[]){"make=x"}, 1, NULL, 0, &built), CLI_ATTRIBUTE);
  world_refused(attributes((const char *const[]){"colour"}, 1, NULL, 0, &built), CLI_VALUE);
  world_refused(attributes((const char *const[]){"colour=a", "colour=b"}, 2, NULL, 0, &built),
                CLI_ATTRIBUTE);
  const char *const cleared[] = {"colour"};
  world_refused(attributes((const char *const[]){"colour=a"}, 1, cleared, 1, &built),
                CLI_ATTRIBUTE);
  world_ok(attributes(NULL, 0, cleared, 1, &built));
  assert_int_equal(built[0]->content_case, PATINA__ATTRIBUTE__CONTENT_CLEARED);
  world_ok(attributes((const char *const[]){"colour=a"}, 1, NULL, 0, &built));
  assert_int_equal(built[0]->content_case, PATINA__ATTRIBUTE__CONTENT_SLOT);
}

/* Two signers, one of them elsewhere: signed here, carried as bytes, signed there. */
static Patina__SignedStatement *half_signed(pat_key keys[2]) {
  static pat_draft draft;
  static Patina__Retracted body;
  keys[0] = ledger->maker;
  keys[1] = ledger->root;
  pat_key_clear(&keys[1]);
  patina__retracted__init(&body);
  body.asset = pat_draft_field(PAT_SPAN_OF(ledger->asset));
  body.target = pat_draft_field(pat_hash_span(&ledger->submissions[6].statement.sha256));
  body.reason = PATINA__CORRECTION_REASON__CORRECTION_REASON_INCORRECT_DATA;
  world_begin(ledger, &draft, keys, 2, NULL);
  draft.message.body_case = PATINA__STATEMENT__BODY_RETRACTED;
  draft.message.retracted = &body;
  Patina__SignedStatement *envelope = NULL;
  world_ok(pat_draft_finish(&draft, &envelope, NULL, NULL));
  return envelope;
}

static void test_draft__refuses_foreign_and_repeated_signatures(void **state) {
  (void)state;
  pat_key keys[2];
  Patina__SignedStatement *envelope = half_signed(keys);
  assert_int_equal(pat_draft_missing(envelope), 1);
  pat_key stranger = world_key(77, "stranger");
  world_refused(pat_draft_add_signature(&ledger->arena, envelope, &stranger, NULL), CLI_SIGNER);
  world_refused(pat_draft_add_signature(&ledger->arena, envelope, &keys[0], NULL), CLI_SIGNER);
  world_refused(pat_draft_add_signature(&ledger->arena, envelope, &keys[1], NULL), CLI_SIGNER);
  pat_key other = ledger->root;
  other.principal.bytes[0] ^= 1;
  world_refused(pat_draft_add_signature(&ledger->arena, envelope, &other, NULL), CLI_SIGNER);
  envelope->signatures[0]->principal.len = 0;
  world_refused(pat_draft_add_signature(&ledger->arena, envelope, &ledger->root, NULL), CLI_DRAFT);
}

static void test_draft__takes_the_second_signature_from_elsewhere(void **state) {
  (void)state;
  pat_key keys[2];
  Patina__SignedStatement *envelope = half_signed(keys);
  pat_submission submission;
  world_refused(
      pat_submission_check(ledger->origin.text, envelope, &ledger->arena, &submission, NULL),
      SUBMISSION_SIGNATURES);
  pat_span bytes;
  world_ok(pat_draft_encode(&ledger->arena, &envelope->base, &bytes));
  Patina__SignedStatement *carried = NULL;
  world_ok(pat_envelope_decode(bytes, &ledger->arena, &carried, NULL));
  world_ok(pat_draft_add_signature(&ledger->arena, carried, &ledger->root, NULL));
  assert_int_equal(pat_draft_missing(carried), 0);
  world_ok(pat_submission_check(ledger->origin.text, carried, &ledger->arena, &submission, NULL));
}

static pat_status begin(const pat_key *keys, size_t count) {
  static pat_draft draft;
  const pat_draft_start start = {.origin = "o", .keys = keys, .key_count = count, .occurred = ""};
  return pat_draft_begin(&draft, &ledger->arena, &start, NULL);
}

static void test_draft__refuses_signers_that_cannot_be(void **state) {
  (void)state;
  const pat_key twice[] = {ledger->maker, ledger->maker};
  world_refused(begin(twice, 2), CLI_SIGNER);
  world_refused(begin(twice, 0), CLI_SIGNER);
  pat_key unknown = world_key(5, "unknown");
  world_refused(begin(&unknown, 1), CLI_PRINCIPAL);
}

static pat_status fill(const char *json, Patina__SignedStatement **ret_envelope) {
  static pat_draft draft;
  world_begin(ledger, &draft, &ledger->maker, 1, NULL);
  PAT_TRY(pat_envelope_fill(&draft, pat_span_text(json), NULL));
  return pat_draft_finish(&draft, ret_envelope, NULL, NULL);
}

#define RETRACT                                                                           \
  "\"statement\": {\"retracted\": {\"asset\": \"KgAAAAAAAAAAAAAAAAAAAA==\", \"target\": " \
  "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\", \"reason\": "                        \
  "\"CORRECTION_REASON_WRONG_OBJECT\"}}"

static void test_envelope_file__refuses_values_that_no_slot_takes(void **state) {
  (void)state;
  Patina__SignedStatement *envelope = NULL;
  world_refused(fill("{}", &envelope), CLI_DRAFT);
  world_refused(fill("{" RETRACT ", \"values\": [{\"name\": \"colour\", \"value\": {\"text\": "
                     "\"x\"}}]}",
                     &envelope),
                CLI_DRAFT);
  world_refused(fill("{\"statement\": {\"principalEnrolled\": {\"type\": "
                     "\"PRINCIPAL_TYPE_KEEPER\"}}}",
                     &envelope),
                CLI_DRAFT);
  world_ok(fill("{" RETRACT ", \"values\": [{\"name\": \"note\", \"value\": {\"text\": \"x\"}}]}",
                &envelope));
  assert_int_equal(envelope->n_disclosures, 1);
  assert_true(pat_envelope_is_draft(PAT_SPAN_LITERAL("{\"statement\": {}}")));
  assert_false(pat_envelope_is_draft(PAT_SPAN_LITERAL("{\"statement\": \"AA==\"}")));
  assert_false(pat_envelope_is_draft(PAT_SPAN_EMPTY));
}

static pat_status readings(const char *text, Patina__Signal *const *signals, size_t count,
                           pat_readings_line **ret_lines, size_t *ret_count) {
  pat_readings_list list;
  PAT_TRY(pat_readings_parse(pat_span_text(text), signals, count, &ledger->arena, &list, NULL));
  *ret_lines = list.lines;
  *ret_count = list.count;
  return PAT_OK;
}

static void test_readings__refuses_lines_that_are_not_readings(void **state) {
  (void)state;
  pat_readings_line *lines = NULL;
  size_t count = 0;
  static const char *const bad[] = {"",
                                    "# x\n",
                                    "1,0\n",
                                    "1,0,1,1\n",
                                    "x,0,1\n",
                                    "1,odometer,1\n",
                                    "1,0,1.5\n",
                                    "2,0,1\n1,0,1\n",
                                    "2021-02-30T00:00:00Z,0,1\n",
                                    "2021-05-25T10:00:00,0,1\n",
                                    "2021-05-25T24:00:00Z,0,1\n",
                                    "1,32,1\n"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    world_refused(readings(bad[i], NULL, 0, &lines, &count), CLI_READINGS);
  }
}

static void test_readings__scales_by_the_binding_exactly(void **state) {
  (void)state;
  Patina__Signal signal = PATINA__SIGNAL__INIT;
  signal.attribute = (char *)(uintptr_t) "odometer";
  signal.exponent = 2;
  Patina__Signal *signals[] = {&signal};
  pat_readings_line *lines = NULL;
  size_t count = 0;
  world_refused(readings("1,odometer,150\n", signals, 1, &lines, &count), CLI_READINGS);
  world_ok(
      readings("time,signal,value\n2021-05-25T10:00:00.250Z,odometer,84200\r\n"
               "1621936801000,0,unreadable",
               signals, 1, &lines, &count));
  assert_int_equal(count, 2);
  assert_true(lines[0].time_ms == 1621936800250);
  assert_true(lines[0].reading.mantissa == 842);
  assert_int_equal(lines[1].reading.status, PATINA__READING_STATUS__READING_STATUS_UNREADABLE);
}

static void test_readings__fills_batches_to_the_limit(void **state) {
  (void)state;
  pat_readings_line *lines = calloc(PAT_READINGS_MAX + 1, sizeof *lines);
  assert_non_null(lines);
  assert_int_equal(pat_readings_batch(lines, PAT_READINGS_MAX - 1), PAT_READINGS_MAX - 1);
  assert_int_equal(pat_readings_batch(lines, PAT_READINGS_MAX), PAT_READINGS_MAX);
  assert_int_equal(pat_readings_batch(lines, PAT_READINGS_MAX + 1), PAT_READINGS_MAX);
  lines[1].time_ms = UINT32_MAX;
  assert_int_equal(pat_readings_batch(lines, 2), 2);
  lines[1].time_ms++;
  assert_int_equal(pat_readings_batch(lines, 2), 1);
  free(lines);
}

static void test_fetch__speaks_in_clear_with_this_machine_only(void **state) {
  (void)state;
  static const char *const bad[] = {"http://ledger.example",
                                    "http://127.0.0.1.example",
                                    "http://localhost.example/",
                                    "http://127.0.0.1@evil.example",
                                    "ftp://127.0.0.1",
                                    "https://",
                                    "ledger.example",
                                    "https://user@ledger.example",
                                    "http://[::1"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    world_refused(pat_fetch_check_server(bad[i]), CLI_SERVER);
  }
  world_ok(pat_fetch_check_server("https://ledger.example"));
  world_ok(pat_fetch_check_server("http://127.0.0.1:8080"));
  world_ok(pat_fetch_check_server("http://[::1]:8080/"));
  world_ok(pat_fetch_check_server("http://localhost"));
}

static void test_key_file__refuses_other_texts(void **state) {
  (void)state;
  pat_key key;
  static const char *const bad[] = {"", "patina-key-v1\n", "patina-key-v2\na\nAAAA\n",
                                    "patina-key-v1\na\nAAAA\n"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    world_refused(pat_key_decode(pat_span_text(bad[i]), &key), CLI_KEY_FILE);
  }
  uint8_t seed[PAT_SIGN_SEED_BYTES] = {1};
  char name[PAT_NAME_BYTES_MAX + 2] = {0};
  for (size_t i = 0; i < PAT_NAME_BYTES_MAX; i++) {
    name[i] = 'k';
  }
  world_ok(pat_key_make(seed, name + 1, &key));
  world_ok(pat_key_make(seed, name, &key));
  name[PAT_NAME_BYTES_MAX] = 'k';
  world_refused(pat_key_make(seed, name, &key), CLI_KEY_FILE);
  world_refused(pat_key_make(seed, "", &key), CLI_KEY_FILE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_build_value__refuses_numbers_that_could_be_misread),
      cmocka_unit_test(test_build_value__reads_each_type_and_nothing_else),
      cmocka_unit_test(test_build_attributes__refuses_what_the_class_does_not_have),
      cmocka_unit_test(test_draft__refuses_foreign_and_repeated_signatures),
      cmocka_unit_test(test_draft__refuses_signers_that_cannot_be),
      cmocka_unit_test(test_envelope_file__refuses_values_that_no_slot_takes),
      cmocka_unit_test(test_readings__refuses_lines_that_are_not_readings),
      cmocka_unit_test(test_fetch__speaks_in_clear_with_this_machine_only),
      cmocka_unit_test(test_key_file__refuses_other_texts),
      cmocka_unit_test(test_build_value__keeps_the_precision_that_was_typed),
      cmocka_unit_test(test_draft__takes_the_second_signature_from_elsewhere),
      cmocka_unit_test(test_readings__scales_by_the_binding_exactly),
      cmocka_unit_test(test_readings__fills_batches_to_the_limit),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
