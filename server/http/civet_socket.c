#include "server/http/civet_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "server/http/server.h"

static bool has_port(int number, int port, int (*name)(int, struct sockaddr *, socklen_t *),
                     struct in_addr *ret_address) {
  struct sockaddr_in end = {0};
  socklen_t size = sizeof(end);
  if (name(number, (struct sockaddr *)&end, &size) != 0) return false;
  if (end.sin_family != AF_INET || ntohs(end.sin_port) != port) return false;
  *ret_address = end.sin_addr;
  return true;
}

static int highest_file(void) {
  struct rlimit limit = {0};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  return limit.rlim_cur > PAT_HTTP_FILES_MAX ? PAT_HTTP_FILES_MAX : (int)limit.rlim_cur;
}

static int peer_name(int number, struct sockaddr *end, socklen_t *size) {
  return getpeername(number, end, size);
}

static int own_name(int number, struct sockaddr *end, socklen_t *size) {
  return getsockname(number, end, size);
}

int pat_http_civet_socket(const struct mg_request_info *request) {
  struct in_addr client;
  if (inet_pton(AF_INET, request->remote_addr, &client) != 1) return -1;
  int end = highest_file();
  for (int number = 0; number < end; number++) {
    struct in_addr address;
    if (!has_port(number, request->remote_port, peer_name, &address)) continue;
    if (address.s_addr != client.s_addr) continue;
    if (has_port(number, request->server_port, own_name, &address)) return number;
  }
  return -1;
}
