/* DSSE: the specification's example, the binding of type and body, and the room that it needs. */
#include "core/base/status.h"
#include "core/crypto/dsse.h"
#include "tests/core/crypto/crypto_support.h"

#define EXAMPLE_PAE "DSSEv1 29 http://example.com/HelloWorld 11 hello world"

static pat_dsse_payload example(void) {
  return (pat_dsse_payload){PAT_SPAN_LITERAL("http://example.com/HelloWorld"),
                            PAT_SPAN_LITERAL("hello world")};
}

static void assert_pae(pat_dsse_payload payload, pat_span expected) {
  uint8_t buffer[256];
  pat_builder builder;
  pat_span written;
  pat_builder_init(&builder, buffer, sizeof buffer);
  pat_dsse_pae(&builder, payload);
  assert_accepted(pat_builder_finish(&builder, &written));
  assert_true(pat_span_equal(written, expected));
}

static void test_dsse__refuses_scratch_one_below_the_need(void **state) {
  (void)state;
  uint8_t seed[PAT_SIGN_SEED_BYTES] = {1};
  uint8_t public_key[PAT_PUBLIC_KEY_BYTES];
  uint8_t secret[PAT_SIGN_SECRET_BYTES];
  uint8_t signature[PAT_SIGNATURE_BYTES] = {0};
  uint8_t untouched[PAT_SIGNATURE_BYTES] = {0};
  uint8_t scratch[sizeof EXAMPLE_PAE];
  size_t need = sizeof EXAMPLE_PAE - 1;
  pat_sign_keypair_from_seed(seed, public_key, secret);
  assert_refused(pat_dsse_sign(secret, example(), scratch, need - 1, signature), BYTES_FULL);
  assert_memory_equal(signature, untouched, sizeof signature);
  assert_accepted(pat_dsse_sign(secret, example(), scratch, need, signature));
  assert_accepted(pat_dsse_sign(secret, example(), scratch, need + 1, signature));
  assert_refused(pat_dsse_verify(public_key, example(), scratch, need - 1, signature), BYTES_FULL);
  assert_accepted(pat_dsse_verify(public_key, example(), scratch, need, signature));
}

static void test_dsse__refuses_other_type_or_body(void **state) {
  (void)state;
  uint8_t seed[PAT_SIGN_SEED_BYTES] = {2};
  uint8_t public_key[PAT_PUBLIC_KEY_BYTES];
  uint8_t secret[PAT_SIGN_SECRET_BYTES];
  uint8_t signature[PAT_SIGNATURE_BYTES];
  uint8_t scratch[128];
  pat_sign_keypair_from_seed(seed, public_key, secret);
  assert_accepted(pat_dsse_sign(secret, example(), scratch, sizeof scratch, signature));
  pat_dsse_payload other[] = {example(), example(), example(), example()};
  other[0].type = PAT_SPAN_LITERAL("http://example.com/HelloWorle");
  other[1].body = PAT_SPAN_LITERAL("hello worle");
  /* the same bytes one after the other, cut elsewhere */
  other[2].type = PAT_SPAN_LITERAL("http://example.com/HelloWorl");
  other[2].body = PAT_SPAN_LITERAL("dhello world");
  other[3].body = PAT_SPAN_EMPTY;
  for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
    assert_refused(pat_dsse_verify(public_key, other[i], scratch, sizeof scratch, signature),
                   CRYPTO_SIGNATURE_INVALID);
  }
  assert_accepted(pat_dsse_verify(public_key, example(), scratch, sizeof scratch, signature));
}

/* A signature over the bare body is none over the payload. */
static void test_dsse__refuses_signature_over_body_alone(void **state) {
  (void)state;
  uint8_t seed[PAT_SIGN_SEED_BYTES] = {3};
  uint8_t public_key[PAT_PUBLIC_KEY_BYTES];
  uint8_t secret[PAT_SIGN_SECRET_BYTES];
  uint8_t signature[PAT_SIGNATURE_BYTES];
  uint8_t scratch[128];
  pat_sign_keypair_from_seed(seed, public_key, secret);
  pat_sign(secret, example().body, signature);
  assert_refused(pat_dsse_verify(public_key, example(), scratch, sizeof scratch, signature),
                 CRYPTO_SIGNATURE_INVALID);
  pat_sign(secret, PAT_SPAN_LITERAL(EXAMPLE_PAE), signature);
  assert_accepted(pat_dsse_verify(public_key, example(), scratch, sizeof scratch, signature));
}

static void test_dsse__published_example(void **state) {
  (void)state;
  assert_pae(example(), PAT_SPAN_LITERAL(EXAMPLE_PAE));
}

static void test_dsse__empty_and_binary_parts(void **state) {
  (void)state;
  pat_dsse_payload empty = {PAT_SPAN_EMPTY, PAT_SPAN_EMPTY};
  pat_dsse_payload binary = {PAT_SPAN_LITERAL("t"), PAT_SPAN_LITERAL("\0\xFF\n")};
  assert_pae(empty, PAT_SPAN_LITERAL("DSSEv1 0  0 "));
  assert_pae(binary, PAT_SPAN_LITERAL("DSSEv1 1 t 3 \0\xFF\n"));
}

static void test_dsse__sizes_count_bytes_in_decimal(void **state) {
  (void)state;
  uint8_t body[1000] = {0};
  const size_t sizes[] = {9, 10, 99, 100, 999, 1000};
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    pat_dsse_payload payload = {PAT_SPAN_EMPTY, pat_span_make(body, sizes[i])};
    size_t digits = sizes[i] < 10 ? 1 : sizes[i] < 100 ? 2 : sizes[i] < 1000 ? 3 : 4;
    pat_builder counter;
    pat_builder_init(&counter, NULL, sizeof body + PAT_DSSE_OVERHEAD_BYTES_MAX);
    pat_dsse_pae(&counter, payload);
    assert_int_equal(pat_builder_size(&counter), 11 + digits + sizes[i]);
  }
}

static int init(void **state) {
  (void)state;
  return pat_is_ok(pat_crypto_init()) ? 0 : -1;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_dsse__refuses_scratch_one_below_the_need),
      cmocka_unit_test(test_dsse__refuses_other_type_or_body),
      cmocka_unit_test(test_dsse__refuses_signature_over_body_alone),
      cmocka_unit_test(test_dsse__published_example),
      cmocka_unit_test(test_dsse__empty_and_binary_parts),
      cmocka_unit_test(test_dsse__sizes_count_bytes_in_decimal),
  };
  return cmocka_run_group_tests(tests, init, NULL);
}
