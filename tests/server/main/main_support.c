#include "tests/server/main/main_support.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/json/protojson.h"
#include "server/sys/file.h"
#include "server/sys/mem.h"
#include "tests/support/ledger_catalog.h"

const char *main_path(const char *directory, const char *name) {
  static char paths[4][TEMP_DIRECTORY_PATH_MAX];
  static size_t next;
  char *path = paths[next++ % 4];
  int size = snprintf(path, TEMP_DIRECTORY_PATH_MAX, "%s/%s", directory, name);
  assert_true(size > 0 && size < TEMP_DIRECTORY_PATH_MAX);
  return path;
}

void main_write_key(const char *path, const char *header, const uint8_t bytes[32], unsigned mode) {
  pat_key_text key = {.name = "a key"};
  memcpy(key.bytes, bytes, sizeof key.bytes);
  char text[PAT_KEY_TEXT_BYTES_MAX];
  pat_builder builder;
  pat_builder_init(&builder, text, sizeof text);
  assert_ok(pat_key_text_encode(&key, header, &builder));
  pat_span written;
  assert_ok(pat_builder_finish(&builder, &written));
  assert_ok(pat_file_replace(path, mode, written, NULL));
}

static void write_policy(main_files *files) {
  enum { TEXT_BYTES = 64 * 1024 };
  char *text = ledger_take(files->world, TEXT_BYTES);
  pat_builder builder;
  pat_builder_init(&builder, text, TEXT_BYTES);
  assert_ok(pat_protojson_encode(&ledger_policy(&files->world->memory)->base, &builder));
  pat_span written;
  assert_ok(pat_builder_finish(&builder, &written));
  assert_ok(pat_file_replace(files->policy, 0644, written, NULL));
}

static void write_roots(main_files *files) {
  static const char *const names[] = {"root-a.key", "root-b.key", "root-c.key"};
  for (size_t i = 0; i < 3; i++) {
    (void)temp_directory_join(&files->directory, names[i], files->roots[i]);
    main_write_key(files->roots[i], PAT_KEY_TEXT_SECRET, files->world->actors[ROOT_A + i].secret,
                   0600);
    files->options.root_key_files[i] = files->roots[i];
  }
  files->options.root_key_count = 3;
}

main_files *main_files_make(void) {
  main_files *files = pat_mem_new(sizeof *files);
  files->world = ledger_world_open((ledger_options){0});
  files->directory = temp_directory_make();
  (void)temp_directory_join(&files->directory, "ledger", files->ledger);
  (void)temp_directory_join(&files->directory, "policy.json", files->policy);
  write_policy(files);
  write_roots(files);
  files->options.prefix = "test.example/log";
  files->options.root_threshold = 2;
  files->options.max_quiet_s = 300;
  files->options.policy_file = files->policy;
  pat_config_init(&files->config);
  char flag[TEMP_DIRECTORY_PATH_MAX + 32];
  (void)snprintf(flag, sizeof flag, "--directory=%s", files->ledger);
  assert_ok(pat_config_flag(&files->config, flag, NULL));
  return files;
}

void main_files_remove(main_files *files) {
  temp_directory_remove(&files->directory);
  ledger_world_close(files->world);
  pat_mem_free(files);
}

pat_status main_init(main_files *files) {
  files->err = (pat_err){.offset = 0};
  return pat_init(&files->config, &files->options, pat_env_system(), &files->err);
}

size_t main_count_entries(const char *directory) {
  DIR *opened = opendir(directory);
  if (opened == NULL) return 0;
  size_t count = 0;
  for (const struct dirent *entry = readdir(opened); entry != NULL; entry = readdir(opened)) {
    if (entry->d_name[0] != '.') count++;
  }
  (void)closedir(opened);
  return count;
}
