/* Failures as HTTP sees them: the status for a rule, and the RFC 9457 document. */
#include "server/api/problem.h"
#include "core/base/assert.h"
#include "proto/api.pb-c.h"
#include "proto/json/protojson.h"
#include "server/api/api.h"

enum { PROBLEM_BYTES_MAX = 4096, RETRY_SOON_S = 1, RETRY_LATER_S = 5 };

static unsigned category_status(pat_category category) {
  static const uint16_t statuses[PAT_CATEGORY_COUNT] = {
      [PAT_CATEGORY_OK] = 200,          [PAT_CATEGORY_INPUT] = 400,
      [PAT_CATEGORY_RULE] = 422,        [PAT_CATEGORY_AUTH] = 403,
      [PAT_CATEGORY_CONFLICT] = 409,    [PAT_CATEGORY_NOT_FOUND] = 404,
      [PAT_CATEGORY_LIMIT] = 413,       [PAT_CATEGORY_BUSY] = 503,
      [PAT_CATEGORY_IO] = 503,          [PAT_CATEGORY_CORRUPT] = 500,
      [PAT_CATEGORY_UNSUPPORTED] = 501, [PAT_CATEGORY_NEED] = 500,
      [PAT_CATEGORY_INTERNAL] = 500,
  };
  PAT_ASSERT(category < PAT_CATEGORY_COUNT);
  return statuses[category];
}

unsigned pat_api_status_of(pat_rule rule) {
  static const struct {
    pat_rule rule;
    unsigned status;
  } own[] = {
      {PAT_RULE_HTTP_METHOD, 405},         {PAT_RULE_HTTP_NOT_ACCEPTABLE, 406},
      {PAT_RULE_HTTP_TIMEOUT, 408},        {PAT_RULE_HTTP_LENGTH_REQUIRED, 411},
      {PAT_RULE_HTTP_TARGET_SIZE, 414},    {PAT_RULE_HTTP_MEDIA_TYPE, 415},
      {PAT_RULE_HTTP_EXPECTATION, 417},    {PAT_RULE_HTTP_HEAD_SIZE, 431},
      {PAT_RULE_HTTP_METHOD_UNKNOWN, 501}, {PAT_RULE_HTTP_VERSION, 505},
  };
  for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
    if (own[i].rule == rule) return own[i].status;
  }
  return category_status(pat_rule_category(rule));
}

unsigned pat_api_retry_after_s(pat_rule rule) {
  pat_category category = pat_rule_category(rule);
  if (category == PAT_CATEGORY_BUSY) return RETRY_SOON_S;
  return category == PAT_CATEGORY_IO ? RETRY_LATER_S : 0;
}

/* "What was wrong. What to do next.": both are sentences of the table. */
static void write_detail(char detail[PAT_API_PROBLEM_TEXT_BYTES], pat_rule rule) {
  pat_builder builder;
  pat_builder_init(&builder, detail, PAT_API_PROBLEM_TEXT_BYTES - 1);
  pat_builder_text(&builder, pat_rule_message(rule));
  pat_builder_char(&builder, ' ');
  pat_builder_text(&builder, pat_rule_next(rule));
  detail[pat_builder_size(&builder)] = '\0';
}

static void write_type(char type[PAT_API_PROBLEM_TEXT_BYTES], pat_rule rule) {
  pat_builder builder;
  pat_builder_init(&builder, type, PAT_API_PROBLEM_TEXT_BYTES - 1);
  pat_builder_text(&builder, "/problems/");
  pat_builder_text(&builder, pat_rule_id(rule));
  type[pat_builder_size(&builder)] = '\0';
}

void pat_api_problem_fill(pat_api_problem_text *text, pat_status status, const pat_err *err,
                          const char *request_id) {
  pat_rule rule = (pat_rule)status.rule;
  PAT_ASSERT(rule != PAT_RULE_NONE);
  *text = (pat_api_problem_text){.problem = PATINA__PROBLEM__INIT,
                                 .place = PATINA__PROBLEM_PLACE__INIT};
  write_type(text->type, rule);
  write_detail(text->detail, rule);
  text->problem.type = text->type;
  text->problem.title = (char *)(uintptr_t)pat_rule_message(rule);
  text->problem.status = pat_api_status_of(rule);
  text->problem.detail = text->detail;
  text->problem.instance = (char *)(uintptr_t)request_id;
  text->problem.rule = (char *)(uintptr_t)pat_rule_id(rule);
  if (err == NULL || err->place[0] == '\0') return;
  text->err = *err;
  text->place.pointer = text->err.place;
  text->place.detail = text->problem.title;
  text->places[0] = &text->place;
  text->problem.n_errors = 1;
  text->problem.errors = text->places;
}

pat_status pat_api_problem(pat_status status, const pat_err *err, const char *request_id,
                           pat_blob *ret_body) {
  pat_api_problem_text text;
  pat_api_problem_fill(&text, status, err, request_id);
  char room[PROBLEM_BYTES_MAX];
  pat_builder builder;
  pat_span written = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, room, sizeof(room));
  PAT_TRY(pat_protojson_encode(&text.problem.base, &builder));
  PAT_TRY(pat_builder_finish(&builder, &written));
  return pat_blob_copy(written, ret_body);
}
