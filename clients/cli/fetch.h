/* HTTP with a ledger: bounded answers, time-outs, no redirects, https or this machine only. */
#ifndef PAT_CLIENTS_CLI_FETCH_H
#define PAT_CLIENTS_CLI_FETCH_H

#include <protobuf-c/protobuf-c.h>

#include "clients/cli/cli.h"

/* A connection, kept open from request to request. */
typedef struct pat_fetch pat_fetch;

/* Checks a server's address: https, or http to 127.0.0.1, [::1] or localhost; no user name, no
 * query. fails cli.server
 */
pat_status pat_fetch_check_server(const char *url) PAT_NONNULL_ALL PAT_MUST_USE;

/* Opens a connection to a server; nothing is sent yet.
 * in    server   borrowed for the connection's life
 * out   ret_fetch  freed with pat_fetch_free
 * fails cli.server, limit.memory */
pat_status pat_fetch_new(pat_cli *cli, const char *server,
                         pat_fetch **ret_fetch) PAT_NONNULL_ALL PAT_MUST_USE;

/* Accepts NULL. Fits PAT_CLEANUP. */
void pat_fetch_free(pat_fetch **fetch) PAT_NONNULL_ALL;

/* Gets a path as it is (checkpoints, tiles).
 * in    path       begins with "/"
 *       size_max   bytes
 * out   ret_body   in the run's arena
 * fails cli.network, cli.answer (too large), or the rule that the server's problem names
 * (cli.refused where that is
 *       not known); the problem's words are kept for the message */
pat_status pat_fetch_get(pat_fetch *fetch, const char *path, size_t size_max,
                         pat_span *ret_body) PAT_NONNULL_ALL PAT_MUST_USE;

/* As pat_fetch_get, in one media type. */
pat_status pat_fetch_get_as(pat_fetch *fetch, const char *path, const char *media, size_t size_max,
                            pat_span *ret_body) PAT_NONNULL_ALL PAT_MUST_USE;

/* Gets a message. fails as pat_fetch_get, and cli.answer where the body is not one canonical
 * message of this type */
pat_status pat_fetch_message(pat_fetch *fetch, const char *path,
                             const ProtobufCMessageDescriptor *descriptor,
                             ProtobufCMessage **ret_message) PAT_NONNULL_ALL PAT_MUST_USE;

/* Posts a message and gets one. fails as pat_fetch_message */
pat_status pat_fetch_post(pat_fetch *fetch, const char *path, const ProtobufCMessage *request,
                          const ProtobufCMessageDescriptor *descriptor,
                          ProtobufCMessage **ret_message) PAT_NONNULL_ALL PAT_MUST_USE;

/* Turns the server's problem into a failure of this run: the rule it names and its words.
 * in    problem  decoded; status 0: none is known */
pat_status pat_fetch_problem(pat_cli *cli, const void *message) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
