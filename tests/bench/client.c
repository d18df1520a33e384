#include "tests/bench/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/sys/mem.h"
#include "server/sys/thread.h"
#include "tests/bench/meter.h"

enum { HEAD_BYTES_MAX = 4096, PIECE_BYTES = 256 * 1024, BUSY_PAUSE_US = 20000, STATUS_BUSY = 503 };

typedef struct {
  pat_thread thread;
  pthread_barrier_t *start;
  int socket;
  const bench_request *requests;
  uint64_t *latencies; /* one per request */
  size_t first;        /* requests first, first + step, ... below count */
  size_t step;
  size_t count;
  size_t busy;
  size_t failed;
  uint8_t piece[PIECE_BYTES];
} client;

/* --- one exchange ---------------------------------------------------------------------------- */

static int connect_to(unsigned port) {
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
  int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_true(made >= 0);
  int one = 1;
  struct timeval patience = {.tv_sec = 120};
  (void)setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  (void)setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  assert_int_equal(connect(made, (const struct sockaddr *)&address, sizeof address), 0);
  return made;
}

static bool send_all(int socket, const uint8_t *bytes, size_t size) {
  for (size_t sent = 0; sent < size;) {
    ssize_t done = send(socket, bytes + sent, size - sent, MSG_NOSIGNAL);
    if (done <= 0) return false;
    sent += (size_t)done;
  }
  return true;
}

/* Reads until the head is whole; gives its size, 0 where none came. */
static size_t receive_head(client *mine, size_t *ret_received) {
  size_t received = 0;
  while (received < HEAD_BYTES_MAX) {
    ssize_t got = recv(mine->socket, mine->piece + received, HEAD_BYTES_MAX - received, 0);
    if (got <= 0) return 0;
    received += (size_t)got;
    const uint8_t *end = memmem(mine->piece, received, "\r\n\r\n", 4);
    if (end == NULL) continue;
    *ret_received = received;
    return (size_t)(end - mine->piece) + 4;
  }
  return 0;
}

/* Takes the answer and forgets its body. Gives the status; 0: no answer. */
static long receive_answer(client *mine) {
  size_t received = 0;
  size_t head = receive_head(mine, &received);
  if (head == 0) return 0;
  mine->piece[head - 1] = '\0';
  const char *text = (const char *)mine->piece;
  const char *length = strcasestr(text, "\r\nContent-Length:");
  if (strncmp(text, "HTTP/1.1 ", 9) != 0 || length == NULL) return 0;
  long status = strtol(text + 9, NULL, 10);
  size_t left = strtoul(length + strlen("\r\nContent-Length:"), NULL, 10) - (received - head);
  while (left > 0) {
    ssize_t got = recv(mine->socket, mine->piece, left < PIECE_BYTES ? left : PIECE_BYTES, 0);
    if (got <= 0) return 0;
    left -= (size_t)got;
  }
  return status;
}

static void exchange(client *mine, const bench_request *request) {
  for (;;) {
    long status = 0;
    if (send_all(mine->socket, request->bytes, request->size)) status = receive_answer(mine);
    if (status == 200 || status == 201) return;
    if (status != STATUS_BUSY) {
      mine->failed++;
      return;
    }
    mine->busy++;
    (void)usleep(BUSY_PAUSE_US);
  }
}

static void run_client(void *context) {
  client *mine = context;
  (void)pthread_barrier_wait(mine->start);
  for (size_t i = mine->first; i < mine->count && mine->failed == 0; i += mine->step) {
    uint64_t before = meter_now_ns();
    exchange(mine, &mine->requests[i]);
    mine->latencies[i] = meter_now_ns() - before;
  }
}

/* --- all of them ----------------------------------------------------------------------------- */

static int compare_numbers(const void *a, const void *b) {
  uint64_t left = *(const uint64_t *)a;
  uint64_t right = *(const uint64_t *)b;
  return (left > right) - (left < right);
}

static void sum_up(const client *all, size_t clients, uint64_t *latencies, size_t count,
                   client_run *run) {
  for (size_t i = 0; i < clients; i++) {
    run->busy += all[i].busy;
    run->failed += all[i].failed;
  }
  qsort(latencies, count, sizeof latencies[0], compare_numbers);
  run->p50_ns = latencies[(count - 1) / 2];
  run->p99_ns = latencies[(count - 1) * 99 / 100];
}

client_run client_send(unsigned port, const bench_request *requests, size_t count, size_t clients) {
  assert_in_range(clients, 1, CLIENTS_MAX);
  client_run run = {.failed = 0};
  client *all = pat_mem_new_array(clients, sizeof *all);
  uint64_t *latencies = pat_mem_new_array(count, sizeof *latencies);
  assert_non_null(all);
  assert_non_null(latencies);
  pthread_barrier_t start;
  assert_int_equal(pthread_barrier_init(&start, NULL, (unsigned)clients + 1), 0);
  for (size_t i = 0; i < clients; i++) {
    all[i].start = &start;
    all[i].socket = connect_to(port);
    all[i].requests = requests;
    all[i].latencies = latencies;
    all[i].first = i;
    all[i].step = clients;
    all[i].count = count;
    assert_ok(pat_thread_start("client", run_client, &all[i], &all[i].thread));
  }
  uint64_t started = meter_now_ns();
  (void)pthread_barrier_wait(&start);
  for (size_t i = 0; i < clients; i++)
    pat_thread_join(&all[i].thread);
  run.elapsed_ns = meter_now_ns() - started;
  for (size_t i = 0; i < clients; i++)
    (void)close(all[i].socket);
  (void)pthread_barrier_destroy(&start);
  sum_up(all, clients, latencies, count, &run);
  pat_mem_free(latencies);
  pat_mem_free(all);
  return run;
}
