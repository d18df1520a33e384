/* Findings over the readings of one attribute: what an odometer showed, and where two statements
 * about one day disagree. */
#include <string.h>

#include "core/base/assert.h"
#include "core/model/findings_internal.h"
#include "core/model/number.h"
#include "core/model/sort.h"
#include "core/model/value.h"

static const pat_fold_reading *reading_at(const void **readings, size_t i) {
  return (const pat_fold_reading *)readings[i];
}

static pat_status reading_value(pat_fold_work *work, const pat_fold_reading *reading,
                                Patina__Value **ret_value) {
  if (reading->field == NULL) {
    PAT_ASSERT(reading->reading != NULL);
    return pat_fold__signal_value(work, reading->signal, reading->reading->mantissa, ret_value);
  }
  PAT_ASSERT(reading->value != NULL);
  *ret_value = reading->value;
  return PAT_OK;
}

pat_status pat_fold__find_readings(pat_fold_work *work, const char *id, const pat_fold_reading *a,
                                   const pat_fold_reading *b) {
  PAT_ASSERT(a->attribute == b->attribute);
  pat_fold_outcome outcome = {.id = id,
                              .name = work->schema->attributes[a->attribute]->name,
                              .indexes = {a->entry->entry->index, b->entry->entry->index},
                              .index_count = 2,
                              .value_count = 2};
  PAT_TRY(reading_value(work, a, &outcome.values[0]));
  PAT_TRY(reading_value(work, b, &outcome.values[1]));
  return pat_fold__find(work, &outcome);
}

/* --- odometer.lower, odometer.unit-mix-up ---------------------------------------------------- */

/* Lower by more than the last digit of the coarser of the two can explain. */
static bool is_lower(const pat_fold_reading *earlier, const pat_fold_reading *later) {
  PAT_ASSERT(earlier->milli >= 0);
  PAT_ASSERT(later->milli >= 0);
  int64_t slack = earlier->resolution_milli > later->resolution_milli ? earlier->resolution_milli
                                                                      : later->resolution_milli;
  return later->milli < earlier->milli && earlier->milli - later->milli > slack;
}

/* True where larger is within 2 % of 1.609344 times smaller (kilometres in a mile). */
static bool is_mile_ratio(int64_t larger_milli, int64_t smaller_milli) {
  static const int64_t metres_max = 1000000000000; /* keeps the products within int64 */
  int64_t larger = larger_milli / 1000;
  int64_t smaller = smaller_milli / 1000;
  if (larger > metres_max || smaller > metres_max || smaller == 0) return false;
  int64_t expected = smaller * 1609344; /* millionths of a metre's multiple, as are the bounds */
  return larger * 980000 <= expected && expected <= larger * 1020000;
}

/* More than 100,000 miles a year, counted over all days that the two dates can span. */
static bool is_implausible(const pat_fold_reading *earlier, const pat_fold_reading *later) {
  static const int64_t metres_per_day_max = 160934400 / 365;
  int64_t days = (int64_t)later->latest_day - earlier->earliest_day + 1;
  return (later->milli - earlier->milli) / 1000 / metres_per_day_max >= days;
}

/* True where the later reading is in the longer unit: the same digits then look like a jump. */
static bool has_longer_unit(const pat_fold_reading *later, const pat_fold_reading *earlier) {
  Patina__Number units[2];
  int64_t milli[2] = {0, 0};
  const pat_fold_reading *readings[2] = {earlier, later};
  for (size_t i = 0; i < 2; i++) {
    if (!pat_fold__reading_number(readings[i], &units[i])) return false;
    units[i].mantissa = 1;
    units[i].exponent = 0;
    if (!pat_is_ok(pat_number_to_milli_base(&units[i], &milli[i]))) return false;
  }
  return milli[1] > milli[0];
}

static bool is_unit_mix_up(const pat_fold_reading *earlier, const pat_fold_reading *later) {
  if (is_lower(earlier, later)) return is_mile_ratio(earlier->milli, later->milli);
  if (later->milli <= earlier->milli) return false;
  return is_mile_ratio(later->milli, earlier->milli) &&
         (has_longer_unit(later, earlier) || is_implausible(earlier, later));
}

static pat_status judge(pat_fold_work *work, const pat_fold_reading *earlier,
                        const pat_fold_reading *later) {
  if (is_unit_mix_up(earlier, later)) {
    return pat_fold__find_readings(work, "odometer.unit-mix-up", earlier, later);
  }
  if (!is_lower(earlier, later)) return PAT_OK;
  return pat_fold__find_readings(work, "odometer.lower", earlier, later);
}

static int compare_end(const void *a, const void *b) {
  const pat_fold_reading *left = (const pat_fold_reading *)a;
  const pat_fold_reading *right = (const pat_fold_reading *)b;
  if (left->latest_day != right->latest_day) return left->latest_day < right->latest_day ? -1 : 1;
  return (left->rank > right->rank) - (left->rank < right->rank);
}

/* True where both say at which moment of one day they were read, and a not after b. */
static bool is_earlier_that_day(const pat_fold_reading *a, const pat_fold_reading *b) {
  return a->instant_ms != 0 && b->instant_ms != 0 && a->earliest_day == b->earliest_day &&
         a->instant_ms <= b->instant_ms;
}

/* The readings that can be compared, by occurrence and by the end of what their dates can mean. */
typedef struct {
  const void **by_occurrence;
  const void **by_end;
  size_t count;
  size_t ended;  /* readings of by_end that are surely over */
  size_t latest; /* 1 + the highest rank among them; 0 where there are none */
} odometer_sweep;

static void sweep_to(odometer_sweep *sweep, int32_t day) {
  while (sweep->ended < sweep->count && reading_at(sweep->by_end, sweep->ended)->latest_day < day) {
    size_t rank = reading_at(sweep->by_end, sweep->ended++)->rank;
    if (rank + 1 > sweep->latest) sweep->latest = rank + 1;
  }
}

/* Compares reading i with the last ones that surely came before it: by the beginning and by the end
 * of what their dates can mean, which is mostly the same one. What the dates leave open is never
 * compared: a log's order says nothing about an old paper. */
static pat_status judge_at(pat_fold_work *work, odometer_sweep *sweep, size_t i) {
  const pat_fold_reading *reading = reading_at(sweep->by_occurrence, i);
  sweep_to(sweep, reading->earliest_day);
  if (i > 0 && is_earlier_that_day(reading_at(sweep->by_occurrence, i - 1), reading)) {
    return judge(work, reading_at(sweep->by_occurrence, i - 1), reading);
  }
  if (sweep->ended == 0) return PAT_OK;
  const pat_fold_reading *by_begin = reading_at(sweep->by_occurrence, sweep->latest - 1);
  const pat_fold_reading *by_end = reading_at(sweep->by_end, sweep->ended - 1);
  PAT_TRY(judge(work, by_begin, reading));
  return by_end == by_begin ? PAT_OK : judge(work, by_end, reading);
}

pat_status pat_fold__odometer(pat_fold_work *work, const void **readings, size_t count) {
  odometer_sweep sweep = {.count = 0};
  sweep.by_occurrence = pat_arena_take_array(work->arena, count, sizeof *readings);
  sweep.by_end = pat_arena_take_array(work->arena, count, sizeof *readings);
  PAT_REQUIRE(sweep.by_occurrence != NULL, LIMIT_MEMORY);
  PAT_REQUIRE(sweep.by_end != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < count; i++) {
    pat_fold_reading *reading = (pat_fold_reading *)readings[i];
    if (!reading->measurable) continue;
    reading->rank = sweep.count;
    sweep.by_occurrence[sweep.count] = sweep.by_end[sweep.count] = reading;
    sweep.count++;
  }
  pat_sort_pointers(sweep.by_end, sweep.count, compare_end);
  for (size_t i = 0; i < sweep.count; i++)
    PAT_TRY(judge_at(work, &sweep, i));
  return PAT_OK;
}

/* --- fact.disagreement ----------------------------------------------------------------------- */

/* Statements that declare one day, by someone with standing. */
static bool may_disagree(const pat_fold_reading *reading) {
  return reading->field != NULL && reading->value != NULL && !reading->field->self_declared &&
         !reading->entry->instant && reading->earliest_day == reading->latest_day;
}

/* True where the class says that two numbers so close mean the same. */
static bool is_within_tolerance(const Patina__Tolerance *tolerance, const Patina__Value *recorded,
                                const Patina__Value *other) {
  if (tolerance == NULL || recorded->value_case != PATINA__VALUE__VALUE_NUMBER ||
      other->value_case != PATINA__VALUE__VALUE_NUMBER ||
      !pat_unit_comparable(recorded->number->unit, other->number->unit)) {
    return false;
  }
  int64_t a = 0;
  int64_t b = 0;
  int64_t allowed = 0;
  if (!pat_is_ok(pat_number_to_milli_base(recorded->number, &a)) || a < 0) return false;
  if (!pat_is_ok(pat_number_to_milli_base(other->number, &b)) || b < 0) return false;
  if (tolerance->absolute != NULL &&
      !pat_is_ok(pat_number_to_milli_base(tolerance->absolute, &allowed))) {
    return false;
  }
  int64_t per_mille = tolerance->per_mille < 1000 ? (int64_t)tolerance->per_mille : 1000;
  int64_t share = a / 1000 * per_mille;
  int64_t apart = a > b ? a - b : b - a;
  return apart <= (share > allowed ? share : allowed);
}

static bool disagree(const pat_fold_work *work, const pat_fold_reading *a,
                     const pat_fold_reading *b) {
  if (a->earliest_day != b->earliest_day) return false;
  if (pat_fold__share_principal(a->entry->entry->sources, a->entry->entry->n_sources,
                                b->entry->entry->sources, b->entry->entry->n_sources)) {
    return false;
  }
  if (pat_value_equal(a->value, b->value)) return false;
  return !is_within_tolerance(work->schema->attributes[a->attribute]->tolerance, a->value,
                              b->value);
}

/* Compares each statement with the one before it about the same day. */
pat_status pat_fold__disagreement(pat_fold_work *work, const void **readings, size_t count) {
  const pat_fold_reading *before = NULL;
  for (size_t i = 0; i < count; i++) {
    const pat_fold_reading *reading = reading_at(readings, i);
    if (!may_disagree(reading)) continue;
    if (before != NULL && disagree(work, before, reading)) {
      before->field->conflicting = true;
      reading->field->conflicting = true;
      PAT_TRY(pat_fold__find_readings(work, "fact.disagreement", before, reading));
    }
    before = reading;
  }
  return PAT_OK;
}
