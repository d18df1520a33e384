// The reader's policy file, and whether a checkpoint is accepted by it: SPEC.md section 7.6; c2sp.org/tlog-policy.
import { decimal, hex, textOf, utf8 } from "./bytes.js";
import {
  policyBytesMax,
  policyGroupsMax,
  policyLogsMax,
  policyNameBytesMax,
  policyUrlBytesMax,
  policyWitnessesMax,
} from "./limits.js";
import {
  logKeyType,
  parseCheckpoint,
  parseNote,
  parseNoteKey,
  signedBy,
  witnessKeyType,
  type Checkpoint,
  type NoteKey,
} from "./note.js";
import { need, refuse } from "./refusal.js";

/** A witness, or a group of which `threshold` members must have cosigned. */
interface Party {
  readonly name: string;
  readonly key?: NoteKey;
  readonly threshold: number;
  readonly members: readonly Party[];
}

/** Whom a reader trusts. */
export interface Policy {
  readonly logs: readonly NoteKey[];
  readonly witnesses: readonly Party[];
  /** undefined: nobody is asked for. */
  readonly quorum: Party | undefined;
}

/** A checkpoint that the policy accepts. */
export interface Accepted extends Checkpoint {
  readonly note: string;
  /** Names in the policy of the witnesses that cosigned. */
  readonly cosigners: readonly string[];
}

const reservedName = "none";

class Reader {
  readonly logs: NoteKey[] = [];
  readonly parties = new Map<string, Party>();
  readonly keys = new Set<string>();
  readonly grouped = new Set<Party>();
  groups = 0;
  quorum: Party | undefined;
  quorums = 0;

  line(words: readonly string[]): void {
    switch (words[0]) {
      case "log":
        return this.log(words);
      case "witness":
        return this.witness(words);
      case "group":
        return this.group(words);
      case "quorum":
        return this.setQuorum(words);
      default:
        return refuse("policy.form");
    }
  }

  private key(text: string, type: number): NoteKey {
    const key = parseNoteKey(text);
    need(key.type === type, "policy.key");
    const id = `${type} ${hex(key.publicKey)}`;
    need(!this.keys.has(id), "policy.duplicate");
    this.keys.add(id);
    return key;
  }

  private log(words: readonly string[]): void {
    const [, key, url, ...rest] = words;
    need(key !== undefined && rest.length === 0 && isUrl(url), "policy.form");
    need(this.logs.length < policyLogsMax, "policy.limit");
    this.logs.push(this.key(key, logKeyType));
  }

  private define(party: Party): void {
    need(
      party.name !== reservedName && utf8(party.name).length <= policyNameBytesMax,
      "policy.name",
    );
    need(!this.parties.has(party.name), "policy.duplicate");
    this.parties.set(party.name, party);
  }

  private witness(words: readonly string[]): void {
    const [, name, key, url, ...rest] = words;
    need(name !== undefined && key !== undefined && rest.length === 0 && isUrl(url), "policy.form");
    need(this.witnesses().length < policyWitnessesMax, "policy.limit");
    this.define({ name, key: this.key(key, witnessKeyType), threshold: 1, members: [] });
  }

  private group(words: readonly string[]): void {
    const [, name, threshold, ...names] = words;
    need(name !== undefined && threshold !== undefined && names.length > 0, "policy.form");
    need(this.groups++ < policyGroupsMax, "policy.limit");
    const members = names.map((member) => this.member(member));
    this.define({ name, threshold: thresholdOf(threshold, members.length), members });
  }

  private member(name: string): Party {
    const party = this.parties.get(name) ?? refuse("policy.name");
    need(!this.grouped.has(party), "policy.duplicate");
    this.grouped.add(party);
    return party;
  }

  private setQuorum(words: readonly string[]): void {
    const [, name, ...rest] = words;
    need(name !== undefined && rest.length === 0, "policy.form");
    need(this.quorums++ === 0, "policy.quorum");
    this.quorum =
      name === reservedName ? undefined : (this.parties.get(name) ?? refuse("policy.name"));
  }

  witnesses(): Party[] {
    return [...this.parties.values()].filter((party) => party.key !== undefined);
  }
}

function isUrl(url: string | undefined): boolean {
  return url === undefined || utf8(url).length <= policyUrlBytesMax;
}

function thresholdOf(text: string, members: number): number {
  if (text === "any") return 1;
  if (text === "all") return members;
  const value = decimal(text, BigInt(members));
  need(value !== undefined && value > 0n, "policy.threshold");
  return Number(value);
}

/** The policy in a file, or the one that was read already. */
export function policyOf(given: Policy | string | Uint8Array): Policy {
  return typeof given === "string" || given instanceof Uint8Array ? parsePolicy(given) : given;
}

/** Reads a policy file; refuses with policy.* and note.key-*. */
export function parsePolicy(file: string | Uint8Array): Policy {
  const bytes = typeof file === "string" ? utf8(file) : file;
  need(bytes.length <= policyBytesMax, "policy.size");
  const text = textOf(bytes, "policy.character");
  need(!/[\u0000-\u0008\u000b-\u001f\u007f]/.test(text), "policy.character");
  const reader = new Reader();
  for (const line of text.split("\n")) {
    const words = line.split(/[ \t]+/).filter((word) => word !== "");
    if (words.length > 0 && !(words[0] as string).startsWith("#")) reader.line(words);
  }
  need(reader.quorums === 1, "policy.quorum");
  return { logs: reader.logs, witnesses: reader.witnesses(), quorum: reader.quorum };
}

function holds(party: Party, signed: ReadonlySet<Party>): boolean {
  if (party.key !== undefined) return signed.has(party);
  return party.members.filter((member) => holds(member, signed)).length >= party.threshold;
}

/** Whether the policy cannot be satisfied without an auditor (SPEC.md section 9.4). */
export function asksForAuditor(policy: Policy): boolean {
  const others = new Set(policy.witnesses.filter(({ name }) => !name.startsWith("auditor")));
  return policy.quorum !== undefined && !holds(policy.quorum, others);
}

/** The checkpoint in a signed note, where the policy accepts it; refuses with note.*, checkpoint.*, policy.*. */
export function acceptCheckpoint(bytes: Uint8Array, policy: Policy): Accepted {
  const note = parseNote(bytes);
  const checkpoint = parseCheckpoint(note.text);
  const keys = [...policy.logs, ...policy.witnesses.map(({ key }) => key as NoteKey)];
  const signers = new Set(keys.filter((key) => signedBy(note, key)));
  const logs = policy.logs.filter(({ name }) => name === checkpoint.origin);
  need(logs.length > 0, "policy.log");
  need(
    logs.some((key) => signers.has(key)),
    "note.unsigned",
  );
  const signed = new Set(policy.witnesses.filter(({ key }) => signers.has(key as NoteKey)));
  need(policy.quorum === undefined || holds(policy.quorum, signed), "policy.quorum-missing");
  const cosigners = [...signed].map(({ name }) => name);
  return { ...checkpoint, note: textOf(bytes, "note.utf8"), cosigners };
}
