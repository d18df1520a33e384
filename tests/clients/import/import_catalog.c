#include "tests/clients/import/import_catalog.h"

#include <stdio.h>

#include "clients/cli/files.h"
#include "proto/json/protojson.h"

enum { FILE_BYTES_MAX = 1024 * 1024, NAME_BYTES = 256 };

static pat_span read_file(pat_arena *arena, const char *folder, const char *name) {
  char path[NAME_BYTES];
  snprintf(path, sizeof path, "%s/%s.json", folder, name);
  pat_span text;
  import_ok(pat_files_read(arena, import_source(arena, path), FILE_BYTES_MAX, &text, NULL));
  return text;
}

pat_map import_map(pat_arena *arena, const char *name) {
  pat_map map;
  pat_err err = {.offset = 0};
  pat_status status = pat_map_read(read_file(arena, "clients/cli/maps", name), arena, &map, &err);
  if (!pat_is_ok(status)) fail_msg("%s: %s", name, err.place);
  return map;
}

static void *read_message(pat_arena *arena, const char *folder, const char *name,
                          const ProtobufCMessageDescriptor *descriptor) {
  ProtobufCMessage *message = NULL;
  import_ok(
      pat_protojson_decode(descriptor, read_file(arena, folder, name), arena, &message, NULL));
  return message;
}

const Patina__AssetClass *import_class(pat_arena *arena, const char *name) {
  return read_message(arena, "proto/catalog/classes", name, &patina__asset_class__descriptor);
}

const Patina__IdentifierScheme *import_scheme(pat_arena *arena, const char *name) {
  return read_message(arena, "proto/catalog/schemes", name, &patina__identifier_scheme__descriptor);
}

pat_plan_rules import_rules(pat_arena *arena, pat_map *map) {
  pat_plan_rules rules = {.map = map};
  pat_err err = {.offset = 0};
  pat_status status = pat_map_bind(map, import_class(arena, map->class_name), &err);
  if (!pat_is_ok(status)) fail_msg("%s: %s", map->name, err.place);
  for (size_t i = 0; i < map->identifier_count; i++) {
    rules.schemes[i] = import_scheme(arena, map->identifiers[i].scheme);
  }
  rules.scratch = pat_arena_take(arena, sizeof *rules.scratch);
  assert_non_null(rules.scratch);
  return rules;
}
