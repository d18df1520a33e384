/* What belongs in a bundle (SPEC.md section 7.9): subjects, each with all its entries, and the
 * entries, each once; followed from one to the other until nothing is missing.
 *
 * It is read at one moment of the ledger after another. Everything in it only grows with the log,
 * so what was read at an earlier moment stays right at a later one.
 * Invariant: entries and subjects hold nothing twice; subjects stand in the order in which they
 * were named, the bundle's asset before all that its entries name. */
#ifndef PAT_SERVER_API_CLOSURE_H
#define PAT_SERVER_API_CLOSURE_H

#include "core/model/statement.h"
#include "proto/api.pb-c.h"
#include "server/api/key_set.h"
#include "server/api/support.h"

typedef struct {
  pat_hash key;
  pat_subject_kind kind;
  pat_port_subject_entry *entries; /* all that the moment read last has */
  size_t count;
  size_t capacity;
} pat_api_closure_subject;

typedef struct {
  const uint8_t *asset;         /* PAT_ASSET_ID_BYTES, borrowed; NULL: of a look-up */
  pat_arena *arena;             /* borrowed: holds all that is kept */
  pat_arena *scratch;           /* borrowed: one record at a time */
  pat_api_bundle_limits limits; /* bytes: here of the entries alone */
  pat_api_closure_subject **subjects;
  size_t subject_count;
  size_t subject_capacity;
  Patina__ProvenEntry **entries; /* without paths; sources left empty */
  size_t entry_count;
  size_t entry_capacity;
  size_t principal_count;
  size_t bytes; /* of the encoded entries */
  pat_api_key_set known_subjects;
  pat_api_key_set known_entries;
} pat_api_closure;

/* Adds a subject, unless it is there.
 * fails API_BUNDLE_SIZE  a subject more than the limits allow
 *       LIMIT_MEMORY */
pat_status pat_api_closure_add(pat_api_closure *closure, pat_subject_kind kind, pat_span id,
                               pat_err *reterr) PAT_NONNULL(1) PAT_MUST_USE;
/* As pat_api_closure_add, where only the key is known. */
pat_status pat_api_closure_add_key(pat_api_closure *closure, pat_subject_kind kind,
                                   const pat_hash *key, pat_err *reterr)
    PAT_NONNULL(1, 3) PAT_MUST_USE;

/* Reads the entries of one subject that are not read yet, and all that they name. Subjects that are
 * named for the first time are added behind; they are not read.
 * in    at       the ledger at one moment
 *       number   of the subject
 * fails API_BUNDLE_SIZE  which limit in reterr's place
 *       STORE_CORRUPT, LIMIT_MEMORY */
pat_status pat_api_closure_read(pat_api_closure *closure, const pat_api *at, size_t number,
                                pat_err *reterr) PAT_NONNULL(1, 2) PAT_MUST_USE;

/* What an entry's statement names beside its signers (closure_rules.c).
 * in    proven    its statement is there
 *       via       the subject that lists it
 * out   ret_kind  the statement's
 * fails as pat_api_closure_add; STORE_CORRUPT */
pat_status pat_api_closure__follow(pat_api_closure *closure, const Patina__ProvenEntry *proven,
                                   pat_subject_kind via, const pat_kind **ret_kind, pat_err *reterr)
    PAT_NONNULL(1, 2, 4) PAT_MUST_USE;

#endif
