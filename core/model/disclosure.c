#include <string.h>

#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "core/model/statement.h"
#include "core/model/value.h"

pat_hash pat_disclosure_digest(const Patina__Statement *statement, uint16_t slot, pat_span bytes) {
  PAT_ASSERT(statement->n_signers >= 1);
  static const char prefix[] = "patina/disclosure/v1"; /* its NUL is part of the prefix */
  const uint8_t slot_bytes[2] = {(uint8_t)(slot >> 8), (uint8_t)(slot & 0xff)};
  const pat_span parts[] = {
      PAT_SPAN_OF(prefix),
      pat_span_make(statement->nonce.data, statement->nonce.len),
      pat_span_make(statement->signers[0].data, statement->signers[0].len),
      PAT_SPAN_OF(slot_bytes),
      bytes,
  };
  return pat_hash_of_parts(parts, sizeof parts / sizeof parts[0]);
}

static pat_status check_content(const Patina__Disclosure *disclosure, const pat_slot *slot,
                                pat_err *reterr) {
  PAT_REQUIRE_AT(disclosure->salt.len == PAT_SALT_BYTES, DISCLOSURE_SALT, reterr, 0, slot->name);
  PAT_REQUIRE_AT(strcmp(disclosure->name, slot->name) == 0, DISCLOSURE_NAME, reterr, 0, slot->name);
  PAT_REQUIRE_AT(disclosure->value != NULL, STATEMENT_MISSING, reterr, 0, slot->name);
  return pat_value_check(disclosure->value, reterr);
}

pat_status pat_disclosure_decode(const pat_statement *statement, size_t slot, pat_span bytes,
                                 pat_arena *arena, Patina__Disclosure **ret_disclosure,
                                 pat_err *reterr) {
  PAT_REQUIRE_AT(slot < statement->slot_count, DISCLOSURE_SLOT, reterr, 0, "slot");
  PAT_REQUIRE_AT(bytes.size <= PAT_DISCLOSURE_BYTES_MAX, DISCLOSURE_SIZE, reterr,
                 PAT_DISCLOSURE_BYTES_MAX, statement->slots[slot].name);
  pat_hash digest = pat_disclosure_digest(statement->message, (uint16_t)slot, bytes);
  PAT_REQUIRE_AT(pat_span_equal(pat_hash_span(&digest), statement->slots[slot].digest),
                 DISCLOSURE_DIGEST, reterr, 0, statement->slots[slot].name);
  ProtobufCMessage *decoded = NULL;
  PAT_TRY(pat_protobuf_decode(&patina__disclosure__descriptor, bytes, arena, 0, &decoded, reterr));
  Patina__Disclosure *disclosure = (Patina__Disclosure *)decoded;
  PAT_TRY(check_content(disclosure, &statement->slots[slot], reterr));
  *ret_disclosure = disclosure;
  return PAT_OK;
}
