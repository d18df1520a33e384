/* Log lines: one event per line, key=value, with journald's "<n>" priority in front, on stderr.
 *
 *   PAT_LOG(PAT_LOG_INFO, "sequencer.commit", pat_log_number("size", 42), pat_log_text("note",
 * text)); <6>event=sequencer.commit size=42 note="as typed"
 *
 * Never log what a person typed or what opens something: no codes, tokens, key material, serials,
 * disclosed values or request bodies. Ids and hashes of public things may be logged.
 * Library code in core/ never logs. */
#ifndef PAT_SERVER_SYS_LOG_H
#define PAT_SERVER_SYS_LOG_H

#include "core/base/span.h"
#include "core/base/status.h"

/* Syslog's numbers. */
typedef enum {
  PAT_LOG_ERROR = 3,   /* someone must act */
  PAT_LOG_WARNING = 4, /* someone should look */
  PAT_LOG_NOTICE = 5,  /* normal but rare: start, stop, recovery */
  PAT_LOG_INFO = 6,    /* one line per unit of work */
  PAT_LOG_DEBUG = 7,
} pat_log_level;

typedef enum {
  PAT_LOG_FIELD_TEXT,
  PAT_LOG_FIELD_NUMBER,
  PAT_LOG_FIELD_HEX,
} pat_log_field_type;

/* One key=value. Make it with the functions below. All pointers are borrowed for the call. */
typedef struct {
  const char *key; /* lower-case letters, digits, '_' and '.' */
  pat_log_field_type type;
  pat_span bytes; /* TEXT and HEX */
  uint64_t number;
} pat_log_field;

/* A NUL-terminated text (NULL is written as an empty one); quoted and escaped where needed, so that
 * a stranger's text can never start a new line or a new field. */
pat_log_field pat_log_text(const char *key, const char *text) PAT_NONNULL(1);
pat_log_field pat_log_span(const char *key, pat_span text) PAT_NONNULL(1);
pat_log_field pat_log_number(const char *key, uint64_t number) PAT_NONNULL(1);
/* Lower-case hex digits. */
pat_log_field pat_log_hex(const char *key, pat_span bytes) PAT_NONNULL(1);
/* The rule's public id under the key "rule". */
pat_log_field pat_log_rule(pat_status status);

/* Where lines go. write is called by one thread at a time; line has neither priority nor newline.
 */
typedef struct {
  void (*write)(void *context, pat_log_level level, const char *line, size_t size);
  void *context;
} pat_log_sink;

/* Lines above this level are dropped. Starts at PAT_LOG_INFO. Thread-safe. */
void pat_log_set_level(pat_log_level level);
pat_log_level pat_log_get_level(void);

/* Sends lines to sink (copied) instead of stderr; NULL brings stderr back. Thread-safe. */
void pat_log_set_sink(const pat_log_sink *sink);

/* Writes one line, cut at PAT_LOG_LINE_BYTES_MAX (a cut line ends in "...").
 * in    event        dotted name, as in "store.opened"
 *       fields       field_count of them
 * time  one write(2); thread-safe; never fails (a log that cannot be written is lost) */
void pat_log_write(pat_log_level level, const char *event, const pat_log_field *fields,
                   size_t field_count) PAT_NONNULL(2);

/* pat_log_write with the fields listed; at least one. */
#define PAT_LOG(level, event, ...)                                      \
  pat_log_write((level), (event), (const pat_log_field[]){__VA_ARGS__}, \
                sizeof((const pat_log_field[]){__VA_ARGS__}) / sizeof(pat_log_field))

#endif
