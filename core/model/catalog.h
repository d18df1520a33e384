/* Asset classes, identifier schemes and the policy: checks of what is published, and look-ups.
 *
 * The checks look at one version by itself; that versions have no gaps and never change is for the
 * ledger. The look-ups rely on the ascending orders that the checks establish. */
#ifndef PAT_CORE_MODEL_CATALOG_H
#define PAT_CORE_MODEL_CATALOG_H

#include <stdbool.h>

#include "core/base/span.h"
#include "core/base/status.h"
#include "proto/catalog.pb-c.h"
#include "proto/value.pb-c.h"

/* Checks that a name is 1 to PAT_NAME_BYTES_MAX bytes of a-z, 0-9, '_' and '-', a letter first.
 * in    place      names it in the refusal; may be NULL
 * fails NAME_FORM
 * time  O(PAT_NAME_BYTES_MAX) */
pat_status pat_name_check(const char *name, const char *place, pat_err *reterr) PAT_MUST_USE
    PAT_NONNULL(1);

/* Checks one version of a class by itself.
 * in    schema            borrowed for the call
 * out   reterr            the field's path in place, as in "claims[2].fields[0].unit"; may be NULL
 * fails NAME_FORM         a name of the class, an attribute, a claim, a field or a role
 *       CLASS_VERSION     version 0
 *       CLASS_ORDER       attributes, claims, fields, roles or codes not strictly ascending
 *       CLASS_TYPE        no known type
 *       CLASS_BUNDLE      none on an attribute, one on a field, or telemetry that is a list or no
 *                         number (a reading is one integer)
 *       CLASS_REQUIRED    required, but neither of the MANUFACTURER bundle nor a field
 *       CLASS_VISIBILITY  none
 *       CLASS_UNIT        unknown, or on another type than NUMBER
 *       CLASS_CODES       on another type than CODE, or list or code not 1 to PAT_CODE_BYTES_MAX
 *       CLASS_TOLERANCE   on another type than NUMBER, empty, not above zero, of another quantity,
 *                         or more than PAT_PER_MILLE_MAX
 *       CLASS_SERIES      ODOMETER on what is not a NUMBER of length
 * time  O(size of the class) */
pat_status pat_class_check(const Patina__AssetClass *schema, pat_err *reterr) PAT_MUST_USE
    PAT_NONNULL(1);

/* The attribute with this name, NULL where the class has none. Borrowed from the class.
 * time O(log attributes) */
const Patina__AttributeDefinition *pat_class_attribute(const Patina__AssetClass *schema,
                                                       const char *name) PAT_NONNULL_ALL;
/* The claim with this name, and a field of a claim; NULL where there is none. Borrowed.
 * time O(log claims), O(log fields) */
const Patina__ClaimDefinition *pat_class_claim(const Patina__AssetClass *schema,
                                               const char *name) PAT_NONNULL_ALL;
const Patina__AttributeDefinition *pat_claim_field(const Patina__ClaimDefinition *claim,
                                                   const char *name) PAT_NONNULL_ALL;

/* Checks one version of an identifier scheme by itself.
 * in    scheme                borrowed for the call
 * out   reterr                the field in place; may be NULL
 * fails NAME_FORM             its name, its scope, a class or a role
 *       SCHEME_VERSION        version 0
 *       SCHEME_NORMALISATION  none
 *       SCHEME_UNIQUENESS     none
 *       SCHEME_VISIBILITY     neither PUBLIC nor RESTRICTED
 *       SCHEME_LENGTH         not 1 <= length_min <= length_max <= PAT_IDENTIFIER_BYTES_MAX
 *       SCHEME_VALIDATION     unknown; ALNUM or VIN17 without UPPER_ALNUM; VIN17 with other
 *                             lengths than 17
 *       SCHEME_SCOPE          MAKER or MAKER_MODEL without a scope
 *       SCHEME_ORDER          classes or roles not strictly ascending
 *       SCHEME_THRESHOLD      more than PAT_STATEMENT_SIGNERS_MAX
 * time  O(size of the scheme) */
pat_status pat_scheme_check(const Patina__IdentifierScheme *scheme, pat_err *reterr) PAT_MUST_USE
    PAT_NONNULL(1);

/* Checks a policy by itself.
 * in    policy                 borrowed for the call
 * out   reterr                 the field's path in place; may be NULL
 * fails NAME_FORM              its name or a role
 *       POLICY_DATA_KIND       kinds not strictly ascending from PAT_STATEMENT_KIND_MIN to
 *                              PAT_STATEMENT_KIND_MAX
 *       POLICY_DATA_ROLE       roles not strictly ascending
 *       POLICY_DATA_THRESHOLD  more than PAT_STATEMENT_SIGNERS_MAX
 *       POLICY_DATA_WINDOW     a time of 0 or more than PAT_POLICY_DATA_WINDOW_MS_MAX
 * time  O(size of the policy) */
pat_status pat_policy_check(const Patina__Policy *policy, pat_err *reterr) PAT_MUST_USE
    PAT_NONNULL(1);

/* What the policy says about a kind (its member number); NULL where it says nothing, which means:
 * refused. Borrowed from the policy. time O(log kinds) */
const Patina__KindPolicy *pat_policy_kind(const Patina__Policy *policy,
                                          uint32_t kind) PAT_NONNULL_ALL;

/* True where role is in the ascending list (of roles, or of any texts). roles may be NULL where
 * role_count is 0. time O(log role_count) */
bool pat_roles_contain(char *const *roles, size_t role_count, const char *role) PAT_NONNULL(3);

#endif
