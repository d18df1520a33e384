/* A conversation with one log: everything that comes in is verified here before anybody else
 * sees it.
 *
 * The session fetches; the verify_*.h functions judge; what was judged is kept for the run
 * (genesis, principals, classes, schemes). Failures of what was served are marked as evidence
 * (cli.h). */
#ifndef PAT_CLIENTS_CLI_SESSION_H
#define PAT_CLIENTS_CLI_SESSION_H

#include "clients/cli/trust.h"
#include "core/verify/roll.h"

enum { PAT_SESSION_CATALOG_MAX = 64 };

/* Zero-initialise; open with pat_session_open. */
typedef struct {
  pat_cli *cli;
  const pat_policy *policy;
  const char *origin;
  const char *server;
  pat_fetch *fetch;
  pat_trust trust;
  bool has_genesis;
  pat_statement genesis;
  pat_roll roll;
  size_t judged_count; /* principals of the roll when it was last judged */
  const Patina__AssetClass *classes[PAT_SESSION_CATALOG_MAX];
  size_t class_count;
  const Patina__IdentifierScheme *schemes[PAT_SESSION_CATALOG_MAX];
  size_t scheme_count;
} pat_session;

/* Reads the policy, chooses the log and what was seen of it; nothing is fetched yet.
 * fails as pat_policy_file_load, pat_fetch_new and pat_trust_open */
pat_status pat_session_begin(pat_cli *cli, pat_session *ret_session) PAT_NONNULL_ALL PAT_MUST_USE;

/* As pat_session_begin; then fetches and verifies the log's newest checkpoint.
 * fails also as pat_trust_accept */
pat_status pat_session_open(pat_cli *cli, pat_session *ret_session) PAT_NONNULL_ALL PAT_MUST_USE;

/* Fits PAT_CLEANUP. */
void pat_session_clear(pat_session *session) PAT_NONNULL_ALL;

/* Fetches the newest checkpoint again. */
pat_status pat_session_checkpoint(pat_session *session,
                                  pat_seen *ret_seen) PAT_NONNULL_ALL PAT_MUST_USE;

/* Verifies a view's checkpoint: what its proofs lead to. */
pat_status pat_session_place(pat_session *session, const char *checkpoint,
                             pat_verify_place *ret_place) PAT_NONNULL_ALL PAT_MUST_USE;

/* The genesis, from leaf 0; session->genesis is valid afterwards, and the roll is begun. */
pat_status pat_session_genesis(pat_session *session) PAT_NONNULL_ALL PAT_MUST_USE;

/* Puts everybody who signed the entries on the roll, and whoever gave those standing, and judges
 * them. */
pat_status pat_session_signers(pat_session *session, const pat_verified_entry *entries,
                               size_t count) PAT_NONNULL(1) PAT_MUST_USE;

/* Puts one principal on the roll. */
pat_status pat_session_principal(pat_session *session, const pat_hash *id,
                                 const pat_roll_principal **ret_principal)
    PAT_NONNULL_ALL PAT_MUST_USE;

/* A class or scheme, verified by the entry that published it. version 0: the newest.
 * fails also verify.missing where the run needs more than PAT_SESSION_CATALOG_MAX */
pat_status pat_session_class(pat_session *session, const char *name, uint32_t version,
                             const Patina__AssetClass **ret_class) PAT_NONNULL_ALL PAT_MUST_USE;
pat_status pat_session_scheme(pat_session *session, const char *name, uint32_t version,
                              const Patina__IdentifierScheme **ret_scheme)
    PAT_NONNULL_ALL PAT_MUST_USE;

/* The leaf with this index, verified to be in the log. */
pat_status pat_session_leaf(pat_session *session, uint64_t index,
                            Patina__LogEntry **ret_leaf) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
