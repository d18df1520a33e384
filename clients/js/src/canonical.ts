// The one canonical encoding of a message: SPEC.md section 2. The decoder follows the generated descriptors and refuses
// by rule; what it accepted is then encoded again by protobuf-es and compared, so that one of the two alone cannot be
// wrong unseen.
import {
  create,
  ScalarType,
  toBinary,
  type DescEnum,
  type DescField,
  type DescMessage,
  type Message,
  type MessageShape,
} from "@bufbuild/protobuf";
import { equal, textOf } from "./bytes.js";
import { protobufDepthMax } from "./limits.js";
import { need, refuse } from "./refusal.js";
import { cursorOf, readUvarint, type Cursor } from "./varint.js";

const enum Wire {
  varint = 0,
  fixed64 = 1,
  sized = 2,
  fixed32 = 5,
}

type Fields = Record<string, unknown>;

/** The value that `bytes` canonically encode. With `newer`, unknown members are "of a newer format" (section 2). */
export function decode<D extends DescMessage>(
  desc: D,
  bytes: Uint8Array,
  newer = false,
): MessageShape<D> {
  const seen = { newer: false };
  const message = decodeMessage(desc, cursorOf(bytes), 1, newer ? seen : undefined);
  if (seen.newer) refuse("bytes.newer-format");
  const shape = message as MessageShape<D>;
  if (!equal(toBinary(desc, shape), bytes))
    throw new Error(`${desc.typeName}: decoded to other bytes`);
  return shape;
}

function decodeMessage(
  desc: DescMessage,
  cursor: Cursor,
  depth: number,
  newer?: { newer: boolean },
): Message {
  need(depth <= protobufDepthMax, "bytes.protobuf.depth");
  const message = create(desc) as Message & Fields;
  let last = 0;
  while (cursor.at < cursor.end) {
    const { number, wire } = readTag(cursor);
    const field = findField(desc, number);
    need(number >= last, "bytes.protobuf.order");
    need(number !== last || repeats(field, wire, newer), "bytes.protobuf.repeated-field");
    last = number;
    if (field === undefined) {
      need(newer !== undefined && wire === Wire.sized, "bytes.protobuf.unknown-field");
      readSized(cursor);
      newer.newer = true;
    } else {
      decodeField(message, field, wire, cursor, depth);
    }
  }
  return message;
}

function readTag(cursor: Cursor): { number: number; wire: number } {
  const tag = readUvarint(cursor);
  const wire = Number(tag & 7n);
  const number = tag >> 3n;
  const known =
    wire === Wire.varint || wire === Wire.fixed64 || wire === Wire.sized || wire === Wire.fixed32;
  need(number >= 1n && number < 1n << 29n && known, "bytes.protobuf.tag");
  return { number: Number(number), wire };
}

const fieldsByNumber = new WeakMap<DescMessage, Map<number, DescField>>();

function findField(desc: DescMessage, number: number): DescField | undefined {
  let fields = fieldsByNumber.get(desc);
  if (fields === undefined) {
    fields = new Map(desc.fields.map((field) => [field.number, field]));
    fieldsByNumber.set(desc, fields);
  }
  return fields.get(number);
}

// Whether a field may stand again: lists that are not packed, and members that are not known.
function repeats(field: DescField | undefined, wire: number, newer: object | undefined): boolean {
  if (field === undefined) return newer !== undefined && wire === Wire.sized;
  return field.fieldKind === "list" && !isNumeric(field);
}

function isNumeric(field: DescField & { fieldKind: "list" }): boolean {
  return field.listKind === "enum" || (field.listKind === "scalar" && !isSized(field.scalar));
}

function isSized(scalar: ScalarType): boolean {
  return scalar === ScalarType.STRING || scalar === ScalarType.BYTES;
}

function decodeField(
  message: Fields,
  field: DescField,
  wire: number,
  cursor: Cursor,
  depth: number,
): void {
  if (field.fieldKind === "map") throw new Error("maps are not part of the schemas");
  if (field.fieldKind === "list") {
    const list = message[field.localName] as unknown[];
    if (isNumeric(field)) decodePacked(list, field, wire, cursor);
    else list.push(decodeSized(field, wire, cursor, depth));
    return;
  }
  const sized =
    field.fieldKind === "message" || (field.fieldKind === "scalar" && isSized(field.scalar));
  need(wire === (sized ? Wire.sized : Wire.varint), "bytes.protobuf.wire-type");
  const { oneof } = field;
  const taken =
    oneof !== undefined && (message[oneof.localName] as { case?: string }).case !== undefined;
  need(!taken, "bytes.protobuf.oneof-twice");
  const value = sized
    ? decodeSized(field, wire, cursor, depth)
    : decodeNumeric(field, wire, cursor);
  if (oneof !== undefined) {
    message[oneof.localName] = { case: field.localName, value };
    return;
  }
  need(field.fieldKind === "message" || !isDefault(value), "bytes.protobuf.default-written");
  message[field.localName] = value;
}

function isDefault(value: unknown): boolean {
  return (
    value === 0 || value === 0n || value === false || (value as { length?: number }).length === 0
  );
}

function decodeSized(field: DescField, wire: number, cursor: Cursor, depth: number): unknown {
  need(wire === Wire.sized, "bytes.protobuf.wire-type");
  const inner = readSized(cursor);
  if (field.message !== undefined) return decodeMessage(field.message, inner, depth + 1);
  const bytes = inner.bytes.subarray(inner.at, inner.end);
  if (field.scalar === ScalarType.BYTES) return bytes;
  need(!bytes.includes(0), "bytes.protobuf.utf8");
  return textOf(bytes, "bytes.protobuf.utf8");
}

function readSized(cursor: Cursor): Cursor {
  const size = readUvarint(cursor);
  need(size <= BigInt(cursor.end - cursor.at), "bytes.protobuf.length");
  const inner = { bytes: cursor.bytes, at: cursor.at, end: cursor.at + Number(size) };
  cursor.at = inner.end;
  return inner;
}

function decodePacked(list: unknown[], field: DescField, wire: number, cursor: Cursor): void {
  need(wire !== Wire.varint, "bytes.protobuf.unpacked");
  need(wire === Wire.sized, "bytes.protobuf.wire-type");
  const inner = readSized(cursor);
  need(inner.at < inner.end, "bytes.protobuf.empty-packed");
  while (inner.at < inner.end) list.push(decodeNumeric(field, Wire.varint, inner));
}

function decodeNumeric(field: DescField, wire: number, cursor: Cursor): number | bigint | boolean {
  need(wire === Wire.varint, "bytes.protobuf.wire-type");
  const value = readUvarint(cursor);
  if (field.enum !== undefined) return enumValue(field.enum, value);
  switch (field.scalar) {
    case ScalarType.UINT64:
      return value;
    case ScalarType.SINT64:
      return (value >> 1n) ^ -(value & 1n);
    case ScalarType.UINT32:
      return Number(value <= 0xffffffffn ? value : refuse("bytes.protobuf.range"));
    case ScalarType.SINT32:
      need(value <= 0xffffffffn, "bytes.protobuf.range");
      return Number((value >> 1n) ^ -(value & 1n));
    case ScalarType.BOOL:
      need(value <= 1n, "bytes.protobuf.bool");
      return value === 1n;
    default:
      throw new Error(`${field.toString()}: a type that the schemas do not use`);
  }
}

function enumValue(desc: DescEnum, value: bigint): number {
  need(value <= 0x7fffffffn, "bytes.protobuf.range");
  const number = Number(value);
  need(
    desc.values.some((known) => known.number === number),
    "bytes.protobuf.enum",
  );
  return number;
}
