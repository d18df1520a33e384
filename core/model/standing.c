#include "core/model/standing.h"

#include "core/base/assert.h"
#include "core/base/span.h"
#include "core/model/catalog.h"

static bool source_holds(const Patina__Source *source, char *const *roles, size_t role_count) {
  for (size_t i = 0; i < source->n_roles; i++) {
    if (pat_roles_contain(roles, role_count, source->roles[i])) return true;
  }
  return false;
}

static bool same_principal(const Patina__Source *a, const Patina__Source *b) {
  return pat_span_equal(pat_span_make(a->principal.data, a->principal.len),
                        pat_span_make(b->principal.data, b->principal.len));
}

/* A principal that signs with two keys counts once: at its first source that holds a role. */
static bool counted_before(Patina__Source *const *sources, size_t at, char *const *roles,
                           size_t role_count) {
  for (size_t i = 0; i < at; i++) {
    if (same_principal(sources[i], sources[at]) && source_holds(sources[i], roles, role_count)) {
      return true;
    }
  }
  return false;
}

size_t pat_standing_count(Patina__Source *const *sources, size_t source_count, char *const *roles,
                          size_t role_count) {
  PAT_ASSERT(sources != NULL || source_count == 0);
  PAT_ASSERT(roles != NULL || role_count == 0);
  size_t count = 0;
  for (size_t i = 0; i < source_count; i++) {
    if (!source_holds(sources[i], roles, role_count)) continue;
    if (!counted_before(sources, i, roles, role_count)) count++;
  }
  return count;
}

bool pat_standing_for_kind(const Patina__Policy *policy, uint32_t kind,
                           Patina__Source *const *sources, size_t source_count) {
  const Patina__KindPolicy *rule = pat_policy_kind(policy, kind);
  if (rule == NULL) return false;
  size_t needed = rule->threshold > 0 ? rule->threshold : 1;
  return pat_standing_count(sources, source_count, rule->roles, rule->n_roles) >= needed;
}

bool pat_standing_for_roles(char *const *roles, size_t role_count, Patina__Source *const *sources,
                            size_t source_count) {
  if (role_count == 0) return true;
  return pat_standing_count(sources, source_count, roles, role_count) > 0;
}
