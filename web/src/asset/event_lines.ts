// What an entry says, line by line: what it found first, notes last.
import type { Record as StatedRecord } from "@patina/proto/state_pb";
import type { Value } from "@patina/proto/value_pb";
import type { HistoryEvent, Stated } from "../checking/messages";
import { held, valuesText } from "./values";

export interface Line {
  readonly name: string;
  readonly values: readonly Value[];
  readonly text: string;
  readonly was: string | undefined;
}

function statedLine({ name, values }: Stated): Line[] {
  return values.length === 0 ? [] : [{ name, values, text: valuesText(values), was: undefined }];
}

/** Of a record what holds after corrections, with what was stated first. */
export function recordLines(record: StatedRecord): Line[] {
  return record.fields.flatMap((fact): Line[] => {
    const values = held(fact);
    const text = valuesText(values);
    const first = valuesText(fact.values);
    return text === "" ? [] : [{ name: fact.name, values, text, was: text === first ? undefined : first }];
  });
}

export function linesOf(event: HistoryEvent, stated: StatedRecord | undefined): Line[] {
  return stated === undefined ? event.fields.flatMap(statedLine) : recordLines(stated);
}

export function isYes({ values }: Line): boolean {
  return values[0]?.value.case === "flag" && values[0].value.value;
}

// That these are unknown says no more than silence does.
const unsaidUnknown: ReadonlySet<string> = new Set(["transfer", "measured"]);

export function saysNothing(name: string, values: readonly Value[]): boolean {
  const value = values[0]?.value;
  return unsaidUnknown.has(name) && value?.case === "code" && value.value.code === "unknown";
}

// What it found first, notes last; that an odometer was read goes without saying beside its reading.
const foremost = ["result", "state", "transfer", "holder", "category", "brand", "odometer", "value", "title"];
const hindmost = ["expires", "evidence", "basis", "source_note", "note"];

function weight(name: string): number {
  const front = foremost.indexOf(name);
  return front >= 0 ? front - foremost.length : hindmost.indexOf(name) + 1;
}

/** In the order in which a reader asks for them. */
export function ordered(lines: readonly Line[]): Line[] {
  const hasReading = lines.some(({ name }) => name === "odometer");
  const isUnsaid = ({ name }: Line) => name === "step" || (hasReading && name === "odometer_status");
  const telling = lines.filter((line) => !isUnsaid(line) && (line.was !== undefined || !saysNothing(line.name, line.values)));
  return telling.sort((a, b) => weight(a.name) - weight(b.name));
}
