/* patinad assets: the ids of all assets of a ledger, for an auditor who is to look into statements
 * (`patina log audit --statements`). No public byte tells them: whoever gets the list may ask for
 * every asset. */
#ifndef PAT_SERVER_MAIN_ASSET_IDS_H
#define PAT_SERVER_MAIN_ASSET_IDS_H

#include "server/sys/config.h"

/* The command: opens the directory's store, which nobody else may have open, and prints the ids
 * as people write them (core/crypto/base32.h), one in a line, in the order of their bytes; nothing
 * is changed.
 * fails STORE_*, FSCK_RECORD (a key is not an asset's), FILE_IO (standard output), FILE_LOCKED, and
 *       as pat_ledger_open_store
 * time  one walk; no memory of its own */
pat_status pat_asset_ids(const pat_config *config, pat_err *reterr) PAT_MUST_USE PAT_NONNULL(1);

#endif
