#include "core/audit/replay.h"

#include "core/audit/replay_internal.h"
#include "core/base/assert.h"

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

static pat_status refuse(pat_err *reterr, pat_rule rule, const char *place) {
  return pat_refuse_at(rule, reterr, 0, place);
}

void pat_replay_init(pat_replay *ret_replay, const char *origin, pat_said said, pat_arena *keep) {
  *ret_replay = (pat_replay){.origin = origin, .keep = keep, .said = said};
  pat_tlog_range_init(&ret_replay->range);
}

/* --- room ------------------------------------------------------------------------------------ */

/* What a pool is made of, and what one leaf may take of it. */
typedef struct {
  size_t item_bytes;
  uint32_t leaf_max;
} pool_row;

static const pool_row pool_rows[PAT_REPLAY_POOL_COUNT] = {
    [PAT_REPLAY_HISTORIES] = {sizeof(pat_history), PAT_ENTRY_SUBJECTS_MAX},
    [PAT_REPLAY_BRANCHES] = {sizeof(pat_history_branch), PAT_ENTRY_SUBJECTS_MAX},
    [PAT_REPLAY_PEAKS] = {sizeof(pat_hash), PAT_ENTRY_SUBJECTS_MAX *PAT_HISTORY_PEAKS_MAX},
    [PAT_REPLAY_PRINCIPALS] = {sizeof(pat_roster_principal), 1},
    [PAT_REPLAY_KEYS] = {sizeof(pat_roster_key), PAT_ROOT_KEYS_MAX},
    [PAT_REPLAY_GRANTS] = {sizeof(pat_roster_grant), 1},
};

static const pat_pool *pool_of(const pat_replay *replay, pat_replay_pool pool) {
  const pat_pool *const pools[PAT_REPLAY_POOL_COUNT] = {
      [PAT_REPLAY_HISTORIES] = &replay->histories.items,
      [PAT_REPLAY_BRANCHES] = &replay->histories.branches,
      [PAT_REPLAY_PEAKS] = &replay->histories.peaks,
      [PAT_REPLAY_PRINCIPALS] = &replay->roster.principals,
      [PAT_REPLAY_KEYS] = &replay->roster.keys,
      [PAT_REPLAY_GRANTS] = &replay->roster.grants,
  };
  PAT_ASSERT(pool < PAT_REPLAY_POOL_COUNT);
  return pools[pool];
}

bool pat_replay_wants(const pat_replay *replay, pat_replay_want *ret_want) {
  enum { AT_ONCE = 4096, ITEMS_MAX = INT32_MAX };
  for (int i = 0; i < PAT_REPLAY_POOL_COUNT; i++) {
    const pool_row *row = &pool_rows[i];
    const pat_pool *pool = pool_of(replay, (pat_replay_pool)i);
    uint64_t capacity = (uint64_t)pool->capacity + pool->capacity / 2 + AT_ONCE;
    if (pat_pool_has_room(pool, row->leaf_max) || capacity > ITEMS_MAX) continue;
    *ret_want = (pat_replay_want){(pat_replay_pool)i, pool->items, (uint32_t)capacity,
                                  (size_t)capacity * row->item_bytes};
    return true;
  }
  return false;
}

void pat_replay_give(pat_replay *replay, const pat_replay_want *want, void *items) {
  pat_pool *pool = (pat_pool *)(uintptr_t)pool_of(replay, want->pool);
  PAT_ASSERT(want->capacity >= pool->capacity);
  pool->items = items;
  pool->capacity = want->capacity;
}

static bool has_room(const pat_replay *replay) {
  return pat_histories_has_room(&replay->histories, PAT_ENTRY_SUBJECTS_MAX) &&
         pat_roster_has_room(&replay->roster);
}

/* --- entries --------------------------------------------------------------------------------- */

static pat_subject_link link_of(const Patina__SubjectLink *message) {
  pat_subject_link link = {.seq = message->seq, .previous_index = message->previous_index};
  pat_span_copy(link.key.bytes, PAT_HASH_BYTES, span_of(message->key));
  return link;
}

/* Those that are valid here. */
static pat_status add_keys(pat_replay_entry *judged, uint32_t principal) {
  const pat_roster *roster = &judged->replay->roster;
  const pat_roster_key *key = NULL;
  for (uint32_t at = pat_roster_at(roster, principal)->last_key; at != 0; at = key->before) {
    key = pat_roster_key_at(roster, at - 1);
    if (!pat_principal_key_valid(&key->life, judged->index)) continue;
    if (judged->key_count == PAT_CLAIM_KEYS_MAX) {
      return refuse(judged->err, PAT_RULE_AUDIT_SIGNER, "signatures");
    }
    judged->keys[judged->key_count++] = key->claim;
  }
  return PAT_OK;
}

pat_status pat_replay__candidates(pat_replay_entry *judged) {
  const Patina__Entry *entry = judged->entry;
  for (size_t i = 0; i < entry->n_subjects - entry->identifier_count; i++) {
    pat_subject_link link = link_of(entry->subjects[i]);
    const pat_history *history = pat_histories_find(&judged->replay->histories, &link.key);
    bool is_issued = history != NULL && history->kind == PAT_HISTORY_ISSUED;
    if (is_issued) PAT_TRY(add_keys(judged, history->principal));
  }
  return PAT_OK;
}

/* A history is behind a VRF in all its entries or in none; and keys, classes, schemes and the
 * policy have no private entries. */
static bool kind_fits(const pat_history *history, bool is_identifier, bool is_public) {
  if ((history->kind == PAT_HISTORY_IDENTIFIER) != is_identifier) return false;
  return is_public || history->kind != PAT_HISTORY_PUBLIC;
}

static pat_status append_link(pat_replay_entry *judged, size_t i) {
  const Patina__Entry *entry = judged->entry;
  pat_subject_link link = link_of(entry->subjects[i]);
  bool is_identifier = i >= entry->n_subjects - entry->identifier_count;
  pat_history *history = NULL;
  pat_status status = pat_histories_append(&judged->replay->histories, &link, judged->index,
                                           &judged->leaf_hash, &history);
  if (!pat_is_ok(status)) return pat_refuse_at((pat_rule)status.rule, judged->err, i, "subjects");
  if (history->count == 1 && is_identifier) history->kind = PAT_HISTORY_IDENTIFIER;
  bool is_public = entry->statement.len > 0;
  PAT_REQUIRE_AT(kind_fits(history, is_identifier, is_public), ENTRY_SUBJECTS, judged->err, i,
                 "subjects");
  return PAT_OK;
}

static pat_status append_links(pat_replay_entry *judged) {
  for (size_t i = 0; i < judged->entry->n_subjects; i++) {
    PAT_TRY(append_link(judged, i));
  }
  return PAT_OK;
}

/* What a private entry leads to that belongs to no principal. */
typedef struct {
  pat_history *begun; /* whose history begins here; the last one */
  size_t begun_count;
  size_t asset_count; /* known from earlier entries */
} private_subjects;

static private_subjects look_at_subjects(const pat_replay_entry *judged) {
  private_subjects found = {.begun = NULL};
  const Patina__Entry *entry = judged->entry;
  for (size_t i = 0; i < entry->n_subjects - entry->identifier_count; i++) {
    pat_subject_link link = link_of(entry->subjects[i]);
    pat_history *history = pat_histories_find(&judged->replay->histories, &link.key);
    PAT_ASSERT(history != NULL);
    if (history->kind == PAT_HISTORY_ASSET) found.asset_count++;
    if (history->kind != PAT_HISTORY_OPEN || history->count > 1) continue;
    found.begun = history;
    found.begun_count++;
  }
  return found;
}

/* What a new subject of a private entry is, follows from what stands beside it: only a registration
 * brings one up alone, and only a binding one of a known asset. */
static void name_subject(pat_replay_entry *judged) {
  private_subjects found = look_at_subjects(judged);
  if (found.begun_count != 1 || found.asset_count > 1) return;
  bool is_asset = found.asset_count == 0;
  found.begun->kind = is_asset ? PAT_HISTORY_ASSET : PAT_HISTORY_STREAM;
  judged->replay->tally.assets += is_asset ? 1 : 0;
}

static pat_status check_time(const pat_replay *replay, uint64_t time_ms, pat_err *reterr) {
  PAT_REQUIRE_AT(time_ms >= replay->time_ms, AUDIT_TIME, reterr, 0, "time");
  return PAT_OK;
}

static pat_status check_said(pat_replay_entry *judged) {
  pat_hash statement;
  pat_span_copy(statement.bytes, PAT_HASH_BYTES, span_of(judged->entry->statement_sha256));
  pat_status status = pat_said_add(&judged->replay->said, &statement);
  if (pat_is_ok(status)) return status;
  return refuse(judged->err, (pat_rule)status.rule, "statement_sha256");
}

/* The genesis stands alone in front, so that the first checkpoint pins it. */
static pat_status check_place(const pat_replay *replay, pat_err *reterr) {
  bool after_genesis = replay->range.size == 1;
  PAT_REQUIRE_AT(!after_genesis, GENESIS_FIRST, reterr, 0, "entry");
  return PAT_OK;
}

static void count_entry(pat_replay_tally *tally, const Patina__Entry *entry) {
  *(entry->statement.len > 0 ? &tally->public_entries : &tally->private_entries) += 1;
  tally->identifiers += entry->identifier_count;
  tally->signatures += entry->n_signatures;
}

static pat_status make_claim(const pat_replay_entry *judged, pat_arena *claims,
                             pat_claim *ret_claim) {
  const pat_claim_parts parts = {judged->replay->origin, judged->index, judged->entry, judged->keys,
                                 judged->key_count};
  pat_status status = pat_claim_make(&parts, claims, ret_claim);
  if (pat_is_ok(status)) return status;
  return refuse(judged->err, (pat_rule)status.rule, "signatures");
}

static pat_status take_entry(pat_replay_entry *judged, pat_arena *claims, pat_claim *ret_claim) {
  pat_replay *replay = judged->replay;
  const Patina__Entry *entry = judged->entry;
  PAT_TRY(check_place(replay, judged->err));
  PAT_TRY(check_time(replay, entry->logged_at_ms, judged->err));
  PAT_TRY(check_said(judged));
  bool is_public = entry->statement.len > 0;
  PAT_REQUIRE_AT(is_public || replay->genesis != NULL, GENESIS_FIRST, judged->err, 0, "entry");
  PAT_TRY(is_public ? pat_replay__public_check(judged) : pat_replay__candidates(judged));
  PAT_TRY(make_claim(judged, claims, ret_claim));
  PAT_TRY(append_links(judged));
  if (is_public) PAT_TRY(pat_replay__public_apply(judged));
  if (!is_public) name_subject(judged);
  count_entry(&replay->tally, entry);
  replay->time_ms = entry->logged_at_ms;
  replay->ends_with_commit = false;
  return PAT_OK;
}

/* --- commits --------------------------------------------------------------------------------- */

static bool field_is(ProtobufCBinaryData field, const pat_hash *hash) {
  return pat_span_equal(span_of(field), pat_hash_span(hash));
}

static pat_status check_chain(const pat_replay *replay, const Patina__IndexCommit *commit,
                              pat_err *reterr) {
  PAT_REQUIRE_AT(commit->covered_size == replay->range.size, AUDIT_COMMIT, reterr, 0,
                 "covered_size");
  PAT_REQUIRE_AT(commit->epoch == replay->tally.commits, AUDIT_COMMIT, reterr, 0, "epoch");
  /* That it is absent exactly at epoch 0 belongs to the form of a leaf. */
  bool leads_back = commit->epoch == 0 || commit->previous_index == replay->last_commit;
  PAT_REQUIRE_AT(leads_back, AUDIT_COMMIT, reterr, 0, "previous_index");
  return PAT_OK;
}

static pat_status take_commit(pat_replay *replay, const Patina__IndexCommit *commit,
                              pat_err *reterr) {
  PAT_REQUIRE_AT(replay->genesis != NULL, GENESIS_FIRST, reterr, 0, "commit");
  PAT_TRY(check_time(replay, commit->time_ms, reterr));
  PAT_TRY(check_chain(replay, commit, reterr));
  pat_hash log_root = pat_tlog_range_root(&replay->range);
  PAT_REQUIRE_AT(field_is(commit->log_root, &log_root), AUDIT_LOG_ROOT, reterr, 0, "log_root");
  PAT_REQUIRE_AT(commit->key_count == replay->histories.items.count, AUDIT_INDEX_ROOT, reterr, 0,
                 "key_count");
  pat_hash index_root = pat_histories_root(&replay->histories);
  PAT_REQUIRE_AT(field_is(commit->index_root, &index_root), AUDIT_INDEX_ROOT, reterr, 0,
                 "index_root");
  replay->tally.commits++;
  replay->last_commit = replay->range.size;
  replay->time_ms = commit->time_ms;
  replay->ends_with_commit = true;
  return PAT_OK;
}

/* --- leaves ---------------------------------------------------------------------------------- */

static pat_status take_decoded(pat_replay *replay, pat_span bytes, pat_arena *scratch,
                               pat_arena *claims, pat_claim *ret_claim, pat_err *reterr) {
  Patina__LogEntry *leaf = NULL;
  PAT_TRY(pat_entry_decode(bytes, scratch, &leaf, reterr));
  pat_hash hash = pat_tlog_leaf_hash(bytes);
  *ret_claim = (pat_claim){.index = replay->range.size};
  if (leaf->entry_case == PATINA__LOG_ENTRY__ENTRY_COMMIT) {
    PAT_TRY(take_commit(replay, leaf->commit, reterr));
  } else {
    pat_replay_entry judged = {.replay = replay,
                               .entry = leaf->statement,
                               .index = replay->range.size,
                               .leaf_hash = hash,
                               .scratch = scratch,
                               .err = reterr};
    PAT_TRY(take_entry(&judged, claims, ret_claim));
  }
  return pat_tlog_range_append(&replay->range, &hash);
}

pat_status pat_replay_leaf(pat_replay *replay, pat_span bytes, pat_arena *scratch,
                           pat_arena *claims, pat_claim *ret_claim, pat_err *reterr) {
  PAT_REQUIRE(has_room(replay), LIMIT_MEMORY);
  size_t mark = pat_arena_mark(scratch);
  pat_status status = take_decoded(replay, bytes, scratch, claims, ret_claim, reterr);
  pat_arena_reset_to(scratch, mark);
  return status;
}

pat_status pat_replay_end(const pat_replay *replay, pat_hash *ret_root) {
  PAT_REQUIRE(replay->ends_with_commit, AUDIT_END);
  *ret_root = pat_tlog_range_root(&replay->range);
  return PAT_OK;
}
