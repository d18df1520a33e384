/* patinad assets: the ids of all assets of a ledger, for an auditor who is to look into statements
 * (`patina log audit --statements`). No public byte tells them: whoever gets the list may ask for
 * every asset. */
#ifndef PAT_SERVER_MAIN_ASSET_IDS_H
#define PAT_SERVER_MAIN_ASSET_IDS_H

#include "server/store/store.h"
#include "server/sys/config.h"

/* Takes one id as people write it (core/crypto/base32.h), borrowed for the call. */
typedef pat_status (*pat_asset_ids_sink)(void *context, const char *id);

/* Hands over the ids of all assets that the store knows, in the order of their bytes.
 * fails STORE_*, FSCK_RECORD (a key is not an asset's), and as the sink
 * time  one walk; no memory of its own */
pat_status pat_asset_ids_each(pat_store *store, pat_asset_ids_sink sink, void *context,
                              pat_err *reterr) PAT_NONNULL(1, 2) PAT_MUST_USE;

/* The command: opens the directory's store, which nobody else may have open, and prints the ids,
 * one in a line; nothing is changed.
 * fails also FILE_IO (standard output), FILE_LOCKED, and as pat_ledger_open_store */
pat_status pat_asset_ids(const pat_config *config, pat_err *reterr) PAT_MUST_USE PAT_NONNULL(1);

#endif
