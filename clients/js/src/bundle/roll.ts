// The roll: who signed, with which keys (V15; keys.ts), and which roles they held when (SPEC.md section 8.3).
import { compare, equal, hex, utf8 } from "../bytes.js";
import { bundlePrincipalsMax, principalGrantsMax } from "../limits.js";
import { isValidAt, keysOf, mayChange, type PrincipalKey } from "./keys.js";
import { checking, need } from "../refusal.js";
import { bodyOf } from "../statement.js";
import {
  placeOf,
  type CheckedEntry,
  type CheckedGenesis,
  type CheckedSubject,
  type View,
} from "./view.js";

interface Grant {
  readonly role: string;
  readonly classes: readonly string[];
  readonly from: bigint;
  readonly until: bigint | undefined; // withdrawn by the entry at this index
}

/** Somebody who signs, with the whole of their own history. */
export interface Principal {
  readonly id: Uint8Array;
  readonly subject: CheckedSubject;
  readonly enrolment: CheckedEntry;
  readonly keys: readonly PrincipalKey[];
  readonly grants: readonly Grant[];
}

function grantsOf({ entries }: CheckedSubject): Grant[] {
  const withdrawn = new Map<string, bigint>();
  for (const { statement, index } of entries) {
    const grant = bodyOf(statement, "standingWithdrawn")?.grant;
    if (grant !== undefined && !withdrawn.has(hex(grant))) withdrawn.set(hex(grant), index);
  }
  return entries.flatMap(({ statement, index }) => {
    const grant = bodyOf(statement, "standingGranted");
    if (grant === undefined || statement === undefined) return [];
    const { role, classes } = grant;
    return [{ role, classes, from: index, until: withdrawn.get(hex(statement.hash)) }];
  });
}

// Kinds of principals' histories whose standing the policy gives.
const judged: ReadonlySet<string> = new Set([
  "principalEnrolled",
  "standingGranted",
  "standingWithdrawn",
  "deviceEnrolled",
]);

export class Roll {
  private readonly principals = new Map<string, Principal>();

  constructor(
    private readonly view: View,
    private readonly genesis: CheckedGenesis,
  ) {}

  all(): readonly Principal[] {
    return [...this.principals.values()];
  }

  private admit(id: Uint8Array): void {
    if (this.principals.has(hex(id))) return;
    const place = `principal ${hex(id)}`;
    checking("V15", place, () =>
      need(this.principals.size < bundlePrincipalsMax, "verify.bundle-size"),
    );
    const subject = this.view.ask("principal", id);
    const enrolment = checking("V15", place, () => this.enrolmentOf(id, subject));
    const keys = checking("V15", place, () => keysOf(subject.entries, this.genesis));
    for (const { publicKey, brought } of keys) {
      const { entries } = this.view.ask("key", publicKey);
      const isAlone = entries.length === 1 && entries[0] === brought;
      checking("V15", `key ${hex(publicKey)}`, () => need(isAlone, "verify.chain"));
    }
    const grants = grantsOf(subject);
    checking("V15", place, () => need(grants.length <= principalGrantsMax, "verify.bundle-size"));
    this.principals.set(hex(id), { id, subject, enrolment, keys, grants });
  }

  private enrolmentOf(id: Uint8Array, subject: CheckedSubject): CheckedEntry {
    const first = subject.entries[0];
    need(first?.statement !== undefined && equal(first.statement.hash, id), "verify.enrolment");
    const { name } = first.statement;
    const enrols =
      name === "principalEnrolled" || name === "deviceEnrolled" || first === this.genesis.entry;
    need(enrols, "verify.enrolment");
    return first;
  }

  private checkKeys(entry: CheckedEntry): void {
    for (const { principal, publicKey } of entry.signers) {
      const key = this.find(principal, publicKey);
      need(key !== undefined && key.brought.index <= entry.index, "verify.enrolment");
      need(isValidAt(key, entry.index), "verify.key");
    }
  }

  /** V15: everybody who signs is enrolled, and signs with a key of theirs that is valid there. */
  check(): void {
    const entries = [...this.view.entries.values()];
    for (const entry of entries) entry.signers.forEach(({ principal }) => this.admit(principal));
    for (const entry of entries) {
      checking("V15", placeOf.entry(entry.index), () => this.checkKeys(entry));
    }
  }

  /** A principal that signed something in the bundle. */
  of(id: Uint8Array): Principal {
    const principal = this.principals.get(hex(id));
    if (principal === undefined) throw new Error("asked for somebody who did not sign");
    return principal;
  }

  private find(principal: Uint8Array, publicKey: Uint8Array): PrincipalKey | undefined {
    return this.of(principal).keys.find((key) => equal(key.publicKey, publicKey));
  }

  /** The key with which somebody signed an entry that passed `check`. */
  keyOf(principal: Uint8Array, publicKey: Uint8Array): PrincipalKey {
    const key = this.find(principal, publicKey);
    if (key === undefined) throw new Error("asked for a key that did not sign");
    return key;
  }

  private rootSpeaks(entry: CheckedEntry): boolean {
    const { parameters, id } = this.genesis;
    const keys = entry.signers
      .filter(({ principal }) => equal(principal, id))
      .map(({ publicKey }) => hex(publicKey));
    return new Set(keys).size >= parameters.rootThreshold;
  }

  /** The roles that a signer of the entry holds there, ascending. Without a class, only grants for all classes count. */
  rolesAt(entry: CheckedEntry, principal: Uint8Array, className: string | undefined): string[] {
    const roles = new Set<string>();
    for (const { role, classes, from, until } of this.of(principal).grants) {
      const counts =
        classes.length === 0 || (className !== undefined && classes.includes(className));
      if (counts && from < entry.index && (until === undefined || until >= entry.index))
        roles.add(role);
    }
    if (equal(principal, this.genesis.id) && this.rootSpeaks(entry)) roles.add("root");
    return [...roles].sort((a, b) => compare(utf8(a), utf8(b)));
  }

  /** Refuses unless the signers have standing for the entry's kind, or the policy admits it self-declared (V17). */
  private needStanding(entry: CheckedEntry, className: string | undefined): void {
    const kind = this.genesis.policy.kinds.find((row) => row.kind === entry.statement?.kind);
    need(kind !== undefined, "verify.standing");
    if (kind.selfDeclared) return;
    const holders = entry.signers.filter(({ principal }) =>
      this.rolesAt(entry, principal, className).some((role) => kind.roles.includes(role)),
    );
    const distinct = new Set(holders.map(({ principal }) => hex(principal)));
    need(distinct.size >= Math.max(kind.threshold, 1), "verify.standing");
  }

  /** V17 of one entry. */
  checkStanding(entry: CheckedEntry, className: string | undefined): void {
    checking("V17", placeOf.entry(entry.index), () => this.needStanding(entry, className));
  }

  private checkKeyChange(entry: CheckedEntry, { id, keys }: Principal): void {
    checking("V17", placeOf.entry(entry.index), () =>
      need(mayChange(entry, id, keys, this.genesis), "verify.standing"),
    );
  }

  /** V17 of each entry of principals' histories that enrols, changes keys, grants or withdraws. */
  checkPrincipals(): void {
    const owners = new Map(
      this.all().flatMap((owner) => owner.subject.entries.map((entry) => [entry, owner] as const)),
    );
    for (const entry of this.view.entries.values()) {
      const owner = owners.get(entry);
      const name = entry.statement?.name;
      if (owner === undefined || name === undefined) continue;
      if (name === "keyRotated" || name === "keyRevoked") this.checkKeyChange(entry, owner);
      else if (judged.has(name)) this.checkStanding(entry, undefined);
    }
  }
}
