/* What the steps of a bundle's check share; for the bundle_*.c files alone. */
#ifndef PAT_CORE_VERIFY_BUNDLE_INTERNAL_H
#define PAT_CORE_VERIFY_BUNDLE_INTERNAL_H

#include "core/index/value.h"
#include "core/verify/bundle.h"

/* An entry of the bundle; its number is its place in the bundle. */
typedef struct {
  pat_verified_entry verified;
  bool is_listed;           /* a subject lists it */
  bool is_standing;         /* a principal's history lists it */
  bool is_life;             /* the asset's history, or one of its streams, lists it */
  Patina__Source **sources; /* where is_life: who signed, with the roles that counted */
} pat_bundle__entry;

/* A subject of the bundle. */
typedef struct {
  pat_hash key;
  const Patina__SubjectProof *proof;
  uint32_t *places;  /* of its entries in the bundle, proof->n_entries of them */
  bool is_asked;     /* something in the bundle rests on it */
  bool is_principal; /* an entry of the bundle enrols the principal whose key this is */
  bool is_done;      /* its content was checked: publications, or spans */
  Patina__IdentifierHistory *history; /* of an identifier, from its spans */
} pat_bundle__subject;

/* One check of one bundle. */
typedef struct {
  const pat_bundle_question *question;
  pat_arena *arena;
  pat_bundle_report *report;
  pat_span bytes;
  const Patina__ProofBundle *bundle;
  pat_check check;  /* under way */
  bool is_unproven; /* what failed is an absent proof */
  pat_err *err;     /* of the report */
  pat_verify_place place;
  uint64_t commit_index;
  pat_hash index_root;
  pat_bundle__entry *entries;
  size_t entry_count;
  pat_bundle__subject *subjects; /* ascending by key */
  size_t subject_count;
  pat_roll *roll;
  const Patina__GenesisParameters *genesis; /* set by V9 */
  pat_bundle__subject *asset;               /* NULL: a look-up */
  const char *class_name;                   /* of the asset; NULL where none is recorded */
  const Patina__AssetClass *schema;
} pat_bundle__run;

/* The steps of section 9.4, in their order; each refuses by the first check that fails. */
pat_status pat_bundle__form(pat_bundle__run *run) PAT_NONNULL_ALL PAT_MUST_USE;
pat_status pat_bundle__checkpoint(pat_bundle__run *run) PAT_NONNULL_ALL PAT_MUST_USE;
pat_status pat_bundle__earlier(pat_bundle__run *run) PAT_NONNULL_ALL PAT_MUST_USE;
pat_status pat_bundle__entries(pat_bundle__run *run) PAT_NONNULL_ALL PAT_MUST_USE;
pat_status pat_bundle__subjects(pat_bundle__run *run) PAT_NONNULL_ALL PAT_MUST_USE;
pat_status pat_bundle__genesis(pat_bundle__run *run) PAT_NONNULL_ALL PAT_MUST_USE;
pat_status pat_bundle__signers(pat_bundle__run *run) PAT_NONNULL_ALL PAT_MUST_USE;
pat_status pat_bundle__standing(pat_bundle__run *run) PAT_NONNULL_ALL PAT_MUST_USE;
pat_status pat_bundle__schemas(pat_bundle__run *run) PAT_NONNULL_ALL PAT_MUST_USE;
pat_status pat_bundle__life(pat_bundle__run *run) PAT_NONNULL_ALL PAT_MUST_USE;
pat_status pat_bundle__identifiers(pat_bundle__run *run) PAT_NONNULL_ALL PAT_MUST_USE;
pat_status pat_bundle__streams(pat_bundle__run *run) PAT_NONNULL_ALL PAT_MUST_USE;
pat_status pat_bundle__closure(pat_bundle__run *run) PAT_NONNULL_ALL PAT_MUST_USE;

/* Fills the report of a bundle that matches. fails limit.memory */
pat_status pat_bundle__report(pat_bundle__run *run) PAT_NONNULL_ALL PAT_MUST_USE;

/* --- what they share ------------------------------------------------------------------------- */

/* Prepares run->entries and run->subjects of a bundle whose form was checked. */
pat_status pat_bundle__open(pat_bundle__run *run) PAT_NONNULL_ALL PAT_MUST_USE;

/* The subject with this key, or NULL. time O(log subjects) */
pat_bundle__subject *pat_bundle__find(const pat_bundle__run *run, pat_span key) PAT_NONNULL_ALL;

/* The subject with this key; it is marked as asked for.
 * fails verify.missing, as check V22 */
pat_status pat_bundle__ask(pat_bundle__run *run, const pat_hash *key,
                           pat_bundle__subject **ret_subject) PAT_NONNULL_ALL PAT_MUST_USE;

/* Entry number n of a subject's history. */
const pat_verified_entry *pat_bundle__entry_of(const pat_bundle__run *run,
                                               const pat_bundle__subject *subject,
                                               size_t n) PAT_NONNULL_ALL;

/* True where the subject lists the entry with this log index. */
bool pat_bundle__lists(const pat_bundle__subject *subject, uint64_t index) PAT_NONNULL_ALL;

/* The statement kind of an entry; 0 where it is bare. */
uint32_t pat_bundle__kind(const pat_verified_entry *entry) PAT_NONNULL_ALL;

/* Checks that the policy admits an entry from its signers (V17).
 * in    class_name   of the asset it is about; "" where it is about none
 * out   ret_sources  signer_count of them, in the arena
 * fails verify.standing */
pat_status pat_bundle__entitled(pat_bundle__run *run, const pat_verified_entry *verified,
                                const char *class_name,
                                Patina__Source ***ret_sources) PAT_NONNULL_ALL PAT_MUST_USE;

/* The version of a scheme that was published, or NULL.
 * in    subject  the scheme's, checked */
const Patina__IdentifierScheme *pat_bundle__scheme(const pat_bundle__run *run,
                                                   const pat_bundle__subject *subject,
                                                   uint32_t version) PAT_NONNULL_ALL;

/* The subject of the scheme with this name; NULL where it is not in the bundle. */
pat_bundle__subject *pat_bundle__scheme_subject(const pat_bundle__run *run,
                                                const char *name) PAT_NONNULL_ALL;

/* Hands a step to the reader who asked to follow. */
void pat_bundle__note(const pat_bundle__run *run, const char *name,
                      pat_bundle_step step) PAT_NONNULL_ALL;

/* The same, and gives the step's verdict back. */
pat_status pat_bundle__tell(const pat_bundle__run *run, const char *name,
                            pat_bundle_step step) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
