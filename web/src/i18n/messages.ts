// Texts by key, in the reader's language. A key that a catalog lacks does not compile.
import { signalOf } from "./signal";
import type { Catalog, Key, Text } from "./en";
import { en } from "./en";
import type { Terms } from "./terms";
import { terms } from "./terms_en";

export type { Key } from "./en";
export type Arguments = Readonly<Record<string, string | number>>;

/** Languages that readers can choose. Each in its own words. */
const languages = [
  { code: "en", name: "English" },
  { code: "de", name: "Deutsch" },
] as const;

/** Catalogs that only tests ask for: texts made longer, and texts from right to left. */
const pseudoLanguages = [
  { code: "x-long", name: "Longer" },
  { code: "x-rtl", name: "Right to left" },
] as const;

interface Language {
  readonly code: string;
  readonly locale: string; // for Intl
  readonly direction: "ltr" | "rtl";
  readonly catalog: Catalog;
  readonly terms: Terms;
}

const english: Language = { code: "en", locale: localeFor("en"), direction: "ltr", catalog: en, terms };
export const language = signalOf<Language>(english);

// The region counts for dates and units: a reader in Britain who reads English gets British dates.
function localeFor(code: string): string {
  return navigator.languages.find((wanted) => wanted.toLowerCase().startsWith(code)) ?? code;
}

async function load(code: string): Promise<Language> {
  if (code === "de") {
    const [{ de }, { terms: german }] = await Promise.all([import("./de"), import("./terms_de")]);
    return { code, locale: localeFor("de"), direction: "ltr", catalog: de, terms: german };
  }
  if (code === "x-long" || code === "x-rtl") {
    const { lengthened, mirrored } = await import("./pseudo");
    if (code === "x-long") return { code: "en", locale: "en", direction: "ltr", ...lengthened(en, terms) };
    return { code: "he", locale: "en", direction: "rtl", ...mirrored(en, terms) };
  }
  return english;
}

const memory = "patina.language";

export function remembered(): string {
  let chosen: string | null = null;
  try {
    chosen = localStorage.getItem(memory);
  } catch {
    // Storage is switched off: the browser's languages decide.
  }
  if (chosen !== null) return chosen;
  const known = languages.map((one) => one.code as string);
  const wanted = navigator.languages.map((one) => one.slice(0, 2).toLowerCase());
  return wanted.find((one) => known.includes(one)) ?? "en";
}

/** What there is to choose from: a catalog for tests only while it is chosen. */
export function choices(): readonly { code: string; name: string }[] {
  return [...languages, ...pseudoLanguages.filter(({ code }) => code === remembered())];
}

/** Changes the language of the page, and remembers it. */
export async function speak(code: string): Promise<void> {
  const loaded = await load(code);
  document.documentElement.lang = loaded.code;
  document.documentElement.dir = loaded.direction;
  language.value = loaded;
  try {
    localStorage.setItem(memory, code);
  } catch {
    // Then it is asked again next time.
  }
}

function pick(text: Text, values: Arguments | undefined, locale: string): string {
  if (typeof text === "string") return text;
  const count = Number(values?.["count"] ?? 0);
  return new Intl.PluralRules(locale).select(count) === "one" ? text.one : text.other;
}

/** A text that keeps its own order of signs, whatever stands beside it: between words from right to left, "5 km" would
    else become "km 5". */
export function isolated(text: string): string {
  return language.value.direction === "rtl" ? `\u2068${text}\u2069` : text;
}

/** The text of a key, with its values put in. Numbers are written as the locale does. */
export function t(key: Key, values?: Arguments): string {
  const { catalog, locale } = language.value;
  const text = pick(catalog[key], values, locale);
  return text.replace(/\{([a-z-]+)\}/g, (_, name: string) => {
    const value = values?.[name];
    if (value === undefined) throw new Error(`${key}: no value for ${name}`);
    return isolated(typeof value === "number" ? new Intl.NumberFormat(locale).format(value) : value);
  });
}

/** Whether there is a text for a key that was put together. */
export function isKey(key: string): key is Key {
  return Object.hasOwn(en, key);
}
