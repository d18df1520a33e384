/* The fold: an asset's history in, its current state and findings out.
 *
 * A pure function of its input: whoever holds the same history computes the same bytes, here, on
 * the command line and (compiled to WebAssembly) in the browser. It trusts that the entries were
 * verified before: it judges what they say, not whether they are authentic. A disclosure that is
 * missing makes its fact CANNOT_TELL, never absent.
 *
 * Rules of the fold (SPEC.md section 8):
 *  - manufacturer facts are those of the registration; corrections stand beside them and never
 * replace them;
 *  - consumer facts are the last change that is not retracted; corrections of it stand beside it,
 * the last one holds;
 *  - telemetry facts are the latest reading by occurrence, then by log index, that is not
 *    retracted; a device's batch that is withheld may hold a later one, so it makes the fact
 *    CANNOT_TELL;
 *  - records keep every attestation and every reading of a binding, in log order; what devices sent
 *    since is summed up in the streams;
 *  - a correction or retraction overrules only where its signers have standing or share a principal
 *    with what they correct; without that a correction stands beside, and a retraction does
 *    nothing;
 *  - an entry is late where its logged_at lies more than policy.late_after_ms after the end of the
 * day it declares. */
#ifndef PAT_CORE_MODEL_FOLD_H
#define PAT_CORE_MODEL_FOLD_H

#include "core/base/arena.h"
#include "core/base/span.h"
#include "core/base/status.h"
#include "core/bytes/builder.h"
#include "proto/state.pb-c.h"

/* Folds a history.
 * in    history  decoded AssetHistory; schema and policy set
 *       arena    holds the state and all working memory: about 40 times the history's size is ample
 * out   ret_state  in the arena; strings and bytes borrowed from history and arena
 * fails history.order (entries, identifiers or compromised keys not ascending), history.first (does
 *       not start with the asset's registration), history.asset (an entry of another asset),
 *       history.class (schema is not the registered version), history.schema and history.policy
 *       (missing or invalid), history.sources (more than signers can be), history.stream (of no
 *       binding, or holding something else), disclosure.*, limit.memory, and those of
 *       pat_statement_decode
 * time  O(history log history) */
pat_status pat_fold(const Patina__AssetHistory *history, pat_arena *arena,
                    Patina__AssetState **ret_state, pat_err *reterr) PAT_MUST_USE
    PAT_NONNULL(1, 2, 3);

/* As pat_fold, from and to canonical bytes: the WebAssembly build's entry. */
pat_status pat_fold_bytes(pat_span history, pat_arena *arena, pat_builder *builder,
                          pat_err *reterr) PAT_MUST_USE PAT_NONNULL(2, 3);

#endif
