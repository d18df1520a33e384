/* The glue to civetweb: nothing is decided here. */
#include "server/http/server.h"

#include <arpa/inet.h>
#include <civetweb.h>
#include <netinet/in.h>
#include <time.h>

#include "core/base/assert.h"
#include "core/base/limits.h"
#include "server/http/civet_head.h"
#include "server/http/civet_socket.h"
#include "server/http/service.h"
#include "server/http/watch.h"
#include "server/sys/log.h"
#include "server/sys/mem.h"

enum {
  NUMBER_TEXT_BYTES = 24,
  LISTEN_TEXT_BYTES = 64,
  ERROR_TEXT_BYTES = 256,
  REQUEST_MS_DEFAULT = 30000,
  IDLE_MS_DEFAULT = 10000,
  WAITING_SHARE = 4, /* at most one thread in four waits for a reader, and one for a writer */
  OPTIONS_MAX = 32,
};

struct pat_http_server {
  pat_http_service service;
  pat_http_watch watch;
  struct mg_context *context;
  uint16_t port;
};

/* What the service reads from and writes to. */
typedef struct {
  struct mg_connection *connection;
  pat_http_server *server;
  size_t watch_place; /* place_count: not watched */
} connection_io;

static ptrdiff_t read_connection(void *context, uint8_t *buffer, size_t size) {
  connection_io *io = context;
  return mg_read(io->connection, buffer, size);
}

static bool write_connection(void *context, pat_span bytes) {
  connection_io *io = context;
  if (bytes.size == 0) return true;
  int written = mg_write(io->connection, bytes.data, bytes.size);
  return written > 0 && (size_t)written == bytes.size;
}

/* The socket's number, looked for once and then kept, plus one, as the connection's data. */
static int socket_of(struct mg_connection *connection) {
  intptr_t kept = (intptr_t)mg_get_user_connection_data(connection);
  if (kept != 0) return (int)(kept - 1);
  int number = pat_http_civet_socket(mg_get_request_info(connection));
  if (number >= 0) mg_set_user_connection_data(connection, (void *)((intptr_t)number + 1));
  return number;
}

static void bound_connection(void *context, uint64_t within_ms) {
  connection_io *io = context;
  pat_http_watch *watch = &io->server->watch;
  pat_http_watch_unset(watch, io->watch_place);
  io->watch_place = watch->place_count;
  if (within_ms == 0) return;
  int number = socket_of(io->connection);
  if (number >= 0) io->watch_place = pat_http_watch_set(watch, number, within_ms);
}

static connection_io connect_io(struct mg_connection *connection) {
  pat_http_server *server = mg_get_user_data(mg_get_context(connection));
  return (connection_io){
      .connection = connection, .server = server, .watch_place = server->watch.place_count};
}

static pat_http_io io_of(connection_io *io) {
  return (pat_http_io){
      .read = read_connection, .bound = bound_connection, .write = write_connection, .context = io};
}

/* Every request ends here: civetweb never looks for a file or a handler of its own. */
static int on_request(struct mg_connection *connection) {
  connection_io connected = connect_io(connection);
  pat_http_io io = io_of(&connected);
  pat_http_head head;
  pat_http_civet_head(mg_get_request_info(connection), &head);
  if (!pat_http_serve(&connected.server->service, &head, &io)) {
    mg_disable_connection_keep_alive(connection);
  }
  return 1;
}

static pat_rule rule_of(int status) {
  if (status == 505) return PAT_RULE_HTTP_VERSION;
  if (status == 411) return PAT_RULE_HTTP_BODY_FRAMING; /* a length that is no number */
  if (status == 413) return PAT_RULE_HTTP_HEAD_SIZE;
  return status < 500 ? PAT_RULE_HTTP_REQUEST_FORM : PAT_RULE_INTERNAL;
}

/* What civetweb refuses by itself, before there is a request. It closes the connection after. */
static int on_error(struct mg_connection *connection, int status, const char *message) {
  (void)message;
  connection_io connected = connect_io(connection);
  pat_http_io io = io_of(&connected);
  mg_disable_connection_keep_alive(connection);
  pat_http_serve_refusal(&connected.server->service, rule_of(status), &io);
  return 0;
}

/* civetweb's messages may quote what a client sent, so they stay out of the log. */
static int on_message(const struct mg_connection *connection, const char *message) {
  (void)connection;
  (void)message;
  return 1;
}

/* Names and values in turn, as mg_start wants them; the texts live as long as the call. */
typedef struct {
  const char *items[2 * OPTIONS_MAX + 1];
  size_t count;
  char numbers[OPTIONS_MAX][NUMBER_TEXT_BYTES];
} option_list;

static void add(option_list *list, const char *name, const char *value) {
  PAT_ASSERT(list->count + 2 < sizeof(list->items) / sizeof(list->items[0]));
  list->items[list->count++] = name;
  list->items[list->count++] = value;
}

static void add_number(option_list *list, const char *name, uint64_t value) {
  char *text = list->numbers[list->count / 2];
  pat_builder builder;
  pat_builder_init(&builder, text, NUMBER_TEXT_BYTES - 1);
  pat_builder_decimal(&builder, value);
  add(list, name, text);
}

/* No document_root, no error_pages, no access_log_file: left out means off for these. */
static void fill_options(const pat_http_options *options, const char *listen, option_list *list) {
  add(list, "listening_ports", listen);
  add_number(list, "num_threads", options->threads);
  add_number(list, "request_timeout_ms", options->request_ms);
  add_number(list, "keep_alive_timeout_ms", options->idle_ms);
  add_number(list, "max_request_size", 2 * PAT_HTTP_HEAD_BYTES_MAX); /* ours is refused by name */
  add_number(list, "connection_queue", 256);
  add_number(list, "listen_backlog", 256);
  add(list, "tcp_nodelay", "1");
  add(list, "enable_keep_alive", "yes");
  add(list, "decode_url", "no");
  add(list, "decode_query_string", "no");
  add(list, "enable_auth_domain_check", "no");
  add(list, "enable_directory_listing", "no");
  add(list, "allow_sendfile_call", "no");
  add(list, "allow_index_script_resource", "no");
  add(list, "access_control_allow_origin", "");
  add(list, "access_control_allow_methods", "");
  add(list, "access_control_allow_headers", "");
  add(list, "cgi_pattern", "");
  add(list, "ssi_pattern", "");
  add(list, "enable_websocket_ping_pong", "no");
  list->items[list->count] = NULL;
}

static pat_http_options with_defaults(const pat_http_options *options) {
  pat_http_options filled = *options;
  if (filled.threads == 0) filled.threads = PAT_HTTP_THREADS_DEFAULT;
  if (filled.waiting_max == 0) filled.waiting_max = filled.threads / WAITING_SHARE;
  if (filled.waiting_max == 0) filled.waiting_max = 1;
  if (filled.request_ms == 0) filled.request_ms = REQUEST_MS_DEFAULT;
  if (filled.idle_ms == 0) filled.idle_ms = IDLE_MS_DEFAULT;
  if (filled.body_ms == 0) filled.body_ms = PAT_HTTP_BODY_MS_MAX;
  if (filled.body_bytes_max == 0) filled.body_bytes_max = PAT_REQUEST_BODY_BYTES_MAX;
  return filled;
}

static pat_status check_address(const pat_http_options *options, pat_err *reterr) {
  struct in_addr address;
  bool is_address = inet_pton(AF_INET, options->address, &address) == 1;
  PAT_REQUIRE_AT(is_address, HTTP_LISTEN, reterr, 0, options->address);
  bool is_loopback = ntohl(address.s_addr) >> 24 == IN_LOOPBACKNET;
  PAT_REQUIRE_AT(is_loopback || options->allow_remote, HTTP_LISTEN, reterr, 0, options->address);
  return PAT_OK;
}

static void write_listen(const pat_http_options *options, char listen[LISTEN_TEXT_BYTES]) {
  pat_builder builder;
  pat_builder_init(&builder, listen, LISTEN_TEXT_BYTES - 1);
  pat_builder_text(&builder, options->address);
  pat_builder_char(&builder, ':');
  pat_builder_decimal(&builder, options->port);
  listen[pat_builder_size(&builder)] = '\0';
}

static pat_http_server *new_server(const pat_http_options *options) {
  pat_http_server *server = pat_mem_new(sizeof(*server));
  if (server == NULL) return NULL;
  server->service.api = options->api;
  server->service.env = options->env;
  server->service.routes = options->routes;
  server->service.files = options->files;
  server->service.body_bytes_max = options->body_bytes_max;
  server->service.body_ms_max = options->body_ms;
  server->service.waiting_max = options->waiting_max;
  return server;
}

static bool start_listening(const pat_http_options *options, pat_http_server *server) {
  static const struct mg_callbacks callbacks = {
      .begin_request = on_request, .http_error = on_error, .log_message = on_message};
  char listen[LISTEN_TEXT_BYTES] = {0};
  option_list list = {0};
  write_listen(options, listen);
  fill_options(options, listen, &list);
  struct mg_init_data init = {
      .callbacks = &callbacks, .user_data = server, .configuration_options = list.items};
  unsigned code = 0;
  char text[ERROR_TEXT_BYTES] = {0};
  struct mg_error_data error = {&code, text, sizeof(text)};
  (void)mg_init_library(MG_FEATURES_DEFAULT);
  server->context = mg_start2(&init, &error);
  if (server->context != NULL) return true;
  PAT_LOG(PAT_LOG_ERROR, "http.listen", pat_log_text("listen", listen), pat_log_text("why", text));
  (void)mg_exit_library();
  return false;
}

static void read_port(pat_http_server *server) {
  struct mg_server_port ports[1] = {{0}};
  int count = mg_get_server_ports(server->context, 1, ports);
  PAT_ASSERT(count == 1);
  server->port = (uint16_t)ports[0].port;
}

static pat_status start(const pat_http_options *options, pat_http_server *server) {
  PAT_TRY(pat_http_watch_start(&server->watch, options->env, options->threads));
  if (start_listening(options, server)) return PAT_OK;
  pat_http_watch_stop(&server->watch);
  return pat_refuse(PAT_RULE_HTTP_LISTEN);
}

pat_status pat_http_server_start(const pat_http_options *options, pat_http_server **ret_server,
                                 pat_err *reterr) {
  PAT_ASSERT(options->routes.count <= PAT_HTTP_METRICS_ROUTES_MAX);
  pat_http_options filled = with_defaults(options);
  PAT_TRY(check_address(&filled, reterr));
  pat_http_server *server = new_server(&filled);
  PAT_REQUIRE(server != NULL, LIMIT_MEMORY);
  pat_status status = start(&filled, server);
  if (!pat_is_ok(status)) {
    pat_mem_free(server);
    return pat_refuse_at((pat_rule)status.rule, reterr, 0, filled.address);
  }
  read_port(server);
  *ret_server = server;
  return PAT_OK;
}

uint16_t pat_http_server_port(const pat_http_server *server) { return server->port; }

void pat_http_server_drain(pat_http_server *server) {
  atomic_store(&server->service.stopping, true);
}

/* The server library writes nothing more once it is told to stop, so running requests are waited
 * for first; not for ever, as a client may never take its answer. */
static void await_running(pat_http_server *server) {
  enum { STEP_MS = 5 };
  const struct timespec step = {.tv_nsec = STEP_MS * 1000000};
  for (unsigned waited = 0; waited < PAT_HTTP_BODY_MS_MAX; waited += STEP_MS) {
    if (atomic_load(&server->service.metrics.running) == 0) return;
    (void)nanosleep(&step, NULL);
  }
}

void pat_http_server_stop(pat_http_server *server) {
  if (server == NULL) return;
  pat_http_server_drain(server);
  await_running(server);
  mg_stop(server->context);
  (void)mg_exit_library();
  pat_http_watch_stop(&server->watch);
  pat_mem_free(server);
}

void pat_http_server_write_metrics(void *context, pat_builder *text) {
  pat_http_server *server = context;
  pat_http_service *service = &server->service;
  unsigned waiting =
      atomic_load(&service->readers_waiting) + atomic_load(&service->writers_waiting);
  pat_http_metrics_write(&service->metrics, service->routes, waiting, text);
}
