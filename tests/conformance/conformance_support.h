/* What the conformance tests share: files of the vector folder, and hashes in base 64. */
#ifndef PAT_TESTS_CONFORMANCE_SUPPORT_H
#define PAT_TESTS_CONFORMANCE_SUPPORT_H

#include <stdbool.h>

#include "core/tlog/proof.h"
#include "tests/core/crypto/crypto_support.h"

/* The path of PATINA_SHARED/data/vectors/<name>, in static memory until the next call; skips the
 * test where it is missing, and fails it where CI is "true". */
const char *conformance_path(const char *name);

/* Reads a whole file of the vector folder; fails the test where it does not fit. */
pat_span conformance_read(const char *name, uint8_t *buffer, size_t capacity);

/* Calls visit with every *.json below the folder (given from the vector folder on), and gives how
 * many there were. The caller's context is handed on. Numbers are reals: conformance_number reads
 * them. */
size_t conformance_each_json(const char *folder, void (*visit)(json_t *vector, void *context),
                             void *context);

/* A member that is a number from 0 to 2^64 - 1: exact below 2^53, and 2^64 - 1 stands for itself.
 * */
uint64_t conformance_number(const json_t *vector, const char *name);

/* A hash from a vector's base 64 text; false where it is not 32 bytes. */
bool conformance_hash(const json_t *text, pat_hash *ret_hash);

/* A list of hashes (null counts as empty); false where one is not 32 bytes or there are too many.
 * */
bool conformance_hashes(const json_t *list, pat_tlog_proof *ret_proof);

#endif
