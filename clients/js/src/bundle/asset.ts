// Steps 9 to 12 for a bundle about an asset: its class and schemes, standing, identifiers, streams. SPEC.md section 9.4.
import { checking, refuse } from "../refusal.js";
import { bodyOf } from "../statement.js";
import { Catalog } from "./catalog.js";
import type { CheckedAsset } from "./history.js";
import { identifierBody, Identifiers } from "./identifiers.js";
import type { Roll } from "./roll.js";
import { checkStreams } from "./streams.js";
import {
  placeOf,
  type CheckedEntry,
  type CheckedGenesis,
  type CheckedSubject,
  type View,
} from "./view.js";

/** What the steps share. */
export interface Context {
  readonly view: View;
  readonly genesis: CheckedGenesis;
  readonly roll: Roll;
}

// Step 9.
function checkSchemas(history: CheckedSubject, id: Uint8Array, catalog: Catalog) {
  const first = history.entries[0] as CheckedEntry;
  const place = placeOf.entry(first.index);
  const registration = checking(
    "V21",
    place,
    () => bodyOf(first.statement, "assetRegistered") ?? refuse("verify.chain"),
  );
  const schema = catalog.classOf(registration.className, registration.classVersion, place);
  for (const entry of history.entries) {
    const body = identifierBody(entry);
    if (body !== undefined)
      catalog.schemeOf(body.scheme, body.schemeVersion, placeOf.entry(entry.index));
  }
  return { id, schema };
}

// Step 10.
function checkStanding({ view, roll }: Context, history: CheckedSubject, className: string): void {
  const judged = new Set(history.entries);
  for (const { statement } of history.entries) {
    const bound = bodyOf(statement, "deviceBound");
    if (bound !== undefined)
      view.find("stream", bound.stream)?.entries.forEach((entry) => judged.add(entry));
  }
  for (const entry of view.entries.values()) {
    if (judged.has(entry)) roll.checkStanding(entry, className);
  }
}

/** Steps 9 to 12. Undefined: the asset is proven absent. */
export function checkAsset(
  context: Context,
  id: Uint8Array,
): { asset: CheckedAsset; unchecked: bigint[] } | undefined {
  const { view, genesis, roll } = context;
  const history = view.ask("asset", id);
  if (history.entries.length === 0) return undefined;
  const catalog = new Catalog(view, roll);
  const { schema } = checkSchemas(history, id, catalog);
  checkStanding(context, history, schema.name);
  const identifiers = new Identifiers(view, genesis, catalog);
  history.entries.forEach((entry) => identifiers.checkEntry(entry));
  const streams = checkStreams(view, history.entries);
  const { entries } = history;
  return {
    asset: { id, schema, entries, identifiers: identifiers.all(), streams },
    unchecked: identifiers.unchecked,
  };
}
