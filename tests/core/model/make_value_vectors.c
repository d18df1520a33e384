#include <string.h>

#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "proto/catalog.pb-c.h"
#include "tests/core/model/make_vectors.h"

enum { INPUT_BYTES_MAX = 1024 };

/* --- edtf ------------------------------------------------------------------------------------ */

static const char *const dates[] = {
    "1955",
    "0001",
    "9999",
    "0000",
    "1955-02",
    "1955-13",
    "1955-00",
    "2024-02-29",
    "2023-02-29",
    "1900-02-29",
    "2000-02-29",
    "2024-04-31",
    "1969-12-31",
    "1970-01-01",
    "2021-05-25T10:00:00Z",
    "2021-05-25T10:00:00+02:00",
    "2021-05-25T24:00:00Z",
    "2021-05-25T10:60:00Z",
    "2021-21",
    "2021-24",
    "2021-25",
    "1955?",
    "1955~",
    "1955-07-04%",
    "1955-07?",
    "201X",
    "20XX",
    "2XXX",
    "XXXX",
    "2004-XX",
    "1985-04-XX",
    "1985-XX-XX",
    "1985-XX-04",
    "1938/1946",
    "1946/1938",
    "1938-05/1946-06-02",
    "1938?/1946~",
    "../1946",
    "1938/..",
    "/1946",
    "1938/",
    "../..",
    "/",
    "",
    " 1955",
    "1955 ",
    "55",
    "19555",
    "1955-1",
    "1955/1956/1957",
    "May 1955",
    "-0044",
    "Y170000002",
};

static void make_edtf(vector_run *run) {
  vector_file file;
  vector_begin(&file, run, "edtf/edtf.json", "edtf");
  for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
    char name[32];
    PAT_ASSERT(snprintf(name, sizeof name, "edtf-%zu", i + 1) > 0);
    vector_add(&file, name, dates[i], pat_span_text(dates[i]), pat_call_edtf);
  }
  vector_end(&file);
}

/* --- inputs of two parts --------------------------------------------------------------------- */

static pat_span encode(const ProtobufCMessage *message, uint8_t room[INPUT_BYTES_MAX]) {
  pat_builder builder;
  pat_builder_init(&builder, room, INPUT_BYTES_MAX);
  PAT_ASSERT(pat_is_ok(pat_protobuf_encode(message, &builder)));
  pat_span bytes;
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&builder, &bytes)));
  return bytes;
}

static pat_span join(pat_span first, pat_span second, uint8_t room[2 * INPUT_BYTES_MAX]) {
  pat_builder builder;
  pat_builder_init(&builder, room, 2 * (size_t)INPUT_BYTES_MAX);
  pat_builder_u16be(&builder, (uint16_t)first.size);
  pat_builder_span(&builder, first);
  pat_builder_span(&builder, second);
  pat_span bytes;
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&builder, &bytes)));
  return bytes;
}

/* --- identifiers ----------------------------------------------------------------------------- */

static Patina__IdentifierScheme make_scheme(const char *name) {
  Patina__IdentifierScheme scheme = PATINA__IDENTIFIER_SCHEME__INIT;
  scheme.name = (char *)name;
  scheme.version = 1;
  scheme.normalisation = PATINA__NORMALISATION__NORMALISATION_UPPER_ALNUM;
  scheme.uniqueness = PATINA__UNIQUENESS__UNIQUENESS_GLOBAL;
  scheme.visibility = PATINA__VISIBILITY__VISIBILITY_PUBLIC;
  scheme.length_min = 1;
  scheme.length_max = 20;
  if (strcmp(name, "vin") == 0) {
    scheme.validation = PATINA__VALIDATION__VALIDATION_VIN17;
    scheme.length_min = scheme.length_max = 17;
  } else if (strcmp(name, "plate") == 0) {
    scheme.validation = PATINA__VALIDATION__VALIDATION_ALNUM;
  } else if (strcmp(name, "inventory") == 0) {
    scheme.normalisation = PATINA__NORMALISATION__NORMALISATION_TRIM;
  } else if (strcmp(name, "opus") == 0) {
    scheme.normalisation = PATINA__NORMALISATION__NORMALISATION_UPPER_TRIM;
  }
  return scheme;
}

typedef struct {
  const char *scheme;
  const char *raw;
} reading;

static const reading identifiers[] = {
    {"vin", "1M8GDM9AXKP042788"},
    {"vin", "1m8gdm9axkp042788"},
    {"vin", " 1M8-GDM9AX KP042788 "},
    {"vin", "1M8GDM9A1KP042788"},
    {"vin", "1M8GDM9AXKP042789"},
    {"vin", "11111111111111111"},
    {"vin", "WVWZZZ1JZXW000001"},
    {"vin", "YV1LW5542V2345678"},
    {"vin", "1M8GDM9AXKP04278"},
    {"vin", "1M8GDM9AXKP0427888"},
    {"vin", "1M8GDM9AXKPO42788"},
    {"vin", "IM8GDM9AXKP042788"},
    {"vin", "1M8GDM9AXKQ042788"},
    {"vin", "LVSHFAEM9HF000001"},
    {"vin", ""},
    {"plate", "ab 12-cd"},
    {"plate",
     "\xc3\x84"
     "B 12"},
    {"plate", "AB_12"},
    {"plate", "A"},
    {"plate", "ABCDEFGHIJKLMNOPQRSTU"},
    {"plate", "--- "},
    {"inventory", "  1896.1   a "},
    {"inventory", "NG 1093"},
    {"inventory", "\xff"},
    {"opus", "op. 12  no 3"},
};

static void make_identifiers(vector_run *run) {
  vector_file file;
  vector_begin(&file, run, "identifier/identifier.json", "identifier");
  for (size_t i = 0; i < sizeof identifiers / sizeof identifiers[0]; i++) {
    uint8_t room[INPUT_BYTES_MAX];
    uint8_t input[2 * INPUT_BYTES_MAX];
    char name[48];
    Patina__IdentifierScheme scheme = make_scheme(identifiers[i].scheme);
    PAT_ASSERT(snprintf(name, sizeof name, "%s-%zu", identifiers[i].scheme, i + 1) > 0);
    vector_add(&file, name, identifiers[i].raw,
               join(encode(&scheme.base, room), pat_span_text(identifiers[i].raw), input),
               pat_call_identifier);
  }
  vector_end(&file);
}

/* --- numbers --------------------------------------------------------------------------------- */

typedef struct {
  int64_t mantissa;
  int32_t exponent;
  const char *unit;
} value;

static const struct {
  value a, b;
} pairs[] = {
    {{1, 0, ""}, {1, 0, ""}},
    {{1, 0, ""}, {2, 0, ""}},
    {{-1, 0, ""}, {1, 0, ""}},
    {{100, -1, "KMT"}, {10, 0, "KMT"}},
    {{100, -1, "KMT"}, {1, 1, "KMT"}},
    {{1, 0, "SMI"}, {1609344, -6, "KMT"}},
    {{1, 0, "SMI"}, {1609343, -6, "KMT"}},
    {{1, 0, "SMI"}, {1609345, -6, "KMT"}},
    {{100000, 0, "SMI"}, {160934, 0, "KMT"}},
    {{100000, 0, "SMI"}, {1609344, -1, "KMT"}},
    {{1, 0, "KMT"}, {1000, 0, "MTR"}},
    {{1, 0, "INH"}, {254, -1, "MMT"}},
    {{INT64_MAX, 18, "KMT"}, {INT64_MAX, 18, "MTR"}},
    {{INT64_MIN, 18, "KMT"}, {INT64_MAX, -18, "KMT"}},
    {{INT64_MIN, -18, ""}, {INT64_MIN, -18, ""}},
    {{0, 18, "KMT"}, {0, -18, "SMI"}},
    {{1, 19, ""}, {1, 0, ""}},
    {{1, 0, ""}, {1, -19, ""}},
    {{1, 0, "KMT"}, {1, 0, "KGM"}},
    {{1, 0, "KMT"}, {1, 0, ""}},
    {{1, 0, "XYZ9"}, {1, 0, "XYZ9"}},
    {{5, 0, "USD"}, {50, -1, "USD"}},
    {{5, 0, "USD"}, {5, 0, "EUR"}},
    {{24, -1, "BAR"}, {240, 0, "KPA"}},
};

static Patina__Number make_number(value source) {
  Patina__Number number = PATINA__NUMBER__INIT;
  number.mantissa = source.mantissa;
  number.exponent = source.exponent;
  number.unit = (char *)source.unit;
  return number;
}

static void make_numbers(vector_run *run) {
  vector_file file;
  vector_begin(&file, run, "number/number.json", "number");
  for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
    uint8_t rooms[2][INPUT_BYTES_MAX];
    uint8_t input[2 * INPUT_BYTES_MAX];
    char name[32];
    char readable[128];
    Patina__Number a = make_number(pairs[i].a);
    Patina__Number b = make_number(pairs[i].b);
    PAT_ASSERT(snprintf(name, sizeof name, "number-%zu", i + 1) > 0);
    PAT_ASSERT(snprintf(readable, sizeof readable, "%lld e%d %s : %lld e%d %s",
                        (long long)a.mantissa, a.exponent, a.unit, (long long)b.mantissa,
                        b.exponent, b.unit) > 0);
    vector_add(&file, name, readable,
               join(encode(&a.base, rooms[0]), encode(&b.base, rooms[1]), input), pat_call_number);
  }
  vector_end(&file);
}

void make_value_vectors(vector_run *run) {
  make_edtf(run);
  make_identifiers(run);
  make_numbers(run);
}
