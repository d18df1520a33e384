#include <string.h>

#include "core/base/assert.h"
#include "core/model/kinds/kinds.h"

pat_span pat_kind__span(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

pat_status pat_kind__size(ProtobufCBinaryData field, size_t size, const char *place,
                          pat_err *reterr) {
  PAT_REQUIRE_AT(field.len == size, STATEMENT_FIELD_SIZE, reterr, 0, place);
  return PAT_OK;
}

pat_status pat_kind__text(const char *text, size_t size_max, const char *place, pat_err *reterr) {
  size_t size = strlen(text);
  PAT_REQUIRE_AT(size >= 1 && size <= size_max, STATEMENT_TEXT, reterr, 0, place);
  return PAT_OK;
}

pat_status pat_kind__key(const Patina__Key *key, pat_err *reterr) {
  PAT_REQUIRE_AT(key != NULL, STATEMENT_KEY, reterr, 0, "key");
  PAT_REQUIRE_AT(key->algorithm == PATINA__KEY_ALGORITHM__KEY_ALGORITHM_ED25519, STATEMENT_KEY,
                 reterr, 0, "key.algorithm");
  PAT_REQUIRE_AT(key->public_key.len == PAT_PUBLIC_KEY_BYTES, STATEMENT_KEY, reterr, 0,
                 "key.public_key");
  return PAT_OK;
}

pat_status pat_kind__key_signs(const Patina__Statement *statement, const Patina__Key *key,
                               pat_err *reterr) {
  pat_hash wanted = pat_hash_of(pat_kind__span(key->public_key));
  for (size_t i = 0; i < statement->n_signers; i++) {
    if (pat_span_equal(pat_kind__span(statement->signers[i]), pat_hash_span(&wanted))) {
      return PAT_OK;
    }
  }
  return pat_refuse_at(PAT_RULE_STATEMENT_KEY_POSSESSION, reterr, 0, "signers");
}

pat_status pat_kind__reason(Patina__CorrectionReason reason, pat_err *reterr) {
  PAT_REQUIRE_AT(reason != PATINA__CORRECTION_REASON__CORRECTION_REASON_UNSPECIFIED,
                 STATEMENT_REASON, reterr, 0, "reason");
  return PAT_OK;
}

void pat_kind__slot(pat_slot_list *list, ProtobufCBinaryData digest, const char *name,
                    Patina__Visibility visibility) {
  if (digest.len == 0) return;
  if (list->items != NULL) {
    list->items[list->count] = (pat_slot){pat_kind__span(digest), name, visibility};
  }
  list->count++;
}

void pat_kind__attribute_slots(pat_slot_list *list, Patina__Attribute *const *attributes,
                               size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (attributes[i]->content_case == PATINA__ATTRIBUTE__CONTENT_SLOT) {
      pat_kind__slot(list, attributes[i]->slot, attributes[i]->name,
                     PATINA__VISIBILITY__VISIBILITY_UNSPECIFIED);
    }
  }
}

void pat_kind__subject(pat_subject_set *set, pat_subject_kind kind, ProtobufCBinaryData id) {
  pat_subject_set_add(set, kind, pat_kind__span(id));
}
