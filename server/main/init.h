/* patinad init: makes a ledger: its directory, the operator's keys, and the genesis that names it.
 *
 * The root keys sign the genesis here and are then forgotten: the server keeps no authority's
 * key. */
#ifndef PAT_SERVER_MAIN_INIT_H
#define PAT_SERVER_MAIN_INIT_H

#include "core/base/limits.h"
#include "server/sys/config.h"
#include "server/sys/env.h"

/* What the command line asks for; texts are borrowed. */
typedef struct {
  const char *prefix;                            /* of the log's name */
  const char *root_key_files[PAT_ROOT_KEYS_MAX]; /* private keys made by patina key gen */
  size_t root_key_count;
  uint32_t root_threshold; /* 0: all of them */
  uint32_t max_quiet_s;
  const char *policy_file; /* ProtoJSON of a Policy */
} pat_init_options;

/* Makes the ledger, as one: where it fails, the directory holds nothing new. An interruption leaves
 * directory/init.partial behind, and the next init says what to remove.
 * out   the directory holds: keys/, origin, store/, checkpoint, policy.txt (for readers),
 *       patina.conf
 * fails MAIN_EXISTS, MAIN_PARTIAL, KEY_TEXT_FORM, json.*, genesis.*, policy-data.*, FILE_*,
 * STORE_* */
pat_status pat_init(const pat_config *config, const pat_init_options *options, const pat_env *env,
                    pat_err *reterr) PAT_MUST_USE PAT_NONNULL(1, 2, 3);

#endif
