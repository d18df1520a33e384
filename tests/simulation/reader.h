/* Somebody outside who remembers every checkpoint that he saw, and checks the receipts he is given.
 * */
#ifndef PAT_TESTS_SIMULATION_READER_H
#define PAT_TESTS_SIMULATION_READER_H

#include "core/tlog/proof.h"
#include "proto/log.pb-c.h"
#include "server/sequencer/published.h"
#include "tests/simulation/auditor.h"

enum { SIM_SEEN_MAX = 256 };

typedef struct {
  pat_tlog_head seen[SIM_SEEN_MAX]; /* in the order in which they were seen */
  size_t count;
  pat_tlog_head handed[SIM_SEEN_MAX]; /* early: before their leaves could be read */
  size_t handed_count;
} sim_reader;

/* What one of them looks at: the newest checkpoint, and the tree under it. */
typedef struct {
  pat_published_head head;
  pat_frontier *frontier;
  pat_tree_reader tree;
} sim_sight;

/* Looks at what is published: the checkpoint is signed, ends with its commit, states the leaves'
 * root, is not smaller than any seen, its tree proves that it continues the last one seen and an
 * arbitrary older one, and its index proves a subject of the leaves and the absence of another.
 * auditor has read the leaves. Fills ret_sight also where it complains; clear it with
 * sim_sight_clear. */
const char *sim_reader_look(sim_reader *reader, const sim_pool *pool, const sim_auditor *auditor,
                            pat_published *published, sim_sight *ret_sight);
void sim_sight_clear(sim_sight *sight);

/* Takes a note that was handed out without a look at its leaves; sim_reader_check judges it. */
const char *sim_reader_take(sim_reader *reader, const sim_pool *pool, pat_span note);

/* Every checkpoint that was ever seen is of these leaves. */
const char *sim_reader_check(const sim_reader *reader, const sim_auditor *auditor);
/* The largest size that was ever seen. */
uint64_t sim_reader_size(const sim_reader *reader);

/* The receipt of a leaf verifies against the checkpoint seen last. */
const char *sim_reader_receipt(const sim_reader *reader, sim_sight *sight, uint64_t index,
                               const pat_hash *leaf_hash);

#endif
