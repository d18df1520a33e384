/* GET /v1/assets/{id} and …/findings: the whole history summed up by the fold. */
#include "server/api/assets.h"

#include "core/crypto/base32.h"
#include "core/model/fold.h"
#include "core/model/sort.h"
#include "core/model/statement.h"
#include "server/api/compromised.h"
#include "server/api/handlers.h"
#include "server/sys/log.h"

enum { FOLD_MEMORY_BYTES = 192 * 1024 * 1024, VERSION_KEY_BYTES = PAT_NAME_BYTES_MAX + 1 + 4 };

static ProtobufCBinaryData binary(const uint8_t *data, size_t size) {
  return (ProtobufCBinaryData){.len = size, .data = (uint8_t *)(uintptr_t)data};
}

static pat_status read_schema(const pat_api *api, const Patina__AssetRecord *record,
                              pat_arena *arena, Patina__AssetClass **ret_schema) {
  uint8_t key[VERSION_KEY_BYTES];
  pat_builder builder;
  pat_span id = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, key, sizeof(key));
  pat_builder_text(&builder, record->class_name);
  pat_builder_u8(&builder, 0);
  pat_builder_u32be(&builder, record->class_version);
  PAT_REQUIRE(pat_is_ok(pat_builder_finish(&builder, &id)), STORE_CORRUPT);
  ProtobufCMessage *message = NULL;
  pat_api_record wanted = {'c', id, &patina__asset_class__descriptor};
  PAT_TRY(
      pat_api_not_found_as(pat_api_state(api, wanted, arena, &message), PAT_RULE_STORE_CORRUPT));
  *ret_schema = (Patina__AssetClass *)message;
  return PAT_OK;
}

pat_status pat_api_asset_find(const pat_api *api, const pat_api_request *request, pat_arena *arena,
                              pat_api_asset *ret_asset, pat_err *reterr) {
  pat_api_asset asset = {0};
  PAT_TRY(pat_base32_asset_decode(request->path_values[0], asset.id, reterr));
  ProtobufCMessage *message = NULL;
  pat_api_record record = {'A', PAT_SPAN_OF(asset.id), &patina__asset_record__descriptor};
  PAT_TRY(pat_api_not_found_as(pat_api_state(api, record, arena, &message),
                               PAT_RULE_API_ASSET_NOT_FOUND));
  asset.record = (Patina__AssetRecord *)message;
  asset.subject = pat_subject_key(PAT_SUBJECT_ASSET, PAT_SPAN_OF(asset.id));
  PAT_TRY(read_schema(api, asset.record, arena, &asset.schema));
  *ret_asset = asset;
  return PAT_OK;
}

static int by_key(const void *a, const void *b) {
  const Patina__IdentifierHistory *left = a;
  const Patina__IdentifierHistory *right = b;
  return pat_span_compare(pat_span_make(left->key.data, left->key.len),
                          pat_span_make(right->key.data, right->key.len));
}

pat_status pat_api_asset_identifiers(const pat_api *api, const pat_api_asset *asset, uint64_t size,
                                     pat_arena *arena, pat_api_identifiers *ret_identifiers) {
  size_t most = asset->record->n_identifiers;
  pat_api_identifiers found = {0};
  found.items = pat_arena_take_array(arena, most, sizeof(found.items[0]));
  PAT_REQUIRE(found.items != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < most; i++) {
    ProtobufCBinaryData key = asset->record->identifiers[i];
    Patina__IdentifierHistory *history = NULL;
    PAT_TRY(pat_api_not_found_as(
        pat_api_identifier_history(api, pat_span_make(key.data, key.len), size, arena, &history),
        PAT_RULE_STORE_CORRUPT));
    if (history->n_spans > 0) found.items[found.count++] = history;
  }
  pat_sort_pointers((const void **)found.items, found.count, by_key);
  *ret_identifiers = found;
  return PAT_OK;
}

/* A view of one asset while it is put together. */
typedef struct {
  const pat_api *api;
  pat_port_head head;
  pat_api_memory memory;
  pat_api_asset asset;
  char *note;
  size_t entries_left;             /* of PAT_API_FOLD_ENTRIES_MAX */
  pat_api_compromised compromised; /* of those who signed what was read */
  Patina__AssetState *state;
} asset_run;

static void clear_run(asset_run *run) { pat_api_memory_clear(&run->memory); }

/* The entries of a subject at the checkpoint. */
typedef struct {
  Patina__HistoryEntry **items;
  size_t count;
} history_entries;

/* in    from   number of the first one wanted
 * out   ret_total  how many the subject has, the skipped ones too */
static pat_status read_history(asset_run *run, const pat_hash *subject, uint64_t from,
                               history_entries *ret_entries, uint64_t *ret_total) {
  uint64_t total = 0;
  pat_arena *arena = &run->memory.arena;
  PAT_TRY(run->api->port->subject_count(run->api->port->context, subject, run->head.size, &total));
  *ret_total = total;
  if (total <= from) return PAT_OK;
  PAT_REQUIRE(total - from <= run->entries_left, API_HISTORY_SIZE);
  run->entries_left -= (size_t)(total - from);
  pat_api_range range = {
      .subject = *subject, .size = run->head.size, .from = from, .limit = (size_t)(total - from)};
  pat_api_entries proven = {0};
  PAT_TRY(pat_api_proven_read(run->api, &range, arena, &proven));
  PAT_TRY(pat_api_compromised_add(&run->compromised, run->api, run->head.size, &proven, arena));
  Patina__HistoryEntry **items = pat_arena_take_array(arena, proven.count, sizeof(*items));
  PAT_REQUIRE(items != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < proven.count; i++)
    items[i] = proven.items[i]->entry;
  *ret_entries = (history_entries){.items = items, .count = proven.count};
  return PAT_OK;
}

static int by_stream(const void *a, const void *b) {
  const Patina__StreamHistory *left = a;
  const Patina__StreamHistory *right = b;
  return pat_span_compare(pat_span_make(left->stream.data, left->stream.len),
                          pat_span_make(right->stream.data, right->stream.len));
}

/* A stream's first entry is its binding, which stands in the asset's own history too. */
static pat_status read_stream(asset_run *run, ProtobufCBinaryData id,
                              Patina__AssetHistory *history) {
  pat_hash subject = pat_subject_key(PAT_SUBJECT_STREAM, pat_span_make(id.data, id.len));
  history_entries batches = {0};
  uint64_t total = 0;
  PAT_TRY(read_history(run, &subject, 1, &batches, &total));
  if (total == 0) return PAT_OK; /* bound behind this checkpoint */
  Patina__StreamHistory *stream = pat_arena_take(&run->memory.arena, sizeof(*stream));
  PAT_REQUIRE(stream != NULL, LIMIT_MEMORY);
  patina__stream_history__init(stream);
  stream->stream = id;
  stream->entries = batches.items;
  stream->n_entries = batches.count;
  history->streams[history->n_streams++] = stream;
  return PAT_OK;
}

static pat_status read_streams(asset_run *run, Patina__AssetHistory *history) {
  const Patina__AssetRecord *record = run->asset.record;
  history->streams =
      pat_arena_take_array(&run->memory.arena, record->n_streams, sizeof(history->streams[0]));
  PAT_REQUIRE(history->streams != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < record->n_streams; i++) {
    PAT_TRY(read_stream(run, record->streams[i], history));
  }
  pat_sort_pointers((const void **)history->streams, history->n_streams, by_stream);
  return PAT_OK;
}

static pat_status fill_history(asset_run *run, Patina__AssetHistory *history) {
  pat_api_identifiers identifiers = {0};
  history->asset = binary(run->asset.id, sizeof(run->asset.id));
  history->schema = run->asset.schema;
  history->policy = (Patina__Policy *)(uintptr_t)run->api->port->policy(run->api->port->context);
  history_entries entries = {0};
  uint64_t total = 0;
  PAT_TRY(read_history(run, &run->asset.subject, 0, &entries, &total));
  PAT_REQUIRE(total > 0, API_ASSET_NOT_FOUND);
  history->entries = entries.items;
  history->n_entries = entries.count;
  PAT_TRY(pat_api_asset_identifiers(run->api, &run->asset, run->head.size, &run->memory.arena,
                                    &identifiers));
  history->identifiers = identifiers.items;
  history->n_identifiers = identifiers.count;
  PAT_TRY(read_streams(run, history));
  return pat_api_compromised_give(&run->compromised, &run->memory.arena, history);
}

/* What is recorded was checked when it was recorded: where the fold refuses it, the store is
 * wrong. */
static pat_status as_stored(pat_status status) {
  if (pat_is_ok(status) || pat_is_rule(status, PAT_RULE_LIMIT_MEMORY)) return status;
  PAT_LOG(PAT_LOG_ERROR, "api.fold", pat_log_rule(status));
  return pat_refuse(PAT_RULE_STORE_CORRUPT);
}

static pat_status fold(asset_run *run, const pat_api_request *request, pat_err *reterr) {
  PAT_TRY(pat_api_memory_init(&run->memory, FOLD_MEMORY_BYTES));
  PAT_TRY(pat_api_head(run->api, &run->head));
  PAT_TRY(pat_api_asset_find(run->api, request, &run->memory.arena, &run->asset, reterr));
  PAT_TRY(pat_api_note(run->api, run->head.size, &run->memory.arena, &run->note));
  Patina__AssetHistory history = PATINA__ASSET_HISTORY__INIT;
  run->entries_left = PAT_API_FOLD_ENTRIES_MAX;
  PAT_TRY(fill_history(run, &history));
  return as_stored(pat_fold(&history, &run->memory.arena, &run->state, NULL));
}

pat_status pat_api_asset_get(pat_api *api, const pat_api_request *request,
                             pat_api_response *ret_response, pat_err *reterr) {
  PAT_CLEANUP(clear_run) asset_run run = {.api = api};
  PAT_TRY(fold(&run, request, reterr));
  Patina__AssetView view = PATINA__ASSET_VIEW__INIT;
  view.checkpoint = run.note;
  view.state = run.state;
  view.schema = run.asset.schema;
  ret_response->status = 200;
  return pat_api_give_message(request, &view.base, ret_response);
}

pat_status pat_api_findings_get(pat_api *api, const pat_api_request *request,
                                pat_api_response *ret_response, pat_err *reterr) {
  PAT_CLEANUP(clear_run) asset_run run = {.api = api};
  PAT_TRY(fold(&run, request, reterr));
  Patina__FindingsView view = PATINA__FINDINGS_VIEW__INIT;
  view.checkpoint = run.note;
  view.asset = binary(run.asset.id, sizeof(run.asset.id));
  view.findings = run.state->findings;
  view.n_findings = run.state->n_findings;
  ret_response->status = 200;
  return pat_api_give_message(request, &view.base, ret_response);
}
