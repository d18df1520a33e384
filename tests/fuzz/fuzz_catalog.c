/* Hits: pat_class_check, pat_class_attribute, pat_class_claim, pat_claim_field, pat_scheme_check,
 * pat_policy_check, pat_policy_kind, pat_roles_contain, pat_identifier_normalise.
 *
 * Input: one byte that chooses, then an AssetClass, an IdentifierScheme or a Policy. Properties: it
 * is refused with a rule, or every name in it is found by the look-ups, which rely on the orders
 * that the checks establish. */
#include "core/base/assert.h"
#include "core/model/catalog.h"
#include "core/model/identifier.h"
#include "tests/fuzz/fuzz_support.h"
#include "tests/fuzz/mutate.h"

static const ProtobufCMessageDescriptor *const descriptors[] = {
    &patina__asset_class__descriptor,
    &patina__identifier_scheme__descriptor,
    &patina__policy__descriptor,
};
enum { DESCRIPTORS = sizeof descriptors / sizeof descriptors[0] };

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned seed) {
  if (size < 1) return mutate_message(descriptors[0], data, size, size_max, seed);
  const ProtobufCMessageDescriptor *descriptor = descriptors[data[0] % DESCRIPTORS];
  return 1 + mutate_message(descriptor, data + 1, size - 1, size_max - 1, seed);
}

static pat_status check_class(const Patina__AssetClass *schema, pat_err *err) {
  PAT_TRY(pat_class_check(schema, err));
  for (size_t i = 0; i < schema->n_attributes; i++) {
    const Patina__AttributeDefinition *attribute = schema->attributes[i];
    PAT_ASSERT(pat_class_attribute(schema, attribute->name) == attribute);
    for (size_t role = 0; role < attribute->n_roles; role++)
      PAT_ASSERT(pat_roles_contain(attribute->roles, attribute->n_roles, attribute->roles[role]));
  }
  for (size_t i = 0; i < schema->n_claims; i++) {
    const Patina__ClaimDefinition *claim = schema->claims[i];
    PAT_ASSERT(pat_class_claim(schema, claim->name) == claim);
    for (size_t field = 0; field < claim->n_fields; field++)
      PAT_ASSERT(pat_claim_field(claim, claim->fields[field]->name) == claim->fields[field]);
  }
  PAT_ASSERT(pat_class_attribute(schema, "~") == NULL);
  PAT_ASSERT(pat_class_claim(schema, "") == NULL);
  return PAT_OK;
}

static pat_status check_scheme(const Patina__IdentifierScheme *scheme, pat_err *err) {
  PAT_TRY(pat_scheme_check(scheme, err));
  static const char *const values[] = {"", "a", " YS3 DD78-N4X7055320 ", "1M8GDM9AXKP042788"};
  for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
    pat_identifier identifier;
    pat_status status =
        pat_identifier_normalise(scheme, pat_span_text(values[i]), &identifier, NULL);
    if (!pat_is_ok(status)) continue;
    PAT_ASSERT(identifier.size >= scheme->length_min);
    PAT_ASSERT(identifier.size <= scheme->length_max);
  }
  return PAT_OK;
}

static pat_status check_policy(const Patina__Policy *policy, pat_err *err) {
  PAT_TRY(pat_policy_check(policy, err));
  for (size_t i = 0; i < policy->n_kinds; i++)
    PAT_ASSERT(pat_policy_kind(policy, policy->kinds[i]->kind) == policy->kinds[i]);
  PAT_ASSERT(pat_policy_kind(policy, 0) == NULL);
  return PAT_OK;
}

static pat_status check(const ProtobufCMessage *message, pat_err *err) {
  if (message->descriptor == descriptors[0])
    return check_class((const Patina__AssetClass *)message, err);
  if (message->descriptor == descriptors[1])
    return check_scheme((const Patina__IdentifierScheme *)message, err);
  return check_policy((const Patina__Policy *)message, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1) return 0;
  pat_span bytes = pat_span_slice(pat_span_make(data, size), 1, size - 1);
  ProtobufCMessage *message = fuzz_decode(descriptors[data[0] % DESCRIPTORS], bytes, fuzz_arena());
  if (message == NULL) return 0;
  pat_err err = {.offset = 0};
  pat_status status = check(message, &err);
  if (!pat_is_ok(status)) fuzz_check_refusal(status, &err);
  return 0;
}
