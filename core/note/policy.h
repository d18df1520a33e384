/* Trust policies: which logs a verifier believes, which witnesses it knows, and which of them
 * together are enough.
 *
 * Trust comes from here alone, never from the server or the proof.
 * Spec: c2sp.org/tlog-policy. */
#ifndef PAT_CORE_NOTE_POLICY_H
#define PAT_CORE_NOTE_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/limits.h"
#include "core/base/status.h"
#include "core/note/checkpoint.h"
#include "core/note/cosignature.h"
#include "core/note/signed_note.h"

typedef struct {
  pat_note_key key; /* type 0x01; its name is the log's origin */
  pat_span url;     /* empty where none is given; borrowed */
} pat_policy_log;

/* A witness or a group: what a quorum or a group may name. */
typedef struct {
  pat_span name;      /* inside the policy; borrowed */
  bool is_group;      /* false: a witness */
  bool is_member;     /* already named by a group */
  pat_note_key key;   /* witness only: type 0x04 */
  pat_span url;       /* witness only; may be empty */
  uint16_t threshold; /* group only: how many of its members must have witnessed */
  uint16_t parent;    /* the group it is a member of, where is_member */
} pat_policy_party;

#define PAT_POLICY_PARTIES_MAX (PAT_POLICY_WITNESSES_MAX + PAT_POLICY_GROUPS_MAX)
#define PAT_POLICY_NO_QUORUM   UINT16_MAX /* "quorum none" */

/* About 25 KiB. Invariant: a group stands behind all of its members. */
typedef struct {
  size_t log_count;
  pat_policy_log logs[PAT_POLICY_LOGS_MAX];
  size_t party_count;
  size_t witness_count;
  pat_policy_party parties[PAT_POLICY_PARTIES_MAX];
  uint16_t quorum; /* index into parties, or PAT_POLICY_NO_QUORUM */
} pat_policy;

/* Reads a policy file.
 * in    bytes         borrowed for the policy's life
 * out   ret_policy    unspecified on failure (it is large)
 *       reterr        the offset of the line at fault; may be NULL
 * fails policy.size         larger than PAT_POLICY_BYTES_MAX
 *       policy.character    a byte that is neither tab, newline, 0x20..0x7E nor 0x80..0xFF
 *       policy.form         no newline, an unknown keyword, or too few or too many items
 *       policy.key          a verifier key of a type not for this use; a key that is malformed is
 *                           refused as by pat_note_key_parse
 *       policy.duplicate    the same public key or the same name twice, or a member twice
 *       policy.name         a name not defined above, "none" as a name, or a name or URL too long
 *       policy.threshold    not "all", "any" or a number 1..members
 *       policy.quorum       no quorum line, or more than one
 *       policy.limit        more logs, witnesses or groups than limits.h allows
 * time  O(bytes.size * parties) */
pat_status pat_policy_parse(pat_span bytes, pat_policy *ret_policy, pat_err *reterr)
    PAT_NONNULL(2) PAT_MUST_USE;

/* What a checkpoint turned out to be under a policy. */
typedef struct {
  pat_checkpoint checkpoint;
  size_t log;             /* index into policy->logs of the log that signed */
  size_t witness_count;   /* known witnesses that cosigned */
  uint64_t seconds_first; /* earliest and latest time among them; 0 where none */
  uint64_t seconds_last;
  bool witnessed[PAT_POLICY_PARTIES_MAX]; /* for each party: it, or its quorum, cosigned */
} pat_policy_verdict;

/* Judges a signed checkpoint: one of the policy's logs must have signed it under its own origin,
 * and the quorum must have cosigned it.
 * in    policy         parsed
 *       bytes          the signed note; a stranger's; borrowed for the verdict's life
 *       mode           as for pat_checkpoint_parse
 * out   ret_verdict    unchanged on failure
 *       reterr         may be NULL
 * fails as pat_note_parse and pat_checkpoint_parse, and
 *       policy.log               no log of the policy has this origin
 *       note.unsigned            the log did not sign
 *       note.signature-wrong     a line of the log or of a known witness does not verify
 *       note.cosignature-time    as pat_cosignature_verify
 *       policy.quorum-missing    too few of the known witnesses cosigned
 * time  one Ed25519 verification for each line by a known key */
pat_status pat_policy_judge(const pat_policy *policy, pat_span bytes, pat_checkpoint_mode mode,
                            pat_policy_verdict *ret_verdict, pat_err *reterr)
    PAT_NONNULL(1, 4) PAT_MUST_USE;

/* What the names of those witnesses begin with who sign only after they have replayed the log. */
#define PAT_POLICY_AUDITOR "auditor"

/* True where the witness is an auditor by the name that the policy gives him. */
bool pat_policy_is_auditor(const pat_policy_party *party) PAT_NONNULL_ALL;

/* True where the policy cannot be satisfied without an auditor: its quorum does not hold when all
 * other witnesses have signed. What such a policy accepts is complete by an auditor's word.
 * time  O(parties) */
bool pat_policy_requires_auditor(const pat_policy *policy) PAT_NONNULL_ALL;

#endif
