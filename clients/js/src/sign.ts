// The Ed25519 verdict of SPEC.md section 4.2, step by step: libraries differ for crafted signatures, this must not.
import { ed25519 } from "@noble/curves/ed25519";
import { sha512 } from "@noble/hashes/sha2";
import { concat, equal, hex } from "./bytes.js";
import { publicKeyBytes, signatureBytes } from "./limits.js";

const Point = ed25519.Point;
const order = Point.Fn.ORDER;
type Point = InstanceType<typeof Point>;

interface KnownKey {
  readonly point: Point | undefined; // undefined: not a usable key
  uses: number;
}

// A key signs many entries of one bundle: it is decoded once, and from some use on a table of its multiples pays.
const keysMax = 256;
const usesBeforeTable = 3;
const tableWindow = 5;
const knownKeys = new Map<string, KnownKey>();

/** The number that bytes are, least significant first. */
export function littleEndian(bytes: Uint8Array): bigint {
  return BigInt("0x" + hex(Uint8Array.from(bytes).reverse()));
}

function decodeKey(bytes: Uint8Array): Point | undefined {
  try {
    const point = Point.fromBytes(bytes, false); // refuses y at or above 2^255 - 19
    return point.isSmallOrder() ? undefined : point;
  } catch {
    return undefined;
  }
}

function keyOf(bytes: Uint8Array): Point | undefined {
  const name = hex(bytes);
  let key = knownKeys.get(name);
  if (key === undefined) {
    if (knownKeys.size >= keysMax) knownKeys.clear();
    key = { point: decodeKey(bytes), uses: 0 };
    knownKeys.set(name, key);
  }
  if (++key.uses === usesBeforeTable) key.point?.precompute(tableWindow, true);
  return key.point;
}

/** Whether `signature` is one of `message` by the key. Never throws. */
export function signatureHolds(
  key: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (key.length !== publicKeyBytes || signature.length !== signatureBytes) return false;
  const encodedR = signature.subarray(0, 32);
  const s = littleEndian(signature.subarray(32));
  if (s >= order) return false;
  const a = keyOf(key);
  if (a === undefined) return false;
  const k = littleEndian(sha512(concat(encodedR, key, message))) % order;
  const r = Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k));
  // R's own encoding is never decoded: what equals the encoding of a point is canonical.
  return equal(r.toBytes(), encodedR) && !r.isSmallOrder();
}
