/* patinad init, and opening what it made. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/main/ledger_open.h"
#include "server/main/staging.h"
#include "server/sys/log.h"
#include "server/sys/mem.h"
#include "tests/server/main/main_support.h"

static void quiet_log(void *context, pat_log_level level, const char *line, size_t size) {
  (void)context;
  (void)level;
  (void)line;
  (void)size;
}

static int set_up(void **state) {
  pat_log_set_sink(&(pat_log_sink){.write = quiet_log});
  *state = main_files_make();
  return 0;
}

static int tear_down(void **state) {
  main_files_remove(*state);
  return 0;
}

/* Refused, nothing left, and the same directory can be used right away. */
static void assert_init_refused(main_files *files, pat_rule rule) {
  pat_status status = main_init(files);
  assert_string_equal(pat_rule_id((pat_rule)status.rule), pat_rule_id(rule));
  assert_int_equal(main_count_entries(files->ledger), 0);
}

static void test_init__a_root_key_that_cannot_be_read_is_refused(void **state) {
  main_files *files = *state;
  assert_int_equal(chmod(files->roots[1], 0644), 0);
  assert_init_refused(files, PAT_RULE_FILE_MODE);
  main_write_key(files->roots[1], PAT_KEY_TEXT_PUBLIC, files->world->actors[ROOT_B].public_key,
                 0600);
  assert_init_refused(files, PAT_RULE_KEY_TEXT_FORM);
  assert_string_equal(files->err.place, files->roots[1]);
  (void)unlink(files->roots[1]);
  assert_init_refused(files, PAT_RULE_FILE_MISSING);
}

static void test_init__one_root_key_twice_is_refused(void **state) {
  main_files *files = *state;
  files->options.root_key_files[2] = files->roots[0];
  assert_init_refused(files, PAT_RULE_STATEMENT_SIGNERS);
}

static void test_init__a_threshold_that_cannot_be_met_is_refused(void **state) {
  main_files *files = *state;
  files->options.root_threshold = 4;
  assert_init_refused(files, PAT_RULE_GENESIS_ROOT_THRESHOLD);
  files->options.root_threshold = 3;
  assert_ok(main_init(files));
}

static void test_init__a_bad_prefix_is_refused(void **state) {
  main_files *files = *state;
  char longest[PAT_ORIGIN_PREFIX_BYTES_MAX + 2];
  memset(longest, 'a', sizeof longest - 1);
  longest[sizeof longest - 1] = '\0';
  const char *const prefixes[] = {"", "with space", "with+plus", "line\nend", longest};
  for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
    files->options.prefix = prefixes[i];
    if (pat_is_ok(main_init(files))) fail_msg("prefix %zu is taken", i);
    assert_int_equal(main_count_entries(files->ledger), 0);
  }
  files->options.prefix = longest + 1;
  assert_ok(main_init(files));
}

static void test_init__a_bad_policy_is_refused(void **state) {
  main_files *files = *state;
  const char *const texts[] = {"", "{", "[]", "{\"unknown\": 1}", "{}"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    assert_ok(pat_file_replace(files->policy, 0644, pat_span_text(texts[i]), NULL));
    if (pat_is_ok(main_init(files))) fail_msg("policy %zu is taken", i);
    assert_int_equal(main_count_entries(files->ledger), 0);
  }
  (void)unlink(files->policy);
  assert_init_refused(files, PAT_RULE_FILE_MISSING);
}

static void test_init__no_quiet_time_is_refused(void **state) {
  main_files *files = *state;
  files->options.max_quiet_s = 0;
  assert_false(pat_is_ok(main_init(files)));
  assert_int_equal(main_count_entries(files->ledger), 0);
}

static void test_init__a_ledger_is_never_made_anew(void **state) {
  main_files *files = *state;
  assert_ok(main_init(files));
  pat_origin first;
  assert_ok(pat_origin_read(files->ledger, &first, NULL));
  assert_refused(main_init(files), MAIN_EXISTS);
  pat_origin second;
  assert_ok(pat_origin_read(files->ledger, &second, NULL));
  assert_string_equal(first.text, second.text);
  assert_int_equal(main_count_entries(files->ledger), 6);
}

static void test_init__an_interrupted_one_says_what_to_remove(void **state) {
  main_files *files = *state;
  assert_int_equal(mkdir(files->ledger, 0700), 0);
  assert_int_equal(mkdir(main_path(files->ledger, PAT_STAGING_NAME), 0700), 0);
  assert_refused(main_init(files), MAIN_PARTIAL);
  assert_string_equal(files->err.place, main_path(files->ledger, PAT_STAGING_NAME));
  assert_int_equal(rmdir(main_path(files->ledger, PAT_STAGING_NAME)), 0);
  assert_ok(main_init(files));
}

/* The genesis names root keys by their bytes and signers by their hashes: two orders. */
static void test_init__any_root_keys_in_any_order(void **state) {
  (void)state;
  for (uint8_t seed = 0; seed < 8; seed++) {
    main_files *files = main_files_make();
    for (uint8_t i = 0; i < 3; i++) {
      uint8_t bytes[32];
      memset(bytes, 16 * seed + i, sizeof bytes);
      main_write_key(files->roots[i], PAT_KEY_TEXT_SECRET, bytes, 0600);
    }
    assert_ok(main_init(files));
    main_files_remove(files);
  }
}

/* --- opening --------------------------------------------------------------------------------- */

static void test_init__what_it_makes_opens_once_at_a_time(void **state) {
  main_files *files = *state;
  assert_ok(main_init(files));
  pat_open_ledger *ledgers = pat_mem_new_array(2, sizeof *ledgers);
  assert_ok(pat_ledger_open_all(&files->config, pat_env_system(), &ledgers[0], NULL));
  assert_int_equal(pat_published_get(&ledgers[0].published).size, 2);
  assert_int_equal(ledgers[0].context.genesis->root_threshold, 2);
  assert_int_equal(ledgers[0].context.genesis->n_root_keys, 3);
  assert_refused(pat_ledger_open_all(&files->config, pat_env_system(), &ledgers[1], NULL),
                 FILE_LOCKED);
  pat_ledger_close_all(&ledgers[1]);
  pat_ledger_close_all(&ledgers[0]);
  assert_ok(pat_ledger_open_all(&files->config, pat_env_system(), &ledgers[1], NULL));
  pat_ledger_close_all(&ledgers[1]);
  pat_mem_free(ledgers);
}

static pat_status open_and_close(main_files *files) {
  pat_open_ledger *ledger = pat_mem_new(sizeof *ledger);
  files->err = (pat_err){.offset = 0};
  pat_status status = pat_ledger_open_all(&files->config, pat_env_system(), ledger, &files->err);
  pat_ledger_close_all(ledger);
  pat_mem_free(ledger);
  return status;
}

static void test_ledger_open__keys_that_the_genesis_does_not_name_are_refused(void **state) {
  main_files *files = *state;
  assert_ok(main_init(files));
  uint8_t bytes[32] = {7};
  const char *promise = main_path(files->ledger, "keys/promise.key");
  main_write_key(promise, PAT_KEY_TEXT_SECRET, bytes, 0600);
  assert_refused(open_and_close(files), MAIN_KEYS);
  assert_string_equal(files->err.place, "keys/promise.key");
  main_write_key(main_path(files->ledger, "keys/vrf.key"), PAT_KEY_TEXT_VRF, bytes, 0600);
  assert_refused(open_and_close(files), MAIN_KEYS);
  assert_string_equal(files->err.place, "keys/vrf.key");
  /* Checkpoints by another key are not this log's. */
  main_write_key(main_path(files->ledger, "keys/log.key"), PAT_KEY_TEXT_SECRET, bytes, 0600);
  assert_false(pat_is_ok(open_and_close(files)));
}

static void test_ledger_open__an_origin_of_no_line_is_refused(void **state) {
  main_files *files = *state;
  assert_ok(main_init(files));
  const char *path = main_path(files->ledger, "origin");
  assert_ok(pat_file_replace(path, 0644, PAT_SPAN_LITERAL("\n"), NULL));
  assert_refused(open_and_close(files), MAIN_ORIGIN);
  assert_ok(pat_file_replace(path, 0644, PAT_SPAN_LITERAL("no line end"), NULL));
  assert_refused(open_and_close(files), MAIN_ORIGIN);
  (void)unlink(path);
  assert_refused(open_and_close(files), FILE_MISSING);
}

static void test_ledger_open__an_empty_store_is_no_ledger(void **state) {
  main_files *files = *state;
  assert_ok(main_init(files));
  char moved[TEMP_DIRECTORY_PATH_MAX];
  assert_int_equal(rename(main_path(files->ledger, "store"),
                          temp_directory_join(&files->directory, "moved", moved)),
                   0);
  assert_refused(open_and_close(files), SEQUENCER_BEHIND);
  (void)unlink(main_path(files->ledger, "checkpoint"));
  assert_refused(open_and_close(files), MAIN_NO_GENESIS);
}

static void test_ledger_open__a_queue_shorter_than_a_batch_is_refused(void **state) {
  main_files *files = *state;
  assert_ok(main_init(files));
  assert_ok(pat_config_flag(&files->config, "--queue-max=9", NULL));
  assert_ok(pat_config_flag(&files->config, "--batch-max=10", NULL));
  assert_refused(open_and_close(files), CONFIG_RANGE);
  assert_ok(pat_config_flag(&files->config, "--batch-max=9", NULL));
  assert_ok(open_and_close(files));
}

#define init_test(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      init_test(test_init__a_root_key_that_cannot_be_read_is_refused),
      init_test(test_init__one_root_key_twice_is_refused),
      init_test(test_init__a_threshold_that_cannot_be_met_is_refused),
      init_test(test_init__a_bad_prefix_is_refused),
      init_test(test_init__a_bad_policy_is_refused),
      init_test(test_init__no_quiet_time_is_refused),
      init_test(test_init__a_ledger_is_never_made_anew),
      init_test(test_init__an_interrupted_one_says_what_to_remove),
      init_test(test_init__any_root_keys_in_any_order),
      init_test(test_init__what_it_makes_opens_once_at_a_time),
      init_test(test_ledger_open__keys_that_the_genesis_does_not_name_are_refused),
      init_test(test_ledger_open__an_origin_of_no_line_is_refused),
      init_test(test_ledger_open__an_empty_store_is_no_ledger),
      init_test(test_ledger_open__a_queue_shorter_than_a_batch_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
