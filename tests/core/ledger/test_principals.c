/* Genesis, enrolment, standing, and the times of a statement. */
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

/* --- standing -------------------------------------------------------------------------------- */

static void withdraw_self_declared(Patina__Policy *policy) {
  for (size_t i = 0; i < policy->n_kinds; i++)
    policy->kinds[i]->self_declared = false;
}

static void admit_self_declared(Patina__Policy *policy) {
  for (size_t i = 0; i < policy->n_kinds; i++)
    policy->kinds[i]->self_declared = true;
}

static uint32_t left_out;
static void leave_out(Patina__Policy *policy) {
  size_t kept = 0;
  for (size_t i = 0; i < policy->n_kinds; i++) {
    if (policy->kinds[i]->kind != left_out) policy->kinds[kept++] = policy->kinds[i];
  }
  policy->n_kinds = kept;
}

/* Each makes a statement of its kind that lacks nothing but standing. The world has asset 1 and 2,
 * stream 1 on asset 2, and a statement of KEEPER's about asset 1 to answer. */
typedef struct {
  ledger_world *world;
  pat_hash attestation;
  pat_hash assignment;
  pat_hash grant;
} stage;

static const ledger_serial stage_serial = {"engine", 1, "", "B234"};

static ledger_draft make_enrolment(stage *at) {
  ledger_draft draft = ledger_by(at->world, STRANGER);
  (void)ledger_enrol(&draft, STRANGER);
  return draft;
}
static ledger_draft make_grant(stage *at) {
  ledger_draft draft = ledger_by(at->world, KEEPER);
  (void)ledger_grant(&draft, KEEPER, "registrar", NULL);
  return draft;
}
static ledger_draft make_withdrawal(stage *at) {
  ledger_draft draft = ledger_by(at->world, KEEPER);
  (void)ledger_withdraw(&draft, REGISTRAR_2, &at->grant);
  return draft;
}
static ledger_draft make_class(stage *at) {
  ledger_draft draft = ledger_by(at->world, KEEPER);
  Patina__AssetClass *schema = ledger_class_painting(&at->world->memory);
  schema->version = 2;
  ledger_publish_class(&draft, schema);
  return draft;
}
static ledger_draft make_scheme(stage *at) {
  ledger_draft draft = ledger_by(at->world, KEEPER);
  Patina__IdentifierScheme *scheme = ledger_scheme_engine(&at->world->memory);
  scheme->version = 2;
  ledger_publish_scheme(&draft, scheme);
  return draft;
}
static ledger_draft make_registration(stage *at) { return draft_vehicle(at->world, 3, KEEPER); }
static ledger_draft make_change(stage *at) {
  ledger_said said[] = {{"colour", SAID_SLOT, ledger_text(at->world, "red")}};
  ledger_draft draft = ledger_by(at->world, KEEPER);
  (void)ledger_change(&draft, 1, LEDGER_SAID(said));
  return draft;
}
static ledger_draft make_assignment(stage *at) {
  ledger_draft draft = ledger_by(at->world, KEEPER);
  (void)ledger_assign(&draft, 2, stage_serial);
  return draft;
}
static ledger_draft make_release(stage *at) {
  ledger_draft draft = ledger_by(at->world, KEEPER);
  (void)ledger_release(&draft, 1, stage_serial, &at->assignment);
  return draft;
}
static ledger_draft make_attestation(stage *at) {
  ledger_said said[] = {{"text", SAID_SLOT, ledger_text(at->world, "once upon a time")}};
  ledger_draft draft = ledger_by(at->world, KEEPER);
  Patina__Attested *body = ledger_attest(&draft, 1, LEDGER_SAID(said));
  body->claim = (char *)"story";
  return draft;
}
static ledger_draft make_correction(stage *at) {
  ledger_said said[] = {{"text", SAID_SLOT, ledger_text(at->world, "twice")}};
  ledger_draft draft = ledger_by(at->world, KEEPER);
  (void)ledger_correct(&draft, &at->attestation, LEDGER_SAID(said));
  return draft;
}
static ledger_draft make_retraction(stage *at) {
  ledger_draft draft = ledger_by(at->world, KEEPER);
  (void)ledger_retract(&draft, &at->attestation);
  return draft;
}
static ledger_draft make_device(stage *at) {
  ledger_draft draft = ledger_by_two(at->world, KEEPER, STRANGER);
  (void)ledger_enrol_device(&draft, STRANGER);
  return draft;
}
static ledger_draft make_binding(stage *at) {
  ledger_draft draft = ledger_by(at->world, KEEPER);
  Patina__DeviceBound *body = ledger_bind(&draft, 1, 2);
  body->device = ledger_hash_field(at->world, &at->world->actors[DEVICE_2].principal);
  return draft;
}
static ledger_draft make_telemetry(stage *at) {
  ledger_draft draft = ledger_by(at->world, DEVICE);
  (void)ledger_telemetry(&draft, 1, 0, NULL);
  return draft;
}

typedef struct {
  pat_kind_number kind;
  ledger_draft (*make)(stage *at);
} kind_case;

static const kind_case kind_cases[] = {
    {PAT_KIND_PRINCIPAL_ENROLLED, make_enrolment},  {PAT_KIND_STANDING_GRANTED, make_grant},
    {PAT_KIND_STANDING_WITHDRAWN, make_withdrawal}, {PAT_KIND_CLASS_PUBLISHED, make_class},
    {PAT_KIND_SCHEME_PUBLISHED, make_scheme},       {PAT_KIND_ASSET_REGISTERED, make_registration},
    {PAT_KIND_ATTRIBUTES_CHANGED, make_change},     {PAT_KIND_IDENTIFIER_ASSIGNED, make_assignment},
    {PAT_KIND_IDENTIFIER_RELEASED, make_release},   {PAT_KIND_ATTESTED, make_attestation},
    {PAT_KIND_CORRECTED, make_correction},          {PAT_KIND_RETRACTED, make_retraction},
    {PAT_KIND_DEVICE_ENROLLED, make_device},        {PAT_KIND_DEVICE_BOUND, make_binding},
    {PAT_KIND_TELEMETRY, make_telemetry},
};
enum { KIND_CASES = sizeof kind_cases / sizeof kind_cases[0] };

/* Prepares with the roles that are needed, then takes the policy that is tested. */
static stage set_stage(void (*adjust)(Patina__Policy *policy)) {
  stage at = {.world = ledger_world_new((ledger_options){0})};
  ledger_world *world = at.world;
  (void)register_vehicle(world, 1);
  (void)register_vehicle(world, 2);
  ledger_draft assign = ledger_by(world, REGISTRAR);
  (void)ledger_assign(&assign, 1, stage_serial);
  at.assignment = ledger_accept(&assign);
  ledger_draft bind = ledger_by(world, INSTALLER);
  (void)ledger_bind(&bind, 2, 1);
  (void)ledger_accept(&bind);
  ledger_draft attest = make_attestation(&at);
  at.attestation = ledger_accept(&attest);
  at.grant = grant(world, REGISTRAR_2, "clerk", NULL);
  adjust(world->ledger.genesis->policy);
  return at;
}

static void test_standing__is_denied_by_default_for_every_kind(void **state) {
  (void)state;
  stage at = set_stage(withdraw_self_declared);
  for (size_t i = 0; i < KIND_CASES; i++) {
    ledger_draft draft = kind_cases[i].make(&at);
    assert_int_equal(draft.message.body_case, kind_cases[i].kind);
    ledger_refuse(&draft, PAT_RULE_STANDING_MISSING);
  }
  ledger_world_close(at.world);
}

/* One kind after the other in one world: each is admitted on its own, and marked: its sources have no
 * role. */
static void test_standing__marks_what_is_self_declared_for_every_kind(void **state) {
  (void)state;
  for (size_t i = 0; i < KIND_CASES; i++) {
    stage at = set_stage(admit_self_declared);
    ledger_draft draft = kind_cases[i].make(&at);
    pat_hash sha256 = ledger_accept(&draft);
    const Patina__StatementRecord *record = stored_statement(at.world, &sha256);
    assert_int_equal(record->n_sources, draft.signer_count);
    for (size_t source = 0; source < record->n_sources; source++)
      assert_int_equal(record->sources[source]->n_roles, 0);
    ledger_world_close(at.world);
  }
}

static void test_standing__refuses_kinds_that_the_policy_does_not_name(void **state) {
  (void)state;
  for (size_t i = 0; i < KIND_CASES; i++) {
    left_out = (uint32_t)kind_cases[i].kind;
    stage at = set_stage(leave_out);
    ledger_draft draft = kind_cases[i].make(&at);
    ledger_refuse(&draft, PAT_RULE_STANDING_KIND);
    ledger_world_close(at.world);
  }
}

static void test_standing__ends_at_the_class_of_the_grant(void **state) {
  ledger_world *world = *state;
  withdraw_self_declared(world->ledger.genesis->policy);
  ledger_said title[] = {{"title", SAID_OPEN, ledger_text(world, "Boats")}};
  ledger_draft draft = ledger_by(world, REGISTRAR);
  Patina__AssetRegistered *body = ledger_register(&draft, 2, LEDGER_SAID(title));
  body->class_name = (char *)"painting";
  ledger_refuse(&draft, PAT_RULE_STANDING_MISSING);
  (void)register_vehicle(world, 1);

  /* What belongs to no class needs a grant for every class. */
  ledger_draft enrolment = ledger_by_two(world, REGISTRAR, STRANGER);
  (void)ledger_enrol(&enrolment, STRANGER);
  ledger_refuse(&enrolment, PAT_RULE_STANDING_MISSING);
  (void)grant(world, REGISTRAR, "registrar", NULL);
  (void)ledger_accept(&enrolment);
  (void)ledger_accept(&draft);
}

static void test_standing__withdrawn_bites_from_the_next_statement(void **state) {
  ledger_world *world = *state;
  (void)register_vehicle(world, 1);
  pat_hash again = grant(world, KEEPER, "inspector", "vehicle");
  ledger_draft before = draft_inspection(world, 1, KEEPER);
  ledger_draft withdrawal = ledger_by_root(world);
  (void)ledger_withdraw(&withdrawal, KEEPER, &again);
  ledger_draft after = draft_inspection(world, 1, KEEPER);
  withdraw_self_declared(world->ledger.genesis->policy);
  pat_hash sha256[3];
  Patina__SignedStatement *batch[] = {ledger_seal(&before, &sha256[0]),
                                      ledger_seal(&withdrawal, &sha256[1]),
                                      ledger_seal(&after, &sha256[2])};
  const pat_decision *decisions = ledger_run(world, batch, 3);
  assert_int_equal(decisions[0].outcome, PAT_DECISION_ACCEPTED);
  assert_int_equal(decisions[1].outcome, PAT_DECISION_ACCEPTED);
  assert_decision(&decisions[2], PAT_RULE_STANDING_MISSING);
  /* What was stated under it keeps its standing. */
  assert_string_equal(stored_statement(world, &sha256[0])->sources[0]->roles[0], "inspector");
}

static void test_standing__refuses_withdrawals_of_nothing(void **state) {
  ledger_world *world = *state;
  pat_hash own = grant(world, KEEPER, "inspector", NULL);
  ledger_draft other = ledger_by_root(world);
  (void)ledger_withdraw(&other, REGISTRAR, &own);
  ledger_refuse(&other, PAT_RULE_STANDING_GRANT_UNKNOWN);
  ledger_draft nobody = ledger_by_root(world);
  (void)ledger_withdraw(&nobody, STRANGER, &own);
  ledger_refuse(&nobody, PAT_RULE_PRINCIPAL_UNKNOWN);
  ledger_draft to_nobody = ledger_by_root(world);
  (void)ledger_grant(&to_nobody, STRANGER, "inspector", NULL);
  ledger_refuse(&to_nobody, PAT_RULE_PRINCIPAL_UNKNOWN);
  ledger_draft first = ledger_by_root(world);
  (void)ledger_withdraw(&first, KEEPER, &own);
  (void)ledger_accept(&first);
  ledger_draft second = ledger_by_root(world);
  (void)ledger_withdraw(&second, KEEPER, &own);
  ledger_refuse(&second, PAT_RULE_STANDING_WITHDRAWN_BEFORE);
}

static void test_standing__of_the_root_needs_its_threshold(void **state) {
  ledger_world *world = *state;
  ledger_draft alone = ledger_by(world, ROOT_A);
  (void)ledger_grant(&alone, KEEPER, "inspector", NULL);
  ledger_refuse(&alone, PAT_RULE_STANDING_MISSING);
  ledger_draft two = ledger_by_two(world, ROOT_B, ROOT_C);
  (void)ledger_grant(&two, KEEPER, "inspector", NULL);
  pat_hash sha256 = ledger_accept(&two);
  assert_string_equal(stored_statement(world, &sha256)->sources[0]->roles[0], "root");
}

/* A principal that signs with two keys is one principal. */
static void ask_two(Patina__Policy *policy) {
  for (size_t i = 0; i < policy->n_kinds; i++) {
    if (policy->kinds[i]->kind == PAT_KIND_ASSET_REGISTERED) {
      policy->kinds[i]->threshold = 2;
      policy->kinds[i]->self_declared = false;
    }
  }
}

static void test_standing__counts_principals_not_keys(void **state) {
  ledger_world *world = *state;
  ask_two(world->ledger.genesis->policy);
  ledger_draft one = draft_vehicle(world, 1, REGISTRAR);
  ledger_refuse(&one, PAT_RULE_STANDING_MISSING);
  ledger_draft with_keeper = draft_vehicle(world, 1, REGISTRAR);
  ledger_cosign(&with_keeper, KEEPER);
  ledger_refuse(&with_keeper, PAT_RULE_STANDING_MISSING);
  ledger_draft two = draft_vehicle(world, 1, REGISTRAR);
  ledger_cosign(&two, REGISTRAR_2);
  (void)ledger_accept(&two);
}

static void test_standing__ends_at_256_grants(void **state) {
  ledger_world *world = *state;
  Patina__SignedStatement *batch[PAT_PRINCIPAL_GRANTS_MAX + 1];
  for (size_t i = 0; i <= PAT_PRINCIPAL_GRANTS_MAX; i++) {
    ledger_draft draft = ledger_by_root(world);
    (void)ledger_grant(&draft, KEEPER, "inspector", NULL);
    batch[i] = ledger_seal(&draft, NULL);
  }
  const pat_decision *decisions = ledger_run(world, batch, PAT_PRINCIPAL_GRANTS_MAX + 1);
  assert_int_equal(decisions[PAT_PRINCIPAL_GRANTS_MAX - 2].outcome, PAT_DECISION_ACCEPTED);
  assert_int_equal(decisions[PAT_PRINCIPAL_GRANTS_MAX - 1].outcome, PAT_DECISION_ACCEPTED);
  assert_decision(&decisions[PAT_PRINCIPAL_GRANTS_MAX], PAT_RULE_PRINCIPAL_GRANTS);
  /* Many grants of one role are one role. */
  (void)register_vehicle(world, 1);
  ledger_draft draft = draft_inspection(world, 1, KEEPER);
  pat_hash sha256 = ledger_accept(&draft);
  assert_int_equal(stored_statement(world, &sha256)->sources[0]->n_roles, 1);
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
      ledger_test(test_genesis__is_read_back_from_the_first_leaf),
      ledger_test(test_enrolment__takes_a_key_once_ever),
      ledger_test(test_enrolment__of_a_device_takes_a_key_once_ever),
      ledger_test(test_enrolment__wants_texts),
      ledger_test(test_signers__refuses_a_key_that_is_not_enrolled),
      ledger_test(test_signers__refuses_a_key_signed_for_another),
      ledger_test(test_signers__refuses_another_key_for_the_new_principal),
      cmocka_unit_test(test_standing__is_denied_by_default_for_every_kind),
      cmocka_unit_test(test_standing__marks_what_is_self_declared_for_every_kind),
      cmocka_unit_test(test_standing__refuses_kinds_that_the_policy_does_not_name),
      ledger_test(test_standing__ends_at_the_class_of_the_grant),
      ledger_test(test_standing__withdrawn_bites_from_the_next_statement),
      ledger_test(test_standing__refuses_withdrawals_of_nothing),
      ledger_test(test_standing__of_the_root_needs_its_threshold),
      ledger_test(test_standing__counts_principals_not_keys),
      ledger_test(test_standing__ends_at_256_grants),
      ledger_test(test_times__refuses_the_expired),
      ledger_test(test_times__refuses_the_future),
      ledger_test(test_times__refuses_a_window_that_is_too_long),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
