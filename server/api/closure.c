#include "server/api/closure.h"

#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "server/api/proven.h"

enum { FIRST_CAPACITY = 8, PLACES_AT_ONCE = 256 };

/* The list where it has room for so many items, else a copy of at least twice its size; the old one
 * is given up. NULL: no memory. */
static void *room_for(size_t wanted, size_t item_size, size_t *capacity, void *items,
                      pat_arena *arena) {
  if (wanted <= *capacity) return items;
  size_t grown_capacity = *capacity == 0 ? FIRST_CAPACITY : 2 * *capacity;
  if (grown_capacity < wanted) grown_capacity = wanted;
  void *grown = pat_arena_take_array(arena, grown_capacity, item_size);
  if (grown == NULL) return NULL;
  pat_span_copy(grown, grown_capacity * item_size, pat_span_make(items, *capacity * item_size));
  *capacity = grown_capacity;
  return grown;
}

/* --- subjects -------------------------------------------------------------------------------- */

static pat_status append_subject(pat_api_closure *closure, pat_subject_kind kind,
                                 const pat_hash *key) {
  pat_api_closure_subject *subject = pat_arena_take(closure->arena, sizeof(*subject));
  PAT_REQUIRE(subject != NULL, LIMIT_MEMORY);
  *subject = (pat_api_closure_subject){.key = *key, .kind = kind};
  closure->subjects = room_for(closure->subject_count + 1, sizeof(closure->subjects[0]),
                               &closure->subject_capacity, closure->subjects, closure->arena);
  PAT_REQUIRE(closure->subjects != NULL, LIMIT_MEMORY);
  closure->subjects[closure->subject_count++] = subject;
  return PAT_OK;
}

pat_status pat_api_closure_add_key(pat_api_closure *closure, pat_subject_kind kind,
                                   const pat_hash *key, pat_err *reterr) {
  bool is_new = false;
  PAT_TRY(pat_api_key_set_add(&closure->known_subjects, key, closure->arena, &is_new));
  if (!is_new) return PAT_OK;
  PAT_REQUIRE_AT(closure->subject_count < closure->limits.subjects, API_BUNDLE_SIZE, reterr, 0,
                 "PAT_BUNDLE_SUBJECTS_MAX");
  if (kind == PAT_SUBJECT_PRINCIPAL) {
    PAT_REQUIRE_AT(closure->principal_count < closure->limits.principals, API_BUNDLE_SIZE, reterr,
                   0, "PAT_BUNDLE_PRINCIPALS_MAX");
    closure->principal_count++;
  }
  return append_subject(closure, kind, key);
}

pat_status pat_api_closure_add(pat_api_closure *closure, pat_subject_kind kind, pat_span id,
                               pat_err *reterr) {
  pat_hash key = pat_subject_key(kind, id);
  return pat_api_closure_add_key(closure, kind, &key, reterr);
}

/* --- entries --------------------------------------------------------------------------------- */

/* A deep copy out of the scratch memory: what is encoded is exactly what is kept. */
static pat_status keep_entry(pat_api_closure *closure, const Patina__ProvenEntry *proven,
                             pat_err *reterr) {
  size_t size = 0;
  PAT_TRY(pat_protobuf_size(&proven->base, &size));
  closure->bytes += size;
  PAT_REQUIRE_AT(closure->bytes <= closure->limits.bytes, API_BUNDLE_SIZE, reterr, 0,
                 "PAT_BUNDLE_BYTES_MAX");
  uint8_t *bytes = pat_arena_take(closure->arena, size);
  PAT_REQUIRE(bytes != NULL, LIMIT_MEMORY);
  pat_builder builder;
  pat_span written = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, bytes, size);
  PAT_TRY(pat_protobuf_encode(&proven->base, &builder));
  PAT_TRY(pat_builder_finish(&builder, &written));
  ProtobufCMessage *message = NULL;
  PAT_TRY(pat_protobuf_decode(&patina__proven_entry__descriptor, written, closure->arena, 0,
                              &message, NULL));
  closure->entries = room_for(closure->entry_count + 1, sizeof(closure->entries[0]),
                              &closure->entry_capacity, closure->entries, closure->arena);
  PAT_REQUIRE(closure->entries != NULL, LIMIT_MEMORY);
  closure->entries[closure->entry_count++] = (Patina__ProvenEntry *)message;
  return PAT_OK;
}

/* A device's own history tells of every asset that it was bound to; of the others a reader needs
 * to know no more than that there is an entry. */
static void strip(Patina__ProvenEntry *proven) {
  proven->entry->statement = (ProtobufCBinaryData){0};
  proven->entry->n_disclosures = 0;
  proven->n_signatures = 0;
  proven->n_vrf_proofs = 0;
}

static pat_status follow_signers(pat_api_closure *closure, const Patina__ProvenEntry *proven,
                                 pat_err *reterr) {
  for (size_t i = 0; i < proven->n_signatures; i++) {
    ProtobufCBinaryData principal = proven->signatures[i]->principal;
    PAT_REQUIRE(principal.len == PAT_HASH_BYTES, STORE_CORRUPT);
    PAT_TRY(pat_api_closure_add(closure, PAT_SUBJECT_PRINCIPAL,
                                pat_span_make(principal.data, principal.len), reterr));
  }
  return PAT_OK;
}

static pat_status follow_entry(pat_api_closure *closure, Patina__ProvenEntry *proven,
                               pat_subject_kind via, pat_err *reterr) {
  const pat_kind *kind = NULL;
  PAT_TRY(pat_api_closure__follow(closure, proven, via, &kind, reterr));
  if (kind->number == PAT_KIND_DEVICE_BOUND && via != PAT_SUBJECT_ASSET) strip(proven);
  /* The leaf has it. */
  if (kind->is_public) proven->entry->statement = (ProtobufCBinaryData){0};
  return follow_signers(closure, proven, reterr);
}

static pat_status add_entry(pat_api_closure *closure, const pat_api *at, uint64_t index,
                            pat_subject_kind via, pat_err *reterr) {
  bool is_new = false;
  pat_hash key = pat_api_key_of_index(index);
  PAT_TRY(pat_api_key_set_add(&closure->known_entries, &key, closure->arena, &is_new));
  if (!is_new) return PAT_OK;
  PAT_REQUIRE_AT(closure->entry_count < closure->limits.entries, API_BUNDLE_SIZE, reterr, 0,
                 "PAT_BUNDLE_ENTRIES_MAX");
  pat_arena_reset_to(closure->scratch, 0);
  Patina__ProvenEntry *proven = NULL;
  PAT_TRY(pat_api_proven_leaf(at, index, closure->scratch, &proven));
  proven->entry->n_sources = 0; /* readers compute them */
  if (proven->entry->statement.len > 0) PAT_TRY(follow_entry(closure, proven, via, reterr));
  return keep_entry(closure, proven, reterr);
}

/* --- reading --------------------------------------------------------------------------------- */

static pat_status keep_places(pat_api_closure *closure, pat_api_closure_subject *subject,
                              const pat_port_subject_entry *places, size_t count) {
  if (count == 0) return PAT_OK;
  subject->entries = room_for(subject->count + count, sizeof(subject->entries[0]),
                              &subject->capacity, subject->entries, closure->arena);
  PAT_REQUIRE(subject->entries != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < count; i++)
    subject->entries[subject->count++] = places[i];
  return PAT_OK;
}

static pat_status read_places(pat_api_closure *closure, const pat_api *at,
                              pat_api_closure_subject *subject, pat_err *reterr) {
  const pat_ledger_port *port = at->port;
  size_t count = PLACES_AT_ONCE;
  while (count == PLACES_AT_ONCE) {
    pat_port_subject_entry places[PLACES_AT_ONCE];
    PAT_TRY(port->subject(port->context, &subject->key, subject->count, PLACES_AT_ONCE, places,
                          &count));
    /* Each is an entry of the bundle: more than these need not be looked at. */
    PAT_REQUIRE_AT(subject->count + count <= closure->limits.entries, API_BUNDLE_SIZE, reterr, 0,
                   "PAT_BUNDLE_ENTRIES_MAX");
    PAT_TRY(keep_places(closure, subject, places, count));
  }
  return PAT_OK;
}

pat_status pat_api_closure_read(pat_api_closure *closure, const pat_api *at, size_t number,
                                pat_err *reterr) {
  PAT_ASSERT(number < closure->subject_count);
  pat_api_closure_subject *subject = closure->subjects[number];
  size_t read = subject->count;
  PAT_TRY(read_places(closure, at, subject, reterr));
  for (size_t i = read; i < subject->count; i++) {
    PAT_TRY(add_entry(closure, at, subject->entries[i].index, subject->kind, reterr));
  }
  return PAT_OK;
}
