/* Genesis, enrolment, signers, and the times of a statement. */
#include <string.h>

#include "tests/core/ledger/ledger_support.h"

/* --- genesis --------------------------------------------------------------------------------- */

static ledger_draft draft_genesis(ledger_world *world, const Patina__Genesis *genesis,
                                  ledger_draft draft) {
  (void)world;
  draft.message.body_case = PATINA__STATEMENT__BODY_GENESIS;
  draft.message.genesis = (Patina__Genesis *)(uintptr_t)genesis;
  return draft;
}

static void test_genesis__comes_first(void **state) {
  (void)state;
  ledger_world *world = ledger_world_open((ledger_options){0});
  ledger_draft draft = ledger_by(world, KEEPER);
  (void)ledger_enrol(&draft, KEEPER);
  ledger_refuse(&draft, PAT_RULE_GENESIS_FIRST);
  ledger_world_close(world);
}

static void test_genesis__comes_once(void **state) {
  (void)state;
  ledger_world *world = ledger_world_open((ledger_options){0});
  ledger_draft first = draft_genesis(world, world->genesis, ledger_by_root(world));
  ledger_draft second = draft_genesis(world, world->genesis, ledger_by_root(world));
  Patina__SignedStatement *batch[] = {ledger_seal(&first, NULL), ledger_seal(&second, NULL)};
  const pat_decision *decisions = ledger_run(world, batch, 2);
  assert_int_equal(decisions[0].outcome, PAT_DECISION_ACCEPTED);
  assert_decision(&decisions[1], PAT_RULE_GENESIS_FIRST);
  ledger_draft third = draft_genesis(world, world->genesis, ledger_by_root(world));
  ledger_refuse(&third, PAT_RULE_GENESIS_FIRST);
  ledger_world_close(world);
}

static void test_genesis__refuses_another_logs(void **state) {
  (void)state;
  ledger_world *world = ledger_world_open((ledger_options){0});
  Patina__GenesisParameters parameters = *world->genesis->parameters;
  parameters.max_quiet_s++;
  Patina__Genesis genesis = *world->genesis;
  genesis.parameters = &parameters;
  ledger_draft draft = draft_genesis(world, &genesis, ledger_by_root(world));
  ledger_refuse(&draft, PAT_RULE_GENESIS_ORIGIN);
  ledger_world_close(world);
}

static void test_genesis__refuses_too_few_root_keys(void **state) {
  (void)state;
  ledger_world *world = ledger_world_open((ledger_options){.root_threshold = 3});
  ledger_draft draft = draft_genesis(world, world->genesis, ledger_by_two(world, ROOT_A, ROOT_B));
  ledger_refuse(&draft, PAT_RULE_GENESIS_SIGNERS);
  ledger_world_begin(world);
  ledger_world_close(world);
}

static void test_genesis__refuses_another_key(void **state) {
  (void)state;
  ledger_world *world = ledger_world_open((ledger_options){.root_threshold = 1});
  ledger_draft draft = draft_genesis(world, world->genesis, ledger_by_two(world, ROOT_A, STRANGER));
  ledger_refuse(&draft, PAT_RULE_GENESIS_SIGNERS);
  ledger_world_begin(world);
  ledger_world_close(world);
}

/* The root is the principal that the genesis makes; its keys speak for nobody else in it. */
static void test_genesis__refuses_another_principal(void **state) {
  (void)state;
  ledger_world *world = ledger_world_open((ledger_options){0});
  ledger_draft draft = draft_genesis(world, world->genesis, ledger_by_root(world));
  Patina__SignedStatement *envelope = ledger_seal(&draft, NULL);
  const pat_submission *submission = ledger_check(world, envelope);
  pat_hash principals[2] = {submission->principals[0], world->actors[KEEPER].principal};
  envelope->signatures[1]->principal = ledger_hash_field(world, &principals[1]);
  for (size_t i = 0; i < 2; i++) {
    assert_ok(pat_submission_sign(world->origin.text, &submission->statement, principals,
                                  draft.signers[i]->secret,
                                  envelope->signatures[i]->signature.data));
  }
  pat_decision *decisions = NULL;
  pat_head planned;
  assert_ok(ledger_plan(world, &envelope, 1, &decisions, &planned));
  assert_decision(&decisions[0], PAT_RULE_SIGNER_PRINCIPAL);
  ledger_world_close(world);
}

/* Whoever starts a server compares the first leaf with the name. */
static void test_genesis__is_read_back_from_the_first_leaf(void **state) {
  ledger_world *world = *state;
  const Patina__GenesisParameters *parameters = NULL;
  assert_rule(pat_ledger_genesis(ledger_leaf(world, 0), "other.example/ledger", &world->memory,
                                 &parameters, NULL),
              GENESIS_ORIGIN);
  assert_rule(pat_ledger_genesis(ledger_leaf(world, 1), world->origin.text, &world->memory,
                                 &parameters, NULL),
              GENESIS_FIRST);
  assert_rule(pat_ledger_genesis(ledger_leaf(world, 2), world->origin.text, &world->memory,
                                 &parameters, NULL),
              GENESIS_FIRST);
  assert_null(parameters);
  assert_ok(pat_ledger_genesis(ledger_leaf(world, 0), world->origin.text, &world->memory,
                               &parameters, NULL));
  assert_int_equal(parameters->root_threshold, 2);
}

/* --- keys ------------------------------------------------------------------------------------ */

static void test_enrolment__takes_a_key_once_ever(void **state) {
  ledger_world *world = *state;
  ledger_draft again = ledger_by(world, KEEPER);
  (void)ledger_enrol(&again, KEEPER);
  ledger_refuse(&again, PAT_RULE_KEY_ENROLLED_BEFORE);
  world->actors[KEEPER].principal = pat_hash_of(PAT_SPAN_EMPTY);

  ledger_draft root = ledger_by(world, ROOT_C);
  (void)ledger_enrol(&root, ROOT_C);
  ledger_refuse(&root, PAT_RULE_KEY_ENROLLED_BEFORE);

  ledger_draft as_device = ledger_by_two(world, INSTALLER, STRANGER);
  (void)ledger_enrol_device(&as_device, STRANGER);
  (void)ledger_accept(&as_device);
  ledger_draft as_principal = ledger_by(world, STRANGER);
  (void)ledger_enrol(&as_principal, STRANGER);
  ledger_refuse(&as_principal, PAT_RULE_KEY_ENROLLED_BEFORE);
}

static void test_enrolment__of_a_device_takes_a_key_once_ever(void **state) {
  ledger_world *world = *state;
  ledger_draft draft = ledger_by_two(world, INSTALLER, KEEPER);
  (void)ledger_enrol_device(&draft, KEEPER);
  ledger_refuse(&draft, PAT_RULE_KEY_ENROLLED_BEFORE);
}

static void test_enrolment__wants_texts(void **state) {
  ledger_world *world = *state;
  ledger_draft draft = ledger_by(world, STRANGER);
  Patina__PrincipalEnrolled *body = ledger_enrol(&draft, STRANGER);
  draft.disclosure_count = 0;
  body->name = ledger_slot(&draft, "name", ledger_number(world, 1, ""));
  ledger_refuse(&draft, PAT_RULE_VALUE_TYPE);
  ledger_draft device = ledger_by_two(world, INSTALLER, STRANGER);
  Patina__DeviceEnrolled *device_body = ledger_enrol_device(&device, STRANGER);
  device.disclosure_count = 0;
  device_body->serial = ledger_slot(&device, "serial", ledger_number(world, 1, ""));
  ledger_refuse(&device, PAT_RULE_VALUE_TYPE);
}

static void test_signers__refuses_a_key_that_is_not_enrolled(void **state) {
  ledger_world *world = *state;
  ledger_draft draft = draft_vehicle(world, 1, STRANGER);
  ledger_refuse(&draft, PAT_RULE_SIGNER_UNKNOWN);
}

static void test_signers__refuses_a_key_signed_for_another(void **state) {
  ledger_world *world = *state;
  ledger_draft draft = draft_vehicle(world, 1, KEEPER);
  pat_hash own = world->actors[KEEPER].principal;
  world->actors[KEEPER].principal = world->actors[REGISTRAR].principal;
  ledger_refuse(&draft, PAT_RULE_SIGNER_PRINCIPAL);
  world->actors[KEEPER].principal = own;
  (void)ledger_accept(&draft);
}

/* Only the enrolled key may speak for the principal that the statement makes. */
static void test_signers__refuses_another_key_for_the_new_principal(void **state) {
  ledger_world *world = *state;
  ledger_draft draft = ledger_by_two(world, KEEPER, STRANGER);
  (void)ledger_enrol(&draft, STRANGER);
  pat_hash own = world->actors[KEEPER].principal;
  (void)ledger_seal(&draft, &world->actors[KEEPER].principal);
  ledger_refuse(&draft, PAT_RULE_SIGNER_PRINCIPAL);
  world->actors[KEEPER].principal = own;
  (void)ledger_accept(&draft);
}

/* --- times ----------------------------------------------------------------------------------- */

static void test_times__refuses_the_expired(void **state) {
  ledger_world *world = *state;
  ledger_draft draft = draft_vehicle(world, 1, REGISTRAR);
  world->now_ms = draft.message.submit_before_ms + 1;
  ledger_refuse(&draft, PAT_RULE_STATEMENT_EXPIRED);
  world->now_ms--;
  (void)ledger_accept(&draft);
}

static void test_times__refuses_the_future(void **state) {
  ledger_world *world = *state;
  ledger_draft draft = draft_vehicle(world, 1, REGISTRAR);
  draft.message.issued_at_ms = world->now_ms + world->ledger.genesis->policy->clock_skew_ms + 1;
  ledger_refuse(&draft, PAT_RULE_STATEMENT_FUTURE);
  draft.message.issued_at_ms--;
  (void)ledger_accept(&draft);
}

static void test_times__refuses_a_window_that_is_too_long(void **state) {
  ledger_world *world = *state;
  ledger_draft draft = draft_vehicle(world, 1, REGISTRAR);
  uint64_t window_ms = world->ledger.genesis->policy->submit_window_ms;
  draft.message.submit_before_ms = draft.message.issued_at_ms + window_ms + 1;
  ledger_refuse(&draft, PAT_RULE_STATEMENT_WINDOW);
  draft.message.submit_before_ms--;
  (void)ledger_accept(&draft);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_genesis__comes_first),
      cmocka_unit_test(test_genesis__comes_once),
      cmocka_unit_test(test_genesis__refuses_another_logs),
      cmocka_unit_test(test_genesis__refuses_too_few_root_keys),
      cmocka_unit_test(test_genesis__refuses_another_key),
      cmocka_unit_test(test_genesis__refuses_another_principal),
      ledger_test(test_genesis__is_read_back_from_the_first_leaf),
      ledger_test(test_enrolment__takes_a_key_once_ever),
      ledger_test(test_enrolment__of_a_device_takes_a_key_once_ever),
      ledger_test(test_enrolment__wants_texts),
      ledger_test(test_signers__refuses_a_key_that_is_not_enrolled),
      ledger_test(test_signers__refuses_a_key_signed_for_another),
      ledger_test(test_signers__refuses_another_key_for_the_new_principal),
      ledger_test(test_times__refuses_the_expired),
      ledger_test(test_times__refuses_the_future),
      ledger_test(test_times__refuses_a_window_that_is_too_long),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
