/* A long random history, and everything the log commits to recomputed from its leaves alone: links,
 * sub-logs, the index's root, the log's root. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/envelope/entry.h"
#include "core/index/node.h"
#include "core/tlog/hash.h"
#include "tests/core/ledger/ledger_support.h"
#include "tests/core/tlog/oracle.h"

/* --- randomness ------------------------------------------------------------------------------ */

static uint64_t random_state;

static void seed_random(const char *test, uint64_t seed) {
  const char *given = getenv("PATINA_SEED");
  random_state = given == NULL ? seed : strtoull(given, NULL, 0);
  print_message("%s: PATINA_SEED=0x%llx\n", test, (unsigned long long)random_state);
}

/* SplitMix64. */
static uint64_t below(uint64_t bound) {
  random_state += 0x9e3779b97f4a7c15u;
  uint64_t z = random_state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return (z ^ (z >> 31)) % bound;
}

/* --- random statements ----------------------------------------------------------------------- */

enum { ASSETS = 40, SERIALS = 30, TARGETS = 256 };

/* What is known of the history, to answer it; not what the ledger knows: some of it is refused. */
typedef struct {
  ledger_world *world;
  uint64_t versions[ASSETS + 1];
  pat_hash assignments[SERIALS];
  uint8_t assigned_to[SERIALS];
  pat_hash told[TARGETS];
  size_t told_count;
  uint64_t seq;
  pat_hash last_batch;
  bool bound;
} random_plot;

static uint8_t some_asset(void) { return (uint8_t)(1 + below(ASSETS)); }

static ledger_serial some_serial(ledger_world *world, size_t number) {
  char *text = ledger_take(world, 16);
  (void)snprintf(text, 16, "SN%03u", (unsigned)number);
  return (ledger_serial){number % 2 == 0 ? "engine" : "chassis", 1, number % 2 == 0 ? "" : "Saab",
                         text};
}

static ledger_draft some_change(random_plot *plot) {
  ledger_world *world = plot->world;
  uint8_t asset = some_asset();
  const ledger_said said[] = {{"colour", SAID_SLOT, ledger_text(world, "red")},
                              {"tags", SAID_OPEN, ledger_text(world, "x")}};
  ledger_draft draft = ledger_by(world, REGISTRAR);
  Patina__AttributesChanged *body = ledger_change(&draft, asset, LEDGER_SAID(said));
  body->expected_version = plot->versions[asset];
  plot->versions[asset] += below(4) > 0 ? 1 : 0; /* now and then wrong: refused from then on */
  return draft;
}

static ledger_draft some_assignment(random_plot *plot) {
  size_t number = below(SERIALS);
  uint8_t asset = some_asset();
  ledger_draft draft = below(4) == 0 ? ledger_by_two(plot->world, REGISTRAR, REGISTRAR_2)
                                     : ledger_by(plot->world, REGISTRAR);
  (void)ledger_assign(&draft, asset, some_serial(plot->world, number));
  (void)ledger_seal(&draft, &plot->assignments[number]);
  plot->assigned_to[number] = asset;
  return draft;
}

static ledger_draft some_release(random_plot *plot) {
  size_t number = below(SERIALS);
  ledger_draft draft = ledger_by(plot->world, REGISTRAR_2);
  (void)ledger_release(&draft, plot->assigned_to[number], some_serial(plot->world, number),
                       &plot->assignments[number]);
  return draft;
}

static ledger_draft some_inspection(random_plot *plot) {
  ledger_draft draft = draft_inspection(plot->world, some_asset(), INSPECTOR);
  (void)ledger_seal(&draft, &plot->told[plot->told_count % TARGETS]);
  plot->told_count++;
  return draft;
}

static ledger_draft some_answer(random_plot *plot) {
  const pat_hash *target = &plot->told[below(plot->told_count % TARGETS + 1)];
  ledger_draft draft = ledger_by(plot->world, INSPECTOR);
  if (below(2) == 0) {
    ledger_retract(&draft, target)->asset =
        ledger_fill(plot->world, some_asset(), PAT_ASSET_ID_BYTES);
    return draft;
  }
  const ledger_said said[] = {{"result", SAID_OPEN, ledger_text(plot->world, "bad")}};
  (void)ledger_correct(&draft, target, LEDGER_SAID(said));
  return draft;
}

static ledger_draft some_batch(random_plot *plot) {
  if (!plot->bound) {
    plot->bound = true;
    ledger_draft draft = ledger_by(plot->world, INSTALLER);
    (void)ledger_bind(&draft, 1, 1);
    return draft;
  }
  ledger_draft draft = ledger_by(plot->world, DEVICE);
  (void)ledger_telemetry(&draft, 1, plot->seq, plot->seq == 0 ? NULL : &plot->last_batch);
  (void)ledger_seal(&draft, &plot->last_batch);
  plot->seq++;
  return draft;
}

static ledger_draft some_grant(random_plot *plot) {
  ledger_draft draft = ledger_by_root(plot->world);
  (void)ledger_grant(&draft, KEEPER, below(2) == 0 ? "inspector" : "clerk", NULL);
  return draft;
}

static ledger_draft some_statement(random_plot *plot) {
  switch (below(10)) {
    case 0:
    case 1:
      return draft_vehicle(plot->world, some_asset(), below(4) == 0 ? KEEPER : REGISTRAR);
    case 2:
      return some_change(plot);
    case 3:
      return some_assignment(plot);
    case 4:
      return some_release(plot);
    case 5:
      return some_answer(plot);
    case 6:
    case 7:
      return some_batch(plot);
    case 8:
      return some_grant(plot);
    default:
      return some_inspection(plot);
  }
}

/* --- the oracle ------------------------------------------------------------------------------ */

/* A subject's sub-log, as the leaves tell it. */
typedef struct {
  pat_hash key;
  pat_hash *leaves; /* sub-log leaf hashes */
  size_t count;
  uint64_t last_index;
} subject_history;

typedef struct {
  subject_history *items;
  size_t count;
  pat_hash *log; /* leaf hashes */
  size_t log_size;
  uint64_t time_ms;
  uint64_t commits;
  uint64_t last_commit;
} log_oracle;

static subject_history *find_history(log_oracle *oracle, ProtobufCBinaryData key) {
  for (size_t i = 0; i < oracle->count; i++) {
    if (memcmp(oracle->items[i].key.bytes, key.data, PAT_HASH_BYTES) == 0) return &oracle->items[i];
  }
  oracle->items = realloc(oracle->items, (oracle->count + 1) * sizeof *oracle->items);
  subject_history *made = &oracle->items[oracle->count];
  *made = (subject_history){.count = 0};
  memcpy(made->key.bytes, key.data, PAT_HASH_BYTES);
  oracle->count++;
  return made;
}

/* SHA-256(0x00 || u64be log index || leaf hash) */
static pat_hash sublog_leaf(uint64_t index, const pat_hash *leaf) {
  uint8_t bytes[9] = {0};
  for (size_t i = 0; i < 8; i++)
    bytes[1 + i] = (uint8_t)(index >> (56 - 8 * i));
  const pat_span parts[] = {PAT_SPAN_OF(bytes), pat_hash_span(leaf)};
  return pat_hash_of_parts(parts, 2);
}

static void take_link(log_oracle *oracle, const Patina__SubjectLink *link, uint64_t index,
                      const pat_hash *leaf_hash) {
  subject_history *history = find_history(oracle, link->key);
  assert_int_equal(link->seq, history->count);
  assert_int_equal(link->previous_case == PATINA__SUBJECT_LINK__PREVIOUS_PREVIOUS_INDEX,
                   history->count > 0);
  if (history->count > 0) assert_int_equal(link->previous_index, history->last_index);
  history->leaves = realloc(history->leaves, (history->count + 1) * sizeof *history->leaves);
  history->leaves[history->count] = sublog_leaf(index, leaf_hash);
  history->count++;
  history->last_index = index;
}

static int compare_histories(const void *a, const void *b) {
  return memcmp(((const subject_history *)a)->key.bytes, ((const subject_history *)b)->key.bytes,
                PAT_HASH_BYTES);
}

static pat_hash index_leaf(const subject_history *history) {
  uint8_t value[40] = {0};
  for (size_t i = 0; i < 8; i++)
    value[i] = (uint8_t)((uint64_t)history->count >> (56 - 8 * i));
  pat_hash root = oracle_root(history->leaves, 0, history->count);
  memcpy(value + 8, root.bytes, PAT_HASH_BYTES);
  const uint8_t head[] = {0, 32};
  const uint8_t size[] = {40};
  const pat_span parts[] = {PAT_SPAN_OF(head), pat_hash_span(&history->key), PAT_SPAN_OF(size),
                            PAT_SPAN_OF(value)};
  return pat_hash_of_parts(parts, 4);
}

static unsigned bit_of(const subject_history *history, uint32_t bit) {
  return history->key.bytes[bit / 8] >> (7 - bit % 8) & 1u;
}

/* Over the histories [from, to), sorted by key. */
static pat_hash index_root(const subject_history *items, size_t from, size_t to, uint32_t bit) {
  if (from == to) return pat_hash_of(PAT_SPAN_EMPTY);
  if (to - from == 1) return index_leaf(&items[from]);
  while (bit_of(&items[from], bit) == bit_of(&items[to - 1], bit))
    bit++;
  size_t split = from;
  while (bit_of(&items[split], bit) == 0)
    split++;
  pat_hash left = index_root(items, from, split, bit + 1);
  pat_hash right = index_root(items, split, to, bit + 1);
  uint8_t head[3] = {1, (uint8_t)bit, 1};
  size_t head_size = 2;
  if (bit >= 128) {
    head[1] = (uint8_t)(bit | 0x80);
    head[2] = (uint8_t)(bit >> 7);
    head_size = 3;
  }
  const pat_span parts[] = {{head, head_size}, pat_hash_span(&left), pat_hash_span(&right)};
  return pat_hash_of_parts(parts, 3);
}

static void take_commit(log_oracle *oracle, const Patina__IndexCommit *commit, uint64_t index) {
  assert_int_equal(commit->epoch, oracle->commits);
  if (oracle->commits > 0) assert_int_equal(commit->previous_index, oracle->last_commit);
  assert_int_equal(commit->covered_size, index);
  assert_int_equal(commit->key_count, oracle->count);
  pat_hash root = oracle_root(oracle->log, 0, index);
  assert_memory_equal(commit->log_root.data, root.bytes, PAT_HASH_BYTES);
  qsort(oracle->items, oracle->count, sizeof *oracle->items, compare_histories);
  pat_hash index_hash = index_root(oracle->items, 0, oracle->count, 0);
  assert_memory_equal(commit->index_root.data, index_hash.bytes, PAT_HASH_BYTES);
  assert_true(commit->time_ms >= oracle->time_ms);
  oracle->time_ms = commit->time_ms;
  oracle->commits++;
  oracle->last_commit = index;
}

static void take_leaf(log_oracle *oracle, ledger_world *world, uint64_t index) {
  size_t mark = pat_arena_mark(&world->memory);
  pat_span leaf = ledger_leaf(world, index);
  Patina__LogEntry *entry = NULL;
  assert_ok(pat_entry_decode(leaf, &world->memory, &entry, NULL));
  const uint8_t zero = 0;
  const pat_span parts[] = {{&zero, 1}, leaf};
  pat_hash leaf_hash = pat_hash_of_parts(parts, 2);
  if (entry->entry_case == PATINA__LOG_ENTRY__ENTRY_COMMIT) {
    take_commit(oracle, entry->commit, index);
  } else {
    assert_true(entry->statement->logged_at_ms >= oracle->time_ms);
    oracle->time_ms = entry->statement->logged_at_ms;
    for (size_t i = 0; i < entry->statement->n_subjects; i++)
      take_link(oracle, entry->statement->subjects[i], index, &leaf_hash);
  }
  oracle->log[index] = leaf_hash;
  pat_arena_reset_to(&world->memory, mark);
}

static void check_log(ledger_world *world) {
  uint64_t size = world->head.range.size;
  log_oracle oracle = {.log = malloc((size_t)size * sizeof(pat_hash))};
  assert_non_null(oracle.log);
  for (uint64_t index = 0; index < size; index++)
    take_leaf(&oracle, world, index);
  assert_int_equal(oracle.last_commit, size - 1);
  pat_hash root = oracle_root(oracle.log, 0, (size_t)size);
  pat_hash head_root = pat_tlog_range_root(&world->head.range);
  assert_memory_equal(root.bytes, head_root.bytes, PAT_HASH_BYTES);
  for (size_t i = 0; i < oracle.count; i++)
    free(oracle.items[i].leaves);
  free(oracle.items);
  free(oracle.log);
}

/* --- tests ----------------------------------------------------------------------------------- */

static void test_history__is_what_its_leaves_say(void **state) {
  ledger_world *world = *state;
  seed_random("test_history__is_what_its_leaves_say", 0x20260101);
  random_plot plot = {.world = world};
  size_t accepted = 0;
  size_t refused = 0;
  for (size_t round = 0; round < 60; round++) {
    Patina__SignedStatement *batch[20];
    size_t count = below(20);
    for (size_t i = 0; i < count; i++) {
      ledger_draft draft = some_statement(&plot);
      batch[i] = ledger_seal(&draft, NULL);
    }
    const pat_decision *decisions = ledger_run(world, batch, count);
    for (size_t i = 0; i < count; i++) {
      accepted += decisions[i].outcome == PAT_DECISION_ACCEPTED ? 1 : 0;
      refused += decisions[i].outcome == PAT_DECISION_REFUSED ? 1 : 0;
    }
    world->now_ms += below(5000);
  }
  print_message("%zu accepted, %zu refused\n", accepted, refused);
  assert_true(accepted > 100);
  assert_true(refused > 20);
  check_log(world);
}

/* The largest group, from nothing in the view. */
static void test_rounds__stay_few_for_the_largest_group(void **state) {
  ledger_world *world = *state;
  seed_random("test_rounds__stay_few_for_the_largest_group", 0x1000);
  random_plot plot = {.world = world};
  static Patina__SignedStatement *batch[PAT_GROUP_STATEMENTS_MAX];
  for (size_t i = 0; i < PAT_GROUP_STATEMENTS_MAX; i++) {
    ledger_draft draft = some_statement(&plot);
    batch[i] = ledger_seal(&draft, NULL);
  }
  (void)ledger_run(world, batch, PAT_GROUP_STATEMENTS_MAX);
  print_message("%zu rounds\n", world->rounds);
  assert_true(world->rounds <= 8);
  check_log(world);
}

/* Eight signers, and each statement about what the one before it made. */
static void test_rounds__do_not_grow_with_the_chain(void **state) {
  ledger_world *world = *state;
  static Patina__SignedStatement *batch[512];
  size_t count = 0;
  for (uint8_t asset = 1; asset <= 50; asset++) {
    ledger_draft registration = draft_vehicle(world, asset, REGISTRAR);
    batch[count++] = ledger_seal(&registration, NULL);
    ledger_serial serial = some_serial(world, asset);
    ledger_draft assignment = ledger_by_two(world, REGISTRAR, REGISTRAR_2);
    for (ledger_actor_id who = INSPECTOR; who <= DEVICE_2; who++)
      assignment.signer_count < 7 ? ledger_cosign(&assignment, who) : (void)0;
    (void)ledger_assign(&assignment, asset, serial);
    pat_hash assigned;
    batch[count++] = ledger_seal(&assignment, &assigned);
    ledger_draft release = ledger_by(world, REGISTRAR);
    (void)ledger_release(&release, asset, serial, &assigned);
    batch[count++] = ledger_seal(&release, NULL);
    ledger_draft inspection = draft_inspection(world, asset, INSPECTOR);
    pat_hash told;
    batch[count++] = ledger_seal(&inspection, &told);
    ledger_draft retraction = ledger_by(world, INSPECTOR);
    ledger_retract(&retraction, &told)->asset = ledger_fill(world, asset, PAT_ASSET_ID_BYTES);
    batch[count++] = ledger_seal(&retraction, NULL);
  }
  const pat_decision *decisions = ledger_run(world, batch, count);
  for (size_t i = 0; i < count; i++)
    assert_int_equal(decisions[i].outcome, PAT_DECISION_ACCEPTED);
  assert_true(world->rounds <= 6);
  check_log(world);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      ledger_test(test_history__is_what_its_leaves_say),
      ledger_test(test_rounds__stay_few_for_the_largest_group),
      ledger_test(test_rounds__do_not_grow_with_the_chain),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
