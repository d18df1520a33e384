/* What a bundle that matches says: the asset's history, ready to be folded, or the answers to a
 * look-up. */
#include "core/base/assert.h"
#include "core/model/sort.h"
#include "core/verify/bundle_internal.h"

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

/* A copy of a served entry, with the sources that were computed. */
static pat_status history_entry(pat_bundle__run *run, const pat_bundle__entry *entry,
                                Patina__HistoryEntry **ret_entry) {
  Patina__HistoryEntry *copy = pat_arena_take(run->arena, sizeof *copy);
  PAT_REQUIRE(copy != NULL, LIMIT_MEMORY);
  *copy = *entry->verified.proven->entry;
  copy->n_sources = entry->verified.signer_count;
  copy->sources = entry->sources;
  *ret_entry = copy;
  return PAT_OK;
}

/* The entries of a subject from number first on. */
static pat_status history_entries(pat_bundle__run *run, const pat_bundle__subject *subject,
                                  size_t first, Patina__HistoryEntry ***ret_entries) {
  size_t count = subject->proof->n_entries - first;
  Patina__HistoryEntry **entries = pat_arena_take_array(run->arena, count, sizeof *entries);
  PAT_REQUIRE(entries != NULL, LIMIT_MEMORY);
  for (size_t n = 0; n < count; n++) {
    const pat_bundle__entry *entry = &run->entries[subject->places[first + n]];
    PAT_TRY(history_entry(run, entry, &entries[n]));
  }
  *ret_entries = entries;
  return PAT_OK;
}

static pat_status fill_entries(pat_bundle__run *run) {
  Patina__AssetHistory *history = &run->report->history;
  size_t count = run->asset->proof->n_entries;
  const pat_verified_entry **entries = pat_arena_take_array(run->arena, count, sizeof *entries);
  PAT_REQUIRE(entries != NULL, LIMIT_MEMORY);
  for (size_t n = 0; n < count; n++) {
    entries[n] = pat_bundle__entry_of(run, run->asset, n);
  }
  run->report->entries = entries;
  history->n_entries = count;
  return history_entries(run, run->asset, 0, &history->entries);
}

/* Subjects ascend by key, and so do identifiers. */
static pat_status fill_identifiers(pat_bundle__run *run) {
  Patina__AssetHistory *history = &run->report->history;
  history->identifiers =
      pat_arena_take_array(run->arena, run->subject_count, sizeof *history->identifiers);
  PAT_REQUIRE(history->identifiers != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < run->subject_count; i++) {
    if (run->subjects[i].history == NULL) continue;
    history->identifiers[history->n_identifiers++] = run->subjects[i].history;
  }
  return PAT_OK;
}

static pat_status fill_stream(pat_bundle__run *run, const pat_verified_entry *binding,
                              const Patina__StreamHistory **ret_stream) {
  Patina__StreamHistory *stream = pat_arena_take(run->arena, sizeof *stream);
  PAT_REQUIRE(stream != NULL, LIMIT_MEMORY);
  patina__stream_history__init(stream);
  stream->stream = binding->statement.message->device_bound->stream;
  pat_hash key = pat_subject_key(PAT_SUBJECT_STREAM, span_of(stream->stream));
  const pat_bundle__subject *subject = pat_bundle__find(run, pat_hash_span(&key));
  PAT_ASSERT(subject != NULL);               /* step 12 asked for it */
  PAT_ASSERT(subject->proof->n_entries > 0); /* and it begins with the binding */
  stream->n_entries = subject->proof->n_entries - 1;
  *ret_stream = stream;
  return history_entries(run, subject, 1, &stream->entries);
}

static int compare_streams(const void *a, const void *b) {
  const Patina__StreamHistory *left = a;
  const Patina__StreamHistory *right = b;
  return pat_span_compare(span_of(left->stream), span_of(right->stream));
}

static pat_status fill_streams(pat_bundle__run *run) {
  Patina__AssetHistory *history = &run->report->history;
  const void **streams = pat_arena_take_array(run->arena, history->n_entries, sizeof *streams);
  PAT_REQUIRE(streams != NULL, LIMIT_MEMORY);
  for (size_t n = 0; n < history->n_entries; n++) {
    const pat_verified_entry *entry = run->report->entries[n];
    if (pat_bundle__kind(entry) != PAT_KIND_DEVICE_BOUND) continue;
    const Patina__StreamHistory *stream = NULL;
    PAT_TRY(fill_stream(run, entry, &stream));
    streams[history->n_streams++] = stream;
  }
  pat_sort_pointers(streams, history->n_streams, compare_streams);
  history->streams = pat_arena_take_array(run->arena, history->n_streams, sizeof *history->streams);
  PAT_REQUIRE(history->streams != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < history->n_streams; i++) {
    history->streams[i] = (Patina__StreamHistory *)(uintptr_t)streams[i];
  }
  return PAT_OK;
}

static size_t count_keys(const pat_roll *roll) {
  size_t count = 0;
  for (size_t i = 0; i < roll->count; i++) {
    count += roll->items[i].key_count;
  }
  return count;
}

static pat_status compromised_key(pat_bundle__run *run, const pat_roll_key *key,
                                  const void **ret_compromised) {
  Patina__CompromisedKey *compromised = pat_arena_take(run->arena, sizeof *compromised);
  PAT_REQUIRE(compromised != NULL, LIMIT_MEMORY);
  patina__compromised_key__init(compromised);
  compromised->signer =
      (ProtobufCBinaryData){PAT_HASH_BYTES, (uint8_t *)(uintptr_t)key->signer.bytes};
  compromised->since = key->life.since;
  compromised->revoked_index = key->life.said_index;
  *ret_compromised = compromised;
  return PAT_OK;
}

static int compare_compromised(const void *a, const void *b) {
  const Patina__CompromisedKey *left = a;
  const Patina__CompromisedKey *right = b;
  return pat_span_compare(span_of(left->signer), span_of(right->signer));
}

/* Of everybody in the bundle: of whom did not sign for this asset, they change nothing. */
static pat_status fill_compromised(pat_bundle__run *run) {
  Patina__AssetHistory *history = &run->report->history;
  const void **found = pat_arena_take_array(run->arena, count_keys(run->roll), sizeof *found);
  PAT_REQUIRE(found != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < run->roll->count; i++) {
    const pat_roll_principal *principal = &run->roll->items[i];
    for (size_t k = 0; k < principal->key_count; k++) {
      if (principal->keys[k].life.since == PAT_KEY_NEVER) continue;
      PAT_TRY(compromised_key(run, &principal->keys[k], &found[history->n_compromised]));
      history->n_compromised++;
    }
  }
  pat_sort_pointers(found, history->n_compromised, compare_compromised);
  history->compromised = (Patina__CompromisedKey **)(uintptr_t)found;
  return PAT_OK;
}

static pat_status fill_asset(pat_bundle__run *run) {
  Patina__AssetHistory *history = &run->report->history;
  patina__asset_history__init(history);
  history->asset = run->bundle->asset;
  if (run->class_name == NULL) return PAT_OK;
  history->schema = (Patina__AssetClass *)(uintptr_t)run->schema;
  history->policy = run->genesis->policy;
  PAT_TRY(fill_entries(run));
  PAT_TRY(fill_identifiers(run));
  PAT_TRY(fill_compromised(run));
  return fill_streams(run);
}

static bool is_recorded(const pat_bundle_report *report) {
  for (size_t i = 0; i < report->answer_count; i++) {
    const Patina__IdentifierHistory *history = report->answers[i].history;
    if (history != NULL && history->n_spans > 0) return true;
  }
  return report->history.n_entries > 0;
}

pat_status pat_bundle__report(pat_bundle__run *run) {
  run->check = PAT_CHECK_NONE;
  pat_bundle_report *report = run->report;
  if (run->asset != NULL) PAT_TRY(fill_asset(run));
  report->recorded = is_recorded(report);
  report->confirmed = pat_policy_requires_auditor(run->question->policy);
  report->roll = run->roll;
  return PAT_OK;
}
