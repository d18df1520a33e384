/* Lies of the index: lists that do not say what the leaves say, under a root that fits them. */
#include "tests/core/verify/make_bundle_vectors.h"

/* The first entry of the class: a publication. */
static uint64_t publication(vector_liar *l) {
  return lying_log_find(l->log, PAT_KIND_CLASS_PUBLISHED, 0);
}
static void omitted(vector_liar *l, size_t n) {
  pat_hash key = vector_asset_key(l);
  lying_log_unlist(l->log, &key, vector_asset_entry(l, n));
}
static void second_omitted(vector_liar *l) { omitted(l, 1); }
static void first_omitted(vector_liar *l) { omitted(l, 0); }
static void all_omitted(vector_liar *l) {
  pat_hash key = vector_asset_key(l);
  while (lying_log_subject(l->log, &key) != NULL)
    omitted(l, 0);
}
static void other_assets_entry(vector_liar *l) {
  pat_hash key = vector_asset_key(l);
  uint64_t other = lying_log_find(l->log, PAT_KIND_ASSET_REGISTERED, vector_asset_entry(l, 0) + 1);
  lying_log_list(l->log, &key, other);
}
static void in_place_of_other(vector_liar *l) {
  uint64_t own = vector_asset_entry(l, 1);
  pat_hash key = vector_asset_key(l);
  other_assets_entry(l);
  lying_log_unlist(l->log, &key, own);
}
static void list_swapped(vector_liar *l) {
  pat_hash key = vector_asset_key(l);
  lying_subject *subject = lying_log_own(l->log, &key);
  uint64_t first = subject->indexes[1];
  subject->indexes[1] = subject->indexes[2];
  subject->indexes[2] = first;
}
static void list_twice(vector_liar *l) {
  pat_hash key = vector_asset_key(l);
  lying_log_list(l->log, &key, vector_asset_entry(l, 1));
}
static void list_commit(vector_liar *l) {
  pat_hash key = vector_asset_key(l);
  lying_log_list(l->log, &key, l->log->count - 1);
}
static void list_beyond(vector_liar *l) {
  pat_hash key = vector_asset_key(l);
  lying_log_list(l->log, &key, l->log->count + 3);
}
static void misheard(vector_liar *l) { l->log->misheard = vector_asset_entry(l, 1); }
/* Amid the asset's history, where proofs of the list still hold. */
static void list_beyond_first(vector_liar *l) {
  pat_hash key = vector_asset_key(l);
  lying_subject *subject = lying_log_own(l->log, &key);
  subject->indexes[0] = l->log->count + 3;
}
static void policy_twice(vector_liar *l) {
  pat_hash key = pat_subject_key(PAT_SUBJECT_POLICY, PAT_SPAN_LITERAL("test"));
  lying_log_list(l->log, &key, publication(l));
}
static void policy_none(vector_liar *l) {
  pat_hash key = pat_subject_key(PAT_SUBJECT_POLICY, PAT_SPAN_LITERAL("test"));
  lying_log_unlist(l->log, &key, 0);
}
static void classes_swapped(vector_liar *l) {
  pat_hash vehicle = pat_subject_key(PAT_SUBJECT_CLASS, PAT_SPAN_LITERAL("vehicle"));
  pat_hash painting = pat_subject_key(PAT_SUBJECT_CLASS, PAT_SPAN_LITERAL("painting"));
  uint64_t first = lying_log_subject(l->log, &vehicle)->indexes[0];
  uint64_t second = lying_log_subject(l->log, &painting)->indexes[0];
  lying_log_own(l->log, &vehicle)->indexes[0] = second;
  lying_log_own(l->log, &painting)->indexes[0] = first;
}
/* The device's history no longer tells of its binding, which the asset's does. */
static void binding_omitted(vector_liar *l) {
  pat_hash key = vector_principal_key(l, DEVICE);
  lying_log_unlist(l->log, &key, lying_log_find(l->log, PAT_KIND_DEVICE_BOUND, 0));
}

#define CHAIN VECTOR_WRONG(18, "verify.chain")

static const vector_lie lies[] = {
    {"history", "liar-second-omitted", second_omitted, CHAIN,
     "the second entry is not in the index", false},
    {"history", "liar-first-omitted", first_omitted, CHAIN, "the first entry is not in the index",
     false},
    {"history", "liar-all-omitted", all_omitted, VECTOR_MATCHES,
     "the whole asset is not in the index: for its submitters and an auditor to see", false},
    {"identified", "liar-other-assets-entry", other_assets_entry, CHAIN,
     "the index lists another asset's entry", false},
    {"identified", "liar-in-place-of-other", in_place_of_other, CHAIN,
     "the index lists another asset's entry in the place of an own one", false},
    {"history", "liar-list-swapped", list_swapped, CHAIN, "the index lists entries out of order",
     false},
    {"history", "liar-list-twice", list_twice, CHAIN, "the index lists an entry twice", false},
    {"history", "liar-list-commit", list_commit, CHAIN, "the index lists the commit", false},
    {"history", "liar-list-beyond", list_beyond, CHAIN, "the index lists what is not there yet",
     false},
    {"history", "liar-list-beyond-first", list_beyond_first, CHAIN,
     "the index lists what is not there yet, first", false},
    {"history", "liar-misheard", misheard, VECTOR_WRONG(22, "verify.chain"),
     "the index lists another leaf hash than the entry has", false},
    {"history", "liar-policy-twice", policy_twice, CHAIN,
     "the index lists something else under the policy", false},
    {"history", "liar-policy-none", policy_none, VECTOR_WRONG(32, "verify.bundle"),
     "the index does not list the policy", false},
    {"history", "liar-classes-swapped", classes_swapped, CHAIN,
     "the index has two classes in each other's place", false},
    {"devices", "liar-binding-omitted", binding_omitted, CHAIN,
     "the index leaves a binding out of the device's history", false},
};

void make_lying_index_vectors(vector_maker *maker) {
  vector_file_begin(maker->run, "lying-index");
  VECTOR_LIES(maker, lies);
  vector_file_end(maker->run);
}
