#include "server/main/run.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>

#include "core/base/assert.h"
#include "server/http/server.h"
#include "server/main/ledger_open.h"
#include "server/sys/file.h"
#include "server/sys/log.h"

/* The ledger and its two listeners. */
typedef struct {
  pat_open_ledger ledger;
  pat_api api;
  pat_http_files *files; /* of the portal; NULL: none */
  pat_http_server *public_server;
  pat_http_server *admin_server;
} service;

/* The listeners go first: a request that is being answered still needs the ledger, and a waiting
 * one is woken. */
static void stop_service(service *running) {
  if (running->ledger.published_ready) pat_published_stop(&running->ledger.published);
  if (running->public_server != NULL) pat_http_server_drain(running->public_server);
  pat_http_server_stop(running->public_server);
  pat_http_server_stop(running->admin_server);
  pat_http_files_close(running->files);
  pat_ledger_close_all(&running->ledger);
}

static pat_status start_public(const pat_config *config, const pat_env *env, service *running,
                               pat_err *reterr) {
  pat_http_options options = {
      .address = pat_config_text(config, PAT_CONFIG_LISTEN),
      .port = (uint16_t)pat_config_number(config, PAT_CONFIG_PORT),
      .threads = (unsigned)pat_config_number(config, PAT_CONFIG_HTTP_THREADS),
      .waiting_max = (unsigned)pat_config_number(config, PAT_CONFIG_HTTP_WAITING_MAX),
      .routes = pat_api_public_routes(),
      .files = running->files,
      .api = &running->api,
      .env = env,
  };
  return pat_http_server_start(&options, &running->public_server, reterr);
}

/* The policy that the ledger's making wrote names the log's key: the portal's readers pin it. */
static pat_status open_portal(const pat_config *config, service *running, pat_err *reterr) {
  const char *web = pat_config_text(config, PAT_CONFIG_WEB_DIRECTORY);
  if (web[0] == '\0') return PAT_OK;
  char policy[PAT_PATH_BYTES_MAX + 1] = {0};
  PAT_TRY(pat_file_join(pat_config_text(config, PAT_CONFIG_DIRECTORY), "policy.txt", policy,
                        sizeof(policy)));
  bool has_policy = false;
  PAT_TRY(pat_file_exists(policy, &has_policy, reterr));
  pat_http_files_source source = {.directory = web, .policy = has_policy ? policy : NULL};
  return pat_http_files_open(&source, &running->files, reterr);
}

static pat_status start_admin(const pat_config *config, const pat_env *env, service *running,
                              pat_err *reterr) {
  enum { ADMIN_THREADS = 8 };
  pat_http_options options = {
      .address = pat_config_text(config, PAT_CONFIG_ADMIN_LISTEN),
      .port = (uint16_t)pat_config_number(config, PAT_CONFIG_ADMIN_PORT),
      .threads = ADMIN_THREADS,
      .routes = pat_api_admin_routes(),
      .api = &running->api,
      .env = env,
  };
  return pat_http_server_start(&options, &running->admin_server, reterr);
}

static void write_ledger_metrics(void *context, pat_builder *text) {
  service *running = context;
  pat_sequencer_counters counters = pat_sequencer_count(running->ledger.sequencer);
  const struct {
    const char *name;
    const char *type;
    uint64_t value;
  } rows[] = {
      {"patina_commits_total", "counter", counters.commits},
      {"patina_statements_accepted_total", "counter", counters.accepted},
      {"patina_statements_refused_total", "counter", counters.refused},
      {"patina_statements_replayed_total", "counter", counters.replayed},
      {"patina_statements_waiting", "gauge", counters.waiting},
      {"patina_log_size", "gauge", pat_published_get(&running->ledger.published).size},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    pat_builder_text(text, "# TYPE ");
    pat_builder_text(text, rows[i].name);
    pat_builder_char(text, ' ');
    pat_builder_text(text, rows[i].type);
    pat_builder_char(text, '\n');
    pat_builder_text(text, rows[i].name);
    pat_builder_char(text, ' ');
    pat_builder_decimal(text, rows[i].value);
    pat_builder_char(text, '\n');
  }
}

static pat_status start_service(const pat_config *config, const pat_env *env, service *running,
                                pat_err *reterr) {
  PAT_TRY(pat_ledger_open_all(config, env, &running->ledger, reterr));
  running->api = (pat_api){.port = &running->ledger.port, .env = env};
  running->api.metrics[0] = (pat_api_metrics_source){write_ledger_metrics, running};
  PAT_TRY(open_portal(config, running, reterr));
  PAT_TRY(start_public(config, env, running, reterr));
  running->api.metrics[1] =
      (pat_api_metrics_source){pat_http_server_write_metrics, running->public_server};
  return start_admin(config, env, running, reterr);
}

static void announce(const pat_config *config, const service *running) {
  unsigned port = pat_http_server_port(running->public_server);
  unsigned admin_port = pat_http_server_port(running->admin_server);
  const char *address = pat_config_text(config, PAT_CONFIG_LISTEN);
  PAT_LOG(PAT_LOG_NOTICE, "server.ready", pat_log_text("address", address),
          pat_log_number("port", port), pat_log_number("admin_port", admin_port));
  (void)printf("ready http://%s:%u\n", address, port);
  (void)fflush(stdout);
}

pat_status pat_run(const pat_config *config, const pat_env *env, pat_err *reterr) {
  sigset_t signals;
  (void)sigemptyset(&signals);
  (void)sigaddset(&signals, SIGTERM);
  (void)sigaddset(&signals, SIGINT);
  int blocked = pthread_sigmask(SIG_BLOCK, &signals, NULL);
  PAT_ASSERT(blocked == 0);
  (void)signal(SIGPIPE, SIG_IGN);
  PAT_CLEANUP(stop_service) service running = {.public_server = NULL};
  PAT_TRY(start_service(config, env, &running, reterr));
  announce(config, &running);
  int received = 0;
  int waited = sigwait(&signals, &received);
  PAT_ASSERT(waited == 0);
  PAT_LOG(PAT_LOG_NOTICE, "server.stopping", pat_log_number("signal", (uint64_t)received));
  return PAT_OK;
}
