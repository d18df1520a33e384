/* The ledger port: what the handlers of server/api ask, answered by the sequencer and the store. */
#ifndef PAT_SERVER_MAIN_LEDGER_READS_H
#define PAT_SERVER_MAIN_LEDGER_READS_H

#include "server/api/ledger_port.h"
#include "server/sequencer/sequencer.h"

/* What the port stands on; all borrowed, for the life of the port. */
typedef struct {
  pat_store *store;
  pat_sequencer *sequencer;
  pat_published *published;
  const pat_log_keys *keys;
  const char *origin;
  const Patina__GenesisParameters *genesis;
  const pat_published_view *at; /* the moment that is read; NULL: the present one */
} pat_ledger_context;

/* Fills the table. */
void pat_ledger_port_init(pat_ledger_context *context, pat_ledger_port *ret_port) PAT_NONNULL_ALL;

/* Places in the sequencer's queue (submits.c). */
pat_status pat_ledger_port__reserve(void *context, size_t count) PAT_MUST_USE;
void pat_ledger_port__unreserve(void *context, size_t count);
/* Has checked statements decided and builds their results: receipts and promises (submits.c). */
pat_status pat_ledger_port__submit(void *context, const pat_submission *submissions, size_t count,
                                   pat_port_wait wait, pat_port_outcome *ret_outcomes) PAT_MUST_USE;

/* The inclusion paths of leaves in a published tree. */
pat_status pat_ledger_port__inclusion(void *context, const uint64_t *indexes, size_t count,
                                      uint64_t size, pat_port_path *ret_paths) PAT_MUST_USE;
/* The signed note of a published size. */
pat_status pat_ledger_port__checkpoint(void *context, uint64_t size,
                                       pat_blob *ret_note) PAT_MUST_USE;
/* Views: one moment of the ledger, with proofs of the index (ledger_views.c). */
pat_status pat_ledger_port__view(void *context, const pat_hash *keys, size_t count,
                                 pat_port_view **ret_view) PAT_MUST_USE;
pat_status pat_ledger_port__prove(const pat_port_view *view, size_t i, pat_builder *path,
                                  bool *ret_present, pat_index_value *ret_value) PAT_MUST_USE;
void pat_ledger_port__release(pat_port_view *view);
/* A leaf by its index. */
pat_status pat_ledger_port__leaf(void *context, uint64_t index, pat_blob *ret_leaf) PAT_MUST_USE;
/* A StatementRecord by the statement's hash. */
pat_status pat_ledger_port__statement(void *context, const pat_hash *sha256,
                                      pat_blob *ret_record) PAT_MUST_USE;

#endif
