#include "core/envelope/identifier_proof.h"

#include "core/bytes/builder.h"
#include "core/model/statement.h"

enum {
  /* four length prefixes, and a version of at most 10 digits */
  INPUT_BYTES_MAX = 8 + PAT_NAME_BYTES_MAX + 10 + PAT_SCOPE_BYTES_MAX + PAT_IDENTIFIER_BYTES_MAX,
};

static pat_status write_input(const pat_identifier_name *name, uint8_t buffer[INPUT_BYTES_MAX],
                              pat_span *ret_input) {
  pat_builder builder;
  pat_builder_init(&builder, buffer, INPUT_BYTES_MAX);
  PAT_TRY(pat_identifier_vrf_input(name->scheme, name->scheme_version, name->scope, name->value,
                                   &builder));
  return pat_builder_finish(&builder, ret_input);
}

pat_status pat_identifier_prove(const uint8_t vrf_secret[PAT_VRF_SECRET_BYTES],
                                const pat_identifier_name *name, pat_identifier_proof *ret_proof) {
  uint8_t buffer[INPUT_BYTES_MAX];
  pat_span input;
  PAT_TRY(write_input(name, buffer, &input));
  pat_identifier_proof proof;
  uint8_t output[PAT_VRF_OUTPUT_BYTES];
  PAT_TRY(pat_vrf_prove(vrf_secret, input, proof.proof, output));
  proof.key = pat_subject_key(PAT_SUBJECT_IDENTIFIER, PAT_SPAN_OF(output));
  *ret_proof = proof;
  return PAT_OK;
}

pat_status pat_identifier_verify(const uint8_t vrf_key[PAT_PUBLIC_KEY_BYTES],
                                 const pat_identifier_name *name,
                                 const uint8_t proof[PAT_VRF_PROOF_BYTES], pat_hash *ret_key) {
  uint8_t buffer[INPUT_BYTES_MAX];
  pat_span input;
  PAT_TRY(write_input(name, buffer, &input));
  uint8_t output[PAT_VRF_OUTPUT_BYTES];
  PAT_TRY(pat_vrf_verify(vrf_key, input, proof, output));
  *ret_key = pat_subject_key(PAT_SUBJECT_IDENTIFIER, PAT_SPAN_OF(output));
  return PAT_OK;
}
