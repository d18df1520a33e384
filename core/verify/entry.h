/* Checks of single entries: that a leaf is in the log, that it is this statement's, who signed
 * it, and that an identifier is the one it commits to.
 *
 * Pure functions over decoded messages: no I/O; whatever they need was fetched by the caller. */
#ifndef PAT_CORE_VERIFY_ENTRY_H
#define PAT_CORE_VERIFY_ENTRY_H

#include <stdbool.h>

#include "core/base/arena.h"
#include "core/envelope/entry.h"
#include "core/tlog/proof.h"
#include "proto/api.pb-c.h"

/* What a view is checked against: the log's name, and the head of a checkpoint that was
 * verified. Borrowed. */
typedef struct {
  const char *origin;
  pat_tlog_head head;
} pat_verify_place;

/* An entry that was verified. Everything is borrowed from the view and the arena. */
typedef struct {
  uint64_t index;
  pat_hash leaf_hash;
  const Patina__Entry *entry;
  pat_statement statement; /* kind is NULL where it was not served (pat_verify_event) */
  pat_hash
      principals[PAT_STATEMENT_SIGNERS_MAX]; /* as signed; that the keys are theirs is for roll.h */
  pat_span public_keys[PAT_STATEMENT_SIGNERS_MAX];
  size_t signer_count;
  const Patina__ProvenEntry *proven;
} pat_verified_entry;

/* A leaf as it was served, with the proof that the log holds it. All borrowed. */
typedef struct {
  uint64_t index;
  pat_span bytes;
  const ProtobufCBinaryData *path; /* RFC 6962 path, PAT_HASH_BYTES each */
  size_t path_count;
} pat_verify_served;

/* Checks that the log holds a leaf's bytes at its index, and decodes them.
 * fails entry.*, bytes.*, tlog.inclusion-*, verify.view (a path's hash of another size) */
pat_status pat_verify_leaf(const pat_verify_place *place, const pat_verify_served *leaf,
                           pat_arena *arena, Patina__LogEntry **ret_leaf, pat_err *reterr)
    PAT_NONNULL(1, 2, 3, 4) PAT_MUST_USE;

/* Checks one entry of a view by itself, step by step (SPEC.md section 9.2, V11 to V14). The first
 * step begins ret_verified, the others go on with it, in this order:
 *  - leaf: it is in the log, well-formed, a statement's, of the time that the view says;
 *  - statement: its hash is the leaf's, it is well-formed, and in clear where its kind is public;
 *  - signatures: the signed subjects follow from statement and signers, every signature holds;
 *  - disclosures: each is what its slot commits to.
 * fails leaf         as pat_verify_leaf; verify.view (not a statement's leaf, another time)
 *       statement    verify.missing (not served), entry.statement, and as pat_statement_decode
 *       signatures   verify.view (another number or size than the leaf's), and as pat_entry_check
 *       disclosures  verify.view (not ascending), and as pat_disclosure_decode
 * time  signatures: one verification per signer; else O(size) */
pat_status pat_verify_entry_leaf(const pat_verify_place *place, const Patina__ProvenEntry *proven,
                                 pat_arena *arena, pat_verified_entry *ret_verified,
                                 pat_err *reterr) PAT_NONNULL(1, 2, 3, 4) PAT_MUST_USE;
pat_status pat_verify_entry_statement(pat_verified_entry *verified, pat_arena *arena,
                                      pat_err *reterr) PAT_NONNULL(1, 2) PAT_MUST_USE;
pat_status pat_verify_entry_signatures(const char *origin, pat_verified_entry *verified,
                                       pat_err *reterr) PAT_NONNULL(1, 2) PAT_MUST_USE;
pat_status pat_verify_entry_disclosures(const pat_verified_entry *verified, pat_arena *arena,
                                        pat_err *reterr) PAT_NONNULL(1, 2) PAT_MUST_USE;

/* All four.
 * out   ret_verified  unchanged on failure
 * fails as these */
pat_status pat_verify_entry(const pat_verify_place *place, const Patina__ProvenEntry *proven,
                            pat_arena *arena, pat_verified_entry *ret_verified, pat_err *reterr)
    PAT_NONNULL(1, 2, 3, 4) PAT_MUST_USE;

/* As pat_verify_entry for an event of a principal's history, where a private statement (a
 * device's binding) may be withheld: its leaf shows that it is no public kind, so it neither
 * enrols nor grants. kind is NULL then. */
pat_status pat_verify_event(const pat_verify_place *place, const Patina__ProvenEntry *proven,
                            pat_arena *arena, pat_verified_entry *ret_verified, pat_err *reterr)
    PAT_NONNULL(1, 2, 3, 4) PAT_MUST_USE;

/* Checks that the entry is number seq of a subject's history and follows the one at previous_index.
 * in    previous_index  not looked at where seq is 0
 * fails verify.chain */
pat_status pat_verify_link(const Patina__Entry *entry, const pat_hash *subject, uint64_t seq,
                           uint64_t previous_index, pat_err *reterr) PAT_NONNULL(1, 2) PAT_MUST_USE;

/* True where the entry belongs to this subject's history. */
bool pat_verify_has_subject(const Patina__Entry *entry, const pat_hash *subject) PAT_NONNULL_ALL;

/* What an entry's identifier is called, as its statement says it; false where it names none. */
bool pat_verify_identifier_of(const pat_statement *statement, const char **ret_scheme,
                              uint32_t *ret_version, const char **ret_scope) PAT_NONNULL_ALL;

/* An identifier as it was served. All borrowed. */
typedef struct {
  const Patina__IdentifierScheme *scheme; /* of the statement's name and version, verified */
  const char *scope;
  pat_span value;     /* as disclosed */
  pat_span vrf_proof; /* as served */
} pat_verify_claim;

/* Checks the identifier of an assignment or a release: normalises the disclosed value by the
 * scheme, verifies the VRF proof under the genesis' key, and compares the key that it proves
 * with the entry's.
 * out   ret_key  may be NULL
 * fails verify.identifier   the proof is for another key, or not PAT_VRF_PROOF_BYTES long
 *       identifier.*, vin.*, crypto.vrf.* */
pat_status pat_verify_identifier(const uint8_t vrf_key[PAT_PUBLIC_KEY_BYTES],
                                 const pat_verify_claim *claim, pat_hash *ret_key, pat_err *reterr)
    PAT_NONNULL(1, 2) PAT_MUST_USE;

/* The disclosed value of a slot of a verified entry, decoded; NULL where it is withheld. fails
 * disclosure.* */
pat_status pat_verify_disclosed(const pat_verified_entry *verified, uint32_t slot, pat_arena *arena,
                                Patina__Disclosure **ret_disclosure) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
