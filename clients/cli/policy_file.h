/* The policy file of a run: whom to trust, and by default where the log is. Trust comes from
 * here alone. */
#ifndef PAT_CLIENTS_CLI_POLICY_FILE_H
#define PAT_CLIENTS_CLI_POLICY_FILE_H

#include "clients/cli/cli.h"
#include "core/note/policy.h"

/* Reads --policy, else $PATINA_POLICY, else $XDG_CONFIG_HOME/patina/policy or
 * ~/.config/patina/policy.
 * fails cli.usage (there is none), file.*, and as pat_policy_parse */
pat_status pat_policy_file_load(pat_cli *cli,
                                const pat_policy **ret_policy) PAT_NONNULL_ALL PAT_MUST_USE;

/* The log that this run is about: the policy's only one, or the one whose address --server gives.
 * fails cli.usage */
pat_status pat_policy_file_log(pat_cli *cli, const pat_policy *policy,
                               const pat_policy_log **ret_log) PAT_NONNULL_ALL PAT_MUST_USE;

/* The name of that log, NUL-terminated, in the arena. fails as both of the above */
pat_status pat_policy_file_origin(pat_cli *cli,
                                  const char **ret_origin) PAT_NONNULL_ALL PAT_MUST_USE;

/* A folder below the user's: $<variable>/patina, else ~/<fallback>/patina. fails cli.usage where
 * HOME is not set */
pat_status pat_policy_file_folder(pat_cli *cli, const char *variable, const char *fallback,
                                  const char **ret_path) PAT_NONNULL_ALL PAT_MUST_USE;

/* A NUL-terminated copy of a text, in the arena. fails limit.memory */
pat_status pat_policy_file_copy(pat_cli *cli, pat_span text,
                                const char **ret_text) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
