/* The journal: what is not this import's is refused, a torn line is passed over, later values take
 * their place. */
#include "clients/cli/import/state.h"

#include <stdio.h>

#include "clients/cli/files.h"
#include "tests/clients/import/import_support.h"
#include "tests/support/temp_directory.h"

typedef struct {
  pat_cli cli;
  temp_directory folder;
  char path[TEMP_DIRECTORY_PATH_MAX];
} state_fixture;

static int new_fixture(void **state) {
  state_fixture *made = calloc(1, sizeof *made);
  void *memory = malloc(4 * 1024 * 1024);
  if (made == NULL || memory == NULL) {
    free(made);
    free(memory);
    return -1;
  }
  made->cli = (pat_cli){.out = stdout, .err = stderr};
  pat_arena_init(&made->cli.arena, memory, 4 * 1024 * 1024);
  made->folder = temp_directory_make();
  (void)temp_directory_join(&made->folder, "state", made->path);
  *state = made;
  return 0;
}

static int free_fixture(void **state) {
  state_fixture *made = *state;
  temp_directory_remove(&made->folder);
  free(made->cli.arena.base);
  free(made);
  return 0;
}

static pat_status open_state(state_fixture *fixture, const char *origin, const char *map,
                             pat_state *ret_state) {
  return pat_state_open(&fixture->cli, fixture->path, origin, map, ret_state);
}

static pat_item_id item_of(uint8_t kind, uint8_t family, uint8_t value) {
  pat_item_id item = {{0}};
  item.bytes[0] = kind;
  item.bytes[1] = family;
  item.bytes[PAT_IMPORT_ITEM_BYTES - 1] = value;
  return item;
}

static pat_hash key_of(uint8_t number) {
  pat_hash key = {{0}};
  key.bytes[7] = number;
  return key;
}

/* A journal with one registered row that says two items. */
static void write_one(state_fixture *fixture) {
  pat_state state;
  pat_state_row *row = NULL;
  pat_hash key = key_of(1);
  pat_item_id first = item_of(1, 0, 1);
  pat_item_id second = item_of(1, 0, 2);
  import_ok(open_state(fixture, "log", "map", &state));
  import_ok(pat_state_add(&state, &key, &row));
  row->registered = true;
  row->asset[0] = 7;
  import_ok(pat_state_note(row, &first));
  import_ok(pat_state_note(row, &second));
  import_ok(pat_state_write(&state, row));
  import_ok(pat_state_sync(&state));
  pat_state_close(&state);
}

static void append(const state_fixture *fixture, const char *text) {
  FILE *file = fopen(fixture->path, "ab");
  assert_non_null(file);
  assert_true(fputs(text, file) >= 0);
  assert_int_equal(fclose(file), 0);
}

static void test_state__refuses_another_logs_or_maps_journal(void **state) {
  pat_state opened;
  write_one(*state);
  import_refused(open_state(*state, "other", "map", &opened), IMPORT_STATE);
  pat_state_close(&opened);
  import_refused(open_state(*state, "log", "other", &opened), IMPORT_STATE);
  pat_state_close(&opened);
}

static void test_state__refuses_a_line_that_is_none(void **state) {
  pat_state opened;
  write_one(*state);
  append(*state, "not a row\n");
  import_refused(open_state(*state, "log", "map", &opened), IMPORT_STATE);
  pat_state_close(&opened);
}

static void test_state__refuses_a_second_run_at_the_same_time(void **state) {
  pat_state first;
  pat_state second;
  import_ok(open_state(*state, "log", "map", &first));
  import_refused(open_state(*state, "log", "map", &second), FILE_LOCKED);
  pat_state_close(&second);
  pat_state_close(&first);
}

static void test_state__passes_over_a_torn_line(void **state) {
  pat_state opened;
  write_one(*state);
  append(*state, "00000000");
  import_ok(open_state(*state, "log", "map", &opened));
  assert_int_equal(opened.row_count, 1);
  pat_state_close(&opened);
  /* What was torn is gone, so that the next line is whole. */
  import_ok(open_state(*state, "log", "map", &opened));
  pat_state_row *row = NULL;
  pat_hash key = key_of(2);
  pat_item_id item = item_of(1, 0, 9);
  import_ok(pat_state_add(&opened, &key, &row));
  import_ok(pat_state_note(row, &item));
  import_ok(pat_state_write(&opened, row));
  pat_state_close(&opened);
  import_ok(open_state(*state, "log", "map", &opened));
  assert_int_equal(opened.row_count, 2);
  pat_state_close(&opened);
}

/* Between two readings of a source, a row must not turn into another one. */
static void test_state__refuses_a_row_that_was_not_met_there(void **state) {
  pat_state opened;
  pat_state_row *row = NULL;
  pat_state_row *met = NULL;
  pat_hash key = key_of(1);
  pat_hash other = key_of(2);
  import_ok(open_state(*state, "log", "map", &opened));
  import_ok(pat_state_add(&opened, &key, &row));
  import_refused(pat_state_met(&opened, &key, 3, &met), IMPORT_SOURCE);
  row->seen = 3;
  import_refused(pat_state_met(&opened, &key, 4, &met), IMPORT_SOURCE);
  import_refused(pat_state_met(&opened, &other, 3, &met), IMPORT_SOURCE);
  assert_null(met);
  import_ok(pat_state_met(&opened, &key, 3, &met));
  assert_ptr_equal(met, row);
  pat_state_close(&opened);
}

static void test_state__gives_back_what_was_written(void **state) {
  pat_state opened;
  pat_hash key = key_of(1);
  pat_hash other = key_of(2);
  pat_item_id second = item_of(1, 0, 2);
  pat_item_id third = item_of(1, 0, 3);
  write_one(*state);
  import_ok(open_state(*state, "log", "map", &opened));
  const pat_state_row *row = pat_state_find(&opened, &key);
  assert_non_null(row);
  assert_true(row->registered);
  assert_false(row->fresh);
  assert_int_equal(row->asset[0], 7);
  assert_true(pat_state_has(row, &second));
  assert_false(pat_state_has(row, &third));
  assert_null(pat_state_find(&opened, &other));
  pat_state_close(&opened);
}

static void test_state__a_later_value_takes_the_place_of_its_attribute(void **state) {
  pat_state opened;
  pat_state_row *row = NULL;
  pat_hash key = key_of(1);
  pat_item_id red = item_of(0, 1, 1);
  pat_item_id blue = item_of(0, 1, 2);
  pat_item_id other = item_of(0, 2, 1);
  import_ok(open_state(*state, "log", "map", &opened));
  import_ok(pat_state_add(&opened, &key, &row));
  import_ok(pat_state_note(row, &red));
  import_ok(pat_state_note(row, &other));
  import_ok(pat_state_note(row, &blue));
  assert_false(pat_state_has(row, &red));
  assert_true(pat_state_has(row, &blue));
  assert_true(pat_state_has(row, &other));
  assert_int_equal(row->item_count, 2);
  pat_state_close(&opened);
}

static void test_state__finds_each_of_many_rows(void **state) {
  pat_state opened;
  import_ok(open_state(*state, "log", "map", &opened));
  for (unsigned i = 0; i < 5000; i++) {
    pat_state_row *row = NULL;
    pat_hash key = {{0, 0, 0, 0, 0, 0, (uint8_t)(i >> 8), (uint8_t)i}};
    import_ok(pat_state_add(&opened, &key, &row));
    row->seen = i + 1;
  }
  assert_int_equal(opened.row_count, 5000);
  for (unsigned i = 0; i < 5000; i++) {
    pat_hash key = {{0, 0, 0, 0, 0, 0, (uint8_t)(i >> 8), (uint8_t)i}};
    assert_int_equal(pat_state_find(&opened, &key)->seen, i + 1);
  }
  pat_state_close(&opened);
}

/* More than the memory of the command line: it is read line by line. */
static void test_state__reads_a_journal_larger_than_the_arena(void **state) {
  enum { ROWS = 40000 };
  state_fixture *fixture = *state;
  pat_state opened;
  import_ok(open_state(fixture, "log", "map", &opened));
  for (unsigned i = 0; i < ROWS; i++) {
    pat_state_row *row = NULL;
    pat_hash key = {{0, 0, 0, 0, 0, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i}};
    import_ok(pat_state_add(&opened, &key, &row));
    row->registered = true;
    row->changed = true;
    import_ok(pat_state_write(&opened, row));
  }
  assert_true((size_t)ftell(opened.journal) > fixture->cli.arena.capacity);
  pat_state_close(&opened);
  import_ok(open_state(fixture, "log", "map", &opened));
  assert_int_equal(opened.row_count, ROWS);
  pat_state_close(&opened);
}

#define WITH_FILE(test) cmocka_unit_test_setup_teardown(test, new_fixture, free_fixture)

int main(void) {
  const struct CMUnitTest tests[] = {
      WITH_FILE(test_state__refuses_another_logs_or_maps_journal),
      WITH_FILE(test_state__refuses_a_line_that_is_none),
      WITH_FILE(test_state__refuses_a_second_run_at_the_same_time),
      WITH_FILE(test_state__passes_over_a_torn_line),
      WITH_FILE(test_state__refuses_a_row_that_was_not_met_there),
      WITH_FILE(test_state__gives_back_what_was_written),
      WITH_FILE(test_state__a_later_value_takes_the_place_of_its_attribute),
      WITH_FILE(test_state__finds_each_of_many_rows),
      WITH_FILE(test_state__reads_a_journal_larger_than_the_arena),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
