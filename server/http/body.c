/* Reading a body: bounded in bytes and in time, with memory that grows with what has come, and that
 * all large bodies share. */
#include "core/base/assert.h"
#include "server/http/exchange_internal.h"
#include "server/sys/mem.h"

enum { FIRST_BYTES = 16 * 1024 };

/* What a small body takes is bounded by the number of threads already, so large ones never keep
 * small ones out. */
static pat_status take_bytes(pat_http_exchange *exchange, size_t capacity) {
  if (capacity <= PAT_HTTP_SMALL_BODY_BYTES) return PAT_OK;
  pat_http_service *service = exchange->service;
  size_t more = capacity - exchange->bodies_bytes;
  size_t taken = atomic_fetch_add(&service->bodies_bytes, more);
  if (taken + more > PAT_HTTP_BODIES_BYTES_MAX) {
    atomic_fetch_sub(&service->bodies_bytes, more);
    return pat_refuse(PAT_RULE_HTTP_BODIES_FULL);
  }
  exchange->bodies_bytes = capacity;
  return PAT_OK;
}

/* Makes room for more, at most one byte above the limit: enough to see that there is too much. */
static pat_status grow(pat_http_exchange *exchange, size_t *capacity, size_t most) {
  pat_blob *body = &exchange->body;
  if (body->size < *capacity) return PAT_OK;
  size_t wanted = *capacity == 0 ? FIRST_BYTES : *capacity * 2;
  if (wanted > most) wanted = most;
  PAT_ASSERT(wanted > body->size);
  PAT_TRY(take_bytes(exchange, wanted));
  uint8_t *data = pat_mem_resize(body->data, wanted + 1, 1); /* a blob has a NUL behind it */
  PAT_REQUIRE(data != NULL, LIMIT_MEMORY);
  body->data = data;
  *capacity = wanted;
  return PAT_OK;
}

static pat_status read_piece(pat_http_exchange *exchange, size_t most, bool *ret_at_end) {
  pat_blob *body = &exchange->body;
  ptrdiff_t got = exchange->io->read(exchange->io->context, body->data + body->size, most);
  PAT_REQUIRE(got >= 0, HTTP_BODY_TRUNCATED);
  PAT_ASSERT((size_t)got <= most);
  body->size += (size_t)got;
  body->data[body->size] = 0;
  *ret_at_end = got == 0;
  return PAT_OK;
}

static pat_status read_all(pat_http_exchange *exchange, size_t most) {
  size_t capacity = 0;
  bool at_end = false;
  while (!at_end && exchange->body.size < most) {
    PAT_TRY(grow(exchange, &capacity, most));
    PAT_TRY(read_piece(exchange, capacity - exchange->body.size, &at_end));
  }
  return PAT_OK;
}

/* Within the time for a whole body; where that is over, it is said, whatever the reading ended
 * with. */
static pat_status read_bounded(pat_http_exchange *exchange, size_t most) {
  const pat_http_service *service = exchange->service;
  const pat_http_io *io = exchange->io;
  uint64_t started_ms = pat_env_monotonic_ms(service->env);
  io->bound(io->context, service->body_ms_max);
  pat_status status = read_all(exchange, most);
  io->bound(io->context, 0);
  uint64_t took_ms = pat_env_monotonic_ms(service->env) - started_ms;
  PAT_REQUIRE(took_ms < service->body_ms_max, HTTP_TIMEOUT);
  return status;
}

pat_status pat_http__read_body(pat_http_exchange *exchange) {
  const pat_http_framing *framing = &exchange->framing;
  size_t body_bytes_max = exchange->service->body_bytes_max;
  PAT_ASSERT(framing->content_length <= body_bytes_max);
  size_t most = framing->chunked ? body_bytes_max + 1 : (size_t)framing->content_length;
  PAT_TRY(read_bounded(exchange, most));
  PAT_REQUIRE(exchange->body.size <= body_bytes_max, HTTP_BODY_SIZE);
  if (!framing->chunked) PAT_REQUIRE(exchange->body.size == most, HTTP_BODY_TRUNCATED);
  exchange->body_pending = false;
  exchange->request.body = pat_blob_span(exchange->body);
  return PAT_OK;
}
