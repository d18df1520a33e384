/* The tables that belong to no single leaf (declared in fsck_internal.h). */
#include "core/bytes/protobuf.h"
#include "core/bytes/reader.h"
#include "core/index/bucket.h"
#include "core/index/top.h"
#include "core/ledger/record.h"
#include "server/main/fsck_internal.h"
#include "server/sequencer/index_rebuild.h"
#include "server/sys/mem.h"

typedef pat_status (*visitor)(pat_fsck_run *run, void *context, pat_span key, pat_span value);

/* Visits every record of a table in order. */
static pat_status each(pat_fsck_run *run, pat_store_range range, visitor visit, void *context) {
  PAT_CLEANUP(pat_store_cursor_close_at) pat_store_cursor *cursor = NULL;
  PAT_TRY(pat_store_cursor_open(run->input->store, NULL, range, &cursor));
  for (;;) {
    pat_span key;
    pat_span value;
    pat_status status = pat_store_cursor_next(cursor, &key, &value);
    if (pat_is_rule(status, PAT_RULE_STORE_END)) return PAT_OK;
    PAT_TRY(status);
    pat_arena_reset_to(&run->work, 0);
    PAT_TRY(visit(run, context, key, value));
  }
}

/* The history that a key names; NULL where the log has none. */
static const pat_history *history_of(const pat_fsck_run *run, pat_span key) {
  if (key.size < PAT_HASH_BYTES) return NULL;
  pat_hash subject;
  pat_span_copy(subject.bytes, PAT_HASH_BYTES, pat_span_slice(key, 0, PAT_HASH_BYTES));
  return pat_histories_find(&run->replay.histories, &subject);
}

/* --- counting -------------------------------------------------------------------------------- */

static pat_status count_one(pat_fsck_run *run, void *context, pat_span key, pat_span value) {
  (void)run;
  (void)key;
  (void)value;
  *(uint64_t *)context += 1;
  return PAT_OK;
}

/* Every record that the log asks for was found; so there is none too many if there are as many. */
static pat_status check_count(pat_fsck_run *run, pat_store_range range, uint64_t expected,
                              const char *name) {
  uint64_t count = 0;
  PAT_TRY(each(run, range, count_one, &count));
  if (count > expected) return pat_fsck__refuse(run, PAT_RULE_FSCK_EXTRA, "%s", name);
  if (count < expected) return pat_fsck__refuse(run, PAT_RULE_FSCK_MISSING, "%s", name);
  return PAT_OK;
}

/* --- subjects -------------------------------------------------------------------------------- */

static pat_status visit_subject(pat_fsck_run *run, void *context, pat_span key, pat_span value) {
  const pat_history *history = key.size == PAT_HASH_BYTES ? history_of(run, key) : NULL;
  if (history == NULL) return pat_fsck__refuse_key(run, PAT_RULE_FSCK_EXTRA, "subject", key);
  *(uint64_t *)context += 1;
  ProtobufCMessage *message = NULL;
  pat_status status = pat_protobuf_decode(&patina__subject_record__descriptor, value, &run->work, 0,
                                          &message, NULL);
  if (!pat_is_ok(status)) return pat_fsck__refuse_key(run, PAT_RULE_FSCK_RECORD, "subject", key);
  const Patina__SubjectRecord *record = (const Patina__SubjectRecord *)message;
  pat_tlog_range sublog;
  status = pat_record_range(record->count, record->peaks, record->n_peaks, &sublog);
  if (!pat_is_ok(status)) return pat_fsck__refuse_key(run, PAT_RULE_FSCK_RECORD, "subject", key);
  pat_index_value expected = pat_histories_value(&run->replay.histories, history);
  pat_hash root = pat_tlog_range_root(&sublog);
  bool same = record->count == expected.count && record->last_index == history->last_index &&
              pat_hash_equal(&root, &expected.root);
  return same ? PAT_OK : pat_fsck__refuse_key(run, PAT_RULE_FSCK_RECORD, "subject", key);
}

static pat_status check_subjects(pat_fsck_run *run) {
  uint64_t count = 0;
  const pat_store_range all = {.table = PAT_TABLE_SUBJECT};
  PAT_TRY(each(run, all, visit_subject, &count));
  if (count < run->replay.histories.items.count) {
    return pat_fsck__refuse(run, PAT_RULE_FSCK_MISSING, "subject");
  }
  return PAT_OK;
}

/* --- sub-logs -------------------------------------------------------------------------------- */

/* The sub-log whose records are being read. */
typedef struct {
  const pat_history *history; /* whose it is; NULL before the first */
  pat_tlog_range sublog;      /* of the records so far */
  uint64_t subjects;
} sublog_walk;

/* All records of one subject were seen: they are its history, if they lead to the same value. */
static pat_status end_sublog(pat_fsck_run *run, const sublog_walk *walk) {
  if (walk->history == NULL) return PAT_OK;
  pat_span key = pat_hash_span(&walk->history->key);
  pat_index_value expected = pat_histories_value(&run->replay.histories, walk->history);
  if (walk->sublog.size < expected.count) {
    return pat_fsck__refuse_key(run, PAT_RULE_FSCK_MISSING, "sub-log", key);
  }
  pat_hash root = pat_tlog_range_root(&walk->sublog);
  bool same = pat_hash_equal(&root, &expected.root);
  return same ? PAT_OK : pat_fsck__refuse_key(run, PAT_RULE_FSCK_RECORD, "sub-log", key);
}

static pat_status begin_sublog(pat_fsck_run *run, sublog_walk *walk, pat_span key) {
  PAT_TRY(end_sublog(run, walk));
  walk->history = history_of(run, key);
  if (walk->history == NULL) return pat_fsck__refuse_key(run, PAT_RULE_FSCK_EXTRA, "sub-log", key);
  pat_tlog_range_init(&walk->sublog);
  walk->subjects++;
  return PAT_OK;
}

static pat_status visit_sublog(pat_fsck_run *run, void *context, pat_span key, pat_span value) {
  sublog_walk *walk = context;
  enum { KEY_BYTES = PAT_HASH_BYTES + 8, VALUE_BYTES = 8 + PAT_HASH_BYTES };
  if (key.size != KEY_BYTES || value.size != VALUE_BYTES) {
    return pat_fsck__refuse_key(run, PAT_RULE_FSCK_RECORD, "sub-log", key);
  }
  bool same =
      walk->history != NULL && pat_span_starts_with(key, pat_hash_span(&walk->history->key));
  if (!same) PAT_TRY(begin_sublog(run, walk, key));
  uint64_t seq = 0;
  pat_reader reader;
  pat_reader_init(&reader, pat_span_slice(key, PAT_HASH_BYTES, 8));
  PAT_TRY(pat_reader_u64be(&reader, &seq));
  if (seq >= walk->history->count)
    return pat_fsck__refuse_key(run, PAT_RULE_FSCK_EXTRA, "sub-log", key);
  if (seq != walk->sublog.size)
    return pat_fsck__refuse_key(run, PAT_RULE_FSCK_MISSING, "sub-log", key);
  /* A record's bytes are what is hashed: log index, then leaf hash. */
  pat_hash hash = pat_tlog_leaf_hash(value);
  return pat_tlog_range_append(&walk->sublog, &hash);
}

static pat_status check_sublogs(pat_fsck_run *run) {
  sublog_walk walk = {.history = NULL};
  const pat_store_range all = {.table = PAT_TABLE_SUBLOG};
  PAT_TRY(each(run, all, visit_sublog, &walk));
  PAT_TRY(end_sublog(run, &walk));
  if (walk.subjects < run->replay.histories.items.count) {
    return pat_fsck__refuse(run, PAT_RULE_FSCK_MISSING, "sub-log");
  }
  return PAT_OK;
}

/* --- the index ------------------------------------------------------------------------------- */

typedef struct {
  pat_index_top top;
  uint64_t key_count;
} index_walk;

static pat_status visit_bucket(pat_fsck_run *run, void *context, pat_span key, pat_span value) {
  index_walk *walk = context;
  pat_reader reader;
  pat_reader_init(&reader, key);
  uint32_t number = 0;
  bool whole = pat_is_ok(pat_reader_u32be(&reader, &number)) &&
               pat_is_ok(pat_reader_finish(&reader)) && number >> walk->top.depth == 0;
  if (!whole) return pat_fsck__refuse_key(run, PAT_RULE_FSCK_EXTRA, "bucket", key);
  pat_index_bucket bucket;
  const pat_index_place place = {walk->top.depth, number};
  pat_status status = pat_index_bucket_decode(value, place, &run->work, &bucket);
  if (!pat_is_ok(status)) return pat_fsck__refuse_key(run, (pat_rule)status.rule, "bucket", key);
  for (size_t i = 0; i < bucket.leaf_count; i++) {
    const pat_history *history = history_of(run, pat_hash_span(&bucket.leaves[i].key));
    if (history == NULL) return pat_fsck__refuse_key(run, PAT_RULE_FSCK_EXTRA, "bucket", key);
    pat_index_value expected = pat_histories_value(&run->replay.histories, history);
    uint8_t bytes[PAT_INDEX_VALUE_BYTES];
    pat_index_value_encode(&expected, bytes);
    if (!pat_span_equal(PAT_SPAN_OF(bytes), PAT_SPAN_OF(bucket.leaves[i].value))) {
      return pat_fsck__refuse_key(run, PAT_RULE_FSCK_RECORD, "bucket", key);
    }
  }
  pat_index_top_load(&walk->top, number, &bucket.hash);
  walk->key_count += bucket.leaf_count;
  run->report->buckets++;
  return PAT_OK;
}

static pat_status check_index(pat_fsck_run *run) {
  unsigned depth = 0;
  pat_status marked = pat_index_read_mark(run->input->store, &depth);
  if (pat_is_rule(marked, PAT_RULE_SEQUENCER_STORE)) {
    return pat_fsck__refuse(run, PAT_RULE_FSCK_RECORD, "index");
  }
  PAT_TRY(marked);
  run->report->index_kept = depth > 0;
  if (depth == 0) return PAT_OK;
  PAT_CLEANUP(pat_mem_free_at)
  pat_hash *heap = pat_mem_new_array(PAT_INDEX_TOP_HASHES(depth), sizeof *heap);
  PAT_REQUIRE(heap != NULL, LIMIT_MEMORY);
  index_walk walk = {.key_count = 0};
  pat_index_top_init(&walk.top, heap, depth);
  const pat_store_range all = {.table = PAT_TABLE_INDEX};
  PAT_TRY(each(run, all, visit_bucket, &walk));
  pat_index_top_load_end(&walk.top);
  if (walk.key_count < run->replay.histories.items.count) {
    return pat_fsck__refuse(run, PAT_RULE_FSCK_MISSING, "bucket");
  }
  pat_hash root = pat_index_top_root(&walk.top);
  pat_hash expected = pat_histories_root(&run->replay.histories);
  if (pat_hash_equal(&root, &expected)) return PAT_OK;
  return pat_fsck__refuse(run, PAT_RULE_FSCK_RECORD, "index");
}

/* --- all ------------------------------------------------------------------------------------- */

pat_status pat_fsck__tables(pat_fsck_run *run) {
  const pat_replay_tally *tally = &run->replay.tally;
  const struct {
    pat_store_range range;
    uint64_t expected;
    const char *name;
  } counts[] = {
      {{.table = PAT_TABLE_STATEMENT}, tally->public_entries + tally->private_entries, "statement"},
      {{.table = PAT_TABLE_COMMIT}, tally->commits, "commit"},
      {{.table = PAT_TABLE_TILE}, run->report->tiles, "tile"},
      {{PAT_TABLE_META, PAT_SPAN_LITERAL("note"), PAT_SPAN_LITERAL("notf")},
       run->report->notes,
       "note"},
  };
  PAT_TRY(pat_fsck__note(run, check_subjects(run)));
  PAT_TRY(pat_fsck__note(run, check_sublogs(run)));
  PAT_TRY(pat_fsck__note(run, check_index(run)));
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    PAT_TRY(
        pat_fsck__note(run, check_count(run, counts[i].range, counts[i].expected, counts[i].name)));
  }
  return PAT_OK;
}
