/* The shipped catalog (proto/catalog) against the checks that the ledger itself makes, and against
 * itself: roles that exist, classes that exist, claims that someone may make. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/limits.h"
#include "core/bytes/protobuf.h"
#include "core/model/catalog.h"
#include "core/model/number.h"
#include "core/model/principal_key.h"
#include "proto/json/protojson.h"
#include "proto/statement.pb-c.h"

enum { ARENA_BYTES = 4 << 20, FILES_MAX = 64, FILE_BYTES_MAX = 1 << 18, PATH_MAX_BYTES = 512 };

typedef struct {
  Patina__AssetClass *classes[FILES_MAX];
  size_t class_count;
  Patina__IdentifierScheme *schemes[FILES_MAX];
  size_t scheme_count;
  Patina__Policy *policy;
} catalog;

static catalog shipped;
static pat_arena arena;

/* --- reading --------------------------------------------------------------------------------- */

static void folder_path(char *path, const char *folder) {
  const char *root = getenv("PATINA_SOURCE_DIR");
  (void)snprintf(path, PATH_MAX_BYTES, "%s/proto/catalog/%s", root != NULL ? root : ".", folder);
}

static ProtobufCMessage *read_message(const char *path,
                                      const ProtobufCMessageDescriptor *descriptor) {
  static char text[FILE_BYTES_MAX];
  FILE *file = fopen(path, "rb");
  if (file == NULL) fail_msg("cannot open %s", path);
  size_t size = fread(text, 1, sizeof text, file);
  assert_true(size < sizeof text);
  (void)fclose(file);
  ProtobufCMessage *message = NULL;
  pat_err err = {0};
  pat_status status =
      pat_protojson_decode(descriptor, pat_span_make(text, size), &arena, &message, &err);
  if (!pat_is_ok(status)) {
    fail_msg("%s: %s at %zu %s", path, pat_rule_id((pat_rule)status.rule), err.offset, err.place);
  }
  return message;
}

/* The name in the message is the name of the file. */
static void expect_file_name(const char *file, const char *name) {
  char expected[PAT_NAME_BYTES_MAX + sizeof ".json"];
  (void)snprintf(expected, sizeof expected, "%s.json", name);
  assert_string_equal(file, expected);
}

static void expect_ok(const char *file, pat_status status, const pat_err *err) {
  if (pat_is_ok(status)) return;
  fail_msg("%s: %s at %s", file, pat_rule_id((pat_rule)status.rule), err->place);
}

typedef void (*file_reader)(const char *path, const char *file);

static void read_folder(const char *folder, file_reader reader) {
  char path[PATH_MAX_BYTES];
  char file_path[PATH_MAX_BYTES + 300];
  folder_path(path, folder);
  DIR *directory = opendir(path);
  if (directory == NULL) fail_msg("cannot open %s", path);
  for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
    if (entry->d_name[0] == '.' || strcmp(entry->d_name, "README.md") == 0) continue;
    (void)snprintf(file_path, sizeof file_path, "%s/%s", path, entry->d_name);
    reader(file_path, entry->d_name);
  }
  (void)closedir(directory);
}

static void read_class(const char *path, const char *file) {
  Patina__AssetClass *schema =
      (Patina__AssetClass *)read_message(path, &patina__asset_class__descriptor);
  pat_err err = {0};
  expect_ok(file, pat_class_check(schema, &err), &err);
  expect_file_name(file, schema->name);
  assert_true(shipped.class_count < FILES_MAX);
  shipped.classes[shipped.class_count++] = schema;
}

static void read_scheme(const char *path, const char *file) {
  Patina__IdentifierScheme *scheme =
      (Patina__IdentifierScheme *)read_message(path, &patina__identifier_scheme__descriptor);
  pat_err err = {0};
  expect_ok(file, pat_scheme_check(scheme, &err), &err);
  expect_file_name(file, scheme->name);
  assert_true(shipped.scheme_count < FILES_MAX);
  shipped.schemes[shipped.scheme_count++] = scheme;
}

static void read_policy(const char *path, const char *file) {
  Patina__Policy *policy = (Patina__Policy *)read_message(path, &patina__policy__descriptor);
  pat_err err = {0};
  expect_ok(file, pat_policy_check(policy, &err), &err);
  expect_file_name(file, policy->name);
  if (strcmp(policy->name, "default") == 0) shipped.policy = policy;
}

static int read_all(void **state) {
  (void)state;
  if (shipped.policy != NULL) return 0;
  pat_arena_init(&arena, calloc(1, ARENA_BYTES), ARENA_BYTES);
  assert_non_null(arena.base);
  read_folder("classes", read_class);
  read_folder("schemes", read_scheme);
  read_folder("policies", read_policy);
  return 0;
}

static int give_back(void **state) {
  (void)state;
  free(arena.base);
  return 0;
}

static Patina__AssetClass *class_named(const char *name) {
  for (size_t i = 0; i < shipped.class_count; i++) {
    if (strcmp(shipped.classes[i]->name, name) == 0) return shipped.classes[i];
  }
  return NULL;
}

static Patina__IdentifierScheme *scheme_named(const char *name) {
  for (size_t i = 0; i < shipped.scheme_count; i++) {
    if (strcmp(shipped.schemes[i]->name, name) == 0) return shipped.schemes[i];
  }
  fail_msg("no scheme %s", name);
  return NULL;
}

/* --- tests ----------------------------------------------------------------------------------- */

static void test_catalog_data__passes_the_ledgers_checks(void **state) {
  (void)state;
  assert_int_equal(shipped.class_count, 4);
  assert_int_equal(shipped.scheme_count, 11);
  assert_non_null(shipped.policy);
}

/* A class stands in a leaf in clear: with its statement around it, it must fit there. */
static void test_catalog_data__fits_into_leaves(void **state) {
  (void)state;
  for (size_t i = 0; i < shipped.class_count; i++) {
    size_t size = 0;
    assert_true(pat_is_ok(pat_protobuf_size(&shipped.classes[i]->base, &size)));
    assert_true(size + 1024 <= PAT_STATEMENT_PUBLIC_BYTES_MAX);
  }
}

static bool kind_has(uint32_t kind, const char *role) {
  const Patina__KindPolicy *policy = pat_policy_kind(shipped.policy, kind);
  assert_non_null(policy);
  return pat_roles_contain(policy->roles, policy->n_roles, role);
}

/* Someone with this role gets past the policy's door for one of the kinds. */
static void expect_roles(char *const *roles, size_t count, const uint32_t *kinds,
                         const char *where) {
  for (size_t i = 0; i < count; i++) {
    bool found = false;
    for (size_t k = 0; kinds[k] != 0; k++)
      found = found || kind_has(kinds[k], roles[i]);
    if (!found) fail_msg("%s: the policy gives %s no such standing", where, roles[i]);
  }
}

static const uint32_t attested[] = {PATINA__STATEMENT__BODY_ATTESTED, 0};
static const uint32_t registered[] = {PATINA__STATEMENT__BODY_ASSET_REGISTERED, 0};
static const uint32_t changed[] = {PATINA__STATEMENT__BODY_ATTRIBUTES_CHANGED, 0};
static const uint32_t measured[] = {PATINA__STATEMENT__BODY_ATTESTED,
                                    PATINA__STATEMENT__BODY_DEVICE_BOUND,
                                    PATINA__STATEMENT__BODY_TELEMETRY, 0};

static const uint32_t *kinds_of(Patina__Bundle bundle) {
  if (bundle == PATINA__BUNDLE__BUNDLE_MANUFACTURER) return registered;
  if (bundle == PATINA__BUNDLE__BUNDLE_CONSUMER) return changed;
  return measured;
}

static void test_catalog_data__names_roles_that_the_policy_knows(void **state) {
  (void)state;
  for (size_t i = 0; i < shipped.class_count; i++) {
    const Patina__AssetClass *schema = shipped.classes[i];
    for (size_t j = 0; j < schema->n_attributes; j++) {
      const Patina__AttributeDefinition *d = schema->attributes[j];
      expect_roles(d->roles, d->n_roles, kinds_of(d->bundle), d->name);
    }
    for (size_t j = 0; j < schema->n_claims; j++) {
      const Patina__ClaimDefinition *claim = schema->claims[j];
      expect_roles(claim->roles, claim->n_roles, attested, claim->name);
    }
  }
}

static void test_catalog_data__names_roles_that_may_assign(void **state) {
  (void)state;
  static const uint32_t assigned[] = {PATINA__STATEMENT__BODY_IDENTIFIER_ASSIGNED, 0};
  static const uint32_t released[] = {PATINA__STATEMENT__BODY_IDENTIFIER_RELEASED, 0};
  for (size_t i = 0; i < shipped.scheme_count; i++) {
    const Patina__IdentifierScheme *scheme = shipped.schemes[i];
    expect_roles(scheme->roles, scheme->n_roles, assigned, scheme->name);
    expect_roles(scheme->roles, scheme->n_roles, released, scheme->name);
    for (size_t j = 0; j < scheme->n_classes; j++)
      assert_non_null(class_named(scheme->classes[j]));
  }
}

/* But those that change keys: no policy says who may. */
static void test_catalog_data__admits_every_kind_of_this_release(void **state) {
  (void)state;
  const ProtobufCMessageDescriptor *statement = &patina__statement__descriptor;
  size_t kinds = 0;
  for (unsigned i = 0; i < statement->n_fields; i++) {
    uint32_t number = statement->fields[i].id;
    if (number < PAT_STATEMENT_KIND_MIN) continue;
    if (pat_principal_key_changed_by((pat_kind_number)number)) continue;
    assert_non_null(pat_policy_kind(shipped.policy, number));
    kinds++;
  }
  assert_int_equal(kinds, shipped.policy->n_kinds);
}

static void test_catalog_data__admits_self_declared_facts_only_where_meant(void **state) {
  (void)state;
  static const uint32_t expected[] = {
      PATINA__STATEMENT__BODY_PRINCIPAL_ENROLLED, PATINA__STATEMENT__BODY_ASSET_REGISTERED,
      PATINA__STATEMENT__BODY_ATTESTED,           PATINA__STATEMENT__BODY_CORRECTED,
      PATINA__STATEMENT__BODY_RETRACTED,          PATINA__STATEMENT__BODY_TELEMETRY};
  size_t found = 0;
  for (size_t i = 0; i < shipped.policy->n_kinds; i++) {
    const Patina__KindPolicy *kind = shipped.policy->kinds[i];
    if (!kind->self_declared) continue;
    assert_true(found < sizeof expected / sizeof expected[0]);
    assert_int_equal(kind->kind, expected[found]);
    found++;
  }
  assert_int_equal(found, sizeof expected / sizeof expected[0]);
}

/* The root alone admits authorities and publishes what others are judged by. */
static void test_catalog_data__keeps_the_roots_kinds_to_the_root(void **state) {
  (void)state;
  static const uint32_t kinds[] = {
      PATINA__STATEMENT__BODY_GENESIS, PATINA__STATEMENT__BODY_STANDING_GRANTED,
      PATINA__STATEMENT__BODY_STANDING_WITHDRAWN, PATINA__STATEMENT__BODY_CLASS_PUBLISHED,
      PATINA__STATEMENT__BODY_SCHEME_PUBLISHED};
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
    const Patina__KindPolicy *kind = pat_policy_kind(shipped.policy, kinds[i]);
    assert_non_null(kind);
    assert_int_equal(kind->n_roles, 1);
    assert_string_equal(kind->roles[0], "root");
    assert_false(kind->self_declared);
  }
}

static bool names_people(const char *name) {
  static const char *const names[] = {"artist", "buyer",  "holder", "joint_owners", "maker",
                                      "note",   "seller", "text",   "title",        "subject"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (strcmp(names[i], name) == 0) return true;
  }
  return false;
}

/* What may name a person can be erased; money and places of keeping are for the entitled. */
static void expect_erasable(const char *class_name, const Patina__AttributeDefinition *d) {
  bool text = d->type == PATINA__VALUE_TYPE__VALUE_TYPE_TEXT;
  bool builder = strcmp(class_name, "engine") == 0 && strcmp(d->name, "maker") == 0;
  bool open = d->visibility == PATINA__VISIBILITY__VISIBILITY_OPEN;
  if (text && names_people(d->name) && !builder && open) fail_msg("%s.%s", class_name, d->name);
  bool secret = pat_unit_is_currency(d->unit) || strcmp(d->name, "location") == 0;
  bool restricted = d->visibility == PATINA__VISIBILITY__VISIBILITY_RESTRICTED;
  if (secret && !restricted) fail_msg("%s.%s", class_name, d->name);
  bool current =
      d->bundle == PATINA__BUNDLE__BUNDLE_CONSUMER || d->bundle == PATINA__BUNDLE__BUNDLE_TELEMETRY;
  if (current && open) fail_msg("%s.%s", class_name, d->name);
}

static void test_catalog_data__keeps_people_erasable(void **state) {
  (void)state;
  for (size_t i = 0; i < shipped.class_count; i++) {
    const Patina__AssetClass *schema = shipped.classes[i];
    for (size_t j = 0; j < schema->n_attributes; j++) {
      expect_erasable(schema->name, schema->attributes[j]);
    }
    for (size_t j = 0; j < schema->n_claims; j++) {
      for (size_t k = 0; k < schema->claims[j]->n_fields; k++) {
        expect_erasable(schema->name, schema->claims[j]->fields[k]);
      }
    }
  }
}

/* A field of a claim that carries a telemetry attribute's name is read as one of its readings. */
static void test_catalog_data__gives_readings_their_attributes_type(void **state) {
  (void)state;
  size_t readings = 0;
  for (size_t i = 0; i < shipped.class_count; i++) {
    const Patina__AssetClass *schema = shipped.classes[i];
    for (size_t j = 0; j < schema->n_claims; j++) {
      for (size_t k = 0; k < schema->claims[j]->n_fields; k++) {
        const Patina__AttributeDefinition *field = schema->claims[j]->fields[k];
        const Patina__AttributeDefinition *attribute = pat_class_attribute(schema, field->name);
        bool same = attribute != NULL && attribute->bundle == PATINA__BUNDLE__BUNDLE_TELEMETRY;
        if (!same) continue;
        assert_int_equal(field->type, attribute->type);
        assert_string_equal(field->unit, attribute->unit);
        assert_int_equal(field->series, attribute->series);
        readings++;
      }
    }
  }
  assert_true(readings >= 2);
}

static void test_catalog_data__grades_schemes_as_the_world_does(void **state) {
  (void)state;
  const Patina__IdentifierScheme *vin = scheme_named("vin");
  assert_int_equal(vin->uniqueness, PATINA__UNIQUENESS__UNIQUENESS_GLOBAL);
  assert_int_equal(vin->validation, PATINA__VALIDATION__VALIDATION_VIN17);
  assert_int_equal(vin->reassign_threshold, 2);
  assert_true(vin->near_miss);
  assert_int_equal(scheme_named("serial")->uniqueness, PATINA__UNIQUENESS__UNIQUENESS_WEAK);
  assert_int_equal(scheme_named("registration-mark")->visibility,
                   PATINA__VISIBILITY__VISIBILITY_RESTRICTED);
  assert_string_equal(scheme_named("engine-number")->scope, "maker");
  assert_string_equal(scheme_named("accession-number")->scope, "collection");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_catalog_data__passes_the_ledgers_checks),
      cmocka_unit_test(test_catalog_data__fits_into_leaves),
      cmocka_unit_test(test_catalog_data__names_roles_that_the_policy_knows),
      cmocka_unit_test(test_catalog_data__names_roles_that_may_assign),
      cmocka_unit_test(test_catalog_data__admits_every_kind_of_this_release),
      cmocka_unit_test(test_catalog_data__admits_self_declared_facts_only_where_meant),
      cmocka_unit_test(test_catalog_data__keeps_the_roots_kinds_to_the_root),
      cmocka_unit_test(test_catalog_data__keeps_people_erasable),
      cmocka_unit_test(test_catalog_data__gives_readings_their_attributes_type),
      cmocka_unit_test(test_catalog_data__grades_schemes_as_the_world_does),
  };
  return cmocka_run_group_tests(tests, read_all, give_back);
}
