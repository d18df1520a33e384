/* V31: bundles that are not canonical, or not made as bundles are. */
#include <string.h>

#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "tests/core/verify/make_bundle_vectors.h"

/* --- structs --------------------------------------------------------------------------------- */

static void no_version(vector_mutant *m) { m->bundle->version = 0; }
static void second_version(vector_mutant *m) { m->bundle->version = 2; }
static void largest_version(vector_mutant *m) { m->bundle->version = UINT32_MAX; }
static void no_about(vector_mutant *m) {
  m->bundle->about_case = PATINA__PROOF_BUNDLE__ABOUT__NOT_SET;
}
static void short_asset(vector_mutant *m) {
  m->bundle->asset = vector_resized(m, m->bundle->asset, -1);
}
static void long_asset(vector_mutant *m) {
  m->bundle->asset = vector_resized(m, m->bundle->asset, 1);
}
static void no_asset_id(vector_mutant *m) { m->bundle->asset.len = 0; }

static void short_inclusion(vector_mutant *m) {
  ProtobufCBinaryData *hash = &m->bundle->entries[1]->inclusion[0];
  *hash = vector_resized(m, *hash, -1);
}
static void long_inclusion(vector_mutant *m) {
  ProtobufCBinaryData *hash = &m->bundle->entries[1]->inclusion[0];
  *hash = vector_resized(m, *hash, 1);
}
static void short_commit_path(vector_mutant *m) {
  ProtobufCBinaryData *hash = &m->bundle->commit->inclusion[0];
  *hash = vector_resized(m, *hash, -1);
}
static void long_earlier(vector_mutant *m) {
  ProtobufCBinaryData *hash = &m->bundle->earlier->hashes[0];
  *hash = vector_resized(m, *hash, 1);
}
static void short_entry_proof(vector_mutant *m) {
  Patina__ProvenEntry *entry =
      m->bundle->entries[vector_entry_of(m, PAT_KIND_IDENTIFIER_ASSIGNED, 0)];
  entry->vrf_proofs[0] = vector_resized(m, entry->vrf_proofs[0], -1);
}
static void empty_entry_proof(vector_mutant *m) {
  Patina__ProvenEntry *entry =
      m->bundle->entries[vector_entry_of(m, PAT_KIND_IDENTIFIER_ASSIGNED, 0)];
  entry->vrf_proofs[0].len = 0;
}
static void short_claim_proof(vector_mutant *m) {
  m->bundle->lookup->vrf_proofs[0] = vector_resized(m, m->bundle->lookup->vrf_proofs[0], -1);
}
static void long_claim_proof(vector_mutant *m) {
  m->bundle->lookup->vrf_proofs[0] = vector_resized(m, m->bundle->lookup->vrf_proofs[0], 1);
}

static void swap_entries(vector_mutant *m) {
  Patina__ProvenEntry *first = m->bundle->entries[2];
  m->bundle->entries[2] = m->bundle->entries[3];
  m->bundle->entries[3] = first;
}
static void repeat_entry(vector_mutant *m) {
  m->bundle->entries =
      vector_insert(m, m->bundle->entries, &m->bundle->n_entries, 2, m->bundle->entries[2]);
}
static void entry_of_nothing(vector_mutant *m) { m->bundle->entries[0]->entry = NULL; }
static void swap_subjects(vector_mutant *m) {
  Patina__SubjectProof *first = m->bundle->subjects[2];
  m->bundle->subjects[2] = m->bundle->subjects[3];
  m->bundle->subjects[3] = first;
}
static void repeat_subject(vector_mutant *m) {
  m->bundle->subjects =
      vector_insert(m, m->bundle->subjects, &m->bundle->n_subjects, 2, m->bundle->subjects[2]);
}
static void short_key(vector_mutant *m) {
  m->bundle->subjects[1]->key = vector_resized(m, m->bundle->subjects[1]->key, -1);
}
static void short_root(vector_mutant *m) {
  m->bundle->subjects[1]->root = vector_resized(m, m->bundle->subjects[1]->root, -1);
}
static void no_root(vector_mutant *m) { m->bundle->subjects[1]->root.len = 0; }
static void short_leaf_hash(vector_mutant *m) {
  ProtobufCBinaryData *hash = &m->bundle->subjects[1]->entries[0]->leaf_hash;
  *hash = vector_resized(m, *hash, -1);
}

/* --- pages that pass for whole histories ----------------------------------------------------- */

static Patina__SubjectProof *longest(vector_mutant *m) {
  Patina__SubjectProof *found = m->bundle->subjects[0];
  for (size_t i = 1; i < m->bundle->n_subjects; i++) {
    if (m->bundle->subjects[i]->count > found->count) found = m->bundle->subjects[i];
  }
  PAT_ASSERT(found->count >= 2);
  return found;
}

static void from_alone(vector_mutant *m) { longest(m)->from = 1; }
static void peaks_alone(vector_mutant *m) {
  Patina__SubjectProof *subject = longest(m);
  subject->n_peaks = 1;
  subject->peaks = &subject->root;
}
/* The true peaks of the first entry, which is left out. */
static void page(vector_mutant *m) {
  Patina__SubjectProof *subject = longest(m);
  pat_hash leaf;
  memcpy(leaf.bytes, subject->entries[0]->leaf_hash.data, PAT_HASH_BYTES);
  pat_hash peak = pat_index_sublog_leaf(subject->entries[0]->index, &leaf);
  subject->n_peaks = 1;
  subject->peaks = lying_take(m->memory, sizeof *subject->peaks);
  subject->peaks[0] = lying_field(pat_hash_span(&peak), m->memory);
  subject->from = 1;
  vector_drop((void **)subject->entries, &subject->n_entries, 0);
}
static void count_below_list(vector_mutant *m) { longest(m)->count--; }
static void count_above_list(vector_mutant *m) { longest(m)->count++; }
static void largest_count(vector_mutant *m) { longest(m)->count = UINT64_MAX; }
static void absent_with_root(vector_mutant *m) {
  Patina__SubjectProof *subject = longest(m);
  subject->count = 0;
  subject->n_entries = 0;
}
static void absent_with_entries(vector_mutant *m) {
  Patina__SubjectProof *subject = longest(m);
  subject->count = 0;
  subject->root.len = 0;
}
static void sources_filled(vector_mutant *m) {
  Patina__HistoryEntry *entry = m->bundle->entries[1]->entry;
  Patina__Source *source = lying_take(m->memory, sizeof *source);
  patina__source__init(source);
  source->principal = m->bundle->entries[1]->signatures[0]->principal;
  entry->sources = lying_take(m->memory, sizeof *entry->sources);
  entry->sources[0] = source;
  entry->n_sources = 1;
}

#define BUNDLE VECTOR_WRONG(31, "verify.bundle")

static const vector_change changes[] = {
    {"history", "version-none", no_version, BUNDLE, "version is not written: 0"},
    {"history", "version-2", second_version, VECTOR_UNKNOWN(31, "bytes.newer-format"),
     "a newer version of bundles"},
    {"history", "version-largest", largest_version, VECTOR_UNKNOWN(31, "bytes.newer-format"),
     "the newest version of bundles"},
    {"history", "about-nothing", no_about, BUNDLE, "neither an asset nor a look-up"},
    {"history", "asset-short", short_asset, BUNDLE, "an asset of 15 bytes"},
    {"history", "asset-long", long_asset, BUNDLE, "an asset of 17 bytes"},
    {"history", "asset-empty", no_asset_id, BUNDLE, "an asset of no bytes"},
    {"history", "inclusion-short", short_inclusion, BUNDLE, "a hash of 31 bytes in a path"},
    {"history", "inclusion-long", long_inclusion, BUNDLE, "a hash of 33 bytes in a path"},
    {"history", "commit-path-short", short_commit_path, BUNDLE,
     "a hash of 31 bytes in the commit's path"},
    {"earlier", "earlier-long", long_earlier, BUNDLE, "a hash of 33 bytes in earlier"},
    {"identified", "vrf-short", short_entry_proof, BUNDLE, "a VRF proof of 79 bytes"},
    {"identified", "vrf-empty", empty_entry_proof, BUNDLE, "a VRF proof of no bytes at an entry"},
    {"lookup-present", "vrf-short", short_claim_proof, BUNDLE, "a VRF proof of 79 bytes"},
    {"lookup-present", "vrf-long", long_claim_proof, BUNDLE, "a VRF proof of 81 bytes"},
    {"history", "entries-swapped", swap_entries, BUNDLE, "two entries in the wrong order"},
    {"history", "entry-twice", repeat_entry, BUNDLE, "an entry stands twice"},
    {"history", "entry-of-nothing", entry_of_nothing, BUNDLE, "a proven entry without an entry"},
    {"history", "subjects-swapped", swap_subjects, BUNDLE, "two subjects in the wrong order"},
    {"history", "subject-twice", repeat_subject, BUNDLE, "a subject stands twice"},
    {"history", "key-short", short_key, BUNDLE, "a subject key of 31 bytes"},
    {"history", "root-short", short_root, BUNDLE, "the root of a sub-log has 31 bytes"},
    {"history", "root-none", no_root, BUNDLE, "a count without a root"},
    {"history", "leaf-hash-short", short_leaf_hash, BUNDLE, "a leaf hash of 31 bytes"},
    {"history", "from", from_alone, BUNDLE, "a history that says it begins at 1"},
    {"history", "peaks", peaks_alone, BUNDLE, "a whole history with peaks"},
    {"grants", "page", page, BUNDLE, "the second page of a history, with true peaks"},
    {"history", "count-below", count_below_list, BUNDLE, "one less is counted than listed"},
    {"history", "count-above", count_above_list, BUNDLE, "one more is counted than listed"},
    {"history", "count-largest", largest_count, BUNDLE, "2^64 - 1 are counted"},
    {"history", "absent-root", absent_with_root, BUNDLE, "none is counted, but there is a root"},
    {"history", "absent-entries", absent_with_entries, BUNDLE, "none is counted, but listed"},
    {"history", "sources", sources_filled, BUNDLE, "a source is stated"},
};

/* --- bytes ----------------------------------------------------------------------------------- */

/* A field of a message: where its tag and its value begin, and where it ends. */
typedef struct {
  size_t tag_at;
  size_t value_at;
  size_t end;
} field_place;

static uint64_t read_varint(pat_span bytes, size_t *at) {
  uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    uint8_t byte = bytes.data[(*at)++];
    value |= (uint64_t)(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
}

/* Occurrence number nth of a field; the message is canonical and has no fixed-size fields. */
static field_place find_field(pat_span bytes, uint64_t number, size_t nth) {
  size_t seen = 0;
  for (size_t at = 0; at < bytes.size;) {
    field_place place = {.tag_at = at};
    uint64_t tag = read_varint(bytes, &at);
    place.value_at = at;
    uint64_t value = read_varint(bytes, &at);
    if ((tag & 7) == 2) {
      place.value_at = at;
      at += value;
    }
    place.end = at;
    if (tag >> 3 == number && seen++ == nth) return place;
  }
  PAT_ASSERT(false);
  return (field_place){0};
}

/* Bytes under way, and the mutant that they become. */
typedef struct {
  vector_maker *maker;
  pat_span bytes;
} raw_mutant;

static pat_span replace(raw_mutant *raw, pat_span bytes, field_place range, pat_span by) {
  size_t size = bytes.size - (range.end - range.tag_at) + by.size;
  uint8_t *made = lying_take(raw->maker->work, size + 1);
  memcpy(made, bytes.data, range.tag_at);
  if (by.size > 0) memcpy(made + range.tag_at, by.data, by.size);
  memcpy(made + range.tag_at + by.size, bytes.data + range.end, bytes.size - range.end);
  return pat_span_make(made, size);
}

static pat_span insert(raw_mutant *raw, pat_span bytes, size_t at, pat_span what) {
  return replace(raw, bytes, (field_place){at, at, at}, what);
}

/* Replaces the value of a length-delimited field, with a length that fits. */
static pat_span set_value(raw_mutant *raw, pat_span bytes, field_place place, pat_span value) {
  pat_builder builder;
  pat_builder_init(&builder, lying_take(raw->maker->work, value.size + 16), value.size + 16);
  size_t at = place.tag_at;
  (void)read_varint(bytes, &at);
  pat_builder_span(&builder, pat_span_slice(bytes, place.tag_at, at - place.tag_at));
  pat_builder_uvarint(&builder, value.size);
  pat_builder_span(&builder, value);
  pat_span field;
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&builder, &field)));
  return replace(raw, bytes, place, field);
}

static pat_span value_of(pat_span bytes, field_place place) {
  return pat_span_slice(bytes, place.value_at, place.end - place.value_at);
}

/* Puts bytes in front of place at inside nth field number. */
static void insert_inside(raw_mutant *raw, uint64_t number, size_t nth, pat_span what) {
  field_place place = find_field(raw->bytes, number, nth);
  pat_span value = value_of(raw->bytes, place);
  raw->bytes = set_value(raw, raw->bytes, place, insert(raw, value, value.size, what));
}

#define LITERAL(text) PAT_SPAN_LITERAL(text)

static void empty(raw_mutant *r) { r->bytes = PAT_SPAN_EMPTY; }
static void tag_alone(raw_mutant *r) { r->bytes = pat_span_slice(r->bytes, 0, 1); }
static void cut_last(raw_mutant *r) { r->bytes = pat_span_slice(r->bytes, 0, r->bytes.size - 1); }
static void cut_half(raw_mutant *r) { r->bytes = pat_span_slice(r->bytes, 0, r->bytes.size / 2); }
static void trailing_zero(raw_mutant *r) {
  r->bytes = insert(r, r->bytes, r->bytes.size, LITERAL("\x00"));
}
static void unknown_bytes(raw_mutant *r) {
  r->bytes = insert(r, r->bytes, r->bytes.size, LITERAL("\x7a\x01x"));
}
static void unknown_number(raw_mutant *r) {
  r->bytes = insert(r, r->bytes, r->bytes.size, LITERAL("\x78\x01"));
}
static void group(raw_mutant *r) {
  r->bytes = insert(r, r->bytes, r->bytes.size, LITERAL("\x7b\x7c"));
}
static void huge_tag(raw_mutant *r) {
  r->bytes = insert(r, r->bytes, r->bytes.size, LITERAL("\x82\x80\x80\x80\x80\x01\x00"));
}
static void unknown_inside(raw_mutant *r) { insert_inside(r, 7, 0, LITERAL("\x7a\x01x")); }
static void unknown_in_commit(raw_mutant *r) { insert_inside(r, 3, 0, LITERAL("\x7a\x01x")); }
static void version_twice(raw_mutant *r) { r->bytes = insert(r, r->bytes, 2, LITERAL("\x08\x01")); }
static void version_zero(raw_mutant *r) {
  r->bytes = replace(r, r->bytes, (field_place){0, 1, 2}, LITERAL("\x08\x00"));
}
static void version_overlong(raw_mutant *r) {
  r->bytes = replace(r, r->bytes, (field_place){0, 1, 2}, LITERAL("\x08\x81\x00"));
}
static void version_two_overlong(raw_mutant *r) {
  r->bytes = replace(r, r->bytes, (field_place){0, 1, 2}, LITERAL("\x08\x82\x00"));
}
static void version_bytes(raw_mutant *r) {
  r->bytes = replace(r, r->bytes, (field_place){0, 1, 2}, LITERAL("\x0a\x01\x01"));
}
static void version_late(raw_mutant *r) {
  size_t end = find_field(r->bytes, 2, 0).end;
  r->bytes = insert(r, r->bytes, end, LITERAL("\x08\x01"));
  r->bytes = replace(r, r->bytes, (field_place){0, 1, 2}, PAT_SPAN_EMPTY);
}
static void commit_late(raw_mutant *r) {
  field_place place = find_field(r->bytes, 3, 0);
  pat_span field = pat_span_slice(r->bytes, place.tag_at, place.end - place.tag_at);
  pat_span moved = insert(r, r->bytes, r->bytes.size, field);
  r->bytes = replace(r, moved, place, PAT_SPAN_EMPTY);
}
static void commit_twice(raw_mutant *r) {
  field_place place = find_field(r->bytes, 3, 0);
  pat_span field = pat_span_slice(r->bytes, place.tag_at, place.end - place.tag_at);
  r->bytes = insert(r, r->bytes, place.end, field);
}
static void not_utf8(raw_mutant *r) { insert_inside(r, 2, 0, LITERAL("\xff")); }
static void with_nul(raw_mutant *r) { insert_inside(r, 2, 0, LITERAL("\x00")); }
static void surrogate(raw_mutant *r) { insert_inside(r, 2, 0, LITERAL("\xed\xa0\x80")); }
static void checkpoint_empty(raw_mutant *r) {
  r->bytes = replace(r, r->bytes, find_field(r->bytes, 2, 0), LITERAL("\x12\x00"));
}
static void asset_and_lookup(raw_mutant *r) {
  r->bytes = insert(r, r->bytes, find_field(r->bytes, 4, 0).end, LITERAL("\x2a\x00"));
}
static void asset_twice(raw_mutant *r) {
  field_place place = find_field(r->bytes, 4, 0);
  pat_span field = pat_span_slice(r->bytes, place.tag_at, place.end - place.tag_at);
  r->bytes = insert(r, r->bytes, place.end, field);
}
static void entry_empty(raw_mutant *r) {
  r->bytes = insert(r, r->bytes, find_field(r->bytes, 6, 0).tag_at, LITERAL("\x32\x00"));
}
static void subject_empty(raw_mutant *r) {
  r->bytes = insert(r, r->bytes, find_field(r->bytes, 7, 0).tag_at, LITERAL("\x3a\x00"));
}
static void subjects_first(raw_mutant *r) {
  r->bytes = insert(r, r->bytes, find_field(r->bytes, 6, 0).tag_at, LITERAL("\x3a\x00"));
}
/* Members of SubjectProof that go without saying: path is 4, from is 5, peaks are 6. */
static void from_written(raw_mutant *r) {
  field_place place = find_field(r->bytes, 7, 1);
  pat_span value = value_of(r->bytes, place);
  size_t at = find_field(value, 4, 0).end;
  r->bytes = set_value(r, r->bytes, place, insert(r, value, at, LITERAL("\x28\x00")));
}
static void peaks_empty(raw_mutant *r) {
  field_place place = find_field(r->bytes, 7, 1);
  pat_span value = value_of(r->bytes, place);
  size_t at = find_field(value, 4, 0).end;
  r->bytes = set_value(r, r->bytes, place, insert(r, value, at, LITERAL("\x32\x00")));
}
static void length_overlong(raw_mutant *r) {
  field_place place = find_field(r->bytes, 4, 0);
  r->bytes =
      replace(r, r->bytes, (field_place){place.tag_at, 0, place.value_at}, LITERAL("\x22\x90\x00"));
}
static void length_beyond(raw_mutant *r) {
  field_place place = find_field(r->bytes, 4, 0);
  r->bytes = replace(r, r->bytes, (field_place){place.tag_at, 0, place.value_at},
                     LITERAL("\x22\xff\xff\xff\xff\x0f"));
}
static void index_range(raw_mutant *r) {
  field_place place = find_field(r->bytes, 8, 0);
  r->bytes = set_value(r, r->bytes, place, LITERAL("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"));
}

typedef struct {
  const char *base;
  const char *id;
  void (*change)(raw_mutant *raw);
  const char *about;
} raw_change;

static const raw_change raw_changes[] = {
    {"history", "bytes-none", empty, "no bytes"},
    {"history", "bytes-one", tag_alone, "one byte"},
    {"history", "bytes-cut", cut_last, "the last byte is missing"},
    {"history", "bytes-half", cut_half, "the second half is missing"},
    {"history", "bytes-zero", trailing_zero, "a zero byte follows"},
    {"history", "unknown-field", unknown_bytes, "an unknown member, of bytes"},
    {"history", "unknown-number", unknown_number, "an unknown member, a number"},
    {"history", "unknown-group", group, "a group"},
    {"history", "unknown-huge", huge_tag, "a field number of more than 29 bits"},
    {"history", "unknown-in-subject", unknown_inside, "an unknown member of a subject"},
    {"history", "unknown-in-commit", unknown_in_commit, "an unknown member of the commit"},
    {"history", "version-twice", version_twice, "version stands twice"},
    {"history", "version-written", version_zero, "version 0 is written"},
    {"history", "version-overlong", version_overlong, "version 1 in two bytes"},
    {"history", "version-2-overlong", version_two_overlong,
     "version 2 in two bytes: no newer version, but malformed"},
    {"history", "version-as-bytes", version_bytes, "version as bytes"},
    {"history", "version-late", version_late, "version behind the checkpoint"},
    {"history", "commit-late", commit_late, "the commit stands last"},
    {"history", "commit-twice", commit_twice, "the commit stands twice"},
    {"history", "checkpoint-not-utf8", not_utf8, "the checkpoint is not UTF-8"},
    {"history", "checkpoint-nul", with_nul, "the checkpoint holds U+0000"},
    {"history", "checkpoint-surrogate", surrogate, "the checkpoint holds a surrogate"},
    {"history", "checkpoint-written", checkpoint_empty, "an empty checkpoint is written"},
    {"history", "asset-and-lookup", asset_and_lookup, "an asset and a look-up"},
    {"history", "asset-twice", asset_twice, "the asset stands twice"},
    {"history", "subjects-first", subjects_first, "a subject in front of the entries"},
    {"history", "from-written", from_written, "from 0 is written"},
    {"history", "length-overlong", length_overlong, "a length in two bytes"},
    {"history", "length-beyond", length_beyond, "a length that ends behind the bundle"},
    {"earlier", "size-range", index_range, "an earlier size of more than 64 bits"},
    {"history", "entry-empty", entry_empty, "an entry without anything"},
    {"history", "subject-empty", subject_empty, "a subject without anything"},
    {"history", "peak-empty", peaks_empty, "a peak of no bytes"},
};

/* The codec's own rule for bytes that are not canonical; else it is the bundle's. */
static const char *rule_of(vector_maker *maker, pat_span bytes) {
  ProtobufCMessage *message = NULL;
  pat_status status =
      pat_protobuf_decode(&patina__proof_bundle__descriptor, bytes, maker->work, 0, &message, NULL);
  return pat_is_ok(status) ? "verify.bundle" : pat_rule_id((pat_rule)status.rule);
}

static void make_raw(vector_maker *maker, const raw_change *change) {
  const vector_base *base = vector_base_named(maker, change->base);
  raw_mutant raw = {maker, base->bytes};
  change->change(&raw);
  vector_case made = {.id = change->id, .about = change->about, .base = base};
  made.verdict = (vector_verdict){DOES_NOT_MATCH, 31, rule_of(maker, raw.bytes)};
  vector_add(maker, &made, raw.bytes);
}

/* A newer version is not looked into. */
static void make_newer(vector_maker *maker) {
  const struct {
    const char *id;
    pat_span bytes;
  } all[] = {{"newer-alone", PAT_SPAN_LITERAL("\x08\x02")},
             {"newer-unknown", PAT_SPAN_LITERAL("\x08\x03\xff\xff\x00what is this")},
             {"newer-largest", PAT_SPAN_LITERAL("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    vector_case made = {.id = all[i].id,
                        .about = "a newer version, in bytes of which nothing else is known",
                        .base = vector_base_named(maker, "history")};
    made.verdict = (vector_verdict)VECTOR_UNKNOWN(31, "bytes.newer-format");
    vector_add(maker, &made, all[i].bytes);
  }
}

void make_form_vectors(vector_maker *maker) {
  vector_file_begin(maker->run, "form");
  VECTOR_CHANGES(maker, changes);
  for (size_t i = 0; i < sizeof raw_changes / sizeof *raw_changes; i++)
    make_raw(maker, &raw_changes[i]);
  make_newer(maker);
  vector_file_end(maker->run);
}
