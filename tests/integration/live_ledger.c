#include "tests/integration/live_ledger.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/bytes/protobuf.h"
#include "core/envelope/entry.h"
#include "core/ledger/ledger.h"
#include "core/note/proof_file.h"
#include "core/tlog/hash.h"
#include "server/main/ledger_open.h"
#include "server/sys/mem.h"
#include "tests/support/ledger_catalog.h"

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

/* --- HTTP ------------------------------------------------------------------------------------ */

static size_t take_body(char *bytes, size_t size, size_t count, void *context) {
  live_answer *answer = context;
  size_t taken = size * count;
  uint8_t *grown = pat_mem_resize(answer->body.data, answer->body.size + taken + 1, 1);
  if (grown == NULL) return 0;
  memcpy(grown + answer->body.size, bytes, taken);
  answer->body.data = grown;
  answer->body.size += taken;
  grown[answer->body.size] = 0;
  return taken;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *context) {
  live_answer *answer = context;
  size_t used = strlen(answer->headers);
  size_t room = sizeof answer->headers - 1 - used;
  size_t taken = size * count;
  memcpy(answer->headers + used, bytes, taken < room ? taken : room);
  return taken;
}

static struct curl_slist *add_field(struct curl_slist *list, const char *name, const char *value) {
  char line[512];
  (void)snprintf(line, sizeof line, "%s: %s", name, value);
  return curl_slist_append(list, line);
}

static struct curl_slist *fields_of(const live_request *request) {
  struct curl_slist *fields = curl_slist_append(NULL, "Expect:");
  if (request->accept != NULL) fields = add_field(fields, "Accept", request->accept);
  if (request->type != NULL) fields = add_field(fields, "Content-Type", request->type);
  if (request->header != NULL) fields = curl_slist_append(fields, request->header);
  return fields;
}

live_answer live_ask(const live_ledger *live, live_request request) {
  live_answer answer = {.status = 0};
  char url[1024];
  unsigned port = request.admin ? live->process.admin_port : live->process.port;
  (void)snprintf(url, sizeof url, "http://127.0.0.1:%u%s", port, request.path);
  CURL *curl = curl_easy_init();
  struct curl_slist *fields = fields_of(&request);
  (void)curl_easy_setopt(curl, CURLOPT_URL, url);
  (void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
  (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
  (void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
  (void)curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
  (void)curl_easy_setopt(curl, CURLOPT_HEADERDATA, &answer);
  (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT, 60L);
  (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  if (request.type != NULL) {
    (void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, (const char *)request.body.data);
    (void)curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)request.body.size);
  }
  if (request.method != NULL) (void)curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method);
  bool answered = curl_easy_perform(curl) == CURLE_OK;
  if (answered) (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
  curl_slist_free_all(fields);
  curl_easy_cleanup(curl);
  return answer;
}

void live_answer_clear(live_answer *answer) { pat_blob_clear(&answer->body); }

bool live_has_header(const live_answer *answer, const char *line) {
  return strcasestr(answer->headers, line) != NULL;
}

bool live_body_has(const live_answer *answer, const void *bytes, size_t size) {
  if (answer->body.size < size) return false;
  return memmem(answer->body.data, answer->body.size, bytes, size) != NULL;
}

static void *decode(live_ledger *live, pat_span bytes,
                    const ProtobufCMessageDescriptor *descriptor) {
  uint8_t *copy = ledger_take(live->world, bytes.size + 1);
  if (bytes.size > 0) memcpy(copy, bytes.data, bytes.size);
  ProtobufCMessage *message = NULL;
  pat_err err = {.offset = 0};
  pat_status status = pat_protobuf_decode(descriptor, pat_span_make(copy, bytes.size),
                                          &live->world->memory, 0, &message, &err);
  if (!pat_is_ok(status)) {
    fail_msg("%s: %s at %s", descriptor->name, pat_rule_id((pat_rule)status.rule), err.place);
  }
  return message;
}

static void assert_status(const live_answer *answer, const char *path, long expected) {
  if (answer->status == expected) return;
  fail_msg("%s: status %ld: %.*s", path, answer->status, (int)answer->body.size,
           answer->body.data == NULL ? "" : (const char *)answer->body.data);
}

void *live_get(live_ledger *live, const char *path, const ProtobufCMessageDescriptor *descriptor) {
  live_answer answer = live_ask(live, (live_request){.path = path, .accept = LIVE_PROTOBUF});
  assert_status(&answer, path, 200);
  void *message = decode(live, pat_blob_span(answer.body), descriptor);
  live_answer_clear(&answer);
  return message;
}

/* --- submitting ------------------------------------------------------------------------------ */

pat_span live_encode(live_ledger *live, const ProtobufCMessage *message) {
  size_t size = 0;
  assert_ok(pat_protobuf_size(message, &size));
  pat_builder builder;
  pat_builder_init(&builder, ledger_take(live->world, size + 1), size);
  assert_ok(pat_protobuf_encode(message, &builder));
  pat_span bytes;
  assert_ok(pat_builder_finish(&builder, &bytes));
  return bytes;
}

pat_span live_submission(live_ledger *live, Patina__SignedStatement *const *envelopes,
                         size_t count) {
  Patina__SubmitRequest request = PATINA__SUBMIT_REQUEST__INIT;
  request.n_statements = count;
  request.statements = (Patina__SignedStatement **)(uintptr_t)envelopes;
  return live_encode(live, &request.base);
}

Patina__SubmitResponse *live_submit(live_ledger *live, Patina__SignedStatement *const *envelopes,
                                    size_t count, long expected_status) {
  live_request request = {.path = "/v1/statements",
                          .accept = LIVE_PROTOBUF,
                          .type = LIVE_PROTOBUF,
                          .body = live_submission(live, envelopes, count)};
  live_answer answer = live_ask(live, request);
  assert_status(&answer, request.path, expected_status);
  Patina__SubmitResponse *response =
      decode(live, pat_blob_span(answer.body), &patina__submit_response__descriptor);
  live_answer_clear(&answer);
  assert_int_equal(response->n_results, count);
  return response;
}

uint64_t live_accept(live_ledger *live, ledger_draft *draft) {
  Patina__SignedStatement *envelope = ledger_seal(draft, NULL);
  Patina__SubmitResponse *response = live_submit(live, &envelope, 1, 201);
  (void)live_verify_receipt(live, response->results[0]);
  return response->results[0]->index;
}

/* --- verifying ------------------------------------------------------------------------------- */

pat_tlog_head live_checkpoint(const live_ledger *live, const char *note) {
  pat_policy_verdict verdict;
  assert_ok(
      pat_policy_judge(&live->policy, pat_span_text(note), PAT_CHECKPOINT_STRICT, &verdict, NULL));
  return verdict.checkpoint.head;
}

pat_tlog_head live_verify_receipt(live_ledger *live, const Patina__SubmitResult *result) {
  pat_proof_file file;
  assert_ok(
      pat_proof_file_decode(pat_span_text(result->receipt), &live->world->memory, &file, NULL));
  assert_int_equal(file.index, result->index);
  pat_hash leaf = pat_tlog_leaf_hash(span_of(result->leaf));
  pat_policy_verdict verdict;
  assert_ok(pat_proof_file_verify(&file, &leaf, &live->policy, &verdict, NULL));
  return verdict.checkpoint.head;
}

static void verify_statement(live_ledger *live, const Patina__ProvenEntry *proven,
                             const Patina__Entry *entry) {
  pat_statement statement;
  assert_ok(pat_statement_decode(span_of(proven->entry->statement), &live->world->memory,
                                 &statement, NULL));
  pat_hash principals[PAT_STATEMENT_SIGNERS_MAX];
  pat_span public_keys[PAT_STATEMENT_SIGNERS_MAX];
  assert_true(proven->n_signatures <= PAT_STATEMENT_SIGNERS_MAX);
  for (size_t i = 0; i < proven->n_signatures; i++) {
    assert_int_equal(proven->signatures[i]->principal.len, PAT_HASH_BYTES);
    memcpy(principals[i].bytes, proven->signatures[i]->principal.data, PAT_HASH_BYTES);
    public_keys[i] = span_of(proven->signatures[i]->public_key);
  }
  assert_ok(
      pat_entry_check(live->world->origin.text, entry, &statement, principals, public_keys, NULL));
}

void live_verify_entry(live_ledger *live, const Patina__ProvenEntry *proven, pat_tlog_head head) {
  pat_hash leaf = pat_tlog_leaf_hash(span_of(proven->leaf));
  pat_hash path[PAT_PROOF_HASHES_MAX];
  assert_true(proven->n_inclusion <= PAT_PROOF_HASHES_MAX);
  for (size_t i = 0; i < proven->n_inclusion; i++)
    memcpy(path[i].bytes, proven->inclusion[i].data, PAT_HASH_BYTES);
  pat_tlog_hashes hashes = {.items = path, .count = proven->n_inclusion};
  assert_ok(pat_tlog_inclusion_verify(proven->entry->index, head.size, &leaf, hashes, &head.root));
  Patina__LogEntry *entry = NULL;
  assert_ok(pat_entry_decode(span_of(proven->leaf), &live->world->memory, &entry, NULL));
  assert_int_equal(entry->entry_case, PATINA__LOG_ENTRY__ENTRY_STATEMENT);
  assert_int_equal(entry->statement->logged_at_ms, proven->entry->logged_at_ms);
  if (proven->entry->statement.len > 0) verify_statement(live, proven, entry->statement);
}

/* --- opening --------------------------------------------------------------------------------- */

static void run_init(live_ledger *live) {
  main_files *files = live->files;
  char directory[TEMP_DIRECTORY_PATH_MAX + 16];
  char policy[TEMP_DIRECTORY_PATH_MAX + 16];
  (void)snprintf(directory, sizeof directory, "--directory=%s", files->ledger);
  (void)snprintf(policy, sizeof policy, "--policy-file=%s", files->policy);
  char *arguments[] = {(char *)"init",
                       directory,
                       policy,
                       (char *)"--prefix",
                       (char *)"test.example/log",
                       (char *)"--root-key",
                       files->roots[0],
                       (char *)"--root-key",
                       files->roots[1],
                       (char *)"--root-key",
                       files->roots[2],
                       (char *)"--root-threshold=2",
                       NULL};
  assert_int_equal(server_process_run(arguments, main_path(files->directory.path, "log")), 0);
}

void live_start(live_ledger *live) {
  int code = 0;
  bool started = server_process_start(&live->process, live->files->ledger,
                                      main_path(live->files->directory.path, "log"), &code);
  if (!started) fail_msg("patinad ended with %d; see its log", code);
}

/* The world signs for this log from now on. */
static void join_log(live_ledger *live) {
  ledger_world *world = live->world;
  assert_ok(pat_origin_read(live->files->ledger, &world->origin, NULL));
  assert_ok(pat_file_read(main_path(live->files->ledger, "policy.txt"), 64 * 1024,
                          &live->policy_text, NULL));
  assert_ok(pat_policy_parse(pat_blob_span(live->policy_text), &live->policy, NULL));
  Patina__EntryView *view = live_get(live, "/v1/entries/0", &patina__entry_view__descriptor);
  assert_ok(pat_ledger_genesis(span_of(view->leaf), world->origin.text, &world->memory,
                               &live->genesis, NULL));
  Patina__LogEntry *entry = NULL;
  assert_ok(pat_entry_decode(span_of(view->leaf), &world->memory, &entry, NULL));
  for (int i = ROOT_A; i <= ROOT_C; i++)
    memcpy(world->actors[i].principal.bytes, entry->statement->statement_sha256.data,
           PAT_HASH_BYTES);
  world->now_ms = pat_env_now_ms(pat_env_system());
  /* Nonces of another run of the same world would be the same. */
  pat_env_random_bytes(pat_env_system(), (uint8_t *)&world->counter, sizeof world->counter);
}

static Patina__AssetClass *class_with_a_secret(ledger_world *world) {
  Patina__AssetClass *schema = ledger_class_vehicle(&world->memory);
  for (size_t i = 0; i < schema->n_attributes; i++) {
    if (strcmp(schema->attributes[i]->name, "tags") != 0) continue;
    schema->attributes[i]->visibility = PATINA__VISIBILITY__VISIBILITY_RESTRICTED;
  }
  return schema;
}

typedef struct {
  Patina__SignedStatement *items[32];
  size_t count;
} envelope_list;

static void add(envelope_list *list, ledger_draft draft) {
  list->items[list->count++] = ledger_seal(&draft, NULL);
}

static void add_catalog(ledger_world *world, envelope_list *list) {
  ledger_draft draft = ledger_by_root(world);
  ledger_publish_class(&draft, class_with_a_secret(world));
  add(list, draft);
  Patina__IdentifierScheme *schemes[] = {ledger_scheme_chassis(&world->memory),
                                         ledger_scheme_vin(&world->memory)};
  for (size_t i = 0; i < 2; i++) {
    draft = ledger_by_root(world);
    ledger_publish_scheme(&draft, schemes[i]);
    add(list, draft);
  }
}

static void add_grant(ledger_world *world, envelope_list *list, ledger_actor_id who,
                      const char *role) {
  ledger_draft draft = ledger_by_root(world);
  (void)ledger_grant(&draft, who, role, NULL);
  add(list, draft);
}

static void populate(live_ledger *live) {
  ledger_world *world = live->world;
  envelope_list list = {.count = 0};
  add_catalog(world, &list);
  for (ledger_actor_id who = REGISTRAR; who <= KEEPER; who++) {
    ledger_draft draft = ledger_by(world, who);
    (void)ledger_enrol(&draft, who);
    add(&list, draft);
  }
  add_grant(world, &list, REGISTRAR, "registrar");
  add_grant(world, &list, INSPECTOR, "inspector");
  add_grant(world, &list, INSTALLER, "installer");
  Patina__SubmitResponse *response = live_submit(live, list.items, list.count, 200);
  for (size_t i = 0; i < list.count; i++) {
    const Patina__SubmitResult *result = response->results[i];
    if (result->outcome != PATINA__OUTCOME__OUTCOME_ACCEPTED) {
      fail_msg("statement %zu: %s", i, result->problem == NULL ? "?" : result->problem->rule);
    }
    (void)live_verify_receipt(live, result);
  }
}

void live_register_secret(live_ledger *live) {
  ledger_world *world = live->world;
  ledger_said said[] = {{"make", SAID_OPEN, ledger_text(world, "Saab")}};
  ledger_draft draft = ledger_by(world, REGISTRAR);
  (void)ledger_register(&draft, 1, LEDGER_SAID(said));
  (void)live_accept(live, &draft);
  ledger_said changed[] = {{"colour", SAID_SLOT, ledger_text(world, LIVE_PUBLIC_TEXT)},
                           {"tags", SAID_SLOT, ledger_text(world, LIVE_SECRET)}};
  draft = ledger_by(world, REGISTRAR);
  (void)ledger_change(&draft, 1, LEDGER_SAID(changed));
  (void)live_accept(live, &draft);
  draft = ledger_by(world, REGISTRAR);
  (void)ledger_assign(&draft, 1, (ledger_serial){"vin", 1, "", LIVE_SECRET_VIN});
  (void)live_accept(live, &draft);
  ledger_said found[] = {{"result", SAID_OPEN, ledger_text(world, "good")}};
  draft = ledger_by(world, INSPECTOR);
  (void)ledger_attest(&draft, 1, LEDGER_SAID(found));
  (void)live_accept(live, &draft);
}

int live_setup(void **state) {
  live_ledger *live = pat_mem_new(sizeof *live);
  live->files = main_files_make();
  live->world = live->files->world;
  run_init(live);
  live_start(live);
  join_log(live);
  populate(live);
  *state = live;
  return 0;
}

int live_teardown(void **state) {
  live_ledger *live = *state;
  server_process_kill(&live->process);
  pat_blob_clear(&live->policy_text);
  main_files_remove(live->files);
  pat_mem_free(live);
  return 0;
}
