#include "clients/cli/import/run.h"

#include <inttypes.h>
#include <string.h>

#include "clients/cli/files.h"
#include "clients/cli/import/build.h"
#include "clients/cli/import/known.h"
#include "clients/cli/import/progress.h"
#include "clients/cli/output.h"
#include "clients/cli/session.h"
#include "clients/cli/show.h"
#include "clients/cli/signers.h"
#include "core/base/assert.h"

#define SCRATCH_BYTES ((size_t)32 * 1024 * 1024)
#define REQUEST_BYTES_SOFT \
  ((size_t)8 * 1024 * 1024) /* a request begins no further row beyond this */
/* What one row's plan may take; a row that needs more is refused. */
#define PLAN_BYTES_MAX    ((size_t)64 * 1024 * 1024)
#define WINDOW_BYTES_SOFT ((size_t)64 * 1024 * 1024) /* a window takes no further row beyond this */
#define WINDOW_MS         ((uint64_t)7 * 24 * 3600 * 1000) /* how long a killed run may rest */

/* A row of the window: planned, and not sent yet. */
typedef struct {
  uint64_t number;
  pat_plan_row plan;
  pat_state_row *row;
  bool was_known;
  bool refused;
  size_t statements;
} window_row;

/* Everything of one run. */
typedef struct {
  pat_cli *cli;
  const pat_import_request *request;
  pat_import_summary *summary;
  pat_session session;
  pat_signers signers;
  pat_map map;
  pat_rows rows;
  pat_places places; /* of rows that have something to say */
  size_t taken;      /* how many of the places were given to a window */
  pat_arena plan;    /* of a row that is only looked at */
  pat_state state;
  pat_plan_rules rules;
  const Patina__AssetClass *schema;
  pat_import_builder builder;
  pat_sendings *sendings;
  pat_sent *sent;
  window_row *window;
  size_t window_count;
  pat_progress progress;
  uint8_t *note; /* the newest checkpoint, while the arena is emptied */
} import_run;

static void clear(import_run *run) {
  pat_state_close(&run->state);
  pat_places_clear(&run->places);
  pat_rows_close(&run->rows);
  pat_map_clear(&run->map);
  pat_signers_clear(&run->signers);
  pat_session_clear(&run->session);
}

/* --- refusals -------------------------------------------------------------------------------- */

static void refuse_row(import_run *run, uint64_t number, const char *name, pat_status status,
                       const char *detail) {
  pat_rule rule = (pat_rule)status.rule;
  const char *place = run->cli->error.place;
  if (run->summary->refused == 0) run->summary->first_refusal = status;
  run->summary->refused++;
  pat_progress_clear(&run->progress);
  bool has_place = detail[0] == '\0' && place[0] != '\0';
  pat_output_note(run->cli, "row %" PRIu64 "%s%s%s refused: %s%s%s%s [%s]", number,
                  name[0] != '\0' ? " (" : "", name, name[0] != '\0' ? ")" : "",
                  detail[0] != '\0' ? detail : pat_rule_message(rule), has_place ? " (" : "",
                  has_place ? place : "", has_place ? ")" : "", pat_rule_id(rule));
  run->cli->error = (pat_err){.offset = 0};
}

/* --- setting up ------------------------------------------------------------------------------ */

static pat_status take_memory(import_run *run) {
  pat_arena *arena = &run->cli->arena;
  void *scratch = pat_arena_take(arena, SCRATCH_BYTES);
  void *plan = pat_arena_take(arena, PLAN_BYTES_MAX);
  run->rules.scratch = pat_arena_take(arena, sizeof *run->rules.scratch);
  run->builder.draft = pat_arena_take(arena, sizeof *run->builder.draft);
  run->sendings = pat_arena_take(arena, sizeof *run->sendings);
  run->sent = pat_arena_take_array(arena, PAT_BATCH_STATEMENTS_MAX, sizeof *run->sent);
  run->window = pat_arena_take_array(arena, PAT_IMPORT_WINDOW_ROWS, sizeof *run->window);
  run->note = pat_arena_take(arena, PAT_NOTE_BYTES_MAX);
  bool all = scratch != NULL && plan != NULL && run->rules.scratch != NULL &&
             run->builder.draft != NULL && run->sendings != NULL && run->sent != NULL &&
             run->window != NULL && run->note != NULL;
  PAT_REQUIRE(all, LIMIT_MEMORY);
  pat_arena_init(&run->builder.scratch, scratch, SCRATCH_BYTES);
  pat_arena_init(&run->plan, plan, PLAN_BYTES_MAX);
  return PAT_OK;
}

static pat_status read_map(import_run *run) {
  pat_cli *cli = run->cli;
  pat_span text;
  PAT_TRY(
      pat_files_read(&cli->arena, run->request->map, PAT_CLI_FILE_BYTES_MAX, &text, &cli->error));
  PAT_TRY(pat_map_read(text, &cli->arena, &run->map, &cli->error));
  if (strcmp(run->map.class_name, run->request->class_name) == 0) return PAT_OK;
  return pat_cli_usage(cli, "the map is for the class %s, not %s", run->map.class_name,
                       run->request->class_name);
}

/* Class and schemes as the log has published them. */
static pat_status read_catalog(import_run *run) {
  pat_cli *cli = run->cli;
  PAT_TRY(pat_session_genesis(&run->session));
  PAT_TRY(pat_session_class(&run->session, run->map.class_name, 0, &run->schema));
  PAT_TRY(pat_map_bind(&run->map, run->schema, &cli->error));
  for (size_t i = 0; i < run->map.identifier_count; i++) {
    const Patina__IdentifierScheme *scheme = NULL;
    PAT_TRY(pat_session_scheme(&run->session, run->map.identifiers[i].scheme, 0, &scheme));
    run->rules.schemes[i] = scheme;
    /* A number that repeats never makes two things one. */
    bool weak = scheme->uniqueness == PATINA__UNIQUENESS__UNIQUENESS_WEAK;
    if (!weak || !run->map.identifiers[i].identifies) continue;
    return pat_refuse_at(PAT_RULE_IMPORT_MAP, &cli->error, i, "identifiers.identifies");
  }
  run->rules.map = &run->map;
  return PAT_OK;
}

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash != NULL ? slash + 1 : path;
}

static pat_status open_state(import_run *run) {
  pat_cli *cli = run->cli;
  const char *path = run->request->state;
  if (path == NULL) {
    const char *source = base_name(run->request->source);
    const pat_span parts[] = {pat_span_text(run->session.origin), PAT_SPAN_LITERAL("\0"),
                              pat_span_text(run->map.name), PAT_SPAN_LITERAL("\0"),
                              pat_span_text(source)};
    pat_hash hash = pat_hash_of_parts(parts, sizeof parts / sizeof *parts);
    const char *hex = pat_output_hex(cli, pat_span_make(hash.bytes, PAT_IMPORT_ITEM_BYTES));
    const char *names[] = {run->session.trust.home, "/import-", hex, ".state"};
    PAT_TRY(pat_files_make_directory(run->session.trust.home, &cli->error));
    PAT_TRY(pat_files_path(&cli->arena, names, 4, &path));
  }
  return pat_state_open(cli, path, run->session.origin, run->map.name, &run->state);
}

static uint64_t window_ms(const import_run *run) {
  const Patina__Policy *policy = run->session.genesis.message->genesis->parameters->policy;
  return policy->submit_window_ms < WINDOW_MS ? policy->submit_window_ms : WINDOW_MS;
}

static pat_status open_run(import_run *run) {
  pat_cli *cli = run->cli;
  PAT_TRY(read_map(run));
  PAT_TRY(
      pat_rows_open(run->request->source, &run->map.format, &cli->arena, &run->rows, &cli->error));
  PAT_TRY(pat_signers_read(cli, &run->signers));
  PAT_TRY(pat_session_open(cli, &run->session));
  PAT_TRY(read_catalog(run));
  PAT_TRY(take_memory(run));
  PAT_TRY(open_state(run));
  run->builder.cli = cli;
  run->builder.schema = run->schema;
  run->builder.start = (pat_draft_start){.origin = run->session.origin,
                                         .keys = run->signers.keys,
                                         .key_count = run->signers.count,
                                         .window_ms = window_ms(run),
                                         .entropy = pat_files_entropy};
  return PAT_OK;
}

/* --- memory ---------------------------------------------------------------------------------- */

/* What the session has learnt for good lives in the arena too. */
typedef struct {
  size_t arena;
  size_t principals;
  size_t classes;
  size_t schemes;
} memory_mark;

static memory_mark mark_memory(const import_run *run) {
  return (memory_mark){pat_arena_mark(&run->cli->arena), run->session.roll.count,
                       run->session.class_count, run->session.scheme_count};
}

/* Empties the arena down to the mark, but for the newest checkpoint; not where the session has
 * learnt something. */
static void release_memory(import_run *run, const memory_mark *mark) {
  pat_session *session = &run->session;
  bool learnt = session->roll.count != mark->principals || session->class_count != mark->classes ||
                session->scheme_count != mark->schemes;
  pat_span note = session->trust.newest.note;
  if (learnt || note.size > PAT_NOTE_BYTES_MAX) return;
  if (note.data != run->note) pat_span_copy(run->note, PAT_NOTE_BYTES_MAX, note);
  session->trust.newest.note = pat_span_make(run->note, note.size);
  session->trust.tile_count = 0;
  pat_arena_reset_to(&run->cli->arena, mark->arena);
}

/* --- sending --------------------------------------------------------------------------------- */

static window_row *find_window_row(import_run *run, uint64_t number) {
  for (size_t i = 0; i < run->window_count; i++) {
    if (run->window[i].number == number) return &run->window[i];
  }
  return NULL;
}

/* A row is refused once, by its first statement that is. */
static void take_results(import_run *run) {
  for (size_t i = 0; i < run->sendings->count; i++) {
    const pat_sending *sending = &run->sendings->items[i];
    const pat_sent *sent = &run->sent[i];
    window_row *row = sending->row_number > 0 ? find_window_row(run, sending->row_number) : NULL;
    if (sent->accepted) run->summary->statements += sent->replayed ? 0 : 1;
    if (sent->accepted || row == NULL || row->refused) continue;
    row->refused = true;
    run->cli->error = (pat_err){.offset = 0};
    refuse_row(run, row->number, row->plan.name, sent->refusal, sent->detail);
  }
}

static pat_status send_all(import_run *run) {
  PAT_TRY(pat_sendings_send(&run->session, &run->state, run->sendings, run->sent));
  take_results(run);
  run->sendings->count = 0;
  run->sendings->bytes = 0;
  return PAT_OK;
}

/* Sends what has been built, and gives up the memory that was taken since the mark. */
static pat_status flush(import_run *run, const memory_mark *mark) {
  if (run->sendings->count == 0) return PAT_OK;
  PAT_TRY(pat_sendings_save(run->cli, &run->state, run->sendings));
  PAT_TRY(send_all(run));
  release_memory(run, mark);
  return PAT_OK;
}

/* What a killed run was sending, byte for byte: the log knows what it has of it. */
static pat_status finish_earlier(import_run *run) {
  if (run->request->dry_run) return PAT_OK;
  PAT_TRY(pat_sendings_load(run->cli, &run->state, run->sendings));
  if (run->sendings->count == 0) return PAT_OK;
  pat_output_note(run->cli, "Sending again what an earlier run may have sent: %s.",
                  pat_show_count(run->cli, run->sendings->count, "statement", "statements"));
  return send_all(run);
}

static size_t taken_since(const import_run *run, const memory_mark *mark) {
  return pat_arena_mark(&run->cli->arena) - mark->arena;
}

static pat_status send_row(import_run *run, window_row *row, const memory_mark *mark) {
  bool full = run->sendings->count + row->statements > run->request->batch ||
              run->sendings->bytes > REQUEST_BYTES_SOFT ||
              taken_since(run, mark) > WINDOW_BYTES_SOFT;
  if (full) PAT_TRY(flush(run, mark));
  uint64_t version = 0;
  if (row->was_known && pat_import_needs_version(&row->plan, row->row)) {
    PAT_TRY(pat_import_version_of(&run->session, row->row, &version));
  }
  run->builder.start.now_ms = pat_cli_now_ms();
  return pat_import_build(&run->builder, &row->plan, row->was_known ? row->row : NULL, version,
                          row->number, run->sendings);
}

/* --- the survey ------------------------------------------------------------------------------ */

/* A row of which everything is recorded. */
static void count_said(import_run *run, const pat_state_row *row) {
  if (row->fresh) run->summary->registered++;
  if (!row->fresh) run->summary->unchanged++;
}

static void row_clear(pat_row *row) { json_decref(row->object); }

/* Keeps the place of a planned row, where there is anything to be said of it. */
static pat_status keep_place(import_run *run, const pat_row *source, const pat_plan_row *plan) {
  pat_state_row *row = NULL;
  PAT_TRY(pat_state_add(&run->state, &plan->key, &row));
  pat_status status = pat_import_check_row(plan, row, run->request->batch);
  if (!pat_is_ok(status)) {
    run->cli->error = (pat_err){.offset = 0};
    refuse_row(run, source->number, plan->name, status, "");
    return PAT_OK;
  }
  row->seen = source->number;
  if (row->registered && pat_import_count(plan, row) == 0) {
    count_said(run, row);
    return PAT_OK;
  }
  return pat_places_add(&run->places, &source->place);
}

static pat_status survey_row(import_run *run, const pat_row *source) {
  pat_cli *cli = run->cli;
  pat_plan_row plan = {.name = NULL};
  cli->error = (pat_err){.offset = 0};
  run->summary->rows++;
  pat_status status = source->status;
  if (pat_is_ok(status) && source->number == 1) {
    PAT_TRY(pat_map_check_columns(&run->map, source->object, &cli->error));
  }
  pat_arena_reset_to(&run->plan, 0);
  if (pat_is_ok(status)) {
    status = pat_import_plan(&run->rules, source->object, &run->plan, &plan, &cli->error);
  }
  if (pat_is_ok(status)) return keep_place(run, source, &plan);
  refuse_row(run, source->number, plan.name != NULL ? plan.name : "", status, "");
  return PAT_OK;
}

/* Reads every row, refuses those that are broken, and puts the places of the others in random
 * order: neighbours in the source must not become neighbours in the log. */
static pat_status survey(import_run *run) {
  pat_progress_begin(run->cli, 0, &run->progress);
  for (bool end = false; !end;) {
    PAT_CLEANUP(row_clear) pat_row row = {.object = NULL};
    PAT_TRY(pat_rows_next(&run->rows, &row, &run->cli->error));
    end = row.end;
    if (!end) PAT_TRY(survey_row(run, &row));
    pat_progress_tell(&run->progress, run->rows.rows);
  }
  return pat_places_shuffle(&run->places, pat_files_entropy);
}

/* --- the window ------------------------------------------------------------------------------ */

static void count_window(import_run *run) {
  for (size_t i = 0; i < run->window_count; i++) {
    const window_row *row = &run->window[i];
    if (row->refused) continue; /* counted when it was told */
    if (row->was_known) {
      run->summary->updated++;
    } else {
      run->summary->registered++;
    }
  }
}

static pat_status send_window(import_run *run) {
  memory_mark mark = mark_memory(run);
  for (size_t i = 0; i < run->window_count && !run->request->dry_run; i++) {
    PAT_TRY(send_row(run, &run->window[i], &mark));
  }
  PAT_TRY(flush(run, &mark));
  count_window(run);
  run->window_count = 0;
  return PAT_OK;
}

/* Puts a planned row into the window, or counts it where nothing is left to be said. */
static pat_status admit(import_run *run, const window_row *candidate) {
  window_row row = *candidate;
  if (!row.row->registered) {
    pat_state_row *known = NULL;
    PAT_TRY(pat_import_find_known(&run->session, &run->state, &row.plan, run->schema, &known));
  }
  row.was_known = row.row->registered;
  row.statements = pat_import_count(&row.plan, row.was_known ? row.row : NULL);
  if (row.statements == 0) {
    count_said(run, row.row);
  } else {
    run->window[run->window_count++] = row;
  }
  return PAT_OK;
}

/* Plans a row again, as it was planned when it was surveyed. */
static pat_status take_row(import_run *run, const pat_place *place) {
  pat_cli *cli = run->cli;
  PAT_CLEANUP(row_clear) pat_row source = {.object = NULL};
  PAT_TRY(pat_rows_again(&run->rows, place, &source));
  window_row row = {.number = source.number};
  pat_status status =
      pat_import_plan(&run->rules, source.object, &cli->arena, &row.plan, &cli->error);
  if (pat_is_rule(status, PAT_RULE_LIMIT_MEMORY)) return status;
  cli->error = (pat_err){.offset = 0};
  PAT_REQUIRE(pat_is_ok(status), IMPORT_SOURCE);
  PAT_TRY(pat_state_met(&run->state, &row.plan.key, row.number, &row.row));
  return admit(run, &row);
}

static pat_status fill_window(import_run *run, const memory_mark *mark) {
  while (run->taken < run->places.count && run->window_count < PAT_IMPORT_WINDOW_ROWS &&
         taken_since(run, mark) < WINDOW_BYTES_SOFT) {
    PAT_TRY(take_row(run, &run->places.items[run->taken++]));
    pat_progress_tell(&run->progress, run->taken);
  }
  return PAT_OK;
}

pat_status pat_import_run(pat_cli *cli, const pat_import_request *request,
                          pat_import_summary *ret_summary) {
  PAT_CLEANUP(clear)
  import_run run = {
      .cli = cli, .request = request, .summary = ret_summary, .session = {.cli = cli}};
  *ret_summary = (pat_import_summary){.rows = 0};
  PAT_TRY(open_run(&run));
  PAT_TRY(finish_earlier(&run));
  PAT_TRY(survey(&run));
  pat_progress_begin(cli, run.places.count, &run.progress);
  while (run.taken < run.places.count) {
    memory_mark mark = mark_memory(&run);
    PAT_TRY(fill_window(&run, &mark));
    PAT_TRY(send_window(&run));
    release_memory(&run, &mark);
  }
  pat_progress_clear(&run.progress);
  PAT_ASSERT(ret_summary->rows == ret_summary->registered + ret_summary->updated +
                                      ret_summary->unchanged + ret_summary->refused);
  return PAT_OK;
}
