/* Key files: a private key (mode 0600), its public half beside it, and whose it is.
 *
 *   FILE            a private key, as core/envelope/key_text.h writes it
 *   FILE.pub        its public half, likewise
 *   FILE.principal  hex(principal id) LF, written when the key has been enrolled */
#ifndef PAT_CLIENTS_CLI_KEY_FILE_H
#define PAT_CLIENTS_CLI_KEY_FILE_H

#include <stdbool.h>

#include "core/base/arena.h"
#include "core/base/limits.h"
#include "core/base/status.h"
#include "core/crypto/hash.h"
#include "core/crypto/sign.h"

/* A key as a signer needs it. */
typedef struct {
  const char *path; /* of the private key, or of the public one where only that is at hand */
  char name[PAT_NAME_BYTES_MAX + 1];
  uint8_t public_key[PAT_PUBLIC_KEY_BYTES];
  pat_hash key_hash; /* how statements name it */
  bool has_secret;
  uint8_t secret[PAT_SIGN_SECRET_BYTES];
  bool has_principal;
  pat_hash principal;
} pat_key;

/* Wipes the secret half. Fits PAT_CLEANUP. */
void pat_key_clear(pat_key *key) PAT_NONNULL_ALL;

/* Makes the key of a seed.
 * in    name  1 to PAT_NAME_BYTES_MAX bytes, printable ASCII
 * fails cli.key-file  the name is not */
pat_status pat_key_make(const uint8_t seed[PAT_SIGN_SEED_BYTES], const char *name,
                        pat_key *ret_key) PAT_NONNULL_ALL PAT_MUST_USE;

/* Reads the text of a private or a public key file.
 * fails cli.key-file; ret_key is unchanged then */
pat_status pat_key_decode(pat_span file, pat_key *ret_key) PAT_NONNULL(2) PAT_MUST_USE;

/* Writes FILE (0600) and FILE.pub (0644), never overwriting.
 * in    seed  the key's
 * fails file.exists, file.io, file.path */
pat_status pat_key_create(pat_arena *arena, const char *path, const pat_key *key,
                          const uint8_t seed[PAT_SIGN_SEED_BYTES], pat_err *reterr)
    PAT_NONNULL(1, 2, 3, 4) PAT_MUST_USE;

/* Reads a key file and the principal's id beside it, where there is one.
 * fails file.missing, file.mode (a private key that others can read), file.io, cli.key-file */
pat_status pat_key_read(pat_arena *arena, const char *path, pat_key *ret_key, pat_err *reterr)
    PAT_NONNULL(1, 2, 3) PAT_MUST_USE;

/* Records whose key it is, in FILE.principal. fails file.io, file.path */
pat_status pat_key_record_principal(pat_arena *arena, pat_key *key, const pat_hash *principal,
                                    pat_err *reterr) PAT_NONNULL(1, 2, 3) PAT_MUST_USE;

#endif
