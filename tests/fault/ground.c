#include "tests/fault/ground.h"

#include <stdio.h>
#include <string.h>

#include "server/sys/file.h"
#include "server/sys/mem.h"

void ground_configure(ground *here, const char *name, const char *value) {
  enum { TEXT_BYTES = 64 * 1024 };
  const char *path = main_path(here->live->files->ledger, "patina.conf");
  pat_blob old = {0};
  assert_ok(pat_file_read(path, TEXT_BYTES, &old, NULL));
  char key[64];
  (void)snprintf(key, sizeof key, "\n%s = ", name);
  const char *text = (const char *)old.data;
  const char *found = strstr(text, key);
  assert_non_null(found);
  const char *rest = strchr(found + 1, '\n');
  assert_non_null(rest);
  char *changed = pat_mem_new(old.size + 256);
  int size =
      snprintf(changed, old.size + 256, "%.*s%s%s%s", (int)(found - text), text, key, value, rest);
  assert_ok(pat_file_replace(path, 0600, pat_span_make(changed, (size_t)size), NULL));
  pat_mem_free(changed);
  pat_blob_clear(&old);
}

int ground_setup(void **state) {
  ground *here = pat_mem_new(sizeof *here);
  void *live = NULL;
  assert_int_equal(live_setup(&live), 0);
  here->live = live;
  server_process_kill(&here->live->process);
  ground_configure(here, "store_memtable_mib", "1");
  virtual_disk_open(&here->disk, here->live->files->directory.path, here->live->files->ledger);
  witness_init(&here->seen, here->live);
  here->random = test_random_announced("fault", 20261122);
  *state = here;
  return 0;
}

int ground_teardown(void **state) {
  ground *here = *state;
  void *live = here->live;
  virtual_disk_close(&here->disk);
  witness_clear(&here->seen);
  (void)live_teardown(&live);
  pat_mem_free(here);
  return 0;
}

bool ground_start(ground *here) {
  int code = 0;
  bool started = server_process_start(&here->live->process, here->live->files->ledger,
                                      main_path(here->live->files->directory.path, "log"), &code);
  virtual_disk_detach();
  return started;
}

disk_lost ground_crash(ground *here, disk_loss loss) {
  server_process_kill(&here->live->process);
  return virtual_disk_crash(&here->disk, loss, &here->random);
}

bool ground_file_says(const char *path, const char *words) {
  enum { BYTES_MAX = 64 * 1024 * 1024 };
  pat_blob text = {0};
  assert_ok(pat_file_read(path, BYTES_MAX, &text, NULL));
  bool says = strstr((const char *)text.data, words) != NULL;
  pat_blob_clear(&text);
  return says;
}

void ground_prepare(ground *here) {
  here->load = pat_mem_new(sizeof *here->load);
  here->next = 0;
  load_prepare(here->load, here->live, ++here->round, &here->random);
}

void ground_load(ground *here) {
  ground_prepare(here);
  load_start(here->load);
}

long ground_send(ground *here) {
  assert_true(here->next < LOAD_REQUESTS);
  load_request *request = &here->load->callers[0].requests[here->next++];
  load_send(here->live, request);
  return request->status;
}

long ground_send_again(ground *here) {
  here->next--;
  return ground_send(here);
}

const load_request *ground_sent(const ground *here) {
  return &here->load->callers[0].requests[here->next - 1];
}

void ground_unload(ground *here) {
  load_stop(here->load);
  witness_hear(&here->seen, here->load);
}

static void end_round(ground *here) {
  if (here->load == NULL) return;
  load_clear(here->load);
  pat_mem_free(here->load);
  here->load = NULL;
}

bool ground_examine(ground *here) {
  witness_look_at_file(&here->seen);
  virtual_disk_attach(&here->disk);
  bool started = ground_start(here);
  if (started) {
    if (here->load != NULL) witness_ask_again(&here->seen, here->load, &here->random);
    witness_read_log(&here->seen);
  } else {
    here->seen.figures.not_started++;
  }
  end_round(here);
  return started;
}
