#include "tests/core/verify/make_page_vectors.h"

#include <string.h>

#include "core/base/assert.h"

/* --- pages ----------------------------------------------------------------------------------- */

static void set_before(Patina__SubjectProof *subject, uint64_t from, pat_arena *memory) {
  pat_tlog_range before;
  pat_tlog_range_init(&before);
  for (uint64_t i = 0; i < from; i++) {
    pat_hash leaf;
    memcpy(leaf.bytes, subject->entries[i]->leaf_hash.data, PAT_HASH_BYTES);
    PAT_ASSERT(pat_is_ok(pat_index_sublog_append(&before, subject->entries[i]->index, &leaf)));
  }
  size_t peak_count = pat_tlog_peak_count(from);
  subject->from = from;
  subject->n_peaks = peak_count;
  subject->peaks = lying_take(memory, (peak_count + 1) * sizeof *subject->peaks);
  for (size_t i = 0; i < peak_count; i++)
    subject->peaks[i] = lying_field(pat_hash_span(&before.peaks[i]), memory);
}

vector_page page_of(page_scene *scene, lying_log *log, uint64_t from, uint64_t entry_count) {
  vector_page page = {.file = vector_receipt(log, log->count - 1, scene->memory)};
  page.subject = lying_bundle_subject(log, &scene->key, scene->memory);
  PAT_ASSERT(from + entry_count <= page.subject->n_entries);
  set_before(page.subject, from, scene->memory);
  if (from > 0) page.subject->entries += from;
  page.subject->n_entries = entry_count;
  patina__index_extra__init(&page.extra);
  page.extra.commit = lying_field(log->leaves[log->count - 1].bytes, scene->memory);
  page.extra.subject = page.subject;
  return page;
}

static uint64_t entries_of(const page_scene *scene) {
  const lying_subject *subject = lying_log_subject(scene->log, &scene->key);
  return subject == NULL ? 0 : subject->count;
}

void page_walk_again(page_scene *scene) {
  uint64_t all = entries_of(scene);
  scene->count = 0;
  for (uint64_t from = 0; from < all; from += PAGE_ENTRIES) {
    PAT_ASSERT(scene->count < PAGE_PAGES_MAX);
    uint64_t left = all - from;
    scene->pages[scene->count++] =
        page_of(scene, scene->log, from, left < PAGE_ENTRIES ? left : PAGE_ENTRIES);
  }
}

void page_whole_again(page_scene *scene) {
  scene->pages[0] = page_of(scene, scene->log, 0, entries_of(scene));
  scene->count = 1;
}

/* --- vectors --------------------------------------------------------------------------------- */

static pat_span text_of(vector_page *page, pat_arena *memory) {
  if (!page->no_extra) {
    ProtobufCBinaryData extra = lying_field(lying_encode(&page->extra.base, memory), memory);
    vector_mutant tool = {.memory = memory};
    if (page->extra_longer) extra = vector_resized(&tool, extra, 1);
    page->file.extra = pat_span_make(extra.data, extra.len);
  }
  pat_span text = vector_receipt_text(&page->file, memory);
  if (!page->text_changed) return text;
  ProtobufCBinaryData copy = lying_field(text, memory);
  copy.data[strlen("c2sp.org/tlog-proof@v")] = '2';
  return pat_span_make(copy.data, copy.len);
}

static void put(page_scene *scene, const page_change *change) {
  vector_run *run = scene->maker->run;
  vector_put_id(run, "page", change->id);
  if (scene->policy != NULL) vector_put_text(run, "policy", pat_span_text(scene->policy));
  vector_put_hex(run, "key", pat_hash_span(&scene->key));
  fputs(",\"pages\":[", run->stream);
  for (size_t i = 0; i < scene->count; i++) {
    if (i > 0) fputc(',', run->stream);
    vector_put_string(run, text_of(&scene->pages[i], scene->memory));
  }
  fputc(']', run->stream);
  if (change->verdict.word == MATCHES)
    fprintf(run->stream, ",\"count\":%llu",
            (unsigned long long)scene->pages[scene->count - 1].subject->count);
  vector_put_end(run, &change->verdict, change->about);
}

static void make_one(vector_maker *maker, const page_change *change) {
  pat_arena_reset_to(maker->work, 0);
  const vector_base *base =
      vector_base_named(maker, change->start == PAGE_ABSENT ? "absent" : "identified");
  page_scene scene = {.maker = maker, .memory = maker->work, .tool = {.memory = maker->work}};
  scene.log = lying_log_copy(base->log, maker->work);
  scene.key =
      pat_subject_key(PAT_SUBJECT_ASSET, pat_span_make(base->request.asset, PAT_ASSET_ID_BYTES));
  if (change->start == PAGE_WALK) {
    page_walk_again(&scene);
  } else {
    page_whole_again(&scene);
  }
  if (change->change != NULL) change->change(&scene);
  put(&scene, change);
  pat_arena_reset_to(maker->work, 0);
}

void page_changes(vector_maker *maker, const page_change *changes, size_t count) {
  for (size_t i = 0; i < count; i++)
    make_one(maker, &changes[i]);
}

void make_page_vectors(vector_maker *maker) {
  vector_file_begin_in(maker->run, "proofs", "pages");
  make_page_mutants(maker);
  make_page_lies(maker);
  vector_file_end(maker->run);
}
