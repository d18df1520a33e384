#include "tests/core/model/history_catalog.h"

#include "core/base/assert.h"
#include "core/model/statement.h"

#define TYPE_TEXT       PATINA__VALUE_TYPE__VALUE_TYPE_TEXT
#define TYPE_NUMBER     PATINA__VALUE_TYPE__VALUE_TYPE_NUMBER
#define OPEN            PATINA__VISIBILITY__VISIBILITY_OPEN
#define PUBLIC          PATINA__VISIBILITY__VISIBILITY_PUBLIC
#define RESTRICTED      PATINA__VISIBILITY__VISIBILITY_RESTRICTED
#define MANUFACTURER    PATINA__BUNDLE__BUNDLE_MANUFACTURER
#define CONSUMER        PATINA__BUNDLE__BUNDLE_CONSUMER
#define TELEMETRY       PATINA__BUNDLE__BUNDLE_TELEMETRY
#define SERIES_ODOMETER PATINA__SERIES__SERIES_ODOMETER
#define COUNT(array)    (sizeof(array) / sizeof((array)[0]))

static char role_device[] = "device";
static char role_inspector[] = "inspector";
static char role_installer[] = "installer";
static char role_registrar[] = "registrar";
static char *registrars[] = {role_registrar};
static char *inspectors[] = {role_inspector};
static char *attestors[] = {role_inspector, role_registrar};
static char *installers[] = {role_installer, role_registrar};
static char *devices[] = {role_device};

/* --- the class ------------------------------------------------------------------------------- */

static Patina__AttributeDefinition define(const char *name, Patina__Bundle bundle,
                                          Patina__ValueType type, Patina__Visibility visibility) {
  Patina__AttributeDefinition definition = PATINA__ATTRIBUTE_DEFINITION__INIT;
  definition.name = (char *)name;
  definition.bundle = bundle;
  definition.type = type;
  definition.visibility = visibility;
  return definition;
}

static Patina__AttributeDefinition define_number(const char *name, Patina__Bundle bundle,
                                                 const char *unit) {
  Patina__AttributeDefinition definition = define(name, bundle, TYPE_NUMBER, PUBLIC);
  definition.unit = (char *)unit;
  return definition;
}

static Patina__AttributeDefinition define_list(const char *name, Patina__Bundle bundle) {
  Patina__AttributeDefinition definition = define(name, bundle, TYPE_TEXT, PUBLIC);
  definition.list = true;
  return definition;
}

static Patina__AttributeDefinition define_pressure(Patina__Bundle bundle) {
  static Patina__Number five;
  static Patina__Tolerance tolerance;
  patina__number__init(&five);
  five.mantissa = 5;
  five.unit = (char *)"KPA";
  patina__tolerance__init(&tolerance);
  tolerance.absolute = &five;
  Patina__AttributeDefinition definition = define_number("tyre_pressure", bundle, "KPA");
  definition.tolerance = &tolerance;
  return definition;
}

static void set_attributes(Patina__AssetClass *schema) {
  static Patina__AttributeDefinition definitions[8];
  static Patina__AttributeDefinition *list[COUNT(definitions)];
  definitions[0] = define("colour", CONSUMER, TYPE_TEXT, OPEN);
  definitions[1] = define_list("features", CONSUMER);
  definitions[2] = define("make", MANUFACTURER, TYPE_TEXT, OPEN);
  definitions[3] = define_number("mass", MANUFACTURER, "KGM");
  definitions[4] = define_list("materials", MANUFACTURER);
  definitions[5] = define_number("odometer", TELEMETRY, "KMT");
  definitions[5].series = SERIES_ODOMETER;
  definitions[6] = define("plate_note", CONSUMER, TYPE_TEXT, RESTRICTED);
  definitions[6].roles = registrars;
  definitions[6].n_roles = COUNT(registrars);
  definitions[7] = define_pressure(TELEMETRY);
  for (size_t i = 0; i < COUNT(definitions); i++)
    list[i] = &definitions[i];
  schema->attributes = list;
  schema->n_attributes = COUNT(list);
}

static void set_claims(Patina__AssetClass *schema) {
  static Patina__AttributeDefinition fields[3];
  static Patina__AttributeDefinition *list[COUNT(fields)];
  static Patina__ClaimDefinition inspection;
  static Patina__ClaimDefinition note;
  static Patina__ClaimDefinition *claims[] = {&inspection, &note};
  fields[0] = define_number("odometer", PATINA__BUNDLE__BUNDLE_UNSPECIFIED, "KMT");
  fields[1] = define("remark", PATINA__BUNDLE__BUNDLE_UNSPECIFIED, TYPE_TEXT, PUBLIC);
  fields[2] = define_pressure(PATINA__BUNDLE__BUNDLE_UNSPECIFIED);
  for (size_t i = 0; i < COUNT(fields); i++)
    list[i] = &fields[i];
  patina__claim_definition__init(&inspection);
  inspection.name = (char *)"inspection";
  inspection.roles = inspectors;
  inspection.n_roles = COUNT(inspectors);
  inspection.fields = list;
  inspection.n_fields = 3;
  patina__claim_definition__init(&note);
  note.name = (char *)"note";
  note.fields = list;
  note.n_fields = 2;
  schema->claims = claims;
  schema->n_claims = COUNT(claims);
}

Patina__AssetClass *history_catalog_class(void) {
  static Patina__AssetClass schema;
  patina__asset_class__init(&schema);
  schema.name = (char *)"car";
  schema.version = 3;
  set_attributes(&schema);
  set_claims(&schema);
  return &schema;
}

/* --- the policy ------------------------------------------------------------------------------ */

typedef struct {
  uint32_t kind;
  char **roles;
  size_t role_count;
  bool self_declared;
} rule;

static const rule rules[] = {
    {PAT_KIND_ASSET_REGISTERED, registrars, COUNT(registrars), true},
    {PAT_KIND_ATTRIBUTES_CHANGED, registrars, COUNT(registrars), true},
    {PAT_KIND_IDENTIFIER_ASSIGNED, registrars, COUNT(registrars), false},
    {PAT_KIND_IDENTIFIER_RELEASED, registrars, COUNT(registrars), false},
    {PAT_KIND_ATTESTED, attestors, COUNT(attestors), true},
    {PAT_KIND_CORRECTED, attestors, COUNT(attestors), true},
    {PAT_KIND_RETRACTED, attestors, COUNT(attestors), true},
    {PAT_KIND_DEVICE_BOUND, installers, COUNT(installers), false},
    {PAT_KIND_TELEMETRY, devices, COUNT(devices), false},
};

Patina__Policy *history_catalog_policy(void) {
  static Patina__Policy policy;
  static Patina__KindPolicy kinds[COUNT(rules)];
  static Patina__KindPolicy *list[COUNT(rules)];
  for (size_t i = 0; i < COUNT(rules); i++) {
    patina__kind_policy__init(&kinds[i]);
    kinds[i].kind = rules[i].kind;
    kinds[i].roles = rules[i].roles;
    kinds[i].n_roles = rules[i].role_count;
    kinds[i].self_declared = rules[i].self_declared;
    list[i] = &kinds[i];
  }
  patina__policy__init(&policy);
  policy.name = (char *)"test";
  policy.kinds = list;
  policy.n_kinds = COUNT(list);
  policy.late_after_ms = HISTORY_LATE_MS;
  policy.clock_skew_ms = 1000;
  policy.submit_window_ms = HISTORY_DAY_MS;
  policy.promise_within_ms = 1000;
  return &policy;
}

void history_catalog_roles(signer who, Patina__Source *source) {
  char **const roles[SIGNER_COUNT] = {registrars, inspectors, inspectors,
                                      NULL,       installers, devices};
  PAT_ASSERT(who < SIGNER_COUNT);
  source->roles = roles[who];
  source->n_roles = roles[who] == NULL ? 0 : 1;
}
