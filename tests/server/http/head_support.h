/* Heads for tests, written as text. */
#ifndef PAT_TESTS_SERVER_HTTP_HEAD_SUPPORT_H
#define PAT_TESTS_SERVER_HTTP_HEAD_SUPPORT_H

#include "server/http/head.h"

/* The head of "GET /path?query HTTP/1.1\nName: value\n...", split as the server library would.
 * Borrowed from text. */
pat_http_head head_of(const char *text);

#endif
