/* Arrays of objects: refusals first. */
#include "clients/cli/import/json_cut.h"
#include "core/bytes/builder.h"
#include "tests/clients/import/import_support.h"

/* Cuts a whole text; gives the first failure, and how many objects came before it. */
static pat_status cut_all(const char *text, size_t size, size_t *ret_objects, size_t *ret_refused) {
  pat_json_cutter cutter = {.begun = false};
  pat_span rest = pat_span_make(text, size);
  *ret_objects = *ret_refused = 0;
  do {
    pat_json_piece piece = {.size = 0};
    PAT_TRY(pat_json_cut(&cutter, rest, true, &piece));
    if (piece.object.size > 0) ++*ret_objects;
    if (!pat_is_ok(piece.status)) ++*ret_refused;
    rest = pat_span_slice(rest, piece.size, rest.size - piece.size);
  } while (rest.size > 0);
  return cutter.ended ? PAT_OK : pat_refuse(PAT_RULE_IMPORT_JSON_ARRAY);
}

static pat_status cut(const char *text) {
  size_t objects = 0;
  size_t refused = 0;
  return cut_all(text, strlen(text), &objects, &refused);
}

static void test_json_cut__refuses_what_is_no_array_of_objects(void **state) {
  (void)state;
  static const char *const others[] = {
      "",          "{}",           "x",           "[",       "[{}",  "[{},",   "[{},]",  "[,{}]",
      "[{}{}]",    "[{},,{}]",     "[1]",         "[\"a\"]", "[[]]", "[null]", "[{}] x", "[{}][{}]",
      "[{\"a\":1", "[{\"a\":\"}]", "[{\"a\":[}]", "[{}],"};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    import_refused(cut(others[i]), IMPORT_JSON_ARRAY);
  }
}

/* An object whose lists make it so deep, and another one. */
static char *nested(size_t depth) {
  size_t capacity = depth * 2 + 16;
  char *text = calloc(capacity, 1);
  assert_non_null(text);
  pat_builder builder;
  pat_builder_init(&builder, text, capacity - 1);
  pat_builder_text(&builder, "[{\"a\":");
  for (size_t i = 1; i < depth; i++)
    pat_builder_char(&builder, '[');
  pat_builder_char(&builder, '1');
  for (size_t i = 1; i < depth; i++)
    pat_builder_char(&builder, ']');
  pat_builder_text(&builder, "},{}]");
  return text;
}

static void test_json_cut__refuses_one_object_that_is_too_deep(void **state) {
  (void)state;
  for (size_t depth = PAT_JSON_DEPTH_MAX - 1; depth <= PAT_JSON_DEPTH_MAX + 1; depth++) {
    size_t objects = 0;
    size_t refused = 0;
    char *text = nested(depth);
    import_ok(cut_all(text, strlen(text), &objects, &refused));
    assert_int_equal(objects, 2);
    assert_int_equal(refused, depth > PAT_JSON_DEPTH_MAX ? 1 : 0);
    free(text);
  }
}

static pat_status cut_sized(size_t object_size) {
  char *text = malloc(object_size + 2);
  assert_non_null(text);
  memset(text, ' ', object_size + 2);
  text[0] = '[';
  text[1] = '{';
  text[object_size] = '}';
  text[object_size + 1] = ']';
  size_t objects = 0;
  size_t refused = 0;
  pat_status status = cut_all(text, object_size + 2, &objects, &refused);
  free(text);
  return status;
}

static void test_json_cut__refuses_an_object_beyond_the_limit(void **state) {
  (void)state;
  import_ok(cut_sized(PAT_IMPORT_ROW_BYTES_MAX - 1));
  import_ok(cut_sized(PAT_IMPORT_ROW_BYTES_MAX));
  import_refused(cut_sized(PAT_IMPORT_ROW_BYTES_MAX + 1), IMPORT_ROW_SIZE);
}

static void test_json_cut__asks_for_more_in_a_short_window(void **state) {
  (void)state;
  pat_json_cutter cutter = {.begun = true};
  pat_json_piece piece = {.size = 9};
  import_ok(pat_json_cut(&cutter, PAT_SPAN_LITERAL("{\"a\": \"}"), false, &piece));
  assert_int_equal(piece.size, 0);
  assert_int_equal(cutter.objects, 0);
}

static void test_json_cut__passes_over_brackets_in_texts(void **state) {
  (void)state;
  static const char text[] = " [ {\"a\": \"}]\\\"}\"} ,\n{\"b\": [{}, {\"c\": \"\\\\\"}]} ] \n";
  size_t objects = 0;
  size_t refused = 0;
  import_ok(cut_all(text, sizeof text - 1, &objects, &refused));
  assert_int_equal(objects, 2);
  import_ok(cut("[]"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_json_cut__refuses_what_is_no_array_of_objects),
      cmocka_unit_test(test_json_cut__refuses_one_object_that_is_too_deep),
      cmocka_unit_test(test_json_cut__refuses_an_object_beyond_the_limit),
      cmocka_unit_test(test_json_cut__asks_for_more_in_a_short_window),
      cmocka_unit_test(test_json_cut__passes_over_brackets_in_texts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
