// Hashes: leaves and nodes (SPEC.md section 7.4), subject keys (section 6.1), the pre-authentication encoding (section 4.1).
import { sha256 as nobleSha256 } from "@noble/hashes/sha2";
import { concat, utf8 } from "./bytes.js";

/** SHA-256 of the parts, one after the other. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = nobleSha256.create();
  for (const part of parts) hash.update(part);
  return hash.digest();
}

const zero = Uint8Array.of(0);
const one = Uint8Array.of(1);

export const emptyRoot = sha256();

export function leafHash(leaf: Uint8Array): Uint8Array {
  return sha256(zero, leaf);
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(one, left, right);
}

/** The kind byte of each subject (SPEC.md section 6.1). */
export const subjectKinds = {
  asset: 1,
  stream: 2,
  principal: 3,
  issued: 4,
  key: 5,
  class: 6,
  scheme: 7,
  policy: 8,
  identifier: 9,
} as const;

const subjectDomain = utf8("patina/subject/v1\0");

/** K of a subject. */
export function subjectKey(kind: keyof typeof subjectKinds, id: Uint8Array | string): Uint8Array {
  return sha256(
    subjectDomain,
    Uint8Array.of(subjectKinds[kind]),
    typeof id === "string" ? utf8(id) : id,
  );
}

/** The bytes that are signed: DSSE's pre-authentication encoding. */
export function preAuthentication(type: string, body: Uint8Array): Uint8Array {
  const head = utf8(`DSSEv1 ${utf8(type).length} ${type} ${body.length} `);
  return concat(head, body);
}
