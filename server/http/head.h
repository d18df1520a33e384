/* A request's head, after the server library has split it into pieces: what is refused, and where
 * the body ends. A pure function of the pieces, so that it is fuzzed without sockets. */
#ifndef PAT_SERVER_HTTP_HEAD_H
#define PAT_SERVER_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/limits.h"
#include "core/base/span.h"
#include "core/base/status.h"

typedef struct {
  pat_span name;
  pat_span value; /* without blanks around it */
} pat_http_field;

/* All spans are borrowed for the request. */
typedef struct {
  pat_span method;
  pat_span path;    /* as sent, from its first '/' */
  pat_span query;   /* behind '?', which is not part of it */
  pat_span version; /* "1.1" */
  pat_http_field fields[PAT_HTTP_HEADERS_MAX];
  size_t field_count;
  size_t bytes;   /* of the whole head, as far as it is known */
  bool lines_bad; /* a line did not end in CR LF, or the request line has stray blanks */
} pat_http_head;

typedef enum {
  PAT_HTTP_GET = 0,
  PAT_HTTP_HEAD,
  PAT_HTTP_POST,
  PAT_HTTP_OPTIONS,
  PAT_HTTP_UNTAKEN, /* PUT, PATCH, DELETE: known, but no address here takes them */
  PAT_HTTP_UNKNOWN,
} pat_http_method;

/* What the head says about the body and the connection. */
typedef struct {
  pat_http_method method;
  bool chunked;
  uint64_t content_length; /* of a body that is not chunked */
  bool expects_continue;
  bool keep_alive;
} pat_http_framing;

/* Checks a head.
 * in    body_bytes_max   the largest body that is taken
 * out   ret_framing      unchanged on failure
 *       reterr           the header field's name in place; may be NULL
 * fails HTTP_HEAD_SIZE        above PAT_HTTP_HEAD_BYTES_MAX, PAT_HTTP_HEADERS_MAX fields or more,
 *                             or a value above PAT_HTTP_HEADER_BYTES_MAX
 *       HTTP_TARGET_SIZE      path and query above PAT_HTTP_TARGET_BYTES_MAX
 *       HTTP_REQUEST_FORM     characters that do not belong there, bad line ends, not one Host
 *       HTTP_VERSION          not 1.0 or 1.1
 *       HTTP_BODY_FRAMING     Content-Length with Transfer-Encoding, either of them twice, a length
 *                             that is no number, another coding than chunked
 *       HTTP_LENGTH_REQUIRED  POST with neither
 *       HTTP_BODY_UNEXPECTED  GET, HEAD or OPTIONS with a body
 *       HTTP_BODY_SIZE        a length above body_bytes_max
 *       HTTP_EXPECTATION      Expect with another value than 100-continue
 * time  O(head.bytes) */
pat_status pat_http_head_check(const pat_http_head *head, uint64_t body_bytes_max,
                               pat_http_framing *ret_framing, pat_err *reterr)
    PAT_NONNULL(1, 3) PAT_MUST_USE;

/* Finds the first field of a name, in any case, from field number *cursor on, and moves that behind
 * it: start with 0, call again for the next. False where there is no more. */
bool pat_http_head_next(const pat_http_head *head, const char *name, size_t *cursor,
                        pat_span *ret_value) PAT_NONNULL_ALL;

/* The first field of a name; the empty span where there is none. */
pat_span pat_http_head_value(const pat_http_head *head, const char *name) PAT_NONNULL_ALL;

/* True where the texts are equal but for the case of ASCII letters. */
bool pat_http_same_word(pat_span a, pat_span b);

/* Takes the next item of a comma-separated list off its front, without blanks around it. False at
 * the end. Empty items are given too. */
bool pat_http_list_next(pat_span *list, char separator, pat_span *ret_item) PAT_NONNULL_ALL;

#endif
