/* A disk that loses what was not synced: the test's side of the shim. A server that is started
 * while the disk is attached writes through the shim; after it was killed, virtual_disk_crash
 * leaves of its directory what a loss of power would have left. */
#ifndef PAT_TESTS_SUPPORT_PRELOAD_VIRTUAL_DISK_H
#define PAT_TESTS_SUPPORT_PRELOAD_VIRTUAL_DISK_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/support/preload/disk_journal.h"
#include "tests/support/temp_directory.h"
#include "tests/support/test_random.h"

typedef struct {
  disk_journal *journal;
  char path[TEMP_DIRECTORY_PATH_MAX]; /* of the journal */
} virtual_disk;

/* in  directory  absolute, of the same file system as root and outside of it; the journal and what
 *                may come back are kept there
 *     root       absolute; its files and those below are followed */
void virtual_disk_open(virtual_disk *disk, const char *directory, const char *root);
void virtual_disk_close(virtual_disk *disk);

/* Forgets all that was noted, and every fault: what is there now is durable. Programs that are
 * started from here on load the shim; called with no other thread running. */
void virtual_disk_attach(virtual_disk *disk);
/* Programs that are started from here on run without it. */
void virtual_disk_detach(void);

/* The n-th sync from now on gives EIO, or the process is killed right before it. n > 0 */
void virtual_disk_fail_sync(virtual_disk *disk, uint64_t n);
void virtual_disk_die_at_sync(virtual_disk *disk, uint64_t n);
/* Syncs are left out from now on; part: see disk_forget. */
void virtual_disk_forget(virtual_disk *disk, disk_forget forget, const char *part);

typedef enum {
  DISK_LOSE_ALL = 0, /* all that was not synced */
  DISK_LOSE_SOME,    /* a part of each file's end, and the last few names */
  DISK_LOSE_NOTHING, /* only the process died */
} disk_loss;

typedef struct {
  size_t bytes; /* cut off */
  size_t files; /* that lost some */
  size_t names; /* taken back */
} disk_lost;

/* Takes away what the loss of power would have. Called when the server is gone. */
disk_lost virtual_disk_crash(virtual_disk *disk, disk_loss loss, test_random *random);

#endif
