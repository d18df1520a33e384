// Whether those who enrolled others, granted roles, took them back or changed keys were entitled to: SPEC.md sections 4.5 and
// 8.3, read as a bundle's verifier reads them (section 9.4, steps 7 and 8), for a source and for all on whom its roles rest.
import { sha256 } from "@noble/hashes/sha2";
import type { Policy } from "@patina/proto/catalog_pb";
import { Refusal, type Statement } from "@patina/verify";
import { hex } from "./events";
import type { LeafLine, SourceKey } from "./log_messages";
import { keysAfter } from "./source_keys";

/** How many principals are asked for on behalf of one source, itself counted; what rests on others is not checked. */
export const principalsAskedMax = 32;

/** Whose key signed: the principal, and the SHA-256 of its public key. */
export interface Signer {
  readonly principal: string;
  readonly key: string;
}

/** An entry of a principal's own history. */
export interface Deed {
  readonly principal: string;
  readonly line: LeafLine;
  readonly statement: Pick<Statement, "kind" | "name" | "hash"> & { readonly message: Pick<Statement["message"], "body"> };
  readonly signers: readonly Signer[];
}

/** What the genesis pins: the root, how many of its keys have to sign, and who may state what. */
export interface LogRules {
  readonly root: string;
  readonly rootThreshold: number;
  readonly policy: Pick<Policy, "kinds">;
}

interface Held {
  readonly role: string;
  readonly isChecked: boolean;
}

// A principal as the entries so far leave it. Only grants for all classes: what is judged here is about no asset.
interface Person {
  readonly keys: readonly SourceKey[];
  readonly grants: ReadonlyMap<string, Held>;
  readonly isChecked: boolean;
}

type People = ReadonlyMap<string, Person>;

function need(holds: boolean, rule: string): void {
  if (!holds) throw new Refusal(rule);
}

const byIndex = (a: Deed, b: Deed) => (a.line.index < b.line.index ? -1 : 1);
const judged: ReadonlySet<string> = new Set(["principalEnrolled", "deviceEnrolled", "standingGranted", "standingWithdrawn"]);

/** Principals to ask for, nearest first: who signs in the histories of those who were asked, no more than `max` in all. */
export async function closureOf<T>(first: string, max: number, ask: (id: string) => Promise<T>, signersIn: (answer: T) => readonly string[]): Promise<Map<string, T>> {
  const answers = new Map<string, T>();
  const waiting = [first];
  for (const id of waiting) {
    if (answers.size === max) break;
    if (answers.has(id)) continue;
    const answer = await ask(id);
    answers.set(id, answer);
    waiting.push(...signersIn(answer).filter((signer) => !answers.has(signer)));
  }
  return answers;
}

// Each key is its principal's, brought at or before this entry, and not ended before it. False: somebody was not asked for.
function checkSigners({ signers, line }: Deed, people: People): boolean {
  for (const { principal, key: id } of signers) {
    const person = people.get(principal);
    if (person === undefined) continue;
    const key = person.keys.find((one) => one.id === id);
    need(key !== undefined, "verify.enrolment");
    need(key?.ended === undefined || key.ended.at.index === line.index, "verify.key");
  }
  return signers.every(({ principal }) => people.get(principal)?.isChecked === true);
}

function datesBack({ since, ended, compromised }: SourceKey, from: bigint, at: bigint): boolean {
  return since.index <= from && [at, ended?.at.index, compromised?.from].every((bound) => bound === undefined || from < bound);
}

// Whether a log may record this change of keys at all, whoever signs it.
function checkChange({ principal, line, statement }: Deed, before: readonly SourceKey[], rules: LogRules): void {
  const { case: kind, value } = statement.message.body;
  if (kind !== "keyRotated" && kind !== "keyRevoked") return;
  need(principal !== rules.root, "verify.key-change");
  if (kind === "keyRotated") return;
  const named = before.find(({ id }) => id === hex(value.key));
  const isAllowed = named !== undefined && (value.since === 0n ? named.ended === undefined : datesBack(named, value.since, line.index));
  need(isAllowed, "verify.key-change");
}

// Whether those who signed a change of keys are whom it takes.
function mayChange({ principal, statement, signers }: Deed, before: readonly SourceKey[], { root, rootThreshold }: LogRules): boolean {
  const { case: kind, value } = statement.message.body;
  const current = before.find(({ ended }) => ended === undefined);
  const areRoot = (some: readonly Signer[]) => some.length >= rootThreshold && some.every((signer) => signer.principal === root);
  const isOwn = ([only, ...others]: readonly Signer[]) =>
    current !== undefined && others.length === 0 && only?.principal === principal && only.key === current.id;
  if (kind === "keyRevoked") return areRoot(signers) || (value.since === 0n && isOwn(signers));
  const brought = kind === "keyRotated" ? hex(sha256(value.key?.publicKey ?? new Uint8Array())) : "";
  const others = signers.filter((signer) => signer.principal !== principal || signer.key !== brought);
  return others.length === signers.length - 1 && (current === undefined ? areRoot(others) : isOwn(others));
}

// Whether a signer holds one of these roles there; undefined: that was not checked.
function holds(id: string, roles: readonly string[], deed: Deed, people: People, { root, rootThreshold }: LogRules): boolean | undefined {
  const person = people.get(id);
  if (person === undefined) return undefined;
  const keys = new Set(deed.signers.filter(({ principal }) => principal === id).map(({ key }) => key));
  if (id === root && roles.includes("root") && keys.size >= rootThreshold) return true;
  const held = [...person.grants.values()].filter(({ role }) => roles.includes(role));
  if (held.length === 0) return false;
  return person.isChecked && held.some(({ isChecked }) => isChecked) ? true : undefined;
}

// Whether the signers have standing for the kind; false: it depends on what was not checked.
function hasStanding(deed: Deed, people: People, rules: LogRules): boolean {
  const kind = rules.policy.kinds.find((row) => row.kind === deed.statement.kind);
  if (kind === undefined) throw new Refusal("verify.standing");
  if (kind.selfDeclared) return true;
  const answers = [...new Set(deed.signers.map(({ principal }) => principal))].map((id) => holds(id, kind.roles, deed, people, rules));
  const needed = Math.max(kind.threshold, 1);
  need(answers.filter((answer) => answer !== false).length >= needed, "verify.standing");
  return answers.filter((answer) => answer === true).length >= needed;
}

function grantsAfter({ grants }: Person, { statement }: Deed, isChecked: boolean): ReadonlyMap<string, Held> {
  const { case: kind, value } = statement.message.body;
  const after = new Map(grants);
  if (kind === "standingGranted" && value.classes.length === 0) after.set(hex(statement.hash), { role: value.role, isChecked });
  if (kind !== "standingWithdrawn") return after;
  const ended = after.get(hex(value.grant));
  if (isChecked) after.delete(hex(value.grant));
  else if (ended !== undefined) after.set(hex(value.grant), { ...ended, isChecked: false });
  return after;
}

/**
 * Judges complete histories of principals: refuses with verify.enrolment, verify.key, verify.key-change or verify.standing what
 * the log's own rules do not allow. Answers the entries, by log index, that rest on principals who are not among them.
 */
export function judge(deeds: readonly Deed[], rules: LogRules): ReadonlySet<bigint> {
  const people = new Map<string, Person>(deeds.map(({ principal }) => [principal, { keys: [], grants: new Map(), isChecked: true }]));
  const unchecked = new Set<bigint>();
  for (const deed of [...deeds].sort(byIndex)) {
    const before = people.get(deed.principal) as Person;
    const { name, message } = deed.statement;
    checkChange(deed, before.keys, rules);
    const keys = keysAfter(before.keys, message.body, deed.line);
    people.set(deed.principal, { ...before, keys }); // the key that an entry brings may sign it
    const areKnown = checkSigners(deed, people);
    const isChange = name === "keyRotated" || name === "keyRevoked";
    if (isChange && areKnown) need(mayChange(deed, before.keys, rules), "verify.standing");
    const isChecked = judged.has(name) ? hasStanding(deed, people, rules) : areKnown;
    if (!isChecked) unchecked.add(deed.line.index);
    const grants = grantsAfter(before, deed, isChecked);
    people.set(deed.principal, { keys, grants, isChecked: before.isChecked && (isChecked || !isChange) });
  }
  return unchecked;
}
