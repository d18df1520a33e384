/* Cuts off connections whose request does not come whole in time.
 *
 * The server library bounds the time of each receive, not of a whole body, so a client that sends a
 * byte now and then would hold a thread for days. One thread per server looks at the deadlines and
 * shuts the sending side of late connections: the reading thread then sees the end of the body. */
#ifndef PAT_SERVER_HTTP_WATCH_H
#define PAT_SERVER_HTTP_WATCH_H

#include <stddef.h>

#include "server/sys/env.h"
#include "server/sys/thread.h"

/* One connection; within a server's array. */
typedef struct {
  int socket; /* below 0: nobody is watched here */
  uint64_t deadline_ms;
} pat_http_watched;

typedef struct {
  const pat_env *env; /* borrowed */
  pat_mutex mutex;
  pat_condition changed;
  pat_thread thread;
  bool stopping;
  pat_http_watched *places;
  size_t place_count;
  size_t used;   /* places that are watched */
  bool was_used; /* somebody was watched since the last look */
  bool sleeps;   /* the thread waits to be woken, not for the next look */
} pat_http_watch;

/* Starts watching for at most place_count connections at a time.
 * fails SYS_THREAD, LIMIT_MEMORY; nothing is left then */
pat_status pat_http_watch_start(pat_http_watch *watch, const pat_env *env,
                                size_t place_count) PAT_NONNULL_ALL PAT_MUST_USE;

/* Stops the thread and frees the places. Nobody may be watched any more (asserted). */
void pat_http_watch_stop(pat_http_watch *watch) PAT_NONNULL_ALL;

/* Watches a socket from now on; gives its place, for pat_http_watch_unset before the socket is
 * closed. place_count where all are taken: it is not watched then. Thread-safe. */
size_t pat_http_watch_set(pat_http_watch *watch, int socket,
                          uint64_t within_ms) PAT_NONNULL_ALL PAT_MUST_USE;
void pat_http_watch_unset(pat_http_watch *watch, size_t place) PAT_NONNULL_ALL;

#endif
