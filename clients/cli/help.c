#include "clients/cli/help.h"

#include <string.h>

#include "clients/cli/commands.h"
#include "clients/cli/nearest.h"
#include "clients/cli/output.h"

const pat_manual pat_manual_completion_bash = {
    .synopsis = "",
    .examples = "  patina completion bash > ~/.local/share/bash-completion/completions/patina\n",
    .options = PAT_OPTION_BIT(HELP),
};

const pat_manual pat_manual_version = {
    .synopsis = "",
    .examples = "  patina version\n",
    .options = PAT_OPTIONS_COMMON,
};

static const char general[] =
    "Examples:\n"
    "  patina asset find vin 1M8GDM9AXKP042788       which asset carries this number\n"
    "  patina asset history 01K9X...                 its whole history, verified here\n"
    "  patina receipt verify r.tlog-proof --statement s.patina\n"
    "\n"
    "Usage: patina NOUN VERB [OPTIONS] [ARGUMENTS]     patina NOUN VERB --help\n";

static const char exits[] =
    "Exit codes:\n"
    "  0 matches   1 internal   2 usage   3 not found   4 does not match   5 not proven\n"
    "  6 could not check   7 not allowed   8 conflict   130 interrupted\n";

static bool is_help(const char *word) {
  return strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

bool pat_help_is_asked(const char *const *words, size_t word_count) {
  if (word_count >= 1 && is_help(words[0])) return true;
  if (word_count != 2 || !is_help(words[1])) return false;
  size_t count = 0;
  const pat_command *table = pat_command_table(&count);
  for (size_t i = 0; i < count; i++) {
    if (table[i].verb != NULL && strcmp(table[i].noun, words[0]) == 0) return true;
  }
  return false;
}

static void print_row(pat_cli *cli, const pat_command *row) {
  char name[PAT_CLI_WORD_BYTES_MAX * 2];
  snprintf(name, sizeof name, "%s%s%s", row->noun, row->verb != NULL ? " " : "",
           row->verb != NULL ? row->verb : "");
  pat_output_line(cli, "  %-20s %s", name, row->help);
}

static size_t print_group(pat_cli *cli, const char *noun) {
  size_t count = 0;
  size_t printed = 0;
  const pat_command *table = pat_command_table(&count);
  for (size_t i = 0; i < count; i++) {
    if (noun != NULL && strcmp(table[i].noun, noun) != 0) continue;
    print_row(cli, &table[i]);
    printed++;
  }
  return printed;
}

static const pat_command *find(const char *noun, const char *verb) {
  size_t count = 0;
  const pat_command *table = pat_command_table(&count);
  for (size_t i = 0; i < count; i++) {
    if (strcmp(table[i].noun, noun) != 0) continue;
    if (table[i].verb == NULL) return &table[i];
    if (verb != NULL && strcmp(table[i].verb, verb) == 0) return &table[i];
  }
  return NULL;
}

pat_status pat_help_print(pat_cli *cli, const char *const *words, size_t word_count) {
  const char *topic[2] = {NULL, NULL};
  size_t topics = 0;
  for (size_t i = 0; i < word_count && topics < 2; i++) {
    if (!is_help(words[i])) topic[topics++] = words[i];
  }
  if (topics == 0) {
    pat_output_line(cli, "%s\nCommands:", general);
    print_group(cli, NULL);
    pat_output_line(cli, "\n%s", exits);
    return PAT_OK;
  }
  const pat_command *row = find(topic[0], topic[1]);
  if (row != NULL) {
    pat_help_command(cli, row);
    return PAT_OK;
  }
  if (topics == 1 && print_group(cli, topic[0]) > 0) return PAT_OK;
  pat_help_suggest_command(cli, topic, topics);
  return pat_refuse(PAT_RULE_CLI_COMMAND);
}

static void print_options(pat_cli *cli, pat_option_set options) {
  for (size_t id = 0; id < PAT_OPTION_COUNT; id++) {
    if ((options >> id & 1) == 0) continue;
    const pat_option *row = pat_option_row((pat_option_id)id);
    char left[64];
    char letter[8] = "";
    if (row->letter != 0) snprintf(letter, sizeof letter, "-%c, ", row->letter);
    snprintf(left, sizeof left, "%s--%s%s%s", letter, row->name, row->value != NULL ? " " : "",
             row->value != NULL ? row->value : "");
    pat_output_line(cli, "  %-28s %s%s", left, row->help, row->repeated ? " (repeatable)" : "");
  }
}

void pat_help_command(pat_cli *cli, const pat_command *command) {
  const pat_manual *manual = command->manual;
  pat_output_line(cli, "Examples:\n%s", manual->examples);
  pat_output_line(cli, "Usage: patina %s%s%s%s%s [OPTIONS]", command->noun,
                  command->verb != NULL ? " " : "", command->verb != NULL ? command->verb : "",
                  manual->synopsis[0] != '\0' ? " " : "", manual->synopsis);
  pat_output_line(cli, "  %s\n", command->help);
  if (manual->details != NULL) pat_output_line(cli, "%s", manual->details);
  pat_output_line(cli, "Options:");
  print_options(cli, manual->options);
  pat_output_line(cli, "\n%s", exits);
}

/* Mistyped, or not typed to its end. */
static bool is_near(const char *typed, const char *word) {
  if (typed[0] == '\0') return true;
  if (strncmp(typed, word, strlen(typed)) == 0) return true;
  return pat_nearest_distance(typed, word) <= pat_nearest_limit(typed);
}

void pat_help_suggest_command(pat_cli *cli, const char *const *words, size_t word_count) {
  size_t count = 0;
  size_t shown = 0;
  const pat_command *table = pat_command_table(&count);
  const char *noun = word_count > 0 ? words[0] : "";
  const char *verb = word_count > 1 ? words[1] : "";
  if (word_count == 0) pat_output_note(cli, "%s\nCommands:", general);
  for (int strict = 1; strict >= 0 && shown == 0; strict--) {
    for (size_t i = 0; i < count; i++) {
      const char *row_verb = table[i].verb != NULL ? table[i].verb : "";
      if (!is_near(noun, table[i].noun) || (strict && !is_near(verb, row_verb))) continue;
      pat_output_note(cli, "  patina %s %-12s %s", table[i].noun, row_verb, table[i].help);
      shown++;
    }
  }
  if (word_count > 0) pat_output_note(cli, "  patina help: all commands");
}

void pat_help_suggest_option(pat_cli *cli, const char *word) {
  pat_option_set allowed = cli->command->manual->options;
  for (size_t id = 0; id < PAT_OPTION_COUNT; id++) {
    if ((allowed >> id & 1) == 0) continue;
    char name[PAT_CLI_WORD_BYTES_MAX + 1];
    snprintf(name, sizeof name, "--%s", pat_option_row((pat_option_id)id)->name);
    if (pat_nearest_distance(word, name) > pat_nearest_limit(word)) continue;
    pat_output_note(cli, "  Did you mean %s?", name);
  }
}

static void print_completion_row(pat_cli *cli, const pat_command *row) {
  char words[2048] = "";
  size_t used = 0;
  for (size_t id = 0; id < PAT_OPTION_COUNT; id++) {
    if ((row->manual->options >> id & 1) == 0) continue;
    int put = snprintf(words + used, sizeof words - used, " --%s",
                       pat_option_row((pat_option_id)id)->name);
    if (put > 0) used += (size_t)put;
  }
  pat_output_line(cli, "    \"%s%s%s\") words=\"%s\" ;;", row->noun, row->verb != NULL ? " " : "",
                  row->verb != NULL ? row->verb : "", words[0] != '\0' ? words + 1 : "");
}

static void print_completion_nouns(pat_cli *cli, const pat_command *table, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (i > 0 && strcmp(table[i].noun, table[i - 1].noun) == 0) continue;
    pat_output_line(cli, "  nouns=\"$nouns %s\"", table[i].noun);
  }
  for (size_t i = 0; i < count; i++) {
    if (table[i].verb == NULL) continue;
    pat_output_line(cli, "  [ \"${COMP_WORDS[1]}\" = %s ] && verbs=\"$verbs %s\"", table[i].noun,
                    table[i].verb);
  }
}

pat_status pat_cmd_completion_bash(pat_cli *cli) {
  size_t count = 0;
  const pat_command *table = pat_command_table(&count);
  pat_output_line(cli,
                  "# bash completion for patina: patina completion bash > "
                  "~/.local/share/bash-completion/completions/patina");
  pat_output_line(cli,
                  "_patina() {\n  local nouns= verbs= words= current=${COMP_WORDS[COMP_CWORD]}");
  print_completion_nouns(cli, table, count);
  pat_output_line(cli, "  case \"${COMP_WORDS[1]}${verbs:+ ${COMP_WORDS[2]}}\" in");
  for (size_t i = 0; i < count; i++) {
    print_completion_row(cli, &table[i]);
  }
  pat_output_line(cli, "  esac");
  pat_output_line(cli, "  [ \"$COMP_CWORD\" = 1 ] && words=$nouns");
  pat_output_line(cli, "  [ \"$COMP_CWORD\" = 2 ] && [ -n \"$verbs\" ] && words=$verbs");
  pat_output_line(cli, "  case $current in -*) ;; *) [ \"$COMP_CWORD\" -gt 2 ] && words= ;; esac");
  pat_output_line(cli, "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n}");
  pat_output_line(cli, "complete -o default -F _patina patina");
  return PAT_OK;
}

pat_status pat_cmd_version(pat_cli *cli) {
  pat_output_line(cli, "patina %s", PAT_CLI_VERSION);
  pat_output_text(cli, "version", PAT_CLI_VERSION);
  return PAT_OK;
}
