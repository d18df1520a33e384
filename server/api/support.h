/* What handlers share: the memory of one request, messages in and out, parameters, ids, cursors. */
#ifndef PAT_SERVER_API_SUPPORT_H
#define PAT_SERVER_API_SUPPORT_H

#include <protobuf-c/protobuf-c.h>

#include "core/base/arena.h"
#include "core/crypto/hash.h"
#include "server/api/api.h"

/* Memory for one request: an arena over one block, which costs only what is touched.
 * Zero-initialise and give back with pat_api_memory_clear. */
typedef struct {
  pat_arena arena;
  void *block;
} pat_api_memory;

/* fails LIMIT_MEMORY */
pat_status pat_api_memory_init(pat_api_memory *memory, size_t size) PAT_NONNULL_ALL PAT_MUST_USE;
void pat_api_memory_clear(pat_api_memory *memory) PAT_NONNULL_ALL;

/* Copies bytes into the arena. fails LIMIT_MEMORY */
pat_status pat_api_keep(pat_arena *arena, pat_span bytes,
                        ProtobufCBinaryData *ret_bytes) PAT_NONNULL_ALL PAT_MUST_USE;
/* As pat_api_keep, for a text: with a NUL behind it. */
pat_status pat_api_keep_text(pat_arena *arena, pat_span text,
                             char **ret_text) PAT_NONNULL_ALL PAT_MUST_USE;

/* Reads the body as a message, protobuf or JSON as its media type says. Its bytes fields may point
 * into the body. fails as pat_protobuf_decode and pat_protojson_decode */
pat_status pat_api_read_message(const pat_api_request *request,
                                const ProtobufCMessageDescriptor *descriptor, pat_arena *arena,
                                ProtobufCMessage **ret_message, pat_err *reterr)
    PAT_NONNULL(1, 2, 3, 4) PAT_MUST_USE;

/* Makes the message the response's body, protobuf or JSON as was accepted.
 * fails LIMIT_MEMORY, and those of the encoders */
pat_status pat_api_give_message(const pat_api_request *request, const ProtobufCMessage *message,
                                pat_api_response *response) PAT_NONNULL_ALL PAT_MUST_USE;

/* The value of a query parameter; false where it is not given. */
bool pat_api_query(const pat_api_request *request, const char *name,
                   pat_span *ret_value) PAT_NONNULL_ALL;

/* A query parameter that is a number.
 * out   ret_value    the number; unchanged where the parameter is not given, and on failure
 * fails API_QUERY    not a number, or not within min..max; the name in place */
typedef struct {
  const char *name;
  uint64_t min;
  uint64_t max;
} pat_api_number;
pat_status pat_api_query_number(const pat_api_request *request, pat_api_number parameter,
                                uint64_t *ret_value, pat_err *reterr)
    PAT_NONNULL(1, 3) PAT_MUST_USE;

/* Where a walk over a subject's history stands: opaque to clients, bound to a subject and a
 * size. */
typedef struct {
  uint64_t size; /* of the checkpoint at which every page holds */
  uint64_t from; /* number of the next entry in the sub-log */
} pat_api_cursor;

/* Writes a cursor for clients to give back. */
void pat_api_cursor_write(const pat_hash *subject, pat_api_cursor cursor,
                          char ret_text[PAT_API_CURSOR_BYTES_MAX]) PAT_NONNULL_ALL;
/* Reads one that a client gave back.
 * fails API_CURSOR   not one of ours, or of another subject */
pat_status pat_api_cursor_read(const pat_hash *subject, pat_span text, pat_api_cursor *ret_cursor,
                               pat_err *reterr) PAT_NONNULL(1, 3) PAT_MUST_USE;

/* The newest published head. fails API_CHECKPOINT_NOT_FOUND where nothing is published yet */
pat_status pat_api_head(const pat_api *api, pat_port_head *ret_head) PAT_NONNULL_ALL PAT_MUST_USE;

/* The signed note of a size, in the arena. fails API_CHECKPOINT_NOT_FOUND, LIMIT_MEMORY */
pat_status pat_api_note(const pat_api *api, uint64_t size, pat_arena *arena,
                        char **ret_note) PAT_NONNULL_ALL PAT_MUST_USE;

/* A record of STATE, decoded into the arena.
 * fails STORE_NOT_FOUND, STORE_CORRUPT (what is stored does not decode), LIMIT_MEMORY */
typedef struct {
  char prefix;
  pat_span id;
  const ProtobufCMessageDescriptor *descriptor;
} pat_api_record;
pat_status pat_api_state(const pat_api *api, pat_api_record record, pat_arena *arena,
                         ProtobufCMessage **ret_message) PAT_NONNULL_ALL PAT_MUST_USE;

/* Decodes what the store gave into the arena, copying its bytes there.
 * fails STORE_CORRUPT, LIMIT_MEMORY */
pat_status pat_api_decode_stored(pat_span bytes, const ProtobufCMessageDescriptor *descriptor,
                                 pat_arena *arena,
                                 ProtobufCMessage **ret_message) PAT_NONNULL_ALL PAT_MUST_USE;

/* The status, but this rule where the other says that nothing is stored. */
pat_status pat_api_not_found_as(pat_status status, pat_rule rule);

#endif
