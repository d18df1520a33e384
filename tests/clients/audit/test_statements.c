/* patina log audit --statements: what a real server served is kept in a folder and served from
 * there, as it was or changed, so that each lie is one change. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/cli/audit/asset_list.h"
#include "clients/cli/audit/mirror.h"
#include "clients/cli/cli.h"
#include "core/bytes/protobuf.h"
#include "core/crypto/base32.h"
#include "server/sys/mem.h"
#include "tests/clients/audit/audit_server.h"
#include "tests/clients/cli/cli_run.h"
#include "tests/integration/bundle_ledger.h"

enum { FILES_MAX = 16, TEXT_MAX = 64 * 1024, MEMORY = 64 * 1024 * 1024 };

/* One answer of the real server. */
typedef struct {
  char path[128]; /* of the file, below the folder */
  pat_blob body;
} kept_file;

/* Of all tests. */
static live_ledger *live;
static kept_file kept[FILES_MAX];
static size_t kept_count;
static char exported[TEXT_MAX / 2]; /* what patinad assets printed */

/* Of one test. */
typedef struct {
  temp_directory directory;
  char served[TEMP_DIRECTORY_PATH_MAX];
  char mirror[TEMP_DIRECTORY_PATH_MAX];
  char home[TEMP_DIRECTORY_PATH_MAX];
  char policy[TEMP_DIRECTORY_PATH_MAX];
  char list[TEMP_DIRECTORY_PATH_MAX];
  char out[TEMP_DIRECTORY_PATH_MAX];
  char key[TEMP_DIRECTORY_PATH_MAX];
  audit_server server;
  pat_arena memory;
} scene;

static const char *id_of(uint8_t asset) {
  static char text[4][PAT_BASE32_ASSET_TEXT_BYTES];
  static size_t next;
  uint8_t id[PAT_ASSET_ID_BYTES];
  memset(id, asset, sizeof id);
  next = (next + 1) % 4;
  pat_base32_asset_encode(id, text[next]);
  return text[next];
}

/* --- what a real server says ----------------------------------------------------------------- */

static kept_file *keep(const char *path, const char *name, const char *accept) {
  live_answer answer = live_ask(live, (live_request){.path = path, .accept = accept});
  if (answer.status != 200) fail_msg("%s: status %ld", path, answer.status);
  assert_true(kept_count < FILES_MAX);
  kept_file *file = &kept[kept_count++];
  (void)snprintf(file->path, sizeof file->path, "%s", name);
  assert_ok(pat_blob_copy(pat_blob_span(answer.body), &file->body));
  live_answer_clear(&answer);
  return file;
}

static void keep_tile(const pat_tlog_tile *tile) {
  char path[PAT_TLOG_TILE_PATH_BYTES_MAX + 2] = "/";
  pat_builder builder;
  pat_builder_init(&builder, path + 1, PAT_TLOG_TILE_PATH_BYTES_MAX);
  pat_tlog_tile_path(tile, &builder);
  path[1 + pat_builder_size(&builder)] = '\0';
  (void)keep(path, path + 1, NULL);
}

static void keep_asset(uint8_t asset, bool recorded) {
  char path[128];
  char name[128];
  (void)snprintf(path, sizeof path, "/v1/assets/%s/bundle", id_of(asset));
  (void)keep(path, path + 1, "application/vnd.patina.bundle.v1+protobuf");
  if (!recorded) return;
  (void)snprintf(path, sizeof path, "/v1/assets/%s/findings", id_of(asset));
  (void)keep(path, path + 1, LIVE_PROTOBUF);
  (void)snprintf(path, sizeof path, "/v1/assets/%s", id_of(asset));
  (void)snprintf(name, sizeof name, "v1/assets/%s/view", id_of(asset));
  (void)keep(path, name, LIVE_PROTOBUF);
}

/* The list comes from the store, while it is not served. */
static void export_assets(void) {
  char log[TEMP_DIRECTORY_PATH_MAX];
  (void)temp_directory_join(&live->files->directory, "assets", log);
  char *const words[] = {(char *)"assets", (char *)"--directory", live->files->ledger, NULL};
  assert_int_equal(server_process_run(words, log), 1); /* it is served */
  assert_int_equal(server_process_stop(&live->process), 0);
  assert_int_equal(server_process_run(words, log), 0);
  FILE *file = fopen(log, "r");
  assert_non_null(file);
  /* Log lines stand between the ids here: the file takes standard error too. */
  char line[4096];
  while (fgets(line, sizeof line, file) != NULL) {
    size_t size = strlen(exported);
    if (strlen(line) == PAT_BASE32_ASSET_SYMBOLS + 1)
      (void)snprintf(exported + size, sizeof exported - size, "%s", line);
  }
  (void)fclose(file);
  live_start(live);
}

/* A number that both vehicles have: a finding of each. */
static void log_conflict(void) {
  ledger_draft draft = ledger_by(live->world, REGISTRAR);
  (void)ledger_assign(&draft, SECOND, (ledger_serial){"vin", 1, "", LIVE_SECRET_VIN});
  (void)bundle_ledger_log(live, &draft);
}

static int group_setup(void **state) {
  if (live_setup(state) != 0) return -1;
  live = *state;
  bundle_ledger_fill(live);
  log_conflict();
  export_assets();
  const kept_file *note = keep("/checkpoint", "checkpoint", NULL);
  char text[4096];
  (void)snprintf(text, sizeof text, "%.*s", (int)note->body.size, (const char *)note->body.data);
  size_t size = (size_t)live_checkpoint(live, text).size;
  assert_true(size < PAT_TLOG_TILE_WIDTH);
  keep_tile(&(pat_tlog_tile){.kind = PAT_TLOG_TILE_ENTRIES, .width = (uint16_t)size});
  keep_tile(&(pat_tlog_tile){.kind = PAT_TLOG_TILE_HASHES, .width = (uint16_t)size});
  keep_asset(FIRST, true);
  keep_asset(SECOND, true);
  keep_asset(ABSENT, false);
  return 0;
}

static int group_teardown(void **state) {
  for (size_t i = 0; i < kept_count; i++)
    pat_blob_clear(&kept[i].body);
  return live_teardown(state);
}

/* --- the scene ------------------------------------------------------------------------------- */

static void write_list(const scene *shown, const char *text) {
  FILE *file = fopen(shown->list, "w");
  assert_non_null(file);
  assert_true(fputs(text, file) >= 0);
  assert_int_equal(fclose(file), 0);
}

static int setup(void **state) {
  scene *shown = calloc(1, sizeof *shown);
  assert_non_null(shown);
  shown->directory = temp_directory_make();
  (void)temp_directory_join(&shown->directory, "served", shown->served);
  (void)temp_directory_join(&shown->directory, "mirror", shown->mirror);
  (void)temp_directory_join(&shown->directory, "home", shown->home);
  (void)temp_directory_join(&shown->directory, "policy", shown->policy);
  (void)temp_directory_join(&shown->directory, "list", shown->list);
  (void)temp_directory_join(&shown->directory, "cosigned", shown->out);
  (void)temp_directory_join(&shown->directory, "auditor.key", shown->key);
  pat_arena_init(&shown->memory, malloc(MEMORY), MEMORY);
  for (size_t i = 0; i < kept_count; i++)
    audit_files_put(shown->served, kept[i].path, pat_blob_span(kept[i].body));
  audit_files_put(shown->directory.path, "policy", pat_blob_span(live->policy_text));
  write_list(shown, exported);
  audit_server_open(&shown->server, shown->served);
  *state = shown;
  return 0;
}

static int teardown(void **state) {
  scene *shown = *state;
  audit_server_close(&shown->server);
  temp_directory_remove(&shown->directory);
  free(shown->memory.base);
  free(shown);
  return 0;
}

/* The audit of what is served now, by the list as it is. */
static int audit_as(scene *shown, bool cosigns) {
  char server[64];
  (void)snprintf(server, sizeof server, "http://127.0.0.1:%u", shown->server.port);
  const char *words[] = {"log",         "audit",       "--statements",  "--assets",  shown->list,
                         "--policy",    shown->policy, "--home",        shown->home, "--mirror",
                         shown->mirror, "--server",    server,          "--json",    "--cosign",
                         shown->key,    "--name",      "audit.example", "--out",     shown->out};
  size_t count = sizeof words / sizeof *words;
  return cli_run(words, cosigns ? count : count - 6);
}

static int audit(scene *shown) { return audit_as(shown, false); }

static void assert_says(const char *part) {
  if (!cli_run_said(part)) fail_msg("%s is not in %s", part, cli_run_out);
}

static void assert_number(const char *name, unsigned long long number) {
  char part[96];
  (void)snprintf(part, sizeof part, "\"%s\":\"%llu\"", name, number);
  assert_says(part);
}

static void assert_member(const char *name, const char *text) {
  char part[256];
  (void)snprintf(part, sizeof part, "\"%s\":\"%s\"", name, text);
  assert_says(part);
}

/* --- lies ------------------------------------------------------------------------------------ */

static const char *file_of(uint8_t asset, const char *part) {
  static char paths[4][128];
  static size_t next;
  next = (next + 1) % 4;
  (void)snprintf(paths[next], sizeof paths[next], "v1/assets/%s/%s", id_of(asset), part);
  return paths[next];
}

static pat_span original(const char *path) {
  for (size_t i = 0; i < kept_count; i++) {
    if (strcmp(kept[i].path, path) == 0) return pat_blob_span(kept[i].body);
  }
  fail_msg("nothing was kept of %s", path);
  return PAT_SPAN_EMPTY;
}

static void *decode(scene *shown, const char *path, const ProtobufCMessageDescriptor *descriptor) {
  ProtobufCMessage *message = NULL;
  pat_span bytes = original(path);
  uint8_t *copy = pat_arena_take(&shown->memory, bytes.size); /* the message points into it */
  pat_span_copy(copy, bytes.size, bytes);
  bytes.data = copy;
  assert_ok(pat_protobuf_decode(descriptor, bytes, &shown->memory, 0, &message, NULL));
  return message;
}

static void serve(scene *shown, const char *path, const ProtobufCMessage *message) {
  size_t size = 0;
  assert_ok(pat_protobuf_size(message, &size));
  uint8_t *bytes = pat_arena_take(&shown->memory, size + 1);
  pat_builder builder;
  pat_builder_init(&builder, bytes, size);
  assert_ok(pat_protobuf_encode(message, &builder));
  audit_files_put(shown->served, path, pat_span_make(bytes, size));
}

/* A lie about the state of the first asset; the field that must be named. */
typedef struct {
  void (*lie)(Patina__AssetView *view);
  const char *field;
  bool names_statement;
} state_lie;

static void lie_version(Patina__AssetView *view) { view->state->version++; }
static void lie_make(Patina__AssetView *view) {
  view->state->manufacturer[0]->values[0]->text = (char *)"Other";
}
static void lie_no_fact(Patina__AssetView *view) { view->state->n_manufacturer--; }
static void lie_record(Patina__AssetView *view) { view->state->records[1]->late ^= 1; }
static void lie_release(Patina__AssetView *view) {
  view->state->identifiers[1]->release_case = PATINA__IDENTIFIER_SPAN__RELEASE__NOT_SET;
}
static void lie_stream(Patina__AssetView *view) { view->state->streams[0]->readings--; }
static void lie_finding(Patina__AssetView *view) { view->state->n_findings = 0; }
static void lie_schema(Patina__AssetView *view) { view->schema->n_claims--; }
static void lie_nothing(Patina__AssetView *view) { view->state = NULL; }

static void expect_lie(scene *shown, const char *field, bool names_statement) {
  int code = audit(shown);
  assert_member("rule", "verify.state");
  assert_member("badAsset", id_of(FIRST));
  assert_member("badField", field);
  assert_int_equal(strstr(cli_run_out, "badStatement") != NULL, names_statement);
  assert_says("state.served");
  assert_int_equal(code, PAT_EXIT_DOES_NOT_MATCH);
}

static void test_statements__names_a_field_that_was_changed(void **state) {
  scene *shown = *state;
  static const state_lie lies[] = {
      {lie_version, "state.version", false},
      {lie_make, "state.manufacturer[0].values[0].text", true},
      {lie_no_fact, NULL, false},
      {lie_record, "state.records[1].late", true},
      {lie_release, "state.identifiers[1].released_index", false},
      {lie_stream, "state.streams[0].readings", false},
      {lie_finding, "state.findings[0]", false},
      {lie_schema, NULL, false},
      {lie_nothing, "state", false},
  };
  for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
    const char *path = file_of(FIRST, "view");
    Patina__AssetView *view = decode(shown, path, &patina__asset_view__descriptor);
    char field[64];
    (void)snprintf(field, sizeof field, "%s", lies[i].field != NULL ? lies[i].field : "");
    lies[i].lie(view);
    if (lies[i].lie == lie_no_fact) {
      (void)snprintf(field, sizeof field, "state.manufacturer[%zu]", view->state->n_manufacturer);
    }
    if (lies[i].lie == lie_schema) {
      (void)snprintf(field, sizeof field, "schema.claims[%zu]", view->schema->n_claims);
    }
    serve(shown, path, &view->base);
    expect_lie(shown, field, lies[i].names_statement);
  }
}

static void test_statements__names_findings_that_were_changed(void **state) {
  scene *shown = *state;
  const char *path = file_of(FIRST, "findings");
  Patina__FindingsView *view = decode(shown, path, &patina__findings_view__descriptor);
  assert_true(view->n_findings > 0);
  view->n_findings--;
  serve(shown, path, &view->base);
  char field[64];
  (void)snprintf(field, sizeof field, "findings[%zu]", view->n_findings);
  expect_lie(shown, field, false);
}

static Patina__ProofBundle *open_bundle(scene *shown) {
  return decode(shown, file_of(FIRST, "bundle"), &patina__proof_bundle__descriptor);
}

static void serve_bundle(scene *shown, const Patina__ProofBundle *bundle) {
  serve(shown, file_of(FIRST, "bundle"), &bundle->base);
}

/* The entry of the bundle with a private statement that is not the asset's first. */
static Patina__ProvenEntry *last_private(const Patina__ProofBundle *bundle) {
  for (size_t i = bundle->n_entries; i > 0; i--) {
    if (bundle->entries[i - 1]->entry->statement.len > 0) return bundle->entries[i - 1];
  }
  fail_msg("the bundle has no statement");
  return NULL;
}

static void test_statements__could_not_check_what_is_withheld(void **state) {
  scene *shown = *state;
  Patina__ProofBundle *bundle = open_bundle(shown);
  last_private(bundle)->entry->statement.len = 0;
  serve_bundle(shown, bundle);
  assert_int_equal(audit(shown), PAT_EXIT_COULD_NOT_CHECK);
  assert_member("verdict", "could-not-check");
  assert_says(id_of(FIRST));
  assert_number("assetsNotChecked", 1);
  assert_number("assetsMatch", 1); /* the other one was looked into all the same */
}

static void test_statements__could_not_check_what_is_denied(void **state) {
  scene *shown = *state;
  audit_files_remove(shown->served, file_of(FIRST, "bundle"));
  assert_int_equal(audit(shown), PAT_EXIT_COULD_NOT_CHECK);
  assert_number("assetsNotChecked", 1);
  audit_files_put(shown->served, file_of(FIRST, "bundle"), original(file_of(FIRST, "bundle")));
  audit_files_remove(shown->served, file_of(FIRST, "view"));
  assert_int_equal(audit(shown), PAT_EXIT_COULD_NOT_CHECK);
  assert_number("assetsMatch", 1);
}

static void test_statements__not_proven_without_the_index(void **state) {
  scene *shown = *state;
  Patina__ProofBundle *bundle = open_bundle(shown);
  bundle->commit = NULL; /* which names the root that everything is proven against */
  serve_bundle(shown, bundle);
  assert_int_equal(audit(shown), PAT_EXIT_NOT_PROVEN);
  assert_number("assetsNotProven", 1);
  assert_number("assetsMatch", 1);
}

static void test_statements__names_a_bundle_that_lies(void **state) {
  scene *shown = *state;
  Patina__ProofBundle *bundle = open_bundle(shown);
  Patina__ProvenEntry *entry = last_private(bundle);
  entry->signatures[0]->signature.data[0] ^= 1;
  serve_bundle(shown, bundle);
  assert_int_equal(audit(shown), PAT_EXIT_DOES_NOT_MATCH);
  assert_member("badAsset", id_of(FIRST));
  assert_says("asset.patina");
}

static void test_statements__refuses_another_assets_bundle(void **state) {
  scene *shown = *state;
  audit_files_put(shown->served, file_of(FIRST, "bundle"), original(file_of(SECOND, "bundle")));
  assert_int_equal(audit(shown), PAT_EXIT_DOES_NOT_MATCH);
  assert_member("rule", "verify.view");
  audit_files_put(shown->served, file_of(FIRST, "bundle"), original(file_of(ABSENT, "bundle")));
  assert_int_equal(audit(shown), PAT_EXIT_DOES_NOT_MATCH);
}

/* --- lists ----------------------------------------------------------------------------------- */

static void test_statements__says_what_the_list_leaves_out(void **state) {
  scene *shown = *state;
  const char *words[] = {"key", "gen", "-o", shown->key, "--name", "auditor"};
  assert_int_equal(cli_run(words, sizeof words / sizeof *words), PAT_EXIT_MATCHES);
  write_list(shown, id_of(SECOND));
  assert_int_equal(audit_as(shown, true), PAT_EXIT_COULD_NOT_CHECK);
  assert_number("assetsNotListed", 1);
  assert_number("assetsMatch", 1);
  assert_false(audit_files_exist(shown->directory.path, "cosigned"));
  write_list(shown, "");
  assert_int_equal(audit(shown), PAT_EXIT_COULD_NOT_CHECK);
  assert_number("assetsNotListed", 2);
  write_list(shown, exported);
  assert_int_equal(audit_as(shown, true), PAT_EXIT_MATCHES);
  assert_true(audit_files_exist(shown->directory.path, "cosigned"));
}

static void test_statements__counts_ids_that_nobody_recorded(void **state) {
  scene *shown = *state;
  char list[TEXT_MAX];
  (void)snprintf(list, sizeof list, "%s\n%s%s", id_of(ABSENT), exported, id_of(FIRST));
  write_list(shown, list);
  assert_int_equal(audit(shown), PAT_EXIT_MATCHES);
  assert_number("assetsListed", 3);
  assert_number("assetsRepeated", 1);
  assert_number("assetsMatch", 2);
  assert_number("assetsNotRecorded", 1);
}

static void test_statements__refuses_a_list_before_anything_is_asked(void **state) {
  scene *shown = *state;
  char list[TEXT_MAX];
  (void)snprintf(list, sizeof list, "%s\nnot an id\n", id_of(FIRST));
  write_list(shown, list);
  assert_int_equal(audit(shown), PAT_EXIT_USAGE);
  assert_says("line 2");
  (void)snprintf(list, sizeof list, "%s0\n", id_of(FIRST));
  write_list(shown, list);
  assert_int_equal(audit(shown), PAT_EXIT_USAGE);
  audit_files_remove(shown->directory.path, "list");
  assert_int_equal(audit(shown), PAT_EXIT_NOT_FOUND);
  const char *words[] = {"log", "audit", "--statements", "--policy", shown->policy, "--json"};
  assert_int_equal(cli_run(words, 6), PAT_EXIT_USAGE);
  assert_int_equal(atomic_load(&shown->server.requests), 0);
}

/* --- whole ----------------------------------------------------------------------------------- */

static void test_statements__finds_a_whole_log_whole(void **state) {
  scene *shown = *state;
  assert_int_equal(strlen(exported), 2 * (PAT_BASE32_ASSET_SYMBOLS + 1));
  assert_non_null(strstr(exported, id_of(FIRST)));
  assert_int_equal(audit(shown), PAT_EXIT_MATCHES);
  assert_member("verdict", "matches");
  assert_number("assetsMatch", 2);
  assert_number("assetsNotListed", 0);
  /* Every private statement of the log is about one of the two. */
  const char *all = strstr(cli_run_out, "\"privateStatements\":\"");
  assert_non_null(all);
  assert_number("statementsJudged", strtoull(all + 21, NULL, 10));
}

static void test_statements__goes_on_where_it_was_interrupted(void **state) {
  scene *shown = *state;
  assert_int_equal(audit(shown), PAT_EXIT_MATCHES);
  assert_number("assetsInEarlierRun", 0);
  audit_files_remove(shown->served, file_of(FIRST, "view")); /* nobody asks for it again */
  assert_int_equal(audit(shown), PAT_EXIT_MATCHES);
  assert_number("assetsInEarlierRun", 2);
  /* Not by a note that is spoilt, and not for another list. */
  audit_files_damage(shown->mirror, "statements", 100);
  assert_int_equal(audit(shown), PAT_EXIT_COULD_NOT_CHECK);
  audit_files_put(shown->served, file_of(FIRST, "view"), original(file_of(FIRST, "view")));
  assert_int_equal(audit(shown), PAT_EXIT_MATCHES);
  assert_number("assetsInEarlierRun", 0);
  write_list(shown, id_of(SECOND));
  assert_int_equal(audit(shown), PAT_EXIT_COULD_NOT_CHECK);
  assert_number("assetsInEarlierRun", 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(test_statements__##name, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(names_a_field_that_was_changed),   CASE(names_findings_that_were_changed),
      CASE(could_not_check_what_is_withheld), CASE(could_not_check_what_is_denied),
      CASE(not_proven_without_the_index),     CASE(names_a_bundle_that_lies),
      CASE(refuses_another_assets_bundle),    CASE(says_what_the_list_leaves_out),
      CASE(counts_ids_that_nobody_recorded),  CASE(refuses_a_list_before_anything_is_asked),
      CASE(finds_a_whole_log_whole),          CASE(goes_on_where_it_was_interrupted),
  };
  return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
