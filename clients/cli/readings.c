#include "clients/cli/readings.h"

#include "clients/cli/build_value.h"
#include "core/bytes/reader.h"
#include "core/bytes/text.h"
#include "core/model/edtf.h"

enum { DATE_CHARACTERS = 10, SECOND_CHARACTERS = 19, MS_PER_DAY = 86400000 };

/* Digits with leading zeros, as dates have them. */
static bool digits(pat_span text, size_t from, size_t count, uint64_t *ret_number) {
  uint64_t number = 0;
  for (size_t i = from; i < from + count; i++) {
    if (i >= text.size || text.data[i] < '0' || text.data[i] > '9') return false;
    number = number * 10 + (uint64_t)(text.data[i] - '0');
  }
  *ret_number = number;
  return true;
}

/* ".123Z" or "Z" behind the seconds. */
static bool fraction(pat_span text, uint64_t *ret_ms) {
  *ret_ms = 0;
  size_t at = SECOND_CHARACTERS;
  if (at < text.size && text.data[at] == '.') {
    if (!digits(text, at + 1, 3, ret_ms)) return false;
    at += 4;
  }
  return at + 1 == text.size && text.data[at] == 'Z';
}

pat_status pat_readings_time(pat_span text, uint64_t *ret_ms) {
  if (pat_is_ok(pat_text_u64(text, ret_ms))) return PAT_OK;
  PAT_REQUIRE(text.size > SECOND_CHARACTERS && text.data[DATE_CHARACTERS] == 'T', CLI_READINGS);
  pat_edtf day;
  PAT_REQUIRE(pat_is_ok(pat_edtf_parse(pat_span_slice(text, 0, DATE_CHARACTERS), &day, NULL)),
              CLI_READINGS);
  bool is_day = day.precision == PAT_EDTF_DAY && day.earliest_day == day.latest_day;
  PAT_REQUIRE(is_day && day.earliest_day >= 0, CLI_READINGS);
  uint64_t hour = 0;
  uint64_t minute = 0;
  uint64_t second = 0;
  uint64_t ms = 0;
  bool form = digits(text, 11, 2, &hour) && text.data[13] == ':' && digits(text, 14, 2, &minute) &&
              text.data[16] == ':' && digits(text, 17, 2, &second) && fraction(text, &ms);
  PAT_REQUIRE(form && hour < 24 && minute < 60 && second < 60, CLI_READINGS);
  *ret_ms =
      (uint64_t)day.earliest_day * MS_PER_DAY + ((hour * 60 + minute) * 60 + second) * 1000 + ms;
  return PAT_OK;
}

static pat_status find_signal(pat_span text, Patina__Signal *const *signals, size_t signal_count,
                              uint32_t *ret_signal) {
  uint64_t number = 0;
  if (pat_is_ok(pat_text_u64(text, &number))) {
    PAT_REQUIRE(number < (signal_count > 0 ? signal_count : PAT_STREAM_SIGNALS_MAX), CLI_READINGS);
    *ret_signal = (uint32_t)number;
    return PAT_OK;
  }
  for (size_t i = 0; i < signal_count; i++) {
    if (!pat_span_equal(pat_span_text(signals[i]->attribute), text)) continue;
    *ret_signal = (uint32_t)i;
    return PAT_OK;
  }
  return pat_refuse(PAT_RULE_CLI_READINGS);
}

/* The device's integer for a number in the signal's unit: exact, or refused. */
static pat_status scale(int64_t mantissa, int32_t exponent, int32_t target, int64_t *ret_mantissa) {
  for (; exponent > target; exponent--) {
    PAT_REQUIRE(mantissa <= INT64_MAX / 10 && mantissa >= INT64_MIN / 10, CLI_READINGS);
    mantissa *= 10;
  }
  for (; exponent < target; exponent++) {
    PAT_REQUIRE(mantissa % 10 == 0, CLI_READINGS);
    mantissa /= 10;
  }
  *ret_mantissa = mantissa;
  return PAT_OK;
}

static pat_status read_value(pat_span text, const Patina__Signal *signal,
                             Patina__Reading *reading) {
  reading->reading_case = PATINA__READING__READING_STATUS;
  if (pat_span_equal(text, PAT_SPAN_LITERAL("unreadable"))) {
    reading->status = PATINA__READING_STATUS__READING_STATUS_UNREADABLE;
    return PAT_OK;
  }
  if (pat_span_equal(text, PAT_SPAN_LITERAL("not-available"))) {
    reading->status = PATINA__READING_STATUS__READING_STATUS_NOT_AVAILABLE;
    return PAT_OK;
  }
  reading->reading_case = PATINA__READING__READING_MANTISSA;
  if (signal == NULL) {
    PAT_REQUIRE(pat_is_ok(pat_text_i64(text, &reading->mantissa)), CLI_READINGS);
    return PAT_OK;
  }
  int64_t mantissa = 0;
  int32_t exponent = 0;
  PAT_REQUIRE(pat_is_ok(pat_build_decimal(text, &mantissa, &exponent)), CLI_READINGS);
  return scale(mantissa, exponent, signal->exponent, &reading->mantissa);
}

/* Cuts "a,b,c". */
static bool cut(pat_span line, pat_span fields[3]) {
  size_t count = 0;
  size_t from = 0;
  for (size_t i = 0; i <= line.size; i++) {
    if (i < line.size && line.data[i] != ',') continue;
    if (count == 3) return false;
    fields[count++] = pat_span_slice(line, from, i - from);
    from = i + 1;
  }
  return count == 3;
}

static pat_status read_line(pat_span line, Patina__Signal *const *signals, size_t signal_count,
                            pat_readings_line *ret_line) {
  pat_span fields[3];
  PAT_REQUIRE(cut(line, fields), CLI_READINGS);
  patina__reading__init(&ret_line->reading);
  PAT_TRY(pat_readings_time(fields[0], &ret_line->time_ms));
  PAT_TRY(find_signal(fields[1], signals, signal_count, &ret_line->reading.signal));
  const Patina__Signal *signal = signal_count > 0 ? signals[ret_line->reading.signal] : NULL;
  return read_value(fields[2], signal, &ret_line->reading);
}

static pat_span trim(pat_span line) {
  while (line.size > 0 && (line.data[line.size - 1] == '\r' || line.data[line.size - 1] == ' ')) {
    line.size--;
  }
  return line;
}

static bool is_skipped(pat_span line, bool first) {
  if (line.size == 0 || line.data[0] == '#') return true;
  return first && pat_span_equal(line, PAT_SPAN_LITERAL("time,signal,value"));
}

/* The next line; the last one may lack its line feed. */
static pat_span next_line(pat_reader *reader) {
  pat_span line = PAT_SPAN_EMPTY;
  pat_reader again = *reader;
  if (pat_is_ok(pat_text_line(reader, &line))) return trim(line);
  *reader = again;
  if (!pat_is_ok(pat_reader_rest(reader, &line))) return PAT_SPAN_EMPTY;
  return trim(line);
}

static size_t count_lines(pat_span text) {
  size_t count = 1;
  for (size_t i = 0; i < text.size; i++) {
    if (text.data[i] == '\n') count++;
  }
  return count;
}

pat_status pat_readings_parse(pat_span text, Patina__Signal *const *signals, size_t signal_count,
                              pat_arena *arena, pat_readings_list *ret_list, pat_err *reterr) {
  pat_readings_line *lines = pat_arena_take_array(arena, count_lines(text), sizeof *lines);
  PAT_REQUIRE(lines != NULL, LIMIT_MEMORY);
  size_t count = 0;
  pat_reader reader;
  pat_reader_init(&reader, text);
  for (size_t number = 1; pat_reader_left(&reader) > 0; number++) {
    pat_span line = next_line(&reader);
    if (is_skipped(line, count == 0)) continue;
    pat_status status = read_line(line, signals, signal_count, &lines[count]);
    PAT_REQUIRE_AT(pat_is_ok(status), CLI_READINGS, reterr, number, "line");
    bool falls = count > 0 && lines[count].time_ms < lines[count - 1].time_ms;
    PAT_REQUIRE_AT(!falls, CLI_READINGS, reterr, number, "time");
    count++;
  }
  PAT_REQUIRE_AT(count > 0, CLI_READINGS, reterr, 0, "no readings");
  *ret_list = (pat_readings_list){lines, count};
  return PAT_OK;
}

size_t pat_readings_batch(const pat_readings_line *lines, size_t count) {
  size_t size = 0;
  while (size < count && size < PAT_READINGS_MAX &&
         lines[size].time_ms - lines[0].time_ms <= UINT32_MAX) {
    size++;
  }
  return size;
}
