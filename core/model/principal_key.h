/* A principal's keys over time: which of them is valid at a log index, what a revocation makes of
 * one, and who may change them (SPEC.md section 4.5). The ledger decides by these, the readers and
 * the auditor check by these; each fetches the keys in its own way. */
#ifndef PAT_CORE_MODEL_PRINCIPAL_KEY_H
#define PAT_CORE_MODEL_PRINCIPAL_KEY_H

#include "core/model/statement.h"

/* No index: the key is current, or nothing says that it was compromised. */
#define PAT_KEY_NEVER UINT64_MAX

/* One key of one principal. Log indices. */
typedef struct {
  uint64_t from;       /* of the entry that brought it */
  uint64_t until;      /* of the entry that ended it; PAT_KEY_NEVER: it is current */
  uint64_t since;      /* when it may first have been another's; PAT_KEY_NEVER: never */
  uint64_t said_index; /* of the revocation that said since */
} pat_principal_key;

/* True where statements of this kind change a principal's keys: who may state them, no policy says.
 */
bool pat_principal_key_changed_by(pat_kind_number kind);

/* A key that an entry brings and nothing has ended. */
pat_principal_key pat_principal_key_new(uint64_t from);

/* True where the key may sign the entry at this index. */
bool pat_principal_key_valid(const pat_principal_key *key, uint64_t index) PAT_NONNULL_ALL;

/* Applies a revocation that names this key, at its index; on failure the key is as it was.
 * in    body   well-formed (the kind's own check)
 * fails key.ended-before  since is 0 and the key is not current
 *       key.since         since is before the key, or not before this entry, the key's end and what
 *                         was said before */
pat_status pat_principal_key_revoke(pat_principal_key *key, const Patina__KeyRevoked *body,
                                    uint64_t index, pat_err *reterr) PAT_NONNULL(1, 2) PAT_MUST_USE;

/* Who signs a rotation or revocation. Borrowed. */
typedef struct {
  const pat_statement *statement; /* of one of the two kinds */
  const pat_hash *principals;     /* whose keys the signers are, in their order */
  const pat_hash *current;        /* SHA-256 of the key that the principal has; NULL: none */
  const pat_hash *root;           /* the root's principal id; NULL: it is not among them */
  uint32_t root_threshold;
} pat_principal_key_change;

/* Checks that those who sign may change the principal's keys so; that the keys are the
 * principals', and valid, is checked elsewhere.
 * fails key.authority
 * time  O(signers) */
pat_status pat_principal_key_authority(const pat_principal_key_change *change, pat_err *reterr)
    PAT_NONNULL(1) PAT_MUST_USE;

#endif
