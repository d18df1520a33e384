// What an entry says, line by line: what it found first, notes last.
import type { Record as StatedRecord } from "@patina/proto/state_pb";
import type { HistoryEvent, Stated } from "../checking/messages";
import { held, valuesText } from "./values";

export interface Line {
  readonly name: string;
  readonly text: string;
  readonly was: string | undefined;
}

function statedLine({ name, values }: Stated): Line[] {
  return values.length === 0 ? [] : [{ name, text: valuesText(values), was: undefined }];
}

/** Of a record what holds after corrections, with what was stated first. */
export function recordLines(record: StatedRecord): Line[] {
  return record.fields.flatMap((fact): Line[] => {
    const text = valuesText(held(fact));
    const first = valuesText(fact.values);
    return text === "" ? [] : [{ name: fact.name, text, was: text === first ? undefined : first }];
  });
}

export function linesOf(event: HistoryEvent, stated: StatedRecord | undefined): Line[] {
  return stated === undefined ? event.fields.flatMap(statedLine) : recordLines(stated);
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
  const telling = lines.filter(({ name }) => !(hasReading && name === "odometer_status") && name !== "step");
  return telling.sort((a, b) => weight(a.name) - weight(b.name));
}
