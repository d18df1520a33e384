// What pages of the log and of sources ask the Worker, and what it answers. Everything in an answer was computed from bytes
// that lead to the root of a checkpoint which the policy accepts.
import type { Trusting, Verdict } from "./messages";

export type LogRequest =
  | ({ readonly kind: "log"; readonly before: bigint | undefined } & Trusting)
  | ({ readonly kind: "leaf"; readonly index: bigint } & Trusting)
  | ({ readonly kind: "tile"; readonly level: number; readonly number: bigint } & Trusting)
  | ({ readonly kind: "source"; readonly principal: string; readonly before: bigint | undefined } & Trusting);

/** What a leaf is, in a line. */
export interface LeafLine {
  readonly index: bigint;
  readonly atMs: number;
  /** A statement's kind where it is public, "private" where it is not; "commit" of the index. */
  readonly what: string;
  readonly hash: string;
}

/** A field of a leaf as it stands in its bytes. A link names another leaf, or a principal. */
export interface LeafField {
  readonly name: string;
  readonly value: string;
  readonly time?: number;
  readonly leaf?: bigint;
  readonly principal?: string;
}

export interface TileLink {
  readonly level: number;
  readonly number: bigint;
  /** Its address on the log. */
  readonly path: string;
}

export interface Step {
  readonly sibling: string;
  readonly isLeft: boolean;
  readonly from: readonly TileLink[];
  readonly hash: string;
}

export interface LeafView extends LeafLine {
  readonly bytes: string;
  readonly fields: readonly LeafField[];
  readonly path: readonly Step[];
  readonly entriesPath: string;
}

export interface TileView {
  readonly level: number;
  readonly number: bigint;
  readonly path: string;
  readonly hashes: readonly string[];
  /** Leaves under one of its hashes. */
  readonly span: bigint;
  readonly start: string;
  /** From the tile's own root, where it is whole, or from its first hash. */
  readonly steps: readonly Step[];
  readonly isWhole: boolean;
}

/** A principal's key, and whether it still counts. */
export interface SourceKey {
  readonly id: string; // SHA-256 of the public key
  readonly publicKey: string;
  readonly since: LeafLine;
  readonly ended: { readonly at: LeafLine; readonly how: "rotated" | "revoked" } | undefined;
  /** From which entry on somebody else may have signed with it, and where that was said. */
  readonly compromised: { readonly at: LeafLine; readonly from: bigint } | undefined;
}

/** Whoever signs, as far as the log tells. */
export interface Who {
  readonly principal: string;
  /** As the log disclosed it; undefined where it did not. */
  readonly name: string | undefined;
  /** The kind of source (PrincipalType in proto); 0 where it is not known. */
  readonly type: number;
}

export interface Grant {
  readonly role: string;
  readonly classes: readonly string[];
  readonly since: LeafLine;
  readonly ended: LeafLine | undefined;
  readonly by: readonly Who[];
  /** Whether those were found entitled to grant it, and who withdrew it to that; else it is not known. */
  readonly isChecked: boolean;
}

export interface SourceView extends Who {
  readonly enrolled: LeafLine;
  readonly keys: readonly SourceKey[];
  readonly grants: readonly Grant[];
  /** How many entries were signed in its name: proven, none left out. */
  readonly count: bigint;
  readonly first: LeafLine | undefined;
  /** A stretch of them, newest first, and the number of the one before them. */
  readonly entries: readonly LeafLine[];
  readonly before: bigint | undefined;
}

export type LogAnswer =
  | { readonly kind: "unreachable" }
  | { readonly kind: "refused"; readonly status: number; readonly rule: string }
  | { readonly kind: "unproven"; readonly verdict: Verdict }
  | { readonly kind: "outside"; readonly verdict: Verdict }
  | { readonly kind: "log"; readonly verdict: Verdict; readonly key: string; readonly leaves: readonly LeafLine[] }
  | { readonly kind: "leaf"; readonly verdict: Verdict; readonly leaf: LeafView }
  | { readonly kind: "tile"; readonly verdict: Verdict; readonly tile: TileView }
  | { readonly kind: "source"; readonly verdict: Verdict; readonly source: SourceView };
