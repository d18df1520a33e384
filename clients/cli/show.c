#include "clients/cli/show.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "clients/cli/output.h"
#include "core/crypto/base32.h"
#include "core/verify/roll.h"

const char *pat_show_count(pat_cli *cli, uint64_t count, const char *one, const char *many) {
  if (count == 0) return pat_show_format(cli, "no %s", many);
  return pat_show_format(cli, "%" PRIu64 " %s", count, count == 1 ? one : many);
}

const char *pat_show_format(pat_cli *cli, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  va_list again;
  va_copy(again, arguments);
  int size = vsnprintf(NULL, 0, format, again);
  va_end(again);
  char *text = size < 0 ? NULL : pat_arena_take(&cli->arena, (size_t)size + 1);
  if (text != NULL) vsnprintf(text, (size_t)size + 1, format, arguments);
  va_end(arguments);
  return text != NULL ? text : "";
}

/* The digits with the decimal point where the exponent puts it: 100 x 10^-1 is "10.0". */
static const char *decimal(pat_cli *cli, int64_t mantissa, int32_t exponent) {
  const char *sign = mantissa < 0 ? "-" : "";
  uint64_t digits = mantissa < 0 ? 0 - (uint64_t)mantissa : (uint64_t)mantissa;
  if (exponent >= 0) {
    return pat_show_format(cli, "%s%" PRIu64 "%.*s", sign, digits, digits == 0 ? 0 : (int)exponent,
                           "000000000000000000");
  }
  uint64_t scale = 1;
  for (int32_t i = exponent; i < 0; i++) {
    scale *= 10;
  }
  return pat_show_format(cli, "%s%" PRIu64 ".%0*" PRIu64, sign, digits / scale, (int)-exponent,
                         digits % scale);
}

static const char *number(pat_cli *cli, const Patina__Number *value) {
  const char *digits = decimal(cli, value->mantissa, value->exponent);
  if (value->unit[0] == '\0') return digits;
  return pat_show_format(cli, "%s %s", digits, value->unit);
}

const char *pat_show_asset(pat_cli *cli, ProtobufCBinaryData asset) {
  if (asset.len != PAT_ASSET_ID_BYTES) return "";
  char text[PAT_BASE32_ASSET_TEXT_BYTES];
  pat_base32_asset_encode(asset.data, text);
  return pat_show_format(cli, "%s", text);
}

const char *pat_show_value(pat_cli *cli, const Patina__Value *value) {
  switch (value->value_case) {
    case PATINA__VALUE__VALUE_TEXT:
      return value->text;
    case PATINA__VALUE__VALUE_NUMBER:
      return number(cli, value->number);
    case PATINA__VALUE__VALUE_DATE:
      return value->date;
    case PATINA__VALUE__VALUE_FLAG:
      return value->flag ? "recorded yes" : "recorded no";
    case PATINA__VALUE__VALUE_CODE:
      return pat_show_format(cli, "%s (%s)", value->code->code, value->code->system);
    case PATINA__VALUE__VALUE_ASSET:
      return pat_show_asset(cli, value->asset);
    case PATINA__VALUE__VALUE_EVIDENCE:
      return pat_show_format(cli, "%s, SHA-256 %s", value->evidence->media_type,
                             pat_output_hex(cli, pat_span_make(value->evidence->sha256.data,
                                                               value->evidence->sha256.len)));
    case PATINA__VALUE__VALUE_READINGS:
      return pat_show_count(cli, value->readings->n_readings, "reading", "readings");
    default:
      return "";
  }
}

const char *pat_show_fact(pat_cli *cli, const Patina__Fact *fact) {
  if (fact->state == PATINA__FACT_STATE__FACT_STATE_CANNOT_TELL) {
    return "cannot tell (withheld or erased)";
  }
  if (fact->state != PATINA__FACT_STATE__FACT_STATE_RECORDED) return "none recorded here";
  const char *text = "";
  for (size_t i = 0; i < fact->n_values; i++) {
    text = pat_show_format(cli, "%s%s%s", text, i > 0 ? "; " : "",
                           pat_show_value(cli, fact->values[i]));
  }
  return text;
}

/* The name that was disclosed with the enrolment, "" where it is not known. */
static const char *name_of(const pat_cli *cli, const Patina__Source *source) {
  if (cli->roll == NULL || source->principal.len != PAT_HASH_BYTES) return "";
  pat_hash id;
  pat_span_copy(id.bytes, sizeof id.bytes,
                pat_span_make(source->principal.data, source->principal.len));
  const pat_roll_principal *principal = pat_roll_find(cli->roll, &id);
  return principal != NULL ? principal->name : "";
}

static const char *one_source(pat_cli *cli, const Patina__Source *source) {
  enum { SHORT_ID_BYTES = 6 };
  size_t size = source->principal.len < SHORT_ID_BYTES ? source->principal.len : SHORT_ID_BYTES;
  const char *text = pat_output_hex(cli, pat_span_make(source->principal.data, size));
  const char *name = name_of(cli, source);
  if (name[0] != '\0') text = pat_show_format(cli, "%s (%s)", name, text);
  for (size_t i = 0; i < source->n_roles; i++) {
    text = pat_show_format(cli, "%s%s%s", text, i > 0 ? "," : " ", source->roles[i]);
  }
  return text;
}

const char *pat_show_sources(pat_cli *cli, Patina__Source *const *sources, size_t count,
                             bool self_declared, bool late) {
  const char *text = "";
  for (size_t i = 0; i < count; i++) {
    text = pat_show_format(cli, "%s%s%s", text, i > 0 ? " + " : "", one_source(cli, sources[i]));
  }
  return pat_show_format(cli, "%s%s%s", text, self_declared ? "; self-declared" : "",
                         late ? "; recorded late" : "");
}

const char *pat_show_date(pat_cli *cli, const char *occurred, uint64_t issued_at_ms) {
  enum { DAY_CHARACTERS = 10 };
  if (occurred[0] != '\0') return occurred;
  return pat_show_format(cli, "%.*s", DAY_CHARACTERS, pat_output_time(cli, issued_at_ms));
}
