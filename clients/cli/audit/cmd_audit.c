/* patina log audit: replays a whole log from its public tiles. */
#include <inttypes.h>
#include <string.h>

#include "clients/cli/audit/cosign.h"
#include "clients/cli/audit/statements.h"
#include "clients/cli/commands.h"
#include "clients/cli/files.h"
#include "clients/cli/output.h"
#include "clients/cli/session.h"

const pat_manual pat_manual_log_audit = {
    .synopsis = "",
    .examples =
        "  patina log audit\n"
        "  patina log audit --mirror /srv/mirror --json\n"
        "  patinad assets --directory /srv/ledger | patina log audit --statements --assets -\n"
        "  patina log audit --cosign auditor.key --name audit.example --out cosigned\n",
    .details =
        "Mirrors the log's public tiles and computes everything again: every hash, every link\n"
        "of every history, the index of every commit, every signature, and of public statements\n"
        "who had standing for them. The first record that is wrong is named (exit 4). What is\n"
        "fetched and judged is kept in the mirror: a run that was interrupted goes on.\n"
        "\n"
        "With --statements an auditor who was given the ids of the assets looks behind the\n"
        "public bytes: he checks the bundle of each one, folds it, and compares the state and\n"
        "the findings that the server serves byte for byte. Where the list leaves assets out,\n"
        "the end is \"could not check\" (exit 6), and it says how many.\n"
        "\n"
        "With --cosign an auditor who found nothing wrong signs the checkpoint under a key and\n"
        "a name of his own, for readers whose policies ask for him as a witness.\n",
    .options = PAT_OPTIONS_LOG | PAT_OPTION_BIT(MIRROR) | PAT_OPTION_BIT(COSIGN) |
               PAT_OPTION_BIT(NAME) | PAT_OPTION_BIT(OUT) | PAT_OPTION_BIT(STATEMENTS) |
               PAT_OPTION_BIT(ASSETS),
};

static pat_status open_mirror(pat_cli *cli, const pat_session *session, pat_mirror *ret_mirror) {
  const char *folder = pat_cli_option(cli, PAT_OPTION_MIRROR);
  if (folder == NULL) {
    const char *parts[] = {session->trust.folder, "/mirror"};
    PAT_TRY(pat_files_path(&cli->arena, parts, 2, &folder));
  }
  return pat_mirror_open(cli, session->fetch, folder, session->origin, ret_mirror);
}

static void show_log(pat_cli *cli, const pat_session *session, const pat_mirror *mirror) {
  const pat_tlog_head *head = &session->trust.newest.head;
  pat_output_line(cli, "log         %s", session->origin);
  pat_output_line(cli, "size        %" PRIu64, head->size);
  pat_output_line(cli, "root        %s", pat_output_hex(cli, pat_hash_span(&head->root)));
  pat_output_line(cli, "mirror      %s", mirror->folder);
  pat_output_text(cli, "origin", session->origin);
  pat_output_number(cli, "treeSize", head->size);
  pat_output_hash(cli, "root", &head->root);
  pat_output_text(cli, "mirror", mirror->folder);
}

static uint64_t rate_of(uint64_t count, uint64_t milliseconds) {
  return count * 1000 / (milliseconds > 0 ? milliseconds : 1);
}

static void show_found(pat_cli *cli, uint64_t size, const pat_audit_found *found) {
  const pat_replay_tally *tally = &found->tally;
  pat_output_line(cli,
                  "replayed    %" PRIu64 " commits, %" PRIu64 " public and %" PRIu64
                  " private statements, %" PRIu64 " subjects",
                  tally->commits, tally->public_entries, tally->private_entries, found->subjects);
  pat_output_line(cli, "signatures  %" PRIu64 " verified, %" PRIu64 " in an earlier run",
                  found->verified, found->verified_before);
  pat_output_line(cli, "took        %" PRIu64 ".%" PRIu64 " s, %" PRIu64 " leaves/s",
                  found->milliseconds / 1000, found->milliseconds % 1000 / 100,
                  rate_of(size, found->milliseconds));
  pat_output_number(cli, "commits", tally->commits);
  pat_output_number(cli, "publicStatements", tally->public_entries);
  pat_output_number(cli, "privateStatements", tally->private_entries);
  pat_output_number(cli, "identifiers", tally->identifiers);
  pat_output_number(cli, "subjects", found->subjects);
  pat_output_number(cli, "signatures", found->verified + found->verified_before);
  pat_output_number(cli, "milliseconds", found->milliseconds);
  pat_output_number(cli, "leavesPerSecond", rate_of(size, found->milliseconds));
}

/* seen: statements that were looked into. */
static void show_limits(pat_cli *cli, const pat_audit_found *found, uint64_t seen) {
  uint64_t unseen = found->tally.private_entries > seen ? found->tally.private_entries - seen : 0;
  if (unseen == 0) return;
  pat_output_line(cli, "not judged  of %" PRIu64 " private statements: kind, content and standing",
                  unseen);
  if (found->tally.identifiers == 0 || seen > 0) return;
  pat_output_line(cli, "            of %" PRIu64 " of them: which identifier they are about",
                  found->tally.identifiers);
}

static pat_status fail(pat_cli *cli, const pat_mirror *mirror, const pat_audit_found *found,
                       pat_status status) {
  if (found->has_bad) pat_output_number(cli, "badIndex", found->bad_index);
  if (cli->failure.set && cli->failure.code == PAT_EXIT_DOES_NOT_MATCH) {
    pat_output_warning(cli, "EVIDENCE against this log: the checkpoint and tiles in %s",
                       mirror->folder);
    pat_output_text(cli, "evidence", mirror->folder);
  }
  return status;
}

/* What one run is about. */
typedef struct {
  pat_session session;
  pat_mirror mirror;
  pat_seen seen;                /* the checkpoint under audit */
  const pat_cosigner *cosigner; /* NULL: nobody cosigns */
  const pat_asset_list *assets; /* NULL: statements are not looked into */
  pat_audited audited;
  pat_audit_found found;
} audit_case;

static void case_clear(audit_case *audit) {
  pat_audited_clear(&audit->audited);
  pat_session_clear(&audit->session);
}

static pat_status audit_leaves(pat_cli *cli, audit_case *audit) {
  uint64_t before = 0;
  PAT_TRY(pat_mirror_put_checkpoint(&audit->mirror, audit->seen.note, &before));
  pat_mirror_progress progress;
  PAT_TRY(pat_mirror_progress_read(&audit->mirror, &progress));
  audit->audited.earlier = progress.head;
  pat_status status =
      pat_audit_run(&audit->mirror, &audit->seen.head, &audit->audited, &audit->found);
  if (!pat_is_ok(status)) return fail(cli, &audit->mirror, &audit->found, status);
  PAT_TRY(pat_mirror_drop_partial(&audit->mirror, before, audit->seen.head.size));
  pat_output_line(cli, "tiles       %" PRIu64 " fetched", audit->mirror.fetched);
  pat_output_number(cli, "tilesFetched", audit->mirror.fetched);
  show_found(cli, audit->seen.head.size, &audit->found);
  return PAT_OK;
}

static pat_status audit_statements(pat_cli *cli, audit_case *audit,
                                   pat_statements_found *ret_found) {
  *ret_found = (pat_statements_found){.matched = 0};
  if (audit->assets == NULL) return PAT_OK;
  pat_status status = pat_statements_run(&audit->session, &audit->mirror, audit->assets,
                                         &audit->audited, ret_found);
  pat_statements_show(cli, audit->assets, ret_found);
  return status;
}

static pat_status audit(pat_cli *cli, audit_case *audit) {
  pat_statements_found statements;
  PAT_TRY(audit_leaves(cli, audit));
  PAT_TRY(audit_statements(cli, audit, &statements));
  show_limits(cli, &audit->found, statements.statements);
  if (statements.unlisted > 0) {
    cli->verdict = PAT_EXIT_COULD_NOT_CHECK;
    pat_output_line(cli,
                    "could not check: every leaf up to size %" PRIu64
                    " was computed again, but %" PRIu64 " assets were not looked into%s",
                    audit->seen.head.size, statements.unlisted,
                    audit->cosigner != NULL ? "; not cosigned" : "");
    return PAT_OK;
  }
  if (audit->cosigner != NULL) {
    PAT_TRY(pat_cosigner_sign(cli, audit->cosigner, audit->seen.note));
  }
  pat_output_line(
      cli, "matches: every leaf up to size %" PRIu64 " was computed again%s", audit->seen.head.size,
      audit->assets != NULL ? ", and what is served of every asset follows from it" : "");
  return PAT_OK;
}

static pat_status read_assets(pat_cli *cli, pat_asset_list *list, audit_case *audit) {
  const char *path = pat_cli_option(cli, PAT_OPTION_ASSETS);
  if ((path != NULL) != pat_options_has(&cli->options, PAT_OPTION_STATEMENTS)) {
    return pat_cli_usage(cli, "--statements and --assets belong together");
  }
  if (path == NULL) return PAT_OK;
  PAT_TRY(pat_asset_list_read(cli, path, list));
  audit->assets = list;
  return PAT_OK;
}

pat_status pat_cmd_log_audit(pat_cli *cli) {
  bool cosigns = false;
  PAT_CLEANUP(pat_cosigner_clear) pat_cosigner cosigner = {.path = NULL};
  PAT_TRY(pat_cosigner_open(cli, &cosigns, &cosigner));
  PAT_CLEANUP(case_clear) audit_case audited = {.session = {.cli = cli}};
  pat_asset_list list;
  PAT_TRY(read_assets(cli, &list, &audited));
  audited.cosigner = cosigns ? &cosigner : NULL;
  PAT_TRY(pat_session_open(cli, &audited.session));
  audited.seen = audited.session.trust.newest;
  PAT_TRY(open_mirror(cli, &audited.session, &audited.mirror));
  show_log(cli, &audited.session, &audited.mirror);
  return audit(cli, &audited);
}
