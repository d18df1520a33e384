/* Subjects: which histories a statement belongs to, kind by kind, and how their keys are made. */
#include <string.h>

#include "tests/core/model/statement_support.h"

/* K = SHA-256("patina/subject/v1\0" || kind || id), written out by itself. */
static pat_hash key_of(uint8_t kind, pat_span id) {
  uint8_t bytes[128] = "patina/subject/v1";
  bytes[18] = kind;
  assert_true(id.size <= sizeof bytes - 19);
  memcpy(bytes + 19, id.data, id.size);
  return pat_hash_of(pat_span_make(bytes, 19 + id.size));
}

static void test_subject__key_is_the_hash_of_kind_and_id(void **state) {
  (void)state;
  static const uint8_t id[16] = {9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9};
  for (int kind = PAT_SUBJECT_ASSET; kind <= PAT_SUBJECT_IDENTIFIER; kind++) {
    pat_hash expected = key_of((uint8_t)kind, PAT_SPAN_OF(id));
    pat_hash key = pat_subject_key((pat_subject_kind)kind, PAT_SPAN_OF(id));
    assert_memory_equal(key.bytes, expected.bytes, PAT_HASH_BYTES);
  }
  /* One fixed vector: kind 6, id "vehicle". */
  static const uint8_t vector[4] = {0x09, 0xcb, 0x20, 0x33};
  pat_hash class_key = pat_subject_key(PAT_SUBJECT_CLASS, PAT_SPAN_LITERAL("vehicle"));
  assert_memory_equal(class_key.bytes, vector, sizeof vector);
}

/* What each kind's sample names beside the issued subjects of its signers. An id of size 0 stands
 * for the statement's own hash; otherwise it is `size` times `byte`, or the text. */
typedef struct {
  uint8_t kind; /* 0: no more */
  uint8_t byte;
  uint8_t size;
  const char *text;
} named;

static const struct {
  pat_kind_number kind;
  named subjects[4];
  size_t identifiers;
  bool is_public;
} table[] = {
    {PAT_KIND_GENESIS,
     {{3, 0, 0, NULL}, {8, 0, 0, "test"}, {5, 10, 32, NULL}, {5, 11, 32, NULL}},
     0,
     true},
    {PAT_KIND_PRINCIPAL_ENROLLED, {{3, 0, 0, NULL}, {5, 0x42, 32, NULL}}, 0, true},
    {PAT_KIND_KEY_ROTATED, {{3, 7, 32, NULL}, {5, 0x42, 32, NULL}}, 0, true},
    {PAT_KIND_KEY_REVOKED, {{3, 7, 32, NULL}}, 0, true},
    {PAT_KIND_STANDING_GRANTED, {{3, 7, 32, NULL}}, 0, true},
    {PAT_KIND_STANDING_WITHDRAWN, {{3, 7, 32, NULL}}, 0, true},
    {PAT_KIND_CLASS_PUBLISHED, {{6, 0, 0, "vehicle"}}, 0, true},
    {PAT_KIND_SCHEME_PUBLISHED, {{7, 0, 0, "engine"}}, 0, true},
    {PAT_KIND_ASSET_REGISTERED, {{1, 9, 16, NULL}}, 0, false},
    {PAT_KIND_ATTRIBUTES_CHANGED, {{1, 9, 16, NULL}}, 0, false},
    {PAT_KIND_IDENTIFIER_ASSIGNED, {{1, 9, 16, NULL}}, 1, false},
    {PAT_KIND_IDENTIFIER_RELEASED, {{1, 9, 16, NULL}}, 1, false},
    {PAT_KIND_ATTESTED, {{1, 9, 16, NULL}}, 0, false},
    {PAT_KIND_CORRECTED, {{1, 9, 16, NULL}}, 0, false},
    {PAT_KIND_RETRACTED, {{1, 9, 16, NULL}}, 0, false},
    {PAT_KIND_DEVICE_ENROLLED, {{3, 0, 0, NULL}, {5, 0x42, 32, NULL}}, 0, true},
    {PAT_KIND_DEVICE_BOUND, {{1, 9, 16, NULL}, {2, 15, 16, NULL}, {3, 16, 32, NULL}}, 0, false},
    {PAT_KIND_TELEMETRY, {{2, 15, 16, NULL}}, 0, false},
};
enum { ROWS = sizeof table / sizeof table[0] };

static pat_hash named_key(const named *from, const pat_statement *statement) {
  if (from->text != NULL) return key_of(from->kind, pat_span_text(from->text));
  if (from->size == 0) return key_of(from->kind, pat_hash_span(&statement->sha256));
  ProtobufCBinaryData id = filled(from->byte, from->size);
  return key_of(from->kind, pat_span_make(id.data, id.len));
}

static bool contains(const pat_subject_set *set, const pat_hash *key) {
  for (size_t i = 0; i < set->count; i++) {
    if (pat_hash_equal(&set->keys[i], key)) return true;
  }
  return false;
}

static void assert_ascending(const pat_subject_set *set) {
  for (size_t i = 1; i < set->count; i++)
    assert_true(memcmp(set->keys[i - 1].bytes, set->keys[i].bytes, PAT_HASH_BYTES) < 0);
}

static void test_subjects__are_those_of_the_table(void **state) {
  (void)state;
  size_t count = 0;
  (void)pat_kind_table(&count);
  assert_int_equal(count, ROWS);
  for (size_t row = 0; row < ROWS; row++) {
    pat_statement statement = accept(sample(table[row].kind));
    assert_int_equal(statement.kind->identifier_count, table[row].identifiers);
    assert_int_equal(statement.kind->is_public, table[row].is_public);
    pat_hash principals[2] = {pat_hash_of(PAT_SPAN_LITERAL("a")),
                              pat_hash_of(PAT_SPAN_LITERAL("b"))};
    pat_subject_set set;
    pat_statement_subjects(&statement, principals, &set);
    assert_ascending(&set);
    size_t expected = statement.message->n_signers;
    for (size_t i = 0; i < statement.message->n_signers; i++) {
      pat_hash issued = key_of(4, pat_hash_span(&principals[i]));
      assert_true(contains(&set, &issued));
    }
    for (size_t i = 0; i < 4 && table[row].subjects[i].kind != 0; i++) {
      pat_hash key = named_key(&table[row].subjects[i], &statement);
      assert_true(contains(&set, &key));
      expected++;
    }
    assert_int_equal(set.count, expected);
  }
}

/* A principal that signs with two keys issued it once. */
static void test_subjects__of_one_principal_are_one(void **state) {
  (void)state;
  pat_statement statement = accept(sample(PAT_KIND_PRINCIPAL_ENROLLED));
  pat_hash principals[2] = {pat_hash_of(PAT_SPAN_LITERAL("a")), pat_hash_of(PAT_SPAN_LITERAL("a"))};
  pat_subject_set set;
  pat_statement_subjects(&statement, principals, &set);
  assert_int_equal(set.count, 3);
}

/* The asset is the one in whose history the statement stands. */
static void test_subjects__tell_the_asset(void **state) {
  (void)state;
  for (size_t row = 0; row < ROWS; row++) {
    pat_statement statement = accept(sample(table[row].kind));
    bool of_asset = table[row].subjects[0].kind == 1;
    assert_int_equal(statement.kind->asset != NULL, of_asset);
    if (!of_asset) continue;
    const ProtobufCBinaryData *asset = statement.kind->asset(statement.message);
    assert_int_equal(asset->len, PAT_ASSET_ID_BYTES);
    assert_int_equal(asset->data[0], 9);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      statement_test(test_subject__key_is_the_hash_of_kind_and_id),
      statement_test(test_subjects__are_those_of_the_table),
      statement_test(test_subjects__of_one_principal_are_one),
      statement_test(test_subjects__tell_the_asset),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
