/* Ed25519: the verdict on published edge cases, which must be libsodium 1.0.18's and stay so. */
#include <sodium.h>
#include <string.h>

#include "core/base/status.h"
#include "core/crypto/sign.h"
#include "tests/core/crypto/crypto_support.h"

/* Pinned: what the two files hold and how many of it this library accepts. */
#define CCTV_VECTORS        569
#define CCTV_ACCEPTED       28
#define WYCHEPROOF_VECTORS  94
#define WYCHEPROOF_ACCEPTED 53

#define MESSAGE_BYTES_MAX 2048
#define RANDOM_ROUNDS     50

typedef struct {
  uint8_t public_key[PAT_PUBLIC_KEY_BYTES];
  uint8_t signature[2 * PAT_SIGNATURE_BYTES];
  size_t signature_size;
  uint8_t message[MESSAGE_BYTES_MAX];
  size_t message_size;
} sample;

static const char *text_of(const json_t *object, const char *name) {
  const char *text = json_string_value(json_object_get(object, name));
  assert_non_null(text);
  return text;
}

static pat_span message_of(const sample *one) {
  return pat_span_make(one->message, one->message_size);
}

/* The verdict of ours, held against libsodium's own on the same bytes. */
static bool accepts(const sample *one) {
  pat_status status = pat_sign_verify(one->public_key, message_of(one), one->signature);
  int direct =
      crypto_sign_verify_detached(one->signature, one->message, one->message_size, one->public_key);
  assert_true(pat_is_ok(status) || pat_is_rule(status, PAT_RULE_CRYPTO_SIGNATURE_INVALID));
  assert_int_equal(pat_is_ok(status), direct == 0);
  return pat_is_ok(status);
}

/* An independent reading of the rule: of the oddities that the file marks, only components of small
 * order in A or R are harmless, as long as the equation holds without the cofactor. */
static bool flags_allow(const json_t *vector) {
  size_t i;
  json_t *flag;
  json_array_foreach(json_object_get(vector, "flags"), i, flag) {
    const char *name = json_string_value(flag);
    assert_non_null(name);
    bool harmless =
        strcmp(name, "low_order_component_R") == 0 || strcmp(name, "low_order_component_A") == 0;
    if (!harmless) return false;
  }
  return true;
}

static void test_sign__cctv_edge_cases(void **state) {
  (void)state;
  json_t *vectors = support_vectors("cctv_ed25519.json");
  size_t accepted = 0;
  size_t i;
  json_t *vector;
  json_array_foreach(vectors, i, vector) {
    sample one = {0};
    const char *message = text_of(vector, "msg");
    support_unhex(text_of(vector, "key"), one.public_key, sizeof one.public_key);
    support_unhex(text_of(vector, "sig"), one.signature, PAT_SIGNATURE_BYTES);
    one.message_size = strlen(message);
    pat_span_copy(one.message, sizeof one.message, pat_span_text(message));
    bool verdict = accepts(&one);
    if (verdict != flags_allow(vector)) fail_msg("vector %zu: accepted %d", i, verdict);
    accepted += verdict;
  }
  assert_int_equal(json_array_size(vectors), CCTV_VECTORS);
  assert_int_equal(accepted, CCTV_ACCEPTED);
  json_decref(vectors);
}

/* A signature of another size never reaches pat_sign_verify: its type has 64 bytes. */
static bool wycheproof_accepts(const json_t *test, sample *one) {
  one->signature_size = support_unhex(text_of(test, "sig"), one->signature, sizeof one->signature);
  one->message_size = support_unhex(text_of(test, "msg"), one->message, sizeof one->message);
  return one->signature_size == PAT_SIGNATURE_BYTES && accepts(one);
}

static void wycheproof_group(const json_t *group, size_t *tried, size_t *accepted) {
  const char *key = text_of(json_object_get(group, "publicKey"), "pk");
  size_t i;
  json_t *test;
  json_array_foreach(json_object_get(group, "tests"), i, test) {
    sample one = {0};
    size_t key_size = support_unhex(key, one.public_key, sizeof one.public_key);
    assert_int_equal(key_size, PAT_PUBLIC_KEY_BYTES);
    bool expected = strcmp(text_of(test, "result"), "valid") == 0;
    bool verdict = wycheproof_accepts(test, &one);
    if (verdict != expected) {
      fail_msg("tcId %lld: accepted %d", json_integer_value(json_object_get(test, "tcId")),
               verdict);
    }
    *tried += 1;
    *accepted += verdict;
  }
}

static void test_sign__wycheproof(void **state) {
  (void)state;
  json_t *root = support_vectors("wycheproof_ed25519.json");
  size_t tried = 0;
  size_t accepted = 0;
  size_t i;
  json_t *group;
  json_array_foreach(json_object_get(root, "testGroups"), i, group) {
    wycheproof_group(group, &tried, &accepted);
  }
  assert_int_equal(tried, WYCHEPROOF_VECTORS);
  assert_int_equal(accepted, WYCHEPROOF_ACCEPTED);
  json_decref(root);
}

/* With A of small order one signature fits many messages; here A = R = identity and S = 0. */
static void test_sign__refuses_key_and_r_of_small_order(void **state) {
  (void)state;
  sample one = {0};
  one.public_key[0] = 1;
  one.signature[0] = 1;
  assert_false(accepts(&one));
}

/* S + L satisfies the same equation: accepting it would give each signature a second form. */
static void test_sign__refuses_s_plus_order(void **state) {
  (void)state;
  uint8_t order[32];
  uint8_t seed[PAT_SIGN_SEED_BYTES] = {7};
  uint8_t secret[PAT_SIGN_SECRET_BYTES];
  sample one = {0};
  support_unhex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", order, 32);
  pat_sign_keypair_from_seed(seed, one.public_key, secret);
  pat_sign(secret, message_of(&one), one.signature);
  assert_true(accepts(&one));
  unsigned carry = 0;
  for (size_t i = 0; i < 32; i++) {
    carry += (unsigned)one.signature[32 + i] + order[i];
    one.signature[32 + i] = (uint8_t)carry;
    carry >>= 8;
  }
  assert_int_equal(carry, 0);
  assert_false(accepts(&one));
}

/* RFC 8032 section 7.1, tests 1 and 2. */
static void test_sign__rfc8032_vectors(void **state) {
  (void)state;
  static const struct {
    const char *seed;
    const char *public_key;
    const char *message;
    const char *signature;
  } vectors[] = {
      {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
       "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
       "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf"
       "9"
       "b46bd25bf5f0595bbe24655141438e7a100b"},
      {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
       "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
       "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f"
       "1"
       "1d8c387b2eaeb4302aeeb00d291612bb0c00"},
  };
  for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
    sample expected = {0};
    uint8_t seed[PAT_SIGN_SEED_BYTES];
    uint8_t secret[PAT_SIGN_SECRET_BYTES];
    uint8_t public_key[PAT_PUBLIC_KEY_BYTES];
    uint8_t signature[PAT_SIGNATURE_BYTES];
    support_unhex(vectors[i].seed, seed, sizeof seed);
    support_unhex(vectors[i].public_key, expected.public_key, PAT_PUBLIC_KEY_BYTES);
    support_unhex(vectors[i].signature, expected.signature, PAT_SIGNATURE_BYTES);
    expected.message_size =
        support_unhex(vectors[i].message, expected.message, sizeof expected.message);
    pat_sign_keypair_from_seed(seed, public_key, secret);
    pat_sign(secret, message_of(&expected), signature);
    assert_memory_equal(public_key, expected.public_key, sizeof public_key);
    assert_memory_equal(signature, expected.signature, sizeof signature);
    assert_true(accepts(&expected));
  }
}

static void random_sample(support_random *random, sample *ret_one) {
  uint8_t seed[PAT_SIGN_SEED_BYTES];
  uint8_t secret[PAT_SIGN_SECRET_BYTES];
  support_random_fill(random, seed, sizeof seed);
  pat_sign_keypair_from_seed(seed, ret_one->public_key, secret);
  ret_one->message_size = 1 + support_random_below(random, 200);
  support_random_fill(random, ret_one->message, ret_one->message_size);
  pat_sign(secret, message_of(ret_one), ret_one->signature);
}

static void test_sign__refuses_any_flipped_bit(void **state) {
  (void)state;
  support_random random = support_random_start("sign flips");
  for (size_t round = 0; round < RANDOM_ROUNDS; round++) {
    sample one = {0};
    random_sample(&random, &one);
    assert_true(accepts(&one));
    support_flip(one.message, support_random_below(&random, one.message_size * 8));
    assert_false(accepts(&one));
    random_sample(&random, &one);
    support_flip(one.public_key, support_random_below(&random, SUPPORT_BITS(PAT_PUBLIC_KEY_BYTES)));
    assert_false(accepts(&one));
  }
}

static void test_sign__refuses_each_flipped_bit_of_signature(void **state) {
  (void)state;
  support_random random = support_random_start("signature flips");
  sample one = {0};
  random_sample(&random, &one);
  for (size_t bit = 0; bit < SUPPORT_BITS(PAT_SIGNATURE_BYTES); bit++) {
    support_flip(one.signature, bit);
    assert_false(accepts(&one));
    support_flip(one.signature, bit);
  }
  assert_true(accepts(&one));
}

static void test_sign__key_hash_is_sha256_of_the_key(void **state) {
  (void)state;
  uint8_t key[PAT_PUBLIC_KEY_BYTES] = {0};
  uint8_t expected[PAT_HASH_BYTES];
  pat_hash hash = pat_public_key_hash(key);
  support_unhex("66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925", expected,
                sizeof expected);
  assert_memory_equal(hash.bytes, expected, sizeof expected);
}

static void test_sign__wipe_leaves_zeros_and_nothing_else(void **state) {
  (void)state;
  uint8_t bytes[4] = {1, 2, 3, 4};
  const uint8_t expected[4] = {1, 0, 0, 4};
  pat_secret_wipe(bytes + 1, 2);
  assert_memory_equal(bytes, expected, sizeof bytes);
  pat_secret_wipe(NULL, 0);
}

static void test_sign__init_may_be_repeated(void **state) {
  (void)state;
  assert_accepted(pat_crypto_init());
  assert_accepted(pat_crypto_init());
}

static int init(void **state) {
  (void)state;
  return pat_is_ok(pat_crypto_init()) ? 0 : -1;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sign__refuses_key_and_r_of_small_order),
      cmocka_unit_test(test_sign__refuses_s_plus_order),
      cmocka_unit_test(test_sign__refuses_any_flipped_bit),
      cmocka_unit_test(test_sign__refuses_each_flipped_bit_of_signature),
      cmocka_unit_test(test_sign__cctv_edge_cases),
      cmocka_unit_test(test_sign__wycheproof),
      cmocka_unit_test(test_sign__rfc8032_vectors),
      cmocka_unit_test(test_sign__key_hash_is_sha256_of_the_key),
      cmocka_unit_test(test_sign__wipe_leaves_zeros_and_nothing_else),
      cmocka_unit_test(test_sign__init_may_be_repeated),
  };
  return cmocka_run_group_tests(tests, init, NULL);
}
