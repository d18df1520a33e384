/* The operator's promise that a statement has its place in the log: evidence if a later
 * checkpoint contradicts it. */
#ifndef PAT_CORE_ENVELOPE_PROMISE_H
#define PAT_CORE_ENVELOPE_PROMISE_H

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/crypto/sign.h"
#include "proto/log.pb-c.h"

#define PAT_PROMISE_TYPE "application/vnd.patina.promise.v1+protobuf"

/* Signs a promise: fills ret_signed, whose bytes lie in the arena.
 * fails limit.memory */
pat_status pat_promise_sign(const Patina__Promise *promise,
                            const uint8_t secret[PAT_SIGN_SECRET_BYTES], pat_arena *arena,
                            Patina__SignedPromise *ret_signed) PAT_MUST_USE PAT_NONNULL_ALL;

/* Checks a promise under the genesis' promise key, and decodes it.
 * fails promise.form, bytes.*, crypto.signature-invalid */
pat_status pat_promise_verify(const Patina__SignedPromise *signed_promise,
                              const uint8_t public_key[PAT_PUBLIC_KEY_BYTES], pat_arena *arena,
                              Patina__Promise **ret_promise, pat_err *reterr) PAT_MUST_USE
    PAT_NONNULL(1, 2, 3, 4);

#endif
