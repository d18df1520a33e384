#define pat_hash_init   portable_hash_init
#define pat_hash_update portable_hash_update
#define pat_hash_final  portable_hash_final
#include "core/crypto/hash_portable.c" /* NOLINT: on purpose, see hash_portable_renamed.h */
