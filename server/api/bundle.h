/* Bundles (SPEC.md section 7.9): what the ledger holds about one asset, or about one look-up, with
 * everything that it rests on, put together at one published checkpoint.
 *
 * A view of the ledger proves only keys that are named when it is taken, and which keys a bundle
 * needs shows only when it is read. So views are taken, each with the keys known by then, until one
 * names none that was not taken. Nobody is kept waiting meanwhile. */
#ifndef PAT_SERVER_API_BUNDLE_H
#define PAT_SERVER_API_BUNDLE_H

#include "server/api/closure.h"

/* What a bundle is about: an asset, or where that is NULL a look-up. Borrowed until the bundle is
 * cleared. */
typedef struct {
  const uint8_t *asset; /* PAT_ASSET_ID_BYTES */
  pat_port_lookup lookup;
} pat_api_bundle_about;

/* What the index says of a subject at the view. */
typedef struct {
  bool present;
  pat_index_value value; /* where present */
  ProtobufCBinaryData path;
} pat_api_bundle_proof;

/* Zero-initialise; cleared with pat_api_bundle_clear, whether or not it could be opened. */
typedef struct {
  const pat_api *api; /* borrowed */
  pat_api_bundle_about about;
  pat_api_memory memory;  /* what is kept */
  pat_api_memory scratch; /* one record at a time */
  pat_api_memory proofs;  /* of the view taken last */
  pat_api_closure closure;
  pat_port_view *view;         /* where the rest holds */
  pat_api at;                  /* api, reading at the view */
  pat_api_bundle_proof *found; /* of the first taken subjects of the closure */
  size_t taken;
  pat_port_identifier *identifiers; /* of a look-up, at the view */
  size_t identifier_count;
} pat_api_bundle;

/* Reads what belongs into a bundle.
 * out   bundle      its view is taken also where the bundle is too large
 * fails API_BUNDLE_SIZE   what there is exceeds a limit, which reterr's place names
 *       API_BUNDLE_BUSY   the ledger grew in every of PAT_API_BUNDLE_ROUNDS_MAX views
 *       API_SCHEME_NOT_FOUND and others of the port's lookup: a look-up that cannot be
 *       API_CHECKPOINT_NOT_FOUND, SEQUENCER_STOPPED, STORE_CORRUPT, LIMIT_MEMORY
 * time  two views as a rule; some microseconds for each entry and each subject */
pat_status pat_api_bundle_open(const pat_api *api, pat_api_bundle_about about,
                               pat_api_bundle *bundle, pat_err *reterr)
    PAT_NONNULL(1, 3) PAT_MUST_USE;

/* Makes the message.
 * in    since        0, or a published size: the consistency proof from there stands in it, unless
 *                    it is the bundle's own
 * out   ret_message  for the life of the bundle
 * fails API_CHECKPOINT_NOT_FOUND  nothing was published at that size
 *       API_BUNDLE_SIZE           its encoding is larger than a bundle may be
 *       STORE_CORRUPT, LIMIT_MEMORY */
pat_status pat_api_bundle_message(pat_api_bundle *bundle, uint64_t since,
                                  Patina__ProofBundle **ret_message, pat_err *reterr)
    PAT_NONNULL(1, 3) PAT_MUST_USE;

/* Fills the listed entries of a subject's proof. places is borrowed for the message's life.
 * fails LIMIT_MEMORY */
pat_status pat_api_bundle__places(const pat_port_subject_entry *places, size_t count,
                                  pat_arena *arena, Patina__SubjectProof *subject)
    PAT_NONNULL(3, 4) PAT_MUST_USE;

void pat_api_bundle_clear(pat_api_bundle *bundle) PAT_NONNULL_ALL;

#endif
