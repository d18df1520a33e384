#include "tests/proto/spec/example_book.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES_PER_LINE = 32, LABEL_WIDTH = 14 };
static const char fence[] = "```example name=";

static void must(bool cond, const char *what) {
  if (cond) return;
  fprintf(stderr, "%s\n", what);
  abort();
}

/* --- writing --------------------------------------------------------------------------------- */

static example *current(example_book *book) {
  must(book->count > 0, "no example was begun");
  return &book->items[book->count - 1];
}

static void append(example *item, const char *text, size_t size) {
  must(size < sizeof item->text - item->size, "an example is too long");
  pat_span_copy(item->text + item->size, sizeof item->text - item->size, pat_span_make(text, size));
  item->size += size;
  item->text[item->size] = '\0';
}

static void append_label(example *item, const char *label) {
  char column[64];
  int size = snprintf(column, sizeof column, "%-*s", LABEL_WIDTH, label);
  must(size >= 0 && (size_t)size < sizeof column, "a label is too long");
  append(item, column, (size_t)size);
}

void example_begin(example_book *book, const char *name) {
  must(book->count < EXAMPLES_MAX, "too many examples");
  example *item = &book->items[book->count++];
  item->name = name;
  item->size = 0;
  item->text[0] = '\0';
}

void example_bytes(example_book *book, const char *label, pat_span bytes) {
  static const char digits[] = "0123456789abcdef";
  example *item = current(book);
  append_label(item, label);
  for (size_t i = 0; i < bytes.size; i++) {
    const char pair[2] = {digits[bytes.data[i] >> 4], digits[bytes.data[i] & 15]};
    append(item, pair, sizeof pair);
    if ((i + 1) % BYTES_PER_LINE != 0 || i + 1 == bytes.size) continue;
    append(item, "\n", 1);
    append_label(item, "");
  }
  append(item, "\n", 1);
}

void example_hash(example_book *book, const char *label, pat_hash hash) {
  example_bytes(book, label, pat_hash_span(&hash));
}

void example_line(example_book *book, const char *label, const char *text) {
  example *item = current(book);
  append_label(item, label);
  append(item, text, strlen(text));
  append(item, "\n", 1);
}

void example_number(example_book *book, const char *label, uint64_t number) {
  char digits[32];
  snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
  example_line(book, label, digits);
}

void example_verbatim(example_book *book, pat_span text) {
  append(current(book), (const char *)text.data, text.size);
}

/* --- comparing ------------------------------------------------------------------------------- */

static size_t find(const example_book *book, const char *name, size_t size) {
  size_t i = 0;
  while (i < book->count &&
         !(strlen(book->items[i].name) == size && strncmp(book->items[i].name, name, size) == 0))
    i++;
  return i;
}

typedef struct {
  char *text;
  size_t size;
  size_t capacity;
} output;

static void put(output *out, const char *text, size_t size) {
  must(size < out->capacity - out->size, "the document grows too much");
  pat_span_copy(out->text + out->size, out->capacity - out->size, pat_span_make(text, size));
  out->size += size;
  out->text[out->size] = '\0';
}

/* Copies one block, whose name begins at `name`, and gives where the document goes on. */
static const char *apply_block(const example_book *book, const char *name, int *seen, output *out,
                               bool *same) {
  size_t name_size = strcspn(name, "\n");
  const char *content = name + name_size + 1;
  const char *end = strstr(content, "```\n");
  must(name[name_size] == '\n' && end != NULL, "an example's block has no end");
  size_t at = find(book, name, name_size);
  put(out, name, name_size + 1);
  if (at == book->count) {
    fprintf(stderr, "SPEC.md: there is no example \"%.*s\"\n", (int)name_size, name);
    *same = false;
    put(out, content, (size_t)(end - content));
    return end;
  }
  const example *item = &book->items[at];
  seen[at]++;
  if ((size_t)(end - content) != item->size || strncmp(content, item->text, item->size) != 0) {
    fprintf(stderr, "SPEC.md: example \"%s\" is now:\n%s\n", item->name, item->text);
    *same = false;
  }
  put(out, item->text, item->size);
  return end;
}

char *example_book_apply(const example_book *book, const char *document, bool *ret_same) {
  int seen[EXAMPLES_MAX] = {0};
  output out = {.capacity = strlen(document) + EXAMPLES_MAX * EXAMPLE_TEXT_MAX};
  out.text = malloc(out.capacity);
  must(out.text != NULL, "no memory");
  bool same = true;
  const char *at = document;
  for (const char *block = strstr(at, fence); block != NULL; block = strstr(at, fence)) {
    const char *name = block + strlen(fence);
    put(&out, at, (size_t)(name - at));
    at = apply_block(book, name, seen, &out, &same);
  }
  put(&out, at, strlen(at));
  for (size_t i = 0; i < book->count; i++) {
    if (seen[i] == 1) continue;
    fprintf(stderr, "SPEC.md: example \"%s\" has %d blocks\n", book->items[i].name, seen[i]);
    same = false;
  }
  *ret_same = same;
  return out.text;
}
