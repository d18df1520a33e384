// What a verified bundle gives to the fold: the canonical AssetHistory. SPEC.md section 8.1.
import { create, toBinary } from "@bufbuild/protobuf";
import { compare } from "../bytes.js";
import type { AssetClass, Policy } from "#gen/proto/catalog_pb.js";
import {
  AssetHistorySchema,
  AssignmentSpanSchema,
  CompromisedKeySchema,
  HistoryEntrySchema,
  IdentifierHistorySchema,
  SourceSchema,
  StreamHistorySchema,
  type CompromisedKey,
  type HistoryEntry,
} from "#gen/proto/state_pb.js";
import type { Identifier, Span } from "./identifiers.js";
import type { Roll } from "./roll.js";
import type { Stream } from "./streams.js";
import type { CheckedEntry } from "./view.js";

/** What was checked about one asset. */
export interface CheckedAsset {
  readonly id: Uint8Array;
  readonly schema: AssetClass;
  readonly entries: readonly CheckedEntry[];
  readonly identifiers: readonly Identifier[];
  readonly streams: readonly Stream[];
}

function historyEntry(entry: CheckedEntry, roll: Roll, className: string): HistoryEntry {
  return create(HistoryEntrySchema, {
    index: entry.index,
    loggedAtMs: entry.leaf.loggedAtMs,
    statement: entry.statement?.bytes ?? new Uint8Array(0),
    disclosures: entry.proven.entry?.disclosures ?? [],
    sources: entry.signers.map(({ principal }) =>
      create(SourceSchema, { principal, roles: roll.rolesAt(entry, principal, className) }),
    ),
  });
}

function assignmentSpan({ asset, assignedIndex, assignment, releasedIndex }: Span) {
  return create(AssignmentSpanSchema, {
    asset,
    assignedIndex,
    assignment,
    release:
      releasedIndex === undefined
        ? { case: undefined }
        : { case: "releasedIndex", value: releasedIndex },
  });
}

// Keys that signed any of the entries and that were compromised, as of the checkpoint.
function compromisedKeys(entries: readonly CheckedEntry[], roll: Roll): CompromisedKey[] {
  const keys = entries.flatMap(({ signers }) =>
    signers.map(({ principal, publicKey }) => roll.keyOf(principal, publicKey)),
  );
  return [...new Set(keys)]
    .flatMap(({ signer, compromise }) => (compromise ? [{ signer, compromise }] : []))
    .sort((a, b) => compare(a.signer, b.signer))
    .map(({ signer, compromise: { since, revocation: revokedIndex } }) =>
      create(CompromisedKeySchema, { signer, since, revokedIndex }),
    );
}

/** The canonical bytes of the history; sources are computed from the roll. */
export function historyBytes(asset: CheckedAsset, policy: Policy, roll: Roll): Uint8Array {
  const className = asset.schema.name;
  const ofEntries = (entries: readonly CheckedEntry[]) =>
    entries.map((entry) => historyEntry(entry, roll, className));
  const identifiers = [...asset.identifiers].sort((a, b) => compare(a.key, b.key));
  const streams = [...asset.streams].sort((a, b) => compare(a.id, b.id));
  const history = create(AssetHistorySchema, {
    asset: asset.id,
    schema: asset.schema,
    policy,
    entries: ofEntries(asset.entries),
    identifiers: identifiers.map(({ key, scheme, uniqueness, spans }) =>
      create(IdentifierHistorySchema, {
        key,
        scheme,
        uniqueness,
        spans: spans.map(assignmentSpan),
      }),
    ),
    streams: streams.map(({ id, batches }) =>
      create(StreamHistorySchema, { stream: id, entries: ofEntries(batches) }),
    ),
    compromised: compromisedKeys(
      [...asset.entries, ...streams.flatMap(({ batches }) => batches)],
      roll,
    ),
  });
  return toBinary(AssetHistorySchema, history);
}
