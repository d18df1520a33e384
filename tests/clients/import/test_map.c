/* Maps: each mistake is refused with its place; the shipped ones fit the shipped classes. */
#include "clients/cli/import/map.h"

#include <stdio.h>

#include "tests/clients/import/import_catalog.h"

#define HEAD                                                                                  \
  "{\"format\": \"patina-import-map-v1\", \"name\": \"m\", \"class\": \"vehicle\", \"key\": " \
  "[\"k\"]"
#define CSV ", \"source\": {\"type\": \"csv\"}"

static void test_map__refuses_mistakes_with_their_place(void **state) {
  static const struct {
    const char *text;
    const char *place;
  } rows[] = {
      {"[]", ""},
      {HEAD CSV ", \"atributes\": []}", "atributes"},
      {HEAD ", \"source\": {\"type\": \"xml\"}}", "source[0].type"},
      {HEAD ", \"source\": {}}", "source[0].type"},
      {HEAD ", \"source\": {\"type\": \"csv\", \"delimiter\": \"x\"}}", "source[0].delimiter"},
      {HEAD ", \"source\": {\"type\": \"csv\", \"encoding\": \"latin9\"}}", "source[0].encoding"},
      {HEAD ", \"source\": {\"type\": \"json\", \"encoding\": \"cp1252\"}}", "source[0].encoding"},
      {HEAD CSV ", \"attributes\": {}}", "attributes"},
      {HEAD CSV ", \"attributes\": [{\"column\": \"a\"}]}", "attributes[0].name"},
      {HEAD CSV ", \"attributes\": [{\"name\": \"make\"}]}", "attributes[0].column"},
      {HEAD CSV ", \"attributes\": [{\"name\": \"make\", \"column\": \"a\", \"value\": \"b\"}]}",
       "attributes[0].column"},
      {HEAD CSV ", \"attributes\": [{\"name\": \"make\", \"colum\": \"a\"}]}",
       "attributes[0].colum"},
      {HEAD CSV ", \"attributes\": [{\"name\": \"make\", \"column\": \"\"}]}",
       "attributes[0].column"},
      {HEAD CSV ", \"attributes\": [{\"name\": 5, \"column\": \"a\"}]}", "attributes[0].name"},
      {HEAD CSV
       ", \"attributes\": [{\"name\": \"a\", \"column\": \"a\"}, {\"name\": \"make\", \"column\":"
       " \"a\", \"as\": \"shout\"}]}",
       "attributes[1].as"},
      {HEAD CSV ", \"attributes\": [{\"name\": \"a\", \"column\": \"a\", \"if_bad\": \"hide\"}]}",
       "attributes[0].if_bad"},
      {HEAD CSV ", \"attributes\": [{\"name\": \"a\", \"column\": \"a\", \"as\": \"dimension\"}]}",
       "attributes[0].side"},
      {HEAD CSV ", \"attributes\": [{\"name\": \"a\", \"column\": \"a\", \"as\": \"date_parts\"}]}",
       "attributes[0].columns"},
      {HEAD CSV ", \"attributes\": [{\"name\": \"a\", \"column\": \"a\", \"unit_column\": \"u\"}]}",
       "attributes[0].units"},
      {HEAD CSV ", \"attributes\": [{\"name\": \"a\", \"column\": \"a\", \"table\": {}}]}",
       "attributes[0].table"},
      {HEAD CSV ", \"attributes\": [{\"name\": \"a\", \"column\": \"a\", \"table\": {\"x\": 1}}]}",
       "attributes[0].table"},
      {HEAD CSV ", \"attributes\": [{\"name\": \"a\", \"column\": \"a\", \"skip\": \"x\"}]}",
       "attributes[0].skip"},
      {HEAD CSV ", \"identifiers\": [{\"column\": \"a\"}]}", "identifiers[0].scheme"},
      {HEAD CSV ", \"identifiers\": [{\"scheme\": \"s\", \"column\": \"a\", \"identifies\": 1}]}",
       "identifiers[0].identifies"},
      {HEAD CSV ", \"identifiers\": [{\"scheme\": \"s\", \"column\": \"a\", \"scope\": \"x\", "
                "\"scope_column\": \"y\"}]}",
       "identifiers[0].scope"},
      {HEAD CSV ", \"statements\": [{\"claim\": \"c\", \"split\": \"by-hand\"}]}",
       "statements[0].split"},
      {HEAD CSV ", \"statements\": [{\"claim\": \"c\", \"split\": \"provenance-aam\"}]}",
       "statements[0].column"},
      {HEAD CSV ", \"statements\": [{\"claim\": \"c\", \"occurred\": {\"name\": \"x\", \"column\": "
                "\"a\"}}]}",
       "statements[0].occurred[0].name"},
      {"{\"format\": \"v2\"}", "format"},
      {HEAD "}", "source[0]"},
      {"{\"format\": \"patina-import-map-v1\", \"name\": \"m\", \"class\": \"v\", \"key\": []" CSV
       "}",
       "key"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    pat_map map;
    pat_err err = {.offset = 0};
    pat_status status = pat_map_read(pat_span_text(rows[i].text), *state, &map, &err);
    if (!pat_is_rule(status, PAT_RULE_IMPORT_MAP) || strcmp(err.place, rows[i].place) != 0) {
      fail_msg("%s: %s at \"%s\" instead of \"%s\"", rows[i].text,
               pat_rule_id((pat_rule)status.rule), err.place, rows[i].place);
    }
  }
}

static void test_map__refuses_what_is_no_json(void **state) {
  static const char *const texts[] = {"", "{", HEAD CSV, HEAD CSV ", \"name\": \"again\"}"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    pat_map map;
    import_refused(pat_map_read(pat_span_text(texts[i]), *state, &map, NULL), IMPORT_MAP);
  }
}

static pat_status bind(pat_arena *arena, const char *rest, pat_err *reterr) {
  char text[1024];
  snprintf(text, sizeof text, "%s%s%s}", HEAD, CSV, rest);
  pat_map map;
  import_ok(pat_map_read(pat_span_text(text), arena, &map, NULL));
  pat_status status = pat_map_bind(&map, import_class(arena, "vehicle"), reterr);
  pat_map_clear(&map);
  return status;
}

#define MAKE  "{\"name\": \"make\", \"column\": \"a\"}"
#define MODEL "{\"name\": \"model\", \"column\": \"a\"}"

static void test_map__refuses_names_that_the_class_has_not(void **state) {
  static const struct {
    const char *rest;
    const char *place;
  } rows[] = {
      {"", "attributes.make"},
      {", \"attributes\": [" MAKE "]", "attributes.model"},
      {", \"attributes\": [" MAKE ", " MODEL ", {\"name\": \"wings\", \"column\": \"a\"}]",
       "attributes.wings"},
      {", \"attributes\": [" MAKE ", " MODEL ", {\"name\": \"colour\", \"column\": \"a\"}]",
       "attributes.colour"},
      {", \"attributes\": [" MAKE ", " MODEL ", " MAKE "]", "attributes.make"},
      {", \"attributes\": [" MAKE ", " MODEL "], \"consumer\": [" MAKE "]", "consumer.make"},
      {", \"attributes\": [" MAKE
       ", {\"name\": \"model\", \"columns\": [\"a\", \"b\", \"c\"], \"as\": "
       "\"date_parts\"}]",
       "attributes.model"},
      {", \"attributes\": [" MAKE ", " MODEL "], \"statements\": [{\"claim\": \"flight\"}]",
       "statements.flight"},
      {", \"attributes\": [" MAKE ", " MODEL "], \"statements\": [{\"claim\": \"inspection\"}]",
       "inspection.odometer_status"},
      {", \"attributes\": [" MAKE ", " MODEL
       "], \"statements\": [{\"claim\": \"inspection\", \"split\": "
       "\"provenance-aam\", \"column\": \"a\"}]",
       "statements.split"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    pat_err err = {.offset = 0};
    import_refused(bind(*state, rows[i].rest, &err), IMPORT_MAP);
    assert_string_equal(err.place, rows[i].place);
  }
  import_ok(bind(*state, ", \"attributes\": [" MODEL ", " MAKE "]", NULL));
}

static void test_map__refuses_a_source_without_a_column(void **state) {
  pat_map map = import_map(*state, "vins");
  pat_err err = {.offset = 0};
  json_t *row = json_pack("{s:s,s:s,s:s,s:s}", "vin", "", "make", "", "model", "", "year", "");
  import_refused(pat_map_check_columns(&map, row, &err), IMPORT_COLUMN);
  assert_string_equal(err.place, "body_style");
  json_object_set_new(row, "body_style", json_null());
  import_ok(pat_map_check_columns(&map, row, &err));
  json_decref(row);
  pat_map_clear(&map);
}

static void test_map__shipped_maps_fit_the_shipped_classes(void **state) {
  static const char *const names[] = {
      "cmoa_paintings", "cmoa_instruments", "ima_instruments", "knoedler", "vins", "vins_claimed"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    pat_map map = import_map(*state, names[i]);
    assert_string_equal(map.name, names[i]);
    (void)import_rules(*state, &map);
    pat_map_clear(&map);
  }
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, import_arena_new, import_arena_free)

int main(void) {
  const struct CMUnitTest tests[] = {
      WITH_ARENA(test_map__refuses_mistakes_with_their_place),
      WITH_ARENA(test_map__refuses_what_is_no_json),
      WITH_ARENA(test_map__refuses_names_that_the_class_has_not),
      WITH_ARENA(test_map__refuses_a_source_without_a_column),
      WITH_ARENA(test_map__shipped_maps_fit_the_shipped_classes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
