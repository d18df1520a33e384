/* Files of statements: signed ones (canonical protobuf or ProtoJSON), and drafts in JSON that
 * are still to be signed.
 *
 * A draft is {"statement": ProtoJSON Statement, "values": [{"name", "value"}, ...]}. What the
 * signer's program knows may be left out of the statement: version, nonce, signers, times. Slots
 * are left out too: an attribute without content, and a slot field, take the next of the values
 * that has their name. */
#ifndef PAT_CLIENTS_CLI_ENVELOPE_FILE_H
#define PAT_CLIENTS_CLI_ENVELOPE_FILE_H

#include <stdbool.h>

#include "clients/cli/draft.h"

/* True where the bytes are a draft in JSON rather than a signed statement. */
bool pat_envelope_is_draft(pat_span bytes);

/* Reads a signed statement, in either form.
 * out   ret_envelope  borrowed from bytes and arena
 * fails bytes.*, json.* */
pat_status pat_envelope_decode(pat_span bytes, pat_arena *arena,
                               Patina__SignedStatement **ret_envelope, pat_err *reterr)
    PAT_NONNULL(2, 3) PAT_MUST_USE;

/* Fills a begun draft from a file's JSON.
 * fails cli.draft   not a draft, a value that no slot takes, or a slot without its value
 *       json.*, and as pat_draft_disclose */
pat_status pat_envelope_fill(pat_draft *draft, pat_span bytes, pat_err *reterr)
    PAT_NONNULL(1) PAT_MUST_USE;

#endif
