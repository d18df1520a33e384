/* The worked examples of proto/SPEC.md: written from the library, compared with what stands there.
 *
 * In the document an example is a fenced block whose first line is "```example name=<name>". */
#ifndef PAT_TESTS_PROTO_SPEC_EXAMPLE_BOOK_H
#define PAT_TESTS_PROTO_SPEC_EXAMPLE_BOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/span.h"
#include "core/crypto/hash.h"

enum { EXAMPLES_MAX = 32, EXAMPLE_TEXT_MAX = 8 * 1024 };

typedef struct {
  const char *name;
  char text[EXAMPLE_TEXT_MAX]; /* what the block holds, NUL-terminated */
  size_t size;
} example;

typedef struct {
  example items[EXAMPLES_MAX];
  size_t count;
} example_book;

/* Begins an example; the following lines are its. */
void example_begin(example_book *book, const char *name);

/* "label   0123abcd...", 32 bytes on each line. */
void example_bytes(example_book *book, const char *label, pat_span bytes);
void example_hash(example_book *book, const char *label, pat_hash hash);
/* "label   text" */
void example_line(example_book *book, const char *label, const char *text);
void example_number(example_book *book, const char *label, uint64_t number);
/* A text as it is, which ends in a newline. */
void example_verbatim(example_book *book, pat_span text);

/* The document with every block replaced by the book's example of that name; free() it. Prints
 * what differs: *ret_same is false where a block's text is another, where an example has no block
 * or two, or a block no example. */
char *example_book_apply(const example_book *book, const char *document, bool *ret_same);

#endif
