#include "clients/cli/session.h"

#include <inttypes.h>
#include <string.h>

#include "clients/cli/output.h"
#include "clients/cli/policy_file.h"
#include "core/model/catalog.h"
#include "core/verify/history.h"
#include "core/verify/log.h"

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

static pat_status choose_server(pat_session *session, const pat_policy_log *log) {
  session->server = pat_cli_option(session->cli, PAT_OPTION_SERVER);
  if (session->server != NULL) return PAT_OK;
  if (log->url.size == 0) {
    return pat_cli_usage(session->cli, "the policy gives no address for the log; give --server");
  }
  return pat_policy_file_copy(session->cli, log->url, &session->server);
}

pat_status pat_session_begin(pat_cli *cli, pat_session *ret_session) {
  pat_session *session = ret_session;
  session->cli = cli;
  const pat_policy_log *log = NULL;
  PAT_TRY(pat_policy_file_load(cli, &session->policy));
  PAT_TRY(pat_policy_file_log(cli, session->policy, &log));
  PAT_TRY(pat_policy_file_copy(cli, log->key.name, &session->origin));
  PAT_TRY(choose_server(session, log));
  PAT_TRY(pat_fetch_new(cli, session->server, &session->fetch));
  return pat_trust_open(cli, session->fetch, session->policy, session->origin, &session->trust);
}

pat_status pat_session_open(pat_cli *cli, pat_session *ret_session) {
  PAT_TRY(pat_session_begin(cli, ret_session));
  pat_seen seen;
  return pat_session_checkpoint(ret_session, &seen);
}

void pat_session_clear(pat_session *session) {
  session->cli->roll = NULL;
  pat_fetch_free(&session->fetch);
}

pat_status pat_session_checkpoint(pat_session *session, pat_seen *ret_seen) {
  pat_span note;
  PAT_TRY(pat_fetch_get(session->fetch, "/checkpoint", PAT_NOTE_BYTES_MAX, &note));
  return pat_trust_accept(&session->trust, note, true, ret_seen);
}

pat_status pat_session_place(pat_session *session, const char *checkpoint,
                             pat_verify_place *ret_place) {
  pat_seen seen;
  PAT_TRY(pat_trust_accept(&session->trust, pat_span_text(checkpoint), false, &seen));
  ret_place->origin = session->origin;
  ret_place->head = seen.head;
  return PAT_OK;
}

pat_status pat_session_leaf(pat_session *session, uint64_t index, Patina__LogEntry **ret_leaf) {
  char path[64];
  snprintf(path, sizeof path, "/v1/entries/%" PRIu64, index);
  ProtobufCMessage *message = NULL;
  PAT_TRY(pat_fetch_message(session->fetch, path, &patina__entry_view__descriptor, &message));
  const Patina__EntryView *view = (const Patina__EntryView *)message;
  pat_verify_place place;
  PAT_TRY(pat_session_place(session, view->checkpoint, &place));
  PAT_REQUIRE_AT(view->index == index, VERIFY_VIEW, &session->cli->error, 0, "index");
  const pat_verify_served served = {index, span_of(view->leaf), view->inclusion, view->n_inclusion};
  return pat_cli_evidence(session->cli, pat_verify_leaf(&place, &served, &session->cli->arena,
                                                        ret_leaf, &session->cli->error));
}

pat_status pat_session_genesis(pat_session *session) {
  if (session->has_genesis) return PAT_OK;
  pat_cli *cli = session->cli;
  Patina__LogEntry *leaf = NULL;
  PAT_TRY(pat_session_leaf(session, 0, &leaf));
  PAT_TRY(pat_cli_evidence(
      cli, pat_verify_genesis(session->origin, leaf, &cli->arena, &session->genesis, &cli->error)));
  PAT_TRY(pat_roll_init(&session->roll, &cli->arena, &session->genesis));
  session->has_genesis = true;
  cli->roll = &session->roll;
  return PAT_OK;
}

/* --- principals ------------------------------------------------------------------------------ */

static pat_status verify_events(pat_session *session, const Patina__PrincipalView *view,
                                const pat_verified_entry ***ret_events) {
  pat_cli *cli = session->cli;
  pat_verify_place place;
  PAT_TRY(pat_session_place(session, view->checkpoint, &place));
  pat_verified_entry *events = pat_arena_take_array(&cli->arena, view->n_entries, sizeof *events);
  const pat_verified_entry **pointers =
      pat_arena_take_array(&cli->arena, view->n_entries, sizeof *pointers);
  PAT_REQUIRE(events != NULL && pointers != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < view->n_entries; i++) {
    PAT_TRY(pat_cli_evidence(
        cli, pat_verify_event(&place, view->entries[i], &cli->arena, &events[i], &cli->error)));
    pointers[i] = &events[i];
  }
  *ret_events = pointers;
  return PAT_OK;
}

static pat_status fetch_principal(pat_session *session, const pat_hash *id) {
  if (pat_roll_find(&session->roll, id) != NULL) return PAT_OK;
  pat_cli *cli = session->cli;
  const char *hex = pat_output_hex(cli, pat_hash_span(id));
  char path[128];
  snprintf(path, sizeof path, "/v1/principals/%s", hex);
  ProtobufCMessage *message = NULL;
  PAT_TRY(pat_fetch_message(session->fetch, path, &patina__principal_view__descriptor, &message));
  const Patina__PrincipalView *view = (const Patina__PrincipalView *)message;
  const pat_verified_entry **events = NULL;
  PAT_TRY(verify_events(session, view, &events));
  return pat_cli_evidence(cli,
                          pat_roll_add(&session->roll, id, events, view->n_entries, &cli->error));
}

static pat_status add_signers(pat_session *session, const pat_verified_entry *entry) {
  for (size_t signer = 0; signer < entry->signer_count; signer++) {
    PAT_TRY(fetch_principal(session, &entry->principals[signer]));
  }
  return PAT_OK;
}

pat_status pat_session_signers(pat_session *session, const pat_verified_entry *entries,
                               size_t count) {
  PAT_TRY(pat_session_genesis(session));
  for (size_t i = 0; i < count; i++) {
    PAT_TRY(add_signers(session, &entries[i]));
  }
  /* Grows while it is walked: each principal brings those who gave it standing. */
  for (size_t i = session->judged_count; i < session->roll.count; i++) {
    const pat_roll_principal *principal = &session->roll.items[i];
    for (size_t at = 0; at < principal->event_count; at++) {
      PAT_TRY(add_signers(session, principal->events[at]));
    }
  }
  if (session->judged_count == session->roll.count) return PAT_OK;
  PAT_TRY(pat_cli_evidence(session->cli, pat_roll_judge(&session->roll, &session->cli->error)));
  session->judged_count = session->roll.count;
  return PAT_OK;
}

pat_status pat_session_principal(pat_session *session, const pat_hash *id,
                                 const pat_roll_principal **ret_principal) {
  PAT_TRY(pat_session_genesis(session));
  PAT_TRY(fetch_principal(session, id));
  PAT_TRY(pat_session_signers(session, NULL, 0));
  *ret_principal = pat_roll_find(&session->roll, id);
  return PAT_OK;
}

/* --- catalog --------------------------------------------------------------------------------- */

static void catalog_path(char *path, size_t capacity, const char *what, const char *name,
                         uint32_t version) {
  if (version == 0) {
    snprintf(path, capacity, "/v1/%s/%s", what, name);
  } else {
    snprintf(path, capacity, "/v1/%s/%s?version=%" PRIu32, what, name, version);
  }
}

/* The entry that published something: in the log, and by somebody with standing for it. */
static pat_status verify_publication(pat_session *session, const char *checkpoint,
                                     const Patina__ProvenEntry *proven,
                                     pat_verified_entry *ret_verified) {
  pat_cli *cli = session->cli;
  pat_verify_place place;
  PAT_TRY(pat_session_place(session, checkpoint, &place));
  PAT_REQUIRE_AT(proven != NULL, VERIFY_MISSING, &cli->error, 0, "entry");
  PAT_TRY(pat_cli_evidence(
      cli, pat_verify_entry(&place, proven, &cli->arena, ret_verified, &cli->error)));
  PAT_TRY(pat_session_signers(session, ret_verified, 1));
  return pat_cli_evidence(cli, pat_roll_check(&session->roll, ret_verified, "", &cli->error));
}

pat_status pat_session_class(pat_session *session, const char *name, uint32_t version,
                             const Patina__AssetClass **ret_class) {
  pat_cli *cli = session->cli;
  for (size_t i = 0; i < session->class_count; i++) {
    const Patina__AssetClass *known = session->classes[i];
    if (version == 0 || known->version != version || strcmp(known->name, name) != 0) continue;
    *ret_class = known;
    return PAT_OK;
  }
  PAT_TRY(pat_name_check(name, "class", &cli->error));
  char path[128];
  catalog_path(path, sizeof path, "classes", name, version);
  ProtobufCMessage *message = NULL;
  PAT_TRY(pat_fetch_message(session->fetch, path, &patina__class_view__descriptor, &message));
  const Patina__ClassView *view = (const Patina__ClassView *)message;
  pat_verified_entry entry;
  PAT_TRY(verify_publication(session, view->checkpoint, view->entry, &entry));
  PAT_TRY(
      pat_cli_evidence(cli, pat_verify_class(view->schema, &entry, name, version, &cli->error)));
  PAT_REQUIRE(session->class_count < PAT_SESSION_CATALOG_MAX, VERIFY_MISSING);
  session->classes[session->class_count++] = view->schema;
  *ret_class = view->schema;
  return PAT_OK;
}

pat_status pat_session_scheme(pat_session *session, const char *name, uint32_t version,
                              const Patina__IdentifierScheme **ret_scheme) {
  pat_cli *cli = session->cli;
  for (size_t i = 0; i < session->scheme_count; i++) {
    const Patina__IdentifierScheme *known = session->schemes[i];
    if (version == 0 || known->version != version || strcmp(known->name, name) != 0) continue;
    *ret_scheme = known;
    return PAT_OK;
  }
  PAT_TRY(pat_name_check(name, "scheme", &cli->error));
  char path[128];
  catalog_path(path, sizeof path, "schemes", name, version);
  ProtobufCMessage *message = NULL;
  PAT_TRY(pat_fetch_message(session->fetch, path, &patina__scheme_view__descriptor, &message));
  const Patina__SchemeView *view = (const Patina__SchemeView *)message;
  pat_verified_entry entry;
  PAT_TRY(verify_publication(session, view->checkpoint, view->entry, &entry));
  PAT_TRY(
      pat_cli_evidence(cli, pat_verify_scheme(view->scheme, &entry, name, version, &cli->error)));
  PAT_REQUIRE(session->scheme_count < PAT_SESSION_CATALOG_MAX, VERIFY_MISSING);
  session->schemes[session->scheme_count++] = view->scheme;
  *ret_scheme = view->scheme;
  return PAT_OK;
}
