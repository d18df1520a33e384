#include <string.h>

#include "core/model/kinds/kinds.h"

static const pat_kind *const kinds[] = {
    &pat_kind__genesis,
    &pat_kind__principal_enrolled,
    &pat_kind__key_rotated,
    &pat_kind__key_revoked,
    &pat_kind__standing_granted,
    &pat_kind__standing_withdrawn,
    &pat_kind__class_published,
    &pat_kind__scheme_published,
    &pat_kind__asset_registered,
    &pat_kind__attributes_changed,
    &pat_kind__identifier_assigned,
    &pat_kind__identifier_released,
    &pat_kind__attested,
    &pat_kind__corrected,
    &pat_kind__retracted,
    &pat_kind__device_enrolled,
    &pat_kind__device_bound,
    &pat_kind__telemetry,
};

enum { KIND_COUNT = sizeof kinds / sizeof kinds[0] };

const pat_kind *pat_kind_find(uint32_t number) {
  for (size_t i = 0; i < KIND_COUNT; i++) {
    if ((uint32_t)kinds[i]->number == number) return kinds[i];
  }
  return NULL;
}

const pat_kind *pat_kind_named(const char *name) {
  for (size_t i = 0; i < KIND_COUNT; i++) {
    if (strcmp(kinds[i]->name, name) == 0) return kinds[i];
  }
  return NULL;
}

const pat_kind *const *pat_kind_table(size_t *ret_count) {
  *ret_count = KIND_COUNT;
  return kinds;
}
