/* The VRF: c2sp.org/vrf-r255's published vector, and refusal of all that differs by one bit. */
#include "core/base/status.h"
#include "core/crypto/sign.h"
#include "core/crypto/vrf.h"
#include "tests/core/crypto/crypto_support.h"

#define RANDOM_ROUNDS 50

#define GAMMA_BITS 256
#define S_AT       48

/* q = 2^252 + 27742317777372353535851937790883648493, little-endian */
static const char group_order[] =
    "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";

static const char vector_secret[] =
    "3431c2b03533e280b23232e280b34e2c3132c2b03238e280b23131e280b34500";
static const char vector_public[] =
    "54136cd90d99fbd1d4e855d9556efea87ba0337f2a6ce22028d0f5726fcb854e";
static const char vector_alpha[] = "633273702e6f72672f7672662d72323535";
static const char vector_proof[] =
    "0a97d961262fb549b4175c5117860f42ae44a123f93c476c439eddd1c0cff926"
    "5c805525233e2284dbed45e593b8eea31d5ca9734d72bcbba9738d5237f955f3"
    "b2422351149d1312503b6441a47c940c";
static const char vector_output[] =
    "dd653f0879b48c3ef69e13551239bec4cbcc1c18fe8894de2e9e1c790e182736"
    "03bf1c6c25d7a797aeff3c43fd32b974d3fcbd4bcce916007097922a3ea3a794";

typedef struct {
  uint8_t secret[PAT_VRF_SECRET_BYTES];
  uint8_t public_key[PAT_PUBLIC_KEY_BYTES];
  uint8_t alpha[64];
  size_t alpha_size;
  uint8_t proof[PAT_VRF_PROOF_BYTES];
  uint8_t output[PAT_VRF_OUTPUT_BYTES];
} sample;

static sample published(void) {
  sample vector = {0};
  support_unhex(vector_secret, vector.secret, sizeof vector.secret);
  support_unhex(vector_public, vector.public_key, sizeof vector.public_key);
  vector.alpha_size = support_unhex(vector_alpha, vector.alpha, sizeof vector.alpha);
  support_unhex(vector_proof, vector.proof, sizeof vector.proof);
  support_unhex(vector_output, vector.output, sizeof vector.output);
  return vector;
}

static pat_status verify(const sample *vector, uint8_t ret_output[PAT_VRF_OUTPUT_BYTES]) {
  return pat_vrf_verify(vector->public_key, pat_span_make(vector->alpha, vector->alpha_size),
                        vector->proof, ret_output);
}

/* Verifies, expects a refusal, and that the output was left alone. */
static pat_rule refusal(const sample *vector) {
  uint8_t output[PAT_VRF_OUTPUT_BYTES] = {0};
  uint8_t untouched[PAT_VRF_OUTPUT_BYTES] = {0};
  pat_status status = verify(vector, output);
  assert_false(pat_is_ok(status));
  assert_memory_equal(output, untouched, sizeof output);
  return (pat_rule)status.rule;
}

/* Adds the group order to a little-endian scalar; the result stands for the same scalar. */
static void add_order(uint8_t scalar[32]) {
  uint8_t order[32];
  unsigned carry = 0;
  support_unhex(group_order, order, sizeof order);
  for (size_t i = 0; i < 32; i++) {
    carry += (unsigned)scalar[i] + order[i];
    scalar[i] = (uint8_t)carry;
    carry >>= 8;
  }
  assert_int_equal(carry, 0);
}

static void test_vrf__refuses_identity_public_key(void **state) {
  (void)state;
  sample vector = published();
  for (size_t i = 0; i < PAT_PUBLIC_KEY_BYTES; i++)
    vector.public_key[i] = 0;
  assert_int_equal(refusal(&vector), PAT_RULE_CRYPTO_VRF_PUBLIC_KEY);
}

/* Some that RFC 9496's appendix A.3 lists as invalid: not canonical, negative, no square root. */
static const char *const bad_points[] = {
    "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ed57ffd8c914fb201471d1c3d245ce3c746fcbe63a3679d51b6a516ebebe0e20",
    "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};
#define BAD_POINTS (sizeof bad_points / sizeof bad_points[0])

static void test_vrf__refuses_public_key_that_is_no_point(void **state) {
  (void)state;
  for (size_t i = 0; i < BAD_POINTS; i++) {
    sample vector = published();
    support_unhex(bad_points[i], vector.public_key, PAT_PUBLIC_KEY_BYTES);
    assert_int_equal(refusal(&vector), PAT_RULE_CRYPTO_VRF_PUBLIC_KEY);
  }
}

static void test_vrf__refuses_gamma_that_is_no_point(void **state) {
  (void)state;
  for (size_t i = 0; i < BAD_POINTS; i++) {
    sample vector = published();
    support_unhex(bad_points[i], vector.proof, GAMMA_BITS / 8);
    assert_int_equal(refusal(&vector), PAT_RULE_CRYPTO_VRF_POINT);
  }
}

/* c = 0 and s = 0 make both commitments the identity, which libsodium reports as a failure. */
static void test_vrf__refuses_all_zero_proof(void **state) {
  (void)state;
  sample vector = published();
  for (size_t i = 0; i < PAT_VRF_PROOF_BYTES; i++)
    vector.proof[i] = 0;
  assert_int_equal(refusal(&vector), PAT_RULE_CRYPTO_VRF_PROOF_INVALID);
}

/* s + q gives the same multiples: without the range check it would be a second good proof. */
static void test_vrf__refuses_s_plus_order(void **state) {
  (void)state;
  sample vector = published();
  add_order(vector.proof + S_AT);
  assert_int_equal(refusal(&vector), PAT_RULE_CRYPTO_VRF_SCALAR_RANGE);
}

static void test_vrf__range_of_s_at_the_order(void **state) {
  (void)state;
  sample vector = published();
  support_unhex(group_order, vector.proof + S_AT, 32);
  assert_int_equal(refusal(&vector), PAT_RULE_CRYPTO_VRF_SCALAR_RANGE);
  vector.proof[S_AT]++;
  assert_int_equal(refusal(&vector), PAT_RULE_CRYPTO_VRF_SCALAR_RANGE);
  vector.proof[S_AT] = (uint8_t)(vector.proof[S_AT] - 2); /* q - 1 is in range, and wrong */
  assert_int_equal(refusal(&vector), PAT_RULE_CRYPTO_VRF_PROOF_INVALID);
}

static void test_vrf__refuses_s_with_top_bit(void **state) {
  (void)state;
  sample vector = published();
  vector.proof[PAT_VRF_PROOF_BYTES - 1] |= 0x80; /* libsodium's multiplication ignores this bit */
  assert_int_equal(refusal(&vector), PAT_RULE_CRYPTO_VRF_SCALAR_RANGE);
}

static void test_vrf__refuses_each_flipped_bit_of_proof(void **state) {
  (void)state;
  sample vector = published();
  for (size_t bit = 0; bit < SUPPORT_BITS(PAT_VRF_PROOF_BYTES); bit++) {
    support_flip(vector.proof, bit);
    pat_rule rule = refusal(&vector);
    assert_true(rule == PAT_RULE_CRYPTO_VRF_PROOF_INVALID ||
                (bit < GAMMA_BITS && rule == PAT_RULE_CRYPTO_VRF_POINT) ||
                (bit >= SUPPORT_BITS(S_AT) && rule == PAT_RULE_CRYPTO_VRF_SCALAR_RANGE));
    support_flip(vector.proof, bit);
  }
}

static void test_vrf__refuses_each_flipped_bit_of_key(void **state) {
  (void)state;
  sample vector = published();
  for (size_t bit = 0; bit < SUPPORT_BITS(PAT_PUBLIC_KEY_BYTES); bit++) {
    support_flip(vector.public_key, bit);
    pat_rule rule = refusal(&vector);
    assert_true(rule == PAT_RULE_CRYPTO_VRF_PROOF_INVALID ||
                rule == PAT_RULE_CRYPTO_VRF_PUBLIC_KEY);
    support_flip(vector.public_key, bit);
  }
}

static void test_vrf__refuses_other_alpha(void **state) {
  (void)state;
  sample vector = published();
  for (size_t bit = 0; bit < vector.alpha_size * 8; bit++) {
    support_flip(vector.alpha, bit);
    assert_int_equal(refusal(&vector), PAT_RULE_CRYPTO_VRF_PROOF_INVALID);
    support_flip(vector.alpha, bit);
  }
  vector.alpha_size--;
  assert_int_equal(refusal(&vector), PAT_RULE_CRYPTO_VRF_PROOF_INVALID);
  vector.alpha_size += 2;
  assert_int_equal(refusal(&vector), PAT_RULE_CRYPTO_VRF_PROOF_INVALID);
}

static void assert_secret_refused(const uint8_t secret[PAT_VRF_SECRET_BYTES]) {
  uint8_t public_key[PAT_PUBLIC_KEY_BYTES];
  uint8_t proof[PAT_VRF_PROOF_BYTES];
  uint8_t output[PAT_VRF_OUTPUT_BYTES];
  assert_refused(pat_vrf_public(secret, public_key), CRYPTO_VRF_SCALAR_RANGE);
  assert_refused(pat_vrf_prove(secret, PAT_SPAN_EMPTY, proof, output), CRYPTO_VRF_SCALAR_RANGE);
}

static void test_vrf__range_of_secret(void **state) {
  (void)state;
  uint8_t secret[PAT_VRF_SECRET_BYTES] = {0};
  uint8_t public_key[PAT_PUBLIC_KEY_BYTES];
  assert_secret_refused(secret); /* 0 */
  secret[0] = 1;
  assert_accepted(pat_vrf_public(secret, public_key));
  support_unhex(group_order, secret, sizeof secret);
  assert_secret_refused(secret); /* q */
  secret[0]++;
  assert_secret_refused(secret); /* q + 1 */
  secret[0] = (uint8_t)(secret[0] - 2);
  assert_accepted(pat_vrf_public(secret, public_key)); /* q - 1 */
}

static void test_vrf__refuses_uniform_bytes_that_reduce_to_zero(void **state) {
  (void)state;
  uint8_t uniform[PAT_VRF_UNIFORM_BYTES] = {0};
  uint8_t secret[PAT_VRF_SECRET_BYTES];
  assert_refused(pat_vrf_secret_from_bytes(uniform, secret), CRYPTO_VRF_SCALAR_RANGE);
  support_unhex(group_order, uniform, PAT_VRF_UNIFORM_BYTES);
  assert_refused(pat_vrf_secret_from_bytes(uniform, secret), CRYPTO_VRF_SCALAR_RANGE);
  uniform[0]++;
  assert_accepted(pat_vrf_secret_from_bytes(uniform, secret));
  assert_int_equal(secret[0], 1);
  assert_int_equal(secret[PAT_VRF_SECRET_BYTES - 1], 0);
}

static void test_vrf__published_vector(void **state) {
  (void)state;
  sample vector = published();
  uint8_t public_key[PAT_PUBLIC_KEY_BYTES];
  uint8_t proof[PAT_VRF_PROOF_BYTES];
  uint8_t output[PAT_VRF_OUTPUT_BYTES];
  pat_span alpha = pat_span_make(vector.alpha, vector.alpha_size);
  assert_accepted(pat_vrf_public(vector.secret, public_key));
  assert_memory_equal(public_key, vector.public_key, sizeof public_key);
  assert_accepted(pat_vrf_prove(vector.secret, alpha, proof, output));
  assert_memory_equal(proof, vector.proof, sizeof proof);
  assert_memory_equal(output, vector.output, sizeof output);
  uint8_t verified[PAT_VRF_OUTPUT_BYTES] = {0};
  assert_accepted(verify(&vector, verified));
  assert_memory_equal(verified, vector.output, sizeof verified);
}

static void test_vrf__round_trip_of_random_keys(void **state) {
  (void)state;
  support_random random = support_random_start("vrf round trip");
  for (size_t round = 0; round < RANDOM_ROUNDS; round++) {
    sample one = {0};
    uint8_t uniform[PAT_VRF_UNIFORM_BYTES];
    uint8_t verified[PAT_VRF_OUTPUT_BYTES] = {0};
    support_random_fill(&random, uniform, sizeof uniform);
    assert_accepted(pat_vrf_secret_from_bytes(uniform, one.secret));
    assert_accepted(pat_vrf_public(one.secret, one.public_key));
    one.alpha_size = support_random_below(&random, sizeof one.alpha);
    support_random_fill(&random, one.alpha, one.alpha_size);
    pat_span alpha = pat_span_make(one.alpha, one.alpha_size);
    assert_accepted(pat_vrf_prove(one.secret, alpha, one.proof, one.output));
    assert_accepted(verify(&one, verified));
    assert_memory_equal(verified, one.output, sizeof verified);
    support_flip(one.proof, support_random_below(&random, SUPPORT_BITS(PAT_VRF_PROOF_BYTES)));
    (void)refusal(&one);
  }
}

static int init(void **state) {
  (void)state;
  return pat_is_ok(pat_crypto_init()) ? 0 : -1;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_vrf__refuses_identity_public_key),
      cmocka_unit_test(test_vrf__refuses_public_key_that_is_no_point),
      cmocka_unit_test(test_vrf__refuses_gamma_that_is_no_point),
      cmocka_unit_test(test_vrf__refuses_all_zero_proof),
      cmocka_unit_test(test_vrf__refuses_s_plus_order),
      cmocka_unit_test(test_vrf__range_of_s_at_the_order),
      cmocka_unit_test(test_vrf__refuses_s_with_top_bit),
      cmocka_unit_test(test_vrf__refuses_each_flipped_bit_of_proof),
      cmocka_unit_test(test_vrf__refuses_each_flipped_bit_of_key),
      cmocka_unit_test(test_vrf__refuses_other_alpha),
      cmocka_unit_test(test_vrf__range_of_secret),
      cmocka_unit_test(test_vrf__refuses_uniform_bytes_that_reduce_to_zero),
      cmocka_unit_test(test_vrf__published_vector),
      cmocka_unit_test(test_vrf__round_trip_of_random_keys),
  };
  return cmocka_run_group_tests(tests, init, NULL);
}
