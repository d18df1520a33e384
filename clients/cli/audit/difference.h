/* Where two messages first say something else. */
#ifndef PAT_CLIENTS_CLI_AUDIT_DIFFERENCE_H
#define PAT_CLIENTS_CLI_AUDIT_DIFFERENCE_H

#include <protobuf-c/protobuf-c.h>

#include "core/base/arena.h"
#include "core/base/attributes.h"
#include "core/base/span.h"

enum { PAT_DIFFERENCE_PATH_BYTES = 160 };

typedef struct {
  char field[PAT_DIFFERENCE_PATH_BYTES]; /* "state.consumer[2].values[0].text" */
  pat_span statement;                    /* SHA-256 of the statement that stands there; or empty */
} pat_difference;

/* The first field, in the schema's order, in which the messages differ.
 * in    left, right  of one type; statements are named by the left one
 *       arena        given back
 * gives false where both have the same canonical bytes
 * time  O(size), for each message on the way down */
bool pat_difference_find(const ProtobufCMessage *left, const ProtobufCMessage *right,
                         pat_arena *arena,
                         pat_difference *ret_difference) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
