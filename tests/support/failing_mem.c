#include "tests/support/failing_mem.h"

#include <stdio.h>
#include <stdlib.h>

#include "server/sys/mem.h"

static struct {
  size_t fail_at;
  bool sticky;
  size_t count;
  size_t held;
  bool has_failed;
} now;

static bool must_fail(void) {
  if (now.fail_at == 0) return false;
  return now.sticky ? now.count >= now.fail_at : now.count == now.fail_at;
}

static void *failing_resize(void *context, void *block, size_t size) {
  (void)context;
  now.count++;
  if (must_fail()) {
    now.has_failed = true;
    return NULL;
  }
  void *made = realloc(block, size);
  if (block == NULL && made != NULL) now.held++;
  return made;
}

static void failing_release(void *context, void *block) {
  (void)context;
  now.held--;
  free(block);
}

void failing_mem_start(size_t fail_at, bool sticky) {
  now.fail_at = fail_at;
  now.sticky = sticky;
  now.count = 0;
  now.held = 0;
  now.has_failed = false;
  pat_mem_set_hooks(&(pat_mem_hooks){.resize = failing_resize, .release = failing_release});
}

void failing_mem_stop(void) { pat_mem_set_hooks(NULL); }
size_t failing_mem_count(void) { return now.count; }
size_t failing_mem_held(void) { return now.held; }
bool failing_mem_has_failed(void) { return now.has_failed; }

size_t failing_mem_torture(bool (*step)(void *context), void *context) {
  enum { RUNS_MAX = 100000 };
  for (size_t run = 1; run <= RUNS_MAX; run++) {
    failing_mem_start(run, false);
    bool succeeded = step(context);
    failing_mem_stop();
    if (now.held != 0 || succeeded == now.has_failed) {
      fprintf(stderr, "failing allocation %zu: %zu blocks left over, %s\n", run, now.held,
              succeeded ? "succeeded" : "failed");
      return 0;
    }
    if (!now.has_failed) return run;
  }
  return 0;
}
