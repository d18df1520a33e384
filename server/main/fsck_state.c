/* The ledger's state, against what was decided again (declared in fsck_internal.h). */
#include "core/ledger/record.h"
#include "server/main/fsck_internal.h"

/* The family of a STATE record; NULL for a prefix that no record has. */
static const char *state_family(uint8_t prefix) {
  switch ((pat_state_prefix)prefix) {
    case PAT_STATE_ASSET:
      return "asset";
    case PAT_STATE_CLASS:
      return "class";
    case PAT_STATE_CLASS_VERSION:
      return "class version";
    case PAT_STATE_DEVICE:
      return "device";
    case PAT_STATE_IDENTIFIER:
      return "identifier";
    case PAT_STATE_KEY:
      return "key";
    case PAT_STATE_PRINCIPAL:
      return "principal";
    case PAT_STATE_RETRACTED:
      return "retracted";
    case PAT_STATE_SCHEME:
      return "scheme";
    case PAT_STATE_SCHEME_VERSION:
      return "scheme version";
    case PAT_STATE_STREAM:
      return "stream";
  }
  return NULL;
}

/* One table in two stores, side by side. */
typedef struct {
  pat_fsck_run *run;
  pat_table table;
  uint64_t count;     /* of the store's records */
  bool noted[1 << 8]; /* families with a finding, by their first byte; NEAR has one family */
} table_walk;

/* A cursor and the record that it stands on. */
typedef struct {
  pat_store_cursor *cursor;
  bool at_end;
  pat_span key;
  pat_span value;
} side;

static void side_clear(side *one) { pat_store_cursor_close(one->cursor); }

static pat_status step(side *one) {
  pat_status status = pat_store_cursor_next(one->cursor, &one->key, &one->value);
  one->at_end = pat_is_rule(status, PAT_RULE_STORE_END);
  return one->at_end ? PAT_OK : status;
}

static pat_status begin(side *one, pat_store *store, pat_table table) {
  const pat_store_range all = {.table = table};
  PAT_TRY(pat_store_cursor_open(store, NULL, all, &one->cursor));
  return step(one);
}

/* The first of each family is enough to know what is damaged. */
static pat_status note(table_walk *walk, pat_rule rule, pat_span key) {
  bool is_state = walk->table == PAT_TABLE_STATE;
  uint8_t family = is_state ? key.data[0] : 0;
  if (walk->noted[family]) return PAT_OK;
  walk->noted[family] = true;
  const char *name = is_state ? state_family(family) : "near";
  pat_span id = is_state && name != NULL ? pat_span_slice(key, 1, key.size - 1) : key;
  pat_status status = pat_fsck__refuse_key(walk->run, rule, name != NULL ? name : "state", id);
  return pat_fsck__note(walk->run, status);
}

/* Negative: the first one's key comes first. Where one side has ended, the other's does. */
static int order(const side *stored, const side *decided) {
  if (stored->at_end) return 1;
  if (decided->at_end) return -1;
  return pat_span_compare(stored->key, decided->key);
}

static pat_status compare(table_walk *walk, side *stored, side *decided) {
  int which = order(stored, decided);
  if (which < 0) PAT_TRY(note(walk, PAT_RULE_FSCK_EXTRA, stored->key));
  if (which > 0) PAT_TRY(note(walk, PAT_RULE_FSCK_MISSING, decided->key));
  bool differs = which == 0 && !pat_span_equal(stored->value, decided->value);
  if (differs) PAT_TRY(note(walk, PAT_RULE_FSCK_RECORD, stored->key));
  if (which <= 0) walk->count++;
  if (which <= 0) PAT_TRY(step(stored));
  return which >= 0 ? step(decided) : PAT_OK;
}

static pat_status compare_table(pat_fsck_run *run, pat_table table, uint64_t *ret_count) {
  table_walk walk = {.run = run, .table = table};
  PAT_CLEANUP(side_clear) side stored = {.cursor = NULL};
  PAT_CLEANUP(side_clear) side decided = {.cursor = NULL};
  PAT_TRY(begin(&stored, run->input->store, table));
  PAT_TRY(begin(&decided, run->input->scratch, table));
  while (!stored.at_end || !decided.at_end) {
    PAT_TRY(compare(&walk, &stored, &decided));
  }
  *ret_count = walk.count;
  return PAT_OK;
}

static pat_status compare_head(pat_fsck_run *run) {
  const pat_store_key key = {PAT_TABLE_META, PAT_SPAN_LITERAL("head")};
  PAT_CLEANUP(pat_blob_clear) pat_blob stored = {0};
  PAT_CLEANUP(pat_blob_clear) pat_blob decided = {0};
  PAT_TRY(pat_fsck__get(run, key, "head", &stored));
  PAT_TRY(pat_store_get(run->input->scratch, NULL, key, &decided));
  bool same = pat_span_equal(pat_blob_span(stored), pat_blob_span(decided));
  return same ? PAT_OK : pat_fsck__refuse(run, PAT_RULE_FSCK_RECORD, "head");
}

pat_status pat_fsck__state(pat_fsck_run *run) {
  PAT_TRY(pat_fsck__note(run, compare_head(run)));
  PAT_TRY(compare_table(run, PAT_TABLE_STATE, &run->report->states));
  return compare_table(run, PAT_TABLE_NEAR, &run->report->near);
}
