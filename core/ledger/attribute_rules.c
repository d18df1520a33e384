/* Attributes against their class: known, of the right bundle, in clear or withheld as the class
 * says, and of its type. */
#include <string.h>

#include "core/base/assert.h"
#include "core/ledger/decide.h"
#include "core/model/value.h"

pat_attribute_rules pat_decide_bundle(const pat_decide *decide, Patina__Bundle bundle, bool whole) {
  return (pat_attribute_rules){decide->schema->attributes, decide->schema->n_attributes, bundle,
                               whole};
}

static const Patina__AttributeDefinition *find_definition(const pat_attribute_rules *rules,
                                                          const char *name) {
  for (size_t i = 0; i < rules->count; i++) {
    if (strcmp(rules->definitions[i]->name, name) == 0) return rules->definitions[i];
  }
  return NULL;
}

/* The attribute's value, in clear or disclosed; steps *slot where it is a slot. NULL: cleared. */
static const Patina__Value *take_value(pat_decide *decide, const Patina__Attribute *attribute,
                                       const Patina__AttributeDefinition *definition,
                                       size_t *slot) {
  if (attribute->content_case == PATINA__ATTRIBUTE__CONTENT_OPEN) return attribute->open;
  if (attribute->content_case != PATINA__ATTRIBUTE__CONTENT_SLOT) return NULL;
  decide->visibilities[*slot] = (uint32_t)definition->visibility;
  const Patina__Value *value = pat_decide_value(decide, *slot);
  (*slot)++;
  return value;
}

static pat_status check_attribute(pat_decide *decide, const pat_attribute_rules *rules,
                                  const Patina__Attribute *attribute, size_t *slot) {
  const char *name = attribute->name;
  const Patina__AttributeDefinition *definition = find_definition(rules, name);
  PAT_REQUIRE_AT(definition != NULL, ATTRIBUTES_UNKNOWN, decide->err, 0, name);
  PAT_REQUIRE_AT(definition->bundle == rules->bundle, ATTRIBUTES_BUNDLE, decide->err, 0, name);
  bool in_clear = attribute->content_case == PATINA__ATTRIBUTE__CONTENT_OPEN;
  bool slotted = attribute->content_case == PATINA__ATTRIBUTE__CONTENT_SLOT;
  bool open = definition->visibility == PATINA__VISIBILITY__VISIBILITY_OPEN;
  PAT_REQUIRE_AT(!in_clear || open, ATTRIBUTES_VISIBILITY, decide->err, 0, name);
  PAT_REQUIRE_AT(!slotted || !open, ATTRIBUTES_VISIBILITY, decide->err, 0, name);
  const Patina__Value *value = take_value(decide, attribute, definition, slot);
  if (value != NULL) PAT_TRY(pat_value_fits(value, definition, decide->err));
  return pat_decide_roles(decide, definition->roles, definition->n_roles, name);
}

static pat_status check_lists(pat_decide *decide, const pat_attribute_rules *rules,
                              Patina__Attribute *const *attributes, size_t count) {
  for (size_t i = 1; i < count; i++) {
    if (strcmp(attributes[i - 1]->name, attributes[i]->name) != 0) continue;
    const Patina__AttributeDefinition *definition = find_definition(rules, attributes[i]->name);
    PAT_ASSERT(definition != NULL);
    bool cleared = attributes[i]->content_case == PATINA__ATTRIBUTE__CONTENT_CLEARED ||
                   attributes[i - 1]->content_case == PATINA__ATTRIBUTE__CONTENT_CLEARED;
    PAT_REQUIRE_AT(definition->list && !cleared, ATTRIBUTES_LIST, decide->err, 0,
                   attributes[i]->name);
  }
  return PAT_OK;
}

static bool stated(Patina__Attribute *const *attributes, size_t count, const char *name) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(attributes[i]->name, name) == 0) return true;
  }
  return false;
}

static pat_status check_required(pat_decide *decide, const pat_attribute_rules *rules,
                                 Patina__Attribute *const *attributes, size_t count) {
  for (size_t i = 0; i < rules->count; i++) {
    const Patina__AttributeDefinition *definition = rules->definitions[i];
    if (!definition->required || definition->bundle != rules->bundle) continue;
    PAT_REQUIRE_AT(stated(attributes, count, definition->name), ATTRIBUTES_REQUIRED, decide->err, 0,
                   definition->name);
  }
  return PAT_OK;
}

pat_status pat_decide_attributes(pat_decide *decide, const pat_attribute_rules *rules,
                                 Patina__Attribute *const *attributes, size_t count) {
  size_t slot = 0;
  for (size_t i = 0; i < count; i++) {
    PAT_TRY(check_attribute(decide, rules, attributes[i], &slot));
  }
  PAT_TRY(check_lists(decide, rules, attributes, count));
  if (!rules->whole) return PAT_OK;
  return check_required(decide, rules, attributes, count);
}
