// What a verified bundle says about its entries and principals, for whoever shows it.
import type { Value } from "#gen/proto/value_pb.js";
import type { Context } from "./asset.js";
import type { CheckedAsset } from "./history.js";
import type { PrincipalKey } from "./keys.js";
import type { CheckedEntry } from "./view.js";

/** Somebody who signed an entry, with the roles that count for it. */
export interface SourceSummary {
  readonly principal: Uint8Array;
  readonly roles: readonly string[];
}

export interface EntrySummary {
  readonly index: bigint;
  readonly loggedAtMs: bigint;
  /** SHA-256 of the statement. */
  readonly statement: Uint8Array;
  /** The kind's name and number; undefined for a device's binding that came without its statement. */
  readonly name: string | undefined;
  readonly kind: number | undefined;
  /** Whether it is of the asset's history or of one of its streams. */
  readonly ofAsset: boolean;
  readonly sources: readonly SourceSummary[];
  /** Disclosed values, by slot. */
  readonly disclosed: ReadonlyMap<
    number,
    { readonly name: string; readonly value: Value | undefined }
  >;
}

export interface PrincipalSummary {
  readonly id: Uint8Array;
  /** The entry that enrolled it. */
  readonly enrolledIndex: bigint;
  /** As disclosed; undefined where withheld, erased, or where there is none. */
  readonly name: string | undefined;
  /** Every key that it had up to the checkpoint, as they came. */
  readonly keys: readonly KeySummary[];
}

/** A key, and the log indexes at which what is known of it changed. */
export interface KeySummary {
  readonly publicKey: Uint8Array;
  readonly from: bigint;
  /** The entry that ended it; undefined while it is current. */
  readonly until: bigint | undefined;
  /** From here on somebody else may have signed with it. */
  readonly compromisedSince: bigint | undefined;
}

function keySummary({ publicKey, brought, until, compromise }: PrincipalKey): KeySummary {
  return { publicKey, from: brought.index, until, compromisedSince: compromise?.since };
}

function nameOf(entry: CheckedEntry): string | undefined {
  const value = entry.disclosures.get(0)?.value?.value;
  return value?.case === "text" ? value.value : undefined;
}

function entrySummary(
  entry: CheckedEntry,
  { roll }: Context,
  className: string | undefined,
  ofAsset: boolean,
): EntrySummary {
  const disclosed = [...entry.disclosures].map(
    ([slot, { name, value }]) => [slot, { name, value }] as const,
  );
  return {
    index: entry.index,
    loggedAtMs: entry.leaf.loggedAtMs,
    statement: entry.leaf.statementSha256,
    name: entry.statement?.name,
    kind: entry.statement?.kind,
    ofAsset,
    sources: entry.signers.map(({ principal }) => ({
      principal,
      roles: roll.rolesAt(entry, principal, ofAsset ? className : undefined),
    })),
    disclosed: new Map(disclosed),
  };
}

/** All entries in log order, and all principals in the order in which they were met. */
export function summarise(
  context: Context,
  asset: CheckedAsset | undefined,
): { entries: EntrySummary[]; principals: PrincipalSummary[] } {
  const own = new Set([
    ...(asset?.entries ?? []),
    ...(asset?.streams ?? []).flatMap(({ batches }) => batches),
  ]);
  const entries = [...context.view.entries.values()].map((entry) =>
    entrySummary(entry, context, asset?.schema.name, own.has(entry)),
  );
  const principals = context.roll.all().map(({ id, enrolment, keys }) => ({
    id,
    enrolledIndex: enrolment.index,
    name: nameOf(enrolment),
    keys: keys.map(keySummary),
  }));
  return { entries, principals };
}
