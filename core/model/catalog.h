/* Asset classes, identifier schemes and the policy: checks of what is published, and look-ups in
 * it. */
#ifndef PAT_CORE_MODEL_CATALOG_H
#define PAT_CORE_MODEL_CATALOG_H

#include <stdbool.h>

#include "core/base/span.h"
#include "core/base/status.h"
#include "proto/catalog.pb-c.h"
#include "proto/value.pb-c.h"

/* Checks that a name is 1 to PAT_NAME_BYTES_MAX bytes of a-z, 0-9, '_' and '-', starting with a
 * letter. place names it in the refusal. fails name.form. */
pat_status pat_name_check(const char *name, const char *place, pat_err *reterr) PAT_MUST_USE
    PAT_NONNULL(1);

/* Checks one version of a class by itself: names, ascending order without repeats, every definition
 * complete and sensible for its type (unit only and known on NUMBER, codes only on CODE, bundle set
 * on attributes and not on claim fields, visibility set, tolerance only on NUMBER, series ODOMETER
 * only on a NUMBER of length). fails class.* rules; reterr->place is the field path. */
pat_status pat_class_check(const Patina__AssetClass *schema, pat_err *reterr) PAT_MUST_USE
    PAT_NONNULL(1);

/* The attribute with this name, NULL where the class has none. Borrowed from the class. O(log n).
 */
const Patina__AttributeDefinition *pat_class_attribute(const Patina__AssetClass *schema,
                                                       const char *name) PAT_NONNULL_ALL;
/* The claim with this name, and a field of a claim; NULL where there is none. */
const Patina__ClaimDefinition *pat_class_claim(const Patina__AssetClass *schema,
                                               const char *name) PAT_NONNULL_ALL;
const Patina__AttributeDefinition *pat_claim_field(const Patina__ClaimDefinition *claim,
                                                   const char *name) PAT_NONNULL_ALL;

/* Checks one version of an identifier scheme by itself (visibility is never OPEN; lengths 1 to
 * PAT_IDENTIFIER_BYTES_MAX, min <= max; MAKER and MAKER_MODEL need a scope; VIN17 needs length 17,
 * UPPER_ALNUM). fails scheme.* rules. */
pat_status pat_scheme_check(const Patina__IdentifierScheme *scheme, pat_err *reterr) PAT_MUST_USE
    PAT_NONNULL(1);

/* Checks a policy by itself (kinds ascending and known to be numbers 16 to 127, roles ascending and
 * well-formed, thresholds at most PAT_STATEMENT_SIGNERS_MAX, windows at least 1 ms). fails
 * policy-data.* rules. */
pat_status pat_policy_check(const Patina__Policy *policy, pat_err *reterr) PAT_MUST_USE
    PAT_NONNULL(1);

/* What the policy says about a kind (its member number); NULL where it says nothing, which means:
 * refused. */
const Patina__KindPolicy *pat_policy_kind(const Patina__Policy *policy,
                                          uint32_t kind) PAT_NONNULL_ALL;

/* True where role is in the ascending list. */
bool pat_roles_contain(char *const *roles, size_t role_count, const char *role) PAT_NONNULL(3);

#endif
