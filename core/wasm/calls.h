/* The model's calls from bytes to bytes: what the WebAssembly module offers, and what the vectors
 * are made with natively. The same source runs on both sides, so a difference is the build's.
 * Texts are ASCII lines, each ended by '\n'. */
#ifndef PAT_CORE_WASM_CALLS_H
#define PAT_CORE_WASM_CALLS_H

#include "core/base/arena.h"
#include "core/base/span.h"
#include "core/base/status.h"

/* in    input   borrowed for the life of *ret_output
 *       arena   gives all memory
 * out   ret_output  in the arena; unchanged on failure
 * fails as the model does; bytes.truncated where a part of the input is missing; limit.memory */
typedef pat_status (*pat_call)(pat_span input, pat_arena *arena, pat_span *ret_output);

/* A canonical AssetHistory; gives the canonical AssetState. */
pat_status pat_call_fold(pat_span input, pat_arena *arena, pat_span *ret_output) PAT_MUST_USE;

/* A Statement; gives lines "kind <name>", "sha256 <hex>", "public <0 or 1>", "identifiers <n>",
 * "asset <hex>" where it belongs to one, "slot <name> <hex digest>" and "subject <hex>" for each,
 * as though each signer's hash were its principal's id. */
pat_status pat_call_statement(pat_span input, pat_arena *arena, pat_span *ret_output) PAT_MUST_USE;

/* A date in EDTF; gives "<earliest day> <latest day> <precision 0..6> <uncertain> <approximate>".
 */
pat_status pat_call_edtf(pat_span input, pat_arena *arena, pat_span *ret_output) PAT_MUST_USE;

/* u16be size, IdentifierScheme, the value as read; gives "<normalised>". */
pat_status pat_call_identifier(pat_span input, pat_arena *arena, pat_span *ret_output) PAT_MUST_USE;

/* u16be size, Number, Number; gives "-1", "0" or "1". */
pat_status pat_call_number(pat_span input, pat_arena *arena, pat_span *ret_output) PAT_MUST_USE;

#endif
