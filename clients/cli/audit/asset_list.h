/* Which assets an auditor may look into: their ids, one in a line, as `patinad assets` prints them.
 * No public byte of a log names an asset, so whoever audits statements is given the list. */
#ifndef PAT_CLIENTS_CLI_AUDIT_ASSET_LIST_H
#define PAT_CLIENTS_CLI_AUDIT_ASSET_LIST_H

#include "clients/cli/cli.h"
#include "core/crypto/hash.h"

typedef struct {
  uint8_t bytes[PAT_ASSET_ID_BYTES];
} pat_asset_id;

/* Each id once, ascending. Borrowed from the arena that it was read into. */
typedef struct {
  const pat_asset_id *ids;
  size_t count;
  size_t repeated; /* lines that named an id again */
  pat_hash sha256; /* of the ids: the same list, in whatever order it was written */
} pat_asset_list;

/* Reads a list. An id is taken as people write it (core/crypto/base32.h); an empty line is none.
 * in    text      borrowed for the call
 * out   ret_list  unchanged on failure
 *       reterr    "line 12"
 * fails crypto.base32-*  a line is not an asset's id
 *       file.too-large   more than PAT_CLI_ASSETS_MAX lines
 *       limit.memory
 * time  O(n log n) */
pat_status pat_asset_list_parse(pat_span text, pat_arena *arena, pat_asset_list *ret_list,
                                pat_err *reterr) PAT_NONNULL(2, 3) PAT_MUST_USE;

/* Reads the list that --assets names; "-" is standard input.
 * fails as pat_files_read (PAT_CLI_FILE_BYTES_MAX) and pat_asset_list_parse; a bad line is a
 *       mistake of the caller (exit 2) */
pat_status pat_asset_list_read(pat_cli *cli, const char *path,
                               pat_asset_list *ret_list) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
