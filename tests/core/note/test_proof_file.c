/* Proof files: form, limits, and the whole check from a leaf to a policy. */
#include "core/note/proof_file.h"

#include <stdalign.h>
#include <string.h>

#include "core/crypto/base64.h"
#include "tests/core/note/note_support.h"

#define HASH "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
#define HEAD "c2sp.org/tlog-proof@v1\n"

static note_text text;
static alignas(max_align_t) uint8_t memory[64 * 1024];
static pat_arena arena;

static pat_status decode(pat_span bytes, pat_proof_file *ret_file) {
  pat_arena_init(&arena, memory, sizeof memory);
  return pat_proof_file_decode(bytes, &arena, ret_file, NULL);
}

static void refuse(const char *bytes, pat_rule rule) {
  static pat_proof_file file;
  pat_err error = {0};
  file.index = 77;
  pat_arena_init(&arena, memory, sizeof memory);
  const pat_status status = pat_proof_file_decode(pat_span_text(bytes), &arena, &file, &error);
  if (status.rule != rule)
    fail_msg("\"%s\": %s, not %s", bytes, pat_rule_id((pat_rule)status.rule), pat_rule_id(rule));
  assert_int_equal(error.rule, rule);
  assert_int_equal(file.index, 77);
  assert_int_equal(pat_arena_mark(&arena), 0);
}

static void test_proof_file__refuses_other_forms(void **state) {
  (void)state;
  refuse("", PAT_RULE_PROOF_FORM);
  refuse("c2sp.org/tlog-proof@v2\nindex 0\n\nx", PAT_RULE_PROOF_FORM);
  refuse("c2sp.org/tlog-proof@v1", PAT_RULE_PROOF_FORM);
  refuse(HEAD, PAT_RULE_PROOF_FORM);
  refuse(HEAD "index 0", PAT_RULE_PROOF_FORM);
  refuse(HEAD "index 0\n", PAT_RULE_PROOF_FORM);
  refuse(HEAD "index 0\n\n", PAT_RULE_PROOF_FORM);
  refuse(HEAD "index 0\n" HASH, PAT_RULE_PROOF_FORM);
  refuse(HEAD "\nindex 0\n\nx", PAT_RULE_PROOF_FORM);
  refuse(HEAD HASH "index 0\n\nx", PAT_RULE_PROOF_FORM);
  refuse(HEAD "Index 0\n\nx", PAT_RULE_PROOF_FORM);
  refuse(HEAD "index 0\nextra AA==\n\nx", PAT_RULE_PROOF_HASH);
  refuse(HEAD "extra AA==\nextra AA==\nindex 0\n\nx", PAT_RULE_PROOF_FORM);
  refuse(HEAD "extra AA==\n\nx", PAT_RULE_PROOF_FORM);
  refuse(HEAD "extra \nindex 0\n\nx", PAT_RULE_PROOF_EXTRA);
  refuse(HEAD "extra A\nindex 0\n\nx", PAT_RULE_PROOF_EXTRA);
  refuse(HEAD "extra AB==\nindex 0\n\nx", PAT_RULE_PROOF_EXTRA);
  refuse(HEAD "extra AA== \nindex 0\n\nx", PAT_RULE_PROOF_EXTRA);
  refuse(HEAD "index \n\nx", PAT_RULE_PROOF_INDEX);
  refuse(HEAD "index 00\n\nx", PAT_RULE_PROOF_INDEX);
  refuse(HEAD "index -1\n\nx", PAT_RULE_PROOF_INDEX);
  refuse(HEAD "index 9223372036854775808\n\nx", PAT_RULE_PROOF_INDEX);
  refuse(HEAD "index 0\nAAAA\n\nx", PAT_RULE_PROOF_HASH);
  refuse(HEAD "index 0\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n\nx", PAT_RULE_PROOF_HASH);
  refuse(HEAD "index 0\r\n\nx", PAT_RULE_PROOF_INDEX);
  pat_proof_file file;
  assert_accepted(decode(pat_span_text(HEAD "index 9223372036854775807\n\nx"), &file));
  assert_accepted(decode(pat_span_text(HEAD "extra AA==\nindex 0\n" HASH HASH "\nx\n\ny"), &file));
  assert_int_equal(file.extra.size, 1);
  assert_int_equal(file.proof.count, 2);
  assert_true(pat_span_equal(file.checkpoint, pat_span_text("x\n\ny")));
}

static pat_status decode_hashes(size_t count) {
  pat_proof_file file;
  note_text_add(note_text_start(&text), HEAD "index 0\n");
  for (size_t i = 0; i < count; i++)
    note_text_add(&text, HASH);
  note_text_add(&text, "\nx");
  return decode(note_text_span(&text), &file);
}

static pat_status decode_extra(size_t size) {
  static uint8_t extra[PAT_TLOG_PROOF_EXTRA_BYTES_MAX + 3];
  pat_proof_file file;
  note_text_add(note_text_start(&text), HEAD "extra ");
  pat_base64_encode(&text.builder, pat_span_make(extra, size));
  note_text_add(&text, "\nindex 0\n\nx");
  return decode(note_text_span(&text), &file);
}

static pat_status decode_whole(size_t size) {
  pat_proof_file file;
  note_text_add(note_text_start(&text), HEAD "index 0\n\n");
  while (pat_builder_size(&text.builder) < size)
    pat_builder_char(&text.builder, 'x');
  return decode(note_text_span(&text), &file);
}

static void test_proof_file__refuses_above_each_limit(void **state) {
  (void)state;
  assert_accepted(decode_hashes(PAT_PROOF_HASHES_MAX - 1));
  assert_accepted(decode_hashes(PAT_PROOF_HASHES_MAX));
  assert_refused(decode_hashes(PAT_PROOF_HASHES_MAX + 1), PROOF_HASHES);
  assert_accepted(decode_extra(PAT_TLOG_PROOF_EXTRA_BYTES_MAX - 1));
  assert_accepted(decode_extra(PAT_TLOG_PROOF_EXTRA_BYTES_MAX));
  assert_refused(decode_extra(PAT_TLOG_PROOF_EXTRA_BYTES_MAX + 1), PROOF_SIZE);
  assert_refused(decode_extra(PAT_TLOG_PROOF_EXTRA_BYTES_MAX + 3), PROOF_SIZE);
  assert_accepted(decode_whole(PAT_TLOG_PROOF_BYTES_MAX - 1));
  assert_accepted(decode_whole(PAT_TLOG_PROOF_BYTES_MAX));
  assert_refused(decode_whole(PAT_TLOG_PROOF_BYTES_MAX + 1), PROOF_SIZE);
}

static void test_proof_file__refuses_where_the_arena_is_full(void **state) {
  (void)state;
  pat_proof_file file = {.index = 77};
  const pat_span bytes = pat_span_text(HEAD "extra AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nindex 0\n\nx");
  pat_arena_init(&arena, memory, 8);
  assert_refused(pat_proof_file_decode(bytes, &arena, &file, NULL), LIMIT_MEMORY);
  assert_int_equal(file.index, 77);
}

/* --- verify ---------------------------------------------------------------------------------- */

/* A log of two leaves, a witness, a policy that wants both, and the proof of leaf 1. */
typedef struct {
  pat_hash leaves[2];
  pat_policy policy;
  note_text policy_text;
  note_text checkpoint;
  pat_proof_file file;
} stage;

static stage *set_scene(void) {
  static stage scene;
  const note_signer log = note_signer_make("log.example", PAT_NOTE_TYPE_ED25519, 1);
  const note_signer witness = note_signer_make("w.example", PAT_NOTE_TYPE_COSIGNATURE, 2);
  scene.leaves[0] = pat_tlog_leaf_hash(pat_span_text("zero"));
  scene.leaves[1] = pat_tlog_leaf_hash(pat_span_text("one"));
  const pat_tlog_head head = {.size = 2,
                              .root = pat_tlog_node_hash(&scene.leaves[0], &scene.leaves[1])};
  note_text_start(&text);
  assert_accepted(pat_checkpoint_format(log.key.name, &head, &text.builder));
  note_text_start(&scene.checkpoint);
  assert_accepted(
      pat_note_sign(note_text_span(&text), &log.key, log.secret, &scene.checkpoint.builder));
  const pat_span checkpoint = note_cosign(&scene.checkpoint, &witness, 1700000000);
  note_text_add(note_text_start(&scene.policy_text), "log ");
  note_text_add_key(&scene.policy_text, &log.key);
  note_text_add(&scene.policy_text, "\nwitness w ");
  note_text_add_key(&scene.policy_text, &witness.key);
  note_text_add(&scene.policy_text, "\nquorum w\n");
  assert_accepted(pat_policy_parse(note_text_span(&scene.policy_text), &scene.policy, NULL));
  scene.file = (pat_proof_file){.index = 1, .checkpoint = checkpoint};
  scene.file.proof.hashes[scene.file.proof.count++] = scene.leaves[0];
  return &scene;
}

static void test_proof_file__verifies_from_the_leaf_to_the_policy(void **state) {
  (void)state;
  stage *scene = set_scene();
  pat_policy_verdict verdict = {0};
  assert_accepted(
      pat_proof_file_verify(&scene->file, &scene->leaves[1], &scene->policy, &verdict, NULL));
  assert_int_equal(verdict.checkpoint.head.size, 2);
  assert_int_equal(verdict.witness_count, 1);
  assert_int_equal(verdict.seconds_last, 1700000000);
}

static void test_proof_file__refuses_another_leaf_index_or_proof(void **state) {
  (void)state;
  stage *scene = set_scene();
  pat_policy_verdict verdict = {.log = 77};
  pat_err error = {0};
  pat_proof_file *file = &scene->file;
  assert_refused(pat_proof_file_verify(file, &scene->leaves[0], &scene->policy, &verdict, &error),
                 TLOG_INCLUSION_ROOT);
  assert_int_equal(error.rule, PAT_RULE_TLOG_INCLUSION_ROOT);
  file->index = 0;
  assert_refused(pat_proof_file_verify(file, &scene->leaves[1], &scene->policy, &verdict, NULL),
                 TLOG_INCLUSION_ROOT);
  file->index = 2;
  assert_refused(pat_proof_file_verify(file, &scene->leaves[1], &scene->policy, &verdict, NULL),
                 TLOG_INCLUSION_INDEX);
  file->index = 1;
  file->proof.count = 0;
  assert_refused(pat_proof_file_verify(file, &scene->leaves[1], &scene->policy, &verdict, NULL),
                 TLOG_INCLUSION_LENGTH);
  file->proof.count = 1;
  scene->policy.log_count = 0;
  assert_refused(pat_proof_file_verify(file, &scene->leaves[1], &scene->policy, &verdict, NULL),
                 POLICY_LOG);
  assert_int_equal(verdict.log, 77);
}

static void test_proof_file__encode_and_decode_agree(void **state) {
  (void)state;
  stage *scene = set_scene();
  static const char *const extras[] = {"", "x", "some extra bytes"};
  for (size_t i = 0; i < 3; i++) {
    pat_proof_file again;
    pat_policy_verdict verdict;
    scene->file.extra = pat_span_text(extras[i]);
    note_text_start(&text);
    pat_proof_file_encode(&scene->file, &text.builder);
    assert_accepted(decode(note_text_span(&text), &again));
    assert_true(pat_span_equal(again.extra, scene->file.extra));
    assert_accepted(
        pat_proof_file_verify(&again, &scene->leaves[1], &scene->policy, &verdict, NULL));
  }
}

static void test_proof_file__no_turned_bit_verifies(void **state) {
  (void)state;
  stage *scene = set_scene();
  scene->file.extra = PAT_SPAN_EMPTY; /* nobody vouches for it */
  note_text_start(&text);
  pat_proof_file_encode(&scene->file, &text.builder);
  const pat_span bytes = note_text_span(&text);
  for (size_t bit = 0; bit < bytes.size * 8; bit++) {
    pat_proof_file file;
    pat_policy_verdict verdict;
    support_flip(text.bytes, bit);
    if (pat_is_ok(decode(bytes, &file)))
      assert_false(pat_is_ok(
          pat_proof_file_verify(&file, &scene->leaves[1], &scene->policy, &verdict, NULL)));
    support_flip(text.bytes, bit);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_proof_file__refuses_other_forms),
      cmocka_unit_test(test_proof_file__refuses_above_each_limit),
      cmocka_unit_test(test_proof_file__refuses_where_the_arena_is_full),
      cmocka_unit_test(test_proof_file__refuses_another_leaf_index_or_proof),
      cmocka_unit_test(test_proof_file__no_turned_bit_verifies),
      cmocka_unit_test(test_proof_file__verifies_from_the_leaf_to_the_policy),
      cmocka_unit_test(test_proof_file__encode_and_decode_agree),
  };
  return cmocka_run_group_tests(tests, note_set_up, NULL);
}
