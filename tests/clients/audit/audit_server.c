#include "tests/clients/audit/audit_server.h"

#include <arpa/inet.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/assert.h"
#include "core/crypto/sign.h"
#include "core/note/signed_note.h"

enum { PATH_MAX_BYTES = 1024, BODY_MAX = 20 * 1024 * 1024 };

/* --- serving --------------------------------------------------------------------------------- */

static bool send_all(int connection, const void *bytes, size_t size) {
  const char *at = bytes;
  while (size > 0) {
    ssize_t sent = send(connection, at, size, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    at += sent;
    size -= (size_t)sent;
  }
  return true;
}

static bool answer(audit_server *server, int connection, const char *path) {
  char name[PATH_MAX_BYTES];
  (void)snprintf(name, sizeof name, "%s%s", server->folder, path);
  struct stat found;
  if (stat(name, &found) == 0 && S_ISDIR(found.st_mode)) {
    (void)snprintf(name, sizeof name, "%s%s/view", server->folder, path);
  }
  FILE *file = fopen(name, "rb");
  char *body = malloc(BODY_MAX);
  PAT_ASSERT(body != NULL);
  size_t size = file == NULL ? 0 : fread(body, 1, BODY_MAX, file);
  char head[128];
  (void)snprintf(head, sizeof head, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n\r\n",
                 file == NULL ? "404 Not Found" : "200 OK", size);
  bool sent = send_all(connection, head, strlen(head)) && send_all(connection, body, size);
  if (file != NULL) (void)fclose(file);
  free(body);
  return sent;
}

/* One request after the other; false at the end of the connection. */
static bool serve_one(audit_server *server, int connection) {
  char head[4096];
  size_t size = 0;
  do {
    ssize_t got = recv(connection, head + size, sizeof head - 1 - size, 0);
    if (got <= 0) return false;
    size += (size_t)got;
    head[size] = '\0';
  } while (strstr(head, "\r\n\r\n") == NULL);
  char path[512];
  if (sscanf(head, "GET %511s ", path) != 1) return false;
  atomic_fetch_add(&server->requests, 1);
  return answer(server, connection, path);
}

static bool readable(int socket) {
  struct pollfd waited = {.fd = socket, .events = POLLIN};
  return poll(&waited, 1, 50) > 0;
}

static void *serve(void *context) {
  audit_server *server = context;
  while (!atomic_load(&server->ending)) {
    if (!readable(server->socket)) continue;
    int connection = accept(server->socket, NULL, NULL);
    bool open = connection >= 0;
    while (open && !atomic_load(&server->ending)) {
      if (readable(connection)) open = serve_one(server, connection);
    }
    if (connection >= 0) (void)close(connection);
  }
  return NULL;
}

void audit_server_open(audit_server *server, const char *folder) {
  server->folder = folder;
  atomic_store(&server->ending, false);
  server->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  assert_int_equal(bind(server->socket, (struct sockaddr *)&address, size), 0);
  assert_int_equal(listen(server->socket, 8), 0);
  assert_int_equal(getsockname(server->socket, (struct sockaddr *)&address, &size), 0);
  server->port = ntohs(address.sin_port);
  assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

void audit_server_close(audit_server *server) {
  atomic_store(&server->ending, true);
  (void)pthread_join(server->thread, NULL);
  (void)close(server->socket);
}

/* --- files ----------------------------------------------------------------------------------- */

static void make_folders(char *path) {
  for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    (void)mkdir(path, 0700);
    *slash = '/';
  }
}

void audit_files_put(const char *folder, const char *name, pat_span bytes) {
  char path[PATH_MAX_BYTES];
  (void)snprintf(path, sizeof path, "%s/%s", folder, name);
  make_folders(path);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
  assert_int_equal(fclose(file), 0);
}

static void write_tile(const char *folder, const pat_tlog_tile *tile, pat_span bytes) {
  char path[PAT_TLOG_TILE_PATH_BYTES_MAX + 1];
  pat_builder builder;
  pat_builder_init(&builder, path, PAT_TLOG_TILE_PATH_BYTES_MAX);
  pat_tlog_tile_path(tile, &builder);
  path[pat_builder_size(&builder)] = '\0';
  audit_files_put(folder, path, bytes);
}

static void write_edge(const pat_edge *edge, uint8_t from, uint8_t to, const char *folder) {
  for (uint8_t level = from; level < to; level++) {
    pat_tlog_tile tile;
    if (pat_edge_tile(edge, level, &tile)) write_tile(folder, &tile, pat_edge_hashes(edge, level));
  }
}

static void write_hashes(const audit_log *log, const char *folder) {
  pat_edge *edge = calloc(1, sizeof *edge);
  assert_non_null(edge);
  for (size_t i = 0; i < log->count; i++) {
    pat_hash hash = pat_tlog_leaf_hash(log->bytes[i]);
    uint8_t full = 0;
    assert_true(pat_is_ok(pat_edge_append(edge, &hash, &full)));
    write_edge(edge, 0, full, folder);
  }
  write_edge(edge, 0, PAT_EDGE_LEVELS, folder);
  free(edge);
}

static void write_bundles(const audit_log *log, const char *folder) {
  uint8_t *memory = malloc(BODY_MAX);
  assert_non_null(memory);
  for (uint64_t index = 0; index * PAT_TLOG_TILE_WIDTH < log->count; index++) {
    pat_tlog_tile tile = {.kind = PAT_TLOG_TILE_ENTRIES,
                          .width = pat_tlog_tile_width(log->count, 0, index),
                          .index = index};
    pat_builder builder;
    pat_builder_init(&builder, memory, BODY_MAX);
    for (size_t i = 0; i < tile.width; i++) {
      pat_span leaf = log->bytes[index * PAT_TLOG_TILE_WIDTH + i];
      assert_true(pat_is_ok(pat_tlog_bundle_append(&builder, leaf)));
    }
    write_tile(folder, &tile, pat_span_make(memory, pat_builder_size(&builder)));
  }
  free(memory);
}

pat_tlog_head audit_files_head(const audit_log *log) {
  pat_tlog_range range;
  pat_tlog_range_init(&range);
  for (size_t i = 0; i < log->count; i++) {
    pat_hash hash = pat_tlog_leaf_hash(log->bytes[i]);
    assert_true(pat_is_ok(pat_tlog_range_append(&range, &hash)));
  }
  return (pat_tlog_head){range.size, pat_tlog_range_root(&range)};
}

typedef struct {
  uint8_t secret[PAT_SIGN_SECRET_BYTES];
  pat_note_key key;
} log_key;

static log_key key_of(const audit_log *log) {
  static const uint8_t seed[PAT_SIGN_SEED_BYTES] = {4, 4, 4};
  log_key made;
  uint8_t public_key[PAT_PUBLIC_KEY_BYTES];
  pat_sign_keypair_from_seed(seed, public_key, made.secret);
  pat_status status = pat_note_key_make(pat_span_text(log->world->origin.text),
                                        PAT_NOTE_TYPE_ED25519, public_key, &made.key);
  assert_true(pat_is_ok(status));
  return made;
}

void audit_files_sign(const audit_log *log, const char *folder, const pat_tlog_head *head) {
  log_key key = key_of(log);
  char text[1024];
  char note[2048];
  pat_builder builder;
  pat_span bytes;
  pat_builder_init(&builder, text, sizeof text);
  pat_span origin = pat_span_text(log->world->origin.text);
  assert_true(pat_is_ok(pat_checkpoint_format(origin, head, &builder)));
  assert_true(pat_is_ok(pat_builder_finish(&builder, &bytes)));
  pat_builder_init(&builder, note, sizeof note);
  assert_true(pat_is_ok(pat_note_sign(bytes, &key.key, key.secret, &builder)));
  assert_true(pat_is_ok(pat_builder_finish(&builder, &bytes)));
  audit_files_put(folder, "checkpoint", bytes);
}

void audit_files_write(const audit_log *log, const char *folder) {
  pat_tlog_head head = audit_files_head(log);
  write_hashes(log, folder);
  write_bundles(log, folder);
  audit_files_sign(log, folder, &head);
}

void audit_files_policy(const audit_log *log, const char *path, unsigned port, const char *more) {
  log_key key = key_of(log);
  char vkey[1024];
  pat_builder builder;
  pat_builder_init(&builder, vkey, sizeof vkey - 1);
  pat_note_key_format(&key.key, &builder);
  vkey[pat_builder_size(&builder)] = '\0';
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  (void)fprintf(file, "log %s http://127.0.0.1:%u\n%s", vkey, port,
                more != NULL ? more : "quorum none\n");
  assert_int_equal(fclose(file), 0);
}

void audit_files_damage(const char *folder, const char *name, long offset) {
  char path[PATH_MAX_BYTES];
  (void)snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "r+b");
  if (file == NULL) fail_msg("there is no %s", path);
  assert_int_equal(fseek(file, offset, SEEK_SET), 0);
  int byte = fgetc(file);
  assert_true(byte != EOF);
  assert_int_equal(fseek(file, offset, SEEK_SET), 0);
  assert_true(fputc(byte ^ 1, file) != EOF);
  assert_int_equal(fclose(file), 0);
}

void audit_files_cut(const char *folder, const char *name, long size) {
  char path[PATH_MAX_BYTES];
  (void)snprintf(path, sizeof path, "%s/%s", folder, name);
  assert_int_equal(truncate(path, size), 0);
}

void audit_files_remove(const char *folder, const char *name) {
  char path[PATH_MAX_BYTES];
  (void)snprintf(path, sizeof path, "%s/%s", folder, name);
  assert_int_equal(unlink(path), 0);
}

bool audit_files_exist(const char *folder, const char *name) {
  char path[PATH_MAX_BYTES];
  (void)snprintf(path, sizeof path, "%s/%s", folder, name);
  return access(path, F_OK) == 0;
}
