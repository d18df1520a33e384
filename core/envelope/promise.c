#include "core/envelope/promise.h"

#include "core/base/assert.h"
#include "core/base/limits.h"
#include "core/bytes/builder.h"
#include "core/bytes/protobuf.h"
#include "core/crypto/dsse.h"

enum {
  PROMISE_BYTES_MAX = 4 + PAT_ORIGIN_BYTES_MAX + 2 * (PAT_HASH_BYTES + 2) + 3 * 11,
  PAE_BYTES_MAX = PROMISE_BYTES_MAX + sizeof(PAT_PROMISE_TYPE) + PAT_DSSE_OVERHEAD_BYTES_MAX,
};

pat_status pat_promise_sign(const Patina__Promise *promise,
                            const uint8_t secret[PAT_SIGN_SECRET_BYTES], pat_arena *arena,
                            Patina__SignedPromise *ret_signed) {
  uint8_t *bytes = pat_arena_take(arena, PROMISE_BYTES_MAX);
  uint8_t *signature = pat_arena_take(arena, PAT_SIGNATURE_BYTES);
  PAT_REQUIRE(bytes != NULL && signature != NULL, LIMIT_MEMORY);
  pat_builder builder;
  pat_builder_init(&builder, bytes, PROMISE_BYTES_MAX);
  PAT_TRY(pat_protobuf_encode(&promise->base, &builder));
  pat_dsse_payload payload = {.type = PAT_SPAN_LITERAL(PAT_PROMISE_TYPE)};
  PAT_TRY(pat_builder_finish(&builder, &payload.body));
  uint8_t scratch[PAE_BYTES_MAX];
  PAT_TRY(pat_dsse_sign(secret, payload, scratch, sizeof scratch, signature));
  patina__signed_promise__init(ret_signed);
  ret_signed->promise = (ProtobufCBinaryData){payload.body.size, bytes};
  ret_signed->signature = (ProtobufCBinaryData){PAT_SIGNATURE_BYTES, signature};
  return PAT_OK;
}

/* A promise has one version and no nesting: whatever its bytes are instead, they are none. */
static pat_status decode(pat_span bytes, pat_arena *arena, Patina__Promise **ret_promise,
                         pat_err *reterr) {
  ProtobufCMessage *decoded = NULL;
  pat_status status =
      pat_protobuf_decode(&patina__promise__descriptor, bytes, arena, 0, &decoded, NULL);
  if (pat_is_rule(status, PAT_RULE_LIMIT_MEMORY)) return status;
  PAT_REQUIRE_AT(pat_is_ok(status), PROMISE_FORM, reterr, 0, "promise");
  *ret_promise = (Patina__Promise *)decoded;
  return PAT_OK;
}

pat_status pat_promise_read(const Patina__SignedPromise *signed_promise, pat_arena *arena,
                            Patina__Promise **ret_promise, pat_err *reterr) {
  PAT_REQUIRE_AT(signed_promise->signature.len == PAT_SIGNATURE_BYTES, PROMISE_FORM, reterr, 0,
                 "signature");
  pat_span body = pat_span_make(signed_promise->promise.data, signed_promise->promise.len);
  Patina__Promise *promise = NULL;
  PAT_TRY(decode(body, arena, &promise, reterr));
  size_t origin_size = pat_span_text(promise->origin).size;
  PAT_REQUIRE_AT(origin_size > 0, PROMISE_FORM, reterr, 0, "origin");
  PAT_REQUIRE_AT(origin_size <= PAT_ORIGIN_BYTES_MAX, PROMISE_FORM, reterr, 0, "origin");
  PAT_REQUIRE_AT(promise->statement_sha256.len == PAT_HASH_BYTES, PROMISE_FORM, reterr, 0,
                 "statement_sha256");
  PAT_REQUIRE_AT(promise->leaf_hash.len == PAT_HASH_BYTES, PROMISE_FORM, reterr, 0, "leaf_hash");
  PAT_ASSERT(body.size <= PROMISE_BYTES_MAX);
  *ret_promise = promise;
  return PAT_OK;
}

pat_status pat_promise_check(const Patina__SignedPromise *signed_promise,
                             const uint8_t public_key[PAT_PUBLIC_KEY_BYTES]) {
  PAT_ASSERT(signed_promise->promise.len <= PROMISE_BYTES_MAX);
  PAT_ASSERT(signed_promise->signature.len == PAT_SIGNATURE_BYTES);
  pat_dsse_payload payload = {
      PAT_SPAN_LITERAL(PAT_PROMISE_TYPE),
      pat_span_make(signed_promise->promise.data, signed_promise->promise.len)};
  uint8_t scratch[PAE_BYTES_MAX];
  return pat_dsse_verify(public_key, payload, scratch, sizeof scratch,
                         signed_promise->signature.data);
}

pat_status pat_promise_verify(const Patina__SignedPromise *signed_promise,
                              const uint8_t public_key[PAT_PUBLIC_KEY_BYTES], pat_arena *arena,
                              Patina__Promise **ret_promise, pat_err *reterr) {
  Patina__Promise *promise = NULL;
  PAT_TRY(pat_promise_read(signed_promise, arena, &promise, reterr));
  PAT_TRY(pat_promise_check(signed_promise, public_key));
  *ret_promise = promise;
  return PAT_OK;
}
