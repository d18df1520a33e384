/* Who remembers all that a server ever said, whatever became of the server, and holds its log
 * against it. Nothing here fails a test: complaints are counted, so that a server that forgets
 * is found out. */
#ifndef PAT_TESTS_FAULT_WITNESS_H
#define PAT_TESTS_FAULT_WITNESS_H

#include "tests/fault/load.h"

/* An acknowledged statement. */
typedef struct {
  pat_hash leaf;
  uint64_t index;
} witness_entry;

typedef struct {
  size_t acknowledged; /* statements told as recorded */
  size_t heads;        /* different checkpoints, signed and served */
  size_t leaves;       /* of the log at the last look */

  size_t not_started; /* the server refused to start, or died */
  size_t refused;     /* a request that should have been recorded was not */
  size_t unproven;    /* a receipt that does not verify, or not for that leaf */
  size_t lost;        /* acknowledged, but not in the log at its place */
  size_t twice;       /* a statement that stands in the log more than once */
  size_t halves;      /* of a request that was not answered, one part was recorded */
  size_t moved;       /* a replay that told another place than before */
  size_t forked;      /* a checkpoint that the log is no continuation of */
  size_t behind;      /* a checkpoint served that the checkpoint file was behind of */
} witness_figures;

typedef struct {
  live_ledger *live;
  witness_figures figures;
  witness_entry *entries;
  size_t entry_count, entry_capacity;
  pat_tlog_head *heads;
  size_t head_count, head_capacity;
  uint64_t head_max; /* largest size */
} witness;

void witness_init(witness *seen, live_ledger *live);
void witness_clear(witness *seen);
size_t witness_complaints(const witness_figures *figures);
/* One line. */
void witness_print(const witness_figures *figures);

/* Takes in what was answered to a load that has ended. */
void witness_hear(witness *seen, load *ended);
/* The checkpoint file, as it lies there before a start, is no older than what was served. */
void witness_look_at_file(witness *seen);
/* After a start: sends again what was not answered (all of it or nothing was recorded), and one of
 * what was. */
void witness_ask_again(witness *seen, load *ended, test_random *random);
/* Reads the whole log and compares. */
void witness_read_log(witness *seen);

#endif
