#include "tests/integration/raw_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

int raw_connect(unsigned port) {
  int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_true(connection >= 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  assert_int_equal(connect(connection, (struct sockaddr *)&address, sizeof address), 0);
  struct timeval wait = {.tv_sec = 60};
  (void)setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  return connection;
}

void raw_send(int connection, pat_span bytes) {
  size_t sent = 0;
  while (sent < bytes.size) {
    ssize_t now = send(connection, bytes.data + sent, bytes.size - sent, MSG_NOSIGNAL);
    if (now <= 0) return;
    sent += (size_t)now;
  }
}

void raw_send_text(int connection, const char *text) { raw_send(connection, pat_span_text(text)); }

void raw_send_body(int connection, size_t size) {
  static const uint8_t piece[64 * 1024];
  for (size_t left = size; left > 0;) {
    size_t now = left < sizeof piece ? left : sizeof piece;
    raw_send(connection, pat_span_make(piece, now));
    left -= now;
  }
}

/* All bytes of the answer, as far as its head tells; 0 until the head is there. */
static size_t whole_size(const char *text) {
  const char *end = strstr(text, "\r\n\r\n");
  if (end == NULL) return 0;
  size_t head = (size_t)(end - text) + 4;
  const char *length = strcasestr(text, "\r\ncontent-length: ");
  if (length == NULL || length > end) return head;
  return head + strtoul(length + strlen("\r\ncontent-length: "), NULL, 10);
}

void raw_receive(int connection, raw_answer *ret_answer) {
  *ret_answer = (raw_answer){.status = 0};
  size_t used = 0;
  size_t wanted = 0;
  while (used + 1 < sizeof ret_answer->text && (wanted == 0 || used < wanted)) {
    size_t room = wanted == 0 ? 1 : wanted - used;
    if (room > sizeof ret_answer->text - 1 - used) room = sizeof ret_answer->text - 1 - used;
    ssize_t got = recv(connection, ret_answer->text + used, room, 0);
    if (got <= 0) break;
    used += (size_t)got;
    if (wanted == 0) wanted = whole_size(ret_answer->text);
  }
  if (strncmp(ret_answer->text, "HTTP/1.1 ", 9) != 0) return;
  ret_answer->status = (int)strtol(ret_answer->text + 9, NULL, 10);
}

bool raw_readable(int connection, int within_ms) {
  struct pollfd waited = {.fd = connection, .events = POLLIN};
  return poll(&waited, 1, within_ms) == 1;
}

bool raw_is_held(int connection) { return !raw_readable(connection, 0); }

bool raw_closed(int connection) {
  char byte;
  ssize_t got = recv(connection, &byte, 1, 0);
  return got == 0 || (got < 0 && errno == ECONNRESET);
}

void raw_end(int connection) { (void)shutdown(connection, SHUT_WR); }
