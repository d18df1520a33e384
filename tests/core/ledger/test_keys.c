/* Rotation and revocation: who may change a principal's keys, and what an ended key may still do.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/core/ledger/ledger_support.h"

static void rotate(ledger_world *world, ledger_actor_id who, ledger_actor_id next) {
  ledger_draft draft = ledger_by(world, who);
  (void)ledger_rotate(&draft, who, next);
  (void)ledger_accept(&draft);
}

static void revoke_by_root(ledger_world *world, ledger_actor_id who, uint64_t since) {
  ledger_draft draft = ledger_by_root(world);
  (void)ledger_revoke(&draft, who, since);
  (void)ledger_accept(&draft);
}

static void refuse_revocation(ledger_world *world, ledger_actor_id who, uint64_t since,
                              pat_rule rule) {
  ledger_draft draft = ledger_by_root(world);
  (void)ledger_revoke(&draft, who, since);
  ledger_refuse(&draft, rule);
}

/* --- rotation -------------------------------------------------------------------------------- */

static void test_rotation__refuses_principals_that_cannot_rotate(void **state) {
  ledger_world *world = *state;
  ledger_draft unknown = ledger_by(world, KEEPER);
  Patina__KeyRotated *body = ledger_rotate(&unknown, KEEPER, NEXT_KEY);
  body->principal = ledger_fill(world, 7, PAT_HASH_BYTES);
  memset(world->actors[NEXT_KEY].principal.bytes, 7, PAT_HASH_BYTES);
  ledger_refuse(&unknown, PAT_RULE_PRINCIPAL_UNKNOWN);
  ledger_draft root = ledger_by_root(world);
  (void)ledger_rotate(&root, ROOT_A, NEXT_KEY);
  ledger_refuse(&root, PAT_RULE_KEY_ROOT);
}

/* A key is enrolled once, ever: neither another's nor one's own comes back. */
static void test_rotation__refuses_a_key_that_was_enrolled(void **state) {
  ledger_world *world = *state;
  pat_hash registrar = world->actors[REGISTRAR].principal;
  ledger_draft others = ledger_by(world, KEEPER);
  (void)ledger_rotate(&others, KEEPER, REGISTRAR);
  ledger_refuse(&others, PAT_RULE_KEY_ENROLLED_BEFORE);
  world->actors[REGISTRAR].principal = registrar;
  rotate(world, KEEPER, NEXT_KEY);
  ledger_draft back = ledger_by(world, NEXT_KEY);
  (void)ledger_rotate(&back, NEXT_KEY, KEEPER);
  ledger_refuse(&back, PAT_RULE_KEY_ENROLLED_BEFORE);
  ledger_draft enrolled = ledger_by(world, NEXT_KEY);
  pat_hash keeper = world->actors[NEXT_KEY].principal;
  (void)ledger_enrol(&enrolled, NEXT_KEY);
  ledger_refuse(&enrolled, PAT_RULE_KEY_ENROLLED_BEFORE);
  world->actors[NEXT_KEY].principal = keeper;
  ledger_draft rotated = ledger_by(world, INSPECTOR);
  (void)ledger_rotate(&rotated, INSPECTOR, NEXT_KEY);
  ledger_refuse(&rotated, PAT_RULE_KEY_ENROLLED_BEFORE);
}

static void test_rotation__refuses_other_signers(void **state) {
  ledger_world *world = *state;
  static const struct {
    ledger_actor_id signers[3];
    size_t count;
  } others[] = {{{REGISTRAR}, 1},
                {{KEEPER, REGISTRAR}, 2},
                {{ROOT_A, ROOT_B}, 2},
                {{KEEPER, ROOT_A, ROOT_B}, 3}};
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
    ledger_draft draft = ledger_by(world, others[i].signers[0]);
    for (size_t j = 1; j < others[i].count; j++)
      ledger_cosign(&draft, others[i].signers[j]);
    (void)ledger_rotate(&draft, KEEPER, NEXT_KEY);
    ledger_refuse(&draft, PAT_RULE_KEY_AUTHORITY);
  }
  ledger_draft alone = ledger_by(world, KEEPER);
  (void)ledger_rotate(&alone, KEEPER, NEXT_KEY);
  alone.signer_count = 1;
  alone.signers[0] = &world->actors[NEXT_KEY];
  alone.message.n_signers = 1;
  alone.message.signers[0] = ledger_hash_field(world, &world->actors[NEXT_KEY].key_hash);
  ledger_refuse(&alone, PAT_RULE_KEY_AUTHORITY);
}

/* The new key proves possession for the principal that goes over to it, and for nobody else. */
static void test_rotation__refuses_a_new_key_that_signs_for_another(void **state) {
  ledger_world *world = *state;
  ledger_draft draft = ledger_by(world, KEEPER);
  (void)ledger_rotate(&draft, KEEPER, NEXT_KEY);
  world->actors[NEXT_KEY].principal = world->actors[REGISTRAR].principal;
  ledger_refuse(&draft, PAT_RULE_SIGNER_UNKNOWN);
}

static void test_rotation__ends_the_old_key_and_keeps_the_standing(void **state) {
  ledger_world *world = *state;
  (void)register_vehicle(world, 1);
  ledger_draft older = draft_inspection(world, 1, INSPECTOR);
  rotate(world, INSPECTOR, NEXT_KEY);
  ledger_refuse(&older, PAT_RULE_SIGNER_ROTATED);
  ledger_draft with_old = ledger_by(world, INSPECTOR);
  (void)ledger_rotate(&with_old, INSPECTOR, NEXT_KEY_2);
  ledger_refuse(&with_old, PAT_RULE_SIGNER_ROTATED);
  ledger_draft with_new = draft_inspection(world, 1, NEXT_KEY);
  pat_hash sha256 = ledger_accept(&with_new);
  const Patina__StatementRecord *record = stored_statement(world, &sha256);
  assert_int_equal(record->sources[0]->n_roles, 1);
  assert_string_equal(record->sources[0]->roles[0], "inspector");
  rotate(world, NEXT_KEY, NEXT_KEY_2);
  ledger_draft with_newest = draft_inspection(world, 1, NEXT_KEY_2);
  (void)ledger_accept(&with_newest);
}

/* The old key and the rotation in one batch: the order in the log decides. */
static void test_rotation__counts_within_its_batch(void **state) {
  ledger_world *world = *state;
  (void)register_vehicle(world, 1);
  ledger_draft before = draft_inspection(world, 1, INSPECTOR);
  ledger_draft rotation = ledger_by(world, INSPECTOR);
  (void)ledger_rotate(&rotation, INSPECTOR, NEXT_KEY);
  ledger_draft after = draft_inspection(world, 1, INSPECTOR);
  ledger_draft with_new = draft_inspection(world, 1, NEXT_KEY);
  Patina__SignedStatement *batch[] = {ledger_seal(&before, NULL), ledger_seal(&rotation, NULL),
                                      ledger_seal(&after, NULL), ledger_seal(&with_new, NULL)};
  const pat_decision *decisions = ledger_run(world, batch, 4);
  assert_int_equal(decisions[0].outcome, PAT_DECISION_ACCEPTED);
  assert_int_equal(decisions[1].outcome, PAT_DECISION_ACCEPTED);
  assert_decision(&decisions[2], PAT_RULE_SIGNER_ROTATED);
  assert_int_equal(decisions[3].outcome, PAT_DECISION_ACCEPTED);
}

/* What was recorded before stays answered by its first receipt; nothing is recorded again. */
static void test_rotation__answers_a_replay_as_before(void **state) {
  ledger_world *world = *state;
  (void)register_vehicle(world, 1);
  ledger_draft draft = draft_inspection(world, 1, INSPECTOR);
  Patina__SignedStatement *envelope = ledger_seal(&draft, NULL);
  const pat_decision *decisions = ledger_run(world, &envelope, 1);
  assert_int_equal(decisions[0].outcome, PAT_DECISION_ACCEPTED);
  uint64_t index = decisions[0].index;
  rotate(world, INSPECTOR, NEXT_KEY);
  decisions = ledger_run(world, &envelope, 1);
  assert_int_equal(decisions[0].outcome, PAT_DECISION_REPLAYED);
  assert_int_equal(decisions[0].index, index);
}

static void test_rotation__of_a_device_goes_on_with_its_stream(void **state) {
  ledger_world *world = *state;
  (void)register_vehicle(world, 1);
  ledger_draft binding = ledger_by(world, INSTALLER);
  (void)ledger_bind(&binding, 1, 1);
  (void)ledger_accept(&binding);
  ledger_draft first = ledger_by(world, DEVICE);
  (void)ledger_telemetry(&first, 1, 1, NULL);
  pat_hash batch = ledger_accept(&first);
  rotate(world, DEVICE, NEXT_KEY);
  ledger_draft old = ledger_by(world, DEVICE);
  (void)ledger_telemetry(&old, 1, 2, &batch);
  ledger_refuse(&old, PAT_RULE_SIGNER_ROTATED);
  ledger_draft new = ledger_by(world, NEXT_KEY);
  (void)ledger_telemetry(&new, 1, 2, &batch);
  (void)ledger_accept(&new);
}

/* --- how many keys --------------------------------------------------------------------------- */

/* A key pair that no other number gives. */
static void renew(ledger_actor *actor, uint8_t number) {
  uint8_t seed[PAT_SIGN_SEED_BYTES];
  memset(seed, number, sizeof seed);
  pat_sign_keypair_from_seed(seed, actor->public_key, actor->secret);
  actor->key_hash = pat_public_key_hash(actor->public_key);
}

/* The draft's fields borrow the actors' keys, so each rotation is logged before the next one. */
static void test_rotation__refuses_the_65th_key(void **state) {
  ledger_world *world = *state;
  rotate(world, KEEPER, NEXT_KEY);
  static const ledger_actor_id ends[] = {NEXT_KEY, NEXT_KEY_2};
  for (uint8_t keys = 2; keys < PAT_PRINCIPAL_KEYS_MAX; keys++) {
    renew(&world->actors[ends[(keys + 1) % 2]], keys);
    rotate(world, ends[keys % 2], ends[(keys + 1) % 2]);
  }
  renew(&world->actors[NEXT_KEY_2], PAT_PRINCIPAL_KEYS_MAX);
  ledger_draft draft = ledger_by(world, NEXT_KEY);
  (void)ledger_rotate(&draft, NEXT_KEY, NEXT_KEY_2);
  ledger_refuse(&draft, PAT_RULE_PRINCIPAL_KEYS);
}

/* --- revocation ------------------------------------------------------------------------------ */

static void test_revocation__refuses_keys_that_are_not_there(void **state) {
  ledger_world *world = *state;
  refuse_revocation(world, ROOT_A, 0, PAT_RULE_KEY_ROOT);
  refuse_revocation(world, STRANGER, 0, PAT_RULE_PRINCIPAL_UNKNOWN);
  ledger_draft unknown = ledger_by_root(world);
  Patina__KeyRevoked *body = ledger_revoke(&unknown, KEEPER, 0);
  body->key = ledger_hash_field(world, &world->actors[STRANGER].key_hash);
  ledger_refuse(&unknown, PAT_RULE_KEY_UNKNOWN);
  ledger_draft another = ledger_by_root(world);
  body = ledger_revoke(&another, KEEPER, 0);
  body->key = ledger_hash_field(world, &world->actors[REGISTRAR].key_hash);
  ledger_refuse(&another, PAT_RULE_KEY_UNKNOWN);
}

static void test_revocation__refuses_other_signers(void **state) {
  ledger_world *world = *state;
  static const struct {
    ledger_actor_id signers[3];
    size_t count;
  } others[] = {
      {{REGISTRAR}, 1},      {{KEEPER, REGISTRAR}, 2},      {{ROOT_A}, 1},
      {{KEEPER, ROOT_A}, 2}, {{KEEPER, ROOT_A, ROOT_B}, 3}, {{ROOT_A, ROOT_B, REGISTRAR}, 3}};
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
    ledger_draft draft = ledger_by(world, others[i].signers[0]);
    for (size_t j = 1; j < others[i].count; j++)
      ledger_cosign(&draft, others[i].signers[j]);
    (void)ledger_revoke(&draft, KEEPER, 0);
    ledger_refuse(&draft, PAT_RULE_KEY_AUTHORITY);
  }
}

/* Who holds a key may end it, but not reach back: else a thief could unsay what was said. */
static void test_revocation__by_the_key_itself_does_not_reach_back(void **state) {
  ledger_world *world = *state;
  uint64_t since = world->head.range.size - 1;
  ledger_draft draft = ledger_by(world, KEEPER);
  (void)ledger_revoke(&draft, KEEPER, since);
  ledger_refuse(&draft, PAT_RULE_KEY_AUTHORITY);
  revoke_by_root(world, KEEPER, since);
}

/* A successor of a key may not revoke it: it has ended, and reaching back is the root's. */
static void test_revocation__of_an_ended_key_is_the_roots_and_reaches_back(void **state) {
  ledger_world *world = *state;
  uint64_t before = world->head.range.size - 1;
  rotate(world, KEEPER, NEXT_KEY);
  uint64_t rotated = world->head.range.size - 2; /* the last leaf is a commit */
  refuse_revocation(world, KEEPER, 0, PAT_RULE_KEY_ENDED_BEFORE);
  refuse_revocation(world, KEEPER, rotated, PAT_RULE_KEY_SINCE);
  ledger_draft own = ledger_by(world, NEXT_KEY);
  (void)ledger_revoke(&own, KEEPER, before);
  ledger_refuse(&own, PAT_RULE_KEY_AUTHORITY);
  revoke_by_root(world, KEEPER, rotated - 1);
  (void)register_vehicle(world, 1);
  ledger_draft still = ledger_by(world, NEXT_KEY);
  (void)ledger_revoke(&still, NEXT_KEY, 0);
  (void)ledger_accept(&still); /* the new key is as good as before */
}

/* One below, at and one above each bound of since. */
static void test_revocation__refuses_a_since_out_of_range(void **state) {
  ledger_world *world = *state;
  pat_hash id = world->actors[KEEPER].key_hash;
  const Patina__KeyRecord *key = (const Patina__KeyRecord *)stored_state(
      world, 'K', pat_hash_span(&id), &patina__key_record__descriptor);
  uint64_t enrolled = key->enrolled_index;
  uint64_t here = world->head.range.size;
  refuse_revocation(world, KEEPER, enrolled - 1, PAT_RULE_KEY_SINCE);
  refuse_revocation(world, KEEPER, here, PAT_RULE_KEY_SINCE);
  refuse_revocation(world, KEEPER, here + 1, PAT_RULE_KEY_SINCE);
  revoke_by_root(world, KEEPER, here - 1);
  refuse_revocation(world, KEEPER, here - 1, PAT_RULE_KEY_SINCE);
  refuse_revocation(world, KEEPER, 0, PAT_RULE_KEY_ENDED_BEFORE);
  revoke_by_root(world, KEEPER, here - 2);
  revoke_by_root(world, KEEPER, enrolled);
  refuse_revocation(world, KEEPER, enrolled, PAT_RULE_KEY_SINCE);
}

static void test_revocation__ends_the_key(void **state) {
  ledger_world *world = *state;
  (void)register_vehicle(world, 1);
  ledger_draft older = draft_inspection(world, 1, INSPECTOR);
  ledger_draft own = ledger_by(world, INSPECTOR);
  (void)ledger_revoke(&own, INSPECTOR, 0);
  (void)ledger_accept(&own);
  ledger_refuse(&older, PAT_RULE_SIGNER_REVOKED);
  ledger_draft rotation = ledger_by(world, INSPECTOR);
  (void)ledger_rotate(&rotation, INSPECTOR, NEXT_KEY);
  ledger_refuse(&rotation, PAT_RULE_SIGNER_REVOKED);
  ledger_draft again = ledger_by(world, INSPECTOR);
  (void)ledger_revoke(&again, INSPECTOR, 0);
  ledger_refuse(&again, PAT_RULE_SIGNER_REVOKED);
  refuse_revocation(world, INSPECTOR, 0, PAT_RULE_KEY_ENDED_BEFORE);
}

/* Who holds a stolen key ends it; that does not keep the root from saying since when. */
static void test_revocation__from_now_can_be_dated_back_later(void **state) {
  ledger_world *world = *state;
  uint64_t since = world->head.range.size - 1;
  ledger_draft own = ledger_by(world, KEEPER);
  (void)ledger_revoke(&own, KEEPER, 0);
  (void)ledger_accept(&own);
  revoke_by_root(world, KEEPER, since);
  pat_hash id = world->actors[KEEPER].key_hash;
  const Patina__KeyRecord *key = (const Patina__KeyRecord *)stored_state(
      world, 'K', pat_hash_span(&id), &patina__key_record__descriptor);
  assert_int_equal(key->n_compromises, 1);
  assert_int_equal(key->compromises[0]->since, since);
}

/* --- after a revocation ---------------------------------------------------------------------- */

/* Only the root brings a principal back, and its new key must sign too. */
static void test_recovery__is_the_roots_with_the_new_key(void **state) {
  ledger_world *world = *state;
  (void)register_vehicle(world, 1);
  revoke_by_root(world, INSPECTOR, 0);
  ledger_draft by_another = ledger_by(world, REGISTRAR);
  (void)ledger_rotate(&by_another, INSPECTOR, NEXT_KEY);
  ledger_refuse(&by_another, PAT_RULE_KEY_AUTHORITY);
  ledger_draft by_one = ledger_by(world, ROOT_A);
  (void)ledger_rotate(&by_one, INSPECTOR, NEXT_KEY);
  ledger_refuse(&by_one, PAT_RULE_KEY_AUTHORITY);
  ledger_draft by_more = ledger_by_root(world);
  ledger_cosign(&by_more, REGISTRAR);
  (void)ledger_rotate(&by_more, INSPECTOR, NEXT_KEY);
  ledger_refuse(&by_more, PAT_RULE_KEY_AUTHORITY);
  ledger_draft by_root = ledger_by_root(world);
  (void)ledger_rotate(&by_root, INSPECTOR, NEXT_KEY);
  (void)ledger_accept(&by_root);
  ledger_draft inspection = draft_inspection(world, 1, NEXT_KEY);
  (void)ledger_accept(&inspection);
  ledger_draft old = draft_inspection(world, 1, INSPECTOR);
  ledger_refuse(&old, PAT_RULE_SIGNER_REVOKED);
}

/* Whatever the policy says of these kinds: nobody's key depends on it. */
static void admit_key_changes(Patina__Policy *policy) {
  for (size_t i = 0; i < policy->n_kinds; i++) {
    if (policy->kinds[i]->kind == PAT_KIND_STANDING_WITHDRAWN) {
      policy->kinds[i]->kind = PAT_KIND_KEY_REVOKED;
      policy->kinds[i]->self_declared = true;
    }
  }
}

static int compare_kinds(const void *a, const void *b) {
  const Patina__KindPolicy *const *left = a;
  const Patina__KindPolicy *const *right = b;
  return ((*left)->kind > (*right)->kind) - ((*left)->kind < (*right)->kind);
}

static void admit_and_sort(Patina__Policy *policy) {
  admit_key_changes(policy);
  qsort(policy->kinds, policy->n_kinds, sizeof *policy->kinds, compare_kinds);
}

static void test_revocation__is_no_matter_of_the_policy(void **state) {
  (void)state;
  ledger_world *world = ledger_world_new((ledger_options){.adjust = admit_and_sort});
  ledger_draft draft = ledger_by(world, REGISTRAR);
  (void)ledger_revoke(&draft, KEEPER, 0);
  ledger_refuse(&draft, PAT_RULE_KEY_AUTHORITY);
  ledger_world_close(world);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      ledger_test(test_rotation__refuses_principals_that_cannot_rotate),
      ledger_test(test_rotation__refuses_a_key_that_was_enrolled),
      ledger_test(test_rotation__refuses_other_signers),
      ledger_test(test_rotation__refuses_a_new_key_that_signs_for_another),
      ledger_test(test_rotation__refuses_the_65th_key),
      ledger_test(test_rotation__ends_the_old_key_and_keeps_the_standing),
      ledger_test(test_rotation__counts_within_its_batch),
      ledger_test(test_rotation__answers_a_replay_as_before),
      ledger_test(test_rotation__of_a_device_goes_on_with_its_stream),
      ledger_test(test_revocation__refuses_keys_that_are_not_there),
      ledger_test(test_revocation__refuses_other_signers),
      ledger_test(test_revocation__by_the_key_itself_does_not_reach_back),
      ledger_test(test_revocation__of_an_ended_key_is_the_roots_and_reaches_back),
      ledger_test(test_revocation__refuses_a_since_out_of_range),
      ledger_test(test_revocation__ends_the_key),
      ledger_test(test_revocation__from_now_can_be_dated_back_later),
      ledger_test(test_recovery__is_the_roots_with_the_new_key),
      cmocka_unit_test(test_revocation__is_no_matter_of_the_policy),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
