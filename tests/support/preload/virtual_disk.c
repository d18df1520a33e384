#include "tests/support/preload/virtual_disk.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/assert.h"

enum { OPEN_DIRECTORIES = 16 };

void virtual_disk_open(virtual_disk *disk, const char *directory, const char *root) {
  int size = snprintf(disk->path, sizeof disk->path, "%s/disk-journal", directory);
  PAT_ASSERT(size > 0 && (size_t)size < sizeof disk->path);
  int descriptor = open(disk->path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  PAT_ASSERT(descriptor >= 0);
  PAT_ASSERT(ftruncate(descriptor, (off_t)sizeof(disk_journal)) == 0);
  void *mapped =
      mmap(NULL, sizeof(disk_journal), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  PAT_ASSERT(mapped != MAP_FAILED);
  (void)close(descriptor);
  disk->journal = mapped;
  size = snprintf(disk->journal->keep, DISK_PATH_BYTES, "%s/disk-keep", directory);
  PAT_ASSERT(size > 0 && size < DISK_PATH_BYTES);
  size = snprintf(disk->journal->root, DISK_PATH_BYTES, "%s", root);
  PAT_ASSERT(size > 0 && size < DISK_PATH_BYTES);
  PAT_ASSERT(mkdir(disk->journal->keep, 0700) == 0);
}

void virtual_disk_close(virtual_disk *disk) {
  virtual_disk_detach();
  if (disk->journal != NULL) (void)munmap(disk->journal, sizeof(disk_journal));
  disk->journal = NULL;
}

static void kept_path(const disk_journal *journal, uint32_t position,
                      char ret_path[DISK_PATH_BYTES + 16]) {
  (void)snprintf(ret_path, DISK_PATH_BYTES + 16, "%s/%u", journal->keep, position);
}

static void drop_kept(const disk_journal *journal) {
  char path[DISK_PATH_BYTES + 16];
  for (uint32_t i = 0; i < journal->name_count; i++) {
    kept_path(journal, i, path);
    if (journal->names[i].kept) (void)unlink(path);
  }
}

/* Zeroes from the pages' own zeroes: most of the journal was never touched. */
static void forget_all(disk_journal *journal) {
  drop_kept(journal);
  for (size_t i = 0; i < DISK_FILES_MAX; i++) {
    if (journal->files[i].inode == 0) continue;
    journal->files[i].inode = 0;
    journal->files[i].synced = 0;
    journal->files[i].torn = 0;
  }
  for (uint32_t i = 0; i < journal->name_count; i++)
    journal->names[i].state = DISK_NAME_UNUSED;
  journal->name_count = 0;
}

void virtual_disk_attach(virtual_disk *disk) {
  disk_journal *journal = disk->journal;
  forget_all(journal);
  journal->forget = DISK_OBEY;
  journal->syncs = 0;
  journal->fail_sync = 0;
  journal->die_sync = 0;
  journal->room = DISK_UNLIMITED;
  journal->full = 0;
  journal->free_told = DISK_UNLIMITED;
  PAT_ASSERT(setenv(DISK_JOURNAL_VARIABLE, disk->path, 1) == 0);
  PAT_ASSERT(setenv("LD_PRELOAD", DISK_SHIM_PATH, 1) == 0);
}

void virtual_disk_detach(void) {
  (void)unsetenv("LD_PRELOAD");
  (void)unsetenv(DISK_JOURNAL_VARIABLE);
}

void virtual_disk_fail_sync(virtual_disk *disk, uint64_t n) {
  disk->journal->fail_sync = disk->journal->syncs + n;
}

void virtual_disk_die_at_sync(virtual_disk *disk, uint64_t n) {
  disk->journal->die_sync = disk->journal->syncs + n;
}

void virtual_disk_forget(virtual_disk *disk, disk_forget forget, const char *part) {
  (void)snprintf(disk->journal->part, DISK_PART_BYTES, "%s", part);
  disk->journal->forget = forget;
}

/* --- the crash ------------------------------------------------------------------------------- */

static void bring_back(const disk_journal *journal, uint32_t position, const char *path) {
  char kept[DISK_PATH_BYTES + 16];
  kept_path(journal, position, kept);
  PAT_ASSERT(link(kept, path) == 0);
}

static void take_back(const disk_journal *journal, uint32_t position) {
  const disk_name *name = &journal->names[position];
  switch ((disk_name_kind)name->kind) {
    case DISK_NAME_MADE:
      PAT_ASSERT(unlink(name->from) == 0);
      break;
    case DISK_NAME_MOVED:
      PAT_ASSERT(rename(name->to, name->from) == 0);
      if (name->kept) bring_back(journal, position, name->to);
      break;
    case DISK_NAME_REMOVED:
      PAT_ASSERT(name->kept);
      bring_back(journal, position, name->from);
      break;
  }
}

static size_t count_undurable(const disk_journal *journal) {
  size_t count = 0;
  for (uint32_t i = 0; i < journal->name_count; i++) {
    if (journal->names[i].state == DISK_NAME_DONE) count++;
  }
  return count;
}

/* From the last one back: a directory keeps the order of its changes. */
static size_t lose_names(const disk_journal *journal, disk_loss loss, test_random *random) {
  size_t wanted = count_undurable(journal);
  if (loss == DISK_LOSE_SOME) wanted = (size_t)test_random_below(random, wanted + 1);
  size_t taken = 0;
  for (uint32_t i = journal->name_count; i > 0 && taken < wanted; i--) {
    if (journal->names[i - 1].state != DISK_NAME_DONE) continue;
    take_back(journal, i - 1);
    taken++;
  }
  return taken;
}

/* nftw passes no context. */
static struct {
  const disk_journal *journal;
  disk_loss loss;
  test_random *random;
  disk_lost lost;
} cutting;

static const disk_file *find_file(const disk_journal *journal, uint64_t inode) {
  for (size_t i = 0; i < DISK_FILES_MAX; i++) {
    const disk_file *file = &journal->files[(inode + i) % DISK_FILES_MAX];
    if (file->inode == inode) return file;
    if (file->inode == 0) return NULL;
  }
  return NULL;
}

static int cut_one(const char *path, const struct stat *facts, int kind, struct FTW *where) {
  (void)where;
  if (kind != FTW_F) return 0;
  const disk_file *file = find_file(cutting.journal, facts->st_ino);
  uint64_t size = (uint64_t)facts->st_size;
  if (file == NULL || size <= file->synced) return 0;
  uint64_t left = file->synced;
  if (cutting.loss == DISK_LOSE_SOME) left += test_random_below(cutting.random, size - left + 1);
  if (left == size) return 0;
  PAT_ASSERT(truncate(path, (off_t)left) == 0);
  cutting.lost.bytes += (size_t)(size - left);
  cutting.lost.files++;
  return 0;
}

disk_lost virtual_disk_crash(virtual_disk *disk, disk_loss loss, test_random *random) {
  disk_journal *journal = disk->journal;
  PAT_ASSERT(journal->broken == 0);
  disk_lost lost = {.bytes = 0};
  if (loss != DISK_LOSE_NOTHING) {
    size_t names = lose_names(journal, loss, random);
    cutting.journal = journal;
    cutting.loss = loss;
    cutting.random = random;
    cutting.lost = lost;
    PAT_ASSERT(nftw(journal->root, cut_one, OPEN_DIRECTORIES, FTW_PHYS) == 0);
    lost = cutting.lost;
    lost.names = names;
  }
  forget_all(journal);
  return lost;
}
