/* Findings: rules over the whole history, one function each. Each says what it rests on, never why
 * it may be so. The rules over readings are in findings_readings.c. */
#include <string.h>

#include "core/base/assert.h"
#include "core/model/findings_internal.h"
#include "core/model/sort.h"

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

/* --- collecting ------------------------------------------------------------------------------ */

static pat_status finding_new(pat_fold_work *work, const pat_fold_outcome *outcome,
                              Patina__Finding **ret_finding) {
  Patina__Finding *finding = pat_arena_take(work->arena, sizeof *finding);
  PAT_REQUIRE(finding != NULL, LIMIT_MEMORY);
  patina__finding__init(finding);
  finding->indexes =
      pat_arena_take_array(work->arena, outcome->index_count, sizeof *finding->indexes);
  finding->values =
      pat_arena_take_array(work->arena, outcome->value_count, sizeof *finding->values);
  PAT_REQUIRE(finding->indexes != NULL, LIMIT_MEMORY);
  PAT_REQUIRE(finding->values != NULL, LIMIT_MEMORY);
  finding->id = (char *)outcome->id;
  finding->name = (char *)outcome->name;
  finding->key = outcome->key;
  finding->n_indexes = outcome->index_count;
  finding->n_values = outcome->value_count;
  bool swapped = outcome->index_count == 2 && outcome->indexes[0] > outcome->indexes[1];
  for (size_t i = 0; i < outcome->index_count; i++) {
    size_t from = swapped ? 1 - i : i;
    finding->indexes[i] = outcome->indexes[from];
    if (i < outcome->value_count) finding->values[i] = outcome->values[from];
  }
  *ret_finding = finding;
  return PAT_OK;
}

pat_status pat_fold__find(pat_fold_work *work, const pat_fold_outcome *outcome) {
  PAT_ASSERT(outcome->index_count >= 1 && outcome->index_count <= 2);
  PAT_ASSERT(outcome->value_count == 0 || outcome->value_count == outcome->index_count);
  pat_fold_finding *node = pat_arena_take(work->arena, sizeof *node);
  PAT_REQUIRE(node != NULL, LIMIT_MEMORY);
  PAT_TRY(finding_new(work, outcome, &node->message));
  node->next = work->findings;
  work->findings = node;
  work->finding_count++;
  return PAT_OK;
}

static int compare_indexes(const Patina__Finding *a, const Patina__Finding *b, size_t from) {
  for (size_t i = from; i < a->n_indexes && i < b->n_indexes; i++) {
    if (a->indexes[i] != b->indexes[i]) return a->indexes[i] < b->indexes[i] ? -1 : 1;
  }
  return 0;
}

/* By first index and id; the rest makes the order the same everywhere. */
static int compare_findings(const void *a, const void *b) {
  const Patina__Finding *left = (const Patina__Finding *)a;
  const Patina__Finding *right = (const Patina__Finding *)b;
  if (left->indexes[0] != right->indexes[0]) return left->indexes[0] < right->indexes[0] ? -1 : 1;
  int order = strcmp(left->id, right->id);
  if (order == 0) order = compare_indexes(left, right, 1);
  if (order == 0) order = strcmp(left->name, right->name);
  if (order == 0) order = pat_span_compare(span_of(left->key), span_of(right->key));
  return order;
}

static pat_status sort_findings(pat_fold_work *work) {
  Patina__AssetState *state = work->state;
  const void **sorted = pat_arena_take_array(work->arena, work->finding_count, sizeof *sorted);
  state->findings = pat_arena_take_array(work->arena, work->finding_count, sizeof *state->findings);
  PAT_REQUIRE(sorted != NULL, LIMIT_MEMORY);
  PAT_REQUIRE(state->findings != NULL, LIMIT_MEMORY);
  size_t count = 0;
  for (const pat_fold_finding *node = work->findings; node != NULL; node = node->next)
    sorted[count++] = node->message;
  PAT_ASSERT(count == work->finding_count);
  pat_sort_pointers(sorted, count, compare_findings);
  for (size_t i = 0; i < count; i++)
    state->findings[i] = (Patina__Finding *)sorted[i];
  state->n_findings = count;
  return PAT_OK;
}

/* --- entry.late ------------------------------------------------------------------------------ */

static pat_status date_value(pat_fold_work *work, char *date, Patina__Value **ret_value) {
  Patina__Value *value = pat_arena_take(work->arena, sizeof *value);
  PAT_REQUIRE(value != NULL, LIMIT_MEMORY);
  patina__value__init(value);
  value->value_case = PATINA__VALUE__VALUE_DATE;
  value->date = date;
  *ret_value = value;
  return PAT_OK;
}

/* Carries the declared date, where one is declared. */
static pat_status find_late(pat_fold_work *work, const pat_fold_entry *entry) {
  if (!entry->late) return PAT_OK;
  pat_fold_outcome outcome = {
      .id = "entry.late", .name = "", .indexes = {entry->entry->index}, .index_count = 1};
  char *occurred = entry->statement.message->occurred;
  if (occurred[0] != '\0') {
    PAT_TRY(date_value(work, occurred, &outcome.values[0]));
    outcome.value_count = 1;
  }
  return pat_fold__find(work, &outcome);
}

/* --- key.compromised ------------------------------------------------------------------------- */

static int compare_signers(const void *a, const void *b) {
  const Patina__CompromisedKey *left = (const Patina__CompromisedKey *)a;
  const Patina__CompromisedKey *right = (const Patina__CompromisedKey *)b;
  return pat_span_compare(span_of(left->signer), span_of(right->signer));
}

/* Flagged, never void: the entry counts as it did. */
static pat_status find_compromised_signer(pat_fold_work *work, const pat_fold_entry *entry,
                                          ProtobufCBinaryData signer) {
  const Patina__AssetHistory *history = work->history;
  const void **keys = (const void **)(uintptr_t)history->compromised;
  const Patina__CompromisedKey wanted = {.signer = signer};
  size_t at = pat_sort_find(keys, history->n_compromised, &wanted, compare_signers);
  if (at == history->n_compromised) return PAT_OK;
  const Patina__CompromisedKey *key = history->compromised[at];
  uint64_t index = entry->entry->index;
  if (index < key->since || index >= key->revoked_index) return PAT_OK;
  const pat_fold_outcome outcome = {.id = "key.compromised",
                                    .name = "",
                                    .indexes = {index, key->revoked_index},
                                    .index_count = 2,
                                    .key = signer};
  return pat_fold__find(work, &outcome);
}

static pat_status find_compromised(pat_fold_work *work, const pat_fold_entry *entry) {
  const Patina__Statement *message = entry->statement.message;
  for (size_t i = 0; i < message->n_signers; i++)
    PAT_TRY(find_compromised_signer(work, entry, message->signers[i]));
  return PAT_OK;
}

/* --- of every entry -------------------------------------------------------------------------- */

static pat_status find_of_entry(pat_fold_work *work, const pat_fold_entry *entry) {
  PAT_TRY(find_late(work, entry));
  return find_compromised(work, entry);
}

static pat_status find_of_entries(pat_fold_work *work) {
  for (size_t i = 0; i < work->entry_count; i++)
    PAT_TRY(find_of_entry(work, &work->entries[i]));
  for (size_t i = 0; i < work->stream_count; i++) {
    for (size_t j = 0; j < work->streams[i].batch_count; j++)
      PAT_TRY(find_of_entry(work, &work->streams[i].batches[j]));
  }
  return PAT_OK;
}

/* --- telemetry.gap --------------------------------------------------------------------------- */

static pat_status find_gaps(pat_fold_work *work, const pat_fold_stream *stream) {
  for (size_t i = 1; i < stream->batch_count; i++) {
    uint64_t before = stream->batches[i - 1].statement.message->telemetry->seq;
    uint64_t after = stream->batches[i].statement.message->telemetry->seq;
    if (before != UINT64_MAX && after == before + 1) continue;
    pat_fold_outcome outcome = {
        .id = "telemetry.gap",
        .name = "",
        .indexes = {stream->batches[i - 1].entry->index, stream->batches[i].entry->index},
        .index_count = 2};
    PAT_TRY(pat_fold__find(work, &outcome));
  }
  return PAT_OK;
}

/* --- identifier.conflict --------------------------------------------------------------------- */

static bool live_at(const Patina__AssignmentSpan *span, uint64_t index) {
  if (span == NULL) return false;
  return span->release_case != PATINA__ASSIGNMENT_SPAN__RELEASE_RELEASED_INDEX ||
         span->released_index > index;
}

/* Of two spans the one that lasts longer; NULL counts as over. */
static const Patina__AssignmentSpan *longer(const Patina__AssignmentSpan *a,
                                            const Patina__AssignmentSpan *b) {
  if (a == NULL || !live_at(a, UINT64_MAX - 1)) {
    bool b_longer = a == NULL || live_at(b, a->released_index);
    return b_longer ? b : a;
  }
  return a;
}

/* Each span that begins while the identifier is live on another asset, where one of the two is this
 * asset. Spans come by assigned_index, so one pass with the longest-lived of either side is enough.
 */
static pat_status find_conflicts(pat_fold_work *work, const Patina__IdentifierHistory *history) {
  if (history->uniqueness == PATINA__UNIQUENESS__UNIQUENESS_WEAK) return PAT_OK;
  const Patina__AssignmentSpan *own = NULL;
  const Patina__AssignmentSpan *other = NULL;
  for (size_t i = 0; i < history->n_spans; i++) {
    const Patina__AssignmentSpan *span = history->spans[i];
    bool is_own = pat_span_equal(span_of(span->asset), span_of(work->history->asset));
    const Patina__AssignmentSpan *against = is_own ? other : own;
    if (live_at(against, span->assigned_index)) {
      pat_fold_outcome outcome = {.id = "identifier.conflict",
                                  .name = history->scheme,
                                  .indexes = {against->assigned_index, span->assigned_index},
                                  .index_count = 2,
                                  .key = history->key};
      PAT_TRY(pat_fold__find(work, &outcome));
    }
    if (is_own) {
      own = longer(own, span);
    } else {
      other = longer(other, span);
    }
  }
  return PAT_OK;
}

/* --- rules over readings --------------------------------------------------------------------- */

static int compare_occurrence(const void *a, const void *b) {
  const pat_fold_reading *left = (const pat_fold_reading *)a;
  const pat_fold_reading *right = (const pat_fold_reading *)b;
  if (left->attribute != right->attribute) return left->attribute < right->attribute ? -1 : 1;
  if (left->earliest_day != right->earliest_day) {
    return left->earliest_day < right->earliest_day ? -1 : 1;
  }
  if (left->latest_day != right->latest_day) return left->latest_day < right->latest_day ? -1 : 1;
  uint64_t left_index = left->entry->entry->index;
  uint64_t right_index = right->entry->entry->index;
  if (left_index != right_index) return left_index < right_index ? -1 : 1;
  return (left->position > right->position) - (left->position < right->position);
}

static size_t attribute_of(const void *reading) {
  return ((const pat_fold_reading *)reading)->attribute;
}

static pat_status find_in_readings(pat_fold_work *work) {
  const void **sorted = pat_arena_take_array(work->arena, work->reading_count, sizeof *sorted);
  PAT_REQUIRE(sorted != NULL, LIMIT_MEMORY);
  size_t count = 0;
  for (const pat_fold_reading *reading = work->readings; reading != NULL; reading = reading->next)
    sorted[count++] = reading;
  PAT_ASSERT(count == work->reading_count);
  pat_sort_pointers(sorted, count, compare_occurrence);
  for (size_t from = 0; from < count;) {
    size_t to = from + 1;
    while (to < count && attribute_of(sorted[to]) == attribute_of(sorted[from]))
      to++;
    PAT_TRY(pat_fold__disagreement(work, sorted + from, to - from));
    PAT_TRY(pat_fold__odometer(work, sorted + from, to - from));
    from = to;
  }
  return PAT_OK;
}

pat_status pat_fold__findings(pat_fold_work *work) {
  PAT_ASSERT(work->findings == NULL);
  PAT_TRY(find_of_entries(work));
  for (size_t i = 0; i < work->stream_count; i++)
    PAT_TRY(find_gaps(work, &work->streams[i]));
  for (size_t i = 0; i < work->history->n_identifiers; i++)
    PAT_TRY(find_conflicts(work, work->history->identifiers[i]));
  PAT_TRY(find_in_readings(work));
  return sort_findings(work);
}
