// The verifiable random function of identifiers, c2sp.org/vrf-r255: SPEC.md section 6.4.
import { RistrettoPoint, ed25519 } from "@noble/curves/ed25519";
import { sha512 } from "@noble/hashes/sha2";
import { concat, equal, utf8 } from "./bytes.js";
import { hashBytes, vrfProofBytes } from "./limits.js";
import { need, refuse } from "./refusal.js";
import { littleEndian } from "./sign.js";

type Element = InstanceType<typeof RistrettoPoint>;

const order = ed25519.Point.Fn.ORDER;
const suite = concat(Uint8Array.of(0xff), utf8("c2sp.org/vrf-r255"));

function h(use: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return sha512(concat(suite, Uint8Array.of(use), ...parts));
}

const zero = Uint8Array.of(0);

function decodeElement(bytes: Uint8Array, rule: string): Element {
  try {
    return RistrettoPoint.fromBytes(bytes);
  } catch {
    return refuse(rule);
  }
}

/** Refuses what is not a usable public key. */
export function checkVrfKey(key: Uint8Array): void {
  decodeVrfKey(key);
}

function decodeVrfKey(key: Uint8Array): Element {
  need(key.length === hashBytes, "crypto.vrf.public-key");
  const y = decodeElement(key, "crypto.vrf.public-key");
  need(!y.is0(), "crypto.vrf.public-key");
  return y;
}

/** The output, 64 bytes, that `proof` proves for `alpha` under the public key; refuses with crypto.vrf.*. */
export function vrfOutput(key: Uint8Array, alpha: Uint8Array, proof: Uint8Array): Uint8Array {
  const y = decodeVrfKey(key);
  need(proof.length === vrfProofBytes, "crypto.vrf.proof-invalid");
  const encodedGamma = proof.subarray(0, 32);
  const gamma = decodeElement(encodedGamma, "crypto.vrf.point");
  const c = littleEndian(proof.subarray(32, 48));
  const s = littleEndian(proof.subarray(48));
  need(s < order, "crypto.vrf.scalar-range");
  const input = RistrettoPoint.hashToCurve(h(0x82, key, alpha));
  const u = RistrettoPoint.BASE.multiplyUnsafe(s).subtract(y.multiplyUnsafe(c));
  const v = input.multiplyUnsafe(s).subtract(gamma.multiplyUnsafe(c));
  const challenge = h(0x02, key, input.toBytes(), encodedGamma, u.toBytes(), v.toBytes(), zero);
  need(equal(challenge.subarray(0, 16), proof.subarray(32, 48)), "crypto.vrf.proof-invalid");
  return h(0x03, encodedGamma, zero);
}
