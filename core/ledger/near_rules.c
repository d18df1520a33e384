/* Near misses: recorded identifiers that are one edit or transposition away from a new one. Each
 * value is kept under its variants (itself, and with one character left out); two values are near
 * only where they share one. */
#include <string.h>

#include "core/base/assert.h"
#include "core/ledger/decide.h"

static pat_hash variant_key(const pat_decide *decide, size_t i) {
  pat_identifier variant;
  pat_identifier_variant(&decide->memo->value, i, &variant);
  return pat_near_key(decide->scheme->name, decide->scope,
                      pat_span_make(variant.text, variant.size));
}

/* The record of one variant; an empty one where nothing is recorded. */
static pat_status load_variant(pat_decide *decide, const pat_hash *hash,
                               Patina__NearRecord **ret_record) {
  pat_ledger_key key = {PAT_LEDGER_NEAR, pat_hash_span(hash)};
  ProtobufCMessage *found = NULL;
  pat_status status =
      pat_record_get(decide->view, key, &patina__near_record__descriptor, decide->arena, &found);
  if (pat_is_rule(status, PAT_RULE_LEDGER_ABSENT)) {
    *ret_record = pat_arena_take(decide->arena, sizeof **ret_record);
    PAT_REQUIRE(*ret_record != NULL, LIMIT_MEMORY);
    patina__near_record__init(*ret_record);
    return PAT_OK;
  }
  PAT_TRY(status);
  *ret_record = (Patina__NearRecord *)found;
  return PAT_OK;
}

static bool is_named(const pat_warning *warning, const char *value) {
  for (size_t i = 0; i < warning->value_count; i++) {
    if (strcmp(warning->values[i], value) == 0) return true;
  }
  return false;
}

static pat_status add_value(const pat_decide *decide, const char *value, pat_warning *warning) {
  pat_identifier other = {.size = strlen(value)};
  PAT_REQUIRE(other.size <= PAT_IDENTIFIER_BYTES_MAX, LEDGER_RECORD);
  pat_span_copy(other.text, sizeof other.text, pat_span_text(value));
  if (!pat_identifier_near(&decide->memo->value, &other)) return PAT_OK;
  if (is_named(warning, value) || warning->value_count == PAT_WARNING_VALUES_MAX) return PAT_OK;
  warning->values[warning->value_count] = value;
  warning->value_count++;
  return PAT_OK;
}

static pat_status add_variant(pat_decide *decide, size_t i, pat_warning *warning) {
  pat_hash hash = variant_key(decide, i);
  Patina__NearRecord *record = NULL;
  PAT_TRY(load_variant(decide, &hash, &record));
  for (size_t value = 0; value < record->n_values; value++) {
    PAT_TRY(add_value(decide, record->values[value]->value, warning));
  }
  return PAT_OK;
}

/* All variants are asked for before a need is reported, so that one round fetches them all; the
 * write needs them too, so they are asked for even where nobody is told. */
pat_status pat_decide_ask_near(pat_decide *decide) {
  if (!decide->scheme->near_miss) return PAT_OK;
  for (size_t i = 0; i < pat_identifier_variant_count(&decide->memo->value); i++) {
    pat_hash hash = variant_key(decide, i);
    pat_decide_ask(decide, (pat_ledger_key){PAT_LEDGER_NEAR, pat_hash_span(&hash)});
  }
  return decide->asked;
}

pat_status pat_decide_warn_near(pat_decide *decide) {
  if (!decide->scheme->near_miss || !decide->entitled) return PAT_OK;
  pat_warning near = {.id = "identifier.near-miss"};
  for (size_t i = 0; i < pat_identifier_variant_count(&decide->memo->value); i++) {
    PAT_TRY(add_variant(decide, i, &near));
  }
  if (near.value_count == 0) return PAT_OK;
  pat_warning *warning = pat_decide_warn(decide, near.id);
  if (warning != NULL) *warning = near;
  return PAT_OK;
}

static bool is_recorded(const Patina__NearRecord *record, const char *value) {
  for (size_t i = 0; i < record->n_values; i++) {
    if (strcmp(record->values[i]->value, value) == 0) return true;
  }
  return false;
}

static pat_status write_variant(pat_decide *decide, size_t i) {
  pat_hash hash = variant_key(decide, i);
  Patina__NearRecord *record = NULL;
  PAT_TRY(load_variant(decide, &hash, &record));
  if (is_recorded(record, decide->memo->value.text)) return PAT_OK;
  /* Past this many the warning is no help any more; the record must not grow without end. */
  if (record->n_values >= PAT_NEAR_VALUES_MAX) return PAT_OK;
  Patina__NearValue value = PATINA__NEAR_VALUE__INIT;
  value.value = decide->memo->value.text;
  value.key = (ProtobufCBinaryData){PAT_HASH_BYTES, decide->memo->proof.key.bytes};
  Patina__NearValue *pointer = &value;
  record->values =
      pat_decide_append(decide->arena, record->values, record->n_values, sizeof pointer, &pointer);
  PAT_REQUIRE(record->values != NULL, LIMIT_MEMORY);
  record->n_values++;
  pat_ledger_key key = {PAT_LEDGER_NEAR, pat_hash_span(&hash)};
  return pat_record_put(decide->view, key, &record->base, decide->arena);
}

pat_status pat_decide_write_near(pat_decide *decide) {
  if (!decide->scheme->near_miss) return PAT_OK;
  for (size_t i = 0; i < pat_identifier_variant_count(&decide->memo->value); i++) {
    PAT_TRY(write_variant(decide, i));
  }
  return PAT_OK;
}
