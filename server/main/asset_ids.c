#include "server/main/asset_ids.h"

#include <stdio.h>

#include "core/crypto/base32.h"
#include "core/ledger/record.h"
#include "server/main/ledger_open.h"

/* The id that a key of an AssetRecord names. */
static pat_status print_id(pat_span key, pat_err *reterr) {
  uint8_t id[PAT_ASSET_ID_BYTES];
  char text[PAT_BASE32_ASSET_TEXT_BYTES];
  PAT_REQUIRE_AT(key.size == 1 + sizeof id, FSCK_RECORD, reterr, 0, "asset");
  pat_span_copy(id, sizeof id, pat_span_slice(key, 1, sizeof id));
  pat_base32_asset_encode(id, text);
  PAT_REQUIRE(puts(text) >= 0, FILE_IO);
  return PAT_OK;
}

/* In the order of their bytes. */
static pat_status print_ids(pat_store *store, pat_err *reterr) {
  static const uint8_t from[] = {PAT_STATE_ASSET};
  static const uint8_t to[] = {PAT_STATE_ASSET + 1};
  const pat_store_range range = {PAT_TABLE_STATE, PAT_SPAN_OF(from), PAT_SPAN_OF(to)};
  PAT_CLEANUP(pat_store_cursor_close_at) pat_store_cursor *cursor = NULL;
  PAT_TRY(pat_store_cursor_open(store, NULL, range, &cursor));
  for (;;) {
    pat_span key;
    pat_span value;
    pat_status status = pat_store_cursor_next(cursor, &key, &value);
    if (pat_is_rule(status, PAT_RULE_STORE_END)) return PAT_OK;
    PAT_TRY(status);
    PAT_TRY(print_id(key, reterr));
  }
}

pat_status pat_asset_ids(const pat_config *config, pat_err *reterr) {
  PAT_CLEANUP(pat_ledger_close_all) pat_open_ledger ledger = {.published_ready = false};
  PAT_TRY(pat_ledger_open_store(config, &ledger, reterr));
  pat_log_keys_wipe(&ledger.keys);
  PAT_TRY(print_ids(ledger.store, reterr));
  PAT_REQUIRE_AT(fflush(stdout) == 0, FILE_IO, reterr, 0, "standard output");
  return PAT_OK;
}
