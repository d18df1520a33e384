/* What the strain tests share: a server with as many threads as they need, what a refusal looks
 * like, and the figures that are printed at the end. */
#ifndef PAT_TESTS_INTEGRATION_STRAIN_H
#define PAT_TESTS_INTEGRATION_STRAIN_H

#include "tests/integration/live_ledger.h"
#include "tests/integration/raw_client.h"

enum { STRAIN_IDLE_DEFAULT = 100, STRAIN_IDLE_MAX = 6000 };

typedef struct {
  size_t refusals[PAT_RULE_COUNT];
  size_t idle_held;
  size_t answered; /* while they were held */
  uint64_t slowest_ms;
  uint64_t memory_before_kib;
  uint64_t memory_after_kib;
} strain_figures;
extern strain_figures strain_seen;

void strain_count_refusal(const char *id);
void strain_print_figures(void);

/* How many idle connections are opened: the number in PATINA_IDLE, or STRAIN_IDLE_DEFAULT; the
 * server's threads, a fifth more; and how many readers may wait. */
size_t strain_idle_count(void);
size_t strain_thread_count(void);
size_t strain_waiting_max(void);

/* Starts the server again with that many threads, and these flags: NULL, or at most four and a
 * NULL. */
void strain_restart(live_ledger *live, const char *const *flags);
/* The most memory that the server ever held. */
uint64_t strain_memory_peak_kib(const live_ledger *live);

/* A statement that was not said before. */
Patina__SignedStatement *strain_vehicle(live_ledger *live);
/* The server takes a statement, and its receipt verifies. */
void strain_assert_accepts(live_ledger *live);
uint64_t strain_log_size(live_ledger *live);

/* The answer holds this part. */
void strain_assert_has(const raw_answer *answer, const char *part);
/* The answer is a problem of this status and rule; it is counted. */
void strain_assert_problem(const raw_answer *answer, int status, const char *rule);

#endif
