/* Published classes and schemes; assets, their changes, attestations, corrections, retractions. */
#include <string.h>

#include "core/ledger/record.h"
#include "tests/core/ledger/ledger_support.h"

#define TEXT(content) ledger_text(world, content)

static Patina__AssetRecord *stored_asset(ledger_world *world, uint8_t asset) {
  ProtobufCBinaryData id = ledger_fill(world, asset, PAT_ASSET_ID_BYTES);
  ProtobufCMessage *record = stored_state(world, PAT_STATE_ASSET, pat_span_make(id.data, id.len),
                                          &patina__asset_record__descriptor);
  assert_non_null(record);
  return (Patina__AssetRecord *)record;
}

/* --- catalog --------------------------------------------------------------------------------- */

static ledger_draft draft_class(ledger_world *world, uint32_t version) {
  Patina__AssetClass *schema = ledger_class_painting(&world->memory);
  schema->version = version;
  ledger_draft draft = ledger_by_root(world);
  ledger_publish_class(&draft, schema);
  return draft;
}

static ledger_draft draft_scheme(ledger_world *world, uint32_t version) {
  Patina__IdentifierScheme *scheme = ledger_scheme_engine(&world->memory);
  scheme->version = version;
  ledger_draft draft = ledger_by_root(world);
  ledger_publish_scheme(&draft, scheme);
  return draft;
}

static void test_catalog__refuses_versions_out_of_order(void **state) {
  ledger_world *world = *state;
  for (uint32_t version = 1; version <= 3; version += 2) {
    ledger_draft schema = draft_class(world, version);
    ledger_refuse(&schema, PAT_RULE_CATALOG_VERSION);
    ledger_draft scheme = draft_scheme(world, version);
    ledger_refuse(&scheme, PAT_RULE_CATALOG_VERSION);
  }
  ledger_draft schema = draft_class(world, 2);
  (void)ledger_accept(&schema);
  ledger_draft scheme = draft_scheme(world, 2);
  (void)ledger_accept(&scheme);
}

static void test_catalog__refuses_a_first_version_that_is_not_1(void **state) {
  ledger_world *world = *state;
  Patina__AssetClass *schema = ledger_class_painting(&world->memory);
  schema->name = (char *)"sculpture";
  schema->version = 2;
  ledger_draft draft = ledger_by_root(world);
  ledger_publish_class(&draft, schema);
  ledger_refuse(&draft, PAT_RULE_CATALOG_VERSION);
}

/* --- registration ---------------------------------------------------------------------------- */

static ledger_draft draft_registration(ledger_world *world, const ledger_said *said, size_t count) {
  ledger_draft draft = ledger_by(world, REGISTRAR);
  (void)ledger_register(&draft, 1, said, count);
  return draft;
}

static void refuse_registration(ledger_world *world, const ledger_said *said, size_t count,
                                pat_rule rule) {
  ledger_draft draft = draft_registration(world, said, count);
  ledger_refuse(&draft, rule);
}

static void test_registration__refuses_what_does_not_fit_the_class(void **state) {
  ledger_world *world = *state;
  const ledger_said nothing_required[] = {{"options", SAID_SLOT, TEXT("sunroof")}};
  refuse_registration(world, LEDGER_SAID(nothing_required), PAT_RULE_ATTRIBUTES_REQUIRED);
  const ledger_said unknown[] = {{"make", SAID_OPEN, TEXT("Saab")},
                                 {"model", SAID_OPEN, TEXT("900")}};
  refuse_registration(world, LEDGER_SAID(unknown), PAT_RULE_ATTRIBUTES_UNKNOWN);
  const ledger_said bundle[] = {{"colour", SAID_SLOT, TEXT("red")},
                                {"make", SAID_OPEN, TEXT("Saab")}};
  refuse_registration(world, LEDGER_SAID(bundle), PAT_RULE_ATTRIBUTES_BUNDLE);
  const ledger_said hidden[] = {{"make", SAID_SLOT, TEXT("Saab")}};
  refuse_registration(world, LEDGER_SAID(hidden), PAT_RULE_ATTRIBUTES_VISIBILITY);
  const ledger_said in_clear[] = {{"make", SAID_OPEN, TEXT("Saab")},
                                  {"options", SAID_OPEN, TEXT("sunroof")}};
  refuse_registration(world, LEDGER_SAID(in_clear), PAT_RULE_ATTRIBUTES_VISIBILITY);
  const ledger_said type[] = {{"make", SAID_OPEN, ledger_number(world, 1, "")}};
  refuse_registration(world, LEDGER_SAID(type), PAT_RULE_VALUE_TYPE);
  const ledger_said slot_type[] = {{"make", SAID_OPEN, TEXT("Saab")},
                                   {"options", SAID_SLOT, ledger_number(world, 1, "")}};
  refuse_registration(world, LEDGER_SAID(slot_type), PAT_RULE_VALUE_TYPE);
  const ledger_said twice[] = {{"make", SAID_OPEN, TEXT("Saab")},
                               {"make", SAID_OPEN, TEXT("Volvo")}};
  refuse_registration(world, LEDGER_SAID(twice), PAT_RULE_ATTRIBUTES_LIST);
}

static void test_registration__keeps_lists_and_visibilities(void **state) {
  ledger_world *world = *state;
  const ledger_said said[] = {{"make", SAID_OPEN, TEXT("Saab")},
                              {"options", SAID_SLOT, TEXT("sunroof")},
                              {"options", SAID_SLOT, TEXT("hook")}};
  ledger_draft draft = draft_registration(world, LEDGER_SAID(said));
  pat_hash sha256 = ledger_accept(&draft);
  const Patina__StatementRecord *record = stored_statement(world, &sha256);
  assert_int_equal(record->n_disclosures, 2);
  for (size_t slot = 0; slot < 2; slot++) {
    assert_int_equal(record->disclosures[slot]->slot, slot);
    assert_int_equal(record->disclosures[slot]->visibility, PATINA__VISIBILITY__VISIBILITY_PUBLIC);
  }
  assert_int_equal(stored_asset(world, 1)->version, 0);
  assert_int_equal(stored_asset(world, 1)->registered_index, record->index);
}

static void test_registration__refuses_the_same_id_twice(void **state) {
  ledger_world *world = *state;
  (void)register_vehicle(world, 1);
  ledger_draft draft = draft_vehicle(world, 1, REGISTRAR_2);
  ledger_refuse(&draft, PAT_RULE_ASSET_EXISTS);
}

static void test_registration__refuses_unknown_classes(void **state) {
  ledger_world *world = *state;
  ledger_draft name = draft_vehicle(world, 1, REGISTRAR);
  name.message.asset_registered->class_name = (char *)"spaceship";
  ledger_refuse(&name, PAT_RULE_CLASS_UNKNOWN);
  ledger_draft version = draft_vehicle(world, 1, REGISTRAR);
  version.message.asset_registered->class_version = 2;
  ledger_refuse(&version, PAT_RULE_CLASS_UNKNOWN);
}

/* --- changes --------------------------------------------------------------------------------- */

static ledger_draft draft_change(ledger_world *world, const ledger_said *said, size_t count,
                                 uint64_t expected_version) {
  ledger_draft draft = ledger_by(world, REGISTRAR);
  ledger_change(&draft, 1, said, count)->expected_version = expected_version;
  return draft;
}

static void test_change__never_touches_the_manufacturer_bundle(void **state) {
  ledger_world *world = *state;
  (void)register_vehicle(world, 1);
  const ledger_said make[] = {{"make", SAID_OPEN, TEXT("Volvo")}};
  ledger_draft draft = draft_change(world, LEDGER_SAID(make), 0);
  ledger_refuse(&draft, PAT_RULE_ATTRIBUTES_BUNDLE);
  const ledger_said cleared[] = {{"make", SAID_CLEARED, NULL}};
  ledger_draft clearing = draft_change(world, LEDGER_SAID(cleared), 0);
  ledger_refuse(&clearing, PAT_RULE_ATTRIBUTES_BUNDLE);
  const ledger_said telemetry[] = {{"odometer", SAID_SLOT, ledger_number(world, 5, "KMT")}};
  ledger_draft reading = draft_change(world, LEDGER_SAID(telemetry), 0);
  ledger_refuse(&reading, PAT_RULE_ATTRIBUTES_BUNDLE);
}

static void test_change__refuses_a_stale_version(void **state) {
  ledger_world *world = *state;
  (void)register_vehicle(world, 1);
  const ledger_said said[] = {{"colour", SAID_SLOT, TEXT("red")}};
  for (uint64_t version = 0; version < 3; version++) {
    ledger_draft ahead = draft_change(world, LEDGER_SAID(said), version + 1);
    ledger_refuse(&ahead, PAT_RULE_ATTRIBUTES_STALE);
    ledger_draft draft = draft_change(world, LEDGER_SAID(said), version);
    (void)ledger_accept(&draft);
    assert_int_equal(stored_asset(world, 1)->version, version + 1);
    ledger_draft stale = draft_change(world, LEDGER_SAID(said), version);
    ledger_refuse(&stale, PAT_RULE_ATTRIBUTES_STALE);
  }
}

static void test_change__of_two_in_one_batch_only_one_wins(void **state) {
  ledger_world *world = *state;
  (void)register_vehicle(world, 1);
  const ledger_said red[] = {{"colour", SAID_SLOT, TEXT("red")}};
  const ledger_said blue[] = {{"colour", SAID_SLOT, TEXT("blue")}};
  ledger_draft first = draft_change(world, LEDGER_SAID(red), 0);
  ledger_draft second = draft_change(world, LEDGER_SAID(blue), 0);
  Patina__SignedStatement *batch[] = {ledger_seal(&first, NULL), ledger_seal(&second, NULL)};
  const pat_decision *decisions = ledger_run(world, batch, 2);
  assert_int_equal(decisions[0].outcome, PAT_DECISION_ACCEPTED);
  assert_decision(&decisions[1], PAT_RULE_ATTRIBUTES_STALE);
}

static void test_change__wants_the_attributes_role(void **state) {
  ledger_world *world = *state;
  (void)register_vehicle(world, 1);
  const ledger_said said[] = {{"tax_band", SAID_OPEN, TEXT("C")}};
  ledger_draft draft = ledger_by(world, INSPECTOR);
  (void)ledger_change(&draft, 1, LEDGER_SAID(said));
  ledger_refuse(&draft, PAT_RULE_STANDING_ATTRIBUTE);
  ledger_draft registrar = draft_change(world, LEDGER_SAID(said), 0);
  (void)ledger_accept(&registrar);
}

static void test_change__takes_lists_whole_and_clears(void **state) {
  ledger_world *world = *state;
  (void)register_vehicle(world, 1);
  const ledger_said said[] = {{"colour", SAID_CLEARED, NULL},
                              {"tags", SAID_OPEN, TEXT("b")},
                              {"tags", SAID_OPEN, TEXT("a")}};
  ledger_draft draft = draft_change(world, LEDGER_SAID(said), 0);
  (void)ledger_accept(&draft);
}

static void test_asset__refuses_what_is_not_registered(void **state) {
  ledger_world *world = *state;
  const ledger_said said[] = {{"colour", SAID_SLOT, TEXT("red")}};
  ledger_draft draft = draft_change(world, LEDGER_SAID(said), 0);
  ledger_refuse(&draft, PAT_RULE_ASSET_UNKNOWN);
  ledger_draft inspection = draft_inspection(world, 1, INSPECTOR);
  ledger_refuse(&inspection, PAT_RULE_ASSET_UNKNOWN);
}

/* --- attestations ---------------------------------------------------------------------------- */

static void test_attestation__refuses_what_does_not_fit_the_claim(void **state) {
  ledger_world *world = *state;
  (void)register_vehicle(world, 1);
  ledger_draft claim = draft_inspection(world, 1, INSPECTOR);
  claim.message.attested->claim = (char *)"blessing";
  ledger_refuse(&claim, PAT_RULE_CLAIM_UNKNOWN);
  const ledger_said field[] = {{"colour", SAID_OPEN, TEXT("red")},
                               {"result", SAID_OPEN, TEXT("good")}};
  ledger_draft unknown = ledger_by(world, INSPECTOR);
  (void)ledger_attest(&unknown, 1, LEDGER_SAID(field));
  ledger_refuse(&unknown, PAT_RULE_ATTRIBUTES_UNKNOWN);
  const ledger_said only[] = {{"odometer", SAID_SLOT, ledger_number(world, 5, "KMT")}};
  ledger_draft missing = ledger_by(world, INSPECTOR);
  (void)ledger_attest(&missing, 1, LEDGER_SAID(only));
  ledger_refuse(&missing, PAT_RULE_ATTRIBUTES_REQUIRED);
  const ledger_said unit[] = {{"odometer", SAID_SLOT, ledger_number(world, 5, "KGM")},
                              {"result", SAID_OPEN, TEXT("good")}};
  ledger_draft wrong_unit = ledger_by(world, INSPECTOR);
  (void)ledger_attest(&wrong_unit, 1, LEDGER_SAID(unit));
  ledger_refuse(&wrong_unit, PAT_RULE_VALUE_UNIT);
}

static void deny_self_declared(Patina__Policy *policy) {
  for (size_t i = 0; i < policy->n_kinds; i++)
    policy->kinds[i]->self_declared = false;
}

/* The registrar may attest, but not this claim. */
static void test_attestation__wants_the_claims_role(void **state) {
  ledger_world *world = *state;
  (void)register_vehicle(world, 1);
  deny_self_declared(world->ledger.genesis->policy);
  ledger_draft draft = draft_inspection(world, 1, REGISTRAR);
  ledger_refuse(&draft, PAT_RULE_STANDING_ATTRIBUTE);
  ledger_draft inspector = draft_inspection(world, 1, INSPECTOR);
  (void)ledger_accept_warned(&inspector, NULL);
}

/* --- corrections and retractions ------------------------------------------------------------- */

typedef struct {
  pat_hash registration;
  pat_hash change;
  pat_hash inspection;
} told_hashes;

static told_hashes tell(ledger_world *world) {
  told_hashes told = {.registration = register_vehicle(world, 1)};
  const ledger_said said[] = {{"colour", SAID_SLOT, TEXT("red")}};
  ledger_draft change = draft_change(world, LEDGER_SAID(said), 0);
  told.change = ledger_accept(&change);
  ledger_draft inspection = draft_inspection(world, 1, INSPECTOR);
  told.inspection = ledger_accept(&inspection);
  return told;
}

static ledger_draft draft_correction(ledger_world *world, ledger_actor_id by,
                                     const pat_hash *target) {
  const ledger_said said[] = {{"result", SAID_OPEN, TEXT("bad")}};
  ledger_draft draft = ledger_by(world, by);
  (void)ledger_correct(&draft, target, LEDGER_SAID(said));
  return draft;
}

static void test_correction__refuses_targets(void **state) {
  ledger_world *world = *state;
  told_hashes told = tell(world);
  (void)register_vehicle(world, 2);
  pat_hash nothing = pat_hash_of(PAT_SPAN_EMPTY);
  ledger_draft unknown = draft_correction(world, REGISTRAR, &nothing);
  ledger_refuse(&unknown, PAT_RULE_TARGET_UNKNOWN);
  ledger_draft other = draft_correction(world, REGISTRAR, &told.inspection);
  other.message.corrected->asset = ledger_fill(world, 2, PAT_ASSET_ID_BYTES);
  ledger_refuse(&other, PAT_RULE_TARGET_ASSET);
  const Patina__StatementRecord *record = stored_statement(world, &told.inspection);
  assert_int_equal(record->n_sources, 1);
  pat_hash enrolment = world->actors[KEEPER].principal; /* the statement's hash: of no asset */
  ledger_draft no_asset = draft_correction(world, REGISTRAR, &enrolment);
  ledger_refuse(&no_asset, PAT_RULE_TARGET_ASSET);
  ledger_draft correction = draft_correction(world, INSPECTOR, &told.inspection);
  pat_hash corrected = ledger_accept(&correction);
  ledger_draft again = draft_correction(world, REGISTRAR, &corrected);
  ledger_refuse(&again, PAT_RULE_TARGET_KIND);
}

static void test_correction__is_for_the_author_or_one_with_standing(void **state) {
  ledger_world *world = *state;
  told_hashes told = tell(world);
  ledger_draft keeper = draft_correction(world, KEEPER, &told.inspection);
  ledger_refuse(&keeper, PAT_RULE_TARGET_AUTHOR);
  ledger_draft author = draft_correction(world, INSPECTOR, &told.inspection);
  (void)ledger_accept(&author);
  ledger_draft registrar = draft_correction(world, REGISTRAR, &told.inspection);
  (void)ledger_accept(&registrar);
}

static void test_correction__follows_its_targets_definitions(void **state) {
  ledger_world *world = *state;
  told_hashes told = tell(world);
  const ledger_said make[] = {{"make", SAID_OPEN, TEXT("Volvo")}};
  const ledger_said colour[] = {{"colour", SAID_SLOT, TEXT("blue")}};
  ledger_draft crossed = ledger_by(world, REGISTRAR);
  (void)ledger_correct(&crossed, &told.registration, LEDGER_SAID(colour));
  ledger_refuse(&crossed, PAT_RULE_ATTRIBUTES_BUNDLE);
  ledger_draft crossed_too = ledger_by(world, REGISTRAR);
  (void)ledger_correct(&crossed_too, &told.change, LEDGER_SAID(make));
  ledger_refuse(&crossed_too, PAT_RULE_ATTRIBUTES_BUNDLE);
  ledger_draft registration = ledger_by(world, REGISTRAR);
  (void)ledger_correct(&registration, &told.registration, LEDGER_SAID(make));
  (void)ledger_accept(&registration);
  ledger_draft change = ledger_by(world, REGISTRAR);
  (void)ledger_correct(&change, &told.change, LEDGER_SAID(colour));
  (void)ledger_accept(&change);
  /* A correction stands beside the bundle: the version is not another one. */
  assert_int_equal(stored_asset(world, 1)->version, 1);
}

static void test_correction__has_a_note_that_is_a_text(void **state) {
  ledger_world *world = *state;
  told_hashes told = tell(world);
  ledger_draft number = draft_correction(world, INSPECTOR, &told.inspection);
  number.message.corrected->note = ledger_slot(&number, "note", ledger_number(world, 1, ""));
  ledger_refuse(&number, PAT_RULE_VALUE_TYPE);
  ledger_draft text = draft_correction(world, INSPECTOR, &told.inspection);
  text.message.corrected->note = ledger_slot(&text, "note", TEXT("a slip"));
  pat_hash sha256 = ledger_accept(&text);
  const Patina__StatementRecord *record = stored_statement(world, &sha256);
  assert_int_equal(record->disclosures[0]->visibility, PATINA__VISIBILITY__VISIBILITY_PUBLIC);
  ledger_draft retraction = ledger_by(world, INSPECTOR);
  (void)ledger_retract(&retraction, &told.inspection);
  retraction.message.retracted->note =
      ledger_slot(&retraction, "note", ledger_number(world, 1, ""));
  ledger_refuse(&retraction, PAT_RULE_VALUE_TYPE);
}

static void test_retraction__refuses_targets(void **state) {
  ledger_world *world = *state;
  told_hashes told = tell(world);
  ledger_draft registration = ledger_by(world, REGISTRAR);
  (void)ledger_retract(&registration, &told.registration);
  ledger_refuse(&registration, PAT_RULE_TARGET_KIND);
  ledger_draft keeper = ledger_by(world, KEEPER);
  (void)ledger_retract(&keeper, &told.inspection);
  ledger_refuse(&keeper, PAT_RULE_TARGET_AUTHOR);
  pat_hash nothing = pat_hash_of(PAT_SPAN_EMPTY);
  ledger_draft unknown = ledger_by(world, REGISTRAR);
  (void)ledger_retract(&unknown, &nothing);
  ledger_refuse(&unknown, PAT_RULE_TARGET_UNKNOWN);
  const pat_hash targets[] = {told.change, told.inspection};
  for (size_t i = 0; i < 2; i++) {
    ledger_draft draft = ledger_by(world, REGISTRAR);
    (void)ledger_retract(&draft, &targets[i]);
    (void)ledger_accept(&draft);
    ledger_draft again = ledger_by(world, REGISTRAR);
    (void)ledger_retract(&again, &targets[i]);
    ledger_refuse(&again, PAT_RULE_TARGET_RETRACTED);
  }
}

static void test_retraction__takes_back_a_correction(void **state) {
  ledger_world *world = *state;
  told_hashes told = tell(world);
  ledger_draft correction = draft_correction(world, INSPECTOR, &told.inspection);
  pat_hash corrected = ledger_accept(&correction);
  ledger_draft draft = ledger_by(world, INSPECTOR);
  (void)ledger_retract(&draft, &corrected);
  (void)ledger_accept(&draft);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      ledger_test(test_catalog__refuses_versions_out_of_order),
      ledger_test(test_catalog__refuses_a_first_version_that_is_not_1),
      ledger_test(test_registration__refuses_what_does_not_fit_the_class),
      ledger_test(test_registration__keeps_lists_and_visibilities),
      ledger_test(test_registration__refuses_the_same_id_twice),
      ledger_test(test_registration__refuses_unknown_classes),
      ledger_test(test_change__never_touches_the_manufacturer_bundle),
      ledger_test(test_change__refuses_a_stale_version),
      ledger_test(test_change__of_two_in_one_batch_only_one_wins),
      ledger_test(test_change__wants_the_attributes_role),
      ledger_test(test_change__takes_lists_whole_and_clears),
      ledger_test(test_asset__refuses_what_is_not_registered),
      ledger_test(test_attestation__refuses_what_does_not_fit_the_claim),
      ledger_test(test_attestation__wants_the_claims_role),
      ledger_test(test_correction__refuses_targets),
      ledger_test(test_correction__is_for_the_author_or_one_with_standing),
      ledger_test(test_correction__follows_its_targets_definitions),
      ledger_test(test_correction__has_a_note_that_is_a_text),
      ledger_test(test_retraction__refuses_targets),
      ledger_test(test_retraction__takes_back_a_correction),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
