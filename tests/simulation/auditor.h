/* A reader that keeps every leaf it was ever shown, and recomputes from the leaves alone what the
 * log commits to: its root, every subject's sub-log, the index, the links, the clock.
 *
 * A complaint is a sentence in static storage; NULL: nothing is wrong. */
#ifndef PAT_TESTS_SIMULATION_AUDITOR_H
#define PAT_TESTS_SIMULATION_AUDITOR_H

#include "core/index/tree.h"
#include "core/tlog/range.h"
#include "server/store/store.h"
#include "tests/simulation/pool.h"

enum { SIM_LEAVES_MAX = 320, SIM_SUBJECTS_MAX = 384 };

typedef struct {
  pat_hash hash;
  pat_hash root;       /* of the tree that ends with this leaf */
  uint64_t time_ms;    /* logged_at, or the commit's time */
  size_t statement;    /* its number in the pool; SIM_STATEMENTS_MAX for a commit */
  size_t batch_commit; /* index of the commit that covers it; set when that is read */
} sim_leaf;

typedef struct {
  pat_hash key;
  pat_tlog_range sublog;
  uint64_t last_index;
} sim_subject;

/* Zero-initialised it knows the empty log. Invariant: leaves[0..size) end with a commit. */
typedef struct {
  sim_leaf leaves[SIM_LEAVES_MAX];
  size_t size;
  pat_tlog_range range;
  uint64_t time_ms;
  uint64_t commits;
  uint64_t last_commit;
  sim_subject subjects[SIM_SUBJECTS_MAX];
  size_t subject_count;
  pat_index_tree index;
  pat_hash index_root; /* at the last commit */
  pat_index_node nodes[PAT_INDEX_NODES_FOR(SIM_SUBJECTS_MAX)];
  uint16_t place[SIM_STATEMENTS_MAX]; /* log index + 1 of a statement; 0: not in the log */
} sim_auditor;

void sim_auditor_init(sim_auditor *auditor);
/* Knows from now on what source knows. */
void sim_auditor_copy(sim_auditor *auditor, const sim_auditor *source);

/* Reads the leaves from its own size up to size, checking each and that the last is a commit. */
const char *sim_auditor_read(sim_auditor *auditor, const sim_pool *pool, pat_store *store,
                             uint64_t size);
/* Reads all leaves again: none has changed, and behind the last there is none. */
const char *sim_auditor_recheck(const sim_auditor *auditor, pat_store *store);

/* True where the statement is in the log; then *ret_index says where. */
bool sim_auditor_find(const sim_auditor *auditor, size_t statement, uint64_t *ret_index);

#endif
