/* Bundles (proto/SPEC.md, section 7.9) of a log in memory, true or not: what a server would answer
 * with that holds exactly this log. */
#ifndef PAT_TESTS_SUPPORT_LYING_BUNDLE_H
#define PAT_TESTS_SUPPORT_LYING_BUNDLE_H

#include "proto/bundle.pb-c.h"
#include "tests/support/lying_log.h"

/* What is asked for: an asset, or a look-up. Zero-initialised otherwise. */
typedef struct {
  const uint8_t *asset; /* 16 bytes; NULL: a look-up */
  const char *scheme;
  const char *scope; /* NULL: "" */
  const char *value;
  uint64_t earlier;     /* size of the checkpoint that the reader holds; 0: none */
  size_t witness_count; /* that cosign */
  bool bare_bindings;   /* bindings to other assets come without statement and signers */
  bool bare_public;     /* statements of public kinds are left to their leaves */
  bool withhold;        /* no disclosure of a RESTRICTED slot */
} lying_request;

/* Makes the bundle at the log's last commit. Everything lies in memory, and may be changed there.
 * The log's index must be that of its last commit. */
Patina__ProofBundle *lying_bundle_make(lying_log *log, const lying_request *request,
                                       pat_arena *memory);

/* The proof of a subject as the log's index has it: present with all its entries, or absent. */
Patina__SubjectProof *lying_bundle_subject(lying_log *log, const pat_hash *key, pat_arena *memory);
/* The path of presence or absence alone. */
pat_span lying_bundle_path(lying_log *log, const pat_hash *key, pat_arena *memory);
/* The proven entry, with its statement and all disclosures. */
Patina__ProvenEntry *lying_bundle_entry(lying_log *log, uint64_t index, pat_arena *memory);

/* The place of an entry or a subject in a bundle; stops the program where it is not there. */
size_t lying_bundle_entry_at(const Patina__ProofBundle *bundle, uint64_t index);
size_t lying_bundle_subject_at(const Patina__ProofBundle *bundle, const pat_hash *key);

#endif
