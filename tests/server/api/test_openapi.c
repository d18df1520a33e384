/* proto/openapi.json against the program: every route is described and nothing else, every schema
 * has the fields of its message, and every example is one that the program's own decoder takes. */
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/api.pb-c.h"
#include "proto/json/protojson.h"
#include "server/api/api.h"
#include "server/api/documents.h"

enum { ARENA_BYTES = 1 << 20 };

static json_t *document;

static int load(void **state) {
  (void)state;
  json_error_t error;
  document = json_loadb((const char *)pat_api_openapi_document, pat_api_openapi_document_bytes,
                        JSON_REJECT_DUPLICATES, &error);
  return document == NULL;
}

static int unload(void **state) {
  (void)state;
  json_decref(document);
  return 0;
}

static const char *method_name(pat_api_method method) {
  return method == PAT_API_POST ? "post" : "get";
}

/* "/tile/{path...}" is written "/tile/{path}" there. */
static void plain_pattern(const char *pattern, char plain[200]) {
  size_t used = 0;
  for (; *pattern != '\0'; pattern++) {
    if (*pattern != '.' || strncmp(pattern, "...}", 4) != 0) {
      plain[used++] = *pattern;
      continue;
    }
    pattern += 2;
  }
  plain[used] = '\0';
}

static json_t *operation_of(const pat_api_route *route) {
  char plain[200];
  plain_pattern(route->pattern, plain);
  json_t *path = json_object_get(json_object_get(document, "paths"), plain);
  return json_object_get(path, method_name(route->method));
}

static bool describes_parameter(const json_t *operation, const char *name, size_t size,
                                const char *in) {
  size_t i;
  json_t *parameter;
  json_array_foreach(json_object_get(operation, "parameters"), i, parameter) {
    const char *own = json_string_value(json_object_get(parameter, "name"));
    const char *place = json_string_value(json_object_get(parameter, "in"));
    if (strlen(own) == size && strncmp(own, name, size) == 0 && strcmp(place, in) == 0) return true;
  }
  return false;
}

static size_t count_parameters(const json_t *operation, const char *in) {
  size_t count = 0;
  size_t i;
  json_t *parameter;
  json_array_foreach(json_object_get(operation, "parameters"), i, parameter) {
    count += strcmp(json_string_value(json_object_get(parameter, "in")), in) == 0;
  }
  return count;
}

static void check_query(const pat_api_route *route, const json_t *operation) {
  size_t count = 0;
  for (const char *name = route->query; *name != '\0';) {
    size_t size = strcspn(name, " ");
    if (!describes_parameter(operation, name, size, "query")) {
      fail_msg("%s: %.*s is not described", route->pattern, (int)size, name);
    }
    name += size;
    name += strspn(name, " ");
    count++;
  }
  assert_int_equal(count_parameters(operation, "query"), count);
}

/* The media types of a response or request body are those of the route. */
static void check_media(const json_t *content, unsigned media_set) {
  size_t count = 0;
  for (pat_api_media media = PAT_API_MEDIA_NONE + 1; media < PAT_API_MEDIA_COUNT; media++) {
    if ((media_set & PAT_API_MEDIA_BIT(media)) == 0) continue;
    char bare[100];
    const char *name = pat_api_media_name(media);
    snprintf(bare, sizeof(bare), "%.*s", (int)strcspn(name, ";"), name);
    assert_non_null(json_object_get(content, bare));
    count++;
  }
  assert_int_equal(json_object_size(content), count);
}

static void test_openapi__describes_every_route(void **state) {
  (void)state;
  pat_api_routes routes = pat_api_public_routes();
  for (size_t i = 0; i < routes.count; i++) {
    const pat_api_route *route = &routes.items[i];
    json_t *operation = operation_of(route);
    if (operation == NULL) fail_msg("%s is not described", route->pattern);
    check_query(route, operation);
    json_t *ok = json_object_get(json_object_get(operation, "responses"), "200");
    check_media(json_object_get(ok, "content"), route->produces);
    json_t *body = json_object_get(operation, "requestBody");
    assert_int_equal(body != NULL, route->consumes != 0);
    if (body != NULL) check_media(json_object_get(body, "content"), route->consumes);
  }
}

static void test_openapi__describes_nothing_else(void **state) {
  (void)state;
  pat_api_routes routes = pat_api_public_routes();
  size_t operations = 0;
  const char *path;
  json_t *methods;
  json_object_foreach(json_object_get(document, "paths"), path, methods) {
    operations += json_object_size(methods);
    if (strstr(path, "livez") != NULL || strstr(path, "metrics") != NULL) fail();
  }
  assert_int_equal(operations, routes.count);
}

static const ProtobufCMessageDescriptor *const roots[] = {
    &patina__submit_request__descriptor,   &patina__submit_response__descriptor,
    &patina__asset_view__descriptor,       &patina__history_page__descriptor,
    &patina__telemetry_page__descriptor,   &patina__findings_view__descriptor,
    &patina__lookup_request__descriptor,   &patina__lookup_response__descriptor,
    &patina__principal_view__descriptor,   &patina__class_view__descriptor,
    &patina__scheme_view__descriptor,      &patina__entry_view__descriptor,
    &patina__checkpoint_event__descriptor, &patina__problem__descriptor,
    &patina__proof_bundle__descriptor,     &patina__index_extra__descriptor};

/* The descriptor of this name among the messages that the roots reach. */
static const ProtobufCMessageDescriptor *find(const ProtobufCMessageDescriptor *from,
                                              const char *name) {
  if (strcmp(from->short_name, name) == 0) return from;
  for (unsigned i = 0; i < from->n_fields; i++) {
    if (from->fields[i].type != PROTOBUF_C_TYPE_MESSAGE) continue;
    const ProtobufCMessageDescriptor *found = find(from->fields[i].descriptor, name);
    if (found != NULL) return found;
  }
  return NULL;
}

static const ProtobufCMessageDescriptor *message_named(const char *name) {
  for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
    const ProtobufCMessageDescriptor *found = find(roots[i], name);
    if (found != NULL) return found;
  }
  return NULL;
}

static void camel(const char *name, char target[100]) {
  size_t used = 0;
  for (; *name != '\0'; name++) {
    bool capital = *name == '_';
    if (capital) name++;
    target[used++] = (char)(capital && *name >= 'a' ? *name - 'a' + 'A' : *name);
  }
  target[used] = '\0';
}

static const char *json_sort_of(const ProtobufCFieldDescriptor *field) {
  switch (field->type) {
    case PROTOBUF_C_TYPE_BOOL:
      return "boolean";
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_UINT32:
      return "integer";
    default:
      return "string";
  }
}

static void check_property(const ProtobufCFieldDescriptor *field, const json_t *property) {
  const json_t *one = property;
  if (field->label == PROTOBUF_C_LABEL_REPEATED) {
    assert_string_equal(json_string_value(json_object_get(property, "type")), "array");
    one = json_object_get(property, "items");
  }
  const char *reference = json_string_value(json_object_get(one, "$ref"));
  if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
    const char *name = ((const ProtobufCMessageDescriptor *)field->descriptor)->short_name;
    assert_string_equal(strrchr(reference, '/') + 1, name);
  } else if (field->type == PROTOBUF_C_TYPE_ENUM) {
    const char *name = ((const ProtobufCEnumDescriptor *)field->descriptor)->short_name;
    assert_string_equal(strrchr(reference, '/') + 1, name);
  } else {
    assert_string_equal(json_string_value(json_object_get(one, "type")), json_sort_of(field));
  }
}

static void test_openapi__schemas_are_the_messages(void **state) {
  (void)state;
  const char *name;
  json_t *schema;
  size_t messages = 0;
  json_object_foreach(json_object_get(json_object_get(document, "components"), "schemas"), name,
                      schema) {
    json_t *properties = json_object_get(schema, "properties");
    if (properties == NULL) continue; /* a list of values */
    const ProtobufCMessageDescriptor *message = message_named(name);
    if (message == NULL) fail_msg("%s is no message of the interface", name);
    if (json_object_size(properties) != message->n_fields) fail_msg("%s: other fields", name);
    for (unsigned i = 0; i < message->n_fields; i++) {
      char field[100];
      camel(message->fields[i].name, field);
      json_t *property = json_object_get(properties, field);
      if (property == NULL) fail_msg("%s.%s is not described", name, field);
      check_property(&message->fields[i], property);
    }
    messages++;
  }
  assert_true(messages > 30);
}

static void check_example(const char *schema, json_t *value) {
  static char memory[ARENA_BYTES] __attribute__((aligned(16)));
  const ProtobufCMessageDescriptor *message = message_named(schema);
  assert_non_null(message);
  char *text = json_dumps(value, JSON_COMPACT);
  pat_arena arena;
  pat_arena_init(&arena, memory, sizeof(memory));
  ProtobufCMessage *decoded = NULL;
  pat_err err = {0};
  pat_status status = pat_protojson_decode(message, pat_span_text(text), &arena, &decoded, &err);
  if (!pat_is_ok(status)) fail_msg("%s: %s at %s", schema, pat_rule_id(status.rule), err.place);
  free(text);
}

static size_t check_examples_in(json_t *content) {
  size_t count = 0;
  const char *media;
  json_t *body;
  json_object_foreach(content, media, body) {
    const char *reference =
        json_string_value(json_object_get(json_object_get(body, "schema"), "$ref"));
    if (reference == NULL) continue;
    const char *name;
    json_t *example;
    json_object_foreach(json_object_get(body, "examples"), name, example) {
      check_example(strrchr(reference, '/') + 1, json_object_get(example, "value"));
      count++;
    }
    assert_true(count > 0);
  }
  return count;
}

static void test_openapi__examples_are_messages(void **state) {
  (void)state;
  size_t count = 0;
  pat_api_routes routes = pat_api_public_routes();
  for (size_t i = 0; i < routes.count; i++) {
    json_t *operation = operation_of(&routes.items[i]);
    count +=
        check_examples_in(json_object_get(json_object_get(operation, "requestBody"), "content"));
    const char *code;
    json_t *response;
    json_object_foreach(json_object_get(operation, "responses"), code, response) {
      count += check_examples_in(json_object_get(response, "content"));
    }
  }
  const char *name;
  json_t *response;
  json_object_foreach(json_object_get(json_object_get(document, "components"), "responses"), name,
                      response) {
    count += check_examples_in(json_object_get(response, "content"));
  }
  assert_true(count > 25);
}

/* A problem that is shown as an example is one that the program gives, with that status. */
static void test_openapi__problems_are_rules(void **state) {
  (void)state;
  const char *name;
  json_t *response;
  json_object_foreach(json_object_get(json_object_get(document, "components"), "responses"), name,
                      response) {
    json_t *content =
        json_object_get(json_object_get(response, "content"), "application/problem+json");
    json_t *example = json_object_get(json_object_get(content, "examples"), "example");
    json_t *problem = json_object_get(example, "value");
    pat_rule rule = pat_rule_find(json_string_value(json_object_get(problem, "rule")));
    if (rule == PAT_RULE_COUNT) fail_msg("%s: no such rule", name);
    assert_int_equal(json_integer_value(json_object_get(problem, "status")),
                     pat_api_status_of(rule));
    assert_string_equal(json_string_value(json_object_get(problem, "title")),
                        pat_rule_message(rule));
  }
}

#define CASE(name) cmocka_unit_test(test_openapi__##name)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(describes_every_route), CASE(describes_nothing_else), CASE(schemas_are_the_messages),
      CASE(examples_are_messages), CASE(problems_are_rules),
  };
  return cmocka_run_group_tests(tests, load, unload);
}
