/* How a checker says what is wrong: a sentence in static storage, or NULL where nothing is. */
#ifndef PAT_TESTS_SIMULATION_COMPLAINT_H
#define PAT_TESTS_SIMULATION_COMPLAINT_H

#include <stddef.h>

/* Returns from the calling function with a complaint where cond is false. */
#define EXPECT(cond, complaint)    \
  do {                             \
    if (!(cond)) return complaint; \
  } while (0)

/* Passes a complaint on. */
#define EXPECT_NONE(call)                      \
  do {                                         \
    const char *complaint_ = (call);           \
    if (complaint_ != NULL) return complaint_; \
  } while (0)

#endif
