/* Each kind by itself: a statement that is accepted, and each near miss of it. */
#include <string.h>

#include "tests/core/model/statement_support.h"

static const uint32_t unknown_kinds[] = {0, 15, 17, 23, 30, 35, 41, 42, 44, 46, 127};

static void test_kinds__are_in_the_table_once(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof unknown_kinds / sizeof unknown_kinds[0]; i++)
    assert_null(pat_kind_find(unknown_kinds[i]));
  assert_null(pat_kind_named("log_closed"));
  size_t count = 0;
  const pat_kind *const *table = pat_kind_table(&count);
  assert_int_equal(count, 18);
  for (size_t i = 0; i < count; i++) {
    assert_ptr_equal(pat_kind_find((uint32_t)table[i]->number), table[i]);
    assert_ptr_equal(pat_kind_named(table[i]->name), table[i]);
    if (i > 0) assert_true(table[i - 1]->number < table[i]->number);
    pat_statement statement = accept(sample(table[i]->number));
    assert_ptr_equal(statement.kind, table[i]);
  }
}

/* One bit of a statement changed: refused, or another statement; never the same one. */
static void test_kinds__are_other_statements_with_any_bit_changed(void **state) {
  (void)state;
  size_t count = 0;
  const pat_kind *const *table = pat_kind_table(&count);
  for (size_t i = 0; i < count; i++) {
    pat_statement original = accept(sample(table[i]->number));
    uint8_t *bytes = room(original.bytes.size);
    memcpy(bytes, original.bytes.data, original.bytes.size);
    for (size_t bit = 0; bit < 8 * original.bytes.size; bit++) {
      bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
      size_t mark = pat_arena_mark(&arena);
      pat_statement changed;
      pat_span span = pat_span_make(bytes, original.bytes.size);
      if (pat_is_ok(pat_statement_decode(span, &arena, &changed, NULL)))
        assert_false(pat_hash_equal(&changed.sha256, &original.sha256));
      pat_arena_reset_to(&arena, mark);
      bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
  }
}

/* --- fields of fixed size -------------------------------------------------------------------- */

typedef ProtobufCBinaryData *(*field_of)(Patina__Statement *message);
#define FIELD(name, path) \
  static ProtobufCBinaryData *name(Patina__Statement *message) { return &message->path; }
FIELD(genesis_nonce, genesis->parameters->nonce)
FIELD(genesis_root, genesis->parameters->root_keys[1])
FIELD(genesis_vrf, genesis->parameters->vrf_key)
FIELD(genesis_promise, genesis->parameters->promise_key)
FIELD(enrolled_name, principal_enrolled->name)
FIELD(granted_principal, standing_granted->principal)
FIELD(withdrawn_principal, standing_withdrawn->principal)
FIELD(withdrawn_grant, standing_withdrawn->grant)
FIELD(registered_asset, asset_registered->asset)
FIELD(changed_asset, attributes_changed->asset)
FIELD(assigned_asset, identifier_assigned->asset)
FIELD(assigned_value, identifier_assigned->value)
FIELD(released_asset, identifier_released->asset)
FIELD(released_value, identifier_released->value)
FIELD(released_assignment, identifier_released->assignment)
FIELD(attested_asset, attested->asset)
FIELD(corrected_asset, corrected->asset)
FIELD(corrected_target, corrected->target)
FIELD(corrected_note, corrected->note)
FIELD(retracted_asset, retracted->asset)
FIELD(retracted_target, retracted->target)
FIELD(retracted_note, retracted->note)
FIELD(device_serial, device_enrolled->serial)
FIELD(bound_asset, device_bound->asset)
FIELD(bound_stream, device_bound->stream)
FIELD(bound_device, device_bound->device)
FIELD(telemetry_stream, telemetry->stream)
FIELD(telemetry_previous, telemetry->previous)
FIELD(telemetry_readings, telemetry->readings)

static const struct {
  pat_kind_number kind;
  field_of field;
  size_t size;
  bool optional; /* may be left out */
} fixed_fields[] = {
    {PAT_KIND_GENESIS, genesis_nonce, 32, false},
    {PAT_KIND_GENESIS, genesis_root, 32, false},
    {PAT_KIND_GENESIS, genesis_vrf, 32, false},
    {PAT_KIND_GENESIS, genesis_promise, 32, false},
    {PAT_KIND_PRINCIPAL_ENROLLED, enrolled_name, 32, false},
    {PAT_KIND_STANDING_GRANTED, granted_principal, 32, false},
    {PAT_KIND_STANDING_WITHDRAWN, withdrawn_principal, 32, false},
    {PAT_KIND_STANDING_WITHDRAWN, withdrawn_grant, 32, false},
    {PAT_KIND_ASSET_REGISTERED, registered_asset, 16, false},
    {PAT_KIND_ATTRIBUTES_CHANGED, changed_asset, 16, false},
    {PAT_KIND_IDENTIFIER_ASSIGNED, assigned_asset, 16, false},
    {PAT_KIND_IDENTIFIER_ASSIGNED, assigned_value, 32, false},
    {PAT_KIND_IDENTIFIER_RELEASED, released_asset, 16, false},
    {PAT_KIND_IDENTIFIER_RELEASED, released_value, 32, false},
    {PAT_KIND_IDENTIFIER_RELEASED, released_assignment, 32, false},
    {PAT_KIND_ATTESTED, attested_asset, 16, false},
    {PAT_KIND_CORRECTED, corrected_asset, 16, false},
    {PAT_KIND_CORRECTED, corrected_target, 32, false},
    {PAT_KIND_CORRECTED, corrected_note, 32, true},
    {PAT_KIND_RETRACTED, retracted_asset, 16, false},
    {PAT_KIND_RETRACTED, retracted_target, 32, false},
    {PAT_KIND_RETRACTED, retracted_note, 32, true},
    {PAT_KIND_DEVICE_ENROLLED, device_serial, 32, true},
    {PAT_KIND_DEVICE_BOUND, bound_asset, 16, false},
    {PAT_KIND_DEVICE_BOUND, bound_stream, 16, false},
    {PAT_KIND_DEVICE_BOUND, bound_device, 32, false},
    {PAT_KIND_TELEMETRY, telemetry_stream, 16, false},
    {PAT_KIND_TELEMETRY, telemetry_previous, 32, true},
    {PAT_KIND_TELEMETRY, telemetry_readings, 32, false},
};

static void check_size(size_t row, size_t size) {
  Patina__Statement *message = sample(fixed_fields[row].kind);
  *fixed_fields[row].field(message) = filled(0x50, size);
  bool fits = size == fixed_fields[row].size || (size == 0 && fixed_fields[row].optional);
  if (fits) {
    accept(message);
  } else {
    refuse(message, PAT_RULE_STATEMENT_FIELD_SIZE);
  }
}

static void test_kinds__refuse_fields_of_other_sizes(void **state) {
  (void)state;
  for (size_t row = 0; row < sizeof fixed_fields / sizeof fixed_fields[0]; row++) {
    size_t size = fixed_fields[row].size;
    check_size(row, 0);
    check_size(row, size - 1);
    check_size(row, size);
    check_size(row, size + 1);
  }
}

/* --- genesis --------------------------------------------------------------------------------- */

static void test_genesis__refuses_prefixes(void **state) {
  (void)state;
  static const char *const bad[] = {"a b", "a+b", "a\x7f", "a\n", "\xc3\xa4"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    Patina__Statement *message = sample(PAT_KIND_GENESIS);
    message->genesis->prefix = (char *)(uintptr_t)bad[i];
    refuse(message, PAT_RULE_GENESIS_PREFIX);
  }
  for (size_t size = PAT_ORIGIN_PREFIX_BYTES_MAX - 1; size <= PAT_ORIGIN_PREFIX_BYTES_MAX; size++) {
    Patina__Statement *message = sample(PAT_KIND_GENESIS);
    message->genesis->prefix = values_text_of('a', size);
    accept(message);
  }
  Patina__Statement *message = sample(PAT_KIND_GENESIS);
  message->genesis->prefix = values_text_of('a', PAT_ORIGIN_PREFIX_BYTES_MAX + 1);
  refuse(message, PAT_RULE_STATEMENT_TEXT);
  message->genesis->prefix = (char *)"";
  refuse(message, PAT_RULE_STATEMENT_TEXT);
}

static void test_genesis__has_1_to_8_root_keys_in_order(void **state) {
  (void)state;
  for (size_t count = 0; count <= PAT_ROOT_KEYS_MAX + 1; count++) {
    Patina__Statement *message = sample(PAT_KIND_GENESIS);
    message->genesis->parameters->n_root_keys = count;
    if (count >= 1 && count <= PAT_ROOT_KEYS_MAX) {
      accept(message);
    } else {
      refuse(message, PAT_RULE_GENESIS_ROOT_KEYS);
    }
  }
  for (uint8_t first = 11; first <= 12; first++) {
    Patina__Statement *message = sample(PAT_KIND_GENESIS);
    message->genesis->parameters->root_keys[0] = filled(first, PAT_PUBLIC_KEY_BYTES);
    refuse(message, PAT_RULE_GENESIS_ROOT_KEYS);
  }
}

static void test_genesis__has_a_threshold_that_can_be_met(void **state) {
  (void)state;
  for (uint32_t threshold = 0; threshold <= 3; threshold++) {
    Patina__Statement *message = sample(PAT_KIND_GENESIS);
    message->genesis->parameters->root_threshold = threshold;
    if (threshold == 1 || threshold == 2) {
      accept(message);
    } else {
      refuse(message, PAT_RULE_GENESIS_ROOT_THRESHOLD);
    }
  }
}

static void test_genesis__has_all_its_parameters(void **state) {
  (void)state;
  Patina__Statement *message = sample(PAT_KIND_GENESIS);
  message->genesis->parameters->max_quiet_s = 0;
  refuse(message, PAT_RULE_GENESIS_PARAMETERS);
  message = sample(PAT_KIND_GENESIS);
  message->genesis->parameters->policy = NULL;
  refuse(message, PAT_RULE_GENESIS_PARAMETERS);
  message = sample(PAT_KIND_GENESIS);
  message->genesis->parameters = NULL;
  refuse(message, PAT_RULE_GENESIS_PARAMETERS);
  message = sample(PAT_KIND_GENESIS);
  message->genesis->parameters->policy->late_after_ms = 0;
  refuse(message, PAT_RULE_POLICY_DATA_WINDOW);
}

static void test_genesis__names_its_predecessor_whole(void **state) {
  (void)state;
  Patina__Predecessor predecessor = PATINA__PREDECESSOR__INIT;
  Patina__Statement *message = sample(PAT_KIND_GENESIS);
  message->genesis->parameters->predecessor = &predecessor;
  predecessor.root = filled(1, PAT_HASH_BYTES);
  refuse(message, PAT_RULE_STATEMENT_TEXT);
  predecessor.origin = values_text_of('a', PAT_ORIGIN_BYTES_MAX + 1);
  refuse(message, PAT_RULE_STATEMENT_TEXT);
  predecessor.origin = values_text_of('a', PAT_ORIGIN_BYTES_MAX);
  accept(message);
  predecessor.root = filled(1, PAT_HASH_BYTES - 1);
  refuse(message, PAT_RULE_STATEMENT_FIELD_SIZE);
}

/* --- principals and standing ----------------------------------------------------------------- */

static void spoil_key(pat_kind_number kind, Patina__Key *(*key_of)(Patina__Statement *message)) {
  Patina__Statement *message = sample(kind);
  key_of(message)->algorithm = PATINA__KEY_ALGORITHM__KEY_ALGORITHM_UNSPECIFIED;
  refuse(message, PAT_RULE_STATEMENT_KEY);
  for (size_t size = PAT_PUBLIC_KEY_BYTES - 1; size <= PAT_PUBLIC_KEY_BYTES + 1; size += 2) {
    message = sample(kind);
    key_of(message)->public_key = filled(0x42, size);
    refuse(message, PAT_RULE_STATEMENT_KEY);
  }
  message = sample(kind);
  key_of(message)->public_key = filled(0x43, PAT_PUBLIC_KEY_BYTES);
  refuse(message, PAT_RULE_STATEMENT_KEY_POSSESSION);
}

static Patina__Key *principal_key(Patina__Statement *message) {
  return message->principal_enrolled->key;
}
static Patina__Key *device_key(Patina__Statement *message) { return message->device_enrolled->key; }

static void test_principal_enrolled__wants_a_type_and_its_key(void **state) {
  (void)state;
  spoil_key(PAT_KIND_PRINCIPAL_ENROLLED, principal_key);
  Patina__Statement *message = sample(PAT_KIND_PRINCIPAL_ENROLLED);
  message->principal_enrolled->key = NULL;
  refuse(message, PAT_RULE_STATEMENT_KEY);
  for (int type = 0; type <= PATINA__PRINCIPAL_TYPE__PRINCIPAL_TYPE_OPERATOR; type++) {
    message = sample(PAT_KIND_PRINCIPAL_ENROLLED);
    message->principal_enrolled->type = (Patina__PrincipalType)type;
    if (type == 0 || type == PATINA__PRINCIPAL_TYPE__PRINCIPAL_TYPE_DEVICE) {
      refuse(message, PAT_RULE_PRINCIPAL_TYPE);
    } else {
      accept(message);
    }
  }
}

static void test_device_enrolled__wants_its_key_and_an_enroller(void **state) {
  (void)state;
  spoil_key(PAT_KIND_DEVICE_ENROLLED, device_key);
  Patina__Statement *message = sample(PAT_KIND_DEVICE_ENROLLED);
  message->n_signers = 1;
  message->signers++;
  refuse(message, PAT_RULE_DEVICE_ENROLLER);
  for (size_t size = PAT_NAME_BYTES_MAX - 1; size <= PAT_NAME_BYTES_MAX + 1; size++) {
    message = sample(PAT_KIND_DEVICE_ENROLLED);
    message->device_enrolled->model = values_text_of('m', size);
    if (size <= PAT_NAME_BYTES_MAX) {
      accept(message);
    } else {
      refuse(message, PAT_RULE_STATEMENT_TEXT);
    }
  }
  message->device_enrolled->model = (char *)"";
  refuse(message, PAT_RULE_STATEMENT_TEXT);
}

static Patina__Statement *grant_for(size_t class_count) {
  Patina__Statement *message = sample(PAT_KIND_STANDING_GRANTED);
  Patina__StandingGranted *body = message->standing_granted;
  body->classes = room((class_count + 1) * sizeof *body->classes);
  body->n_classes = class_count;
  for (size_t i = 0; i < class_count; i++) {
    body->classes[i] = room(8);
    (void)snprintf(body->classes[i], 8, "c%02u", (unsigned)i);
  }
  return message;
}

static void test_standing_granted__refuses_roles_and_classes(void **state) {
  (void)state;
  Patina__Statement *message = sample(PAT_KIND_STANDING_GRANTED);
  message->standing_granted->role = (char *)"root";
  refuse(message, PAT_RULE_STANDING_ROOT);
  message->standing_granted->role = (char *)"Root";
  refuse(message, PAT_RULE_NAME_FORM);
  message->standing_granted->role = (char *)"roots";
  accept(message);
  for (size_t count = PAT_GRANT_CLASSES_MAX - 1; count <= PAT_GRANT_CLASSES_MAX; count++)
    accept(grant_for(count));
  refuse(grant_for(PAT_GRANT_CLASSES_MAX + 1), PAT_RULE_STANDING_CLASSES);
  message = grant_for(2);
  message->standing_granted->classes[1] = message->standing_granted->classes[0];
  refuse(message, PAT_RULE_STANDING_CLASSES);
  message->standing_granted->classes[1] = (char *)"b";
  refuse(message, PAT_RULE_STANDING_CLASSES);
  message->standing_granted->classes[1] = (char *)"";
  refuse(message, PAT_RULE_NAME_FORM);
}

/* --- what must be there ---------------------------------------------------------------------- */

static void test_kinds__refuse_what_lacks_a_part(void **state) {
  (void)state;
  Patina__Statement *message = sample(PAT_KIND_CLASS_PUBLISHED);
  message->class_published->schema = NULL;
  refuse(message, PAT_RULE_STATEMENT_MISSING);
  message = sample(PAT_KIND_SCHEME_PUBLISHED);
  message->scheme_published->scheme = NULL;
  refuse(message, PAT_RULE_STATEMENT_MISSING);
  message = sample(PAT_KIND_ASSET_REGISTERED);
  message->asset_registered->class_version = 0;
  refuse(message, PAT_RULE_STATEMENT_MISSING);
  message = sample(PAT_KIND_ATTRIBUTES_CHANGED);
  message->attributes_changed->n_attributes = 0;
  refuse(message, PAT_RULE_STATEMENT_MISSING);
  message = sample(PAT_KIND_IDENTIFIER_ASSIGNED);
  message->identifier_assigned->scheme_version = 0;
  refuse(message, PAT_RULE_STATEMENT_MISSING);
  message = sample(PAT_KIND_IDENTIFIER_RELEASED);
  message->identifier_released->scheme_version = 0;
  refuse(message, PAT_RULE_STATEMENT_MISSING);
  message = sample(PAT_KIND_ATTESTED);
  message->attested->n_fields = 0;
  refuse(message, PAT_RULE_STATEMENT_MISSING);
  message = sample(PAT_KIND_CORRECTED);
  message->corrected->n_attributes = 0;
  refuse(message, PAT_RULE_STATEMENT_MISSING);
}

static void test_kinds__refuse_catalog_parts_and_names(void **state) {
  (void)state;
  Patina__Statement *message = sample(PAT_KIND_CLASS_PUBLISHED);
  message->class_published->schema->version = 0;
  refuse(message, PAT_RULE_CLASS_VERSION);
  message = sample(PAT_KIND_SCHEME_PUBLISHED);
  message->scheme_published->scheme->version = 0;
  refuse(message, PAT_RULE_SCHEME_VERSION);
  message = sample(PAT_KIND_ASSET_REGISTERED);
  message->asset_registered->class_name = (char *)"";
  refuse(message, PAT_RULE_NAME_FORM);
  message = sample(PAT_KIND_ATTESTED);
  message->attested->claim = (char *)"Claim";
  refuse(message, PAT_RULE_NAME_FORM);
  message = sample(PAT_KIND_IDENTIFIER_ASSIGNED);
  message->identifier_assigned->scheme = (char *)"";
  refuse(message, PAT_RULE_NAME_FORM);
  message = sample(PAT_KIND_IDENTIFIER_RELEASED);
  message->identifier_released->scheme = (char *)"";
  refuse(message, PAT_RULE_NAME_FORM);
}

/* Attributes are cleared by a change, and by nothing else. */
static void test_kinds__clear_attributes_only_in_changes(void **state) {
  (void)state;
  Patina__Attribute *cleared = open_text("colour", 3);
  cleared->content_case = PATINA__ATTRIBUTE__CONTENT_CLEARED;
  cleared->cleared = true;
  Patina__Statement *message = sample(PAT_KIND_ATTRIBUTES_CHANGED);
  message->attributes_changed->attributes[0] = cleared;
  accept(message);
  message = sample(PAT_KIND_ASSET_REGISTERED);
  message->asset_registered->attributes = &cleared;
  message->asset_registered->n_attributes = 1;
  refuse(message, PAT_RULE_ATTRIBUTES_CLEARED);
  message = sample(PAT_KIND_ATTESTED);
  message->attested->fields[0] = cleared;
  refuse(message, PAT_RULE_ATTRIBUTES_CLEARED);
  message = sample(PAT_KIND_CORRECTED);
  message->corrected->attributes[0] = cleared;
  refuse(message, PAT_RULE_ATTRIBUTES_CLEARED);
  message = sample(PAT_KIND_DEVICE_BOUND);
  message->device_bound->readings = &cleared;
  message->device_bound->n_readings = 1;
  refuse(message, PAT_RULE_ATTRIBUTES_CLEARED);
}

static void test_corrections__say_why(void **state) {
  (void)state;
  for (int reason = 0; reason <= PATINA__CORRECTION_REASON__CORRECTION_REASON_NEW_EVIDENCE;
       reason++) {
    Patina__Statement *corrected = sample(PAT_KIND_CORRECTED);
    corrected->corrected->reason = (Patina__CorrectionReason)reason;
    Patina__Statement *retracted = sample(PAT_KIND_RETRACTED);
    retracted->retracted->reason = (Patina__CorrectionReason)reason;
    bool unsaid = reason == 0;
    bool never_was = reason == PATINA__CORRECTION_REASON__CORRECTION_REASON_DID_NOT_OCCUR;
    if (unsaid || never_was) {
      refuse(corrected, PAT_RULE_STATEMENT_REASON);
    } else {
      accept(corrected);
    }
    if (unsaid) {
      refuse(retracted, PAT_RULE_STATEMENT_REASON);
    } else {
      accept(retracted);
    }
  }
}

/* --- devices --------------------------------------------------------------------------------- */

static void test_device_bound__has_1_to_32_signals(void **state) {
  (void)state;
  for (size_t count = 0; count <= PAT_STREAM_SIGNALS_MAX + 1; count++) {
    Patina__Statement *message = sample(PAT_KIND_DEVICE_BOUND);
    message->device_bound->n_signals = count;
    if (count >= 1 && count <= PAT_STREAM_SIGNALS_MAX) {
      accept(message);
    } else {
      refuse(message, PAT_RULE_DEVICE_SIGNALS);
    }
  }
}

static void test_device_bound__refuses_signals(void **state) {
  (void)state;
  Patina__Statement *message = sample(PAT_KIND_DEVICE_BOUND);
  message->device_bound->signals[0]->attribute = (char *)"";
  refuse(message, PAT_RULE_NAME_FORM);
  message = sample(PAT_KIND_DEVICE_BOUND);
  message->device_bound->signals[0]->method = (char *)"";
  refuse(message, PAT_RULE_STATEMENT_TEXT);
  message = sample(PAT_KIND_DEVICE_BOUND);
  message->device_bound->signals[0]->unit = (char *)"furlong";
  refuse(message, PAT_RULE_NUMBER_UNIT_UNKNOWN);
  for (int32_t exponent = -19; exponent <= 19; exponent++) {
    message = sample(PAT_KIND_DEVICE_BOUND);
    message->device_bound->signals[0]->exponent = exponent;
    if (exponent >= -18 && exponent <= 18) {
      accept(message);
    } else {
      refuse(message, PAT_RULE_NUMBER_EXPONENT);
    }
  }
}

static void test_telemetry__has_times_and_a_count(void **state) {
  (void)state;
  Patina__Statement *message = sample(PAT_KIND_TELEMETRY);
  message->telemetry->first_ms = 0;
  refuse(message, PAT_RULE_TELEMETRY_TIMES);
  message->telemetry->first_ms = 1001;
  refuse(message, PAT_RULE_TELEMETRY_TIMES);
  message->telemetry->first_ms = 999;
  accept(message);
  static const uint32_t counts[] = {0, 1, PAT_READINGS_MAX - 1, PAT_READINGS_MAX,
                                    PAT_READINGS_MAX + 1};
  for (size_t i = 0; i < 5; i++) {
    message->telemetry->count = counts[i];
    if (counts[i] >= 1 && counts[i] <= PAT_READINGS_MAX) {
      accept(message);
    } else {
      refuse(message, PAT_RULE_TELEMETRY_COUNT);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      statement_test(test_kinds__are_in_the_table_once),
      statement_test(test_kinds__are_other_statements_with_any_bit_changed),
      statement_test(test_kinds__refuse_fields_of_other_sizes),
      statement_test(test_genesis__refuses_prefixes),
      statement_test(test_genesis__has_1_to_8_root_keys_in_order),
      statement_test(test_genesis__has_a_threshold_that_can_be_met),
      statement_test(test_genesis__has_all_its_parameters),
      statement_test(test_genesis__names_its_predecessor_whole),
      statement_test(test_principal_enrolled__wants_a_type_and_its_key),
      statement_test(test_device_enrolled__wants_its_key_and_an_enroller),
      statement_test(test_standing_granted__refuses_roles_and_classes),
      statement_test(test_kinds__refuse_what_lacks_a_part),
      statement_test(test_kinds__refuse_catalog_parts_and_names),
      statement_test(test_kinds__clear_attributes_only_in_changes),
      statement_test(test_corrections__say_why),
      statement_test(test_device_bound__has_1_to_32_signals),
      statement_test(test_device_bound__refuses_signals),
      statement_test(test_telemetry__has_times_and_a_count),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
