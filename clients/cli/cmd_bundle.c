/* patina bundle: reports that anybody checks without a network. */
#include <inttypes.h>

#include "clients/cli/asset_show.h"
#include "clients/cli/commands.h"
#include "clients/cli/compose.h"
#include "clients/cli/files.h"
#include "clients/cli/output.h"
#include "clients/cli/policy_file.h"
#include "clients/cli/show.h"
#include "core/bytes/protobuf.h"
#include "core/bytes/text.h"
#include "core/envelope/entry.h"

const pat_manual pat_manual_bundle_get = {
    .synopsis = "ASSET | --lookup SCHEME VALUE",
    .examples =
        "  patina bundle get 01K9XQ7ZC3T4V5W6Y7Z8A9B0C1D -o car.patina\n"
        "  patina bundle get 01K9XQ7ZC3T4V5W6Y7Z8A9B0C1D --since car.patina -o newer.patina\n"
        "  patina bundle get --lookup vin 1M8GDM9AXKP042788 -o vin.patina\n",
    .details =
        "What comes is checked before it is written. Whoever gets the file checks it with\n"
        "bundle verify, by a policy file of their own. With --checkpoint the file carries that\n"
        "checkpoint's signatures, an auditor's for example: it must be the bundle's own.\n",
    .options = PAT_OPTIONS_LOG | PAT_OPTION_BIT(OUTPUT) | PAT_OPTION_BIT(SINCE) |
               PAT_OPTION_BIT(LOOKUP) | PAT_OPTION_BIT(SCOPE) | PAT_OPTION_BIT(CHECKPOINT),
    .operands_min = 1,
    .operands_max = 2,
};

const pat_manual pat_manual_bundle_inspect = {
    .synopsis = "FILE",
    .examples = "  patina bundle inspect car.patina\n",
    .details = "Says what the file holds. Nothing is checked: that is bundle verify's.\n",
    .options = PAT_OPTIONS_COMMON,
    .operands_min = 1,
    .operands_max = 1,
};

const pat_manual pat_manual_bundle_verify = {
    .synopsis = "FILE",
    .examples =
        "  patina bundle verify car.patina --policy policy\n"
        "  patina bundle verify newer.patina --earlier car.patina\n"
        "  patina bundle verify car.patina --explain | less\n",
    .details =
        "Works without a network. The policy file says whose word counts. Every signature, the\n"
        "standing of every signer, every place in the log and the log's index are checked; then\n"
        "the state is computed from what was checked, and printed. With --checkpoint the same\n"
        "checkpoint is taken from a file, as an auditor or a witness hands it on with a signature\n"
        "of his own.\n",
    .options = PAT_OPTIONS_COMMON | PAT_OPTION_BIT(POLICY) | PAT_OPTION_BIT(HOME) |
               PAT_OPTION_BIT(EARLIER) | PAT_OPTION_BIT(EXPLAIN) | PAT_OPTION_BIT(CHECKPOINT) |
               PAT_OPTION_BIT(ALL),
    .operands_min = 1,
    .operands_max = 1,
};

/* --- showing --------------------------------------------------------------------------------- */

/* whole: with everything that is known now, not the last lines alone. */
static pat_status show_asset(pat_cli *cli, const pat_proof *proof, bool whole) {
  pat_asset_report report;
  PAT_TRY(pat_asset_report_of(cli, proof, &report));
  if (whole) {
    pat_asset_show_state(cli, &report);
    PAT_TRY(pat_output_message(cli, "folded", &report.state->base));
  }
  pat_asset_show_end(cli, &report);
  return PAT_OK;
}

/* Nothing recorded is proven, and still nothing found. */
static pat_status show_absence(pat_cli *cli, const pat_proof *proof) {
  const char *asset = pat_show_asset(cli, proof->report.bundle->asset);
  pat_output_line(cli, "nothing recorded about %s", asset);
  pat_proof_show(cli, proof);
  pat_output_line(cli, "asset %s statements=0 state=%s", asset, pat_exit_name(PAT_EXIT_MATCHES));
  pat_output_text(cli, "asset", asset);
  pat_output_number(cli, "statements", 0);
  pat_output_text(cli, "state", pat_exit_name(PAT_EXIT_MATCHES));
  cli->verdict = PAT_EXIT_NOT_FOUND;
  return PAT_OK;
}

static pat_status show_lookup(pat_cli *cli, const pat_proof *proof) {
  const Patina__LookupClaim *claim = proof->report.bundle->lookup;
  size_t found = 0;
  PAT_TRY(pat_proof_show_spans(cli, proof, &found));
  pat_proof_show(cli, proof);
  pat_output_line(cli, "%s %s%s%s spans=%zu state=%s", claim->scheme, claim->value,
                  claim->scope[0] != '\0' ? " scope " : "", claim->scope, found,
                  pat_exit_name(PAT_EXIT_MATCHES));
  pat_output_text(cli, "scheme", claim->scheme);
  pat_output_text(cli, "scope", claim->scope);
  pat_output_text(cli, "value", claim->value);
  pat_output_text(cli, "state", pat_exit_name(PAT_EXIT_MATCHES));
  if (found == 0) cli->verdict = PAT_EXIT_NOT_FOUND;
  return PAT_OK;
}

static pat_status show(pat_cli *cli, const pat_proof *proof, bool whole) {
  bool lookup = proof->report.bundle->about_case == PATINA__PROOF_BUNDLE__ABOUT_LOOKUP;
  if (lookup) return show_lookup(cli, proof);
  return proof->report.recorded ? show_asset(cli, proof, whole) : show_absence(cli, proof);
}

/* --- reading --------------------------------------------------------------------------------- */

static pat_status read_bundle(pat_cli *cli, const char *path, pat_span *ret_bytes) {
  return pat_files_read(&cli->arena, path, PAT_BUNDLE_BYTES_MAX, ret_bytes, &cli->error);
}

/* What a bundle says of itself, before anything is checked. */
static pat_status decode(pat_cli *cli, pat_span bytes, const Patina__ProofBundle **ret_bundle) {
  ProtobufCMessage *message = NULL;
  PAT_TRY(pat_cli_evidence(cli, pat_protobuf_decode(&patina__proof_bundle__descriptor, bytes,
                                                    &cli->arena, 0, &message, &cli->error)));
  *ret_bundle = (const Patina__ProofBundle *)message;
  return PAT_OK;
}

/* The text that a signed note is about. */
static pat_status note_text(pat_cli *cli, pat_span bytes, pat_span *ret_text) {
  pat_note *note = pat_arena_take(&cli->arena, sizeof *note);
  PAT_REQUIRE(note != NULL, LIMIT_MEMORY);
  PAT_TRY(pat_cli_evidence(cli, pat_note_parse(bytes, note, &cli->error)));
  *ret_text = note->text;
  return PAT_OK;
}

/* What the checkpoint states; nobody vouches for it yet. */
static pat_status claimed_checkpoint(pat_cli *cli, const Patina__ProofBundle *bundle,
                                     pat_checkpoint *ret_checkpoint) {
  pat_span text;
  PAT_TRY(note_text(cli, pat_span_text(bundle->checkpoint), &text));
  return pat_cli_evidence(
      cli, pat_checkpoint_parse(text, PAT_CHECKPOINT_STRICT, ret_checkpoint, &cli->error));
}

/* The same bundle with another note about the same checkpoint. */
static pat_status exchange_note(pat_cli *cli, const Patina__ProofBundle *bundle, pat_span note,
                                pat_span *ret_bytes) {
  char *text = pat_arena_take(&cli->arena, note.size + 1);
  PAT_REQUIRE(text != NULL, LIMIT_MEMORY);
  pat_span_copy(text, note.size, note);
  Patina__ProofBundle with = *bundle;
  with.checkpoint = text;
  size_t size = 0;
  PAT_TRY(pat_protobuf_size(&with.base, &size));
  uint8_t *memory = pat_arena_take(&cli->arena, size);
  PAT_REQUIRE(memory != NULL, LIMIT_MEMORY);
  pat_builder builder;
  pat_builder_init(&builder, memory, size);
  PAT_TRY(pat_protobuf_encode(&with.base, &builder));
  return pat_builder_finish(&builder, ret_bytes);
}

/* Takes the signatures of --checkpoint, which must be about the very checkpoint of the bundle. */
static pat_status take_checkpoint(pat_cli *cli, pat_span *bytes) {
  const char *path = pat_cli_option(cli, PAT_OPTION_CHECKPOINT);
  if (path == NULL) return PAT_OK;
  pat_span note;
  pat_span given;
  pat_span own;
  const Patina__ProofBundle *bundle = NULL;
  PAT_TRY(pat_files_read(&cli->arena, path, PAT_NOTE_BYTES_MAX, &note, &cli->error));
  PAT_TRY(decode(cli, *bytes, &bundle));
  PAT_TRY(note_text(cli, note, &given));
  PAT_TRY(note_text(cli, pat_span_text(bundle->checkpoint), &own));
  if (!pat_span_equal(given, own)) {
    return pat_cli_usage(cli, "--checkpoint is another one than the bundle's");
  }
  return exchange_note(cli, bundle, note, bytes);
}

/* --- get ------------------------------------------------------------------------------------- */

/* A size, or a bundle whose checkpoint has one. */
static pat_status read_since(pat_cli *cli, uint64_t *ret_since) {
  const char *since = pat_cli_option(cli, PAT_OPTION_SINCE);
  *ret_since = 0;
  if (since == NULL) return PAT_OK;
  if (pat_is_ok(pat_text_u64(pat_span_text(since), ret_since))) return PAT_OK;
  pat_span bytes;
  const Patina__ProofBundle *bundle = NULL;
  pat_checkpoint checkpoint;
  PAT_TRY(read_bundle(cli, since, &bytes));
  PAT_TRY(decode(cli, bytes, &bundle));
  PAT_TRY(claimed_checkpoint(cli, bundle, &checkpoint));
  *ret_since = checkpoint.head.size;
  return PAT_OK;
}

static pat_status fetch_asset(pat_session *session, pat_span *ret_bytes) {
  pat_cli *cli = session->cli;
  ProtobufCBinaryData asset;
  uint64_t since = 0;
  PAT_TRY(pat_compose_asset(cli, pat_cli_operand(cli, 0), &asset));
  PAT_TRY(read_since(cli, &since));
  PAT_TRY(pat_session_open(cli, session));
  return pat_proof_fetch_asset(session, asset, since, ret_bytes);
}

static pat_status fetch_lookup(pat_session *session, pat_span *ret_bytes) {
  pat_cli *cli = session->cli;
  const char *scope = pat_cli_option(cli, PAT_OPTION_SCOPE);
  Patina__LookupRequest request = PATINA__LOOKUP_REQUEST__INIT;
  request.scheme = (char *)(uintptr_t)pat_cli_operand(cli, 0);
  request.scope = (char *)(uintptr_t)(scope != NULL ? scope : "");
  request.value = (char *)(uintptr_t)pat_cli_operand(cli, 1);
  PAT_TRY(pat_session_open(cli, session));
  return pat_proof_fetch_lookup(session, &request, ret_bytes);
}

static pat_status check_words(pat_cli *cli, bool lookup) {
  if (pat_cli_option(cli, PAT_OPTION_OUTPUT) == NULL) {
    return pat_cli_usage(cli, "write it where? give -o FILE");
  }
  size_t wanted = lookup ? 2 : 1;
  if (cli->options.operand_count == wanted) return PAT_OK;
  return pat_cli_usage(cli, lookup ? "look up what? give SCHEME and VALUE"
                                   : "one asset at a time; a number needs --lookup");
}

pat_status pat_cmd_bundle_get(pat_cli *cli) {
  PAT_CLEANUP(pat_session_clear) pat_session session = {.cli = cli};
  bool lookup = pat_options_has(&cli->options, PAT_OPTION_LOOKUP);
  PAT_TRY(check_words(cli, lookup));
  pat_span bytes;
  pat_proof proof;
  PAT_TRY(lookup ? fetch_lookup(&session, &bytes) : fetch_asset(&session, &bytes));
  PAT_TRY(take_checkpoint(cli, &bytes));
  PAT_TRY(pat_proof_accept(&session, bytes, &proof));
  const char *path = pat_cli_option(cli, PAT_OPTION_OUTPUT);
  PAT_TRY(pat_files_write(path, bytes, &cli->error));
  pat_output_text(cli, "saved", path);
  pat_output_number(cli, "bytes", bytes.size);
  return show(cli, &proof, false);
}

/* --- inspect --------------------------------------------------------------------------------- */

static void inspect_about(pat_cli *cli, const Patina__ProofBundle *bundle) {
  if (bundle->about_case == PATINA__PROOF_BUNDLE__ABOUT_ASSET) {
    const char *asset = pat_show_asset(cli, bundle->asset);
    pat_output_line(cli, "about       asset %s", asset);
    pat_output_text(cli, "asset", asset);
  } else if (bundle->about_case == PATINA__PROOF_BUNDLE__ABOUT_LOOKUP) {
    const Patina__LookupClaim *claim = bundle->lookup;
    pat_output_line(cli, "about       %s %s%s%s", claim->scheme, claim->value,
                    claim->scope[0] != '\0' ? ", scope " : "", claim->scope);
    pat_output_text(cli, "scheme", claim->scheme);
    pat_output_text(cli, "scope", claim->scope);
    pat_output_text(cli, "value", claim->value);
  }
}

static void inspect_commit(pat_cli *cli, const Patina__CommitProof *commit) {
  Patina__LogEntry *leaf = NULL;
  if (commit == NULL) return;
  pat_span bytes = pat_span_make(commit->leaf.data, commit->leaf.len);
  if (!pat_is_ok(pat_entry_decode(bytes, &cli->arena, &leaf, NULL))) return;
  if (leaf->entry_case != PATINA__LOG_ENTRY__ENTRY_COMMIT) return;
  const char *time = pat_output_time(cli, leaf->commit->time_ms);
  pat_output_line(cli, "commit      epoch %" PRIu64 " of %s", leaf->commit->epoch, time);
  pat_output_number(cli, "epoch", leaf->commit->epoch);
  pat_output_text(cli, "checkpointTime", time);
}

static void inspect_parts(pat_cli *cli, const Patina__ProofBundle *bundle, size_t size) {
  size_t absent = 0;
  for (size_t i = 0; i < bundle->n_subjects; i++) {
    if (bundle->subjects[i]->count == 0) absent++;
  }
  pat_output_line(cli, "entries     %zu", bundle->n_entries);
  pat_output_line(cli, "subjects    %zu, %zu of them absent", bundle->n_subjects, absent);
  if (bundle->earlier != NULL) {
    pat_output_line(cli, "continues   size %" PRIu64, bundle->earlier->size);
    pat_output_number(cli, "earlier", bundle->earlier->size);
  }
  pat_output_line(cli, "bytes       %zu", size);
  pat_output_number(cli, "entries", bundle->n_entries);
  pat_output_number(cli, "subjects", bundle->n_subjects);
  pat_output_number(cli, "absent", absent);
  pat_output_number(cli, "bytes", size);
}

pat_status pat_cmd_bundle_inspect(pat_cli *cli) {
  pat_span bytes;
  const Patina__ProofBundle *bundle = NULL;
  pat_checkpoint checkpoint;
  PAT_TRY(read_bundle(cli, pat_cli_operand(cli, 0), &bytes));
  PAT_TRY(decode(cli, bytes, &bundle));
  PAT_TRY(claimed_checkpoint(cli, bundle, &checkpoint));
  const char *origin = NULL;
  PAT_TRY(pat_policy_file_copy(cli, checkpoint.origin, &origin));
  pat_output_line(cli, "log         %s", origin);
  pat_output_line(cli, "checkpoint  size %" PRIu64, checkpoint.head.size);
  pat_output_text(cli, "origin", origin);
  pat_output_number(cli, "treeSize", checkpoint.head.size);
  inspect_commit(cli, bundle->commit);
  inspect_about(cli, bundle);
  inspect_parts(cli, bundle, bytes.size);
  pat_output_note(cli, "Nothing of this was checked: patina bundle verify does that.");
  return PAT_OK;
}

/* --- verify ---------------------------------------------------------------------------------- */

/* Two signed checkpoints, one of which does not continue the other, are evidence. */
static void keep_evidence(pat_cli *cli, const pat_proof *older, const pat_proof *newer) {
  pat_trust trust;
  if (!pat_is_ok(pat_trust_open_evidence(cli, older->report.origin, &trust))) return;
  const pat_span notes[] = {pat_span_text(older->report.bundle->checkpoint),
                            pat_span_text(newer->report.bundle->checkpoint)};
  pat_trust_keep_evidence(&trust, "checkpoints", notes, 2);
}

/* True where the older checkpoint contradicts what the newer bundle shows. That the files were
 * given the wrong way round is none. */
static bool contradicts(const pat_bundle_report *newer) {
  return newer->check == PAT_CHECK_EARLIER && newer->word == PAT_WORD_DOES_NOT_MATCH &&
         !pat_is_rule(newer->status, PAT_RULE_VERIFY_ROLLBACK);
}

/* Refuses a bundle that says to be of another log; whether it is, is for the check. */
static pat_status check_same_log(pat_cli *cli, const pat_proof *older, pat_span bytes) {
  ProtobufCMessage *message = NULL;
  pat_note *note = pat_arena_take(&cli->arena, sizeof *note);
  PAT_REQUIRE(note != NULL, LIMIT_MEMORY);
  pat_checkpoint checkpoint;
  if (!pat_is_ok(pat_protobuf_decode(&patina__proof_bundle__descriptor, bytes, &cli->arena, 0,
                                     &message, NULL))) {
    return PAT_OK;
  }
  pat_span text = pat_span_text(((const Patina__ProofBundle *)message)->checkpoint);
  if (!pat_is_ok(pat_note_parse(text, note, NULL))) return PAT_OK;
  if (!pat_is_ok(pat_checkpoint_parse(note->text, PAT_CHECKPOINT_STRICT, &checkpoint, NULL))) {
    return PAT_OK;
  }
  if (pat_span_equal(checkpoint.origin, pat_span_text(older->report.origin))) return PAT_OK;
  return pat_cli_usage(cli, "the two bundles are of different logs");
}

/* What comes out where the newer bundle is checked with the older one's checkpoint. */
static pat_status check_after(pat_cli *cli, const pat_proof *older, pat_span bytes,
                              pat_proof *ret_newer) {
  const pat_tlog_head *head = &older->report.verdict.checkpoint.head;
  pat_status status = pat_proof_check(cli, older->policy, bytes, head, ret_newer);
  if (pat_is_ok(status)) {
    status =
        pat_cli_evidence(cli, pat_bundle_compare(&older->report, &ret_newer->report, &cli->error));
    if (pat_is_rule(status, PAT_RULE_VERIFY_FORK)) keep_evidence(cli, older, ret_newer);
  } else if (contradicts(&ret_newer->report)) {
    keep_evidence(cli, older, ret_newer);
  }
  return status;
}

static pat_status check_earlier(pat_cli *cli, const pat_policy *policy, pat_proof *ret_older) {
  pat_span bytes;
  PAT_TRY(read_bundle(cli, pat_cli_option(cli, PAT_OPTION_EARLIER), &bytes));
  PAT_TRY(pat_proof_check(cli, policy, bytes, NULL, ret_older));
  pat_output_line(cli, "earlier checkpoint %" PRIu64 ": matches",
                  ret_older->report.verdict.checkpoint.head.size);
  pat_output_number(cli, "earlier", ret_older->report.verdict.checkpoint.head.size);
  return PAT_OK;
}

pat_status pat_cmd_bundle_verify(pat_cli *cli) {
  const pat_policy *policy = NULL;
  pat_span bytes;
  pat_proof older;
  pat_proof proof;
  PAT_TRY(pat_policy_file_load(cli, &policy));
  PAT_TRY(read_bundle(cli, pat_cli_operand(cli, 0), &bytes));
  PAT_TRY(take_checkpoint(cli, &bytes));
  if (pat_cli_option(cli, PAT_OPTION_EARLIER) != NULL) {
    PAT_TRY(check_earlier(cli, policy, &older));
    PAT_TRY(check_same_log(cli, &older, bytes));
    PAT_TRY(check_after(cli, &older, bytes, &proof));
  } else {
    PAT_TRY(pat_proof_check(cli, policy, bytes, NULL, &proof));
  }
  /* With --quiet the exit code says it. */
  if (cli->quiet && !cli->json) {
    if (!proof.report.recorded) cli->verdict = PAT_EXIT_NOT_FOUND;
    return PAT_OK;
  }
  return show(cli, &proof, true);
}
