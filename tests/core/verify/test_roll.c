/* The roll: who held which roles, and what is refused about it. */
#include "core/verify/roll.h"
#include "tests/clients/cli/cli_world.h"

static test_world *ledger;
static pat_roll roll;
static pat_verified_entry root_events[2];
static pat_verified_entry maker_events[3];
static const pat_verified_entry *const root_history[] = {&root_events[0]};
static const pat_verified_entry *const maker_history[] = {&maker_events[0], &maker_events[1],
                                                          &maker_events[2]};

static int setup(void **state) {
  (void)state;
  ledger = world_new();
  world_ok(pat_roll_init(&roll, &ledger->arena, &ledger->submissions[0].statement));
  root_events[0] = world_verified(ledger, 0, NULL);
  maker_events[0] = world_verified(ledger, 1, NULL);
  maker_events[1] = world_verified(ledger, 2, NULL);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  world_free(ledger);
  return 0;
}

static void add_all(void) {
  world_ok(pat_roll_add(&roll, &ledger->root.principal, root_history, 1, NULL));
  world_ok(pat_roll_add(&roll, &ledger->maker.principal, maker_history, 2, NULL));
}

/* The same with one more event of the maker's. */
static void add_with(size_t index) {
  root_events[0] = world_verified(ledger, 0, NULL);
  maker_events[0] = world_verified(ledger, 1, NULL);
  maker_events[1] = world_verified(ledger, 2, NULL);
  maker_events[2] = world_verified(ledger, index, NULL);
  world_ok(pat_roll_add(&roll, &ledger->root.principal, root_history, 1, NULL));
  world_ok(pat_roll_add(&roll, &ledger->maker.principal, maker_history, 3, NULL));
}

static void test_verify_roll__refuses_a_history_with_a_gap(void **state) {
  (void)state;
  world_refused(pat_roll_add(&roll, &ledger->maker.principal, NULL, 0, NULL), VERIFY_MISSING);
  world_refused(pat_roll_add(&roll, &ledger->maker.principal, &maker_history[1], 1, NULL),
                VERIFY_CHAIN);
  maker_events[1] = maker_events[0];
  world_refused(pat_roll_add(&roll, &ledger->maker.principal, maker_history, 2, NULL),
                VERIFY_CHAIN);
}

static void test_verify_roll__refuses_another_principals_history(void **state) {
  (void)state;
  world_refused(pat_roll_add(&roll, &ledger->root.principal, maker_history, 2, NULL), VERIFY_CHAIN);
}

static void test_verify_roll__refuses_signers_that_are_not_on_it(void **state) {
  (void)state;
  world_ok(pat_roll_add(&roll, &ledger->maker.principal, maker_history, 2, NULL));
  world_refused(pat_roll_judge(&roll, NULL), VERIFY_MISSING);
}

static void test_verify_roll__knows_roles_by_class_and_index(void **state) {
  (void)state;
  add_all();
  world_ok(pat_roll_judge(&roll, NULL));
  pat_verified_entry registered = world_verified(ledger, 5, "maker");
  Patina__Source **sources = NULL;
  world_ok(pat_roll_sources(&roll, &registered, "car", &sources, NULL));
  assert_int_equal(sources[0]->n_roles, 1);
  assert_string_equal(sources[0]->roles[0], "maker");
  world_ok(pat_roll_sources(&roll, &registered, "boat", &sources, NULL));
  assert_int_equal(sources[0]->n_roles, 0);
  world_ok(pat_roll_sources(&roll, &registered, "", &sources, NULL));
  assert_int_equal(sources[0]->n_roles, 0);
  registered.index = 2; /* the grant itself does not count for its own index */
  world_ok(pat_roll_sources(&roll, &registered, "car", &sources, NULL));
  assert_int_equal(sources[0]->n_roles, 0);
}

static void test_verify_roll__refuses_other_roles_than_granted(void **state) {
  (void)state;
  add_all();
  pat_verified_entry good = world_verified(ledger, 5, "maker");
  world_ok(pat_roll_check(&roll, &good, "car", NULL));
  pat_verified_entry more = world_verified(ledger, 5, "registrar");
  world_refused(pat_roll_check(&roll, &more, "car", NULL), VERIFY_SOURCES);
  pat_verified_entry less = world_verified(ledger, 5, NULL);
  world_refused(pat_roll_check(&roll, &less, "car", NULL), VERIFY_SOURCES);
}

static void test_verify_roll__refuses_statements_without_standing(void **state) {
  (void)state;
  add_all();
  pat_verified_entry registered = world_verified(ledger, 5, NULL);
  world_refused(pat_roll_check(&roll, &registered, "boat", NULL), VERIFY_STANDING);
}

static void test_verify_roll__refuses_a_key_that_was_not_enrolled(void **state) {
  (void)state;
  add_all();
  pat_verified_entry registered = world_verified(ledger, 5, "maker");
  registered.public_keys[0] = PAT_SPAN_OF(ledger->root.public_key);
  world_refused(pat_roll_check(&roll, &registered, "car", NULL), VERIFY_ENROLMENT);
  registered = world_verified(ledger, 5, "maker");
  registered.index = 0; /* before the enrolment */
  world_refused(pat_roll_check(&roll, &registered, "car", NULL), VERIFY_ENROLMENT);
}

static void test_verify_roll__refuses_another_genesis(void **state) {
  (void)state;
  roll.root.bytes[0] ^= 1;
  world_refused(pat_roll_add(&roll, &ledger->root.principal, root_history, 1, NULL),
                VERIFY_ENROLMENT);
}

/* The very genesis again, further on: only the first leaf makes the root. */
static void test_verify_roll__refuses_the_genesis_elsewhere(void **state) {
  (void)state;
  pat_verified_entry again = *root_history[0];
  again.index = 3;
  const pat_verified_entry *history[] = {&again};
  world_refused(pat_roll_add(&roll, &ledger->root.principal, history, 1, NULL), VERIFY_ENROLMENT);
}

/* The maker gives itself a role: the statement is well-formed, but nobody let it. */
static void test_verify_roll__refuses_a_grant_by_somebody_without_standing(void **state) {
  (void)state;
  pat_draft draft;
  Patina__StandingGranted granted = PATINA__STANDING_GRANTED__INIT;
  granted.principal = pat_draft_field(pat_hash_span(&ledger->maker.principal));
  granted.role = (char *)(uintptr_t) "registrar";
  world_begin(ledger, &draft, &ledger->maker, 1, NULL);
  draft.message.body_case = PATINA__STATEMENT__BODY_STANDING_GRANTED;
  draft.message.standing_granted = &granted;
  size_t index = world_log(ledger, &draft);
  add_with(index);
  world_refused(pat_roll_judge(&roll, NULL), VERIFY_STANDING);
}

static void test_verify_roll__ends_a_grant_with_its_withdrawal(void **state) {
  (void)state;
  pat_draft draft;
  Patina__StandingWithdrawn withdrawn = PATINA__STANDING_WITHDRAWN__INIT;
  withdrawn.principal = pat_draft_field(pat_hash_span(&ledger->maker.principal));
  withdrawn.grant = pat_draft_field(pat_hash_span(&ledger->submissions[2].statement.sha256));
  world_begin(ledger, &draft, &ledger->root, 1, NULL);
  draft.message.body_case = PATINA__STATEMENT__BODY_STANDING_WITHDRAWN;
  draft.message.standing_withdrawn = &withdrawn;
  size_t index = world_log(ledger, &draft);
  add_with(index);
  world_ok(pat_roll_judge(&roll, NULL));
  pat_verified_entry before = world_verified(ledger, 5, "maker");
  world_ok(pat_roll_check(&roll, &before, "car", NULL));
  before.index = index + 1;
  world_refused(pat_roll_check(&roll, &before, "car", NULL), VERIFY_STANDING);
}

/* A rotation of the maker's key, logged without asking anybody: its index. */
static size_t log_rotation(const pat_key *by, pat_key *next) {
  uint8_t seed[PAT_SIGN_SEED_BYTES] = {0x77};
  world_ok(pat_key_make(seed, "next", next));
  next->principal = ledger->maker.principal;
  next->has_principal = true;
  const pat_key keys[] = {*by, *next};
  Patina__Key key = PATINA__KEY__INIT;
  key.algorithm = PATINA__KEY_ALGORITHM__KEY_ALGORITHM_ED25519;
  key.public_key = pat_draft_field(PAT_SPAN_OF(next->public_key));
  Patina__KeyRotated rotated = PATINA__KEY_ROTATED__INIT;
  rotated.principal = pat_draft_field(pat_hash_span(&ledger->maker.principal));
  rotated.key = &key;
  pat_draft draft;
  world_begin(ledger, &draft, keys, 2, NULL);
  draft.message.body_case = PATINA__STATEMENT__BODY_KEY_ROTATED;
  draft.message.key_rotated = &rotated;
  return world_log(ledger, &draft);
}

static void test_verify_roll__refuses_a_rotation_by_another(void **state) {
  (void)state;
  pat_key next;
  add_with(log_rotation(&ledger->root, &next));
  world_refused(pat_roll_judge(&roll, NULL), VERIFY_STANDING);
}

static void test_verify_roll__ends_a_key_with_its_rotation(void **state) {
  (void)state;
  pat_key next;
  size_t index = log_rotation(&ledger->maker, &next);
  add_with(index);
  world_ok(pat_roll_judge(&roll, NULL));
  const pat_roll_principal *maker = pat_roll_find(&roll, &ledger->maker.principal);
  assert_int_equal(maker->key_count, 2);
  assert_int_equal(maker->keys[0].life.until, index);
  assert_int_equal(maker->keys[1].life.from, index);
  pat_verified_entry registered = world_verified(ledger, 5, "maker");
  world_ok(pat_roll_check(&roll, &registered, "car", NULL));
  registered.index = index; /* the last one that the old key may sign */
  world_ok(pat_roll_check(&roll, &registered, "car", NULL));
  registered.index = index + 1;
  world_refused(pat_roll_check(&roll, &registered, "car", NULL), VERIFY_KEY);
  registered.public_keys[0] = PAT_SPAN_OF(next.public_key);
  world_ok(pat_roll_check(&roll, &registered, "car", NULL));
  registered.index = index - 1;
  world_refused(pat_roll_check(&roll, &registered, "car", NULL), VERIFY_ENROLMENT);
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      CASE(test_verify_roll__refuses_a_history_with_a_gap),
      CASE(test_verify_roll__refuses_another_principals_history),
      CASE(test_verify_roll__refuses_signers_that_are_not_on_it),
      CASE(test_verify_roll__refuses_other_roles_than_granted),
      CASE(test_verify_roll__refuses_statements_without_standing),
      CASE(test_verify_roll__refuses_a_key_that_was_not_enrolled),
      CASE(test_verify_roll__refuses_another_genesis),
      CASE(test_verify_roll__refuses_the_genesis_elsewhere),
      CASE(test_verify_roll__refuses_a_grant_by_somebody_without_standing),
      CASE(test_verify_roll__ends_a_grant_with_its_withdrawal),
      CASE(test_verify_roll__refuses_a_rotation_by_another),
      CASE(test_verify_roll__ends_a_key_with_its_rotation),
      CASE(test_verify_roll__knows_roles_by_class_and_index),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
