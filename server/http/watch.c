#include "server/http/watch.h"

#include <sys/socket.h>

#include "core/base/assert.h"
#include "server/sys/mem.h"

enum { LOOK_EVERY_MS = 200, NOBODY = -1 };

static void cut_off_late(pat_http_watch *watch) {
  uint64_t now_ms = pat_env_monotonic_ms(watch->env);
  for (size_t i = 0; i < watch->place_count; i++) {
    pat_http_watched *place = &watch->places[i];
    if (place->socket == NOBODY || now_ms < place->deadline_ms) continue;
    (void)shutdown(place->socket, SHUT_RD);
    place->deadline_ms = UINT64_MAX;
  }
}

/* Sleeps for good only after a period in which nobody was watched: under load it looks at its own
 * pace, and requests wake nobody. */
static void look(void *context) {
  pat_http_watch *watch = context;
  PAT_CLEANUP(pat_mutex_release) PAT_UNUSED pat_mutex *held = pat_mutex_hold(&watch->mutex);
  while (!watch->stopping) {
    watch->sleeps = watch->used == 0 && !watch->was_used;
    if (watch->sleeps) {
      pat_condition_wait(&watch->changed, &watch->mutex);
      continue;
    }
    watch->was_used = false;
    (void)pat_condition_wait_ms(&watch->changed, &watch->mutex, LOOK_EVERY_MS);
    cut_off_late(watch);
  }
}

pat_status pat_http_watch_start(pat_http_watch *watch, const pat_env *env, size_t place_count) {
  *watch = (pat_http_watch){.env = env, .place_count = place_count};
  watch->places = pat_mem_new_array(place_count, sizeof(watch->places[0]));
  PAT_REQUIRE(watch->places != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < place_count; i++)
    watch->places[i].socket = NOBODY;
  pat_mutex_init(&watch->mutex);
  pat_condition_init(&watch->changed);
  pat_status status = pat_thread_start("http-watch", look, watch, &watch->thread);
  if (!pat_is_ok(status)) pat_http_watch_stop(watch);
  return status;
}

static void tell_to_stop(pat_http_watch *watch) {
  PAT_CLEANUP(pat_mutex_release) PAT_UNUSED pat_mutex *held = pat_mutex_hold(&watch->mutex);
  PAT_ASSERT(watch->used == 0);
  watch->stopping = true;
  pat_condition_signal(&watch->changed);
}

void pat_http_watch_stop(pat_http_watch *watch) {
  tell_to_stop(watch);
  pat_thread_join(&watch->thread);
  pat_condition_clear(&watch->changed);
  pat_mutex_clear(&watch->mutex);
  pat_mem_free(watch->places);
  watch->places = NULL;
}

size_t pat_http_watch_set(pat_http_watch *watch, int socket, uint64_t within_ms) {
  PAT_ASSERT(socket >= 0);
  PAT_CLEANUP(pat_mutex_release) PAT_UNUSED pat_mutex *held = pat_mutex_hold(&watch->mutex);
  size_t place = 0;
  while (place < watch->place_count && watch->places[place].socket != NOBODY)
    place++;
  if (place == watch->place_count) return place;
  uint64_t deadline_ms = pat_env_monotonic_ms(watch->env) + within_ms;
  watch->places[place] = (pat_http_watched){.socket = socket, .deadline_ms = deadline_ms};
  watch->used++;
  watch->was_used = true;
  if (watch->sleeps) pat_condition_signal(&watch->changed);
  return place;
}

void pat_http_watch_unset(pat_http_watch *watch, size_t place) {
  if (place == watch->place_count) return;
  PAT_CLEANUP(pat_mutex_release) PAT_UNUSED pat_mutex *held = pat_mutex_hold(&watch->mutex);
  PAT_ASSERT(place < watch->place_count);
  PAT_ASSERT(watch->places[place].socket != NOBODY);
  watch->places[place].socket = NOBODY;
  watch->used--;
}
