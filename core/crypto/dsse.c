#include "core/crypto/dsse.h"

#include "core/base/assert.h"

void pat_dsse_pae(pat_builder *builder, pat_dsse_payload payload) {
  pat_builder_text(builder, "DSSEv1 ");
  pat_builder_decimal(builder, payload.type.size);
  pat_builder_char(builder, ' ');
  pat_builder_span(builder, payload.type);
  pat_builder_char(builder, ' ');
  pat_builder_decimal(builder, payload.body.size);
  pat_builder_char(builder, ' ');
  pat_builder_span(builder, payload.body);
}

static pat_status dsse_build(pat_dsse_payload payload, uint8_t *scratch, size_t scratch_capacity,
                             pat_span *ret_signed) {
  PAT_ASSERT(pat_span_valid(payload.type));
  PAT_ASSERT(pat_span_valid(payload.body));
  pat_builder builder;
  pat_builder_init(&builder, scratch, scratch_capacity);
  pat_dsse_pae(&builder, payload);
  return pat_builder_finish(&builder, ret_signed);
}

pat_status pat_dsse_sign(const uint8_t secret[PAT_SIGN_SECRET_BYTES], pat_dsse_payload payload,
                         uint8_t *scratch, size_t scratch_capacity,
                         uint8_t ret_signature[PAT_SIGNATURE_BYTES]) {
  pat_span message;
  PAT_TRY(dsse_build(payload, scratch, scratch_capacity, &message));
  pat_sign(secret, message, ret_signature);
  return PAT_OK;
}

pat_status pat_dsse_verify(const uint8_t public_key[PAT_PUBLIC_KEY_BYTES], pat_dsse_payload payload,
                           uint8_t *scratch, size_t scratch_capacity,
                           const uint8_t signature[PAT_SIGNATURE_BYTES]) {
  pat_span message;
  PAT_TRY(dsse_build(payload, scratch, scratch_capacity, &message));
  return pat_sign_verify(public_key, message, signature);
}
