/* The manufacturer's facts, fixed by the registration, and the consumer's, as last changed. */
#include "core/base/assert.h"
#include "core/model/catalog.h"
#include "core/model/fold_internal.h"

static size_t count_bundle(const Patina__AssetClass *schema, Patina__Bundle bundle) {
  size_t count = 0;
  for (size_t i = 0; i < schema->n_attributes; i++)
    count += schema->attributes[i]->bundle == bundle;
  return count;
}

/* One fact per attribute of the bundle, with nothing recorded. */
static pat_status bundle_facts(pat_fold_work *work, Patina__Bundle bundle,
                               pat_fold_facts *ret_facts) {
  const Patina__AssetClass *schema = work->schema;
  pat_fold_facts facts = {.count = 0};
  facts.items =
      pat_arena_take_array(work->arena, count_bundle(schema, bundle), sizeof(Patina__Fact *));
  PAT_REQUIRE(facts.items != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < schema->n_attributes; i++) {
    if (schema->attributes[i]->bundle != bundle) continue;
    PAT_TRY(pat_fold__fact_new(work, schema->attributes[i]->name, &facts.items[facts.count]));
    facts.count++;
  }
  *ret_facts = facts;
  return PAT_OK;
}

static pat_status say(pat_fold_work *work, const pat_fold_entry *entry, pat_fold_cursor cursor,
                      pat_fold_facts facts) {
  for (pat_fold_said said; pat_fold__next(&cursor, &said);) {
    Patina__Fact *fact = pat_fold__fact_find(facts, said.name);
    if (fact == NULL) continue;
    PAT_TRY(
        pat_fold__fact_say(work, entry, &said, pat_class_attribute(work->schema, said.name), fact));
  }
  return PAT_OK;
}

static pat_status fold_manufacturer(pat_fold_work *work) {
  pat_fold_facts facts = {.count = 0};
  PAT_TRY(bundle_facts(work, PATINA__BUNDLE__BUNDLE_MANUFACTURER, &facts));
  const pat_fold_entry *first = &work->entries[0];
  PAT_ASSERT(first->statement.kind->number == PAT_KIND_ASSET_REGISTERED);
  const Patina__AssetRegistered *body = first->statement.message->asset_registered;
  PAT_TRY(say(work, first, pat_fold__cursor(body->attributes, body->n_attributes), facts));
  PAT_TRY(pat_fold__correct(work, facts, PAT_KIND_ASSET_REGISTERED, work->corrections,
                            work->correction_count));
  work->state->manufacturer = facts.items;
  work->state->n_manufacturer = facts.count;
  return PAT_OK;
}

static pat_status fold_consumer(pat_fold_work *work) {
  pat_fold_facts facts = {.count = 0};
  PAT_TRY(bundle_facts(work, PATINA__BUNDLE__BUNDLE_CONSUMER, &facts));
  for (size_t i = 0; i < work->entry_count; i++) {
    const pat_fold_entry *entry = &work->entries[i];
    if (entry->statement.kind->number != PAT_KIND_ATTRIBUTES_CHANGED) continue;
    if (entry->retraction != NULL) continue;
    const Patina__AttributesChanged *body = entry->statement.message->attributes_changed;
    PAT_TRY(say(work, entry, pat_fold__cursor(body->attributes, body->n_attributes), facts));
  }
  PAT_TRY(pat_fold__correct(work, facts, PAT_KIND_ATTRIBUTES_CHANGED, work->corrections,
                            work->correction_count));
  work->state->consumer = facts.items;
  work->state->n_consumer = facts.count;
  return PAT_OK;
}

pat_status pat_fold__attributes(pat_fold_work *work) {
  PAT_ASSERT(work->entry_count > 0);
  PAT_TRY(fold_manufacturer(work));
  return fold_consumer(work);
}
