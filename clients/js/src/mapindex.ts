// The verifiable index: presence and absence of a subject. SPEC.md section 7.8.
import { concat, equal, readU64be, u64be } from "./bytes.js";
import { emptyRoot, sha256 } from "./hash.js";
import { hashBytes, indexItemBytesMax } from "./limits.js";
import { need, Refusal } from "./refusal.js";
import { cursorOf, readUvarint, uvarint, type Cursor } from "./varint.js";

const valueBytes = 40;
const zero = Uint8Array.of(0);
const one = Uint8Array.of(1);

export function indexLeaf(key: Uint8Array, value: Uint8Array): Uint8Array {
  return sha256(zero, uvarint(key.length), key, uvarint(value.length), value);
}

export function indexInner(bit: number, left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(one, uvarint(bit), left, right);
}

/** What the index holds under a subject's key. */
export function indexValue(count: bigint, root: Uint8Array): Uint8Array {
  return concat(u64be(count), root);
}

/** The leaf of a sub-log, before it is hashed as one. */
export function sublogLeaf(index: bigint, leafHash: Uint8Array): Uint8Array {
  return concat(u64be(index), leafHash);
}

function bitOf(key: Uint8Array, bit: number): number {
  return ((key[bit >> 3] as number) >> (7 - (bit & 7))) & 1;
}

// A number of a proof; whatever is wrong with it, the proof is not well-formed.
function number(cursor: Cursor): bigint {
  try {
    return readUvarint(cursor);
  } catch (error) {
    throw error instanceof Refusal ? new Refusal("index.proof-form") : error;
  }
}

function take(cursor: Cursor, size: number): Uint8Array {
  need(size <= cursor.end - cursor.at, "index.proof-form");
  cursor.at += size;
  return cursor.bytes.subarray(cursor.at - size, cursor.at);
}

function item(cursor: Cursor): Uint8Array {
  const size = number(cursor);
  need(size <= BigInt(indexItemBytesMax), "index.proof-size");
  return take(cursor, Number(size));
}

// Walks from a leaf's hash up to the root; `other` is the key of the leaf that stands there.
function climb(key: Uint8Array, other: Uint8Array, leaf: Uint8Array, cursor: Cursor): Uint8Array {
  let hash = leaf;
  let last = BigInt(8 * hashBytes);
  while (cursor.at < cursor.end) {
    const bit = number(cursor);
    need(bit < last, "index.proof-order");
    last = bit;
    const sibling = take(cursor, hashBytes);
    const side = bitOf(key, Number(bit));
    need(side === bitOf(other, Number(bit)), "index.proof-path");
    hash =
      side === 0 ? indexInner(Number(bit), hash, sibling) : indexInner(Number(bit), sibling, hash);
  }
  return hash;
}

/** Refuses unless the index of that root holds exactly `value` under `key`. */
export function checkPresence(
  key: Uint8Array,
  value: Uint8Array,
  proof: Uint8Array,
  root: Uint8Array,
): void {
  const hash = climb(key, key, indexLeaf(key, value), cursorOf(proof));
  need(equal(hash, root), "index.proof-root");
}

/** Refuses unless the index of that root holds nothing under `key`. */
export function checkAbsence(key: Uint8Array, proof: Uint8Array, root: Uint8Array): void {
  if (proof.length === 0) {
    need(equal(emptyRoot, root), "index.proof-root");
    return;
  }
  const cursor = cursorOf(proof);
  const other = item(cursor);
  const value = item(cursor);
  need(!equal(other, key), "index.proof-same-key");
  need(other.length === hashBytes && value.length === valueBytes, "index.proof-form");
  const hash = climb(key, other, indexLeaf(other, value), cursor);
  need(equal(hash, root), "index.proof-root");
}

/** Reads a value of the index. */
export function readIndexValue(value: Uint8Array): { count: bigint; root: Uint8Array } {
  need(value.length === valueBytes, "index.value");
  const count = readU64be(value);
  need(count >= 1n, "index.value");
  return { count, root: value.subarray(8) };
}
