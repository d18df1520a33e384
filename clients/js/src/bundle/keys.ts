// The key history of a principal: which keys it had, when each was valid, and who may change them. SPEC.md section 4.5.
import type { Signature } from "#gen/proto/statement_pb.js";
import { equal } from "../bytes.js";
import { sha256 } from "../hash.js";
import { principalKeysMax } from "../limits.js";
import { need } from "../refusal.js";
import type { BodyOf } from "../kinds.js";
import { bodyOf } from "../statement.js";
import type { CheckedEntry, CheckedGenesis } from "./view.js";

/** From when on somebody else may have signed with a key, and the entry that says so. */
export interface Compromise {
  readonly since: bigint;
  readonly revocation: bigint;
}

/** A key that a principal has or had. */
export interface PrincipalKey {
  readonly publicKey: Uint8Array;
  /** SHA-256 of it, as statements name signers. */
  readonly signer: Uint8Array;
  /** The entry that brought it. */
  readonly brought: CheckedEntry;
  /** Log index of the entry that ended it, which it may still have signed; undefined while it is current. */
  readonly until: bigint | undefined;
  readonly compromise: Compromise | undefined;
}

function newKey(publicKey: Uint8Array, brought: CheckedEntry): PrincipalKey {
  const signer = sha256(publicKey);
  return { publicKey, signer, brought, until: undefined, compromise: undefined };
}

/** Whether a signature under the key counts at that log index. */
export function isValidAt(key: PrincipalKey, index: bigint): boolean {
  return key.brought.index <= index && (key.until === undefined || index <= key.until);
}

function enrolledKeys(enrolment: CheckedEntry): readonly Uint8Array[] {
  const { statement } = enrolment;
  const root = bodyOf(statement, "genesis")?.parameters?.rootKeys;
  const body = bodyOf(statement, "principalEnrolled") ?? bodyOf(statement, "deviceEnrolled");
  return root ?? (body?.key === undefined ? [] : [body.key.publicKey]);
}

function rotated(
  keys: readonly PrincipalKey[],
  entry: CheckedEntry,
  { key }: BodyOf<"keyRotated">,
): PrincipalKey[] {
  need(keys.length < principalKeysMax, "verify.bundle-size");
  const ended = keys.map((old) => (old.until === undefined ? { ...old, until: entry.index } : old));
  return [...ended, newKey(key?.publicKey ?? new Uint8Array(0), entry)];
}

function datesBack(key: PrincipalKey, since: bigint, revocation: bigint): boolean {
  const bounds = [revocation, key.until, key.compromise?.since];
  return (
    key.brought.index <= since && bounds.every((bound) => bound === undefined || since < bound)
  );
}

function revoked(
  keys: readonly PrincipalKey[],
  { index }: CheckedEntry,
  { key: signer, since }: BodyOf<"keyRevoked">,
): PrincipalKey[] {
  const named = keys.find((key) => equal(key.signer, signer));
  need(named !== undefined, "verify.key-change");
  const allowed = since === 0n ? named.until === undefined : datesBack(named, since, index);
  need(allowed, "verify.key-change");
  const compromise = since === 0n ? named.compromise : { since, revocation: index };
  const after = { ...named, until: named.until ?? index, compromise };
  return keys.map((key) => (key === named ? after : key));
}

/**
 * The keys of the principal whose history these entries are, as they came; refuses a change that no log may record. Who
 * signed the changes is not judged here.
 */
export function keysOf(
  entries: readonly CheckedEntry[],
  genesis: CheckedGenesis,
): readonly PrincipalKey[] {
  const [enrolment, ...later] = entries as [CheckedEntry, ...CheckedEntry[]];
  let keys = enrolledKeys(enrolment).map((key) => newKey(key, enrolment));
  for (const entry of later) {
    const rotation = bodyOf(entry.statement, "keyRotated");
    const revocation = bodyOf(entry.statement, "keyRevoked");
    if (rotation === undefined && revocation === undefined) continue;
    need(enrolment !== genesis.entry, "verify.key-change");
    if (rotation !== undefined) keys = rotated(keys, entry, rotation);
    if (revocation !== undefined) keys = revoked(keys, entry, revocation);
  }
  return keys;
}

function signsAs(id: Uint8Array, key: PrincipalKey) {
  return ({ principal, publicKey }: Signature) =>
    equal(principal, id) && equal(publicKey, key.publicKey);
}

function areRoot(signers: readonly Signature[], { id, parameters }: CheckedGenesis): boolean {
  const all = signers.every(({ principal }) => equal(principal, id));
  return all && signers.length >= parameters.rootThreshold; // signers differ: they ascend strictly
}

/** Whether those who signed a rotation or a revocation may change the keys of principal `id`. */
export function mayChange(
  entry: CheckedEntry,
  id: Uint8Array,
  keys: readonly PrincipalKey[],
  genesis: CheckedGenesis,
): boolean {
  const { index, signers, statement } = entry;
  const current = keys.find((key) => key.brought.index < index && isValidAt(key, index));
  const areSelf = (some: readonly Signature[]) =>
    current !== undefined && some.length === 1 && some.every(signsAs(id, current));
  const revocation = bodyOf(statement, "keyRevoked");
  if (revocation !== undefined)
    return areRoot(signers, genesis) || (revocation.since === 0n && areSelf(signers));
  const brought = keys.find((key) => key.brought === entry);
  const others = brought && signers.filter((signer) => !signsAs(id, brought)(signer));
  if (others === undefined || others.length !== signers.length - 1) return false;
  return current === undefined ? areRoot(others, genesis) : areSelf(others);
}
