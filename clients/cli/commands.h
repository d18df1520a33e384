/* The functions behind the rows of the command table, and their manuals; one cmd_*.c for each
 * noun. */
#ifndef PAT_CLIENTS_CLI_COMMANDS_H
#define PAT_CLIENTS_CLI_COMMANDS_H

#include "clients/cli/cli.h"

/* Declares what a row refers to: its function and its manual. */
#define PAT_COMMAND(name)                                               \
  pat_status pat_cmd_##name(pat_cli *cli) PAT_NONNULL_ALL PAT_MUST_USE; \
  extern const pat_manual pat_manual_##name

PAT_COMMAND(key_gen);
PAT_COMMAND(key_show);
PAT_COMMAND(key_rotate);
PAT_COMMAND(key_revoke);
PAT_COMMAND(principal_enroll);
PAT_COMMAND(principal_show);
PAT_COMMAND(standing_grant);
PAT_COMMAND(standing_withdraw);
PAT_COMMAND(class_publish);
PAT_COMMAND(class_show);
PAT_COMMAND(scheme_publish);
PAT_COMMAND(scheme_show);
PAT_COMMAND(asset_register);
PAT_COMMAND(asset_show);
PAT_COMMAND(asset_history);
PAT_COMMAND(asset_find);
PAT_COMMAND(asset_import);
PAT_COMMAND(attribute_set);
PAT_COMMAND(identifier_assign);
PAT_COMMAND(identifier_release);
PAT_COMMAND(bundle_get);
PAT_COMMAND(bundle_inspect);
PAT_COMMAND(bundle_verify);
PAT_COMMAND(promise_verify);
PAT_COMMAND(attest);
PAT_COMMAND(correct);
PAT_COMMAND(retract);
PAT_COMMAND(device_enroll);
PAT_COMMAND(device_bind);
PAT_COMMAND(telemetry_send);
PAT_COMMAND(statement_sign);
PAT_COMMAND(statement_submit);
PAT_COMMAND(statement_show);
PAT_COMMAND(receipt_verify);
PAT_COMMAND(log_info);
PAT_COMMAND(log_check);
PAT_COMMAND(log_tail);
PAT_COMMAND(log_audit);
PAT_COMMAND(completion_bash);
PAT_COMMAND(version);

#endif
