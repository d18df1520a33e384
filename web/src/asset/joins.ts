// How the steps of a provenance join: directly, not directly, or in doubt. Drawn as a line below each step, and said.
import type { Fact } from "@patina/proto/state_pb";
import type { HistoryEvent, Record } from "../checking/messages";
import { t } from "../i18n/messages";
import { term } from "../i18n/terms";
import type { Item } from "./history";
import { codeOf } from "./values";

export type Join = "direct" | "broken" | "doubtful";

export type Drawn =
  | (Extract<Item, { kind: "gap" }> & { readonly join: Join | undefined })
  | { readonly kind: "break"; readonly after: bigint }
  | (Extract<Item, { kind: "event" }> & { readonly join: Join | undefined });

// What holds after corrections; a step that was taken back joins nothing.
function fieldsOf(event: HistoryEvent, { state }: Record): readonly Fact[] | undefined {
  if (event.about !== "provenance") return undefined;
  const stated = state.records.find(({ index }) => index === event.index);
  return stated === undefined || stated.retraction.case !== undefined ? undefined : stated.fields;
}

// Who made the thing had it from nobody.
function isFirst(fields: readonly Fact[]): boolean {
  return codeOf(fields, "transfer") === "made";
}

function isCertain(fields: readonly Fact[]): boolean {
  return (codeOf(fields, "certainty") ?? "certain") === "certain";
}

function joinOf(fields: readonly Fact[]): Join | undefined {
  if (isFirst(fields)) return undefined;
  const directness = codeOf(fields, "directness");
  if (directness === "not_direct") return "broken";
  return directness === "direct" && isCertain(fields) ? "direct" : "doubtful";
}

/** What the join says; undefined for an entry that is no step, or the first one. */
export function handoverText(event: HistoryEvent, record: Record): string | undefined {
  const fields = fieldsOf(event, record);
  if (fields === undefined || isFirst(fields)) return undefined;
  const directness = codeOf(fields, "directness");
  const what = directness === "direct" || directness === "not_direct" ? directness : "unknown";
  const text = t(`history.join.${what}`);
  if (isCertain(fields)) return text;
  return t("history.join.doubtful", { what: text, certainty: term("code", codeOf(fields, "certainty") ?? "") });
}

/** The items, newest first, with the line that is drawn below each: that of the newest step above it. */
export function drawnOf(items: readonly Item[], record: Record): Drawn[] {
  let join: Join | undefined;
  return items.flatMap((item, place): Drawn[] => {
    if (item.kind === "gap") return [{ ...item, join }];
    const fields = fieldsOf(item.event, record);
    if (fields !== undefined) join = joinOf(fields);
    const next = items[place + 1];
    const isBroken = fields !== undefined && join === "broken" && next?.kind === "event";
    const drawn: Drawn = { ...item, join };
    return isBroken ? [drawn, { kind: "break", after: item.event.index }] : [drawn];
  });
}
