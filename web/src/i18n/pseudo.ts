// Catalogs for tests. One makes every text some 40 % longer, so that what does not fit is seen; one is for pages that
// run from right to left.
import type { Catalog, Text } from "./en";

function each(catalog: Catalog, change: (text: string) => string): Catalog {
  const entries = Object.entries(catalog) as [string, Text][];
  const changed = entries.map(([key, text]) => [
    key,
    typeof text === "string" ? change(text) : { one: change(text.one), other: change(text.other) },
  ]);
  return Object.fromEntries(changed) as Catalog;
}

const accents: Readonly<Record<string, string>> = { a: "á", e: "ë", i: "ï", o: "ö", u: "ü", A: "Á", E: "Ë", O: "Ö" };

function lengthen(text: string): string {
  const letters = text.split(/(\{[a-z-]+\})/).map((part) => {
    if (part.startsWith("{")) return part;
    return part.replace(/[aeiouAEO]/g, (letter) => accents[letter] ?? letter);
  });
  const more = Math.ceil(text.length * 0.4);
  const words = "lörëm ïpsüm dölör sït ámët ".repeat(Math.ceil(more / 26)).slice(0, more).trim();
  return `[${letters.join("")} ${words}]`;
}

export function lengthened(catalog: Catalog): Catalog {
  return each(catalog, lengthen);
}

export function mirrored(catalog: Catalog): Catalog {
  return each(catalog, (text) => `\u200f${text}\u200f`);
}
