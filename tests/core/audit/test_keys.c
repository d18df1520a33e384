/* Keys that were rotated and revoked: who may do that, and what an ended key may still sign. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/core/audit/audit_expect.h"
#include "tests/support/ledger_catalog.h"

/* Logs it in the last batch, whatever the rules say. gives its index */
static size_t say(audit_log *log, ledger_draft *draft) {
  size_t at = log->count - 1;
  audit_log_insert(log, at, audit_leaf_of(log, draft));
  return at;
}

static size_t rotate(audit_log *log, ledger_draft draft, ledger_actor_id who,
                     ledger_actor_id next) {
  (void)ledger_rotate(&draft, who, next);
  return say(log, &draft);
}

static size_t revoke(audit_log *log, ledger_draft draft, ledger_actor_id who, uint64_t since) {
  (void)ledger_revoke(&draft, who, since);
  return say(log, &draft);
}

/* A private and a public statement. */
static size_t inspect(audit_log *log, ledger_actor_id by) {
  ledger_said said[] = {{"result", SAID_OPEN, ledger_text(log->world, "good")}};
  ledger_draft draft = ledger_by(log->world, by);
  (void)ledger_attest(&draft, 1, LEDGER_SAID(said));
  return say(log, &draft);
}
static size_t enrol_by(audit_log *log, ledger_actor_id by) {
  ledger_draft draft = ledger_by_two(log->world, by, NEXT_KEY_2);
  (void)ledger_enrol(&draft, NEXT_KEY_2);
  return say(log, &draft);
}

static void accept(audit_log *log) { audit_expect(log, log->count, PAT_RULE_NONE); }

/* The leaf that brought a principal's first key. */
static size_t enrolment(const audit_log *log, ledger_actor_id who) {
  pat_hash id = log->world->actors[who].principal;
  size_t at = audit_log_find(log, 0, PAT_KIND_PRINCIPAL_ENROLLED);
  while (memcmp(log->leaves[at]->statement->statement_sha256.data, id.bytes, PAT_HASH_BYTES) != 0)
    at = audit_log_find(log, at + 1, PAT_KIND_PRINCIPAL_ENROLLED);
  return at;
}

/* --- ended keys ------------------------------------------------------------------------------ */

static void test_audit_keys__refuse_a_rotated_key(void **state) {
  audit_log *log = *state;
  (void)rotate(log, ledger_by(log->world, INSPECTOR), INSPECTOR, NEXT_KEY);
  (void)inspect(log, NEXT_KEY);
  accept(log);
  size_t at = inspect(log, INSPECTOR);
  audit_expect(log, at, PAT_RULE_CRYPTO_SIGNATURE_INVALID);
  audit_log_remove(log, at);
  audit_expect(log, enrol_by(log, INSPECTOR), PAT_RULE_AUDIT_SIGNER);
}

static void test_audit_keys__refuse_a_revoked_key(void **state) {
  audit_log *log = *state;
  (void)revoke(log, ledger_by(log->world, INSPECTOR), INSPECTOR, 0);
  accept(log);
  size_t at = inspect(log, INSPECTOR);
  audit_expect(log, at, PAT_RULE_AUDIT_SIGNER);
  audit_log_remove(log, at);
  audit_expect(log, rotate(log, ledger_by(log->world, INSPECTOR), INSPECTOR, NEXT_KEY),
               PAT_RULE_AUDIT_SIGNER);
}

static void test_audit_keys__take_a_key_that_the_root_gives(void **state) {
  audit_log *log = *state;
  (void)revoke(log, ledger_by_root(log->world), INSPECTOR, enrolment(log, INSPECTOR));
  (void)rotate(log, ledger_by_root(log->world), INSPECTOR, NEXT_KEY);
  (void)inspect(log, NEXT_KEY);
  (void)enrol_by(log, NEXT_KEY);
  accept(log);
}

/* --- who may --------------------------------------------------------------------------------- */

static void test_audit_keys__refuse_rotations_by_others(void **state) {
  audit_log *log = *state;
  ledger_world *world = log->world;
  ledger_draft drafts[] = {ledger_by(world, REGISTRAR), ledger_by_root(world),
                           ledger_by_two(world, INSPECTOR, REGISTRAR)};
  for (size_t i = 0; i < 3; i++) {
    size_t at = rotate(log, drafts[i], INSPECTOR, NEXT_KEY);
    audit_expect(log, at, PAT_RULE_KEY_AUTHORITY);
    audit_log_remove(log, at);
  }
  (void)revoke(log, ledger_by_root(world), INSPECTOR, 0);
  audit_expect(log, rotate(log, ledger_by(world, ROOT_A), INSPECTOR, NEXT_KEY),
               PAT_RULE_KEY_AUTHORITY);
}

static void test_audit_keys__refuse_revocations_by_others(void **state) {
  audit_log *log = *state;
  ledger_world *world = log->world;
  ledger_draft drafts[] = {ledger_by(world, REGISTRAR), ledger_by(world, ROOT_A),
                           ledger_by_two(world, INSPECTOR, ROOT_A)};
  for (size_t i = 0; i < 3; i++) {
    size_t at = revoke(log, drafts[i], INSPECTOR, 0);
    audit_expect(log, at, PAT_RULE_KEY_AUTHORITY);
    audit_log_remove(log, at);
  }
  audit_expect(log, revoke(log, ledger_by(world, INSPECTOR), INSPECTOR, enrolment(log, INSPECTOR)),
               PAT_RULE_KEY_AUTHORITY);
}

/* --- what cannot be said --------------------------------------------------------------------- */

static void test_audit_keys__refuse_the_roots_and_strangers_keys(void **state) {
  audit_log *log = *state;
  ledger_world *world = log->world;
  size_t at = rotate(log, ledger_by_root(world), ROOT_A, NEXT_KEY);
  audit_expect(log, at, PAT_RULE_KEY_ROOT);
  audit_log_remove(log, at);
  at = revoke(log, ledger_by_root(world), ROOT_C, 0);
  audit_expect(log, at, PAT_RULE_KEY_ROOT);
  audit_log_remove(log, at);
  at = revoke(log, ledger_by_root(world), NEXT_KEY_2, 0);
  audit_expect(log, at, PAT_RULE_PRINCIPAL_UNKNOWN);
  audit_log_remove(log, at);
  ledger_draft draft = ledger_by_root(world);
  Patina__KeyRevoked *body = ledger_revoke(&draft, INSPECTOR, 0);
  body->key = ledger_hash_field(world, &world->actors[REGISTRAR].key_hash);
  audit_expect(log, say(log, &draft), PAT_RULE_KEY_UNKNOWN);
}

static void test_audit_keys__refuse_a_key_that_was_enrolled(void **state) {
  audit_log *log = *state;
  (void)rotate(log, ledger_by(log->world, INSPECTOR), INSPECTOR, NEXT_KEY);
  size_t at = rotate(log, ledger_by(log->world, NEXT_KEY), INSPECTOR, INSPECTOR);
  audit_expect(log, at, PAT_RULE_KEY_ENROLLED_BEFORE);
}

/* One below, at and one above: the key's beginning, the revocation itself, what was said before. */
static void test_audit_keys__refuse_a_since_out_of_range(void **state) {
  audit_log *log = *state;
  ledger_world *world = log->world;
  size_t from = enrolment(log, INSPECTOR);
  size_t here = log->count - 1;
  const size_t wrong[] = {from - 1, here, here + 1};
  for (size_t i = 0; i < 3; i++) {
    size_t at = revoke(log, ledger_by_root(world), INSPECTOR, wrong[i]);
    audit_expect(log, at, PAT_RULE_KEY_SINCE);
    audit_log_remove(log, at);
  }
  (void)revoke(log, ledger_by_root(world), INSPECTOR, here - 1);
  accept(log);
  size_t again = revoke(log, ledger_by_root(world), INSPECTOR, here - 1);
  audit_expect(log, again, PAT_RULE_KEY_SINCE);
  audit_log_remove(log, again);
  again = revoke(log, ledger_by_root(world), INSPECTOR, 0);
  audit_expect(log, again, PAT_RULE_KEY_ENDED_BEFORE);
  audit_log_remove(log, again);
  (void)revoke(log, ledger_by_root(world), INSPECTOR, from);
  accept(log);
}

/* --- how many -------------------------------------------------------------------------------- */

static void renew(ledger_actor *actor, uint8_t number) {
  uint8_t seed[PAT_SIGN_SEED_BYTES];
  memset(seed, number, sizeof seed);
  pat_sign_keypair_from_seed(seed, actor->public_key, actor->secret);
  actor->key_hash = pat_public_key_hash(actor->public_key);
}

static void test_audit_keys__refuse_the_65th(void **state) {
  audit_log *log = *state;
  ledger_world *world = log->world;
  static const ledger_actor_id ends[] = {NEXT_KEY, NEXT_KEY_2};
  (void)rotate(log, ledger_by(world, INSPECTOR), INSPECTOR, NEXT_KEY);
  for (uint8_t keys = 2; keys < PAT_PRINCIPAL_KEYS_MAX; keys++) {
    ledger_actor_id last = ends[keys % 2];
    renew(&world->actors[ends[(keys + 1) % 2]], keys);
    (void)rotate(log, ledger_by(world, last), last, ends[(keys + 1) % 2]);
  }
  accept(log);
  renew(&world->actors[NEXT_KEY_2], PAT_PRINCIPAL_KEYS_MAX);
  size_t at = rotate(log, ledger_by(world, NEXT_KEY), NEXT_KEY, NEXT_KEY_2);
  audit_expect(log, at, PAT_RULE_PRINCIPAL_KEYS);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      audit_test(test_audit_keys__refuse_a_rotated_key),
      audit_test(test_audit_keys__refuse_a_revoked_key),
      audit_test(test_audit_keys__take_a_key_that_the_root_gives),
      audit_test(test_audit_keys__refuse_rotations_by_others),
      audit_test(test_audit_keys__refuse_revocations_by_others),
      audit_test(test_audit_keys__refuse_the_roots_and_strangers_keys),
      audit_test(test_audit_keys__refuse_a_key_that_was_enrolled),
      audit_test(test_audit_keys__refuse_a_since_out_of_range),
      audit_test(test_audit_keys__refuse_the_65th),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
