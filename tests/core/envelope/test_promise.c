/* Promises: evidence only where every bit is the operator's. */
#include "core/envelope/promise.h"

#include "core/bytes/protobuf.h"
#include "tests/core/envelope/envelope_support.h"

static Patina__Promise promise_of(ledger_world *world) {
  Patina__Promise promise = PATINA__PROMISE__INIT;
  promise.origin = world->origin.text;
  promise.statement_sha256 = ledger_fill(world, 1, PAT_HASH_BYTES);
  promise.index = 7;
  promise.leaf_hash = ledger_fill(world, 2, PAT_HASH_BYTES);
  promise.accepted_at_ms = 1000;
  promise.publish_by_ms = 6000;
  return promise;
}

static Patina__SignedPromise sign(ledger_world *world, const Patina__Promise *promise) {
  Patina__SignedPromise signed_promise;
  assert_ok(
      pat_promise_sign(promise, world->actors[ROOT_A].secret, &world->memory, &signed_promise));
  return signed_promise;
}

static pat_status verify(ledger_world *world, const Patina__SignedPromise *signed_promise) {
  Patina__Promise *promise = NULL;
  pat_status status = pat_promise_verify(signed_promise, world->actors[ROOT_A].public_key,
                                         &world->memory, &promise, NULL);
  assert_int_equal(promise != NULL, pat_is_ok(status));
  return status;
}

static void test_promise__is_read_back(void **state) {
  ledger_world *world = *state;
  Patina__Promise promise = promise_of(world);
  Patina__SignedPromise signed_promise = sign(world, &promise);
  Patina__Promise *read = NULL;
  assert_ok(pat_promise_verify(&signed_promise, world->actors[ROOT_A].public_key, &world->memory,
                               &read, NULL));
  assert_string_equal(read->origin, world->origin.text);
  assert_int_equal(read->index, 7);
  assert_int_equal(read->publish_by_ms, 6000);
}

static void test_promise__with_any_bit_changed_is_refused(void **state) {
  ledger_world *world = *state;
  Patina__Promise promise = promise_of(world);
  Patina__SignedPromise signed_promise = sign(world, &promise);
  ProtobufCBinaryData *fields[] = {&signed_promise.promise, &signed_promise.signature};
  for (size_t field = 0; field < 2; field++) {
    for (size_t bit = 0; bit < 8 * fields[field]->len; bit++) {
      fields[field]->data[bit / 8] ^= (uint8_t)(1u << bit % 8);
      pat_status status = verify(world, &signed_promise);
      /* What no longer is a promise is not looked at any further. */
      bool seen = pat_is_rule(status, PAT_RULE_CRYPTO_SIGNATURE_INVALID);
      assert_true(seen || (field == 0 && pat_is_rule(status, PAT_RULE_PROMISE_FORM)));
      fields[field]->data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
  }
  assert_ok(verify(world, &signed_promise));
}

static void test_promise__of_another_key_is_refused(void **state) {
  ledger_world *world = *state;
  Patina__Promise promise = promise_of(world);
  Patina__SignedPromise signed_promise;
  assert_ok(
      pat_promise_sign(&promise, world->actors[ROOT_B].secret, &world->memory, &signed_promise));
  assert_rule(verify(world, &signed_promise), CRYPTO_SIGNATURE_INVALID);
}

/* Signed, and yet not a promise. */
static void test_promise__of_a_bad_form_is_refused(void **state) {
  ledger_world *world = *state;
  Patina__Promise promise = promise_of(world);
  promise.statement_sha256.len--;
  Patina__SignedPromise short_hash = sign(world, &promise);
  assert_rule(verify(world, &short_hash), PROMISE_FORM);
  promise = promise_of(world);
  promise.leaf_hash.len--;
  Patina__SignedPromise short_leaf = sign(world, &promise);
  assert_rule(verify(world, &short_leaf), PROMISE_FORM);
  promise = promise_of(world);
  Patina__SignedPromise good = sign(world, &promise);
  good.signature.len--;
  assert_rule(verify(world, &good), PROMISE_FORM);
  good.signature.len++;
  good.promise = ledger_fill(world, 0, 2048);
  assert_rule(verify(world, &good), PROMISE_FORM);
  good = sign(world, &promise);
  good.signature = ledger_fill(world, 7, PAT_SIGNATURE_BYTES + 1);
  assert_rule(verify(world, &good), PROMISE_FORM);
}

static void test_promise__fits_the_longest_origin(void **state) {
  ledger_world *world = *state;
  char origin[PAT_ORIGIN_BYTES_MAX + 2];
  memset(origin, 'a', sizeof origin);
  origin[PAT_ORIGIN_BYTES_MAX] = '\0';
  Patina__Promise promise = promise_of(world);
  promise.origin = origin;
  promise.index = 0; /* so that one byte more still can be signed */
  Patina__SignedPromise shorter = sign(world, &promise);
  assert_ok(verify(world, &shorter));
  origin[PAT_ORIGIN_BYTES_MAX] = 'a';
  origin[PAT_ORIGIN_BYTES_MAX + 1] = '\0';
  Patina__SignedPromise longer = sign(world, &promise);
  assert_rule(verify(world, &longer), PROMISE_FORM);
  promise.origin = (char *)"";
  Patina__SignedPromise none_named = sign(world, &promise);
  assert_rule(verify(world, &none_named), PROMISE_FORM);
  origin[PAT_ORIGIN_BYTES_MAX] = '\0';
  promise.origin = origin;
  promise.index = promise.accepted_at_ms = promise.publish_by_ms = UINT64_MAX;
  Patina__SignedPromise signed_promise = sign(world, &promise);
  assert_ok(verify(world, &signed_promise));
  pat_arena none;
  pat_arena_init(&none, NULL, 0);
  assert_rule(pat_promise_sign(&promise, world->actors[ROOT_A].secret, &none, &signed_promise),
              LIMIT_MEMORY);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      envelope_test(test_promise__is_read_back),
      envelope_test(test_promise__with_any_bit_changed_is_refused),
      envelope_test(test_promise__of_another_key_is_refused),
      envelope_test(test_promise__of_a_bad_form_is_refused),
      envelope_test(test_promise__fits_the_longest_origin),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
