/* Hits: pat_vrf_verify, pat_vrf_prove, pat_vrf_public, pat_vrf_secret_from_bytes.
 *
 * Input: a proof of 80 bytes, then alpha. Properties: under the fixed key the only proof that is
 * accepted for alpha is the one that the holder of the secret makes, with the same output; under a
 * key taken from the input nothing crashes. */
#include <string.h>

#include "core/base/assert.h"
#include "core/crypto/sign.h"
#include "core/crypto/vrf.h"
#include "tests/fuzz/fuzz_target.h"

static void check_proof(const uint8_t *proof, pat_span alpha) {
  uint8_t uniform[PAT_VRF_UNIFORM_BYTES];
  uint8_t secret[PAT_VRF_SECRET_BYTES];
  uint8_t key[PAT_PUBLIC_KEY_BYTES];
  uint8_t made[PAT_VRF_PROOF_BYTES];
  uint8_t made_output[PAT_VRF_OUTPUT_BYTES];
  uint8_t output[PAT_VRF_OUTPUT_BYTES] = {0};
  memset(uniform, 0x5a, sizeof uniform);
  PAT_ASSERT(pat_is_ok(pat_vrf_secret_from_bytes(uniform, secret)));
  PAT_ASSERT(pat_is_ok(pat_vrf_public(secret, key)));
  PAT_ASSERT(pat_is_ok(pat_vrf_prove(secret, alpha, made, made_output)));
  bool same = memcmp(proof, made, sizeof made) == 0;
  bool accepted = pat_is_ok(pat_vrf_verify(key, alpha, proof, output));
  PAT_ASSERT(accepted == same);
  PAT_ASSERT(!accepted || memcmp(output, made_output, sizeof output) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < PAT_VRF_PROOF_BYTES) return 0;
  PAT_ASSERT(pat_is_ok(pat_crypto_init()));
  pat_span input = pat_span_make(data, size);
  pat_span alpha = pat_span_slice(input, PAT_VRF_PROOF_BYTES, size - PAT_VRF_PROOF_BYTES);
  uint8_t output[PAT_VRF_OUTPUT_BYTES];
  check_proof(data, alpha);
  if (alpha.size < PAT_PUBLIC_KEY_BYTES) return 0;
  /* a key of the stranger's: any verdict, and no output where it is refused */
  memset(output, 0xa5, sizeof output);
  if (!pat_is_ok(pat_vrf_verify(alpha.data, alpha, data, output)))
    PAT_ASSERT(output[0] == 0xa5 && output[PAT_VRF_OUTPUT_BYTES - 1] == 0xa5);
  return 0;
}
