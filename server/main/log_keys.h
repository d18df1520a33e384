/* The operator's keys in the server's directory: keys/log.key, keys/vrf.key, keys/promise.key. */
#ifndef PAT_SERVER_MAIN_LOG_KEYS_H
#define PAT_SERVER_MAIN_LOG_KEYS_H

#include "server/sequencer/committer.h"
#include "server/sys/env.h"

/* The public halves, as the genesis and a reader's policy name them. */
typedef struct {
  uint8_t log[PAT_PUBLIC_KEY_BYTES];
  uint8_t vrf[PAT_PUBLIC_KEY_BYTES];
  uint8_t promise[PAT_PUBLIC_KEY_BYTES];
} pat_log_public_keys;

/* Makes all three, never overwriting. fails FILE_EXISTS, FILE_IO, FILE_PATH */
pat_status pat_log_keys_create(const char *directory, const pat_env *env,
                               pat_err *reterr) PAT_MUST_USE PAT_NONNULL(1, 2);

/* Reads them. out ret_keys: wiped by the caller with pat_log_keys_wipe; ret_public may be NULL.
 * fails FILE_MISSING, FILE_MODE, FILE_IO, KEY_TEXT_FORM, CRYPTO_VRF_SCALAR_RANGE */
pat_status pat_log_keys_read(const char *directory, pat_log_keys *ret_keys,
                             pat_log_public_keys *ret_public, pat_err *reterr) PAT_MUST_USE
    PAT_NONNULL(1, 2);

/* Overwrites all secrets. */
void pat_log_keys_wipe(pat_log_keys *keys) PAT_NONNULL_ALL;

#endif
