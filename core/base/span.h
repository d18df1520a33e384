/* A borrowed, read-only run of bytes: the one way in which bytes travel between functions. */
#ifndef PAT_CORE_BASE_SPAN_H
#define PAT_CORE_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/attributes.h"

/* data may be NULL only where size is 0. Invariant checked by pat_span_valid. */
typedef struct {
  const uint8_t *data;
  size_t size; /* bytes */
} pat_span;

/* A span over an array with a known size: PAT_SPAN_OF(hash) where `uint8_t hash[32]`. */
#define PAT_SPAN_OF(array) ((pat_span){(const uint8_t *)(array), sizeof(array)})
/* A span over a string literal without its closing NUL (sizeof knows embedded NULs too). */
#define PAT_SPAN_LITERAL(text) ((pat_span){(const uint8_t *)("" text ""), sizeof(text) - 1})
#define PAT_SPAN_EMPTY         ((pat_span){NULL, 0})

/* Makes a span over size bytes at data. data is borrowed; it may be NULL where size is 0. */
pat_span pat_span_make(const void *data, size_t size);

/* Makes a span over a NUL-terminated string, without the NUL. text is borrowed, not NULL. */
pat_span pat_span_text(const char *text) PAT_NONNULL_ALL;

/* True where the span may be read: data is set, or size is 0. */
bool pat_span_valid(pat_span span);

/* True where both spans hold the same bytes. Not constant-time: never for secrets
 * (core/crypto/hash.h has pat_hash_equal). */
bool pat_span_equal(pat_span a, pat_span b);

/* Orders spans as byte strings (a prefix comes first): negative, 0 or positive, like memcmp. */
int pat_span_compare(pat_span a, pat_span b);

/* True where the span starts with prefix. */
bool pat_span_starts_with(pat_span span, pat_span prefix);

/* The part [from, from + size) of the span. Asserts that it lies inside. */
pat_span pat_span_slice(pat_span span, size_t from, size_t size);

/* Copies source to target, whose capacity is target_capacity bytes; the areas must not overlap.
 * Asserts that it fits: this is the checked form of memcpy, and the only place that calls it. */
void pat_span_copy(void *target, size_t target_capacity, pat_span source);

#endif
