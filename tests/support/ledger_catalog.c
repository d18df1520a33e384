#include "tests/support/ledger_catalog.h"

#include "core/base/assert.h"
#include "core/model/statement.h"

#define TEXT         PATINA__VALUE_TYPE__VALUE_TYPE_TEXT
#define NUMBER       PATINA__VALUE_TYPE__VALUE_TYPE_NUMBER
#define OPEN         PATINA__VISIBILITY__VISIBILITY_OPEN
#define PUBLIC       PATINA__VISIBILITY__VISIBILITY_PUBLIC
#define RESTRICTED   PATINA__VISIBILITY__VISIBILITY_RESTRICTED
#define NO_BUNDLE    PATINA__BUNDLE__BUNDLE_UNSPECIFIED
#define MANUFACTURER PATINA__BUNDLE__BUNDLE_MANUFACTURER
#define CONSUMER     PATINA__BUNDLE__BUNDLE_CONSUMER
#define TELEMETRY    PATINA__BUNDLE__BUNDLE_TELEMETRY
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void *take(pat_arena *arena, size_t size) {
  void *memory = pat_arena_take(arena, size);
  PAT_ASSERT(memory != NULL);
  return memory;
}

/* A list of one text. */
static char **one(pat_arena *arena, const char *text) {
  char **list = take(arena, sizeof *list);
  list[0] = (char *)(uintptr_t)text;
  return list;
}

/* --- classes --------------------------------------------------------------------------------- */

typedef struct {
  const char *name;
  Patina__Bundle bundle;
  Patina__ValueType type;
  Patina__Visibility visibility;
  const char *unit;
  const char *role; /* NULL: whoever may make the statement */
  bool list;
  bool required;
} definition;

static Patina__AttributeDefinition *define(pat_arena *arena, const definition *from) {
  Patina__AttributeDefinition *to = take(arena, sizeof *to);
  patina__attribute_definition__init(to);
  to->name = (char *)(uintptr_t)from->name;
  to->bundle = from->bundle;
  to->type = from->type;
  to->visibility = from->visibility;
  if (from->unit != NULL) to->unit = (char *)(uintptr_t)from->unit;
  if (from->role != NULL) {
    to->roles = one(arena, from->role);
    to->n_roles = 1;
  }
  to->list = from->list;
  to->required = from->required;
  return to;
}

static Patina__AttributeDefinition **define_all(pat_arena *arena, const definition *from,
                                                size_t count) {
  Patina__AttributeDefinition **list = take(arena, count * sizeof(void *));
  for (size_t i = 0; i < count; i++)
    list[i] = define(arena, &from[i]);
  return list;
}

static Patina__ClaimDefinition *claim(pat_arena *arena, const char *name, const definition *fields,
                                      size_t count) {
  Patina__ClaimDefinition *to = take(arena, sizeof *to);
  patina__claim_definition__init(to);
  to->name = (char *)(uintptr_t)name;
  to->fields = define_all(arena, fields, count);
  to->n_fields = count;
  return to;
}

static Patina__AssetClass *class_of(pat_arena *arena, const char *name,
                                    const definition *attributes, size_t count) {
  Patina__AssetClass *schema = take(arena, sizeof *schema);
  patina__asset_class__init(schema);
  schema->name = (char *)(uintptr_t)name;
  schema->version = 1;
  schema->attributes = define_all(arena, attributes, count);
  schema->n_attributes = count;
  return schema;
}

Patina__AssetClass *ledger_class_vehicle(pat_arena *arena) {
  static const definition attributes[] = {
      {"colour", CONSUMER, TEXT, PUBLIC, NULL, NULL, false, false},
      {"make", MANUFACTURER, TEXT, OPEN, NULL, NULL, false, true},
      {"odometer", TELEMETRY, NUMBER, RESTRICTED, "KMT", NULL, false, false},
      {"options", MANUFACTURER, TEXT, PUBLIC, NULL, NULL, true, false},
      {"speed", TELEMETRY, NUMBER, OPEN, "KMH", NULL, false, false},
      {"tags", CONSUMER, TEXT, OPEN, NULL, NULL, true, false},
      {"tax_band", CONSUMER, TEXT, OPEN, NULL, "registrar", false, false},
  };
  static const definition inspection[] = {
      {"odometer", NO_BUNDLE, NUMBER, PUBLIC, "KMT", NULL, false, false},
      {"result", NO_BUNDLE, TEXT, OPEN, NULL, NULL, false, true},
  };
  static const definition story[] = {{"text", NO_BUNDLE, TEXT, PUBLIC, NULL, NULL, false, false}};
  Patina__AssetClass *schema = class_of(arena, "vehicle", attributes, COUNT(attributes));
  schema->claims = take(arena, 2 * sizeof(void *));
  schema->claims[0] = claim(arena, "inspection", inspection, COUNT(inspection));
  schema->claims[0]->roles = one(arena, "inspector");
  schema->claims[0]->n_roles = 1;
  schema->claims[1] = claim(arena, "story", story, COUNT(story));
  schema->n_claims = 2;
  return schema;
}

Patina__AssetClass *ledger_class_painting(pat_arena *arena) {
  static const definition attributes[] = {
      {"title", MANUFACTURER, TEXT, OPEN, NULL, NULL, false, false},
  };
  return class_of(arena, "painting", attributes, COUNT(attributes));
}

/* --- schemes --------------------------------------------------------------------------------- */

static Patina__IdentifierScheme *scheme_of(pat_arena *arena, const char *name,
                                           Patina__Uniqueness uniqueness) {
  Patina__IdentifierScheme *scheme = take(arena, sizeof *scheme);
  patina__identifier_scheme__init(scheme);
  scheme->name = (char *)(uintptr_t)name;
  scheme->version = 1;
  scheme->normalisation = PATINA__NORMALISATION__NORMALISATION_UPPER_ALNUM;
  scheme->uniqueness = uniqueness;
  scheme->visibility = RESTRICTED;
  scheme->length_min = 3;
  scheme->length_max = 12;
  return scheme;
}

Patina__IdentifierScheme *ledger_scheme_vin(pat_arena *arena) {
  Patina__IdentifierScheme *scheme = scheme_of(arena, "vin", PATINA__UNIQUENESS__UNIQUENESS_GLOBAL);
  scheme->validation = PATINA__VALIDATION__VALIDATION_VIN17;
  scheme->visibility = PUBLIC;
  scheme->length_min = 17;
  scheme->length_max = 17;
  scheme->classes = one(arena, "vehicle");
  scheme->n_classes = 1;
  scheme->roles = one(arena, "registrar");
  scheme->n_roles = 1;
  scheme->reassign_threshold = 2;
  scheme->near_miss = true;
  return scheme;
}

Patina__IdentifierScheme *ledger_scheme_chassis(pat_arena *arena) {
  Patina__IdentifierScheme *scheme =
      scheme_of(arena, "chassis", PATINA__UNIQUENESS__UNIQUENESS_MAKER);
  scheme->validation = PATINA__VALIDATION__VALIDATION_ALNUM;
  scheme->scope = (char *)"maker";
  return scheme;
}

Patina__IdentifierScheme *ledger_scheme_engine(pat_arena *arena) {
  Patina__IdentifierScheme *scheme =
      scheme_of(arena, "engine", PATINA__UNIQUENESS__UNIQUENESS_WEAK);
  scheme->normalisation = PATINA__NORMALISATION__NORMALISATION_TRIM;
  scheme->length_max = 20;
  return scheme;
}

/* --- policy ---------------------------------------------------------------------------------- */

typedef struct {
  uint32_t kind;
  const char *roles[2]; /* ascending; NULL: no more */
  bool self_declared;
} kind_rule;

static const kind_rule kind_rules[] = {
    {PAT_KIND_PRINCIPAL_ENROLLED, {"registrar", "root"}, true},
    {PAT_KIND_STANDING_GRANTED, {"root", NULL}, false},
    {PAT_KIND_STANDING_WITHDRAWN, {"root", NULL}, false},
    {PAT_KIND_CLASS_PUBLISHED, {"root", NULL}, false},
    {PAT_KIND_SCHEME_PUBLISHED, {"root", NULL}, false},
    {PAT_KIND_ASSET_REGISTERED, {"registrar", NULL}, true},
    {PAT_KIND_ATTRIBUTES_CHANGED, {"inspector", "registrar"}, false},
    {PAT_KIND_IDENTIFIER_ASSIGNED, {"inspector", "registrar"}, false},
    {PAT_KIND_IDENTIFIER_RELEASED, {"inspector", "registrar"}, false},
    {PAT_KIND_ATTESTED, {"inspector", "registrar"}, true},
    {PAT_KIND_CORRECTED, {"registrar", NULL}, true},
    {PAT_KIND_RETRACTED, {"registrar", NULL}, true},
    {PAT_KIND_DEVICE_ENROLLED, {"installer", NULL}, false},
    {PAT_KIND_DEVICE_BOUND, {"installer", NULL}, false},
    {PAT_KIND_TELEMETRY, {"device", NULL}, true},
};

static Patina__KindPolicy *kind_policy(pat_arena *arena, const kind_rule *rule) {
  Patina__KindPolicy *policy = take(arena, sizeof *policy);
  patina__kind_policy__init(policy);
  policy->kind = rule->kind;
  policy->n_roles = rule->roles[1] == NULL ? 1 : 2;
  policy->roles = take(arena, sizeof rule->roles);
  for (size_t i = 0; i < policy->n_roles; i++)
    policy->roles[i] = (char *)(uintptr_t)rule->roles[i];
  policy->self_declared = rule->self_declared;
  return policy;
}

Patina__Policy *ledger_policy(pat_arena *arena) {
  Patina__Policy *policy = take(arena, sizeof *policy);
  patina__policy__init(policy);
  policy->name = (char *)"test";
  policy->n_kinds = COUNT(kind_rules);
  policy->kinds = take(arena, sizeof(void *) * COUNT(kind_rules));
  for (size_t i = 0; i < COUNT(kind_rules); i++)
    policy->kinds[i] = kind_policy(arena, &kind_rules[i]);
  policy->late_after_ms = UINT64_C(30) * 86400000;
  policy->clock_skew_ms = 60000;
  policy->submit_window_ms = 86400000;
  policy->promise_within_ms = 5000;
  return policy;
}
