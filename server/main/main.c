/* patinad: the ledger's server. */
#include <stdio.h>
#include <string.h>

#include "core/bytes/text.h"
#include "core/crypto/sign.h"
#include "server/main/asset_ids.h"
#include "server/main/fsck.h"
#include "server/main/init.h"
#include "server/main/run.h"

enum { EXIT_INTERNAL = 1, EXIT_USAGE = 2, MAX_QUIET_S_DEFAULT = 300 };

static const char usage[] =
    "patinad: the server of a provenance ledger\n"
    "\n"
    "  patinad init --directory=/var/lib/patina --prefix=ledger.example.org \\\n"
    "               --root-key root-1.key --root-key root-2.key \\\n"
    "               --policy-file proto/catalog/policies/default.json\n"
    "  patinad run --config /var/lib/patina/patina.conf\n"
    "\n"
    "patinad init    makes a ledger: keys, genesis, store, policy.txt for readers\n"
    "  --prefix NAME          begins the log's name; a hash of the genesis follows\n"
    "  --root-key FILE        a root's private key; repeat it; signs here, is not kept\n"
    "  --root-threshold N     how many roots must sign later acts (default: all)\n"
    "  --policy-file FILE     the first policy, as JSON\n"
    "  --max-quiet-s N        a quiet log publishes a heartbeat this often (default 300)\n"
    "patinad run     serves a ledger until SIGTERM; prints \"ready URL\" when it does\n"
    "  --config FILE          settings; each may also be given as --name=value\n"
    "patinad fsck    compares all that the store holds with the log's leaves; while it is not "
    "served\n"
    "  --config FILE          or --directory=DIR\n"
    "patinad assets  prints the ids of all assets, one in a line, for an auditor; while it is not "
    "served\n"
    "  --config FILE          or --directory=DIR\n"
    "patinad config  prints the settings with their defaults and origins\n"
    "patinad help    prints this\n";

/* What the command line says. */
typedef struct {
  pat_config config;
  pat_init_options init;
} command_line;

static pat_status parse_u32(const char *text, const char *name, uint32_t *ret_value,
                            pat_err *reterr) {
  uint64_t value = 0;
  pat_status status = pat_text_u64(pat_span_text(text), &value);
  PAT_REQUIRE_AT(pat_is_ok(status) && value >= 1 && value <= UINT32_MAX, MAIN_USAGE, reterr, 0,
                 name);
  *ret_value = (uint32_t)value;
  return PAT_OK;
}

static pat_status add_root(command_line *line, const char *path, pat_err *reterr) {
  PAT_REQUIRE_AT(line->init.root_key_count < PAT_ROOT_KEYS_MAX, MAIN_USAGE, reterr, 0,
                 "--root-key");
  line->init.root_key_files[line->init.root_key_count] = path;
  line->init.root_key_count++;
  return PAT_OK;
}

/* Takes an option that has a value of its own; *ret_taken says whether it was one. */
static pat_status take_option(command_line *line, const char *name, const char *value,
                              bool *ret_taken, pat_err *reterr) {
  *ret_taken = true;
  if (strcmp(name, "--config") == 0) return pat_config_read_file(&line->config, value, reterr);
  if (strcmp(name, "--root-key") == 0) return add_root(line, value, reterr);
  if (strcmp(name, "--root-threshold") == 0) {
    return parse_u32(value, name, &line->init.root_threshold, reterr);
  }
  if (strcmp(name, "--max-quiet-s") == 0) {
    return parse_u32(value, name, &line->init.max_quiet_s, reterr);
  }
  if (strcmp(name, "--prefix") == 0) {
    line->init.prefix = value;
  } else if (strcmp(name, "--policy-file") == 0) {
    line->init.policy_file = value;
  } else {
    *ret_taken = false;
  }
  return PAT_OK;
}

/* "--name=value" or "--name value" for our own options, "--name=value" or "--name value" for
 * settings. */
static pat_status take_argument(command_line *line, char **arguments, int count, int *at,
                                pat_err *reterr) {
  char *argument = arguments[*at];
  PAT_REQUIRE_AT(strncmp(argument, "--", 2) == 0, MAIN_USAGE, reterr, 0, argument);
  char *equals = strchr(argument, '=');
  char *value = NULL;
  if (equals != NULL) {
    *equals = '\0';
    value = equals + 1;
  } else {
    PAT_REQUIRE_AT(*at + 1 < count, MAIN_USAGE, reterr, 0, argument);
    value = arguments[*at + 1];
    (*at)++;
  }
  bool taken = false;
  PAT_TRY(take_option(line, argument, value, &taken, reterr));
  if (taken) return PAT_OK;
  char flag[PAT_CONFIG_VALUE_BYTES_MAX + 128];
  int written = snprintf(flag, sizeof flag, "%s=%s", argument, value);
  PAT_REQUIRE_AT(written > 0 && (size_t)written < sizeof flag, MAIN_USAGE, reterr, 0, argument);
  return pat_config_flag(&line->config, flag, reterr);
}

static pat_status parse(char **arguments, int count, command_line *ret_line, pat_err *reterr) {
  pat_config_init(&ret_line->config);
  ret_line->init = (pat_init_options){.max_quiet_s = MAX_QUIET_S_DEFAULT};
  for (int at = 2; at < count; at++) {
    PAT_TRY(take_argument(ret_line, arguments, count, &at, reterr));
  }
  return PAT_OK;
}

static void print_line(void *context, const char *line) {
  (void)context;
  (void)puts(line);
}

static pat_status init_ledger(const command_line *line, pat_err *reterr) {
  PAT_REQUIRE_AT(line->init.prefix != NULL, MAIN_USAGE, reterr, 0, "--prefix");
  PAT_REQUIRE_AT(line->init.root_key_count >= 1, MAIN_USAGE, reterr, 0, "--root-key");
  PAT_REQUIRE_AT(line->init.policy_file != NULL, MAIN_USAGE, reterr, 0, "--policy-file");
  PAT_TRY(pat_init(&line->config, &line->init, pat_env_system(), reterr));
  (void)printf("made %s\n", pat_config_text(&line->config, PAT_CONFIG_DIRECTORY));
  return PAT_OK;
}

static pat_status dispatch(const char *command, const command_line *line, pat_err *reterr) {
  if (strcmp(command, "init") == 0) return init_ledger(line, reterr);
  if (strcmp(command, "run") == 0) return pat_run(&line->config, pat_env_system(), reterr);
  if (strcmp(command, "fsck") == 0) return pat_fsck(&line->config, reterr);
  if (strcmp(command, "assets") == 0) return pat_asset_ids(&line->config, reterr);
  if (strcmp(command, "config") == 0) {
    pat_config_print(&line->config, print_line, NULL);
    return PAT_OK;
  }
  return pat_refuse_at(PAT_RULE_MAIN_USAGE, reterr, 0, command);
}

static int report(pat_status status, const pat_err *err) {
  (void)fprintf(stderr, "patinad: %s %s\n", pat_rule_message(status.rule),
                pat_rule_next(status.rule));
  (void)fprintf(stderr, "  rule %s%s%s\n", pat_rule_id(status.rule),
                err->place[0] == '\0' ? "" : ", at ", err->place);
  bool usage_error = pat_is_rule(status, PAT_RULE_MAIN_USAGE);
  return usage_error ? EXIT_USAGE : EXIT_INTERNAL;
}

int main(int argc, char **argv) {
  const char *command = argc < 2 ? "help" : argv[1];
  if (strcmp(command, "help") == 0 || strcmp(command, "--help") == 0) {
    (void)fputs(usage, argc < 2 ? stderr : stdout);
    return argc < 2 ? EXIT_USAGE : 0;
  }
  static command_line line;
  pat_err err = {.offset = 0};
  pat_status status = pat_crypto_init();
  if (pat_is_ok(status)) status = parse(argv, argc, &line, &err);
  if (pat_is_ok(status)) status = dispatch(command, &line, &err);
  return pat_is_ok(status) ? 0 : report(status, &err);
}
