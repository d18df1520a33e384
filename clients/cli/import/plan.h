/* What a row asks for: an asset's attributes, identifiers and attestations, each with a name (an
 * item id) by which a later run sees whether it has been said already. Pure. */
#ifndef PAT_CLIENTS_CLI_IMPORT_PLAN_H
#define PAT_CLIENTS_CLI_IMPORT_PLAN_H

#include "clients/cli/import/provenance.h"
#include "clients/cli/import/value.h"
#include "core/crypto/hash.h"
#include "proto/state.pb-c.h"

enum { PAT_IMPORT_ITEM_BYTES = 16, PAT_IMPORT_FAMILY_BYTES = 6 };

/* The name of something said: a hash of what and how. Where a later value takes an earlier one's
 * place (attributes), the first byte is 0 and the first PAT_IMPORT_FAMILY_BYTES name the attribute;
 * else the first byte is 1. */
typedef struct {
  uint8_t bytes[PAT_IMPORT_ITEM_BYTES];
} pat_item_id;

/* An attribute, and its item. */
typedef struct {
  pat_import_fact fact;
  pat_item_id item;
  pat_item_id
      withheld; /* said, whatever it was: the item of a recorded value that is not shown to all */
} pat_plan_attribute;

typedef struct {
  const Patina__IdentifierScheme *scheme;
  const char *scope;
  const char *value;
  bool identifies;
  pat_item_id item;
} pat_plan_identifier;

typedef struct {
  const Patina__ClaimDefinition *claim;
  const char *occurred; /* EDTF or "" */
  pat_import_fact *fields;
  size_t field_count;
  pat_item_id item;
  pat_item_id
      visible; /* without what is not disclosed to all: the item that can be read out of the log */
} pat_plan_attestation;

/* Everything in the arena that it was made with. */
typedef struct {
  pat_hash key;
  const char *name; /* the key's words, for messages */
  pat_plan_attribute *attributes;
  size_t attribute_count;
  pat_plan_attribute *consumer;
  size_t consumer_count;
  pat_plan_identifier *identifiers;
  size_t identifier_count;
  pat_plan_attestation *attestations;
  size_t attestation_count;
} pat_plan_row;

/* What rows are planned by. Borrowed. */
typedef struct {
  const pat_map *map;                                           /* bound */
  const Patina__IdentifierScheme *schemes[PAT_MAP_COLUMNS_MAX]; /* of the map's identifiers */
  pat_import_provenance *scratch; /* what a text is cut into; given back with each row */
} pat_plan_rules;

/* Plans a row.
 * in    arena   holds the plan
 * out   reterr  the attribute or column in place
 * fails import.key, import.value, import.date, import.steps, identifier.*, vin.*, value.*,
 *       number.*, edtf.*, limit.memory */
pat_status pat_import_plan(const pat_plan_rules *rules, const json_t *row, pat_arena *arena,
                           pat_plan_row *ret_plan, pat_err *reterr)
    PAT_NONNULL(1, 2, 3, 4) PAT_MUST_USE;

/* True where both are the same item. */
bool pat_item_equal(const pat_item_id *a, const pat_item_id *b) PAT_NONNULL_ALL;

/* True where both are values of one attribute, so that the later one holds. */
bool pat_item_same_attribute(const pat_item_id *a, const pat_item_id *b) PAT_NONNULL_ALL;

/* The items that a recorded state holds, as plans would name them.
 * in    state  of an asset, verified
 * out   ret_items  in the arena
 * fails limit.memory */
pat_status pat_import_items_of(const Patina__AssetState *state, const Patina__AssetClass *schema,
                               pat_arena *arena, pat_item_id **ret_items,
                               size_t *ret_count) PAT_NONNULL_ALL PAT_MUST_USE;

/* --- for plan.c and items.c ------------------------------------------------------------------- */

/* An item: its kind ('m' manufacturer, 'c' consumer, 'h' withheld), a name, and values. fails
 * limit.memory */
pat_status pat_import__item(char kind, const char *name, Patina__Value *const *values, size_t count,
                            pat_arena *arena, pat_item_id *ret_item)
    PAT_NONNULL(2, 5, 6) PAT_MUST_USE;

/* The item of an identifier. */
pat_item_id pat_import__identifier_item(const char *scheme, const char *scope,
                                        const char *value) PAT_NONNULL_ALL;

/* The item of an attestation, with fields up to this visibility. fails limit.memory */
pat_status pat_import__attestation_item(const pat_plan_attestation *attestation,
                                        Patina__Visibility most, pat_arena *arena,
                                        pat_item_id *ret_item) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
