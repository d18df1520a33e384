/* Shipped maps, classes and schemes, read from the repository. */
#ifndef PAT_TESTS_CLIENTS_IMPORT_IMPORT_CATALOG_H
#define PAT_TESTS_CLIENTS_IMPORT_IMPORT_CATALOG_H

#include "clients/cli/import/plan.h"
#include "tests/clients/import/import_support.h"

/* clients/cli/maps/<name>.json; pat_map_clear it. */
pat_map import_map(pat_arena *arena, const char *name);

/* proto/catalog/classes/<name>.json and schemes/<name>.json, in the arena. */
const Patina__AssetClass *import_class(pat_arena *arena, const char *name);
const Patina__IdentifierScheme *import_scheme(pat_arena *arena, const char *name);

/* Binds the map to its shipped class, and finds its schemes. */
pat_plan_rules import_rules(pat_arena *arena, pat_map *map);

#endif
