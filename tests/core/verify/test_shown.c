/* A receipt and a bundle, held against each other (V34): what is hidden, and what only seems so. */
#include "core/verify/shown.h"

#include <string.h>

#include "tests/core/verify/bundle_scene.h"

#define REFUSED(receipt, report, symbol) check((receipt), (report), PAT_RULE_##symbol)

static pat_err err;

static void check(const pat_verified_receipt *receipt, const pat_bundle_report *report,
                  pat_rule rule) {
  err = (pat_err){.offset = 0};
  pat_status status = pat_verify_shown(receipt, report, &err);
  assert_string_equal(pat_rule_id((pat_rule)status.rule), pat_rule_id(rule));
  if (rule != PAT_RULE_NONE) assert_int_equal(err.offset, receipt->index);
}

/* What the receipt of a leaf says, at the log's last commit. */
static pat_verified_receipt receipt_of(const lying_log *log, uint64_t index) {
  const lying_leaf *leaf = &log->leaves[index];
  pat_verified_receipt receipt = {
      .index = index, .leaf_hash = leaf->hash, .entry = leaf->message->statement};
  receipt.verdict.checkpoint.origin = pat_span_text(scene.world->origin.text);
  receipt.verdict.checkpoint.head = lying_log_head(log, log->count);
  return receipt;
}

static pat_bundle_report report_of(lying_log *log, const lying_request *request) {
  pat_bundle_report report = scene_verify(lying_bundle_make(log, request, &scene.arena));
  assert_int_equal(report.word, PAT_WORD_MATCHES);
  return report;
}

static pat_bundle_report car_report(lying_log *log) {
  const lying_request request = {.asset = scene.car};
  return report_of(log, &request);
}

static pat_hash key_of(pat_subject_kind kind, const uint8_t asset[PAT_ASSET_ID_BYTES]) {
  return pat_subject_key(kind, pat_span_make(asset, PAT_ASSET_ID_BYTES));
}

/* The true log with one more inspection of car 1, and where that stands. */
static lying_log *inspected(uint64_t *ret_index) {
  lying_log *log = scene_open_lie();
  const ledger_said rust[] = {{"result", SAID_OPEN, ledger_text(scene.world, "fail")}};
  ledger_draft draft = ledger_by(scene.world, INSPECTOR);
  (void)ledger_attest(&draft, 1, LEDGER_SAID(rust));
  *ret_index = lying_log_append(log, ledger_seal(&draft, NULL));
  lying_log_close(log);
  return log;
}

static void test_shown__refuses_what_the_index_leaves_out(void **state) {
  (void)state;
  uint64_t index = 0;
  lying_log *log = inspected(&index);
  pat_verified_receipt held = receipt_of(log, index);
  pat_bundle_report report = car_report(log);
  REFUSED(&held, &report, NONE);
  pat_hash key = key_of(PAT_SUBJECT_ASSET, scene.car);
  lying_log_unlist(log, &key, index);
  lying_log_recommit(log);
  /* By itself the bundle is whole, at the receipt's checkpoint and at another one. */
  report = car_report(log);
  REFUSED(&held, &report, VERIFY_FORK);
  held = receipt_of(log, index);
  REFUSED(&held, &report, VERIFY_HIDDEN);
  held.verdict.checkpoint.head.size++;
  REFUSED(&held, &report, VERIFY_HIDDEN);
}

static void test_shown__refuses_that_nothing_is_recorded(void **state) {
  (void)state;
  lying_log *log = lying_log_copy(scene.log, &scene.arena);
  const pat_kind_number assigned = PAT_KIND_IDENTIFIER_ASSIGNED;
  uint64_t index = lying_log_find(log, assigned, 0);
  const Patina__Entry *entry = log->leaves[index].message->statement;
  pat_hash key;
  memcpy(key.bytes, entry->subjects[entry->n_subjects - 1]->key.data, PAT_HASH_BYTES);
  const lying_request request = {.scheme = "vin", .value = "1M8GDM9AXKP042788"};
  pat_bundle_report report = report_of(log, &request);
  pat_verified_receipt held = receipt_of(log, index);
  REFUSED(&held, &report, NONE);
  lying_log_unlist(log, &key, index);
  lying_log_recommit(log);
  report = report_of(log, &request);
  assert_false(report.recorded);
  held = receipt_of(log, index);
  REFUSED(&held, &report, VERIFY_HIDDEN);
}

static void test_shown__refuses_two_roots_of_one_size(void **state) {
  (void)state;
  pat_hash key = key_of(PAT_SUBJECT_ASSET, scene.car);
  uint64_t index = lying_log_subject(scene.log, &key)->indexes[1];
  pat_bundle_report report = car_report(scene.log);
  pat_verified_receipt held = receipt_of(scene.log, index);
  held.verdict.checkpoint.head.root.bytes[0] ^= 1;
  REFUSED(&held, &report, VERIFY_FORK);
  assert_string_equal(err.place, "root");
  /* That is worse than being about something else. */
  key = key_of(PAT_SUBJECT_ASSET, scene.other);
  held.entry = receipt_of(scene.log, lying_log_subject(scene.log, &key)->indexes[0]).entry;
  REFUSED(&held, &report, VERIFY_FORK);
}

static void test_shown__refuses_another_leaf_at_the_place(void **state) {
  (void)state;
  pat_hash key = key_of(PAT_SUBJECT_ASSET, scene.car);
  uint64_t index = lying_log_subject(scene.log, &key)->indexes[1];
  pat_bundle_report report = car_report(scene.log);
  pat_verified_receipt held = receipt_of(scene.log, index);
  held.leaf_hash.bytes[31] ^= 1;
  REFUSED(&held, &report, VERIFY_FORK);
}

/* One below, at, and above the last leaf, which is the bundle's commit. */
static void test_shown__proves_nothing_of_what_is_newer(void **state) {
  (void)state;
  pat_hash key = key_of(PAT_SUBJECT_ASSET, scene.car);
  pat_bundle_report report = car_report(scene.log);
  pat_verified_receipt held = receipt_of(scene.log, lying_log_subject(scene.log, &key)->indexes[0]);
  held.index = scene.log->count - 2;
  REFUSED(&held, &report, VERIFY_HIDDEN);
  held.index = scene.log->count - 1;
  REFUSED(&held, &report, VERIFY_FORK);
  held.index = scene.log->count;
  REFUSED(&held, &report, VERIFY_MISSING);
  held.index = scene.log->count + 1;
  REFUSED(&held, &report, VERIFY_MISSING);
}

static void test_shown__refuses_what_is_about_something_else(void **state) {
  (void)state;
  pat_hash key = key_of(PAT_SUBJECT_ASSET, scene.other);
  pat_bundle_report report = car_report(scene.log);
  pat_verified_receipt held = receipt_of(scene.log, lying_log_subject(scene.log, &key)->indexes[0]);
  REFUSED(&held, &report, VERIFY_BUNDLE);
  assert_string_equal(err.place, "about");
  held = receipt_of(scene.log, report.bundle->entries[0]->entry->index);
  held.verdict.checkpoint.origin = pat_span_text("example.org/other");
  REFUSED(&held, &report, VERIFY_BUNDLE);
  assert_string_equal(err.place, "origin");
}

/* Whatever a bundle holds, its receipts agree with: the asset's entries, its streams', those of
 * people, class and schemes. */
static void test_shown__agrees_with_every_entry_of_a_bundle(void **state) {
  (void)state;
  pat_bundle_report report = car_report(scene.log);
  assert_true(report.bundle->n_entries > 10);
  for (size_t i = 0; i < report.bundle->n_entries; i++) {
    pat_verified_receipt held = receipt_of(scene.log, report.bundle->entries[i]->entry->index);
    REFUSED(&held, &report, NONE);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SCENE_CASE(test_shown__refuses_what_the_index_leaves_out),
      SCENE_CASE(test_shown__refuses_that_nothing_is_recorded),
      SCENE_CASE(test_shown__refuses_two_roots_of_one_size),
      SCENE_CASE(test_shown__refuses_another_leaf_at_the_place),
      SCENE_CASE(test_shown__proves_nothing_of_what_is_newer),
      SCENE_CASE(test_shown__refuses_what_is_about_something_else),
      SCENE_CASE(test_shown__agrees_with_every_entry_of_a_bundle),
  };
  return cmocka_run_group_tests(tests, scene_open, scene_close);
}
