#include "server/sys/config.h"

#include <arpa/inet.h>

#include "core/base/assert.h"
#include "core/bytes/builder.h"
#include "core/bytes/reader.h"
#include "core/bytes/text.h"
#include "server/sys/file.h"
#include "server/sys/nearest.h"

typedef enum {
  KIND_TEXT,    /* anything, also nothing */
  KIND_FILLED,  /* anything but nothing */
  KIND_ADDRESS, /* an IPv4 or IPv6 address */
  KIND_WORD,    /* one of words */
  KIND_NUMBER,  /* number_min..number_max */
} setting_kind;

enum { WORDS_MAX = 6, NAME_BYTES_MAX = 63 };

typedef struct {
  const char *name;
  const char *fallback; /* the default, as it would stand in a file */
  const char *help;
  setting_kind kind;
  uint64_t number_min;
  uint64_t number_max;
  const char *words[WORDS_MAX]; /* ends at the first NULL */
} setting;

static const setting settings[PAT_CONFIG_KEY_COUNT] = {
    [PAT_CONFIG_DIRECTORY] =
        {"directory", "patina-data", "where the ledger keeps its files", KIND_FILLED, 0, 0, {NULL}},
    [PAT_CONFIG_LISTEN] =
        {"listen", "127.0.0.1", "address of the public listener", KIND_ADDRESS, 0, 0, {NULL}},
    [PAT_CONFIG_PORT] = {"port",
                         "8080",
                         "port of the public listener; 0: any free one",
                         KIND_NUMBER,
                         0,
                         65535,
                         {NULL}},
    [PAT_CONFIG_ADMIN_LISTEN] =
        {"admin_listen", "127.0.0.1", "address of the admin listener", KIND_ADDRESS, 0, 0, {NULL}},
    [PAT_CONFIG_ADMIN_PORT] = {"admin_port",
                               "8081",
                               "port of the admin listener; 0: any free one",
                               KIND_NUMBER,
                               0,
                               65535,
                               {NULL}},
    [PAT_CONFIG_PUBLIC_URL] = {"public_url",
                               "",
                               "where browsers find this server; empty: unknown",
                               KIND_TEXT,
                               0,
                               0,
                               {NULL}},
    [PAT_CONFIG_WEB_DIRECTORY] =
        {"web_directory", "", "files of the portal; empty: no portal", KIND_TEXT, 0, 0, {NULL}},
    [PAT_CONFIG_STORE] = {"store",
                          "rocksdb",
                          "storage engine; memory forgets all at the end",
                          KIND_WORD,
                          0,
                          0,
                          {"rocksdb", "memory", NULL}},
    [PAT_CONFIG_HTTP_THREADS] = {"http_threads",
                                 "1200",
                                 "connections served at the same time",
                                 KIND_NUMBER,
                                 2,
                                 8192,
                                 {NULL}},
    [PAT_CONFIG_HTTP_WAITING_MAX] = {"http_waiting_max",
                                     "300",
                                     "requests that may wait for news, and as many for receipts",
                                     KIND_NUMBER,
                                     1,
                                     8192,
                                     {NULL}},
    [PAT_CONFIG_BATCH_MAX] = {"batch_max",
                              "4000",
                              "statements of one commit",
                              KIND_NUMBER,
                              1,
                              PAT_GROUP_STATEMENTS_MAX,
                              {NULL}},
    [PAT_CONFIG_QUEUE_MAX] = {"queue_max",
                              "10000",
                              "statements waiting for a commit; no request may have more",
                              KIND_NUMBER,
                              1,
                              1000000,
                              {NULL}},
    [PAT_CONFIG_STORE_CACHE_MIB] =
        {"store_cache_mib", "64", "memory for stored blocks, MiB", KIND_NUMBER, 1, 1048576, {NULL}},
    [PAT_CONFIG_STORE_MEMTABLE_MIB] =
        {"store_memtable_mib", "64", "memory for new records, MiB", KIND_NUMBER, 1, 65536, {NULL}},
    [PAT_CONFIG_FREE_SPACE_MIB_MIN] = {"free_space_mib_min",
                                       "256",
                                       "free disk space below which nothing is written, MiB",
                                       KIND_NUMBER,
                                       16,
                                       1048576,
                                       {NULL}},
    [PAT_CONFIG_LOG_LEVEL] = {"log_level",
                              "info",
                              "least important lines that are logged",
                              KIND_WORD,
                              0,
                              0,
                              {"error", "warning", "notice", "info", "debug", NULL}},
};

const char *pat_config_name(pat_config_key key) {
  PAT_ASSERT(key < PAT_CONFIG_KEY_COUNT);
  return settings[key].name;
}

const char *pat_config_help(pat_config_key key) {
  PAT_ASSERT(key < PAT_CONFIG_KEY_COUNT);
  return settings[key].help;
}

/* --- refusals that help ---------------------------------------------------------------------- */

typedef struct {
  char text[sizeof((pat_err *)NULL)->place];
  pat_builder builder;
} place_text;

static void place_begin(place_text *place, pat_span start) {
  *place = (place_text){.text = ""};
  pat_builder_init(&place->builder, place->text, sizeof place->text - 1);
  /* A stranger's long name is cut, so that what follows still fits. */
  size_t shown = start.size < NAME_BYTES_MAX / 2 ? start.size : NAME_BYTES_MAX / 2;
  for (size_t i = 0; i < shown; i++) {
    uint8_t c = start.data[i];
    pat_builder_char(&place->builder, c > ' ' && c < 0x7f ? (char)c : '?');
  }
}

static pat_status refuse_unknown(pat_span name, size_t line, pat_err *reterr) {
  const char *names[PAT_CONFIG_KEY_COUNT];
  for (size_t i = 0; i < PAT_CONFIG_KEY_COUNT; i++)
    names[i] = settings[i].name;
  size_t nearest = pat_nearest_word(name, names, PAT_CONFIG_KEY_COUNT);
  place_text place;
  place_begin(&place, name);
  if (nearest < PAT_CONFIG_KEY_COUNT) {
    pat_builder_text(&place.builder, " (");
    pat_builder_text(&place.builder, names[nearest]);
    pat_builder_text(&place.builder, "?)");
  }
  return pat_refuse_at(PAT_RULE_CONFIG_UNKNOWN, reterr, line, place.text);
}

static pat_status refuse_words(const setting *wanted, pat_err *reterr) {
  place_text place;
  place_begin(&place, pat_span_text(wanted->name));
  pat_builder_text(&place.builder, ": one of");
  for (size_t i = 0; i < WORDS_MAX && wanted->words[i] != NULL; i++) {
    pat_builder_char(&place.builder, ' ');
    pat_builder_text(&place.builder, wanted->words[i]);
  }
  return pat_refuse_at(PAT_RULE_CONFIG_VALUE, reterr, 0, place.text);
}

static pat_status refuse_value(const setting *wanted, const char *why, pat_err *reterr) {
  place_text place;
  place_begin(&place, pat_span_text(wanted->name));
  pat_builder_text(&place.builder, why);
  return pat_refuse_at(PAT_RULE_CONFIG_VALUE, reterr, 0, place.text);
}

static pat_status refuse_range(const setting *wanted, pat_err *reterr) {
  place_text place;
  place_begin(&place, pat_span_text(wanted->name));
  pat_builder_text(&place.builder, ": ");
  pat_builder_decimal(&place.builder, wanted->number_min);
  pat_builder_text(&place.builder, " to ");
  pat_builder_decimal(&place.builder, wanted->number_max);
  return pat_refuse_at(PAT_RULE_CONFIG_RANGE, reterr, 0, place.text);
}

/* --- values ---------------------------------------------------------------------------------- */

static bool is_address(const char *text) {
  struct in6_addr address;
  return inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1;
}

static bool is_one_of(const setting *wanted, pat_span text) {
  for (size_t i = 0; i < WORDS_MAX && wanted->words[i] != NULL; i++) {
    if (pat_span_equal(text, pat_span_text(wanted->words[i]))) return true;
  }
  return false;
}

static pat_status check_number(const setting *wanted, pat_span text, uint64_t *ret_number,
                               pat_err *reterr) {
  uint64_t number = 0;
  pat_status status = pat_text_u64(text, &number);
  if (pat_is_rule(status, PAT_RULE_BYTES_TEXT_RANGE)) return refuse_range(wanted, reterr);
  if (!pat_is_ok(status)) return refuse_value(wanted, ": a whole number", reterr);
  bool within = number >= wanted->number_min && number <= wanted->number_max;
  if (!within) return refuse_range(wanted, reterr);
  *ret_number = number;
  return PAT_OK;
}

static pat_status check_kind(const setting *wanted, pat_config_value *value, pat_err *reterr) {
  pat_span text = pat_span_text(value->text);
  switch (wanted->kind) {
    case KIND_TEXT:
      return PAT_OK;
    case KIND_FILLED:
      return text.size > 0 ? PAT_OK : refuse_value(wanted, ": not empty", reterr);
    case KIND_ADDRESS:
      return is_address(value->text) ? PAT_OK : refuse_value(wanted, ": an IP address", reterr);
    case KIND_WORD:
      return is_one_of(wanted, text) ? PAT_OK : refuse_words(wanted, reterr);
    case KIND_NUMBER:
      return check_number(wanted, text, &value->number, reterr);
  }
  return pat_refuse(PAT_RULE_INTERNAL);
}

static pat_status make_value(const setting *wanted, pat_span text, pat_config_value *ret_value,
                             pat_err *reterr) {
  if (text.size > PAT_CONFIG_VALUE_BYTES_MAX) return refuse_value(wanted, ": too long", reterr);
  pat_config_value value = {.text = "", .number = 0, .origin = PAT_CONFIG_FROM_DEFAULT};
  pat_span_copy(value.text, PAT_CONFIG_VALUE_BYTES_MAX, text);
  PAT_TRY(check_kind(wanted, &value, reterr));
  *ret_value = value;
  return PAT_OK;
}

void pat_config_init(pat_config *config) {
  for (size_t i = 0; i < PAT_CONFIG_KEY_COUNT; i++) {
    PAT_ASSERT(settings[i].name != NULL);
    pat_status status =
        make_value(&settings[i], pat_span_text(settings[i].fallback), &config->values[i], NULL);
    PAT_ASSERT(pat_is_ok(status));
  }
}

static size_t find_setting(pat_span name) {
  for (size_t i = 0; i < PAT_CONFIG_KEY_COUNT; i++) {
    if (pat_span_equal(name, pat_span_text(settings[i].name))) return i;
  }
  return PAT_CONFIG_KEY_COUNT;
}

/* --- the file -------------------------------------------------------------------------------- */

typedef struct {
  pat_config *config;
  size_t line; /* from 1 */
  bool seen[PAT_CONFIG_KEY_COUNT];
} file_state;

static bool is_blank(uint8_t c) { return c == ' ' || c == '\t' || c == '\r'; }

static pat_span trim(pat_span text) {
  size_t from = 0;
  size_t to = text.size;
  while (from < to && is_blank(text.data[from]))
    from++;
  while (to > from && is_blank(text.data[to - 1]))
    to--;
  return pat_span_slice(text, from, to - from);
}

static bool has_control(pat_span text) {
  for (size_t i = 0; i < text.size; i++) {
    if ((text.data[i] < ' ' && text.data[i] != '\t') || text.data[i] == 0x7f) return true;
  }
  return false;
}

static size_t find_equals(pat_span text) {
  size_t at = 0;
  while (at < text.size && text.data[at] != '=')
    at++;
  return at;
}

static pat_status take_setting(file_state *state, size_t key, pat_span text, pat_err *reterr) {
  const setting *wanted = &settings[key];
  PAT_REQUIRE_AT(!state->seen[key], CONFIG_REPEATED, reterr, state->line, wanted->name);
  state->seen[key] = true;
  pat_config_value value;
  pat_status status = make_value(wanted, text, &value, reterr);
  if (!pat_is_ok(status) && reterr != NULL) reterr->offset = state->line;
  PAT_TRY(status);
  value.origin = PAT_CONFIG_FROM_FILE;
  pat_config_value *target = &state->config->values[key];
  if (target->origin != PAT_CONFIG_FROM_FLAG) *target = value;
  return PAT_OK;
}

static pat_status take_line(file_state *state, pat_span whole, pat_err *reterr) {
  pat_span line = trim(whole);
  if (line.size == 0 || line.data[0] == '#') return PAT_OK;
  PAT_REQUIRE_AT(!has_control(line), CONFIG_LINE, reterr, state->line, "control character");
  size_t equals = find_equals(line);
  PAT_REQUIRE_AT(equals > 0, CONFIG_LINE, reterr, state->line, "no name");
  PAT_REQUIRE_AT(equals < line.size, CONFIG_LINE, reterr, state->line, "no '='");
  pat_span name = trim(pat_span_slice(line, 0, equals));
  size_t key = find_setting(name);
  if (key == PAT_CONFIG_KEY_COUNT) return refuse_unknown(name, state->line, reterr);
  return take_setting(state, key, trim(pat_span_slice(line, equals + 1, line.size - equals - 1)),
                      reterr);
}

/* The line at the start of text, without its '\n'; the last one need not have any. */
static pat_span first_line(pat_span text) {
  size_t size = 0;
  while (size < text.size && text.data[size] != '\n')
    size++;
  return pat_span_slice(text, 0, size);
}

pat_status pat_config_read(pat_config *config, pat_span text, pat_err *reterr) {
  PAT_ASSERT(pat_span_valid(text));
  PAT_REQUIRE_AT(text.size <= PAT_CONFIG_FILE_BYTES_MAX, CONFIG_LINE, reterr, 0, "file too long");
  pat_config changed = *config;
  file_state state = {.config = &changed, .line = 1};
  pat_span rest = text;
  while (rest.size > 0) {
    pat_span line = first_line(rest);
    PAT_TRY(take_line(&state, line, reterr));
    size_t used = line.size < rest.size ? line.size + 1 : line.size;
    rest = pat_span_slice(rest, used, rest.size - used);
    state.line++;
  }
  *config = changed;
  return PAT_OK;
}

pat_status pat_config_read_file(pat_config *config, const char *path, pat_err *reterr) {
  PAT_CLEANUP(pat_blob_clear) pat_blob text = {0};
  PAT_TRY(pat_file_read(path, PAT_CONFIG_FILE_BYTES_MAX, &text, reterr));
  return pat_config_read(config, pat_blob_span(text), reterr);
}

/* --- flags and printing ---------------------------------------------------------------------- */

pat_status pat_config_flag(pat_config *config, const char *flag, pat_err *reterr) {
  pat_span whole = pat_span_text(flag);
  bool dashes = pat_span_starts_with(whole, PAT_SPAN_LITERAL("--"));
  PAT_REQUIRE_AT(dashes, CONFIG_LINE, reterr, 0, "not --name=value");
  pat_span text = pat_span_slice(whole, 2, whole.size - 2);
  size_t equals = find_equals(text);
  PAT_REQUIRE_AT(equals > 0 && equals < text.size, CONFIG_LINE, reterr, 0, "not --name=value");
  PAT_REQUIRE_AT(!has_control(text), CONFIG_LINE, reterr, 0, "control character");
  uint8_t name[NAME_BYTES_MAX] = {0};
  size_t name_size = equals < sizeof name ? equals : sizeof name;
  for (size_t i = 0; i < name_size; i++)
    name[i] = text.data[i] == '-' ? '_' : text.data[i];
  pat_span name_span = pat_span_make(name, name_size);
  size_t key = find_setting(name_span);
  if (key == PAT_CONFIG_KEY_COUNT) return refuse_unknown(name_span, 0, reterr);
  pat_config_value value;
  pat_span given = pat_span_slice(text, equals + 1, text.size - equals - 1);
  PAT_TRY(make_value(&settings[key], given, &value, reterr));
  value.origin = PAT_CONFIG_FROM_FLAG;
  config->values[key] = value;
  return PAT_OK;
}

const char *pat_config_text(const pat_config *config, pat_config_key key) {
  PAT_ASSERT(key < PAT_CONFIG_KEY_COUNT);
  PAT_ASSERT(settings[key].kind != KIND_NUMBER);
  return config->values[key].text;
}

uint64_t pat_config_number(const pat_config *config, pat_config_key key) {
  PAT_ASSERT(key < PAT_CONFIG_KEY_COUNT);
  PAT_ASSERT(settings[key].kind == KIND_NUMBER);
  return config->values[key].number;
}

pat_config_origin pat_config_origin_of(const pat_config *config, pat_config_key key) {
  PAT_ASSERT(key < PAT_CONFIG_KEY_COUNT);
  return config->values[key].origin;
}

static const char *origin_name(pat_config_origin origin) {
  switch (origin) {
    case PAT_CONFIG_FROM_DEFAULT:
      return "default";
    case PAT_CONFIG_FROM_FILE:
      return "file";
    case PAT_CONFIG_FROM_FLAG:
      return "flag";
  }
  return "unknown";
}

static void give_line(const char *const parts[4], pat_config_line *line, void *context) {
  char text[PAT_CONFIG_VALUE_BYTES_MAX + 2 * NAME_BYTES_MAX] = {0};
  pat_builder builder;
  pat_builder_init(&builder, text, sizeof text - 1);
  for (size_t i = 0; i < 4; i++)
    pat_builder_text(&builder, parts[i]);
  line(context, text);
}

void pat_config_print(const pat_config *config, pat_config_line *line, void *context) {
  for (size_t i = 0; i < PAT_CONFIG_KEY_COUNT; i++) {
    const char *origin = origin_name(config->values[i].origin);
    give_line((const char *const[4]){"# ", settings[i].help, "; from: ", origin}, line, context);
    give_line((const char *const[4]){settings[i].name, " = ", config->values[i].text, ""}, line,
              context);
  }
}
