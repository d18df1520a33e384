/* Which route a path belongs to, and which queries it takes. */
#include "server/http/route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const pat_api_route items[] = {
    {PAT_API_GET, "/a/{id}", NULL, PAT_API_ROUTE_PUBLIC, 0, 0, "limit cursor"},
    {PAT_API_POST, "/a/{id}", NULL, 0, 0, 0, ""},
    {PAT_API_GET, "/a/{id}/b/{name}", NULL, 0, 0, 0, ""},
    {PAT_API_GET, "/t/{path...}", NULL, 0, 0, 0, ""},
    {PAT_API_GET, "/", NULL, 0, 0, 0, ""},
};
static const pat_api_routes routes = {items, sizeof(items) / sizeof(items[0])};

static pat_http_match find(pat_api_method method, const char *path) {
  return pat_http_route_find(routes, method, pat_span_text(path));
}

static bool is(pat_span value, const char *wanted) {
  return pat_span_equal(value, pat_span_text(wanted));
}

static void test_route__refuses_other_paths(void **state) {
  (void)state;
  static const char *const paths[] = {"",         "a",       "/a",      "/a/",        "/a/x/",
                                      "/a/x/b",   "/a/x/b/", "/a//b/y", "/a/x/b/y/z", "/A/x",
                                      "/a/x%20y", "/a/x y",  "/t",      "/t/",        "/t/a%2f",
                                      "//",       "/a/x;y",  "/a/x:y",  "/a/x/c/y"};
  for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
    pat_http_match match = find(PAT_API_GET, paths[i]);
    if (match.methods != 0) print_error("%s\n", paths[i]);
    assert_int_equal(match.methods, 0);
    assert_null(match.route);
    assert_int_equal(match.number, routes.count);
  }
}

static void test_route__finds_path_and_method(void **state) {
  (void)state;
  pat_http_match match = find(PAT_API_GET, "/a/x-1.~_Z");
  assert_ptr_equal(match.route, &items[0]);
  assert_int_equal(match.number, 0);
  assert_int_equal(match.methods, 3);
  assert_int_equal(match.flags, PAT_API_ROUTE_PUBLIC);
  assert_true(is(match.values[0], "x-1.~_Z"));
  match = find(PAT_API_GET, "/a/X*$="); /* check symbols of asset ids */
  assert_true(is(match.values[0], "X*$="));
  match = find(PAT_API_POST, "/a/x");
  assert_ptr_equal(match.route, &items[1]);
  assert_int_equal(match.flags, 0);
  match = find(PAT_API_GET, "/a/x/b/y");
  assert_ptr_equal(match.route, &items[2]);
  assert_true(is(match.values[0], "x"));
  assert_true(is(match.values[1], "y"));
  match = find(PAT_API_GET, "/t/0/x001/067.p/8");
  assert_true(is(match.values[0], "0/x001/067.p/8"));
  match = find(PAT_API_POST, "/t/0");
  assert_null(match.route);
  assert_int_equal(match.methods, 1u << PAT_API_GET);
}

static void check_query(const char *query, pat_rule rule, const char *place) {
  pat_err err = {0};
  pat_status status = pat_http_query_check(&items[0], pat_span_text(query), &err);
  if (status.rule != rule) print_error("%s\n", query);
  assert_int_equal(status.rule, rule);
  assert_string_equal(err.place, place);
}

static void test_route__refuses_other_queries(void **state) {
  (void)state;
  check_query("limi=1", PAT_RULE_API_QUERY, "limi");
  check_query("=1", PAT_RULE_API_QUERY, "");
  check_query("limit", PAT_RULE_API_QUERY, "limit");
  check_query("limit=", PAT_RULE_API_QUERY, "limit");
  check_query("limit=1&limit=1", PAT_RULE_API_QUERY, "limit");
  check_query("limit=1&&cursor=2", PAT_RULE_API_QUERY, "");
  check_query("limit=%31", PAT_RULE_API_QUERY, "limit");
  check_query("limit=1+1", PAT_RULE_API_QUERY, "limit");
  check_query("limit=1=1", PAT_RULE_API_QUERY, "limit");
  check_query("limit cursor=1", PAT_RULE_API_QUERY, "limit cursor");
  check_query("", PAT_RULE_NONE, "");
  check_query("cursor=aZ0-._~&limit=5", PAT_RULE_NONE, "");
}

#define CASE(name) cmocka_unit_test(test_route__##name)

int main(void) {
  const struct CMUnitTest tests[] = {CASE(refuses_other_paths), CASE(finds_path_and_method),
                                     CASE(refuses_other_queries)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
