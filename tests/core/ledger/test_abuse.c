/* The abuse cases of the domain that the ledger itself decides, each from the attacker's side. */
#include <string.h>

#include "core/ledger/record.h"
#include "tests/core/ledger/ledger_support.h"

static const ledger_serial genuine = {"vin", 1, "", VIN_1};

static void deny_self_declared(ledger_world *world) {
  Patina__Policy *policy = world->ledger.genesis->policy;
  for (size_t i = 0; i < policy->n_kinds; i++)
    policy->kinds[i]->self_declared = false;
}

/* 1: a clone is registered with the genuine car's VIN. Both carry the conflict from then on. */
static void test_abuse_1__a_clone_puts_the_conflict_on_both(void **state) {
  ledger_world *world = *state;
  (void)register_vehicle(world, 1);
  (void)register_vehicle(world, 2);
  ledger_draft first = ledger_by(world, REGISTRAR);
  (void)ledger_assign(&first, 1, genuine);
  (void)ledger_accept_warned(&first, NULL);
  ledger_draft clone = ledger_by(world, REGISTRAR_2);
  (void)ledger_assign(&clone, 2, genuine);
  (void)ledger_accept_warned(&clone, "identifier.conflict");
  for (uint8_t asset = 1; asset <= 2; asset++) {
    ProtobufCBinaryData id = ledger_fill(world, asset, PAT_ASSET_ID_BYTES);
    const Patina__AssetRecord *record = (const Patina__AssetRecord *)stored_state(
        world, PAT_STATE_ASSET, pat_span_make(id.data, id.len), &patina__asset_record__descriptor);
    assert_int_equal(record->n_identifiers, 1);
    pat_span key = pat_span_make(record->identifiers[0].data, record->identifiers[0].len);
    const Patina__IdentifierRecord *identifier = (const Patina__IdentifierRecord *)stored_state(
        world, PAT_STATE_IDENTIFIER, key, &patina__identifier_record__descriptor);
    assert_int_equal(identifier->history->n_spans, 2);
  }
}

/* 3: an authority acts outside its scope: another class, another kind, another attribute, and after
 * its standing was withdrawn. What it said within its scope stays attributed to it. */
static void test_abuse_3__a_rogue_authority_ends_at_its_scope(void **state) {
  ledger_world *world = *state;
  deny_self_declared(world);
  (void)register_vehicle(world, 1);
  ledger_said title[] = {{"title", SAID_OPEN, ledger_text(world, "Boats")}};
  ledger_draft class = ledger_by(world, REGISTRAR);
  ledger_register(&class, 2, LEDGER_SAID(title))->class_name = (char *)"painting";
  ledger_refuse(&class, PAT_RULE_STANDING_MISSING);
  ledger_draft kind = ledger_by(world, REGISTRAR);
  (void)ledger_grant(&kind, REGISTRAR, "inspector", NULL);
  ledger_refuse(&kind, PAT_RULE_STANDING_MISSING);
  ledger_draft claim = draft_inspection(world, 1, REGISTRAR);
  ledger_refuse(&claim, PAT_RULE_STANDING_ATTRIBUTE);
  ledger_said band[] = {{"tax_band", SAID_OPEN, ledger_text(world, "A")}};
  ledger_draft attribute = ledger_by(world, INSPECTOR);
  (void)ledger_change(&attribute, 1, LEDGER_SAID(band));
  ledger_refuse(&attribute, PAT_RULE_STANDING_ATTRIBUTE);
}

static void test_abuse_3__a_rogue_authority_is_attributed_and_withdrawn(void **state) {
  ledger_world *world = *state;
  deny_self_declared(world);
  (void)register_vehicle(world, 1);
  pat_hash standing = grant(world, KEEPER, "inspector", "vehicle");
  ledger_draft lie = draft_inspection(world, 1, KEEPER);
  pat_hash told = ledger_accept(&lie);
  const Patina__StatementRecord *record = stored_statement(world, &told);
  assert_memory_equal(record->sources[0]->principal.data, world->actors[KEEPER].principal.bytes,
                      PAT_HASH_BYTES);
  ledger_draft withdrawal = ledger_by_root(world);
  (void)ledger_withdraw(&withdrawal, KEEPER, &standing);
  (void)ledger_accept(&withdrawal);
  ledger_draft next = draft_inspection(world, 1, KEEPER);
  ledger_refuse(&next, PAT_RULE_STANDING_MISSING);
  assert_non_null(stored_statement(world, &told));
}

static void bind(ledger_world *world) {
  (void)register_vehicle(world, 1);
  (void)register_vehicle(world, 2);
  ledger_draft draft = ledger_by(world, INSTALLER);
  (void)ledger_bind(&draft, 1, 1);
  (void)ledger_accept(&draft);
}

/* 4: the same key in two places. The second emulator's batch has the first one's number, or does
 * not follow it; and the device is bound to one asset only. */
static void test_abuse_4__a_copied_device_key_breaks_its_chain(void **state) {
  ledger_world *world = *state;
  bind(world);
  ledger_draft honest = ledger_by(world, DEVICE);
  (void)ledger_telemetry(&honest, 1, 0, NULL);
  pat_hash first = ledger_accept(&honest);
  ledger_draft copy = ledger_by(world, DEVICE);
  (void)ledger_telemetry(&copy, 1, 0, NULL);
  ledger_refuse(&copy, PAT_RULE_TELEMETRY_SEQ);
  ledger_draft second = ledger_by(world, DEVICE);
  (void)ledger_telemetry(&second, 1, 1, &first);
  (void)ledger_accept(&second);
  ledger_draft forked = ledger_by(world, DEVICE);
  (void)ledger_telemetry(&forked, 1, 2, &first);
  ledger_refuse(&forked, PAT_RULE_TELEMETRY_CHAIN);
  ledger_draft elsewhere = ledger_by(world, INSTALLER);
  (void)ledger_bind(&elsewhere, 2, 2);
  ledger_refuse(&elsewhere, PAT_RULE_DEVICE_BOUND_BEFORE);
}

static void test_abuse_4__a_device_key_is_enrolled_once(void **state) {
  ledger_world *world = *state;
  pat_hash own = world->actors[DEVICE].principal;
  ledger_draft again = ledger_by_two(world, INSTALLER, DEVICE);
  (void)ledger_enrol_device(&again, DEVICE);
  ledger_refuse(&again, PAT_RULE_KEY_ENROLLED_BEFORE);
  world->actors[DEVICE].principal = own;
}

/* 6: the same bytes again are the same statement; the same readings for another asset are not the
 * device's to sign; an old batch has expired. */
static void test_abuse_6__replayed_telemetry_is_one_entry(void **state) {
  ledger_world *world = *state;
  bind(world);
  ledger_draft draft = ledger_by(world, DEVICE);
  (void)ledger_telemetry(&draft, 1, 0, NULL);
  Patina__SignedStatement *envelope = ledger_seal(&draft, NULL);
  uint64_t index = ledger_run(world, &envelope, 1)->index;
  const pat_decision *again = ledger_run(world, &envelope, 1);
  assert_int_equal(again->outcome, PAT_DECISION_REPLAYED);
  assert_int_equal(again->index, index);
}

static void test_abuse_6__telemetry_for_another_asset_is_refused(void **state) {
  ledger_world *world = *state;
  bind(world);
  ledger_draft other = ledger_by(world, INSTALLER);
  ledger_bind(&other, 2, 2)->device = ledger_hash_field(world, &world->actors[DEVICE_2].principal);
  (void)ledger_accept(&other);
  ledger_draft draft = ledger_by(world, DEVICE);
  (void)ledger_telemetry(&draft, 2, 0, NULL);
  ledger_refuse(&draft, PAT_RULE_TELEMETRY_SIGNER);
}

static void test_abuse_6__telemetry_of_an_old_session_is_refused(void **state) {
  ledger_world *world = *state;
  bind(world);
  ledger_draft old = ledger_by(world, DEVICE);
  (void)ledger_telemetry(&old, 1, 0, NULL);
  ledger_draft current = ledger_by(world, DEVICE);
  ledger_telemetry(&current, 1, 1, NULL)->boot = 2;
  (void)ledger_accept(&current);
  ledger_refuse(&old, PAT_RULE_TELEMETRY_BOOT);
  world->now_ms += LEDGER_DAY_MS;
  ledger_refuse(&old, PAT_RULE_STATEMENT_EXPIRED);
}

/* 7: an attestation of today that says 2019 is recorded, and marked late; how late is data. */
static void test_abuse_7__a_backdated_attestation_is_marked_late(void **state) {
  ledger_world *world = *state;
  (void)register_vehicle(world, 1);
  /* 2025-12-01 ends just 30 days before now; a coarser date ends with its last day. */
  static const struct {
    const char *occurred;
    const char *warning;
  } cases[] = {
      {"2019-05-01", "entry.late"}, {"2019", "entry.late"},    {"2025-11-30", "entry.late"},
      {"2025-12-01", NULL},         {"2025-12", NULL},         {"", NULL},
      {"2025-12-31", NULL},         {"../2019", "entry.late"}, {"2019/..", NULL}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    ledger_draft draft = draft_inspection(world, 1, INSPECTOR);
    draft.message.occurred = (char *)(uintptr_t)cases[i].occurred;
    (void)ledger_accept_warned(&draft, cases[i].warning);
  }
  world->now_ms++; /* 2025-12-01 ended 30 days and a millisecond ago */
  ledger_draft draft = draft_inspection(world, 1, INSPECTOR);
  draft.message.occurred = (char *)"2025-12-01";
  (void)ledger_accept_warned(&draft, "entry.late");
}

/* 9: a stranger registers the Mona Lisa. It is there, self-declared: nothing about it counts. */
static void test_abuse_9__squatting_is_self_declared(void **state) {
  ledger_world *world = *state;
  (void)enrol(world, STRANGER);
  ledger_said title[] = {{"title", SAID_OPEN, ledger_text(world, "Mona Lisa")}};
  ledger_draft draft = ledger_by(world, STRANGER);
  ledger_register(&draft, 1, LEDGER_SAID(title))->class_name = (char *)"painting";
  pat_hash sha256 = ledger_accept(&draft);
  assert_int_equal(stored_statement(world, &sha256)->sources[0]->n_roles, 0);
  ledger_draft serial = ledger_by(world, STRANGER);
  (void)ledger_assign(&serial, 1, (ledger_serial){"engine", 1, "", "INV779"});
  ledger_refuse(&serial, PAT_RULE_STANDING_MISSING);
}

/* 10: a registrar swaps two characters. The check digit catches it where there is one; elsewhere
 * the recorded neighbour is named before anybody relies on it. */
static void test_abuse_10__a_transposed_vin_is_noticed(void **state) {
  ledger_world *world = *state;
  (void)register_vehicle(world, 1);
  (void)register_vehicle(world, 2);
  ledger_draft american = ledger_by(world, REGISTRAR);
  (void)ledger_assign(&american, 1, (ledger_serial){"vin", 1, "", VIN_1_TYPO});
  ledger_refuse(&american, PAT_RULE_VIN_CHECK_DIGIT);
  ledger_draft right = ledger_by(world, REGISTRAR);
  (void)ledger_assign(&right, 1, (ledger_serial){"vin", 1, "", VIN_EUROPE});
  (void)ledger_accept(&right);
  ledger_draft swapped = ledger_by(world, REGISTRAR);
  (void)ledger_assign(&swapped, 2, (ledger_serial){"vin", 1, "", VIN_EUROPE_2});
  (void)ledger_accept_warned(&swapped, "identifier.near-miss");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      ledger_test(test_abuse_1__a_clone_puts_the_conflict_on_both),
      ledger_test(test_abuse_3__a_rogue_authority_ends_at_its_scope),
      ledger_test(test_abuse_3__a_rogue_authority_is_attributed_and_withdrawn),
      ledger_test(test_abuse_4__a_copied_device_key_breaks_its_chain),
      ledger_test(test_abuse_4__a_device_key_is_enrolled_once),
      ledger_test(test_abuse_6__replayed_telemetry_is_one_entry),
      ledger_test(test_abuse_6__telemetry_for_another_asset_is_refused),
      ledger_test(test_abuse_6__telemetry_of_an_old_session_is_refused),
      ledger_test(test_abuse_7__a_backdated_attestation_is_marked_late),
      ledger_test(test_abuse_9__squatting_is_self_declared),
      ledger_test(test_abuse_10__a_transposed_vin_is_noticed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
