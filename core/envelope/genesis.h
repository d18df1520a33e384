/* The log's name. It pins the genesis: root keys, VRF key, promise key and the first policy
 * (SPEC.md section 5). */
#ifndef PAT_CORE_ENVELOPE_GENESIS_H
#define PAT_CORE_ENVELOPE_GENESIS_H

#include "core/base/arena.h"
#include "core/base/limits.h"
#include "core/base/status.h"
#include "proto/statement.pb-c.h"

/* A log's name, NUL-terminated. */
typedef struct {
  char text[PAT_ORIGIN_BYTES_MAX + 1];
} pat_origin;

/* Computes the origin of a genesis: prefix "/" hex SHA-256("patina/genesis/v1\0" || parameters).
 * in    genesis     checked, as pat_statement_decode gives it
 *       arena       working memory for the parameters' canonical bytes; given back
 * out   ret_origin  unchanged on failure
 * fails limit.memory
 * time  O(size of the parameters) */
pat_status pat_genesis_origin(const Patina__Genesis *genesis, pat_arena *arena,
                              pat_origin *ret_origin) PAT_MUST_USE PAT_NONNULL_ALL;

#endif
