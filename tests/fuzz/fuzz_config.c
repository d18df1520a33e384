/* Hits: pat_config_read, pat_config_flag, pat_config_print.
 *
 * Input: a configuration file; as a flag, too. Properties: it is refused and every setting stays as
 * it was, or what pat_config_print says is accepted and means the same. */
#include <string.h>

#include "core/base/assert.h"
#include "server/sys/config.h"
#include "tests/fuzz/fuzz_support.h"
#include "tests/fuzz/fuzz_target.h"

enum { INPUT_BYTES_MAX = 8192, PRINTED_BYTES_MAX = 64 * 1024 };

static pat_config defaults;
static pat_config config;
static pat_config again;
static char printed[PRINTED_BYTES_MAX];

static void take_line(void *context, const char *line) {
  size_t *size = context;
  size_t line_size = strlen(line);
  PAT_ASSERT(*size + line_size + 1 < PRINTED_BYTES_MAX);
  memcpy(printed + *size, line, line_size);
  *size += line_size;
  printed[(*size)++] = '\n';
}

static void check_accepted(void) {
  size_t size = 0;
  pat_config_print(&config, take_line, &size);
  pat_config_init(&again);
  PAT_ASSERT(pat_is_ok(pat_config_read(&again, pat_span_make(printed, size), NULL)));
  for (size_t key = 0; key < PAT_CONFIG_KEY_COUNT; key++) {
    PAT_ASSERT(strcmp(again.values[key].text, config.values[key].text) == 0);
    PAT_ASSERT(again.values[key].number == config.values[key].number);
  }
}

static void check_verdict(pat_status status, const pat_err *err) {
  if (pat_is_ok(status)) {
    check_accepted();
    return;
  }
  fuzz_check_refusal(status, err);
  for (size_t key = 0; key < PAT_CONFIG_KEY_COUNT; key++) {
    PAT_ASSERT(strcmp(config.values[key].text, defaults.values[key].text) == 0);
    PAT_ASSERT(config.values[key].number == defaults.values[key].number);
    PAT_ASSERT(config.values[key].origin == defaults.values[key].origin);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > INPUT_BYTES_MAX) return 0;
  pat_err err = {.offset = 0};
  pat_config_init(&defaults);
  config = defaults;
  pat_status status = pat_config_read(&config, pat_span_make(data, size), &err);
  check_verdict(status, &err);
  char flag[INPUT_BYTES_MAX + 1] = "";
  memcpy(flag, data, size);
  flag[size] = '\0';
  config = defaults;
  err = (pat_err){.offset = 0};
  status = pat_config_flag(&config, flag, &err);
  check_verdict(status, &err);
  return 0;
}
