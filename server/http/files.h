/* The portal's files: a table in memory, filled once at the start. No part of a request's address
 * ever reaches the file system: it is compared with the addresses of the table.
 *
 * A folder holds index.html, other files, and a folder "assets" whose files carry a hash in their
 * names and are kept for ever. Beside a file may stand the same compressed: name.br, name.gz. The
 * page, index.html, answers all addresses of the portal's pages; what is to be shown there is the
 * page's business. An address that is none of ours is answered with the page too, as 404, where the
 * reader asks for a page. */
#ifndef PAT_SERVER_HTTP_FILES_H
#define PAT_SERVER_HTTP_FILES_H

#include "core/bytes/builder.h"
#include "server/http/head.h"

typedef struct pat_http_files pat_http_files;

/* Where the table is filled from. Borrowed for the call. */
typedef struct {
  const char *directory;
  const char *policy; /* the reader's policy file, served as /portal/policy; NULL: none */
} pat_http_files_source;

/* One file as it is sent. Everything is borrowed from the table. */
typedef struct {
  unsigned status;    /* 200, 304 or 404 */
  const char *type;   /* the media type */
  const char *coding; /* "br", "gzip", or "" */
  const char *etag;   /* with its quotes */
  bool immutable;     /* its name changes with its content */
  pat_span body;
} pat_http_file_answer;

/* Reads the files.
 * out   ret_files   freed with pat_http_files_close; unchanged on failure
 *       reterr      the file's or folder's name in place
 * fails HTTP_FILES  no index.html; a name with other characters than letters, digits, '.', '-' and
 *                   '_'; an ending that is not known; more than PAT_PORTAL_FILES_MAX files
 *       FILE_TOO_LARGE  above PAT_PORTAL_FILE_BYTES_MAX
 *       and as pat_file_read; LIMIT_MEMORY */
pat_status pat_http_files_open(const pat_http_files_source *source, pat_http_files **ret_files,
                               pat_err *reterr) PAT_NONNULL(1, 2) PAT_MUST_USE;

/* NULL is accepted. */
void pat_http_files_close(pat_http_files *files);

/* What a GET of the head's path is answered with.
 * out   ret_answer  unchanged where the answer is false: not an address of the portal, and no page
 *                   was asked for
 * time  O(files) */
bool pat_http_files_find(const pat_http_files *files, const pat_http_head *head,
                         pat_http_file_answer *ret_answer) PAT_NONNULL_ALL PAT_MUST_USE;

/* Appends the security fields of everything that is of the portal. The policy of contents admits
 * nothing of other origins, nothing inline, WebAssembly, and the one policy of Trusted Types that
 * names the Worker. It has to stand on the Worker's own answer too. */
void pat_http_files_security(pat_builder *builder) PAT_NONNULL_ALL;

#endif
