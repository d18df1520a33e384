/* A client that sends bytes as they are, to a server on the loopback: what no HTTP library would
 * send, or only slowly, or never whole. */
#ifndef PAT_TESTS_INTEGRATION_RAW_CLIENT_H
#define PAT_TESTS_INTEGRATION_RAW_CLIENT_H

#include <stdbool.h>

#include "core/base/span.h"

/* What came back. status 0: no answer. */
typedef struct {
  int status;
  char text[32 * 1024]; /* head and body, NUL-terminated; cut where there is no room */
} raw_answer;

/* A connection whose reads wait at most a minute. Fails the test where there is none. */
int raw_connect(unsigned port);
/* Sends until all is sent or the server has closed. */
void raw_send(int connection, pat_span bytes);
void raw_send_text(int connection, const char *text);
/* Sends this many bytes of a body. */
void raw_send_body(int connection, size_t size);
/* Sends nothing more; what comes back can still be read. */
void raw_end(int connection);
/* Reads one answer by its Content-Length; without one, the head alone. */
void raw_receive(int connection, raw_answer *ret_answer);
/* Something can be read within this time: an answer, or the end. */
bool raw_readable(int connection, int within_ms);
/* The connection is open, and the server has sent nothing. */
bool raw_is_held(int connection);
/* The server has closed, or closes within a minute, and says no more before it. */
bool raw_closed(int connection);

#endif
