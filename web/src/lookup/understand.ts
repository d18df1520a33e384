// What somebody typed: which kinds of number it can be, and hints from the value alone.
import { readBase32 } from "../base32";
import { namesState } from "../share/link";
import { checkDigitFits, needsCheckDigit, withoutLookalikes } from "./vin";

/** A kind of number that can be looked up, as the catalog of schemes has it. */
export interface Scheme {
  readonly name: string;
  /** What its scope names; "": it has none. */
  readonly scope: string;
}

// Read from the catalog that the log publishes; what a log really holds is verified with each answer.
const files = import.meta.glob<{ name: string; scope?: string }>("../../../proto/catalog/schemes/*.json", {
  eager: true,
  import: "default",
});
export const schemes: readonly Scheme[] = Object.values(files)
  .map(({ name, scope }) => ({ name, scope: scope ?? "" }))
  .sort((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name));

// The most common first.
function rank(name: string): number {
  const common = ["vin", "registration-mark", "serial", "accession-number", "engine-number"];
  const place = common.indexOf(name);
  return place < 0 ? common.length : place;
}

export type Hint =
  | { readonly kind: "vin-length"; readonly count: number }
  | { readonly kind: "vin-letters"; readonly suggestion: string }
  | { readonly kind: "vin-check-digit" }
  | { readonly kind: "asset-length"; readonly count: number }
  | { readonly kind: "asset-check" };

export type Understood =
  | { readonly kind: "empty" }
  // `link`: the part behind the #, where it names a state of the log.
  | { readonly kind: "asset"; readonly asset: string; readonly link?: string }
  | { readonly kind: "foreign"; readonly host: string }
  | { readonly kind: "vin"; readonly value: string; readonly hint: Hint | undefined }
  | { readonly kind: "other"; readonly hint: Hint | undefined };

/** The number of a record, in capitals and without hyphens; undefined where it is none. */
export function assetIn(text: string): string | undefined {
  const read = readBase32(text, 26);
  return read !== undefined && /^[0-7]/.test(read) ? read : undefined;
}

function ofLink(text: string, origin: string): Understood | undefined {
  if (!/^https?:\/\//i.test(text)) return undefined;
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.origin !== origin) return { kind: "foreign", host: url.host };
  const asset = assetIn(url.pathname.replace(/^\/a\//, ""));
  if (asset === undefined) return undefined;
  return namesState(url.hash) ? { kind: "asset", asset, link: url.hash } : { kind: "asset", asset };
}

function vinHint(value: string): Hint | undefined {
  if (/[IOQ]/.test(value)) return { kind: "vin-letters", suggestion: withoutLookalikes(value) };
  if (value.length !== 17) return { kind: "vin-length", count: value.length };
  return needsCheckDigit(value) && !checkDigitFits(value) ? { kind: "vin-check-digit" } : undefined;
}

/** Reads what was typed. `origin` is this site's. */
export function understand(text: string, origin: string): Understood {
  const typed = text.trim();
  if (typed === "") return { kind: "empty" };
  const link = ofLink(typed, origin);
  if (link !== undefined) return link;
  const asset = assetIn(typed);
  if (asset !== undefined) return { kind: "asset", asset };
  const bare = typed.toUpperCase().replaceAll(/[\s./-]/g, "");
  if (/^[A-Z0-9]{17}$/.test(bare)) return { kind: "vin", value: bare, hint: vinHint(bare) };
  if (/^[A-Z0-9*~$=]{26,28}$/.test(bare)) {
    return { kind: "other", hint: bare.length === 27 ? { kind: "asset-check" } : { kind: "asset-length", count: bare.length } };
  }
  const nearly = /^[A-HJ-NPR-Z0-9]{15,19}$/.test(bare) && /\d{4,}$/.test(bare);
  return { kind: "other", hint: nearly ? { kind: "vin-length", count: bare.length } : undefined };
}
