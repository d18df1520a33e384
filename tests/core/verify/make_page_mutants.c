/* What is wrong with one page: its file, its checkpoint, its commit, its proof, its entries. */
#include <string.h>

#include "core/base/assert.h"
#include "tests/core/verify/make_page_vectors.h"

static vector_page *first(page_scene *s) { return &s->pages[0]; }
static Patina__SubjectProof *subject(page_scene *s) { return s->pages[0].subject; }
static ProtobufCBinaryData flipped(page_scene *s, ProtobufCBinaryData field, size_t byte) {
  return vector_flipped(&s->tool, field, byte);
}
static ProtobufCBinaryData resized(page_scene *s, ProtobufCBinaryData field, int more) {
  return vector_resized(&s->tool, field, more);
}

/* --- file, checkpoint, commit ---------------------------------------------------------------- */

static void other_file(page_scene *s) { first(s)->text_changed = true; }
static void stranger(page_scene *s) { s->policy = "policy-stranger.txt"; }
static void audited(page_scene *s) { s->policy = "policy-audited.txt"; }
static void spoiled(page_scene *s) {
  first(s)->file.checkpoint = vector_spoiled_note(first(s)->file.checkpoint, s->memory);
}
static void extension(page_scene *s) {
  pat_tlog_head head = lying_log_head(s->log, s->log->count);
  first(s)->file.checkpoint = vector_extended_note(s->log, &head, s->memory);
}
static void no_extra(page_scene *s) { first(s)->no_extra = true; }
static void extra_longer(page_scene *s) { first(s)->extra_longer = true; }
static void no_commit(page_scene *s) { first(s)->extra.commit.len = 0; }
static void commit_flipped(page_scene *s) {
  first(s)->extra.commit = flipped(s, first(s)->extra.commit, 10);
}
static void path_flipped(page_scene *s) { first(s)->file.proof.hashes[0].bytes[3] ^= 1; }
static void path_longer(page_scene *s) {
  pat_tlog_proof *proof = &first(s)->file.proof;
  proof->hashes[proof->count++] = (pat_hash){{0}};
}
static void path_shorter(page_scene *s) { first(s)->file.proof.count--; }
static void place_before(page_scene *s) { first(s)->file.index--; }
static void place_behind(page_scene *s) { first(s)->file.index++; }
static void no_subject(page_scene *s) { first(s)->extra.subject = NULL; }
static void newer_commit(page_scene *s) {
  static uint8_t newer[] = {0x1a, 0x00};
  lying_log_put(s->log, s->log->count - 1, PAT_SPAN_OF(newer));
  page_whole_again(s);
}

/* Of another log that the reader trusts too: nothing of it is in this page's commit. */
static void other_log(page_scene *s) {
  lying_log *log = vector_base_named(s->maker, "one-root")->log;
  pat_tlog_head head = lying_log_head(log, log->count);
  first(s)->file.checkpoint = pat_span_text(lying_log_note(log, &head, 0, s->memory));
}
static void other_log_place(page_scene *s) {
  other_log(s);
  first(s)->file.index = vector_base_named(s->maker, "one-root")->log->count - 1;
}

/* --- proofs ---------------------------------------------------------------------------------- */

static void other_key(page_scene *s) { s->key.bytes[31] ^= 1; }
static void key_flipped(page_scene *s) { subject(s)->key = flipped(s, subject(s)->key, 0); }
static void key_none(page_scene *s) { subject(s)->key.len = 0; }
static void count_more(page_scene *s) { subject(s)->count++; }
static void count_largest(page_scene *s) { subject(s)->count = (uint64_t)1 << 63; }
static void count_below_largest(page_scene *s) { subject(s)->count = ((uint64_t)1 << 63) - 1; }
static void count_less(page_scene *s) { subject(s)->count--; }
static void root_flipped(page_scene *s) { subject(s)->root = flipped(s, subject(s)->root, 5); }
static void root_shorter(page_scene *s) { subject(s)->root = resized(s, subject(s)->root, -1); }
static void root_longer(page_scene *s) { subject(s)->root = resized(s, subject(s)->root, 1); }

static void path_of(page_scene *s, void (*change)(page_scene *s, vector_path *path)) {
  vector_path path = vector_path_open(subject(s));
  change(s, &path);
  subject(s)->path = vector_path_close(&path, s->memory);
}
static void swap_steps(page_scene *s, vector_path *path) {
  (void)s;
  PAT_ASSERT(path->count >= 2);
  pat_span step = path->steps[0];
  path->steps[0] = path->steps[1];
  path->steps[1] = step;
}
static void repeat_step(page_scene *s, vector_path *path) {
  (void)s;
  memmove(&path->steps[1], &path->steps[0], path->count * sizeof *path->steps);
  path->count++;
}
static void drop_step(page_scene *s, vector_path *path) {
  (void)s;
  path->count--;
}
/* The number of a step, written anew in front of its sibling. */
static void number_step(page_scene *s, vector_path *path, pat_span number) {
  size_t size = path->steps[0].size - PAT_HASH_BYTES;
  uint8_t *bytes = lying_take(s->memory, number.size + PAT_HASH_BYTES);
  memcpy(bytes, number.data, number.size);
  memcpy(bytes + number.size, path->steps[0].data + size, PAT_HASH_BYTES);
  path->steps[0] = pat_span_make(bytes, number.size + PAT_HASH_BYTES);
}
static void longer_number(page_scene *s, vector_path *path) {
  PAT_ASSERT(path->steps[0].data[0] < 0x80);
  const uint8_t number[] = {path->steps[0].data[0] | 0x80, 0x00};
  number_step(s, path, PAT_SPAN_OF(number));
}
static void bit_outside(page_scene *s, vector_path *path) {
  const uint8_t number[] = {0x80, 0x02}; /* 256 */
  number_step(s, path, PAT_SPAN_OF(number));
}
static void steps_swapped(page_scene *s) { path_of(s, swap_steps); }
static void step_repeated(page_scene *s) { path_of(s, repeat_step); }
static void top_dropped(page_scene *s) { path_of(s, drop_step); }
static void number_longer(page_scene *s) { path_of(s, longer_number); }
static void bit_256(page_scene *s) { path_of(s, bit_outside); }
static void path_bytes(page_scene *s, uint8_t byte) {
  subject(s)->path = resized(s, subject(s)->path, 1);
  subject(s)->path.data[subject(s)->path.len - 1] = byte;
}
/* The last step's bit is 0, so no number may follow; what is none has no form. */
static void trailing_number(page_scene *s) { path_bytes(s, 0x00); }
static void trailing_byte(page_scene *s) { path_bytes(s, 0x80); }
static void path_cut(page_scene *s) { subject(s)->path = resized(s, subject(s)->path, -1); }
static void path_none(page_scene *s) { subject(s)->path.len = 0; }

/* --- absence --------------------------------------------------------------------------------- */

static void say_absent(page_scene *s) {
  Patina__SubjectProof *said = subject(s);
  said->count = said->from = 0;
  said->root.len = 0;
  said->n_entries = said->n_peaks = 0;
}
static void absent_itself(page_scene *s) {
  say_absent(s);
  subject(s)->path = vector_path_beside(s->log, &s->key, s->memory);
}
/* A subject whose proof parts from the key's way before its end. */
static void absent_elsewhere(page_scene *s) {
  say_absent(s);
  pat_hash policy = pat_subject_key(PAT_SUBJECT_POLICY, PAT_SPAN_LITERAL("test"));
  subject(s)->path = vector_path_beside(s->log, &policy, s->memory);
}
static void absent_empty(page_scene *s) {
  say_absent(s);
  subject(s)->path.len = 0;
}
static void neighbour_flipped(page_scene *s) {
  subject(s)->path = flipped(s, subject(s)->path, 1 + PAT_HASH_BYTES);
}
static void neighbour_short(page_scene *s) {
  subject(s)->path = flipped(s, subject(s)->path, 0); /* 33 bytes of key */
}
static void neighbour_value(page_scene *s) {
  subject(s)->path = flipped(s, subject(s)->path, 1 + PAT_HASH_BYTES + 1 + 39);
}
static void absent_from(page_scene *s) { subject(s)->from = 1; }
static void absent_root(page_scene *s) {
  subject(s)->root = lying_field(pat_hash_span(&s->key), s->memory);
}
static void absent_peak(page_scene *s) {
  subject(s)->peaks = lying_take(s->memory, sizeof *subject(s)->peaks);
  subject(s)->peaks[0] = lying_field(pat_hash_span(&s->key), s->memory);
  subject(s)->n_peaks = 1;
}
static void absent_listed(page_scene *s) {
  pat_hash policy = pat_subject_key(PAT_SUBJECT_POLICY, PAT_SPAN_LITERAL("test"));
  subject(s)->entries = lying_bundle_subject(s->log, &policy, s->memory)->entries;
  subject(s)->n_entries = 1;
}
static void present_as_absent(page_scene *s) { say_absent(s); }
static void absent_as_present(page_scene *s) {
  absent_root(s);
  subject(s)->count = 1;
}

/* --- entries --------------------------------------------------------------------------------- */

static void leaf_flipped(page_scene *s) {
  subject(s)->entries[2]->leaf_hash = flipped(s, subject(s)->entries[2]->leaf_hash, 9);
}
static void leaf_shorter(page_scene *s) {
  subject(s)->entries[2]->leaf_hash = resized(s, subject(s)->entries[2]->leaf_hash, -1);
}
static void index_changed(page_scene *s) { subject(s)->entries[0]->index--; }
static void index_repeated(page_scene *s) {
  subject(s)->entries[1]->index = subject(s)->entries[0]->index;
}
static void entries_swapped(page_scene *s) {
  Patina__SublogEntry *entry = subject(s)->entries[3];
  subject(s)->entries[3] = subject(s)->entries[2];
  subject(s)->entries[2] = entry;
}
static void index_covered(page_scene *s) {
  subject(s)->entries[subject(s)->n_entries - 1]->index = s->log->count - 1;
}
static void index_beyond(page_scene *s) {
  subject(s)->entries[subject(s)->n_entries - 1]->index = s->log->count + 7;
}
static void entry_left_out(page_scene *s) {
  size_t count = subject(s)->n_entries;
  vector_drop((void **)subject(s)->entries, &count, 2);
  subject(s)->n_entries = count;
}
static void entry_more(page_scene *s) {
  Patina__SublogEntry **grown = lying_take(s->memory, (subject(s)->n_entries + 1) * sizeof(void *));
  memcpy(grown, subject(s)->entries, subject(s)->n_entries * sizeof(void *));
  grown[subject(s)->n_entries] = grown[0];
  subject(s)->entries = grown;
  subject(s)->n_entries++;
}
/* So many entries, whatever they are. */
static void entries_many(page_scene *s, size_t count) {
  Patina__SublogEntry **many = lying_take(s->memory, count * sizeof(void *));
  for (size_t i = 0; i < count; i++)
    many[i] = subject(s)->entries[0];
  subject(s)->entries = many;
  subject(s)->n_entries = count;
  subject(s)->count = count;
}
static void entries_499(page_scene *s) { entries_many(s, PAT_INDEX_PAGE_MAX - 1); }
static void entries_500(page_scene *s) { entries_many(s, PAT_INDEX_PAGE_MAX); }
static void entries_501(page_scene *s) { entries_many(s, PAT_INDEX_PAGE_MAX + 1); }
static void peak_more(page_scene *s) { absent_peak(s); }
/* So many peaks, whatever they are, behind the largest subject of all. */
static void peaks_many(page_scene *s, size_t count) {
  subject(s)->count = subject(s)->from = PAT_TLOG_SIZE_MAX;
  subject(s)->n_entries = 0;
  subject(s)->peaks = lying_take(s->memory, count * sizeof *subject(s)->peaks);
  for (size_t i = 0; i < count; i++)
    subject(s)->peaks[i] = subject(s)->key;
  subject(s)->n_peaks = count;
}
static void peaks_62(page_scene *s) { peaks_many(s, 62); }
static void peaks_63(page_scene *s) { peaks_many(s, 63); }
static void peaks_64(page_scene *s) { peaks_many(s, PAT_TLOG_PEAKS_MAX); }
static void peaks_65(page_scene *s) { peaks_many(s, PAT_TLOG_PEAKS_MAX + 1); }
static void from_one(page_scene *s) { subject(s)->from = 1; }
static void from_largest(page_scene *s) { subject(s)->from = UINT64_MAX; }

#define V10(rule) VECTOR_WRONG(10, rule)
#define V22(rule) VECTOR_WRONG(22, rule)
#define CHAIN     VECTOR_WRONG(22, "verify.chain")
#define MISPLACED VECTOR_WRONG(22, "index.proof-root")

static const page_change changes[] = {
    {"present", PAGE_WHOLE, NULL, VECTOR_MATCHES, "all entries of a subject on one page"},
    {"absent", PAGE_ABSENT, NULL, VECTOR_MATCHES, "a subject without entries"},
    {"no-receipt", PAGE_WHOLE, other_file, VECTOR_WRONG(1, "proof.form"),
     "a file of another version"},
    {"stranger", PAGE_WHOLE, stranger, VECTOR_UNPROVEN(7, "policy.log"),
     "of a log that the reader does not trust"},
    {"not-audited", PAGE_WHOLE, audited, VECTOR_UNPROVEN(7, "policy.quorum-missing"),
     "no auditor cosigned for a reader who asks for him"},
    {"signature-spoiled", PAGE_WHOLE, spoiled, VECTOR_WRONG(7, "note.signature-wrong"),
     "the log's signature is another"},
    {"extension", PAGE_WHOLE, extension, VECTOR_WRONG(7, "checkpoint.extension"),
     "the checkpoint has one line more"},
    {"no-extra", PAGE_WHOLE, no_extra, VECTOR_UNPROVEN(10, "verify.missing"),
     "nothing is said beside the path"},
    {"extra-longer", PAGE_WHOLE, extra_longer, V10(NULL), "a byte behind what is said"},
    {"no-commit", PAGE_WHOLE, no_commit, V10("tlog.inclusion-root"), "no commit"},
    {"commit-flipped", PAGE_WHOLE, commit_flipped, V10("tlog.inclusion-root"),
     "a bit of the commit"},
    {"path-flipped", PAGE_WHOLE, path_flipped, V10("tlog.inclusion-root"),
     "a bit of the commit's path"},
    {"path-longer", PAGE_WHOLE, path_longer, V10("tlog.inclusion-length"), "a hash too many"},
    {"path-shorter", PAGE_WHOLE, path_shorter, V10("tlog.inclusion-length"), "a hash too few"},
    {"place-before", PAGE_WHOLE, place_before, V10("verify.view"), "of the leaf before the last"},
    {"place-behind", PAGE_WHOLE, place_behind, V10("verify.view"), "of a leaf behind the last"},
    {"commit-newer", PAGE_WHOLE, newer_commit, VECTOR_UNKNOWN(10, "bytes.newer-format"),
     "the last leaf is of a newer format"},
    {"other-log", PAGE_WHOLE, other_log, V10("verify.view"),
     "the checkpoint of another trusted log"},
    {"other-log-place", PAGE_WHOLE, other_log_place, V10(NULL),
     "the checkpoint and the place of another trusted log"},
    {"no-subject", PAGE_WHOLE, no_subject, VECTOR_UNPROVEN(22, "verify.missing"),
     "nothing is said of a subject"},
    {"other-key", PAGE_WHOLE, other_key, V22("index.proof-path"), "of another subject than asked"},
    {"key-flipped", PAGE_WHOLE, key_flipped, V22("index.proof-path"), "a bit of the key"},
    {"key-none", PAGE_WHOLE, key_none, V22("index.proof-path"), "no key"},
    {"count-more", PAGE_WHOLE, count_more, MISPLACED, "one entry more than the index has"},
    {"count-largest", PAGE_WHOLE, count_largest, CHAIN, "2^63 entries"},
    {"count-below-largest", PAGE_WHOLE, count_below_largest, MISPLACED, "2^63 - 1 entries"},
    {"count-less", PAGE_WHOLE, count_less, CHAIN, "more entries than counted"},
    {"root-flipped", PAGE_WHOLE, root_flipped, MISPLACED, "a bit of the sub-log's root"},
    {"root-shorter", PAGE_WHOLE, root_shorter, CHAIN, "a root of 31 bytes"},
    {"root-longer", PAGE_WHOLE, root_longer, CHAIN, "a root of 33 bytes"},
    {"steps-swapped", PAGE_WHOLE, steps_swapped, V22("index.proof-order"), "bits out of order"},
    {"step-repeated", PAGE_WHOLE, step_repeated, V22("index.proof-order"), "a bit twice"},
    {"bit-256", PAGE_WHOLE, bit_256, V22("index.proof-order"), "a bit that keys do not have"},
    {"top-dropped", PAGE_WHOLE, top_dropped, MISPLACED, "without the last step"},
    {"number-longer", PAGE_WHOLE, number_longer, V22("index.proof-form"),
     "a number that is not in its shortest form"},
    {"trailing-byte", PAGE_WHOLE, trailing_byte, V22("index.proof-form"),
     "behind the last step the beginning of a number"},
    {"trailing-number", PAGE_WHOLE, trailing_number, V22("index.proof-order"),
     "behind the last step a number"},
    {"index-path-cut", PAGE_WHOLE, path_cut, V22("index.proof-form"), "cut short"},
    {"index-path-none", PAGE_WHOLE, path_none, MISPLACED, "no step"},
    {"present-as-absent", PAGE_WHOLE, present_as_absent, V22(NULL),
     "the proof of its presence, said to be one of absence"},
    {"absent-itself", PAGE_WHOLE, absent_itself, V22("index.proof-same-key"),
     "absence, proven by the key itself"},
    {"absent-elsewhere", PAGE_WHOLE, absent_elsewhere, V22("index.proof-path"),
     "absence, proven by a key that is no neighbour"},
    {"absent-empty", PAGE_WHOLE, absent_empty, MISPLACED, "absence, as of an empty index"},
    {"absent-as-present", PAGE_ABSENT, absent_as_present, V22(NULL),
     "the proof of absence, said to be one of presence"},
    {"neighbour-flipped", PAGE_ABSENT, neighbour_flipped, V22(NULL),
     "another size of the neighbour's value"},
    {"neighbour-short", PAGE_ABSENT, neighbour_short, V22(NULL), "a neighbour's key of 33 bytes"},
    {"neighbour-value", PAGE_ABSENT, neighbour_value, MISPLACED, "a bit of the neighbour's value"},
    {"absent-trailing", PAGE_ABSENT, trailing_byte, V22("index.proof-form"),
     "a byte behind the proof of absence"},
    {"absent-from", PAGE_ABSENT, absent_from, CHAIN, "absent, from entry 1"},
    {"absent-root", PAGE_ABSENT, absent_root, CHAIN, "absent, with a root"},
    {"absent-peak", PAGE_ABSENT, absent_peak, CHAIN, "absent, with a peak"},
    {"absent-listed", PAGE_ABSENT, absent_listed, CHAIN, "absent, with an entry"},
    {"leaf-flipped", PAGE_WHOLE, leaf_flipped, CHAIN, "a bit of an entry's leaf hash"},
    {"leaf-shorter", PAGE_WHOLE, leaf_shorter, CHAIN, "a leaf hash of 31 bytes"},
    {"index-changed", PAGE_WHOLE, index_changed, CHAIN, "another log index"},
    {"index-repeated", PAGE_WHOLE, index_repeated, CHAIN, "a log index twice"},
    {"entries-swapped", PAGE_WHOLE, entries_swapped, CHAIN, "two entries change places"},
    {"index-covered", PAGE_WHOLE, index_covered, CHAIN, "an entry in the commit's own place"},
    {"index-beyond", PAGE_WHOLE, index_beyond, CHAIN, "an entry behind the commit"},
    {"entry-left-out", PAGE_WHOLE, entry_left_out, VECTOR_UNPROVEN(22, "verify.missing"),
     "one entry is left out: the page does not reach the end, and no other comes"},
    {"entry-more", PAGE_WHOLE, entry_more, CHAIN, "one entry more than counted"},
    {"entries-499", PAGE_WHOLE, entries_499, MISPLACED, "499 entries, which the index denies"},
    {"entries-500", PAGE_WHOLE, entries_500, MISPLACED, "500 entries, which the index denies"},
    {"entries-501", PAGE_WHOLE, entries_501, CHAIN, "501 entries on one page"},
    {"peak-more", PAGE_WHOLE, peak_more, CHAIN, "a peak before the first entry"},
    {"peaks-62", PAGE_WHOLE, peaks_62, CHAIN, "62 peaks before entry 2^63 - 1"},
    {"peaks-63", PAGE_WHOLE, peaks_63, MISPLACED, "63 peaks there, which the index denies"},
    {"peaks-64", PAGE_WHOLE, peaks_64, CHAIN, "64 peaks, as many as a range has room for"},
    {"peaks-65", PAGE_WHOLE, peaks_65, CHAIN, "65 peaks"},
    {"from-one", PAGE_WHOLE, from_one, CHAIN, "all entries, and one before them"},
    {"from-largest", PAGE_WHOLE, from_largest, CHAIN, "from entry 2^64 - 1"},
};

void make_page_mutants(vector_maker *maker) {
  page_changes(maker, changes, sizeof changes / sizeof *changes);
}
