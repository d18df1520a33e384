#include "core/envelope/entry.h"

#include "core/base/assert.h"
#include "core/bytes/protobuf.h"

static ProtobufCBinaryData binary_of(pat_span span) {
  /* protobuf-c's type is not const; the encoder only reads. */
  return (ProtobufCBinaryData){span.size, (uint8_t *)(uintptr_t)span.data};
}

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

static void fill_link(const pat_subject_link *link, Patina__SubjectLink *message) {
  patina__subject_link__init(message);
  message->key = binary_of(pat_hash_span(&link->key));
  message->seq = link->seq;
  if (link->seq > 0) {
    message->previous_case = PATINA__SUBJECT_LINK__PREVIOUS_PREVIOUS_INDEX;
    message->previous_index = link->previous_index;
  }
}

static pat_status encode_leaf(const Patina__LogEntry *leaf, pat_builder *builder) {
  size_t start = pat_builder_size(builder);
  pat_status status = pat_protobuf_encode(&leaf->base, builder);
  size_t size = pat_builder_size(builder) - start;
  /* Without room it is still to be told whether any room would do. */
  if (pat_is_rule(status, PAT_RULE_BYTES_FULL)) PAT_TRY(pat_protobuf_size(&leaf->base, &size));
  PAT_REQUIRE(size <= PAT_LEAF_BYTES_MAX, ENTRY_SIZE);
  return status;
}

pat_status pat_entry_build(const pat_submission *submission, uint64_t logged_at_ms,
                           const pat_subject_link *links, size_t link_count, pat_builder *builder) {
  PAT_ASSERT(link_count >= 1);
  PAT_ASSERT(link_count <= PAT_ENTRY_SUBJECTS_MAX);
  Patina__SubjectLink messages[PAT_ENTRY_SUBJECTS_MAX];
  Patina__SubjectLink *pointers[PAT_ENTRY_SUBJECTS_MAX];
  for (size_t i = 0; i < link_count; i++) {
    fill_link(&links[i], &messages[i]);
    pointers[i] = &messages[i];
  }
  ProtobufCBinaryData signatures[PAT_STATEMENT_SIGNERS_MAX];
  for (size_t i = 0; i < submission->signer_count; i++) {
    signatures[i] = binary_of(submission->signatures[i]);
  }
  const pat_statement *statement = &submission->statement;
  Patina__Entry entry = PATINA__ENTRY__INIT;
  entry.logged_at_ms = logged_at_ms;
  entry.statement_sha256 = binary_of(pat_hash_span(&statement->sha256));
  entry.n_signatures = submission->signer_count;
  entry.signatures = signatures;
  entry.identifier_count = (uint32_t)statement->kind->identifier_count;
  entry.n_subjects = link_count;
  entry.subjects = pointers;
  if (statement->kind->is_public) entry.statement = binary_of(statement->bytes);
  Patina__LogEntry leaf = PATINA__LOG_ENTRY__INIT;
  leaf.entry_case = PATINA__LOG_ENTRY__ENTRY_STATEMENT;
  leaf.statement = &entry;
  return encode_leaf(&leaf, builder);
}

pat_status pat_entry_build_commit(const Patina__IndexCommit *commit, pat_builder *builder) {
  Patina__LogEntry leaf = PATINA__LOG_ENTRY__INIT;
  leaf.entry_case = PATINA__LOG_ENTRY__ENTRY_COMMIT;
  leaf.commit = (Patina__IndexCommit *)(uintptr_t)commit;
  return encode_leaf(&leaf, builder);
}

static pat_status check_link(const Patina__SubjectLink *link, pat_err *reterr) {
  PAT_REQUIRE_AT(link->key.len == PAT_HASH_BYTES, ENTRY_FORM, reterr, 0, "subjects.key");
  bool has_previous = link->previous_case == PATINA__SUBJECT_LINK__PREVIOUS_PREVIOUS_INDEX;
  PAT_REQUIRE_AT(has_previous == (link->seq > 0), ENTRY_FORM, reterr, 0, "subjects.previous_index");
  return PAT_OK;
}

static pat_status check_subjects(const Patina__Entry *entry, pat_err *reterr) {
  PAT_REQUIRE_AT(entry->n_subjects >= 1 && entry->n_subjects <= PAT_ENTRY_SUBJECTS_MAX, ENTRY_FORM,
                 reterr, 0, "subjects");
  PAT_REQUIRE_AT(entry->identifier_count <= PAT_STATEMENT_IDENTIFIERS_MAX, ENTRY_FORM, reterr, 0,
                 "identifier_count");
  PAT_REQUIRE_AT(entry->identifier_count < entry->n_subjects, ENTRY_FORM, reterr, 0,
                 "identifier_count");
  size_t signed_count = entry->n_subjects - entry->identifier_count;
  for (size_t i = 0; i < entry->n_subjects; i++) {
    PAT_TRY(check_link(entry->subjects[i], reterr));
    if (i == 0 || i >= signed_count) continue;
    int order =
        pat_span_compare(span_of(entry->subjects[i - 1]->key), span_of(entry->subjects[i]->key));
    PAT_REQUIRE_AT(order < 0, ENTRY_FORM, reterr, 0, "subjects.key");
  }
  return PAT_OK;
}

static pat_status check_entry(const Patina__Entry *entry, pat_err *reterr) {
  PAT_REQUIRE_AT(entry->statement_sha256.len == PAT_HASH_BYTES, ENTRY_FORM, reterr, 0,
                 "statement_sha256");
  PAT_REQUIRE_AT(entry->n_signatures >= 1 && entry->n_signatures <= PAT_STATEMENT_SIGNERS_MAX,
                 ENTRY_FORM, reterr, 0, "signatures");
  for (size_t i = 0; i < entry->n_signatures; i++) {
    PAT_REQUIRE_AT(entry->signatures[i].len == PAT_SIGNATURE_BYTES, ENTRY_FORM, reterr, 0,
                   "signatures");
  }
  return check_subjects(entry, reterr);
}

static pat_status check_commit(const Patina__IndexCommit *commit, pat_err *reterr) {
  bool has_previous = commit->previous_case == PATINA__INDEX_COMMIT__PREVIOUS_PREVIOUS_INDEX;
  PAT_REQUIRE_AT(has_previous == (commit->epoch > 0), ENTRY_FORM, reterr, 0, "previous_index");
  PAT_REQUIRE_AT(!has_previous || commit->previous_index < commit->covered_size, ENTRY_FORM, reterr,
                 0, "previous_index");
  PAT_REQUIRE_AT(commit->log_root.len == PAT_HASH_BYTES, ENTRY_FORM, reterr, 0, "log_root");
  PAT_REQUIRE_AT(commit->index_root.len == PAT_HASH_BYTES, ENTRY_FORM, reterr, 0, "index_root");
  return PAT_OK;
}

pat_status pat_entry_decode(pat_span leaf, pat_arena *arena, Patina__LogEntry **ret_entry,
                            pat_err *reterr) {
  PAT_REQUIRE_AT(leaf.size <= PAT_LEAF_BYTES_MAX, ENTRY_SIZE, reterr, PAT_LEAF_BYTES_MAX, "leaf");
  ProtobufCMessage *decoded = NULL;
  PAT_TRY(pat_protobuf_decode(&patina__log_entry__descriptor, leaf, arena, PAT_PROTOBUF_OPEN_TOP,
                              &decoded, reterr));
  Patina__LogEntry *entry = (Patina__LogEntry *)decoded;
  switch (entry->entry_case) {
    case PATINA__LOG_ENTRY__ENTRY_STATEMENT:
      PAT_TRY(check_entry(entry->statement, reterr));
      break;
    case PATINA__LOG_ENTRY__ENTRY_COMMIT:
      PAT_TRY(check_commit(entry->commit, reterr));
      break;
    default:
      return pat_refuse_at(PAT_RULE_ENTRY_FORM, reterr, 0, "entry");
  }
  *ret_entry = entry;
  return PAT_OK;
}

static pat_status compare_subjects(const Patina__Entry *entry, const pat_subject_set *subjects,
                                   size_t identifier_count, pat_err *reterr) {
  PAT_REQUIRE_AT(entry->identifier_count == identifier_count, ENTRY_SUBJECTS, reterr, 0,
                 "identifier_count");
  PAT_REQUIRE_AT(entry->n_subjects == subjects->count + identifier_count, ENTRY_SUBJECTS, reterr, 0,
                 "subjects");
  for (size_t i = 0; i < subjects->count; i++) {
    PAT_REQUIRE_AT(
        pat_span_equal(span_of(entry->subjects[i]->key), pat_hash_span(&subjects->keys[i])),
        ENTRY_SUBJECTS, reterr, i, "subjects.key");
  }
  return PAT_OK;
}

static pat_status compare_statement(const Patina__Entry *entry, const pat_statement *statement,
                                    pat_err *reterr) {
  PAT_REQUIRE_AT(
      pat_span_equal(span_of(entry->statement_sha256), pat_hash_span(&statement->sha256)),
      ENTRY_STATEMENT, reterr, 0, "statement_sha256");
  pat_span in_clear = statement->kind->is_public ? statement->bytes : PAT_SPAN_EMPTY;
  PAT_REQUIRE_AT(pat_span_equal(span_of(entry->statement), in_clear), ENTRY_STATEMENT, reterr, 0,
                 "statement");
  return PAT_OK;
}

static pat_status check_signature(const char *origin, const Patina__Entry *entry,
                                  const pat_statement *statement, const pat_subject_set *subjects,
                                  pat_span public_key, size_t i) {
  PAT_REQUIRE(public_key.size == PAT_PUBLIC_KEY_BYTES, ENTRY_SIGNATURES);
  pat_hash key_hash = pat_hash_of(public_key);
  PAT_REQUIRE(pat_span_equal(span_of(statement->message->signers[i]), pat_hash_span(&key_hash)),
              ENTRY_SIGNATURES);
  return pat_submission_verify(origin, statement, subjects, public_key.data,
                               entry->signatures[i].data);
}

pat_status pat_entry_check(const char *origin, const Patina__Entry *entry,
                           const pat_statement *statement, const pat_hash *principals,
                           const pat_span *public_keys, pat_err *reterr) {
  PAT_TRY(compare_statement(entry, statement, reterr));
  pat_subject_set subjects;
  pat_statement_subjects(statement, principals, &subjects);
  PAT_TRY(compare_subjects(entry, &subjects, statement->kind->identifier_count, reterr));
  size_t signer_count = statement->message->n_signers;
  PAT_REQUIRE_AT(entry->n_signatures == signer_count, ENTRY_SIGNATURES, reterr, 0, "signatures");
  for (size_t i = 0; i < signer_count; i++) {
    pat_status verdict = check_signature(origin, entry, statement, &subjects, public_keys[i], i);
    if (!pat_is_ok(verdict)) return pat_refuse_at(verdict.rule, reterr, i, "signatures");
  }
  return PAT_OK;
}
