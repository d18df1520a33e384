/* SHA-256: both implementations against FIPS 180-4's published examples, and against each other. */
#include "core/base/status.h"
#include "core/crypto/hash.h"
#include "tests/core/crypto/crypto_support.h"
#include "tests/core/crypto/hash_portable_renamed.h"

#define INPUT_BYTES_MAX 300
#define RANDOM_INPUTS   10000

typedef struct {
  void (*init)(pat_hash_state *);
  void (*update)(pat_hash_state *, pat_span);
  pat_hash (*final)(pat_hash_state *);
} implementation;

static const implementation implementations[] = {
    {pat_hash_init, pat_hash_update, pat_hash_final},
    {portable_hash_init, portable_hash_update, portable_hash_final},
};
#define IMPLEMENTATIONS (sizeof implementations / sizeof implementations[0])

static pat_hash hash_cut(const implementation *hash, pat_span bytes, size_t cut) {
  pat_hash_state state;
  hash->init(&state);
  hash->update(&state, pat_span_slice(bytes, 0, cut));
  hash->update(&state, pat_span_slice(bytes, cut, bytes.size - cut));
  return hash->final(&state);
}

static void assert_digest(const pat_hash *hash, const char *expected) {
  uint8_t bytes[PAT_HASH_BYTES];
  assert_int_equal(support_unhex(expected, bytes, sizeof bytes), sizeof bytes);
  assert_memory_equal(hash->bytes, bytes, sizeof bytes);
}

static void test_hash__equal_refuses_any_one_bit(void **state) {
  (void)state;
  pat_hash left = pat_hash_of(PAT_SPAN_LITERAL("same"));
  pat_hash right = left;
  assert_true(pat_hash_equal(&left, &right));
  for (size_t bit = 0; bit < SUPPORT_BITS(PAT_HASH_BYTES); bit++) {
    support_flip(right.bytes, bit);
    assert_false(pat_hash_equal(&left, &right));
    support_flip(right.bytes, bit);
  }
}

static void test_hash__fips_examples(void **state) {
  (void)state;
  static const struct {
    const char *text;
    const char *digest;
  } examples[] = {
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
       "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
       "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
  };
  for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
    for (size_t j = 0; j < IMPLEMENTATIONS; j++) {
      pat_hash hash = hash_cut(&implementations[j], pat_span_text(examples[i].text), 0);
      assert_digest(&hash, examples[i].digest);
    }
  }
}

static void test_hash__fips_million_a(void **state) {
  (void)state;
  uint8_t run[1000];
  for (size_t i = 0; i < sizeof run; i++)
    run[i] = 'a';
  for (size_t j = 0; j < IMPLEMENTATIONS; j++) {
    pat_hash_state hashing;
    implementations[j].init(&hashing);
    for (size_t i = 0; i < 1000; i++)
      implementations[j].update(&hashing, PAT_SPAN_OF(run));
    pat_hash hash = implementations[j].final(&hashing);
    assert_digest(&hash, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  }
}

static void test_hash__digest_does_not_depend_on_cuts(void **state) {
  (void)state;
  support_random random = support_random_start("hash cuts");
  uint8_t input[INPUT_BYTES_MAX];
  support_random_fill(&random, input, sizeof input);
  pat_span whole = pat_span_make(input, 3 * 64 + 1);
  pat_hash expected = pat_hash_of(whole);
  for (size_t cut = 0; cut <= whole.size; cut++) {
    for (size_t j = 0; j < IMPLEMENTATIONS; j++) {
      pat_hash hash = hash_cut(&implementations[j], whole, cut);
      assert_true(pat_hash_equal(&hash, &expected));
    }
  }
}

static void test_hash__implementations_agree_on_every_short_size(void **state) {
  (void)state;
  support_random random = support_random_start("hash sizes");
  uint8_t input[INPUT_BYTES_MAX];
  for (size_t size = 0; size <= INPUT_BYTES_MAX; size++) {
    support_random_fill(&random, input, size);
    pat_hash ours = hash_cut(&implementations[1], pat_span_make(input, size), 0);
    pat_hash theirs = hash_cut(&implementations[0], pat_span_make(input, size), 0);
    assert_true(pat_hash_equal(&ours, &theirs));
  }
}

static void test_hash__implementations_agree_on_random_input(void **state) {
  (void)state;
  support_random random = support_random_start("hash agreement");
  uint8_t input[INPUT_BYTES_MAX];
  for (size_t round = 0; round < RANDOM_INPUTS; round++) {
    size_t size = support_random_below(&random, INPUT_BYTES_MAX + 1);
    size_t cut = support_random_below(&random, size + 1);
    support_random_fill(&random, input, size);
    pat_hash ours = hash_cut(&implementations[1], pat_span_make(input, size), cut);
    pat_hash theirs = hash_cut(&implementations[0], pat_span_make(input, size), 0);
    if (!pat_hash_equal(&ours, &theirs)) fail_msg("round %zu, size %zu, cut %zu", round, size, cut);
  }
}

static void test_hash__parts_are_joined_without_borders(void **state) {
  (void)state;
  pat_span parts[] = {PAT_SPAN_LITERAL("ab"), PAT_SPAN_EMPTY, PAT_SPAN_LITERAL("c")};
  pat_hash joined = pat_hash_of_parts(parts, 3);
  pat_hash none = pat_hash_of_parts(NULL, 0);
  pat_hash empty = pat_hash_of(PAT_SPAN_EMPTY);
  assert_digest(&joined, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assert_true(pat_hash_equal(&none, &empty));
  assert_int_equal(pat_hash_span(&joined).size, PAT_HASH_BYTES);
  assert_ptr_equal(pat_hash_span(&joined).data, joined.bytes);
}

static void test_hash__copied_state_continues_both_ways(void **state) {
  (void)state;
  for (size_t j = 0; j < IMPLEMENTATIONS; j++) {
    pat_hash_state one;
    implementations[j].init(&one);
    implementations[j].update(&one, PAT_SPAN_LITERAL("prefix "));
    pat_hash_state two = one;
    implementations[j].update(&one, PAT_SPAN_LITERAL("one"));
    implementations[j].update(&two, PAT_SPAN_LITERAL("two"));
    pat_hash first = implementations[j].final(&one);
    pat_hash second = implementations[j].final(&two);
    pat_hash first_expected = pat_hash_of(PAT_SPAN_LITERAL("prefix one"));
    pat_hash second_expected = pat_hash_of(PAT_SPAN_LITERAL("prefix two"));
    assert_true(pat_hash_equal(&first, &first_expected));
    assert_true(pat_hash_equal(&second, &second_expected));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_hash__equal_refuses_any_one_bit),
      cmocka_unit_test(test_hash__fips_examples),
      cmocka_unit_test(test_hash__fips_million_a),
      cmocka_unit_test(test_hash__digest_does_not_depend_on_cuts),
      cmocka_unit_test(test_hash__implementations_agree_on_every_short_size),
      cmocka_unit_test(test_hash__implementations_agree_on_random_input),
      cmocka_unit_test(test_hash__parts_are_joined_without_borders),
      cmocka_unit_test(test_hash__copied_state_continues_both_ways),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
