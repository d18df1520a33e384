#include "clients/cli/policy_file.h"

#include <stdlib.h>

#include "clients/cli/files.h"

pat_status pat_policy_file_copy(pat_cli *cli, pat_span text, const char **ret_text) {
  char *copy = pat_arena_take(&cli->arena, text.size + 1);
  PAT_REQUIRE(copy != NULL, LIMIT_MEMORY);
  pat_span_copy(copy, text.size, text);
  *ret_text = copy;
  return PAT_OK;
}

pat_status pat_policy_file_folder(pat_cli *cli, const char *variable, const char *fallback,
                                  const char **ret_path) {
  const char *base = getenv(variable);
  if (base != NULL && base[0] == '/') {
    const char *parts[] = {base, "/patina"};
    return pat_files_path(&cli->arena, parts, 2, ret_path);
  }
  const char *home = getenv("HOME");
  if (home == NULL || home[0] == '\0') return pat_cli_usage(cli, "HOME is not set; give --home");
  const char *parts[] = {home, "/", fallback, "/patina"};
  return pat_files_path(&cli->arena, parts, 4, ret_path);
}

static pat_status find_path(pat_cli *cli, const char **ret_path) {
  *ret_path = pat_cli_option(cli, PAT_OPTION_POLICY);
  if (*ret_path == NULL) *ret_path = getenv("PATINA_POLICY");
  if (*ret_path != NULL && (*ret_path)[0] != '\0') return PAT_OK;
  const char *folder = NULL;
  PAT_TRY(pat_policy_file_folder(cli, "XDG_CONFIG_HOME", ".config", &folder));
  const char *parts[] = {folder, "/policy"};
  PAT_TRY(pat_files_path(&cli->arena, parts, 2, ret_path));
  if (pat_files_exists(*ret_path)) return PAT_OK;
  return pat_cli_usage(cli, "whom to trust? give --policy FILE, or put the file at %s", *ret_path);
}

pat_status pat_policy_file_load(pat_cli *cli, const pat_policy **ret_policy) {
  const char *path = NULL;
  PAT_TRY(find_path(cli, &path));
  pat_span bytes;
  PAT_TRY(pat_files_read(&cli->arena, path, PAT_POLICY_BYTES_MAX + 1, &bytes, &cli->error));
  pat_policy *policy = pat_arena_take(&cli->arena, sizeof *policy);
  PAT_REQUIRE(policy != NULL, LIMIT_MEMORY);
  pat_status parsed = pat_policy_parse(bytes, policy, &cli->error);
  if (!pat_is_ok(parsed)) {
    pat_cli_explain(cli, PAT_EXIT_USAGE, "%s, byte %zu: %s", path, cli->error.offset,
                    pat_rule_message((pat_rule)parsed.rule));
    return parsed;
  }
  *ret_policy = policy;
  return PAT_OK;
}

pat_status pat_policy_file_log(pat_cli *cli, const pat_policy *policy,
                               const pat_policy_log **ret_log) {
  if (policy->log_count == 1) {
    *ret_log = &policy->logs[0];
    return PAT_OK;
  }
  const char *server = pat_cli_option(cli, PAT_OPTION_SERVER);
  for (size_t i = 0; i < policy->log_count && server != NULL; i++) {
    if (!pat_span_equal(policy->logs[i].url, pat_span_text(server))) continue;
    *ret_log = &policy->logs[i];
    return PAT_OK;
  }
  pat_cli_explain(cli, PAT_EXIT_USAGE,
                  "the policy names %zu logs: which one? give its URL with --server",
                  policy->log_count);
  return pat_refuse(PAT_RULE_CLI_USAGE);
}

pat_status pat_policy_file_origin(pat_cli *cli, const char **ret_origin) {
  const pat_policy *policy = NULL;
  const pat_policy_log *log = NULL;
  PAT_TRY(pat_policy_file_load(cli, &policy));
  PAT_TRY(pat_policy_file_log(cli, policy, &log));
  return pat_policy_file_copy(cli, log->key.name, ret_origin);
}
