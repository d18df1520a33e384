#include "clients/cli/fetch.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "clients/cli/draft.h"
#include "core/bytes/protobuf.h"
#include "proto/api.pb-c.h"
#include "proto/json/protojson.h"

#define MEDIA_PROTOBUF "application/x-protobuf"

struct pat_fetch {
  pat_cli *cli;
  const char *server;
  CURL *curl;
  char reason[CURL_ERROR_SIZE];
};

/* An answer's body while it arrives: grows up to its maximum. */
typedef struct {
  uint8_t *bytes;
  size_t size;
  size_t capacity;
  size_t size_max;
} answer_body;

static void body_clear(answer_body *body) {
  free(body->bytes);
  body->bytes = NULL;
}

static bool body_grow(answer_body *body, size_t size) {
  if (size <= body->capacity) return true;
  size_t capacity = body->capacity * 2 > size ? body->capacity * 2 : size;
  uint8_t *bytes = realloc(body->bytes, capacity);
  if (bytes == NULL) return false;
  body->bytes = bytes;
  body->capacity = capacity;
  return true;
}

static size_t on_body(char *data, size_t item_size, size_t count, void *context) {
  answer_body *into = context;
  size_t size = item_size * count;
  if (size == 0 || size > into->size_max - into->size) return 0;
  if (!body_grow(into, into->size + size)) return 0;
  pat_span_copy(into->bytes + into->size, into->capacity - into->size, pat_span_make(data, size));
  into->size += size;
  return size;
}

static bool is_loopback(const char *host, size_t size) {
  static const char *const names[] = {"127.0.0.1", "[::1]", "localhost"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (strlen(names[i]) == size && strncmp(names[i], host, size) == 0) return true;
  }
  return false;
}

pat_status pat_fetch_check_server(const char *url) {
  static const char secure[] = "https://";
  static const char plain[] = "http://";
  PAT_REQUIRE(strpbrk(url, "@?# ") == NULL, CLI_SERVER);
  if (strncmp(url, secure, sizeof secure - 1) == 0) {
    PAT_REQUIRE(url[sizeof secure - 1] != '\0', CLI_SERVER);
    return PAT_OK;
  }
  PAT_REQUIRE(strncmp(url, plain, sizeof plain - 1) == 0, CLI_SERVER);
  const char *host = url + sizeof plain - 1;
  size_t size = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/");
  PAT_REQUIRE(size <= strlen(host) && is_loopback(host, size), CLI_SERVER);
  PAT_REQUIRE(strchr(":/", host[size]) != NULL, CLI_SERVER); /* strchr finds the NUL too */
  return PAT_OK;
}

static void configure(pat_fetch *fetch) {
  CURL *curl = fetch->curl;
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "127.0.0.1,::1,localhost");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)PAT_CLI_CONNECT_MS_MAX);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)PAT_CLI_ANSWER_MS_MAX);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "patina");
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, fetch->reason);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
}

pat_status pat_fetch_new(pat_cli *cli, const char *server, pat_fetch **ret_fetch) {
  pat_status allowed = pat_fetch_check_server(server);
  if (!pat_is_ok(allowed)) return pat_refuse_at(PAT_RULE_CLI_SERVER, &cli->error, 0, server);
  pat_fetch *fetch = pat_arena_take(&cli->arena, sizeof *fetch);
  PAT_REQUIRE(fetch != NULL, LIMIT_MEMORY);
  PAT_REQUIRE(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK, LIMIT_MEMORY);
  fetch->cli = cli;
  fetch->server = server;
  fetch->curl = curl_easy_init();
  PAT_REQUIRE(fetch->curl != NULL, LIMIT_MEMORY);
  configure(fetch);
  *ret_fetch = fetch;
  return PAT_OK;
}

void pat_fetch_free(pat_fetch **fetch) {
  if (*fetch != NULL) curl_easy_cleanup((*fetch)->curl);
  *fetch = NULL;
}

pat_status pat_fetch_problem(pat_cli *cli, const void *message) {
  const Patina__Problem *problem = message;
  pat_rule rule = problem->rule[0] != '\0' ? pat_rule_find(problem->rule) : PAT_RULE_COUNT;
  const char *words = problem->detail[0] != '\0' ? problem->detail : problem->title;
  if (problem->n_errors > 0) {
    (void)pat_refuse_at(PAT_RULE_CLI_REFUSED, &cli->error, 0, problem->errors[0]->pointer);
  }
  if (rule == PAT_RULE_COUNT || rule == PAT_RULE_NONE) {
    pat_cli_explain(cli, pat_exit_of_http(problem->status), "the server refused: %s", words);
    return pat_refuse(PAT_RULE_CLI_REFUSED);
  }
  pat_status status = pat_refuse(rule);
  /* What the server says of its own state (damaged, a mistake of its own) is not evidence about
   * the log. */
  pat_exit code = problem->status >= 500 ? pat_exit_of_http(problem->status) : pat_exit_of(status);
  pat_cli_explain(cli, code, "the server refused: %s", words);
  return status;
}

static pat_status refuse_http(pat_fetch *fetch, unsigned status, const answer_body *answer) {
  ProtobufCMessage *message = NULL;
  pat_status decoded =
      pat_protojson_decode(&patina__problem__descriptor, pat_span_make(answer->bytes, answer->size),
                           &fetch->cli->arena, &message, NULL);
  if (pat_is_ok(decoded)) {
    Patina__Problem *problem = (Patina__Problem *)message;
    problem->status = status;
    return pat_fetch_problem(fetch->cli, problem);
  }
  pat_cli_explain(fetch->cli, pat_exit_of_http(status), "%s answered with HTTP status %u",
                  fetch->server, status);
  return pat_refuse(PAT_RULE_CLI_REFUSED);
}

static pat_status finish(pat_fetch *fetch, CURLcode result, const answer_body *answer,
                         pat_span *ret_body) {
  pat_cli *cli = fetch->cli;
  if (result == CURLE_WRITE_ERROR) {
    pat_cli_explain(cli, PAT_EXIT_COULD_NOT_CHECK, "the answer of %s is too large", fetch->server);
    return pat_refuse(PAT_RULE_CLI_ANSWER);
  }
  if (result != CURLE_OK) {
    const char *why = fetch->reason[0] != '\0' ? fetch->reason : curl_easy_strerror(result);
    pat_cli_explain(cli, PAT_EXIT_COULD_NOT_CHECK, "%s: %s", fetch->server, why);
    return pat_refuse(PAT_RULE_CLI_NETWORK);
  }
  long status = 0;
  curl_easy_getinfo(fetch->curl, CURLINFO_RESPONSE_CODE, &status);
  if (status < 200 || status >= 300) return refuse_http(fetch, (unsigned)status, answer);
  uint8_t *copy = pat_arena_take(&cli->arena, answer->size + 1);
  PAT_REQUIRE(copy != NULL, LIMIT_MEMORY);
  pat_span_copy(copy, answer->size, pat_span_make(answer->bytes, answer->size));
  *ret_body = pat_span_make(copy, answer->size);
  return PAT_OK;
}

static void headers_free(struct curl_slist **headers) { curl_slist_free_all(*headers); }

static pat_status perform(pat_fetch *fetch, const char *path, const pat_span *request,
                          const char *accept, size_t size_max, pat_span *ret_body) {
  char url[PAT_POLICY_URL_BYTES_MAX + PAT_PATH_BYTES_MAX];
  size_t server_size = strlen(fetch->server);
  while (server_size > 0 && fetch->server[server_size - 1] == '/') {
    server_size--;
  }
  int size = snprintf(url, sizeof url, "%.*s%s", (int)server_size, fetch->server, path);
  PAT_REQUIRE(size > 0 && (size_t)size < sizeof url, CLI_SERVER);
  char accept_header[64];
  snprintf(accept_header, sizeof accept_header, "Accept: %s", accept);
  PAT_CLEANUP(headers_free) struct curl_slist *headers = curl_slist_append(NULL, accept_header);
  PAT_CLEANUP(body_clear) answer_body answer = {.size_max = size_max};
  curl_easy_setopt(fetch->curl, CURLOPT_URL, url);
  curl_easy_setopt(fetch->curl, CURLOPT_WRITEDATA, &answer);
  if (request != NULL) {
    headers = curl_slist_append(headers, "Content-Type: " MEDIA_PROTOBUF);
    headers = curl_slist_append(headers, "Expect:");
    curl_easy_setopt(fetch->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->size);
    curl_easy_setopt(fetch->curl, CURLOPT_POSTFIELDS, request->data);
  } else {
    curl_easy_setopt(fetch->curl, CURLOPT_HTTPGET, 1L);
  }
  curl_easy_setopt(fetch->curl, CURLOPT_HTTPHEADER, headers);
  fetch->reason[0] = '\0';
  CURLcode result = curl_easy_perform(fetch->curl);
  return finish(fetch, result, &answer, ret_body);
}

pat_status pat_fetch_get(pat_fetch *fetch, const char *path, size_t size_max, pat_span *ret_body) {
  return perform(fetch, path, NULL, "*/*", size_max, ret_body);
}

pat_status pat_fetch_get_as(pat_fetch *fetch, const char *path, const char *media, size_t size_max,
                            pat_span *ret_body) {
  return perform(fetch, path, NULL, media, size_max, ret_body);
}

static pat_status decode(pat_fetch *fetch, pat_span bytes,
                         const ProtobufCMessageDescriptor *descriptor,
                         ProtobufCMessage **ret_message) {
  pat_cli *cli = fetch->cli;
  pat_status decoded =
      pat_protobuf_decode(descriptor, bytes, &cli->arena, 0, ret_message, &cli->error);
  if (pat_is_ok(decoded)) return decoded;
  pat_cli_explain(cli, PAT_EXIT_COULD_NOT_CHECK, "the answer of %s is not a %s: %s", fetch->server,
                  descriptor->short_name, pat_rule_message((pat_rule)decoded.rule));
  return pat_refuse(PAT_RULE_CLI_ANSWER);
}

pat_status pat_fetch_message(pat_fetch *fetch, const char *path,
                             const ProtobufCMessageDescriptor *descriptor,
                             ProtobufCMessage **ret_message) {
  pat_span body;
  PAT_TRY(perform(fetch, path, NULL, MEDIA_PROTOBUF, PAT_CLI_ANSWER_BYTES_MAX, &body));
  return decode(fetch, body, descriptor, ret_message);
}

pat_status pat_fetch_post(pat_fetch *fetch, const char *path, const ProtobufCMessage *request,
                          const ProtobufCMessageDescriptor *descriptor,
                          ProtobufCMessage **ret_message) {
  pat_span bytes;
  PAT_TRY(pat_draft_encode(&fetch->cli->arena, request, &bytes));
  pat_span body;
  PAT_TRY(perform(fetch, path, &bytes, MEDIA_PROTOBUF, PAT_CLI_ANSWER_BYTES_MAX, &body));
  return decode(fetch, body, descriptor, ret_message);
}
