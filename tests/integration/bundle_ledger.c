#include "tests/integration/bundle_ledger.h"

#include "tests/support/ledger_catalog.h"

pat_hash bundle_ledger_log(live_ledger *live, ledger_draft *draft) {
  pat_hash sha256;
  Patina__SignedStatement *envelope = ledger_seal(draft, &sha256);
  (void)live_submit(live, &envelope, 1, 201);
  return sha256;
}

static void log_standing(live_ledger *live) {
  ledger_draft draft = ledger_by_root(live->world);
  ledger_publish_scheme(&draft, ledger_scheme_engine(&live->world->memory));
  (void)bundle_ledger_log(live, &draft);
  draft = ledger_by_root(live->world);
  (void)ledger_grant(&draft, REGISTRAR_2, "registrar", "vehicle");
  (void)bundle_ledger_log(live, &draft);
  draft = ledger_by_root(live->world);
  (void)ledger_grant(&draft, INSPECTOR, "registrar", NULL);
  pat_hash grant = bundle_ledger_log(live, &draft);
  draft = ledger_by_root(live->world);
  (void)ledger_withdraw(&draft, INSPECTOR, &grant);
  (void)bundle_ledger_log(live, &draft);
  draft = ledger_by_two(live->world, INSTALLER, DEVICE);
  (void)ledger_enrol_device(&draft, DEVICE);
  (void)bundle_ledger_log(live, &draft);
}

static void log_numbers(live_ledger *live) {
  ledger_world *world = live->world;
  const ledger_serial moved = {"vin", 1, "", MOVED};
  ledger_draft draft = ledger_by(world, REGISTRAR);
  (void)ledger_assign(&draft, FIRST, moved);
  pat_hash assignment = bundle_ledger_log(live, &draft);
  draft = ledger_by(world, REGISTRAR);
  (void)ledger_release(&draft, FIRST, moved, &assignment);
  (void)bundle_ledger_log(live, &draft);
  draft = ledger_by_two(world, REGISTRAR, REGISTRAR_2);
  (void)ledger_assign(&draft, SECOND, moved);
  (void)bundle_ledger_log(live, &draft);
  draft = ledger_by(world, REGISTRAR_2);
  (void)ledger_assign(&draft, FIRST, (ledger_serial){"engine", 1, "", "DEMO 4711"});
  (void)bundle_ledger_log(live, &draft);
}

static void log_telemetry(live_ledger *live) {
  ledger_draft draft = ledger_by(live->world, INSTALLER);
  (void)ledger_bind(&draft, FIRST, STREAM);
  (void)bundle_ledger_log(live, &draft);
  draft = ledger_by(live->world, DEVICE);
  (void)ledger_telemetry(&draft, STREAM, 1, NULL);
  pat_hash first = bundle_ledger_log(live, &draft);
  draft = ledger_by(live->world, DEVICE);
  (void)ledger_telemetry(&draft, STREAM, 2, &first);
  (void)bundle_ledger_log(live, &draft);
}

static void log_second(live_ledger *live) {
  ledger_said said[] = {{"make", SAID_OPEN, ledger_text(live->world, "Volvo")}};
  ledger_draft draft = ledger_by(live->world, KEEPER);
  (void)ledger_register(&draft, SECOND, LEDGER_SAID(said));
  (void)bundle_ledger_log(live, &draft);
}

ledger_draft bundle_ledger_story(live_ledger *live, const char *text) {
  ledger_said told[] = {{"text", SAID_SLOT, ledger_text(live->world, text)}};
  ledger_draft draft = ledger_by(live->world, KEEPER);
  ledger_attest(&draft, FIRST, LEDGER_SAID(told))->claim = (char *)"story";
  return draft;
}

static void log_corrections(live_ledger *live) {
  ledger_draft draft = bundle_ledger_story(live, "seen at a fair");
  pat_hash told = bundle_ledger_log(live, &draft);
  ledger_said better[] = {{"text", SAID_SLOT, ledger_text(live->world, "seen at a show")}};
  draft = ledger_by(live->world, REGISTRAR);
  (void)ledger_correct(&draft, &told, LEDGER_SAID(better));
  (void)bundle_ledger_log(live, &draft);
  draft = ledger_by(live->world, KEEPER);
  (void)ledger_retract(&draft, &told);
  (void)bundle_ledger_log(live, &draft);
}

/* Of somebody who signs nothing after that. */
static void log_keys(live_ledger *live) {
  ledger_draft draft = ledger_by(live->world, REGISTRAR_2);
  (void)ledger_rotate(&draft, REGISTRAR_2, NEXT_KEY);
  (void)bundle_ledger_log(live, &draft);
  draft = ledger_by(live->world, NEXT_KEY);
  (void)ledger_revoke(&draft, NEXT_KEY, 0);
  (void)bundle_ledger_log(live, &draft);
}

void bundle_ledger_fill(live_ledger *live) {
  log_standing(live);
  live_register_secret(live);
  log_second(live);
  log_numbers(live);
  log_telemetry(live);
  log_corrections(live);
  log_keys(live);
}
