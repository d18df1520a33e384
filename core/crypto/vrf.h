/* The verifiable random function of c2sp.org/vrf-r255 (RFC 9381's ECVRF over ristretto255,
 * SHA-512).
 *
 * Only the holder of the secret computes the output for an input alpha; with the proof, anyone
 * checks that this is the one output for it. So identifiers become index keys that nobody can
 * enumerate, and a lookup still proves that it looked in the right place. */
#ifndef PAT_CORE_CRYPTO_VRF_H
#define PAT_CORE_CRYPTO_VRF_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/attributes.h"
#include "core/base/limits.h"
#include "core/base/span.h"
#include "core/base/status.h"

#define PAT_VRF_SECRET_BYTES  32 /* a scalar x, little-endian, 0 < x < q */
#define PAT_VRF_UNIFORM_BYTES 64 /* what a secret is reduced from */

/* Reduces uniform random bytes to a secret scalar.
 * in    uniform     64 bytes of full entropy; the caller wipes them
 * out   ret_secret  unchanged on failure; the caller wipes it with pat_secret_wipe
 * fails CRYPTO_VRF_SCALAR_RANGE  the bytes reduce to 0 (never with real entropy)
 * time  O(1), constant in the secret */
pat_status pat_vrf_secret_from_bytes(const uint8_t uniform[PAT_VRF_UNIFORM_BYTES],
                                     uint8_t ret_secret[PAT_VRF_SECRET_BYTES])
    PAT_NONNULL_ALL PAT_MUST_USE;

/* The public key of a secret: Y = xB.
 * out   ret_public  unchanged on failure
 * fails CRYPTO_VRF_SCALAR_RANGE  secret is 0 or not below q
 * time  one scalar multiplication, constant in the secret */
pat_status pat_vrf_public(const uint8_t secret[PAT_VRF_SECRET_BYTES],
                          uint8_t ret_public[PAT_PUBLIC_KEY_BYTES]) PAT_NONNULL_ALL PAT_MUST_USE;

/* Computes the output for alpha, and the proof for it; both are a function of secret and alpha
 * alone. in    alpha       the input, borrowed for the call; may be empty out   ret_proof   Gamma
 * 32, c 16, s 32 bytes; unchanged on failure ret_output  SHA-512 digest (beta); unchanged on
 * failure fails CRYPTO_VRF_SCALAR_RANGE  secret is 0 or not below q time  O(alpha.size) and four
 * scalar multiplications, constant in the secret */
pat_status pat_vrf_prove(const uint8_t secret[PAT_VRF_SECRET_BYTES], pat_span alpha,
                         uint8_t ret_proof[PAT_VRF_PROOF_BYTES],
                         uint8_t ret_output[PAT_VRF_OUTPUT_BYTES]) PAT_NONNULL_ALL PAT_MUST_USE;

/* Checks a proof and gives the output that it proves.
 * in    public_key, alpha, proof  as received, unchecked; alpha borrowed for the call
 * out   ret_output  unchanged on failure
 * fails, in the order of the checks:
 *       CRYPTO_VRF_PUBLIC_KEY    the key is no canonical group element, or the identity
 *       CRYPTO_VRF_POINT         Gamma is no canonical group element
 *       CRYPTO_VRF_SCALAR_RANGE  s is not below q
 *       CRYPTO_VRF_PROOF_INVALID the challenge does not come out
 * time  O(alpha.size) and four scalar multiplications */
pat_status pat_vrf_verify(const uint8_t public_key[PAT_PUBLIC_KEY_BYTES], pat_span alpha,
                          const uint8_t proof[PAT_VRF_PROOF_BYTES],
                          uint8_t ret_output[PAT_VRF_OUTPUT_BYTES]) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
