/* The ledger port over a ledger on disk: places in the queue come back, and a clock that jumped is
 * seen from outside. */
#include "server/api/handlers.h"
#include "server/main/ledger_open.h"
#include "server/sys/log.h"
#include "server/sys/mem.h"
#include "tests/server/main/main_support.h"
#include "tests/support/failing_mem.h"
#include "tests/support/fake_env.h"

static void quiet_log(void *context, pat_log_level level, const char *line, size_t size) {
  (void)context;
  (void)level;
  (void)line;
  (void)size;
}

/* An open ledger, and a statement that is well signed but long past its time. */
typedef struct {
  main_files *files;
  fake_env clock;
  pat_open_ledger ledger;
  const pat_submission *submission;
} port_test;

static int set_up(void **state) {
  pat_log_set_sink(&(pat_log_sink){.write = quiet_log});
  port_test *at = pat_mem_new(sizeof *at);
  at->files = main_files_make();
  assert_ok(main_init(at->files));
  fake_env_init(&at->clock, 1, pat_env_now_ms(pat_env_system()));
  ledger_draft draft = ledger_by(at->files->world, ROOT_A);
  ledger_said said[] = {{"make", SAID_OPEN, ledger_text(at->files->world, "Saab")}};
  (void)ledger_register(&draft, 1, LEDGER_SAID(said));
  at->submission = ledger_check(at->files->world, ledger_seal(&draft, NULL));
  *state = at;
  return 0;
}

static int tear_down(void **state) {
  port_test *at = *state;
  pat_ledger_close_all(&at->ledger);
  main_files_remove(at->files);
  pat_mem_free(at);
  return 0;
}

static void open_ledger(port_test *at) {
  assert_ok(pat_ledger_open_all(&at->files->config, &at->clock.env, &at->ledger, NULL));
}

static uint64_t reserved(const port_test *at) {
  return pat_sequencer_count(at->ledger.sequencer).reserved;
}

/* In a place that was reserved before. */
static pat_status submit(port_test *at, pat_port_outcome *ret_outcome) {
  const pat_ledger_port *port = &at->ledger.port;
  return port->submit(port->context, at->submission, 1, PAT_PORT_WAIT_RECEIPT, ret_outcome);
}

static void test_port__refuses_more_places_than_there_are(void **state) {
  port_test *at = *state;
  assert_ok(pat_config_flag(&at->files->config, "--queue_max=5", NULL));
  assert_ok(pat_config_flag(&at->files->config, "--batch_max=5", NULL));
  open_ledger(at);
  const pat_ledger_port *port = &at->ledger.port;
  assert_refused(port->reserve(port->context, 6), SEQUENCER_BATCH);
  assert_ok(port->reserve(port->context, 5));
  assert_refused(port->reserve(port->context, 1), SEQUENCER_QUEUE);
  port->unreserve(port->context, 5);
  assert_ok(port->reserve(port->context, 1));
  port->unreserve(port->context, 1);
}

static bool submit_once(port_test *at) {
  const pat_ledger_port *port = &at->ledger.port;
  assert_ok(port->reserve(port->context, 1));
  pat_port_outcome outcome = {.status = PAT_OK};
  bool decided = pat_is_ok(submit(at, &outcome));
  assert_int_equal(reserved(at), 0);
  if (decided) assert_refused(outcome.status, STATEMENT_EXPIRED);
  pat_blob_clear(&outcome.result);
  return decided;
}

static void test_port__gives_places_back_whatever_memory_fails(void **state) {
  port_test *at = *state;
  open_ledger(at);
  bool failed = true;
  size_t runs = 0;
  for (; failed; runs++) {
    failing_mem_start(runs + 1, false);
    bool decided = submit_once(at);
    failed = failing_mem_has_failed();
    failing_mem_stop();
    assert_int_equal(decided, !failed);
  }
  assert_true(runs >= 3);
}

static void test_port__is_not_ready_once_the_clock_jumped(void **state) {
  port_test *at = *state;
  const uint64_t hour_ms = 3600000;
  at->clock.now_ms -= hour_ms; /* the log's last entry lies ahead of it */
  open_ledger(at);
  const pat_ledger_port *port = &at->ledger.port;
  pat_api api = {.port = port, .env = &at->clock.env};
  const pat_api_request request = {.accept = PAT_API_MEDIA_TEXT};
  pat_api_response response = {.status = 0};
  pat_err err = {.offset = 0};
  assert_ok(port->reserve(port->context, 2));
  pat_port_outcome outcome = {.status = PAT_OK};
  assert_refused(submit(at, &outcome), SEQUENCER_CLOCK);
  assert_refused(pat_api_readyz_get(&api, &request, &response, &err), SEQUENCER_CLOCK);
  assert_int_equal(pat_api_status_of(PAT_RULE_SEQUENCER_CLOCK), 503);
  assert_int_equal(response.status, 0);
  assert_ok(pat_api_livez_get(&api, &request, &response, &err));
  pat_api_response_clear(&response);
  assert_refused(port->reserve(port->context, 1), SEQUENCER_CLOCK);
  assert_int_equal(reserved(at), 1);
  port->unreserve(port->context, 1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(test_port__##name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(refuses_more_places_than_there_are),
      CASE(gives_places_back_whatever_memory_fails),
      CASE(is_not_ready_once_the_clock_jumped),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
