/* Real checkpoints of a large public log, with its verifier key. */
#include "core/note/checkpoint.h"
#include "tests/conformance/conformance_support.h"

static const char *text_of(const json_t *vector, const char *name) {
  const char *text = json_string_value(json_object_get(vector, name));
  assert_non_null(text);
  return text;
}

static void check(const json_t *vector) {
  pat_note note;
  pat_note_key key;
  pat_checkpoint checkpoint;
  pat_hash root;
  const pat_span bytes = pat_span_text(text_of(vector, "note"));
  assert_accepted(pat_note_key_parse(pat_span_text(text_of(vector, "vkey")), &key, NULL));
  assert_accepted(pat_note_parse(bytes, &note, NULL));
  assert_accepted(pat_note_verify(&note, &key, 1));
  assert_accepted(pat_checkpoint_parse(note.text, PAT_CHECKPOINT_STRICT, &checkpoint, NULL));
  assert_int_equal(checkpoint.head.size, json_integer_value(json_object_get(vector, "size")));
  assert_true(conformance_hash(json_object_get(vector, "root_b64"), &root));
  assert_true(pat_hash_equal(&checkpoint.head.root, &root));
  /* this log signs under a name that is not its origin */
  assert_refused(pat_checkpoint_open(bytes, &key, PAT_CHECKPOINT_STRICT, &checkpoint, NULL),
                 CHECKPOINT_OTHER_ORIGIN);
}

static void test_sumdb__checkpoints_verify(void **state) {
  (void)state;
  json_t *vectors = support_vectors("sumdb_checkpoints.json");
  assert_int_equal(json_array_size(vectors), 2);
  for (size_t i = 0; i < json_array_size(vectors); i++)
    check(json_array_get(vectors, i));
  json_decref(vectors);
}

static void test_sumdb__one_logs_signature_under_the_other_text_is_refused(void **state) {
  (void)state;
  json_t *vectors = support_vectors("sumdb_checkpoints.json");
  pat_note a;
  pat_note b;
  pat_note_key key;
  assert_accepted(
      pat_note_key_parse(pat_span_text(text_of(json_array_get(vectors, 0), "vkey")), &key, NULL));
  assert_accepted(
      pat_note_parse(pat_span_text(text_of(json_array_get(vectors, 0), "note")), &a, NULL));
  assert_accepted(
      pat_note_parse(pat_span_text(text_of(json_array_get(vectors, 1), "note")), &b, NULL));
  a.text = b.text;
  assert_refused(pat_note_verify(&a, &key, 1), NOTE_SIGNATURE_WRONG);
  json_decref(vectors);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sumdb__checkpoints_verify),
      cmocka_unit_test(test_sumdb__one_logs_signature_under_the_other_text_is_refused),
  };
  if (!pat_is_ok(pat_crypto_init())) return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
