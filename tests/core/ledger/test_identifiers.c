/* Identifiers: assigning and releasing, conflicts, re-assignment, near misses, limits. */
#include <string.h>

#include "core/ledger/record.h"
#include "tests/core/ledger/ledger_support.h"

static const ledger_serial vin = {"vin", 1, "", VIN_1};
static const ledger_serial engine = {"engine", 1, "", "B234 0001"};
static const ledger_serial chassis = {"chassis", 1, "Saab", "AB123"};

/* A world with vehicles 1 to 3. */
static int setup(void **state) {
  (void)ledger_setup(state);
  for (uint8_t asset = 1; asset <= 3; asset++)
    (void)register_vehicle(*state, asset);
  return 0;
}
#define identifier_test(function) cmocka_unit_test_setup_teardown(function, setup, ledger_teardown)

static ledger_draft draft_assignment(ledger_world *world, uint8_t asset, ledger_serial serial) {
  ledger_draft draft = ledger_by(world, REGISTRAR);
  (void)ledger_assign(&draft, asset, serial);
  return draft;
}

static pat_hash assign(ledger_world *world, uint8_t asset, ledger_serial serial) {
  ledger_draft draft = draft_assignment(world, asset, serial);
  return ledger_accept(&draft);
}

static void release(ledger_world *world, uint8_t asset, ledger_serial serial,
                    const pat_hash *assignment) {
  ledger_draft draft = ledger_by(world, REGISTRAR);
  (void)ledger_release(&draft, asset, serial, assignment);
  (void)ledger_accept(&draft);
}

static Patina__AssetRecord *stored_asset(ledger_world *world, uint8_t asset) {
  ProtobufCBinaryData id = ledger_fill(world, asset, PAT_ASSET_ID_BYTES);
  return (Patina__AssetRecord *)stored_state(world, PAT_STATE_ASSET, pat_span_make(id.data, id.len),
                                             &patina__asset_record__descriptor);
}

/* The record of the asset's newest identifier, and its key. */
static Patina__IdentifierRecord *newest_identifier(ledger_world *world, uint8_t asset,
                                                   pat_span *ret_key) {
  const Patina__AssetRecord *record = stored_asset(world, asset);
  ProtobufCBinaryData key = record->identifiers[record->n_identifiers - 1];
  *ret_key = pat_span_make(key.data, key.len);
  return (Patina__IdentifierRecord *)stored_state(world, PAT_STATE_IDENTIFIER, *ret_key,
                                                  &patina__identifier_record__descriptor);
}

static void admit_self_declared(ledger_world *world) {
  Patina__Policy *policy = world->ledger.genesis->policy;
  for (size_t i = 0; i < policy->n_kinds; i++)
    policy->kinds[i]->self_declared = true;
}

/* --- assignment ------------------------------------------------------------------------------ */

static void refuse_assignment(ledger_world *world, ledger_serial serial, pat_rule rule) {
  ledger_draft draft = draft_assignment(world, 1, serial);
  ledger_refuse(&draft, rule);
}

static void test_assignment__refuses_what_does_not_fit_the_scheme(void **state) {
  ledger_world *world = *state;
  refuse_assignment(world, (ledger_serial){"plate", 1, "", "ABC123"}, PAT_RULE_SCHEME_UNKNOWN);
  refuse_assignment(world, (ledger_serial){"vin", 2, "", VIN_1}, PAT_RULE_SCHEME_UNKNOWN);
  refuse_assignment(world, (ledger_serial){"vin", 1, "Saab", VIN_1}, PAT_RULE_IDENTIFIER_SCOPE);
  refuse_assignment(world, (ledger_serial){"chassis", 1, "", "AB123"}, PAT_RULE_IDENTIFIER_SCOPE);
  refuse_assignment(world, (ledger_serial){"chassis", 1, "Saab", "AB"}, PAT_RULE_IDENTIFIER_LENGTH);
  ledger_draft number = ledger_by(world, REGISTRAR);
  Patina__IdentifierAssigned *body = ledger_assign(&number, 1, vin);
  number.disclosure_count = 0;
  body->value = ledger_slot(&number, "value", ledger_number(world, 1, ""));
  ledger_refuse(&number, PAT_RULE_IDENTIFIER_TEXT);
}

/* The market decides: a US VIN with a wrong check digit is refused, a European one is recorded. */
static void test_assignment__checks_the_digit_of_markets_that_have_one(void **state) {
  ledger_world *world = *state;
  refuse_assignment(world, (ledger_serial){"vin", 1, "", VIN_1_TYPO}, PAT_RULE_VIN_CHECK_DIGIT);
  ledger_draft draft = draft_assignment(world, 1, (ledger_serial){"vin", 1, "", VIN_EUROPE_2});
  (void)ledger_accept_warned(&draft, "vin.check-digit-not-applicable");
  ledger_draft american = draft_assignment(world, 2, vin);
  (void)ledger_accept_warned(&american, NULL);
}

static void test_assignment__refuses_unknown_assets_and_other_classes(void **state) {
  ledger_world *world = *state;
  ledger_draft nothing = draft_assignment(world, 9, vin);
  ledger_refuse(&nothing, PAT_RULE_ASSET_UNKNOWN);
  ledger_said title[] = {{"title", SAID_OPEN, ledger_text(world, "Boats")}};
  ledger_draft painting = ledger_by(world, REGISTRAR);
  ledger_register(&painting, 9, LEDGER_SAID(title))->class_name = (char *)"painting";
  (void)ledger_accept(&painting);
  ledger_draft draft = ledger_by(world, INSPECTOR);
  (void)ledger_assign(&draft, 9, vin);
  ledger_refuse(&draft, PAT_RULE_IDENTIFIER_CLASS);
}

/* The inspector may assign, but not under this scheme. */
static void test_assignment__wants_the_schemes_role(void **state) {
  ledger_world *world = *state;
  ledger_draft draft = ledger_by(world, INSPECTOR);
  (void)ledger_assign(&draft, 1, vin);
  ledger_refuse(&draft, PAT_RULE_STANDING_ATTRIBUTE);
  ledger_draft weak = ledger_by(world, INSPECTOR);
  (void)ledger_assign(&weak, 1, engine);
  (void)ledger_accept(&weak);
  pat_hash assignment = assign(world, 1, vin);
  ledger_draft released = ledger_by(world, INSPECTOR);
  (void)ledger_release(&released, 1, vin, &assignment);
  ledger_refuse(&released, PAT_RULE_STANDING_ATTRIBUTE);
}

static void test_assignment__is_made_under_the_latest_version(void **state) {
  ledger_world *world = *state;
  pat_hash assignment = assign(world, 1, vin);
  Patina__IdentifierScheme *scheme = ledger_scheme_vin(&world->memory);
  scheme->version = 2;
  ledger_draft publication = ledger_by_root(world);
  ledger_publish_scheme(&publication, scheme);
  (void)ledger_accept(&publication);
  ledger_draft old = draft_assignment(world, 2, (ledger_serial){"vin", 1, "", VIN_EUROPE});
  ledger_refuse(&old, PAT_RULE_IDENTIFIER_SCHEME_VERSION);
  (void)assign(world, 2, (ledger_serial){"vin", 2, "", VIN_EUROPE});
  release(world, 1, vin, &assignment); /* as in the assignment */
}

static void test_assignment__refuses_the_same_twice(void **state) {
  ledger_world *world = *state;
  pat_hash assignment = assign(world, 1, vin);
  refuse_assignment(world, vin, PAT_RULE_IDENTIFIER_ASSIGNED_BEFORE);
  /* Written differently, it is the same. */
  refuse_assignment(world, (ledger_serial){"vin", 1, "", "1m8-gdm9 axkp042788"},
                    PAT_RULE_IDENTIFIER_ASSIGNED_BEFORE);
  release(world, 1, vin, &assignment);
  (void)assign(world, 1, vin);
  assert_int_equal(stored_asset(world, 1)->n_identifiers, 1);
}

/* --- conflicts and re-assignment ------------------------------------------------------------- */

static void test_conflict__is_recorded_at_the_second_live_assignment(void **state) {
  ledger_world *world = *state;
  (void)assign(world, 1, vin);
  ledger_draft second = draft_assignment(world, 2, vin);
  (void)ledger_accept_warned(&second, "identifier.conflict");
  pat_span key;
  const Patina__IdentifierHistory *history = newest_identifier(world, 2, &key)->history;
  assert_int_equal(history->n_spans, 2);
  assert_int_equal(history->uniqueness, PATINA__UNIQUENESS__UNIQUENESS_GLOBAL);
  for (size_t i = 0; i < 2; i++) {
    assert_int_equal(history->spans[i]->asset.data[0], i + 1);
    assert_int_equal(history->spans[i]->release_case, PATINA__ASSIGNMENT_SPAN__RELEASE__NOT_SET);
  }
}

static void test_conflict__never_between_weak_ones_or_scopes(void **state) {
  ledger_world *world = *state;
  (void)assign(world, 1, engine);
  ledger_draft weak = draft_assignment(world, 2, engine);
  (void)ledger_accept_warned(&weak, NULL);
  (void)assign(world, 1, chassis);
  ledger_draft other = draft_assignment(world, 2, (ledger_serial){"chassis", 1, "Volvo", "AB123"});
  (void)ledger_accept_warned(&other, NULL);
  ledger_draft same = draft_assignment(world, 3, chassis);
  (void)ledger_accept_warned(&same, "identifier.conflict");
}

static void test_reassignment__needs_as_many_as_the_scheme_says(void **state) {
  ledger_world *world = *state;
  pat_hash assignment = assign(world, 1, vin);
  release(world, 1, vin, &assignment);
  ledger_draft alone = draft_assignment(world, 2, vin);
  ledger_refuse(&alone, PAT_RULE_IDENTIFIER_REASSIGN);
  /* The inspector may assign, but not under this scheme: he does not count. */
  ledger_draft with_inspector = ledger_by_two(world, REGISTRAR, INSPECTOR);
  (void)ledger_assign(&with_inspector, 2, vin);
  ledger_refuse(&with_inspector, PAT_RULE_IDENTIFIER_REASSIGN);
  ledger_draft back = draft_assignment(world, 1, vin); /* to the same asset: nothing grave */
  pat_hash second = ledger_accept(&back);
  release(world, 1, vin, &second);
  ledger_draft two = ledger_by_two(world, REGISTRAR, REGISTRAR_2);
  (void)ledger_assign(&two, 2, vin);
  (void)ledger_accept_warned(&two, NULL);
}

/* A threshold of 0 is 1: somebody with standing. Weak ones are nobody's. */
static void test_reassignment__is_never_self_declared(void **state) {
  ledger_world *world = *state;
  admit_self_declared(world);
  const ledger_serial serials[] = {chassis, engine};
  for (size_t i = 0; i < 2; i++) {
    pat_hash assignment = assign(world, 1, serials[i]);
    release(world, 1, serials[i], &assignment);
  }
  ledger_draft keeper = ledger_by(world, KEEPER);
  (void)ledger_assign(&keeper, 2, chassis);
  ledger_refuse(&keeper, PAT_RULE_IDENTIFIER_REASSIGN);
  ledger_draft weak = ledger_by(world, KEEPER);
  (void)ledger_assign(&weak, 2, engine);
  (void)ledger_accept(&weak);
  (void)assign(world, 2, chassis);
}

/* --- release --------------------------------------------------------------------------------- */

static void refuse_release(ledger_world *world, uint8_t asset, ledger_serial serial,
                           const pat_hash *assignment, pat_rule rule) {
  ledger_draft draft = ledger_by(world, REGISTRAR);
  (void)ledger_release(&draft, asset, serial, assignment);
  ledger_refuse(&draft, rule);
}

static void test_release__refuses_what_is_not_assigned(void **state) {
  ledger_world *world = *state;
  pat_hash registration = register_vehicle(world, 4);
  pat_rule rule = PAT_RULE_IDENTIFIER_NOT_ASSIGNED;
  refuse_release(world, 1, vin, &registration, rule);
  pat_hash assignment = assign(world, 1, vin);
  refuse_release(world, 1, vin, &registration, rule);
  refuse_release(world, 2, vin, &assignment, rule);
  refuse_release(world, 1, (ledger_serial){"vin", 1, "", VIN_EUROPE}, &assignment, rule);
  release(world, 1, vin, &assignment);
  refuse_release(world, 1, vin, &assignment, PAT_RULE_IDENTIFIER_RELEASED_BEFORE);
}

/* --- near misses ----------------------------------------------------------------------------- */

static void test_near_miss__is_told_to_writers_with_standing_only(void **state) {
  ledger_world *world = *state;
  (void)assign(world, 1, (ledger_serial){"vin", 1, "", VIN_EUROPE});
  const ledger_serial typo = {"vin", 1, "", VIN_EUROPE_2};
  admit_self_declared(world);
  ledger_draft keeper = ledger_by(world, KEEPER);
  (void)ledger_assign(&keeper, 2, typo);
  Patina__SignedStatement *envelope = ledger_seal(&keeper, NULL);
  pat_decision *decision = NULL;
  pat_head planned;
  assert_ok(ledger_plan(world, &envelope, 1, &decision, &planned));
  assert_int_equal(decision->outcome, PAT_DECISION_ACCEPTED);
  for (size_t i = 0; i < decision->warning_count; i++)
    assert_string_not_equal(decision->warnings[i].id, "identifier.near-miss");

  ledger_draft registrar = draft_assignment(world, 2, typo);
  envelope = ledger_seal(&registrar, NULL);
  decision = ledger_run(world, &envelope, 1);
  assert_int_equal(decision->warning_count, 2);
  const pat_warning *warning = &decision->warnings[1];
  assert_string_equal(warning->id, "identifier.near-miss");
  assert_int_equal(warning->value_count, 1);
  assert_string_equal(warning->values[0], VIN_EUROPE);
}

/* Publishes engine version 2, with near misses. */
static void publish_near(ledger_world *world) {
  Patina__IdentifierScheme *scheme = ledger_scheme_engine(&world->memory);
  scheme->version = 2;
  scheme->near_miss = true;
  ledger_draft draft = ledger_by_root(world);
  ledger_publish_scheme(&draft, scheme);
  (void)ledger_accept(&draft);
}

static size_t near_count(ledger_world *world, const char *variant) {
  pat_hash hash = pat_near_key("engine", "", pat_span_text(variant));
  pat_span value;
  pat_ledger_key key = {PAT_LEDGER_NEAR, pat_hash_span(&hash)};
  if (!ledger_store_get(&world->store, key, &value)) return 0;
  size_t count = 0;
  for (size_t i = 0; i + 4 < value.size; i++) /* each value is "\n\x04AB?C" in its message */
    count += value.data[i] == 0x0a && value.data[i + 1] == 4 && value.data[i + 2] == 'A';
  return count;
}

/* All of "AB?C" share the variant "ABC". */
static void test_near_miss__keeps_16_values_and_tells_8(void **state) {
  ledger_world *world = *state;
  publish_near(world);
  for (size_t i = 0; i < PAT_NEAR_VALUES_MAX + 2; i++) {
    char text[] = "AB?C";
    text[2] = (char)('a' + (char)i);
    ledger_draft draft = draft_assignment(world, 1, (ledger_serial){"engine", 2, "", text});
    Patina__SignedStatement *envelope = ledger_seal(&draft, NULL);
    const pat_decision *decision = ledger_run(world, &envelope, 1);
    assert_int_equal(decision->outcome, PAT_DECISION_ACCEPTED);
    size_t told = i < PAT_WARNING_VALUES_MAX ? i : PAT_WARNING_VALUES_MAX;
    assert_int_equal(decision->warning_count, i == 0 ? 0 : 1);
    assert_int_equal(decision->warnings[0].value_count, told);
    size_t kept = i + 1 < PAT_NEAR_VALUES_MAX ? i + 1 : PAT_NEAR_VALUES_MAX;
    assert_int_equal(near_count(world, "ABC"), kept);
  }
}

static void test_near_miss__of_an_earlier_statement_of_the_batch(void **state) {
  ledger_world *world = *state;
  ledger_draft first = draft_assignment(world, 1, (ledger_serial){"vin", 1, "", VIN_EUROPE});
  ledger_draft second = draft_assignment(world, 2, (ledger_serial){"vin", 1, "", VIN_EUROPE_2});
  Patina__SignedStatement *batch[] = {ledger_seal(&first, NULL), ledger_seal(&second, NULL)};
  const pat_decision *decisions = ledger_run(world, batch, 2);
  assert_int_equal(decisions[1].warning_count, 2);
  assert_string_equal(decisions[1].warnings[1].id, "identifier.near-miss");
}

/* --- the same value under two schemes of one name in one batch ------------------------------- */

/* In the first round the withdrawal lacks its records, so the clerk still publishes; then the root
 * does. The value must be normalised as the root's scheme says. */
static void test_assignment__forgets_schemes_of_earlier_rounds(void **state) {
  ledger_world *world = *state;
  Patina__Policy *policy = world->ledger.genesis->policy;
  for (size_t i = 0; i < policy->n_kinds; i++) {
    if (policy->kinds[i]->kind == PAT_KIND_SCHEME_PUBLISHED) {
      static char *roles[] = {(char *)"clerk", (char *)"root"};
      policy->kinds[i]->roles = roles;
      policy->kinds[i]->n_roles = 2;
    }
  }
  pat_hash clerk = grant(world, KEEPER, "clerk", NULL);
  Patina__IdentifierScheme *schemes[] = {ledger_scheme_engine(&world->memory),
                                         ledger_scheme_engine(&world->memory)};
  schemes[0]->name = schemes[1]->name = (char *)"tag";
  schemes[1]->normalisation = PATINA__NORMALISATION__NORMALISATION_UPPER_TRIM;
  ledger_draft withdrawal = ledger_by_root(world);
  (void)ledger_withdraw(&withdrawal, KEEPER, &clerk);
  ledger_draft by_clerk = ledger_by(world, KEEPER);
  ledger_publish_scheme(&by_clerk, schemes[0]);
  ledger_draft by_root = ledger_by_root(world);
  ledger_publish_scheme(&by_root, schemes[1]);
  ledger_draft lower = draft_assignment(world, 1, (ledger_serial){"tag", 1, "", "abc"});
  ledger_draft upper = draft_assignment(world, 1, (ledger_serial){"tag", 1, "", "ABC"});
  Patina__SignedStatement *batch[] = {ledger_seal(&withdrawal, NULL), ledger_seal(&by_clerk, NULL),
                                      ledger_seal(&by_root, NULL), ledger_seal(&lower, NULL),
                                      ledger_seal(&upper, NULL)};
  const pat_decision *decisions = ledger_run(world, batch, 5);
  assert_decision(&decisions[1], PAT_RULE_STANDING_MISSING);
  assert_int_equal(decisions[2].outcome, PAT_DECISION_ACCEPTED);
  assert_int_equal(decisions[3].outcome, PAT_DECISION_ACCEPTED);
  assert_decision(&decisions[4], PAT_RULE_IDENTIFIER_ASSIGNED_BEFORE);
}

/* --- limits ---------------------------------------------------------------------------------- */

static void test_limits__an_asset_has_256_identifiers(void **state) {
  ledger_world *world = *state;
  pat_hash assignment = assign(world, 1, vin);
  Patina__AssetRecord *record = stored_asset(world, 1);
  ProtobufCBinaryData keys[PAT_ASSET_IDENTIFIERS_MAX];
  keys[0] = record->identifiers[0];
  for (size_t i = 1; i < PAT_ASSET_IDENTIFIERS_MAX; i++) {
    pat_hash key = pat_hash_of(pat_span_make(&i, sizeof i));
    keys[i] = ledger_hash_field(world, &key);
  }
  record->identifiers = keys;
  record->n_identifiers = PAT_ASSET_IDENTIFIERS_MAX - 1;
  ProtobufCBinaryData id = ledger_fill(world, 1, PAT_ASSET_ID_BYTES);
  store_state(world, PAT_STATE_ASSET, pat_span_make(id.data, id.len), &record->base);
  (void)assign(world, 1, chassis);
  assert_int_equal(stored_asset(world, 1)->n_identifiers, PAT_ASSET_IDENTIFIERS_MAX);
  refuse_assignment(world, engine, PAT_RULE_ASSET_IDENTIFIERS);
  release(world, 1, vin, &assignment);
  (void)assign(world, 1, vin); /* one that it had */
}

static void test_limits__an_identifier_has_1024_spans(void **state) {
  ledger_world *world = *state;
  (void)assign(world, 1, engine);
  pat_span key;
  Patina__IdentifierRecord *record = newest_identifier(world, 1, &key);
  Patina__AssignmentSpan other = *record->history->spans[0];
  other.asset = ledger_fill(world, 0xee, PAT_ASSET_ID_BYTES);
  other.release_case = PATINA__ASSIGNMENT_SPAN__RELEASE_RELEASED_INDEX;
  Patina__AssignmentSpan *spans[PAT_IDENTIFIER_SPANS_MAX];
  spans[0] = record->history->spans[0];
  for (size_t i = 1; i < PAT_IDENTIFIER_SPANS_MAX; i++)
    spans[i] = &other;
  record->history->spans = spans;
  record->history->n_spans = PAT_IDENTIFIER_SPANS_MAX - 1;
  store_state(world, PAT_STATE_IDENTIFIER, key, &record->base);
  (void)assign(world, 2, engine);
  ledger_draft draft = draft_assignment(world, 3, engine);
  ledger_refuse(&draft, PAT_RULE_IDENTIFIER_SPANS);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      identifier_test(test_assignment__refuses_what_does_not_fit_the_scheme),
      identifier_test(test_assignment__checks_the_digit_of_markets_that_have_one),
      identifier_test(test_assignment__refuses_unknown_assets_and_other_classes),
      identifier_test(test_assignment__wants_the_schemes_role),
      identifier_test(test_assignment__is_made_under_the_latest_version),
      identifier_test(test_assignment__refuses_the_same_twice),
      identifier_test(test_conflict__is_recorded_at_the_second_live_assignment),
      identifier_test(test_conflict__never_between_weak_ones_or_scopes),
      identifier_test(test_reassignment__needs_as_many_as_the_scheme_says),
      identifier_test(test_reassignment__is_never_self_declared),
      identifier_test(test_release__refuses_what_is_not_assigned),
      identifier_test(test_near_miss__is_told_to_writers_with_standing_only),
      identifier_test(test_near_miss__keeps_16_values_and_tells_8),
      identifier_test(test_near_miss__of_an_earlier_statement_of_the_batch),
      identifier_test(test_assignment__forgets_schemes_of_earlier_rounds),
      identifier_test(test_limits__an_asset_has_256_identifiers),
      identifier_test(test_limits__an_identifier_has_1024_spans),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
