/* The subject of an identifier: a VRF output, so that nobody enumerates serials against the
 * public log, and yet a
 * look-up proves that it looked in the right place (SPEC.md section 6). */
#ifndef PAT_CORE_ENVELOPE_IDENTIFIER_PROOF_H
#define PAT_CORE_ENVELOPE_IDENTIFIER_PROOF_H

#include "core/base/limits.h"
#include "core/base/status.h"
#include "core/crypto/hash.h"
#include "core/crypto/vrf.h"
#include "core/model/identifier.h"

/* What identifies a thing: all that the VRF hashes. Borrowed. */
typedef struct {
  const char *scheme;
  uint32_t scheme_version;
  const char *scope;
  const pat_identifier *value; /* normalised */
} pat_identifier_name;

/* The proof, and the subject key that it proves. */
typedef struct {
  uint8_t proof[PAT_VRF_PROOF_BYTES];
  pat_hash key;
} pat_identifier_proof;

/* Proves the subject of an identifier: the log's operator only.
 * fails crypto.vrf.* where the secret is not one */
pat_status pat_identifier_prove(const uint8_t vrf_secret[PAT_VRF_SECRET_BYTES],
                                const pat_identifier_name *name,
                                pat_identifier_proof *ret_proof) PAT_MUST_USE PAT_NONNULL_ALL;

/* Checks a proof under the genesis' VRF key and gives the subject key that it proves.
 * fails crypto.vrf.* */
pat_status pat_identifier_verify(const uint8_t vrf_key[PAT_PUBLIC_KEY_BYTES],
                                 const pat_identifier_name *name,
                                 const uint8_t proof[PAT_VRF_PROOF_BYTES],
                                 pat_hash *ret_key) PAT_MUST_USE PAT_NONNULL_ALL;

#endif
