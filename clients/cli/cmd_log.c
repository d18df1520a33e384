/* patina log: what the log says of itself. */
#include <inttypes.h>
#include <string.h>

#include "clients/cli/commands.h"
#include "clients/cli/draft.h"
#include "clients/cli/files.h"
#include "clients/cli/output.h"
#include "clients/cli/session.h"
#include "clients/cli/show.h"

const pat_manual pat_manual_log_info = {
    .synopsis = "",
    .examples = "  patina log info\n  patina log info --server http://127.0.0.1:8080 --json\n",
    .options = PAT_OPTIONS_LOG,
};

const pat_manual pat_manual_log_check = {
    .synopsis = "",
    .examples =
        "  patina log check && echo 'the log continues what I saw before'\n"
        "  patina log check --checkpoint cosigned\n",
    .details =
        "Every command checks this; this one does nothing else. Where the log shows less than\n"
        "before, or something else, both checkpoints are kept as evidence (exit 4).\n"
        "\n"
        "With --checkpoint the checkpoint of a file is judged by the policy, as an auditor or a\n"
        "witness hands it on with his own signature, and remembered where it is newer.\n",
    .options = PAT_OPTIONS_LOG | PAT_OPTION_BIT(CHECKPOINT),
};

const pat_manual pat_manual_log_tail = {
    .synopsis = "",
    .examples = "  patina log tail\n  patina log tail --follow --json\n",
    .details =
        "Prints the newest entries, each proven to be in the log; with --follow those that\n"
        "come. One line each: index, time, kind (private statements do not tell theirs).\n",
    .options = PAT_OPTIONS_LOG | PAT_OPTION_BIT(FOLLOW),
};

static void show_seen(pat_cli *cli, const pat_session *session, const pat_seen *seen) {
  pat_output_line(cli, "log         %s", session->origin);
  pat_output_line(cli, "size        %" PRIu64, seen->head.size);
  pat_output_line(cli, "root        %s", pat_output_hex(cli, pat_hash_span(&seen->head.root)));
  pat_output_line(cli, "witnesses   %zu", seen->witness_count);
  pat_output_text(cli, "origin", session->origin);
  pat_output_number(cli, "treeSize", seen->head.size);
  pat_output_hash(cli, "root", &seen->head.root);
  pat_output_number(cli, "witnesses", seen->witness_count);
}

/* The last leaf of every checkpoint tells when it was made. */
static pat_status show_age(pat_cli *cli, pat_session *session, const pat_seen *seen) {
  if (seen->head.size == 0) return PAT_OK;
  Patina__LogEntry *leaf = NULL;
  PAT_TRY(pat_session_leaf(session, seen->head.size - 1, &leaf));
  if (leaf->entry_case != PATINA__LOG_ENTRY__ENTRY_COMMIT) return PAT_OK;
  const Patina__IndexCommit *commit = leaf->commit;
  uint64_t now = pat_cli_now_ms();
  uint64_t age_s = now > commit->time_ms ? (now - commit->time_ms) / 1000 : 0;
  pat_output_line(cli, "made        %s, %" PRIu64 " s ago; epoch %" PRIu64 ", %" PRIu64 " subjects",
                  pat_output_time(cli, commit->time_ms), age_s, commit->epoch, commit->key_count);
  pat_output_number(cli, "ageSeconds", age_s);
  pat_output_number(cli, "epoch", commit->epoch);
  return PAT_OK;
}

static pat_status show_genesis(pat_cli *cli, const pat_session *session) {
  const Patina__GenesisParameters *parameters = session->genesis.message->genesis->parameters;
  pat_output_line(cli, "root        %s, %" PRIu32 " of %zu keys",
                  pat_output_hex(cli, pat_hash_span(&session->genesis.sha256)),
                  parameters->root_threshold, parameters->n_root_keys);
  for (size_t i = 0; i < parameters->n_root_keys; i++) {
    pat_hash hash = pat_hash_of(pat_draft_span(parameters->root_keys[i]));
    pat_output_line(cli, "  key hash  %s", pat_output_hex(cli, pat_hash_span(&hash)));
  }
  pat_output_line(cli, "policy      %s; quiet for at most %" PRIu32 " s", parameters->policy->name,
                  parameters->max_quiet_s);
  pat_output_hash(cli, "rootPrincipal", &session->genesis.sha256);
  return pat_output_message(cli, "parameters", &parameters->base);
}

pat_status pat_cmd_log_info(pat_cli *cli) {
  PAT_CLEANUP(pat_session_clear) pat_session session = {.cli = cli};
  PAT_TRY(pat_session_open(cli, &session));
  show_seen(cli, &session, &session.trust.newest);
  PAT_TRY(show_age(cli, &session, &session.trust.newest));
  PAT_TRY(pat_session_genesis(&session));
  return show_genesis(cli, &session);
}

/* The checkpoint that is checked: that of the file, where one is given, else the log's newest. */
static pat_status open_at(pat_cli *cli, pat_session *session, pat_seen *ret_seen) {
  const char *path = pat_cli_option(cli, PAT_OPTION_CHECKPOINT);
  PAT_TRY(pat_session_begin(cli, session));
  if (path == NULL) return pat_session_checkpoint(session, ret_seen);
  pat_span note;
  PAT_TRY(pat_files_read(&cli->arena, path, PAT_NOTE_BYTES_MAX, &note, &cli->error));
  return pat_trust_accept_handed(&session->trust, note, ret_seen);
}

pat_status pat_cmd_log_check(pat_cli *cli) {
  PAT_CLEANUP(pat_session_clear) pat_session session = {.cli = cli};
  pat_seen seen;
  PAT_TRY(open_at(cli, &session, &seen));
  const pat_trust *trust = &session.trust;
  show_seen(cli, &session, &seen);
  if (trust->has_start) {
    bool older = seen.head.size < trust->start.head.size;
    pat_output_line(cli, "matches: %s size %" PRIu64 ", which was seen before",
                    older ? "is the beginning of" : "continues", trust->start.head.size);
    pat_output_number(cli, "seenBefore", trust->start.head.size);
  } else {
    pat_output_line(cli, "matches: seen for the first time; it is remembered in %s", trust->folder);
  }
  return PAT_OK;
}

static const char *kind_of(pat_cli *cli, const Patina__LogEntry *leaf) {
  if (leaf->entry_case == PATINA__LOG_ENTRY__ENTRY_COMMIT) return "commit";
  if (leaf->statement->statement.len == 0) return "statement (private)";
  size_t mark = pat_arena_mark(&cli->arena);
  pat_statement statement;
  pat_status status = pat_statement_decode(pat_draft_span(leaf->statement->statement), &cli->arena,
                                           &statement, NULL);
  const char *name = pat_is_ok(status) ? statement.kind->name : "newer format";
  pat_arena_reset_to(&cli->arena, mark);
  return name;
}

static pat_status show_leaf(pat_cli *cli, pat_session *session, uint64_t index) {
  Patina__LogEntry *leaf = NULL;
  PAT_TRY(pat_session_leaf(session, index, &leaf));
  bool commit = leaf->entry_case == PATINA__LOG_ENTRY__ENTRY_COMMIT;
  uint64_t time_ms = commit ? leaf->commit->time_ms : leaf->statement->logged_at_ms;
  pat_output_line(cli, "%" PRIu64 "  %s  %s", index, pat_output_time(cli, time_ms),
                  kind_of(cli, leaf));
  pat_output_number(cli, "index", index);
  pat_output_text(cli, "kind", kind_of(cli, leaf));
  PAT_TRY(pat_output_message(cli, "leaf", &leaf->base));
  pat_output_flush(cli);
  return PAT_OK;
}

/* Waits for a checkpoint beyond size: the server answers when there is one, or after a while
 * with what there is. */
static pat_status wait_for_more(pat_session *session, uint64_t size) {
  enum { WAIT_S = 25 };
  const char *path =
      pat_show_format(session->cli, "/v1/checkpoint?after=%" PRIu64 "&wait=%d", size, WAIT_S);
  ProtobufCMessage *message = NULL;
  PAT_TRY(pat_fetch_message(session->fetch, path, &patina__checkpoint_event__descriptor, &message));
  const Patina__CheckpointEvent *event = (const Patina__CheckpointEvent *)message;
  pat_seen seen;
  return pat_trust_accept(&session->trust, pat_span_text(event->checkpoint), false, &seen);
}

pat_status pat_cmd_log_tail(pat_cli *cli) {
  enum { LAST_ENTRIES = 10 };
  PAT_CLEANUP(pat_session_clear) pat_session session = {.cli = cli};
  PAT_TRY(pat_session_open(cli, &session));
  uint64_t size = session.trust.newest.head.size;
  uint64_t next = size > LAST_ENTRIES ? size - LAST_ENTRIES : 0;
  bool follow = pat_options_has(&cli->options, PAT_OPTION_FOLLOW);
  pat_trust_mark mark;
  PAT_TRY(pat_trust_mark_take(&session.trust, &mark));
  while (true) {
    for (; next < session.trust.newest.head.size; next++) {
      PAT_TRY(show_leaf(cli, &session, next));
      if (ferror(cli->out) != 0) return pat_refuse(PAT_RULE_CLI_OUTPUT);
      pat_trust_reset_to(&session.trust, &mark);
    }
    if (!follow) return PAT_OK;
    PAT_TRY(wait_for_more(&session, next));
    pat_trust_reset_to(&session.trust, &mark);
  }
}
