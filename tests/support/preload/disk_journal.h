/* What the shim inside a server and the test around it share: one mapped file. The shim notes
 * what of the disk is durable; the test sets faults, and after a kill takes away what was not. */
#ifndef PAT_TESTS_SUPPORT_PRELOAD_DISK_JOURNAL_H
#define PAT_TESTS_SUPPORT_PRELOAD_DISK_JOURNAL_H

#include <stdatomic.h>
#include <stdint.h>

/* Names the mapped file to the shim; without it the shim does nothing. */
#define DISK_JOURNAL_VARIABLE "PATINA_TEST_DISK"

enum { DISK_FILES_MAX = 16384, DISK_NAMES_MAX = 8192, DISK_PATH_BYTES = 512, DISK_PART_BYTES = 32 };

#define DISK_UNLIMITED UINT64_MAX

/* A regular file that was open for writing, found by its inode (open addressing, never removed). */
typedef struct {
  _Atomic uint64_t inode;  /* 0: free */
  _Atomic uint64_t synced; /* bytes from the start that survive the loss of power */
  _Atomic uint32_t torn;   /* a sync failed: later ones succeed, but save nothing, as on Linux */
} disk_file;

typedef enum { DISK_NAME_MADE = 0, DISK_NAME_MOVED, DISK_NAME_REMOVED } disk_name_kind;
typedef enum {
  DISK_NAME_UNUSED = 0,
  DISK_NAME_BEGUN, /* it may or may not have happened */
  DISK_NAME_DONE,  /* lost unless its directory is synced */
  DISK_NAME_DURABLE,
} disk_name_state;

/* A change of a directory. */
typedef struct {
  _Atomic uint32_t state;
  uint32_t kind;
  uint32_t kept; /* what the name stood for before is linked as keep/<position> */
  uint64_t directory;
  char from[DISK_PATH_BYTES]; /* the name made or removed; MOVED: the old name */
  char to[DISK_PATH_BYTES];   /* MOVED */
} disk_name;

/* Syncs that are left out, as by a program that forgot them. */
typedef enum {
  DISK_OBEY = 0,
  DISK_FORGET_FILES,       /* of files whose path holds part; "": of all */
  DISK_FORGET_DIRECTORIES, /* of all directories */
} disk_forget;

typedef struct {
  char root[DISK_PATH_BYTES]; /* the shim looks at what is below, and at nothing else */
  char keep[DISK_PATH_BYTES]; /* a directory of the same file system, outside of root */
  char part[DISK_PART_BYTES];
  _Atomic uint32_t forget;    /* disk_forget */
  _Atomic uint64_t syncs;     /* since the start, of files and directories */
  _Atomic uint64_t fail_sync; /* the sync of this number gives EIO; 0: none */
  _Atomic uint64_t die_sync;  /* before the sync of this number the process is killed; 0: none */
  _Atomic uint64_t room;      /* bytes that may still be written, then ENOSPC; DISK_UNLIMITED */
  _Atomic uint64_t full;      /* writes that were refused for want of room */
  _Atomic uint64_t free_told; /* free bytes that statvfs tells; DISK_UNLIMITED: the truth */
  _Atomic uint32_t name_count;
  _Atomic uint32_t broken; /* a table above was too small: no verdict is possible */
  disk_file files[DISK_FILES_MAX];
  disk_name names[DISK_NAMES_MAX];
} disk_journal;

#endif
