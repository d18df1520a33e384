/* The list of assets that an auditor is given: refused as a whole where a line is none, bounded,
 * and the same whatever its order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "clients/cli/audit/asset_list.h"
#include "core/crypto/base32.h"

enum { MEMORY = 64 * 1024 * 1024 };

#define assert_ok(call) assert_string_equal(pat_rule_id((pat_rule)(call).rule), "ok")
#define assert_refused(call, symbol) \
  assert_string_equal(pat_rule_id((pat_rule)(call).rule), pat_rule_id(PAT_RULE_##symbol))

static void test_asset_list__names_the_line_that_is_none(void **state) {
  (void)state;
  uint8_t bytes[4096];
  pat_arena memory;
  pat_arena_init(&memory, bytes, sizeof bytes);
  pat_asset_list list = {.count = 7};
  pat_err err = {.offset = 0};
  pat_span text = PAT_SPAN_LITERAL("00000000000000000000000000\n");
  assert_refused(pat_asset_list_parse(text, &memory, &list, &err), CRYPTO_BASE32_LENGTH);
  assert_string_equal(err.place, "line 1");
  text = PAT_SPAN_LITERAL("\n\n00000000000000000000000000Y\n");
  assert_refused(pat_asset_list_parse(text, &memory, &list, &err), CRYPTO_BASE32_CHECK);
  assert_string_equal(err.place, "line 3");
  pat_arena_init(&memory, bytes, 8);
  text = PAT_SPAN_LITERAL("000000000000000000000000000\n");
  assert_refused(pat_asset_list_parse(text, &memory, &list, &err), LIMIT_MEMORY);
  assert_int_equal(list.count, 7);
}

/* As many lines as asked for, each another id. */
static pat_span many_lines(pat_arena *memory, size_t count) {
  size_t size = count * (PAT_BASE32_ASSET_SYMBOLS + 1);
  char *text = pat_arena_take(memory, size + 1);
  assert_non_null(text);
  for (size_t i = 0; i < count; i++) {
    uint8_t id[PAT_ASSET_ID_BYTES] = {0};
    for (size_t byte = 0; byte < 4; byte++)
      id[byte] = (uint8_t)(i >> 8 * byte);
    pat_base32_asset_encode(id, text + i * (PAT_BASE32_ASSET_SYMBOLS + 1));
    text[(i + 1) * (PAT_BASE32_ASSET_SYMBOLS + 1) - 1] = '\n';
  }
  return pat_span_make(text, size);
}

static void test_asset_list__is_bounded(void **state) {
  (void)state;
  pat_arena memory;
  pat_arena_init(&memory, malloc(MEMORY), MEMORY);
  static const size_t counts[] = {PAT_CLI_ASSETS_MAX - 1, PAT_CLI_ASSETS_MAX,
                                  PAT_CLI_ASSETS_MAX + 1};
  size_t mark = pat_arena_mark(&memory);
  for (size_t i = 0; i < 3; i++) {
    pat_arena_reset_to(&memory, mark);
    pat_span text = many_lines(&memory, counts[i]);
    pat_asset_list list = {.count = 7};
    pat_err err = {.offset = 0};
    pat_status status = pat_asset_list_parse(text, &memory, &list, &err);
    if (counts[i] <= PAT_CLI_ASSETS_MAX) {
      assert_ok(status);
      assert_int_equal(list.count, counts[i]);
      assert_true(pat_span_compare(PAT_SPAN_OF(list.ids[0].bytes), PAT_SPAN_OF(list.ids[1].bytes)) <
                  0);
    } else {
      assert_refused(status, FILE_TOO_LARGE);
      assert_int_equal(list.count, 7);
    }
  }
  free(memory.base);
}

static void test_asset_list__is_the_same_in_any_order(void **state) {
  (void)state;
  pat_arena memory;
  pat_arena_init(&memory, malloc(MEMORY), MEMORY);
  char text[256];
  char one[PAT_BASE32_ASSET_TEXT_BYTES];
  char three[PAT_BASE32_ASSET_TEXT_BYTES];
  pat_base32_asset_encode((const uint8_t[PAT_ASSET_ID_BYTES]){1}, one);
  pat_base32_asset_encode((const uint8_t[PAT_ASSET_ID_BYTES]){3}, three);
  pat_asset_list lists[2];
  (void)snprintf(text, sizeof text, "%s\r\n\n%s\n%s", three, one, three);
  assert_ok(pat_asset_list_parse(pat_span_text(text), &memory, &lists[0], NULL));
  (void)snprintf(text, sizeof text, "%s\n%s\n", one, three);
  assert_ok(pat_asset_list_parse(pat_span_text(text), &memory, &lists[1], NULL));
  assert_int_equal(lists[0].count, 2);
  assert_int_equal(lists[0].repeated, 1);
  assert_true(pat_hash_equal(&lists[0].sha256, &lists[1].sha256));
  free(memory.base);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_asset_list__names_the_line_that_is_none),
      cmocka_unit_test(test_asset_list__is_bounded),
      cmocka_unit_test(test_asset_list__is_the_same_in_any_order),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
