/* Source files: one broken row does not end them. */
#include "clients/cli/import/rows.h"

#include "tests/clients/import/import_support.h"
#include "tests/support/temp_directory.h"

static const pat_rows_format table = {.csv = {.delimiter = ','}};
static const pat_rows_format array = {.json = true};

/* Writes a file of its own and opens it as a source. */
static pat_status open_text(pat_arena *arena, const pat_rows_format *format, pat_span text,
                            pat_rows *ret_rows) {
  PAT_CLEANUP(temp_directory_remove) temp_directory folder = temp_directory_make();
  char path[TEMP_DIRECTORY_PATH_MAX];
  import_put(temp_directory_join(&folder, "rows", path), text);
  pat_err err = {.offset = 0};
  return pat_rows_open(path, format, arena, ret_rows, &err);
}

/* The statuses of all rows, one letter each: . read, else the first letter behind "import." of its
 * rule. */
static const char *read_all(pat_rows *rows) {
  static char letters[64];
  size_t count = 0;
  for (;;) {
    pat_row row;
    pat_status status = pat_rows_next(rows, &row, NULL);
    if (!pat_is_ok(status)) {
      letters[count++] = '!';
      break;
    }
    if (row.end) break;
    assert_int_equal(row.number, count + 1);
    assert_true((row.object != NULL) == pat_is_ok(row.status));
    const char *rule = pat_rule_id((pat_rule)row.status.rule);
    letters[count++] = pat_is_ok(row.status) ? '.' : rule[strlen("import.")];
    json_decref(row.object);
    assert_true(count < sizeof letters);
  }
  letters[count] = '\0';
  pat_rows_close(rows);
  return letters;
}

static void test_rows__refuses_a_header_that_names_a_column_twice(void **state) {
  pat_rows rows;
  import_refused(open_text(*state, &table, PAT_SPAN_LITERAL("a,b, a\n1,2,3\n"), &rows),
                 IMPORT_CSV_FIELDS);
  pat_rows_close(&rows);
  import_refused(open_text(*state, &table, PAT_SPAN_LITERAL(""), &rows), IMPORT_CSV_FIELDS);
  pat_rows_close(&rows);
  import_refused(open_text(*state, &table, PAT_SPAN_LITERAL("a,\"b\n"), &rows), IMPORT_CSV_QUOTE);
  pat_rows_close(&rows);
}

static void test_rows__refuses_a_file_that_is_not_there(void **state) {
  pat_rows rows;
  import_refused(pat_rows_open("/nonexistent/source", &table, *state, &rows, NULL), FILE_MISSING);
  pat_rows_close(&rows);
}

static void test_rows__goes_on_behind_a_broken_record(void **state) {
  pat_rows rows;
  import_ok(
      open_text(*state, &table,
                PAT_SPAN_LITERAL("\xef\xbb\xbf"
                                 "a,b\n1,2\n3\n\n4,\"5\"6\n7,\xff\n8,9,10\n\"x\ny\",z\r\n11,\"12"),
                &rows));
  assert_string_equal(rows.columns[0], "a");
  assert_string_equal(read_all(&rows), ".cctc.c");
}

static void test_rows__reads_a_column_by_its_name(void **state) {
  pat_rows rows;
  pat_row row;
  import_ok(open_text(*state, &table, PAT_SPAN_LITERAL("a , b\n 1 ,\"2\"\n"), &rows));
  import_ok(pat_rows_next(&rows, &row, NULL));
  assert_string_equal(json_string_value(json_object_get(row.object, "a")), " 1 ");
  assert_string_equal(json_string_value(json_object_get(row.object, "b")), "2");
  json_decref(row.object);
  pat_rows_close(&rows);
}

static void test_rows__refuses_objects_that_are_not_well_formed(void **state) {
  pat_rows rows;
  import_ok(
      open_text(*state, &array,
                PAT_SPAN_LITERAL("[{\"a\": 1}, {\"a\": 1, \"a\": 2}, {\"a\" 1}, {\"a\": \"\xff\"},"
                                 "{\"a\": \"\\u0000\"}, {\"a\": null}]"),
                &rows));
  assert_string_equal(read_all(&rows), ".jjjj.");
}

static void test_rows__refuses_an_object_by_its_rule(void **state) {
  pat_rows rows;
  pat_row row;
  import_ok(open_text(*state, &array, PAT_SPAN_LITERAL("[{\"a\" 1}]"), &rows));
  import_ok(pat_rows_next(&rows, &row, NULL));
  import_refused(row.status, IMPORT_JSON);
  assert_null(row.object);
  pat_rows_close(&rows);
}

/* As if so many rows had been read already. */
static pat_status read_row_number(pat_arena *arena, uint64_t number) {
  pat_rows rows;
  pat_row row;
  import_ok(open_text(arena, &table, PAT_SPAN_LITERAL("a\n1\n"), &rows));
  rows.rows = number - 1;
  pat_status status = pat_rows_next(&rows, &row, NULL);
  json_decref(row.object);
  pat_rows_close(&rows);
  return status;
}

static void test_rows__refuses_more_rows_than_the_limit(void **state) {
  import_ok(read_row_number(*state, PAT_IMPORT_ROWS_MAX - 1));
  import_ok(read_row_number(*state, PAT_IMPORT_ROWS_MAX));
  import_refused(read_row_number(*state, PAT_IMPORT_ROWS_MAX + 1), IMPORT_ROWS);
}

/* Reads all rows, and then again from the last to the first: each is what it was. */
static size_t read_twice(pat_rows *rows) {
  enum { ROWS_MAX = 16 };
  pat_row all[ROWS_MAX];
  size_t count = 0;
  for (;;) {
    pat_row row;
    import_ok(pat_rows_next(rows, &row, NULL));
    if (row.end) break;
    if (pat_is_ok(row.status)) all[count++] = row;
    assert_true(count < ROWS_MAX);
  }
  for (size_t i = count; i > 0; i--) {
    const pat_row *before = &all[i - 1];
    pat_row row;
    import_ok(pat_rows_again(rows, &before->place, &row));
    import_ok(row.status);
    assert_int_equal(row.number, before->number);
    assert_true(json_equal(row.object, before->object));
    json_decref(row.object);
    json_decref(before->object);
  }
  pat_rows_close(rows);
  return count;
}

static void test_rows__reads_each_row_again(void **state) {
  pat_rows rows;
  import_ok(open_text(*state, &table,
                      PAT_SPAN_LITERAL("\xef\xbb\xbf"
                                       "a,b\n1,2\r\n3\n\n\"x\ny\",\"z\"\"\"\n\n4,"),
                      &rows));
  assert_int_equal(read_twice(&rows), 3);
  import_ok(open_text(*state, &array,
                      PAT_SPAN_LITERAL(" [ {\"a\": 1} ,{\"a\" 1}, {\"a\": \"}\"}, {}]\n"), &rows));
  assert_int_equal(read_twice(&rows), 3);
}

/* The file is overwritten between the two readings. */
static void check_changed(pat_arena *arena, const pat_rows_format *format, const char *before,
                          const char *after) {
  PAT_CLEANUP(temp_directory_remove) temp_directory folder = temp_directory_make();
  char path[TEMP_DIRECTORY_PATH_MAX];
  import_put(temp_directory_join(&folder, "rows", path), import_span(before));
  pat_rows rows;
  pat_row row;
  pat_row again = {.object = NULL};
  import_ok(pat_rows_open(path, format, arena, &rows, NULL));
  import_ok(pat_rows_next(&rows, &row, NULL));
  import_ok(row.status);
  json_decref(row.object);
  import_put(path, import_span(after));
  import_refused(pat_rows_again(&rows, &row.place, &again), IMPORT_SOURCE);
  assert_null(again.object);
  pat_rows_close(&rows);
}

static void test_rows__refuses_a_source_that_was_changed(void **state) {
  check_changed(*state, &table, "a,b\n1,2\n", "a,b\n1,");
  check_changed(*state, &table, "a,b\n1,2\n", "a,b\n1;2\n");
  check_changed(*state, &array, "[{\"a\": 1}]", "[");
  check_changed(*state, &array, "[{\"a\": 1}]", "[[\"a\", 1]]");
}

static void test_rows__refuses_an_array_that_breaks_off(void **state) {
  pat_rows rows;
  import_ok(open_text(*state, &array, PAT_SPAN_LITERAL("[{\"a\": 1}, {\"a\""), &rows));
  assert_string_equal(read_all(&rows), ".!");
}

/* Rows larger than what is read at once, and one that is too long among them. */
static void test_rows__passes_over_a_row_that_is_too_long(void **state) {
  size_t size = (size_t)PAT_IMPORT_ROW_BYTES_MAX * 4;
  char *text = malloc(size);
  assert_non_null(text);
  memset(text, 'x', size);
  memcpy(text, "a\n1\n", 4);
  text[PAT_IMPORT_ROW_BYTES_MAX / 2] = '\n';
  text[size - 3] = '\n';
  text[size - 1] = '\n';
  pat_rows rows;
  import_ok(open_text(*state, &table, pat_span_make(text, size), &rows));
  assert_string_equal(read_all(&rows), "..r.");
  free(text);
}

static void test_rows__reads_the_shared_broken_table_to_its_end(void **state) {
  const pat_rows_format met = {.csv = {.delimiter = ';', .cp1252 = true}};
  pat_rows rows;
  const char *path = import_shared(*state, "art/met_american_wing_raw_cp1252.csv");
  import_ok(pat_rows_open(path, &met, *state, &rows, NULL));
  size_t count = 0;
  size_t read = 0;
  for (;;) {
    pat_row row;
    import_ok(pat_rows_next(&rows, &row, NULL));
    if (row.end) break;
    count++;
    read += row.object != NULL ? 1 : 0;
    json_decref(row.object);
  }
  pat_rows_close(&rows);
  assert_true(count >= 290);
  assert_true(read >= count / 2);
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, import_arena_new, import_arena_free)

int main(void) {
  const struct CMUnitTest tests[] = {
      WITH_ARENA(test_rows__refuses_a_header_that_names_a_column_twice),
      WITH_ARENA(test_rows__refuses_a_file_that_is_not_there),
      WITH_ARENA(test_rows__goes_on_behind_a_broken_record),
      WITH_ARENA(test_rows__reads_a_column_by_its_name),
      WITH_ARENA(test_rows__refuses_objects_that_are_not_well_formed),
      WITH_ARENA(test_rows__refuses_an_object_by_its_rule),
      WITH_ARENA(test_rows__refuses_more_rows_than_the_limit),
      WITH_ARENA(test_rows__reads_each_row_again),
      WITH_ARENA(test_rows__refuses_a_source_that_was_changed),
      WITH_ARENA(test_rows__refuses_an_array_that_breaks_off),
      WITH_ARENA(test_rows__passes_over_a_row_that_is_too_long),
      WITH_ARENA(test_rows__reads_the_shared_broken_table_to_its_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
