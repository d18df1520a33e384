/* The subject of an identifier: proved for exactly one scheme, version, scope and value. */
#include "core/envelope/identifier_proof.h"

#include "tests/core/envelope/envelope_support.h"

static pat_identifier value_of(const char *text) {
  pat_identifier value = {.size = strlen(text)};
  memcpy(value.text, text, value.size);
  return value;
}

static void test_identifier_proof__is_for_one_identifier(void **state) {
  ledger_world *world = *state;
  uint8_t *vrf_key = world->genesis->parameters->vrf_key.data;
  pat_identifier value = value_of("AB123");
  pat_identifier other_value = value_of("AB124");
  pat_identifier shifted = value_of("3AB12");
  pat_identifier_name name = {"chassis", 1, "Saab", &value};
  pat_identifier_proof proof;
  assert_ok(pat_identifier_prove(world->vrf_secret, &name, &proof));
  pat_hash key;
  assert_ok(pat_identifier_verify(vrf_key, &name, proof.proof, &key));
  assert_memory_equal(key.bytes, proof.key.bytes, PAT_HASH_BYTES);

  const pat_identifier_name others[] = {
      {"chassi", 1, "Saab", &value},        {"chassis", 2, "Saab", &value},
      {"chassis", 1, "Volvo", &value},      {"chassis", 1, "", &value},
      {"chassis", 1, "Saab", &other_value}, {"chassis", 1, "Saab", &shifted},
      {"chassis", 11, "Saab", &value},      {"chassiss", 1, "aab", &value},
  };
  pat_hash kept = key;
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
    assert_rule(pat_identifier_verify(vrf_key, &others[i], proof.proof, &key),
                CRYPTO_VRF_PROOF_INVALID);
    assert_memory_equal(key.bytes, kept.bytes, PAT_HASH_BYTES);
    pat_identifier_proof another;
    assert_ok(pat_identifier_prove(world->vrf_secret, &others[i], &another));
    assert_memory_not_equal(another.key.bytes, proof.key.bytes, PAT_HASH_BYTES);
  }
}

static void test_identifier_proof__with_any_bit_changed_is_refused(void **state) {
  ledger_world *world = *state;
  pat_identifier value = value_of("AB123");
  pat_identifier_name name = {"chassis", 1, "Saab", &value};
  pat_identifier_proof proof;
  assert_ok(pat_identifier_prove(world->vrf_secret, &name, &proof));
  for (size_t bit = 0; bit < 8 * PAT_VRF_PROOF_BYTES; bit++) {
    proof.proof[bit / 8] ^= (uint8_t)(1u << bit % 8);
    pat_hash key;
    assert_false(pat_is_ok(
        pat_identifier_verify(world->genesis->parameters->vrf_key.data, &name, proof.proof, &key)));
    proof.proof[bit / 8] ^= (uint8_t)(1u << bit % 8);
  }
}

static void test_identifier_proof__takes_the_longest_of_everything(void **state) {
  ledger_world *world = *state;
  char scheme[PAT_NAME_BYTES_MAX + 1];
  memset(scheme, 's', PAT_NAME_BYTES_MAX);
  scheme[PAT_NAME_BYTES_MAX] = '\0';
  char scope[PAT_SCOPE_BYTES_MAX + 1];
  memset(scope, 'c', PAT_SCOPE_BYTES_MAX);
  scope[PAT_SCOPE_BYTES_MAX] = '\0';
  pat_identifier value = {.size = PAT_IDENTIFIER_BYTES_MAX};
  memset(value.text, 'v', PAT_IDENTIFIER_BYTES_MAX);
  pat_identifier_name name = {scheme, UINT32_MAX, scope, &value};
  pat_identifier_proof proof;
  assert_ok(pat_identifier_prove(world->vrf_secret, &name, &proof));
}

static void test_identifier_proof__refuses_a_secret_that_is_none(void **state) {
  (void)state;
  const uint8_t zero[PAT_VRF_SECRET_BYTES] = {0};
  pat_identifier value = value_of("AB123");
  pat_identifier_name name = {"chassis", 1, "Saab", &value};
  pat_identifier_proof proof;
  assert_rule(pat_identifier_prove(zero, &name, &proof), CRYPTO_VRF_SCALAR_RANGE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      envelope_test(test_identifier_proof__is_for_one_identifier),
      envelope_test(test_identifier_proof__with_any_bit_changed_is_refused),
      envelope_test(test_identifier_proof__takes_the_longest_of_everything),
      envelope_test(test_identifier_proof__refuses_a_secret_that_is_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
