/* DSSE v1.0.2: signatures that bind a payload's type together with its bytes.
 *
 * What is signed is the pre-authentication encoding (PAE),
 *   "DSSEv1" SP decimal(type.size) SP type SP decimal(body.size) SP body
 * so that bytes signed as one type can never be read as another. */
#ifndef PAT_CORE_CRYPTO_DSSE_H
#define PAT_CORE_CRYPTO_DSSE_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/attributes.h"
#include "core/base/limits.h"
#include "core/base/span.h"
#include "core/base/status.h"
#include "core/bytes/builder.h"
#include "core/crypto/sign.h"

/* Room that a PAE takes beyond its type and body: "DSSEv1", 4 spaces, 2 numbers of up to 20 digits.
 */
#define PAT_DSSE_OVERHEAD_BYTES_MAX 50

/* What a signature is over: the type's name and the payload, both borrowed. */
typedef struct {
  pat_span type; /* media type, as text */
  pat_span body;
} pat_dsse_payload;

/* Appends the PAE of a payload.
 * in    payload  borrowed for the call; type and body may be empty
 * out   builder  the PAE after what it held; one that is full fails as after every write, and
 *                pat_builder_finish says so
 * time  O(type.size + body.size); no allocation */
void pat_dsse_pae(pat_builder *builder, pat_dsse_payload payload) PAT_NONNULL_ALL;

/* Signs a payload over its PAE.
 * in    secret         from pat_sign_keypair_from_seed
 *       scratch        room of scratch_capacity bytes for the PAE: type.size + body.size +
 *                      PAT_DSSE_OVERHEAD_BYTES_MAX always suffice; overwritten
 * out   ret_signature  unchanged on failure
 * fails BYTES_FULL     the PAE does not fit in scratch
 * time  O(payload) and one signature */
pat_status pat_dsse_sign(const uint8_t secret[PAT_SIGN_SECRET_BYTES], pat_dsse_payload payload,
                         uint8_t *scratch, size_t scratch_capacity,
                         uint8_t ret_signature[PAT_SIGNATURE_BYTES]) PAT_NONNULL_ALL PAT_MUST_USE;

/* Verifies one signature over a payload's PAE.
 * in    public_key, signature  as received, unchecked
 *       scratch                room as for pat_dsse_sign; overwritten
 * fails BYTES_FULL                the PAE does not fit in scratch
 *       CRYPTO_SIGNATURE_INVALID  not a signature by this key over this type and body
 * time  O(payload) and one verification */
pat_status pat_dsse_verify(const uint8_t public_key[PAT_PUBLIC_KEY_BYTES], pat_dsse_payload payload,
                           uint8_t *scratch, size_t scratch_capacity,
                           const uint8_t signature[PAT_SIGNATURE_BYTES])
    PAT_NONNULL_ALL PAT_MUST_USE;

#endif
