#include "server/store/table.h"

#include <stddef.h>

#include "core/base/assert.h"

const char *pat_table_name(pat_table table) {
  static const char *const names[PAT_TABLE_COUNT] = {
      [PAT_TABLE_META] = "meta",       [PAT_TABLE_LEAF] = "leaf",
      [PAT_TABLE_TILE] = "tile",       [PAT_TABLE_STATEMENT] = "statement",
      [PAT_TABLE_SUBJECT] = "subject", [PAT_TABLE_SUBLOG] = "sublog",
      [PAT_TABLE_STATE] = "state",     [PAT_TABLE_NEAR] = "near",
      [PAT_TABLE_COMMIT] = "commit",   [PAT_TABLE_INDEX] = "index",
  };
  PAT_ASSERT(table < PAT_TABLE_COUNT);
  PAT_ASSERT(names[table] != NULL);
  return names[table];
}
