/* Hits: pat_replay_leaf, pat_replay_end, pat_claim_verify, pat_claim_make, pat_histories_append,
 * pat_histories_root, pat_roster_*, pat_match_entry.
 *
 * Input: the next leaf of the log of scene.h. Properties: it is refused with a rule, the same each
 * time, or taken; a claim has as many signatures as the entry, and no fewer keys; what was taken is
 * in the tree, and is refused when it comes again. */
#include <stdlib.h>
#include <string.h>

#include "core/audit/replay.h"
#include "core/base/assert.h"
#include "core/envelope/entry.h"
#include "tests/fuzz/fuzz_support.h"
#include "tests/fuzz/mutate.h"
#include "tests/fuzz/scene.h"

enum { STATEMENTS_MAX = 256, SCRATCH_BYTES = 16 * 1024 * 1024 };

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned seed) {
  return mutate_message(&patina__log_entry__descriptor, data, size, size_max, seed);
}

/* A replay with all its memory. */
typedef struct {
  pat_replay replay;
  size_t bytes[PAT_REPLAY_POOL_COUNT];
  void *items[PAT_REPLAY_POOL_COUNT];
  pat_hash said[STATEMENTS_MAX];
} whole;

static pat_arena keep;

static void make_room(whole *taken) {
  pat_replay_want want;
  while (pat_replay_wants(&taken->replay, &want)) {
    taken->items[want.pool] = realloc(want.items, want.bytes);
    taken->bytes[want.pool] = want.bytes;
    PAT_ASSERT(taken->items[want.pool] != NULL);
    pat_replay_give(&taken->replay, &want, taken->items[want.pool]);
  }
}

static pat_status take(whole *taken, pat_span leaf, pat_arena *arena, pat_claim *ret_claim,
                       pat_err *reterr) {
  /* Not of the input's arena, which zeroes what is taken from it. */
  _Alignas(16) static uint8_t memory[SCRATCH_BYTES];
  pat_arena scratch;
  pat_arena claims;
  pat_arena_init(&scratch, memory, sizeof memory);
  pat_arena_init(&claims, fuzz_take(arena, PAT_CLAIM_BYTES_MAX), PAT_CLAIM_BYTES_MAX);
  return pat_replay_leaf(&taken->replay, leaf, &scratch, &claims, ret_claim, reterr);
}

/* The scene's log, replayed once; the pools have room for one leaf more. */
static const whole *the_scene(void) {
  static whole scene;
  if (scene.replay.origin != NULL) return &scene;
  const ledger_world *world = scene_open();
  pat_said said;
  pat_said_init(&said, scene.said, STATEMENTS_MAX);
  pat_arena_init(&keep, malloc(PAT_REPLAY_KEEP_BYTES), PAT_REPLAY_KEEP_BYTES);
  pat_replay_init(&scene.replay, world->origin.text, said, &keep);
  for (uint64_t i = 0; i < world->head.range.size; i++) {
    pat_claim claim;
    make_room(&scene);
    PAT_ASSERT(pat_is_ok(take(&scene, ledger_leaf(world, i), fuzz_arena(), &claim, NULL)));
    PAT_ASSERT(pat_is_ok(pat_claim_verify(&claim)));
  }
  make_room(&scene);
  return &scene;
}

/* A replay that stands where the scene's ends. There is one at a time. */
static whole *begin(void) {
  static whole copy;
  const whole *scene = the_scene();
  void *items[PAT_REPLAY_POOL_COUNT];
  memcpy(items, copy.items, sizeof items);
  copy = *scene;
  copy.replay.said.slots = copy.said;
  for (int i = 0; i < PAT_REPLAY_POOL_COUNT; i++) {
    copy.items[i] = items[i] != NULL ? items[i] : malloc(scene->bytes[i]);
    PAT_ASSERT(copy.items[i] != NULL);
    memcpy(copy.items[i], scene->items[i], scene->bytes[i]);
  }
  copy.replay.histories.items.items = copy.items[PAT_REPLAY_HISTORIES];
  copy.replay.histories.branches.items = copy.items[PAT_REPLAY_BRANCHES];
  copy.replay.histories.peaks.items = copy.items[PAT_REPLAY_PEAKS];
  copy.replay.roster.principals.items = copy.items[PAT_REPLAY_PRINCIPALS];
  copy.replay.roster.keys.items = copy.items[PAT_REPLAY_KEYS];
  copy.replay.roster.grants.items = copy.items[PAT_REPLAY_GRANTS];
  return &copy;
}

static void check_taken(whole *taken, pat_span leaf, const pat_claim *claim, pat_arena *arena) {
  uint64_t size = the_scene()->replay.range.size;
  PAT_ASSERT(taken->replay.range.size == size + 1);
  PAT_ASSERT(claim->index == size);
  PAT_ASSERT(claim->key_count >= claim->signature_count);
  pat_status verdict = pat_claim_verify(claim);
  PAT_ASSERT(pat_is_ok(verdict) || pat_is_rule(verdict, PAT_RULE_CRYPTO_SIGNATURE_INVALID) ||
             pat_is_rule(verdict, PAT_RULE_AUDIT_SIGNER));
  pat_hash root;
  bool is_commit = claim->signature_count == 0;
  pat_status ended = pat_replay_end(&taken->replay, &root);
  PAT_ASSERT(is_commit ? pat_is_ok(ended) : pat_is_rule(ended, PAT_RULE_AUDIT_END));
  pat_hash index_root = pat_histories_root(&taken->replay.histories);
  pat_hash same_root = pat_histories_root(&taken->replay.histories);
  PAT_ASSERT(pat_hash_equal(&index_root, &same_root));
  pat_claim again;
  make_room(taken);
  PAT_ASSERT(!pat_is_ok(take(taken, leaf, arena, &again, NULL)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pat_span leaf = pat_span_make(data, size);
  (void)the_scene();
  pat_arena *arena = fuzz_arena();
  pat_claim claim;
  pat_err err = {.offset = 0};
  pat_status first = take(begin(), leaf, arena, &claim, &err);
  whole *taken = begin();
  pat_status status = take(taken, leaf, arena, &claim, &err);
  PAT_ASSERT(first.rule == status.rule);
  if (pat_is_ok(status)) {
    check_taken(taken, leaf, &claim, arena);
  } else {
    fuzz_check_refusal(status, &err);
  }
  return 0;
}
