#include "core/crypto/sign.h"

#include <sodium.h>

#include "core/base/assert.h"

PAT_STATIC_ASSERT(crypto_sign_SEEDBYTES == PAT_SIGN_SEED_BYTES, "libsodium's Ed25519 seed");
PAT_STATIC_ASSERT(crypto_sign_SECRETKEYBYTES == PAT_SIGN_SECRET_BYTES, "libsodium's secret key");
PAT_STATIC_ASSERT(crypto_sign_PUBLICKEYBYTES == PAT_PUBLIC_KEY_BYTES, "Ed25519 public key");
PAT_STATIC_ASSERT(crypto_sign_BYTES == PAT_SIGNATURE_BYTES, "Ed25519 signature");

pat_status pat_crypto_init(void) {
  PAT_REQUIRE(sodium_init() >= 0, INTERNAL); /* 1: somebody did it before */
  return PAT_OK;
}

void pat_secret_wipe(void *secret, size_t size) {
  PAT_ASSERT(secret != NULL || size == 0);
  if (size > 0) sodium_memzero(secret, size);
}

void pat_sign_keypair_from_seed(const uint8_t seed[PAT_SIGN_SEED_BYTES],
                                uint8_t ret_public[PAT_PUBLIC_KEY_BYTES],
                                uint8_t ret_secret[PAT_SIGN_SECRET_BYTES]) {
  int failed = crypto_sign_seed_keypair(ret_public, ret_secret, seed);
  PAT_ASSERT(failed == 0);
}

void pat_sign(const uint8_t secret[PAT_SIGN_SECRET_BYTES], pat_span message,
              uint8_t ret_signature[PAT_SIGNATURE_BYTES]) {
  PAT_ASSERT(pat_span_valid(message));
  int failed = crypto_sign_detached(ret_signature, NULL, message.data, message.size, secret);
  PAT_ASSERT(failed == 0);
}

pat_status pat_sign_verify(const uint8_t public_key[PAT_PUBLIC_KEY_BYTES], pat_span message,
                           const uint8_t signature[PAT_SIGNATURE_BYTES]) {
  PAT_ASSERT(pat_span_valid(message));
  int refused = crypto_sign_verify_detached(signature, message.data, message.size, public_key);
  PAT_REQUIRE(refused == 0, CRYPTO_SIGNATURE_INVALID);
  return PAT_OK;
}

pat_hash pat_public_key_hash(const uint8_t public_key[PAT_PUBLIC_KEY_BYTES]) {
  return pat_hash_of(pat_span_make(public_key, PAT_PUBLIC_KEY_BYTES));
}
