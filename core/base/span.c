#include "core/base/span.h"

#include <string.h>

#include "core/base/assert.h"

pat_span pat_span_make(const void *data, size_t size) {
  pat_span span = {data, size};
  PAT_ASSERT(pat_span_valid(span));
  return span;
}

pat_span pat_span_text(const char *text) { return pat_span_make(text, strlen(text)); }

bool pat_span_valid(pat_span span) { return span.data != NULL || span.size == 0; }

bool pat_span_equal(pat_span a, pat_span b) {
  return a.size == b.size && pat_span_compare(a, b) == 0;
}

int pat_span_compare(pat_span a, pat_span b) {
  PAT_ASSERT(pat_span_valid(a));
  PAT_ASSERT(pat_span_valid(b));
  size_t common = a.size < b.size ? a.size : b.size;
  int order = common == 0 ? 0 : memcmp(a.data, b.data, common);
  if (order != 0) return order;
  return (a.size > b.size) - (a.size < b.size);
}

bool pat_span_starts_with(pat_span span, pat_span prefix) {
  return span.size >= prefix.size && pat_span_equal(pat_span_slice(span, 0, prefix.size), prefix);
}

pat_span pat_span_slice(pat_span span, size_t from, size_t size) {
  PAT_ASSERT(from <= span.size);
  PAT_ASSERT(size <= span.size - from);
  if (size == 0) return PAT_SPAN_EMPTY;
  return pat_span_make(span.data + from, size);
}

void pat_span_copy(void *target, size_t target_capacity, pat_span source) {
  PAT_ASSERT(pat_span_valid(source));
  PAT_ASSERT(source.size <= target_capacity);
  if (source.size > 0) memcpy(target, source.data, source.size);
}
