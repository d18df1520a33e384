// V19, V20 and V23: identifiers, their spans, and look-ups. SPEC.md section 9.4, "Identifiers" and "A look-up".
import { equal, hex } from "../bytes.js";
import type { LookupClaim } from "#gen/proto/bundle_pb.js";
import type { IdentifierScheme, Uniqueness } from "#gen/proto/catalog_pb.js";
import type { SubjectLink } from "#gen/proto/log_pb.js";
import { checkScope, identifierKey, normalise } from "../identifier.js";
import { identifierSpansMax } from "../limits.js";
import { checking, Failure, need, refuse, Refusal } from "../refusal.js";
import { bodyOf } from "../statement.js";
import type { Catalog } from "./catalog.js";
import {
  placeOf,
  type CheckedEntry,
  type CheckedGenesis,
  type CheckedSubject,
  type View,
} from "./view.js";

/** A span of time in which an identifier was assigned to an asset. */
export interface Span {
  readonly asset: Uint8Array;
  readonly assignedIndex: bigint;
  readonly assignment: Uint8Array;
  releasedIndex: bigint | undefined;
}

/** An identifier's whole history. */
export interface Identifier {
  readonly key: Uint8Array;
  readonly scheme: string;
  readonly uniqueness: Uniqueness;
  readonly spans: readonly Span[];
}

/** What the log holds under one version of the scheme that was looked up. */
export interface LookupAnswer {
  readonly version: number;
  /** "no form": the value cannot be one of this version's, so nothing can be recorded. */
  readonly state: "recorded" | "nothing recorded" | "no form";
  readonly key: Uint8Array | undefined;
  readonly spans: readonly Span[];
}

function readSpan(spans: Span[], entry: CheckedEntry): void {
  const assigned = bodyOf(entry.statement, "identifierAssigned");
  if (assigned !== undefined && entry.statement !== undefined) {
    const assignment = entry.statement.hash;
    spans.push({
      asset: assigned.asset,
      assignedIndex: entry.index,
      assignment,
      releasedIndex: undefined,
    });
    need(spans.length <= identifierSpansMax, "verify.bundle-size");
    return;
  }
  const released = bodyOf(entry.statement, "identifierReleased") ?? refuse("verify.span");
  const span = spans.find(({ assignment }) => equal(assignment, released.assignment));
  need(span !== undefined && span.releasedIndex === undefined, "verify.span");
  need(equal(span.asset, released.asset), "verify.span");
  span.releasedIndex = entry.index;
}

function spansOf(subject: CheckedSubject): Span[] {
  const spans: Span[] = [];
  for (const entry of subject.entries) {
    checking("V20", placeOf.entry(entry.index), () => readSpan(spans, entry));
  }
  return spans;
}

/** What an assignment and a release have in common. */
export function identifierBody(entry: CheckedEntry) {
  return (
    bodyOf(entry.statement, "identifierAssigned") ?? bodyOf(entry.statement, "identifierReleased")
  );
}

// The link of an entry whose kind names one identifier: the last.
function identifierLink({ leaf }: CheckedEntry): SubjectLink {
  return leaf.subjects.at(-1) as SubjectLink;
}

// V19 of an entry whose value is disclosed.
function checkValue(
  entry: CheckedEntry,
  scheme: IdentifierScheme,
  scope: string,
  vrfKey: Uint8Array,
): void {
  const value = entry.disclosures.get(0)?.value?.value;
  if (value?.case !== "text") return refuse("verify.identifier");
  const proof = entry.proven.vrfProofs[0] as Uint8Array;
  const key = identifierKey(scheme, scope, value.value, vrfKey, proof);
  need(equal(key, identifierLink(entry).key), "verify.identifier");
}

export class Identifiers {
  private readonly known = new Map<string, Identifier>();
  /** Entries whose identifier could not be checked: no value, or no proof. */
  readonly unchecked: bigint[] = [];

  constructor(
    private readonly view: View,
    private readonly genesis: CheckedGenesis,
    private readonly catalog: Catalog,
  ) {}

  all(): readonly Identifier[] {
    return [...this.known.values()];
  }

  /** V19 and V20 of an assignment or release in the asset's history. */
  checkEntry(entry: CheckedEntry): void {
    const body = identifierBody(entry);
    if (body === undefined) return;
    const place = placeOf.entry(entry.index);
    const scheme = this.catalog.schemeOf(body.scheme, body.schemeVersion, place);
    if (entry.disclosures.has(0) && entry.proven.vrfProofs.length > 0) {
      checking("V19", place, () =>
        checkValue(entry, scheme, body.scope, this.genesis.parameters.vrfKey),
      );
    } else {
      this.unchecked.push(entry.index);
    }
    const { key, seq } = identifierLink(entry);
    const subject = this.view.askKey(key);
    checking("V20", place, () => need(subject.entries[Number(seq)] === entry, "verify.span"));
    if (this.known.has(hex(key))) return;
    const { uniqueness } = scheme;
    this.known.set(hex(key), { key, scheme: body.scheme, uniqueness, spans: spansOf(subject) });
  }

  /** A look-up under each published version. */
  lookUp(claim: LookupClaim): LookupAnswer[] {
    const versions = this.catalog.versionsOf(claim.scheme);
    const answers = versions.map((scheme, n) => this.answer(claim, scheme, n));
    const isWhole = claim.vrfProofs.length <= versions.length;
    checking("V19", "look-up", () => need(isWhole, "verify.identifier"));
    return answers;
  }

  private answer(claim: LookupClaim, scheme: IdentifierScheme, n: number): LookupAnswer {
    const place = `version ${scheme.version} of ${scheme.name}`;
    const proof = claim.vrfProofs[n];
    const brought = proof !== undefined && proof.length > 0;
    if (!couldHaveRecord(scheme, claim)) {
      checking("V19", place, () => need(!brought, "verify.identifier"));
      return { version: scheme.version, state: "no form", key: undefined, spans: [] };
    }
    if (!brought) throw new Failure("V23", "verify.missing", place, "not proven");
    const { vrfKey } = this.genesis.parameters;
    const key = checking("V19", place, () =>
      identifierKey(scheme, claim.scope, claim.value, vrfKey, proof),
    );
    const spans = spansOf(this.view.askKey(key, place));
    return {
      version: scheme.version,
      state: spans.length > 0 ? "recorded" : "nothing recorded",
      key,
      spans,
    };
  }
}

function couldHaveRecord(scheme: IdentifierScheme, { scope, value }: LookupClaim): boolean {
  try {
    checkScope(scheme, scope);
    normalise(scheme, value);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
