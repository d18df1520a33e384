#include "tests/support/lying_reader.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/base/assert.h"
#include "core/note/proof_file.h"
#include "core/verify/promise.h"
#include "tests/core/audit/audit_log.h"

enum { MEMORY_BYTES = 512 * 1024 * 1024 }; /* reserved, touched on demand */

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

/* --- opening --------------------------------------------------------------------------------- */

/* A genesis is pinned by the log's name: a promise key of its own makes another one. */
static ledger_world *make_world(lying_reader *reader) {
  ledger_world *world = ledger_world_open((ledger_options){0});
  uint8_t *public_key = lying_take(&world->memory, PAT_PUBLIC_KEY_BYTES);
  pat_hash seed = pat_hash_of(PAT_SPAN_LITERAL("promise key"));
  pat_sign_keypair_from_seed(seed.bytes, public_key, reader->promise_secret);
  world->genesis->parameters->promise_key = (ProtobufCBinaryData){PAT_PUBLIC_KEY_BYTES, public_key};
  PAT_ASSERT(pat_is_ok(pat_genesis_origin(world->genesis, &world->memory, &world->origin)));
  ledger_world_begin(world);
  ledger_world_populate(world);
  return world;
}

static void make_policy(lying_reader *reader) {
  reader->policy_text = lying_log_policy(reader->world, reader->memory);
  PAT_ASSERT(pat_is_ok(pat_policy_parse(reader->policy_text, &reader->policy, NULL)));
}

lying_reader *lying_reader_open(void) {
  lying_reader *reader = calloc(1, sizeof *reader);
  reader->memory = calloc(1, sizeof *reader->memory);
  pat_arena_init(reader->memory, malloc(MEMORY_BYTES), MEMORY_BYTES);
  PAT_ASSERT(reader->memory->base != NULL);
  reader->world = make_world(reader);
  make_policy(reader);
  reader->evidence = lying_evidence_open(reader->policy_text);
  return reader;
}

void lying_reader_close(lying_reader *reader) {
  if (reader == NULL) return;
  lying_evidence_close(&reader->evidence);
  ledger_world_close(reader->world);
  free(reader->memory->base);
  free(reader->memory);
  free(reader);
}

/* --- readers --------------------------------------------------------------------------------- */

pat_span lying_served(lying_reader *reader, lying_log *log, const lying_request *request) {
  const Patina__ProofBundle *bundle = lying_bundle_make(log, request, reader->memory);
  return lying_encode(&bundle->base, reader->memory);
}

pat_bundle_report lying_read(lying_reader *reader, const char *name, pat_span bundle,
                             const pat_tlog_head *earlier) {
  const pat_bundle_question question = {.policy = &reader->policy, .earlier = earlier};
  pat_bundle_report report;
  pat_status status = pat_bundle_verify(bundle, &question, reader->memory, &report);
  PAT_ASSERT(status.rule == report.status.rule);
  if (name != NULL) lying_evidence_bundle(&reader->evidence, name, bundle, earlier, &report);
  return report;
}

/* --- submitters ------------------------------------------------------------------------------ */

pat_span lying_receipt(lying_reader *reader, lying_log *log, uint64_t index) {
  pat_tlog_head head = lying_log_head(log, log->count);
  const char *note = lying_log_note(log, &head, 0, reader->memory);
  pat_proof_file file = {.index = index,
                         .extra = log->leaves[index].bytes,
                         .proof = lying_log_inclusion(log, index),
                         .checkpoint = pat_span_text(note)};
  pat_builder out;
  pat_builder_init(&out, lying_take(reader->memory, PAT_TLOG_PROOF_BYTES_MAX),
                   PAT_TLOG_PROOF_BYTES_MAX);
  pat_proof_file_encode(&file, &out);
  pat_span bytes;
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&out, &bytes)));
  return bytes;
}

/* The scheme of the test catalog. */
static pat_status check_identifier(lying_reader *reader, const pat_submission *submission,
                                   const Patina__Entry *entry, pat_span proof, pat_err *reterr) {
  const char *name = NULL;
  const char *scope = NULL;
  uint32_t version = 0;
  if (!pat_verify_identifier_of(&submission->statement, &name, &version, &scope)) return PAT_OK;
  lying_log *log = lying_log_of(reader->world, reader->memory);
  pat_hash key = pat_subject_key(PAT_SUBJECT_SCHEME, pat_span_text(name));
  uint64_t published = lying_log_subject(log, &key)->indexes[version - 1];
  const pat_verify_claim claim = {log->leaves[published].say->scheme_published->scheme, scope,
                                  pat_span_text(submission->disclosures[0]->value->text), proof};
  const uint8_t *vrf_key = reader->world->genesis->parameters->vrf_key.data;
  PAT_TRY(pat_verify_identifier(vrf_key, &claim, &key, reterr));
  pat_span committed = span_of(entry->subjects[entry->n_subjects - 1]->key);
  PAT_REQUIRE_AT(pat_span_equal(committed, pat_hash_span(&key)), VERIFY_IDENTIFIER, reterr, 0,
                 "subjects.key");
  return PAT_OK;
}

pat_status lying_submitted(lying_reader *reader, const Patina__SignedStatement *envelope,
                           pat_span receipt, pat_span proof, pat_err *reterr) {
  pat_submission submission;
  PAT_TRY(pat_submission_check(reader->world->origin.text, envelope, reader->memory, &submission,
                               reterr));
  const pat_verify_receipt_bytes served = {receipt, PAT_SPAN_EMPTY};
  pat_verified_receipt verified;
  PAT_TRY(
      pat_verify_receipt(&reader->policy, &served, &submission, reader->memory, &verified, reterr));
  return check_identifier(reader, &submission, verified.entry, proof, reterr);
}

/* --- auditors -------------------------------------------------------------------------------- */

pat_status lying_audited(lying_reader *reader, const lying_log *log, uint64_t *ret_index) {
  audit_run run;
  audit_run_open(&run, reader->world->origin.text, log->count);
  pat_status status = PAT_OK;
  uint64_t index = 0;
  for (; pat_is_ok(status) && index < log->count; index++)
    status = audit_run_leaf(&run, log->leaves[index].bytes);
  *ret_index = index - 1;
  pat_hash root;
  if (pat_is_ok(status)) status = pat_replay_end(&run.replay, &root);
  audit_run_close(&run);
  return status;
}

/* --- promises -------------------------------------------------------------------------------- */

pat_span lying_promise(lying_reader *reader, const pat_hash *statement, uint64_t index,
                       const pat_hash *leaf) {
  Patina__Promise promise = PATINA__PROMISE__INIT;
  promise.origin = reader->world->origin.text;
  promise.statement_sha256 = lying_field(pat_hash_span(statement), reader->memory);
  promise.index = index;
  promise.leaf_hash = lying_field(pat_hash_span(leaf), reader->memory);
  promise.accepted_at_ms = reader->world->now_ms;
  promise.publish_by_ms = reader->world->now_ms + 5000;
  Patina__SignedPromise signed_promise = PATINA__SIGNED_PROMISE__INIT;
  PAT_ASSERT(pat_is_ok(
      pat_promise_sign(&promise, reader->promise_secret, reader->memory, &signed_promise)));
  return lying_encode(&signed_promise.base, reader->memory);
}

static void keep_promise(const lying_reader *reader, const char *name, const pat_hash *statement,
                         const lying_broken *held) {
  static const char *const parts[] = {"promise", "receipt", "commit"};
  const pat_span spans[] = {held->promise, held->receipt, held->commit};
  FILE *list = reader->evidence.list;
  lying_evidence_begin(&reader->evidence, "promise");
  fprintf(list, ",\"origin\":\"%s\"", reader->world->origin.text);
  for (size_t i = 0; i < 3; i++) {
    if (spans[i].size == 0) continue;
    char file[256];
    (void)snprintf(file, sizeof file, "%s.%s", name, parts[i]);
    lying_evidence_keep(&reader->evidence, file, spans[i]);
    fprintf(list, ",\"%s\":\"%s\"", parts[i], file);
  }
  lying_evidence_hex(&reader->evidence, "key",
                     span_of(reader->world->genesis->parameters->promise_key));
  lying_evidence_hex(&reader->evidence, "statement", pat_hash_span(statement));
}

pat_status lying_promised(lying_reader *reader, const char *name, const pat_hash *statement,
                          const lying_broken *held) {
  const pat_promise_question question = {
      .policy = &reader->policy,
      .promise_key = span_of(reader->world->genesis->parameters->promise_key),
      .origin = reader->world->origin.text,
      .statement = statement,
      .receipt = held->receipt,
      .commit = held->commit};
  pat_promise_report report;
  pat_status status = pat_promise_judge(held->promise, &question, reader->memory, &report);
  if (reader->evidence.folder == NULL) return status;
  keep_promise(reader, name, statement, held);
  fprintf(reader->evidence.list, ",\"word\":\"%s\",\"check\":%d}\n", pat_word_text(report.word),
          (int)report.check);
  return status;
}

void lying_caught(const char *lie, const char *who, uint64_t index, pat_status status) {
  printf("caught: %s: by the %s, entry %" PRIu64 ": %s\n", lie, who, index,
         pat_rule_id((pat_rule)status.rule));
}
