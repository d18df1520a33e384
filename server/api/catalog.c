/* GET /v1/classes/{name} and /v1/schemes/{name}: one published version, by default the latest, with
 * the entry that published it. Version n is entry n - 1 of the name's own sub-log. */
#include "core/model/statement.h"
#include "server/api/handlers.h"
#include "server/api/proven.h"

enum { MEMORY_BYTES = 4 * 1024 * 1024, VERSION_KEY_BYTES = PAT_NAME_BYTES_MAX + 1 + 4 };

/* What tells classes from schemes. */
typedef struct {
  pat_subject_kind subject;
  char version_prefix; /* STATE: name 0x00 u32be version -> message */
  const ProtobufCMessageDescriptor *descriptor;
  pat_rule not_found;
} catalog;

static const catalog classes = {PAT_SUBJECT_CLASS, 'c', &patina__asset_class__descriptor,
                                PAT_RULE_API_CLASS_NOT_FOUND};
static const catalog schemes = {PAT_SUBJECT_SCHEME, 's', &patina__identifier_scheme__descriptor,
                                PAT_RULE_API_SCHEME_NOT_FOUND};

typedef struct {
  pat_api_memory memory;
  ProtobufCMessage *published;
  Patina__ProvenEntry *entry;
  char *note;
} catalog_run;

static void clear_run(catalog_run *run) { pat_api_memory_clear(&run->memory); }

static pat_status read_version(const pat_api *api, const catalog *of, pat_span name,
                               uint32_t version, catalog_run *run) {
  uint8_t key[VERSION_KEY_BYTES];
  pat_builder builder;
  pat_span id = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, key, sizeof(key));
  pat_builder_span(&builder, name);
  pat_builder_u8(&builder, 0);
  pat_builder_u32be(&builder, version);
  if (!pat_is_ok(pat_builder_finish(&builder, &id))) return pat_refuse(of->not_found);
  pat_api_record record = {of->version_prefix, id, of->descriptor};
  pat_status status = pat_api_state(api, record, &run->memory.arena, &run->published);
  return pat_api_not_found_as(status, of->not_found);
}

static pat_status read_entry(const pat_api *api, const pat_api_range *range, const catalog *of,
                             catalog_run *run) {
  pat_api_entries entries = {0};
  PAT_TRY(pat_api_proven_read(api, range, &run->memory.arena, &entries));
  if (entries.count == 0) return pat_refuse(of->not_found);
  run->entry = entries.items[0];
  return PAT_OK;
}

static pat_status read_published(const pat_api *api, const pat_api_request *request,
                                 const catalog *of, catalog_run *run, pat_err *reterr) {
  PAT_TRY(pat_api_memory_init(&run->memory, MEMORY_BYTES));
  pat_span name = request->path_values[0];
  pat_port_head head = {0};
  PAT_TRY(pat_api_head(api, &head));
  pat_api_range range = {.subject = pat_subject_key(of->subject, name),
                         .size = head.size,
                         .limit = 1,
                         .with_proofs = true};
  uint64_t version = 0;
  PAT_TRY(api->port->subject_count(api->port->context, &range.subject, head.size, &version));
  if (version == 0) return pat_refuse(of->not_found);
  pat_api_number parameter = {"version", 1, UINT32_MAX};
  PAT_TRY(pat_api_query_number(request, parameter, &version, reterr));
  range.from = version - 1;
  PAT_TRY(read_version(api, of, name, (uint32_t)version, run));
  PAT_TRY(read_entry(api, &range, of, run));
  return pat_api_note(api, head.size, &run->memory.arena, &run->note);
}

pat_status pat_api_class_get(pat_api *api, const pat_api_request *request,
                             pat_api_response *ret_response, pat_err *reterr) {
  PAT_CLEANUP(clear_run) catalog_run run = {0};
  PAT_TRY(read_published(api, request, &classes, &run, reterr));
  Patina__ClassView view = PATINA__CLASS_VIEW__INIT;
  view.checkpoint = run.note;
  view.schema = (Patina__AssetClass *)run.published;
  view.entry = run.entry;
  ret_response->status = 200;
  ret_response->cache = PAT_API_CACHE_REVALIDATE;
  return pat_api_give_message(request, &view.base, ret_response);
}

pat_status pat_api_scheme_get(pat_api *api, const pat_api_request *request,
                              pat_api_response *ret_response, pat_err *reterr) {
  PAT_CLEANUP(clear_run) catalog_run run = {0};
  PAT_TRY(read_published(api, request, &schemes, &run, reterr));
  Patina__SchemeView view = PATINA__SCHEME_VIEW__INIT;
  view.checkpoint = run.note;
  view.scheme = (Patina__IdentifierScheme *)run.published;
  view.entry = run.entry;
  ret_response->status = 200;
  ret_response->cache = PAT_API_CACHE_REVALIDATE;
  return pat_api_give_message(request, &view.base, ret_response);
}
