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

/* Reads what a signed promise says (V27); nobody vouches for it yet.
 * out   ret_promise  in the arena; borrows from signed_promise
 * fails promise.form  not canonical, an origin of 0 or more than PAT_ORIGIN_BYTES_MAX bytes, or a
 *                     hash or signature of another size
 *       limit.memory */
pat_status pat_promise_read(const Patina__SignedPromise *signed_promise, pat_arena *arena,
                            Patina__Promise **ret_promise, pat_err *reterr) PAT_MUST_USE
    PAT_NONNULL(1, 2, 3);

/* Checks the signature of a promise that was read, under the genesis' promise key (V28).
 * fails crypto.signature-invalid */
pat_status pat_promise_check(const Patina__SignedPromise *signed_promise,
                             const uint8_t public_key[PAT_PUBLIC_KEY_BYTES])
    PAT_MUST_USE PAT_NONNULL_ALL;

/* Both: the form, then the signature.
 * fails promise.form, limit.memory, crypto.signature-invalid */
pat_status pat_promise_verify(const Patina__SignedPromise *signed_promise,
                              const uint8_t public_key[PAT_PUBLIC_KEY_BYTES], pat_arena *arena,
                              Patina__Promise **ret_promise, pat_err *reterr) PAT_MUST_USE
    PAT_NONNULL(1, 2, 3, 4);

#endif
