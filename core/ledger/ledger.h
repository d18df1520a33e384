/* The ledger's pure step: (head, view, batch, time) -> needs, or a write set, results and the
 * next head.
 *
 * How a driver uses it (server/sequencer does):
 *   1. pat_view_init; results and memos zeroed
 *   2. pat_ledger_plan until it does not say ledger.need: fetch the view's needs, put them, plan
 *      again (at most PAT_LEDGER_ROUNDS_MAX rounds; the plan arena is reset before each)
 *   3. put the changed subjects into the verifiable index; take its root and key count
 *   4. pat_ledger_close: writes the IndexCommit and the head
 *   5. store the view's writes as one, durably; only then publish and acknowledge
 * A statement that is refused leaves no trace in the view. Nothing here reads a clock or draws
 * randomness: the same input gives the same bytes, so replay is recovery. */
#ifndef PAT_CORE_LEDGER_LEDGER_H
#define PAT_CORE_LEDGER_LEDGER_H

#include "core/base/arena.h"
#include "core/base/limits.h"
#include "core/base/status.h"
#include "core/crypto/hash.h"
#include "core/crypto/vrf.h"
#include "core/envelope/identifier_proof.h"
#include "core/envelope/submission.h"
#include "core/ledger/view.h"
#include "core/tlog/range.h"
#include "proto/ledger.pb-c.h"

/* What does not change during a log's life. Borrowed. */
typedef struct {
  const char *origin;
  const Patina__GenesisParameters *genesis; /* NULL before the genesis is logged */
  const uint8_t *vrf_secret;                /* PAT_VRF_SECRET_BYTES */
} pat_ledger;

/* Where the log stands. */
typedef struct {
  pat_tlog_range range; /* of all leaves */
  bool has_commit;      /* false in an empty log */
  uint64_t epoch;       /* of the last commit */
  uint64_t last_commit_index;
  uint64_t time_ms; /* logged_at of the last leaf */
  uint64_t key_count;
} pat_head;

/* Something the writer should look at. Text lies in the plan arena. */
enum { PAT_WARNING_VALUES_MAX = 8, PAT_DECISION_WARNINGS_MAX = 4 };

typedef struct {
  const char *id; /* "identifier.near-miss" ... static */
  const char *values[PAT_WARNING_VALUES_MAX];
  size_t value_count;
} pat_warning;

typedef enum {
  PAT_DECISION_REFUSED = 0,
  PAT_DECISION_ACCEPTED,
  PAT_DECISION_REPLAYED,
} pat_decision_outcome;

/* What became of one statement. Spans lie in the plan arena. */
typedef struct {
  pat_decision_outcome outcome;
  pat_status status; /* REFUSED: why */
  pat_err err;       /* REFUSED: where */
  uint64_t index;    /* ACCEPTED, REPLAYED: log index */
  pat_span leaf;     /* ACCEPTED */
  pat_hash leaf_hash;
  pat_identifier_proof identifier_proofs[PAT_STATEMENT_IDENTIFIERS_MAX];
  size_t identifier_count;
  pat_warning warnings[PAT_DECISION_WARNINGS_MAX];
  size_t warning_count;
} pat_decision;

/* Work that survives from round to round, one per statement: the VRF is the costliest step of a
 * plan. */
typedef struct {
  bool proved;
  pat_identifier value;
  pat_identifier_proof proof;
} pat_plan_memo;

/* A batch. submissions and memos are the caller's, count of each; decisions are filled. */
typedef struct {
  uint64_t now_ms; /* not before head.time_ms (asserted) */
  const pat_submission *const *submissions;
  pat_plan_memo *memos;
  pat_decision *decisions;
  size_t count; /* 0 to PAT_GROUP_STATEMENTS_MAX: 0 for a heartbeat */
} pat_batch;

/* A subject whose history grew: what the verifiable index must learn. */
typedef struct {
  pat_hash key;
  uint64_t count;
  pat_hash root; /* of its sub-log */
} pat_changed_subject;

/* Decodes META "head"; an absent record is the empty log's head.
 * fails bytes.*, ledger.record (peaks or last commit do not fit the size) */
pat_status pat_head_decode(pat_span record, pat_arena *arena,
                           pat_head *ret_head) PAT_MUST_USE PAT_NONNULL_ALL;

/* Decides every statement of the batch, in order; later ones see earlier ones.
 * in    head      where the log stands; unchanged
 *       view      the writes of an earlier round are dropped first; in later rounds over the same
 *                 view the statements, and the array that lists them, are those of the first
 *       arena     working memory and all that decisions point to; the caller resets it before
 *                 each round
 * out   batch->decisions
 *       ret_head  after the accepted statements (pat_ledger_close follows)
 * fails, with no write left in the view:
 *       ledger.need    the view's needs are to be fetched; decisions are not valid
 *       limit.memory   the batch is too large for an arena: plan a part of it
 *       ledger.record  a record of the store does not decode: stop and check the store
 * time  per statement: some hashing, one VRF proof (once over all rounds) where it names an
 *       identifier */
pat_status pat_ledger_plan(const pat_ledger *ledger, const pat_head *head, pat_batch *batch,
                           pat_view *view, pat_arena *arena,
                           pat_head *ret_head) PAT_MUST_USE PAT_NONNULL_ALL;

/* What a stored SubjectRecord says to the verifiable index. fails ledger.record, limit.memory */
pat_status pat_ledger_subject_value(pat_span key, pat_span record, pat_arena *arena,
                                    pat_changed_subject *ret_subject) PAT_MUST_USE PAT_NONNULL_ALL;

/* The subjects that the plan changed, each once, in the arena. fails limit.memory */
pat_status pat_ledger_changed_subjects(const pat_view *view, pat_arena *arena,
                                       pat_changed_subject **ret_subjects,
                                       size_t *ret_count) PAT_MUST_USE PAT_NONNULL_ALL;

/* Ends the batch: appends the IndexCommit leaf and writes the head record.
 * in    head        from pat_ledger_plan; on success the next head
 *       index_root  of the verifiable index after the changed subjects
 * out   ret_leaf    the commit's bytes, in the arena
 * fails limit.memory, with no write left in the view: plan the batch again */
typedef struct {
  uint64_t now_ms;
  pat_hash index_root;
  uint64_t key_count;
} pat_commit_input;
pat_status pat_ledger_close(const pat_ledger *ledger, const pat_commit_input *input, pat_head *head,
                            pat_view *view, pat_arena *arena,
                            pat_span *ret_leaf) PAT_MUST_USE PAT_NONNULL_ALL;

/* The genesis of this log: the statement of leaf 0, whose hash is the root's principal id.
 * Decoded and compared with the origin when a server starts. fails genesis.origin, entry.*,
 * statement.* */
pat_status pat_ledger_genesis(pat_span first_leaf, const char *origin, pat_arena *arena,
                              const Patina__GenesisParameters **ret_parameters,
                              pat_err *reterr) PAT_MUST_USE PAT_NONNULL(2, 3, 4);

#endif
