/* The options of all commands, in one table: parsing, help and completion read it. */
#ifndef PAT_CLIENTS_CLI_OPTIONS_H
#define PAT_CLIENTS_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/limits.h"
#include "core/base/status.h"

typedef enum {
  PAT_OPTION_HELP = 0,
  PAT_OPTION_JSON,
  PAT_OPTION_QUIET,
  PAT_OPTION_SERVER,
  PAT_OPTION_POLICY,
  PAT_OPTION_HOME,
  PAT_OPTION_KEY,
  PAT_OPTION_SIGNER,
  PAT_OPTION_OUTPUT,
  PAT_OPTION_RECEIPT,
  PAT_OPTION_DRY_RUN,
  PAT_OPTION_OCCURRED,
  PAT_OPTION_NAME,
  PAT_OPTION_TYPE,
  PAT_OPTION_SPONSOR,
  PAT_OPTION_PRINCIPAL,
  PAT_OPTION_ROLE,
  PAT_OPTION_CLASS,
  PAT_OPTION_GRANT,
  PAT_OPTION_VERSION,
  PAT_OPTION_SET,
  PAT_OPTION_CLEAR,
  PAT_OPTION_SCHEMA,
  PAT_OPTION_SCOPE,
  PAT_OPTION_ASSIGNMENT,
  PAT_OPTION_EXPECT_VERSION,
  PAT_OPTION_ACCEPT_NEAR_MISS,
  PAT_OPTION_REASON,
  PAT_OPTION_NOTE,
  PAT_OPTION_STATEMENT,
  PAT_OPTION_LEAF,
  PAT_OPTION_BUNDLE,
  PAT_OPTION_MODEL,
  PAT_OPTION_SERIAL,
  PAT_OPTION_DEVICE,
  PAT_OPTION_STREAM,
  PAT_OPTION_SIGNAL,
  PAT_OPTION_BOOT,
  PAT_OPTION_FOLLOW,
  PAT_OPTION_MAP,
  PAT_OPTION_RESUME,
  PAT_OPTION_BATCH,
  PAT_OPTION_MIRROR,
  PAT_OPTION_COSIGN,
  PAT_OPTION_OUT,
  PAT_OPTION_CHECKPOINT,
  PAT_OPTION_SAVE,
  PAT_OPTION_SINCE,
  PAT_OPTION_LOOKUP,
  PAT_OPTION_EARLIER,
  PAT_OPTION_EXPLAIN,
  PAT_OPTION_ALL,
  PAT_OPTION_STATEMENTS,
  PAT_OPTION_ASSETS,
  PAT_OPTION_COUNT
} pat_option_id;

/* One row. */
typedef struct {
  const char *name;  /* without "--" */
  char letter;       /* 0: none */
  const char *value; /* what it takes, for the help; NULL: nothing */
  bool repeated;     /* may stand several times */
  const char *help;
} pat_option;

/* A set of options: one bit each. */
typedef uint64_t pat_option_set;
#define PAT_OPTION_BIT(id) ((pat_option_set)1 << PAT_OPTION_##id)

/* What every command takes, what all those that talk to a log take, and what those that sign
 * take. */
#define PAT_OPTIONS_COMMON (PAT_OPTION_BIT(HELP) | PAT_OPTION_BIT(JSON) | PAT_OPTION_BIT(QUIET))
#define PAT_OPTIONS_LOG \
  (PAT_OPTION_BIT(SERVER) | PAT_OPTION_BIT(POLICY) | PAT_OPTION_BIT(HOME) | PAT_OPTIONS_COMMON)
#define PAT_OPTIONS_SUBMIT (PAT_OPTIONS_LOG | PAT_OPTION_BIT(RECEIPT) | PAT_OPTION_BIT(DRY_RUN))
#define PAT_OPTIONS_SIGN                                                                        \
  (PAT_OPTIONS_SUBMIT | PAT_OPTION_BIT(KEY) | PAT_OPTION_BIT(SIGNER) | PAT_OPTION_BIT(OUTPUT) | \
   PAT_OPTION_BIT(OCCURRED))

/* What was typed. Texts are borrowed from argv. */
typedef struct {
  struct {
    pat_option_id id;
    const char *value; /* "" for an option that takes none */
  } given[PAT_CLI_ARGUMENTS_MAX];
  size_t given_count;
  const char *operands[PAT_CLI_ARGUMENTS_MAX];
  size_t operand_count;
} pat_options;

/* The table's row. Static storage. */
const pat_option *pat_option_row(pat_option_id id);

/* Sorts the words behind the command into options and operands: "--name VALUE", "--name=VALUE",
 * "-o VALUE", "-oVALUE", "--" ends the options, "-" is an operand.
 * in    allowed      the command's options
 *       words        borrowed for the life of ret_options
 * out   ret_options  unspecified on failure
 *       reterr       the word at fault in place, the position in offset
 * fails cli.option         no such option for this command
 *       cli.option-value   a value is missing or not wanted, or an option stands twice
 *       cli.arguments      more than PAT_CLI_ARGUMENTS_MAX words */
pat_status pat_options_parse(pat_option_set allowed, const char *const *words, size_t word_count,
                             pat_options *ret_options, pat_err *reterr) PAT_NONNULL(4) PAT_MUST_USE;

/* The value of an option, or NULL where it was not given; value number i of a repeated one. */
const char *pat_options_get(const pat_options *options, pat_option_id id) PAT_NONNULL_ALL;
const char *pat_options_at(const pat_options *options, pat_option_id id, size_t i) PAT_NONNULL_ALL;

/* How often an option was given, and whether it was. */
size_t pat_options_count(const pat_options *options, pat_option_id id) PAT_NONNULL_ALL;
bool pat_options_has(const pat_options *options, pat_option_id id) PAT_NONNULL_ALL;

#endif
