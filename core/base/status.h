/* One result type for the whole project: pat_status, a category and a rule id in four bytes.
 *
 * A refusal names the rule that was broken. The rules stand in rules.def with their public id
 * ("vin.check-digit"), category, message and next step; proto/SPEC.md lists them and each has a
 * test. Detail (where in the input) travels in an optional last parameter `pat_err *reterr`, which
 * is written only on failure and may be NULL. */
#ifndef PAT_CORE_BASE_STATUS_H
#define PAT_CORE_BASE_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/assert.h"
#include "core/base/attributes.h"

/* What a caller does about a failure. One table maps these to HTTP (server/api) and one to the
 * command line's exit codes (clients/cli). */
typedef enum {
  PAT_CATEGORY_OK = 0,
  PAT_CATEGORY_INPUT,       /* malformed: these bytes can never be accepted */
  PAT_CATEGORY_RULE,        /* well-formed, but a rule of the domain forbids it */
  PAT_CATEGORY_AUTH,        /* signature, key or standing is missing or wrong */
  PAT_CATEGORY_CONFLICT,    /* contradicts what is recorded: stale version, already there */
  PAT_CATEGORY_NOT_FOUND,   /* what it names is not recorded here */
  PAT_CATEGORY_LIMIT,       /* larger, deeper or more than limits.h allows */
  PAT_CATEGORY_BUSY,        /* try again later; nothing was done */
  PAT_CATEGORY_IO,          /* storage or network failed */
  PAT_CATEGORY_CORRUPT,     /* what was stored or proved does not match */
  PAT_CATEGORY_UNSUPPORTED, /* well-formed, but newer than this program: could not check */
  PAT_CATEGORY_NEED,        /* not a failure: the view lacks a key; fetch it and call again */
  PAT_CATEGORY_INTERNAL,    /* a mistake of ours */
  PAT_CATEGORY_COUNT
} pat_category;

typedef enum {
  PAT_RULE_NONE = 0, /* success */
#define PAT_RULE(symbol, id, category, message, next) PAT_RULE_##symbol,
#include "core/base/rules.def"
#undef PAT_RULE
  PAT_RULE_COUNT
} pat_rule;

/* Success where rule is PAT_RULE_NONE. A struct, so that the compiler refuses to mix it with int.
 */
typedef struct {
  uint16_t rule;     /* pat_rule */
  uint16_t category; /* pat_category */
} pat_status;

/* Where in the input a rule was broken. Zero-initialise; valid only after a failure. */
typedef struct {
  pat_rule rule;
  size_t offset;  /* byte offset in the input; 0 where not known */
  char place[96]; /* field path or name, NUL-terminated, printable; "" where not known */
} pat_err;

#define PAT_OK ((pat_status){0, 0})

/* The category that rules.def gives the rule; PAT_CATEGORY_OK for PAT_RULE_NONE. */
pat_category pat_rule_category(pat_rule rule);

/* As pat_rule_category, of a rule that refuses: asserts that it is not PAT_RULE_NONE. */
pat_category pat_refusal_category(pat_rule rule);

/* The status that refuses by this rule, with the category that rules.def gives it. Inline and
 * without a branch, so that compilers and analyzers see at any depth that it is never PAT_OK. */
static inline pat_status pat_refuse(pat_rule rule) {
  return (pat_status){(uint16_t)rule, (uint16_t)pat_refusal_category(rule)};
}

/* Writes rule, offset and place (borrowed, truncated to fit; may be NULL) into reterr where that is
 * not NULL. */
void pat_err_set(pat_err *reterr, pat_rule rule, size_t offset, const char *place);

/* As pat_refuse, and sets reterr (pat_err_set). */
static inline pat_status pat_refuse_at(pat_rule rule, pat_err *reterr, size_t offset,
                                       const char *place) {
  pat_err_set(reterr, rule, offset, place);
  return pat_refuse(rule);
}

static inline bool pat_is_ok(pat_status status) { return status.rule == PAT_RULE_NONE; }
static inline bool pat_is_rule(pat_status status, pat_rule rule) { return status.rule == rule; }

/* The public id of a rule, as in "bytes.truncated"; "ok" for PAT_RULE_NONE. Static storage. */
const char *pat_rule_id(pat_rule rule);
/* One plain sentence: what was wrong. Static storage. */
const char *pat_rule_message(pat_rule rule);
/* One plain sentence: what to do about it. Static storage. */
const char *pat_rule_next(pat_rule rule);
/* The category's name, as in "not-found". Static storage. */
const char *pat_category_name(pat_category category);
/* The rule with this id; PAT_RULE_COUNT where there is none. */
pat_rule pat_rule_find(const char *id) PAT_NONNULL_ALL;

/* Returns from the calling function where the call failed: the only macro, with PAT_REQUIRE, that
 * returns from inside. */
#define PAT_TRY(call)                                        \
  do {                                                       \
    pat_status pat_try_status_ = (call);                     \
    if (!pat_is_ok(pat_try_status_)) return pat_try_status_; \
  } while (0)

/* Refuses by rule (its name without PAT_RULE_) where cond is false. */
#define PAT_REQUIRE(cond, rule)                      \
  do {                                               \
    if (!(cond)) return pat_refuse(PAT_RULE_##rule); \
  } while (0)

/* As PAT_REQUIRE, and says where. */
#define PAT_REQUIRE_AT(cond, rule, reterr, offset, place)                            \
  do {                                                                               \
    if (!(cond)) return pat_refuse_at(PAT_RULE_##rule, (reterr), (offset), (place)); \
  } while (0)

#endif
