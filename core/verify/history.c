#include "core/verify/history.h"

#include <string.h>

#include "core/bytes/builder.h"
#include "core/bytes/protobuf.h"
#include "core/model/catalog.h"

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

static pat_status entry_identifier_key(const Patina__Entry *entry, pat_hash *ret_key,
                                       pat_err *reterr) {
  PAT_REQUIRE_AT(entry->identifier_count == 1, VERIFY_IDENTIFIER, reterr, 0, "identifier_count");
  pat_span key = span_of(entry->subjects[entry->n_subjects - 1]->key);
  pat_span_copy(ret_key->bytes, PAT_HASH_BYTES, key);
  return PAT_OK;
}

pat_status pat_verify_identified(const pat_verified_entry *verified,
                                 const uint8_t vrf_key[PAT_PUBLIC_KEY_BYTES],
                                 const Patina__IdentifierScheme *scheme, pat_arena *arena,
                                 pat_verified_identifier *ret_identifier, pat_err *reterr) {
  const char *name = NULL;
  const char *scope = NULL;
  uint32_t version = 0;
  bool named = pat_verify_identifier_of(&verified->statement, &name, &version, &scope);
  PAT_REQUIRE_AT(named, VERIFY_IDENTIFIER, reterr, verified->index, "kind");
  bool same = strcmp(scheme->name, name) == 0 && scheme->version == version;
  PAT_REQUIRE_AT(same, VERIFY_IDENTIFIER, reterr, verified->index, "scheme");
  pat_hash committed;
  PAT_TRY(entry_identifier_key(verified->entry, &committed, reterr));
  Patina__Disclosure *disclosure = NULL;
  PAT_TRY(pat_verify_disclosed(verified, 0, arena, &disclosure));
  const Patina__ProvenEntry *proven = verified->proven;
  bool checked = disclosure != NULL && proven->n_vrf_proofs > 0;
  if (checked) {
    bool is_text = disclosure->value->value_case == PATINA__VALUE__VALUE_TEXT;
    PAT_REQUIRE_AT(is_text, VERIFY_IDENTIFIER, reterr, verified->index, "value");
    PAT_REQUIRE_AT(proven->n_vrf_proofs == 1, VERIFY_IDENTIFIER, reterr, verified->index,
                   "vrf_proofs");
    pat_hash key;
    const pat_verify_claim claim = {scheme, scope, pat_span_text(disclosure->value->text),
                                    span_of(proven->vrf_proofs[0])};
    PAT_TRY(pat_verify_identifier(vrf_key, &claim, &key, reterr));
    PAT_REQUIRE_AT(pat_hash_equal(&key, &committed), VERIFY_IDENTIFIER, reterr, verified->index,
                   "subjects.key");
  }
  *ret_identifier = (pat_verified_identifier){.key = committed, .checked = checked};
  return PAT_OK;
}

pat_status pat_verify_span(const Patina__LogEntry *leaf, const pat_hash *identifier, pat_span asset,
                           const ProtobufCBinaryData *assignment, pat_err *reterr) {
  PAT_REQUIRE_AT(leaf->entry_case == PATINA__LOG_ENTRY__ENTRY_STATEMENT, VERIFY_SPAN, reterr, 0,
                 "leaf");
  const Patina__Entry *entry = leaf->statement;
  pat_hash subject = pat_subject_key(PAT_SUBJECT_ASSET, asset);
  PAT_REQUIRE_AT(pat_verify_has_subject(entry, &subject), VERIFY_SPAN, reterr, 0, "asset");
  PAT_REQUIRE_AT(pat_verify_has_subject(entry, identifier), VERIFY_SPAN, reterr, 0, "key");
  if (assignment == NULL) return PAT_OK;
  bool same = pat_span_equal(span_of(entry->statement_sha256), span_of(*assignment));
  PAT_REQUIRE_AT(same, VERIFY_SPAN, reterr, 0, "assignment");
  return PAT_OK;
}

static pat_status encode(const ProtobufCMessage *message, pat_arena *arena, pat_span *ret_bytes) {
  size_t size = 0;
  PAT_TRY(pat_protobuf_size(message, &size));
  uint8_t *buffer = pat_arena_take(arena, size);
  PAT_REQUIRE(buffer != NULL, LIMIT_MEMORY);
  pat_builder builder;
  pat_builder_init(&builder, buffer, size);
  PAT_TRY(pat_protobuf_encode(message, &builder));
  return pat_builder_finish(&builder, ret_bytes);
}

bool pat_verify_same(const ProtobufCMessage *a, const ProtobufCMessage *b, pat_arena *arena) {
  if (a == NULL || b == NULL) return a == b;
  size_t mark = pat_arena_mark(arena);
  pat_span left;
  pat_span right;
  bool same = pat_is_ok(encode(a, arena, &left)) && pat_is_ok(encode(b, arena, &right)) &&
              pat_span_equal(left, right);
  pat_arena_reset_to(arena, mark);
  return same;
}

/* Compared field by field through their encodings, each into half of a buffer of the statement's
 * limit. */
static bool same_published(const ProtobufCMessage *a, const ProtobufCMessage *b) {
  uint8_t memory[2 * PAT_STATEMENT_PUBLIC_BYTES_MAX + 64];
  pat_arena arena;
  pat_arena_init(&arena, memory, sizeof memory);
  return pat_verify_same(a, b, &arena);
}

pat_status pat_verify_class(const Patina__AssetClass *schema, const pat_verified_entry *entry,
                            const char *name, uint32_t version, pat_err *reterr) {
  PAT_REQUIRE_AT(schema != NULL, VERIFY_MISSING, reterr, 0, "schema");
  PAT_REQUIRE_AT(entry->statement.kind->number == PAT_KIND_CLASS_PUBLISHED, VERIFY_SCHEMA, reterr,
                 entry->index, "kind");
  const Patina__AssetClass *published = entry->statement.message->class_published->schema;
  PAT_REQUIRE_AT(same_published(&schema->base, &published->base), VERIFY_SCHEMA, reterr,
                 entry->index, "schema");
  PAT_REQUIRE_AT(strcmp(schema->name, name) == 0, VERIFY_SCHEMA, reterr, entry->index, "name");
  PAT_REQUIRE_AT(version == 0 || schema->version == version, VERIFY_SCHEMA, reterr, entry->index,
                 "version");
  return pat_class_check(schema, reterr);
}

pat_status pat_verify_scheme(const Patina__IdentifierScheme *scheme,
                             const pat_verified_entry *entry, const char *name, uint32_t version,
                             pat_err *reterr) {
  PAT_REQUIRE_AT(scheme != NULL, VERIFY_MISSING, reterr, 0, "scheme");
  PAT_REQUIRE_AT(entry->statement.kind->number == PAT_KIND_SCHEME_PUBLISHED, VERIFY_SCHEMA, reterr,
                 entry->index, "kind");
  const Patina__IdentifierScheme *published = entry->statement.message->scheme_published->scheme;
  PAT_REQUIRE_AT(same_published(&scheme->base, &published->base), VERIFY_SCHEMA, reterr,
                 entry->index, "scheme");
  PAT_REQUIRE_AT(strcmp(scheme->name, name) == 0, VERIFY_SCHEMA, reterr, entry->index, "name");
  PAT_REQUIRE_AT(version == 0 || scheme->version == version, VERIFY_SCHEMA, reterr, entry->index,
                 "version");
  return pat_scheme_check(scheme, reterr);
}
