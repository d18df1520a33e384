/* One well-formed statement of each kind, without signatures: what tests spoil, a field at a time.
 * Memory comes from one arena that each test starts anew. */
#ifndef PAT_TESTS_CORE_MODEL_STATEMENT_SUPPORT_H
#define PAT_TESTS_CORE_MODEL_STATEMENT_SUPPORT_H

#include <stdio.h>

#include "core/base/arena.h"
#include "core/model/statement.h"
#include "tests/core/model/values_support.h"

extern pat_arena arena;
int statement_setup(void **state);
int statement_teardown(void **state);
#define statement_test(function) \
  cmocka_unit_test_setup_teardown(function, statement_setup, statement_teardown)

/* Zeroed memory until the test's end. */
void *room(size_t size);
/* A field of size bytes, each of them byte. */
ProtobufCBinaryData filled(uint8_t byte, size_t size);
/* An open attribute whose value is a text of size letters, and one in a slot. name is copied. */
Patina__Attribute *open_text(const char *name, size_t size);
Patina__Attribute *slotted(const char *name, uint8_t digest);

/* The smallest usual statement of a kind, signed by the keys whose hash is filled with 1 and, where
 * it enrols a key, by that key. */
Patina__Statement *sample(pat_kind_number kind);

/* The canonical bytes of a message. */
pat_span encoded(const ProtobufCMessage *message);
/* Encodes and decodes; fails the test where that is (not) refused by this rule. */
pat_statement accept(const Patina__Statement *message);
void refuse(const Patina__Statement *message, pat_rule rule);

#endif
