/* GET /v1/principals/{id}: its own key and standing events, with the name where it is disclosed. */
#include "core/bytes/protobuf.h"
#include "core/bytes/text.h"
#include "core/model/statement.h"
#include "server/api/handlers.h"
#include "server/api/proven.h"

enum { MEMORY_BYTES = 64 * 1024 * 1024 };

/* The text of the disclosure "name" of the statement that enrolled the principal; "" without. */
static pat_status name_of(const Patina__HistoryEntry *enrolment, pat_arena *arena,
                          char **ret_name) {
  for (size_t i = 0; i < enrolment->n_disclosures; i++) {
    ProtobufCBinaryData bytes = enrolment->disclosures[i]->disclosure;
    ProtobufCMessage *message = NULL;
    PAT_TRY(pat_api_decode_stored(pat_span_make(bytes.data, bytes.len),
                                  &patina__disclosure__descriptor, arena, &message));
    const Patina__Disclosure *disclosure = (const Patina__Disclosure *)message;
    if (!pat_span_equal(pat_span_text(disclosure->name), PAT_SPAN_LITERAL("name"))) continue;
    if (disclosure->value == NULL) continue;
    if (disclosure->value->value_case != PATINA__VALUE__VALUE_TEXT) continue;
    *ret_name = disclosure->value->text;
  }
  return PAT_OK;
}

static pat_status read_type(const pat_api *api, pat_span id, pat_arena *arena,
                            Patina__PrincipalType *ret_type) {
  ProtobufCMessage *message = NULL;
  pat_api_record record = {'P', id, &patina__principal_record__descriptor};
  PAT_TRY(pat_api_not_found_as(pat_api_state(api, record, arena, &message),
                               PAT_RULE_API_PRINCIPAL_NOT_FOUND));
  *ret_type = ((const Patina__PrincipalRecord *)message)->type;
  return PAT_OK;
}

pat_status pat_api_principal_get(pat_api *api, const pat_api_request *request,
                                 pat_api_response *ret_response, pat_err *reterr) {
  (void)reterr;
  uint8_t id[PAT_HASH_BYTES];
  bool is_hex = pat_is_ok(pat_hex_decode(request->path_values[0], id, sizeof(id)));
  PAT_REQUIRE(is_hex, API_PRINCIPAL_NOT_FOUND);
  PAT_CLEANUP(pat_api_memory_clear) pat_api_memory memory = {0};
  PAT_TRY(pat_api_memory_init(&memory, MEMORY_BYTES));
  pat_port_head head = {0};
  Patina__PrincipalView view = PATINA__PRINCIPAL_VIEW__INIT;
  PAT_TRY(pat_api_head(api, &head));
  PAT_TRY(read_type(api, PAT_SPAN_OF(id), &memory.arena, &view.type));
  pat_api_range range = {.subject = pat_subject_key(PAT_SUBJECT_PRINCIPAL, PAT_SPAN_OF(id)),
                         .size = head.size,
                         .limit = PAT_API_PAGE_MAX,
                         .with_proofs = true};
  pat_api_entries entries = {0};
  PAT_TRY(pat_api_proven_read(api, &range, &memory.arena, &entries));
  PAT_REQUIRE(entries.count > 0, API_PRINCIPAL_NOT_FOUND);
  PAT_TRY(name_of(entries.items[0]->entry, &memory.arena, &view.name));
  PAT_TRY(pat_api_note(api, head.size, &memory.arena, &view.checkpoint));
  view.principal = (ProtobufCBinaryData){.len = sizeof(id), .data = id};
  view.entries = entries.items;
  view.n_entries = entries.count;
  ret_response->status = 200;
  ret_response->cache = PAT_API_CACHE_REVALIDATE;
  return pat_api_give_message(request, &view.base, ret_response);
}
