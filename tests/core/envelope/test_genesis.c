/* The log's name pins its genesis. */
#include "core/envelope/genesis.h"

#include "tests/core/envelope/envelope_support.h"

/* Small parameters whose bytes can be written down. */
static Patina__GenesisParameters parameters_of(ledger_world *world, Patina__Policy *policy) {
  patina__policy__init(policy);
  policy->name = (char *)"p";
  Patina__GenesisParameters parameters = PATINA__GENESIS_PARAMETERS__INIT;
  parameters.nonce = ledger_fill(world, 1, 32);
  parameters.root_keys = ledger_take(world, sizeof *parameters.root_keys);
  parameters.root_keys[0] = ledger_fill(world, 2, 32);
  parameters.n_root_keys = 1;
  parameters.root_threshold = 1;
  parameters.vrf_key = ledger_fill(world, 3, 32);
  parameters.promise_key = ledger_fill(world, 4, 32);
  parameters.max_quiet_s = 60;
  parameters.policy = policy;
  return parameters;
}

static pat_origin origin_of(ledger_world *world, const char *prefix,
                            Patina__GenesisParameters *parameters) {
  Patina__Genesis genesis = PATINA__GENESIS__INIT;
  genesis.prefix = (char *)(uintptr_t)prefix;
  genesis.parameters = parameters;
  pat_origin origin;
  size_t used = pat_arena_mark(&world->memory);
  assert_ok(pat_genesis_origin(&genesis, &world->memory, &origin));
  assert_int_equal(pat_arena_mark(&world->memory), used); /* working memory is given back */
  return origin;
}

/* Computed from the bytes by another program. */
static void test_origin__is_the_one_written_down(void **state) {
  ledger_world *world = *state;
  Patina__Policy policy;
  Patina__GenesisParameters parameters = parameters_of(world, &policy);
  pat_origin origin = origin_of(world, "example.org/ledger", &parameters);
  assert_string_equal(origin.text,
                      "example.org/ledger/"
                      "782e1df129682860c9995c23b919150397fe7ba5fc85ee62dd138000d9114806");
}

static void test_origin__changes_with_every_parameter(void **state) {
  ledger_world *world = *state;
  Patina__Policy policy;
  Patina__GenesisParameters parameters = parameters_of(world, &policy);
  pat_origin first = origin_of(world, "a", &parameters);
  ProtobufCBinaryData *fields[] = {&parameters.nonce, &parameters.root_keys[0], &parameters.vrf_key,
                                   &parameters.promise_key};
  for (size_t i = 0; i < 4; i++) {
    fields[i]->data[31] ^= 1;
    assert_string_not_equal(origin_of(world, "a", &parameters).text, first.text);
    fields[i]->data[31] ^= 1;
  }
  policy.late_after_ms = 1;
  assert_string_not_equal(origin_of(world, "a", &parameters).text, first.text);
  policy.late_after_ms = 0;
  parameters.root_threshold = 2;
  assert_string_not_equal(origin_of(world, "a", &parameters).text, first.text);
  parameters.root_threshold = 1;
  parameters.max_quiet_s = 61;
  assert_string_not_equal(origin_of(world, "a", &parameters).text, first.text);
  parameters.max_quiet_s = 60;
  assert_string_not_equal(origin_of(world, "b", &parameters).text, first.text);
  assert_string_equal(origin_of(world, "a", &parameters).text, first.text);
}

static void test_origin__fits_the_longest_prefix(void **state) {
  ledger_world *world = *state;
  Patina__Policy policy;
  Patina__GenesisParameters parameters = parameters_of(world, &policy);
  char prefix[PAT_ORIGIN_PREFIX_BYTES_MAX + 1];
  memset(prefix, 'a', PAT_ORIGIN_PREFIX_BYTES_MAX);
  prefix[PAT_ORIGIN_PREFIX_BYTES_MAX] = '\0';
  pat_origin origin = origin_of(world, prefix, &parameters);
  assert_int_equal(strlen(origin.text), PAT_ORIGIN_BYTES_MAX);
}

static void test_origin__needs_memory(void **state) {
  ledger_world *world = *state;
  pat_arena none;
  pat_arena_init(&none, NULL, 0);
  pat_origin origin = {"unchanged"};
  assert_rule(pat_genesis_origin(world->genesis, &none, &origin), LIMIT_MEMORY);
  assert_string_equal(origin.text, "unchanged");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      envelope_test(test_origin__is_the_one_written_down),
      envelope_test(test_origin__changes_with_every_parameter),
      envelope_test(test_origin__fits_the_longest_prefix),
      envelope_test(test_origin__needs_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
