#include "clients/cli/cli.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "clients/cli/help.h"
#include "clients/cli/output.h"
#include "core/base/assert.h"
#include "core/bytes/text.h"
#include "core/crypto/sign.h"

static void clear(pat_cli *cli) {
  if (cli->arena.base != NULL) munmap(cli->arena.base, cli->arena.capacity);
  json_decref(cli->result);
  cli->arena.base = NULL;
  cli->result = NULL;
}

static pat_status init(pat_cli *cli, FILE *out, FILE *err) {
  cli->out = out;
  cli->err = err;
  const char *no_colour = getenv("NO_COLOR");
  const char *terminal = getenv("TERM");
  cli->colour = isatty(fileno(err)) == 1 && (no_colour == NULL || no_colour[0] == '\0') &&
                terminal != NULL && strcmp(terminal, "dumb") != 0;
  void *memory = mmap(NULL, PAT_CLI_ARENA_BYTES, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  PAT_REQUIRE(memory != MAP_FAILED, LIMIT_MEMORY);
  pat_arena_init(&cli->arena, memory, PAT_CLI_ARENA_BYTES);
  return pat_crypto_init();
}

/* The row for these words, and how many of them name it: 0 where none does. */
static const pat_command *find_command(const char *const *words, size_t word_count,
                                       size_t *ret_used) {
  size_t count = 0;
  const pat_command *table = pat_command_table(&count);
  for (size_t i = 0; i < count; i++) {
    const pat_command *row = &table[i];
    *ret_used = row->verb == NULL ? 1 : 2;
    if (word_count < *ret_used || strcmp(row->noun, words[0]) != 0) continue;
    if (row->verb == NULL || strcmp(row->verb, words[1]) == 0) return row;
  }
  *ret_used = 0;
  return NULL;
}

static pat_status check_operands(pat_cli *cli) {
  const pat_manual *manual = cli->command->manual;
  size_t count = cli->options.operand_count;
  if (count < manual->operands_min) {
    return pat_cli_usage(cli, "something is missing: %s", manual->synopsis);
  }
  if (count > manual->operands_max) {
    return pat_cli_usage(cli, "what is \"%s\" for?", cli->options.operands[manual->operands_max]);
  }
  return PAT_OK;
}

static pat_status run_command(pat_cli *cli, const char *const *words, size_t word_count) {
  pat_status parsed = pat_options_parse(cli->command->manual->options, words, word_count,
                                        &cli->options, &cli->error);
  if (pat_is_rule(parsed, PAT_RULE_CLI_OPTION)) {
    pat_help_suggest_option(cli, cli->error.place);
  }
  PAT_TRY(parsed);
  cli->json = pat_options_has(&cli->options, PAT_OPTION_JSON);
  cli->quiet = pat_options_has(&cli->options, PAT_OPTION_QUIET);
  if (pat_options_has(&cli->options, PAT_OPTION_HELP)) {
    cli->json = false;
    pat_help_command(cli, cli->command);
    return PAT_OK;
  }
  PAT_TRY(check_operands(cli));
  return cli->command->run(cli);
}

static pat_status dispatch(pat_cli *cli, const char *const *words, size_t word_count) {
  if (word_count == 0) {
    pat_help_suggest_command(cli, words, word_count);
    return pat_refuse(PAT_RULE_CLI_COMMAND);
  }
  if (pat_help_is_asked(words, word_count)) return pat_help_print(cli, words, word_count);
  size_t used = 0;
  cli->command = find_command(words, word_count, &used);
  if (cli->command == NULL) {
    pat_help_suggest_command(cli, words, word_count);
    return pat_refuse(PAT_RULE_CLI_COMMAND);
  }
  return run_command(cli, words + used, word_count - used);
}

/* A verdict that reached nobody must not look like a good one. */
static pat_exit deliver(pat_cli *cli, pat_exit code) {
  bool lost = fflush(cli->out) != 0;
  int reason = errno;
  lost = lost || ferror(cli->out) != 0;
  if (!lost) return code;
  if (reason != EPIPE) pat_output_note(cli, "patina: %s", pat_rule_message(PAT_RULE_CLI_OUTPUT));
  return code == PAT_EXIT_MATCHES ? PAT_EXIT_COULD_NOT_CHECK : code;
}

int pat_cli_run(const char *const *words, size_t word_count, FILE *out, FILE *err) {
  PAT_CLEANUP(clear) pat_cli cli = {.verdict = PAT_EXIT_MATCHES};
  pat_status status = init(&cli, out, err);
  if (pat_is_ok(status)) status = dispatch(&cli, words, word_count);
  pat_exit code = cli.verdict;
  if (!pat_is_ok(status)) code = cli.failure.set ? cli.failure.code : pat_exit_of(status);
  pat_output_end(&cli, status, code);
  code = deliver(&cli, code);
  fflush(err);
  return (int)code;
}

const char *pat_cli_operand(const pat_cli *cli, size_t i) {
  return i < cli->options.operand_count ? cli->options.operands[i] : NULL;
}

const char *pat_cli_option(const pat_cli *cli, pat_option_id id) {
  return pat_options_get(&cli->options, id);
}

PAT_PRINTF(3, 0)
static void set_failure(pat_cli *cli, pat_exit code, const char *format, va_list arguments) {
  if (cli->failure.set) return;
  cli->failure.set = true;
  cli->failure.code = code;
  if (format != NULL) {
    vsnprintf(cli->failure.detail, sizeof cli->failure.detail, format, arguments);
  }
}

pat_status pat_cli_usage(pat_cli *cli, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  set_failure(cli, PAT_EXIT_USAGE, format, arguments);
  va_end(arguments);
  return pat_refuse(PAT_RULE_CLI_USAGE);
}

void pat_cli_explain(pat_cli *cli, pat_exit code, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  set_failure(cli, code, format, arguments);
  va_end(arguments);
}

pat_status pat_cli_fail_as(pat_cli *cli, pat_status status, pat_exit code, const char *format,
                           ...) {
  va_list arguments;
  va_start(arguments, format);
  set_failure(cli, code, format, arguments);
  va_end(arguments);
  return status;
}

pat_status pat_cli_number(pat_cli *cli, pat_option_id id, uint64_t otherwise,
                          uint64_t *ret_number) {
  const char *text = pat_cli_option(cli, id);
  if (text == NULL) {
    *ret_number = otherwise;
    return PAT_OK;
  }
  if (!pat_is_ok(pat_text_u64(pat_span_text(text), ret_number))) {
    return pat_cli_usage(cli, "--%s takes a number, not \"%s\"", pat_option_row(id)->name, text);
  }
  return PAT_OK;
}

uint64_t pat_cli_now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
