/* Trust policies: the specification's example, each refusal, and quorums judged over real
 * signatures. */
#include "core/note/policy.h"

#include <stdio.h>
#include <string.h>

#include "tests/core/note/note_support.h"

#define WITNESSES_MADE 66 /* one more than the limit, and one to spare */

static note_text text;
static pat_policy policy;
static char vkeys[2][WITNESSES_MADE][128]; /* log keys, then witness keys */

static note_signer signer(unsigned kind, unsigned number) {
  char *name = vkeys[kind][number] + 100; /* behind the key's own text, so that it lives on */
  (void)snprintf(name, 28, "%s%u.example", kind == 0 ? "log" : "w", number);
  return note_signer_make(name, kind == 0 ? PAT_NOTE_TYPE_ED25519 : PAT_NOTE_TYPE_COSIGNATURE,
                          (uint8_t)(100 * kind + number + 1));
}

static int make_keys(void **state) {
  if (note_set_up(state) != 0) return -1;
  for (unsigned kind = 0; kind < 2; kind++) {
    for (unsigned i = 0; i < WITNESSES_MADE; i++) {
      const note_signer made = signer(kind, i);
      note_text_add_key(note_text_start(&text), &made.key);
      const pat_span key = note_text_span(&text);
      assert_true(key.size < 100);
      pat_span_copy(vkeys[kind][i], 100, key);
    }
  }
  return 0;
}

/* Writes a policy from a template in which L0..L9 stand for log keys and W0..W9 for witness keys.
 * */
static pat_span expand(const char *template) {
  note_text_start(&text);
  for (const char *at = template; *at != '\0'; at++) {
    const bool key = (at[0] == 'L' || at[0] == 'W') && at[1] >= '0' && at[1] <= '9';
    if (!key) {
      pat_builder_char(&text.builder, *at);
      continue;
    }
    note_text_add(&text, vkeys[at[0] == 'W'][at[1] - '0']);
    at++;
  }
  return note_text_span(&text);
}

static void refuse(const char *template, pat_rule rule) {
  pat_err error = {0};
  const pat_status status = pat_policy_parse(expand(template), &policy, &error);
  if (status.rule != rule)
    fail_msg("\"%s\": %s, not %s", template, pat_rule_id((pat_rule)status.rule), pat_rule_id(rule));
  assert_int_equal(error.rule, rule);
}

static void accept(const char *template) {
  assert_accepted(pat_policy_parse(expand(template), &policy, NULL));
}

static void test_policy__refuses_lines_that_are_not_its(void **state) {
  (void)state;
  refuse("", PAT_RULE_POLICY_QUORUM);
  refuse("# only a comment\n", PAT_RULE_POLICY_QUORUM);
  refuse("quorum none", PAT_RULE_POLICY_FORM);
  refuse("quorum\n", PAT_RULE_POLICY_FORM);
  refuse("quorum none x\n", PAT_RULE_POLICY_FORM);
  refuse("quorum none # no comment here\n", PAT_RULE_POLICY_FORM);
  refuse("Quorum none\n", PAT_RULE_POLICY_FORM);
  refuse("trust none\nquorum none\n", PAT_RULE_POLICY_FORM);
  refuse("quorum none\nquorum none\n", PAT_RULE_POLICY_QUORUM);
  refuse("log\nquorum none\n", PAT_RULE_POLICY_FORM);
  refuse("log L0 https://a x\nquorum none\n", PAT_RULE_POLICY_FORM);
  refuse("witness a\nquorum none\n", PAT_RULE_POLICY_FORM);
  refuse("witness a W0 https://a x\nquorum none\n", PAT_RULE_POLICY_FORM);
  refuse("witness a W0\ngroup g\nquorum none\n", PAT_RULE_POLICY_FORM);
  refuse("witness a W0\ngroup g any\nquorum none\n", PAT_RULE_POLICY_FORM);
  accept("quorum none\n");
  accept("\n \t\n  # x\n\tlog \t L0  https://a \nwitness a W0 https://w\t\nquorum\tnone \n");
  assert_true(pat_span_equal(policy.logs[0].url, pat_span_text("https://a")));
  assert_true(pat_span_equal(policy.parties[0].url, pat_span_text("https://w")));
}

static void test_policy__refuses_control_characters(void **state) {
  (void)state;
  static const uint8_t control[] = {0x00, 0x08, 0x0b, 0x0d, 0x1f, 0x7f};
  for (size_t i = 0; i < sizeof control; i++) {
    char body[] = "# ?\nquorum none\n";
    pat_err error = {0};
    body[2] = (char)control[i];
    assert_refused(pat_policy_parse(pat_span_make(body, sizeof body - 1), &policy, &error),
                   POLICY_CHARACTER);
    assert_int_equal(error.offset, 2);
  }
  accept("# \xff\x80~\tx\nquorum none\n");
}

static void test_policy__refuses_keys_not_for_their_use(void **state) {
  (void)state;
  refuse("log W0\nquorum none\n", PAT_RULE_POLICY_KEY);
  refuse("witness a L0\nquorum none\n", PAT_RULE_POLICY_KEY);
  refuse("log nonsense\nquorum none\n", PAT_RULE_NOTE_KEY_FORM);
  refuse("witness a x+00000000+BukyeRrm\nquorum none\n", PAT_RULE_NOTE_KEY_TYPE);
}

static void test_policy__refuses_duplicates(void **state) {
  (void)state;
  refuse("log L0\nlog L0 https://other\nquorum none\n", PAT_RULE_POLICY_DUPLICATE);
  refuse("witness a W0\nwitness b W0\nquorum none\n", PAT_RULE_POLICY_DUPLICATE);
  refuse("witness a W0\nwitness a W1\nquorum none\n", PAT_RULE_POLICY_DUPLICATE);
  refuse("witness a W0\ngroup a any a\nquorum none\n", PAT_RULE_POLICY_DUPLICATE);
  refuse("witness a W0\ngroup g any a a\nquorum none\n", PAT_RULE_POLICY_DUPLICATE);
  refuse("witness a W0\ngroup g any a\ngroup h any a\nquorum none\n", PAT_RULE_POLICY_DUPLICATE);
  accept("log L0\nlog L1\nwitness a W0\nwitness A W1\ngroup g any a\ngroup h any A\nquorum none\n");
}

static void test_policy__refuses_names_not_defined_above(void **state) {
  (void)state;
  refuse("quorum a\nwitness a W0\n", PAT_RULE_POLICY_NAME);
  refuse("witness a W0\nquorum b\n", PAT_RULE_POLICY_NAME);
  refuse("group g any a\nwitness a W0\nquorum none\n", PAT_RULE_POLICY_NAME);
  refuse("witness a W0\ngroup g any g\nquorum none\n", PAT_RULE_POLICY_NAME);
  refuse("witness a W0\ngroup g any a none\nquorum none\n", PAT_RULE_POLICY_NAME);
  refuse("witness none W0\nquorum none\n", PAT_RULE_POLICY_NAME);
  refuse("witness a W0\ngroup none any a\nquorum none\n", PAT_RULE_POLICY_NAME);
}

static void test_policy__refuses_thresholds_outside_the_group(void **state) {
  (void)state;
  refuse("witness a W0\ngroup g 0 a\nquorum g\n", PAT_RULE_POLICY_THRESHOLD);
  refuse("witness a W0\ngroup g 2 a\nquorum g\n", PAT_RULE_POLICY_THRESHOLD);
  refuse("witness a W0\ngroup g 01 a\nquorum g\n", PAT_RULE_POLICY_THRESHOLD);
  refuse("witness a W0\ngroup g +1 a\nquorum g\n", PAT_RULE_POLICY_THRESHOLD);
  refuse("witness a W0\ngroup g 65537 a\nquorum g\n", PAT_RULE_POLICY_THRESHOLD);
  refuse("witness a W0\ngroup g ANY a\nquorum g\n", PAT_RULE_POLICY_THRESHOLD);
  accept("witness a W0\ngroup g 1 a\nquorum g\n");
}

/* --- limits ---------------------------------------------------------------------------------- */

static pat_status parse_many(unsigned kind, unsigned count) {
  note_text_start(&text);
  for (unsigned i = 0; i < count; i++) {
    char name[32] = "log ";
    if (kind == 1) (void)snprintf(name, sizeof name, "witness w%u ", i);
    note_text_add(&text, name);
    note_text_add(&text, vkeys[kind][i]);
    note_text_add(&text, "\n");
  }
  note_text_add(&text, "quorum none\n");
  return pat_policy_parse(note_text_span(&text), &policy, NULL);
}

static pat_status parse_groups(unsigned count) {
  (void)expand("witness w W0\n");
  for (unsigned i = 0; i < count; i++) {
    char line[64];
    if (i == 0)
      (void)snprintf(line, sizeof line, "group g0 any w\n");
    else
      (void)snprintf(line, sizeof line, "group g%u any g%u\n", i, i - 1);
    note_text_add(&text, line);
  }
  note_text_add(&text, "quorum none\n");
  return pat_policy_parse(note_text_span(&text), &policy, NULL);
}

static void test_policy__refuses_more_parties_than_the_limits(void **state) {
  (void)state;
  assert_accepted(parse_many(0, PAT_POLICY_LOGS_MAX - 1));
  assert_accepted(parse_many(0, PAT_POLICY_LOGS_MAX));
  assert_refused(parse_many(0, PAT_POLICY_LOGS_MAX + 1), POLICY_LIMIT);
  assert_accepted(parse_many(1, PAT_POLICY_WITNESSES_MAX - 1));
  assert_accepted(parse_many(1, PAT_POLICY_WITNESSES_MAX));
  assert_refused(parse_many(1, PAT_POLICY_WITNESSES_MAX + 1), POLICY_LIMIT);
  assert_accepted(parse_groups(PAT_POLICY_GROUPS_MAX - 1));
  assert_accepted(parse_groups(PAT_POLICY_GROUPS_MAX));
  assert_refused(parse_groups(PAT_POLICY_GROUPS_MAX + 1), POLICY_LIMIT);
}

static pat_status parse_padded(const char *before, size_t size, const char *after) {
  note_text_add(note_text_start(&text), before);
  for (size_t i = 0; i < size; i++)
    pat_builder_char(&text.builder, 'x');
  note_text_add(&text, after);
  return pat_policy_parse(note_text_span(&text), &policy, NULL);
}

static void test_policy__refuses_names_urls_and_files_above_their_limits(void **state) {
  (void)state;
  char key[200];
  char log[200];
  snprintf(key, sizeof key, " %s\nquorum none\n", vkeys[1][0]);
  snprintf(log, sizeof log, "log %s ", vkeys[0][0]);
  assert_accepted(parse_padded("witness ", PAT_POLICY_NAME_BYTES_MAX - 1, key));
  assert_accepted(parse_padded("witness ", PAT_POLICY_NAME_BYTES_MAX, key));
  assert_refused(parse_padded("witness ", PAT_POLICY_NAME_BYTES_MAX + 1, key), POLICY_NAME);
  assert_accepted(parse_padded(log, PAT_POLICY_URL_BYTES_MAX - 1, "\nquorum none\n"));
  assert_accepted(parse_padded(log, PAT_POLICY_URL_BYTES_MAX, "\nquorum none\n"));
  assert_refused(parse_padded(log, PAT_POLICY_URL_BYTES_MAX + 1, "\nquorum none\n"), POLICY_NAME);
  const size_t frame = strlen("#\nquorum none\n");
  assert_accepted(parse_padded("#", PAT_POLICY_BYTES_MAX - frame - 1, "\nquorum none\n"));
  assert_accepted(parse_padded("#", PAT_POLICY_BYTES_MAX - frame, "\nquorum none\n"));
  assert_refused(parse_padded("#", PAT_POLICY_BYTES_MAX - frame + 1, "\nquorum none\n"),
                 POLICY_SIZE);
}

/* --- judge ----------------------------------------------------------------------------------- */

/* A checkpoint of log 0 cosigned by the witnesses whose bits are set. */
static pat_span cosigned(note_text *note, unsigned witnesses) {
  const note_signer log = signer(0, 0);
  pat_span bytes = note_checkpoint(note, &log, 5);
  for (unsigned i = 0; i < 8; i++) {
    if ((witnesses >> i & 1u) == 0) continue;
    const note_signer witness = signer(1, i);
    bytes = note_cosign(note, &witness, 1000 + i);
  }
  return bytes;
}

/* Two of three and any of three, as in the specification's example: all 64 combinations. */
static void test_policy__quorum_of_groups_for_every_set_of_witnesses(void **state) {
  (void)state;
  static note_text note;
  accept(
      "log L0\nwitness X1 W0\nwitness X2 W1\nwitness X3 W2\ngroup X-witnesses 2 X1 X2 X3\n"
      "witness Y1 W3\nwitness Y2 W4\nwitness Y3 W5\ngroup Y-witnesses any Y1 Y2 Y3\n"
      "group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n");
  for (unsigned set = 0; set < 64; set++) {
    pat_policy_verdict verdict = {.log = 77};
    const unsigned x = set & 7u;
    const bool enough = (x == 3 || x == 5 || x == 6 || x == 7) && set >> 3 != 0;
    const pat_status status =
        pat_policy_judge(&policy, cosigned(&note, set), PAT_CHECKPOINT_STRICT, &verdict, NULL);
    if (!enough) {
      assert_refused(status, POLICY_QUORUM_MISSING);
      assert_int_equal(verdict.log, 77);
      continue;
    }
    assert_accepted(status);
    assert_int_equal(verdict.log, 0);
    assert_int_equal(verdict.checkpoint.head.size, 5);
    assert_int_equal(verdict.witness_count, (size_t)__builtin_popcount(set));
    assert_int_equal(verdict.seconds_first, 1000 + __builtin_ctz(set));
    assert_int_equal(verdict.seconds_last, 1031 - __builtin_clz(set));
  }
}

static void test_policy__judges_unknown_witnesses_as_absent(void **state) {
  (void)state;
  static note_text note;
  pat_policy_verdict verdict = {0};
  accept("log L0\nwitness a W0\nquorum a\n");
  assert_refused(
      pat_policy_judge(&policy, cosigned(&note, 2), PAT_CHECKPOINT_STRICT, &verdict, NULL),
      POLICY_QUORUM_MISSING);
  assert_accepted(
      pat_policy_judge(&policy, cosigned(&note, 3), PAT_CHECKPOINT_STRICT, &verdict, NULL));
  assert_int_equal(verdict.witness_count, 1);
  assert_true(verdict.witnessed[0]);
}

static void test_policy__refuses_other_logs_and_unsigned_checkpoints(void **state) {
  (void)state;
  static note_text note;
  pat_policy_verdict verdict = {0};
  pat_err error = {0};
  accept("log L1\nquorum none\n");
  assert_refused(
      pat_policy_judge(&policy, cosigned(&note, 0), PAT_CHECKPOINT_STRICT, &verdict, &error),
      POLICY_LOG);
  assert_int_equal(error.rule, PAT_RULE_POLICY_LOG);
  accept("quorum none\n");
  assert_refused(
      pat_policy_judge(&policy, cosigned(&note, 0), PAT_CHECKPOINT_STRICT, &verdict, NULL),
      POLICY_LOG);
  /* log 1 signs a checkpoint in the name of log 0 */
  accept("log L0\nlog L1\nquorum none\n");
  const note_signer log = signer(1, 1);
  note_signer impostor = signer(0, 1);
  pat_note parsed;
  note_text body;
  assert_accepted(pat_note_parse(cosigned(&note, 0), &parsed, NULL));
  note_text_start(&body);
  assert_accepted(pat_note_sign(parsed.text, &impostor.key, impostor.secret, &body.builder));
  note_cosign(&body, &log, 5);
  assert_refused(
      pat_policy_judge(&policy, note_text_span(&body), PAT_CHECKPOINT_STRICT, &verdict, NULL),
      NOTE_UNSIGNED);
}

static void test_policy__a_wrong_line_of_any_known_key_spoils_the_checkpoint(void **state) {
  (void)state;
  static note_text note;
  static const uint8_t forged[PAT_COSIGNATURE_BLOB_BYTES];
  pat_policy_verdict verdict = {0};
  accept("log L0\nlog L1\nwitness a W0\nwitness b W1\nquorum a\n");
  for (unsigned kind = 0; kind < 2; kind++) {
    const note_signer other = signer(kind, 1);
    (void)cosigned(&note, 1);
    pat_note_signature_format(&other.key, pat_span_make(forged, kind == 0 ? 64 : 72),
                              &note.builder);
    assert_refused(
        pat_policy_judge(&policy, note_text_span(&note), PAT_CHECKPOINT_STRICT, &verdict, NULL),
        NOTE_SIGNATURE_WRONG);
  }
}

static void test_policy__no_turned_bit_is_judged_differently_and_accepted(void **state) {
  (void)state;
  static note_text note;
  pat_policy_verdict verdict = {0};
  accept("log L0\nwitness a W0\nquorum a\n");
  const pat_span bytes = cosigned(&note, 1);
  for (size_t bit = 0; bit < bytes.size * 8; bit++) {
    support_flip(note.bytes, bit);
    assert_false(
        pat_is_ok(pat_policy_judge(&policy, bytes, PAT_CHECKPOINT_TOLERANT, &verdict, NULL)));
    support_flip(note.bytes, bit);
  }
}

/* A policy needs an auditor where its quorum does not hold without one. */
static void test_policy__requires_an_auditor_where_no_other_quorum_is_possible(void **state) {
  (void)state;
  static const struct {
    const char *body;
    bool requires;
  } cases[] = {
      {"quorum none\n", false},
      {"witness auditor W0\nquorum none\n", false},
      {"witness auditor W0\nquorum auditor\n", true},
      {"witness auditor-2 W0\nquorum auditor-2\n", true},
      {"witness an-auditor W0\nquorum an-auditor\n", false},
      {"witness Auditor W0\nquorum Auditor\n", false},
      {"witness audito W0\nquorum audito\n", false},
      {"witness auditor W0\nwitness w W1\nquorum w\n", false},
      {"witness auditor W0\nwitness w W1\ngroup g any auditor w\nquorum g\n", false},
      {"witness auditor W0\nwitness w W1\ngroup g all auditor w\nquorum g\n", true},
      {"witness w W0\ngroup auditors any w\nquorum auditors\n", false},
      {"witness auditor-a W0\nwitness auditor-b W1\ngroup g any auditor-a auditor-b\n"
       "witness w W2\ngroup h all g w\nquorum h\n",
       true},
      {"witness auditor W0\nwitness v W1\nwitness w W2\ngroup g 2 auditor v w\nquorum g\n", false},
      {"witness auditor W0\nwitness v W1\nwitness w W2\ngroup g 3 auditor v w\nquorum g\n", true},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    accept(cases[i].body);
    if (pat_policy_requires_auditor(&policy) != cases[i].requires) fail_msg("%s", cases[i].body);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_policy__refuses_lines_that_are_not_its),
      cmocka_unit_test(test_policy__refuses_control_characters),
      cmocka_unit_test(test_policy__refuses_keys_not_for_their_use),
      cmocka_unit_test(test_policy__refuses_duplicates),
      cmocka_unit_test(test_policy__refuses_names_not_defined_above),
      cmocka_unit_test(test_policy__refuses_thresholds_outside_the_group),
      cmocka_unit_test(test_policy__refuses_more_parties_than_the_limits),
      cmocka_unit_test(test_policy__refuses_names_urls_and_files_above_their_limits),
      cmocka_unit_test(test_policy__refuses_other_logs_and_unsigned_checkpoints),
      cmocka_unit_test(test_policy__a_wrong_line_of_any_known_key_spoils_the_checkpoint),
      cmocka_unit_test(test_policy__no_turned_bit_is_judged_differently_and_accepted),
      cmocka_unit_test(test_policy__judges_unknown_witnesses_as_absent),
      cmocka_unit_test(test_policy__quorum_of_groups_for_every_set_of_witnesses),
      cmocka_unit_test(test_policy__requires_an_auditor_where_no_other_quorum_is_possible),
  };
  return cmocka_run_group_tests(tests, make_keys, NULL);
}
