/* Tables: refusals first. */
#include "clients/cli/import/csv.h"
#include "core/bytes/text.h"
#include "tests/clients/import/import_support.h"

static const pat_csv_format comma = {.delimiter = ','};
static const pat_csv_format semicolon_1252 = {.delimiter = ';', .cp1252 = true};

static pat_csv_record cut(const char *text) {
  pat_csv_record record;
  pat_csv_cut(&comma, pat_span_text(text), true, &record);
  return record;
}

static void test_csv__refuses_broken_quotes(void **state) {
  (void)state;
  static const char *const broken[] = {"a,b\"c,d\nnext\n", "\"a\"b,c\nnext\n", "a,\"b\nnext\n",
                                       "\"a\" ,b\nnext\n"};
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
    pat_csv_record record = cut(broken[i]);
    import_refused(record.status, IMPORT_CSV_QUOTE);
    /* The next record begins behind the first line break. */
    assert_string_equal(broken[i] + record.size, "next\n");
    assert_false(record.unended);
  }
}

static void test_csv__refuses_an_open_quote_at_the_end(void **state) {
  (void)state;
  pat_csv_record record = cut("a,\"b");
  import_refused(record.status, IMPORT_CSV_QUOTE);
  assert_int_equal(record.size, 4);
  assert_true(record.unended);
}

/* A row of size bytes and a line break behind it, cut from a window of all of it. */
static pat_csv_record cut_long(size_t size, char first) {
  char *row = malloc(size + 2);
  assert_non_null(row);
  memset(row, 'x', size);
  row[0] = first;
  row[size] = '\n';
  row[size + 1] = '\0';
  pat_csv_record record;
  pat_csv_cut(&comma, pat_span_make(row, size + 1), true, &record);
  free(row);
  return record;
}

static void test_csv__refuses_a_row_beyond_the_limit(void **state) {
  (void)state;
  import_ok(cut_long(PAT_IMPORT_ROW_BYTES_MAX - 2, 'x').status);
  import_ok(cut_long(PAT_IMPORT_ROW_BYTES_MAX - 1, 'x').status);
  pat_csv_record record = cut_long(PAT_IMPORT_ROW_BYTES_MAX, 'x');
  import_refused(record.status, IMPORT_ROW_SIZE);
  assert_int_equal(record.size, PAT_IMPORT_ROW_BYTES_MAX + 1);
  import_refused(cut_long(PAT_IMPORT_ROW_BYTES_MAX, '"').status, IMPORT_CSV_QUOTE);
}

static pat_status fields_of(pat_arena *arena, const pat_csv_format *format, pat_span text) {
  pat_span *fields = NULL;
  size_t count = 0;
  return pat_csv_fields(format, text, arena, &fields, &count);
}

static void test_csv__refuses_bytes_of_no_encoding(void **state) {
  import_refused(fields_of(*state, &comma, PAT_SPAN_LITERAL("a,\xff")), IMPORT_TEXT);
  import_refused(fields_of(*state, &comma, PAT_SPAN_LITERAL("a,\xc3")), IMPORT_TEXT);
  import_refused(fields_of(*state, &comma, PAT_SPAN_LITERAL("a\0b")), IMPORT_TEXT);
  import_refused(fields_of(*state, &semicolon_1252, PAT_SPAN_LITERAL("a;\x81")), IMPORT_TEXT);
  import_refused(fields_of(*state, &semicolon_1252, PAT_SPAN_LITERAL("a\0b")), IMPORT_TEXT);
}

static void test_csv__refuses_more_fields_than_the_limit(void **state) {
  char *row = malloc(PAT_IMPORT_FIELDS_MAX);
  assert_non_null(row);
  memset(row, ',', PAT_IMPORT_FIELDS_MAX);
  import_ok(fields_of(*state, &comma, pat_span_make(row, PAT_IMPORT_FIELDS_MAX - 2)));
  import_ok(fields_of(*state, &comma, pat_span_make(row, PAT_IMPORT_FIELDS_MAX - 1)));
  import_refused(fields_of(*state, &comma, pat_span_make(row, PAT_IMPORT_FIELDS_MAX)),
                 IMPORT_CSV_FIELDS);
  free(row);
}

static void test_csv__asks_for_more_inside_a_record(void **state) {
  (void)state;
  static const char *const parts[] = {"", "a", "a,b", "a,\"b\n", "a,\"b\"\"\n", "a,b\r"};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    pat_csv_record record;
    pat_csv_cut(&comma, pat_span_text(parts[i]), false, &record);
    assert_int_equal(record.size, 0);
  }
}

static void test_csv__reads_quotes_line_breaks_and_empty_fields(void **state) {
  pat_csv_record record = cut("a,\"b \"\"c\"\"\nd\",,\"\"\r\nnext");
  import_ok(record.status);
  assert_int_equal(record.size, 19);
  assert_int_equal(record.text_size, 17);
  pat_span *fields = NULL;
  size_t count = 0;
  import_ok(pat_csv_fields(&comma, PAT_SPAN_LITERAL("a,\"b \"\"c\"\"\nd\",,\"\""), *state, &fields,
                           &count));
  assert_int_equal(count, 4);
  assert_string_equal((const char *)fields[0].data, "a");
  assert_string_equal((const char *)fields[1].data, "b \"c\"\nd");
  assert_int_equal(fields[2].size, 0);
  assert_int_equal(fields[3].size, 0);
}

static void test_csv__reads_code_page_1252(void **state) {
  pat_span *fields = NULL;
  size_t count = 0;
  import_ok(pat_csv_fields(&semicolon_1252, PAT_SPAN_LITERAL("caf\xe9;\x80 5;\x93q\x94"), *state,
                           &fields, &count));
  assert_int_equal(count, 3);
  assert_string_equal((const char *)fields[0].data, "caf\xc3\xa9");
  assert_string_equal((const char *)fields[1].data, "\xe2\x82\xac 5");
  assert_string_equal((const char *)fields[2].data, "\xe2\x80\x9cq\xe2\x80\x9d");
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, import_arena_new, import_arena_free)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_csv__refuses_broken_quotes),
      cmocka_unit_test(test_csv__refuses_an_open_quote_at_the_end),
      cmocka_unit_test(test_csv__refuses_a_row_beyond_the_limit),
      WITH_ARENA(test_csv__refuses_bytes_of_no_encoding),
      WITH_ARENA(test_csv__refuses_more_fields_than_the_limit),
      cmocka_unit_test(test_csv__asks_for_more_inside_a_record),
      WITH_ARENA(test_csv__reads_quotes_line_breaks_and_empty_fields),
      WITH_ARENA(test_csv__reads_code_page_1252),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
