#include "core/audit/match.h"

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

static pat_status match_statement(const Patina__Entry *entry, const pat_statement *statement,
                                  pat_err *reterr) {
  bool same = pat_span_equal(span_of(entry->statement_sha256), pat_hash_span(&statement->sha256));
  PAT_REQUIRE_AT(same, ENTRY_STATEMENT, reterr, 0, "statement_sha256");
  pat_span in_clear = statement->kind->is_public ? statement->bytes : PAT_SPAN_EMPTY;
  PAT_REQUIRE_AT(pat_span_equal(span_of(entry->statement), in_clear), ENTRY_STATEMENT, reterr, 0,
                 "statement");
  PAT_REQUIRE_AT(entry->n_signatures == statement->message->n_signers, ENTRY_SIGNATURES, reterr, 0,
                 "signatures");
  return PAT_OK;
}

pat_status pat_match_entry(const Patina__Entry *entry, const pat_statement *statement,
                           const pat_hash *principals, pat_err *reterr) {
  PAT_TRY(match_statement(entry, statement, reterr));
  pat_subject_set subjects;
  pat_statement_subjects(statement, principals, &subjects);
  size_t identifier_count = statement->kind->identifier_count;
  bool as_many = entry->identifier_count == identifier_count &&
                 entry->n_subjects == subjects.count + identifier_count;
  PAT_REQUIRE_AT(as_many, ENTRY_SUBJECTS, reterr, 0, "subjects");
  for (size_t i = 0; i < subjects.count; i++) {
    bool same = pat_span_equal(span_of(entry->subjects[i]->key), pat_hash_span(&subjects.keys[i]));
    PAT_REQUIRE_AT(same, ENTRY_SUBJECTS, reterr, i, "subjects");
  }
  return PAT_OK;
}
