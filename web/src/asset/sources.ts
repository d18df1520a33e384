// Who recorded a history, source by source, and what became of their entries: counted from verified statements about this
// one thing. Nothing here judges: that two sources disagree does not say which of them is right.
import type { Finding } from "@patina/proto/state_pb";
import type { HistoryEvent, Record } from "../checking/messages";
import { span } from "../i18n/dates";
import { isUndated } from "./history";
import { holding } from "./values";

/** What became of an entry. Of a number that another record holds too, the log names no second source here. */
export const fates = [
  "disputed",
  "number-elsewhere",
  "corrected-by-other",
  "corrected-by-itself",
  "taken-back-by-other",
  "taken-back-by-itself",
] as const;
export type Fate = (typeof fates)[number];

/** An entry, and the ones that correct it, take it back, or say otherwise. */
export interface Mark {
  readonly index: bigint;
  readonly others: readonly bigint[];
}

/** A day that an entry is about, as stated; "": it was made then. */
export interface When {
  readonly occurred: string;
  readonly ms: number;
}

/** What one source recorded. */
export interface Share {
  readonly principal: string; // hex
  readonly roles: readonly string[]; // all that it had in these entries, ascending
  readonly entries: number;
  /** Undefined where nothing of it has a date. */
  readonly dates: { readonly first: When; readonly last: When } | undefined;
  readonly marks: ReadonlyMap<Fate, readonly Mark[]>;
}

type History = Pick<Record, "state" | "events">;
export type Signers = ReadonlyMap<bigint, ReadonlySet<string>>;

// That something became of an entry, because of another one.
interface Outcome {
  readonly what: "disputed" | "number-elsewhere" | "corrected" | "taken-back";
  readonly index: bigint;
  readonly other: bigint;
}

const betweenReadings: ReadonlySet<string> = new Set(["fact.disagreement", "odometer.lower", "odometer.unit-mix-up"]);

function indexesOf({ index, batches }: HistoryEvent): bigint[] {
  return batches.length === 0 ? [index] : batches.map((batch) => batch.index);
}

function idsOf({ sources }: HistoryEvent): string[] {
  return sources.map(({ principal }) => principal);
}

/** Who signed each entry, those of streams too. */
export function signersOf({ events }: Pick<Record, "events">): Signers {
  return new Map(events.flatMap((event) => indexesOf(event).map((index) => [index, new Set(idsOf(event))])));
}

function share(signers: Signers, a: bigint, b: bigint): boolean {
  const ofB = signers.get(b);
  return [...(signers.get(a) ?? [])].some((id) => ofB?.has(id) === true);
}

function targetOf(events: readonly HistoryEvent[], index: bigint): HistoryEvent | undefined {
  const target = events.find((event) => event.index === index)?.target ?? "";
  return target === "" ? undefined : events.find(({ statement }) => statement === target);
}

// The state says which records were taken back. Of changes and corrections it does not; there only their own source's word
// surely counts (SPEC.md section 8.2).
function takenBack({ state, events }: History, signers: Signers): Outcome[] {
  const records = state.records.flatMap(({ index, retraction }): Outcome[] =>
    retraction.case === undefined ? [] : [{ what: "taken-back", index, other: retraction.value }],
  );
  const others = events.flatMap((event): Outcome[] => {
    const target = event.kind === "retracted" ? targetOf(events, event.index) : undefined;
    if (target === undefined || (target.kind !== "changed" && target.kind !== "corrected")) return [];
    const counts = target.index < event.index && share(signers, target.index, event.index);
    return counts ? [{ what: "taken-back", index: target.index, other: event.index }] : [];
  });
  return [...records, ...others];
}

// By the corrections that hold. What was taken back as a whole is not told twice.
function corrected({ state, events }: History, gone: ReadonlySet<bigint>): Outcome[] {
  const facts = [...state.manufacturer, ...state.consumer, ...state.records.flatMap(({ fields }) => fields)];
  return facts.flatMap((fact): Outcome[] => {
    const correction = holding(fact);
    const target = correction === undefined ? undefined : targetOf(events, correction.index);
    if (correction === undefined || target === undefined || gone.has(target.index)) return [];
    return [{ what: "corrected", index: target.index, other: correction.index }];
  });
}

// Findings in which sources stand against each other. One that rests on the readings of a single source is none.
function disputed(finding: Finding, signers: Signers): Outcome[] {
  const elsewhere = finding.id === "identifier.conflict";
  if (!elsewhere && !betweenReadings.has(finding.id)) return [];
  const what = elsewhere ? "number-elsewhere" : "disputed";
  return finding.indexes.flatMap((index) =>
    finding.indexes.filter((other) => !share(signers, index, other)).map((other) => ({ what, index, other })),
  );
}

function outcomesOf(history: History, signers: Signers): Outcome[] {
  const back = takenBack(history, signers);
  const gone = new Set(back.map(({ index }) => index));
  return [...back, ...corrected(history, gone), ...history.state.findings.flatMap((one) => disputed(one, signers))];
}

function fateOf({ what, other }: Outcome, principal: string, signers: Signers): Fate {
  if (what === "disputed" || what === "number-elsewhere") return what;
  return signers.get(other)?.has(principal) === true ? `${what}-by-itself` : `${what}-by-other`;
}

function marksOf(principal: string, outcomes: readonly Outcome[], signers: Signers): Map<Fate, Mark[]> {
  const found = new Map<Fate, Map<bigint, Set<bigint>>>();
  for (const outcome of outcomes) {
    if (signers.get(outcome.index)?.has(principal) !== true) continue;
    const fate = fateOf(outcome, principal, signers);
    const marks = found.get(fate) ?? new Map<bigint, Set<bigint>>();
    found.set(fate, marks.set(outcome.index, (marks.get(outcome.index) ?? new Set()).add(outcome.other)));
  }
  const ascending = (a: { index: bigint }, b: { index: bigint }) => (a.index < b.index ? -1 : 1);
  return new Map(
    [...found].map(([fate, marks]) => [fate, [...marks].map(([index, others]) => ({ index, others: [...others] })).sort(ascending)]),
  );
}

interface Dated extends When {
  readonly fromMs: number;
  readonly toMs: number;
}

function datedOf(event: HistoryEvent): Dated[] {
  if (isUndated(event)) return [];
  const made = event.batches.length === 0 ? [event] : event.batches;
  const about = event.occurred === "" ? undefined : span(event.occurred);
  return made.map(({ issuedMs: ms }) => ({
    occurred: about === undefined ? "" : event.occurred,
    ms,
    fromMs: about?.from ?? ms,
    toMs: about?.to ?? ms,
  }));
}

function datesOf(events: readonly HistoryEvent[]): Share["dates"] {
  const [one, ...rest] = events.flatMap(datedOf);
  if (one === undefined) return undefined;
  const first = rest.reduce((a, b) => (b.fromMs < a.fromMs ? b : a), one);
  const last = rest.reduce((a, b) => (b.toMs > a.toMs ? b : a), one);
  return { first, last };
}

function shareOf(principal: string, events: readonly HistoryEvent[], marks: Share["marks"]): Share {
  const roles = events.flatMap(({ sources }) => sources.filter((one) => one.principal === principal).flatMap((one) => one.roles));
  return {
    principal,
    roles: [...new Set(roles)].sort(),
    entries: events.reduce((count, event) => count + indexesOf(event).length, 0),
    dates: datesOf(events),
    marks,
  };
}

/** Every source of the history, the one with the most entries first; an entry that two signed counts for both. */
export function sharesOf(history: History): Share[] {
  const signers = signersOf(history);
  const outcomes = outcomesOf(history, signers);
  const ids = [...new Set(history.events.flatMap(idsOf))];
  const shares = ids.map((id) => {
    const own = history.events.filter((event) => idsOf(event).includes(id));
    return shareOf(id, own, marksOf(id, outcomes, signers));
  });
  return shares.sort((a, b) => b.entries - a.entries);
}
