#include "core/verify/roll.h"

#include <string.h>

#include "core/model/catalog.h"
#include "core/model/standing.h"

static char root_role[] = "root";

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

pat_status pat_roll_init(pat_roll *roll, pat_arena *arena, const pat_statement *genesis) {
  roll->arena = arena;
  roll->genesis = genesis->message->genesis->parameters;
  roll->root = genesis->sha256;
  roll->count = 0;
  roll->items = pat_arena_take_array(arena, PAT_BUNDLE_PRINCIPALS_MAX, sizeof *roll->items);
  roll->order = pat_arena_take_array(arena, PAT_BUNDLE_PRINCIPALS_MAX, sizeof *roll->order);
  PAT_REQUIRE(roll->items != NULL && roll->order != NULL, LIMIT_MEMORY);
  return PAT_OK;
}

/* Where the id stands in the order, or would stand. */
static size_t place_of(const pat_roll *roll, const pat_hash *id) {
  size_t low = 0;
  size_t high = roll->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    const pat_hash *other = &roll->items[roll->order[middle]].id;
    if (pat_span_compare(pat_hash_span(other), pat_hash_span(id)) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

const pat_roll_principal *pat_roll_find(const pat_roll *roll, const pat_hash *id) {
  size_t at = place_of(roll, id);
  if (at == roll->count) return NULL;
  const pat_roll_principal *found = &roll->items[roll->order[at]];
  return pat_hash_equal(&found->id, id) ? found : NULL;
}

static void insert(pat_roll *roll, const pat_roll_principal *principal) {
  PAT_ASSERT(roll->count < PAT_BUNDLE_PRINCIPALS_MAX);
  size_t at = place_of(roll, &principal->id);
  for (size_t i = roll->count; i > at; i--) {
    roll->order[i] = roll->order[i - 1];
  }
  roll->order[at] = (uint16_t)roll->count;
  roll->items[roll->count++] = *principal;
}

static const char *disclosed_name(const pat_verified_entry *verified, pat_arena *arena) {
  Patina__Disclosure *disclosure = NULL;
  if (!pat_is_ok(pat_verify_disclosed(verified, 0, arena, &disclosure))) return "";
  if (disclosure == NULL || disclosure->value->value_case != PATINA__VALUE__VALUE_TEXT) return "";
  return disclosure->value->text;
}

/* Adds a key that the entry at this index brings. */
static pat_status add_key(pat_roll_principal *principal, ProtobufCBinaryData public_key,
                          uint64_t index) {
  PAT_REQUIRE(principal->key_count < PAT_PRINCIPAL_KEYS_MAX, VERIFY_BUNDLE_SIZE);
  pat_span key = span_of(public_key);
  principal->keys[principal->key_count++] =
      (pat_roll_key){key, pat_hash_of(key), pat_principal_key_new(index)};
  return PAT_OK;
}

static pat_status enrol_root(const pat_roll *roll, pat_roll_principal *principal) {
  principal->root = true;
  principal->type = PATINA__PRINCIPAL_TYPE__PRINCIPAL_TYPE_AUTHORITY;
  principal->name = "root";
  principal->threshold = roll->genesis->root_threshold;
  for (size_t i = 0; i < roll->genesis->n_root_keys; i++) {
    PAT_TRY(add_key(principal, roll->genesis->root_keys[i], 0));
  }
  return PAT_OK;
}

/* The first event makes the principal: its id is that statement's hash. */
static pat_status enrol(const pat_roll *roll, const pat_verified_entry *first,
                        pat_roll_principal *principal, pat_err *reterr) {
  const pat_statement *statement = &first->statement;
  PAT_REQUIRE_AT(statement->kind != NULL, VERIFY_ENROLMENT, reterr, first->index, "kind");
  bool own = pat_hash_equal(&statement->sha256, &principal->id);
  PAT_REQUIRE_AT(own, VERIFY_ENROLMENT, reterr, first->index, "principal");
  principal->enrolled_index = first->index;
  principal->threshold = 1;
  principal->name = "";
  switch (statement->kind->number) {
    case PAT_KIND_GENESIS:
      PAT_REQUIRE_AT(first->index == 0, VERIFY_ENROLMENT, reterr, first->index, "kind");
      PAT_REQUIRE_AT(pat_hash_equal(&principal->id, &roll->root), VERIFY_ENROLMENT, reterr,
                     first->index, "principal");
      return enrol_root(roll, principal);
    case PAT_KIND_PRINCIPAL_ENROLLED:
      principal->type = statement->message->principal_enrolled->type;
      principal->name = disclosed_name(first, roll->arena);
      return add_key(principal, statement->message->principal_enrolled->key->public_key,
                     first->index);
    case PAT_KIND_DEVICE_ENROLLED:
      principal->type = PATINA__PRINCIPAL_TYPE__PRINCIPAL_TYPE_DEVICE;
      return add_key(principal, statement->message->device_enrolled->key->public_key, first->index);
    default:
      return pat_refuse_at(PAT_RULE_VERIFY_ENROLMENT, reterr, first->index, "kind");
  }
}

static pat_status add_grant(const pat_roll *roll, const pat_verified_entry *event,
                            pat_roll_principal *principal) {
  const Patina__StandingGranted *body = event->statement.message->standing_granted;
  if (!pat_span_equal(span_of(body->principal), pat_hash_span(&principal->id))) return PAT_OK;
  PAT_REQUIRE(principal->grant_count < PAT_PRINCIPAL_GRANTS_MAX, VERIFY_BUNDLE_SIZE);
  pat_roll_grant *grant = pat_arena_take(roll->arena, sizeof *grant);
  PAT_REQUIRE(grant != NULL, LIMIT_MEMORY);
  principal->grant_count++;
  *grant =
      (pat_roll_grant){event->statement.sha256, body, event->index, UINT64_MAX, principal->grants};
  principal->grants = grant;
  return PAT_OK;
}

static void end_grant(const pat_verified_entry *event, pat_roll_principal *principal) {
  pat_span ended = span_of(event->statement.message->standing_withdrawn->grant);
  for (pat_roll_grant *grant = principal->grants; grant != NULL; grant = grant->next) {
    bool named = pat_span_equal(pat_hash_span(&grant->grant), ended);
    if (named && grant->withdrawn_index == UINT64_MAX) grant->withdrawn_index = event->index;
  }
}

/* The key that the principal has, the root its last one; NULL: it was revoked. */
static pat_roll_key *current_key(const pat_roll_principal *principal) {
  pat_roll_key *last = &principal->keys[principal->key_count - 1];
  return last->life.until == PAT_KEY_NEVER ? last : NULL;
}

static pat_status rotate(const pat_verified_entry *event, pat_roll_principal *principal,
                         pat_err *reterr) {
  PAT_REQUIRE_AT(!principal->root, VERIFY_KEY_CHANGE, reterr, event->index, "principal");
  pat_roll_key *current = current_key(principal);
  if (current != NULL) current->life.until = event->index;
  return add_key(principal, event->statement.message->key_rotated->key->public_key, event->index);
}

static pat_roll_key *find_key(const pat_roll_principal *principal, pat_span signer) {
  for (size_t i = 0; i < principal->key_count; i++) {
    if (pat_span_equal(pat_hash_span(&principal->keys[i].signer), signer)) {
      return &principal->keys[i];
    }
  }
  return NULL;
}

static pat_status revoke(const pat_verified_entry *event, pat_roll_principal *principal,
                         pat_err *reterr) {
  const Patina__KeyRevoked *body = event->statement.message->key_revoked;
  PAT_REQUIRE_AT(!principal->root, VERIFY_KEY_CHANGE, reterr, event->index, "principal");
  pat_roll_key *key = find_key(principal, span_of(body->key));
  PAT_REQUIRE_AT(key != NULL, VERIFY_KEY_CHANGE, reterr, event->index, "key");
  pat_status status = pat_principal_key_revoke(&key->life, body, event->index, NULL);
  PAT_REQUIRE_AT(pat_is_ok(status), VERIFY_KEY_CHANGE, reterr, event->index, "since");
  return PAT_OK;
}

static pat_status apply(const pat_roll *roll, const pat_verified_entry *event,
                        pat_roll_principal *principal, pat_err *reterr) {
  if (event->statement.kind == NULL) return PAT_OK;
  switch (event->statement.kind->number) {
    case PAT_KIND_KEY_ROTATED:
      return rotate(event, principal, reterr);
    case PAT_KIND_KEY_REVOKED:
      return revoke(event, principal, reterr);
    case PAT_KIND_STANDING_GRANTED:
      return add_grant(roll, event, principal);
    case PAT_KIND_STANDING_WITHDRAWN:
      end_grant(event, principal);
      return PAT_OK;
    default:
      return PAT_OK;
  }
}

/* As many keys as the events may bring. */
static pat_status make_room(const pat_roll *roll, pat_roll_principal *principal) {
  size_t count = PAT_ROOT_KEYS_MAX;
  for (size_t i = 0; i < principal->event_count; i++) {
    const pat_kind *kind = principal->events[i]->statement.kind;
    if (kind != NULL && kind->number == PAT_KIND_KEY_ROTATED) count++;
  }
  if (count > PAT_PRINCIPAL_KEYS_MAX) count = PAT_PRINCIPAL_KEYS_MAX;
  principal->keys = pat_arena_take_array(roll->arena, count, sizeof *principal->keys);
  PAT_REQUIRE(principal->keys != NULL, LIMIT_MEMORY);
  return PAT_OK;
}

pat_status pat_roll_add(pat_roll *roll, const pat_hash *id, const pat_verified_entry *const *events,
                        size_t event_count, pat_err *reterr) {
  PAT_REQUIRE(roll->count < PAT_BUNDLE_PRINCIPALS_MAX, VERIFY_BUNDLE_SIZE);
  PAT_REQUIRE_AT(event_count > 0, VERIFY_MISSING, reterr, 0, "entries");
  pat_hash subject = pat_subject_key(PAT_SUBJECT_PRINCIPAL, pat_hash_span(id));
  pat_roll_principal principal = {.id = *id, .events = events, .event_count = event_count};
  PAT_TRY(make_room(roll, &principal));
  for (size_t i = 0; i < event_count; i++) {
    uint64_t previous = i > 0 ? events[i - 1]->index : 0;
    PAT_TRY(pat_verify_link(events[i]->entry, &subject, i, previous, reterr));
    if (i == 0) PAT_TRY(enrol(roll, events[0], &principal, reterr));
    PAT_TRY(apply(roll, events[i], &principal, reterr));
  }
  insert(roll, &principal);
  return PAT_OK;
}

pat_status pat_roll_signer(const pat_roll *roll, const pat_verified_entry *verified, size_t signer,
                           const pat_roll_principal **ret_principal, pat_err *reterr) {
  const pat_roll_principal *principal = pat_roll_find(roll, &verified->principals[signer]);
  PAT_REQUIRE_AT(principal != NULL, VERIFY_MISSING, reterr, verified->index, "principal");
  pat_hash hash = pat_hash_of(verified->public_keys[signer]);
  const pat_roll_key *key = find_key(principal, pat_hash_span(&hash));
  PAT_REQUIRE_AT(key != NULL && key->life.from <= verified->index, VERIFY_ENROLMENT, reterr,
                 verified->index, "signatures.public_key");
  PAT_REQUIRE_AT(pat_principal_key_valid(&key->life, verified->index), VERIFY_KEY, reterr,
                 verified->index, "signatures.public_key");
  *ret_principal = principal;
  return PAT_OK;
}

static bool counts(const pat_roll_grant *grant, uint64_t index, const char *class_name) {
  if (grant->granted_index >= index || grant->withdrawn_index < index) return false;
  if (grant->body->n_classes == 0) return true;
  return pat_roles_contain(grant->body->classes, grant->body->n_classes, class_name);
}

/* The roles of one source, ascending, each once. */
typedef struct {
  char *names[PAT_PRINCIPAL_GRANTS_MAX + 1];
  size_t count;
} role_list;

static void add_role(role_list *roles, char *role) {
  size_t at = roles->count;
  while (at > 0 && strcmp(roles->names[at - 1], role) > 0) {
    at--;
  }
  if (at > 0 && strcmp(roles->names[at - 1], role) == 0) return;
  for (size_t i = roles->count; i > at; i--) {
    roles->names[i] = roles->names[i - 1];
  }
  roles->names[at] = role;
  roles->count++;
}

static bool root_spoke(const pat_roll_principal *principal, const pat_verified_entry *verified) {
  if (!principal->root || verified->statement.kind->number == PAT_KIND_GENESIS) return false;
  size_t signatures = 0;
  for (size_t i = 0; i < verified->signer_count; i++) {
    if (pat_hash_equal(&verified->principals[i], &principal->id)) signatures++;
  }
  return signatures >= principal->threshold;
}

static pat_status fill_source(const pat_roll *roll, const pat_roll_principal *principal,
                              const pat_verified_entry *verified, const char *class_name,
                              Patina__Source *source) {
  role_list roles;
  roles.count = 0;
  for (pat_roll_grant *grant = principal->grants; grant != NULL; grant = grant->next) {
    if (counts(grant, verified->index, class_name)) add_role(&roles, grant->body->role);
  }
  if (root_spoke(principal, verified)) add_role(&roles, root_role);
  patina__source__init(source);
  source->principal =
      (ProtobufCBinaryData){PAT_HASH_BYTES, (uint8_t *)(uintptr_t)principal->id.bytes};
  source->n_roles = roles.count;
  if (roles.count == 0) return PAT_OK;
  source->roles = pat_arena_take_array(roll->arena, roles.count, sizeof *source->roles);
  PAT_REQUIRE(source->roles != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < roles.count; i++) {
    source->roles[i] = roles.names[i];
  }
  return PAT_OK;
}

pat_status pat_roll_sources(const pat_roll *roll, const pat_verified_entry *verified,
                            const char *class_name, Patina__Source ***ret_sources,
                            pat_err *reterr) {
  size_t count = verified->signer_count;
  Patina__Source *sources = pat_arena_take_array(roll->arena, count, sizeof *sources);
  Patina__Source **pointers = pat_arena_take_array(roll->arena, count, sizeof *pointers);
  PAT_REQUIRE(sources != NULL && pointers != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < count; i++) {
    const pat_roll_principal *principal = NULL;
    PAT_TRY(pat_roll_signer(roll, verified, i, &principal, reterr));
    PAT_TRY(fill_source(roll, principal, verified, class_name, &sources[i]));
    pointers[i] = &sources[i];
  }
  *ret_sources = pointers;
  return PAT_OK;
}

/* The principal whose keys an entry changes. */
static const pat_roll_principal *changed_principal(const pat_roll *roll,
                                                   const Patina__Statement *message) {
  ProtobufCBinaryData principal = message->body_case == PATINA__STATEMENT__BODY_KEY_ROTATED
                                      ? message->key_rotated->principal
                                      : message->key_revoked->principal;
  pat_hash id;
  pat_span_copy(id.bytes, PAT_HASH_BYTES, span_of(principal));
  return pat_roll_find(roll, &id);
}

/* The key that the principal had just before this index; NULL: none. */
static const pat_hash *key_before(const pat_roll_principal *principal, uint64_t index) {
  for (size_t i = 0; i < principal->key_count; i++) {
    const pat_principal_key *life = &principal->keys[i].life;
    if (life->from < index && life->until >= index) return &principal->keys[i].signer;
  }
  return NULL;
}

static pat_status judge_key_change(const pat_roll *roll, const pat_verified_entry *verified,
                                   pat_err *reterr) {
  const pat_roll_principal *principal = changed_principal(roll, verified->statement.message);
  PAT_REQUIRE_AT(principal != NULL, VERIFY_MISSING, reterr, verified->index, "principal");
  const pat_principal_key_change change = {.statement = &verified->statement,
                                           .principals = verified->principals,
                                           .current = key_before(principal, verified->index),
                                           .root = &roll->root,
                                           .root_threshold = roll->genesis->root_threshold};
  pat_status status = pat_principal_key_authority(&change, NULL);
  PAT_REQUIRE_AT(pat_is_ok(status), VERIFY_STANDING, reterr, verified->index, "signers");
  return PAT_OK;
}

pat_status pat_roll_standing(const pat_roll *roll, const pat_verified_entry *verified,
                             Patina__Source *const *sources, pat_err *reterr) {
  const pat_kind *kind = verified->statement.kind;
  if (kind->number == PAT_KIND_GENESIS && verified->index == 0) return PAT_OK;
  if (pat_principal_key_changed_by(kind->number)) return judge_key_change(roll, verified, reterr);
  const Patina__KindPolicy *asked = pat_policy_kind(roll->genesis->policy, (uint32_t)kind->number);
  PAT_REQUIRE_AT(asked != NULL, VERIFY_STANDING, reterr, verified->index, kind->name);
  bool entitled = pat_standing_for_kind(roll->genesis->policy, (uint32_t)kind->number, sources,
                                        verified->signer_count);
  PAT_REQUIRE_AT(entitled || asked->self_declared, VERIFY_STANDING, reterr, verified->index,
                 kind->name);
  return PAT_OK;
}

static bool is_standing_event(const pat_verified_entry *event) {
  if (event->statement.kind == NULL) return false; /* withheld, so not of a public kind */
  switch (event->statement.kind->number) {
    case PAT_KIND_GENESIS:
    case PAT_KIND_PRINCIPAL_ENROLLED:
    case PAT_KIND_DEVICE_ENROLLED:
    case PAT_KIND_KEY_ROTATED:
    case PAT_KIND_KEY_REVOKED:
    case PAT_KIND_STANDING_GRANTED:
    case PAT_KIND_STANDING_WITHDRAWN:
      return true;
    default:
      return false; /* a binding: it gives a device no standing, and is judged with its asset */
  }
}

pat_status pat_roll_judge(const pat_roll *roll, pat_err *reterr) {
  for (size_t i = 0; i < roll->count; i++) {
    const pat_roll_principal *principal = &roll->items[i];
    for (size_t at = 0; at < principal->event_count; at++) {
      const pat_verified_entry *event = principal->events[at];
      if (!is_standing_event(event)) continue;
      Patina__Source **sources = NULL;
      PAT_TRY(pat_roll_sources(roll, event, "", &sources, reterr));
      PAT_TRY(pat_roll_standing(roll, event, sources, reterr));
    }
  }
  return PAT_OK;
}

static bool same_source(const Patina__Source *a, const Patina__Source *b) {
  if (!pat_span_equal(span_of(a->principal), span_of(b->principal))) return false;
  if (a->n_roles != b->n_roles) return false;
  for (size_t i = 0; i < a->n_roles; i++) {
    if (strcmp(a->roles[i], b->roles[i]) != 0) return false;
  }
  return true;
}

pat_status pat_roll_check(const pat_roll *roll, const pat_verified_entry *verified,
                          const char *class_name, pat_err *reterr) {
  Patina__Source **sources = NULL;
  PAT_TRY(pat_roll_sources(roll, verified, class_name, &sources, reterr));
  PAT_TRY(pat_roll_standing(roll, verified, sources, reterr));
  const Patina__HistoryEntry *entry = verified->proven->entry;
  PAT_REQUIRE_AT(entry->n_sources == verified->signer_count, VERIFY_SOURCES, reterr,
                 verified->index, "sources");
  for (size_t i = 0; i < verified->signer_count; i++) {
    PAT_REQUIRE_AT(same_source(sources[i], entry->sources[i]), VERIFY_SOURCES, reterr,
                   verified->index, "sources.roles");
  }
  return PAT_OK;
}
