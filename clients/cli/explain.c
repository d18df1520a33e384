#include "clients/cli/explain.h"

#include <inttypes.h>

#include "clients/cli/output.h"
#include "clients/cli/show.h"

const char *pat_explain_check(pat_check check) {
  switch (check) {
    case PAT_CHECK_NONE:
      return "none";
    case PAT_CHECK_RECEIPT:
      return "receipt";
    case PAT_CHECK_CHECKPOINT:
      return "checkpoint";
    case PAT_CHECK_EARLIER:
      return "continuity";
    case PAT_CHECK_GENESIS:
      return "genesis";
    case PAT_CHECK_COMMIT:
      return "commit";
    case PAT_CHECK_LEAF:
      return "leaf";
    case PAT_CHECK_STATEMENT:
      return "statement";
    case PAT_CHECK_SIGNATURES:
      return "signatures";
    case PAT_CHECK_DISCLOSURES:
      return "disclosures";
    case PAT_CHECK_ENROLMENT:
      return "enrolment";
    case PAT_CHECK_STANDING:
      return "standing";
    case PAT_CHECK_CHAIN:
      return "chain";
    case PAT_CHECK_IDENTIFIER:
      return "identifier";
    case PAT_CHECK_SPANS:
      return "spans";
    case PAT_CHECK_SCHEMAS:
      return "schemas";
    case PAT_CHECK_COMPLETENESS:
      return "completeness";
    case PAT_CHECK_ABSENCE:
      return "absence";
    case PAT_CHECK_STREAMS:
      return "streams";
    case PAT_CHECK_PROMISE_FORM:
      return "form of the promise";
    case PAT_CHECK_PROMISE_SIGNATURE:
      return "promise key";
    case PAT_CHECK_PROMISE_SUBJECT:
      return "what was promised";
    case PAT_CHECK_PROMISE_KEPT:
      return "promise kept";
    case PAT_CHECK_FORM:
      return "form";
    case PAT_CHECK_CLOSURE:
      return "closure";
    case PAT_CHECK_PREFIX:
      return "beginning";
    case PAT_CHECK_SHOWN:
      return "shown";
  }
  return "unknown";
}

/* What a step says, as texts. */
enum { CHECK, NAME, INDEX, NUMBER, TEXT, VERDICT, KEY, BYTES, COMPUTED, EXPECTED, PART_COUNT };

static const char *const members[PART_COUNT] = {"check", "step", "index", "number",   "text",
                                                "rule",  "key",  "bytes", "computed", "expected"};

static void print(pat_cli *cli, const char *const *parts) {
  pat_output_line(cli, "V%-3s%s%s%s%s%s%s%s%s: %s", parts[CHECK], parts[NAME],
                  parts[INDEX][0] != '\0' ? " entry " : "", parts[INDEX],
                  parts[NUMBER][0] != '\0' ? " (" : "", parts[NUMBER],
                  parts[NUMBER][0] != '\0' ? ")" : "", parts[TEXT][0] != '\0' ? " " : "",
                  parts[TEXT], parts[VERDICT]);
  for (size_t i = KEY; i < PART_COUNT; i++) {
    if (parts[i][0] != '\0') pat_output_line(cli, "      %-8s %s", members[i], parts[i]);
  }
}

void pat_explain_step(void *context, const pat_bundle_step *step) {
  pat_cli *cli = context;
  size_t mark = pat_arena_mark(&cli->arena);
  const char *const parts[PART_COUNT] = {
      [CHECK] = pat_show_format(cli, "%d", (int)step->check),
      [NAME] = step->name,
      [INDEX] = step->has_index ? pat_show_format(cli, "%" PRIu64, step->index) : "",
      [NUMBER] = step->number > 0 ? pat_show_format(cli, "%" PRIu64, step->number) : "",
      [TEXT] = step->text != NULL ? step->text : "",
      [VERDICT] = pat_is_ok(step->verdict) ? "holds" : pat_rule_id((pat_rule)step->verdict.rule),
      [KEY] = pat_output_hex(cli, step->key),
      [BYTES] = pat_output_hex(cli, step->bytes),
      [COMPUTED] = pat_output_hex(cli, step->computed),
      [EXPECTED] = pat_output_hex(cli, step->expected),
  };
  print(cli, parts);
  pat_output_row(cli, "steps", members, parts, PART_COUNT);
  pat_arena_reset_to(&cli->arena, mark);
}
