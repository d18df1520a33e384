/* Step 11: identifiers (V19), the spans for which they were assigned (V20), and look-ups (V23). */
#include <string.h>

#include "core/base/assert.h"
#include "core/model/identifier.h"
#include "core/verify/bundle_internal.h"
#include "core/verify/history.h"

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

/* --- spans ----------------------------------------------------------------------------------- */

static pat_status open_span(pat_bundle__run *run, const pat_verified_entry *entry,
                            Patina__IdentifierHistory *history) {
  PAT_REQUIRE_AT(history->n_spans < PAT_IDENTIFIER_SPANS_MAX, VERIFY_BUNDLE_SIZE, run->err,
                 (size_t)entry->index, "spans");
  Patina__AssignmentSpan *span = pat_arena_take(run->arena, sizeof *span);
  PAT_REQUIRE(span != NULL, LIMIT_MEMORY);
  patina__assignment_span__init(span);
  span->asset = entry->statement.message->identifier_assigned->asset;
  span->assigned_index = entry->index;
  span->assignment =
      (ProtobufCBinaryData){PAT_HASH_BYTES, (uint8_t *)(uintptr_t)entry->statement.sha256.bytes};
  history->spans[history->n_spans++] = span;
  return PAT_OK;
}

static pat_status end_span(pat_bundle__run *run, const pat_verified_entry *entry,
                           const Patina__IdentifierHistory *history) {
  const Patina__IdentifierReleased *body = entry->statement.message->identifier_released;
  for (size_t i = 0; i < history->n_spans; i++) {
    Patina__AssignmentSpan *span = history->spans[i];
    if (!pat_span_equal(span_of(span->assignment), span_of(body->assignment))) continue;
    bool open = span->release_case == PATINA__ASSIGNMENT_SPAN__RELEASE__NOT_SET;
    bool same = pat_span_equal(span_of(span->asset), span_of(body->asset));
    PAT_REQUIRE_AT(open && same, VERIFY_SPAN, run->err, (size_t)entry->index, "assignment");
    span->release_case = PATINA__ASSIGNMENT_SPAN__RELEASE_RELEASED_INDEX;
    span->released_index = entry->index;
    return PAT_OK;
  }
  return pat_refuse_at(PAT_RULE_VERIFY_SPAN, run->err, (size_t)entry->index, "assignment");
}

static pat_status tell_spans(pat_bundle__run *run, const pat_bundle__subject *subject,
                             Patina__IdentifierHistory *history) {
  for (size_t n = 0; n < subject->proof->n_entries; n++) {
    const pat_verified_entry *entry = pat_bundle__entry_of(run, subject, n);
    switch (pat_bundle__kind(entry)) {
      case PAT_KIND_IDENTIFIER_ASSIGNED:
        PAT_TRY(open_span(run, entry, history));
        break;
      case PAT_KIND_IDENTIFIER_RELEASED:
        PAT_TRY(end_span(run, entry, history));
        break;
      default:
        return pat_refuse_at(PAT_RULE_VERIFY_SPAN, run->err, (size_t)entry->index, "kind");
    }
  }
  return PAT_OK;
}

/* Derives, once, for which assets and times an identifier was assigned. */
static pat_status check_spans(pat_bundle__run *run, pat_bundle__subject *subject,
                              const Patina__IdentifierScheme *scheme) {
  run->check = PAT_CHECK_SPANS;
  if (subject->is_done) return PAT_OK;
  Patina__IdentifierHistory *history = pat_arena_take(run->arena, sizeof *history);
  PAT_REQUIRE(history != NULL, LIMIT_MEMORY);
  patina__identifier_history__init(history);
  history->key = subject->proof->key;
  history->scheme = scheme->name;
  history->uniqueness = scheme->uniqueness;
  history->spans =
      pat_arena_take_array(run->arena, subject->proof->n_entries, sizeof *history->spans);
  PAT_REQUIRE(history->spans != NULL, LIMIT_MEMORY);
  PAT_TRY(pat_bundle__tell(run, "spans",
                           (pat_bundle_step){.key = pat_hash_span(&subject->key),
                                             .number = subject->proof->count,
                                             .text = scheme->name,
                                             .verdict = tell_spans(run, subject, history)}));
  subject->history = history;
  subject->is_done = true;
  return PAT_OK;
}

/* --- an asset's ------------------------------------------------------------------------------ */

static pat_status check_identified(pat_bundle__run *run, const pat_verified_entry *entry) {
  const char *name = NULL;
  const char *scope = NULL;
  uint32_t version = 0;
  if (!pat_verify_identifier_of(&entry->statement, &name, &version, &scope)) return PAT_OK;
  run->check = PAT_CHECK_IDENTIFIER;
  pat_bundle__subject *published = pat_bundle__scheme_subject(run, name);
  PAT_ASSERT(published != NULL); /* step 9 asked for it */
  const Patina__IdentifierScheme *scheme = pat_bundle__scheme(run, published, version);
  PAT_ASSERT(scheme != NULL);
  pat_verified_identifier identifier = {.checked = false};
  pat_status verdict = pat_verify_identified(entry, run->genesis->vrf_key.data, scheme, run->arena,
                                             &identifier, run->err);
  PAT_TRY(pat_bundle__tell(run, "identifier",
                           (pat_bundle_step){.has_index = true,
                                             .index = entry->index,
                                             .key = pat_hash_span(&identifier.key),
                                             .text = identifier.checked ? name : "withheld",
                                             .verdict = verdict}));
  if (!identifier.checked) run->report->unchecked_count++;
  pat_bundle__subject *subject = NULL;
  PAT_TRY(pat_bundle__ask(run, &identifier.key, &subject));
  run->check = PAT_CHECK_SPANS;
  PAT_REQUIRE_AT(pat_bundle__lists(subject, entry->index), VERIFY_SPAN, run->err,
                 (size_t)entry->index, "subjects");
  return check_spans(run, subject, scheme);
}

/* --- a look-up ------------------------------------------------------------------------------- */

typedef struct {
  pat_bundle__run *run;
  const Patina__LookupClaim *claim;
  pat_bundle_answer *answer;
  pat_span proof;
} lookup_version;

/* Copies the normalised value; false where the value cannot have a record under this version. */
static pat_status normalise(const lookup_version *lookup, const Patina__IdentifierScheme *scheme) {
  pat_identifier value;
  pat_bundle_answer *answer = lookup->answer;
  answer->possible = pat_is_ok(pat_identifier_scope_check(scheme, lookup->claim->scope, NULL)) &&
                     pat_is_ok(pat_identifier_normalise(scheme, pat_span_text(lookup->claim->value),
                                                        &value, NULL));
  if (!answer->possible) return PAT_OK;
  char *text = pat_arena_take(lookup->run->arena, value.size + 1);
  PAT_REQUIRE(text != NULL, LIMIT_MEMORY);
  pat_span_copy(text, value.size, pat_span_make(value.text, value.size));
  answer->normalised = text;
  return PAT_OK;
}

static pat_status check_answer(const lookup_version *lookup,
                               const Patina__IdentifierScheme *scheme) {
  pat_bundle__run *run = lookup->run;
  run->check = PAT_CHECK_ABSENCE;
  run->is_unproven = lookup->proof.size == 0;
  PAT_REQUIRE_AT(!run->is_unproven, VERIFY_MISSING, run->err, scheme->version, "lookup.vrf_proofs");
  run->check = PAT_CHECK_IDENTIFIER;
  pat_hash key = {{0}};
  const pat_verify_claim claim = {scheme, lookup->claim->scope, pat_span_text(lookup->claim->value),
                                  lookup->proof};
  pat_status verdict = pat_verify_identifier(run->genesis->vrf_key.data, &claim, &key, run->err);
  PAT_TRY(pat_bundle__tell(run, "identifier",
                           (pat_bundle_step){.key = pat_hash_span(&key),
                                             .bytes = lookup->proof,
                                             .number = scheme->version,
                                             .text = lookup->answer->normalised,
                                             .verdict = verdict}));
  pat_bundle__subject *subject = NULL;
  PAT_TRY(pat_bundle__ask(run, &key, &subject));
  PAT_TRY(check_spans(run, subject, scheme));
  lookup->answer->history = subject->history;
  return PAT_OK;
}

static pat_status check_version(const lookup_version *lookup,
                                const Patina__IdentifierScheme *scheme) {
  lookup->run->check = PAT_CHECK_IDENTIFIER;
  lookup->answer->scheme = scheme;
  PAT_TRY(normalise(lookup, scheme));
  if (lookup->answer->possible) return check_answer(lookup, scheme);
  PAT_REQUIRE_AT(lookup->proof.size == 0, VERIFY_IDENTIFIER, lookup->run->err, scheme->version,
                 "lookup.vrf_proofs");
  return PAT_OK;
}

static pat_status check_lookup(pat_bundle__run *run) {
  const Patina__LookupClaim *claim = run->bundle->lookup;
  pat_bundle__subject *published = pat_bundle__scheme_subject(run, claim->scheme);
  PAT_ASSERT(published != NULL); /* step 9 asked for it */
  size_t count = published->proof->n_entries;
  pat_bundle_answer *answers = pat_arena_take_array(run->arena, count, sizeof *answers);
  PAT_REQUIRE(answers != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < count; i++) {
    bool given = i < claim->n_vrf_proofs;
    const lookup_version lookup = {run, claim, &answers[i],
                                   given ? span_of(claim->vrf_proofs[i]) : PAT_SPAN_EMPTY};
    PAT_TRY(check_version(&lookup, pat_bundle__scheme(run, published, (uint32_t)i + 1)));
  }
  run->check = PAT_CHECK_IDENTIFIER;
  PAT_REQUIRE_AT(claim->n_vrf_proofs <= count, VERIFY_IDENTIFIER, run->err, count,
                 "lookup.vrf_proofs");
  run->report->answers = answers;
  run->report->answer_count = count;
  return PAT_OK;
}

pat_status pat_bundle__identifiers(pat_bundle__run *run) {
  run->check = PAT_CHECK_IDENTIFIER;
  if (run->asset == NULL) return check_lookup(run);
  for (size_t n = 0; n < run->asset->proof->n_entries; n++) {
    PAT_TRY(check_identified(run, pat_bundle__entry_of(run, run->asset, n)));
  }
  return PAT_OK;
}
