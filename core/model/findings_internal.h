/* Readings of telemetry attributes, and the rules over them: what fold_readings.c collects and
 * findings.c judges. Private to core/model. */
#ifndef PAT_CORE_MODEL_FINDINGS_INTERNAL_H
#define PAT_CORE_MODEL_FINDINGS_INTERNAL_H

#include "core/model/fold_internal.h"

/* One reading of a telemetry attribute: a record's field, or a device's. */
struct pat_fold_reading {
  pat_fold_reading *next;
  const pat_fold_entry *entry;
  Patina__Fact *field;            /* NULL for a device's reading */
  const Patina__Signal *signal;   /* device: how to read it; NULL for a field */
  const Patina__Reading *reading; /* device: NULL where the batch is withheld */
  Patina__Value *value;           /* field: what holds after corrections, NULL where unknown */
  size_t attribute;               /* its number in the schema */
  size_t position;                /* within its entry */
  size_t rank;                    /* place in occurrence order, among its attribute's readings */
  int32_t earliest_day;
  int32_t latest_day;
  uint64_t instant_ms;      /* 0 where only the day is declared */
  bool measurable;          /* an odometer's, with a length: milli and resolution_milli are set */
  int64_t milli;            /* millimetres, never negative */
  int64_t resolution_milli; /* of the last digit that was stated */
};

/* --- streams and readings -------------------------------------------------------------------- */

/* A batch's readings; NULL where they are withheld. */
const Patina__Readings *pat_fold__batch_readings(const pat_fold_entry *batch) PAT_NONNULL_ALL;

/* A device's number as a value of its own. fails limit.memory. */
pat_status pat_fold__signal_value(pat_fold_work *work, const Patina__Signal *signal,
                                  int64_t mantissa,
                                  Patina__Value **ret_value) PAT_MUST_USE PAT_NONNULL_ALL;

/* The number that a reading gives, for comparison; false where it gives none. */
bool pat_fold__reading_number(const pat_fold_reading *reading,
                              Patina__Number *ret_number) PAT_NONNULL_ALL;

/* --- findings -------------------------------------------------------------------------------- */

/* The name of a finding and what it rests on: one or two entries, with a value for each or none. */
typedef struct {
  const char *id;
  const char *name;
  uint64_t indexes[2];
  Patina__Value *values[2];
  size_t index_count;
  size_t value_count; /* 0, or index_count */
  ProtobufCBinaryData key;
} pat_fold_outcome;

/* Adds a finding; indexes may come in any order. fails limit.memory. */
pat_status pat_fold__find(pat_fold_work *work,
                          const pat_fold_outcome *outcome) PAT_MUST_USE PAT_NONNULL_ALL;

/* Adds a finding about two readings with their values. fails limit.memory. */
pat_status pat_fold__find_readings(pat_fold_work *work, const char *id, const pat_fold_reading *a,
                                   const pat_fold_reading *b) PAT_MUST_USE PAT_NONNULL_ALL;

/* The rules over one odometer's readings: odometer.lower, odometer.unit-mix-up.
 * in    readings  count pat_fold_reading in occurrence order, rank set */
pat_status pat_fold__odometer(pat_fold_work *work, const void **readings, size_t count) PAT_MUST_USE
    PAT_NONNULL(1);

/* The rule over one attribute's readings by statements: fact.disagreement. */
pat_status pat_fold__disagreement(pat_fold_work *work, const void **readings,
                                  size_t count) PAT_MUST_USE PAT_NONNULL(1);

#endif
