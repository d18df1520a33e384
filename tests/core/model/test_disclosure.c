/* Disclosures: the digest that a statement holds, and whose place it is. */
#include <string.h>

#include "core/bytes/protobuf.h"
#include "tests/core/model/statement_support.h"

static Patina__Disclosure disclosure_of(const char *name, const char *text) {
  static Patina__Value value;
  patina__value__init(&value);
  value.value_case = PATINA__VALUE__VALUE_TEXT;
  value.text = (char *)(uintptr_t)text;
  Patina__Disclosure disclosure = PATINA__DISCLOSURE__INIT;
  disclosure.salt = filled(0x5a, PAT_SALT_BYTES);
  disclosure.name = (char *)(uintptr_t)name;
  disclosure.value = &value;
  return disclosure;
}

/* SHA-256("patina/disclosure/v1\0" || nonce || signers[0] || u16be slot || bytes), by itself. */
static pat_hash digest_of(const Patina__Statement *message, uint16_t slot, pat_span bytes) {
  uint8_t *all = room(21 + 16 + 32 + 2 + bytes.size);
  memcpy(all, "patina/disclosure/v1", 21);
  memcpy(all + 21, message->nonce.data, 16);
  memcpy(all + 37, message->signers[0].data, 32);
  all[69] = (uint8_t)(slot / 256);
  all[70] = (uint8_t)(slot % 256);
  memcpy(all + 71, bytes.data, bytes.size);
  return pat_hash_of(pat_span_make(all, 71 + bytes.size));
}

static void put_digest(ProtobufCBinaryData *field, const pat_hash *digest) {
  *field = filled(0, PAT_HASH_BYTES);
  memcpy(field->data, digest->bytes, PAT_HASH_BYTES);
}

/* A correction with two slots: "colour" and "note". */
typedef struct {
  pat_statement statement;
  pat_span disclosures[2];
} pair;

static pair make_pair(uint8_t nonce) {
  pair made;
  Patina__Disclosure colour = disclosure_of("colour", "red");
  made.disclosures[0] = encoded(&colour.base);
  Patina__Disclosure note = disclosure_of("note", "a slip");
  made.disclosures[1] = encoded(&note.base);
  Patina__Statement *message = sample(PAT_KIND_CORRECTED);
  message->nonce = filled(nonce, PAT_NONCE_BYTES);
  message->corrected->attributes[0] = slotted("colour", 0);
  pat_hash digests[2] = {digest_of(message, 0, made.disclosures[0]),
                         digest_of(message, 1, made.disclosures[1])};
  put_digest(&message->corrected->attributes[0]->slot, &digests[0]);
  put_digest(&message->corrected->note, &digests[1]);
  made.statement = accept(message);
  assert_int_equal(made.statement.slot_count, 2);
  return made;
}

static pat_status decode(const pat_statement *statement, size_t slot, pat_span bytes) {
  Patina__Disclosure *disclosure = NULL;
  pat_status status = pat_disclosure_decode(statement, slot, bytes, &arena, &disclosure, NULL);
  assert_int_equal(disclosure != NULL, pat_is_ok(status));
  return status;
}

/* The statement with one slot whose digest is right for these bytes, whatever they hold. */
static pat_statement committed(pat_span bytes, const char *name) {
  Patina__Statement *message = sample(PAT_KIND_ATTRIBUTES_CHANGED);
  message->attributes_changed->attributes[0] = slotted(name, 0);
  pat_hash digest = digest_of(message, 0, bytes);
  put_digest(&message->attributes_changed->attributes[0]->slot, &digest);
  return accept(message);
}

static void test_disclosure__digest_is_as_written(void **state) {
  (void)state;
  pair made = make_pair(2);
  static const uint16_t slots[] = {0, 1, 255, 256, 65535};
  for (size_t i = 0; i < 5; i++) {
    pat_hash digest = pat_disclosure_digest(made.statement.message, slots[i], made.disclosures[0]);
    pat_hash expected = digest_of(made.statement.message, slots[i], made.disclosures[0]);
    assert_memory_equal(digest.bytes, expected.bytes, PAT_HASH_BYTES);
  }
  /* A vector from elsewhere: nonce 16 x 02, signer 32 x 01, slot 258, bytes "abc". */
  static const uint8_t vector[4] = {0x3d, 0x0e, 0x14, 0x17};
  pat_hash digest = pat_disclosure_digest(made.statement.message, 258, PAT_SPAN_LITERAL("abc"));
  assert_memory_equal(digest.bytes, vector, sizeof vector);
}

static void test_disclosure__belongs_to_one_slot_of_one_statement(void **state) {
  (void)state;
  pair made = make_pair(2);
  pair other = make_pair(3);
  assert_refused(decode(&made.statement, 2, made.disclosures[0]), DISCLOSURE_SLOT);
  assert_refused(decode(&made.statement, 0, made.disclosures[1]), DISCLOSURE_DIGEST);
  assert_refused(decode(&made.statement, 1, made.disclosures[0]), DISCLOSURE_DIGEST);
  assert_refused(decode(&other.statement, 0, PAT_SPAN_EMPTY), DISCLOSURE_DIGEST);
  for (size_t slot = 0; slot < 2; slot++) {
    assert_true(pat_span_equal(made.disclosures[slot], other.disclosures[slot]));
    assert_false(
        pat_span_equal(made.statement.slots[slot].digest, other.statement.slots[slot].digest));
    assert_accepted(decode(&made.statement, slot, made.disclosures[slot]));
  }
  /* The other statement's digest in this one's slot. */
  pat_slot foreign[2] = {other.statement.slots[0], other.statement.slots[1]};
  pat_statement mixed = made.statement;
  mixed.slots = foreign;
  assert_refused(decode(&mixed, 0, made.disclosures[0]), DISCLOSURE_DIGEST);
}

static void test_disclosure__with_any_bit_changed_is_refused(void **state) {
  (void)state;
  pair made = make_pair(2);
  uint8_t *bytes = room(made.disclosures[0].size);
  memcpy(bytes, made.disclosures[0].data, made.disclosures[0].size);
  for (size_t bit = 0; bit < 8 * made.disclosures[0].size; bit++) {
    bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    assert_refused(decode(&made.statement, 0, pat_span_make(bytes, made.disclosures[0].size)),
                   DISCLOSURE_DIGEST);
    bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
  }
}

static void test_disclosure__carries_the_slots_name(void **state) {
  (void)state;
  Patina__Disclosure disclosure = disclosure_of("colour", "red");
  pat_span bytes = encoded(&disclosure.base);
  pat_statement statement = committed(bytes, "colou");
  assert_refused(decode(&statement, 0, bytes), DISCLOSURE_NAME);
  statement = committed(bytes, "colour");
  assert_accepted(decode(&statement, 0, bytes));
}

static void test_disclosure__has_a_salt_of_16_bytes(void **state) {
  (void)state;
  for (size_t size = PAT_SALT_BYTES - 1; size <= PAT_SALT_BYTES + 1; size++) {
    Patina__Disclosure disclosure = disclosure_of("colour", "red");
    disclosure.salt = filled(1, size);
    pat_span bytes = encoded(&disclosure.base);
    pat_statement statement = committed(bytes, "colour");
    if (size == PAT_SALT_BYTES) {
      assert_accepted(decode(&statement, 0, bytes));
    } else {
      assert_refused(decode(&statement, 0, bytes), DISCLOSURE_SALT);
    }
  }
}

static void test_disclosure__has_a_value(void **state) {
  (void)state;
  Patina__Disclosure missing = disclosure_of("colour", "red");
  missing.value = NULL;
  pat_span bytes = encoded(&missing.base);
  pat_statement statement = committed(bytes, "colour");
  assert_refused(decode(&statement, 0, bytes), STATEMENT_MISSING);
  Patina__Disclosure empty = disclosure_of("colour", "");
  bytes = encoded(&empty.base);
  statement = committed(bytes, "colour");
  assert_refused(decode(&statement, 0, bytes), VALUE_TEXT);
  statement = committed(PAT_SPAN_LITERAL("\xff"), "colour");
  assert_refused(decode(&statement, 0, PAT_SPAN_LITERAL("\xff")), BYTES_TRUNCATED);
}

/* Beyond the limit nothing is read; at it, what is wrong with the bytes is said. */
static void test_disclosure__has_at_most_256_kib(void **state) {
  (void)state;
  for (size_t size = PAT_DISCLOSURE_BYTES_MAX - 1; size <= PAT_DISCLOSURE_BYTES_MAX + 1; size++) {
    ProtobufCBinaryData field = filled(0, size);
    pat_span bytes = pat_span_make(field.data, field.len);
    pat_statement statement = committed(bytes, "colour");
    if (size <= PAT_DISCLOSURE_BYTES_MAX) {
      assert_refused(decode(&statement, 0, bytes), BYTES_PROTOBUF_TAG);
    } else {
      assert_refused(decode(&statement, 0, bytes), DISCLOSURE_SIZE);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      statement_test(test_disclosure__digest_is_as_written),
      statement_test(test_disclosure__belongs_to_one_slot_of_one_statement),
      statement_test(test_disclosure__with_any_bit_changed_is_refused),
      statement_test(test_disclosure__carries_the_slots_name),
      statement_test(test_disclosure__has_a_salt_of_16_bytes),
      statement_test(test_disclosure__has_a_value),
      statement_test(test_disclosure__has_at_most_256_kib),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
