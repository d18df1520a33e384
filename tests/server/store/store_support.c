#include "tests/server/store/store_support.h"

#include <string.h>

#include "tests/support/wrapped_store.h"

enum { SMALL_MEMORY = 4 * 1024 * 1024, SMALL_RESERVE = 1024 * 1024 };

static store_fixture only;

int store_support_memory(void **state) {
  only = (store_fixture){.name = "memory"};
  assert_ok(pat_store_memory_open(&only.store));
  *state = &only;
  return 0;
}

pat_status store_support_open_rocksdb(const char *directory, pat_store **ret_store) {
  pat_store_rocksdb_options options = {.directory = directory,
                                       .cache_bytes = SMALL_MEMORY,
                                       .memtable_bytes = SMALL_MEMORY,
                                       .free_space_bytes_min = SMALL_RESERVE};
  return pat_store_rocksdb_open(&options, ret_store, NULL);
}

int store_support_rocksdb(void **state) {
  only = (store_fixture){.name = "rocksdb", .persistent = true};
  only.directory = temp_directory_make();
  assert_ok(store_support_open_rocksdb(only.directory.path, &only.store));
  *state = &only;
  return 0;
}

int store_support_wrapped(void **state) {
  only = (store_fixture){.name = "wrapped"};
  assert_ok(pat_store_memory_open(&only.inner));
  only.store = wrapped_store_new(only.inner);
  assert_non_null(only.store);
  *state = &only;
  return 0;
}

int store_support_tear_down(void **state) {
  store_fixture *at = *state;
  pat_store_close(at->store);
  pat_store_close(at->inner);
  temp_directory_remove(&at->directory);
  return 0;
}

void store_support_reopen(store_fixture *at) {
  pat_store_close(at->store);
  at->store = NULL;
  assert_ok(store_support_open_rocksdb(at->directory.path, &at->store));
}

pat_store_key store_support_key(pat_table table, const char *text) {
  return (pat_store_key){.table = table, .bytes = pat_span_text(text)};
}

void store_support_put(pat_store *store, pat_table table, const char *key, const char *value) {
  PAT_CLEANUP(pat_write_set_clear) pat_write_set set;
  pat_write_set_init(&set);
  if (value != NULL) {
    assert_ok(pat_write_set_put(&set, table, pat_span_text(key), pat_span_text(value)));
  } else {
    assert_ok(pat_write_set_delete(&set, table, pat_span_text(key)));
  }
  assert_ok(pat_store_write(store, &set, true));
}

void store_support_expect(pat_store *store, const pat_store_snapshot *snapshot, pat_table table,
                          const char *key, const char *value) {
  pat_blob found = {0};
  pat_status status = pat_store_get(store, snapshot, store_support_key(table, key), &found);
  if (value == NULL) {
    assert_refused(status, STORE_NOT_FOUND);
    assert_false(pat_blob_is_set(found));
    return;
  }
  assert_ok(status);
  assert_string_equal((const char *)found.data, value);
  assert_int_equal(found.size, strlen(value));
  pat_blob_clear(&found);
}

void store_support_expect_keys(pat_store *store, const pat_store_snapshot *snapshot,
                               pat_store_range range, const char *keys) {
  PAT_CLEANUP(pat_store_cursor_close_at) pat_store_cursor *cursor = NULL;
  assert_ok(pat_store_cursor_open(store, snapshot, range, &cursor));
  char found[1024] = {0};
  size_t size = 0;
  pat_span key = PAT_SPAN_EMPTY;
  pat_span value = PAT_SPAN_EMPTY;
  pat_status status = pat_store_cursor_next(cursor, &key, &value);
  for (; pat_is_ok(status); status = pat_store_cursor_next(cursor, &key, &value)) {
    if (size > 0) found[size++] = ' ';
    pat_span_copy(found + size, sizeof found - 2 - size, key);
    size += key.size;
  }
  assert_refused(status, STORE_END);
  assert_refused(pat_store_cursor_next(cursor, &key, &value), STORE_END);
  assert_string_equal(found, keys);
}
