/* The log's hash tiles, checked by themselves: every tile follows from those below it, and all of
 * them lead to the checkpoint's root. What is compared with them afterwards (the leaves) is in the
 * log for certain. */
#ifndef PAT_CLIENTS_CLI_AUDIT_TREE_H
#define PAT_CLIENTS_CLI_AUDIT_TREE_H

#include "clients/cli/audit/bar.h"
#include "clients/cli/audit/mirror.h"

/* What was asked of the tiles beside the root. */
typedef struct {
  pat_tlog_head head;   /* of the checkpoint */
  pat_tlog_head judged; /* a tree that was judged before; size 0: none */
  bool judged_fits;     /* set: that tree is the beginning of this one */
} pat_tree_check;

/* Fetches and checks all hash tiles. Where those that were here do not fit, all are fetched again
 * once: a damaged file of one's own says nothing about the log.
 * fails audit.tile  a tile is not what the tiles below it give
 *       audit.root  the tiles do not lead to the checkpoint's root
 *       and as pat_mirror_tile
 * time  two hashes for each leaf */
pat_status pat_tree_verify(pat_mirror *mirror, pat_bar *bar,
                           pat_tree_check *check) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
