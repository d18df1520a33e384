/* The fold's parts and what they share. Private to core/model: the entry is fold.h.
 *
 * A fold runs in steps, each in its own file, over one pat_fold_work:
 *   entries      decode and order-check; standing, lateness; who corrects or retracts what
 *   attributes   the manufacturer's and the consumer's facts
 *   records      attestations and readings of bindings
 *   identifiers  spans of the identifiers
 *   streams      bindings and their batches
 *   readings     the latest of each telemetry attribute, and those that the findings compare
 *   findings     the rules, one function each
 *   telemetry    the facts of the latest readings
 * Invariant: all pointers lead into the history or the arena; nothing of the history is written. */
#ifndef PAT_CORE_MODEL_FOLD_INTERNAL_H
#define PAT_CORE_MODEL_FOLD_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/span.h"
#include "core/base/status.h"
#include "core/model/edtf.h"
#include "core/model/statement.h"
#include "proto/state.pb-c.h"

#define PAT_FACT_RECORDED    PATINA__FACT_STATE__FACT_STATE_RECORDED
#define PAT_FACT_NOTHING     PATINA__FACT_STATE__FACT_STATE_NOTHING_RECORDED
#define PAT_FACT_CANNOT_TELL PATINA__FACT_STATE__FACT_STATE_CANNOT_TELL

/* --- entries --------------------------------------------------------------------------------- */

/* One entry of the asset's history or of a stream. */
typedef struct pat_fold_entry pat_fold_entry;
struct pat_fold_entry {
  const Patina__HistoryEntry *entry;
  pat_statement statement;
  Patina__Disclosure **disclosures; /* by slot; NULL where the reader does not hold it */
  pat_edtf occurred;                /* as declared, else the day of issue (of a batch: its last) */
  bool instant;                     /* it declares no date, so it happened when it was issued */
  bool entitled;                    /* its signers have standing for its kind and claim */
  bool late;
  uint64_t version; /* attributes_changed: counted from 1 */
  /* What it aims at, where that is an earlier entry of a fitting kind; NULL otherwise. */
  pat_fold_entry *target;                      /* corrected, retracted, identifier_released */
  const pat_fold_entry *retraction;            /* what took it back; NULL where it stands */
  const pat_fold_entry *release;               /* identifier_assigned: what released it */
  const Patina__IdentifierHistory *identifier; /* identifier_assigned: all about that identifier */
  const Patina__AssignmentSpan *span;          /* its span therein */
  const Patina__Record *record; /* its line among the records, NULL where it has none */
  size_t correction_first;      /* where its corrections begin in corrections_by_target */
  size_t correction_count;
};

/* A device's binding and its telemetry. */
typedef struct {
  const pat_fold_entry *binding;
  pat_fold_entry *batches; /* in log order */
  size_t batch_count;
} pat_fold_stream;

/* One reading of a telemetry attribute: findings_internal.h. */
typedef struct pat_fold_reading pat_fold_reading;

typedef struct pat_fold_finding pat_fold_finding;
struct pat_fold_finding {
  pat_fold_finding *next;
  Patina__Finding *message;
};

typedef struct {
  const Patina__AssetHistory *history;
  const Patina__AssetClass *schema;
  const Patina__Policy *policy;
  pat_arena *arena;
  pat_err *reterr;
  pat_fold_entry *entries; /* in log order */
  size_t entry_count;
  const void **by_hash;               /* pat_fold_entry, ascending by statement hash */
  const void **corrections;           /* those that are not retracted, in log order */
  const void **corrections_by_target; /* the same, grouped by target */
  size_t correction_count;
  pat_fold_stream *streams; /* in the order of their bindings */
  size_t stream_count;
  pat_fold_reading *latest; /* by attribute of the schema; entry is NULL where there is none */
  pat_fold_reading *readings;
  size_t reading_count;
  pat_fold_finding *findings;
  size_t finding_count;
  Patina__AssetState *state;
} pat_fold_work;

/* Decodes the asset's entries, checks their order and subject, and links targets, retractions,
 * corrections, releases and identifiers. fails as pat_fold. */
pat_status pat_fold__entries(pat_fold_work *work) PAT_MUST_USE PAT_NONNULL_ALL;

/* Decodes one entry with its disclosures and judges its lateness and its standing by kind.
 * fails disclosure.*, history.order, history.sources, and those of pat_statement_decode. */
pat_status pat_fold__entry(pat_fold_work *work, const Patina__HistoryEntry *source,
                           pat_fold_entry *ret_entry) PAT_MUST_USE PAT_NONNULL_ALL;

/* True where a later statement may overrule an earlier one: it has standing for its kind, or shares
 * a principal with it. Otherwise it merely stands beside it. */
bool pat_fold__overrules(const pat_fold_entry *later,
                         const pat_fold_entry *earlier) PAT_NONNULL_ALL;
bool pat_fold__share_principal(Patina__Source *const *a, size_t a_count, Patina__Source *const *b,
                               size_t b_count);

/* --- facts ----------------------------------------------------------------------------------- */

/* What one statement says about one name: the elements that share it. */
typedef struct {
  char *name;
  Patina__Attribute *const *elements;
  size_t count;
  size_t slot; /* of the first element that is a slot */
} pat_fold_said;

/* Walks a statement's attributes name by name; slots are numbered from 0 in the same order. */
typedef struct {
  Patina__Attribute *const *attributes;
  size_t count;
  size_t at;
  size_t slot;
} pat_fold_cursor;

/* Starts before the first name. */
pat_fold_cursor pat_fold__cursor(Patina__Attribute *const *attributes, size_t count);
/* Steps to the next name; false where there is none. */
bool pat_fold__next(pat_fold_cursor *cursor, pat_fold_said *ret_said) PAT_NONNULL_ALL;

/* A new fact in which nothing is recorded. fails limit.memory. */
pat_status pat_fold__fact_new(pat_fold_work *work, char *name,
                              Patina__Fact **ret_fact) PAT_MUST_USE PAT_NONNULL_ALL;

/* Writes into fact what the entry says. definition may be NULL. fails limit.memory. */
pat_status pat_fold__fact_say(pat_fold_work *work, const pat_fold_entry *entry,
                              const pat_fold_said *said,
                              const Patina__AttributeDefinition *definition,
                              Patina__Fact *fact) PAT_MUST_USE PAT_NONNULL(1, 2, 3, 5);

/* Facts ascending by name. */
typedef struct {
  Patina__Fact **items;
  size_t count;
} pat_fold_facts;

/* The fact with this name, NULL where there is none. */
Patina__Fact *pat_fold__fact_find(pat_fold_facts facts, const char *name) PAT_NONNULL_ALL;

/* Puts beside each fact those of the corrections (pat_fold_entry, oldest first) that are of its
 * statement, which is of this kind. fails limit.memory. */
pat_status pat_fold__correct(pat_fold_work *work, pat_fold_facts facts, pat_kind_number kind,
                             const void **corrections, size_t correction_count) PAT_MUST_USE;

/* --- the other steps: each fills its part of work->state; fails limit.memory ------------------ */

/* Manufacturer and consumer; then records, and identifiers. */
pat_status pat_fold__attributes(pat_fold_work *work) PAT_MUST_USE PAT_NONNULL_ALL;
pat_status pat_fold__records(pat_fold_work *work) PAT_MUST_USE PAT_NONNULL_ALL;
pat_status pat_fold__identifiers(pat_fold_work *work) PAT_MUST_USE PAT_NONNULL_ALL;
/* fails too with history.stream, history.order, and those of pat_fold__entry. */
pat_status pat_fold__streams(pat_fold_work *work) PAT_MUST_USE PAT_NONNULL_ALL;
/* Collects readings from records and streams. */
pat_status pat_fold__readings(pat_fold_work *work) PAT_MUST_USE PAT_NONNULL_ALL;
/* Needs readings; marks the fields that disagree. */
pat_status pat_fold__findings(pat_fold_work *work) PAT_MUST_USE PAT_NONNULL_ALL;
/* The latest reading of each attribute, with the marks of the findings. */
pat_status pat_fold__telemetry(pat_fold_work *work) PAT_MUST_USE PAT_NONNULL_ALL;

#endif
