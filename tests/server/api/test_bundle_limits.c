/* Bundles while the log grows, and at their limits, over a test ledger in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/bytes/protobuf.h"
#include "server/api/bundle.h"
#include "tests/server/api/bundle_check.h"
#include "tests/server/api/bundle_world.h"

static bundle_world at;
static pat_status (*read_subject)(void *context, const pat_hash *key, uint64_t from, size_t limit,
                                  pat_port_subject_entry *ret_entries, size_t *ret_count);

static int open_world(void **state) {
  (void)state;
  bundle_world_open(&at);
  return 0;
}

static int close_world(void **state) {
  (void)state;
  bundle_world_close(&at);
  return 0;
}

/* --- one checkpoint -------------------------------------------------------------------------- */

static uint64_t version;

static void log_while_read(world_port *one) {
  (void)one;
  bundle_world_paint(&at, version++);
}

static void log_once_while_read(world_port *one) {
  one->after_view = NULL;
  bundle_world_paint(&at, version++);
}

/* Each view is taken with the keys known by then, so new entries alone do not ask for another. */
static void test_bundle__holds_at_one_checkpoint_while_the_log_grows(void **state) {
  (void)state;
  uint8_t id[PAT_ASSET_ID_BYTES];
  version = 1;
  at.port.after_view = log_while_read;
  const Patina__ProofBundle *bundle = bundle_world_get(&at, ASSET, "");
  at.port.after_view = NULL;
  assert_int_equal(at.port.views_taken, 2);
  const Patina__SubjectProof *asset =
      bundle_check_find(bundle, PAT_SUBJECT_ASSET, bundle_world_id(ASSET, id));
  uint64_t size = bundle->entries[0]->inclusion[1].data[0]; /* the port's mark */
  assert_int_equal(size, (at.world->head.range.size - 2) & 0xff);
  assert_int_equal(asset->entries[asset->count - 1]->index, at.world->head.range.size - 4);
}

static unsigned next_number;

/* An engine number that nobody had: a subject that no view was taken for yet. */
static void assign_while_read(world_port *one) {
  (void)one;
  char text[20];
  snprintf(text, sizeof(text), "DEMO-%04u", next_number++);
  ledger_draft draft = ledger_by(at.world, REGISTRAR);
  (void)ledger_assign(&draft, ASSET, (ledger_serial){"engine", 1, "", text});
  (void)ledger_accept(&draft);
}

static void assign_once_while_read(world_port *one) {
  one->after_view = NULL;
  assign_while_read(one);
}

/* What comes in meanwhile may name subjects that no view was taken for. */
static void test_bundle__takes_another_view_where_more_is_named(void **state) {
  (void)state;
  size_t before = bundle_world_get(&at, ASSET, "")->n_subjects;
  assert_int_equal(at.port.views_taken, 2);
  at.port.after_view = assign_once_while_read;
  const Patina__ProofBundle *bundle = bundle_world_get(&at, ASSET, "");
  assert_int_equal(at.port.views_taken, 5);
  assert_non_null(bundle_check_find(bundle, PAT_SUBJECT_SCHEME, PAT_SPAN_LITERAL("engine")));
  assert_int_equal(bundle->n_subjects, before + 2);
  version = 1;
  at.port.after_view = log_once_while_read;
  (void)bundle_world_get(&at, ASSET, "");
  assert_int_equal(at.port.views_taken, 7);
}

static void test_bundle__gives_up_after_its_rounds(void **state) {
  (void)state;
  at.port.after_view = assign_while_read;
  bundle_world_refused(&at, bundle_world_path(ASSET), "", PAT_RULE_API_BUNDLE_BUSY);
  assert_int_equal(at.port.views_taken, PAT_API_BUNDLE_ROUNDS_MAX);
  assert_int_equal(pat_api_status_of(PAT_RULE_API_BUNDLE_BUSY), 503);
  assert_true(pat_api_retry_after_s(PAT_RULE_API_BUNDLE_BUSY) > 0);
  at.port.after_view = NULL;
  (void)bundle_world_get(&at, ASSET, "");
}

static void stop_assigning(world_port *one) {
  if (one->views_taken < PAT_API_BUNDLE_ROUNDS_MAX - 1) assign_while_read(one);
}

static void test_bundle__succeeds_in_its_last_round(void **state) {
  (void)state;
  at.port.after_view = stop_assigning;
  (void)bundle_world_get(&at, ASSET, "");
  assert_int_equal(at.port.views_taken, PAT_API_BUNDLE_ROUNDS_MAX);
}

/* --- limits ----------------------------------------------------------------------------------- */

static const pat_api_bundle_limits of_format = {
    .bytes = PAT_BUNDLE_BYTES_MAX,
    .entries = PAT_BUNDLE_ENTRIES_MAX,
    .subjects = PAT_BUNDLE_SUBJECTS_MAX,
    .principals = PAT_BUNDLE_PRINCIPALS_MAX,
};

/* Opens and makes a bundle within these limits; gives what refused it. */
static pat_status make_within(const pat_api_bundle_limits *limits) {
  uint8_t id[PAT_ASSET_ID_BYTES];
  pat_api_bundle_about about = {.asset = bundle_world_id(ASSET, id).data};
  PAT_CLEANUP(pat_api_bundle_clear) pat_api_bundle bundle = {.api = NULL};
  at.err = (pat_err){0};
  at.port.api.bundle_limits = limits;
  PAT_TRY(pat_api_bundle_open(&at.port.api, about, &bundle, &at.err));
  Patina__ProofBundle *message = NULL;
  return pat_api_bundle_message(&bundle, 0, &message, &at.err);
}

/* At one below what there is, at it, and one above. */
static void check_limit(size_t *limit, size_t there, pat_api_bundle_limits *limits,
                        const char *name) {
  pat_api_bundle_limits all = *limits;
  for (size_t allowed = there - 1; allowed <= there + 1; allowed++) {
    *limit = allowed;
    pat_status status = make_within(limits);
    assert_int_equal(at.port.views_held, 0);
    if (allowed >= there) {
      assert_string_equal(pat_rule_id((pat_rule)status.rule), "ok");
      continue;
    }
    assert_string_equal(pat_rule_id((pat_rule)status.rule), "api.bundle-size");
    assert_string_equal(at.err.place, name);
  }
  *limits = all;
}

static void test_bundle__refuses_more_than_one_may_hold(void **state) {
  (void)state;
  const Patina__ProofBundle *bundle = bundle_world_get(&at, ASSET, "");
  pat_api_bundle_limits limits = of_format;
  check_limit(&limits.entries, bundle->n_entries, &limits, "PAT_BUNDLE_ENTRIES_MAX");
  check_limit(&limits.subjects, bundle->n_subjects, &limits, "PAT_BUNDLE_SUBJECTS_MAX");
  check_limit(&limits.principals, 5, &limits, "PAT_BUNDLE_PRINCIPALS_MAX");
  size_t bytes = 0;
  assert_true(pat_is_ok(pat_protobuf_size(&bundle->base, &bytes)));
  check_limit(&limits.bytes, bytes, &limits, "PAT_BUNDLE_BYTES_MAX");
  limits.bytes = 100; /* refused while it is read */
  assert_true(pat_is_rule(make_within(&limits), PAT_RULE_API_BUNDLE_SIZE));
  assert_int_equal(pat_api_status_of(PAT_RULE_API_BUNDLE_SIZE), 413);
}

/* Those of the format where nothing else is said. */
static void test_bundle__may_hold_what_the_format_allows(void **state) {
  (void)state;
  PAT_CLEANUP(pat_api_bundle_clear) pat_api_bundle bundle = {.api = NULL};
  pat_api_bundle_about about = {.lookup = {"vin", "", MOVED}};
  assert_true(pat_is_ok(pat_api_bundle_open(&at.port.api, about, &bundle, &at.err)));
  assert_memory_equal(&bundle.closure.limits, &of_format, sizeof(of_format));
}

/* The answer is worth giving without its proof; who asked sees that there is none. */
static void test_bundle__is_left_out_of_an_answer_where_it_is_too_large(void **state) {
  (void)state;
  const Patina__ProofBundle *whole = bundle_world_look_up(&at, "vin", MOVED)->proof;
  size_t most = whole->n_entries;
  size_t bytes = 0;
  assert_true(pat_is_ok(pat_protobuf_size(&whole->base, &bytes)));
  pat_api_bundle_limits limits = of_format;
  at.port.api.bundle_limits = &limits;
  limits.entries = most;
  assert_non_null(bundle_world_look_up(&at, "vin", MOVED)->proof);
  limits.entries = most - 1;
  const Patina__LookupResponse *found = bundle_world_look_up(&at, "vin", MOVED);
  assert_null(found->proof);
  assert_int_equal(found->answers[0]->history->n_spans, 2);
  assert_true(strlen(found->checkpoint) > 0);
  limits = of_format;
  limits.bytes = bytes - 1;
  found = bundle_world_look_up(&at, "vin", MOVED);
  assert_null(found->proof);
  assert_int_equal(found->n_answers, 1);
}

/* --- a damaged store ------------------------------------------------------------------------- */

static pat_status forget_the_last(void *context, const pat_hash *key, uint64_t from, size_t limit,
                                  pat_port_subject_entry *ret_entries, size_t *ret_count) {
  pat_status status = read_subject(context, key, from, limit, ret_entries, ret_count);
  if (pat_is_ok(status) && *ret_count > 1) (*ret_count)--;
  return status;
}

/* What the index counts and what the sub-logs hold must be the same. */
static void test_bundle__is_refused_where_the_store_contradicts_the_index(void **state) {
  (void)state;
  read_subject = at.port.port.subject;
  at.port.port.subject = forget_the_last;
  bundle_world_refused(&at, bundle_world_path(ASSET), "", PAT_RULE_STORE_CORRUPT);
}

#define CASE(name) cmocka_unit_test_setup_teardown(test_bundle__##name, open_world, close_world)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(refuses_more_than_one_may_hold),
      CASE(may_hold_what_the_format_allows),
      CASE(is_left_out_of_an_answer_where_it_is_too_large),
      CASE(is_refused_where_the_store_contradicts_the_index),
      CASE(gives_up_after_its_rounds),
      CASE(succeeds_in_its_last_round),
      CASE(holds_at_one_checkpoint_while_the_log_grows),
      CASE(takes_another_view_where_more_is_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
