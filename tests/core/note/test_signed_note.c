/* Signed notes and their keys: the specification's example, every refusal beside its near miss. */
#include "core/note/signed_note.h"

#include <string.h>

#include "tests/core/note/note_support.h"

#define EXAMPLE_KEY  "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
#define EXAMPLE_TEXT "This is an example message.\n"
#define EXAMPLE_LINE              \
  "\xe2\x80\x94 example.com/foo " \
  "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"

/* A line that is well-formed and nobody's. */
#define LINE "\xe2\x80\x94 a AAAAAAA=\n"

static note_text text;

static void refuse_note(pat_span bytes, pat_rule rule) {
  static pat_note note;
  pat_err error = {0};
  const pat_status status = pat_note_parse(bytes, &note, &error);
  if (status.rule != rule)
    fail_msg("\"%.*s\": %s, not %s", (int)(bytes.size < 200 ? bytes.size : 200), bytes.data,
             pat_rule_id((pat_rule)status.rule), pat_rule_id(rule));
  assert_int_equal(error.rule, rule);
  assert_true(error.offset <= bytes.size);
}

static void test_signed_note__refuses_other_forms(void **state) {
  (void)state;
  static const char *const forms[] = {
      "", "\n", "a", "a\n", "a\n\n", "a\n" LINE, "a\n\n\n", LINE, "\n" LINE, "a\n\n" LINE "\n",
  };
  for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
    refuse_note(pat_span_text(forms[i]), PAT_RULE_NOTE_FORM);
  refuse_note(PAT_SPAN_LITERAL("a\n\n\xe2\x80\x94 a AAAAAAA="), PAT_RULE_NOTE_FORM);
  static pat_note note;
  assert_accepted(pat_note_parse(PAT_SPAN_LITERAL("a\n\n" LINE), &note, NULL));
  assert_accepted(pat_note_parse(PAT_SPAN_LITERAL("\n\n" LINE), &note, NULL));
}

static void test_signed_note__refuses_other_signature_lines(void **state) {
  (void)state;
  static const char *const lines[] = {
      "x",
      "- a AAAAAAA=",
      "\xe2\x80\x93 a AAAAAAA=",
      "\xe2\x80\224a AAAAAAA=",
      "\xe2\x80\x94 a",
      "\xe2\x80\x94 a ",
      "\xe2\x80\x94 a AAAA",
      "\xe2\x80\x94 a AAAAAA==",
      "\xe2\x80\x94 a AAAAAAA",
      "\xe2\x80\x94 a AAAAAAA= ",
      "\xe2\x80\x94 a  AAAAAAA=",
      "\xe2\x80\x94 a AAAAAAB=",
      "\xe2\x80\x94 a AAAA AAA=",
      "\xe2\x80\x94 a AAA-AAA=",
      "\xe2\x80\x94 a AAAAAAA=AAAAAAA=",
  };
  for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
    note_text_add(note_text_start(&text), "a\n\n");
    note_text_add(&text, lines[i]);
    note_text_add(&text, "\n");
    refuse_note(note_text_span(&text), PAT_RULE_NOTE_SIGNATURE_FORM);
    note_text_add(note_text_start(&text), "a\n\n" LINE);
    note_text_add(&text, lines[i]);
    note_text_add(&text, "\n" LINE);
    refuse_note(note_text_span(&text), PAT_RULE_NOTE_SIGNATURE_FORM);
  }
}

/* Padding at the end of a piece that is decoded on its own must not pass for the end. */
static void test_signed_note__refuses_padding_inside_a_long_signature(void **state) {
  (void)state;
  static pat_note note;
  for (size_t size = 248; size <= 264; size += 4) {
    char line[400] = "a\n\n\xe2\x80\x94 a ";
    const size_t start = strlen(line);
    memset(line + start, 'A', size + 8);
    memcpy(line + start + size + 8, "\n", 2);
    assert_accepted(pat_note_parse(pat_span_text(line), &note, NULL));
    line[start + size - 1] = '=';
    refuse_note(pat_span_text(line), PAT_RULE_NOTE_SIGNATURE_FORM);
  }
}

static void test_signed_note__refuses_names_that_no_key_may_have(void **state) {
  (void)state;
  static const char *const names[] = {"",
                                      "a+b",
                                      "\xc2\x85",
                                      "a\xc2\xa0",
                                      "\xe1\x9a\x80",
                                      "\xe2\x80\x80",
                                      "\xe2\x80\x8a",
                                      "\xe2\x80\xa8",
                                      "\xe2\x80\xa9",
                                      "\xe2\x80\xaf",
                                      "\xe2\x81\x9f",
                                      "\xe3\x80\x80"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    note_text_add(note_text_start(&text), "a\n\n\xe2\x80\x94 ");
    note_text_add(&text, names[i]);
    note_text_add(&text, " AAAAAAA=\n");
    refuse_note(note_text_span(&text), PAT_RULE_NOTE_KEY_NAME);
    assert_refused(pat_note_name_check(pat_span_text(names[i])), NOTE_KEY_NAME);
  }
  static const char *const other[] = {" ", "a b", "a\tb", "a\n", "\x1f", "\xff", "a\xe2\x80"};
  for (size_t i = 0; i < sizeof other / sizeof other[0]; i++)
    assert_refused(pat_note_name_check(pat_span_text(other[i])), NOTE_KEY_NAME);
  static const char *const fine[] = {"a",        "example.com/foo", "\xe2\x80\x8b",
                                     "\xc2\xa1", "\xe2\x80\xaa",    "\xe3\x80\x81",
                                     "oid/1.2.3"};
  for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++)
    assert_accepted(pat_note_name_check(pat_span_text(fine[i])));
}

static void test_signed_note__refuses_names_above_the_limit(void **state) {
  (void)state;
  char name[PAT_NOTE_KEY_NAME_BYTES_MAX + 1];
  memset(name, 'n', sizeof name);
  assert_accepted(pat_note_name_check(pat_span_make(name, PAT_NOTE_KEY_NAME_BYTES_MAX - 1)));
  assert_accepted(pat_note_name_check(pat_span_make(name, PAT_NOTE_KEY_NAME_BYTES_MAX)));
  assert_refused(pat_note_name_check(pat_span_make(name, sizeof name)), NOTE_KEY_NAME);
}

static void test_signed_note__refuses_control_characters_and_bad_utf8(void **state) {
  (void)state;
  refuse_note(PAT_SPAN_LITERAL("a\r\n\n" LINE), PAT_RULE_NOTE_CONTROL);
  refuse_note(PAT_SPAN_LITERAL("a\0\n\n" LINE), PAT_RULE_NOTE_CONTROL);
  refuse_note(PAT_SPAN_LITERAL("a\x1f\n\n" LINE), PAT_RULE_NOTE_CONTROL);
  refuse_note(PAT_SPAN_LITERAL("a\n\n\xe2\x80\x94 a\tAAAAAAA=\n"), PAT_RULE_NOTE_CONTROL);
  refuse_note(PAT_SPAN_LITERAL("a\xff\n\n" LINE), PAT_RULE_NOTE_UTF8);
  refuse_note(PAT_SPAN_LITERAL("a\xc0\xaf\n\n" LINE), PAT_RULE_NOTE_UTF8);
  refuse_note(PAT_SPAN_LITERAL("\xed\xa0\x80\n\n" LINE), PAT_RULE_NOTE_UTF8);
  static pat_note note;
  assert_accepted(pat_note_parse(PAT_SPAN_LITERAL("a \x7f\n\n" LINE), &note, NULL));
  assert_refused(pat_note_text_check(PAT_SPAN_LITERAL("a\tb\n")), NOTE_CONTROL);
  assert_refused(pat_note_text_check(PAT_SPAN_LITERAL("a\xff\n")), NOTE_UTF8);
  assert_refused(pat_note_text_check(PAT_SPAN_LITERAL("a")), NOTE_FORM);
  assert_refused(pat_note_text_check(PAT_SPAN_EMPTY), NOTE_FORM);
}

static void test_signed_note__refuses_more_signatures_than_the_limit(void **state) {
  (void)state;
  static pat_note note;
  note_text_add(note_text_start(&text), "a\n\n");
  for (size_t i = 0; i < PAT_NOTE_SIGNATURES_MAX; i++) {
    note_text_add(&text, LINE);
    assert_accepted(pat_note_parse(note_text_span(&text), &note, NULL));
    assert_int_equal(note.signature_count, i + 1);
  }
  note_text_add(&text, LINE);
  refuse_note(note_text_span(&text), PAT_RULE_NOTE_SIGNATURES);
}

static void test_signed_note__refuses_more_bytes_than_the_limit(void **state) {
  (void)state;
  static uint8_t bytes[PAT_NOTE_BYTES_MAX + 1];
  static pat_note note;
  const pat_span end = PAT_SPAN_LITERAL("\n\n" LINE);
  for (size_t size = PAT_NOTE_BYTES_MAX - 1; size <= PAT_NOTE_BYTES_MAX + 1; size++) {
    memset(bytes, 'a', size);
    pat_span_copy(bytes + size - end.size, end.size, end);
    const pat_status status = pat_note_parse(pat_span_make(bytes, size), &note, NULL);
    if (size <= PAT_NOTE_BYTES_MAX)
      assert_accepted(status);
    else
      assert_refused(status, NOTE_SIZE);
  }
}

static void test_signed_note__splits_at_the_last_blank_line(void **state) {
  (void)state;
  static pat_note note;
  assert_accepted(pat_note_parse(PAT_SPAN_LITERAL("a\n\n" LINE "\n\nb\n\n" LINE), &note, NULL));
  assert_true(pat_span_equal(note.text, PAT_SPAN_LITERAL("a\n\n" LINE "\n\nb\n")));
  assert_int_equal(note.signature_count, 1);
}

/* --- keys ------------------------------------------------------------------------------------ */

static void test_signed_note__key_refuses_other_forms(void **state) {
  (void)state;
  static const struct {
    const char *vkey;
    pat_rule rule;
  } refused[] = {
      {"", PAT_RULE_NOTE_KEY_FORM},
      {"example.com/foo", PAT_RULE_NOTE_KEY_FORM},
      {"example.com/foo+530d903a", PAT_RULE_NOTE_KEY_FORM},
      {"example.com/foo+530d903a+", PAT_RULE_NOTE_KEY_FORM},
      {"example.com/foo+530d903a+AQ==", PAT_RULE_NOTE_KEY_FORM},
      {"example.com/foo+530d903+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
       PAT_RULE_NOTE_KEY_FORM},
      {"example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
       PAT_RULE_NOTE_KEY_FORM},
      {"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2",
       PAT_RULE_NOTE_KEY_FORM},
      {"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3Q==",
       PAT_RULE_NOTE_KEY_FORM},
      {EXAMPLE_KEY "AAAA", PAT_RULE_NOTE_KEY_FORM},
      {EXAMPLE_KEY " ", PAT_RULE_NOTE_KEY_FORM},
      {"+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", PAT_RULE_NOTE_KEY_NAME},
      {"a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", PAT_RULE_NOTE_KEY_NAME},
      {"example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
       PAT_RULE_NOTE_KEY_TYPE},
      {"example.com/foo+530d903a+BukyeRrm", PAT_RULE_NOTE_KEY_TYPE},
      {"example.com/foo+530d903a+BOkyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
       PAT_RULE_NOTE_KEY_ID},
      {"example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
       PAT_RULE_NOTE_KEY_ID},
      {"example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
       PAT_RULE_NOTE_KEY_ID},
  };
  for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
    pat_note_key key = {.id = 77};
    pat_err error = {0};
    const pat_status status = pat_note_key_parse(pat_span_text(refused[i].vkey), &key, &error);
    if (status.rule != refused[i].rule)
      fail_msg("%s: %s", refused[i].vkey, pat_rule_id((pat_rule)status.rule));
    assert_int_equal(error.rule, refused[i].rule);
    assert_int_equal(key.id, 77);
  }
}

static void test_signed_note__key_parse_and_format_agree(void **state) {
  (void)state;
  pat_note_key key;
  assert_accepted(pat_note_key_parse(pat_span_text(EXAMPLE_KEY), &key, NULL));
  assert_int_equal(key.id, 0x530d903a);
  assert_int_equal(key.type, PAT_NOTE_TYPE_ED25519);
  assert_true(pat_span_equal(key.name, pat_span_text("example.com/foo")));
  note_text_add_key(note_text_start(&text), &key);
  assert_true(pat_span_equal(note_text_span(&text), pat_span_text(EXAMPLE_KEY)));
}

/* --- verify and sign ------------------------------------------------------------------------- */

static void test_signed_note__the_specifications_example_verifies(void **state) {
  (void)state;
  pat_note note;
  pat_note_key key;
  bool present = false;
  assert_accepted(pat_note_key_parse(pat_span_text(EXAMPLE_KEY), &key, NULL));
  assert_accepted(pat_note_parse(pat_span_text(EXAMPLE_TEXT "\n" EXAMPLE_LINE), &note, NULL));
  assert_accepted(pat_note_verify_key(&note, &key, &present));
  assert_true(present);
  assert_accepted(pat_note_parse(pat_span_text(EXAMPLE_TEXT "\n" LINE EXAMPLE_LINE), &note, NULL));
  assert_accepted(pat_note_verify(&note, &key, 1));
}

static void test_signed_note__refuses_where_no_known_key_signed(void **state) {
  (void)state;
  pat_note note;
  pat_note_key key;
  note_signer other = note_signer_make("example.com/foo", PAT_NOTE_TYPE_ED25519, 1);
  assert_accepted(pat_note_parse(pat_span_text(EXAMPLE_TEXT "\n" EXAMPLE_LINE), &note, NULL));
  assert_refused(pat_note_verify(&note, NULL, 0), NOTE_UNSIGNED);
  assert_refused(pat_note_verify(&note, &other.key, 1), NOTE_UNSIGNED);
  /* same id under another name: unknown too */
  assert_accepted(pat_note_key_parse(pat_span_text(EXAMPLE_KEY), &key, NULL));
  key.name = pat_span_text("example.com/fop");
  assert_refused(pat_note_verify(&note, &key, 1), NOTE_UNSIGNED);
}

static void test_signed_note__a_wrong_line_of_a_known_key_spoils_the_note(void **state) {
  (void)state;
  const note_signer a = note_signer_make("a.example", PAT_NOTE_TYPE_ED25519, 1);
  const note_signer b = note_signer_make("b.example", PAT_NOTE_TYPE_ED25519, 2);
  const pat_note_key keys[] = {a.key, b.key};
  const uint8_t forged[PAT_SIGNATURE_BYTES] = {1};
  pat_note note;
  bool present = false;
  note_text_start(&text);
  assert_accepted(pat_note_sign(PAT_SPAN_LITERAL("x\n"), &a.key, a.secret, &text.builder));
  assert_accepted(pat_note_parse(note_text_span(&text), &note, NULL));
  assert_accepted(pat_note_verify(&note, keys, 2));
  pat_note_signature_format(&b.key, PAT_SPAN_OF(forged), &text.builder);
  assert_accepted(pat_note_parse(note_text_span(&text), &note, NULL));
  assert_refused(pat_note_verify(&note, keys, 2), NOTE_SIGNATURE_WRONG);
  assert_refused(pat_note_verify_key(&note, &b.key, &present), NOTE_SIGNATURE_WRONG);
  assert_false(present);
  assert_accepted(pat_note_verify(&note, keys, 1)); /* who does not know b may ignore b's line */
  /* a second, wrong line of the key that signed the first */
  pat_note_signature_format(&a.key, PAT_SPAN_OF(forged), &text.builder);
  assert_accepted(pat_note_parse(note_text_span(&text), &note, NULL));
  assert_refused(pat_note_verify(&note, keys, 1), NOTE_SIGNATURE_WRONG);
}

static void test_signed_note__a_known_keys_blob_of_another_size_is_refused(void **state) {
  (void)state;
  const note_signer a = note_signer_make("a.example", PAT_NOTE_TYPE_ED25519, 1);
  uint8_t blob[PAT_SIGNATURE_BYTES + 1] = {0};
  pat_note note;
  pat_sign(a.secret, PAT_SPAN_LITERAL("x\n"), blob);
  for (size_t size = PAT_SIGNATURE_BYTES - 1; size <= PAT_SIGNATURE_BYTES + 1; size++) {
    note_text_add(note_text_start(&text), "x\n\n");
    pat_note_signature_format(&a.key, pat_span_make(blob, size), &text.builder);
    assert_accepted(pat_note_parse(note_text_span(&text), &note, NULL));
    if (size == PAT_SIGNATURE_BYTES)
      assert_accepted(pat_note_verify(&note, &a.key, 1));
    else
      assert_refused(pat_note_verify(&note, &a.key, 1), NOTE_SIGNATURE_WRONG);
  }
}

static void test_signed_note__no_turned_bit_verifies(void **state) {
  (void)state;
  const note_signer a = note_signer_make("a.example", PAT_NOTE_TYPE_ED25519, 1);
  pat_note note;
  note_text_start(&text);
  assert_accepted(
      pat_note_sign(PAT_SPAN_LITERAL("first\n\nthird\n"), &a.key, a.secret, &text.builder));
  const pat_span bytes = note_text_span(&text);
  assert_accepted(pat_note_parse(bytes, &note, NULL));
  assert_accepted(pat_note_verify(&note, &a.key, 1));
  for (size_t bit = 0; bit < bytes.size * 8; bit++) {
    support_flip(text.bytes, bit);
    if (pat_is_ok(pat_note_parse(bytes, &note, NULL)))
      assert_false(pat_is_ok(pat_note_verify(&note, &a.key, 1)));
    support_flip(text.bytes, bit);
  }
}

static void test_signed_note__sign_refuses_texts_that_are_no_note(void **state) {
  (void)state;
  const note_signer a = note_signer_make("a.example", PAT_NOTE_TYPE_ED25519, 1);
  note_text_start(&text);
  assert_refused(pat_note_sign(PAT_SPAN_LITERAL("x"), &a.key, a.secret, &text.builder), NOTE_FORM);
  assert_refused(pat_note_sign(PAT_SPAN_EMPTY, &a.key, a.secret, &text.builder), NOTE_FORM);
  assert_refused(pat_note_sign(PAT_SPAN_LITERAL("\r\n"), &a.key, a.secret, &text.builder),
                 NOTE_CONTROL);
  assert_int_equal(pat_builder_size(&text.builder), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_signed_note__refuses_other_forms),
      cmocka_unit_test(test_signed_note__refuses_other_signature_lines),
      cmocka_unit_test(test_signed_note__refuses_padding_inside_a_long_signature),
      cmocka_unit_test(test_signed_note__refuses_names_that_no_key_may_have),
      cmocka_unit_test(test_signed_note__refuses_names_above_the_limit),
      cmocka_unit_test(test_signed_note__refuses_control_characters_and_bad_utf8),
      cmocka_unit_test(test_signed_note__refuses_more_signatures_than_the_limit),
      cmocka_unit_test(test_signed_note__refuses_more_bytes_than_the_limit),
      cmocka_unit_test(test_signed_note__splits_at_the_last_blank_line),
      cmocka_unit_test(test_signed_note__key_refuses_other_forms),
      cmocka_unit_test(test_signed_note__key_parse_and_format_agree),
      cmocka_unit_test(test_signed_note__the_specifications_example_verifies),
      cmocka_unit_test(test_signed_note__refuses_where_no_known_key_signed),
      cmocka_unit_test(test_signed_note__a_wrong_line_of_a_known_key_spoils_the_note),
      cmocka_unit_test(test_signed_note__a_known_keys_blob_of_another_size_is_refused),
      cmocka_unit_test(test_signed_note__no_turned_bit_verifies),
      cmocka_unit_test(test_signed_note__sign_refuses_texts_that_are_no_note),
  };
  return cmocka_run_group_tests(tests, note_set_up, NULL);
}
