#include "core/model/catalog.h"

#include "core/base/assert.h"
#include "core/base/limits.h"
#include "core/bytes/builder.h"
#include "core/model/number.h"

/* --- where a refusal lies -------------------------------------------------------------------- */

#define NOWHERE SIZE_MAX /* this step of the path is not there */

/* A path as in "claims[2].fields[0].unit": each list with its index, NOWHERE leaves it out. */
typedef struct {
  const char *outer;
  size_t outer_index;
  const char *inner;
  size_t inner_index;
  pat_err *reterr;
} path;

static void append_index(pat_builder *builder, size_t index) {
  if (index == NOWHERE) return;
  pat_builder_char(builder, '[');
  pat_builder_decimal(builder, index);
  pat_builder_char(builder, ']');
}

static void append_step(pat_builder *builder, const char *name, size_t index) {
  if (name == NULL) return;
  if (pat_builder_size(builder) > 0) pat_builder_char(builder, '.');
  pat_builder_text(builder, name);
  append_index(builder, index);
}

static pat_status require(bool cond, pat_rule rule, const path *where, const char *field) {
  char place[sizeof where->reterr->place] = "";
  pat_builder builder;
  if (cond) return PAT_OK;
  pat_builder_init(&builder, place, sizeof place - 1);
  append_step(&builder, where->outer, where->outer_index);
  append_step(&builder, where->inner, where->inner_index);
  append_step(&builder, field, NOWHERE);
  return pat_refuse_at(rule, where->reterr, 0, place);
}

/* --- names and lists ------------------------------------------------------------------------- */

static bool name_valid(const char *text) {
  pat_span name = pat_span_text(text);
  if (name.size < 1 || name.size > PAT_NAME_BYTES_MAX) return false;
  if (name.data[0] < 'a' || name.data[0] > 'z') return false;
  for (size_t i = 1; i < name.size; i++) {
    uint8_t c = name.data[i];
    bool letter = c >= 'a' && c <= 'z';
    bool digit = c >= '0' && c <= '9';
    if (!letter && !digit && c != '_' && c != '-') return false;
  }
  return true;
}

pat_status pat_name_check(const char *name, const char *place, pat_err *reterr) {
  PAT_REQUIRE_AT(name_valid(name), NAME_FORM, reterr, 0, place);
  return PAT_OK;
}

static int compare_text(const char *a, const char *b) {
  return pat_span_compare(pat_span_text(a), pat_span_text(b));
}

/* Strictly ascending: each stands once. */
static bool ascending(char *const *texts, size_t count) {
  for (size_t i = 1; i < count; i++) {
    if (compare_text(texts[i - 1], texts[i]) >= 0) return false;
  }
  return true;
}

/* A list of names (roles, classes), ascending; refused by order_rule where it is not. */
static pat_status check_names(char *const *names, size_t count, pat_rule order_rule,
                              const path *where, const char *field) {
  for (size_t i = 0; i < count; i++)
    PAT_TRY(require(name_valid(names[i]), PAT_RULE_NAME_FORM, where, field));
  return require(ascending(names, count), order_rule, where, field);
}

/* --- classes --------------------------------------------------------------------------------- */

static bool type_known(Patina__ValueType type) {
  return type >= PATINA__VALUE_TYPE__VALUE_TYPE_TEXT &&
         type <= PATINA__VALUE_TYPE__VALUE_TYPE_EVIDENCE;
}

static bool visibility_known(Patina__Visibility visibility) {
  return visibility >= PATINA__VISIBILITY__VISIBILITY_OPEN &&
         visibility <= PATINA__VISIBILITY__VISIBILITY_RESTRICTED;
}

static bool is_number(const Patina__AttributeDefinition *definition) {
  return definition->type == PATINA__VALUE_TYPE__VALUE_TYPE_NUMBER;
}

static bool code_text_valid(const char *text) {
  size_t size = pat_span_text(text).size;
  return size >= 1 && size <= PAT_CODE_BYTES_MAX;
}

static pat_status check_codes(const Patina__AttributeDefinition *definition, const path *where) {
  bool is_code = definition->type == PATINA__VALUE_TYPE__VALUE_TYPE_CODE;
  if (!is_code) {
    PAT_TRY(
        require(definition->code_system[0] == '\0', PAT_RULE_CLASS_CODES, where, "code_system"));
    PAT_TRY(require(definition->n_codes == 0, PAT_RULE_CLASS_CODES, where, "codes"));
    return PAT_OK;
  }
  PAT_TRY(require(code_text_valid(definition->code_system), PAT_RULE_CLASS_CODES, where,
                  "code_system"));
  for (size_t i = 0; i < definition->n_codes; i++) {
    PAT_TRY(require(code_text_valid(definition->codes[i]), PAT_RULE_CLASS_CODES, where, "codes"));
  }
  PAT_TRY(require(ascending(definition->codes, definition->n_codes), PAT_RULE_CLASS_ORDER, where,
                  "codes"));
  return PAT_OK;
}

static pat_status check_tolerance(const Patina__AttributeDefinition *definition,
                                  const path *where) {
  const Patina__Tolerance *tolerance = definition->tolerance;
  if (tolerance == NULL) return PAT_OK;
  const Patina__Number *absolute = tolerance->absolute;
  PAT_TRY(require(is_number(definition), PAT_RULE_CLASS_TOLERANCE, where, "tolerance"));
  PAT_TRY(require(absolute != NULL || tolerance->per_mille > 0, PAT_RULE_CLASS_TOLERANCE, where,
                  "tolerance"));
  PAT_TRY(require(tolerance->per_mille <= PAT_PER_MILLE_MAX, PAT_RULE_CLASS_TOLERANCE, where,
                  "tolerance.per_mille"));
  if (absolute == NULL) return PAT_OK;
  PAT_TRY(require(pat_is_ok(pat_number_check(absolute, NULL)), PAT_RULE_CLASS_TOLERANCE, where,
                  "tolerance.absolute"));
  PAT_TRY(require(absolute->mantissa > 0, PAT_RULE_CLASS_TOLERANCE, where, "tolerance.absolute"));
  PAT_TRY(require(pat_unit_comparable(absolute->unit, definition->unit), PAT_RULE_CLASS_TOLERANCE,
                  where, "tolerance.absolute"));
  return PAT_OK;
}

static pat_status check_number_parts(const Patina__AttributeDefinition *definition,
                                     const path *where) {
  bool odometer = definition->series == PATINA__SERIES__SERIES_ODOMETER;
  bool none = definition->series == PATINA__SERIES__SERIES_UNSPECIFIED;
  PAT_TRY(require(is_number(definition) || definition->unit[0] == '\0', PAT_RULE_CLASS_UNIT, where,
                  "unit"));
  PAT_TRY(require(pat_unit_known(definition->unit), PAT_RULE_CLASS_UNIT, where, "unit"));
  PAT_TRY(check_tolerance(definition, where));
  PAT_TRY(require(odometer || none, PAT_RULE_CLASS_SERIES, where, "series"));
  PAT_TRY(require(none || is_number(definition), PAT_RULE_CLASS_SERIES, where, "series"));
  PAT_TRY(require(none || pat_unit_comparable(definition->unit, "MTR"), PAT_RULE_CLASS_SERIES,
                  where, "series"));
  return PAT_OK;
}

/* Telemetry is read as one integer per signal; only what a registration or a claim states at once
 * can be required of it. */
static pat_status check_bundle(const Patina__AttributeDefinition *definition, bool in_claim,
                               const path *where) {
  Patina__Bundle bundle = definition->bundle;
  if (in_claim) {
    PAT_TRY(require(bundle == PATINA__BUNDLE__BUNDLE_UNSPECIFIED, PAT_RULE_CLASS_BUNDLE, where,
                    "bundle"));
    return PAT_OK;
  }
  bool manufacturer = bundle == PATINA__BUNDLE__BUNDLE_MANUFACTURER;
  bool consumer = bundle == PATINA__BUNDLE__BUNDLE_CONSUMER;
  bool telemetry = bundle == PATINA__BUNDLE__BUNDLE_TELEMETRY;
  PAT_TRY(require(manufacturer || consumer || telemetry, PAT_RULE_CLASS_BUNDLE, where, "bundle"));
  PAT_TRY(require(!telemetry || is_number(definition), PAT_RULE_CLASS_BUNDLE, where, "bundle"));
  PAT_TRY(require(!telemetry || !definition->list, PAT_RULE_CLASS_BUNDLE, where, "bundle"));
  PAT_TRY(
      require(manufacturer || !definition->required, PAT_RULE_CLASS_REQUIRED, where, "required"));
  return PAT_OK;
}

static pat_status check_definition(const Patina__AttributeDefinition *definition, bool in_claim,
                                   const path *where) {
  PAT_TRY(require(name_valid(definition->name), PAT_RULE_NAME_FORM, where, "name"));
  PAT_TRY(require(type_known(definition->type), PAT_RULE_CLASS_TYPE, where, "type"));
  PAT_TRY(check_bundle(definition, in_claim, where));
  PAT_TRY(require(visibility_known(definition->visibility), PAT_RULE_CLASS_VISIBILITY, where,
                  "visibility"));
  PAT_TRY(check_number_parts(definition, where));
  PAT_TRY(check_codes(definition, where));
  return check_names(definition->roles, definition->n_roles, PAT_RULE_CLASS_ORDER, where, "roles");
}

static pat_status check_claim(const Patina__ClaimDefinition *claim, size_t index, pat_err *reterr) {
  path here = {"claims", index, NULL, NOWHERE, reterr};
  const path *where = &here;
  PAT_TRY(require(name_valid(claim->name), PAT_RULE_NAME_FORM, where, "name"));
  PAT_TRY(check_names(claim->roles, claim->n_roles, PAT_RULE_CLASS_ORDER, where, "roles"));
  here.inner = "fields";
  for (size_t i = 0; i < claim->n_fields; i++) {
    here.inner_index = i;
    PAT_TRY(check_definition(claim->fields[i], true, where));
    PAT_TRY(require(i == 0 || compare_text(claim->fields[i - 1]->name, claim->fields[i]->name) < 0,
                    PAT_RULE_CLASS_ORDER, where, "name"));
  }
  return PAT_OK;
}

static pat_status check_attributes(const Patina__AssetClass *schema, pat_err *reterr) {
  for (size_t i = 0; i < schema->n_attributes; i++) {
    const path here = {"attributes", i, NULL, NOWHERE, reterr};
    const path *where = &here;
    PAT_TRY(check_definition(schema->attributes[i], false, where));
    PAT_TRY(require(
        i == 0 || compare_text(schema->attributes[i - 1]->name, schema->attributes[i]->name) < 0,
        PAT_RULE_CLASS_ORDER, where, "name"));
  }
  return PAT_OK;
}

static pat_status check_claims(const Patina__AssetClass *schema, pat_err *reterr) {
  for (size_t i = 0; i < schema->n_claims; i++) {
    const path here = {"claims", i, NULL, NOWHERE, reterr};
    const path *where = &here;
    PAT_TRY(check_claim(schema->claims[i], i, reterr));
    PAT_TRY(
        require(i == 0 || compare_text(schema->claims[i - 1]->name, schema->claims[i]->name) < 0,
                PAT_RULE_CLASS_ORDER, where, "name"));
  }
  return PAT_OK;
}

pat_status pat_class_check(const Patina__AssetClass *schema, pat_err *reterr) {
  PAT_TRY(pat_name_check(schema->name, "name", reterr));
  PAT_REQUIRE_AT(schema->version >= 1, CLASS_VERSION, reterr, 0, "version");
  PAT_TRY(check_attributes(schema, reterr));
  return check_claims(schema, reterr);
}

/* --- look-ups -------------------------------------------------------------------------------- */

static const Patina__AttributeDefinition *find_definition(
    Patina__AttributeDefinition *const *definitions, size_t count, const char *name) {
  size_t low = 0;
  size_t high = count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = compare_text(definitions[middle]->name, name);
    if (order == 0) return definitions[middle];
    if (order < 0) low = middle + 1;
    if (order > 0) high = middle;
  }
  return NULL;
}

const Patina__AttributeDefinition *pat_class_attribute(const Patina__AssetClass *schema,
                                                       const char *name) {
  return find_definition(schema->attributes, schema->n_attributes, name);
}

const Patina__AttributeDefinition *pat_claim_field(const Patina__ClaimDefinition *claim,
                                                   const char *name) {
  return find_definition(claim->fields, claim->n_fields, name);
}

const Patina__ClaimDefinition *pat_class_claim(const Patina__AssetClass *schema, const char *name) {
  size_t low = 0;
  size_t high = schema->n_claims;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = compare_text(schema->claims[middle]->name, name);
    if (order == 0) return schema->claims[middle];
    if (order < 0) low = middle + 1;
    if (order > 0) high = middle;
  }
  return NULL;
}

bool pat_roles_contain(char *const *roles, size_t role_count, const char *role) {
  size_t low = 0;
  size_t high = role_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = compare_text(roles[middle], role);
    if (order == 0) return true;
    if (order < 0) low = middle + 1;
    if (order > 0) high = middle;
  }
  return false;
}

/* --- identifier schemes ---------------------------------------------------------------------- */

static pat_status check_scheme_enums(const Patina__IdentifierScheme *scheme, const path *where) {
  PAT_TRY(require(scheme->normalisation >= PATINA__NORMALISATION__NORMALISATION_TRIM &&
                      scheme->normalisation <= PATINA__NORMALISATION__NORMALISATION_UPPER_TRIM,
                  PAT_RULE_SCHEME_NORMALISATION, where, "normalisation"));
  PAT_TRY(require(scheme->uniqueness >= PATINA__UNIQUENESS__UNIQUENESS_GLOBAL &&
                      scheme->uniqueness <= PATINA__UNIQUENESS__UNIQUENESS_WEAK,
                  PAT_RULE_SCHEME_UNIQUENESS, where, "uniqueness"));
  PAT_TRY(require(scheme->visibility == PATINA__VISIBILITY__VISIBILITY_PUBLIC ||
                      scheme->visibility == PATINA__VISIBILITY__VISIBILITY_RESTRICTED,
                  PAT_RULE_SCHEME_VISIBILITY, where, "visibility"));
  return PAT_OK;
}

static pat_status check_scheme_validation(const Patina__IdentifierScheme *scheme,
                                          const path *where) {
  const uint32_t vin_bytes = 17;
  bool upper = scheme->normalisation == PATINA__NORMALISATION__NORMALISATION_UPPER_ALNUM;
  bool vin_lengths = scheme->length_min == vin_bytes && scheme->length_max == vin_bytes;
  switch (scheme->validation) {
    case PATINA__VALIDATION__VALIDATION_UNSPECIFIED:
      return PAT_OK;
    case PATINA__VALIDATION__VALIDATION_ALNUM:
      PAT_TRY(require(upper, PAT_RULE_SCHEME_VALIDATION, where, "validation"));
      return PAT_OK;
    case PATINA__VALIDATION__VALIDATION_VIN17:
      PAT_TRY(require(upper && vin_lengths, PAT_RULE_SCHEME_VALIDATION, where, "validation"));
      return PAT_OK;
    case _PATINA__VALIDATION_IS_INT_SIZE:
      break;
  }
  return require(false, PAT_RULE_SCHEME_VALIDATION, where, "validation");
}

pat_status pat_scheme_check(const Patina__IdentifierScheme *scheme, pat_err *reterr) {
  const path here = {.reterr = reterr};
  const path *where = &here;
  PAT_TRY(pat_name_check(scheme->name, "name", reterr));
  PAT_TRY(require(scheme->version >= 1, PAT_RULE_SCHEME_VERSION, where, "version"));
  PAT_TRY(check_scheme_enums(scheme, where));
  PAT_TRY(require(scheme->length_min >= 1, PAT_RULE_SCHEME_LENGTH, where, "length_min"));
  PAT_TRY(require(scheme->length_max >= scheme->length_min, PAT_RULE_SCHEME_LENGTH, where,
                  "length_max"));
  PAT_TRY(require(scheme->length_max <= PAT_IDENTIFIER_BYTES_MAX, PAT_RULE_SCHEME_LENGTH, where,
                  "length_max"));
  PAT_TRY(check_scheme_validation(scheme, where));
  bool scoped = scheme->scope[0] != '\0';
  bool by_maker = scheme->uniqueness == PATINA__UNIQUENESS__UNIQUENESS_MAKER ||
                  scheme->uniqueness == PATINA__UNIQUENESS__UNIQUENESS_MAKER_MODEL;
  PAT_TRY(require(scoped || !by_maker, PAT_RULE_SCHEME_SCOPE, where, "scope"));
  PAT_TRY(require(!scoped || name_valid(scheme->scope), PAT_RULE_NAME_FORM, where, "scope"));
  PAT_TRY(check_names(scheme->classes, scheme->n_classes, PAT_RULE_SCHEME_ORDER, where, "classes"));
  PAT_TRY(check_names(scheme->roles, scheme->n_roles, PAT_RULE_SCHEME_ORDER, where, "roles"));
  PAT_TRY(require(scheme->reassign_threshold <= PAT_STATEMENT_SIGNERS_MAX,
                  PAT_RULE_SCHEME_THRESHOLD, where, "reassign_threshold"));
  return PAT_OK;
}

/* --- policy ---------------------------------------------------------------------------------- */

static pat_status check_kind(const Patina__KindPolicy *kind, const path *where) {
  PAT_TRY(require(kind->kind >= PAT_STATEMENT_KIND_MIN, PAT_RULE_POLICY_DATA_KIND, where, "kind"));
  PAT_TRY(require(kind->kind <= PAT_STATEMENT_KIND_MAX, PAT_RULE_POLICY_DATA_KIND, where, "kind"));
  PAT_TRY(check_names(kind->roles, kind->n_roles, PAT_RULE_POLICY_DATA_ROLE, where, "roles"));
  PAT_TRY(require(kind->threshold <= PAT_STATEMENT_SIGNERS_MAX, PAT_RULE_POLICY_DATA_THRESHOLD,
                  where, "threshold"));
  return PAT_OK;
}

static bool window_valid(uint64_t ms) { return ms >= 1 && ms <= PAT_POLICY_DATA_WINDOW_MS_MAX; }

pat_status pat_policy_check(const Patina__Policy *policy, pat_err *reterr) {
  path here = {"kinds", 0, NULL, NOWHERE, reterr};
  const path *where = &here;
  PAT_TRY(pat_name_check(policy->name, "name", reterr));
  for (size_t i = 0; i < policy->n_kinds; i++) {
    here.outer_index = i;
    PAT_TRY(check_kind(policy->kinds[i], where));
    PAT_TRY(require(i == 0 || policy->kinds[i - 1]->kind < policy->kinds[i]->kind,
                    PAT_RULE_POLICY_DATA_KIND, where, "kind"));
  }
  here = (path){.reterr = reterr};
  PAT_TRY(require(window_valid(policy->late_after_ms), PAT_RULE_POLICY_DATA_WINDOW, where,
                  "late_after_ms"));
  PAT_TRY(require(window_valid(policy->clock_skew_ms), PAT_RULE_POLICY_DATA_WINDOW, where,
                  "clock_skew_ms"));
  PAT_TRY(require(window_valid(policy->submit_window_ms), PAT_RULE_POLICY_DATA_WINDOW, where,
                  "submit_window_ms"));
  PAT_TRY(require(window_valid(policy->promise_within_ms), PAT_RULE_POLICY_DATA_WINDOW, where,
                  "promise_within_ms"));
  return PAT_OK;
}

const Patina__KindPolicy *pat_policy_kind(const Patina__Policy *policy, uint32_t kind) {
  size_t low = 0;
  size_t high = policy->n_kinds;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    uint32_t found = policy->kinds[middle]->kind;
    if (found == kind) return policy->kinds[middle];
    if (found < kind) low = middle + 1;
    if (found > kind) high = middle;
  }
  return NULL;
}
