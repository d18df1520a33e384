/* Steps 7 and 8: who signed (V15), and with which standing others were admitted (V17). */
#include "core/base/assert.h"
#include "core/verify/bundle_internal.h"

/* --- principals ------------------------------------------------------------------------------ */

/* When a key ended, and since when it may have been another's. */
static void note_end(const pat_bundle__run *run, const pat_roll_principal *principal,
                     const pat_roll_key *key) {
  if (key->life.until != PAT_KEY_NEVER) {
    pat_bundle__note(run, "key ended",
                     (pat_bundle_step){.has_index = true,
                                       .index = key->life.until,
                                       .key = key->public_key,
                                       .text = principal->name});
  }
  if (key->life.since != PAT_KEY_NEVER) {
    pat_bundle__note(run, "key compromised since",
                     (pat_bundle_step){.has_index = true,
                                       .index = key->life.since,
                                       .key = key->public_key,
                                       .text = principal->name});
  }
}

/* Enrolled once, ever: the key's whole history is the one entry that brought it. */
static pat_status check_key(pat_bundle__run *run, const pat_roll_principal *principal,
                            const pat_roll_key *principal_key) {
  uint64_t from = principal_key->life.from;
  pat_hash key = pat_subject_key(PAT_SUBJECT_KEY, principal_key->public_key);
  pat_bundle__subject *subject = NULL;
  PAT_TRY(pat_bundle__ask(run, &key, &subject));
  bool once = subject->proof->count == 1 && subject->proof->entries[0]->index == from;
  pat_status verdict =
      once ? PAT_OK : pat_refuse_at(PAT_RULE_VERIFY_CHAIN, run->err, (size_t)from, "key");
  PAT_TRY(pat_bundle__tell(run, "key",
                           (pat_bundle_step){.has_index = true,
                                             .index = from,
                                             .key = principal_key->public_key,
                                             .number = subject->proof->count,
                                             .text = principal->name,
                                             .verdict = verdict}));
  note_end(run, principal, principal_key);
  return PAT_OK;
}

static pat_status take_events(pat_bundle__run *run, const pat_bundle__subject *subject,
                              const pat_verified_entry ***ret_events) {
  size_t count = subject->proof->n_entries;
  const pat_verified_entry **events = pat_arena_take_array(run->arena, count, sizeof *events);
  PAT_REQUIRE(events != NULL, LIMIT_MEMORY);
  for (size_t n = 0; n < count; n++) {
    events[n] = pat_bundle__entry_of(run, subject, n);
    run->entries[subject->places[n]].is_standing = true;
  }
  *ret_events = events;
  return PAT_OK;
}

static pat_status add_principal(pat_bundle__run *run, const pat_hash *id) {
  pat_hash key = pat_subject_key(PAT_SUBJECT_PRINCIPAL, pat_hash_span(id));
  pat_bundle__subject *subject = NULL;
  PAT_TRY(pat_bundle__ask(run, &key, &subject));
  PAT_REQUIRE_AT(subject->proof->count > 0, VERIFY_ENROLMENT, run->err, 0, "principal");
  const pat_verified_entry **events = NULL;
  PAT_TRY(take_events(run, subject, &events));
  pat_status added = pat_roll_add(run->roll, id, events, subject->proof->n_entries, run->err);
  PAT_TRY(pat_bundle__tell(run, "principal",
                           (pat_bundle_step){.has_index = true,
                                             .index = events[0]->index,
                                             .key = pat_hash_span(id),
                                             .number = subject->proof->count,
                                             .verdict = added}));
  const pat_roll_principal *principal = pat_roll_find(run->roll, id);
  PAT_ASSERT(principal != NULL);
  for (size_t i = 0; i < principal->key_count; i++) {
    PAT_TRY(check_key(run, principal, &principal->keys[i]));
  }
  return PAT_OK;
}

static pat_status add_signers(pat_bundle__run *run, const pat_verified_entry *verified) {
  for (size_t i = 0; i < verified->signer_count; i++) {
    if (pat_roll_find(run->roll, &verified->principals[i]) != NULL) continue;
    PAT_TRY(add_principal(run, &verified->principals[i]));
  }
  return PAT_OK;
}

static pat_status check_signers(pat_bundle__run *run, const pat_verified_entry *verified) {
  for (size_t i = 0; i < verified->signer_count; i++) {
    const pat_roll_principal *principal = NULL;
    pat_status verdict = pat_roll_signer(run->roll, verified, i, &principal, run->err);
    PAT_TRY(pat_bundle__tell(run, "signer",
                             (pat_bundle_step){.has_index = true,
                                               .index = verified->index,
                                               .key = verified->public_keys[i],
                                               .text = principal != NULL ? principal->name : NULL,
                                               .verdict = verdict}));
  }
  return PAT_OK;
}

pat_status pat_bundle__signers(pat_bundle__run *run) {
  run->check = PAT_CHECK_ENROLMENT;
  for (size_t i = 0; i < run->entry_count; i++) {
    PAT_TRY(add_signers(run, &run->entries[i].verified));
  }
  for (size_t i = 0; i < run->entry_count; i++) {
    PAT_TRY(check_signers(run, &run->entries[i].verified));
  }
  return PAT_OK;
}

/* --- standing -------------------------------------------------------------------------------- */

pat_status pat_bundle__entitled(pat_bundle__run *run, const pat_verified_entry *verified,
                                const char *class_name, Patina__Source ***ret_sources) {
  run->check = PAT_CHECK_STANDING;
  Patina__Source **sources = NULL;
  PAT_TRY(pat_roll_sources(run->roll, verified, class_name, &sources, run->err));
  pat_status verdict = pat_roll_standing(run->roll, verified, sources, run->err);
  for (size_t i = 0; i < verified->signer_count; i++) {
    for (size_t role = 0; role < sources[i]->n_roles; role++) {
      pat_bundle__note(run, "role",
                       (pat_bundle_step){.has_index = true,
                                         .index = verified->index,
                                         .key = pat_hash_span(&verified->principals[i]),
                                         .text = sources[i]->roles[role]});
    }
  }
  *ret_sources = sources;
  return pat_bundle__tell(run, "standing",
                          (pat_bundle_step){.has_index = true,
                                            .index = verified->index,
                                            .text = verified->statement.kind->name,
                                            .verdict = verdict});
}

static bool gives_standing(const pat_verified_entry *verified) {
  switch (pat_bundle__kind(verified)) {
    case PAT_KIND_PRINCIPAL_ENROLLED:
    case PAT_KIND_DEVICE_ENROLLED:
    case PAT_KIND_KEY_ROTATED:
    case PAT_KIND_KEY_REVOKED:
    case PAT_KIND_STANDING_GRANTED:
    case PAT_KIND_STANDING_WITHDRAWN:
      return true;
    default:
      return false; /* a binding is judged with its asset */
  }
}

pat_status pat_bundle__standing(pat_bundle__run *run) {
  run->check = PAT_CHECK_STANDING;
  for (size_t i = 0; i < run->entry_count; i++) {
    const pat_bundle__entry *entry = &run->entries[i];
    if (!entry->is_standing || !gives_standing(&entry->verified)) continue;
    size_t mark = pat_arena_mark(run->arena);
    Patina__Source **sources = NULL;
    PAT_TRY(pat_bundle__entitled(run, &entry->verified, "", &sources));
    pat_arena_reset_to(run->arena, mark);
  }
  return PAT_OK;
}
