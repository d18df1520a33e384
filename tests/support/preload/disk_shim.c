/* Loaded into a server with LD_PRELOAD: keeps the journal of disk_journal.h, and makes the
 * faults that it asks for. Calls go to the kernel directly, so nothing here depends on how libc
 * names its own. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/support/preload/disk_journal.h"

/* What libc exports; its headers would rename some of them, or declare them with attributes. */
#define EXPORT __attribute__((visibility("default")))

static disk_journal *journal;
static dev_t root_device;
static size_t root_size;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* of both tables */

__attribute__((constructor)) static void attach(void) {
  const char *path = getenv(DISK_JOURNAL_VARIABLE);
  if (path == NULL) return;
  int descriptor = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return;
  void *mapped = mmap(NULL, sizeof *journal, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  (void)syscall(SYS_close, descriptor);
  if (mapped == MAP_FAILED) return;
  disk_journal *found = mapped;
  struct stat facts;
  if (stat(found->root, &facts) != 0) return;
  root_device = facts.st_dev;
  root_size = strlen(found->root);
  journal = found;
}

static bool is_below_root(const char *path) {
  return journal != NULL && strncmp(path, journal->root, root_size) == 0 && path[root_size] == '/';
}

/* --- files ----------------------------------------------------------------------------------- */

static disk_file *find_file(uint64_t inode, bool make) {
  for (size_t i = 0; i < DISK_FILES_MAX; i++) {
    disk_file *file = &journal->files[(inode + i) % DISK_FILES_MAX];
    if (file->inode == inode) return file;
    if (file->inode != 0) continue;
    if (make) file->inode = inode;
    return make ? file : NULL;
  }
  journal->broken = 1;
  return NULL;
}

/* The file of a descriptor that the journal follows; NULL: none of ours. */
static disk_file *file_of(int descriptor, struct stat *ret_facts) {
  if (journal == NULL || fstat(descriptor, ret_facts) != 0) return NULL;
  if (!S_ISREG(ret_facts->st_mode) || ret_facts->st_dev != root_device) return NULL;
  (void)pthread_mutex_lock(&mutex);
  disk_file *file = find_file(ret_facts->st_ino, false);
  (void)pthread_mutex_unlock(&mutex);
  return file;
}

static bool path_of(int descriptor, char ret_target[DISK_PATH_BYTES]) {
  char link_name[64];
  (void)snprintf(link_name, sizeof link_name, "/proc/self/fd/%d", descriptor);
  ssize_t size = readlink(link_name, ret_target, DISK_PATH_BYTES - 1);
  ret_target[size < 0 ? 0 : size] = '\0';
  return size > 0;
}

/* --- names ----------------------------------------------------------------------------------- */

static uint64_t directory_of(const char *path) {
  char parent[DISK_PATH_BYTES];
  (void)snprintf(parent, sizeof parent, "%s", path);
  char *slash = strrchr(parent, '/');
  if (slash == NULL) return 0;
  *slash = '\0';
  struct stat facts;
  return stat(parent, &facts) == 0 ? facts.st_ino : 0;
}

/* Keeps what a name stands for, as it may come back. */
static bool keep_old(const char *path, uint32_t position) {
  char kept[DISK_PATH_BYTES + 16];
  (void)snprintf(kept, sizeof kept, "%s/%u", journal->keep, position);
  return syscall(SYS_linkat, AT_FDCWD, path, AT_FDCWD, kept, 0) == 0;
}

/* Notes a change that is about to be made; replaced: the name that stands for something else
 * after. */
static disk_name *begin_name(disk_name_kind kind, const char *from, const char *to,
                             const char *replaced) {
  uint32_t position = journal->name_count;
  if (position >= DISK_NAMES_MAX) {
    journal->broken = 1;
    return NULL;
  }
  disk_name *name = &journal->names[position];
  name->kind = kind;
  name->directory = directory_of(from);
  (void)snprintf(name->from, sizeof name->from, "%s", from);
  (void)snprintf(name->to, sizeof name->to, "%s", to);
  name->kept = replaced != NULL && keep_old(replaced, position);
  name->state = DISK_NAME_BEGUN;
  journal->name_count = position + 1;
  return name;
}

static long end_name(disk_name *name, long result) {
  if (name != NULL && result >= 0) name->state = DISK_NAME_DONE;
  return result;
}

/* Only what was done before the sync began: those who count are in its count. */
static void settle_names(uint64_t directory, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    disk_name *name = &journal->names[i];
    if (name->directory == directory && name->state == DISK_NAME_DONE) {
      name->state = DISK_NAME_DURABLE;
    }
  }
}

/* --- opening --------------------------------------------------------------------------------- */

/* Follows a file from now on. What it held before is durable. */
static void follow(int descriptor) {
  struct stat facts;
  if (fstat(descriptor, &facts) != 0 || !S_ISREG(facts.st_mode)) return;
  disk_file *file = find_file(facts.st_ino, false);
  if (file != NULL && facts.st_size > 0) return;
  if (file == NULL) file = find_file(facts.st_ino, true);
  if (file == NULL) return;
  file->synced = (uint64_t)facts.st_size;
  file->torn = 0;
}

static int open_any(int directory, const char *path, int flags, mode_t mode) {
  bool ours = (flags & O_ACCMODE) != O_RDONLY && is_below_root(path);
  if (!ours) return (int)syscall(SYS_openat, directory, path, flags, mode);
  (void)pthread_mutex_lock(&mutex);
  bool makes = (flags & O_CREAT) != 0 && access(path, F_OK) != 0;
  disk_name *name = makes ? begin_name(DISK_NAME_MADE, path, "", NULL) : NULL;
  int descriptor = (int)syscall(SYS_openat, directory, path, flags, mode);
  int code = errno;
  (void)end_name(name, descriptor);
  if (descriptor >= 0) follow(descriptor);
  (void)pthread_mutex_unlock(&mutex);
  errno = code;
  return descriptor;
}

#define OPEN_MODE(flags, last)                  \
  mode_t mode = 0;                              \
  if (((flags) & (O_CREAT | O_TMPFILE)) != 0) { \
    va_list arguments;                          \
    va_start(arguments, last);                  \
    mode = va_arg(arguments, mode_t);           \
    va_end(arguments);                          \
  }

EXPORT int open(const char *path, int flags, ...) {
  OPEN_MODE(flags, flags)
  return open_any(AT_FDCWD, path, flags, mode);
}

EXPORT int open64(const char *path, int flags, ...) {
  OPEN_MODE(flags, flags)
  return open_any(AT_FDCWD, path, flags, mode);
}

EXPORT int openat(int directory, const char *path, int flags, ...) {
  OPEN_MODE(flags, flags)
  return open_any(directory, path, flags, mode);
}

EXPORT int openat64(int directory, const char *path, int flags, ...) {
  OPEN_MODE(flags, flags)
  return open_any(directory, path, flags, mode);
}

EXPORT int creat(const char *path, mode_t mode) {
  return open_any(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

EXPORT int creat64(const char *path, mode_t mode) {
  return open_any(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

/* What a fortified program calls where it gives no mode. */
EXPORT int __open_2(const char *path, int flags);
EXPORT int __open_2(const char *path, int flags) { return open_any(AT_FDCWD, path, flags, 0); }
EXPORT int __open64_2(const char *path, int flags);
EXPORT int __open64_2(const char *path, int flags) { return open_any(AT_FDCWD, path, flags, 0); }

/* --- writing --------------------------------------------------------------------------------- */

/* How many of size bytes still fit; -1 with ENOSPC where none does. */
static ssize_t take_room(int descriptor, size_t size) {
  struct stat facts;
  if (size == 0 || file_of(descriptor, &facts) == NULL) return (ssize_t)size;
  uint64_t room = journal->room;
  if (room == DISK_UNLIMITED) return (ssize_t)size;
  uint64_t taken = 0;
  do {
    taken = size < room ? size : room;
  } while (!atomic_compare_exchange_weak(&journal->room, &room, room - taken));
  if (taken > 0) return (ssize_t)taken;
  journal->full++;
  errno = ENOSPC;
  return -1;
}

EXPORT ssize_t write(int descriptor, const void *bytes, size_t size) {
  ssize_t fits = take_room(descriptor, size);
  return fits < 0 ? -1 : (ssize_t)syscall(SYS_write, descriptor, bytes, (size_t)fits);
}

EXPORT ssize_t pwrite(int descriptor, const void *bytes, size_t size, off_t offset) {
  ssize_t fits = take_room(descriptor, size);
  return fits < 0 ? -1 : (ssize_t)syscall(SYS_pwrite64, descriptor, bytes, (size_t)fits, offset);
}

EXPORT ssize_t pwrite64(int descriptor, const void *bytes, size_t size, off64_t offset) {
  return pwrite(descriptor, bytes, size, offset);
}

EXPORT ssize_t writev(int descriptor, const struct iovec *parts, int count) {
  /* Only the first part, where room counts: a short write, which callers have to expect. */
  struct stat facts;
  if (file_of(descriptor, &facts) == NULL || journal->room == DISK_UNLIMITED) {
    return (ssize_t)syscall(SYS_writev, descriptor, parts, count);
  }
  return count < 1 ? 0 : write(descriptor, parts[0].iov_base, parts[0].iov_len);
}

EXPORT int fallocate(int descriptor, int mode, off_t offset, off_t size) {
  struct stat facts;
  if (file_of(descriptor, &facts) != NULL && journal->room < (uint64_t)size) {
    journal->full++;
    errno = ENOSPC;
    return -1;
  }
  return (int)syscall(SYS_fallocate, descriptor, mode, offset, size);
}

EXPORT int fallocate64(int descriptor, int mode, off64_t offset, off64_t size) {
  return fallocate(descriptor, mode, offset, size);
}

EXPORT int ftruncate(int descriptor, off_t size) {
  struct stat facts;
  disk_file *file = file_of(descriptor, &facts);
  int result = (int)syscall(SYS_ftruncate, descriptor, size);
  if (result == 0 && file != NULL && file->synced > (uint64_t)size) file->synced = (uint64_t)size;
  return result;
}

EXPORT int ftruncate64(int descriptor, off64_t size) { return ftruncate(descriptor, size); }

/* --- syncing --------------------------------------------------------------------------------- */

static bool is_forgotten(int descriptor, bool is_directory) {
  uint32_t forget = journal->forget;
  if (is_directory) return forget == DISK_FORGET_DIRECTORIES;
  if (forget != DISK_FORGET_FILES) return false;
  char path[DISK_PATH_BYTES];
  return path_of(descriptor, path) && strstr(path, journal->part) != NULL;
}

/* 0: go on; else the sync is over, with *ret_result. */
static int disturb(int descriptor, disk_file *file, int *ret_result) {
  uint64_t number = ++journal->syncs;
  if (number == journal->die_sync) (void)kill(getpid(), SIGKILL);
  if (number == journal->fail_sync) {
    if (file != NULL) file->torn = 1;
    errno = EIO;
    *ret_result = -1;
    return 1;
  }
  *ret_result = 0;
  return is_forgotten(descriptor, file == NULL);
}

static int sync_file(int descriptor, long call, disk_file *file, uint64_t size) {
  int result = 0;
  if (disturb(descriptor, file, &result)) return result;
  result = (int)syscall(call, descriptor);
  if (result == 0 && file->torn == 0 && file->synced < size) file->synced = size;
  return result;
}

static int sync_directory(int descriptor, long call, uint64_t inode) {
  char path[DISK_PATH_BYTES];
  bool ours =
      path_of(descriptor, path) && (is_below_root(path) || strcmp(path, journal->root) == 0);
  if (!ours) return (int)syscall(call, descriptor);
  int result = 0;
  if (disturb(descriptor, NULL, &result)) return result;
  uint32_t count = journal->name_count;
  result = (int)syscall(call, descriptor);
  (void)pthread_mutex_lock(&mutex);
  if (result == 0) settle_names(inode, count);
  (void)pthread_mutex_unlock(&mutex);
  return result;
}

static int sync_any(int descriptor, long call) {
  struct stat facts;
  /* Its size before the sync: what is written meanwhile may not be covered. */
  disk_file *file = file_of(descriptor, &facts);
  if (file != NULL) return sync_file(descriptor, call, file, (uint64_t)facts.st_size);
  bool is_directory = journal != NULL && fstat(descriptor, &facts) == 0 && S_ISDIR(facts.st_mode);
  if (is_directory) return sync_directory(descriptor, call, facts.st_ino);
  return (int)syscall(call, descriptor);
}

EXPORT int fsync(int descriptor) { return sync_any(descriptor, SYS_fsync); }
EXPORT int fdatasync(int descriptor) { return sync_any(descriptor, SYS_fdatasync); }

/* --- changing directories -------------------------------------------------------------------- */

EXPORT int rename(const char *from, const char *to) {
  if (!is_below_root(to)) return (int)syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to);
  (void)pthread_mutex_lock(&mutex);
  disk_name *name = begin_name(DISK_NAME_MOVED, from, to, to);
  int result = (int)end_name(name, syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to));
  int code = errno;
  (void)pthread_mutex_unlock(&mutex);
  errno = code;
  return result;
}

EXPORT int unlink(const char *path) {
  if (!is_below_root(path)) return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
  (void)pthread_mutex_lock(&mutex);
  disk_name *name = access(path, F_OK) == 0 ? begin_name(DISK_NAME_REMOVED, path, "", path) : NULL;
  int result = (int)end_name(name, syscall(SYS_unlinkat, AT_FDCWD, path, 0));
  int code = errno;
  (void)pthread_mutex_unlock(&mutex);
  errno = code;
  return result;
}

EXPORT int link(const char *from, const char *to) {
  if (!is_below_root(to)) return (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
  (void)pthread_mutex_lock(&mutex);
  disk_name *name = begin_name(DISK_NAME_MADE, to, "", NULL);
  int result = (int)end_name(name, syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0));
  int code = errno;
  (void)pthread_mutex_unlock(&mutex);
  errno = code;
  return result;
}

/* --- free space ------------------------------------------------------------------------------ */

static void tell_free(struct statvfs *facts) {
  if (journal == NULL || journal->free_told == DISK_UNLIMITED) return;
  facts->f_bavail = journal->free_told / facts->f_frsize;
  facts->f_bfree = facts->f_bavail;
}

typedef int statvfs_call(const char *path, struct statvfs *facts);

/* libc computes it from another call, so its own function is asked. */
static int tell_statvfs(const char *name, const char *path, struct statvfs *facts) {
  union {
    void *object;
    statvfs_call *call;
  } real = {.object = dlsym(RTLD_NEXT, name)};
  int result = real.call(path, facts);
  if (result == 0) tell_free(facts);
  return result;
}

EXPORT int statvfs(const char *path, struct statvfs *facts) {
  return tell_statvfs("statvfs", path, facts);
}

EXPORT int statvfs64(const char *path, struct statvfs64 *facts) {
  return tell_statvfs("statvfs64", path, (struct statvfs *)facts);
}
