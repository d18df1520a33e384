/* The statements that the clients of a simulation submit: signed once per program, the same in
 * every one. */
#ifndef PAT_TESTS_SIMULATION_POOL_H
#define PAT_TESTS_SIMULATION_POOL_H

#include "core/note/signed_note.h"
#include "server/sequencer/committer.h"
#include "tests/support/ledger_draft.h"
#include "tests/support/test_random.h"

enum { SIM_STATEMENTS_MAX = 320, SIM_FIXED_STATEMENTS = 220 };

/* One statement: what the client sends, and what is left of it behind the check of its form. */
typedef struct {
  const Patina__SignedStatement *envelope;
  const pat_submission *submission;
  pat_plan_memo memo;
} sim_statement;

/* Invariant: [0, founding) are those that found the log (genesis, catalog, principals, standing),
 * in an order in which all are accepted; [0, fixed) are the same for every seed; the rest is signed
 * for one. */
typedef struct {
  ledger_world *world; /* keys and drafts; its own log stays empty */
  pat_log_keys keys;
  uint8_t promise_public[PAT_PUBLIC_KEY_BYTES];
  pat_note_key log_key;
  sim_statement statements[SIM_STATEMENTS_MAX];
  size_t founding;
  size_t fixed;
  size_t count;
  size_t memory_mark; /* of the world's memory behind the fixed ones */
} sim_pool;

/* Takes some hundred milliseconds. Free it with sim_pool_free. */
sim_pool *sim_pool_new(void);
void sim_pool_free(sim_pool *pool);

/* Forgets the statements of the last seed. */
void sim_pool_reset(sim_pool *pool, uint64_t seed);
/* Builds, signs and checks a statement at now_ms; gives its number. At most SIM_STATEMENTS_MAX -
 * SIM_FIXED_STATEMENTS per seed (asserted). */
size_t sim_pool_sign(sim_pool *pool, test_random *random, uint64_t now_ms);
/* The hash of a statement, borrowed. */
const pat_hash *sim_pool_hash(const sim_pool *pool, size_t statement);
/* The number of the statement with this hash; count where there is none. */
size_t sim_pool_find(const sim_pool *pool, const uint8_t sha256[PAT_HASH_BYTES]);
/* Spoils a copy of a statement's envelope and has its form checked, as a server does before it
 * queues anything: true where it is refused, as it must be. */
bool sim_pool_refuses_spoiled(sim_pool *pool, test_random *random, size_t statement);

#endif
