/* A log as files: leaves, tiles and a signed checkpoint in a folder, served on the loopback as they
 * are, whatever they say. */
#ifndef PAT_TESTS_CLIENTS_AUDIT_AUDIT_SERVER_H
#define PAT_TESTS_CLIENTS_AUDIT_AUDIT_SERVER_H

#include <pthread.h>
#include <stdatomic.h>

#include "core/audit/edge.h"
#include "core/note/checkpoint.h"
#include "tests/core/audit/audit_log.h"
#include "tests/support/temp_directory.h"

/* Serves the files of a folder until it is closed; for a folder, the file "view" in it. */
typedef struct {
  const char *folder; /* borrowed */
  int socket;
  unsigned port;
  pthread_t thread;
  atomic_bool ending;
  atomic_uint requests;
} audit_server;

void audit_server_open(audit_server *server, const char *folder);
void audit_server_close(audit_server *server);

/* One file below a folder, in the place of what was there. */
void audit_files_put(const char *folder, const char *name, pat_span bytes);
/* The files of a sealed log below a folder. */
void audit_files_write(const audit_log *log, const char *folder);
/* The checkpoint of a tree, signed by the test log's key. */
void audit_files_sign(const audit_log *log, const char *folder, const pat_tlog_head *head);
/* The head that the sealed leaves have. */
pat_tlog_head audit_files_head(const audit_log *log);
/* A policy that trusts the test log's key at this server. more: further lines, without quorum;
 * NULL: none */
void audit_files_policy(const audit_log *log, const char *path, unsigned port, const char *more);

/* Changes one byte of a file, cuts it to a size, removes it; the test fails where it is not there.
 */
void audit_files_damage(const char *folder, const char *name, long offset);
void audit_files_cut(const char *folder, const char *name, long size);
void audit_files_remove(const char *folder, const char *name);
bool audit_files_exist(const char *folder, const char *name);

#endif
