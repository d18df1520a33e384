// The history as it is drawn: by the time that entries are about, newest first, with the spans in which nothing is
// recorded.
import type { HistoryEvent, Record } from "../checking/messages";
import { span } from "../i18n/dates";

export type Kind = "records" | "numbers" | "changes" | "corrections" | "devices";

const kinds: Readonly<{ [K in HistoryEvent["kind"]]: Kind }> = {
  registered: "changes",
  changed: "changes",
  numbered: "numbers",
  released: "numbers",
  attested: "records",
  corrected: "corrections",
  retracted: "corrections",
  bound: "devices",
  telemetry: "devices",
};

export function kindOf(event: HistoryEvent): Kind {
  return kinds[event.kind];
}

export interface Placed {
  readonly event: HistoryEvent;
  readonly fromMs: number;
  readonly toMs: number;
}

export type Item =
  | { readonly kind: "event"; readonly event: HistoryEvent }
  | { readonly kind: "gap"; readonly after: HistoryEvent; readonly before: HistoryEvent };

const yearMs = 365.25 * 86_400_000;

/** A silence that is drawn. Things of centuries have longer ones than cars. */
function gapOf(wholeMs: number): number {
  return Math.max(2.25 * yearMs, wholeMs / 12);
}

// The number of a step of a provenance.
function stepOf({ fields }: HistoryEvent): number | undefined {
  const value = fields.find(({ name }) => name === "step")?.values[0]?.value;
  return value?.case === "number" ? Number(value.value.mantissa) * 10 ** value.value.exponent : undefined;
}

/** A step of a provenance that nobody dated: its number is all that places it. */
export function isUndated(event: HistoryEvent): boolean {
  return event.occurred === "" && stepOf(event) !== undefined;
}

function placed(event: HistoryEvent): Placed {
  const about = event.occurred === "" ? undefined : span(event.occurred);
  return { event, fromMs: about?.from ?? event.issuedMs, toMs: about?.to ?? event.issuedMs };
}

// An undated step stands behind the dated one before it, or before the dated ones after it.
function afterStep(event: HistoryEvent, dated: readonly Placed[]): Placed {
  const step = stepOf(event) ?? 0;
  const before = dated.filter((one) => (stepOf(one.event) ?? Infinity) < step);
  const last = before.reduce<Placed | undefined>((a, b) => (a !== undefined && a.fromMs > b.fromMs ? a : b), undefined);
  const later = dated.filter((one) => (stepOf(one.event) ?? -Infinity) > step).map(({ fromMs }) => fromMs);
  const ms = last?.fromMs ?? (later.length === 0 ? event.issuedMs : Math.min(...later));
  return { event, fromMs: ms, toMs: ms };
}

/** Events with their times, oldest first. Those that are about the record itself stand where they were made. */
export function placedOf({ events }: Record): Placed[] {
  const dated = events.filter((event) => !isUndated(event)).map(placed);
  const undated = events.filter(isUndated).map((event) => afterStep(event, dated));
  return [...dated, ...undated].sort(byTime);
}

function byTime(a: Placed, b: Placed): number {
  const steps = (stepOf(a.event) ?? 0) - (stepOf(b.event) ?? 0);
  return a.fromMs - b.fromMs || steps || (a.event.index < b.event.index ? -1 : 1);
}

/** The longest time without an entry, in ms. */
export function longestGap(all: readonly Placed[]): number {
  let longest = 0;
  let until = all[0]?.toMs ?? 0;
  for (const { fromMs, toMs } of all) {
    longest = Math.max(longest, fromMs - until);
    until = Math.max(until, toMs);
  }
  return longest;
}

/** Newest first, with the gaps between. */
export function itemsOf(all: readonly Placed[]): Item[] {
  const items: Item[] = [];
  let last: Placed | undefined;
  const whole = (all.at(-1)?.toMs ?? 0) - (all[0]?.fromMs ?? 0);
  for (const one of all) {
    const isGap = last !== undefined && one.fromMs - last.toMs > gapOf(whole);
    if (last !== undefined && isGap) items.push({ kind: "gap", after: last.event, before: one.event });
    items.push({ kind: "event", event: one.event });
    if (last === undefined || one.toMs > last.toMs || (one.toMs === last.toMs && isUndated(last.event))) last = one;
  }
  return items.reverse();
}
