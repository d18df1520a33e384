/* The problem message and the texts that it points to, in one piece: for a response of its own, and
 * for a refused item of a batch. Stays where it was filled: it points into itself. */
#ifndef PAT_SERVER_API_PROBLEM_H
#define PAT_SERVER_API_PROBLEM_H

#include "core/base/status.h"
#include "proto/api.pb-c.h"

enum { PAT_API_PROBLEM_TEXT_BYTES = 400 }; /* the two longest sentences of rules.def fit */

typedef struct {
  Patina__Problem problem;
  Patina__ProblemPlace place;
  Patina__ProblemPlace *places[1];
  pat_err err;
  char type[PAT_API_PROBLEM_TEXT_BYTES];
  char detail[PAT_API_PROBLEM_TEXT_BYTES];
} pat_api_problem_text;

/* Fills the problem of a failure. err may be NULL; request_id is borrowed. status is not OK. */
void pat_api_problem_fill(pat_api_problem_text *text, pat_status status, const pat_err *err,
                          const char *request_id) PAT_NONNULL(1, 4);

#endif
