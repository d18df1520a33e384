/* Submitting: from checked statements to the results that the writer gets, with receipt or
 * promise. */
#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "core/envelope/promise.h"
#include "core/note/proof_file.h"
#include "proto/api.pb-c.h"
#include "server/main/ledger_reads.h"
#include "server/sys/mem.h"

enum {
  /* A result is a leaf, its receipt and small parts; a receipt is a note and at most 64 hashes. */
  RESULT_BYTES_MAX = 4 * PAT_LEAF_BYTES_MAX,
  RECEIPT_BYTES_MAX = 8 * 1024,
};

/* The parts that a result is made of. */
typedef struct {
  pat_ledger_context *ledger;
  const pat_submission *submission;
  const pat_sequencer_outcome *outcome;
  const pat_port_path *path; /* of its leaf in the tree that the receipt is for */
  uint64_t size;             /* that tree's */
  pat_span note;             /* that tree's checkpoint */
  pat_arena *arena;
} result_parts;

static ProtobufCBinaryData binary_of(pat_span span) {
  return (ProtobufCBinaryData){span.size, (uint8_t *)(uintptr_t)span.data};
}

/* For results that are too large for the stack. */
static pat_status encode_large(const Patina__SubmitResult *result, pat_blob *ret_blob) {
  size_t size = 0;
  PAT_TRY(pat_protobuf_size(&result->base, &size));
  PAT_CLEANUP(pat_blob_clear) pat_blob blob = {0};
  PAT_TRY(pat_blob_init(size, &blob));
  pat_builder builder;
  pat_builder_init(&builder, blob.data, size);
  PAT_TRY(pat_protobuf_encode(&result->base, &builder));
  *ret_blob = pat_blob_take(&blob);
  return PAT_OK;
}

/* Most results are small: encoded once on the stack, they need not be sized before. */
static pat_status encode_result(const Patina__SubmitResult *result, pat_blob *ret_blob) {
  enum { SMALL_BYTES = 8 * 1024 };
  uint8_t buffer[SMALL_BYTES];
  pat_builder builder;
  pat_builder_init(&builder, buffer, sizeof buffer);
  pat_status status = pat_protobuf_encode(&result->base, &builder);
  if (pat_is_rule(status, PAT_RULE_BYTES_FULL)) return encode_large(result, ret_blob);
  PAT_TRY(status);
  return pat_blob_copy(pat_span_make(buffer, pat_builder_size(&builder)), ret_blob);
}

/* --- receipt and promise --------------------------------------------------------------------- */

static pat_status add_receipt(const result_parts *parts, Patina__SubmitResult *result) {
  pat_proof_file file = {.index = parts->outcome->index, .checkpoint = parts->note};
  file.proof.count = parts->path->count;
  for (size_t i = 0; i < file.proof.count; i++)
    file.proof.hashes[i] = parts->path->hashes[i];
  char room[RECEIPT_BYTES_MAX];
  pat_builder builder;
  pat_builder_init(&builder, room, sizeof room);
  pat_proof_file_encode(&file, &builder);
  pat_span written;
  PAT_TRY(pat_builder_finish(&builder, &written));
  char *text = pat_arena_take(parts->arena, written.size + 1);
  PAT_REQUIRE(text != NULL, LIMIT_MEMORY);
  pat_span_copy(text, written.size, written);
  result->receipt = text;
  return PAT_OK;
}

static pat_status add_promise(const result_parts *parts, Patina__SubmitResult *result) {
  pat_hash leaf_hash = parts->outcome->leaf_hash;
  Patina__Promise promise = PATINA__PROMISE__INIT;
  promise.origin = (char *)(uintptr_t)parts->ledger->origin;
  promise.statement_sha256 = binary_of(pat_hash_span(&parts->submission->statement.sha256));
  promise.index = parts->outcome->index;
  promise.leaf_hash = binary_of(pat_hash_span(&leaf_hash));
  promise.accepted_at_ms = parts->outcome->accepted_at_ms;
  promise.publish_by_ms =
      promise.accepted_at_ms + parts->ledger->genesis->policy->promise_within_ms;
  result->promise = pat_arena_take(parts->arena, sizeof *result->promise);
  PAT_REQUIRE(result->promise != NULL, LIMIT_MEMORY);
  return pat_promise_sign(&promise, parts->ledger->keys->promise_secret, parts->arena,
                          result->promise);
}

/* --- results --------------------------------------------------------------------------------- */

static pat_status add_warnings(const result_parts *parts, Patina__SubmitResult *result) {
  if (!pat_blob_is_set(parts->outcome->warnings)) return PAT_OK;
  ProtobufCMessage *decoded = NULL;
  PAT_TRY(pat_protobuf_decode(&patina__submit_result__descriptor,
                              pat_blob_span(parts->outcome->warnings), parts->arena, 0, &decoded,
                              NULL));
  const Patina__SubmitResult *warnings = (const Patina__SubmitResult *)decoded;
  result->n_warnings = warnings->n_warnings;
  result->warnings = warnings->warnings;
  return PAT_OK;
}

static pat_status add_proofs(const result_parts *parts, Patina__SubmitResult *result) {
  size_t count = parts->outcome->identifier_count;
  result->vrf_proofs = pat_arena_take_array(parts->arena, count, sizeof *result->vrf_proofs);
  PAT_REQUIRE(result->vrf_proofs != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < count; i++) {
    result->vrf_proofs[i] = binary_of(PAT_SPAN_OF(parts->outcome->identifier_proofs[i].proof));
  }
  result->n_vrf_proofs = count;
  return PAT_OK;
}

static pat_status accepted_result(const result_parts *parts, pat_port_wait wait,
                                  pat_blob *ret_result) {
  Patina__SubmitResult result = PATINA__SUBMIT_RESULT__INIT;
  result.statement_sha256 = binary_of(pat_hash_span(&parts->submission->statement.sha256));
  PAT_TRY(add_warnings(parts, &result));
  if (wait == PAT_PORT_CHECK_ONLY) {
    result.outcome = PATINA__OUTCOME__OUTCOME_WOULD_ACCEPT;
    return encode_result(&result, ret_result);
  }
  result.index = parts->outcome->index;
  result.leaf = binary_of(pat_blob_span(parts->outcome->leaf));
  PAT_TRY(add_proofs(parts, &result));
  if (wait == PAT_PORT_WAIT_PROMISE) {
    result.outcome = PATINA__OUTCOME__OUTCOME_PROMISED;
    PAT_TRY(add_promise(parts, &result));
  } else {
    result.outcome = PATINA__OUTCOME__OUTCOME_ACCEPTED;
    PAT_TRY(add_receipt(parts, &result));
  }
  return encode_result(&result, ret_result);
}

/* Said twice in one request that is only checked: there is nothing recorded to show. */
static pat_status repeated_result(const result_parts *parts, pat_blob *ret_result) {
  Patina__SubmitResult result = PATINA__SUBMIT_RESULT__INIT;
  result.outcome = PATINA__OUTCOME__OUTCOME_REPLAYED;
  result.statement_sha256 = binary_of(pat_hash_span(&parts->submission->statement.sha256));
  return encode_result(&result, ret_result);
}

/* The first receipt again, for a statement that is recorded already. */
static pat_status replayed_result(const result_parts *parts, pat_blob *ret_result) {
  if (parts->outcome->index >= parts->size) return repeated_result(parts, ret_result);
  PAT_CLEANUP(pat_blob_clear) pat_blob leaf = {0};
  PAT_CLEANUP(pat_blob_clear) pat_blob record = {0};
  const pat_hash *sha256 = &parts->submission->statement.sha256;
  PAT_TRY(pat_ledger_port__leaf(parts->ledger, parts->outcome->index, &leaf));
  PAT_TRY(pat_ledger_port__statement(parts->ledger, sha256, &record));
  ProtobufCMessage *decoded = NULL;
  PAT_TRY(pat_protobuf_decode(&patina__statement_record__descriptor, pat_blob_span(record),
                              parts->arena, 0, &decoded, NULL));
  const Patina__StatementRecord *message = (const Patina__StatementRecord *)decoded;
  Patina__SubmitResult result = PATINA__SUBMIT_RESULT__INIT;
  result.outcome = PATINA__OUTCOME__OUTCOME_REPLAYED;
  result.statement_sha256 = binary_of(pat_hash_span(sha256));
  result.index = parts->outcome->index;
  result.leaf = binary_of(pat_blob_span(leaf));
  result.n_vrf_proofs = message->n_vrf_proofs;
  result.vrf_proofs = message->vrf_proofs;
  PAT_TRY(add_receipt(parts, &result));
  return encode_result(&result, ret_result);
}

static pat_status make_result(const result_parts *parts, pat_port_wait wait,
                              pat_port_outcome *ret_outcome) {
  pat_arena_reset_to(parts->arena, 0);
  switch (parts->outcome->outcome) {
    case PAT_DECISION_REFUSED:
      ret_outcome->status = parts->outcome->status;
      ret_outcome->err = parts->outcome->err;
      return PAT_OK;
    case PAT_DECISION_ACCEPTED:
      return accepted_result(parts, wait, &ret_outcome->result);
    case PAT_DECISION_REPLAYED:
      return replayed_result(parts, &ret_outcome->result);
  }
  return pat_refuse(PAT_RULE_INTERNAL);
}

/* --- the port -------------------------------------------------------------------------------- */

/* What all results of a request share: the newest tree, in which each recorded statement lies,
 * also one that was replayed within its own batch. */
typedef struct {
  uint64_t size;
  pat_blob note;
  uint64_t *indexes;    /* of every statement that is recorded in it, else 0 */
  pat_port_path *paths; /* likewise */
} request_proofs;

static void clear_proofs(request_proofs *proofs) {
  pat_blob_clear(&proofs->note);
  pat_mem_free(proofs->indexes);
  pat_mem_free(proofs->paths);
}

/* One call of the port. */
typedef struct {
  pat_ledger_context *ledger;
  const pat_submission *submissions;
  pat_sequencer_outcome *outcomes;
  size_t count;
  pat_port_wait wait;
} submit_call;

static pat_status read_proofs(const submit_call *call, request_proofs *ret_proofs) {
  ret_proofs->indexes = pat_mem_new_array(call->count, sizeof *ret_proofs->indexes);
  ret_proofs->paths = pat_mem_new_array(call->count, sizeof *ret_proofs->paths);
  PAT_REQUIRE(ret_proofs->indexes != NULL && ret_proofs->paths != NULL, LIMIT_MEMORY);
  uint64_t size = pat_published_get(call->ledger->published).size;
  ret_proofs->size = size;
  for (size_t i = 0; i < call->count; i++) {
    const pat_sequencer_outcome *outcome = &call->outcomes[i];
    bool recorded = outcome->outcome != PAT_DECISION_REFUSED && outcome->index < size;
    ret_proofs->indexes[i] = recorded ? outcome->index : 0;
  }
  PAT_TRY(pat_ledger_port__checkpoint(call->ledger, size, &ret_proofs->note));
  return pat_ledger_port__inclusion(call->ledger, ret_proofs->indexes, call->count, size,
                                    ret_proofs->paths);
}

static pat_status make_results(const submit_call *call, const request_proofs *proofs,
                               pat_port_outcome *ret_outcomes) {
  enum { ARENA_BYTES = 2 * PAT_STATEMENT_BYTES_MAX + 2 * RESULT_BYTES_MAX };
  /* Not zeroed: an arena zeroes what is taken from it. */
  PAT_CLEANUP(pat_mem_free_at) void *memory = pat_mem_resize(NULL, ARENA_BYTES, 1);
  PAT_REQUIRE(memory != NULL, LIMIT_MEMORY);
  pat_arena arena;
  pat_arena_init(&arena, memory, ARENA_BYTES);
  for (size_t i = 0; i < call->count; i++) {
    result_parts parts = {.ledger = call->ledger,
                          .submission = &call->submissions[i],
                          .outcome = &call->outcomes[i],
                          .path = &proofs->paths[i],
                          .size = proofs->size,
                          .note = pat_blob_span(proofs->note),
                          .arena = &arena};
    PAT_TRY(make_result(&parts, call->wait, &ret_outcomes[i]));
  }
  return PAT_OK;
}

static pat_status decide_and_answer(const submit_call *call, pat_port_outcome *ret_outcomes) {
  bool check_only = call->wait == PAT_PORT_CHECK_ONLY;
  PAT_TRY(pat_sequencer_submit_reserved(call->ledger->sequencer, call->submissions, call->count,
                                        check_only, call->outcomes));
  PAT_CLEANUP(clear_proofs) request_proofs proofs = {.indexes = NULL};
  PAT_TRY(read_proofs(call, &proofs));
  return make_results(call, &proofs, ret_outcomes);
}

pat_status pat_ledger_port__reserve(void *context, size_t count) {
  const pat_ledger_context *ledger = context;
  return pat_sequencer_reserve(ledger->sequencer, count);
}

void pat_ledger_port__unreserve(void *context, size_t count) {
  const pat_ledger_context *ledger = context;
  pat_sequencer_unreserve(ledger->sequencer, count);
}

pat_status pat_ledger_port__submit(void *context, const pat_submission *submissions, size_t count,
                                   pat_port_wait wait, pat_port_outcome *ret_outcomes) {
  PAT_CLEANUP(pat_mem_free_at)
  pat_sequencer_outcome *outcomes = pat_mem_new_array(count, sizeof *outcomes);
  if (outcomes == NULL) {
    pat_ledger_port__unreserve(context, count);
    return pat_refuse(PAT_RULE_LIMIT_MEMORY);
  }
  submit_call call = {context, submissions, outcomes, count, wait};
  pat_status status = decide_and_answer(&call, ret_outcomes);
  for (size_t i = 0; i < count; i++)
    pat_sequencer_outcome_clear(&outcomes[i]);
  return status;
}
