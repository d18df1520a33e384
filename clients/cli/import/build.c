#include "clients/cli/import/build.h"

#include "clients/cli/envelope_file.h"
#include "clients/cli/files.h"
#include "core/base/assert.h"

static bool is_said(const pat_state_row *row, const pat_item_id *item) {
  return row != NULL && pat_state_has(row, item);
}

static bool is_stated(const pat_state_row *row, const pat_plan_attribute *attribute) {
  return is_said(row, &attribute->item) || is_said(row, &attribute->withheld);
}

static bool is_attested(const pat_state_row *row, const pat_plan_attestation *attestation) {
  return is_said(row, &attestation->item) || is_said(row, &attestation->visible);
}

/* --- counting -------------------------------------------------------------------------------- */

static size_t count_open(const pat_plan_attribute *attributes, size_t count,
                         const pat_state_row *row) {
  size_t open = 0;
  for (size_t i = 0; i < count; i++)
    open += is_stated(row, &attributes[i]) ? 0 : 1;
  return open;
}

bool pat_import_needs_version(const pat_plan_row *plan, const pat_state_row *row) {
  return count_open(plan->consumer, plan->consumer_count, row) > 0;
}

size_t pat_import_count(const pat_plan_row *plan, const pat_state_row *row) {
  bool known = row != NULL && row->registered;
  size_t count = 0;
  count += !known || count_open(plan->attributes, plan->attribute_count, row) > 0 ? 1 : 0;
  count += count_open(plan->consumer, plan->consumer_count, row) > 0 ? 1 : 0;
  for (size_t i = 0; i < plan->identifier_count; i++) {
    count += is_said(row, &plan->identifiers[i].item) ? 0 : 1;
  }
  for (size_t i = 0; i < plan->attestation_count; i++) {
    count += is_attested(row, &plan->attestations[i]) ? 0 : 1;
  }
  return count;
}

pat_status pat_import_check_row(const pat_plan_row *plan, const pat_state_row *row, size_t batch) {
  PAT_REQUIRE(row->seen == 0, IMPORT_KEY_REPEATED);
  PAT_REQUIRE(pat_import_count(plan, row) <= batch, IMPORT_STATEMENTS);
  return PAT_OK;
}

/* --- building -------------------------------------------------------------------------------- */

/* One row's statements in the making. */
typedef struct {
  pat_import_builder *builder;
  const pat_plan_row *plan;
  const pat_state_row *row;
  uint64_t row_number;
  pat_sendings *sendings;
  uint8_t asset[PAT_ASSET_ID_BYTES];
} row_build;

static pat_status begin(row_build *build, const char *occurred) {
  pat_import_builder *builder = build->builder;
  pat_arena_reset_to(&builder->scratch, 0);
  builder->start.occurred = occurred;
  return pat_draft_begin(builder->draft, &builder->scratch, &builder->start, &builder->cli->error);
}

/* Signs the draft, and puts it behind the others with the items that it says. */
static pat_status finish(row_build *build, const pat_item_id *items, size_t item_count) {
  pat_import_builder *builder = build->builder;
  pat_cli *cli = builder->cli;
  Patina__SignedStatement *signed_statement = NULL;
  PAT_TRY(pat_draft_finish(builder->draft, &signed_statement, NULL, &cli->error));
  PAT_ASSERT(build->sendings->count < PAT_BATCH_STATEMENTS_MAX);
  pat_sending *sending = &build->sendings->items[build->sendings->count];
  *sending = (pat_sending){.key = build->plan->key,
                           .items = items,
                           .item_count = item_count,
                           .row_number = build->row_number,
                           .row_name = build->plan->name};
  sending->registers =
      builder->draft->message.body_case == PATINA__STATEMENT__BODY_ASSET_REGISTERED;
  pat_span_copy(sending->asset, sizeof sending->asset, PAT_SPAN_OF(build->asset));
  PAT_TRY(pat_draft_encode(&cli->arena, &signed_statement->base, &sending->bytes));
  PAT_TRY(pat_envelope_decode(sending->bytes, &cli->arena, &sending->envelope, &cli->error));
  build->sendings->bytes += sending->bytes.size;
  build->sendings->count++;
  return PAT_OK;
}

/* Attributes being filled in: one protobuf item for each value. */
typedef struct {
  pat_draft *draft;
  pat_arena *arena;
  Patina__Attribute **items;
  size_t count;
} attribute_list;

static pat_status add_value(attribute_list *list, const Patina__AttributeDefinition *definition,
                            Patina__Value *value, pat_err *reterr) {
  Patina__Attribute *attribute = pat_arena_take(list->arena, sizeof *attribute);
  PAT_REQUIRE(attribute != NULL, LIMIT_MEMORY);
  patina__attribute__init(attribute);
  attribute->name = definition->name;
  if (definition->visibility == PATINA__VISIBILITY__VISIBILITY_OPEN) {
    attribute->content_case = PATINA__ATTRIBUTE__CONTENT_OPEN;
    attribute->open = value;
  } else {
    attribute->content_case = PATINA__ATTRIBUTE__CONTENT_SLOT;
    PAT_TRY(pat_draft_disclose(list->draft, definition->name, value, &attribute->slot, reterr));
  }
  list->items[list->count++] = attribute;
  return PAT_OK;
}

static pat_status add_fact(attribute_list *list, const pat_import_fact *fact, pat_err *reterr) {
  for (size_t i = 0; i < fact->count; i++) {
    PAT_TRY(add_value(list, fact->definition, fact->values[i], reterr));
  }
  return PAT_OK;
}

static pat_status new_list(row_build *build, size_t fact_count, attribute_list *ret_list) {
  pat_arena *arena = &build->builder->scratch;
  *ret_list = (attribute_list){.draft = build->builder->draft, .arena = arena};
  ret_list->items =
      pat_arena_take_array(arena, fact_count * PAT_IMPORT_VALUES_MAX, sizeof *ret_list->items);
  PAT_REQUIRE(ret_list->items != NULL, LIMIT_MEMORY);
  return PAT_OK;
}

/* The attributes that are not said yet, and their items. */
static pat_status open_attributes(row_build *build, const pat_plan_attribute *attributes,
                                  size_t count, attribute_list *ret_list, pat_item_id **ret_items,
                                  size_t *ret_count) {
  pat_cli *cli = build->builder->cli;
  pat_item_id *items = pat_arena_take_array(&cli->arena, count, sizeof *items);
  PAT_REQUIRE(items != NULL, LIMIT_MEMORY);
  PAT_TRY(new_list(build, count, ret_list));
  *ret_count = 0;
  for (size_t i = 0; i < count; i++) {
    if (is_stated(build->row, &attributes[i])) continue;
    PAT_TRY(add_fact(ret_list, &attributes[i].fact, &cli->error));
    items[(*ret_count)++] = attributes[i].item;
  }
  *ret_items = items;
  return PAT_OK;
}

static pat_status build_registration(row_build *build) {
  Patina__AssetRegistered body = PATINA__ASSET_REGISTERED__INIT;
  attribute_list list;
  pat_item_id *items = NULL;
  size_t item_count = 0;
  PAT_TRY(begin(build, ""));
  PAT_TRY(open_attributes(build, build->plan->attributes, build->plan->attribute_count, &list,
                          &items, &item_count));
  body.asset = pat_draft_field(PAT_SPAN_OF(build->asset));
  body.class_name = build->builder->schema->name;
  body.class_version = build->builder->schema->version;
  body.n_attributes = list.count;
  body.attributes = list.items;
  build->builder->draft->message.body_case = PATINA__STATEMENT__BODY_ASSET_REGISTERED;
  build->builder->draft->message.asset_registered = &body;
  return finish(build, items, item_count);
}

/* What the source says otherwise now than when the asset was registered stands beside it. */
static pat_status build_correction(row_build *build) {
  if (count_open(build->plan->attributes, build->plan->attribute_count, build->row) == 0) {
    return PAT_OK;
  }
  Patina__Corrected body = PATINA__CORRECTED__INIT;
  attribute_list list;
  pat_item_id *items = NULL;
  size_t item_count = 0;
  PAT_TRY(begin(build, ""));
  PAT_TRY(open_attributes(build, build->plan->attributes, build->plan->attribute_count, &list,
                          &items, &item_count));
  body.asset = pat_draft_field(PAT_SPAN_OF(build->asset));
  body.target = pat_draft_field(pat_hash_span(&build->row->registration));
  body.reason = PATINA__CORRECTION_REASON__CORRECTION_REASON_INCORRECT_DATA;
  body.n_attributes = list.count;
  body.attributes = list.items;
  build->builder->draft->message.body_case = PATINA__STATEMENT__BODY_CORRECTED;
  build->builder->draft->message.corrected = &body;
  return finish(build, items, item_count);
}

static pat_status build_change(row_build *build, uint64_t version) {
  if (count_open(build->plan->consumer, build->plan->consumer_count, build->row) == 0) {
    return PAT_OK;
  }
  Patina__AttributesChanged body = PATINA__ATTRIBUTES_CHANGED__INIT;
  attribute_list list;
  pat_item_id *items = NULL;
  size_t item_count = 0;
  PAT_TRY(begin(build, ""));
  PAT_TRY(open_attributes(build, build->plan->consumer, build->plan->consumer_count, &list, &items,
                          &item_count));
  body.asset = pat_draft_field(PAT_SPAN_OF(build->asset));
  body.expected_version = version;
  body.n_attributes = list.count;
  body.attributes = list.items;
  build->builder->draft->message.body_case = PATINA__STATEMENT__BODY_ATTRIBUTES_CHANGED;
  build->builder->draft->message.attributes_changed = &body;
  return finish(build, items, item_count);
}

static pat_status build_identifier(row_build *build, const pat_plan_identifier *identifier) {
  if (is_said(build->row, &identifier->item)) return PAT_OK;
  Patina__IdentifierAssigned body = PATINA__IDENTIFIER_ASSIGNED__INIT;
  PAT_TRY(begin(build, ""));
  body.asset = pat_draft_field(PAT_SPAN_OF(build->asset));
  body.scheme = identifier->scheme->name;
  body.scheme_version = identifier->scheme->version;
  body.scope = (char *)(uintptr_t)identifier->scope;
  PAT_TRY(pat_draft_disclose_text(build->builder->draft, "value", identifier->value, &body.value,
                                  &build->builder->cli->error));
  build->builder->draft->message.body_case = PATINA__STATEMENT__BODY_IDENTIFIER_ASSIGNED;
  build->builder->draft->message.identifier_assigned = &body;
  return finish(build, &identifier->item, 1);
}

static pat_status build_attestation(row_build *build, const pat_plan_attestation *attestation) {
  if (is_attested(build->row, attestation)) return PAT_OK;
  Patina__Attested body = PATINA__ATTESTED__INIT;
  attribute_list list;
  PAT_TRY(begin(build, attestation->occurred));
  PAT_TRY(new_list(build, attestation->field_count, &list));
  for (size_t i = 0; i < attestation->field_count; i++) {
    PAT_TRY(add_fact(&list, &attestation->fields[i], &build->builder->cli->error));
  }
  body.asset = pat_draft_field(PAT_SPAN_OF(build->asset));
  body.claim = attestation->claim->name;
  body.n_fields = list.count;
  body.fields = list.items;
  build->builder->draft->message.body_case = PATINA__STATEMENT__BODY_ATTESTED;
  build->builder->draft->message.attested = &body;
  return finish(build, &attestation->item, 1);
}

pat_status pat_import_build(pat_import_builder *builder, const pat_plan_row *plan,
                            const pat_state_row *row, uint64_t version, uint64_t row_number,
                            pat_sendings *sendings) {
  row_build build = {builder, plan, row, row_number, sendings, {0}};
  bool known = row != NULL && row->registered;
  if (known) {
    pat_span_copy(build.asset, sizeof build.asset, PAT_SPAN_OF(row->asset));
    PAT_TRY(build_correction(&build));
  } else {
    PAT_TRY(pat_files_entropy(build.asset, sizeof build.asset));
    PAT_TRY(build_registration(&build));
  }
  for (size_t i = 0; i < plan->identifier_count; i++) {
    PAT_TRY(build_identifier(&build, &plan->identifiers[i]));
  }
  PAT_TRY(build_change(&build, version));
  for (size_t i = 0; i < plan->attestation_count; i++) {
    PAT_TRY(build_attestation(&build, &plan->attestations[i]));
  }
  return PAT_OK;
}
