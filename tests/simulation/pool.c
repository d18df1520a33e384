#include "tests/simulation/pool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/assert.h"
#include "tests/support/ledger_catalog.h"

enum { ASSETS = 5, FOUNDING_ASSETS = 3, SERIALS = 6, TARGETS = 64, POOL_SEED = 1 };

/* What the writers know of the history to answer it; not what the ledger knows: some is refused. */
typedef struct {
  sim_pool *pool;
  test_random random;
  uint64_t versions[ASSETS + 1];
  pat_hash assignments[SERIALS];
  uint8_t assigned_to[SERIALS];
  pat_hash told[TARGETS];
  size_t told_count;
  uint64_t seq;
  pat_hash last_batch;
} plot;

static uint64_t below(plot *plot, uint64_t bound) {
  return test_random_below(&plot->random, bound);
}

static uint8_t some_asset(plot *plot) { return (uint8_t)(1 + below(plot, ASSETS)); }

/* --- the log's keys -------------------------------------------------------------------------- */

static void make_keys(sim_pool *pool) {
  pat_hash seed = pat_hash_of(PAT_SPAN_LITERAL("simulated log key"));
  pat_sign_keypair_from_seed(seed.bytes, pool->keys.log_public, pool->keys.log_secret);
  seed = pat_hash_of(PAT_SPAN_LITERAL("simulated promise key"));
  pat_sign_keypair_from_seed(seed.bytes, pool->promise_public, pool->keys.promise_secret);
  memcpy(pool->keys.vrf_secret, pool->world->vrf_secret, sizeof pool->keys.vrf_secret);
}

/* The world's genesis, with a promise key that somebody holds; so the log has another name. */
static void name_log(sim_pool *pool) {
  ledger_world *world = pool->world;
  world->genesis->parameters->promise_key =
      (ProtobufCBinaryData){PAT_PUBLIC_KEY_BYTES, pool->promise_public};
  PAT_ASSERT(pat_is_ok(pat_genesis_origin(world->genesis, &world->memory, &world->origin)));
  PAT_ASSERT(pat_is_ok(pat_note_key_make(pat_span_text(world->origin.text), PAT_NOTE_TYPE_ED25519,
                                         pool->keys.log_public, &pool->log_key)));
}

/* --- sealing --------------------------------------------------------------------------------- */

static pat_hash add(sim_pool *pool, ledger_draft *draft) {
  PAT_ASSERT(pool->count < SIM_STATEMENTS_MAX);
  sim_statement *statement = &pool->statements[pool->count];
  *statement = (sim_statement){.memo = {.proved = false}};
  statement->envelope = ledger_seal(draft, NULL);
  statement->submission = ledger_check(pool->world, statement->envelope);
  pool->count++;
  return statement->submission->statement.sha256;
}

/* --- founding -------------------------------------------------------------------------------- */

static void add_genesis(sim_pool *pool) {
  ledger_world *world = pool->world;
  ledger_draft draft = ledger_by_root(world);
  draft.message.body_case = PATINA__STATEMENT__BODY_GENESIS;
  draft.message.genesis = (Patina__Genesis *)(uintptr_t)world->genesis;
  pat_hash root = add(pool, &draft);
  world->actors[ROOT_A].principal = root;
  world->actors[ROOT_B].principal = root;
  world->actors[ROOT_C].principal = root;
}

static void add_catalog(sim_pool *pool) {
  pat_arena *memory = &pool->world->memory;
  Patina__AssetClass *classes[] = {ledger_class_painting(memory), ledger_class_vehicle(memory)};
  for (size_t i = 0; i < 2; i++) {
    ledger_draft draft = ledger_by_root(pool->world);
    ledger_publish_class(&draft, classes[i]);
    (void)add(pool, &draft);
  }
  Patina__IdentifierScheme *schemes[] = {ledger_scheme_chassis(memory),
                                         ledger_scheme_engine(memory), ledger_scheme_vin(memory)};
  for (size_t i = 0; i < 3; i++) {
    ledger_draft draft = ledger_by_root(pool->world);
    ledger_publish_scheme(&draft, schemes[i]);
    (void)add(pool, &draft);
  }
}

static void add_grant(sim_pool *pool, ledger_actor_id who, const char *role,
                      const char *class_name) {
  ledger_draft draft = ledger_by_root(pool->world);
  (void)ledger_grant(&draft, who, role, class_name);
  (void)add(pool, &draft);
}

static void add_founding(sim_pool *pool) {
  add_genesis(pool);
  add_catalog(pool);
  for (ledger_actor_id who = REGISTRAR; who <= KEEPER; who++) {
    ledger_draft draft = ledger_by(pool->world, who);
    (void)ledger_enrol(&draft, who);
    (void)add(pool, &draft);
  }
  add_grant(pool, REGISTRAR, "registrar", "vehicle");
  add_grant(pool, REGISTRAR_2, "registrar", "vehicle");
  add_grant(pool, INSPECTOR, "inspector", NULL);
  add_grant(pool, INSTALLER, "installer", NULL);
  for (ledger_actor_id who = DEVICE; who <= DEVICE_2; who++) {
    ledger_draft draft = ledger_by_two(pool->world, INSTALLER, who);
    (void)ledger_enrol_device(&draft, who);
    (void)add(pool, &draft);
  }
}

/* Something to speak of: a few of the assets, and a device in the first. */
static void add_assets(sim_pool *pool) {
  const ledger_said said[] = {{"make", SAID_OPEN, ledger_text(pool->world, "Saab")}};
  for (int asset = 1; asset <= FOUNDING_ASSETS; asset++) {
    ledger_draft draft = ledger_by(pool->world, REGISTRAR);
    (void)ledger_register(&draft, (uint8_t)asset, LEDGER_SAID(said));
    (void)add(pool, &draft);
  }
  ledger_draft draft = ledger_by(pool->world, INSTALLER);
  (void)ledger_bind(&draft, 1, 1);
  (void)add(pool, &draft);
}

/* --- the clients' statements ----------------------------------------------------------------- */

static ledger_draft some_vehicle(plot *plot) {
  ledger_world *world = plot->pool->world;
  const ledger_said said[] = {{"make", SAID_OPEN, ledger_text(world, "Saab")}};
  ledger_draft draft = ledger_by(world, below(plot, 4) == 0 ? KEEPER : REGISTRAR);
  (void)ledger_register(&draft, some_asset(plot), LEDGER_SAID(said));
  return draft;
}

static ledger_draft some_inspection(plot *plot) {
  ledger_world *world = plot->pool->world;
  const ledger_said said[] = {{"result", SAID_OPEN, ledger_text(world, "good")}};
  ledger_draft draft = ledger_by(world, below(plot, 8) == 0 ? STRANGER : INSPECTOR);
  (void)ledger_attest(&draft, some_asset(plot), LEDGER_SAID(said));
  (void)ledger_seal(&draft, &plot->told[plot->told_count++ % TARGETS]);
  return draft;
}

static ledger_draft some_change(plot *plot) {
  ledger_world *world = plot->pool->world;
  uint8_t asset = some_asset(plot);
  const ledger_said said[] = {{"colour", SAID_SLOT, ledger_text(world, "red")},
                              {"tags", SAID_OPEN, ledger_text(world, "x")}};
  ledger_draft draft = ledger_by(world, REGISTRAR);
  Patina__AttributesChanged *body = ledger_change(&draft, asset, LEDGER_SAID(said));
  body->expected_version = plot->versions[asset];
  plot->versions[asset] += below(plot, 4) > 0 ? 1 : 0;
  return draft;
}

static ledger_serial some_serial(plot *plot, size_t number) {
  char *text = ledger_take(plot->pool->world, 16);
  (void)snprintf(text, 16, "SN%03u", (unsigned)number);
  bool engine = number % 2 == 0;
  return (ledger_serial){engine ? "engine" : "chassis", 1, engine ? "" : "Saab", text};
}

static ledger_draft some_assignment(plot *plot) {
  size_t number = below(plot, SERIALS);
  uint8_t asset = some_asset(plot);
  ledger_draft draft = below(plot, 4) == 0
                           ? ledger_by_two(plot->pool->world, REGISTRAR, REGISTRAR_2)
                           : ledger_by(plot->pool->world, REGISTRAR);
  (void)ledger_assign(&draft, asset, some_serial(plot, number));
  (void)ledger_seal(&draft, &plot->assignments[number]);
  plot->assigned_to[number] = asset;
  return draft;
}

static ledger_draft some_release(plot *plot) {
  size_t number = below(plot, SERIALS);
  ledger_draft draft = ledger_by(plot->pool->world, REGISTRAR_2);
  (void)ledger_release(&draft, plot->assigned_to[number], some_serial(plot, number),
                       &plot->assignments[number]);
  return draft;
}

static ledger_draft some_answer(plot *plot) {
  ledger_world *world = plot->pool->world;
  const pat_hash *target = &plot->told[below(plot, plot->told_count % TARGETS + 1)];
  ledger_draft draft = ledger_by(world, INSPECTOR);
  ProtobufCBinaryData asset = ledger_fill(world, some_asset(plot), PAT_ASSET_ID_BYTES);
  if (below(plot, 2) == 0) {
    ledger_retract(&draft, target)->asset = asset;
    return draft;
  }
  const ledger_said said[] = {{"result", SAID_OPEN, ledger_text(world, "bad")}};
  ledger_correct(&draft, target, LEDGER_SAID(said))->asset = asset;
  return draft;
}

static ledger_draft some_readings(plot *plot) {
  ledger_world *world = plot->pool->world;
  ledger_draft draft = ledger_by(world, DEVICE);
  (void)ledger_telemetry(&draft, 1, plot->seq, plot->seq == 0 ? NULL : &plot->last_batch);
  (void)ledger_seal(&draft, &plot->last_batch);
  plot->seq++;
  return draft;
}

static ledger_draft some_act_of_root(plot *plot) {
  ledger_draft draft = ledger_by_root(plot->pool->world);
  (void)ledger_grant(&draft, KEEPER, below(plot, 2) == 0 ? "inspector" : "clerk", NULL);
  return draft;
}

static ledger_draft some_statement(plot *plot) {
  switch (below(plot, 12)) {
    case 0:
    case 1:
    case 2:
      return some_vehicle(plot);
    case 3:
      return some_change(plot);
    case 4:
    case 5:
      return some_assignment(plot);
    case 6:
      return some_release(plot);
    case 7:
      return some_answer(plot);
    case 8:
      return some_readings(plot);
    case 9:
      return some_act_of_root(plot);
    default:
      return some_inspection(plot);
  }
}

/* --- the pool -------------------------------------------------------------------------------- */

sim_pool *sim_pool_new(void) {
  sim_pool *pool = calloc(1, sizeof *pool);
  PAT_ASSERT(pool != NULL);
  pool->world = ledger_world_open((ledger_options){.root_keys = 0});
  make_keys(pool);
  name_log(pool);
  add_founding(pool);
  add_assets(pool);
  pool->founding = pool->count;
  plot plot = {.pool = pool, .random = test_random_make(POOL_SEED)};
  while (pool->count < SIM_FIXED_STATEMENTS) {
    ledger_draft draft = some_statement(&plot);
    (void)add(pool, &draft);
  }
  pool->fixed = pool->count;
  pool->memory_mark = pat_arena_mark(&pool->world->memory);
  return pool;
}

void sim_pool_free(sim_pool *pool) {
  if (pool == NULL) return;
  ledger_world_close(pool->world);
  free(pool);
}

void sim_pool_reset(sim_pool *pool, uint64_t seed) {
  pat_arena_reset_to(&pool->world->memory, pool->memory_mark);
  pool->count = pool->fixed;
  pool->world->counter = (seed + 1) << 32; /* so that nonces differ from seed to seed */
}

size_t sim_pool_sign(sim_pool *pool, test_random *random, uint64_t now_ms) {
  plot plot = {.pool = pool, .random = test_random_make(test_random_u64(random))};
  pool->world->now_ms = now_ms;
  ledger_draft draft = below(&plot, 2) == 0 ? some_inspection(&plot) : some_assignment(&plot);
  (void)add(pool, &draft);
  return pool->count - 1;
}

const pat_hash *sim_pool_hash(const sim_pool *pool, size_t statement) {
  PAT_ASSERT(statement < pool->count);
  return &pool->statements[statement].submission->statement.sha256;
}

size_t sim_pool_find(const sim_pool *pool, const uint8_t sha256[PAT_HASH_BYTES]) {
  for (size_t i = 0; i < pool->count; i++) {
    if (memcmp(sim_pool_hash(pool, i)->bytes, sha256, PAT_HASH_BYTES) == 0) return i;
  }
  return pool->count;
}

bool sim_pool_refuses_spoiled(sim_pool *pool, test_random *random, size_t statement) {
  ledger_world *world = pool->world;
  size_t mark = pat_arena_mark(&world->memory);
  Patina__SignedStatement spoiled = *pool->statements[statement].envelope;
  ProtobufCBinaryData bytes = {spoiled.statement.len, ledger_take(world, spoiled.statement.len)};
  memcpy(bytes.data, spoiled.statement.data, bytes.len);
  uint64_t bit = test_random_below(random, bytes.len * 8);
  bytes.data[bit / 8] ^= (uint8_t)(1u << (bit % 8));
  spoiled.statement = bytes;
  pat_submission submission;
  pat_status status =
      pat_submission_check(world->origin.text, &spoiled, &world->memory, &submission, NULL);
  pat_arena_reset_to(&world->memory, mark);
  return !pat_is_ok(status);
}
