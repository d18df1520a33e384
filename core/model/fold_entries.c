/* Entries: decoded, in order, about this asset; and which of them corrects, retracts or releases
 * which. */
#include "core/base/assert.h"
#include "core/model/catalog.h"
#include "core/model/fold_internal.h"
#include "core/model/sort.h"
#include "core/model/standing.h"

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

static pat_kind_number kind_of(const pat_fold_entry *entry) {
  return entry->statement.kind->number;
}

/* --- one entry ------------------------------------------------------------------------------- */

static pat_status decode_disclosures(pat_fold_work *work, pat_fold_entry *entry) {
  const Patina__HistoryEntry *source = entry->entry;
  entry->disclosures =
      pat_arena_take_array(work->arena, entry->statement.slot_count, sizeof *entry->disclosures);
  PAT_REQUIRE(entry->disclosures != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < source->n_disclosures; i++) {
    uint32_t slot = source->disclosures[i]->slot;
    PAT_REQUIRE_AT(i == 0 || source->disclosures[i - 1]->slot < slot, HISTORY_ORDER, work->reterr,
                   0, "disclosures");
    Patina__Disclosure *disclosure = NULL;
    PAT_TRY(pat_disclosure_decode(&entry->statement, slot,
                                  span_of(source->disclosures[i]->disclosure), work->arena,
                                  &disclosure, work->reterr));
    entry->disclosures[slot] = disclosure;
  }
  return PAT_OK;
}

/* A statement that declares no date happened when it was issued, a batch with its last reading. */
static pat_status read_occurred(pat_fold_work *work, pat_fold_entry *entry) {
  const Patina__Statement *message = entry->statement.message;
  if (message->occurred[0] != '\0') {
    return pat_edtf_parse(pat_span_text(message->occurred), &entry->occurred, work->reterr);
  }
  uint64_t ms =
      kind_of(entry) == PAT_KIND_TELEMETRY ? message->telemetry->last_ms : message->issued_at_ms;
  int32_t day = pat_edtf_day_of_ms(ms);
  entry->occurred = (pat_edtf){.earliest_day = day, .latest_day = day, .precision = PAT_EDTF_DAY};
  entry->instant = true;
  return PAT_OK;
}

static bool is_late(const pat_fold_entry *entry, uint64_t late_after_ms) {
  static const int64_t ms_per_day = 86400000;
  if (entry->occurred.latest_day == INT32_MAX) return false;
  int64_t end_ms = ((int64_t)entry->occurred.latest_day + 1) * ms_per_day;
  uint64_t logged = entry->entry->logged_at_ms;
  int64_t logged_ms = logged <= INT64_MAX ? (int64_t)logged : INT64_MAX;
  if (logged_ms <= end_ms) return false;
  return (uint64_t)logged_ms - (uint64_t)end_ms > late_after_ms;
}

static bool claim_admits(const pat_fold_work *work, const pat_fold_entry *entry) {
  if (kind_of(entry) != PAT_KIND_ATTESTED) return true;
  const Patina__ClaimDefinition *claim =
      pat_class_claim(work->schema, entry->statement.message->attested->claim);
  if (claim == NULL) return false;
  return pat_standing_for_roles(claim->roles, claim->n_roles, entry->entry->sources,
                                entry->entry->n_sources);
}

pat_status pat_fold__entry(pat_fold_work *work, const Patina__HistoryEntry *source,
                           pat_fold_entry *ret_entry) {
  pat_fold_entry entry = {.entry = source};
  PAT_REQUIRE_AT(source->n_sources <= PAT_STATEMENT_SIGNERS_MAX, HISTORY_SOURCES, work->reterr, 0,
                 "sources");
  PAT_TRY(pat_statement_decode(span_of(source->statement), work->arena, &entry.statement,
                               work->reterr));
  PAT_TRY(decode_disclosures(work, &entry));
  PAT_TRY(read_occurred(work, &entry));
  entry.late = is_late(&entry, work->policy->late_after_ms);
  entry.entitled = pat_standing_for_kind(work->policy, (uint32_t)kind_of(&entry), source->sources,
                                         source->n_sources) &&
                   claim_admits(work, &entry);
  *ret_entry = entry;
  return PAT_OK;
}

/* --- the whole history ----------------------------------------------------------------------- */

static pat_status check_subject(const pat_fold_work *work, const pat_fold_entry *entry) {
  const pat_kind *kind = entry->statement.kind;
  PAT_REQUIRE_AT(kind->asset != NULL, HISTORY_ASSET, work->reterr, 0, kind->name);
  const ProtobufCBinaryData *asset = kind->asset(entry->statement.message);
  PAT_REQUIRE_AT(asset != NULL && pat_span_equal(span_of(*asset), span_of(work->history->asset)),
                 HISTORY_ASSET, work->reterr, 0, kind->name);
  return PAT_OK;
}

static pat_status check_registration(const pat_fold_work *work) {
  pat_err *reterr = work->reterr;
  const pat_fold_entry *first = &work->entries[0];
  PAT_REQUIRE_AT(kind_of(first) == PAT_KIND_ASSET_REGISTERED, HISTORY_FIRST, reterr, 0, "entries");
  const Patina__AssetRegistered *body = first->statement.message->asset_registered;
  PAT_REQUIRE_AT(pat_span_equal(pat_span_text(body->class_name), pat_span_text(work->schema->name)),
                 HISTORY_CLASS, reterr, 0, "class_name");
  PAT_REQUIRE_AT(body->class_version == work->schema->version, HISTORY_CLASS, reterr, 0,
                 "class_version");
  for (size_t i = 1; i < work->entry_count; i++) {
    PAT_REQUIRE_AT(kind_of(&work->entries[i]) != PAT_KIND_ASSET_REGISTERED, HISTORY_FIRST, reterr,
                   0, "entries");
  }
  return PAT_OK;
}

static pat_status decode_entries(pat_fold_work *work) {
  const Patina__AssetHistory *history = work->history;
  PAT_REQUIRE_AT(history->n_entries > 0, HISTORY_FIRST, work->reterr, 0, "entries");
  work->entries = pat_arena_take_array(work->arena, history->n_entries, sizeof *work->entries);
  PAT_REQUIRE(work->entries != NULL, LIMIT_MEMORY);
  work->entry_count = history->n_entries;
  for (size_t i = 0; i < history->n_entries; i++) {
    PAT_REQUIRE_AT(i == 0 || history->entries[i - 1]->index < history->entries[i]->index,
                   HISTORY_ORDER, work->reterr, 0, "entries");
    PAT_TRY(pat_fold__entry(work, history->entries[i], &work->entries[i]));
    PAT_TRY(check_subject(work, &work->entries[i]));
  }
  return check_registration(work);
}

/* --- links ----------------------------------------------------------------------------------- */

static int compare_hash(const void *a, const void *b) {
  const pat_fold_entry *left = (const pat_fold_entry *)a;
  const pat_fold_entry *right = (const pat_fold_entry *)b;
  return pat_span_compare(PAT_SPAN_OF(left->statement.sha256.bytes),
                          PAT_SPAN_OF(right->statement.sha256.bytes));
}

static pat_status index_hashes(pat_fold_work *work) {
  work->by_hash = pat_arena_take_array(work->arena, work->entry_count, sizeof *work->by_hash);
  PAT_REQUIRE(work->by_hash != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < work->entry_count; i++)
    work->by_hash[i] = &work->entries[i];
  pat_sort_pointers(work->by_hash, work->entry_count, compare_hash);
  return PAT_OK;
}

/* The entry whose statement has this hash, where it came before `before`. */
static pat_fold_entry *entry_by_hash(const pat_fold_work *work, ProtobufCBinaryData hash,
                                     uint64_t before) {
  if (hash.len != PAT_HASH_BYTES) return NULL;
  pat_fold_entry wanted = {.entry = NULL};
  pat_span_copy(wanted.statement.sha256.bytes, PAT_HASH_BYTES, span_of(hash));
  size_t at = pat_sort_find(work->by_hash, work->entry_count, &wanted, compare_hash);
  if (at == work->entry_count) return NULL;
  const pat_fold_entry *found = (const pat_fold_entry *)work->by_hash[at];
  if (found->entry->index >= before) return NULL;
  return &work->entries[found - work->entries];
}

static bool may_target(pat_kind_number kind, pat_kind_number target) {
  if (kind == PAT_KIND_IDENTIFIER_RELEASED) return target == PAT_KIND_IDENTIFIER_ASSIGNED;
  if (target == PAT_KIND_ATTRIBUTES_CHANGED || target == PAT_KIND_ATTESTED) return true;
  return target == (kind == PAT_KIND_CORRECTED ? PAT_KIND_ASSET_REGISTERED : PAT_KIND_CORRECTED);
}

static const ProtobufCBinaryData *target_of(const pat_fold_entry *entry) {
  const Patina__Statement *message = entry->statement.message;
  if (kind_of(entry) == PAT_KIND_CORRECTED) return &message->corrected->target;
  if (kind_of(entry) == PAT_KIND_RETRACTED) return &message->retracted->target;
  if (kind_of(entry) == PAT_KIND_IDENTIFIER_RELEASED) {
    return &message->identifier_released->assignment;
  }
  return NULL;
}

static void link_target(const pat_fold_work *work, pat_fold_entry *entry) {
  const ProtobufCBinaryData *hash = target_of(entry);
  if (hash == NULL) return;
  pat_fold_entry *target = entry_by_hash(work, *hash, entry->entry->index);
  if (target == NULL || !may_target(kind_of(entry), kind_of(target))) return;
  entry->target = target;
  if (kind_of(entry) == PAT_KIND_RETRACTED && target->retraction == NULL &&
      pat_fold__overrules(entry, target)) {
    target->retraction = entry;
  }
  if (kind_of(entry) == PAT_KIND_IDENTIFIER_RELEASED && target->release == NULL) {
    target->release = entry;
  }
}

static void link_targets(pat_fold_work *work) {
  uint64_t version = 0;
  for (size_t i = 0; i < work->entry_count; i++) {
    pat_fold_entry *entry = &work->entries[i];
    if (kind_of(entry) == PAT_KIND_ATTRIBUTES_CHANGED) entry->version = ++version;
    link_target(work, entry);
  }
  work->state->version = version;
}

static int compare_target(const void *a, const void *b) {
  const pat_fold_entry *left = (const pat_fold_entry *)a;
  const pat_fold_entry *right = (const pat_fold_entry *)b;
  uint64_t left_target = left->target->entry->index;
  uint64_t right_target = right->target->entry->index;
  if (left_target != right_target) return left_target < right_target ? -1 : 1;
  return (left->entry->index > right->entry->index) - (left->entry->index < right->entry->index);
}

static bool is_correction(const pat_fold_entry *entry) {
  return kind_of(entry) == PAT_KIND_CORRECTED && entry->target != NULL && entry->retraction == NULL;
}

static pat_status link_corrections(pat_fold_work *work) {
  size_t count = 0;
  for (size_t i = 0; i < work->entry_count; i++)
    count += is_correction(&work->entries[i]);
  work->corrections = pat_arena_take_array(work->arena, count, sizeof *work->corrections);
  work->corrections_by_target = pat_arena_take_array(work->arena, count, sizeof *work->corrections);
  PAT_REQUIRE(work->corrections != NULL, LIMIT_MEMORY);
  PAT_REQUIRE(work->corrections_by_target != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < work->entry_count; i++) {
    if (!is_correction(&work->entries[i])) continue;
    work->corrections[work->correction_count] = &work->entries[i];
    work->corrections_by_target[work->correction_count++] = &work->entries[i];
  }
  pat_sort_pointers(work->corrections_by_target, count, compare_target);
  for (size_t i = 0; i < count; i++) {
    pat_fold_entry *target = ((const pat_fold_entry *)work->corrections_by_target[i])->target;
    if (target->correction_count++ == 0) target->correction_first = i;
  }
  return PAT_OK;
}

static pat_status check_spans(const pat_fold_work *work, const Patina__IdentifierHistory *history) {
  for (size_t i = 1; i < history->n_spans; i++) {
    PAT_REQUIRE_AT(history->spans[i - 1]->assigned_index < history->spans[i]->assigned_index,
                   HISTORY_ORDER, work->reterr, 0, "identifiers.spans");
  }
  return PAT_OK;
}

static pat_status link_identifiers(pat_fold_work *work) {
  const Patina__AssetHistory *history = work->history;
  for (size_t i = 0; i < history->n_identifiers; i++) {
    const Patina__IdentifierHistory *identifier = history->identifiers[i];
    PAT_REQUIRE_AT(i == 0 || pat_span_compare(span_of(history->identifiers[i - 1]->key),
                                              span_of(identifier->key)) < 0,
                   HISTORY_ORDER, work->reterr, 0, "identifiers");
    PAT_TRY(check_spans(work, identifier));
    for (size_t j = 0; j < identifier->n_spans; j++) {
      const Patina__AssignmentSpan *span = identifier->spans[j];
      pat_fold_entry *entry = entry_by_hash(work, span->assignment, UINT64_MAX);
      if (entry == NULL || kind_of(entry) != PAT_KIND_IDENTIFIER_ASSIGNED) continue;
      entry->identifier = identifier;
      entry->span = span;
    }
  }
  return PAT_OK;
}

bool pat_fold__share_principal(Patina__Source *const *a, size_t a_count, Patina__Source *const *b,
                               size_t b_count) {
  for (size_t i = 0; i < a_count; i++) {
    for (size_t j = 0; j < b_count; j++) {
      if (pat_span_equal(span_of(a[i]->principal), span_of(b[j]->principal))) return true;
    }
  }
  return false;
}

bool pat_fold__overrules(const pat_fold_entry *later, const pat_fold_entry *earlier) {
  return later->entitled ||
         pat_fold__share_principal(later->entry->sources, later->entry->n_sources,
                                   earlier->entry->sources, earlier->entry->n_sources);
}

pat_status pat_fold__entries(pat_fold_work *work) {
  PAT_ASSERT(work->entries == NULL);
  PAT_TRY(decode_entries(work));
  PAT_TRY(index_hashes(work));
  link_targets(work);
  PAT_TRY(link_corrections(work));
  return link_identifiers(work);
}
