// A verified history as events. Statements are read only after the verifier has accepted them.
import { fromBinary } from "@bufbuild/protobuf";
import type { AssetHistory, HistoryEntry, SlotDisclosure } from "@patina/proto/state_pb";
import { StatementSchema, type Statement } from "@patina/proto/statement_pb";
import { DisclosureSchema, type Attribute, type Value } from "@patina/proto/value_pb";
import { sha256 } from "@noble/hashes/sha2";
import type { Batch, EventKind, HistoryEvent, Stated } from "./messages";

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Slots are numbered in the order in which they stand in the statement.
class Slots {
  private next = 0;
  private readonly opened: ReadonlyMap<number, Value | undefined>;

  constructor(disclosures: readonly SlotDisclosure[]) {
    const open = disclosures.map(({ slot, disclosure }) => [slot, fromBinary(DisclosureSchema, disclosure).value] as const);
    this.opened = new Map(open);
  }

  take(): Value | undefined {
    return this.opened.get(this.next++);
  }
}

function fieldsOf(attributes: readonly Attribute[], slots: Slots): Stated[] {
  const fields = new Map<string, { name: string; values: Value[]; withheld: boolean }>();
  for (const { name, content } of attributes) {
    const field = fields.get(name) ?? { name, values: [], withheld: false };
    fields.set(name, field);
    const value = content.case === "slot" ? slots.take() : content.case === "open" ? content.value : undefined;
    if (value !== undefined) field.values.push(value);
    else if (content.case === "slot") field.withheld = true;
  }
  return [...fields.values()];
}

function oneField(name: string, slot: Uint8Array, slots: Slots): Stated[] {
  if (slot.length === 0) return [];
  const value = slots.take();
  return [{ name, values: value === undefined ? [] : [value], withheld: value === undefined }];
}

interface Body {
  readonly kind: EventKind;
  readonly fields: readonly Stated[];
  readonly about?: string;
  readonly target?: string;
  readonly reason?: number;
}

function bodyOf({ body }: Statement, slots: Slots): Body | undefined {
  switch (body.case) {
    case "assetRegistered":
      return { kind: "registered", fields: fieldsOf(body.value.attributes, slots), about: body.value.className };
    case "attributesChanged":
      return { kind: "changed", fields: fieldsOf(body.value.attributes, slots) };
    case "identifierAssigned":
      return { kind: "numbered", fields: oneField("value", body.value.value, slots), about: body.value.scheme };
    case "identifierReleased":
      return { kind: "released", fields: oneField("value", body.value.value, slots), about: body.value.scheme };
    case "attested":
      return { kind: "attested", fields: fieldsOf(body.value.fields, slots), about: body.value.claim };
    case "corrected": {
      const { attributes, note, target, reason } = body.value;
      const fields = [...fieldsOf(attributes, slots), ...oneField("note", note, slots)];
      return { kind: "corrected", fields, target: hex(target), reason };
    }
    case "retracted": {
      const { note, target, reason } = body.value;
      return { kind: "retracted", fields: oneField("note", note, slots), target: hex(target), reason };
    }
    case "deviceBound":
      return { kind: "bound", fields: fieldsOf(body.value.readings, slots), about: hex(body.value.device) };
    case "telemetry":
      return { kind: "telemetry", fields: [] };
    default:
      return undefined;
  }
}

function eventOf(entry: HistoryEntry, batches: readonly Batch[]): HistoryEvent | undefined {
  const statement = fromBinary(StatementSchema, entry.statement);
  const body = bodyOf(statement, new Slots(entry.disclosures));
  if (body === undefined) return undefined;
  return {
    kind: body.kind,
    index: entry.index,
    recordedMs: Number(entry.loggedAtMs),
    issuedMs: Number(statement.issuedAtMs),
    occurred: statement.occurred,
    statement: hex(sha256(entry.statement)),
    sources: entry.sources.map(({ principal, roles }) => ({ principal: hex(principal), roles })),
    fields: body.fields,
    about: body.about ?? "",
    target: body.target ?? "",
    reason: body.reason ?? 0,
    batches,
  };
}

function batchOf({ index, statement }: HistoryEntry): Batch {
  return { index, issuedMs: Number(fromBinary(StatementSchema, statement).issuedAtMs) };
}

/** All events, in log order. The batches of one stream are one event, at its last batch. */
export function eventsOf(history: AssetHistory): HistoryEvent[] {
  const own = history.entries.map((entry) => eventOf(entry, []));
  const streams = history.streams.flatMap(({ entries }) => {
    const last = entries.at(-1);
    return last === undefined ? [] : [eventOf(last, entries.map(batchOf))];
  });
  const known = [...own, ...streams].filter((event) => event !== undefined);
  return known.sort((a, b) => (a.index < b.index ? -1 : 1));
}
