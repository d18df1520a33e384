// The keys of a source, entry by entry: SPEC.md section 4.5.
import { sha256 } from "@noble/hashes/sha2";
import type { Statement } from "@patina/verify";
import { hex } from "./events";
import type { LeafLine, SourceKey } from "./log_messages";

const compromised = 2;

export type Body = Statement["message"]["body"];

function newKey(publicKey: Uint8Array, since: LeafLine): SourceKey {
  return { id: hex(sha256(publicKey)), publicKey: hex(publicKey), since, ended: undefined, compromised: undefined };
}

/** Keys in the order in which they came: a rotation ends the one before, a compromise may be dated later. */
export function keysAfter(keys: readonly SourceKey[], { case: kind, value }: Body, line: LeafLine): readonly SourceKey[] {
  if (kind === "genesis") return (value.parameters?.rootKeys ?? []).map((key) => newKey(key, line));
  if (kind === "principalEnrolled" || kind === "deviceEnrolled") return [newKey(value.key?.publicKey ?? new Uint8Array(), line)];
  if (kind === "keyRotated") {
    const ended = { at: line, how: "rotated" } as const;
    const before = keys.map((key) => ({ ...key, ended: key.ended ?? ended }));
    return [...before, newKey(value.key?.publicKey ?? new Uint8Array(), line)];
  }
  if (kind !== "keyRevoked") return keys;
  const from = value.since === 0n ? line.index : value.since;
  return keys.map((key): SourceKey => {
    if (key.id !== hex(value.key)) return key;
    const ended = key.ended ?? { at: line, how: "revoked" };
    return { ...key, ended, compromised: value.reason === compromised ? { at: line, from } : key.compromised };
  });
}
