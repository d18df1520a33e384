/* Hits: pat_promise_verify, pat_promise_read, pat_promise_check, pat_promise_judge,
 * pat_promise_sign, pat_dsse_verify.
 *
 * Input: a SignedPromise. It is verified as it came, then its promise is signed with the right key.
 * Properties: refused with a rule, or the promise is exactly what it encodes to, and signing it
 * again gives the same signature; whoever has nothing to hold against it says that it is not
 * proven, or which of V27 and V28 fails. */
#include "core/base/assert.h"
#include "core/crypto/dsse.h"
#include "core/envelope/promise.h"
#include "core/verify/promise.h"
#include "tests/fuzz/fuzz_support.h"
#include "tests/fuzz/mutate.h"

static uint8_t public_key[PAT_PUBLIC_KEY_BYTES];
static uint8_t secret[PAT_SIGN_SECRET_BYTES];

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned seed) {
  return mutate_message(&patina__signed_promise__descriptor, data, size, size_max, seed);
}

static void make_key(void) {
  const uint8_t seed[PAT_SIGN_SEED_BYTES] = {0x77};
  PAT_ASSERT(pat_is_ok(pat_crypto_init()));
  pat_sign_keypair_from_seed(seed, public_key, secret);
}

static void verify(const Patina__SignedPromise *signed_promise, pat_arena *arena) {
  Patina__Promise *promise = NULL;
  pat_err err = {.offset = 0};
  pat_status status = pat_promise_verify(signed_promise, public_key, arena, &promise, &err);
  if (!pat_is_ok(status)) {
    fuzz_check_refusal(status, &err);
    return;
  }
  fuzz_check_encoding(&promise->base, fuzz_span(signed_promise->promise), arena);
  Patina__SignedPromise again;
  PAT_ASSERT(pat_is_ok(pat_promise_sign(promise, secret, arena, &again)));
  PAT_ASSERT(pat_span_equal(fuzz_span(again.signature), fuzz_span(signed_promise->signature)));
}

/* The same by who only has the key. */
static void judge(const Patina__SignedPromise *signed_promise, pat_arena *arena) {
  static const pat_policy policy;
  const pat_promise_question question = {
      .policy = &policy, .promise_key = pat_span_make(public_key, sizeof public_key)};
  pat_promise_report report;
  Patina__Promise *promise = NULL;
  pat_status verified = pat_promise_verify(signed_promise, public_key, arena, &promise, NULL);
  pat_status status =
      pat_promise_judge(fuzz_encode(&signed_promise->base, arena), &question, arena, &report);
  fuzz_check_refusal(status, &report.error);
  if (pat_is_ok(verified)) {
    PAT_ASSERT(report.word == PAT_WORD_NOT_PROVEN);
    PAT_ASSERT(report.check == PAT_CHECK_PROMISE_KEPT);
    fuzz_check_encoding(&report.promise->base, fuzz_span(signed_promise->promise), arena);
    return;
  }
  PAT_ASSERT(status.rule == verified.rule);
  PAT_ASSERT(report.word == PAT_WORD_DOES_NOT_MATCH);
  PAT_ASSERT((report.check == PAT_CHECK_PROMISE_FORM) ==
             pat_is_rule(status, PAT_RULE_PROMISE_FORM));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pat_arena *arena = fuzz_arena();
  make_key();
  ProtobufCMessage *message =
      fuzz_decode(&patina__signed_promise__descriptor, pat_span_make(data, size), arena);
  if (message == NULL) return 0;
  Patina__SignedPromise *signed_promise = (Patina__SignedPromise *)message;
  verify(signed_promise, arena);
  judge(signed_promise, arena);
  uint8_t signature[PAT_SIGNATURE_BYTES];
  pat_dsse_payload payload = {PAT_SPAN_LITERAL(PAT_PROMISE_TYPE),
                              fuzz_span(signed_promise->promise)};
  size_t capacity = payload.body.size + payload.type.size + PAT_DSSE_OVERHEAD_BYTES_MAX;
  PAT_ASSERT(
      pat_is_ok(pat_dsse_sign(secret, payload, fuzz_take(arena, capacity), capacity, signature)));
  signed_promise->signature = (ProtobufCBinaryData){sizeof signature, signature};
  verify(signed_promise, arena);
  judge(signed_promise, arena);
  return 0;
}
