/* /v1/index: what the verifiable index says of one subject, page by page, as a receipt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/bytes/protobuf.h"
#include "core/bytes/text.h"
#include "core/index/proof.h"
#include "core/note/proof_file.h"
#include "server/api/api.h"
#include "tests/server/api/bundle_check.h"
#include "tests/server/api/world_port.h"

static ledger_world *world;
static world_port port;
static pat_api_response response;
static pat_err err;
static char path[200];

static int open_world(void **state) {
  (void)state;
  world = ledger_world_new((ledger_options){0});
  world_port_open(&port, world);
  return 0;
}

static int close_world(void **state) {
  (void)state;
  assert_int_equal(port.views_held, 0);
  ledger_world_close(world);
  return 0;
}

static const char *path_of(const pat_hash *key) {
  char hex[2 * PAT_HASH_BYTES + 1];
  assert_true(pat_is_ok(pat_hex_encode(pat_hash_span(key), hex, sizeof(hex))));
  snprintf(path, sizeof(path), "/v1/index/%s", hex);
  return path;
}

static void check_refused(const char *at, const char *with, pat_rule rule) {
  err = (pat_err){0};
  pat_status status = world_port_get(&port, at, with, &response, &err);
  assert_string_equal(pat_rule_id((pat_rule)status.rule), pat_rule_id(rule));
  pat_api_response_clear(&response);
  assert_int_equal(port.views_held, 0);
}

/* One answer: the commit's receipt, and what its extra bytes prove. */
typedef struct {
  pat_proof_file file;
  const Patina__SubjectProof *subject;
  pat_hash index_root;
} answer;

static answer get(const pat_hash *key, const char *with) {
  pat_status status = world_port_get(&port, path_of(key), with, &response, &err);
  assert_string_equal(pat_rule_id((pat_rule)status.rule), "ok");
  assert_int_equal(response.status, 200);
  assert_int_equal(response.media, PAT_API_MEDIA_TEXT);
  assert_int_equal(response.cache, PAT_API_CACHE_REVALIDATE);
  uint8_t *body = ledger_take(world, response.body.size);
  memcpy(body, response.body.data, response.body.size);
  pat_span bytes = pat_span_make(body, response.body.size);
  pat_api_response_clear(&response);
  answer got = {.subject = NULL};
  assert_true(pat_is_ok(pat_proof_file_decode(bytes, &world->memory, &got.file, NULL)));
  ProtobufCMessage *extra = NULL;
  assert_true(pat_is_ok(pat_protobuf_decode(&patina__index_extra__descriptor, got.file.extra,
                                            &world->memory, 0, &extra, NULL)));
  uint64_t covered = 0;
  const Patina__IndexExtra *message = (const Patina__IndexExtra *)extra;
  got.index_root = bundle_check_root(message->commit, &world->memory, &covered);
  assert_int_equal(covered, got.file.index);
  assert_int_equal(got.file.index, world->head.range.size - 1);
  got.subject = message->subject;
  assert_memory_equal(got.subject->key.data, key->bytes, sizeof(key->bytes));
  return got;
}

static pat_hash class_key(void) {
  return pat_subject_key(PAT_SUBJECT_CLASS, PAT_SPAN_LITERAL("vehicle"));
}

static void test_index__refuses_what_is_no_key(void **state) {
  (void)state;
  check_refused("/v1/index/00", "", PAT_RULE_API_SUBJECT_KEY);
  snprintf(path, sizeof(path), "/v1/index/%065d", 0);
  check_refused(path, "", PAT_RULE_API_SUBJECT_KEY);
  snprintf(path, sizeof(path), "/v1/index/%063dg", 0);
  check_refused(path, "", PAT_RULE_API_SUBJECT_KEY);
  snprintf(path, sizeof(path), "/v1/index/%063dA", 0);
  check_refused(path, "", PAT_RULE_API_SUBJECT_KEY);
  port.nothing_published = true;
  snprintf(path, sizeof(path), "/v1/index/%064d", 0);
  check_refused(path, "", PAT_RULE_API_CHECKPOINT_NOT_FOUND);
  port.nothing_published = false;
}

static void test_index__refuses_to_begin_behind_the_end(void **state) {
  (void)state;
  pat_hash key = class_key();
  const char *at = path_of(&key);
  check_refused(at, "from=2", PAT_RULE_API_QUERY);
  assert_string_equal(err.place, "from");
  check_refused(at, "from=-1", PAT_RULE_API_QUERY);
  check_refused(at, "from=", PAT_RULE_API_QUERY);
  check_refused(at, "from=9223372036854775808", PAT_RULE_API_QUERY);
  check_refused(at, "limit=1", PAT_RULE_API_QUERY);
  pat_hash absent = pat_subject_key(PAT_SUBJECT_CLASS, PAT_SPAN_LITERAL("spaceship"));
  check_refused(path_of(&absent), "from=1", PAT_RULE_API_QUERY);
}

static void test_index__proves_a_subject_and_its_entries(void **state) {
  (void)state;
  pat_hash key =
      pat_subject_key(PAT_SUBJECT_PRINCIPAL, pat_hash_span(&world->actors[REGISTRAR].principal));
  answer got = get(&key, "");
  assert_int_equal(got.subject->count, 2); /* enrolled, granted */
  assert_int_equal(got.subject->n_entries, 2);
  bundle_check_subject(got.subject, &got.index_root);
  got = get(&key, "from=1");
  assert_int_equal(got.subject->n_entries, 1);
  assert_int_equal(got.subject->n_peaks, 1);
  bundle_check_subject(got.subject, &got.index_root);
  got = get(&key, "from=2");
  assert_int_equal(got.subject->n_entries, 0);
  bundle_check_subject(got.subject, &got.index_root);
}

static void test_index__proves_that_a_subject_is_absent(void **state) {
  (void)state;
  pat_hash key = pat_subject_key(PAT_SUBJECT_CLASS, PAT_SPAN_LITERAL("spaceship"));
  answer got = get(&key, "");
  assert_int_equal(got.subject->count, 0);
  bundle_check_subject(got.subject, &got.index_root);
}

/* --- pages ----------------------------------------------------------------------------------- */

/* Logs count statements about one asset, in batches. */
static pat_hash log_many(uint8_t asset, size_t count) {
  ledger_said made[] = {{"make", SAID_OPEN, ledger_text(world, "Saab")}};
  ledger_draft draft = ledger_by(world, REGISTRAR);
  (void)ledger_register(&draft, asset, LEDGER_SAID(made));
  (void)ledger_accept(&draft);
  Patina__SignedStatement *batch[100];
  ledger_said told[] = {{"text", SAID_SLOT, ledger_text(world, "seen")}};
  for (size_t logged = 1; logged < count;) {
    size_t size = count - logged < 100 ? count - logged : 100;
    for (size_t i = 0; i < size; i++) {
      draft = ledger_by(world, KEEPER);
      ledger_attest(&draft, asset, LEDGER_SAID(told))->claim = (char *)"story";
      batch[i] = ledger_seal(&draft, NULL);
    }
    (void)ledger_run(world, batch, size);
    logged += size;
  }
  uint8_t id[PAT_ASSET_ID_BYTES];
  memset(id, asset, sizeof(id));
  return pat_subject_key(PAT_SUBJECT_ASSET, PAT_SPAN_OF(id));
}

/* A reader walks: each page goes on from the compact range of the one before. */
static void walk(const pat_hash *key, uint64_t total) {
  pat_tlog_range range;
  pat_tlog_range_init(&range);
  while (range.size < total) {
    char with[40];
    snprintf(with, sizeof(with), "from=%llu", (unsigned long long)range.size);
    answer got = get(key, with);
    assert_int_equal(got.subject->count, total);
    assert_int_equal(got.subject->from, range.size);
    assert_true(got.subject->n_entries <= PAT_INDEX_PAGE_MAX);
    assert_int_equal(got.subject->n_peaks, pat_tlog_peak_count(range.size));
    for (size_t i = 0; i < got.subject->n_peaks; i++)
      assert_memory_equal(got.subject->peaks[i].data, range.peaks[i].bytes, PAT_HASH_BYTES);
    if (got.subject->from + got.subject->n_entries == total) {
      bundle_check_subject(got.subject, &got.index_root);
    }
    for (size_t i = 0; i < got.subject->n_entries; i++) {
      pat_hash leaf;
      memcpy(leaf.bytes, got.subject->entries[i]->leaf_hash.data, sizeof(leaf.bytes));
      assert_true(
          pat_is_ok(pat_index_sublog_append(&range, got.subject->entries[i]->index, &leaf)));
    }
  }
}

static void test_index__gives_pages_that_go_on_from_each_other(void **state) {
  (void)state;
  pat_hash one_less = log_many(1, PAT_INDEX_PAGE_MAX - 1);
  pat_hash full = log_many(2, PAT_INDEX_PAGE_MAX);
  pat_hash one_more = log_many(3, PAT_INDEX_PAGE_MAX + 1);
  assert_int_equal(get(&one_less, "").subject->n_entries, PAT_INDEX_PAGE_MAX - 1);
  assert_int_equal(get(&full, "").subject->n_entries, PAT_INDEX_PAGE_MAX);
  answer first = get(&one_more, "");
  assert_int_equal(first.subject->n_entries, PAT_INDEX_PAGE_MAX);
  assert_true(first.file.extra.size <= PAT_TLOG_PROOF_EXTRA_BYTES_MAX);
  walk(&one_less, PAT_INDEX_PAGE_MAX - 1);
  walk(&full, PAT_INDEX_PAGE_MAX);
  walk(&one_more, PAT_INDEX_PAGE_MAX + 1);
  walk(&one_more, PAT_INDEX_PAGE_MAX + 1);
}

/* --- the longest answer ---------------------------------------------------------------------- */

/* A subject whose proofs are as long as they can be: it is not real, so nothing is verified. */
static pat_status long_prove(const pat_port_view *view, size_t i, pat_builder *proof,
                             bool *ret_present, pat_index_value *ret_value) {
  (void)view;
  (void)i;
  static const uint8_t filler[PAT_INDEX_PROOF_BYTES_MAX];
  pat_builder_span(proof, PAT_SPAN_OF(filler));
  *ret_present = true;
  *ret_value = (pat_index_value){.count = 65535 + PAT_INDEX_PAGE_MAX};
  return PAT_OK;
}

static pat_status long_subject(void *context, const pat_hash *key, uint64_t from, size_t limit,
                               pat_port_subject_entry *ret_entries, size_t *ret_count) {
  (void)context;
  (void)key;
  for (size_t i = 0; i < limit; i++) {
    ret_entries[i] = (pat_port_subject_entry){.index = UINT64_C(1) << 62};
    ret_entries[i].index += from + i;
  }
  *ret_count = limit;
  return PAT_OK;
}

static answer get_longest(const pat_hash *key) {
  port.port.prove = long_prove;
  port.port.subject = long_subject;
  return get(key, "from=65535");
}

/* The longest path that there can be, and indices of the most bytes: a full page still fits. */
static void test_index__fits_its_pages_into_a_proof_file(void **state) {
  (void)state;
  pat_hash key = class_key();
  answer got = get_longest(&key);
  assert_int_equal(got.subject->path.len, PAT_INDEX_PROOF_BYTES_MAX);
  assert_int_equal(got.subject->n_peaks, 16);
  assert_int_equal(got.subject->n_entries, PAT_INDEX_PAGE_MAX);
  assert_true(got.file.extra.size <= PAT_TLOG_PROOF_EXTRA_BYTES_MAX);
  assert_true(got.file.extra.size > PAT_TLOG_PROOF_EXTRA_BYTES_MAX - 500);
}

#define CASE(name) cmocka_unit_test_setup_teardown(test_index__##name, open_world, close_world)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(refuses_what_is_no_key),
      CASE(refuses_to_begin_behind_the_end),
      CASE(proves_a_subject_and_its_entries),
      CASE(proves_that_a_subject_is_absent),
      CASE(gives_pages_that_go_on_from_each_other),
      CASE(fits_its_pages_into_a_proof_file),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
