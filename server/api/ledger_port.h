/* What the handlers ask of the ledger: the one interface between server/api and whoever holds the
 * sequencer and the store. A table of functions, so that handlers are tested on a small fake.
 *
 * Every function may be called from any thread, and none may be NULL. Reads see what is published
 * or more, never less. Blobs handed out are copies, cleared by the caller. Failures not listed:
 * STORE_IO, STORE_CORRUPT, LIMIT_MEMORY. README.md says how to fill this table. */
#ifndef PAT_SERVER_API_LEDGER_PORT_H
#define PAT_SERVER_API_LEDGER_PORT_H

#include "core/base/limits.h"
#include "core/base/status.h"
#include "core/crypto/hash.h"
#include "core/envelope/submission.h"
#include "core/index/value.h"
#include "core/model/identifier.h"
#include "core/tlog/proof.h"
#include "core/tlog/tile.h"
#include "proto/statement.pb-c.h"
#include "server/sys/blob.h"

/* The newest published checkpoint. size 0: nothing is published yet. */
typedef struct {
  uint64_t size;
  uint64_t epoch;
  uint64_t time_ms; /* of its IndexCommit */
} pat_port_head;

/* One entry of a subject's own sub-log. */
typedef struct {
  uint64_t index; /* log index */
  pat_hash leaf_hash;
} pat_port_subject_entry;

/* An inclusion path, the leaf's sibling first. */
typedef struct {
  pat_hash hashes[PAT_PROOF_HASHES_MAX];
  size_t count;
} pat_port_path;

/* What became of one statement. */
typedef struct {
  pat_status status; /* not OK: refused, with err */
  pat_err err;
  pat_blob result; /* OK: canonical SubmitResult; outcome set, problem not set */
} pat_port_outcome;

typedef enum {
  PAT_PORT_WAIT_RECEIPT = 0, /* until it is in a published checkpoint */
  PAT_PORT_WAIT_PROMISE,     /* until it is durable and has its place */
  PAT_PORT_CHECK_ONLY,       /* says what would happen; nothing is stored */
} pat_port_wait;

/* An identifier under one published version of its scheme. */
typedef struct {
  uint32_t scheme_version;
  bool is_possible;     /* false: the version cannot have it, and the rest is not set */
  pat_identifier value; /* normalised */
  uint8_t proof[PAT_VRF_PROOF_BYTES];
  pat_hash key; /* subject key */
} pat_port_identifier;

/* What a lookup asks; NUL-terminated, borrowed. */
typedef struct {
  const char *scheme;
  const char *scope;
  const char *value;
} pat_port_lookup;

typedef struct pat_ledger_port pat_ledger_port;

/* The ledger as it is at one published checkpoint, whatever is published meanwhile. */
typedef struct {
  pat_port_head head;
  const pat_ledger_port *port; /* head and all reads are those of this moment; what writes, waits,
                                  or takes another view is NULL. For the life of the view */
} pat_port_view;

struct pat_ledger_port {
  void *context;      /* given to every function */
  const char *origin; /* of the log; NUL-terminated, for the life of the table */

  /* The log's policy, for the life of the table; NULL before the genesis is logged. */
  const Patina__Policy *(*policy)(void *context);

  /* Keeps places for statements before they are checked, so that a full queue refuses at once.
   * Each is given back: by unreserve, or by a statement that is submitted.
   * fails SEQUENCER_BATCH (more than there are at all), SEQUENCER_QUEUE, and as ready */
  pat_status (*reserve)(void *context, size_t count);
  void (*unreserve)(void *context, size_t count);

  /* Decides statements in order, later ones seeing earlier ones.
   * in    submissions   checked, 1 to PAT_BATCH_STATEMENTS_MAX; borrowed for the call. So many
   *                     places were reserved; they are given back whatever comes of it
   * out   ret_outcomes  count of them, zeroed before; each blob cleared by the caller
   * fails only where nothing was decided: BUSY (queue full, stopping), IO (commit unknown) */
  pat_status (*submit)(void *context, const pat_submission *submissions, size_t count,
                       pat_port_wait wait, pat_port_outcome *ret_outcomes);

  /* The newest published checkpoint. */
  pat_status (*head)(void *context, pat_port_head *ret_head);

  /* Waits until a checkpoint larger than size is published, at most wait_ms, and gives the newest.
   * Returns early where the server stops. */
  pat_status (*wait)(void *context, uint64_t size, uint64_t wait_ms, pat_port_head *ret_head);

  /* The signed note of a published size. fails API_CHECKPOINT_NOT_FOUND */
  pat_status (*checkpoint)(void *context, uint64_t size, pat_blob *ret_note);

  /* The canonical LogEntry. index is below a published size. */
  pat_status (*leaf)(void *context, uint64_t index, pat_blob *ret_leaf);

  /* RFC 6962 inclusion paths of count leaves in the tree of that size: every index below size, size
   * published. One call for a whole page, so that the tree's edge is fetched once.
   * out   ret_paths     room for count */
  pat_status (*inclusion)(void *context, const uint64_t *indexes, size_t count, uint64_t size,
                          pat_port_path *ret_paths);

  /* The RFC 6962 consistency proof between two published sizes, 1 <= older <= newer. */
  pat_status (*consistency)(void *context, uint64_t older, uint64_t newer,
                            pat_tlog_proof *ret_proof);

  /* The bytes of a tile or entry bundle that lies within a published size. */
  pat_status (*tile)(void *context, const pat_tlog_tile *tile, pat_blob *ret_bytes);

  /* The canonical StatementRecord. fails STORE_NOT_FOUND */
  pat_status (*statement)(void *context, const pat_hash *sha256, pat_blob *ret_record);

  /* Entries number from, from + 1, ... of a subject's sub-log, at most limit.
   * out   ret_entries   room for limit
   *       ret_count     how many there were; 0 behind the end, or where the subject is not known */
  pat_status (*subject)(void *context, const pat_hash *key, uint64_t from, size_t limit,
                        pat_port_subject_entry *ret_entries, size_t *ret_count);

  /* How many entries the subject has with a log index below size. */
  pat_status (*subject_count)(void *context, const pat_hash *key, uint64_t size,
                              uint64_t *ret_count);

  /* A record of table STATE: prefix and id as in proto/ledger.proto. fails STORE_NOT_FOUND */
  pat_status (*state)(void *context, char prefix, pat_span id, pat_blob *ret_record);

  /* Normalises a value under every published version of the scheme and proves its subject.
   * out   ret_identifiers   one for each version, ascending from 1; room for
   *                         PAT_API_SCHEME_VERSIONS_MAX
   * fails API_SCHEME_NOT_FOUND; where no version can have it, those of pat_identifier_normalise and
   *       of the scope under the newest one */
  pat_status (*lookup)(void *context, const pat_port_lookup *lookup,
                       pat_port_identifier *ret_identifiers, size_t *ret_count, pat_err *reterr);

  /* Fixes the newest published checkpoint for reading, and what proves these keys there.
   * in    keys       count of them, any order; copied
   * out   ret_view   released by the caller
   * fails API_CHECKPOINT_NOT_FOUND (nothing is published yet), SEQUENCER_STOPPED */
  pat_status (*view)(void *context, const pat_hash *keys, size_t count, pat_port_view **ret_view);

  /* Writes the proof that the index at the view's checkpoint holds a value for key number i of
   * view, or none, as core/index/proof.h reads it.
   * out   path         PAT_INDEX_PROOF_BYTES_MAX suffice
   *       ret_present  which of the two it is
   *       ret_value    unchanged where the key is absent */
  pat_status (*prove)(const pat_port_view *view, size_t i, pat_builder *path, bool *ret_present,
                      pat_index_value *ret_value);

  /* Gives a view up. NULL is accepted. */
  void (*release)(pat_port_view *view);

  /* OK where writes are taken; otherwise why not. */
  pat_status (*ready)(void *context);
};

#endif
