/* Making a ledger's directory as one: what is made lies in a directory of its own inside it until
 * it is whole, and a failure leaves nothing behind. */
#ifndef PAT_SERVER_MAIN_STAGING_H
#define PAT_SERVER_MAIN_STAGING_H

#include "server/main/paths.h"

/* Where an init that is under way, or was interrupted, keeps its files. */
#define PAT_STAGING_NAME "init.partial"

/* Makes directory, where it is missing, and directory/init.partial.
 * fails MAIN_PARTIAL  an earlier init was interrupted; its files are left as they are
 *       MAIN_EXISTS   the directory holds a ledger already
 *       FILE_IO, FILE_PATH, FILE_NOT_DIRECTORY */
pat_status pat_staging_open(const char *directory, pat_path *ret_staging,
                            pat_err *reterr) PAT_MUST_USE PAT_NONNULL(1, 2);

/* Moves everything but the file "origin" into directory. Interrupted half-way, the staging
 * directory is still there, so that the next init says MAIN_PARTIAL. fails FILE_IO, FILE_PATH */
pat_status pat_staging_move(const char *directory, const pat_path *staging,
                            pat_err *reterr) PAT_MUST_USE PAT_NONNULL(1, 2);

/* Removes the staging directory with all that is in it. What cannot be removed is named in the
 * program's log. */
void pat_staging_remove(const pat_path *staging) PAT_NONNULL_ALL;

#endif
