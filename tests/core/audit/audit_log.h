/* A log for audits: the leaves of a test ledger, and an operator who lies. He changes what he
 * likes, and then makes everything that follows fit his lie: links, roots and the index. */
#ifndef PAT_TESTS_CORE_AUDIT_AUDIT_LOG_H
#define PAT_TESTS_CORE_AUDIT_AUDIT_LOG_H

#include "core/audit/replay.h"
#include "tests/support/ledger_draft.h"

enum { AUDIT_LEAVES_MAX = 1024 };

typedef struct audit_log audit_log;

/* Changes the leaf with this index after its honest content was made; what follows fits it. */
typedef void (*audit_lie)(audit_log *log, Patina__LogEntry *leaf);

struct audit_log {
  ledger_world *world;
  Patina__LogEntry *leaves[AUDIT_LEAVES_MAX]; /* may be changed, removed and added to */
  size_t count;
  pat_span bytes[AUDIT_LEAVES_MAX]; /* after audit_log_seal */
  audit_lie lie;                    /* NULL: none */
  size_t lie_at;
  bool skip_index; /* the operator forgets the entry lie_at in his index */
};

/* A world with a story: every kind of statement, batches of several, statements by the root. */
ledger_world *audit_world_new(void);

/* Takes the world's leaves, decoded into its memory. */
void audit_log_take(audit_log *log, ledger_world *world);
/* Makes links and commits fit, tells the lie, and encodes every leaf. */
void audit_log_seal(audit_log *log);
/* Removes a leaf; adds one (borrowed). */
void audit_log_remove(audit_log *log, size_t index);
void audit_log_insert(audit_log *log, size_t index, Patina__LogEntry *leaf);

/* The index of the first leaf from `from` on that is of this kind; the test fails where there is
 * none. kind 0: a private statement. */
size_t audit_log_find(const audit_log *log, size_t from, uint32_t kind);
/* The first commit from there on. */
size_t audit_log_find_commit(const audit_log *log, size_t from);

/* A fresh replay with memory of its own, enlarged by a little at a time. Close it. */
typedef struct {
  pat_replay replay;
  pat_arena keep;
  pat_arena scratch;
  pat_arena claims;
  pat_hash *said;
  void *pools[PAT_REPLAY_POOL_COUNT];
  pat_err err;
  size_t index; /* of the leaf that was refused */
} audit_run;
void audit_run_open(audit_run *run, const char *origin, size_t entries);
void audit_run_close(audit_run *run);
/* Replays one leaf and verifies what it claims. */
pat_status audit_run_leaf(audit_run *run, pat_span bytes);
/* Replays the sealed leaves, each claim verified at once, and ends. */
pat_status audit_run_all(audit_run *run, const audit_log *log);

#endif
