/* What each kind of statement brings into a bundle beside its signers: the closure of SPEC.md
 * section 7.9. */
#include "core/envelope/entry.h"
#include "server/api/closure.h"

static pat_span span_of(ProtobufCBinaryData bytes) { return pat_span_make(bytes.data, bytes.len); }

/* An entry while it is followed. */
typedef struct {
  pat_api_closure *closure;
  const Patina__ProvenEntry *proven;
  pat_err *err;
} follow_run;

static pat_status add(const follow_run *run, pat_subject_kind kind, pat_span id) {
  return pat_api_closure_add(run->closure, kind, id, run->err);
}

static pat_status follow_genesis(const follow_run *run, const Patina__Genesis *genesis) {
  const Patina__GenesisParameters *parameters = genesis->parameters;
  for (size_t i = 0; i < parameters->n_root_keys; i++) {
    PAT_TRY(add(run, PAT_SUBJECT_KEY, span_of(parameters->root_keys[i])));
  }
  return PAT_OK;
}

/* The keys of an entry's identifiers stand last among its subjects. */
static pat_status follow_identifiers(const follow_run *run, const char *scheme) {
  Patina__LogEntry *leaf = NULL;
  pat_status status =
      pat_entry_decode(span_of(run->proven->leaf), run->closure->scratch, &leaf, NULL);
  if (pat_is_rule(status, PAT_RULE_LIMIT_MEMORY)) return status;
  PAT_REQUIRE(pat_is_ok(status), STORE_CORRUPT);
  const Patina__Entry *entry = leaf->statement;
  for (size_t i = entry->n_subjects - entry->identifier_count; i < entry->n_subjects; i++) {
    pat_hash key = {{0}};
    pat_span_copy(key.bytes, sizeof(key.bytes), span_of(entry->subjects[i]->key));
    PAT_TRY(pat_api_closure_add_key(run->closure, PAT_SUBJECT_IDENTIFIER, &key, run->err));
  }
  return add(run, PAT_SUBJECT_SCHEME, pat_span_text(scheme));
}

/* What the bundle's own asset brings in; the same statement about another one brings nothing. */
static pat_status follow_asset(const follow_run *run, const Patina__Statement *message) {
  switch (message->body_case) {
    case PATINA__STATEMENT__BODY_ASSET_REGISTERED:
      return add(run, PAT_SUBJECT_CLASS, pat_span_text(message->asset_registered->class_name));
    case PATINA__STATEMENT__BODY_IDENTIFIER_ASSIGNED:
      return follow_identifiers(run, message->identifier_assigned->scheme);
    case PATINA__STATEMENT__BODY_IDENTIFIER_RELEASED:
      return follow_identifiers(run, message->identifier_released->scheme);
    case PATINA__STATEMENT__BODY_DEVICE_BOUND:
      return add(run, PAT_SUBJECT_STREAM, span_of(message->device_bound->stream));
    default:
      return PAT_OK;
  }
}

/* Who is enrolled signs his own enrolment, and so does who rotates to a key: each key here is one
 * of the bundle's principals'. */
static pat_status follow_keys(const follow_run *run, const Patina__Statement *message) {
  switch (message->body_case) {
    case PATINA__STATEMENT__BODY_GENESIS:
      return follow_genesis(run, message->genesis);
    case PATINA__STATEMENT__BODY_PRINCIPAL_ENROLLED:
      return add(run, PAT_SUBJECT_KEY, span_of(message->principal_enrolled->key->public_key));
    case PATINA__STATEMENT__BODY_KEY_ROTATED:
      return add(run, PAT_SUBJECT_KEY, span_of(message->key_rotated->key->public_key));
    case PATINA__STATEMENT__BODY_DEVICE_ENROLLED:
      return add(run, PAT_SUBJECT_KEY, span_of(message->device_enrolled->key->public_key));
    default:
      return PAT_OK;
  }
}

pat_status pat_api_closure__follow(pat_api_closure *closure, const Patina__ProvenEntry *proven,
                                   pat_subject_kind via, const pat_kind **ret_kind,
                                   pat_err *reterr) {
  pat_statement statement;
  pat_status status =
      pat_statement_decode(span_of(proven->entry->statement), closure->scratch, &statement, NULL);
  if (pat_is_rule(status, PAT_RULE_LIMIT_MEMORY)) return status;
  PAT_REQUIRE(pat_is_ok(status), STORE_CORRUPT);
  follow_run run = {.closure = closure, .proven = proven, .err = reterr};
  PAT_TRY(follow_keys(&run, statement.message));
  if (via == PAT_SUBJECT_ASSET) PAT_TRY(follow_asset(&run, statement.message));
  *ret_kind = statement.kind;
  return PAT_OK;
}
