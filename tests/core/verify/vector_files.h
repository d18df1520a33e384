/* Reading the vectors of tests/vectors/bundle, and comparing an answer with the stated one. What
 * is not as its README says stops the program. */
#ifndef PAT_TESTS_CORE_VERIFY_VECTOR_FILES_H
#define PAT_TESTS_CORE_VERIFY_VECTOR_FILES_H

#include <jansson.h>

#include "core/note/policy.h"
#include "core/verify/word.h"

/* The bytes of <root>/<folder><name>; folder is "" or ends with a slash. Free them. */
pat_span vector_read_file(const char *root, const char *folder, const char *name);
void vector_free(pat_span bytes);

/* Hands each vector of a file on. */
void vector_each(const char *root, const char *folder, const char *name,
                 void (*run)(void *context, const json_t *vector), void *context);

/* A member that is a text, and bytes of base 16. gives how many bytes */
const char *vector_text_of(const json_t *object, const char *key);
size_t vector_read_hex(const char *hex, uint8_t *ret_bytes);

/* The policy that a vector names, else policy.txt. gives its text, which the policy borrows: free
 * it */
pat_span vector_read_policy(const char *root, const json_t *vector, pat_policy *ret_policy);

/* An answer. */
typedef struct {
  pat_word word;
  pat_check check;
  pat_status status;
  const pat_err *error;
} vector_said;

/* Whether the word, the number and the rule are those that the vector states. */
bool vector_as_stated(const json_t *vector, const vector_said *said);
/* Says on standard error what was said, and what was expected. */
void vector_complain(const json_t *vector, const vector_said *said);
/* Prints id, word, check and rule with tabs between. */
void vector_print(const json_t *vector, const vector_said *said);

#endif
