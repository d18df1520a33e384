/* GET /v1/entries/{n}: a leaf and its inclusion path. Public bytes alone: whoever counts through
 * the log learns no skeleton and no disclosure. */
#include "core/bytes/text.h"
#include "proto/api.pb-c.h"
#include "server/api/handlers.h"
#include "server/api/support.h"

enum { MEMORY_BYTES = 512 * 1024 };

static pat_status fill(const pat_api *api, uint64_t index, pat_arena *arena,
                       Patina__EntryView *view) {
  pat_port_head head = {0};
  PAT_TRY(pat_api_head(api, &head));
  PAT_REQUIRE(index < head.size, API_ENTRY_NOT_FOUND);
  PAT_CLEANUP(pat_blob_clear) pat_blob leaf = {0};
  PAT_TRY(api->port->leaf(api->port->context, index, &leaf));
  PAT_TRY(pat_api_keep(arena, pat_blob_span(leaf), &view->leaf));
  pat_port_path *path = pat_arena_take(arena, sizeof(*path));
  PAT_REQUIRE(path != NULL, LIMIT_MEMORY);
  PAT_TRY(api->port->inclusion(api->port->context, &index, 1, head.size, path));
  view->inclusion = pat_arena_take_array(arena, path->count, sizeof(view->inclusion[0]));
  PAT_REQUIRE(view->inclusion != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < path->count; i++) {
    view->inclusion[i] =
        (ProtobufCBinaryData){.len = PAT_HASH_BYTES, .data = path->hashes[i].bytes};
  }
  view->n_inclusion = path->count;
  view->index = index;
  return pat_api_note(api, head.size, arena, &view->checkpoint);
}

pat_status pat_api_entry_get(pat_api *api, const pat_api_request *request,
                             pat_api_response *ret_response, pat_err *reterr) {
  (void)reterr;
  uint64_t index = 0;
  bool is_number = pat_is_ok(pat_text_u64(request->path_values[0], &index));
  PAT_REQUIRE(is_number, API_ENTRY_NOT_FOUND);
  PAT_CLEANUP(pat_api_memory_clear) pat_api_memory memory = {0};
  PAT_TRY(pat_api_memory_init(&memory, MEMORY_BYTES));
  Patina__EntryView view = PATINA__ENTRY_VIEW__INIT;
  PAT_TRY(fill(api, index, &memory.arena, &view));
  ret_response->status = 200;
  ret_response->cache = PAT_API_CACHE_REVALIDATE;
  return pat_api_give_message(request, &view.base, ret_response);
}
