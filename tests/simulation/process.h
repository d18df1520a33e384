/* The log's process: what is lost when it ends, over the disk that survives it; and the ways in
 * which a test can have it break its promises. */
#ifndef PAT_TESTS_SIMULATION_PROCESS_H
#define PAT_TESTS_SIMULATION_PROCESS_H

#include "server/sequencer/committer.h"
#include "tests/simulation/pool.h"
#include "tests/support/crash_store.h"

/* What the product does right and one of these does wrong. They live here, around the product. */
typedef enum {
  SIM_HONEST = 0,
  SIM_NO_FSYNC,          /* the store's durable writes are not */
  SIM_FILE_NOT_SYNCED,   /* the checkpoint file is replaced without a sync */
  SIM_FILE_FIRST,        /* the checkpoint file is replaced before the batch is committed */
  SIM_PUBLISH_FIRST,     /* the checkpoint is handed out before the batch is committed */
  SIM_ACKNOWLEDGE_FIRST, /* statements are acknowledged when decided, before the commit */
  SIM_NO_REPLAY_CHECK,   /* it is not looked up whether a statement is recorded already */
  SIM_BREAK_COUNT
} sim_break;

const char *sim_break_name(sim_break how);

typedef struct {
  sim_break how;
  unsigned index_depth; /* of its next start */
  const sim_pool *pool; /* borrowed */
  crash_disk *disk;
  pat_store *store;         /* NULL: not running */
  pat_committer *committer; /* likewise */
  pat_published published;
  /* Told of each note that is handed out early (SIM_PUBLISH_FIRST). */
  void (*handed_out)(void *context, pat_span note);
  void *context;
} sim_process;

/* An empty disk and no process. Clear it with sim_process_clear. */
void sim_process_init(sim_process *process, const sim_pool *pool, sim_break how, uint64_t seed);
void sim_process_clear(sim_process *process);

/* Starts it on what the disk holds. On failure it is not running. fails as pat_committer_open */
pat_status sim_process_start(sim_process *process) PAT_MUST_USE;
/* Ends it, however it was; nothing is written by that. Then the disk starts anew. */
void sim_process_stop(sim_process *process);

#endif
