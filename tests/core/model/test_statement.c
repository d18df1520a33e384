/* Statements by themselves: the header's fields, sizes and slots, each limit from both sides. */
#include "core/model/statement.h"

#include <string.h>

#include "core/bytes/protobuf.h"
#include "tests/core/model/statement_support.h"

static void test_statement__refuses_other_versions(void **state) {
  (void)state;
  for (uint32_t version = 0; version <= 2; version++) {
    Patina__Statement *message = sample(PAT_KIND_RETRACTED);
    message->version = version;
    if (version == 1) {
      accept(message);
    } else {
      refuse(message, PAT_RULE_STATEMENT_VERSION);
    }
  }
}

static void test_statement__refuses_nonces_of_other_sizes(void **state) {
  (void)state;
  for (size_t size = PAT_NONCE_BYTES - 1; size <= PAT_NONCE_BYTES + 1; size++) {
    Patina__Statement *message = sample(PAT_KIND_RETRACTED);
    message->nonce = filled(1, size);
    if (size == PAT_NONCE_BYTES) {
      accept(message);
    } else {
      refuse(message, PAT_RULE_STATEMENT_NONCE);
    }
  }
}

static Patina__Statement *with_signers(size_t count) {
  Patina__Statement *message = sample(PAT_KIND_RETRACTED);
  message->n_signers = count;
  message->signers = room((count + 1) * sizeof *message->signers);
  for (size_t i = 0; i < count; i++)
    message->signers[i] = filled((uint8_t)(i + 1), PAT_HASH_BYTES);
  return message;
}

static void test_statement__has_1_to_8_signers(void **state) {
  (void)state;
  refuse(with_signers(0), PAT_RULE_STATEMENT_SIGNERS);
  for (size_t count = 1; count <= PAT_STATEMENT_SIGNERS_MAX; count++)
    accept(with_signers(count));
  refuse(with_signers(PAT_STATEMENT_SIGNERS_MAX + 1), PAT_RULE_STATEMENT_SIGNERS);
}

static void test_statement__has_signers_in_ascending_order(void **state) {
  (void)state;
  Patina__Statement *message = with_signers(3);
  message->signers[2] = message->signers[1];
  refuse(message, PAT_RULE_STATEMENT_SIGNERS);
  message = with_signers(3);
  message->signers[1] = filled(4, PAT_HASH_BYTES);
  refuse(message, PAT_RULE_STATEMENT_SIGNERS);
  for (size_t size = PAT_HASH_BYTES - 1; size <= PAT_HASH_BYTES + 1; size += 2) {
    message = with_signers(1);
    message->signers[0] = filled(1, size);
    refuse(message, PAT_RULE_STATEMENT_SIGNERS);
  }
}

static void test_statement__has_times_in_order(void **state) {
  (void)state;
  Patina__Statement *message = sample(PAT_KIND_RETRACTED);
  message->issued_at_ms = 0;
  refuse(message, PAT_RULE_STATEMENT_TIMES);
  message->issued_at_ms = 1;
  message->submit_before_ms = 0;
  refuse(message, PAT_RULE_STATEMENT_TIMES);
  message->submit_before_ms = 1;
  accept(message);
  message->issued_at_ms = UINT64_MAX;
  refuse(message, PAT_RULE_STATEMENT_TIMES);
  message->submit_before_ms = UINT64_MAX;
  accept(message);
}

static void test_statement__says_when_as_a_date(void **state) {
  (void)state;
  Patina__Statement *message = sample(PAT_KIND_RETRACTED);
  message->occurred = (char *)"yesterday";
  refuse(message, PAT_RULE_EDTF_FORM);
  message->occurred = (char *)"2021-02-30";
  refuse(message, PAT_RULE_EDTF_RANGE);
  static const char *const dates[] = {"", "1955?", "1938/1946", "2021-05-25"};
  for (size_t i = 0; i < 4; i++) {
    message->occurred = (char *)(uintptr_t)dates[i];
    accept(message);
  }
}

static void test_statement__says_something(void **state) {
  (void)state;
  Patina__Statement *message = sample(PAT_KIND_RETRACTED);
  message->body_case = PATINA__STATEMENT__BODY__NOT_SET;
  refuse(message, PAT_RULE_STATEMENT_BODY);
}

/* Member 17 is reserved: to this release it is a newer format, which it could not check. */
static void test_statement__of_an_unknown_kind_could_not_be_checked(void **state) {
  (void)state;
  Patina__Statement *message = sample(PAT_KIND_RETRACTED);
  message->body_case = PATINA__STATEMENT__BODY__NOT_SET;
  pat_span header = encoded(&message->base);
  static const uint8_t unknown[] = {0x8a, 0x01, 0x02, 0x0a, 0x00}; /* 17: { 1: "" } */
  uint8_t *bytes = room(header.size + sizeof unknown);
  memcpy(bytes, header.data, header.size);
  memcpy(bytes + header.size, unknown, sizeof unknown);
  pat_statement statement = {.slot_count = 77};
  assert_refused(pat_statement_decode(pat_span_make(bytes, header.size + sizeof unknown), &arena,
                                      &statement, NULL),
                 BYTES_NEWER_FORMAT);
  assert_int_equal(statement.slot_count, 77);
}

/* --- sizes ----------------------------------------------------------------------------------- */

static size_t size_of(const Patina__Statement *message) {
  size_t size = 0;
  assert_accepted(pat_protobuf_size(&message->base, &size));
  return size;
}

/* An attestation with as many texts as make the size; the last one fits in what is missing. */
static Patina__Statement *of_size(size_t size) {
  Patina__Statement *message = sample(PAT_KIND_ATTESTED);
  Patina__Attested *body = message->attested;
  body->fields = room(PAT_STATEMENT_ATTRIBUTES_MAX * sizeof *body->fields);
  body->n_fields = 0;
  while (size - size_of(message) > 4000) {
    body->fields[body->n_fields] = open_text("list", 3500);
    body->n_fields++;
  }
  size_t last = 200;
  body->fields[body->n_fields] = open_text("list", last);
  body->n_fields++;
  last += size - size_of(message);
  body->fields[body->n_fields - 1] = open_text("list", last);
  assert_int_equal(size_of(message), size);
  return message;
}

static void test_statement__has_at_most_1_mib(void **state) {
  (void)state;
  accept(of_size(PAT_STATEMENT_BYTES_MAX - 1));
  accept(of_size(PAT_STATEMENT_BYTES_MAX));
  refuse(of_size(PAT_STATEMENT_BYTES_MAX + 1), PAT_RULE_STATEMENT_SIZE);
}

/* What is too large is not even read, nor written. */
static void test_statement__beyond_1_mib_costs_nothing(void **state) {
  (void)state;
  ProtobufCBinaryData garbage = filled(0xff, PAT_STATEMENT_BYTES_MAX + 1);
  pat_statement statement;
  assert_refused(
      pat_statement_decode(pat_span_make(garbage.data, garbage.len), &arena, &statement, NULL),
      STATEMENT_SIZE);
  pat_arena none;
  pat_arena_init(&none, NULL, 0);
  assert_refused(pat_statement_build(of_size(PAT_STATEMENT_BYTES_MAX + 1), &none, &statement, NULL),
                 STATEMENT_SIZE);
}

static char *code_of(size_t number, size_t size) {
  char *code = room(size + 1);
  memset(code, 'x', size);
  char digits[8];
  (void)snprintf(digits, sizeof digits, "c%04zu", number);
  memcpy(code, digits, 5);
  return code;
}

/* A class with as many codes as make the size; the last one fits in what is missing. */
static Patina__Statement *public_of_size(size_t size) {
  Patina__Statement *message = sample(PAT_KIND_CLASS_PUBLISHED);
  Patina__AttributeDefinition *definition = message->class_published->schema->attributes[0];
  definition->type = PATINA__VALUE_TYPE__VALUE_TYPE_CODE;
  definition->code_system = (char *)"list";
  definition->codes = room(1024 * sizeof *definition->codes);
  enum { CODE_BYTES = 50, AROUND_BYTES = 2 };
  while (size - size_of(message) > PAT_CODE_BYTES_MAX + AROUND_BYTES) {
    definition->codes[definition->n_codes] = code_of(definition->n_codes, CODE_BYTES);
    definition->n_codes++;
  }
  size_t last = size - size_of(message) - AROUND_BYTES;
  definition->codes[definition->n_codes] = code_of(definition->n_codes, last);
  definition->n_codes++;
  assert_int_equal(size_of(message), size);
  return message;
}

static void test_statement__in_clear_has_at_most_32_kib(void **state) {
  (void)state;
  accept(public_of_size(PAT_STATEMENT_PUBLIC_BYTES_MAX - 1));
  accept(public_of_size(PAT_STATEMENT_PUBLIC_BYTES_MAX));
  refuse(public_of_size(PAT_STATEMENT_PUBLIC_BYTES_MAX + 1), PAT_RULE_STATEMENT_SIZE);
  accept(of_size(PAT_STATEMENT_PUBLIC_BYTES_MAX + 1)); /* off the log there is more room */
}

/* --- slots ----------------------------------------------------------------------------------- */

/* Slots in `count` attributes, and one more in the note. */
static Patina__Statement *with_slots(size_t count) {
  Patina__Statement *message = sample(PAT_KIND_CORRECTED);
  Patina__Corrected *body = message->corrected;
  body->attributes = room(count * sizeof *body->attributes);
  body->n_attributes = count;
  for (size_t i = 0; i < count; i++) {
    body->attributes[i] = slotted("list", (uint8_t)(i % 251));
  }
  body->note = filled(0xee, PAT_HASH_BYTES);
  return message;
}

static void test_statement__has_at_most_512_slots(void **state) {
  (void)state;
  for (size_t count = PAT_STATEMENT_SLOTS_MAX - 1; count <= PAT_STATEMENT_SLOTS_MAX; count++) {
    pat_statement statement = accept(with_slots(count - 1));
    assert_int_equal(statement.slot_count, count);
  }
  refuse(with_slots(PAT_STATEMENT_SLOTS_MAX), PAT_RULE_STATEMENT_SLOTS);
}

static void test_statement__numbers_its_slots_in_order(void **state) {
  (void)state;
  Patina__Statement *message = with_slots(3);
  message->corrected->attributes[1] = open_text("list", 5);
  pat_statement statement = accept(message);
  assert_int_equal(statement.slot_count, 3);
  static const uint8_t digests[] = {0, 2, 0xee};
  static const char *const names[] = {"list", "list", "note"};
  for (size_t i = 0; i < 3; i++) {
    assert_int_equal(statement.slots[i].digest.data[0], digests[i]);
    assert_string_equal(statement.slots[i].name, names[i]);
  }
  assert_int_equal(statement.slots[0].visibility, PATINA__VISIBILITY__VISIBILITY_UNSPECIFIED);
  assert_int_equal(statement.slots[2].visibility, PATINA__VISIBILITY__VISIBILITY_PUBLIC);
}

/* --- identity and memory --------------------------------------------------------------------- */

static void test_statement__is_named_by_its_bytes(void **state) {
  (void)state;
  Patina__Statement *message = sample(PAT_KIND_RETRACTED);
  pat_span bytes = encoded(&message->base);
  pat_statement statement = accept(message);
  pat_hash expected = pat_hash_of(bytes);
  assert_true(pat_hash_equal(&statement.sha256, &expected));
  assert_true(pat_span_equal(statement.bytes, bytes));
}

/* Wherever the arena ends, the answer is limit.memory and nothing is given. */
static void test_statement__needs_memory(void **state) {
  (void)state;
  pat_span bytes = encoded(&with_slots(3)->base);
  size_t failures = 0;
  for (size_t size = 0;; size += 16) {
    pat_arena small;
    pat_arena_init(&small, room(size + 16), size);
    pat_statement statement = {.slot_count = 77};
    pat_status status = pat_statement_decode(bytes, &small, &statement, NULL);
    if (pat_is_ok(status)) break;
    assert_refused(status, LIMIT_MEMORY);
    assert_int_equal(statement.slot_count, 77);
    failures++;
  }
  assert_true(failures > 4);
  pat_arena none;
  pat_arena_init(&none, NULL, 0);
  pat_statement statement;
  assert_refused(pat_statement_build(sample(PAT_KIND_RETRACTED), &none, &statement, NULL),
                 LIMIT_MEMORY);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      statement_test(test_statement__refuses_other_versions),
      statement_test(test_statement__refuses_nonces_of_other_sizes),
      statement_test(test_statement__has_1_to_8_signers),
      statement_test(test_statement__has_signers_in_ascending_order),
      statement_test(test_statement__has_times_in_order),
      statement_test(test_statement__says_when_as_a_date),
      statement_test(test_statement__says_something),
      statement_test(test_statement__of_an_unknown_kind_could_not_be_checked),
      statement_test(test_statement__has_at_most_1_mib),
      statement_test(test_statement__beyond_1_mib_costs_nothing),
      statement_test(test_statement__in_clear_has_at_most_32_kib),
      statement_test(test_statement__has_at_most_512_slots),
      statement_test(test_statement__numbers_its_slots_in_order),
      statement_test(test_statement__is_named_by_its_bytes),
      statement_test(test_statement__needs_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
