/* Step 9: the class and the schemes, from what was published (V21). */
#include "core/base/assert.h"
#include "core/verify/bundle_internal.h"

/* --- publications ---------------------------------------------------------------------------- */

/* The version that an entry publishes; 0 where it publishes nothing. */
static uint32_t published_version(const pat_verified_entry *entry) {
  switch (pat_bundle__kind(entry)) {
    case PAT_KIND_CLASS_PUBLISHED:
      return entry->statement.message->class_published->schema->version;
    case PAT_KIND_SCHEME_PUBLISHED:
      return entry->statement.message->scheme_published->scheme->version;
    default:
      return 0;
  }
}

static pat_status check_publication(pat_bundle__run *run, const pat_verified_entry *entry,
                                    size_t n) {
  run->check = PAT_CHECK_SCHEMAS;
  PAT_REQUIRE_AT(published_version(entry) == n + 1, VERIFY_SCHEMA, run->err, (size_t)entry->index,
                 "version");
  size_t mark = pat_arena_mark(run->arena);
  Patina__Source **sources = NULL;
  PAT_TRY(pat_bundle__entitled(run, entry, "", &sources));
  pat_arena_reset_to(run->arena, mark);
  run->check = PAT_CHECK_SCHEMAS;
  return PAT_OK;
}

/* Version 1, 2, 3 and so on, each by somebody with standing. */
static pat_status check_publications(pat_bundle__run *run, pat_bundle__subject *subject,
                                     const char *name) {
  if (subject->is_done) return PAT_OK;
  PAT_REQUIRE_AT(subject->proof->count > 0, VERIFY_SCHEMA, run->err, 0, name);
  for (size_t n = 0; n < subject->proof->n_entries; n++) {
    PAT_TRY(check_publication(run, pat_bundle__entry_of(run, subject, n), n));
  }
  subject->is_done = true;
  return pat_bundle__tell(
      run, "publications",
      (pat_bundle_step){
          .key = pat_hash_span(&subject->key), .number = subject->proof->count, .text = name});
}

static pat_status ask_publications(pat_bundle__run *run, pat_subject_kind kind, const char *name,
                                   pat_bundle__subject **ret_subject) {
  run->check = PAT_CHECK_SCHEMAS;
  pat_hash key = pat_subject_key(kind, pat_span_text(name));
  PAT_TRY(pat_bundle__ask(run, &key, ret_subject));
  return check_publications(run, *ret_subject, name);
}

/* Entry n published version n + 1. */
static const pat_statement *publication(const pat_bundle__run *run,
                                        const pat_bundle__subject *subject, uint32_t version) {
  if (version == 0 || version > subject->proof->n_entries) return NULL;
  return &pat_bundle__entry_of(run, subject, version - 1)->statement;
}

pat_bundle__subject *pat_bundle__scheme_subject(const pat_bundle__run *run, const char *name) {
  pat_hash key = pat_subject_key(PAT_SUBJECT_SCHEME, pat_span_text(name));
  return pat_bundle__find(run, pat_hash_span(&key));
}

const Patina__IdentifierScheme *pat_bundle__scheme(const pat_bundle__run *run,
                                                   const pat_bundle__subject *subject,
                                                   uint32_t version) {
  const pat_statement *statement = publication(run, subject, version);
  return statement != NULL ? statement->message->scheme_published->scheme : NULL;
}

/* --- an asset -------------------------------------------------------------------------------- */

static pat_status check_class(pat_bundle__run *run) {
  const pat_verified_entry *first = pat_bundle__entry_of(run, run->asset, 0);
  PAT_REQUIRE_AT(pat_bundle__kind(first) == PAT_KIND_ASSET_REGISTERED, VERIFY_CHAIN, run->err,
                 (size_t)first->index, "kind");
  const Patina__AssetRegistered *body = first->statement.message->asset_registered;
  pat_bundle__subject *subject = NULL;
  PAT_TRY(ask_publications(run, PAT_SUBJECT_CLASS, body->class_name, &subject));
  const pat_statement *published = publication(run, subject, body->class_version);
  PAT_REQUIRE_AT(published != NULL, VERIFY_SCHEMA, run->err, (size_t)first->index, "class_version");
  run->class_name = body->class_name;
  run->schema = published->message->class_published->schema;
  return PAT_OK;
}

static pat_status check_scheme(pat_bundle__run *run, const pat_verified_entry *entry) {
  const char *name = NULL;
  const char *scope = NULL;
  uint32_t version = 0;
  if (!pat_verify_identifier_of(&entry->statement, &name, &version, &scope)) return PAT_OK;
  pat_bundle__subject *subject = NULL;
  PAT_TRY(ask_publications(run, PAT_SUBJECT_SCHEME, name, &subject));
  PAT_REQUIRE_AT(pat_bundle__scheme(run, subject, version) != NULL, VERIFY_SCHEMA, run->err,
                 (size_t)entry->index, "scheme_version");
  return PAT_OK;
}

static pat_status check_asset(pat_bundle__run *run) {
  ProtobufCBinaryData id = run->bundle->asset;
  pat_hash key = pat_subject_key(PAT_SUBJECT_ASSET, pat_span_make(id.data, id.len));
  PAT_TRY(pat_bundle__ask(run, &key, &run->asset));
  if (run->asset->proof->count == 0) return PAT_OK; /* nothing is recorded about it */
  PAT_TRY(check_class(run));
  for (size_t n = 0; n < run->asset->proof->n_entries; n++) {
    PAT_TRY(check_scheme(run, pat_bundle__entry_of(run, run->asset, n)));
  }
  return PAT_OK;
}

pat_status pat_bundle__schemas(pat_bundle__run *run) {
  run->check = PAT_CHECK_SCHEMAS;
  if (run->bundle->about_case == PATINA__PROOF_BUNDLE__ABOUT_ASSET) return check_asset(run);
  pat_bundle__subject *subject = NULL;
  return ask_publications(run, PAT_SUBJECT_SCHEME, run->bundle->lookup->scheme, &subject);
}
