#include <string.h>

#include "core/base/assert.h"
#include "tests/core/verify/make_bundle_vectors.h"

static void make_one(vector_maker *maker, const vector_change *change) {
  const vector_base *base = vector_base_named(maker, change->base);
  vector_mutant mutant = {.maker = maker, .base = base, .memory = maker->work};
  mutant.bundle = vector_open(maker, base);
  mutant.made = (vector_case){
      .id = change->id, .about = change->about, .base = base, .verdict = change->verdict};
  change->change(&mutant);
  vector_bundle(maker, &mutant.made, mutant.bundle);
}

void vector_changes(vector_maker *maker, const vector_change *changes, size_t count) {
  for (size_t i = 0; i < count; i++)
    make_one(maker, &changes[i]);
}

ProtobufCBinaryData vector_flipped(vector_mutant *mutant, ProtobufCBinaryData field, size_t byte) {
  PAT_ASSERT(byte < field.len);
  ProtobufCBinaryData copy = lying_field(pat_span_make(field.data, field.len), mutant->memory);
  copy.data[byte] ^= 0x01;
  return copy;
}

ProtobufCBinaryData vector_resized(vector_mutant *mutant, ProtobufCBinaryData field, int more) {
  size_t size = (size_t)((int64_t)field.len + more);
  uint8_t *bytes = lying_take(mutant->memory, size + 1);
  memcpy(bytes, field.data, size < field.len ? size : field.len);
  return (ProtobufCBinaryData){size, bytes};
}

void vector_drop(void **items, size_t *count, size_t at) {
  PAT_ASSERT(at < *count);
  memmove(&items[at], &items[at + 1], (*count - at - 1) * sizeof *items);
  (*count)--;
}

void *vector_insert(vector_mutant *mutant, void *items, size_t *count, size_t at, void *item) {
  PAT_ASSERT(at <= *count);
  void **grown = lying_take(mutant->memory, (*count + 1) * sizeof *grown);
  void **old = items;
  for (size_t i = 0; i < at; i++)
    grown[i] = old[i];
  grown[at] = item;
  for (size_t i = at; i < *count; i++)
    grown[i + 1] = old[i];
  (*count)++;
  return grown;
}

size_t vector_entry_of(const vector_mutant *mutant, pat_kind_number kind, size_t at) {
  const Patina__ProofBundle *bundle = mutant->bundle;
  for (; at < bundle->n_entries; at++) {
    uint64_t index = bundle->entries[at]->entry->index;
    if ((int)mutant->base->log->leaves[index].say->body_case == (int)kind) return at;
  }
  PAT_ASSERT(at < bundle->n_entries);
  return at;
}

size_t vector_subject_of(const vector_mutant *mutant, pat_subject_kind kind, pat_span id) {
  pat_hash key = pat_subject_key(kind, id);
  return lying_bundle_subject_at(mutant->bundle, &key);
}

size_t vector_subject_named(const vector_mutant *mutant, pat_subject_kind kind, const char *name) {
  return vector_subject_of(mutant, kind, pat_span_text(name));
}

size_t vector_asset(const vector_mutant *mutant) {
  return vector_subject_of(mutant, PAT_SUBJECT_ASSET,
                           pat_span_make(mutant->base->request.asset, PAT_ASSET_ID_BYTES));
}
