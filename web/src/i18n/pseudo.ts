// Catalogs for tests. One makes every text some 40 % longer, so that what does not fit is seen; one is written from right
// to left, in letters that run so, so that what the page puts in a wrong order is seen.
import type { Catalog, Text } from "./en";
import type { Terms } from "./terms";

interface Words {
  readonly catalog: Catalog;
  readonly terms: Terms;
}

type Change = (text: string) => string;

function mapped<From, To>(values: Readonly<Record<string, From>>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}

function each(catalog: Catalog, terms: Terms, change: Change): Words {
  const changed = (text: Text) => (typeof text === "string" ? change(text) : { one: change(text.one), other: change(text.other) });
  return {
    catalog: mapped<Text, Text>(catalog, changed) as Catalog,
    terms: mapped(terms, (words) => mapped(words, change)) as Terms,
  };
}

// Names of values, in braces, stay as they are.
function letters(text: string, change: Change): string {
  const parts = text.split(/(\{[a-z-]+\})/);
  return parts.map((part) => (part.startsWith("{") ? part : change(part))).join("");
}

const accents: Readonly<Record<string, string>> = { a: "á", e: "ë", i: "ï", o: "ö", u: "ü", A: "Á", E: "Ë", O: "Ö" };

function lengthen(text: string): string {
  const accented = letters(text, (part) => part.replace(/[aeiouAEO]/g, (letter) => accents[letter] ?? letter));
  const more = Math.ceil(text.length * 0.4);
  const words = "lörëm ïpsüm dölör sït ámët ".repeat(Math.ceil(more / 26)).slice(0, more).trim();
  return `[${accented} ${words}]`;
}

export function lengthened(catalog: Catalog, terms: Terms): Words {
  return each(catalog, terms, lengthen);
}

// One Hebrew letter for each of the alphabet. They make no words.
const hebrew = "אבגדהוזחטיכלמנסעפצקרשתאבגד";

function mirror(text: string): string {
  return letters(text, (part) => part.replace(/[a-z]/gi, (letter) => hebrew.charAt(letter.toLowerCase().charCodeAt(0) - 97)));
}

export function mirrored(catalog: Catalog, terms: Terms): Words {
  return each(catalog, terms, mirror);
}
