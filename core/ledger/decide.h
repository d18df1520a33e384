/* Deciding one statement: what the kinds' contextual rules share. Private to core/ledger.
 *
 * First everything is asked for that the statement itself names, so that one round fetches it and
 * no chain of statements in a batch needs more rounds than one statement. Then the order is fixed:
 * replay, times, keys, then the kind's prepare (loads what it is about),
 * sources and standing, the kind's check, links and leaf; only then the kind's write. Nothing is
 * written before everything was checked. */
#ifndef PAT_CORE_LEDGER_DECIDE_H
#define PAT_CORE_LEDGER_DECIDE_H

#include "core/ledger/ledger.h"
#include "core/ledger/record.h"
#include "proto/state.pb-c.h"

/* Everything about the statement under decision. */
typedef struct {
  const pat_ledger *ledger;
  pat_view *view;
  pat_arena *arena;
  const pat_submission *submission;
  const Patina__Statement *message; /* = submission->statement.message */
  pat_plan_memo *memo;
  pat_record_memo *decoded; /* of the round: records that are only read */
  bool asked_before;        /* an earlier round asked for all that the statement itself names */
  pat_decision *decision;
  pat_err *err; /* = &decision->err */
  uint64_t now_ms;
  uint64_t index; /* the log index it will have */

  /* From the keys and prepare: whose signature counts, in which class, with which roles. */
  const Patina__PrincipalRecord
      *principals[PAT_STATEMENT_SIGNERS_MAX]; /* NULL: enrolled just now */
  Patina__Source sources[PAT_STATEMENT_SIGNERS_MAX];
  Patina__Source *source_pointers[PAT_STATEMENT_SIGNERS_MAX];
  const Patina__KindPolicy *kind_policy;
  bool entitled; /* enough principals with standing signed */

  /* From prepare, where the kind is about an asset. */
  const char *class_name; /* "" where it is about none */
  const Patina__AssetClass *schema;
  Patina__AssetRecord *asset;
  pat_span asset_id;

  /* From prepare, where the kind is about an identifier. */
  const Patina__IdentifierScheme *scheme;
  const char *scope;
  Patina__IdentifierRecord *identifier;

  pat_status asked; /* the first failure of pat_decide_ask */

  /* Visibility of each slot, filled by the checks; UNSPECIFIED falls back to the slot's own. */
  uint32_t *visibilities;
} pat_decide;

/* A kind's contextual rules. All but number and check may be NULL. */
typedef struct {
  pat_kind_number number;
  void (*ask)(pat_decide *decide); /* asks for the records that the body itself names */
  pat_status (*prepare)(pat_decide *decide);
  pat_status (*check)(pat_decide *decide);
  pat_status (*write)(pat_decide *decide);
} pat_rules;

extern const pat_rules pat_rules__genesis;
extern const pat_rules pat_rules__principal_enrolled;
extern const pat_rules pat_rules__key_rotated;
extern const pat_rules pat_rules__key_revoked;
extern const pat_rules pat_rules__standing_granted;
extern const pat_rules pat_rules__standing_withdrawn;
extern const pat_rules pat_rules__class_published;
extern const pat_rules pat_rules__scheme_published;
extern const pat_rules pat_rules__asset_registered;
extern const pat_rules pat_rules__attributes_changed;
extern const pat_rules pat_rules__identifier_assigned;
extern const pat_rules pat_rules__identifier_released;
extern const pat_rules pat_rules__attested;
extern const pat_rules pat_rules__corrected;
extern const pat_rules pat_rules__retracted;
extern const pat_rules pat_rules__device_enrolled;
extern const pat_rules pat_rules__device_bound;
extern const pat_rules pat_rules__telemetry;

/* Decides one statement and, where it is accepted, writes it over the view.
 * On success decision->outcome says ACCEPTED or REPLAYED; any failure but ledger.need, limit.memory
 * and ledger.record is a refusal, and leaves the view as it was. */
pat_status pat_decide_statement(pat_decide *decide) PAT_MUST_USE PAT_NONNULL_ALL;

/* --- shared steps ---------------------------------------------------------------------------- */

/* Asks the view for a key, so that it becomes a need where the view lacks it; decide->asked keeps
 * the first failure (ledger.need, limit.memory). */
void pat_decide_ask(pat_decide *decide, pat_ledger_key key) PAT_NONNULL_ALL;
void pat_decide_ask_state(pat_decide *decide, pat_state_prefix prefix, pat_span id) PAT_NONNULL_ALL;

/* Finds the signers' principals and checks that each key is theirs and has not ended.
 * fails signer.unknown, signer.principal, signer.rotated, signer.revoked */
pat_status pat_decide_signers(pat_decide *decide) PAT_MUST_USE;
/* Fills sources with the roles that count for class_name at this index, and judges the kind's
 * standing.
 * fails standing.missing, standing.kind (the policy does not admit the kind) */
pat_status pat_decide_standing(pat_decide *decide) PAT_MUST_USE;
/* Refuses where the definition's roles are not among the sources' and the policy does not admit
 * self-declared facts. */
pat_status pat_decide_roles(pat_decide *decide, char *const *roles, size_t role_count,
                            const char *place) PAT_MUST_USE;

/* Refuses a public key that was ever enrolled. fails key.enrolled-before */
pat_status pat_decide_key_new(pat_decide *decide, ProtobufCBinaryData public_key) PAT_MUST_USE;
/* Writes a principal's new key, enrolled here. */
pat_status pat_decide_put_key(pat_decide *decide, const pat_hash *principal,
                              ProtobufCBinaryData public_key) PAT_MUST_USE;
/* A principal's record, to be read and to be written. fails principal.unknown */
pat_status pat_decide_load_principal(pat_decide *decide, ProtobufCBinaryData id,
                                     Patina__PrincipalRecord **ret_record) PAT_MUST_USE;
pat_status pat_decide_put_principal(pat_decide *decide, pat_span id,
                                    const Patina__PrincipalRecord *record) PAT_MUST_USE;

/* Loads the asset, its class and its id. fails asset.unknown, class.unknown */
pat_status pat_decide_load_asset(pat_decide *decide, ProtobufCBinaryData asset) PAT_MUST_USE;
/* Loads one version of a class. fails class.unknown */
pat_status pat_decide_load_class(pat_decide *decide, const char *name,
                                 uint32_t version) PAT_MUST_USE;

/* Which definitions attributes are checked against. */
typedef struct {
  Patina__AttributeDefinition *const *definitions; /* ascending by name */
  size_t count;
  Patina__Bundle bundle; /* UNSPECIFIED: fields of a claim */
  bool whole;            /* required ones must be there */
} pat_attribute_rules;

/* Checks attributes with their disclosed values against their definitions, and notes the slots'
 * visibilities. The attributes' slots are the statement's first ones.
 * fails attributes.unknown, attributes.bundle, attributes.list, attributes.visibility,
 *       attributes.required, value.*,
 * standing.attribute */
pat_status pat_decide_attributes(pat_decide *decide, const pat_attribute_rules *rules,
                                 Patina__Attribute *const *attributes, size_t count) PAT_MUST_USE;

/* The definitions of a bundle of the asset's class. */
pat_attribute_rules pat_decide_bundle(const pat_decide *decide, Patina__Bundle bundle, bool whole);

/* Adds a warning; more than PAT_DECISION_WARNINGS_MAX are dropped. Returns it for its values, or
 * NULL. */
pat_warning *pat_decide_warn(pat_decide *decide, const char *id);

/* The value of a slot. */
const Patina__Value *pat_decide_value(const pat_decide *decide, size_t slot);

/* Refuses a slot whose value is not a text. fails value.type */
pat_status pat_decide_text(pat_decide *decide, size_t slot, const char *place) PAT_MUST_USE;

/* Near misses of decide->memo->value (near_rules.c): asking for what the other two read, telling a
 * writer with standing, remembering the value. */
pat_status pat_decide_ask_near(pat_decide *decide) PAT_MUST_USE;
pat_status pat_decide_warn_near(pat_decide *decide) PAT_MUST_USE;
pat_status pat_decide_write_near(pat_decide *decide) PAT_MUST_USE;

/* Field of a message as a span. */
pat_span pat_decide_span(ProtobufCBinaryData field);

/* A copy of a list with one more item at the end, in the arena; NULL where the arena is full. */
void *pat_decide_append(pat_arena *arena, const void *items, size_t count, size_t item_size,
                        const void *item);

#endif
