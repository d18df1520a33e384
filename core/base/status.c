#include "core/base/status.h"

#include <string.h>

#include "core/base/assert.h"
#include "core/base/span.h"

typedef struct {
  const char *id;
  pat_category category;
  const char *message;
  const char *next;
} rule_row;

static const rule_row rules[PAT_RULE_COUNT] = {
    [PAT_RULE_NONE] = {"ok", PAT_CATEGORY_OK, "Nothing is wrong.", ""},
#define PAT_RULE(symbol, id, category, message, next) \
  [PAT_RULE_##symbol] = {id, PAT_CATEGORY_##category, message, next},
#include "core/base/rules.def"
#undef PAT_RULE
};

static const char *const category_names[PAT_CATEGORY_COUNT] = {
    [PAT_CATEGORY_OK] = "ok",
    [PAT_CATEGORY_INPUT] = "input",
    [PAT_CATEGORY_RULE] = "rule",
    [PAT_CATEGORY_AUTH] = "auth",
    [PAT_CATEGORY_CONFLICT] = "conflict",
    [PAT_CATEGORY_NOT_FOUND] = "not-found",
    [PAT_CATEGORY_LIMIT] = "limit",
    [PAT_CATEGORY_BUSY] = "busy",
    [PAT_CATEGORY_IO] = "io",
    [PAT_CATEGORY_CORRUPT] = "corrupt",
    [PAT_CATEGORY_UNSUPPORTED] = "unsupported",
    [PAT_CATEGORY_NEED] = "need",
    [PAT_CATEGORY_INTERNAL] = "internal",
};

PAT_STATIC_ASSERT(sizeof(pat_status) == 4, "a status is passed in a register");
PAT_STATIC_ASSERT(PAT_RULE_COUNT <= UINT16_MAX, "a rule fits in pat_status.rule");

static const rule_row *row_of(pat_rule rule) {
  PAT_ASSERT((int)rule >= 0);
  PAT_ASSERT(rule < PAT_RULE_COUNT);
  return &rules[rule];
}

static bool is_printable(char c) { return c >= 0x20 && c < 0x7f; }

static void set_place(pat_err *reterr, const char *place) {
  size_t used = 0;
  while (place[used] != '\0' && used + 1 < sizeof(reterr->place)) {
    reterr->place[used] = is_printable(place[used]) ? place[used] : '?';
    used++;
  }
  reterr->place[used] = '\0';
}

void pat_err_set(pat_err *reterr, pat_rule rule, size_t offset, const char *place) {
  if (reterr == NULL) return;
  reterr->rule = rule;
  reterr->offset = offset;
  set_place(reterr, place == NULL ? "" : place);
}

const char *pat_rule_id(pat_rule rule) { return row_of(rule)->id; }
const char *pat_rule_message(pat_rule rule) { return row_of(rule)->message; }
const char *pat_rule_next(pat_rule rule) { return row_of(rule)->next; }
pat_category pat_rule_category(pat_rule rule) { return row_of(rule)->category; }

pat_category pat_refusal_category(pat_rule rule) {
  PAT_ASSERT(rule != PAT_RULE_NONE);
  return pat_rule_category(rule);
}

const char *pat_category_name(pat_category category) {
  PAT_ASSERT(category < PAT_CATEGORY_COUNT);
  return category_names[category];
}

pat_rule pat_rule_find(const char *id) {
  for (int rule = 1; rule < PAT_RULE_COUNT; rule++) {
    if (strcmp(rules[rule].id, id) == 0) return (pat_rule)rule;
  }
  return PAT_RULE_COUNT;
}
