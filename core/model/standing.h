/* Who may say what: the roles that count for a statement and for an attribute.
 *
 * Default deny. A principal holds roles by logged grants (core/ledger); a kind needs one of the
 * policy's roles, an attribute or claim one of its definition's. What is said without them is
 * self-declared, where the policy admits that. */
#ifndef PAT_CORE_MODEL_STANDING_H
#define PAT_CORE_MODEL_STANDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/attributes.h"
#include "proto/catalog.pb-c.h"
#include "proto/state.pb-c.h"

/* How many of the sources' distinct principals hold one of the ascending roles. */
size_t pat_standing_count(Patina__Source *const *sources, size_t source_count, char *const *roles,
                          size_t role_count);

/* True where enough principals with standing for this kind are among the sources (the policy's
 * threshold). */
bool pat_standing_for_kind(const Patina__Policy *policy, uint32_t kind,
                           Patina__Source *const *sources, size_t source_count) PAT_NONNULL(1);

/* True where the definition asks for no role, or a source holds one of those it asks for. */
bool pat_standing_for_roles(char *const *roles, size_t role_count, Patina__Source *const *sources,
                            size_t source_count);

#endif
