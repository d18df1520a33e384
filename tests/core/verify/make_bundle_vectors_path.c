/* V22: paths of presence and absence in the index, and what is said to be absent. */
#include <string.h>

#include "core/base/assert.h"
#include "tests/core/verify/make_proof_vectors.h"

enum { LEAF_BYTES = 1 + PAT_HASH_BYTES + 1 + PAT_INDEX_VALUE_BYTES };

static size_t step_size(pat_span path, size_t at) {
  return (path.data[at] < 0x80 ? 1u : 2u) + PAT_HASH_BYTES;
}

vector_path vector_path_open(const Patina__SubjectProof *subject) {
  pat_span path = pat_span_make(subject->path.data, subject->path.len);
  vector_path parts = {.leaf = pat_span_slice(path, 0, subject->count == 0 ? LEAF_BYTES : 0)};
  for (size_t at = parts.leaf.size; at < path.size;) {
    size_t size = step_size(path, at);
    PAT_ASSERT(parts.count < VECTOR_STEPS_MAX);
    parts.steps[parts.count++] = pat_span_slice(path, at, size);
    at += size;
  }
  return parts;
}

ProtobufCBinaryData vector_path_close(const vector_path *parts, pat_arena *memory) {
  size_t room = LEAF_BYTES + VECTOR_STEPS_MAX * (3 + PAT_HASH_BYTES);
  pat_builder out;
  pat_builder_init(&out, lying_take(memory, room), room);
  pat_builder_span(&out, parts->leaf);
  for (size_t i = 0; i < parts->count; i++)
    pat_builder_span(&out, parts->steps[i]);
  pat_span bytes;
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&out, &bytes)));
  return (ProtobufCBinaryData){bytes.size, (uint8_t *)(uintptr_t)bytes.data};
}

ProtobufCBinaryData vector_path_beside(lying_log *log, const pat_hash *key, pat_arena *memory) {
  pat_index_value value;
  PAT_ASSERT(pat_index_tree_get(&log->index, key, &value));
  uint8_t leaf[LEAF_BYTES] = {PAT_HASH_BYTES};
  memcpy(leaf + 1, key->bytes, PAT_HASH_BYTES);
  leaf[1 + PAT_HASH_BYTES] = PAT_INDEX_VALUE_BYTES;
  pat_index_value_encode(&value, leaf + 2 + PAT_HASH_BYTES);
  vector_path parts = vector_path_open(lying_bundle_subject(log, key, memory));
  parts.leaf = PAT_SPAN_OF(leaf);
  return vector_path_close(&parts, memory);
}

static ProtobufCBinaryData put_together(vector_mutant *m, const vector_path *parts) {
  return vector_path_close(parts, m->memory);
}

/* --- paths of presence ----------------------------------------------------------------------- */

static Patina__SubjectProof *asset(vector_mutant *m) {
  return m->bundle->subjects[vector_asset(m)];
}

static void path_flipped(vector_mutant *m) {
  asset(m)->path = vector_flipped(m, asset(m)->path, 12);
}
static void path_none(vector_mutant *m) { asset(m)->path.len = 0; }
static void path_cut(vector_mutant *m) { asset(m)->path = vector_resized(m, asset(m)->path, -1); }
static void path_longer(vector_mutant *m) { asset(m)->path = vector_resized(m, asset(m)->path, 1); }
static void path_without_top(vector_mutant *m) {
  vector_path parts = vector_path_open(asset(m));
  parts.count--;
  asset(m)->path = put_together(m, &parts);
}
static void path_without_bottom(vector_mutant *m) {
  vector_path parts = vector_path_open(asset(m));
  memmove(&parts.steps[0], &parts.steps[1], (--parts.count) * sizeof parts.steps[0]);
  asset(m)->path = put_together(m, &parts);
}
static void path_swapped(vector_mutant *m) {
  vector_path parts = vector_path_open(asset(m));
  pat_span first = parts.steps[0];
  parts.steps[0] = parts.steps[1];
  parts.steps[1] = first;
  asset(m)->path = put_together(m, &parts);
}
static void path_repeated(vector_mutant *m) {
  vector_path parts = vector_path_open(asset(m));
  parts.steps[parts.count] = parts.steps[parts.count - 1];
  parts.count++;
  asset(m)->path = put_together(m, &parts);
}

/* The first step says another bit. */
static void first_bit(vector_mutant *m, pat_span bit) {
  vector_path parts = vector_path_open(asset(m));
  uint8_t *step = lying_take(m->memory, bit.size + PAT_HASH_BYTES);
  memcpy(step, bit.data, bit.size);
  memcpy(step + bit.size, parts.steps[0].data + parts.steps[0].size - PAT_HASH_BYTES,
         PAT_HASH_BYTES);
  parts.steps[0] = pat_span_make(step, bit.size + PAT_HASH_BYTES);
  asset(m)->path = put_together(m, &parts);
}
static void bit_overlong(vector_mutant *m) {
  uint8_t bit[2] = {(uint8_t)(vector_path_open(asset(m)).steps[0].data[0] | 0x80), 0};
  first_bit(m, PAT_SPAN_OF(bit));
}
static void bit_256(vector_mutant *m) { first_bit(m, PAT_SPAN_LITERAL("\x80\x02")); }
static void bit_255(vector_mutant *m) { first_bit(m, PAT_SPAN_LITERAL("\xff\x01")); }
static void bit_huge(vector_mutant *m) {
  first_bit(m, PAT_SPAN_LITERAL("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"));
}
static void bit_beyond(vector_mutant *m) {
  first_bit(m, PAT_SPAN_LITERAL("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"));
}
static void path_of_other(vector_mutant *m) {
  asset(m)->path = m->bundle->subjects[vector_asset(m) == 0 ? 1 : 0]->path;
}

/* --- a present subject that is said to be absent --------------------------------------------- */

/* The proof of absence of the asset, made of the leaf and the steps of this subject. */
static void deny_by(vector_mutant *m, const Patina__SubjectProof *other) {
  pat_builder out;
  uint8_t leaf[LEAF_BYTES];
  pat_builder_init(&out, leaf, sizeof leaf);
  pat_builder_uvarint(&out, PAT_HASH_BYTES);
  pat_builder_span(&out, pat_span_make(other->key.data, other->key.len));
  pat_builder_uvarint(&out, PAT_INDEX_VALUE_BYTES);
  pat_builder_u64be(&out, other->count);
  pat_builder_span(&out, pat_span_make(other->root.data, other->root.len));
  vector_path parts = vector_path_open(other);
  parts.leaf = PAT_SPAN_OF(leaf);
  asset(m)->path = put_together(m, &parts);
  asset(m)->count = 0;
  asset(m)->root.len = 0;
  asset(m)->n_entries = 0;
}
static void denied_by_itself(vector_mutant *m) { deny_by(m, asset(m)); }
static void denied_by_far(vector_mutant *m) {
  size_t at = vector_asset(m);
  size_t other = at < m->bundle->n_subjects / 2 ? m->bundle->n_subjects - 1 : 0;
  deny_by(m, m->bundle->subjects[other]);
}
static void denied_by_nothing(vector_mutant *m) {
  denied_by_itself(m);
  asset(m)->path.len = 0;
}
static void denied_by_presence(vector_mutant *m) {
  ProtobufCBinaryData path = asset(m)->path;
  denied_by_itself(m);
  asset(m)->path = path;
}

/* --- an absent subject ----------------------------------------------------------------------- */

/* The absent one: of an asset that nobody registered, or of an identifier. */
static Patina__SubjectProof *absent(vector_mutant *m) {
  size_t at = 0;
  while (m->bundle->subjects[at]->count > 0)
    at++;
  return m->bundle->subjects[at];
}

static void absence_none(vector_mutant *m) { absent(m)->path.len = 0; }
static void absence_flipped(vector_mutant *m) {
  absent(m)->path = vector_flipped(m, absent(m)->path, absent(m)->path.len - 3);
}
static void absence_other_value(vector_mutant *m) {
  absent(m)->path = vector_flipped(m, absent(m)->path, LEAF_BYTES - 1);
}
static void absence_key_flipped(vector_mutant *m) {
  absent(m)->path = vector_flipped(m, absent(m)->path, PAT_HASH_BYTES);
}
static void absence_longer(vector_mutant *m) {
  absent(m)->path = vector_resized(m, absent(m)->path, 1);
}
static void absence_cut(vector_mutant *m) {
  absent(m)->path = vector_resized(m, absent(m)->path, -1);
}

/* Another leaf in front of the steps. */
static void set_leaf(vector_mutant *m, pat_span leaf) {
  vector_path parts = vector_path_open(absent(m));
  parts.leaf = leaf;
  absent(m)->path = put_together(m, &parts);
}
static void absence_size_overlong(vector_mutant *m) {
  uint8_t leaf[LEAF_BYTES + 1] = {0xa0, 0x00};
  memcpy(leaf + 2, absent(m)->path.data + 1, LEAF_BYTES - 1);
  set_leaf(m, PAT_SPAN_OF(leaf));
}
static void absence_key_short(vector_mutant *m) {
  uint8_t leaf[LEAF_BYTES - 1] = {PAT_HASH_BYTES - 1};
  memcpy(leaf + 1, absent(m)->path.data + 1, PAT_HASH_BYTES - 1);
  memcpy(leaf + PAT_HASH_BYTES, absent(m)->path.data + 1 + PAT_HASH_BYTES,
         LEAF_BYTES - 1 - PAT_HASH_BYTES);
  set_leaf(m, PAT_SPAN_OF(leaf));
}
static void absence_value_long(vector_mutant *m) {
  uint8_t leaf[LEAF_BYTES + 1] = {0};
  memcpy(leaf, absent(m)->path.data, LEAF_BYTES);
  leaf[1 + PAT_HASH_BYTES]++;
  set_leaf(m, PAT_SPAN_OF(leaf));
}
static void absence_of_own_key(vector_mutant *m) {
  ProtobufCBinaryData path = absent(m)->path;
  memcpy(path.data + 1, absent(m)->key.data, PAT_HASH_BYTES);
}
/* A true leaf of the index with its true steps, but not in this key's place. */
static void absence_by_far(vector_mutant *m) {
  lying_log *log = m->base->log;
  for (size_t i = 0; i < log->subject_count; i++) {
    const pat_hash *key = &log->subjects[i].key;
    if (((key->bytes[0] ^ absent(m)->key.data[0]) & 0x80) == 0) continue;
    absent(m)->path = vector_path_beside(log, key, m->memory);
    return;
  }
  PAT_ASSERT(false);
}

/* It is said to be present, with an entry of somebody else. */
static void claimed(vector_mutant *m) {
  const Patina__SubjectProof *other =
      m->bundle->subjects[0] == absent(m) ? m->bundle->subjects[1] : m->bundle->subjects[0];
  Patina__SubjectProof *subject = absent(m);
  subject->root = other->root;
  subject->entries = other->entries;
  subject->n_entries = other->n_entries;
  subject->path = other->path;
  subject->count = other->count;
}

#define FORM  VECTOR_WRONG(22, "index.proof-form")
#define ROOT  VECTOR_WRONG(22, "index.proof-root")
#define ORDER VECTOR_WRONG(22, "index.proof-order")

static const vector_change changes[] = {
    {"history", "presence-flipped", path_flipped, ROOT, "a bit of a sibling"},
    {"history", "presence-none", path_none, ROOT, "no path"},
    {"history", "presence-cut", path_cut, FORM, "the last byte of a path is missing"},
    {"history", "presence-longer", path_longer, VECTOR_WRONG(22, NULL), "a byte behind a path"},
    {"history", "presence-without-top", path_without_top, ROOT, "the last step is missing"},
    {"history", "presence-without-bottom", path_without_bottom, ROOT, "the first step is missing"},
    {"history", "presence-swapped", path_swapped, ORDER, "two steps are swapped"},
    {"history", "presence-repeated", path_repeated, ORDER, "the last step stands twice"},
    {"history", "presence-bit-overlong", bit_overlong, FORM, "a bit's number in two bytes"},
    {"history", "presence-bit-256", bit_256, ORDER, "bit 256 of a key of 256"},
    {"history", "presence-bit-255", bit_255, ROOT, "another bit than the tree's"},
    {"history", "presence-bit-huge", bit_huge, ORDER, "bit 2^64 - 1"},
    {"history", "presence-bit-beyond", bit_beyond, FORM, "a bit's number in eleven bytes"},
    {"history", "presence-of-other", path_of_other, VECTOR_WRONG(22, NULL),
     "the path of another subject"},
    {"history", "denied-by-itself", denied_by_itself, VECTOR_WRONG(22, "index.proof-same-key"),
     "absence of the asset, shown by its own leaf"},
    {"history", "denied-by-far", denied_by_far, VECTOR_WRONG(22, "index.proof-path"),
     "absence of the asset, shown by a leaf in another place"},
    {"history", "denied-by-nothing", denied_by_nothing, ROOT,
     "absence of the asset, as from an empty index"},
    {"history", "denied-by-presence", denied_by_presence, VECTOR_WRONG(22, NULL),
     "absence of the asset, shown by its path of presence"},
    {"absent", "absence-none", absence_none, ROOT, "no path: as from an empty index"},
    {"absent", "absence-flipped", absence_flipped, ROOT, "a bit of a sibling"},
    {"absent", "absence-other-value", absence_other_value, ROOT, "a bit of the neighbour's value"},
    {"absent", "absence-key-flipped", absence_key_flipped, ROOT,
     "the last bit of the neighbour's key"},
    {"absent", "absence-longer", absence_longer, VECTOR_WRONG(22, NULL), "a byte behind a path"},
    {"absent", "absence-cut", absence_cut, FORM, "the last byte of a path is missing"},
    {"absent", "absence-size-overlong", absence_size_overlong, FORM, "a size in two bytes"},
    {"absent", "absence-key-short", absence_key_short, FORM, "a neighbour with a key of 31 bytes"},
    {"absent", "absence-value-long", absence_value_long, FORM,
     "a neighbour with a value of 41 bytes"},
    {"absent", "absence-of-own-key", absence_of_own_key, VECTOR_WRONG(22, "index.proof-same-key"),
     "the neighbour has the very key"},
    {"absent", "absence-by-far", absence_by_far, VECTOR_WRONG(22, "index.proof-path"),
     "a true leaf in another place"},
    {"absent", "claimed", claimed, VECTOR_WRONG(22, NULL),
     "what is absent is given another subject's history"},
    {"lookup-absent", "absence-none", absence_none, ROOT, "no path: as from an empty index"},
    {"lookup-absent", "absence-flipped", absence_flipped, ROOT, "a bit of a sibling"},
    {"lookup-absent", "absence-of-own-key", absence_of_own_key,
     VECTOR_WRONG(22, "index.proof-same-key"), "the neighbour has the very key"},
    {"lookup-absent", "absence-by-far", absence_by_far, VECTOR_WRONG(22, "index.proof-path"),
     "a true leaf in another place"},
    {"lookup-absent", "claimed", claimed, VECTOR_WRONG(22, NULL),
     "what is absent is given another subject's history"},
    {"lookup-absent-twice", "absence-by-far", absence_by_far, VECTOR_WRONG(22, "index.proof-path"),
     "a true leaf in another place, for one version"},
};

void make_path_vectors(vector_maker *maker) {
  vector_file_begin(maker->run, "path");
  VECTOR_CHANGES(maker, changes);
  vector_file_end(maker->run);
}
