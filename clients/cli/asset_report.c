#include "clients/cli/asset_report.h"

#include <string.h>

#include "clients/cli/output.h"
#include "clients/cli/show.h"
#include "core/model/fold.h"
#include "core/verify/history.h"

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

/* --- pages ----------------------------------------------------------------------------------- */

/* Proven entries of all pages of one walk. */
typedef struct {
  Patina__ProvenEntry **items;
  size_t count;
  size_t capacity;
  uint64_t total;
  const char *checkpoint;
} page_walk;

static pat_status walk_append(pat_cli *cli, page_walk *walk, Patina__ProvenEntry **items,
                              size_t count) {
  if (walk->count + count > walk->capacity) {
    size_t capacity = walk->capacity * 2 + count;
    Patina__ProvenEntry **grown =
        pat_arena_take_array(&cli->arena, capacity, sizeof(Patina__ProvenEntry *));
    PAT_REQUIRE(grown != NULL, LIMIT_MEMORY);
    for (size_t i = 0; i < walk->count; i++) {
      grown[i] = walk->items[i];
    }
    walk->items = grown;
    walk->capacity = capacity;
  }
  for (size_t i = 0; i < count; i++) {
    walk->items[walk->count + i] = items[i];
  }
  walk->count += count;
  return PAT_OK;
}

static pat_status walk_page(pat_session *session, page_walk *walk, const char *checkpoint,
                            uint64_t total) {
  pat_err *err = &session->cli->error;
  if (walk->checkpoint == NULL) {
    walk->checkpoint = checkpoint;
    walk->total = total;
  }
  bool same = strcmp(walk->checkpoint, checkpoint) == 0 && walk->total == total;
  return same ? PAT_OK : pat_refuse_at(PAT_RULE_VERIFY_CHAIN, err, walk->count, "checkpoint");
}

/* A cursor comes from a stranger and goes into a path: only characters that mean nothing there. */
static pat_status check_cursor(pat_cli *cli, const char *cursor) {
  static const char allowed[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~%";
  PAT_REQUIRE_AT(cursor[strspn(cursor, allowed)] == '\0', CLI_ANSWER, &cli->error, 0, "next");
  return PAT_OK;
}

static pat_status fetch_history(pat_session *session, pat_asset_report *report, page_walk *walk) {
  pat_cli *cli = session->cli;
  const char *cursor = "";
  for (size_t page = 0; page < PAT_CLI_PAGES_MAX; page++) {
    const char *path = pat_show_format(cli, "/v1/assets/%s/history?limit=1000%s%s",
                                       pat_show_asset(cli, report->asset),
                                       cursor[0] != '\0' ? "&cursor=" : "", cursor);
    ProtobufCMessage *message = NULL;
    PAT_TRY(pat_fetch_message(session->fetch, path, &patina__history_page__descriptor, &message));
    const Patina__HistoryPage *view = (const Patina__HistoryPage *)message;
    PAT_REQUIRE_AT(pat_span_equal(span_of(view->asset), span_of(report->asset)), VERIFY_VIEW,
                   &cli->error, 0, "asset");
    PAT_TRY(walk_page(session, walk, view->checkpoint, view->total));
    PAT_TRY(walk_append(cli, walk, view->entries, view->n_entries));
    if (page == 0 || view->n_identifiers > 0) {
      report->history.n_identifiers = view->n_identifiers;
      report->history.identifiers = view->identifiers;
    }
    if (page == 0) report->history.policy = view->policy;
    if (view->next[0] == '\0') return PAT_OK;
    PAT_REQUIRE_AT(view->n_entries > 0, VERIFY_CHAIN, &cli->error, walk->count, "next");
    PAT_TRY(check_cursor(cli, view->next));
    cursor = view->next;
  }
  return pat_refuse(PAT_RULE_CLI_ANSWER);
}

static pat_status fetch_telemetry(pat_session *session, const pat_asset_report *report,
                                  pat_span stream, page_walk *walk) {
  pat_cli *cli = session->cli;
  const char *cursor = "";
  for (size_t page = 0; page < PAT_CLI_PAGES_MAX; page++) {
    const char *path = pat_show_format(
        cli, "/v1/assets/%s/telemetry?stream=%s&limit=1000%s%s", pat_show_asset(cli, report->asset),
        pat_output_hex(cli, stream), cursor[0] != '\0' ? "&cursor=" : "", cursor);
    ProtobufCMessage *message = NULL;
    PAT_TRY(pat_fetch_message(session->fetch, path, &patina__telemetry_page__descriptor, &message));
    const Patina__TelemetryPage *view = (const Patina__TelemetryPage *)message;
    bool same = pat_span_equal(span_of(view->asset), span_of(report->asset)) &&
                pat_span_equal(span_of(view->stream), stream);
    PAT_REQUIRE_AT(same, VERIFY_VIEW, &cli->error, 0, "stream");
    PAT_TRY(walk_page(session, walk, view->checkpoint, view->total));
    PAT_TRY(walk_append(cli, walk, view->entries, view->n_entries));
    if (view->next[0] == '\0') return PAT_OK;
    PAT_REQUIRE_AT(view->n_entries > 0, VERIFY_CHAIN, &cli->error, walk->count, "next");
    PAT_TRY(check_cursor(cli, view->next));
    cursor = view->next;
  }
  return pat_refuse(PAT_RULE_CLI_ANSWER);
}

/* --- entries --------------------------------------------------------------------------------- */

static pat_status verify_walk(pat_session *session, const pat_verify_place *place,
                              const page_walk *walk, pat_verified_entry **ret_entries) {
  pat_cli *cli = session->cli;
  pat_verified_entry *entries = pat_arena_take_array(&cli->arena, walk->count, sizeof *entries);
  PAT_REQUIRE(entries != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < walk->count; i++) {
    PAT_TRY(pat_verify_entry(place, walk->items[i], &cli->arena, &entries[i], &cli->error));
  }
  PAT_TRY(pat_session_signers(session, entries, walk->count));
  *ret_entries = entries;
  return PAT_OK;
}

static pat_status check_roles(pat_session *session, const pat_verified_entry *entries, size_t count,
                              const char *class_name) {
  for (size_t i = 0; i < count; i++) {
    PAT_TRY(pat_roll_check(&session->roll, &entries[i], class_name, &session->cli->error));
  }
  return PAT_OK;
}

static pat_status fill_entries(pat_cli *cli, const page_walk *walk,
                               Patina__HistoryEntry ***ret_entries) {
  Patina__HistoryEntry **entries =
      pat_arena_take_array(&cli->arena, walk->count, sizeof(Patina__HistoryEntry *));
  PAT_REQUIRE(entries != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < walk->count; i++) {
    entries[i] = walk->items[i]->entry;
  }
  *ret_entries = entries;
  return PAT_OK;
}

static pat_status load_entries(pat_session *session, pat_asset_report *report) {
  pat_cli *cli = session->cli;
  page_walk pages = {.items = NULL};
  PAT_TRY(fetch_history(session, report, &pages));
  PAT_TRY(pat_session_genesis(session));
  PAT_TRY(pat_session_place(session, pages.checkpoint, &report->place));
  report->checkpoint = pages.checkpoint;
  const Patina__Policy *policy = session->roll.genesis->policy;
  bool same = report->history.policy != NULL &&
              pat_verify_same(&report->history.policy->base, &policy->base, &cli->arena);
  PAT_REQUIRE_AT(same, VERIFY_POLICY, &cli->error, 0, "policy");
  PAT_TRY(verify_walk(session, &report->place, &pages, &report->entries));
  pat_hash subject = pat_subject_key(PAT_SUBJECT_ASSET, span_of(report->asset));
  PAT_TRY(pat_verify_chain(report->entries, pages.count, &subject, pages.total, &cli->error));
  report->history.n_entries = pages.count;
  return fill_entries(cli, &pages, &report->history.entries);
}

static pat_status load_class(pat_session *session, pat_asset_report *report) {
  pat_err *err = &session->cli->error;
  PAT_REQUIRE_AT(report->history.n_entries > 0, VERIFY_MISSING, err, 0, "entries");
  const pat_statement *first = &report->entries[0].statement;
  PAT_REQUIRE_AT(first->kind->number == PAT_KIND_ASSET_REGISTERED, VERIFY_CHAIN, err, 0, "kind");
  const Patina__AssetRegistered *body = first->message->asset_registered;
  const Patina__AssetClass *schema = NULL;
  PAT_TRY(pat_session_class(session, body->class_name, body->class_version, &schema));
  report->history.schema = (Patina__AssetClass *)(uintptr_t)schema;
  return check_roles(session, report->entries, report->history.n_entries, body->class_name);
}

/* --- identifiers ----------------------------------------------------------------------------- */

static pat_status check_foreign_span(pat_session *session, const Patina__AssignmentSpan *span,
                                     const pat_hash *key) {
  pat_err *err = &session->cli->error;
  Patina__LogEntry *leaf = NULL;
  PAT_TRY(pat_session_leaf(session, span->assigned_index, &leaf));
  PAT_TRY(pat_verify_span(leaf, key, span_of(span->asset), &span->assignment, err));
  if (span->release_case != PATINA__ASSIGNMENT_SPAN__RELEASE_RELEASED_INDEX) return PAT_OK;
  PAT_TRY(pat_session_leaf(session, span->released_index, &leaf));
  return pat_verify_span(leaf, key, span_of(span->asset), NULL, err);
}

static const Patina__IdentifierHistory *find_identifier(const pat_asset_report *report,
                                                        const pat_hash *key) {
  for (size_t i = 0; i < report->history.n_identifiers; i++) {
    const Patina__IdentifierHistory *identifier = report->history.identifiers[i];
    if (pat_span_equal(span_of(identifier->key), pat_hash_span(key))) return identifier;
  }
  return NULL;
}

/* One assignment or release of the history: the identifier is the one it commits to, and the
 * served history of that identifier is of the right scheme. */
static pat_status check_identified(pat_session *session, pat_asset_report *report,
                                   const pat_verified_entry *entry) {
  pat_cli *cli = session->cli;
  const char *name = NULL;
  const char *scope = NULL;
  uint32_t version = 0;
  if (!pat_verify_identifier_of(&entry->statement, &name, &version, &scope)) return PAT_OK;
  const Patina__IdentifierScheme *scheme = NULL;
  PAT_TRY(pat_session_scheme(session, name, version, &scheme));
  pat_verified_identifier verified;
  PAT_TRY(pat_verify_identified(entry, session->roll.genesis->vrf_key.data, scheme, &cli->arena,
                                &verified, &cli->error));
  if (!verified.checked) report->withheld_identifiers++;
  const Patina__IdentifierHistory *identifier = find_identifier(report, &verified.key);
  PAT_REQUIRE_AT(identifier != NULL, VERIFY_SPAN, &cli->error, entry->index, "identifiers");
  bool same = strcmp(identifier->scheme, name) == 0 && identifier->uniqueness == scheme->uniqueness;
  PAT_REQUIRE_AT(same, VERIFY_SPAN, &cli->error, entry->index, "identifiers.scheme");
  return PAT_OK;
}

static pat_status check_identifiers(pat_session *session, pat_asset_report *report) {
  size_t count = report->history.n_entries;
  for (size_t i = 0; i < count; i++) {
    PAT_TRY(check_identified(session, report, &report->entries[i]));
  }
  for (size_t i = 0; i < report->history.n_identifiers; i++) {
    const Patina__IdentifierHistory *identifier = report->history.identifiers[i];
    PAT_TRY(pat_verify_own_spans(identifier, span_of(report->asset), report->entries, count,
                                 &session->cli->error));
    pat_hash key;
    pat_span_copy(key.bytes, PAT_HASH_BYTES, span_of(identifier->key));
    for (size_t span = 0; span < identifier->n_spans; span++) {
      bool own = pat_span_equal(span_of(identifier->spans[span]->asset), span_of(report->asset));
      if (!own) PAT_TRY(check_foreign_span(session, identifier->spans[span], &key));
    }
  }
  return PAT_OK;
}

/* --- streams --------------------------------------------------------------------------------- */

/* The stream's history begins with its binding, which may or may not be served with the batches. */
static pat_status chain_stream(pat_session *session, const pat_verified_entry *binding,
                               const pat_verified_entry *entries, size_t count, uint64_t total,
                               size_t *ret_first) {
  pat_err *err = &session->cli->error;
  pat_span stream = span_of(binding->statement.message->device_bound->stream);
  pat_hash subject = pat_subject_key(PAT_SUBJECT_STREAM, stream);
  *ret_first = count > 0 && entries[0].index == binding->index ? 1 : 0;
  PAT_REQUIRE_AT(count == total, VERIFY_CHAIN, err, count, "total");
  uint64_t previous = binding->index;
  for (size_t i = *ret_first; i < count; i++) {
    bool batch = entries[i].statement.kind->number == PAT_KIND_TELEMETRY;
    PAT_REQUIRE_AT(batch, VERIFY_CHAIN, err, i, "kind");
    PAT_TRY(pat_verify_link(entries[i].entry, &subject, i + 1 - *ret_first, previous, err));
    previous = entries[i].index;
  }
  return PAT_OK;
}

static pat_status load_stream(pat_session *session, pat_asset_report *report,
                              const pat_verified_entry *binding, Patina__StreamHistory *stream) {
  pat_cli *cli = session->cli;
  patina__stream_history__init(stream);
  stream->stream = binding->statement.message->device_bound->stream;
  page_walk pages = {.items = NULL};
  PAT_TRY(fetch_telemetry(session, report, span_of(stream->stream), &pages));
  pat_verify_place place;
  PAT_TRY(pat_session_place(session, pages.checkpoint, &place));
  pat_verified_entry *entries = NULL;
  PAT_TRY(verify_walk(session, &place, &pages, &entries));
  size_t first = 0;
  PAT_TRY(chain_stream(session, binding, entries, pages.count, pages.total, &first));
  PAT_TRY(check_roles(session, entries, pages.count, report->history.schema->name));
  PAT_TRY(fill_entries(cli, &pages, &stream->entries));
  stream->entries += first;
  stream->n_entries = pages.count - first;
  return PAT_OK;
}

static void insert_stream(Patina__AssetHistory *history, Patina__StreamHistory *stream) {
  size_t at = history->n_streams;
  while (at > 0 &&
         pat_span_compare(span_of(history->streams[at - 1]->stream), span_of(stream->stream)) > 0) {
    history->streams[at] = history->streams[at - 1];
    at--;
  }
  history->streams[at] = stream;
  history->n_streams++;
}

static pat_status load_streams(pat_session *session, pat_asset_report *report) {
  pat_cli *cli = session->cli;
  Patina__AssetHistory *history = &report->history;
  history->streams =
      pat_arena_take_array(&cli->arena, history->n_entries, sizeof(Patina__StreamHistory *));
  PAT_REQUIRE(history->streams != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < history->n_entries; i++) {
    if (report->entries[i].statement.kind->number != PAT_KIND_DEVICE_BOUND) continue;
    Patina__StreamHistory *stream = pat_arena_take(&cli->arena, sizeof *stream);
    PAT_REQUIRE(stream != NULL, LIMIT_MEMORY);
    PAT_TRY(load_stream(session, report, &report->entries[i], stream));
    insert_stream(history, stream);
  }
  return PAT_OK;
}

/* --- all together ---------------------------------------------------------------------------- */

static pat_status load(pat_session *session, pat_asset_report *report) {
  PAT_TRY(load_entries(session, report));
  PAT_TRY(load_class(session, report));
  PAT_TRY(check_identifiers(session, report));
  PAT_TRY(load_streams(session, report));
  return pat_fold(&report->history, &session->cli->arena, &report->state, &session->cli->error);
}

pat_status pat_asset_report_load(pat_session *session, ProtobufCBinaryData asset,
                                 pat_asset_report *ret_report) {
  pat_asset_report report = {.asset = asset, .withheld_identifiers = 0};
  patina__asset_history__init(&report.history);
  report.history.asset = asset;
  PAT_TRY(pat_cli_evidence(session->cli, load(session, &report)));
  *ret_report = report;
  return PAT_OK;
}

pat_status pat_asset_report_compare(pat_session *session, pat_asset_report *report) {
  enum { ROUNDS_MAX = 4 };
  pat_cli *cli = session->cli;
  const char *path = pat_show_format(cli, "/v1/assets/%s", pat_show_asset(cli, report->asset));
  for (size_t round = 0; round < ROUNDS_MAX; round++) {
    ProtobufCMessage *message = NULL;
    PAT_TRY(pat_fetch_message(session->fetch, path, &patina__asset_view__descriptor, &message));
    const Patina__AssetView *view = (const Patina__AssetView *)message;
    pat_verify_place place;
    PAT_TRY(pat_session_place(session, view->checkpoint, &place));
    if (place.head.size == report->place.head.size) {
      bool same = view->state != NULL &&
                  pat_verify_same(&view->state->base, &report->state->base, &cli->arena);
      pat_status status = same ? PAT_OK : pat_refuse(PAT_RULE_VERIFY_STATE);
      return pat_cli_evidence(cli, status);
    }
    PAT_TRY(pat_asset_report_load(session, report->asset, report));
  }
  pat_output_note(cli,
                  "The log grows too fast to compare the served state; what is shown was "
                  "computed here.");
  return PAT_OK;
}
