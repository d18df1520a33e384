/* Bundles and index pages of a real server, checked as a reader would who asks nobody else. */
#include <curl/curl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "core/bytes/protobuf.h"
#include "core/bytes/text.h"
#include "core/crypto/base32.h"
#include "core/envelope/entry.h"
#include "core/model/fold.h"
#include "core/note/proof_file.h"
#include "core/tlog/hash.h"
#include "core/verify/bundle.h"
#include "server/sys/mem.h"
#include "server/sys/thread.h"
#include "tests/integration/bundle_ledger.h"
#include "tests/server/api/bundle_check.h"

#define BUNDLE_TYPE "application/vnd.patina.bundle.v1+protobuf"

enum { CHECK_BYTES = 64 * 1024 * 1024 };

static const uint8_t vehicles[] = {FIRST, SECOND};

typedef struct {
  live_ledger *live;
  void *memory; /* of a check; given back at its end */
} bundle_state;

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

static int set_up(void **state) {
  void *live = NULL;
  if (live_setup(&live) != 0) return -1;
  bundle_state *at = pat_mem_new(sizeof *at);
  at->live = live;
  at->memory = pat_mem_resize(NULL, CHECK_BYTES, 1);
  bundle_ledger_fill(live);
  *state = at;
  return 0;
}

static int tear_down(void **state) {
  bundle_state *at = *state;
  if (at == NULL) return 0;
  void *live = at->live;
  (void)live_teardown(&live);
  pat_mem_free(at->memory);
  pat_mem_free(at);
  return 0;
}

/* --- asking and checking --------------------------------------------------------------------- */

static const char *id_of(uint8_t asset) {
  static char text[PAT_BASE32_TEXT_BYTES_MAX + 1];
  uint8_t id[PAT_ASSET_ID_BYTES];
  memset(id, asset, sizeof id);
  pat_base32_asset_encode(id, text);
  return text;
}

/* The bundle's bytes; give them back with live_answer_clear. */
static live_answer ask_bundle(const live_ledger *live, uint8_t asset, const char *query) {
  char path[200];
  (void)snprintf(path, sizeof path, "/v1/assets/%s/bundle%s", id_of(asset), query);
  return live_ask(live, (live_request){.path = path});
}

/* The verifier's own word on it; then its index proofs once more, with core/index alone. */
static pat_bundle_report check(bundle_state *at, pat_span bytes, const pat_tlog_head *earlier) {
  pat_arena arena;
  pat_arena_init(&arena, at->memory, CHECK_BYTES);
  pat_bundle_question question = {.policy = &at->live->policy, .earlier = earlier};
  pat_bundle_report report;
  (void)pat_bundle_verify(bytes, &question, &arena, &report);
  if (report.word != PAT_WORD_MATCHES) {
    fail_msg("V%d: %s at %zu %s", (int)report.check, pat_rule_id((pat_rule)report.status.rule),
             report.error.offset, report.error.place);
  }
  bundle_check_whole(report.bundle, &arena);
  return report;
}

/* As check, of the asset's bundle. The report lives until the next check. */
static pat_bundle_report check_asset(bundle_state *at, uint8_t asset, const char *query,
                                     live_answer *ret_answer) {
  *ret_answer = ask_bundle(at->live, asset, query);
  assert_int_equal(ret_answer->status, 200);
  return check(at, pat_blob_span(ret_answer->body), NULL);
}

static const Patina__LookupResponse *look_up(bundle_state *at, const char *scheme,
                                             const char *value) {
  Patina__LookupRequest message = PATINA__LOOKUP_REQUEST__INIT;
  message.scheme = (char *)(uintptr_t)scheme;
  message.value = (char *)(uintptr_t)value;
  live_request request = {.path = "/v1/lookup",
                          .accept = LIVE_PROTOBUF,
                          .type = LIVE_PROTOBUF,
                          .body = live_encode(at->live, &message.base)};
  live_answer answer = live_ask(at->live, request);
  assert_int_equal(answer.status, 200);
  uint8_t *copy = ledger_take(at->live->world, answer.body.size);
  memcpy(copy, answer.body.data, answer.body.size);
  ProtobufCMessage *decoded = NULL;
  assert_ok(pat_protobuf_decode(&patina__lookup_response__descriptor,
                                pat_span_make(copy, answer.body.size), &at->live->world->memory, 0,
                                &decoded, NULL));
  live_answer_clear(&answer);
  return (const Patina__LookupResponse *)decoded;
}

/* --- assets ---------------------------------------------------------------------------------- */

static void test_bundles__verify_with_every_kind_of_statement(void **state) {
  bundle_state *at = *state;
  for (size_t i = 0; i < sizeof vehicles; i++) {
    live_answer answer;
    pat_bundle_report report = check_asset(at, vehicles[i], "", &answer);
    assert_true(report.recorded);
    assert_false(report.confirmed); /* no auditor is asked for */
    live_answer_clear(&answer);
  }
}

static void test_bundles__show_every_kind_of_statement(void **state) {
  bundle_state *at = *state;
  live_answer answer;
  pat_bundle_report report = check_asset(at, FIRST, "", &answer);
  size_t count = 0;
  const pat_kind *const *kinds = pat_kind_table(&count);
  pat_arena arena;
  void *memory = pat_mem_resize(NULL, CHECK_BYTES, 1);
  pat_arena_init(&arena, memory, CHECK_BYTES);
  for (size_t i = 0; i < count; i++) {
    size_t found = 0;
    for (size_t k = 0; k < report.bundle->n_entries; k++) {
      const Patina__ProvenEntry *proven = report.bundle->entries[k];
      Patina__LogEntry *leaf = NULL;
      pat_arena_reset_to(&arena, 0);
      assert_ok(pat_entry_decode(span_of(proven->leaf), &arena, &leaf, NULL));
      bool is_public = leaf->statement->statement.len > 0;
      pat_statement statement;
      assert_ok(pat_statement_decode(
          span_of(is_public ? leaf->statement->statement : proven->entry->statement), &arena,
          &statement, NULL));
      found += statement.kind == kinds[i];
    }
    if (found == 0) fail_msg("no %s", kinds[i]->name);
  }
  pat_mem_free(memory);
  live_answer_clear(&answer);
}

/* What the reader works out himself is what the server says: both see what is for everyone. */
static void test_bundles__fold_to_the_state_that_is_served(void **state) {
  bundle_state *at = *state;
  live_answer answer;
  pat_bundle_report report = check_asset(at, FIRST, "", &answer);
  void *memory = pat_mem_resize(NULL, CHECK_BYTES, 1);
  pat_arena arena;
  pat_arena_init(&arena, memory, CHECK_BYTES);
  Patina__AssetState *folded = NULL;
  assert_ok(pat_fold(&report.history, &arena, &folded, NULL));
  pat_span mine = live_encode(at->live, &folded->base);
  char path[200];
  (void)snprintf(path, sizeof path, "/v1/assets/%s", id_of(FIRST));
  const Patina__AssetView *view = live_get(at->live, path, &patina__asset_view__descriptor);
  pat_span served = live_encode(at->live, &view->state->base);
  assert_int_equal(mine.size, served.size);
  assert_memory_equal(mine.data, served.data, mine.size);
  pat_mem_free(memory);
  live_answer_clear(&answer);
}

static void test_bundles__hold_no_restricted_value(void **state) {
  bundle_state *at = *state;
  live_answer answer = ask_bundle(at->live, FIRST, "");
  assert_true(live_body_has(&answer, LIVE_PUBLIC_TEXT, strlen(LIVE_PUBLIC_TEXT)));
  assert_false(live_body_has(&answer, LIVE_SECRET, strlen(LIVE_SECRET)));
  assert_false(live_body_has(&answer, "DEMO 4711", strlen("DEMO 4711")));
  live_answer_clear(&answer);
}

static void test_bundles__prove_that_an_asset_is_not_recorded(void **state) {
  bundle_state *at = *state;
  live_answer answer;
  pat_bundle_report report = check_asset(at, ABSENT, "", &answer);
  assert_false(report.recorded);
  live_answer_clear(&answer);
}

static void test_bundles__continue_an_earlier_checkpoint(void **state) {
  bundle_state *at = *state;
  live_answer answer;
  pat_bundle_report report = check_asset(at, FIRST, "", &answer);
  pat_tlog_head earlier = report.verdict.checkpoint.head;
  live_answer_clear(&answer);
  ledger_draft draft = bundle_ledger_story(at->live, "still there");
  (void)bundle_ledger_log(at->live, &draft);
  char query[64];
  (void)snprintf(query, sizeof query, "?since=%llu", (unsigned long long)earlier.size);
  answer = ask_bundle(at->live, FIRST, query);
  assert_int_equal(answer.status, 200);
  report = check(at, pat_blob_span(answer.body), &earlier);
  assert_true(report.verdict.checkpoint.head.size > earlier.size);
  assert_int_equal(report.bundle->earlier->size, earlier.size);
  live_answer_clear(&answer);
}

static void test_bundles__refuse_what_was_not_published(void **state) {
  bundle_state *at = *state;
  live_answer answer;
  pat_bundle_report report = check_asset(at, FIRST, "", &answer);
  uint64_t size = report.verdict.checkpoint.head.size;
  live_answer_clear(&answer);
  /* The genesis and its commit were published first, as two; so one never was. */
  const struct {
    uint64_t since;
    long status;
  } cases[] = {{0, 400}, {1, 404}, {2, 200}, {size, 200}, {size + 1, 404}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char query[64];
    (void)snprintf(query, sizeof query, "?since=%llu", (unsigned long long)cases[i].since);
    answer = ask_bundle(at->live, FIRST, query);
    assert_int_equal(answer.status, cases[i].status);
    live_answer_clear(&answer);
  }
}

/* A list of what to accept, and the type that is given. */
static void test_bundles__come_in_the_form_that_is_asked_for(void **state) {
  bundle_state *at = *state;
  static const char *const forms[][2] = {
      {NULL, BUNDLE_TYPE},        {"*/*", BUNDLE_TYPE},
      {BUNDLE_TYPE, BUNDLE_TYPE}, {LIVE_PROTOBUF, LIVE_PROTOBUF},
      {LIVE_JSON, LIVE_JSON},     {"application/*;q=0.1, application/json", LIVE_JSON}};
  char path[200];
  (void)snprintf(path, sizeof path, "/v1/assets/%s/bundle", id_of(FIRST));
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    live_answer answer = live_ask(at->live, (live_request){.path = path, .accept = forms[i][0]});
    assert_int_equal(answer.status, 200);
    char line[100];
    (void)snprintf(line, sizeof line, "Content-Type: %s\r\n", forms[i][1]);
    assert_true(live_has_header(&answer, line));
    assert_true(live_has_header(&answer, "Cache-Control: no-store"));
    live_answer_clear(&answer);
  }
  live_answer answer = live_ask(at->live, (live_request){.path = path, .accept = "text/plain"});
  assert_int_equal(answer.status, 406);
  live_answer_clear(&answer);
}

/* --- look-ups -------------------------------------------------------------------------------- */

/* The bundle inside an answer, checked by its own bytes; at the answer's checkpoint. */
static pat_bundle_report check_lookup(bundle_state *at, const Patina__LookupResponse *found) {
  assert_non_null(found->proof);
  assert_string_equal(found->proof->checkpoint, found->checkpoint);
  return check(at, live_encode(at->live, &found->proof->base), NULL);
}

static void assert_same_spans(const Patina__IdentifierHistory *told,
                              const Patina__IdentifierHistory *proven) {
  assert_int_equal(told->n_spans, proven->n_spans);
  for (size_t i = 0; i < told->n_spans; i++) {
    const Patina__AssignmentSpan *a = told->spans[i];
    const Patina__AssignmentSpan *b = proven->spans[i];
    assert_memory_equal(a->asset.data, b->asset.data, PAT_ASSET_ID_BYTES);
    assert_int_equal(a->assigned_index, b->assigned_index);
    assert_int_equal(a->release_case, b->release_case);
    if (a->release_case == PATINA__ASSIGNMENT_SPAN__RELEASE_RELEASED_INDEX) {
      assert_int_equal(a->released_index, b->released_index);
    }
  }
}

static void test_bundles__prove_where_a_number_moved(void **state) {
  bundle_state *at = *state;
  const Patina__LookupResponse *found = look_up(at, "vin", "ys3ed48e5y3070016");
  pat_bundle_report report = check_lookup(at, found);
  assert_true(report.recorded);
  assert_int_equal(report.answer_count, 1);
  assert_int_equal(report.answers[0].history->n_spans, 2);
  assert_same_spans(found->answers[0]->history, report.answers[0].history);
  /* And both vehicles' own bundles tell of it. */
  for (size_t i = 0; i < sizeof vehicles; i++) {
    live_answer answer;
    report = check_asset(at, vehicles[i], "", &answer);
    assert_true(report.history.n_identifiers >= 1);
    live_answer_clear(&answer);
  }
}

static void test_bundles__prove_that_a_number_is_not_recorded(void **state) {
  bundle_state *at = *state;
  const Patina__LookupResponse *found = look_up(at, "vin", "1M8GDM9AXKP042788");
  pat_bundle_report report = check_lookup(at, found);
  assert_false(report.recorded);
  assert_int_equal(found->answers[0]->history->n_spans, 0);
}

static void test_bundles__prove_what_is_withheld(void **state) {
  bundle_state *at = *state;
  pat_bundle_report report = check_lookup(at, look_up(at, "engine", "DEMO 4711"));
  assert_true(report.recorded);
  report = check_lookup(at, look_up(at, "engine", "DEMO 4712"));
  assert_false(report.recorded);
}

/* --- the index ------------------------------------------------------------------------------- */

static void check_index(bundle_state *at, pat_span key, uint64_t count) {
  char hex[2 * PAT_HASH_BYTES + 1];
  char path[100];
  assert_ok(pat_hex_encode(key, hex, sizeof hex));
  (void)snprintf(path, sizeof path, "/v1/index/%s", hex);
  live_answer answer = live_ask(at->live, (live_request){.path = path});
  assert_int_equal(answer.status, 200);
  assert_true(live_has_header(&answer, "Content-Type: text/plain"));
  assert_true(live_has_header(&answer, "ETag: "));
  pat_arena *arena = &at->live->world->memory;
  pat_proof_file file;
  assert_ok(pat_proof_file_decode(pat_blob_span(answer.body), arena, &file, NULL));
  ProtobufCMessage *message = NULL;
  assert_ok(
      pat_protobuf_decode(&patina__index_extra__descriptor, file.extra, arena, 0, &message, NULL));
  const Patina__IndexExtra *extra = (const Patina__IndexExtra *)message;
  pat_hash leaf = pat_tlog_leaf_hash(span_of(extra->commit));
  pat_policy_verdict verdict;
  assert_ok(pat_proof_file_verify(&file, &leaf, &at->live->policy, &verdict, NULL));
  uint64_t covered = 0;
  pat_hash root = bundle_check_root(extra->commit, arena, &covered);
  assert_int_equal(covered, verdict.checkpoint.head.size - 1);
  assert_true(pat_span_equal(span_of(extra->subject->key), key));
  assert_int_equal(extra->subject->count, count);
  bundle_check_subject(extra->subject, &root);
  live_answer_clear(&answer);
}

static void test_bundles__rest_on_the_index_that_is_served(void **state) {
  bundle_state *at = *state;
  live_answer answer;
  pat_bundle_report report = check_asset(at, FIRST, "", &answer);
  for (size_t i = 0; i < report.bundle->n_subjects; i++) {
    const Patina__SubjectProof *subject = report.bundle->subjects[i];
    check_index(at, span_of(subject->key), subject->count);
  }
  live_answer_clear(&answer);
  pat_hash absent = pat_subject_key(PAT_SUBJECT_CLASS, PAT_SPAN_LITERAL("spaceship"));
  check_index(at, pat_hash_span(&absent), 0);
}

/* --- while others write ---------------------------------------------------------------------- */

enum { WRITES = 60 };

/* Statements sealed before, as one thread alone may use the world. */
typedef struct {
  const live_ledger *live;
  pat_span bodies[WRITES];
  atomic_uint written;
  pat_thread thread;
} background;

static void write_main(void *context) {
  background *writer = context;
  for (size_t i = 0; i < WRITES; i++) {
    live_answer answer = live_ask(writer->live, (live_request){.path = "/v1/statements",
                                                               .accept = LIVE_PROTOBUF,
                                                               .type = LIVE_PROTOBUF,
                                                               .body = writer->bodies[i]});
    if (answer.status == 201) atomic_fetch_add(&writer->written, 1);
    live_answer_clear(&answer);
  }
}

static void start_writer(bundle_state *at, background *writer) {
  *writer = (background){.live = at->live};
  for (size_t i = 0; i < WRITES; i++) {
    char text[40];
    (void)snprintf(text, sizeof text, "number %zu", i);
    ledger_draft draft = bundle_ledger_story(at->live, text);
    if (i % 3 == 0) {
      draft = ledger_by(at->live->world, REGISTRAR);
      (void)ledger_assign(&draft, FIRST, (ledger_serial){"engine", 1, "", text});
    }
    Patina__SignedStatement *envelope = ledger_seal(&draft, NULL);
    writer->bodies[i] = live_submission(at->live, &envelope, 1);
  }
  assert_ok(pat_thread_start("writer", write_main, writer, &writer->thread));
}

static void test_bundles__hold_at_one_checkpoint_while_others_write(void **state) {
  bundle_state *at = *state;
  background writer;
  start_writer(at, &writer);
  uint64_t size = 0;
  bool last = false;
  for (size_t reads = 0; !last; reads++) {
    last = atomic_load(&writer.written) == WRITES || reads > 2000;
    live_answer answer;
    pat_bundle_report report = check_asset(at, FIRST, "", &answer);
    assert_true(report.verdict.checkpoint.head.size >= size);
    size = report.verdict.checkpoint.head.size;
    live_answer_clear(&answer);
    (void)check_lookup(at, look_up(at, "engine", "number 3"));
  }
  pat_thread_join(&writer.thread);
  assert_int_equal(atomic_load(&writer.written), WRITES);
  pat_bundle_report report = check_lookup(at, look_up(at, "engine", "number 57"));
  assert_true(report.recorded);
}

#define CASE(name) cmocka_unit_test(test_bundles__##name)

int main(void) {
  (void)curl_global_init(CURL_GLOBAL_DEFAULT);
  const struct CMUnitTest tests[] = {
      CASE(refuse_what_was_not_published),
      CASE(verify_with_every_kind_of_statement),
      CASE(show_every_kind_of_statement),
      CASE(fold_to_the_state_that_is_served),
      CASE(hold_no_restricted_value),
      CASE(prove_that_an_asset_is_not_recorded),
      CASE(continue_an_earlier_checkpoint),
      CASE(come_in_the_form_that_is_asked_for),
      CASE(prove_where_a_number_moved),
      CASE(prove_that_a_number_is_not_recorded),
      CASE(prove_what_is_withheld),
      CASE(rest_on_the_index_that_is_served),
      CASE(hold_at_one_checkpoint_while_others_write),
  };
  int failed = cmocka_run_group_tests(tests, set_up, tear_down);
  curl_global_cleanup();
  return failed;
}
