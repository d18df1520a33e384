/* What the kinds share: the table's rows, and checks of the fields that many bodies have.
 *
 * Private to core/model: kind.c lists the rows, one file per kind defines one. */
#ifndef PAT_CORE_MODEL_KINDS_KINDS_H
#define PAT_CORE_MODEL_KINDS_KINDS_H

#include "core/model/statement.h"

extern const pat_kind pat_kind__genesis;
extern const pat_kind pat_kind__principal_enrolled;
extern const pat_kind pat_kind__key_rotated;
extern const pat_kind pat_kind__key_revoked;
extern const pat_kind pat_kind__standing_granted;
extern const pat_kind pat_kind__standing_withdrawn;
extern const pat_kind pat_kind__class_published;
extern const pat_kind pat_kind__scheme_published;
extern const pat_kind pat_kind__asset_registered;
extern const pat_kind pat_kind__attributes_changed;
extern const pat_kind pat_kind__identifier_assigned;
extern const pat_kind pat_kind__identifier_released;
extern const pat_kind pat_kind__attested;
extern const pat_kind pat_kind__corrected;
extern const pat_kind pat_kind__retracted;
extern const pat_kind pat_kind__device_enrolled;
extern const pat_kind pat_kind__device_bound;
extern const pat_kind pat_kind__telemetry;

/* Refuses a field that does not have exactly size bytes. fails statement.field-size. */
pat_status pat_kind__size(ProtobufCBinaryData field, size_t size, const char *place,
                          pat_err *reterr) PAT_MUST_USE;

/* Refuses a text that does not have 1 to size_max bytes. fails statement.text. */
pat_status pat_kind__text(const char *text, size_t size_max, const char *place,
                          pat_err *reterr) PAT_MUST_USE;

/* Refuses a key whose algorithm is not Ed25519 or whose size is not 32 bytes, or that is missing.
 * fails statement.key. */
pat_status pat_kind__key(const Patina__Key *key, pat_err *reterr) PAT_MUST_USE;

/* Refuses a statement that the key did not sign: the proof that the enroller holds it.
 * fails statement.key-possession. */
pat_status pat_kind__key_signs(const Patina__Statement *statement, const Patina__Key *key,
                               pat_err *reterr) PAT_MUST_USE;

/* Refuses a correction's or retraction's reason where it says nothing. fails statement.reason. */
pat_status pat_kind__reason(Patina__CorrectionReason reason, pat_err *reterr) PAT_MUST_USE;

/* Adds a slot to the list; an empty digest adds nothing (optional slots). */
void pat_kind__slot(pat_slot_list *list, ProtobufCBinaryData digest, const char *name,
                    Patina__Visibility visibility);

/* Adds the slots of attributes, in their order. */
void pat_kind__attribute_slots(pat_slot_list *list, Patina__Attribute *const *attributes,
                               size_t count);

/* Adds one subject: a kind's verb in one line. */
void pat_kind__subject(pat_subject_set *set, pat_subject_kind kind, ProtobufCBinaryData id);

/* The field as a span. */
pat_span pat_kind__span(ProtobufCBinaryData field);

#endif
