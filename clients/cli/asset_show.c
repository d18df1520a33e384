#include "clients/cli/asset_show.h"

#include <inttypes.h>
#include <string.h>

#include "clients/cli/output.h"
#include "clients/cli/show.h"

enum { LATE_SHOWN_MAX = 3 };

static const char late_id[] = "entry.late";

static void show_fact(pat_cli *cli, const Patina__Fact *fact) {
  pat_output_line(cli, "  %-28s %s", fact->name, pat_show_fact(cli, fact));
  if (fact->state == PATINA__FACT_STATE__FACT_STATE_NOTHING_RECORDED) return;
  pat_output_line(cli, "  %-28s   said by %s, at %" PRIu64 "%s", "",
                  pat_show_sources(cli, fact->sources, fact->n_sources, fact->self_declared, false),
                  fact->index, fact->conflicting ? "; others say otherwise" : "");
  for (size_t i = 0; i < fact->n_corrections; i++) {
    const Patina__Correction *correction = fact->corrections[i];
    Patina__Fact corrected = PATINA__FACT__INIT;
    corrected.state = correction->state;
    corrected.n_values = correction->n_values;
    corrected.values = correction->values;
    pat_output_line(cli, "  %-28s   corrected at %" PRIu64 " to: %s (%s)", "", correction->index,
                    pat_show_fact(cli, &corrected),
                    pat_show_sources(cli, correction->sources, correction->n_sources,
                                     correction->self_declared, false));
  }
}

static void show_facts(pat_cli *cli, const char *title, Patina__Fact *const *facts, size_t count) {
  if (count == 0) return;
  pat_output_line(cli, "%s", title);
  for (size_t i = 0; i < count; i++) {
    show_fact(cli, facts[i]);
  }
}

static void show_identifiers(pat_cli *cli, const Patina__AssetState *state) {
  if (state->n_identifiers > 0) pat_output_line(cli, "Identifiers");
  for (size_t i = 0; i < state->n_identifiers; i++) {
    const Patina__IdentifierSpan *span = state->identifiers[i];
    bool told = span->state == PATINA__FACT_STATE__FACT_STATE_RECORDED;
    const char *ended = "";
    if (span->release_case == PATINA__IDENTIFIER_SPAN__RELEASE_RELEASED_INDEX) {
      ended = pat_show_format(cli, ", released at %" PRIu64, span->released_index);
    }
    pat_output_line(
        cli, "  %-28s %s%s%s\n  %-28s   assigned at %" PRIu64 "%s by %s", span->scheme,
        told ? span->value : "cannot tell (withheld or erased)",
        span->scope[0] != '\0' ? ", scope " : "", span->scope, "", span->assigned_index, ended,
        pat_show_sources(cli, span->sources, span->n_sources, span->self_declared, false));
  }
}

static void show_finding(pat_cli *cli, const Patina__Finding *finding) {
  const char *places = "";
  for (size_t at = 0; at < finding->n_indexes; at++) {
    places = pat_show_format(cli, "%s %" PRIu64, places, finding->indexes[at]);
  }
  pat_output_line(cli, "  %-28s %s%s%s%s", finding->id, finding->name,
                  finding->name[0] != '\0' ? ", " : "",
                  finding->n_indexes == 1 ? "entry" : "entries", places);
}

static bool is_late(const Patina__Finding *finding) { return strcmp(finding->id, late_id) == 0; }

/* Old records that were entered together are all late: then how many says more than which. */
static void show_findings(pat_cli *cli, const Patina__AssetState *state) {
  size_t late = 0;
  for (size_t i = 0; i < state->n_findings; i++)
    late += is_late(state->findings[i]) ? 1 : 0;
  bool folded = late > LATE_SHOWN_MAX && !pat_options_has(&cli->options, PAT_OPTION_ALL);
  if (state->n_findings > 0) pat_output_line(cli, "Worth a look");
  for (size_t i = 0; i < state->n_findings; i++) {
    if (!folded || !is_late(state->findings[i])) show_finding(cli, state->findings[i]);
  }
  if (!folded) return;
  pat_output_line(cli, "  %-28s %zu entries, recorded long after their dates (--all names each)",
                  late_id, late);
}

void pat_asset_show_state(pat_cli *cli, const pat_asset_report *report) {
  const Patina__AssetState *state = report->state;
  pat_output_line(cli, "%s %s%s", state->class_name, pat_show_asset(cli, report->asset),
                  state->self_declared ? " (self-declared registration)" : "");
  show_facts(cli, "As made", state->manufacturer, state->n_manufacturer);
  show_facts(cli, "Now", state->consumer, state->n_consumer);
  show_facts(cli, "Measured last", state->telemetry, state->n_telemetry);
  show_identifiers(cli, state);
  show_findings(cli, state);
}

/* --- history --------------------------------------------------------------------------------- */

static const char *entry_date(pat_cli *cli, const pat_verified_entry *entry) {
  const Patina__Statement *message = entry->statement.message;
  return pat_show_date(cli, message->occurred, message->issued_at_ms);
}

static const Patina__Record *find_record(const Patina__AssetState *state, uint64_t index) {
  for (size_t i = 0; i < state->n_records; i++) {
    if (state->records[i]->index == index) return state->records[i];
  }
  return NULL;
}

static bool has_finding(const Patina__AssetState *state, const char *id, uint64_t index) {
  for (size_t i = 0; i < state->n_findings; i++) {
    const Patina__Finding *finding = state->findings[i];
    if (strcmp(finding->id, id) != 0) continue;
    for (size_t at = 0; at < finding->n_indexes; at++) {
      if (finding->indexes[at] == index) return true;
    }
  }
  return false;
}

/* Sources without any role spoke for themselves. */
static bool self_declared(const Patina__HistoryEntry *entry) {
  for (size_t i = 0; i < entry->n_sources; i++) {
    if (entry->sources[i]->n_roles > 0) return false;
  }
  return true;
}

/* What was stated, in a few words. */
static const char *entry_what(pat_cli *cli, const pat_verified_entry *entry,
                              const Patina__AssetState *state) {
  const Patina__Statement *message = entry->statement.message;
  const Patina__Record *record = find_record(state, entry->index);
  const char *retracted = "";
  if (record != NULL && record->retraction_case == PATINA__RECORD__RETRACTION_RETRACTED_INDEX) {
    retracted = pat_show_format(cli, " (retracted at %" PRIu64 ")", record->retracted_index);
  }
  const char *detail = "";
  if (entry->statement.kind->number == PAT_KIND_ATTESTED) {
    detail = message->attested->claim;
  } else if (entry->statement.kind->number == PAT_KIND_IDENTIFIER_ASSIGNED) {
    detail = message->identifier_assigned->scheme;
  } else if (entry->statement.kind->number == PAT_KIND_IDENTIFIER_RELEASED) {
    detail = message->identifier_released->scheme;
  }
  return pat_show_format(cli, "%s%s%s%s", entry->statement.kind->name, detail[0] != '\0' ? " " : "",
                         detail, retracted);
}

static pat_status show_slot(pat_cli *cli, const pat_verified_entry *entry, uint32_t slot) {
  Patina__Disclosure *disclosure = NULL;
  PAT_TRY(pat_verify_disclosed(entry, slot, &cli->arena, &disclosure));
  pat_output_line(cli, "    %-26s %s", entry->statement.slots[slot].name,
                  disclosure != NULL ? pat_show_value(cli, disclosure->value)
                                     : "cannot tell (withheld or erased)");
  return PAT_OK;
}

/* The attributes in clear of a kind that has attributes. */
static void attributes_of(const Patina__Statement *message, Patina__Attribute ***ret_attributes,
                          size_t *ret_count) {
  *ret_count = 0;
  *ret_attributes = NULL;
  switch (message->body_case) {
    case PATINA__STATEMENT__BODY_ASSET_REGISTERED:
      *ret_attributes = message->asset_registered->attributes;
      *ret_count = message->asset_registered->n_attributes;
      break;
    case PATINA__STATEMENT__BODY_ATTRIBUTES_CHANGED:
      *ret_attributes = message->attributes_changed->attributes;
      *ret_count = message->attributes_changed->n_attributes;
      break;
    case PATINA__STATEMENT__BODY_ATTESTED:
      *ret_attributes = message->attested->fields;
      *ret_count = message->attested->n_fields;
      break;
    case PATINA__STATEMENT__BODY_CORRECTED:
      *ret_attributes = message->corrected->attributes;
      *ret_count = message->corrected->n_attributes;
      break;
    case PATINA__STATEMENT__BODY_DEVICE_BOUND:
      *ret_attributes = message->device_bound->readings;
      *ret_count = message->device_bound->n_readings;
      break;
    default:
      break;
  }
}

static pat_status show_entry(pat_cli *cli, const pat_verified_entry *entry,
                             const Patina__HistoryEntry *said, const Patina__AssetState *state) {
  bool late = has_finding(state, late_id, entry->index);
  pat_output_line(cli, "%s  %s", entry_date(cli, entry), entry_what(cli, entry, state));
  pat_output_line(cli, "    said by %s; recorded %s at %" PRIu64,
                  pat_show_sources(cli, said->sources, said->n_sources, self_declared(said), late),
                  pat_output_time(cli, entry->entry->logged_at_ms), entry->index);
  Patina__Attribute **attributes = NULL;
  size_t count = 0;
  attributes_of(entry->statement.message, &attributes, &count);
  for (size_t i = 0; i < count; i++) {
    if (attributes[i]->content_case == PATINA__ATTRIBUTE__CONTENT_OPEN) {
      pat_output_line(cli, "    %-26s %s", attributes[i]->name,
                      pat_show_value(cli, attributes[i]->open));
    } else if (attributes[i]->content_case == PATINA__ATTRIBUTE__CONTENT_CLEARED) {
      pat_output_line(cli, "    %-26s (no value any more)", attributes[i]->name);
    }
  }
  for (uint32_t slot = 0; slot < entry->statement.slot_count; slot++) {
    PAT_TRY(show_slot(cli, entry, slot));
  }
  return pat_output_element(cli, "entries", &said->base);
}

pat_status pat_asset_show_history(pat_cli *cli, const pat_asset_report *report) {
  for (size_t i = 0; i < report->history.n_entries; i++) {
    PAT_TRY(show_entry(cli, report->entries[i], report->history.entries[i], report->state));
  }
  show_findings(cli, report->state);
  return PAT_OK;
}

void pat_asset_show_end(pat_cli *cli, const pat_asset_report *report) {
  pat_proof_show(cli, &report->proof);
  pat_output_line(cli, "asset %s %s statements=%zu state=%s", pat_show_asset(cli, report->asset),
                  report->state->class_name, report->history.n_entries,
                  pat_exit_name(PAT_EXIT_MATCHES));
  pat_output_text(cli, "asset", pat_show_asset(cli, report->asset));
  pat_output_text(cli, "class", report->state->class_name);
  pat_output_number(cli, "statements", report->history.n_entries);
  pat_output_text(cli, "state", pat_exit_name(PAT_EXIT_MATCHES));
  size_t withheld = report->proof.report.unchecked_count;
  if (withheld > 0) {
    pat_output_note(cli, "%s withheld, not shown.",
                    pat_show_count(cli, withheld, "value of an assignment or release is",
                                   "values of assignments or releases are"));
  }
}
