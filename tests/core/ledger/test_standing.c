/* Standing: who may state what, kind by kind; default deny. */
#include <string.h>

#include "tests/core/ledger/ledger_support.h"

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

/* Each kind in a world of its own: it is admitted, and marked: its sources have no role. */
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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_standing__is_denied_by_default_for_every_kind),
      cmocka_unit_test(test_standing__marks_what_is_self_declared_for_every_kind),
      cmocka_unit_test(test_standing__refuses_kinds_that_the_policy_does_not_name),
      ledger_test(test_standing__ends_at_the_class_of_the_grant),
      ledger_test(test_standing__withdrawn_bites_from_the_next_statement),
      ledger_test(test_standing__refuses_withdrawals_of_nothing),
      ledger_test(test_standing__of_the_root_needs_its_threshold),
      ledger_test(test_standing__counts_principals_not_keys),
      ledger_test(test_standing__ends_at_256_grants),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
