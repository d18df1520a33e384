#include "core/model/catalog.h"

#include "core/base/limits.h"
#include "tests/core/model/values_support.h"

static char *text(const char *literal) { return (char *)(uintptr_t)literal; }

/* --- names and roles ------------------------------------------------------------------------- */

static void test_catalog__refuses_malformed_names(void **state) {
  (void)state;
  static const char *const bad[] = {"",    "A",   "aB",       "1a",        "_a", "-a", "a b", "a.b",
                                    "a/b", "a\n", "\xc3\xa4", "a\xc3\xa4", "a:", "a`", "a{"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    pat_err err = {0};
    assert_refused(pat_name_check(bad[i], "here", &err), NAME_FORM);
    assert_string_equal(err.place, "here");
  }
  assert_accepted(pat_name_check("a", NULL, NULL));
  assert_accepted(pat_name_check("frame-jp", NULL, NULL));
  assert_accepted(pat_name_check("model_year2", NULL, NULL));
  assert_accepted(pat_name_check(values_text_of('a', PAT_NAME_BYTES_MAX - 1), NULL, NULL));
  assert_accepted(pat_name_check(values_text_of('a', PAT_NAME_BYTES_MAX), NULL, NULL));
  assert_refused(pat_name_check(values_text_of('a', PAT_NAME_BYTES_MAX + 1), NULL, NULL),
                 NAME_FORM);
}

static void test_catalog__finds_roles(void **state) {
  (void)state;
  char *roles[] = {text("dealer"), text("expert"), text("museum")};
  assert_false(pat_roles_contain(NULL, 0, "dealer"));
  for (size_t count = 1; count <= 3; count++) {
    for (size_t i = 0; i < 3; i++) {
      assert_int_equal(pat_roles_contain(roles, count, roles[i]), i < count);
    }
    assert_false(pat_roles_contain(roles, count, "deale"));
    assert_false(pat_roles_contain(roles, count, "museums"));
    assert_false(pat_roles_contain(roles, count, ""));
  }
}

/* --- classes --------------------------------------------------------------------------------- */

/* A class with one attribute and one claim with one field, all of them good; tests break a part. */
typedef struct {
  Patina__AssetClass schema;
  Patina__AttributeDefinition mass;
  Patina__AttributeDefinition odometer;
  Patina__ClaimDefinition claim;
  Patina__AttributeDefinition result;
  Patina__Tolerance tolerance;
  Patina__Number absolute;
  Patina__AttributeDefinition *attributes[2];
  Patina__ClaimDefinition *claims[2];
  Patina__AttributeDefinition *fields[2];
  char *roles[2];
  char *codes[2];
} sample;

static Patina__AttributeDefinition definition(const char *name, Patina__Bundle bundle,
                                              Patina__ValueType type) {
  Patina__AttributeDefinition result = PATINA__ATTRIBUTE_DEFINITION__INIT;
  result.name = text(name);
  result.bundle = bundle;
  result.type = type;
  result.visibility = PATINA__VISIBILITY__VISIBILITY_OPEN;
  return result;
}

static void sample_attributes(sample *s) {
  s->mass = definition("mass", PATINA__BUNDLE__BUNDLE_MANUFACTURER,
                       PATINA__VALUE_TYPE__VALUE_TYPE_NUMBER);
  s->mass.unit = text("KGM");
  s->mass.required = true;
  s->mass.tolerance = &s->tolerance;
  s->mass.roles = s->roles;
  s->mass.n_roles = 2;
  s->odometer = definition("odometer", PATINA__BUNDLE__BUNDLE_TELEMETRY,
                           PATINA__VALUE_TYPE__VALUE_TYPE_NUMBER);
  s->odometer.unit = text("KMT");
  s->odometer.series = PATINA__SERIES__SERIES_ODOMETER;
}

static void sample_claim(sample *s) {
  const Patina__ClaimDefinition claim = PATINA__CLAIM_DEFINITION__INIT;
  s->result =
      definition("result", PATINA__BUNDLE__BUNDLE_UNSPECIFIED, PATINA__VALUE_TYPE__VALUE_TYPE_CODE);
  s->result.code_system = text("inspection-result");
  s->result.codes = s->codes;
  s->result.n_codes = 2;
  s->claim = claim;
  s->claim.name = text("inspection");
  s->claim.fields = s->fields;
  s->claim.n_fields = 1;
  s->claim.roles = s->roles;
  s->claim.n_roles = 2;
}

static void sample_make(sample *s) {
  const Patina__AssetClass schema = PATINA__ASSET_CLASS__INIT;
  const Patina__Tolerance tolerance = PATINA__TOLERANCE__INIT;
  const Patina__Number absolute = PATINA__NUMBER__INIT;
  s->absolute = absolute;
  s->absolute.mantissa = 5;
  s->absolute.unit = text("LBR");
  s->tolerance = tolerance;
  s->tolerance.absolute = &s->absolute;
  s->tolerance.per_mille = 30;
  s->roles[0] = text("maker");
  s->roles[1] = text("registrar");
  s->codes[0] = text("fail");
  s->codes[1] = text("pass");
  sample_attributes(s);
  sample_claim(s);
  s->attributes[0] = &s->mass;
  s->attributes[1] = &s->odometer;
  s->fields[0] = &s->result;
  s->claims[0] = &s->claim;
  s->schema = schema;
  s->schema.name = text("vehicle");
  s->schema.version = 1;
  s->schema.attributes = s->attributes;
  s->schema.n_attributes = 2;
  s->schema.claims = s->claims;
  s->schema.n_claims = 1;
}

/* The sample is refused by the rule, at the place. */
static void expect_class(const sample *s, pat_rule rule, const char *place) {
  pat_err err = {0};
  pat_status status = pat_class_check(&s->schema, &err);
  assert_string_equal(pat_rule_id((pat_rule)status.rule), pat_rule_id(rule));
  assert_string_equal(err.place, place);
}

/* Makes the sample good again, so that each case breaks one part. */
#define BROKEN(s, change, rule, place)           \
  do {                                           \
    sample_make(s);                              \
    change;                                      \
    expect_class((s), PAT_RULE_##rule, (place)); \
  } while (0)

static void test_catalog__accepts_a_sensible_class(void **state) {
  (void)state;
  sample s;
  BROKEN(&s, (void)0, NONE, "");
  BROKEN(&s, s.schema.n_attributes = 0, NONE, "");
  BROKEN(&s, s.schema.n_claims = 0, NONE, "");
  BROKEN(&s, s.claim.n_fields = 0, NONE, "");
  BROKEN(&s, s.result.n_codes = 0, NONE, "");
  BROKEN(&s, s.tolerance.absolute = NULL, NONE, "");
  BROKEN(&s, s.tolerance.per_mille = 0, NONE, "");
  BROKEN(&s, s.odometer.unit = text("SMI"), NONE, "");
  BROKEN(&s, s.result.required = true, NONE, "");
}

static void test_catalog__refuses_names_and_versions_of_classes(void **state) {
  (void)state;
  sample s;
  BROKEN(&s, s.schema.name = text("Vehicle"), NAME_FORM, "name");
  BROKEN(&s, s.schema.version = 0, CLASS_VERSION, "version");
  BROKEN(&s, s.mass.name = text(""), NAME_FORM, "attributes[0].name");
  BROKEN(&s, s.odometer.name = text("odo meter"), NAME_FORM, "attributes[1].name");
  BROKEN(&s, s.claim.name = text("?"), NAME_FORM, "claims[0].name");
  BROKEN(&s, s.result.name = text("1"), NAME_FORM, "claims[0].fields[0].name");
  BROKEN(&s, s.roles[1] = text("Root"), NAME_FORM, "attributes[0].roles");
}

static void test_catalog__refuses_what_is_not_ascending(void **state) {
  (void)state;
  sample s;
  BROKEN(&s, s.odometer.name = text("mass"), CLASS_ORDER, "attributes[1].name");
  BROKEN(&s, s.odometer.name = text("abc"), CLASS_ORDER, "attributes[1].name");
  BROKEN(&s, s.roles[1] = text("maker"), CLASS_ORDER, "attributes[0].roles");
  BROKEN(&s, s.roles[1] = text("dealer"), CLASS_ORDER, "attributes[0].roles");
  BROKEN(&s, s.codes[1] = text("fail"), CLASS_ORDER, "claims[0].fields[0].codes");
  BROKEN(&s, s.codes[1] = text("a"), CLASS_ORDER, "claims[0].fields[0].codes");
  BROKEN(&s, (s.fields[1] = &s.result, s.claim.n_fields = 2), CLASS_ORDER,
         "claims[0].fields[1].name");
  BROKEN(&s, (s.claims[1] = &s.claim, s.schema.n_claims = 2), CLASS_ORDER, "claims[1].name");
  BROKEN(&s, (s.mass.n_roles = 0, s.roles[1] = text("a")), CLASS_ORDER, "claims[0].roles");
}

static void test_catalog__refuses_bundles_out_of_place(void **state) {
  (void)state;
  sample s;
  BROKEN(&s, s.mass.bundle = PATINA__BUNDLE__BUNDLE_UNSPECIFIED, CLASS_BUNDLE,
         "attributes[0].bundle");
  BROKEN(&s, s.mass.bundle = (Patina__Bundle)4, CLASS_BUNDLE, "attributes[0].bundle");
  BROKEN(&s, s.result.bundle = PATINA__BUNDLE__BUNDLE_CONSUMER, CLASS_BUNDLE,
         "claims[0].fields[0].bundle");
  BROKEN(&s, s.odometer.list = true, CLASS_BUNDLE, "attributes[1].bundle");
  BROKEN(&s, s.odometer.type = PATINA__VALUE_TYPE__VALUE_TYPE_TEXT, CLASS_BUNDLE,
         "attributes[1].bundle");
  BROKEN(&s, s.odometer.required = true, CLASS_REQUIRED, "attributes[1].required");
  BROKEN(&s, s.mass.bundle = PATINA__BUNDLE__BUNDLE_CONSUMER, CLASS_REQUIRED,
         "attributes[0].required");
}

static void test_catalog__refuses_definitions_without_type_or_visibility(void **state) {
  (void)state;
  sample s;
  BROKEN(&s, s.mass.type = PATINA__VALUE_TYPE__VALUE_TYPE_UNSPECIFIED, CLASS_TYPE,
         "attributes[0].type");
  BROKEN(&s, s.mass.type = (Patina__ValueType)8, CLASS_TYPE, "attributes[0].type");
  BROKEN(&s, s.mass.visibility = PATINA__VISIBILITY__VISIBILITY_UNSPECIFIED, CLASS_VISIBILITY,
         "attributes[0].visibility");
  BROKEN(&s, s.result.visibility = (Patina__Visibility)4, CLASS_VISIBILITY,
         "claims[0].fields[0].visibility");
}

static void test_catalog__refuses_units_where_they_mean_nothing(void **state) {
  (void)state;
  sample s;
  BROKEN(&s, s.mass.unit = text("kg"), CLASS_UNIT, "attributes[0].unit");
  BROKEN(&s, s.result.unit = text("KGM"), CLASS_UNIT, "claims[0].fields[0].unit");
}

static void test_catalog__refuses_code_lists_where_they_mean_nothing(void **state) {
  (void)state;
  sample s;
  BROKEN(&s, s.mass.code_system = text("list"), CLASS_CODES, "attributes[0].code_system");
  BROKEN(&s, (s.mass.codes = s.codes, s.mass.n_codes = 1), CLASS_CODES, "attributes[0].codes");
  BROKEN(&s, s.result.code_system = text(""), CLASS_CODES, "claims[0].fields[0].code_system");
  BROKEN(&s, s.codes[0] = text(""), CLASS_CODES, "claims[0].fields[0].codes");
  for (size_t size = PAT_CODE_BYTES_MAX - 1; size <= PAT_CODE_BYTES_MAX + 1; size++) {
    bool fits = size <= PAT_CODE_BYTES_MAX;
    sample_make(&s);
    s.codes[1] = values_text_of('x', size);
    expect_class(&s, fits ? PAT_RULE_NONE : PAT_RULE_CLASS_CODES,
                 fits ? "" : "claims[0].fields[0].codes");
    sample_make(&s);
    s.result.code_system = values_text_of('x', size);
    expect_class(&s, fits ? PAT_RULE_NONE : PAT_RULE_CLASS_CODES,
                 fits ? "" : "claims[0].fields[0].code_system");
  }
}

static void test_catalog__refuses_tolerances_that_mean_nothing(void **state) {
  (void)state;
  sample s;
  static const char part[] = "attributes[0].tolerance.absolute";
  BROKEN(&s, s.result.tolerance = &s.tolerance, CLASS_TOLERANCE, "claims[0].fields[0].tolerance");
  BROKEN(&s, (s.tolerance.absolute = NULL, s.tolerance.per_mille = 0), CLASS_TOLERANCE,
         "attributes[0].tolerance");
  BROKEN(&s, s.tolerance.per_mille = PAT_PER_MILLE_MAX - 1, NONE, "");
  BROKEN(&s, s.tolerance.per_mille = PAT_PER_MILLE_MAX, NONE, "");
  BROKEN(&s, s.tolerance.per_mille = PAT_PER_MILLE_MAX + 1, CLASS_TOLERANCE,
         "attributes[0].tolerance.per_mille");
  BROKEN(&s, s.absolute.mantissa = 0, CLASS_TOLERANCE, part);
  BROKEN(&s, s.absolute.mantissa = -1, CLASS_TOLERANCE, part);
  BROKEN(&s, s.absolute.unit = text("MTR"), CLASS_TOLERANCE, part);
  BROKEN(&s, s.absolute.unit = text("kg"), CLASS_TOLERANCE, part);
  BROKEN(&s, s.absolute.exponent = 19, CLASS_TOLERANCE, part);
}

static void test_catalog__refuses_odometers_that_are_no_length(void **state) {
  (void)state;
  sample s;
  BROKEN(&s, s.odometer.unit = text("KMH"), CLASS_SERIES, "attributes[1].series");
  BROKEN(&s, s.odometer.unit = text(""), CLASS_SERIES, "attributes[1].series");
  BROKEN(&s, s.odometer.series = (Patina__Series)2, CLASS_SERIES, "attributes[1].series");
  BROKEN(&s, s.result.series = PATINA__SERIES__SERIES_ODOMETER, CLASS_SERIES,
         "claims[0].fields[0].series");
}

static void test_catalog__finds_definitions_by_name(void **state) {
  (void)state;
  sample s;
  sample_make(&s);
  assert_ptr_equal(pat_class_attribute(&s.schema, "mass"), &s.mass);
  assert_ptr_equal(pat_class_attribute(&s.schema, "odometer"), &s.odometer);
  assert_null(pat_class_attribute(&s.schema, "mas"));
  assert_null(pat_class_attribute(&s.schema, "masses"));
  assert_null(pat_class_attribute(&s.schema, "a"));
  assert_null(pat_class_attribute(&s.schema, "z"));
  assert_ptr_equal(pat_class_claim(&s.schema, "inspection"), &s.claim);
  assert_null(pat_class_claim(&s.schema, "theft"));
  assert_null(pat_class_claim(&s.schema, "a"));
  assert_ptr_equal(pat_claim_field(&s.claim, "result"), &s.result);
  assert_null(pat_claim_field(&s.claim, "note"));
}

/* --- identifier schemes ---------------------------------------------------------------------- */

static Patina__IdentifierScheme good_scheme(void) {
  Patina__IdentifierScheme scheme = PATINA__IDENTIFIER_SCHEME__INIT;
  scheme.name = text("serial");
  scheme.version = 1;
  scheme.normalisation = PATINA__NORMALISATION__NORMALISATION_UPPER_ALNUM;
  scheme.validation = PATINA__VALIDATION__VALIDATION_ALNUM;
  scheme.uniqueness = PATINA__UNIQUENESS__UNIQUENESS_MAKER;
  scheme.visibility = PATINA__VISIBILITY__VISIBILITY_PUBLIC;
  scheme.length_min = 1;
  scheme.length_max = PAT_IDENTIFIER_BYTES_MAX;
  scheme.scope = text("maker");
  return scheme;
}

#define SCHEME_BROKEN(change, symbol, expected)              \
  do {                                                       \
    Patina__IdentifierScheme scheme = good_scheme();         \
    pat_err err = {0};                                       \
    change;                                                  \
    assert_refused(pat_scheme_check(&scheme, &err), symbol); \
    assert_string_equal(err.place, (expected));              \
  } while (0)

static void test_catalog__refuses_incomplete_schemes(void **state) {
  (void)state;
  SCHEME_BROKEN((void)0, NONE, "");
  SCHEME_BROKEN(scheme.name = text("VIN"), NAME_FORM, "name");
  SCHEME_BROKEN(scheme.version = 0, SCHEME_VERSION, "version");
  SCHEME_BROKEN(scheme.normalisation = (Patina__Normalisation)0, SCHEME_NORMALISATION,
                "normalisation");
  SCHEME_BROKEN(scheme.normalisation = (Patina__Normalisation)4, SCHEME_NORMALISATION,
                "normalisation");
  SCHEME_BROKEN(scheme.uniqueness = (Patina__Uniqueness)0, SCHEME_UNIQUENESS, "uniqueness");
  SCHEME_BROKEN(scheme.uniqueness = (Patina__Uniqueness)5, SCHEME_UNIQUENESS, "uniqueness");
  SCHEME_BROKEN(scheme.visibility = (Patina__Visibility)0, SCHEME_VISIBILITY, "visibility");
  SCHEME_BROKEN(scheme.visibility = PATINA__VISIBILITY__VISIBILITY_OPEN, SCHEME_VISIBILITY,
                "visibility");
  SCHEME_BROKEN(scheme.visibility = PATINA__VISIBILITY__VISIBILITY_RESTRICTED, NONE, "");
}

static void test_catalog__refuses_lengths_of_schemes(void **state) {
  (void)state;
  SCHEME_BROKEN(scheme.length_min = 0, SCHEME_LENGTH, "length_min");
  SCHEME_BROKEN((scheme.length_min = 5, scheme.length_max = 4), SCHEME_LENGTH, "length_max");
  SCHEME_BROKEN((scheme.length_min = 5, scheme.length_max = 5), NONE, "");
  SCHEME_BROKEN(scheme.length_max = PAT_IDENTIFIER_BYTES_MAX - 1, NONE, "");
  SCHEME_BROKEN(scheme.length_max = PAT_IDENTIFIER_BYTES_MAX + 1, SCHEME_LENGTH, "length_max");
}

static void test_catalog__refuses_validations_that_do_not_fit(void **state) {
  (void)state;
  const Patina__Normalisation trim = PATINA__NORMALISATION__NORMALISATION_TRIM;
  const Patina__Validation vin = PATINA__VALIDATION__VALIDATION_VIN17;
  SCHEME_BROKEN(scheme.validation = (Patina__Validation)3, SCHEME_VALIDATION, "validation");
  SCHEME_BROKEN(scheme.normalisation = trim, SCHEME_VALIDATION, "validation");
  SCHEME_BROKEN((scheme.normalisation = trim, scheme.validation = (Patina__Validation)0), NONE, "");
  SCHEME_BROKEN((scheme.validation = vin, scheme.length_min = scheme.length_max = 17), NONE, "");
  SCHEME_BROKEN((scheme.validation = vin, scheme.length_min = 16, scheme.length_max = 17),
                SCHEME_VALIDATION, "validation");
  SCHEME_BROKEN((scheme.validation = vin, scheme.length_min = 17, scheme.length_max = 18),
                SCHEME_VALIDATION, "validation");
  SCHEME_BROKEN((scheme.validation = vin, scheme.length_min = scheme.length_max = 17,
                 scheme.normalisation = trim),
                SCHEME_VALIDATION, "validation");
}

static void test_catalog__refuses_scopes_of_schemes(void **state) {
  (void)state;
  const Patina__Uniqueness model = PATINA__UNIQUENESS__UNIQUENESS_MAKER_MODEL;
  SCHEME_BROKEN(scheme.scope = text(""), SCHEME_SCOPE, "scope");
  SCHEME_BROKEN((scheme.scope = text(""), scheme.uniqueness = model), SCHEME_SCOPE, "scope");
  SCHEME_BROKEN((scheme.scope = text(""), scheme.uniqueness = (Patina__Uniqueness)1), NONE, "");
  SCHEME_BROKEN((scheme.scope = text(""), scheme.uniqueness = (Patina__Uniqueness)4), NONE, "");
  SCHEME_BROKEN(scheme.scope = text("The maker"), NAME_FORM, "scope");
}

static void test_catalog__refuses_lists_and_thresholds_of_schemes(void **state) {
  (void)state;
  char *sorted[] = {text("engine"), text("vehicle")};
  char *twice[] = {text("engine"), text("engine")};
  char *bad[] = {text("Engine")};
  SCHEME_BROKEN((scheme.classes = sorted, scheme.n_classes = 2), NONE, "");
  SCHEME_BROKEN((scheme.classes = twice, scheme.n_classes = 2), SCHEME_ORDER, "classes");
  SCHEME_BROKEN((scheme.classes = bad, scheme.n_classes = 1), NAME_FORM, "classes");
  SCHEME_BROKEN((scheme.roles = twice, scheme.n_roles = 2), SCHEME_ORDER, "roles");
  SCHEME_BROKEN((scheme.roles = bad, scheme.n_roles = 1), NAME_FORM, "roles");
  SCHEME_BROKEN(scheme.reassign_threshold = PAT_STATEMENT_SIGNERS_MAX - 1, NONE, "");
  SCHEME_BROKEN(scheme.reassign_threshold = PAT_STATEMENT_SIGNERS_MAX, NONE, "");
  SCHEME_BROKEN(scheme.reassign_threshold = PAT_STATEMENT_SIGNERS_MAX + 1, SCHEME_THRESHOLD,
                "reassign_threshold");
}

/* --- policy ---------------------------------------------------------------------------------- */

typedef struct {
  Patina__Policy policy;
  Patina__KindPolicy kinds[3];
  Patina__KindPolicy *list[3];
  char *roles[2];
} policy_sample;

static void policy_make(policy_sample *s) {
  const Patina__Policy policy = PATINA__POLICY__INIT;
  const Patina__KindPolicy kind = PATINA__KIND_POLICY__INIT;
  s->roles[0] = text("registrar");
  s->roles[1] = text("root");
  for (size_t i = 0; i < 3; i++) {
    s->kinds[i] = kind;
    s->kinds[i].kind = (uint32_t)(18 + 3 * i);
    s->kinds[i].roles = s->roles;
    s->kinds[i].n_roles = 2;
    s->list[i] = &s->kinds[i];
  }
  s->policy = policy;
  s->policy.name = text("default");
  s->policy.kinds = s->list;
  s->policy.n_kinds = 3;
  s->policy.late_after_ms = 1;
  s->policy.clock_skew_ms = 1;
  s->policy.submit_window_ms = 1;
  s->policy.promise_within_ms = 1;
}

#define POLICY_BROKEN(change, symbol, expected)                \
  do {                                                         \
    policy_sample s;                                           \
    pat_err err = {0};                                         \
    policy_make(&s);                                           \
    change;                                                    \
    assert_refused(pat_policy_check(&s.policy, &err), symbol); \
    assert_string_equal(err.place, (expected));                \
  } while (0)

static void test_catalog__refuses_kinds_of_policies(void **state) {
  (void)state;
  POLICY_BROKEN((void)0, NONE, "");
  POLICY_BROKEN(s.policy.name = text(""), NAME_FORM, "name");
  POLICY_BROKEN(s.kinds[0].kind = PAT_STATEMENT_KIND_MIN - 1, POLICY_DATA_KIND, "kinds[0].kind");
  POLICY_BROKEN(s.kinds[0].kind = PAT_STATEMENT_KIND_MIN, NONE, "");
  POLICY_BROKEN(s.kinds[0].kind = PAT_STATEMENT_KIND_MIN + 1, NONE, "");
  POLICY_BROKEN(s.kinds[2].kind = PAT_STATEMENT_KIND_MAX - 1, NONE, "");
  POLICY_BROKEN(s.kinds[2].kind = PAT_STATEMENT_KIND_MAX, NONE, "");
  POLICY_BROKEN(s.kinds[2].kind = PAT_STATEMENT_KIND_MAX + 1, POLICY_DATA_KIND, "kinds[2].kind");
  POLICY_BROKEN(s.kinds[1].kind = 18, POLICY_DATA_KIND, "kinds[1].kind");
  POLICY_BROKEN(s.kinds[1].kind = 17, POLICY_DATA_KIND, "kinds[1].kind");
  POLICY_BROKEN(s.policy.n_kinds = 0, NONE, "");
}

static void test_catalog__refuses_roles_and_thresholds_of_policies(void **state) {
  (void)state;
  POLICY_BROKEN(s.roles[1] = text("registrar"), POLICY_DATA_ROLE, "kinds[0].roles");
  POLICY_BROKEN(s.roles[1] = text("a"), POLICY_DATA_ROLE, "kinds[0].roles");
  POLICY_BROKEN(s.roles[1] = text(""), NAME_FORM, "kinds[0].roles");
  POLICY_BROKEN(s.kinds[1].threshold = PAT_STATEMENT_SIGNERS_MAX - 1, NONE, "");
  POLICY_BROKEN(s.kinds[1].threshold = PAT_STATEMENT_SIGNERS_MAX, NONE, "");
  POLICY_BROKEN(s.kinds[1].threshold = PAT_STATEMENT_SIGNERS_MAX + 1, POLICY_DATA_THRESHOLD,
                "kinds[1].threshold");
}

static void test_catalog__refuses_windows_of_policies(void **state) {
  (void)state;
  const uint64_t most = PAT_POLICY_DATA_WINDOW_MS_MAX;
  POLICY_BROKEN(s.policy.late_after_ms = 0, POLICY_DATA_WINDOW, "late_after_ms");
  POLICY_BROKEN(s.policy.clock_skew_ms = 0, POLICY_DATA_WINDOW, "clock_skew_ms");
  POLICY_BROKEN(s.policy.submit_window_ms = 0, POLICY_DATA_WINDOW, "submit_window_ms");
  POLICY_BROKEN(s.policy.promise_within_ms = 0, POLICY_DATA_WINDOW, "promise_within_ms");
  POLICY_BROKEN(s.policy.late_after_ms = 2, NONE, "");
  POLICY_BROKEN(s.policy.late_after_ms = most - 1, NONE, "");
  POLICY_BROKEN(s.policy.late_after_ms = most, NONE, "");
  POLICY_BROKEN(s.policy.late_after_ms = most + 1, POLICY_DATA_WINDOW, "late_after_ms");
  POLICY_BROKEN(s.policy.promise_within_ms = UINT64_MAX, POLICY_DATA_WINDOW, "promise_within_ms");
}

static void test_catalog__finds_what_a_policy_says(void **state) {
  (void)state;
  policy_sample s;
  policy_make(&s);
  for (uint32_t kind = 0; kind < 40; kind++) {
    const Patina__KindPolicy *expected = kind == 18   ? &s.kinds[0]
                                         : kind == 21 ? &s.kinds[1]
                                         : kind == 24 ? &s.kinds[2]
                                                      : NULL;
    assert_ptr_equal(pat_policy_kind(&s.policy, kind), expected);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_catalog__refuses_malformed_names),
      cmocka_unit_test(test_catalog__finds_roles),
      cmocka_unit_test(test_catalog__accepts_a_sensible_class),
      cmocka_unit_test(test_catalog__refuses_names_and_versions_of_classes),
      cmocka_unit_test(test_catalog__refuses_what_is_not_ascending),
      cmocka_unit_test(test_catalog__refuses_bundles_out_of_place),
      cmocka_unit_test(test_catalog__refuses_definitions_without_type_or_visibility),
      cmocka_unit_test(test_catalog__refuses_units_where_they_mean_nothing),
      cmocka_unit_test(test_catalog__refuses_code_lists_where_they_mean_nothing),
      cmocka_unit_test(test_catalog__refuses_tolerances_that_mean_nothing),
      cmocka_unit_test(test_catalog__refuses_odometers_that_are_no_length),
      cmocka_unit_test(test_catalog__finds_definitions_by_name),
      cmocka_unit_test(test_catalog__refuses_incomplete_schemes),
      cmocka_unit_test(test_catalog__refuses_lengths_of_schemes),
      cmocka_unit_test(test_catalog__refuses_validations_that_do_not_fit),
      cmocka_unit_test(test_catalog__refuses_scopes_of_schemes),
      cmocka_unit_test(test_catalog__refuses_lists_and_thresholds_of_schemes),
      cmocka_unit_test(test_catalog__refuses_kinds_of_policies),
      cmocka_unit_test(test_catalog__refuses_roles_and_thresholds_of_policies),
      cmocka_unit_test(test_catalog__refuses_windows_of_policies),
      cmocka_unit_test(test_catalog__finds_what_a_policy_says),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
