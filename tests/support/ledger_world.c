#include "tests/support/ledger_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/assert.h"
#include "tests/support/ledger_catalog.h"
#include "tests/support/ledger_draft.h"

enum {
  WORLD_BYTES = 64 * 1024 * 1024, /* of each arena; reserved, touched on demand */
  INDEX_KEYS = 64 * 1024,
};

static const ledger_actor_id roots[] = {ROOT_A, ROOT_B, ROOT_C};

/* --- opening --------------------------------------------------------------------------------- */

static void take_arena(pat_arena *arena, size_t size) {
  void *memory = malloc(size);
  PAT_ASSERT(memory != NULL);
  pat_arena_init(arena, memory, size);
}

void *ledger_take(ledger_world *world, size_t size) {
  void *memory = pat_arena_take(&world->memory, size);
  PAT_ASSERT(memory != NULL);
  return memory;
}

static void make_actor(ledger_actor *actor, int id) {
  char name[32];
  int size = snprintf(name, sizeof name, "test actor %d", id);
  pat_hash seed = pat_hash_of(pat_span_make(name, (size_t)size));
  pat_sign_keypair_from_seed(seed.bytes, actor->public_key, actor->secret);
  actor->key_hash = pat_public_key_hash(actor->public_key);
  actor->principal = pat_hash_of(pat_hash_span(&actor->key_hash)); /* of nobody, until enrolled */
}

/* Ascending by their bytes, as the genesis has to name them. */
static void sort_keys(ProtobufCBinaryData *keys, size_t count) {
  for (size_t i = 1; i < count; i++) {
    for (size_t at = i; at > 0 && memcmp(keys[at - 1].data, keys[at].data, 32) > 0; at--) {
      ProtobufCBinaryData kept = keys[at];
      keys[at] = keys[at - 1];
      keys[at - 1] = kept;
    }
  }
}

static void make_vrf_key(ledger_world *world, uint8_t public_key[PAT_PUBLIC_KEY_BYTES]) {
  uint8_t uniform[PAT_VRF_UNIFORM_BYTES];
  memset(uniform, 0x5a, sizeof uniform);
  PAT_ASSERT(pat_is_ok(pat_vrf_secret_from_bytes(uniform, world->vrf_secret)));
  PAT_ASSERT(pat_is_ok(pat_vrf_public(world->vrf_secret, public_key)));
}

static void make_genesis(ledger_world *world) {
  Patina__GenesisParameters *parameters = ledger_take(world, sizeof *parameters);
  patina__genesis_parameters__init(parameters);
  parameters->nonce = ledger_fill(world, 0x11, PAT_GENESIS_NONCE_BYTES);
  parameters->n_root_keys = world->options.root_keys;
  parameters->root_keys = ledger_take(world, 3 * sizeof *parameters->root_keys);
  for (size_t i = 0; i < parameters->n_root_keys; i++) {
    parameters->root_keys[i] =
        (ProtobufCBinaryData){PAT_PUBLIC_KEY_BYTES, world->actors[roots[i]].public_key};
  }
  sort_keys(parameters->root_keys, parameters->n_root_keys);
  parameters->root_threshold = world->options.root_threshold;
  uint8_t *vrf_key = ledger_take(world, PAT_PUBLIC_KEY_BYTES);
  make_vrf_key(world, vrf_key);
  parameters->vrf_key = (ProtobufCBinaryData){PAT_PUBLIC_KEY_BYTES, vrf_key};
  parameters->promise_key = ledger_fill(world, 0x22, PAT_PUBLIC_KEY_BYTES);
  parameters->max_quiet_s = 60;
  parameters->policy = ledger_policy(&world->memory);
  if (world->options.adjust != NULL) world->options.adjust(parameters->policy);
  Patina__Genesis *genesis = ledger_take(world, sizeof *genesis);
  patina__genesis__init(genesis);
  genesis->prefix = (char *)"test.example/ledger";
  genesis->parameters = parameters;
  world->genesis = genesis;
  PAT_ASSERT(pat_is_ok(pat_genesis_origin(genesis, &world->memory, &world->origin)));
}

ledger_world *ledger_world_open(ledger_options options) {
  ledger_world *world = calloc(1, sizeof *world);
  PAT_ASSERT(world != NULL);
  world->options = options;
  if (options.root_keys == 0) world->options.root_keys = 3;
  if (options.root_threshold == 0) world->options.root_threshold = 2;
  take_arena(&world->memory, WORLD_BYTES);
  take_arena(&world->view_memory, WORLD_BYTES);
  take_arena(&world->plan_memory, WORLD_BYTES);
  if (options.plan_bytes > 0) world->plan_memory.capacity = options.plan_bytes;
  pat_index_node *nodes = calloc(PAT_INDEX_NODES_FOR(INDEX_KEYS), sizeof *nodes);
  PAT_ASSERT(nodes != NULL);
  pat_index_tree_init(&world->index, nodes, PAT_INDEX_NODES_FOR(INDEX_KEYS));
  for (int id = 0; id < ACTOR_COUNT; id++)
    make_actor(&world->actors[id], id);
  world->now_ms = LEDGER_START_MS;
  make_genesis(world);
  world->ledger = (pat_ledger){.origin = world->origin.text, .vrf_secret = world->vrf_secret};
  PAT_ASSERT(pat_is_ok(pat_head_decode(PAT_SPAN_EMPTY, &world->memory, &world->head)));
  return world;
}

void ledger_world_close(ledger_world *world) {
  if (world == NULL) return;
  ledger_store_clear(&world->store);
  free(world->index.nodes);
  free(world->memory.base);
  free(world->view_memory.base);
  free(world->plan_memory.base);
  free(world);
}

void ledger_world_begin(ledger_world *world) {
  ledger_draft draft = ledger_by_root(world);
  draft.message.body_case = PATINA__STATEMENT__BODY_GENESIS;
  draft.message.genesis = (Patina__Genesis *)(uintptr_t)world->genesis;
  pat_hash root = ledger_accept(&draft);
  for (size_t i = 0; i < world->options.root_keys; i++)
    world->actors[roots[i]].principal = root;
}

/* --- populating ------------------------------------------------------------------------------ */

static void publish_catalog(ledger_world *world) {
  Patina__AssetClass *classes[] = {ledger_class_painting(&world->memory),
                                   ledger_class_vehicle(&world->memory)};
  for (size_t i = 0; i < 2; i++) {
    ledger_draft draft = ledger_by_root(world);
    ledger_publish_class(&draft, classes[i]);
    (void)ledger_accept(&draft);
  }
  Patina__IdentifierScheme *schemes[] = {ledger_scheme_chassis(&world->memory),
                                         ledger_scheme_engine(&world->memory),
                                         ledger_scheme_vin(&world->memory)};
  for (size_t i = 0; i < 3; i++) {
    ledger_draft draft = ledger_by_root(world);
    ledger_publish_scheme(&draft, schemes[i]);
    (void)ledger_accept(&draft);
  }
}

static void grant(ledger_world *world, ledger_actor_id who, const char *role,
                  const char *class_name) {
  ledger_draft draft = ledger_by_root(world);
  (void)ledger_grant(&draft, who, role, class_name);
  (void)ledger_accept(&draft);
}

void ledger_world_populate(ledger_world *world) {
  publish_catalog(world);
  for (ledger_actor_id who = REGISTRAR; who <= KEEPER; who++) {
    ledger_draft draft = ledger_by(world, who);
    (void)ledger_enrol(&draft, who);
    (void)ledger_accept(&draft);
  }
  grant(world, REGISTRAR, "registrar", "vehicle");
  grant(world, REGISTRAR_2, "registrar", "vehicle");
  grant(world, INSPECTOR, "inspector", NULL);
  grant(world, INSTALLER, "installer", NULL);
  for (ledger_actor_id who = DEVICE; who <= DEVICE_2; who++) {
    ledger_draft draft = ledger_by_two(world, INSTALLER, who);
    (void)ledger_enrol_device(&draft, who);
    (void)ledger_accept(&draft);
  }
}

ledger_world *ledger_world_new(ledger_options options) {
  ledger_world *world = ledger_world_open(options);
  ledger_world_begin(world);
  ledger_world_populate(world);
  return world;
}

/* --- the driver ------------------------------------------------------------------------------ */

const pat_submission *ledger_check(ledger_world *world, const Patina__SignedStatement *envelope) {
  pat_submission *submission = ledger_take(world, sizeof *submission);
  pat_err err = {.offset = 0};
  pat_status status =
      pat_submission_check(world->origin.text, envelope, &world->memory, submission, &err);
  if (!pat_is_ok(status)) {
    fail_msg("the envelope is refused: %s at %s", pat_rule_id((pat_rule)status.rule), err.place);
  }
  return submission;
}

static pat_status fetch(void *context, const pat_view_slot *slot) {
  ledger_world *world = context;
  pat_span value = PAT_SPAN_EMPTY;
  bool present = ledger_store_get(&world->store, slot->key, &value);
  return pat_view_put_base(&world->view, slot->key, present, value);
}

static pat_batch make_batch(ledger_world *world, Patina__SignedStatement *const *envelopes,
                            size_t count) {
  const pat_submission **submissions = ledger_take(world, (count + 1) * sizeof *submissions);
  for (size_t i = 0; i < count; i++)
    submissions[i] = ledger_check(world, envelopes[i]);
  return (pat_batch){
      .now_ms = world->now_ms,
      .submissions = submissions,
      .memos = ledger_take(world, (count + 1) * sizeof(pat_plan_memo)),
      .decisions = ledger_take(world, (count + 1) * sizeof(pat_decision)),
      .count = count,
  };
}

pat_status ledger_plan(ledger_world *world, Patina__SignedStatement *const *envelopes, size_t count,
                       pat_decision **ret_decisions, pat_head *ret_head) {
  pat_batch batch = make_batch(world, envelopes, count);
  pat_arena_reset_to(&world->view_memory, 0);
  PAT_ASSERT(pat_is_ok(pat_view_init(&world->view, &world->view_memory)));
  pat_status status = pat_refuse(PAT_RULE_LEDGER_NEED);
  for (world->rounds = 0; pat_is_rule(status, PAT_RULE_LEDGER_NEED); world->rounds++) {
    assert_true(world->rounds < PAT_LEDGER_ROUNDS_MAX);
    pat_arena_reset_to(&world->plan_memory, 0);
    PAT_ASSERT(pat_is_ok(pat_view_each_need(&world->view, fetch, world)));
    assert_int_equal(world->view.need_count, 0);
    status = pat_ledger_plan(&world->ledger, &world->head, &batch, &world->view,
                             &world->plan_memory, ret_head);
  }
  *ret_decisions = batch.decisions;
  return status;
}

static pat_status store_write(void *context, const pat_view_slot *slot) {
  ledger_world *world = context;
  ledger_store_put(&world->store, slot->key, slot->overlay);
  return PAT_OK;
}

static void learn_genesis(ledger_world *world) {
  if (world->ledger.genesis != NULL) return;
  pat_span first;
  const uint8_t zero[8] = {0};
  pat_ledger_key key = {PAT_LEDGER_LEAF, PAT_SPAN_OF(zero)};
  PAT_ASSERT(ledger_store_get(&world->store, key, &first));
  uint8_t *copy = ledger_take(world, first.size);
  memcpy(copy, first.data, first.size);
  const Patina__GenesisParameters *parameters = NULL;
  pat_status status = pat_ledger_genesis(pat_span_make(copy, first.size), world->origin.text,
                                         &world->memory, &parameters, NULL);
  if (pat_is_ok(status)) world->ledger.genesis = parameters;
}

void ledger_commit(ledger_world *world, pat_head planned) {
  pat_arena *arena = &world->plan_memory;
  assert_true(pat_is_ok(
      pat_ledger_changed_subjects(&world->view, arena, &world->changed, &world->changed_count)));
  for (size_t i = 0; i < world->changed_count; i++) {
    pat_index_value value = {world->changed[i].count, world->changed[i].root};
    assert_true(pat_is_ok(pat_index_tree_put(&world->index, &world->changed[i].key, &value)));
  }
  pat_commit_input input = {world->now_ms, pat_index_tree_root(&world->index),
                            world->index.key_count};
  pat_span leaf;
  assert_true(
      pat_is_ok(pat_ledger_close(&world->ledger, &input, &planned, &world->view, arena, &leaf)));
  assert_true(pat_is_ok(pat_view_each_write(&world->view, store_write, world)));
  world->head = planned;
  learn_genesis(world);
}

pat_decision *ledger_run(ledger_world *world, Patina__SignedStatement *const *envelopes,
                         size_t count) {
  pat_decision *decisions = NULL;
  pat_head planned;
  pat_status status = ledger_plan(world, envelopes, count, &decisions, &planned);
  assert_string_equal(pat_rule_id((pat_rule)status.rule), "ok");
  ledger_commit(world, planned);
  return decisions;
}

pat_span ledger_leaf(const ledger_world *world, uint64_t index) {
  uint8_t key_bytes[8];
  for (size_t i = 0; i < sizeof key_bytes; i++)
    key_bytes[i] = (uint8_t)(index >> (56 - 8 * i));
  pat_span leaf = PAT_SPAN_EMPTY;
  pat_ledger_key key = {PAT_LEDGER_LEAF, PAT_SPAN_OF(key_bytes)};
  assert_true(ledger_store_get(&world->store, key, &leaf));
  return leaf;
}
