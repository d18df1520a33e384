/* A disk that crashes: a store and a checkpoint file of which it is known at any moment what is on
 * stable storage and what would be lost.
 *
 * The model, in the store's own words (server/store/store.h): a write set is kept whole or lost
 * whole; what is not durable is lost as a tail, never one write before another; what a store shows
 * when it is opened has been made durable by the opening. The file is replaced by another: after a
 * crash it is the old or the new one; a replacement that was cut off stays undecided, and reading
 * it does not change that, until the next one is finished.
 *
 * Every write, sync and replacement is one step. A plan names the step that goes wrong, and how.
 * The same seed and the same calls give the same crashes. For one thread. */
#ifndef PAT_TESTS_SUPPORT_CRASH_STORE_H
#define PAT_TESTS_SUPPORT_CRASH_STORE_H

#include "server/store/store.h"
#include "tests/support/test_random.h"

typedef enum {
  CRASH_BEFORE = 0, /* the step is not begun */
  CRASH_INSIDE,     /* it is kept or lost, as the dice fall; not known to be durable */
  CRASH_AFTER,      /* it is done, but nobody is told */
  CRASH_MOMENT_COUNT
} crash_moment;

typedef enum {
  CRASH_FAULT = 0, /* only a failure is told; the process goes on */
  CRASH_KILL,      /* the process ends; the machine goes on: nothing done is lost */
  CRASH_POWER,     /* the machine ends: what is not durable may be lost */
  CRASH_KIND_COUNT
} crash_kind;

typedef struct {
  size_t at; /* the at-th step from now, from 1; 0: none */
  crash_moment moment;
  crash_kind kind;
} crash_plan;

/* Ways in which the disk, or what is above it, can break its word: for tests that have to notice.
 * Zero-initialised it is honest. */
typedef struct {
  bool
      store_sync_dropped; /* a durable write is like one that is not, and opening settles nothing */
  bool file_sync_dropped; /* a finished replacement stays undecided */
  bool hidden[PAT_TABLE_COUNT]; /* single reads of this table find nothing */
  /* Sees each write set before it is written; may be NULL. */
  void (*before_write)(void *context, const pat_write_set *set);
  void *context;
} crash_mutation;

typedef struct crash_disk crash_disk;

/* An empty disk. The caller frees it when every store opened on it is closed. NULL: out of memory.
 * */
crash_disk *crash_disk_new(uint64_t seed, crash_mutation mutation);
void crash_disk_free(crash_disk *disk);

/* Replaces the plan. */
void crash_disk_plan(crash_disk *disk, crash_plan plan);
/* Ends the process (or the machine) here and now, between two steps. */
void crash_disk_crash(crash_disk *disk, crash_kind kind);
/* True where the process has ended: every step fails until the restart. */
bool crash_disk_is_dead(const crash_disk *disk);
/* True where a plan was carried out since the last restart. */
bool crash_disk_has_struck(const crash_disk *disk);
/* The next start of the process: decides what a cut of power has lost, where there was one. Every
 * store of the former process must be closed. */
void crash_disk_restart(crash_disk *disk);
/* Steps since the disk was made. */
size_t crash_disk_steps(const crash_disk *disk);

/* The next count reads of many keys fail with STORE_IO. */
void crash_disk_fail_reads(crash_disk *disk, size_t count);

/* Opens the store, once per process: close it with pat_store_close. NULL: out of memory. */
pat_store *crash_store_open(crash_disk *disk);

/* What is there to be read now, every table, ordered, added to set. fails as pat_write_set_put */
pat_status crash_disk_export(crash_disk *disk, pat_write_set *set) PAT_MUST_USE;
/* Replaces the store's content durably, as an operator does who brings back a copy. No store may be
 * open. */
void crash_disk_import(crash_disk *disk, const pat_write_set *set);

/* The checkpoint file, in the form of a pat_checkpoint_place: context is the disk.
 * fails FILE_IO: old or new; FILE_MISSING; LIMIT_MEMORY */
pat_status crash_file_write(void *context, pat_span note) PAT_MUST_USE;
pat_status crash_file_read(void *context, pat_blob *ret_note, pat_err *reterr) PAT_MUST_USE;

#endif
