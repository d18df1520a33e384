// Numbers in base 128: SPEC.md sections 1 and 2.
import { need, refuse } from "./refusal.js";

const u64Max = 2n ** 64n - 1n;

/** A place in bytes, read from front to end. */
export interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;
}

export function cursorOf(bytes: Uint8Array): Cursor {
  return { bytes, at: 0, end: bytes.length };
}

/** The next number: in its shortest form, of at most 64 bits. */
export function readUvarint(cursor: Cursor): bigint {
  let small = 0;
  let value = 0n;
  for (let i = 0; i < 10; i++) {
    if (cursor.at >= cursor.end) return refuse("bytes.truncated");
    const byte = cursor.bytes[cursor.at++] as number;
    if (i < 4) small |= (byte & 0x7f) << (7 * i);
    else value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte < 0x80) {
      need(byte !== 0 || i === 0, "bytes.varint.overlong");
      value |= BigInt(small);
      need(value <= u64Max, "bytes.varint.range");
      return value;
    }
  }
  return refuse("bytes.varint.range");
}

/** The shortest form of a number that is not negative. */
export function uvarint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push(rest % 0x80 | 0x80);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
