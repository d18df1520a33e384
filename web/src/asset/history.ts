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

function chainOf({ sources }: HistoryEvent): string {
  return sources.map(({ principal }) => principal).sort().join(" ");
}

// A step begins no earlier than the one before it of the same source, as far as its own date allows.
function inSteps(dated: readonly Placed[]): Placed[] {
  const reached = new Map<string, number>();
  const ascending = [...dated].sort((a, b) => (stepOf(a.event) ?? 0) - (stepOf(b.event) ?? 0));
  return ascending.map((one) => {
    if (stepOf(one.event) === undefined) return one;
    const before = reached.get(chainOf(one.event)) ?? -Infinity;
    const fromMs = before <= one.toMs ? Math.max(one.fromMs, before) : one.fromMs;
    reached.set(chainOf(one.event), fromMs);
    return { ...one, fromMs };
  });
}

/** Readings of a device stand where they were recorded: when they were taken is not public. */
export function isReadings({ batches }: HistoryEvent): boolean {
  return batches.length > 0;
}

/** Events with their times, oldest first. Those that are about the record itself stand where they were made. */
export function placedOf({ events }: Record): Placed[] {
  const dated = inSteps(events.filter((event) => !isUndated(event)).map(placed));
  const undated = events.filter(isUndated).map((event) => afterStep(event, dated));
  return [...dated, ...undated].sort(byTime);
}

function byTime(a: Placed, b: Placed): number {
  const steps = (stepOf(a.event) ?? 0) - (stepOf(b.event) ?? 0);
  return a.fromMs - b.fromMs || steps || (a.event.index < b.event.index ? -1 : 1);
}

/** The longest time without an entry, in ms. */
export function longestGap(all: readonly Placed[]): number {
  const dated = all.filter(({ event }) => !isReadings(event));
  let longest = 0;
  let until = dated[0]?.toMs ?? 0;
  for (const { fromMs, toMs } of dated) {
    longest = Math.max(longest, fromMs - until);
    until = Math.max(until, toMs);
  }
  return longest;
}

// In words a silence begins with the entry that stands below it, unless what lasted longer ends later.
function toldOf(last: Placed, latest: Placed | undefined): HistoryEvent {
  return last.event.occurred.includes("/") || latest === undefined ? last.event : latest.event;
}

/** Newest first, with the gaps between. */
export function itemsOf(all: readonly Placed[]): Item[] {
  const items: Item[] = [];
  let last: Placed | undefined;
  let latest: Placed | undefined;
  const whole = (all.at(-1)?.toMs ?? 0) - (all[0]?.fromMs ?? 0);
  for (const one of all) {
    const isGap = last !== undefined && !isReadings(one.event) && one.fromMs - last.toMs > gapOf(whole);
    if (last !== undefined && isGap) items.push({ kind: "gap", after: toldOf(last, latest), before: one.event });
    items.push({ kind: "event", event: one.event });
    if (isReadings(one.event)) continue;
    if (!isUndated(one.event)) latest = one;
    if (last === undefined || one.toMs > last.toMs || (one.toMs === last.toMs && isUndated(last.event))) last = one;
  }
  return items.reverse();
}
