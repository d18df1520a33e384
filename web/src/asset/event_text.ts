// What an entry of the history is called, and when it says that it was.
import type { HistoryEvent } from "../checking/messages";
import { day, edge, edtf } from "../i18n/dates";
import { t } from "../i18n/messages";
import { term } from "../i18n/terms";
import { isUndated } from "./history";

export function eventTitle(event: HistoryEvent): string {
  switch (event.kind) {
    case "attested":
      return term("claim", event.about);
    case "numbered":
    case "released":
      return t(`history.${event.kind}`, { scheme: term("scheme", event.about) });
    case "telemetry":
      return t("history.telemetry", { count: event.batches.length });
    default:
      return t(`history.${event.kind}`);
  }
}

/** The first or the last day that an entry may be about, no preciser than it is dated. */
export function edgeText({ occurred, issuedMs }: HistoryEvent, which: "first" | "last"): string {
  return occurred === "" ? day(issuedMs) : edge(occurred, which);
}

export function whenText(event: HistoryEvent): string {
  if (isUndated(event)) return t("history.undated");
  return event.occurred === "" ? day(event.issuedMs) : edtf(event.occurred);
}
