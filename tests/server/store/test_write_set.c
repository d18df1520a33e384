#include "server/store/write_set.h"

#include "core/base/limits.h"
#include "tests/server/store/store_support.h"
#include "tests/support/failing_mem.h"

static const uint8_t bytes[PAT_STORE_KEY_BYTES_MAX + 1];

static pat_span some(size_t size) { return pat_span_make(bytes, size); }

static void test_write_set__refuses_keys_that_are_empty_or_too_long(void **state) {
  (void)state;
  pat_write_set set;
  pat_write_set_init(&set);
  assert_refused(pat_write_set_put(&set, PAT_TABLE_LEAF, some(0), some(1)), STORE_KEY_LENGTH);
  assert_refused(pat_write_set_delete(&set, PAT_TABLE_LEAF, some(0)), STORE_KEY_LENGTH);
  size_t most = PAT_STORE_KEY_BYTES_MAX;
  assert_ok(pat_write_set_put(&set, PAT_TABLE_LEAF, some(most - 1), some(1)));
  assert_ok(pat_write_set_put(&set, PAT_TABLE_LEAF, some(most), some(1)));
  assert_refused(pat_write_set_put(&set, PAT_TABLE_LEAF, some(most + 1), some(1)),
                 STORE_KEY_LENGTH);
  assert_int_equal(pat_write_set_count(&set), 2);
  pat_write_set_clear(&set);
}

static void test_write_set__refuses_values_that_are_too_long(void **state) {
  (void)state;
  pat_blob large = {0};
  assert_ok(pat_blob_init(PAT_STORE_VALUE_BYTES_MAX + 1, &large));
  pat_write_set set;
  pat_write_set_init(&set);
  pat_span fits = pat_span_make(large.data, PAT_STORE_VALUE_BYTES_MAX);
  assert_ok(pat_write_set_put(&set, PAT_TABLE_LEAF, some(1), fits));
  assert_refused(pat_write_set_put(&set, PAT_TABLE_LEAF, some(1), pat_blob_span(large)),
                 STORE_VALUE_LENGTH);
  pat_write_set_clear(&set);
  pat_blob_clear(&large);
}

static void test_write_set__refuses_more_items_and_bytes_than_its_bounds(void **state) {
  (void)state;
  pat_write_set set;
  pat_write_set_init_bounded(&set, 3, 10);
  assert_ok(pat_write_set_put(&set, PAT_TABLE_LEAF, some(2), some(6)));
  assert_refused(pat_write_set_put(&set, PAT_TABLE_LEAF, some(2), some(1)), STORE_WRITE_SET);
  assert_int_equal(pat_write_set_bytes(&set), 8);
  assert_ok(pat_write_set_put(&set, PAT_TABLE_LEAF, some(1), some(0)));
  assert_ok(pat_write_set_delete(&set, PAT_TABLE_LEAF, some(1)));
  assert_int_equal(pat_write_set_bytes(&set), 10);
  assert_refused(pat_write_set_delete(&set, PAT_TABLE_LEAF, some(1)), STORE_WRITE_SET);
  pat_write_set_reset(&set);
  for (size_t i = 0; i < 3; i++)
    assert_ok(pat_write_set_delete(&set, PAT_TABLE_LEAF, some(1)));
  assert_refused(pat_write_set_delete(&set, PAT_TABLE_LEAF, some(1)), STORE_WRITE_SET);
  assert_true(pat_write_set_valid(&set));
  pat_write_set_clear(&set);
}

static void test_write_set__counts_what_is_lent(void **state) {
  (void)state;
  pat_write_set set;
  pat_write_set_init_bounded(&set, 3, 10);
  assert_refused(pat_write_set_lend(&set, PAT_TABLE_LEAF, some(0), some(1)), STORE_KEY_LENGTH);
  assert_refused(pat_write_set_lend(&set, PAT_TABLE_LEAF, some(2), some(9)), STORE_WRITE_SET);
  assert_ok(pat_write_set_lend(&set, PAT_TABLE_LEAF, some(2), some(6)));
  assert_int_equal(pat_write_set_bytes(&set), 8);
  assert_refused(pat_write_set_put(&set, PAT_TABLE_LEAF, some(2), some(1)), STORE_WRITE_SET);
  assert_ok(pat_write_set_put(&set, PAT_TABLE_LEAF, some(1), some(1)));
  assert_int_equal(pat_write_set_bytes(&set), 10);
  assert_true(pat_write_set_valid(&set));
  pat_write_set_reset(&set);
  assert_int_equal(pat_write_set_bytes(&set), 0);
  assert_true(pat_write_set_valid(&set));
  pat_write_set_clear(&set);
}

/* Copies before and behind, so many that the set's bytes move. */
static void test_write_set__keeps_what_is_lent_where_it_stands(void **state) {
  (void)state;
  pat_write_set set;
  pat_write_set_init(&set);
  const pat_span key = PAT_SPAN_LITERAL("lent");
  assert_ok(pat_write_set_put(&set, PAT_TABLE_LEAF, PAT_SPAN_LITERAL("first"), some(3)));
  assert_ok(pat_write_set_lend(&set, PAT_TABLE_STATE, key, some(5)));
  for (size_t i = 0; i < 100; i++)
    assert_ok(pat_write_set_put(&set, PAT_TABLE_LEAF, PAT_SPAN_LITERAL("more"), some(500)));
  pat_write first = pat_write_set_at(&set, 0);
  pat_write lent = pat_write_set_at(&set, 1);
  pat_write last = pat_write_set_at(&set, 101);
  assert_true(pat_span_equal(first.key, PAT_SPAN_LITERAL("first")));
  assert_int_equal(first.value.size, 3);
  assert_ptr_equal(lent.key.data, key.data);
  assert_ptr_equal(lent.value.data, bytes);
  assert_int_equal(lent.table, PAT_TABLE_STATE);
  assert_true(pat_span_equal(last.key, PAT_SPAN_LITERAL("more")));
  assert_true(pat_span_equal(last.value, some(500)));
  pat_write_set_clear(&set);
}

static void test_write_set__gives_back_copies_in_order(void **state) {
  (void)state;
  pat_write_set set;
  pat_write_set_init(&set);
  char key[] = "key";
  assert_ok(pat_write_set_put(&set, PAT_TABLE_STATE, pat_span_text(key), PAT_SPAN_LITERAL("one")));
  key[0] = 'x';
  assert_ok(pat_write_set_delete(&set, PAT_TABLE_META, pat_span_text(key)));
  pat_write first = pat_write_set_at(&set, 0);
  pat_write second = pat_write_set_at(&set, 1);
  assert_int_equal(first.kind, PAT_WRITE_PUT);
  assert_int_equal(first.table, PAT_TABLE_STATE);
  assert_true(pat_span_equal(first.key, PAT_SPAN_LITERAL("key")));
  assert_true(pat_span_equal(first.value, PAT_SPAN_LITERAL("one")));
  assert_int_equal(second.kind, PAT_WRITE_DELETE);
  assert_int_equal(second.table, PAT_TABLE_META);
  assert_true(pat_span_equal(second.key, PAT_SPAN_LITERAL("xey")));
  assert_int_equal(second.value.size, 0);
  pat_write_set_clear(&set);
  assert_int_equal(pat_write_set_count(&set), 0);
  pat_write_set_clear(&(pat_write_set){.count = 0});
}

/* Many items, so that both areas grow several times; half of a failed set must still be whole. */
static bool fill(void *context) {
  (void)context;
  PAT_CLEANUP(pat_write_set_clear) pat_write_set set;
  pat_write_set_init(&set);
  for (uint16_t i = 0; i < 1000; i++) {
    pat_span key = pat_span_make(&i, sizeof i);
    pat_status status = pat_write_set_put(&set, PAT_TABLE_LEAF, key, some(i % 100));
    if (!pat_write_set_valid(&set)) return true;
    if (pat_is_ok(status)) continue;
    if (pat_write_set_count(&set) != i) return true;
    return false;
  }
  for (uint16_t i = 0; i < 1000; i++) {
    pat_write item = pat_write_set_at(&set, i);
    if (!pat_span_equal(item.key, pat_span_make(&i, sizeof i))) return false;
    if (item.value.size != i % 100) return false;
  }
  return true;
}

/* Keys of every length below and above the part that is compared first, equal ones among them. */
static void test_write_set__orders_by_table_key_and_appending(void **state) {
  (void)state;
  enum { ITEMS = 400, KEY_BYTES = 12 };
  uint32_t dice = 1;
  pat_write_set set;
  pat_write_set_init(&set);
  for (size_t i = 0; i < ITEMS; i++) {
    uint8_t key[KEY_BYTES];
    for (size_t k = 0; k < sizeof key; k++) {
      dice = dice * 1664525 + 1013904223;
      key[k] = dice >> 31 ? 0xff : 0;
    }
    pat_table table = i % 3 == 0 ? PAT_TABLE_META : PAT_TABLE_LEAF;
    assert_ok(pat_write_set_put(&set, table, pat_span_make(key, 1 + i % KEY_BYTES), some(1)));
  }
  uint32_t positions[ITEMS];
  bool seen[ITEMS] = {false};
  assert_ok(pat_write_set_order(&set, positions));
  for (size_t i = 0; i < ITEMS; i++) {
    assert_true(positions[i] < ITEMS);
    assert_false(seen[positions[i]]);
    seen[positions[i]] = true;
    if (i == 0) continue;
    pat_write before = pat_write_set_at(&set, positions[i - 1]);
    pat_write after = pat_write_set_at(&set, positions[i]);
    assert_true(before.table <= after.table);
    if (before.table != after.table) continue;
    int keys = pat_span_compare(before.key, after.key);
    assert_true(keys <= 0);
    if (keys == 0) assert_true(positions[i - 1] < positions[i]);
  }
  pat_write_set_clear(&set);
}

static void test_write_set__survives_every_failed_allocation(void **state) {
  (void)state;
  assert_in_range(failing_mem_torture(fill, NULL), 8, 20);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_write_set__refuses_keys_that_are_empty_or_too_long),
      cmocka_unit_test(test_write_set__refuses_values_that_are_too_long),
      cmocka_unit_test(test_write_set__refuses_more_items_and_bytes_than_its_bounds),
      cmocka_unit_test(test_write_set__counts_what_is_lent),
      cmocka_unit_test(test_write_set__keeps_what_is_lent_where_it_stands),
      cmocka_unit_test(test_write_set__gives_back_copies_in_order),
      cmocka_unit_test(test_write_set__orders_by_table_key_and_appending),
      cmocka_unit_test(test_write_set__survives_every_failed_allocation),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
