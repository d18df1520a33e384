#include "tests/fuzz/scene.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/base/assert.h"
#include "tests/support/ledger_catalog.h"

enum { ASSET = 2, STREAM = 2 };

static const ledger_serial chassis = {"chassis", 1, "Saab", "AB123"};
static const ledger_serial vin = {"vin", 1, "", "YS3DD78N4X7055320"};

static ledger_draft draft_vehicle(ledger_world *world, uint8_t asset) {
  ledger_said said[] = {{"make", SAID_OPEN, ledger_text(world, "Saab")},
                        {"options", SAID_SLOT, ledger_text(world, "heated seats")},
                        {"options", SAID_SLOT, ledger_text(world, "sun roof")}};
  ledger_draft draft = ledger_by(world, REGISTRAR);
  (void)ledger_register(&draft, asset, LEDGER_SAID(said));
  draft.message.occurred = (char *)"1999~";
  return draft;
}

static ledger_draft draft_inspection(ledger_world *world, uint8_t asset) {
  ledger_said said[] = {{"odometer", SAID_SLOT, ledger_number(world, 120000, "KMT")},
                        {"result", SAID_OPEN, ledger_text(world, "good")}};
  ledger_draft draft = ledger_by(world, INSPECTOR);
  (void)ledger_attest(&draft, asset, LEDGER_SAID(said));
  return draft;
}

ledger_world *scene_open(void) {
  PAT_ASSERT(pat_is_ok(pat_crypto_init()));
  ledger_world *world = ledger_world_new((ledger_options){0});
  ledger_draft vehicle = draft_vehicle(world, 1);
  (void)ledger_accept(&vehicle);
  ledger_draft inspection = draft_inspection(world, 1);
  (void)ledger_accept(&inspection);
  ledger_draft assigned = ledger_by(world, REGISTRAR);
  (void)ledger_assign(&assigned, 1, chassis);
  (void)ledger_accept(&assigned);
  ledger_draft bound = ledger_by(world, INSTALLER);
  (void)ledger_bind(&bound, 1, 1);
  (void)ledger_accept(&bound);
  return world;
}

/* --- statements ------------------------------------------------------------------------------ */

typedef struct {
  ledger_world *world;
  scene_statement *items;
  size_t count;
} cast;

static pat_hash add(cast *cast, const char *name, ledger_draft *draft) {
  pat_hash sha256;
  PAT_ASSERT(cast->count < SCENE_STATEMENTS);
  cast->items[cast->count++] = (scene_statement){name, ledger_seal(draft, &sha256)};
  return sha256;
}

static void add_history(cast *cast) {
  ledger_world *world = cast->world;
  ledger_draft draft = draft_vehicle(world, ASSET);
  (void)add(cast, "asset_registered", &draft);
  ledger_said changed[] = {{"colour", SAID_SLOT, ledger_text(world, "red")},
                           {"tags", SAID_OPEN, ledger_text(world, "fast")},
                           {"tags", SAID_OPEN, ledger_text(world, "loud")},
                           {"tax_band", SAID_CLEARED, NULL}};
  draft = ledger_by(world, REGISTRAR);
  (void)ledger_change(&draft, ASSET, LEDGER_SAID(changed));
  (void)add(cast, "attributes_changed", &draft);
  draft = ledger_by_two(world, REGISTRAR, REGISTRAR_2);
  (void)ledger_assign(&draft, ASSET, vin);
  pat_hash assignment = add(cast, "identifier_assigned", &draft);
  draft = draft_inspection(world, ASSET);
  pat_hash inspection = add(cast, "attested", &draft);
  ledger_said better[] = {{"result", SAID_OPEN, ledger_text(world, "bad")}};
  draft = ledger_by(world, INSPECTOR);
  ledger_correct(&draft, &inspection, LEDGER_SAID(better))->asset =
      ledger_fill(world, ASSET, PAT_ASSET_ID_BYTES);
  pat_hash correction = add(cast, "corrected", &draft);
  draft = ledger_by(world, INSPECTOR);
  ledger_retract(&draft, &correction)->asset = ledger_fill(world, ASSET, PAT_ASSET_ID_BYTES);
  (void)add(cast, "retracted", &draft);
  draft = ledger_by(world, REGISTRAR);
  (void)ledger_release(&draft, ASSET, vin, &assignment);
  (void)add(cast, "identifier_released", &draft);
  draft = ledger_by_two(world, REGISTRAR, REGISTRAR_2);
  (void)ledger_assign(&draft, ASSET, chassis);
  (void)add(cast, "identifier_assigned_again", &draft);
}

static void add_devices(cast *cast) {
  ledger_world *world = cast->world;
  ledger_draft draft = ledger_by(world, DEVICE);
  (void)ledger_telemetry(&draft, 1, 0, NULL);
  pat_hash previous = add(cast, "telemetry", &draft);
  draft = ledger_by(world, DEVICE);
  (void)ledger_telemetry(&draft, 1, 2, &previous);
  (void)add(cast, "telemetry_after_gap", &draft);
  draft = ledger_by(world, INSTALLER);
  (void)ledger_bind(&draft, ASSET, STREAM);
  (void)add(cast, "device_bound", &draft);
}

static void add_catalog(cast *cast) {
  ledger_world *world = cast->world;
  Patina__AssetClass *schema = ledger_class_vehicle(&world->memory);
  schema->version = 2;
  ledger_draft draft = ledger_by_root(world);
  ledger_publish_class(&draft, schema);
  (void)add(cast, "class_published", &draft);
  Patina__IdentifierScheme *scheme = ledger_scheme_vin(&world->memory);
  scheme->version = 2;
  draft = ledger_by_root(world);
  ledger_publish_scheme(&draft, scheme);
  (void)add(cast, "scheme_published", &draft);
}

static void add_principals(cast *cast) {
  ledger_world *world = cast->world;
  ledger_draft draft = ledger_by_root(world);
  (void)ledger_grant(&draft, KEEPER, "registrar", "painting");
  pat_hash grant = add(cast, "standing_granted", &draft);
  draft = ledger_by_root(world);
  (void)ledger_withdraw(&draft, KEEPER, &grant);
  (void)add(cast, "standing_withdrawn", &draft);
  pat_hash before = world->actors[STRANGER].principal; /* enrolling here is not logged */
  draft = ledger_by(world, STRANGER);
  (void)ledger_enrol(&draft, STRANGER);
  (void)add(cast, "principal_enrolled", &draft);
  draft = ledger_by_two(world, INSTALLER, STRANGER);
  (void)ledger_enrol_device(&draft, STRANGER);
  (void)add(cast, "device_enrolled", &draft);
  world->actors[STRANGER].principal = before;
  draft = ledger_by_root(world);
  draft.message.body_case = PATINA__STATEMENT__BODY_GENESIS;
  draft.message.genesis = (Patina__Genesis *)(uintptr_t)world->genesis;
  (void)add(cast, "genesis", &draft);
}

void scene_statements(ledger_world *world, scene_statement ret_statements[SCENE_STATEMENTS]) {
  cast cast = {.world = world, .items = ret_statements};
  add_history(&cast);
  add_devices(&cast);
  add_catalog(&cast);
  add_principals(&cast);
  PAT_ASSERT(cast.count == SCENE_STATEMENTS);
}

/* --- values ---------------------------------------------------------------------------------- */

static Patina__Value *value_of(ledger_world *world, Patina__Value__ValueCase which) {
  Patina__Value *value = ledger_take(world, sizeof *value);
  patina__value__init(value);
  value->value_case = which;
  return value;
}

static Patina__Readings *two_readings(ledger_world *world) {
  Patina__Readings *readings = ledger_take(world, sizeof *readings);
  patina__readings__init(readings);
  readings->n_readings = 2;
  readings->readings = ledger_take(world, 2 * sizeof *readings->readings);
  for (uint32_t i = 0; i < 2; i++) {
    Patina__Reading *reading = ledger_take(world, sizeof *reading);
    patina__reading__init(reading);
    reading->offset_ms = 1000 * i;
    reading->reading_case = PATINA__READING__READING_MANTISSA;
    reading->mantissa = 5 + i;
    readings->readings[i] = reading;
  }
  readings->readings[1]->reading_case = PATINA__READING__READING_STATUS;
  readings->readings[1]->status = PATINA__READING_STATUS__READING_STATUS_UNREADABLE;
  return readings;
}

void scene_values(ledger_world *world, Patina__Value *ret_values[SCENE_VALUES]) {
  for (size_t i = 0; i < SCENE_VALUES; i++)
    ret_values[i] = value_of(world, (Patina__Value__ValueCase)(i + 1));
  ret_values[0]->text = (char *)"red";
  ret_values[1] = ledger_number(world, -1205, "KGM");
  ret_values[1]->number->exponent = -1;
  ret_values[2]->date = (char *)"1938/1946~";
  ret_values[3]->flag = 1;
  ret_values[4]->code = ledger_take(world, sizeof(Patina__Code));
  patina__code__init(ret_values[4]->code);
  ret_values[4]->code->system = (char *)"aat";
  ret_values[4]->code->code = (char *)"300033618";
  ret_values[5]->asset = ledger_fill(world, 7, PAT_ASSET_ID_BYTES);
  ret_values[6]->evidence = ledger_take(world, sizeof(Patina__Evidence));
  patina__evidence__init(ret_values[6]->evidence);
  ret_values[6]->evidence->sha256 = ledger_fill(world, 9, PAT_HASH_BYTES);
  ret_values[6]->evidence->media_type = (char *)"image/jpeg";
  ret_values[6]->evidence->size = 1234;
  ret_values[7]->readings = two_readings(world);
}
