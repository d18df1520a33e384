/* V22 and V18: the histories of subjects, and their proofs in the index. */
#include <string.h>

#include "core/base/assert.h"
#include "tests/core/verify/make_bundle_vectors.h"

/* --- histories ------------------------------------------------------------------------------- */

static Patina__SubjectProof *asset(vector_mutant *m) {
  return m->bundle->subjects[vector_asset(m)];
}

static void root_flipped(vector_mutant *m) {
  asset(m)->root = vector_flipped(m, asset(m)->root, 0);
}
static void root_of_other(vector_mutant *m) {
  asset(m)->root = m->bundle->subjects[vector_asset(m) == 0 ? 1 : 0]->root;
}
static void key_flipped(vector_mutant *m) { asset(m)->key = vector_flipped(m, asset(m)->key, 31); }
static void leaf_hash_flipped(vector_mutant *m) {
  Patina__SublogEntry *entry = asset(m)->entries[1];
  entry->leaf_hash = vector_flipped(m, entry->leaf_hash, 5);
}
static void index_other(vector_mutant *m) { asset(m)->entries[1]->index++; }
static void entries_swapped(vector_mutant *m) {
  Patina__SublogEntry *first = asset(m)->entries[1];
  asset(m)->entries[1] = asset(m)->entries[2];
  asset(m)->entries[2] = first;
}
static void entry_twice(vector_mutant *m) {
  asset(m)->entries =
      vector_insert(m, asset(m)->entries, &asset(m)->n_entries, 1, asset(m)->entries[1]);
  asset(m)->count++;
}
static void entry_repeated(vector_mutant *m) { asset(m)->entries[2] = asset(m)->entries[1]; }
static void entry_at_commit(vector_mutant *m) {
  asset(m)->entries[asset(m)->n_entries - 1]->index = m->base->log->count - 1;
}
static void entry_beyond(vector_mutant *m) {
  asset(m)->entries[asset(m)->n_entries - 1]->index = m->base->log->count + 7;
}

/* The last entry, or that at place at, is left out of the list; the count follows. */
static void shorten(vector_mutant *m, size_t at) {
  vector_drop((void **)asset(m)->entries, &asset(m)->n_entries, at);
  asset(m)->count--;
}
static void shorter(vector_mutant *m) { shorten(m, asset(m)->n_entries - 1); }
static void gap(vector_mutant *m) { shorten(m, 2); }
static void beginning(vector_mutant *m) { shorten(m, 0); }

/* As shorter, with the root of the shorter history, and without the entry itself: all that an
 * honest server would have answered before it was logged, but for the path. */
static void truncated(vector_mutant *m) {
  uint64_t index = asset(m)->entries[asset(m)->n_entries - 1]->index;
  shorter(m);
  vector_drop((void **)m->bundle->entries, &m->bundle->n_entries,
              lying_bundle_entry_at(m->bundle, index));
  pat_tlog_range sublog;
  pat_tlog_range_init(&sublog);
  for (size_t i = 0; i < asset(m)->n_entries; i++) {
    pat_hash leaf;
    memcpy(leaf.bytes, asset(m)->entries[i]->leaf_hash.data, PAT_HASH_BYTES);
    PAT_ASSERT(pat_is_ok(pat_index_sublog_append(&sublog, asset(m)->entries[i]->index, &leaf)));
  }
  pat_hash root = pat_tlog_range_root(&sublog);
  asset(m)->root = lying_field(pat_hash_span(&root), m->memory);
}

/* The whole bundle of an earlier moment under today's checkpoint and commit. */
static void yesterday(vector_mutant *m) {
  uint64_t newest = asset(m)->entries[asset(m)->n_entries - 1]->index;
  lying_log *log = lying_log_cut(m->base->log, newest, m->memory);
  const Patina__ProofBundle *old = lying_bundle_make(log, &m->base->request, m->memory);
  m->bundle->n_subjects = old->n_subjects;
  m->bundle->subjects = old->subjects;
  m->bundle->n_entries = old->n_entries;
  m->bundle->entries = old->entries;
  for (size_t i = 0; i < old->n_entries; i++)
    m->bundle->entries[i] =
        lying_bundle_entry(m->base->log, old->entries[i]->entry->index, m->memory);
}

static void drop_entry(vector_mutant *m, size_t at) {
  vector_drop((void **)m->bundle->entries, &m->bundle->n_entries, at);
}
static void without_change(vector_mutant *m) {
  drop_entry(m, vector_entry_of(m, PAT_KIND_ATTRIBUTES_CHANGED, 0));
}
static void without_last(vector_mutant *m) { drop_entry(m, m->bundle->n_entries - 1); }
static void without_grant(vector_mutant *m) {
  drop_entry(m, vector_entry_of(m, PAT_KIND_STANDING_GRANTED, 0));
}
static void without_withdrawal(vector_mutant *m) {
  drop_entry(m, vector_entry_of(m, PAT_KIND_STANDING_WITHDRAWN, 0));
}
static void without_genesis(vector_mutant *m) { drop_entry(m, 0); }
static void without_batch(vector_mutant *m) {
  drop_entry(m, vector_entry_of(m, PAT_KIND_TELEMETRY, 0) + 1);
}
static void without_foreign(vector_mutant *m) {
  drop_entry(m, vector_entry_of(m, PAT_KIND_IDENTIFIER_ASSIGNED, 0));
}
static void without_entries(vector_mutant *m) { m->bundle->n_entries = 0; }

/* An entry of the asset gives way to the next one of another asset. */
static void other_assets_entry(vector_mutant *m) {
  size_t at = vector_entry_of(m, PAT_KIND_ASSET_REGISTERED, 0);
  uint64_t other = lying_log_find(m->base->log, PAT_KIND_ASSET_REGISTERED,
                                  m->bundle->entries[at]->entry->index + 1);
  m->bundle->entries[at] = lying_bundle_entry(m->base->log, other, m->memory);
}

#define GONE VECTOR_UNKNOWN(22, "verify.missing")

static const vector_change changes[] = {
    {"history", "root-flipped", root_flipped, VECTOR_WRONG(22, "index.proof-root"),
     "a bit of a sub-log's root"},
    {"history", "root-of-other", root_of_other, VECTOR_WRONG(22, "index.proof-root"),
     "the root of another subject"},
    {"history", "subject-key-flipped", key_flipped, VECTOR_WRONG(22, "index.proof-root"),
     "the last bit of a subject's key"},
    {"history", "leaf-hash-flipped", leaf_hash_flipped, VECTOR_WRONG(22, "verify.chain"),
     "a bit of a listed leaf hash"},
    {"history", "listed-index", index_other, VECTOR_WRONG(22, "verify.chain"),
     "a listed index too large by one"},
    {"history", "listed-swapped", entries_swapped, VECTOR_WRONG(18, "verify.chain"),
     "two listed entries are swapped"},
    {"history", "listed-twice", entry_twice, VECTOR_WRONG(22, "index.proof-root"),
     "an entry is listed twice, and counted"},
    {"history", "listed-repeated", entry_repeated, VECTOR_WRONG(18, "verify.chain"),
     "an entry is listed in the place of the next"},
    {"history", "listed-at-commit", entry_at_commit, VECTOR_WRONG(18, "verify.chain"),
     "the commit's own index is listed"},
    {"history", "listed-beyond", entry_beyond, VECTOR_WRONG(18, "verify.chain"),
     "an index beyond the log is listed"},
    {"history", "listed-shorter", shorter, VECTOR_WRONG(22, "index.proof-root"),
     "the last entry is not listed, nor counted"},
    {"history", "listed-gap", gap, VECTOR_WRONG(22, "index.proof-root"),
     "an entry amid a history is not listed, nor counted"},
    {"history", "listed-beginning", beginning, VECTOR_WRONG(22, "index.proof-root"),
     "the first entry is not listed, nor counted"},
    {"history", "truncated", truncated, VECTOR_WRONG(22, "index.proof-root"),
     "a history without its last entry, with the count and root of the shorter one"},
    {"history", "yesterday", yesterday, VECTOR_WRONG(22, NULL),
     "everything of an earlier moment, under the newest checkpoint"},
    {"history", "without-change", without_change, GONE, "a listed entry is not there"},
    {"history", "without-last", without_last, GONE, "the last entry is not there"},
    {"history", "without-grant", without_grant, GONE, "a grant is not there"},
    {"grants", "without-withdrawal", without_withdrawal, GONE, "a withdrawal is not there"},
    {"history", "without-genesis", without_genesis, GONE, "the genesis is not there"},
    {"devices", "without-batch", without_batch, GONE, "a batch is not there"},
    {"moved-to", "without-foreign", without_foreign, GONE,
     "the assignment to the other asset is not there"},
    {"lookup-moved", "without-foreign", without_foreign, GONE, "an assignment is not there"},
    {"history", "without-entries", without_entries, GONE, "no entries"},
    {"identified", "entry-of-other", other_assets_entry, GONE,
     "the registration of another asset in the place of this one's"},
};

void make_subject_vectors(vector_maker *maker) {
  vector_file_begin(maker->run, "subject");
  VECTOR_CHANGES(maker, changes);
  vector_file_end(maker->run);
}
