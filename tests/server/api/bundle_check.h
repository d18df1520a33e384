/* What a bundle must be, checked with core/index alone: that each subject's proof leads to the root
 * that the commit names, and that entries and subjects list each other. Signatures, standing and
 * the rest are for whoever verifies bundles. A failure fails the test. */
#ifndef PAT_TESTS_SERVER_API_BUNDLE_CHECK_H
#define PAT_TESTS_SERVER_API_BUNDLE_CHECK_H

#include "core/base/arena.h"
#include "core/model/statement.h"
#include "proto/api.pb-c.h"

/* Order, the index proof and sub-log of each subject, and that each entry is listed.
 * in    arena  takes the decoded commit */
void bundle_check_whole(const Patina__ProofBundle *bundle, pat_arena *arena);

/* One subject against the root of an index. All its entries are listed from peaks on. */
void bundle_check_subject(const Patina__SubjectProof *subject, const pat_hash *index_root);

/* The root of the index that a commit's leaf names, and its covered size. */
pat_hash bundle_check_root(ProtobufCBinaryData leaf, pat_arena *arena, uint64_t *ret_covered);

/* The proof of a subject; NULL where the bundle has none. */
const Patina__SubjectProof *bundle_check_find(const Patina__ProofBundle *bundle,
                                              pat_subject_kind kind, pat_span id);

/* The entry at a log index; NULL where the bundle has none. */
const Patina__ProvenEntry *bundle_check_entry(const Patina__ProofBundle *bundle, uint64_t index);

#endif
