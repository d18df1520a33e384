#include "core/verify/word.h"

#include "core/base/assert.h"

/* Nobody whom the reader's policy names vouches for it: that is less than a contradiction. */
static bool is_unproven(pat_status status) {
  static const pat_rule rules[] = {PAT_RULE_POLICY_LOG, PAT_RULE_POLICY_QUORUM_MISSING,
                                   PAT_RULE_NOTE_UNSIGNED};
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
    if (pat_is_rule(status, rules[i])) return true;
  }
  return false;
}

pat_word pat_word_of(pat_status status) {
  PAT_ASSERT(status.category < PAT_CATEGORY_COUNT);
  if (is_unproven(status)) return PAT_WORD_NOT_PROVEN;
  switch ((pat_category)status.category) {
    case PAT_CATEGORY_OK:
      return PAT_WORD_MATCHES;
    case PAT_CATEGORY_LIMIT:
    case PAT_CATEGORY_BUSY:
    case PAT_CATEGORY_IO:
    case PAT_CATEGORY_UNSUPPORTED:
    case PAT_CATEGORY_NEED:
    case PAT_CATEGORY_INTERNAL:
      return PAT_WORD_COULD_NOT_CHECK;
    case PAT_CATEGORY_INPUT:
    case PAT_CATEGORY_RULE:
    case PAT_CATEGORY_AUTH:
    case PAT_CATEGORY_CONFLICT:
    case PAT_CATEGORY_NOT_FOUND:
    case PAT_CATEGORY_CORRUPT:
    case PAT_CATEGORY_COUNT:
      break;
  }
  return PAT_WORD_DOES_NOT_MATCH;
}

void pat_word_name_rule(pat_status status, pat_err *err) {
  if (pat_is_ok(status) || err->rule == (pat_rule)status.rule) return;
  *err = (pat_err){.rule = (pat_rule)status.rule};
}

const char *pat_word_text(pat_word word) {
  static const char *const texts[] = {
      [PAT_WORD_MATCHES] = "matches",
      [PAT_WORD_NOT_PROVEN] = "not proven",
      [PAT_WORD_DOES_NOT_MATCH] = "does not match",
      [PAT_WORD_COULD_NOT_CHECK] = "could not check",
  };
  PAT_ASSERT((size_t)word < sizeof texts / sizeof *texts);
  return texts[word];
}
