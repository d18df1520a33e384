/* The portal's files: what is taken into the table, and what a head is answered with. */
#include "server/http/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "server/http/reply.h"
#include "server/sys/file.h"
#include "tests/server/http/head_support.h"
#include "tests/support/failing_mem.h"
#include "tests/support/temp_directory.h"

#define HEX_63 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde"

typedef struct {
  temp_directory directory;
  char web[TEMP_DIRECTORY_PATH_MAX];
  pat_http_files *files;
} fixture;

static void put(const fixture *at, const char *name, const char *text) {
  char path[TEMP_DIRECTORY_PATH_MAX + 300];
  snprintf(path, sizeof(path), "%s/%s", at->web, name);
  assert_true(pat_is_ok(pat_file_replace(path, 0644, pat_span_text(text), NULL)));
}

static int set_up(void **state) {
  static fixture only;
  char assets[TEMP_DIRECTORY_PATH_MAX + 8];
  only = (fixture){.directory = temp_directory_make()};
  temp_directory_join(&only.directory, "web", only.web);
  snprintf(assets, sizeof(assets), "%s/assets", only.web);
  assert_true(pat_is_ok(pat_file_make_directory(assets, NULL)));
  put(&only, "index.html", "<!doctype html>page");
  put(&only, "index.html.gz", "page, zipped");
  put(&only, "index.html.br", "page, by brotli");
  put(&only, "mark.svg", "<svg/>");
  put(&only, "assets/app-1a2B_x.js", "code");
  put(&only, "assets/app-1a2B_x.js.gz", "code, zipped");
  *state = &only;
  return 0;
}

static int tear_down(void **state) {
  fixture *at = *state;
  pat_http_files_close(at->files);
  temp_directory_remove(&at->directory);
  return 0;
}

static pat_status open_files(fixture *at, const char *policy, pat_err *reterr) {
  pat_http_files_source source = {.directory = at->web, .policy = policy};
  return pat_http_files_open(&source, &at->files, reterr);
}

static void check_refused(fixture *at, pat_rule rule, const char *place) {
  pat_err err = {0};
  pat_status status = open_files(at, NULL, &err);
  assert_true(pat_is_rule(status, rule));
  if (place != NULL) assert_string_equal(err.place, place);
  assert_null(at->files);
}

/* --- refusals -------------------------------------------------------------------------------- */

static void test_files__refuses_a_folder_without_a_page(void **state) {
  fixture *at = *state;
  char path[TEMP_DIRECTORY_PATH_MAX + 16];
  snprintf(path, sizeof(path), "%s/index.html", at->web);
  assert_int_equal(remove(path), 0);
  check_refused(at, PAT_RULE_HTTP_FILES, "index.html");
}

static void test_files__refuses_a_missing_folder(void **state) {
  fixture *at = *state;
  snprintf(at->web + strlen(at->web), 4, "-no");
  check_refused(at, PAT_RULE_FILE_MISSING, NULL);
}

static void test_files__refuses_names_and_endings_that_it_does_not_know(void **state) {
  fixture *at = *state;
  static const char *const names[] = {"a b.js", ".hidden.js", "a%2f.js", "notes.xyz", "noending"};
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    char path[TEMP_DIRECTORY_PATH_MAX + 32];
    snprintf(path, sizeof(path), "%s/assets/%s", at->web, names[i]);
    assert_true(pat_is_ok(pat_file_replace(path, 0644, PAT_SPAN_LITERAL("x"), NULL)));
    check_refused(at, PAT_RULE_HTTP_FILES, names[i]);
    assert_int_equal(remove(path), 0);
  }
}

static void fill_to(fixture *at, unsigned count) {
  for (unsigned i = 3; i < count; i++) { /* three stand there */
    char name[32];
    snprintf(name, sizeof(name), "assets/f%u.js", i);
    put(at, name, "x");
  }
}

static void test_files__takes_as_many_as_allowed_and_no_more(void **state) {
  fixture *at = *state;
  fill_to(at, PAT_PORTAL_FILES_MAX);
  assert_true(pat_is_ok(open_files(at, NULL, NULL)));
  pat_http_files_close(at->files);
  at->files = NULL;
  put(at, "assets/one-more.js", "x");
  check_refused(at, PAT_RULE_HTTP_FILES, NULL);
}

static void put_sized(fixture *at, size_t size) {
  pat_blob bytes = {0};
  assert_true(pat_is_ok(pat_blob_init(size, &bytes)));
  char path[TEMP_DIRECTORY_PATH_MAX + 16];
  snprintf(path, sizeof(path), "%s/big.wasm", at->web);
  assert_true(pat_is_ok(pat_file_replace(path, 0644, pat_blob_span(bytes), NULL)));
  pat_blob_clear(&bytes);
}

static void test_files__refuses_a_file_above_the_limit(void **state) {
  fixture *at = *state;
  put_sized(at, PAT_PORTAL_FILE_BYTES_MAX + 1);
  check_refused(at, PAT_RULE_FILE_TOO_LARGE, NULL);
  put_sized(at, PAT_PORTAL_FILE_BYTES_MAX);
  assert_true(pat_is_ok(open_files(at, NULL, NULL)));
}

static bool open_and_close(void *context) {
  fixture *at = context;
  bool opened = pat_is_ok(open_files(at, NULL, NULL));
  pat_http_files_close(at->files);
  at->files = NULL;
  return opened;
}

static void test_files__leaves_nothing_where_memory_is_short(void **state) {
  assert_true(failing_mem_torture(open_and_close, *state) > 5);
}

/* --- answers --------------------------------------------------------------------------------- */

static bool ask(const fixture *at, const char *path, const char *fields,
                pat_http_file_answer *ret_answer) {
  char text[400];
  snprintf(text, sizeof(text), "GET %s HTTP/1.1\nHost: a\n%s", path, fields);
  pat_http_head head = head_of(text);
  return pat_http_files_find(at->files, &head, ret_answer);
}

static void check_body(const pat_http_file_answer *answer, const char *body) {
  assert_true(pat_span_equal(answer->body, pat_span_text(body)));
}

static void test_files__never_leaves_the_table(void **state) {
  fixture *at = *state;
  static const char *const paths[] = {"/../web/mark.svg",
                                      "/assets/../mark.svg",
                                      "/./mark.svg",
                                      "//mark.svg",
                                      "/mark.svg/",
                                      "/MARK.SVG",
                                      "/%6dark.svg",
                                      "/assets",
                                      "/assets/",
                                      "/index.html.gz",
                                      "/a/short",
                                      "/portal/policy",
                                      "/a/6GT79D7N6NTVBX/HPETVFEDVQPZ7",
                                      "/a//certificate",
                                      "/a/certificate",
                                      "/a/6GT79D7N6NTVBXHPETVFEDVQPZ7/certificate/",
                                      "/a/6GT79D7N6NTVBXHPETVFEDVQPZ7/certificates",
                                      "/a/6GT79D7N6NTVBXHPETVFEDVQPZ7/certificate/certificate",
                                      "/log/",
                                      "/log/-1",
                                      "/log/7a",
                                      "/log/1234567890123456789",
                                      "/log/tile/0",
                                      "/log/tile/0/",
                                      "/log/tile/00/1",
                                      "/log/tile/x/1",
                                      "/log/tile/0/1/2",
                                      "/source/",
                                      ("/source/" HEX_63),
                                      ("/source/" HEX_63 "A"),
                                      ("/source/" HEX_63 "00"),
                                      "/check/"};
  assert_true(pat_is_ok(open_files(at, NULL, NULL)));
  for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
    pat_http_file_answer answer = {.status = 1};
    if (ask(at, paths[i], "", &answer)) print_error("%s\n", paths[i]);
    assert_false(ask(at, paths[i], "", &answer));
    assert_int_equal(answer.status, 1);
    assert_true(ask(at, paths[i], "Accept: text/html, */*;q=0.8\n", &answer));
    assert_int_equal(answer.status, 404);
    check_body(&answer, "<!doctype html>page");
    assert_string_equal(answer.etag, "");
  }
}

static void test_files__answers_pages_with_the_page(void **state) {
  fixture *at = *state;
  static const char *const paths[] = {"/",
                                      "/check",
                                      "/trust",
                                      "/design",
                                      "/a/6GT79D7N6NTVBXHPETVFEDVQPZ7",
                                      "/a/6GT79D7N6NTVBXHPETVFEDVQPZ7/certificate",
                                      "/log",
                                      "/log/0",
                                      "/log/123456789012345678",
                                      "/log/tile/0/0",
                                      "/log/tile/1/2803",
                                      ("/source/" HEX_63 "f"),
                                      "/a/6GT7-9D7N-6NTV-BXHP-ETVF-EDVQ-PZ*"};
  assert_true(pat_is_ok(open_files(at, NULL, NULL)));
  for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
    pat_http_file_answer answer = {0};
    assert_true(ask(at, paths[i], "", &answer));
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.type, "text/html; charset=utf-8");
    assert_false(answer.immutable);
    check_body(&answer, "<!doctype html>page");
  }
}

static void test_files__chooses_a_coding_that_is_accepted(void **state) {
  fixture *at = *state;
  static const struct {
    const char *fields, *coding, *body;
  } cases[] = {
      {"", "", "<!doctype html>page"},
      {"Accept-Encoding: gzip, deflate, br\n", "br", "page, by brotli"},
      {"Accept-Encoding: gzip\nAccept-Encoding: br\n", "br", "page, by brotli"},
      {"Accept-Encoding: BR;q=0, GZip;q=0.5\n", "gzip", "page, zipped"},
      {"Accept-Encoding: br;q=0, gzip;q=0\n", "", "<!doctype html>page"},
      {"Accept-Encoding: *\n", "", "<!doctype html>page"},
      {"Accept-Encoding: brotli\n", "", "<!doctype html>page"},
  };
  assert_true(pat_is_ok(open_files(at, NULL, NULL)));
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    pat_http_file_answer answer = {0};
    assert_true(ask(at, "/", cases[i].fields, &answer));
    assert_string_equal(answer.coding, cases[i].coding);
    check_body(&answer, cases[i].body);
  }
}

static void test_files__keeps_assets_for_ever_and_asks_again_for_the_rest(void **state) {
  fixture *at = *state;
  pat_http_file_answer answer = {0};
  assert_true(pat_is_ok(open_files(at, NULL, NULL)));
  assert_true(ask(at, "/assets/app-1a2B_x.js", "Accept-Encoding: br, gzip\n", &answer));
  assert_true(answer.immutable);
  assert_string_equal(answer.type, "text/javascript; charset=utf-8");
  assert_string_equal(answer.coding, "gzip");
  check_body(&answer, "code, zipped");
  assert_true(ask(at, "/mark.svg", "", &answer));
  assert_false(answer.immutable);
  char fields[100];
  snprintf(fields, sizeof(fields), "If-None-Match: %s\n", answer.etag);
  assert_true(ask(at, "/mark.svg", fields, &answer));
  assert_int_equal(answer.status, 304);
  assert_true(ask(at, "/", fields, &answer));
  assert_int_equal(answer.status, 200);
}

static void test_files__serves_the_policy_where_there_is_one(void **state) {
  fixture *at = *state;
  char policy[TEMP_DIRECTORY_PATH_MAX];
  temp_directory_join(&at->directory, "policy.txt", policy);
  assert_true(pat_is_ok(pat_file_replace(policy, 0644, PAT_SPAN_LITERAL("quorum none\n"), NULL)));
  assert_true(pat_is_ok(open_files(at, policy, NULL)));
  pat_http_file_answer answer = {0};
  assert_true(ask(at, "/portal/policy", "", &answer));
  assert_string_equal(answer.type, "text/plain; charset=utf-8");
  assert_false(answer.immutable);
  check_body(&answer, "quorum none\n");
}

static void test_files__says_what_a_page_may_do(void **state) {
  (void)state;
  char text[2048] = {0};
  pat_builder builder;
  pat_builder_init(&builder, text, sizeof(text) - 1);
  pat_http_files_security(&builder);
  assert_non_null(strstr(text, "default-src 'none'; script-src 'self' 'wasm-unsafe-eval';"));
  assert_non_null(strstr(text, "require-trusted-types-for 'script'; trusted-types patina-worker"));
  assert_non_null(strstr(text, "frame-ancestors 'none'"));
  assert_null(strstr(text, "unsafe-inline"));
  assert_null(strstr(text, "'unsafe-eval'"));
  assert_null(strstr(text, "http:"));
  assert_non_null(strstr(text, "Permissions-Policy: camera=(self), geolocation=(), microphone=()"));
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(test_files__##name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      CASE(refuses_a_folder_without_a_page),
      CASE(refuses_a_missing_folder),
      CASE(refuses_names_and_endings_that_it_does_not_know),
      CASE(takes_as_many_as_allowed_and_no_more),
      CASE(refuses_a_file_above_the_limit),
      CASE(leaves_nothing_where_memory_is_short),
      CASE(never_leaves_the_table),
      CASE(answers_pages_with_the_page),
      CASE(chooses_a_coding_that_is_accepted),
      CASE(keeps_assets_for_ever_and_asks_again_for_the_rest),
      CASE(serves_the_policy_where_there_is_one),
      CASE(says_what_a_page_may_do),
  };
#undef CASE
  return cmocka_run_group_tests(tests, NULL, NULL);
}
