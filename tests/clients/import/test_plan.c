/* Rows into plans: what refuses a row, and items that tell what was said. */
#include "clients/cli/import/build.h"

#include "tests/clients/import/import_catalog.h"

/* A car's row, with one member changed. */
static json_t *car(const char *member, const char *value) {
  json_t *row = json_pack("{s:s,s:s,s:s,s:s,s:s}", "vin", "1HGCM82633A004352", "make", "Honda",
                          "model", "Accord", "year", "2003", "body_style", "");
  if (member != NULL) json_object_set_new(row, member, json_string(value));
  return row;
}

static pat_status plan_car(pat_arena *arena, const char *member, const char *value,
                           pat_plan_row *ret_plan, pat_err *reterr) {
  pat_map map = import_map(arena, "vins");
  pat_plan_rules rules = import_rules(arena, &map);
  json_t *row = car(member, value);
  pat_status status = pat_import_plan(&rules, row, arena, ret_plan, reterr);
  json_decref(row);
  pat_map_clear(&map);
  return status;
}

static void test_plan__refuses_rows_by_their_rule_and_place(void **state) {
  static const struct {
    const char *member, *value, *rule, *place;
  } rows[] = {
      {"vin", " ", "import.key", "vin"},
      {"vin", "1HGCM82633A004353", "vin.check-digit", "vin"},
      {"vin", "1HGCM82633A0043522", "vin.length", "vin"},
      {"vin", "1HGCM8263OA004352", "vin.characters", "vin"},
      {"make", "", "import.value", "make"},
      {"year", "two thousand", "import.date", "model_year"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    pat_plan_row plan;
    pat_err err = {.offset = 0};
    pat_status status = plan_car(*state, rows[i].member, rows[i].value, &plan, &err);
    assert_string_equal(pat_rule_id((pat_rule)status.rule), rows[i].rule);
    assert_string_equal(err.place, rows[i].place);
  }
}

static void test_plan__refuses_a_text_beyond_a_value(void **state) {
  char *text = calloc(PAT_TEXT_BYTES_MAX + 2, 1);
  assert_non_null(text);
  pat_plan_row plan;
  memset(text, 'x', PAT_TEXT_BYTES_MAX);
  import_ok(plan_car(*state, "make", text, &plan, NULL));
  text[PAT_TEXT_BYTES_MAX] = 'x';
  import_refused(plan_car(*state, "make", text, &plan, NULL), VALUE_TEXT);
  free(text);
}

static const pat_plan_attribute *find(const pat_plan_row *plan, const char *name) {
  for (size_t i = 0; i < plan->attribute_count; i++) {
    if (strcmp(plan->attributes[i].fact.definition->name, name) == 0) return &plan->attributes[i];
  }
  fail_msg("no attribute %s", name);
  return NULL;
}

static void test_plan__names_the_same_things_the_same(void **state) {
  pat_plan_row one;
  pat_plan_row other;
  import_ok(plan_car(*state, NULL, NULL, &one, NULL));
  import_ok(plan_car(*state, "make", " HONDA", &other, NULL));
  assert_true(pat_hash_equal(&one.key, &other.key));
  assert_int_equal(one.attribute_count, 3); /* an empty body style says nothing */
  assert_true(pat_item_equal(&find(&one, "model")->item, &find(&other, "model")->item));
  assert_false(pat_item_equal(&find(&one, "make")->item, &find(&other, "make")->item));
  assert_true(pat_item_same_attribute(&find(&one, "make")->item, &find(&other, "make")->item));
  assert_false(pat_item_same_attribute(&find(&one, "make")->item, &find(&one, "model")->item));
  assert_true(pat_item_equal(&one.identifiers[0].item, &other.identifiers[0].item));
  assert_false(pat_item_same_attribute(&one.identifiers[0].item, &one.identifiers[0].item));
  import_ok(plan_car(*state, "vin", "1HGCM82633A004352 ", &other, NULL));
  assert_true(pat_hash_equal(&one.key, &other.key));
  import_ok(plan_car(*state, "vin", "4JGDA5HB7JB158144", &other, NULL));
  assert_false(pat_hash_equal(&one.key, &other.key));
}

static void test_plan__refuses_a_row_whose_key_was_met(void **state) {
  pat_plan_row plan;
  pat_state_row row = {.seen = 7};
  import_ok(plan_car(*state, NULL, NULL, &plan, NULL));
  import_refused(pat_import_check_row(&plan, &row, PAT_BATCH_STATEMENTS_MAX), IMPORT_KEY_REPEATED);
  row.seen = 0;
  import_ok(pat_import_check_row(&plan, &row, PAT_BATCH_STATEMENTS_MAX));
}

static void test_plan__refuses_a_row_beyond_one_request(void **state) {
  pat_plan_row plan;
  const pat_state_row row = {.seen = 0};
  import_ok(plan_car(*state, NULL, NULL, &plan, NULL));
  assert_int_equal(pat_import_count(&plan, &row), 2); /* registration and VIN */
  import_refused(pat_import_check_row(&plan, &row, 1), IMPORT_STATEMENTS);
  import_ok(pat_import_check_row(&plan, &row, 2));
  import_ok(pat_import_check_row(&plan, &row, 3));
}

static json_t *painting(void) {
  return json_pack("{s:s,s:s,s:s,s:s,s:f,s:f,s:f,s:f,s:s,s:s,s:s,s:s,s:s,s:s,s:[{s:s,s:s}]}", "id",
                   "cmoa:1", "title", "Composition", "creation_date", "late 19th century",
                   "accession_number", "60.1", "item_height", 49.0, "item_width", 48.375,
                   "item_depth", 0.0, "item_diameter", 0.0, "medium", "oil", "classification",
                   "paintings", "credit_line", "Gift", "department", "Fine Arts",
                   "physical_location", "Gallery 1", "web_url", "http://x", "creator", "full_name",
                   "A. Painter", "role", "school of");
}

static void test_plan__makes_an_attestation_of_each_step(void **state) {
  pat_map map = import_map(*state, "cmoa_paintings");
  pat_plan_rules rules = import_rules(*state, &map);
  json_t *row = painting();
  json_object_set_new(
      row, "provenance_text",
      json_string("Possibly A. Painter; (Gallery, Paris, by 1967). Museum, 1970 [1].\n"
                  "\nNotes:\n[1]. A note."));
  pat_plan_row plan;
  import_ok(pat_import_plan(&rules, row, *state, &plan, NULL));
  assert_int_equal(plan.attestation_count, 4); /* and what the maker's role says */
  assert_string_equal(plan.attestations[0].occurred, "");
  assert_string_equal(plan.attestations[1].occurred, "../1967");
  assert_string_equal(plan.attestations[2].occurred, "1970");
  assert_string_equal(plan.attestations[3].claim->name, "attribution");
  const pat_plan_attestation *step = &plan.attestations[1];
  const char *last = "";
  for (size_t i = 0; i < step->field_count; i++) {
    assert_true(strcmp(last, step->fields[i].definition->name) < 0);
    last = step->fields[i].definition->name;
  }
  assert_string_equal(step->fields[0].values[0]->code->code, "certain");
  assert_string_equal(step->fields[2].values[0]->code->code, "direct");
  assert_string_equal(find(&plan, "creation_date")->fact.values[0]->date, "18XX");
  assert_string_equal(find(&plan, "distinguishing_features")->fact.values[0]->text,
                      "dated in the source: late 19th century");
  assert_int_equal(find(&plan, "width")->fact.values[0]->number->mantissa, 48375);
  json_decref(row);
  pat_map_clear(&map);
}

/* Every row of a shared source is planned, or refused by one of the rules named. */
static size_t plan_source(pat_arena *arena, const char *map_name, const char *path,
                          size_t *ret_refused) {
  pat_map map = import_map(arena, map_name);
  pat_plan_rules rules = import_rules(arena, &map);
  pat_rows rows;
  import_ok(pat_rows_open(import_shared(arena, path), &map.format, arena, &rows, NULL));
  size_t count = 0;
  *ret_refused = 0;
  for (;; count++) {
    pat_row row;
    pat_plan_row plan;
    size_t mark = pat_arena_mark(arena);
    import_ok(pat_rows_next(&rows, &row, NULL));
    if (row.end) break;
    import_ok(row.status);
    import_ok(pat_map_check_columns(&map, row.object, NULL));
    pat_status status = pat_import_plan(&rules, row.object, arena, &plan, NULL);
    *ret_refused += pat_is_ok(status) ? 0 : 1;
    json_decref(row.object);
    pat_arena_reset_to(arena, mark);
  }
  pat_rows_close(&rows);
  pat_map_clear(&map);
  return count;
}

static void test_plan__plans_every_shared_row(void **state) {
  static const struct {
    const char *map, *path;
    size_t rows, refused;
  } sources[] = {
      {"vins", "vehicles/corgi_vins.csv", 88, 0},
      {"vins_claimed", "vehicles/wal33d_claimed_vins.csv", 21, 13},
      {"ima_instruments", "instruments/ima_instruments.json", 72, 0},
      {"cmoa_instruments", "instruments/cmoa_instruments.json", 2, 0},
      {"knoedler", "art/knoedler_stockbooks.csv", 150, 0},
      {"cmoa_paintings", "art/cmoa_paintings.json", 571, 0},
  };
  for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
    size_t refused = 0;
    assert_int_equal(plan_source(*state, sources[i].map, sources[i].path, &refused),
                     sources[i].rows);
    assert_int_equal(refused, sources[i].refused);
  }
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, import_arena_new, import_arena_free)

int main(void) {
  const struct CMUnitTest tests[] = {
      WITH_ARENA(test_plan__refuses_rows_by_their_rule_and_place),
      WITH_ARENA(test_plan__refuses_a_text_beyond_a_value),
      WITH_ARENA(test_plan__refuses_a_row_whose_key_was_met),
      WITH_ARENA(test_plan__refuses_a_row_beyond_one_request),
      WITH_ARENA(test_plan__names_the_same_things_the_same),
      WITH_ARENA(test_plan__makes_an_attestation_of_each_step),
      WITH_ARENA(test_plan__plans_every_shared_row),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
