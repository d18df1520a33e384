#include "clients/cli/audit/run.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "clients/cli/audit/tree.h"
#include "clients/cli/audit/workers.h"
#include "clients/cli/output.h"

typedef struct {
  pat_mirror *mirror;
  pat_bar bar;
  pat_tree_check check;
  pat_audited *audited;
  pat_workers *workers;
  pat_audit_found *found;
  uint64_t skip;    /* leaves whose signatures were verified before */
  uint64_t kept_ms; /* when it was written down last what is judged */
} audit_run;

static void run_clear(audit_run *run) { pat_workers_close(&run->workers); }

void pat_audited_clear(pat_audited *audited) {
  for (size_t i = 0; i < PAT_REPLAY_POOL_COUNT; i++)
    free(audited->pools[i]);
  free(audited->said);
  free(audited->keep.base);
  free(audited->scratch.base);
  *audited = (pat_audited){.said = NULL};
}

static pat_status open_arena(pat_arena *arena, size_t size) {
  void *memory = malloc(size);
  PAT_REQUIRE(memory != NULL, LIMIT_MEMORY);
  pat_arena_init(arena, memory, size);
  return PAT_OK;
}

static pat_status open_memory(audit_run *run) {
  pat_audited *memory = run->audited;
  PAT_TRY(open_arena(&memory->keep, PAT_REPLAY_KEEP_BYTES));
  PAT_TRY(open_arena(&memory->scratch, PAT_REPLAY_SCRATCH_BYTES));
  PAT_REQUIRE(run->check.head.size < UINT32_MAX / 2, LIMIT_MEMORY);
  uint64_t slots = pat_said_slots_for(run->check.head.size);
  memory->said = calloc(slots, sizeof *memory->said);
  PAT_REQUIRE(memory->said != NULL, LIMIT_MEMORY);
  pat_said said;
  pat_said_init(&said, memory->said, (uint32_t)slots);
  pat_replay_init(&memory->replay, run->mirror->origin, said, &memory->keep);
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  return pat_workers_open(processors > 0 ? (size_t)processors : 1, &run->workers);
}

static pat_status make_room(audit_run *run) {
  pat_replay_want want;
  while (pat_replay_wants(&run->audited->replay, &want)) {
    void *items = realloc(want.items, want.bytes);
    PAT_REQUIRE(items != NULL, LIMIT_MEMORY);
    run->audited->pools[want.pool] = items;
    pat_replay_give(&run->audited->replay, &want, items);
  }
  return PAT_OK;
}

/* --- refusals -------------------------------------------------------------------------------- */

static pat_status refuse_leaf(audit_run *run, pat_status status, uint64_t index) {
  if (status.category == PAT_CATEGORY_IO || pat_is_rule(status, PAT_RULE_LIMIT_MEMORY)) {
    return status;
  }
  run->found->has_bad = true;
  run->found->bad_index = index;
  return pat_cli_fail_as(run->mirror->cli, status, pat_exit_of_evidence(status),
                         "log index %" PRIu64 ": %s", index,
                         pat_rule_message((pat_rule)status.rule));
}

/* --- signatures ------------------------------------------------------------------------------ */

static pat_status keep_judged(audit_run *run, const pat_tlog_head *head, bool now) {
  enum { EVERY_MS = 2000 };
  uint64_t now_ms = pat_cli_now_ms();
  if (!now && now_ms - run->kept_ms < EVERY_MS) return PAT_OK;
  run->kept_ms = now_ms;
  return pat_mirror_put_judged(run->mirror, head);
}

/* Takes the oldest batch back. *ret_any false: none is under way. */
static pat_status take_back(audit_run *run, bool *ret_any) {
  const pat_batch_of_claims *batch = pat_workers_take(run->workers);
  *ret_any = batch != NULL;
  if (batch == NULL) return PAT_OK;
  if (!pat_is_ok(batch->status)) return refuse_leaf(run, batch->status, batch->bad_index);
  for (size_t i = 0; i < batch->count; i++)
    run->found->verified += batch->claims[i].signature_count;
  pat_bar_tell(&run->bar, batch->head.size);
  if (batch->head.size <= run->skip) return PAT_OK;
  return keep_judged(run, &batch->head, batch->head.size == run->check.head.size);
}

static pat_status take_all_back(audit_run *run) {
  bool any = true;
  while (any) {
    PAT_TRY(take_back(run, &any));
  }
  return PAT_OK;
}

static pat_status empty_batch(audit_run *run, pat_batch_of_claims **ret_batch) {
  bool any = true;
  *ret_batch = pat_workers_empty(run->workers);
  while (*ret_batch == NULL) {
    PAT_TRY(take_back(run, &any));
    *ret_batch = pat_workers_empty(run->workers);
  }
  return PAT_OK;
}

/* --- leaves ---------------------------------------------------------------------------------- */

/* A bundle's leaves, and the hashes that the tree has in their places. */
typedef struct {
  pat_tlog_tile tile; /* of the bundle */
  pat_span leaves[PAT_TLOG_TILE_WIDTH];
  pat_span hashes;
} bundle;

static pat_status load_hashes(audit_run *run, bundle *loaded) {
  bool kept = false;
  pat_tlog_tile tile = loaded->tile;
  tile.kind = PAT_TLOG_TILE_HASHES;
  PAT_TRY(pat_mirror_tile(run->mirror, &tile, &loaded->hashes, &kept));
  PAT_REQUIRE(loaded->hashes.size == (size_t)tile.width * PAT_HASH_BYTES, AUDIT_TILE);
  return PAT_OK;
}

static pat_status check_bundle(bundle *loaded, pat_span bytes, size_t *ret_bad) {
  *ret_bad = 0;
  PAT_REQUIRE(pat_is_ok(pat_tlog_bundle_decode(bytes, loaded->tile.width, loaded->leaves, NULL)),
              AUDIT_TILE);
  for (; *ret_bad < loaded->tile.width; (*ret_bad)++) {
    pat_hash hash = pat_tlog_leaf_hash(loaded->leaves[*ret_bad]);
    pat_span expected = pat_span_slice(loaded->hashes, *ret_bad * PAT_HASH_BYTES, PAT_HASH_BYTES);
    PAT_REQUIRE(pat_span_equal(pat_hash_span(&hash), expected), AUDIT_TILE);
  }
  return PAT_OK;
}

/* A bundle of one's own that does not fit may only be damaged: then the log is asked. */
static pat_status load_bundle(audit_run *run, uint64_t index, bundle *ret_loaded) {
  ret_loaded->tile = (pat_tlog_tile){
      .kind = PAT_TLOG_TILE_ENTRIES,
      .width = pat_tlog_tile_width(run->check.head.size, 0, index),
      .index = index,
  };
  PAT_TRY(load_hashes(run, ret_loaded));
  bool kept = false;
  pat_span bytes;
  size_t bad = 0;
  PAT_TRY(pat_mirror_tile(run->mirror, &ret_loaded->tile, &bytes, &kept));
  pat_status status = check_bundle(ret_loaded, bytes, &bad);
  if (!pat_is_ok(status) && kept) {
    PAT_TRY(pat_mirror_fetch(run->mirror, &ret_loaded->tile, &bytes));
    status = check_bundle(ret_loaded, bytes, &bad);
  }
  if (pat_is_ok(status)) return status;
  return refuse_leaf(run, status, index * PAT_TLOG_TILE_WIDTH + bad);
}

static pat_status replay_leaf(audit_run *run, pat_span leaf, pat_batch_of_claims *batch) {
  PAT_TRY(make_room(run));
  uint64_t index = run->audited->replay.range.size;
  size_t mark = pat_arena_mark(&batch->arena);
  pat_claim *claim = &batch->claims[batch->count];
  pat_status status = pat_replay_leaf(&run->audited->replay, leaf, &run->audited->scratch,
                                      &batch->arena, claim, &run->mirror->cli->error);
  if (!pat_is_ok(status)) {
    /* What is still being verified stands before this leaf: it is the first if it is bad. */
    pat_err error = run->mirror->cli->error;
    run->mirror->cli->error = (pat_err){.offset = 0};
    batch->head.size = 0;
    pat_workers_give(run->workers);
    PAT_TRY(take_all_back(run));
    run->mirror->cli->error = error;
    return refuse_leaf(run, status, index);
  }
  if (index < run->skip) {
    run->found->verified_before += claim->signature_count;
    pat_arena_reset_to(&batch->arena, mark);
  } else if (claim->signature_count > 0) {
    batch->count++;
  }
  return PAT_OK;
}

/* Whether a tree that was seen before is the beginning of this one. */
static void compare_earlier(pat_audited *audited) {
  const pat_tlog_range *range = &audited->replay.range;
  if (range->size != audited->earlier.size) return;
  pat_hash root = pat_tlog_range_root(range);
  audited->earlier_fits = pat_hash_equal(&root, &audited->earlier.root);
}

static pat_status replay_bundle(audit_run *run, uint64_t index) {
  pat_arena *arena = &run->mirror->cli->arena;
  size_t mark = pat_arena_mark(arena);
  bundle loaded;
  pat_batch_of_claims *batch = NULL;
  PAT_TRY(load_bundle(run, index, &loaded));
  PAT_TRY(empty_batch(run, &batch));
  for (size_t i = 0; i < loaded.tile.width; i++) {
    PAT_TRY(replay_leaf(run, loaded.leaves[i], batch));
    compare_earlier(run->audited);
  }
  batch->head = (pat_tlog_head){run->audited->replay.range.size,
                                pat_tlog_range_root(&run->audited->replay.range)};
  pat_workers_give(run->workers);
  pat_arena_reset_to(arena, mark);
  return PAT_OK;
}

static pat_status replay_all(audit_run *run) {
  const pat_tlog_head *head = &run->check.head;
  uint64_t bundles = (head->size + PAT_TLOG_TILE_WIDTH - 1) / PAT_TLOG_TILE_WIDTH;
  for (uint64_t index = 0; index < bundles; index++) {
    PAT_TRY(replay_bundle(run, index));
  }
  PAT_TRY(take_all_back(run));
  pat_hash root;
  pat_status status = pat_replay_end(&run->audited->replay, &root);
  if (!pat_is_ok(status)) return refuse_leaf(run, status, head->size > 0 ? head->size - 1 : 0);
  PAT_REQUIRE(pat_hash_equal(&root, &head->root), AUDIT_ROOT);
  return PAT_OK;
}

/* --- the whole ------------------------------------------------------------------------------- */

static pat_status verify_tree(audit_run *run) {
  pat_cli *cli = run->mirror->cli;
  pat_bar_begin(&run->bar, cli, "tiles", run->check.head.size);
  pat_status status = pat_tree_verify(run->mirror, &run->bar, &run->check);
  pat_bar_clear(&run->bar);
  return status;
}

/* The tiles contradict the checkpoint. Where a leaf contradicts its tile too, that one is named. */
static pat_status find_bad_leaf(audit_run *run, pat_status status) {
  uint64_t bundles = (run->check.head.size + PAT_TLOG_TILE_WIDTH - 1) / PAT_TLOG_TILE_WIDTH;
  pat_err error = run->mirror->cli->error;
  run->mirror->cli->error = (pat_err){.offset = 0};
  for (uint64_t index = 0; index < bundles; index++) {
    size_t mark = pat_arena_mark(&run->mirror->cli->arena);
    bundle loaded;
    PAT_TRY(load_bundle(run, index, &loaded));
    pat_arena_reset_to(&run->mirror->cli->arena, mark);
  }
  run->mirror->cli->error = error;
  return pat_cli_evidence(run->mirror->cli, status);
}

pat_status pat_audit_run(pat_mirror *mirror, const pat_tlog_head *head, pat_audited *audited,
                         pat_audit_found *ret_found) {
  PAT_CLEANUP(run_clear)
  audit_run run = {.mirror = mirror, .audited = audited, .found = ret_found};
  *ret_found = (pat_audit_found){.has_bad = false};
  run.check.head = *head;
  PAT_TRY(pat_mirror_judged(mirror, &run.check.judged));
  pat_status status = verify_tree(&run);
  if (status.category == PAT_CATEGORY_CORRUPT) return find_bad_leaf(&run, status);
  PAT_TRY(status);
  if (run.check.judged_fits) run.skip = run.check.judged.size;
  PAT_TRY(open_memory(&run));
  pat_bar_begin(&run.bar, mirror->cli, "entries", head->size);
  status = replay_all(&run);
  pat_bar_clear(&run.bar);
  ret_found->tally = audited->replay.tally;
  ret_found->subjects = audited->replay.histories.items.count;
  ret_found->milliseconds = pat_cli_now_ms() - run.bar.began_ms;
  return status;
}
