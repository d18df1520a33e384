// Bytes: order, fixed-size numbers, base 16 and 64, UTF-8. SPEC.md section 1.
import { need, refuse } from "./refusal.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const empty = new Uint8Array(0);

/** The UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text that bytes are in UTF-8; refuses what is not well-formed with `rule`. */
export function textOf(bytes: Uint8Array, rule: string): string {
  try {
    return decoder.decode(bytes);
  } catch {
    return refuse(rule);
  }
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  for (const part of parts) size += part.length;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Below 0, 0 or above 0: unsigned bytes, a prefix before what it begins. */
export function compare(a: Uint8Array, b: Uint8Array): number {
  const size = Math.min(a.length, b.length);
  for (let i = 0; i < size; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && compare(a, b) === 0;
}

/** Whether each item lies above the one before it. */
export function ascends(items: readonly Uint8Array[]): boolean {
  return items.every((item, i) => i === 0 || compare(items[i - 1] as Uint8Array, item) < 0);
}

export function u16be(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}

export function u64be(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

/** The number that eight bytes at `at` are, most significant first. */
export function readU64be(bytes: Uint8Array, at = 0): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(at);
}

export function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

/** The bytes of lower-case base 16; refuses all else. */
export function unhex(text: string): Uint8Array {
  need(/^(?:[0-9a-f]{2})*$/.test(text), "bytes.hex");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const sixBits = new Map([...alphabet].map((symbol, value) => [symbol, value]));

/** Standard base 64 with padding. */
export function base64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const group = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const symbols = Math.min(bytes.length - i, 3) + 1;
    for (let j = 0; j < 4; j++) text += j < symbols ? alphabet[(group >> (18 - 6 * j)) & 63] : "=";
  }
  return text;
}

/** The bytes of standard base 64: padded, without bits that hold no byte. */
export function unbase64(text: string): Uint8Array {
  need(text.length % 4 === 0, "crypto.base64.length");
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; i < text.length - padding; i++) {
    const value = sixBits.get(text[i] as string);
    if (value === undefined) return refuse("crypto.base64.symbol");
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes[at++] = (bits >> held) & 0xff;
    }
  }
  need((bits & ((1 << held) - 1)) === 0, "crypto.base64.trailing");
  return bytes;
}

/** The number that decimal digits without leading zeros say, at most `max`; undefined for all else. */
export function decimal(text: string, max: bigint): bigint | undefined {
  if (!/^(?:0|[1-9][0-9]{0,19})$/.test(text)) return undefined;
  const value = BigInt(text);
  return value <= max ? value : undefined;
}
