/* What the tests of stores share: an engine as a fixture, and short ways to write and read. */
#ifndef PAT_TESTS_SERVER_STORE_STORE_SUPPORT_H
#define PAT_TESTS_SERVER_STORE_STORE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>

#include "server/store/store.h"
#include "tests/support/temp_directory.h"

#define assert_ok(call) assert_string_equal(pat_rule_id((pat_rule)(call).rule), "ok")
#define assert_refused(call, symbol) \
  assert_string_equal(pat_rule_id((pat_rule)(call).rule), pat_rule_id(PAT_RULE_##symbol))

/* One engine under test. */
typedef struct {
  const char *name;
  bool persistent; /* it may be closed and opened again with what it held */
  temp_directory directory;
  pat_store *inner; /* under a wrapper: what it wraps */
  pat_store *store;
} store_fixture;

/* cmocka's set-up and tear-down for each engine; *state is a store_fixture. */
int store_support_memory(void **state);
int store_support_rocksdb(void **state);
int store_support_wrapped(void **state);
int store_support_tear_down(void **state);

/* Opens the fixture's RocksDB store again, after closing it. */
void store_support_reopen(store_fixture *at);
pat_status store_support_open_rocksdb(const char *directory, pat_store **ret_store);

pat_store_key store_support_key(pat_table table, const char *text);
/* Writes one put (value NULL: a delete), durably; fails the test where it cannot. */
void store_support_put(pat_store *store, pat_table table, const char *key, const char *value);
/* Fails the test where the key, at the snapshot, does not hold value (NULL: is not absent). */
void store_support_expect(pat_store *store, const pat_store_snapshot *snapshot, pat_table table,
                          const char *key, const char *value);
/* Fails the test where the range's keys are not these, separated by one blank. */
void store_support_expect_keys(pat_store *store, const pat_store_snapshot *snapshot,
                               pat_store_range range, const char *keys);

#endif
