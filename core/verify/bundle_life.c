/* Steps 10 and 12: the asset's entries and its streams: who might say them (V17), and that the
 * bound devices alone wrote theirs, in order (V24). */
#include "core/verify/bundle_internal.h"

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

static pat_hash stream_key(const pat_verified_entry *binding) {
  return pat_subject_key(PAT_SUBJECT_STREAM,
                         span_of(binding->statement.message->device_bound->stream));
}

/* --- standing -------------------------------------------------------------------------------- */

static void mark_life(pat_bundle__run *run, const pat_bundle__subject *subject) {
  for (size_t n = 0; n < subject->proof->n_entries; n++) {
    run->entries[subject->places[n]].is_life = true;
  }
}

pat_status pat_bundle__life(pat_bundle__run *run) {
  run->check = PAT_CHECK_STANDING;
  if (run->class_name == NULL) return PAT_OK;
  mark_life(run, run->asset);
  for (size_t n = 0; n < run->asset->proof->n_entries; n++) {
    const pat_verified_entry *entry = pat_bundle__entry_of(run, run->asset, n);
    if (pat_bundle__kind(entry) != PAT_KIND_DEVICE_BOUND) continue;
    pat_hash key = stream_key(entry);
    const pat_bundle__subject *stream = pat_bundle__find(run, pat_hash_span(&key));
    if (stream != NULL) mark_life(run, stream);
  }
  for (size_t i = 0; i < run->entry_count; i++) {
    pat_bundle__entry *entry = &run->entries[i];
    if (!entry->is_life) continue;
    PAT_TRY(pat_bundle__entitled(run, &entry->verified, run->class_name, &entry->sources));
  }
  return PAT_OK;
}

/* --- streams --------------------------------------------------------------------------------- */

static bool by_device(const pat_verified_entry *batch, const Patina__DeviceBound *binding) {
  return batch->signer_count == 1 &&
         pat_span_equal(pat_hash_span(&batch->principals[0]), span_of(binding->device));
}

/* The numbers grow; where none is missing between them, the batch names the one before. */
static bool follows(const pat_verified_entry *before, const pat_verified_entry *batch) {
  const Patina__Telemetry *older = before->statement.message->telemetry;
  const Patina__Telemetry *newer = batch->statement.message->telemetry;
  if (newer->boot < older->boot || newer->seq <= older->seq) return false;
  return newer->seq - older->seq > 1 ||
         pat_span_equal(span_of(newer->previous), pat_hash_span(&before->statement.sha256));
}

static pat_status check_batch(pat_bundle__run *run, const pat_bundle__subject *stream, size_t n,
                              const Patina__DeviceBound *binding) {
  const pat_verified_entry *batch = pat_bundle__entry_of(run, stream, n);
  size_t index = (size_t)batch->index;
  PAT_REQUIRE_AT(pat_bundle__kind(batch) == PAT_KIND_TELEMETRY, VERIFY_CHAIN, run->err, index,
                 "kind");
  PAT_REQUIRE_AT(by_device(batch, binding), VERIFY_CHAIN, run->err, index, "signers");
  if (n == 1) return PAT_OK;
  PAT_REQUIRE_AT(follows(pat_bundle__entry_of(run, stream, n - 1), batch), VERIFY_CHAIN, run->err,
                 index, "telemetry");
  return PAT_OK;
}

static pat_status check_stream(pat_bundle__run *run, const pat_verified_entry *binding) {
  pat_hash key = stream_key(binding);
  pat_bundle__subject *stream = NULL;
  PAT_TRY(pat_bundle__ask(run, &key, &stream));
  bool begins = stream->proof->count > 0 && stream->proof->entries[0]->index == binding->index;
  PAT_REQUIRE_AT(begins, VERIFY_CHAIN, run->err, (size_t)binding->index, "stream");
  for (size_t n = 1; n < stream->proof->n_entries; n++) {
    PAT_TRY(check_batch(run, stream, n, binding->statement.message->device_bound));
  }
  return pat_bundle__tell(run, "stream",
                          (pat_bundle_step){.has_index = true,
                                            .index = binding->index,
                                            .key = pat_hash_span(&stream->key),
                                            .number = stream->proof->count});
}

pat_status pat_bundle__streams(pat_bundle__run *run) {
  run->check = PAT_CHECK_STREAMS;
  if (run->asset == NULL) return PAT_OK;
  for (size_t n = 0; n < run->asset->proof->n_entries; n++) {
    const pat_verified_entry *entry = pat_bundle__entry_of(run, run->asset, n);
    if (pat_bundle__kind(entry) != PAT_KIND_DEVICE_BOUND) continue;
    PAT_TRY(check_stream(run, entry));
  }
  return PAT_OK;
}
