#include "server/api/proven.h"

#include "core/base/assert.h"
#include "core/envelope/entry.h"

static pat_span span_of(ProtobufCBinaryData bytes) { return pat_span_make(bytes.data, bytes.len); }

static bool is_for_everyone(const Patina__StoredDisclosure *stored) {
  return stored->visibility == PATINA__VISIBILITY__VISIBILITY_OPEN ||
         stored->visibility == PATINA__VISIBILITY__VISIBILITY_PUBLIC;
}

static pat_status add_disclosures(const Patina__StatementRecord *record, pat_arena *arena,
                                  Patina__HistoryEntry *entry) {
  entry->disclosures =
      pat_arena_take_array(arena, record->n_disclosures, sizeof(entry->disclosures[0]));
  PAT_REQUIRE(entry->disclosures != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < record->n_disclosures; i++) {
    const Patina__StoredDisclosure *stored = record->disclosures[i];
    if (!is_for_everyone(stored)) continue;
    Patina__SlotDisclosure *given = pat_arena_take(arena, sizeof(*given));
    PAT_REQUIRE(given != NULL, LIMIT_MEMORY);
    patina__slot_disclosure__init(given);
    given->slot = stored->slot;
    given->disclosure = stored->disclosure;
    entry->disclosures[entry->n_disclosures++] = given;
  }
  return PAT_OK;
}

/* Fills what the store knows beside the leaf; nothing where the statement was erased. */
static pat_status add_statement(const pat_api *api, ProtobufCBinaryData sha256, pat_arena *arena,
                                Patina__ProvenEntry *proven) {
  pat_hash hash = {{0}};
  PAT_REQUIRE(sha256.len == PAT_HASH_BYTES, STORE_CORRUPT);
  pat_span_copy(hash.bytes, sizeof(hash.bytes), span_of(sha256));
  PAT_CLEANUP(pat_blob_clear) pat_blob bytes = {0};
  pat_status status = api->port->statement(api->port->context, &hash, &bytes);
  if (pat_is_rule(status, PAT_RULE_STORE_NOT_FOUND)) return PAT_OK;
  PAT_TRY(status);
  ProtobufCMessage *message = NULL;
  PAT_TRY(pat_api_decode_stored(pat_blob_span(bytes), &patina__statement_record__descriptor, arena,
                                &message));
  const Patina__StatementRecord *record = (const Patina__StatementRecord *)message;
  proven->entry->statement = record->statement;
  proven->entry->sources = record->sources;
  proven->entry->n_sources = record->n_sources;
  proven->signatures = record->signatures;
  proven->n_signatures = record->n_signatures;
  proven->vrf_proofs = record->vrf_proofs;
  proven->n_vrf_proofs = record->n_vrf_proofs;
  return add_disclosures(record, arena, proven->entry);
}

static pat_status new_entry(uint64_t index, pat_arena *arena, Patina__ProvenEntry **ret_proven) {
  Patina__ProvenEntry *proven = pat_arena_take(arena, sizeof(*proven));
  Patina__HistoryEntry *entry = pat_arena_take(arena, sizeof(*entry));
  PAT_REQUIRE(proven != NULL, LIMIT_MEMORY);
  PAT_REQUIRE(entry != NULL, LIMIT_MEMORY);
  patina__proven_entry__init(proven);
  patina__history_entry__init(entry);
  entry->index = index;
  proven->entry = entry;
  *ret_proven = proven;
  return PAT_OK;
}

pat_status pat_api_proven_leaf(const pat_api *api, uint64_t index, pat_arena *arena,
                               Patina__ProvenEntry **ret_proven) {
  Patina__ProvenEntry *proven = NULL;
  PAT_TRY(new_entry(index, arena, &proven));
  PAT_CLEANUP(pat_blob_clear) pat_blob leaf = {0};
  PAT_TRY(api->port->leaf(api->port->context, index, &leaf));
  PAT_TRY(pat_api_keep(arena, pat_blob_span(leaf), &proven->leaf));
  Patina__LogEntry *decoded = NULL;
  pat_status status = pat_entry_decode(span_of(proven->leaf), arena, &decoded, NULL);
  if (pat_is_rule(status, PAT_RULE_LIMIT_MEMORY)) return status;
  PAT_REQUIRE(pat_is_ok(status), STORE_CORRUPT);
  if (decoded->entry_case == PATINA__LOG_ENTRY__ENTRY_STATEMENT) {
    proven->entry->logged_at_ms = decoded->statement->logged_at_ms;
    PAT_TRY(add_statement(api, decoded->statement->statement_sha256, arena, proven));
  }
  *ret_proven = proven;
  return PAT_OK;
}

static void without_proofs(Patina__ProvenEntry *proven) {
  proven->leaf = (ProtobufCBinaryData){0};
  proven->n_vrf_proofs = 0;
}

static size_t bytes_of(const Patina__ProvenEntry *proven) {
  size_t bytes = proven->leaf.len + proven->entry->statement.len;
  for (size_t i = 0; i < proven->entry->n_disclosures; i++) {
    bytes += proven->entry->disclosures[i]->disclosure.len;
  }
  return bytes;
}

static pat_status set_path(const pat_port_path *path, pat_arena *arena,
                           Patina__ProvenEntry *proven) {
  proven->inclusion = pat_arena_take_array(arena, path->count, sizeof(proven->inclusion[0]));
  PAT_REQUIRE(proven->inclusion != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < path->count; i++) {
    ProtobufCBinaryData *hash = &proven->inclusion[i];
    PAT_TRY(pat_api_keep(arena, pat_hash_span(&path->hashes[i]), hash));
  }
  proven->n_inclusion = path->count;
  return PAT_OK;
}

static pat_status add_paths(const pat_api *api, const pat_api_entries *entries, uint64_t size,
                            pat_arena *arena) {
  if (entries->count == 0) return PAT_OK;
  uint64_t *indexes = pat_arena_take_array(arena, entries->count, sizeof(*indexes));
  pat_port_path *paths = pat_arena_take_array(arena, entries->count, sizeof(*paths));
  PAT_REQUIRE(indexes != NULL, LIMIT_MEMORY);
  PAT_REQUIRE(paths != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < entries->count; i++)
    indexes[i] = entries->items[i]->entry->index;
  PAT_TRY(api->port->inclusion(api->port->context, indexes, entries->count, size, paths));
  for (size_t i = 0; i < entries->count; i++) {
    PAT_TRY(set_path(&paths[i], arena, entries->items[i]));
  }
  return PAT_OK;
}

static pat_status read_places(const pat_api *api, const pat_api_range *range, pat_arena *arena,
                              pat_port_subject_entry **ret_places, size_t *ret_count) {
  pat_port_subject_entry *places = pat_arena_take_array(arena, range->limit, sizeof(*places));
  PAT_REQUIRE(places != NULL, LIMIT_MEMORY);
  size_t count = 0;
  PAT_TRY(api->port->subject(api->port->context, &range->subject, range->from, range->limit, places,
                             &count));
  PAT_ASSERT(count <= range->limit);
  while (count > 0 && places[count - 1].index >= range->size)
    count--;
  *ret_places = places;
  *ret_count = count;
  return PAT_OK;
}

pat_status pat_api_proven_read(const pat_api *api, const pat_api_range *range, pat_arena *arena,
                               pat_api_entries *ret_entries) {
  PAT_ASSERT(range->limit >= 1);
  PAT_ASSERT(range->limit <= PAT_API_FOLD_ENTRIES_MAX);
  pat_port_subject_entry *places = NULL;
  size_t count = 0;
  PAT_TRY(read_places(api, range, arena, &places, &count));
  pat_api_entries entries = {0};
  entries.items = pat_arena_take_array(arena, count, sizeof(entries.items[0]));
  PAT_REQUIRE(entries.items != NULL, LIMIT_MEMORY);
  size_t bytes = 0;
  while (entries.count < count) {
    Patina__ProvenEntry *proven = NULL;
    PAT_TRY(pat_api_proven_leaf(api, places[entries.count].index, arena, &proven));
    bytes += bytes_of(proven);
    if (range->with_proofs && entries.count > 0 && bytes > PAT_API_PAGE_BYTES_MAX) break;
    if (!range->with_proofs) without_proofs(proven);
    entries.items[entries.count++] = proven;
  }
  if (range->with_proofs) PAT_TRY(add_paths(api, &entries, range->size, arena));
  *ret_entries = entries;
  return PAT_OK;
}

pat_status pat_api_proven_entry(const pat_api *api, uint64_t index, uint64_t size, pat_arena *arena,
                                Patina__ProvenEntry **ret_entry) {
  PAT_ASSERT(index < size);
  Patina__ProvenEntry *proven = NULL;
  PAT_TRY(pat_api_proven_leaf(api, index, arena, &proven));
  PAT_TRY(add_paths(api, &(pat_api_entries){.items = &proven, .count = 1}, size, arena));
  *ret_entry = proven;
  return PAT_OK;
}

static void as_of(Patina__IdentifierHistory *history, uint64_t size) {
  while (history->n_spans > 0 && history->spans[history->n_spans - 1]->assigned_index >= size) {
    history->n_spans--;
  }
  for (size_t i = 0; i < history->n_spans; i++) {
    Patina__AssignmentSpan *span = history->spans[i];
    if (span->release_case == PATINA__ASSIGNMENT_SPAN__RELEASE_RELEASED_INDEX &&
        span->released_index >= size) {
      span->release_case = PATINA__ASSIGNMENT_SPAN__RELEASE__NOT_SET;
    }
  }
}

pat_status pat_api_identifier_history(const pat_api *api, pat_span key, uint64_t size,
                                      pat_arena *arena, Patina__IdentifierHistory **ret_history) {
  ProtobufCMessage *message = NULL;
  pat_api_record record = {'I', key, &patina__identifier_record__descriptor};
  PAT_TRY(pat_api_state(api, record, arena, &message));
  Patina__IdentifierHistory *history = ((Patina__IdentifierRecord *)message)->history;
  PAT_REQUIRE(history != NULL, STORE_CORRUPT);
  as_of(history, size);
  *ret_history = history;
  return PAT_OK;
}
