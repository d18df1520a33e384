/* What is wrong with several pages, and pages of logs and indexes that lie. */
#include <string.h>

#include "core/base/assert.h"
#include "tests/core/verify/make_page_vectors.h"

static Patina__SubjectProof *subject(page_scene *s, size_t page) { return s->pages[page].subject; }

/* --- walks ----------------------------------------------------------------------------------- */

static void first_alone(page_scene *s) { s->count = 1; }
static void last_missing(page_scene *s) { s->count--; }
static void one_alone(page_scene *s, size_t page) {
  s->pages[0] = s->pages[page];
  s->count = 1;
}
static void last_alone(page_scene *s) { one_alone(s, s->count - 1); }
static void middle_alone(page_scene *s) { one_alone(s, 1); }
static void begins_later(page_scene *s) {
  memmove(&s->pages[0], &s->pages[1], (s->count - 1) * sizeof *s->pages);
  s->count--;
}
static void middle_missing(page_scene *s) {
  memmove(&s->pages[1], &s->pages[2], (s->count - 2) * sizeof *s->pages);
  s->count--;
}
static void middle_twice(page_scene *s) {
  PAT_ASSERT(s->count < PAGE_PAGES_MAX);
  memmove(&s->pages[2], &s->pages[1], (s->count - 1) * sizeof *s->pages);
  s->count++;
}
static void pages_swapped(page_scene *s) {
  vector_page page = s->pages[0];
  s->pages[0] = s->pages[1];
  s->pages[1] = page;
}
static void overlaps(page_scene *s) { s->pages[1] = page_of(s, s->log, 3, 4); }
static void leaves_gap(page_scene *s) { s->pages[1] = page_of(s, s->log, 5, 3); }
static void ends_empty(page_scene *s) {
  Patina__SubjectProof *last = subject(s, s->count - 1);
  s->pages[s->count] = page_of(s, s->log, last->from + last->n_entries, 0);
  s->count++;
}
static void last_cut(page_scene *s) { subject(s, s->count - 1)->n_entries = 0; }

/* Four entries and two have one peak each; eight and four too. */
static void prefix_misstated(page_scene *s) { subject(s, 1)->from = 2; }
static void last_prefix_misstated(page_scene *s) { subject(s, 2)->from = 4; }
static void prefix_of_one_page(page_scene *s) {
  last_alone(s);
  subject(s, 0)->from = 4;
}
static void peak_flipped(page_scene *s) {
  subject(s, 1)->peaks[0] = vector_flipped(&s->tool, subject(s, 1)->peaks[0], 4);
}
static void peak_shorter(page_scene *s) {
  subject(s, 1)->peaks[0] = vector_resized(&s->tool, subject(s, 1)->peaks[0], -1);
}
static void peaks_none(page_scene *s) { subject(s, 1)->n_peaks = 0; }
/* The page before is another than that of which the next one has the peaks. */
static void first_page_lies(page_scene *s) {
  Patina__SublogEntry *entry = subject(s, 0)->entries[1];
  entry->leaf_hash = vector_flipped(&s->tool, entry->leaf_hash, 0);
}
/* So consistently that only the last page's root is against it. */
static void all_pages_lie(page_scene *s) {
  pat_tlog_range range;
  pat_tlog_range_init(&range);
  first_page_lies(s);
  for (size_t page = 0; page < s->count; page++) {
    Patina__SubjectProof *said = subject(s, page);
    for (size_t i = 0; i < said->n_peaks; i++)
      said->peaks[i] = lying_field(pat_hash_span(&range.peaks[i]), s->memory);
    for (size_t i = 0; i < said->n_entries; i++) {
      pat_hash leaf;
      memcpy(leaf.bytes, said->entries[i]->leaf_hash.data, PAT_HASH_BYTES);
      PAT_ASSERT(pat_is_ok(pat_index_sublog_append(&range, said->entries[i]->index, &leaf)));
    }
  }
}

/* --- walks over a log that grows -------------------------------------------------------------- */

/* The first page is of an older checkpoint, with fewer entries in all. */
static void grew(page_scene *s) {
  lying_log *older = vector_base_named(s->maker, "history")->log;
  s->pages[0] = page_of(s, older, 0, PAGE_ENTRIES);
}
static void ends_older(page_scene *s) {
  lying_log *older = vector_base_named(s->maker, "history")->log;
  s->pages[1] = page_of(s, older, PAGE_ENTRIES, 3);
  s->count = 2;
}
static void absent_at_first(page_scene *s) {
  lying_log *older = lying_log_cut(vector_base_named(s->maker, "minimal")->log, 2, s->memory);
  vector_page absent = page_of(s, older, 0, 0);
  page_whole_again(s);
  s->pages[1] = s->pages[0];
  s->pages[0] = absent;
  s->count = 2;
}

/* --- lies of the index ----------------------------------------------------------------------- */

static void list_last(page_scene *s, uint64_t index) {
  lying_subject *own = lying_log_own(s->log, &s->key);
  own->indexes[own->count - 1] = index;
  lying_log_recommit(s->log);
  page_whole_again(s);
}
static void listed_commit(page_scene *s) { list_last(s, s->log->count - 1); }
static void listed_beyond(page_scene *s) { list_last(s, s->log->count + 7); }
static void swap(page_scene *s, size_t at) {
  lying_subject *own = lying_log_own(s->log, &s->key);
  uint64_t index = own->indexes[at];
  own->indexes[at] = own->indexes[at + 1];
  own->indexes[at + 1] = index;
  lying_log_recommit(s->log);
}
static void listed_swapped(page_scene *s) {
  swap(s, 1);
  page_whole_again(s);
}
/* Each page ascends; the second one begins below the end of the first. */
static void listed_across(page_scene *s) {
  swap(s, PAGE_ENTRIES - 1);
  page_walk_again(s);
}
static void unlisted(page_scene *s) {
  lying_log_unlist(s->log, &s->key, lying_log_subject(s->log, &s->key)->indexes[3]);
  lying_log_recommit(s->log);
  page_walk_again(s);
}

/* --- lies of the log ------------------------------------------------------------------------- */

static uint64_t commit_before(const page_scene *s) {
  uint64_t at = s->log->count - 2;
  while (s->log->leaves[at].statement.size > 0)
    at--;
  return at;
}
/* The record of an older commit, beside a fresh checkpoint. */
static void stale_commit(page_scene *s) {
  s->pages[0].extra.commit = lying_field(s->log->leaves[commit_before(s)].bytes, s->memory);
}
static void stale_commit_proven(page_scene *s) {
  uint64_t at = commit_before(s);
  stale_commit(s);
  s->pages[0].file = vector_receipt(s->log, at, s->memory);
}
/* Of its own, to be changed. */
static Patina__IndexCommit *last_commit(page_scene *s) {
  lying_log_recommit(s->log);
  return s->log->leaves[s->log->count - 1].message->commit;
}
/* The page says of its subject what it said, and shows the last leaf as it is now. */
static void show_last(page_scene *s) {
  uint64_t last = s->log->count - 1;
  s->pages[0].file = vector_receipt(s->log, last, s->memory);
  s->pages[0].extra.commit = lying_field(s->log->leaves[last].bytes, s->memory);
}
static void rewrite(page_scene *s) {
  lying_log_rewrite(s->log, s->log->count - 1);
  show_last(s);
}
/* The log repeats an older commit as its last leaf. */
static void stale_logged(page_scene *s) {
  *last_commit(s) = *s->log->leaves[commit_before(s)].message->commit;
  rewrite(s);
}
static void covers_less(page_scene *s) {
  last_commit(s)->covered_size--;
  rewrite(s);
}
static void other_log_root(page_scene *s) {
  Patina__IndexCommit *commit = last_commit(s);
  commit->log_root = vector_flipped(&s->tool, commit->log_root, 0);
  rewrite(s);
}
static void other_index_root(page_scene *s) {
  Patina__IndexCommit *commit = last_commit(s);
  commit->index_root = vector_flipped(&s->tool, commit->index_root, 0);
  rewrite(s);
}
static void no_commit_last(page_scene *s) {
  uint64_t at = lying_log_subject(s->log, &s->key)->indexes[2];
  lying_log_put(s->log, s->log->count - 1, s->log->leaves[at].bytes);
  show_last(s);
}

#define OPEN   VECTOR_UNPROVEN(22, "verify.missing")
#define CHAIN  VECTOR_WRONG(22, "verify.chain")
#define COMMIT VECTOR_WRONG(10, "verify.view")

static const page_change changes[] = {
    {"walk", PAGE_WALK, NULL, VECTOR_MATCHES, "a history of nine entries on three pages"},
    {"walk-ends-empty", PAGE_WALK, ends_empty, VECTOR_MATCHES, "a last page without entries"},
    {"walk-grew", PAGE_WALK, grew, VECTOR_MATCHES, "the log grew behind the first page"},
    {"walk-absent-at-first", PAGE_WALK, absent_at_first, VECTOR_MATCHES,
     "nothing was recorded yet when the first page was asked for"},
    {"walk-ends-older", PAGE_WALK, ends_older, VECTOR_MATCHES,
     "the last page is of an older checkpoint: complete there"},
    {"walk-first-alone", PAGE_WALK, first_alone, OPEN, "no page behind the first"},
    {"walk-last-missing", PAGE_WALK, last_missing, OPEN, "the last page does not come"},
    {"walk-last-cut", PAGE_WALK, last_cut, OPEN, "the last page lists nothing"},
    {"walk-last-alone", PAGE_WALK, last_alone, OPEN, "the last page alone"},
    {"walk-middle-alone", PAGE_WALK, middle_alone, OPEN, "a page of the middle alone"},
    {"walk-begins-later", PAGE_WALK, begins_later, OPEN, "the first page does not come"},
    {"walk-middle-missing", PAGE_WALK, middle_missing, CHAIN, "the page between is left out"},
    {"walk-middle-twice", PAGE_WALK, middle_twice, CHAIN, "a page twice"},
    {"walk-swapped", PAGE_WALK, pages_swapped, CHAIN, "two pages change places"},
    {"walk-overlaps", PAGE_WALK, overlaps, CHAIN, "the second page repeats an entry"},
    {"walk-gap", PAGE_WALK, leaves_gap, CHAIN, "the second page leaves an entry out"},
    {"prefix-misstated", PAGE_WALK, prefix_misstated, CHAIN,
     "a smaller prefix, of as many peaks, with these peaks"},
    {"prefix-misstated-last", PAGE_WALK, last_prefix_misstated, CHAIN,
     "a smaller prefix on the last page, of as many peaks, with these peaks"},
    {"prefix-misstated-alone", PAGE_WALK, prefix_of_one_page, OPEN,
     "a smaller prefix on a page by itself: it does not reach the end"},
    {"peak-flipped", PAGE_WALK, peak_flipped, CHAIN, "a bit of a peak"},
    {"peak-shorter", PAGE_WALK, peak_shorter, CHAIN, "a peak of 31 bytes"},
    {"peaks-none", PAGE_WALK, peaks_none, CHAIN, "no peaks on the second page"},
    {"first-page-lies", PAGE_WALK, first_page_lies, CHAIN,
     "another leaf hash on the first page: the next one does not join"},
    {"all-pages-lie", PAGE_WALK, all_pages_lie, CHAIN,
     "another leaf hash on the first page, and peaks that fit it: the last root does not"},
    {"listed-commit", PAGE_WHOLE, listed_commit, CHAIN, "the index lists its own commit"},
    {"listed-beyond", PAGE_WHOLE, listed_beyond, CHAIN,
     "the index lists a place beyond what its commit covers"},
    {"listed-swapped", PAGE_WHOLE, listed_swapped, CHAIN, "the index lists out of order"},
    {"listed-across", PAGE_WALK, listed_across, CHAIN,
     "the index lists out of order, where a page ends"},
    {"unlisted", PAGE_WALK, unlisted, VECTOR_MATCHES,
     "an entry that the index left out: a page cannot show that, an auditor does"},
    {"commit-stale", PAGE_WHOLE, stale_commit, VECTOR_WRONG(10, "tlog.inclusion-root"),
     "an older commit's record beside a fresh checkpoint"},
    {"commit-stale-proven", PAGE_WHOLE, stale_commit_proven, COMMIT,
     "an older commit's record with its own path to a fresh checkpoint"},
    {"commit-stale-logged", PAGE_WHOLE, stale_logged, COMMIT,
     "the last leaf is an older commit once more"},
    {"commit-covers-less", PAGE_WHOLE, covers_less, COMMIT, "the commit names another place"},
    {"commit-log-root", PAGE_WHOLE, other_log_root, COMMIT, "the commit names another log"},
    {"commit-index-root", PAGE_WHOLE, other_index_root, VECTOR_WRONG(22, "index.proof-root"),
     "the commit names another index"},
    {"commit-none", PAGE_WHOLE, no_commit_last, COMMIT, "the last leaf is a statement's"},
};

void make_page_lies(vector_maker *maker) {
  page_changes(maker, changes, sizeof changes / sizeof *changes);
}
