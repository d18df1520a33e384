/* Every subject's history, as far as an auditor must know it: how many entries it has, where the
 * last one stands, and the compact range of its sub-log; and the verifiable index over all of them.
 *
 * One tree serves for look-ups and for the index: its leaves are the histories themselves, so that
 * a subject costs some 140 bytes, and the index root of every commit can be recomputed in the
 * memory of an ordinary machine. It shares no code with the operator's own index.
 *
 * Invariant: no branch where there is at most one history, else one less than histories; the bits
 * of branches grow on every way down; a branch that is not clean has no clean branch above it.
 * Spec: SPEC.md 7.2 and 7.8. */
#ifndef PAT_CORE_AUDIT_HISTORIES_H
#define PAT_CORE_AUDIT_HISTORIES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/audit/pool.h"
#include "core/base/status.h"
#include "core/crypto/hash.h"
#include "core/envelope/entry.h"
#include "core/index/value.h"

/* What is known of a subject beside its key. Whoever adds an entry to its history keeps it. */
typedef enum {
  PAT_HISTORY_OPEN = 0,   /* signed; not known (yet) whose it is */
  PAT_HISTORY_ASSET,      /* began in a private entry that leads to nothing else that is open */
  PAT_HISTORY_STREAM,     /* began in a private entry of an asset */
  PAT_HISTORY_IDENTIFIER, /* behind a VRF */
  PAT_HISTORY_ISSUED,     /* what a principal signed */
  PAT_HISTORY_PRINCIPAL,  /* a principal's own */
  PAT_HISTORY_PUBLIC,     /* of a key, class, scheme or policy: no private entry belongs to it */
} pat_history_kind;

typedef struct {
  pat_hash key;
  uint64_t last_index; /* of its last entry in the log */
  uint32_t count;      /* entries, at least 1 */
  uint32_t peaks;      /* first of its hashes in the pool of peaks; as many as bits set in count */
  uint32_t principal;  /* of ISSUED and PRINCIPAL: its number in the roster */
  uint8_t kind;        /* pat_history_kind */
} pat_history;

/* Where two groups of keys part; its content belongs to histories.c. */
typedef struct {
  pat_hash hash; /* where clean */
  uint32_t child[2];
  uint16_t bit;
  bool clean;
} pat_history_branch;

enum {
  PAT_HISTORY_PEAKS_MAX = 32, /* of a sub-log of less than 2^32 entries */
};

/* Zero-initialised it is empty. */
typedef struct {
  pat_pool items;                                 /* pat_history, in order of their first entries */
  pat_pool branches;                              /* pat_history_branch */
  pat_pool peaks;                                 /* pat_hash */
  uint32_t root;                                  /* a branch or a history; see histories.c */
  uint32_t free_peaks[PAT_HISTORY_PEAKS_MAX + 1]; /* by size: 1 + the first of a free run; 0 none */
} pat_histories;

/* True where one history more, and one entry more of any history, have room in the pools. */
bool pat_histories_has_room(const pat_histories *histories, uint32_t count) PAT_NONNULL_ALL;

/* The history of a subject; NULL where it has none. Borrowed until the next append or move.
 * time  O(depth), at most 256 steps */
pat_history *pat_histories_find(const pat_histories *histories,
                                const pat_hash *key) PAT_NONNULL_ALL;

/* Adds an entry to the history that its link names, and to the index.
 * in    link     as the entry states it
 *       index    the entry's log index; grows from call to call
 *       leaf     its leaf hash
 * out   ret_history  borrowed until the next append or move; its kind is OPEN where it is new
 * fails AUDIT_LINK    seq is not the history's next, or the link leads to another entry than its
 *                     last; nothing has changed
 *       LIMIT_MEMORY  the history has 2^32 - 1 entries already; nothing has changed
 * time  O(depth), one or two hashes; room in the pools (asserted) */
pat_status pat_histories_append(pat_histories *histories, const pat_subject_link *link,
                                uint64_t index, const pat_hash *leaf,
                                pat_history **ret_history) PAT_NONNULL_ALL PAT_MUST_USE;

/* The root of the index. Rehashes only what was touched since the last call.
 * time  O(touched branches) hashes */
pat_hash pat_histories_root(pat_histories *histories) PAT_NONNULL_ALL PAT_MUST_USE;

/* The value that the index holds for a history. time at most 32 hashes */
pat_index_value pat_histories_value(const pat_histories *histories,
                                    const pat_history *history) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
