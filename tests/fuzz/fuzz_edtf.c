/* Hits: pat_edtf_parse, pat_edtf_compare, pat_edtf_surely_before, pat_reader_*.
 *
 * Input: the text of a date. Property: it is refused with a rule and a place inside it, or its days
 * are in order; a date with a qualifier, and the interval from it to itself, mean the same days. */
#include "core/base/assert.h"
#include "core/base/limits.h"
#include "core/bytes/builder.h"
#include "core/model/edtf.h"
#include "tests/fuzz/fuzz_target.h"

static bool has(pat_span text, char c) {
  for (size_t i = 0; i < text.size; i++) {
    if (text.data[i] == (uint8_t)c) return true;
  }
  return false;
}

static void check_same_days(const pat_edtf *edtf, pat_span first, pat_span second) {
  uint8_t buffer[PAT_EDTF_BYTES_MAX];
  pat_builder builder;
  pat_span text = PAT_SPAN_EMPTY;
  pat_edtf again = {0};
  pat_builder_init(&builder, buffer, sizeof(buffer));
  pat_builder_span(&builder, first);
  pat_builder_span(&builder, second);
  if (!pat_is_ok(pat_builder_finish(&builder, &text))) return;
  PAT_ASSERT(pat_is_ok(pat_edtf_parse(text, &again, NULL)));
  PAT_ASSERT(pat_edtf_compare(edtf, &again) == 0);
}

static void check_interval_to_itself(const pat_edtf *edtf, pat_span text) {
  uint8_t buffer[PAT_EDTF_BYTES_MAX];
  pat_builder builder;
  pat_span start = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, buffer, sizeof(buffer));
  pat_builder_span(&builder, text);
  pat_builder_char(&builder, '/');
  if (pat_is_ok(pat_builder_finish(&builder, &start))) check_same_days(edtf, start, text);
}

static void check_meaning(const pat_edtf *edtf, pat_span text) {
  bool whole_date = !has(text, '/') && !has(text, 'T');
  bool qualified = edtf->uncertain || edtf->approximate;
  PAT_ASSERT(edtf->earliest_day <= edtf->latest_day);
  PAT_ASSERT(pat_edtf_compare(edtf, edtf) == 0);
  PAT_ASSERT(!pat_edtf_surely_before(edtf, edtf));
  if (whole_date) check_interval_to_itself(edtf, text);
  if (whole_date && !qualified) check_same_days(edtf, text, PAT_SPAN_LITERAL("%"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pat_edtf edtf = {0};
  pat_err err = {0};
  pat_span text = pat_span_make(data, size);
  pat_status status = pat_edtf_parse(text, &edtf, &err);
  if (pat_is_ok(status)) {
    check_meaning(&edtf, text);
    return 0;
  }
  PAT_ASSERT(err.rule == (pat_rule)status.rule);
  PAT_ASSERT(err.offset <= size);
  return 0;
}
