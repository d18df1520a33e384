/* hash_portable.c under other names, so that one program can hold both implementations. */
#ifndef PAT_TESTS_CORE_CRYPTO_HASH_PORTABLE_RENAMED_H
#define PAT_TESTS_CORE_CRYPTO_HASH_PORTABLE_RENAMED_H

#include "core/crypto/hash.h"

void portable_hash_init(pat_hash_state *state);
void portable_hash_update(pat_hash_state *state, pat_span bytes);
pat_hash portable_hash_final(pat_hash_state *state);

#endif
