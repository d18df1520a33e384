/* An index kept in buckets, as a server keeps it, but over plain memory: what the tests hold
 * against pat_index_tree. */
#ifndef PAT_TESTS_CORE_INDEX_STORED_INDEX_H
#define PAT_TESTS_CORE_INDEX_STORED_INDEX_H

#include "core/index/bucket.h"
#include "core/index/top.h"

typedef struct {
  uint8_t *bytes; /* NULL: no record */
  size_t size;
} stored_record;

typedef struct {
  pat_index_top top;
  pat_hash *heap;
  stored_record *records; /* 2^depth */
} stored_index;

stored_index *stored_new(unsigned depth);
void stored_free(stored_index *index);

/* Puts the leaves, which ascend, into their buckets; fails the test where that is refused.
 * apply false: only the root that they would give is worked out. gives that root */
pat_hash stored_update(stored_index *index, const pat_index_leaf *leaves, size_t count, bool apply);

/* The proof as the bucket and the top write it; *ret_size bytes in buffer. */
pat_span stored_prove(const stored_index *index, const pat_hash *key, uint8_t *buffer,
                      bool *ret_present, pat_index_value *ret_value);

/* Loads a second top from the records and fails the test unless it is the same, hash for hash. */
void stored_expect_reload(const stored_index *index);

/* Decodes a bucket into a fresh arena, freed with free(*ret_memory). */
pat_status stored_decode(const stored_index *index, uint32_t number, void **ret_memory,
                         pat_index_bucket *ret_bucket);

#endif
