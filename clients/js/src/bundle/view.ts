// What was checked of a bundle so far: entries, subjects, and which of them were asked for. SPEC.md section 9.4.
import { hex } from "../bytes.js";
import type { ProofBundle, ProvenEntry, SubjectProof } from "#gen/proto/bundle_pb.js";
import type { Entry, IndexCommit } from "#gen/proto/log_pb.js";
import type { Genesis, GenesisParameters, Signature } from "#gen/proto/statement_pb.js";
import type { Policy as LogPolicy } from "#gen/proto/catalog_pb.js";
import type { Disclosure } from "#gen/proto/value_pb.js";
import { subjectKey, type subjectKinds } from "../hash.js";
import type { Accepted } from "../policy.js";
import { Failure } from "../refusal.js";
import type { Statement } from "../statement.js";

/** An entry that passed V11 to V14. A bare one has no statement, and no signers. */
export interface CheckedEntry {
  readonly index: bigint;
  readonly proven: ProvenEntry;
  readonly leaf: Entry;
  readonly leafHash: Uint8Array;
  readonly statement: Statement | undefined;
  readonly signers: readonly Signature[];
  readonly disclosures: ReadonlyMap<number, Disclosure>;
}

/** A subject whose complete history is known. */
export interface CheckedSubject {
  readonly key: Uint8Array;
  readonly entries: readonly CheckedEntry[];
}

/** The genesis, and what follows from it. */
export interface CheckedGenesis {
  readonly entry: CheckedEntry;
  readonly id: Uint8Array;
  readonly message: Genesis;
  readonly parameters: GenesisParameters;
  readonly policy: LogPolicy;
}

/** Where a failure is, as people read it. */
export const placeOf = {
  entry: (index: bigint) => `entry ${index}`,
  subject: (key: Uint8Array) => `subject ${hex(key)}`,
};

export class View {
  readonly entries = new Map<bigint, CheckedEntry>();
  private readonly subjects = new Map<string, CheckedSubject>();
  private readonly proofs: ReadonlyMap<string, SubjectProof>;
  private readonly asked = new Set<string>();

  constructor(
    readonly bundle: ProofBundle,
    readonly checkpoint: Accepted,
    readonly commit: IndexCommit,
  ) {
    this.proofs = new Map(bundle.subjects.map((proof) => [hex(proof.key), proof]));
  }

  /** Whether the bundle brings this subject, checked or not. */
  brings(key: Uint8Array): boolean {
    return this.proofs.has(hex(key));
  }

  add(subject: CheckedSubject): void {
    this.subjects.set(hex(subject.key), subject);
  }

  /** A subject that was checked, without asking for it. */
  find(kind: keyof typeof subjectKinds, id: Uint8Array | string): CheckedSubject | undefined {
    return this.subjects.get(hex(subjectKey(kind, id)));
  }

  /** A subject of the closure: that it is missing ends the check. */
  ask(kind: keyof typeof subjectKinds, id: Uint8Array | string): CheckedSubject {
    return this.askKey(subjectKey(kind, id), `${kind} ${typeof id === "string" ? id : hex(id)}`);
  }

  askKey(key: Uint8Array, place = placeOf.subject(key)): CheckedSubject {
    const subject = this.subjects.get(hex(key));
    if (subject === undefined) throw new Failure("V22", "verify.missing", place);
    this.asked.add(hex(key));
    return subject;
  }

  checkedSubjects(): readonly CheckedSubject[] {
    return [...this.subjects.values()];
  }

  wasAskedFor(subject: CheckedSubject): boolean {
    return this.asked.has(hex(subject.key));
  }
}
