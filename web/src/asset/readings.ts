// Readings of the odometer, from the records: what holds after corrections, in the order in which they were taken.
import type { Fact, Record as Stated } from "@patina/proto/state_pb";
import type { Record, Source } from "../checking/messages";
import { middle } from "../i18n/dates";
import { inMetres, type Quantity } from "../i18n/quantities";
import { findingsAt } from "./alerts";
import { codeOf, held, holding, isLive, isRecorded, plainSources } from "./values";

export interface MileageReading {
  readonly index: bigint;
  readonly occurred: string;
  readonly atMs: number;
  readonly stated: Quantity;
  readonly lengthM: number;
  readonly sources: readonly Source[];
  readonly corrected: boolean;
  /** Ids of the findings that rest on it. */
  readonly findings: readonly string[];
}

/** A record that says that the odometer was not read. */
export interface Unread {
  readonly index: bigint;
  readonly occurred: string;
  readonly atMs: number;
  readonly status: string;
  readonly sources: readonly Source[];
}

/** When it was, for order and for drawing. */
export function timeOf({ occurred, issuedAtMs }: Stated): number {
  return (occurred === "" ? undefined : middle(occurred)) ?? Number(issuedAtMs);
}

function numberOf(fact: Fact | undefined): Quantity | undefined {
  if (!isRecorded(fact)) return undefined;
  const values = held(fact);
  const value = values.length === 1 ? values[0]?.value : undefined;
  return value?.case === "number" ? value.value : undefined;
}

/** The attributes that the class calls an odometer. */
export function odometersOf({ schema }: Record): ReadonlySet<string> {
  const odometer = 1; // SERIES_ODOMETER
  return new Set(schema.attributes.filter(({ series }) => (series as number) === odometer).map(({ name }) => name));
}

function findingsOf({ state }: Record, index: bigint): string[] {
  return findingsAt(state, index)
    .map(({ id }) => id)
    .filter((id) => id.startsWith("odometer."));
}

/** All readings, oldest first. */
export function readingsOf(record: Record): MileageReading[] {
  const names = odometersOf(record);
  const live = record.state.records.filter(isLive);
  const all = live.flatMap((stated) =>
    stated.fields.flatMap((fact): MileageReading[] => {
      const value = names.has(fact.name) ? numberOf(fact) : undefined;
      const lengthM = value === undefined ? undefined : inMetres(value);
      if (value === undefined || lengthM === undefined) return [];
      return [
        {
          index: stated.index,
          occurred: stated.occurred,
          atMs: timeOf(stated),
          stated: value,
          lengthM,
          sources: plainSources(stated.sources),
          corrected: holding(fact) !== undefined,
          findings: findingsOf(record, stated.index),
        },
      ];
    }),
  );
  return all.sort((a, b) => a.atMs - b.atMs || (a.index < b.index ? -1 : 1));
}

/** Records that say that no reading could be taken. */
export function unreadOf(record: Record): Unread[] {
  const live = record.state.records.filter(isLive);
  return live.flatMap((stated): Unread[] => {
    const status = codeOf(stated.fields, "odometer_status");
    if (status === undefined || status === "read" || status === "replaced") return [];
    const { index, occurred, sources } = stated;
    return [{ index, occurred, atMs: timeOf(stated), status, sources: plainSources(sources) }];
  });
}
