/* The head of a request as civetweb 1.15 has split it, as our own pieces. */
#ifndef PAT_SERVER_HTTP_CIVET_HEAD_H
#define PAT_SERVER_HTTP_CIVET_HEAD_H

#include <civetweb.h>

#include "server/http/head.h"

/* Makes spans of civetweb's texts, and sets lines_bad where the lines were not as HTTP wants them.
 * out   ret_head   all of it is written; borrowed from civetweb's buffer for the request */
void pat_http_civet_head(const struct mg_request_info *request,
                         pat_http_head *ret_head) PAT_NONNULL_ALL;

#endif
