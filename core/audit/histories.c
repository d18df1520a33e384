#include "core/audit/histories.h"

#include "core/index/node.h"

PAT_STATIC_ASSERT(PAT_INDEX_KEY_BITS == 8 * PAT_HASH_BYTES, "keys are digests");
PAT_STATIC_ASSERT(sizeof(pat_hash) >= sizeof(uint32_t), "a free run names the next in its first");

/* A place in the tree is the number of a branch, or of a history with this bit set. */
#define AT_HISTORY UINT32_C(0x80000000)

/* The branches from the root to the history at the end of a way down. */
typedef struct {
  uint32_t branches[PAT_INDEX_KEY_BITS];
  uint32_t depth;
  uint32_t end; /* a history */
} way_down;

static bool is_history(uint32_t place) { return (place & AT_HISTORY) != 0; }

static pat_history *history_at(const pat_histories *histories, uint32_t place) {
  uint32_t number = place & ~AT_HISTORY;
  PAT_ASSERT(number < histories->items.count);
  return (pat_history *)histories->items.items + number;
}

static pat_history_branch *branch_at(const pat_histories *histories, uint32_t place) {
  PAT_ASSERT(place < histories->branches.count);
  return (pat_history_branch *)histories->branches.items + place;
}

static pat_hash *peaks_at(const pat_histories *histories, uint32_t first) {
  PAT_ASSERT(first <= histories->peaks.count);
  return (pat_hash *)histories->peaks.items + first;
}

static unsigned side_of(const pat_hash *key, uint32_t bit) {
  return pat_index_key_bit(pat_hash_span(key), bit);
}

static bool valid(const pat_histories *histories) {
  uint32_t count = histories->items.count;
  return histories->branches.count == (count < 2 ? 0 : count - 1);
}

bool pat_histories_has_room(const pat_histories *histories, uint32_t count) {
  return pat_pool_has_room(&histories->items, count) &&
         pat_pool_has_room(&histories->branches, count) &&
         pat_pool_has_room(&histories->peaks, count * PAT_HISTORY_PEAKS_MAX) &&
         histories->items.count + count < AT_HISTORY;
}

/* --- the tree -------------------------------------------------------------------------------- */

static void go_down(const pat_histories *histories, const pat_hash *key, way_down *ret_way) {
  PAT_ASSERT(histories->items.count > 0);
  uint32_t at = histories->root;
  ret_way->depth = 0;
  while (!is_history(at)) {
    PAT_ASSERT(ret_way->depth < PAT_INDEX_KEY_BITS);
    const pat_history_branch *branch = branch_at(histories, at);
    ret_way->branches[ret_way->depth++] = at;
    at = branch->child[side_of(key, branch->bit)];
  }
  ret_way->end = at;
}

pat_history *pat_histories_find(const pat_histories *histories, const pat_hash *key) {
  if (histories->items.count == 0) return NULL;
  way_down way;
  go_down(histories, key, &way);
  pat_history *found = history_at(histories, way.end);
  return pat_hash_equal(&found->key, key) ? found : NULL;
}

/* The first branches of the way will have other hashes. */
static void touch(pat_histories *histories, const way_down *way, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    branch_at(histories, way->branches[i])->clean = false;
}

/* Puts a new history beside all keys that agree with its own up to `bit`. */
static void insert(pat_histories *histories, const way_down *way, uint32_t bit, uint32_t place) {
  const pat_hash *key = &history_at(histories, place)->key;
  uint32_t above = way->depth;
  while (above > 0 && branch_at(histories, way->branches[above - 1])->bit > bit)
    above--;
  uint32_t displaced = above < way->depth ? way->branches[above] : way->end;
  uint32_t made = pat_pool_take(&histories->branches, 1);
  pat_history_branch *branch = branch_at(histories, made);
  unsigned side = side_of(key, bit);
  *branch = (pat_history_branch){.bit = (uint16_t)bit};
  branch->child[side] = place;
  branch->child[1 - side] = displaced;
  if (above == 0) {
    histories->root = made;
  } else {
    pat_history_branch *parent = branch_at(histories, way->branches[above - 1]);
    parent->child[side_of(key, parent->bit)] = made;
  }
  touch(histories, way, above);
}

static pat_history *add_history(pat_histories *histories, const pat_hash *key,
                                const way_down *way) {
  uint32_t place = pat_pool_take(&histories->items, 1) | AT_HISTORY;
  pat_history *made = history_at(histories, place);
  *made = (pat_history){.key = *key};
  if (histories->items.count == 1) {
    histories->root = place;
    return made;
  }
  uint32_t bit = pat_index_first_difference(key, &history_at(histories, way->end)->key);
  PAT_ASSERT(bit < PAT_INDEX_KEY_BITS);
  insert(histories, way, bit, place);
  return made;
}

/* --- sub-logs -------------------------------------------------------------------------------- */

/* Runs of hashes of one size; a run that is given back names the next free one of its size. */
static uint32_t take_run(pat_histories *histories, size_t size) {
  uint32_t free = histories->free_peaks[size];
  if (free == 0) return pat_pool_take(&histories->peaks, (uint32_t)size);
  pat_span next = pat_span_make(peaks_at(histories, free - 1)->bytes, sizeof free);
  pat_span_copy(&histories->free_peaks[size], sizeof free, next);
  return free - 1;
}

static void give_run(pat_histories *histories, uint32_t first, size_t size) {
  pat_span next = pat_span_make(&histories->free_peaks[size], sizeof first);
  pat_span_copy(peaks_at(histories, first)->bytes, PAT_HASH_BYTES, next);
  histories->free_peaks[size] = first + 1;
}

static void load_sublog(const pat_histories *histories, const pat_history *history,
                        pat_tlog_range *ret_sublog) {
  ret_sublog->size = history->count;
  size_t count = pat_tlog_peak_count(history->count);
  const pat_hash *peaks = peaks_at(histories, history->peaks);
  for (size_t i = 0; i < count; i++)
    ret_sublog->peaks[i] = peaks[i];
}

static void store_sublog(pat_histories *histories, pat_history *history,
                         const pat_tlog_range *sublog) {
  size_t before = pat_tlog_peak_count(history->count);
  size_t count = pat_tlog_peak_count(sublog->size);
  if (count != before) {
    if (before > 0) give_run(histories, history->peaks, before);
    history->peaks = take_run(histories, count);
  }
  pat_hash *peaks = peaks_at(histories, history->peaks);
  for (size_t i = 0; i < count; i++)
    peaks[i] = sublog->peaks[i];
  history->count = (uint32_t)sublog->size;
}

pat_index_value pat_histories_value(const pat_histories *histories, const pat_history *history) {
  pat_tlog_range sublog;
  load_sublog(histories, history, &sublog);
  return pat_index_value_of(&sublog);
}

/* --- appending ------------------------------------------------------------------------------- */

static pat_status check_link(const pat_history *history, const pat_subject_link *link) {
  uint64_t count = history == NULL ? 0 : history->count;
  PAT_REQUIRE(link->seq == count, AUDIT_LINK);
  if (history == NULL) return PAT_OK;
  PAT_REQUIRE(link->previous_index == history->last_index, AUDIT_LINK);
  PAT_REQUIRE(history->count < UINT32_MAX, LIMIT_MEMORY);
  return PAT_OK;
}

pat_status pat_histories_append(pat_histories *histories, const pat_subject_link *link,
                                uint64_t index, const pat_hash *leaf, pat_history **ret_history) {
  PAT_ASSERT(valid(histories));
  way_down way = {.depth = 0};
  pat_history *history = NULL;
  if (histories->items.count > 0) {
    go_down(histories, &link->key, &way);
    history = history_at(histories, way.end);
    if (!pat_hash_equal(&history->key, &link->key)) history = NULL;
  }
  PAT_TRY(check_link(history, link));
  if (history == NULL) {
    history = add_history(histories, &link->key, &way);
  } else {
    touch(histories, &way, way.depth);
  }
  pat_tlog_range sublog;
  load_sublog(histories, history, &sublog);
  PAT_TRY(pat_index_sublog_append(&sublog, index, leaf));
  store_sublog(histories, history, &sublog);
  history->last_index = index;
  *ret_history = history;
  PAT_ASSERT(valid(histories));
  return PAT_OK;
}

/* --- the index root -------------------------------------------------------------------------- */

static pat_hash hash_of(const pat_histories *histories, uint32_t place) {
  if (!is_history(place)) return branch_at(histories, place)->hash;
  const pat_history *history = history_at(histories, place);
  pat_index_value value = pat_histories_value(histories, history);
  uint8_t bytes[PAT_INDEX_VALUE_BYTES];
  pat_index_value_encode(&value, bytes);
  return pat_index_leaf_hash(pat_hash_span(&history->key), PAT_SPAN_OF(bytes));
}

static bool is_dirty(const pat_histories *histories, uint32_t place) {
  return !is_history(place) && !branch_at(histories, place)->clean;
}

/* Hashes what is not clean, children before their parents. */
static void refresh(pat_histories *histories) {
  uint32_t way[PAT_INDEX_KEY_BITS + 1];
  size_t depth = 1;
  way[0] = histories->root;
  while (depth > 0) {
    pat_history_branch *branch = branch_at(histories, way[depth - 1]);
    unsigned dirty = is_dirty(histories, branch->child[0]) ? 0 : 1;
    if (dirty == 0 || is_dirty(histories, branch->child[1])) {
      PAT_ASSERT(depth <= PAT_INDEX_KEY_BITS);
      way[depth++] = branch->child[dirty];
      continue;
    }
    pat_hash left = hash_of(histories, branch->child[0]);
    pat_hash right = hash_of(histories, branch->child[1]);
    branch->hash = pat_index_inner_hash(branch->bit, &left, &right);
    branch->clean = true;
    depth--;
  }
}

pat_hash pat_histories_root(pat_histories *histories) {
  PAT_ASSERT(valid(histories));
  if (histories->items.count == 0) return pat_index_empty_root();
  if (is_dirty(histories, histories->root)) refresh(histories);
  return hash_of(histories, histories->root);
}
