/* The last published checkpoint, in a file of its own beside the store.
 *
 * The order is: commit the batch, replace this file, publish. So a store that is behind this file
 * was restored from an older copy and must never sign again (the sequencer compares and decides).
 * The content is the signed note as published; this floor does not look into it. */
#ifndef PAT_SERVER_SYS_CHECKPOINT_FILE_H
#define PAT_SERVER_SYS_CHECKPOINT_FILE_H

#include "core/base/span.h"
#include "core/base/status.h"
#include "server/sys/blob.h"

/* The file's name inside the server's directory. */
#define PAT_CHECKPOINT_FILE_NAME "checkpoint"

/* Replaces the checkpoint; durable on return.
 * in    directory  the server's
 *       note       1..PAT_NOTE_BYTES_MAX bytes
 * fails CHECKPOINT_FILE_LENGTH  note is empty or too long; nothing was done
 *       FILE_IO (old or new: unknown), FILE_PATH */
pat_status pat_checkpoint_file_write(const char *directory, pat_span note, pat_err *reterr)
    PAT_NONNULL(1) PAT_MUST_USE;

/* Reads the checkpoint that was published last.
 * out   ret_note   cleared by the caller; unchanged on failure
 * fails FILE_MISSING            nothing was ever published from this directory
 *       CHECKPOINT_FILE_LENGTH  the file is empty or too long: damaged
 *       FILE_NOT_REGULAR, FILE_IO, FILE_PATH, LIMIT_MEMORY */
pat_status pat_checkpoint_file_read(const char *directory, pat_blob *ret_note, pat_err *reterr)
    PAT_NONNULL(1, 2) PAT_MUST_USE;

#endif
