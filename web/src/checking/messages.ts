// What the page asks its Worker, and what it answers. Everything that a page shows of a record comes through here, and
// was verified before. Plain data: it crosses between threads.
import type { AssetClass } from "@patina/proto/catalog_pb";
import type { AssetState } from "@patina/proto/state_pb";
import type { Value } from "@patina/proto/value_pb";

/** The four words that a check ends in. */
export type Word = "matches" | "not proven" | "does not match" | "could not check";

/** A checkpoint that this browser saw before, or that a link names. */
export interface Seen {
  readonly size: bigint;
  readonly root: Uint8Array;
}

export interface Trusting {
  readonly policy: string;
  readonly seen: Seen | undefined;
  /** The page's clock, for the age of a checkpoint. */
  readonly nowMs: number;
}

export type Request =
  | ({ readonly kind: "asset"; readonly asset: string; readonly pin?: Seen | undefined } & Trusting)
  | ({ readonly kind: "lookup"; readonly scheme: string; readonly scope: string; readonly value: string } & Trusting)
  | ({ readonly kind: "file"; readonly bytes: Uint8Array } & Trusting);

export interface Checkpoint extends Seen {
  readonly origin: string;
  readonly timeMs: number;
  readonly note: string;
  readonly cosigners: readonly string[];
}

/** How a check ended. Nothing else of an answer is known unless the word is "matches". */
export interface Verdict {
  readonly word: Word;
  /** The rule that was broken, and the number of the check; undefined where it matches. */
  readonly rule: string | undefined;
  readonly check: string | undefined;
  /** Steps that were done, by number, with what they counted. */
  readonly steps: readonly { readonly step: number; readonly what: string }[];
  readonly tookMs: number;
  readonly checkpoint: Checkpoint | undefined;
  readonly completeness: "claimed" | "confirmed" | undefined;
  readonly stale: boolean;
  /** Whether the log was shown to continue what this browser saw; undefined on a first visit. */
  readonly continues: boolean | undefined;
}

export interface Source {
  readonly principal: string; // hex
  readonly roles: readonly string[];
}

export interface Person {
  readonly id: string; // hex
  readonly name: string | undefined;
  /** Of a device those who signed that it was fitted, in hex; undefined of everybody else. */
  readonly fittedBy: readonly string[] | undefined;
}

/** A value by its name, as a statement says it. */
export interface Stated {
  readonly name: string;
  readonly values: readonly Value[];
  readonly withheld: boolean;
}

export type EventKind =
  | "registered"
  | "changed"
  | "numbered"
  | "released"
  | "attested"
  | "corrected"
  | "retracted"
  | "bound"
  | "telemetry";

/** One entry of a stream. */
export interface Batch {
  readonly index: bigint;
  readonly issuedMs: number;
}

/** One entry of the history; of telemetry, one binding's batches together. */
export interface HistoryEvent {
  readonly kind: EventKind;
  readonly index: bigint;
  readonly recordedMs: number;
  readonly issuedMs: number;
  readonly occurred: string; // EDTF; "": when issued
  readonly statement: string; // hex
  readonly sources: readonly Source[];
  readonly fields: readonly Stated[];
  /** The claim, or the scheme of a number. */
  readonly about: string;
  readonly target: string; // hex; "" where it aims at none
  readonly reason: number;
  /** Of telemetry, all that it stands for, in log order. */
  readonly batches: readonly Batch[];
}

/** What shows that an entry stands in the log. Hashes in hex. */
export interface EntryProof {
  readonly index: bigint;
  readonly leafHash: string;
  readonly path: readonly string[];
  readonly keys: readonly string[];
}

/** What a verified bundle says about an asset. */
export interface Record {
  readonly asset: string; // as people write it
  readonly state: AssetState;
  readonly schema: AssetClass;
  readonly events: readonly HistoryEvent[];
  readonly people: readonly Person[];
  readonly proofs: readonly EntryProof[];
  readonly bundle: Uint8Array;
  /** The number of a certificate of this record, at this checkpoint. */
  readonly certificate: string;
}

/** A state of the log that a link named, and the number of a certificate at it. The log was shown to continue it. */
export interface Pinned {
  readonly head: Seen;
  readonly certificate: string;
}

/** An asset that holds or held a number. */
export interface Holder {
  readonly asset: string;
  readonly assignedIndex: bigint;
  readonly assignedMs: number;
  readonly releasedMs: number | undefined;
}

export type Answer =
  | { readonly kind: "unreachable" }
  | { readonly kind: "refused"; readonly status: number; readonly rule: string }
  | { readonly kind: "unproven"; readonly verdict: Verdict; readonly bundle: Uint8Array | undefined }
  // The log was not shown to continue what a link names. Nothing is known of the record by that link.
  | { readonly kind: "unpinned"; readonly verdict: Verdict; readonly pin: Seen }
  | { readonly kind: "record"; readonly verdict: Verdict; readonly record: Record; readonly pinned?: Pinned }
  | { readonly kind: "nothing"; readonly verdict: Verdict; readonly bundle: Uint8Array }
  | { readonly kind: "holders"; readonly verdict: Verdict; readonly holders: readonly Holder[] };

/** States of facts, as state.proto numbers them: the page does not load the schemas. */
export const factRecorded = 1;
export const factNothing = 2;
export const factCannotTell = 3;
