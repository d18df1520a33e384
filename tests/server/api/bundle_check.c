#include "tests/server/api/bundle_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "core/envelope/entry.h"
#include "core/index/proof.h"
#include "core/tlog/hash.h"

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

static pat_hash hash_of(ProtobufCBinaryData field) {
  pat_hash hash;
  assert_int_equal(field.len, sizeof(hash.bytes));
  memcpy(hash.bytes, field.data, sizeof(hash.bytes));
  return hash;
}

static void check_ok(pat_status status, const char *what) {
  if (!pat_is_ok(status)) fail_msg("%s: %s", what, pat_rule_id((pat_rule)status.rule));
}

pat_hash bundle_check_root(ProtobufCBinaryData leaf, pat_arena *arena, uint64_t *ret_covered) {
  Patina__LogEntry *entry = NULL;
  check_ok(pat_entry_decode(span_of(leaf), arena, &entry, NULL), "commit");
  assert_int_equal(entry->entry_case, PATINA__LOG_ENTRY__ENTRY_COMMIT);
  *ret_covered = entry->commit->covered_size;
  return hash_of(entry->commit->index_root);
}

/* --- one subject ----------------------------------------------------------------------------- */

static void check_absent(const Patina__SubjectProof *subject, const pat_hash *index_root) {
  pat_hash key = hash_of(subject->key);
  assert_int_equal(subject->root.len, 0);
  assert_int_equal(subject->n_entries, 0);
  assert_int_equal(subject->n_peaks, 0);
  check_ok(pat_index_absence_verify(index_root, &key, span_of(subject->path)), "absence");
}

static pat_tlog_range range_before(const Patina__SubjectProof *subject) {
  pat_hash peaks[PAT_TLOG_PEAKS_MAX];
  assert_true(subject->n_peaks <= PAT_TLOG_PEAKS_MAX);
  for (size_t i = 0; i < subject->n_peaks; i++)
    peaks[i] = hash_of(subject->peaks[i]);
  pat_tlog_range range;
  pat_span bytes = pat_span_make(peaks, subject->n_peaks * sizeof(peaks[0]));
  check_ok(pat_tlog_range_decode(subject->from, bytes, &range), "peaks");
  return range;
}

void bundle_check_subject(const Patina__SubjectProof *subject, const pat_hash *index_root) {
  if (subject->count == 0) {
    check_absent(subject, index_root);
    return;
  }
  pat_hash key = hash_of(subject->key);
  pat_index_value value = {subject->count, hash_of(subject->root)};
  check_ok(pat_index_presence_verify(index_root, &key, &value, span_of(subject->path)), "presence");
  pat_tlog_range range = range_before(subject);
  for (size_t i = 0; i < subject->n_entries; i++) {
    const Patina__SublogEntry *entry = subject->entries[i];
    if (i > 0) assert_true(entry->index > subject->entries[i - 1]->index);
    pat_hash leaf = hash_of(entry->leaf_hash);
    check_ok(pat_index_sublog_append(&range, entry->index, &leaf), "sub-log");
  }
  assert_int_equal(range.size, subject->count);
  pat_hash root = pat_tlog_range_root(&range);
  assert_memory_equal(root.bytes, value.root.bytes, sizeof(root.bytes));
}

/* --- the whole ------------------------------------------------------------------------------- */

const Patina__ProvenEntry *bundle_check_entry(const Patina__ProofBundle *bundle, uint64_t index) {
  for (size_t i = 0; i < bundle->n_entries; i++) {
    if (bundle->entries[i]->entry->index == index) return bundle->entries[i];
  }
  return NULL;
}

const Patina__SubjectProof *bundle_check_find(const Patina__ProofBundle *bundle,
                                              pat_subject_kind kind, pat_span id) {
  pat_hash key = pat_subject_key(kind, id);
  for (size_t i = 0; i < bundle->n_subjects; i++) {
    if (memcmp(bundle->subjects[i]->key.data, key.bytes, sizeof(key.bytes)) == 0) {
      return bundle->subjects[i];
    }
  }
  return NULL;
}

static bool is_listed(const Patina__ProofBundle *bundle, uint64_t index) {
  for (size_t i = 0; i < bundle->n_subjects; i++) {
    const Patina__SubjectProof *subject = bundle->subjects[i];
    for (size_t j = 0; j < subject->n_entries; j++) {
      if (subject->entries[j]->index == index) return true;
    }
  }
  return false;
}

/* Each listed entry stands in the bundle, with the leaf that the sub-log commits to. */
static void check_entries(const Patina__ProofBundle *bundle, const Patina__SubjectProof *subject) {
  for (size_t i = 0; i < subject->n_entries; i++) {
    const Patina__ProvenEntry *proven = bundle_check_entry(bundle, subject->entries[i]->index);
    assert_non_null(proven);
    pat_hash leaf = pat_tlog_leaf_hash(span_of(proven->leaf));
    assert_memory_equal(leaf.bytes, subject->entries[i]->leaf_hash.data, sizeof(leaf.bytes));
  }
}

static void check_order(const Patina__ProofBundle *bundle) {
  for (size_t i = 0; i < bundle->n_entries; i++) {
    if (i > 0) assert_true(bundle->entries[i]->entry->index > bundle->entries[i - 1]->entry->index);
    assert_int_equal(bundle->entries[i]->entry->n_sources, 0);
    if (!is_listed(bundle, bundle->entries[i]->entry->index)) fail_msg("an entry of nobody");
  }
  for (size_t i = 1; i < bundle->n_subjects; i++) {
    assert_true(pat_span_compare(span_of(bundle->subjects[i - 1]->key),
                                 span_of(bundle->subjects[i]->key)) < 0);
  }
}

void bundle_check_whole(const Patina__ProofBundle *bundle, pat_arena *arena) {
  assert_int_equal(bundle->version, 1);
  check_order(bundle);
  uint64_t covered = 0;
  pat_hash root = bundle_check_root(bundle->commit->leaf, arena, &covered);
  for (size_t i = 0; i < bundle->n_subjects; i++) {
    const Patina__SubjectProof *subject = bundle->subjects[i];
    assert_int_equal(subject->from, 0);
    assert_int_equal(subject->n_entries, subject->count);
    bundle_check_subject(subject, &root);
    check_entries(bundle, subject);
  }
  assert_true(bundle->n_entries > 0);
  assert_int_equal(bundle->entries[0]->entry->index, 0);
  assert_true(bundle->entries[bundle->n_entries - 1]->entry->index < covered);
}
