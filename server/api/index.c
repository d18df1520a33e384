/* GET /v1/index/{key}: what the verifiable index says of one subject, as a receipt of the trailing
 * commit whose extra bytes prove the rest from it. */
#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "core/bytes/text.h"
#include "core/index/proof.h"
#include "core/note/proof_file.h"
#include "server/api/bundle.h"
#include "server/api/handlers.h"

enum { MEMORY_BYTES = 1024 * 1024, PLACES_AT_ONCE = 500 };

/* One answer while it is put together. */
typedef struct {
  const pat_api *api;
  pat_api_memory memory;
  pat_hash key;
  uint64_t from;
  pat_port_view *view;
  Patina__SubjectProof subject;
  pat_tlog_range before; /* of the entries before the first one listed */
  pat_blob commit;
} index_run;

static void clear_run(index_run *run) {
  if (run->view != NULL) run->api->port->release(run->view);
  pat_blob_clear(&run->commit);
  pat_api_memory_clear(&run->memory);
}

static ProtobufCBinaryData hash_field(pat_hash *hash) {
  return (ProtobufCBinaryData){.len = sizeof(hash->bytes), .data = hash->bytes};
}

/* --- the request ----------------------------------------------------------------------------- */

static pat_status read_request(index_run *run, const pat_api_request *request, pat_err *reterr) {
  pat_span text = request->path_values[0];
  bool is_key = pat_is_ok(pat_hex_decode(text, run->key.bytes, sizeof(run->key.bytes)));
  PAT_REQUIRE(is_key, API_SUBJECT_KEY);
  pat_api_number parameter = {"from", 0, PAT_TLOG_SIZE_MAX};
  return pat_api_query_number(request, parameter, &run->from, reterr);
}

/* --- the subject ----------------------------------------------------------------------------- */

static pat_status prove(index_run *run, pat_err *reterr) {
  const pat_ledger_port *port = run->api->port;
  pat_arena *arena = &run->memory.arena;
  uint8_t room[PAT_INDEX_PROOF_BYTES_MAX];
  pat_builder builder;
  pat_span path = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, room, sizeof(room));
  bool present = false;
  pat_index_value value = {.count = 0};
  PAT_TRY(port->view(port->context, &run->key, 1, &run->view));
  PAT_TRY(port->prove(run->view, 0, &builder, &present, &value));
  PAT_TRY(pat_builder_finish(&builder, &path));
  patina__subject_proof__init(&run->subject);
  run->subject.key = hash_field(&run->key);
  PAT_TRY(pat_api_keep(arena, path, &run->subject.path));
  if (present) {
    run->subject.count = value.count;
    PAT_TRY(pat_api_keep(arena, pat_hash_span(&value.root), &run->subject.root));
  }
  PAT_REQUIRE_AT(run->from <= run->subject.count, API_QUERY, reterr, 0, "from");
  run->subject.from = run->from;
  return PAT_OK;
}

static pat_status read_places(const index_run *run, uint64_t from, size_t limit,
                              pat_port_subject_entry *ret_places) {
  const pat_ledger_port *port = run->view->port;
  size_t count = 0;
  PAT_TRY(port->subject(port->context, &run->key, from, limit, ret_places, &count));
  PAT_REQUIRE(count == limit, STORE_CORRUPT);
  return PAT_OK;
}

/* The compact range of what stands before the page: of each page it leads to the subject's root. */
static pat_status read_before(index_run *run, pat_port_subject_entry *places) {
  pat_tlog_range_init(&run->before);
  while (run->before.size < run->from) {
    uint64_t left = run->from - run->before.size;
    size_t count = left < PLACES_AT_ONCE ? (size_t)left : PLACES_AT_ONCE;
    PAT_TRY(read_places(run, run->before.size, count, places));
    for (size_t i = 0; i < count; i++) {
      PAT_TRY(pat_index_sublog_append(&run->before, places[i].index, &places[i].leaf_hash));
    }
  }
  size_t peaks = pat_tlog_peak_count(run->before.size);
  run->subject.peaks =
      pat_arena_take_array(&run->memory.arena, peaks, sizeof(run->subject.peaks[0]));
  PAT_REQUIRE(run->subject.peaks != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < peaks; i++)
    run->subject.peaks[i] = hash_field(&run->before.peaks[i]);
  run->subject.n_peaks = peaks;
  return PAT_OK;
}

static pat_status read_page(index_run *run) {
  PAT_STATIC_ASSERT(PLACES_AT_ONCE <= PAT_INDEX_PAGE_MAX, "places are read a page at a time");
  pat_arena *arena = &run->memory.arena;
  pat_port_subject_entry *places = pat_arena_take_array(arena, PAT_INDEX_PAGE_MAX, sizeof(*places));
  PAT_REQUIRE(places != NULL, LIMIT_MEMORY);
  PAT_TRY(read_before(run, places));
  uint64_t left = run->subject.count - run->from;
  size_t count = left < PAT_INDEX_PAGE_MAX ? (size_t)left : PAT_INDEX_PAGE_MAX;
  PAT_TRY(read_places(run, run->from, count, places));
  return pat_api_bundle__places(places, count, arena, &run->subject);
}

/* --- the receipt ----------------------------------------------------------------------------- */

/* A full page fits beside the longest path (256 steps of a bit and a hash) and the peaks of 2^22
 * entries, or beside a path of 2^64 keys and the peaks of any count. */
static pat_status encode_extra(index_run *run, pat_span *ret_extra) {
  enum { ENTRY_BYTES = 46, HASH_FIELD_BYTES = 34, COMMIT_BYTES = 256, PATH_STEPS = 64 };
  PAT_STATIC_ASSERT(PAT_INDEX_PAGE_MAX * ENTRY_BYTES + PATH_STEPS * HASH_FIELD_BYTES +
                            PAT_TLOG_PEAKS_MAX * HASH_FIELD_BYTES + COMMIT_BYTES <=
                        PAT_TLOG_PROOF_EXTRA_BYTES_MAX,
                    "a page fits into the file");
  Patina__IndexExtra extra = PATINA__INDEX_EXTRA__INIT;
  extra.commit = (ProtobufCBinaryData){.len = run->commit.size, .data = run->commit.data};
  extra.subject = &run->subject;
  size_t size = 0;
  PAT_TRY(pat_protobuf_size(&extra.base, &size));
  PAT_REQUIRE(size <= PAT_TLOG_PROOF_EXTRA_BYTES_MAX, INTERNAL);
  uint8_t *bytes = pat_arena_take(&run->memory.arena, size);
  PAT_REQUIRE(bytes != NULL, LIMIT_MEMORY);
  pat_builder builder;
  pat_builder_init(&builder, bytes, size);
  PAT_TRY(pat_protobuf_encode(&extra.base, &builder));
  return pat_builder_finish(&builder, ret_extra);
}

static pat_status make_file(index_run *run, pat_proof_file *file, pat_blob *note) {
  const pat_ledger_port *port = run->view->port;
  uint64_t size = run->view->head.size;
  *file = (pat_proof_file){.index = size - 1};
  PAT_TRY(port->leaf(port->context, file->index, &run->commit));
  pat_port_path path;
  PAT_TRY(port->inclusion(port->context, &file->index, 1, size, &path));
  file->proof.count = path.count;
  for (size_t i = 0; i < path.count; i++)
    file->proof.hashes[i] = path.hashes[i];
  PAT_TRY(port->checkpoint(port->context, size, note));
  file->checkpoint = pat_blob_span(*note);
  return encode_extra(run, &file->extra);
}

static pat_status write_file(const pat_proof_file *file, pat_blob *ret_body) {
  pat_builder counter;
  pat_builder_init(&counter, NULL, PAT_TLOG_PROOF_BYTES_MAX);
  pat_proof_file_encode(file, &counter);
  PAT_CLEANUP(pat_blob_clear) pat_blob body = {0};
  PAT_TRY(pat_blob_init(pat_builder_size(&counter), &body));
  pat_builder builder;
  pat_span written = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, body.data, body.size);
  pat_proof_file_encode(file, &builder);
  PAT_TRY(pat_builder_finish(&builder, &written));
  PAT_ASSERT(written.size == body.size);
  *ret_body = pat_blob_take(&body);
  return PAT_OK;
}

pat_status pat_api_index_get(pat_api *api, const pat_api_request *request,
                             pat_api_response *ret_response, pat_err *reterr) {
  PAT_CLEANUP(clear_run) index_run run = {.api = api};
  PAT_TRY(read_request(&run, request, reterr));
  PAT_TRY(pat_api_memory_init(&run.memory, MEMORY_BYTES));
  PAT_TRY(prove(&run, reterr));
  PAT_TRY(read_page(&run));
  PAT_CLEANUP(pat_blob_clear) pat_blob note = {0};
  pat_proof_file file;
  PAT_TRY(make_file(&run, &file, &note));
  PAT_TRY(write_file(&file, &ret_response->body));
  ret_response->status = 200;
  ret_response->media = PAT_API_MEDIA_TEXT;
  ret_response->cache = PAT_API_CACHE_REVALIDATE;
  return PAT_OK;
}
