/* A live ledger on a virtual disk. */
#ifndef PAT_TESTS_FAULT_GROUND_H
#define PAT_TESTS_FAULT_GROUND_H

#include "tests/fault/witness.h"
#include "tests/support/preload/virtual_disk.h"

typedef struct {
  live_ledger *live;
  virtual_disk disk;
  witness seen;
  test_random random;
  load *load;     /* of the present round */
  size_t next;    /* request of its first caller that ground_send sends */
  uint32_t round; /* counts up, over all tests of the program */
} ground;

/* live_setup, and its server stopped. Small tables in memory, so that files come and go. *state
 * is the ground. */
int ground_setup(void **state);
int ground_teardown(void **state);

/* Starts the server on the disk; false (and a complaint) where it does not come up. */
bool ground_start(ground *here);
/* Kills it, and takes away what was not synced. */
disk_lost ground_crash(ground *here, disk_loss loss);
/* Writes a setting of patina.conf. */
void ground_configure(ground *here, const char *name, const char *value);
/* The file at path has these words. */
bool ground_file_says(const char *path, const char *words);

/* Makes a load whose threads do not run: ground_send sends the next of its first caller's
 * requests, and gives the status. Ended by ground_unload too. */
void ground_prepare(ground *here);
long ground_send(ground *here);
long ground_send_again(ground *here);
/* What was answered to the request sent last; borrowed. */
const load_request *ground_sent(const ground *here);
/* Starts a new load, or ends it and takes in what was answered. */
void ground_load(ground *here);
void ground_unload(ground *here);
/* After a crash: starts the server, and holds its log against all that was said. Gives false
 * where it did not come up. Ends the round, with its load where there was one. */
bool ground_examine(ground *here);

#endif
