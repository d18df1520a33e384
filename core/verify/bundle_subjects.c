/* Steps 5 and 13: subjects (V22, V18) and the closure (V32). */
#include "core/base/assert.h"
#include "core/index/proof.h"
#include "core/verify/bundle_internal.h"

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

static pat_hash hash_of_field(ProtobufCBinaryData field) {
  pat_hash hash;
  pat_span_copy(hash.bytes, sizeof hash.bytes, span_of(field));
  return hash;
}

/* --- finding --------------------------------------------------------------------------------- */

pat_status pat_bundle__open(pat_bundle__run *run) {
  run->entry_count = run->bundle->n_entries;
  run->subject_count = run->bundle->n_subjects;
  run->entries = pat_arena_take_array(run->arena, run->entry_count, sizeof *run->entries);
  run->subjects = pat_arena_take_array(run->arena, run->subject_count, sizeof *run->subjects);
  PAT_REQUIRE(run->entries != NULL && run->subjects != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < run->subject_count; i++) {
    pat_bundle__subject *subject = &run->subjects[i];
    subject->proof = run->bundle->subjects[i];
    subject->key = hash_of_field(subject->proof->key);
    subject->places =
        pat_arena_take_array(run->arena, subject->proof->n_entries, sizeof *subject->places);
    PAT_REQUIRE(subject->places != NULL, LIMIT_MEMORY);
  }
  return PAT_OK;
}

pat_bundle__subject *pat_bundle__find(const pat_bundle__run *run, pat_span key) {
  size_t low = 0;
  size_t high = run->subject_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = pat_span_compare(pat_hash_span(&run->subjects[middle].key), key);
    if (order == 0) return &run->subjects[middle];
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return NULL;
}

pat_status pat_bundle__ask(pat_bundle__run *run, const pat_hash *key,
                           pat_bundle__subject **ret_subject) {
  pat_bundle__subject *subject = pat_bundle__find(run, pat_hash_span(key));
  if (subject == NULL) {
    run->check = PAT_CHECK_COMPLETENESS;
    pat_status missing = pat_refuse_at(PAT_RULE_VERIFY_MISSING, run->err, 0, "subjects");
    pat_bundle__note(run, "subject",
                     (pat_bundle_step){.key = pat_hash_span(key), .verdict = missing});
    return missing;
  }
  subject->is_asked = true;
  *ret_subject = subject;
  return PAT_OK;
}

/* Where the entry with this log index stands in the bundle; entry_count where it does not. */
static size_t place_of(const pat_bundle__run *run, uint64_t index) {
  size_t low = 0;
  size_t high = run->entry_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (run->entries[middle].verified.index < index) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  bool found = low < run->entry_count && run->entries[low].verified.index == index;
  return found ? low : run->entry_count;
}

const pat_verified_entry *pat_bundle__entry_of(const pat_bundle__run *run,
                                               const pat_bundle__subject *subject, size_t n) {
  PAT_ASSERT(n < subject->proof->n_entries);
  return &run->entries[subject->places[n]].verified;
}

bool pat_bundle__lists(const pat_bundle__subject *subject, uint64_t index) {
  size_t low = 0;
  size_t high = subject->proof->n_entries;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    uint64_t listed = subject->proof->entries[middle]->index;
    if (listed == index) return true;
    if (listed < index) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return false;
}

/* --- one subject ----------------------------------------------------------------------------- */

static pat_status check_path(pat_bundle__run *run, const pat_bundle__subject *subject) {
  run->check = PAT_CHECK_COMPLETENESS;
  const Patina__SubjectProof *proof = subject->proof;
  pat_index_value value = {.count = proof->count};
  pat_status verdict;
  if (proof->count == 0) {
    verdict = pat_index_absence_verify(&run->index_root, &subject->key, span_of(proof->path));
  } else {
    value.root = hash_of_field(proof->root);
    verdict =
        pat_index_presence_verify(&run->index_root, &subject->key, &value, span_of(proof->path));
  }
  return pat_bundle__tell(run, proof->count == 0 ? "absence" : "presence",
                          (pat_bundle_step){.key = pat_hash_span(&subject->key),
                                            .bytes = span_of(proof->path),
                                            .number = proof->count,
                                            .expected = pat_hash_span(&run->index_root),
                                            .verdict = verdict});
}

static pat_status check_order(pat_bundle__run *run, const Patina__SubjectProof *proof) {
  run->check = PAT_CHECK_CHAIN;
  for (size_t i = 0; i < proof->n_entries; i++) {
    uint64_t index = proof->entries[i]->index;
    bool ascends = i == 0 || proof->entries[i - 1]->index < index;
    PAT_REQUIRE_AT(ascends, VERIFY_CHAIN, run->err, i, "subjects.entries.index");
    PAT_REQUIRE_AT(index < run->commit_index, VERIFY_CHAIN, run->err, i, "subjects.entries.index");
  }
  return PAT_OK;
}

static pat_status check_sublog(pat_bundle__run *run, const pat_bundle__subject *subject) {
  run->check = PAT_CHECK_COMPLETENESS;
  const Patina__SubjectProof *proof = subject->proof;
  if (proof->count == 0) return PAT_OK;
  pat_tlog_range sublog;
  pat_tlog_range_init(&sublog);
  for (size_t i = 0; i < proof->n_entries; i++) {
    pat_hash leaf = hash_of_field(proof->entries[i]->leaf_hash);
    PAT_TRY(pat_index_sublog_append(&sublog, proof->entries[i]->index, &leaf));
  }
  pat_hash root = pat_tlog_range_root(&sublog);
  bool same = pat_span_equal(pat_hash_span(&root), span_of(proof->root));
  pat_status verdict =
      same ? PAT_OK : pat_refuse_at(PAT_RULE_VERIFY_CHAIN, run->err, 0, "subjects.root");
  return pat_bundle__tell(run, "sub-log",
                          (pat_bundle_step){.key = pat_hash_span(&subject->key),
                                            .number = proof->count,
                                            .computed = pat_hash_span(&root),
                                            .expected = span_of(proof->root),
                                            .verdict = verdict});
}

/* Entry n that the subject lists: it is here, it is this leaf, and the leaf says the same. */
static pat_status check_listed(pat_bundle__run *run, pat_bundle__subject *subject, size_t n) {
  run->check = PAT_CHECK_COMPLETENESS;
  const Patina__SublogEntry *listed = subject->proof->entries[n];
  size_t place = place_of(run, listed->index);
  PAT_REQUIRE_AT(place < run->entry_count, VERIFY_MISSING, run->err, (size_t)listed->index,
                 "entries");
  pat_bundle__entry *entry = &run->entries[place];
  bool same = pat_span_equal(pat_hash_span(&entry->verified.leaf_hash), span_of(listed->leaf_hash));
  PAT_REQUIRE_AT(same, VERIFY_CHAIN, run->err, (size_t)listed->index, "subjects.entries.leaf_hash");
  run->check = PAT_CHECK_CHAIN;
  uint64_t previous = n > 0 ? subject->proof->entries[n - 1]->index : 0;
  PAT_TRY(pat_verify_link(entry->verified.entry, &subject->key, n, previous, run->err));
  entry->is_listed = true;
  subject->places[n] = (uint32_t)place;
  return PAT_OK;
}

static pat_status check_subject(pat_bundle__run *run, pat_bundle__subject *subject) {
  PAT_TRY(check_path(run, subject));
  PAT_TRY(check_order(run, subject->proof));
  PAT_TRY(check_sublog(run, subject));
  for (size_t n = 0; n < subject->proof->n_entries; n++) {
    PAT_TRY(pat_bundle__tell(run, "listed entry",
                             (pat_bundle_step){.has_index = true,
                                               .index = subject->proof->entries[n]->index,
                                               .key = pat_hash_span(&subject->key),
                                               .number = n,
                                               .verdict = check_listed(run, subject, n)}));
  }
  return PAT_OK;
}

pat_status pat_bundle__subjects(pat_bundle__run *run) {
  for (size_t i = 0; i < run->subject_count; i++) {
    PAT_TRY(check_subject(run, &run->subjects[i]));
  }
  return PAT_OK;
}

/* --- the closure ----------------------------------------------------------------------------- */

/* The genesis brought the policy, and nothing has changed it. */
static pat_status check_policy(pat_bundle__run *run) {
  pat_hash key = pat_subject_key(PAT_SUBJECT_POLICY, pat_span_text(run->genesis->policy->name));
  pat_bundle__subject *subject = NULL;
  PAT_TRY(pat_bundle__ask(run, &key, &subject));
  bool only = subject->proof->count == 1 && subject->proof->entries[0]->index == 0;
  PAT_REQUIRE_AT(only, VERIFY_BUNDLE, run->err, 0, "policy");
  return PAT_OK;
}

/* What a leaf says of a subject of the bundle, the index must say too. */
static pat_status check_links(pat_bundle__run *run, const pat_verified_entry *verified) {
  for (size_t i = 0; i < verified->entry->n_subjects; i++) {
    const Patina__SubjectLink *link = verified->entry->subjects[i];
    const pat_bundle__subject *subject = pat_bundle__find(run, span_of(link->key));
    if (subject == NULL) continue;
    bool listed = link->seq < subject->proof->n_entries &&
                  subject->proof->entries[link->seq]->index == verified->index;
    PAT_REQUIRE_AT(listed, VERIFY_CHAIN, run->err, (size_t)verified->index, "subjects.key");
  }
  return PAT_OK;
}

static pat_status check_use(pat_bundle__run *run) {
  PAT_TRY(check_policy(run));
  for (size_t i = 0; i < run->subject_count; i++) {
    PAT_REQUIRE_AT(run->subjects[i].is_asked, VERIFY_BUNDLE, run->err, i, "subjects");
  }
  for (size_t i = 0; i < run->entry_count; i++) {
    PAT_REQUIRE_AT(run->entries[i].is_listed, VERIFY_BUNDLE, run->err,
                   (size_t)run->entries[i].verified.index, "entries");
  }
  return PAT_OK;
}

pat_status pat_bundle__closure(pat_bundle__run *run) {
  run->check = PAT_CHECK_CLOSURE;
  pat_status verdict = check_use(run);
  PAT_TRY(pat_bundle__tell(run, "closure",
                           (pat_bundle_step){.number = run->subject_count, .verdict = verdict}));
  run->check = PAT_CHECK_CHAIN;
  for (size_t i = 0; i < run->entry_count; i++) {
    PAT_TRY(check_links(run, &run->entries[i].verified));
  }
  return PAT_OK;
}
