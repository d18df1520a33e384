/* Making a statement on the command line: keys, draft, and then a file (-o) or the log.
 *
 * The log is only talked to where something is needed from it, so that with -o (and --schema)
 * keys may be offline. */
#ifndef PAT_CLIENTS_CLI_COMPOSE_H
#define PAT_CLIENTS_CLI_COMPOSE_H

#include "clients/cli/draft.h"
#include "clients/cli/session.h"
#include "clients/cli/signers.h"

/* One statement in the making. Zero-initialise; begin with pat_compose_begin. */
typedef struct {
  pat_cli *cli;
  pat_signers signers;
  const pat_key *enrols; /* the signer that the statement enrols, or NULL */
  bool online;           /* the session is open */
  pat_session session;
  const char *origin;
  pat_draft *draft;
  Patina__SignedStatement *envelope; /* after pat_compose_sign */
  pat_statement statement;
} pat_compose;

/* Wipes keys and closes the session. Fits PAT_CLEANUP. */
void pat_compose_clear(pat_compose *compose) PAT_NONNULL_ALL;

/* Begins: reads --key and --signer unless signers are there already, finds out whose keys they are.
 * fails cli.usage, cli.principal, and as pat_key_read, pat_session_open */
pat_status pat_compose_begin(pat_cli *cli, pat_compose *compose) PAT_NONNULL_ALL PAT_MUST_USE;

/* The open session. */
pat_status pat_compose_session(pat_compose *compose,
                               pat_session **ret_session) PAT_NONNULL_ALL PAT_MUST_USE;

/* The class or scheme to build by: from --schema, else from the log. version 0: the newest.
 * fails json.*, class.*, scheme.*, cli.usage (--schema is another one), and as pat_session_class */
pat_status pat_compose_class(pat_compose *compose, const char *name, uint32_t version,
                             const Patina__AssetClass **ret_class) PAT_NONNULL_ALL PAT_MUST_USE;
pat_status pat_compose_scheme(pat_compose *compose, const char *name, uint32_t version,
                              const Patina__IdentifierScheme **ret_scheme)
    PAT_NONNULL_ALL PAT_MUST_USE;

/* Checks and signs the draft: compose->envelope and compose->statement are valid afterwards. */
pat_status pat_compose_sign(pat_compose *compose) PAT_NONNULL_ALL PAT_MUST_USE;

/* Signs where that has not been done, then writes to -o or submits.
 * out   ret_index  log index; UINT64_MAX where nothing was logged; may be NULL */
pat_status pat_compose_end(pat_compose *compose, uint64_t *ret_index) PAT_NONNULL(1) PAT_MUST_USE;

/* pat_compose_end, and prints the statement's hash. */
pat_status pat_compose_finish(pat_compose *compose, uint64_t *ret_index)
    PAT_NONNULL(1) PAT_MUST_USE;

/* Records whose key a signer's is, where the statement that says so was logged or written to -o:
 * who signs offline needs it before the log has it.
 * in    index  as pat_compose_end gave it
 * fails as pat_key_record_principal */
pat_status pat_compose_record(pat_compose *compose, pat_key *key, const pat_hash *principal,
                              uint64_t index) PAT_NONNULL_ALL PAT_MUST_USE;

/* Reads an asset's id as typed, in the arena. fails cli.usage, naming what is wrong with it */
pat_status pat_compose_asset(pat_cli *cli, const char *text,
                             ProtobufCBinaryData *ret_asset) PAT_NONNULL_ALL PAT_MUST_USE;

/* Reads 64 hex digits into the arena. fails cli.usage */
pat_status pat_compose_hash(pat_cli *cli, const char *text, const char *what,
                            ProtobufCBinaryData *ret_field) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
