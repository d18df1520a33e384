/* The server's configuration: one table of settings with defaults, a file of `key = value` lines,
 * and flags. A flag wins over the file, the file over the default; pat_config_print says which it
 * was.
 *
 *   # where everything is kept
 *   directory = /var/lib/patina
 *   listen = 127.0.0.1:8080
 *
 * A line is empty, a comment ('#' first), or key = value; blanks around key and value are dropped,
 * and a value is taken as it stands (no quotes, no escapes, no trailing comment). A setting is
 * given at most once in a file. A key that does not exist is refused with the nearest one named. */
#ifndef PAT_SERVER_SYS_CONFIG_H
#define PAT_SERVER_SYS_CONFIG_H

#include "core/base/limits.h"
#include "core/base/span.h"
#include "core/base/status.h"

typedef enum {
  PAT_CONFIG_DIRECTORY = 0,
  PAT_CONFIG_LISTEN,
  PAT_CONFIG_PORT,
  PAT_CONFIG_ADMIN_LISTEN,
  PAT_CONFIG_ADMIN_PORT,
  PAT_CONFIG_PUBLIC_URL,
  PAT_CONFIG_WEB_DIRECTORY,
  PAT_CONFIG_STORE,
  PAT_CONFIG_HTTP_THREADS,
  PAT_CONFIG_HTTP_WAITING_MAX,
  PAT_CONFIG_BATCH_MAX,
  PAT_CONFIG_QUEUE_MAX,
  PAT_CONFIG_STORE_CACHE_MIB,
  PAT_CONFIG_STORE_MEMTABLE_MIB,
  PAT_CONFIG_FREE_SPACE_MIB_MIN,
  PAT_CONFIG_LOG_LEVEL,
  PAT_CONFIG_KEY_COUNT
} pat_config_key;

typedef enum {
  PAT_CONFIG_FROM_DEFAULT = 0,
  PAT_CONFIG_FROM_FILE,
  PAT_CONFIG_FROM_FLAG,
} pat_config_origin;

typedef struct {
  char text[PAT_CONFIG_VALUE_BYTES_MAX + 1]; /* NUL-terminated, as given */
  uint64_t number;                           /* for settings that are numbers */
  pat_config_origin origin;
} pat_config_value;

/* All settings. Make with pat_config_init. */
typedef struct {
  pat_config_value values[PAT_CONFIG_KEY_COUNT];
} pat_config;

/* Gives every setting its default. */
void pat_config_init(pat_config *config) PAT_NONNULL_ALL;

/* Takes the settings of a file's text. Settings that came from a flag stay.
 * in    text    borrowed; at most PAT_CONFIG_FILE_BYTES_MAX bytes
 * out   config  unchanged on failure
 * fails CONFIG_LINE      no '=', no key, a control character, a NUL, or the file is too long
 *       CONFIG_UNKNOWN   no such setting; place names the nearest: "prot (port?)"
 *       CONFIG_REPEATED  the setting stands twice
 *       CONFIG_VALUE     not a number, not one of the words, too long, or empty
 *       CONFIG_RANGE     a number below or above what is allowed; place tells the range
 *       reterr's offset is the line's number from 1, its place the setting and what is wrong */
pat_status pat_config_read(pat_config *config, pat_span text, pat_err *reterr)
    PAT_NONNULL(1) PAT_MUST_USE;

/* Reads the file at path and takes its settings: pat_config_read, and pat_file_read's failures. */
pat_status pat_config_read_file(pat_config *config, const char *path, pat_err *reterr)
    PAT_NONNULL(1, 2) PAT_MUST_USE;

/* Takes one setting from a flag: "--port=8080" or "--http-threads=64"; '-' stands for '_'.
 * fails CONFIG_LINE (not of that form), CONFIG_UNKNOWN, CONFIG_VALUE, CONFIG_RANGE; config
 * unchanged */
pat_status pat_config_flag(pat_config *config, const char *flag, pat_err *reterr)
    PAT_NONNULL(1, 2) PAT_MUST_USE;

/* The setting's value. The text is borrowed from config. Asserts that it is of that type. */
const char *pat_config_text(const pat_config *config, pat_config_key key) PAT_NONNULL_ALL;
uint64_t pat_config_number(const pat_config *config, pat_config_key key) PAT_NONNULL_ALL;
pat_config_origin pat_config_origin_of(const pat_config *config,
                                       pat_config_key key) PAT_NONNULL_ALL;

/* The setting's name, as in "http_threads"; and one line on what it is for. Static storage. */
const char *pat_config_name(pat_config_key key);
const char *pat_config_help(pat_config_key key);

/* Receives one line of pat_config_print; line is borrowed for the call, without a newline. */
typedef void pat_config_line(void *context, const char *line);

/* Gives all settings as lines that pat_config_read accepts, each preceded by a comment line that
 * says what it is for and where the value came from. */
void pat_config_print(const pat_config *config, pat_config_line *line, void *context)
    PAT_NONNULL(1, 2);

#endif
