/* What the tests of patinad fsck share: a whole log in a store, made once, and a copy of it for
 * each test to damage. */
#ifndef PAT_TESTS_SERVER_MAIN_FSCK_SUPPORT_H
#define PAT_TESTS_SERVER_MAIN_FSCK_SUPPORT_H

#include "server/main/fsck.h"
#include "tests/core/audit/audit_log.h"
#include "tests/server/sequencer/sequencer_support.h"

enum { FSCK_LEAVES = 320, FSCK_PRIVATE_FROM = 40 };

typedef struct {
  seq_log log;
  audit_log leaves; /* as they are decoded */
  pat_log_public_keys keys;
  pat_blob published;
} fsck_scene;

extern fsck_scene fsck_base;
extern pat_store *fsck_store;       /* of the test */
extern pat_fsck_report fsck_report; /* of the last check */
extern pat_err fsck_err;

int fsck_group_setup(void **state);
int fsck_group_teardown(void **state);
int fsck_setup(void **state);
int fsck_teardown(void **state);
#define fsck_test(function) cmocka_unit_test_setup_teardown(function, fsck_setup, fsck_teardown)

/* The signed checkpoint of a tree, in the buffer. */
pat_span fsck_sign_head(const pat_tlog_head *head, char *buffer, size_t size);

/* The input of a check of fsck_store with all that belongs to it but a scratch store, and the
 * check, which brings one. */
pat_fsck_input fsck_usual_input(void);
pat_status fsck_check_input(pat_fsck_input input);
pat_status fsck_check(void);

/* Fails unless the status refuses by this rule, and fsck_err's place begins so. */
void fsck_expect(pat_status status, pat_rule rule, const char *place);
/* As fsck_expect, of a check. */
void fsck_expect_bad(pat_rule rule, const char *place);

#endif
