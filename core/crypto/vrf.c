#include "core/crypto/vrf.h"

#include <sodium.h>

#include "core/base/assert.h"

#define VRF_POINT_BYTES     32
#define VRF_SCALAR_BYTES    32
#define VRF_CHALLENGE_BYTES 16
#define VRF_CHALLENGE_AT    VRF_POINT_BYTES
#define VRF_RESPONSE_AT     (VRF_CHALLENGE_AT + VRF_CHALLENGE_BYTES)

PAT_STATIC_ASSERT(crypto_core_ristretto255_BYTES == VRF_POINT_BYTES, "an encoded element");
PAT_STATIC_ASSERT(crypto_core_ristretto255_SCALARBYTES == VRF_SCALAR_BYTES, "an encoded scalar");
PAT_STATIC_ASSERT(VRF_SCALAR_BYTES == PAT_VRF_SECRET_BYTES, "the secret is a scalar");
PAT_STATIC_ASSERT(VRF_POINT_BYTES == PAT_PUBLIC_KEY_BYTES, "the public key is an element");
PAT_STATIC_ASSERT(VRF_RESPONSE_AT + VRF_SCALAR_BYTES == PAT_VRF_PROOF_BYTES, "Gamma, c, s");
PAT_STATIC_ASSERT(crypto_hash_sha512_BYTES == PAT_VRF_OUTPUT_BYTES, "beta is one digest");
PAT_STATIC_ASSERT(crypto_core_ristretto255_NONREDUCEDSCALARBYTES == PAT_VRF_UNIFORM_BYTES,
                  "64 bytes reduce to a scalar without bias");
PAT_STATIC_ASSERT(crypto_core_ristretto255_HASHBYTES == crypto_hash_sha512_BYTES,
                  "one digest feeds the one-way map");

/* The byte after the suite string that keeps each use of the hash apart. */
typedef enum {
  VRF_USE_CHALLENGE = 0x02,
  VRF_USE_OUTPUT = 0x03,
  VRF_USE_NONCE = 0x81,
  VRF_USE_ENCODE = 0x82,
} vrf_use;

typedef struct {
  uint8_t bytes[VRF_POINT_BYTES];
} vrf_point;

typedef struct {
  uint8_t bytes[VRF_SCALAR_BYTES];
} vrf_scalar;

typedef struct {
  uint8_t bytes[crypto_hash_sha512_BYTES];
} vrf_digest;

/* The elements that a challenge binds, in the order of RFC 9381 section 5.4.3. */
typedef struct {
  vrf_point public_key;
  vrf_point input; /* H, alpha's element */
  vrf_point gamma;
  vrf_point base_commitment;  /* U */
  vrf_point input_commitment; /* V */
} vrf_transcript;

static void vrf_scalar_wipe(vrf_scalar *scalar) { sodium_memzero(scalar, sizeof *scalar); }
static void vrf_digest_wipe(vrf_digest *digest) { sodium_memzero(digest, sizeof *digest); }

/* Hash(suite || use || parts...). The state may have absorbed a secret, so it is wiped. */
static void vrf_hash(vrf_use use, const pat_span *parts, size_t count, vrf_digest *ret_digest) {
  static const char suite[] =
      "\xFF"
      "c2sp.org/vrf-r255";
  crypto_hash_sha512_state state;
  uint8_t use_byte = (uint8_t)use;
  crypto_hash_sha512_init(&state);
  crypto_hash_sha512_update(&state, (const uint8_t *)suite, sizeof suite - 1);
  crypto_hash_sha512_update(&state, &use_byte, 1);
  for (size_t i = 0; i < count; i++) {
    PAT_ASSERT(pat_span_valid(parts[i]));
    if (parts[i].size > 0) crypto_hash_sha512_update(&state, parts[i].data, parts[i].size);
  }
  crypto_hash_sha512_final(&state, ret_digest->bytes);
  sodium_memzero(&state, sizeof state);
}

static void vrf_encode_to_curve(const vrf_point *public_key, pat_span alpha, vrf_point *ret_input) {
  pat_span parts[] = {PAT_SPAN_OF(public_key->bytes), alpha};
  vrf_digest digest;
  vrf_hash(VRF_USE_ENCODE, parts, 2, &digest);
  int failed = crypto_core_ristretto255_from_hash(ret_input->bytes, digest.bytes);
  PAT_ASSERT(failed == 0);
}

/* c, widened with zeros to a scalar. */
static void vrf_challenge(const vrf_transcript *transcript, vrf_scalar *ret_challenge) {
  static const uint8_t closing[1] = {0};
  pat_span parts[] = {
      PAT_SPAN_OF(transcript->public_key.bytes),
      PAT_SPAN_OF(transcript->input.bytes),
      PAT_SPAN_OF(transcript->gamma.bytes),
      PAT_SPAN_OF(transcript->base_commitment.bytes),
      PAT_SPAN_OF(transcript->input_commitment.bytes),
      PAT_SPAN_OF(closing),
  };
  vrf_digest digest;
  vrf_hash(VRF_USE_CHALLENGE, parts, sizeof parts / sizeof parts[0], &digest);
  *ret_challenge = (vrf_scalar){{0}};
  pat_span_copy(ret_challenge->bytes, VRF_SCALAR_BYTES,
                pat_span_make(digest.bytes, VRF_CHALLENGE_BYTES));
}

static void vrf_output(const vrf_point *gamma, uint8_t ret_output[PAT_VRF_OUTPUT_BYTES]) {
  static const uint8_t closing[1] = {0};
  pat_span parts[] = {PAT_SPAN_OF(gamma->bytes), PAT_SPAN_OF(closing)};
  vrf_digest digest;
  vrf_hash(VRF_USE_OUTPUT, parts, 2, &digest);
  pat_span_copy(ret_output, PAT_VRF_OUTPUT_BYTES, PAT_SPAN_OF(digest.bytes));
}

/* k: a function of the secret and H, so that no randomness is needed and none can be bad. */
static void vrf_nonce(const vrf_scalar *secret, const vrf_point *input, vrf_scalar *ret_nonce) {
  pat_span parts[] = {PAT_SPAN_OF(secret->bytes), PAT_SPAN_OF(input->bytes)};
  PAT_CLEANUP(vrf_digest_wipe) vrf_digest digest;
  vrf_hash(VRF_USE_NONCE, parts, 2, &digest);
  crypto_core_ristretto255_scalar_reduce(ret_nonce->bytes, digest.bytes);
}

/* Canonical means below q: exactly then reduction changes nothing. */
static bool vrf_scalar_in_range(const vrf_scalar *scalar) {
  uint8_t wide[PAT_VRF_UNIFORM_BYTES] = {0};
  PAT_CLEANUP(vrf_scalar_wipe) vrf_scalar reduced;
  pat_span_copy(wide, sizeof wide, PAT_SPAN_OF(scalar->bytes));
  crypto_core_ristretto255_scalar_reduce(reduced.bytes, wide);
  sodium_memzero(wide, sizeof wide);
  return sodium_memcmp(reduced.bytes, scalar->bytes, VRF_SCALAR_BYTES) == 0;
}

static bool vrf_secret_valid(const vrf_scalar *secret) {
  return vrf_scalar_in_range(secret) && sodium_is_zero(secret->bytes, VRF_SCALAR_BYTES) == 0;
}

/* ret = scalar * point for a point known to be valid. libsodium reports the identity as a failure
 * but has then written its encoding (zeros), which is the right answer here. */
static void vrf_multiply(const vrf_scalar *scalar, const vrf_point *point, vrf_point *ret_product) {
  vrf_point product = {{0}};
  int failed = crypto_scalarmult_ristretto255(product.bytes, scalar->bytes, point->bytes);
  PAT_ASSERT(failed == 0 || sodium_is_zero(product.bytes, VRF_POINT_BYTES) == 1);
  *ret_product = product;
}

static void vrf_multiply_base(const vrf_scalar *scalar, vrf_point *ret_product) {
  vrf_point product = {{0}};
  int failed = crypto_scalarmult_ristretto255_base(product.bytes, scalar->bytes);
  PAT_ASSERT(failed == 0 || sodium_is_zero(product.bytes, VRF_POINT_BYTES) == 1);
  *ret_product = product;
}

/* ret = minuend - challenge * point: what a verifier recovers of a commitment. */
static void vrf_recover(const vrf_point *minuend, const vrf_scalar *challenge,
                        const vrf_point *point, vrf_point *ret_commitment) {
  vrf_point product;
  vrf_multiply(challenge, point, &product);
  int failed = crypto_core_ristretto255_sub(ret_commitment->bytes, minuend->bytes, product.bytes);
  PAT_ASSERT(failed == 0);
}

pat_status pat_vrf_secret_from_bytes(const uint8_t uniform[PAT_VRF_UNIFORM_BYTES],
                                     uint8_t ret_secret[PAT_VRF_SECRET_BYTES]) {
  PAT_CLEANUP(vrf_scalar_wipe) vrf_scalar secret;
  crypto_core_ristretto255_scalar_reduce(secret.bytes, uniform);
  PAT_REQUIRE(vrf_secret_valid(&secret), CRYPTO_VRF_SCALAR_RANGE);
  pat_span_copy(ret_secret, PAT_VRF_SECRET_BYTES, PAT_SPAN_OF(secret.bytes));
  return PAT_OK;
}

static pat_status vrf_load_secret(const uint8_t bytes[PAT_VRF_SECRET_BYTES],
                                  vrf_scalar *ret_secret) {
  pat_span_copy(ret_secret->bytes, VRF_SCALAR_BYTES, pat_span_make(bytes, PAT_VRF_SECRET_BYTES));
  PAT_REQUIRE(vrf_secret_valid(ret_secret), CRYPTO_VRF_SCALAR_RANGE);
  return PAT_OK;
}

pat_status pat_vrf_public(const uint8_t secret[PAT_VRF_SECRET_BYTES],
                          uint8_t ret_public[PAT_PUBLIC_KEY_BYTES]) {
  PAT_CLEANUP(vrf_scalar_wipe) vrf_scalar scalar = {{0}};
  vrf_point public_key;
  PAT_TRY(vrf_load_secret(secret, &scalar));
  vrf_multiply_base(&scalar, &public_key);
  pat_span_copy(ret_public, PAT_PUBLIC_KEY_BYTES, PAT_SPAN_OF(public_key.bytes));
  return PAT_OK;
}

/* s = k + c * x mod q */
static void vrf_response(const vrf_scalar *nonce, const vrf_scalar *challenge,
                         const vrf_scalar *secret, vrf_scalar *ret_response) {
  PAT_CLEANUP(vrf_scalar_wipe) vrf_scalar product;
  crypto_core_ristretto255_scalar_mul(product.bytes, challenge->bytes, secret->bytes);
  crypto_core_ristretto255_scalar_add(ret_response->bytes, nonce->bytes, product.bytes);
}

static void vrf_encode_proof(const vrf_point *gamma, const vrf_scalar *challenge,
                             const vrf_scalar *response, uint8_t ret_proof[PAT_VRF_PROOF_BYTES]) {
  pat_span_copy(ret_proof, VRF_POINT_BYTES, PAT_SPAN_OF(gamma->bytes));
  pat_span_copy(ret_proof + VRF_CHALLENGE_AT, VRF_CHALLENGE_BYTES,
                pat_span_make(challenge->bytes, VRF_CHALLENGE_BYTES));
  pat_span_copy(ret_proof + VRF_RESPONSE_AT, VRF_SCALAR_BYTES, PAT_SPAN_OF(response->bytes));
}

pat_status pat_vrf_prove(const uint8_t secret[PAT_VRF_SECRET_BYTES], pat_span alpha,
                         uint8_t ret_proof[PAT_VRF_PROOF_BYTES],
                         uint8_t ret_output[PAT_VRF_OUTPUT_BYTES]) {
  PAT_CLEANUP(vrf_scalar_wipe) vrf_scalar scalar = {{0}};
  PAT_CLEANUP(vrf_scalar_wipe) vrf_scalar nonce = {{0}};
  vrf_transcript transcript;
  vrf_scalar challenge;
  vrf_scalar response;
  PAT_TRY(vrf_load_secret(secret, &scalar));
  vrf_multiply_base(&scalar, &transcript.public_key);
  vrf_encode_to_curve(&transcript.public_key, alpha, &transcript.input);
  vrf_multiply(&scalar, &transcript.input, &transcript.gamma);
  vrf_nonce(&scalar, &transcript.input, &nonce);
  vrf_multiply_base(&nonce, &transcript.base_commitment);
  vrf_multiply(&nonce, &transcript.input, &transcript.input_commitment);
  vrf_challenge(&transcript, &challenge);
  vrf_response(&nonce, &challenge, &scalar, &response);
  vrf_encode_proof(&transcript.gamma, &challenge, &response, ret_proof);
  vrf_output(&transcript.gamma, ret_output);
  return PAT_OK;
}

static pat_status vrf_load_point(const uint8_t *bytes, pat_rule rule, vrf_point *ret_point) {
  vrf_point point;
  pat_span_copy(point.bytes, VRF_POINT_BYTES, pat_span_make(bytes, VRF_POINT_BYTES));
  if (crypto_core_ristretto255_is_valid_point(point.bytes) != 1) return pat_refuse(rule);
  *ret_point = point;
  return PAT_OK;
}

static pat_status vrf_load_public(const uint8_t bytes[PAT_PUBLIC_KEY_BYTES],
                                  vrf_point *ret_public) {
  PAT_TRY(vrf_load_point(bytes, PAT_RULE_CRYPTO_VRF_PUBLIC_KEY, ret_public));
  /* With the identity as key, every gamma of order 1 would verify for every input. */
  PAT_REQUIRE(sodium_is_zero(ret_public->bytes, VRF_POINT_BYTES) == 0, CRYPTO_VRF_PUBLIC_KEY);
  return PAT_OK;
}

static pat_status vrf_decode_proof(const uint8_t proof[PAT_VRF_PROOF_BYTES], vrf_point *ret_gamma,
                                   vrf_scalar *ret_challenge, vrf_scalar *ret_response) {
  PAT_TRY(vrf_load_point(proof, PAT_RULE_CRYPTO_VRF_POINT, ret_gamma));
  *ret_challenge = (vrf_scalar){{0}};
  pat_span_copy(ret_challenge->bytes, VRF_SCALAR_BYTES,
                pat_span_make(proof + VRF_CHALLENGE_AT, VRF_CHALLENGE_BYTES));
  pat_span_copy(ret_response->bytes, VRF_SCALAR_BYTES,
                pat_span_make(proof + VRF_RESPONSE_AT, VRF_SCALAR_BYTES));
  /* libsodium multiplies by any 255 bits, so s + q would be a second proof of the same output. */
  PAT_REQUIRE(vrf_scalar_in_range(ret_response), CRYPTO_VRF_SCALAR_RANGE);
  return PAT_OK;
}

pat_status pat_vrf_verify(const uint8_t public_key[PAT_PUBLIC_KEY_BYTES], pat_span alpha,
                          const uint8_t proof[PAT_VRF_PROOF_BYTES],
                          uint8_t ret_output[PAT_VRF_OUTPUT_BYTES]) {
  vrf_transcript transcript;
  vrf_scalar claimed;
  vrf_scalar computed;
  vrf_scalar response;
  vrf_point product;
  PAT_TRY(vrf_load_public(public_key, &transcript.public_key));
  PAT_TRY(vrf_decode_proof(proof, &transcript.gamma, &claimed, &response));
  vrf_encode_to_curve(&transcript.public_key, alpha, &transcript.input);
  vrf_multiply_base(&response, &product);
  vrf_recover(&product, &claimed, &transcript.public_key, &transcript.base_commitment);
  vrf_multiply(&response, &transcript.input, &product);
  vrf_recover(&product, &claimed, &transcript.gamma, &transcript.input_commitment);
  vrf_challenge(&transcript, &computed);
  PAT_REQUIRE(sodium_memcmp(claimed.bytes, computed.bytes, VRF_SCALAR_BYTES) == 0,
              CRYPTO_VRF_PROOF_INVALID);
  vrf_output(&transcript.gamma, ret_output);
  return PAT_OK;
}
