/* Ed25519 signatures, with one verdict for every signature everywhere.
 *
 * The verdict is that of libsodium 1.0.18: S below the group order, A and R canonical and not of
 * small order, and [S]B - [k]A encodes to exactly R's bytes. The TypeScript verifier follows the
 * same steps, so that no crafted signature is good in one place and bad in another. */
#ifndef PAT_CORE_CRYPTO_SIGN_H
#define PAT_CORE_CRYPTO_SIGN_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/attributes.h"
#include "core/base/limits.h"
#include "core/base/span.h"
#include "core/base/status.h"
#include "core/crypto/hash.h"

#define PAT_SIGN_SEED_BYTES   32 /* the secret to keep: the key pair follows from it */
#define PAT_SIGN_SECRET_BYTES 64 /* seed, then public key, as libsodium lays it out */

/* Makes the cryptography ready. Every program and test calls it once, before anything else of
 * core/crypto but hashing; calling it again does nothing.
 * fails INTERNAL  the library could not be set up; the program must stop
 * time  opens the system's entropy source the first time; thread-safe */
pat_status pat_crypto_init(void) PAT_MUST_USE;

/* Overwrites a secret in a way that the compiler keeps.
 * out   secret  size bytes, zero afterwards; may be NULL where size is 0 */
void pat_secret_wipe(void *secret, size_t size);

/* Derives the key pair of a seed; the same seed gives the same pair (RFC 8032).
 * in    seed        32 secret bytes of full entropy
 * out   ret_public  the public key
 *       ret_secret  the signing key; the caller wipes it with pat_secret_wipe
 * time  one scalar multiplication, about 20 us; constant in the seed */
void pat_sign_keypair_from_seed(const uint8_t seed[PAT_SIGN_SEED_BYTES],
                                uint8_t ret_public[PAT_PUBLIC_KEY_BYTES],
                                uint8_t ret_secret[PAT_SIGN_SECRET_BYTES]) PAT_NONNULL_ALL;

/* Signs a message; the same key and message give the same signature.
 * in    secret         from pat_sign_keypair_from_seed
 *       message        borrowed for the call; may be empty
 * out   ret_signature  R, then S
 * time  O(message.size) and about 20 us; constant in the secret */
void pat_sign(const uint8_t secret[PAT_SIGN_SECRET_BYTES], pat_span message,
              uint8_t ret_signature[PAT_SIGNATURE_BYTES]) PAT_NONNULL_ALL;

/* Decides whether a signature over a message was made by the holder of a public key.
 * in    public_key  as received, unchecked
 *       message     borrowed for the call; may be empty
 *       signature   as received, unchecked
 * fails CRYPTO_SIGNATURE_INVALID  key or signature malformed, or not over this message
 * time  O(message.size) and about 65 us; not constant-time, all inputs are public */
pat_status pat_sign_verify(const uint8_t public_key[PAT_PUBLIC_KEY_BYTES], pat_span message,
                           const uint8_t signature[PAT_SIGNATURE_BYTES])
    PAT_NONNULL_ALL PAT_MUST_USE;

/* The name of a key in statements: SHA-256 of its 32 bytes. */
pat_hash pat_public_key_hash(const uint8_t public_key[PAT_PUBLIC_KEY_BYTES])
    PAT_NONNULL_ALL PAT_MUST_USE;

#endif
