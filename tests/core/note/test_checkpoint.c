/* Checkpoints and cosignatures. */
#include "core/note/checkpoint.h"

#include <string.h>

#include "core/crypto/base64.h"
#include "tests/core/note/note_support.h"

#define ROOT  "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
#define EMPTY "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"

static note_text text;

static void refuse(const char *body, pat_checkpoint_mode mode, pat_rule rule) {
  pat_checkpoint checkpoint = {.head = {.size = 77}};
  pat_err error = {0};
  const pat_status status = pat_checkpoint_parse(pat_span_text(body), mode, &checkpoint, &error);
  if (status.rule != rule)
    fail_msg("\"%s\": %s, not %s", body, pat_rule_id((pat_rule)status.rule), pat_rule_id(rule));
  assert_int_equal(error.rule, rule);
  assert_int_equal(checkpoint.head.size, 77);
}

static void test_checkpoint__refuses_other_forms(void **state) {
  (void)state;
  static const struct {
    const char *body;
    pat_rule rule;
  } refused[] = {
      {"", PAT_RULE_CHECKPOINT_FORM},
      {"a\n", PAT_RULE_CHECKPOINT_FORM},
      {"a\n1\n", PAT_RULE_CHECKPOINT_FORM},
      {"a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", PAT_RULE_CHECKPOINT_FORM},
      {"\n1\n" ROOT, PAT_RULE_CHECKPOINT_ORIGIN},
      {"a\r\n1\n" ROOT, PAT_RULE_CHECKPOINT_ORIGIN},
      {"a\xff\n1\n" ROOT, PAT_RULE_CHECKPOINT_ORIGIN},
      {"a\n\n" ROOT, PAT_RULE_CHECKPOINT_SIZE},
      {"a\n01\n" ROOT, PAT_RULE_CHECKPOINT_SIZE},
      {"a\n00\n" EMPTY, PAT_RULE_CHECKPOINT_SIZE},
      {"a\n+1\n" ROOT, PAT_RULE_CHECKPOINT_SIZE},
      {"a\n-1\n" ROOT, PAT_RULE_CHECKPOINT_SIZE},
      {"a\n 1\n" ROOT, PAT_RULE_CHECKPOINT_SIZE},
      {"a\n1 \n" ROOT, PAT_RULE_CHECKPOINT_SIZE},
      {"a\n0x1\n" ROOT, PAT_RULE_CHECKPOINT_SIZE},
      {"a\n9223372036854775808\n" ROOT, PAT_RULE_CHECKPOINT_SIZE},
      {"a\n18446744073709551616\n" ROOT, PAT_RULE_CHECKPOINT_SIZE},
      {"a\n1\n\n", PAT_RULE_CHECKPOINT_ROOT},
      {"a\n1\nAAAA\n", PAT_RULE_CHECKPOINT_ROOT},
      {"a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n", PAT_RULE_CHECKPOINT_ROOT},
      {"a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", PAT_RULE_CHECKPOINT_ROOT},
      {"a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2IA\n", PAT_RULE_CHECKPOINT_ROOT},
      {"a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n", PAT_RULE_CHECKPOINT_ROOT},
      {"a\n0\n" ROOT, PAT_RULE_CHECKPOINT_EMPTY_ROOT},
  };
  for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
    refuse(refused[i].body, PAT_CHECKPOINT_STRICT, refused[i].rule);
    refuse(refused[i].body, PAT_CHECKPOINT_TOLERANT, refused[i].rule);
  }
}

static void test_checkpoint__accepts_the_smallest_and_largest_sizes(void **state) {
  (void)state;
  pat_checkpoint checkpoint;
  assert_accepted(pat_checkpoint_parse(pat_span_text("a\n0\n" EMPTY), PAT_CHECKPOINT_STRICT,
                                       &checkpoint, NULL));
  assert_accepted(pat_checkpoint_parse(pat_span_text("a b+c\n9223372036854775807\n" ROOT),
                                       PAT_CHECKPOINT_STRICT, &checkpoint, NULL));
  assert_true(checkpoint.head.size == PAT_TLOG_SIZE_MAX);
  assert_true(pat_span_equal(checkpoint.origin, pat_span_text("a b+c")));
}

static void test_checkpoint__extension_lines_only_of_foreign_logs(void **state) {
  (void)state;
  pat_checkpoint checkpoint;
  refuse("a\n1\n" ROOT "x\n", PAT_CHECKPOINT_STRICT, PAT_RULE_CHECKPOINT_EXTENSION);
  refuse("a\n1\n" ROOT "\n", PAT_CHECKPOINT_STRICT, PAT_RULE_CHECKPOINT_EXTENSION);
  refuse("a\n1\n" ROOT "\n", PAT_CHECKPOINT_TOLERANT, PAT_RULE_CHECKPOINT_EXTENSION);
  refuse("a\n1\n" ROOT "x\n\n", PAT_CHECKPOINT_TOLERANT, PAT_RULE_CHECKPOINT_EXTENSION);
  refuse("a\n1\n" ROOT "\nx\n", PAT_CHECKPOINT_TOLERANT, PAT_RULE_CHECKPOINT_EXTENSION);
  refuse("a\n1\n" ROOT "x", PAT_CHECKPOINT_TOLERANT, PAT_RULE_CHECKPOINT_FORM);
  assert_accepted(pat_checkpoint_parse(pat_span_text("a\n1\n" ROOT "x\ny\n"),
                                       PAT_CHECKPOINT_TOLERANT, &checkpoint, NULL));
  assert_true(pat_span_equal(checkpoint.extensions, pat_span_text("x\ny\n")));
}

static void test_checkpoint__refuses_text_and_origin_above_their_limits(void **state) {
  (void)state;
  static char body[PAT_CHECKPOINT_TEXT_BYTES_MAX + 2];
  char origin[PAT_ORIGIN_BYTES_MAX + 1];
  pat_checkpoint checkpoint;
  pat_tlog_head head = {.size = 1};
  for (size_t size = PAT_CHECKPOINT_TEXT_BYTES_MAX - 1; size <= PAT_CHECKPOINT_TEXT_BYTES_MAX + 1;
       size++) {
    memset(body, 'x', size);
    memcpy(body, "a\n1\n" ROOT, strlen("a\n1\n" ROOT));
    body[size - 1] = '\n';
    const pat_status status =
        pat_checkpoint_parse(pat_span_make(body, size), PAT_CHECKPOINT_TOLERANT, &checkpoint, NULL);
    if (size <= PAT_CHECKPOINT_TEXT_BYTES_MAX)
      assert_accepted(status);
    else
      assert_refused(status, CHECKPOINT_TEXT_SIZE);
  }
  memset(origin, 'o', sizeof origin);
  for (size_t size = PAT_ORIGIN_BYTES_MAX - 1; size <= PAT_ORIGIN_BYTES_MAX; size++) {
    note_text_start(&text);
    assert_accepted(pat_checkpoint_format(pat_span_make(origin, size), &head, &text.builder));
    assert_accepted(
        pat_checkpoint_parse(note_text_span(&text), PAT_CHECKPOINT_STRICT, &checkpoint, NULL));
  }
  note_text_start(&text);
  assert_refused(pat_checkpoint_format(PAT_SPAN_OF(origin), &head, &text.builder),
                 CHECKPOINT_ORIGIN);
  assert_refused(pat_checkpoint_format(PAT_SPAN_EMPTY, &head, &text.builder), CHECKPOINT_ORIGIN);
  assert_refused(pat_checkpoint_format(pat_span_text("a\nb"), &head, &text.builder),
                 CHECKPOINT_ORIGIN);
  assert_int_equal(pat_builder_size(&text.builder), 0);
  note_text_add(&text, "o");
  pat_builder_span(&text.builder, pat_span_make(origin, PAT_ORIGIN_BYTES_MAX));
  note_text_add(&text, "\n1\n" ROOT);
  assert_refused(
      pat_checkpoint_parse(note_text_span(&text), PAT_CHECKPOINT_STRICT, &checkpoint, NULL),
      CHECKPOINT_ORIGIN);
}

static void test_checkpoint__opens_under_its_logs_key_only(void **state) {
  (void)state;
  const note_signer log = note_signer_make("log.example/1", PAT_NOTE_TYPE_ED25519, 1);
  const note_signer same_name = note_signer_make("log.example/1", PAT_NOTE_TYPE_ED25519, 2);
  note_signer renamed = log;
  pat_checkpoint checkpoint = {0};
  const pat_span bytes = note_checkpoint(&text, &log, 5);
  assert_accepted(pat_checkpoint_open(bytes, &log.key, PAT_CHECKPOINT_STRICT, &checkpoint, NULL));
  assert_int_equal(checkpoint.head.size, 5);
  assert_refused(
      pat_checkpoint_open(bytes, &same_name.key, PAT_CHECKPOINT_STRICT, &checkpoint, NULL),
      NOTE_UNSIGNED);
  renamed = note_signer_make("log.example/2", PAT_NOTE_TYPE_ED25519, 1);
  note_text_start(&text);
  assert_accepted(pat_note_sign(pat_span_text("log.example/1\n1\n" ROOT), &renamed.key,
                                renamed.secret, &text.builder));
  assert_refused(pat_checkpoint_open(note_text_span(&text), &renamed.key, PAT_CHECKPOINT_STRICT,
                                     &checkpoint, NULL),
                 CHECKPOINT_OTHER_ORIGIN);
}

/* --- cosignatures ---------------------------------------------------------------------------- */

static void test_cosignature__verifies_and_gives_the_latest_time(void **state) {
  (void)state;
  const note_signer log = note_signer_make("log.example", PAT_NOTE_TYPE_ED25519, 1);
  const note_signer witness = note_signer_make("w.example", PAT_NOTE_TYPE_COSIGNATURE, 2);
  const note_signer other = note_signer_make("v.example", PAT_NOTE_TYPE_COSIGNATURE, 3);
  pat_note note;
  pat_cosignature found = {0};
  note_checkpoint(&text, &log, 5);
  note_cosign(&text, &witness, PAT_COSIGNATURE_TIME_MAX - 1);
  note_cosign(&text, &witness, PAT_COSIGNATURE_TIME_MAX);
  assert_accepted(pat_note_parse(note_cosign(&text, &witness, 1), &note, NULL));
  assert_accepted(pat_cosignature_verify(&note, &witness.key, &found));
  assert_true(found.present);
  assert_true(found.seconds == PAT_COSIGNATURE_TIME_MAX);
  assert_accepted(pat_cosignature_verify(&note, &other.key, &found));
  assert_false(found.present);
  assert_int_equal(found.seconds, 0);
  assert_accepted(pat_note_verify(&note, &log.key, 1)); /* the log's own signature still holds */
}

/* The message as the specification spells it, signed by hand. */
static void test_cosignature__signs_the_header_the_time_and_the_text(void **state) {
  (void)state;
  const note_signer witness = note_signer_make("w.example", PAT_NOTE_TYPE_COSIGNATURE, 2);
  uint8_t blob[PAT_COSIGNATURE_BLOB_BYTES] = {0, 0, 0, 0, 0x64, 0x18, 0x50, 0xcb};
  pat_note note;
  pat_cosignature found = {0};
  pat_sign(witness.secret,
           PAT_SPAN_LITERAL("cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n"
                            "20852163\n" ROOT),
           blob + 8);
  note_text_add(note_text_start(&text), "example.com/behind-the-sofa\n20852163\n" ROOT "\n");
  pat_note_signature_format(&witness.key, PAT_SPAN_OF(blob), &text.builder);
  assert_accepted(pat_note_parse(note_text_span(&text), &note, NULL));
  assert_accepted(pat_cosignature_verify(&note, &witness.key, &found));
  assert_true(found.seconds == 1679315147);
}

static void test_cosignature__refuses_wrong_lines_of_a_known_witness(void **state) {
  (void)state;
  const note_signer log = note_signer_make("log.example", PAT_NOTE_TYPE_ED25519, 1);
  const note_signer witness = note_signer_make("w.example", PAT_NOTE_TYPE_COSIGNATURE, 2);
  uint8_t blob[PAT_COSIGNATURE_BLOB_BYTES] = {0x80};
  pat_note note;
  pat_cosignature found = {.seconds = 77};
  note_checkpoint(&text, &log, 5);
  pat_note_signature_format(&witness.key, PAT_SPAN_OF(blob), &text.builder);
  assert_accepted(pat_note_parse(note_text_span(&text), &note, NULL));
  assert_refused(pat_cosignature_verify(&note, &witness.key, &found), NOTE_COSIGNATURE_TIME);
  note_checkpoint(&text, &log, 5);
  blob[0] = 0x7f;
  pat_note_signature_format(&witness.key, PAT_SPAN_OF(blob), &text.builder);
  assert_accepted(pat_note_parse(note_text_span(&text), &note, NULL));
  assert_refused(pat_cosignature_verify(&note, &witness.key, &found), NOTE_SIGNATURE_WRONG);
  note_checkpoint(&text, &log, 5);
  pat_note_signature_format(&witness.key, pat_span_make(blob, 64), &text.builder);
  assert_accepted(pat_note_parse(note_text_span(&text), &note, NULL));
  assert_refused(pat_cosignature_verify(&note, &witness.key, &found), NOTE_SIGNATURE_WRONG);
  assert_int_equal(found.seconds, 77);
}

static void test_cosignature__refuses_texts_above_the_limit(void **state) {
  (void)state;
  static char body[PAT_CHECKPOINT_TEXT_BYTES_MAX + 1];
  const note_signer witness = note_signer_make("w.example", PAT_NOTE_TYPE_COSIGNATURE, 2);
  memset(body, 'x', sizeof body);
  note_text_start(&text);
  assert_accepted(pat_cosignature_sign(pat_span_make(body, PAT_CHECKPOINT_TEXT_BYTES_MAX),
                                       &witness.key, witness.secret, 1, &text.builder));
  assert_refused(
      pat_cosignature_sign(PAT_SPAN_OF(body), &witness.key, witness.secret, 1, &text.builder),
      CHECKPOINT_TEXT_SIZE);
}

static void test_cosignature__no_turned_bit_verifies(void **state) {
  (void)state;
  const note_signer log = note_signer_make("log.example", PAT_NOTE_TYPE_ED25519, 1);
  const note_signer witness = note_signer_make("w.example", PAT_NOTE_TYPE_COSIGNATURE, 2);
  note_checkpoint(&text, &log, 5);
  const size_t line_end = note_text_span(&text).size; /* a witness does not sign the log's line */
  const size_t line_begin = line_end - strlen("--- log.example \n") - PAT_BASE64_TEXT_BYTES(68);
  const pat_span bytes = note_cosign(&text, &witness, 1700000000);
  for (size_t bit = 0; bit < bytes.size * 8; bit++) {
    pat_note note;
    pat_cosignature found = {0};
    if (bit / 8 >= line_begin && bit / 8 < line_end) continue;
    support_flip(text.bytes, bit);
    if (pat_is_ok(pat_note_parse(bytes, &note, NULL)) &&
        pat_is_ok(pat_cosignature_verify(&note, &witness.key, &found)))
      assert_false(found.present);
    support_flip(text.bytes, bit);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_checkpoint__refuses_other_forms),
      cmocka_unit_test(test_checkpoint__extension_lines_only_of_foreign_logs),
      cmocka_unit_test(test_checkpoint__refuses_text_and_origin_above_their_limits),
      cmocka_unit_test(test_checkpoint__accepts_the_smallest_and_largest_sizes),
      cmocka_unit_test(test_checkpoint__opens_under_its_logs_key_only),
      cmocka_unit_test(test_cosignature__refuses_wrong_lines_of_a_known_witness),
      cmocka_unit_test(test_cosignature__refuses_texts_above_the_limit),
      cmocka_unit_test(test_cosignature__no_turned_bit_verifies),
      cmocka_unit_test(test_cosignature__verifies_and_gives_the_latest_time),
      cmocka_unit_test(test_cosignature__signs_the_header_the_time_and_the_text),
  };
  return cmocka_run_group_tests(tests, note_set_up, NULL);
}
