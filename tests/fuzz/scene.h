/* A small ledger with a history, the same each time: what the target over the ledger starts from,
 * and what its seeds continue. */
#ifndef PAT_TESTS_FUZZ_SCENE_H
#define PAT_TESTS_FUZZ_SCENE_H

#include "tests/support/ledger_draft.h"

/* Populated as ledger_world_new says; asset 1 is a registered vehicle with an inspection and a
 * chassis number "AB123" of the maker "Saab", and DEVICE is bound to it as stream 1. Never closed.
 */
ledger_world *scene_open(void);

/* One statement of every kind, sealed and not logged. They continue the scene in this order:
 * asset 2 with its history, then keys, catalog and devices. */
enum { SCENE_STATEMENTS = 18 };
typedef struct {
  const char *name;
  Patina__SignedStatement *envelope;
} scene_statement;
void scene_statements(ledger_world *world, scene_statement ret_statements[SCENE_STATEMENTS]);

/* One value of every type; readings last. */
enum { SCENE_VALUES = 8 };
void scene_values(ledger_world *world, Patina__Value *ret_values[SCENE_VALUES]);

#endif
