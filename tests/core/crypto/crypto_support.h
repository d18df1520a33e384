/* What the tests of core/crypto share: a repeatable generator and the vector files. */
#ifndef PAT_TESTS_CORE_CRYPTO_SUPPORT_H
#define PAT_TESTS_CORE_CRYPTO_SUPPORT_H

#include <jansson.h>
#include <stdint.h>

#include "core/base/span.h"

/* cmocka.h needs these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* A repeatable generator (splitmix64). */
typedef struct {
  uint64_t state;
} support_random;

/* Starts from PATINA_TEST_SEED where that is set, else from a fixed seed; prints the seed. */
support_random support_random_start(const char *what);
uint64_t support_random_next(support_random *random);
/* 0 .. below - 1 */
size_t support_random_below(support_random *random, size_t below);
void support_random_fill(support_random *random, void *bytes, size_t size);

/* Loads PATINA_SHARED/data/vectors/<name>; skips the test where the folder is missing, and fails it
 * where CI is "true". The caller gives it back with json_decref. */
json_t *support_vectors(const char *name);

/* Bytes from a text of base 16 digits, any case; fails the test where it is not one or too long. */
size_t support_unhex(const char *text, uint8_t *bytes, size_t capacity);

/* The bits of so many bytes. */
#define SUPPORT_BITS(bytes) ((size_t)(bytes)*8)

/* bytes[bit / 8] with one bit turned; turning it again restores it. */
void support_flip(uint8_t *bytes, size_t bit);

#define assert_refused(call, symbol) \
  assert_string_equal(pat_rule_id((pat_rule)(call).rule), pat_rule_id(PAT_RULE_##symbol))
#define assert_accepted(call) assert_string_equal(pat_rule_id((pat_rule)(call).rule), "ok")

#endif
