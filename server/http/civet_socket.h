/* The socket of a connection, which civetweb keeps to itself. */
#ifndef PAT_SERVER_HTTP_CIVET_SOCKET_H
#define PAT_SERVER_HTTP_CIVET_SOCKET_H

#include <civetweb.h>

/* Finds the process's socket whose other end is the request's client. -1 where there is none.
 * time  one system call per open file: once per connection */
int pat_http_civet_socket(const struct mg_request_info *request);

#endif
