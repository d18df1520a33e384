/* patina log audit against logs that lie, mirrors that are damaged, and a log that is whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clients/cli/cli.h"
#include "tests/clients/audit/audit_server.h"
#include "tests/core/audit/audit_expect.h"

enum { LEAVES = 600, TEXT_MAX = 64 * 1024 };

typedef struct {
  audit_log log;
  temp_directory directory;
  char served[TEMP_DIRECTORY_PATH_MAX];
  char mirror[TEMP_DIRECTORY_PATH_MAX];
  char policy[TEMP_DIRECTORY_PATH_MAX];
  char home[TEMP_DIRECTORY_PATH_MAX];
  char out[TEMP_DIRECTORY_PATH_MAX];
  char key[TEMP_DIRECTORY_PATH_MAX];
  audit_server server;
  char answer[TEXT_MAX]; /* of the last run, on standard output */
} scene;

/* --- the scene ------------------------------------------------------------------------------- */

/* A log of three bundles: heartbeats fill it up. */
static void fill_up(ledger_world *world) {
  while (world->head.range.size < LEAVES)
    (void)ledger_run(world, NULL, 0);
}

static int setup(void **state) {
  if (!pat_is_ok(pat_crypto_init())) return -1;
  scene *shown = calloc(1, sizeof *shown);
  assert_non_null(shown);
  shown->directory = temp_directory_make();
  (void)temp_directory_join(&shown->directory, "served", shown->served);
  (void)temp_directory_join(&shown->directory, "mirror", shown->mirror);
  (void)temp_directory_join(&shown->directory, "policy", shown->policy);
  (void)temp_directory_join(&shown->directory, "home", shown->home);
  (void)temp_directory_join(&shown->directory, "cosigned", shown->out);
  (void)temp_directory_join(&shown->directory, "auditor.key", shown->key);
  ledger_world *world = audit_world_new();
  fill_up(world);
  audit_log_take(&shown->log, world);
  audit_server_open(&shown->server, shown->served);
  audit_files_policy(&shown->log, shown->policy, shown->server.port, NULL);
  *state = shown;
  return 0;
}

static int teardown(void **state) {
  scene *shown = *state;
  audit_server_close(&shown->server);
  ledger_world_close(shown->log.world);
  temp_directory_remove(&shown->directory);
  free(shown);
  return 0;
}

static void publish(scene *shown) {
  audit_log_seal(&shown->log);
  audit_files_write(&shown->log, shown->served);
}

/* Runs a command line of the program in this process; its answer is kept. */
static int run(scene *shown, const char *const *words, size_t count) {
  FILE *out = tmpfile();
  FILE *err = tmpfile();
  assert_non_null(out);
  assert_non_null(err);
  int code = pat_cli_run(words, count, out, err);
  rewind(out);
  shown->answer[fread(shown->answer, 1, TEXT_MAX - 1, out)] = '\0';
  (void)fclose(out);
  (void)fclose(err);
  return code;
}

static int audit(scene *shown) {
  const char *words[] = {"log",       "audit",    "--policy",    shown->policy, "--home",
                         shown->home, "--mirror", shown->mirror, "--json"};
  return run(shown, words, sizeof words / sizeof *words);
}

static int audit_cosigning(scene *shown) {
  const char *words[] = {"log",       "audit",    "--policy",      shown->policy, "--home",
                         shown->home, "--mirror", shown->mirror,   "--json",      "--cosign",
                         shown->key,  "--name",   "audit.example", "--out",       shown->out};
  return run(shown, words, sizeof words / sizeof *words);
}

static void assert_says(const scene *shown, const char *part) {
  if (strstr(shown->answer, part) == NULL) fail_msg("%s is not in %s", part, shown->answer);
}

static void assert_bad(scene *shown, const char *rule, uint64_t index) {
  int code = audit(shown);
  char part[64];
  (void)snprintf(part, sizeof part, "\"rule\":\"%s\"", rule);
  assert_says(shown, part);
  (void)snprintf(part, sizeof part, "\"badIndex\":\"%llu\"", (unsigned long long)index);
  assert_says(shown, part);
  assert_int_equal(code, PAT_EXIT_DOES_NOT_MATCH);
}

static void assert_rule(scene *shown, pat_rule rule, pat_exit code) {
  int ended = audit(shown);
  assert_says(shown, pat_rule_id(rule));
  assert_int_equal(ended, code);
}

/* --- logs that lie --------------------------------------------------------------------------- */

static void lie_seq(audit_log *log, Patina__LogEntry *leaf) {
  (void)log;
  for (size_t i = 0; i < leaf->statement->n_subjects; i++) {
    if (leaf->statement->subjects[i]->seq > 0) leaf->statement->subjects[i]->seq++;
  }
}

static void lie_signature(audit_log *log, Patina__LogEntry *leaf) {
  leaf->statement->signatures[0] = audit_own(log, leaf->statement->signatures[0]);
  audit_flip(&leaf->statement->signatures[0]);
}

static void lie_index_root(audit_log *log, Patina__LogEntry *leaf) {
  leaf->commit->index_root = audit_own(log, leaf->commit->index_root);
  audit_flip(&leaf->commit->index_root);
}

static void test_audit__names_the_first_bad_leaf(void **state) {
  scene *shown = *state;
  shown->log.lie = lie_seq;
  shown->log.lie_at = audit_log_find(&shown->log, 40, 0);
  publish(shown);
  assert_bad(shown, "audit.link", shown->log.lie_at);
  assert_says(shown, "\"evidence\":");
}

static void test_audit__names_a_bad_signature(void **state) {
  scene *shown = *state;
  shown->log.lie = lie_signature;
  shown->log.lie_at = audit_log_find(&shown->log, 40, 0);
  publish(shown);
  assert_bad(shown, "crypto.signature-invalid", shown->log.lie_at);
}

/* The replay meets the later record first; the signature before it is what is named. */
static void test_audit__names_a_bad_signature_before_a_later_bad_leaf(void **state) {
  scene *shown = *state;
  size_t at = audit_log_find(&shown->log, 40, 0);
  size_t later = audit_log_find(&shown->log, at + 1, 0);
  lie_signature(&shown->log, shown->log.leaves[at]);
  shown->log.lie = lie_seq;
  shown->log.lie_at = later;
  publish(shown);
  assert_bad(shown, "crypto.signature-invalid", at);
}

static void test_audit__names_a_commit_beyond_the_first_bundle(void **state) {
  scene *shown = *state;
  shown->log.lie = lie_index_root;
  shown->log.lie_at = audit_log_find_commit(&shown->log, 300);
  publish(shown);
  assert_bad(shown, "audit.index-root", shown->log.lie_at);
}

static void test_audit__names_a_log_that_ends_without_a_commit(void **state) {
  scene *shown = *state;
  shown->log.count = audit_log_find(&shown->log, 60, 0) + 1;
  publish(shown);
  assert_bad(shown, "audit.end", shown->log.count - 1);
}

static void test_audit__says_of_a_newer_format_that_it_could_not_check(void **state) {
  scene *shown = *state;
  static const uint8_t newer[] = {0x1a, 0x01, 0x00};
  audit_log_seal(&shown->log);
  shown->log.bytes[LEAVES - 1] = PAT_SPAN_OF(newer);
  audit_files_write(&shown->log, shown->served);
  assert_rule(shown, PAT_RULE_BYTES_NEWER_FORMAT, PAT_EXIT_COULD_NOT_CHECK);
}

/* --- tiles that lie -------------------------------------------------------------------------- */

static void test_audit__names_a_leaf_that_is_not_its_tiles(void **state) {
  scene *shown = *state;
  publish(shown);
  audit_files_damage(shown->served, "tile/entries/000", 100); /* within the genesis */
  assert_bad(shown, "audit.tile", 0);
}

static void test_audit__names_a_leaf_whose_hash_tile_is_wrong(void **state) {
  scene *shown = *state;
  publish(shown);
  audit_files_damage(shown->served, "tile/0/001", 5 * PAT_HASH_BYTES);
  assert_bad(shown, "audit.tile", 256 + 5);
}

static void test_audit__names_a_higher_tile_that_is_wrong(void **state) {
  scene *shown = *state;
  publish(shown);
  audit_files_damage(shown->served, "tile/1/000.p/2", PAT_HASH_BYTES);
  assert_rule(shown, PAT_RULE_AUDIT_TILE, PAT_EXIT_DOES_NOT_MATCH);
  assert_says(shown, "tile 1/0, log index 256");
}

static void test_audit__names_tiles_that_are_cut_short(void **state) {
  scene *shown = *state;
  publish(shown);
  audit_files_cut(shown->served, "tile/entries/001", 1000);
  assert_rule(shown, PAT_RULE_AUDIT_TILE, PAT_EXIT_DOES_NOT_MATCH);
  audit_files_cut(shown->served, "tile/0/001", 31 * PAT_HASH_BYTES);
  audit_files_cut(shown->mirror, "tile/0/001", 31 * PAT_HASH_BYTES);
  assert_rule(shown, PAT_RULE_AUDIT_TILE, PAT_EXIT_DOES_NOT_MATCH);
}

static void test_audit__names_a_root_that_the_tiles_do_not_have(void **state) {
  scene *shown = *state;
  publish(shown);
  pat_tlog_head head = audit_files_head(&shown->log);
  head.root.bytes[0] ^= 1;
  audit_files_sign(&shown->log, shown->served, &head);
  assert_rule(shown, PAT_RULE_AUDIT_ROOT, PAT_EXIT_DOES_NOT_MATCH);
}

static void test_audit__says_that_a_tile_is_not_served(void **state) {
  scene *shown = *state;
  publish(shown);
  audit_files_remove(shown->served, "tile/entries/001");
  assert_rule(shown, PAT_RULE_VERIFY_MISSING, PAT_EXIT_COULD_NOT_CHECK);
  assert_says(shown, "/tile/entries/001");
}

/* --- mirrors --------------------------------------------------------------------------------- */

static void test_audit__goes_on_where_it_was_stopped(void **state) {
  scene *shown = *state;
  publish(shown);
  audit_files_remove(shown->served, "tile/entries/002.p/88");
  assert_int_equal(audit(shown), PAT_EXIT_COULD_NOT_CHECK);
  audit_files_write(&shown->log, shown->served);
  unsigned before = atomic_load(&shown->server.requests);
  assert_int_equal(audit(shown), PAT_EXIT_MATCHES);
  /* The checkpoint, and the one tile that was missing. */
  assert_int_equal(atomic_load(&shown->server.requests) - before, 2);
  assert_says(shown, "\"tilesFetched\":\"1\"");
}

static void test_audit__mends_a_damaged_mirror(void **state) {
  static const char *const damaged[] = {"tile/entries/001", "tile/0/001", "tile/1/000.p/2"};
  scene *shown = *state;
  publish(shown);
  assert_int_equal(audit(shown), PAT_EXIT_MATCHES);
  for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
    audit_files_damage(shown->mirror, damaged[i], 40);
    assert_int_equal(audit(shown), PAT_EXIT_MATCHES);
    unsigned before = atomic_load(&shown->server.requests);
    assert_int_equal(audit(shown), PAT_EXIT_MATCHES); /* it is whole again */
    assert_int_equal(atomic_load(&shown->server.requests) - before, 1);
  }
}

static void test_audit__believes_what_was_judged_of_the_same_leaves_alone(void **state) {
  scene *shown = *state;
  publish(shown);
  assert_int_equal(audit(shown), PAT_EXIT_MATCHES);
  assert_int_equal(audit(shown), PAT_EXIT_MATCHES);
  char judged[TEMP_DIRECTORY_PATH_MAX + 16];
  (void)snprintf(judged, sizeof judged, "%s/judged", shown->mirror);
  assert_true(audit_files_exist(shown->mirror, "judged"));
  /* Another log's leaves in the same mirror: nothing of them was judged. */
  shown->log.lie = lie_signature;
  shown->log.lie_at = audit_log_find(&shown->log, 40, 0);
  publish(shown);
  const char *words[] = {"log",      "audit",    "--policy",    shown->policy, "--home",
                         shown->out, "--mirror", shown->mirror, "--json"};
  assert_int_equal(run(shown, words, sizeof words / sizeof *words), PAT_EXIT_DOES_NOT_MATCH);
  assert_says(shown, "crypto.signature-invalid");
}

static void test_audit__follows_a_log_that_grows(void **state) {
  scene *shown = *state;
  size_t all = shown->log.count;
  shown->log.count = 300;
  publish(shown);
  assert_int_equal(audit(shown), PAT_EXIT_MATCHES);
  assert_true(audit_files_exist(shown->mirror, "tile/entries/001.p/44"));
  shown->log.count = all;
  publish(shown);
  assert_int_equal(audit(shown), PAT_EXIT_MATCHES);
  assert_false(audit_files_exist(shown->mirror, "tile/entries/001.p/44"));
  assert_false(audit_files_exist(shown->mirror, "tile/0/001.p/44"));
  assert_true(audit_files_exist(shown->mirror, "tile/entries/001"));
}

/* --- cosigning ------------------------------------------------------------------------------- */

static void make_key(scene *shown) {
  const char *words[] = {"key", "gen", "-o", shown->key, "--name", "auditor"};
  assert_int_equal(run(shown, words, sizeof words / sizeof *words), PAT_EXIT_MATCHES);
}

static void test_audit__cosigns_nothing_where_something_is_wrong(void **state) {
  scene *shown = *state;
  make_key(shown);
  shown->log.lie = lie_index_root;
  shown->log.lie_at = audit_log_find_commit(&shown->log, 300);
  publish(shown);
  assert_int_equal(audit_cosigning(shown), PAT_EXIT_DOES_NOT_MATCH);
  assert_false(audit_files_exist(shown->directory.path, "cosigned"));
}

static void test_audit__cosigns_nothing_where_something_could_not_be_checked(void **state) {
  scene *shown = *state;
  make_key(shown);
  publish(shown);
  audit_files_remove(shown->served, "tile/0/001");
  assert_int_equal(audit_cosigning(shown), PAT_EXIT_COULD_NOT_CHECK);
  assert_false(audit_files_exist(shown->directory.path, "cosigned"));
}

static void test_audit__asks_for_all_that_cosigning_needs(void **state) {
  scene *shown = *state;
  make_key(shown);
  const char *words[] = {"log", "audit", "--cosign", shown->key};
  assert_int_equal(run(shown, words, 4), PAT_EXIT_USAGE);
  const char *none[] = {"log", "audit", "--out", shown->out, "--name", "audit.example"};
  assert_int_equal(run(shown, none, 6), PAT_EXIT_USAGE);
  char public_key[TEMP_DIRECTORY_PATH_MAX + 8];
  (void)snprintf(public_key, sizeof public_key, "%s.pub", shown->key);
  const char *cannot_sign[] = {"log",    "audit",         "--cosign", public_key,
                               "--name", "audit.example", "--out",    shown->out};
  assert_int_equal(run(shown, cannot_sign, 8), PAT_EXIT_USAGE);
}

/* The witness that the answer names. */
static void read_witness(const scene *shown, char *ret_vkey, size_t size) {
  static const char member[] = "\"witness\":\"";
  const char *found = strstr(shown->answer, member);
  assert_non_null(found);
  found += sizeof member - 1;
  size_t length = strcspn(found, "\"");
  assert_true(length < size);
  memcpy(ret_vkey, found, length);
  ret_vkey[length] = '\0';
}

static int check_log(scene *shown, const char *home, const char *checkpoint) {
  const char *words[] = {"log",    "check", "--policy",     shown->policy,
                         "--home", home,    "--checkpoint", checkpoint};
  return run(shown, words, checkpoint == NULL ? 6 : 8);
}

/* A reader whose policy asks for the auditor believes the cosigned checkpoint alone. */
static void test_audit__cosigns_for_readers_who_ask_for_an_auditor(void **state) {
  scene *shown = *state;
  make_key(shown);
  publish(shown);
  assert_int_equal(audit_cosigning(shown), PAT_EXIT_MATCHES);
  char vkey[512];
  char more[1024];
  read_witness(shown, vkey, sizeof vkey);
  (void)snprintf(more, sizeof more, "witness auditor %s\nquorum auditor\n", vkey);
  audit_files_policy(&shown->log, shown->policy, shown->server.port, more);
  const char *other_home = shown->mirror; /* of a reader who has seen nothing yet */
  assert_int_equal(check_log(shown, other_home, NULL), PAT_EXIT_NOT_PROVEN);
  assert_int_equal(check_log(shown, other_home, shown->out), PAT_EXIT_MATCHES);
  assert_says(shown, "witnesses   1");
  char served[TEMP_DIRECTORY_PATH_MAX + 32];
  (void)snprintf(served, sizeof served, "%s/checkpoint", shown->served);
  assert_int_equal(rename(shown->out, served), 0);
  assert_int_equal(check_log(shown, other_home, NULL), PAT_EXIT_MATCHES);
}

/* An auditor follows at his own pace: what he hands over may be older, and is no roll-back. */
static void test_audit__cosigns_what_a_reader_may_know_already(void **state) {
  scene *shown = *state;
  size_t all = shown->log.count;
  make_key(shown);
  shown->log.count = 300;
  publish(shown);
  assert_int_equal(audit_cosigning(shown), PAT_EXIT_MATCHES);
  shown->log.count = all;
  publish(shown);
  assert_int_equal(check_log(shown, shown->home, NULL), PAT_EXIT_MATCHES);
  assert_int_equal(check_log(shown, shown->home, shown->out), PAT_EXIT_MATCHES);
  assert_says(shown, "is the beginning of size 600");
  pat_tlog_head other = {.size = 300, .root = {{1}}};
  audit_files_sign(&shown->log, shown->directory.path, &other);
  char forked[TEMP_DIRECTORY_PATH_MAX];
  (void)temp_directory_join(&shown->directory, "checkpoint", forked);
  assert_int_equal(check_log(shown, shown->home, forked), PAT_EXIT_DOES_NOT_MATCH);
}

/* --- whole ----------------------------------------------------------------------------------- */

static void test_audit__finds_a_whole_log_whole(void **state) {
  scene *shown = *state;
  publish(shown);
  assert_int_equal(audit(shown), PAT_EXIT_MATCHES);
  assert_says(shown, "\"treeSize\":\"600\"");
  assert_says(shown, "\"privateStatements\":\"26\"");
  assert_says(shown, "\"identifiers\":\"2\"");
  assert_says(shown, "\"verdict\":\"matches\"");
}

#define CASE(name) cmocka_unit_test_setup_teardown(test_audit__##name, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(names_the_first_bad_leaf),
      CASE(names_a_bad_signature),
      CASE(names_a_bad_signature_before_a_later_bad_leaf),
      CASE(names_a_commit_beyond_the_first_bundle),
      CASE(names_a_log_that_ends_without_a_commit),
      CASE(says_of_a_newer_format_that_it_could_not_check),
      CASE(names_a_leaf_that_is_not_its_tiles),
      CASE(names_a_leaf_whose_hash_tile_is_wrong),
      CASE(names_a_higher_tile_that_is_wrong),
      CASE(names_tiles_that_are_cut_short),
      CASE(names_a_root_that_the_tiles_do_not_have),
      CASE(says_that_a_tile_is_not_served),
      CASE(goes_on_where_it_was_stopped),
      CASE(mends_a_damaged_mirror),
      CASE(believes_what_was_judged_of_the_same_leaves_alone),
      CASE(follows_a_log_that_grows),
      CASE(cosigns_nothing_where_something_is_wrong),
      CASE(cosigns_nothing_where_something_could_not_be_checked),
      CASE(asks_for_all_that_cosigning_needs),
      CASE(cosigns_for_readers_who_ask_for_an_auditor),
      CASE(cosigns_what_a_reader_may_know_already),
      CASE(finds_a_whole_log_whole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
