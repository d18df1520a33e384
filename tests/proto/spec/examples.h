/* What the examples of proto/SPEC.md say, section by section. */
#ifndef PAT_TESTS_PROTO_SPEC_EXAMPLES_H
#define PAT_TESTS_PROTO_SPEC_EXAMPLES_H

#include "tests/proto/spec/example_book.h"
#include "tests/proto/spec/example_log.h"

/* Sections 3 to 6: values, statements, signing, genesis, subjects and identifiers. */
void examples_of_statements(example_log *log, example_book *book);
/* Section 7: leaves, commits, checkpoints, receipts, promises and the index. */
void examples_of_log(example_log *log, example_book *book);

#endif
