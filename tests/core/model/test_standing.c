/* Standing: default deny, thresholds over distinct principals. */
#include "core/model/standing.h"

#include "core/model/statement.h"
#include "tests/core/model/fold_support.h"
#include "tests/core/model/history_catalog.h"

enum { ATTESTED = PAT_KIND_ATTESTED };

static char inspector[] = "inspector";
static char notary[] = "notary";
static char registrar[] = "registrar";
static char *one_role[] = {inspector};
static char *two_roles[] = {inspector, notary};
static char *other_role[] = {registrar};

/* A source whose principal's id is filled with one byte. */
static Patina__Source make_source(uint8_t *id, uint8_t principal, char **roles, size_t count) {
  Patina__Source source = PATINA__SOURCE__INIT;
  memset(id, principal, 32);
  source.principal = (ProtobufCBinaryData){32, id};
  source.roles = roles;
  source.n_roles = count;
  return source;
}

static void test_standing__denies_without_sources_or_roles(void **state) {
  (void)state;
  uint8_t id[32];
  Patina__Source none = make_source(id, 1, NULL, 0);
  Patina__Source *sources[] = {&none};
  assert_int_equal(pat_standing_count(NULL, 0, one_role, 1), 0);
  assert_int_equal(pat_standing_count(sources, 1, one_role, 1), 0);
  assert_int_equal(pat_standing_count(sources, 1, NULL, 0), 0);
  assert_false(pat_standing_for_roles(one_role, 1, sources, 1));
  assert_false(pat_standing_for_roles(one_role, 1, NULL, 0));
}

static void test_standing__denies_kinds_of_which_the_policy_says_nothing(void **state) {
  (void)state;
  uint8_t id[32];
  Patina__Source source = make_source(id, 1, other_role, 1);
  Patina__Source *sources[] = {&source};
  Patina__Policy *policy = history_catalog_policy();
  assert_true(pat_standing_for_kind(policy, ATTESTED, sources, 1));
  assert_false(pat_standing_for_kind(policy, PAT_KIND_GENESIS, sources, 1));
}

static void test_standing__kind_without_roles_admits_nobody(void **state) {
  (void)state;
  uint8_t id[32];
  Patina__Source source = make_source(id, 1, other_role, 1);
  Patina__Source *sources[] = {&source};
  Patina__Policy *policy = history_catalog_policy();
  for (size_t i = 0; i < policy->n_kinds; i++)
    policy->kinds[i]->n_roles = 0;
  assert_false(pat_standing_for_kind(policy, ATTESTED, sources, 1));
}

static void test_standing__definition_without_roles_admits_everybody(void **state) {
  (void)state;
  assert_true(pat_standing_for_roles(NULL, 0, NULL, 0));
}

static void test_standing__threshold_counts_principals_not_keys(void **state) {
  (void)state;
  uint8_t ids[4][32];
  Patina__Source a = make_source(ids[0], 1, one_role, 1);
  Patina__Source a_again = make_source(ids[1], 1, two_roles, 2);
  Patina__Source b = make_source(ids[2], 2, other_role, 1);
  Patina__Source none = make_source(ids[3], 3, NULL, 0);
  Patina__Policy *policy = history_catalog_policy();
  for (size_t i = 0; i < policy->n_kinds; i++)
    policy->kinds[i]->threshold = 2;
  Patina__Source *same[] = {&a, &a_again, &none};
  assert_int_equal(pat_standing_count(same, 3, one_role, 1), 1);
  assert_false(pat_standing_for_kind(policy, ATTESTED, same, 3));
  Patina__Source *distinct[] = {&none, &a, &b};
  assert_true(pat_standing_for_kind(policy, ATTESTED, distinct, 3));
  assert_false(pat_standing_for_kind(policy, ATTESTED, distinct, 2));
}

/* The key of a principal that holds no role does not hide its key that does. */
static void test_standing__counts_a_principal_by_any_of_its_sources(void **state) {
  (void)state;
  uint8_t ids[2][32];
  Patina__Source without = make_source(ids[0], 1, NULL, 0);
  Patina__Source with = make_source(ids[1], 1, one_role, 1);
  Patina__Source *sources[] = {&without, &with};
  assert_int_equal(pat_standing_count(sources, 2, one_role, 1), 1);
}

static void test_standing__matches_whole_role_names(void **state) {
  (void)state;
  uint8_t id[32];
  char inspect[] = "inspect";
  char *roles[] = {inspect};
  Patina__Source source = make_source(id, 1, roles, 1);
  Patina__Source *sources[] = {&source};
  assert_false(pat_standing_for_roles(two_roles, 2, sources, 1));
  source.roles = two_roles + 1;
  assert_true(pat_standing_for_roles(two_roles, 2, sources, 1));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_standing__denies_without_sources_or_roles),
      cmocka_unit_test(test_standing__denies_kinds_of_which_the_policy_says_nothing),
      cmocka_unit_test(test_standing__kind_without_roles_admits_nobody),
      cmocka_unit_test(test_standing__definition_without_roles_admits_everybody),
      cmocka_unit_test(test_standing__threshold_counts_principals_not_keys),
      cmocka_unit_test(test_standing__counts_a_principal_by_any_of_its_sources),
      cmocka_unit_test(test_standing__matches_whole_role_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
