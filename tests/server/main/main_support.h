/* What an init needs, made from the keys and the policy of tests/support/ledger_world.h. */
#ifndef PAT_TESTS_SERVER_MAIN_MAIN_SUPPORT_H
#define PAT_TESTS_SERVER_MAIN_MAIN_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>

#include "core/envelope/key_text.h"
#include "server/main/init.h"
#include "tests/support/ledger_draft.h"
#include "tests/support/temp_directory.h"

#define assert_ok(call) assert_string_equal(pat_rule_id((pat_rule)(call).rule), "ok")
#define assert_refused(call, symbol) \
  assert_string_equal(pat_rule_id((pat_rule)(call).rule), pat_rule_id(PAT_RULE_##symbol))

/* The files of an init, and a directory "ledger" beside them that is not made yet. */
typedef struct {
  ledger_world *world; /* whose actors' keys are the roots; nothing is logged in it */
  temp_directory directory;
  char ledger[TEMP_DIRECTORY_PATH_MAX];
  char policy[TEMP_DIRECTORY_PATH_MAX];
  char roots[PAT_ROOT_KEYS_MAX][TEMP_DIRECTORY_PATH_MAX];
  pat_config config;
  pat_init_options options; /* ROOT_A, ROOT_B and ROOT_C, two of three */
  pat_err err;
} main_files;

main_files *main_files_make(void);
void main_files_remove(main_files *files);

/* Writes a key file with this mode. */
void main_write_key(const char *path, const char *header, const uint8_t bytes[32], unsigned mode);
/* path + "/" + name, in a buffer that lives until the next call but three. */
const char *main_path(const char *directory, const char *name);
/* Runs the init. */
pat_status main_init(main_files *files);
/* Entries of a directory; 0 where there is none. */
size_t main_count_entries(const char *directory);

#endif
