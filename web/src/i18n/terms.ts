// Words for what the log's catalog names: attributes, claims, codes, roles, schemes, classes. A name that has no word
// here (a class published later) is shown as it is, readable.
import { language } from "./messages";

export type TermKind = "attribute" | "claim" | "code" | "role" | "scheme" | "class";
export type Terms = Readonly<Record<TermKind, Readonly<Record<string, string>>>>;

/** The name in words: "odometer_status" becomes "Odometer status". */
export function humanised(name: string): string {
  const words = name.replaceAll(/[_-]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function term(kind: TermKind, name: string): string {
  const words = language.value.terms[kind];
  return Object.hasOwn(words, name) ? (words[name] as string) : humanised(name);
}

function several(): Intl.ListFormat {
  return new Intl.ListFormat(language.value.locale, { type: "conjunction" });
}

/** Several, as a list in the reader's language. */
export function list(items: readonly string[]): string {
  return several().format(items);
}

/** The same of what is no text: each with the words that stand before it. */
export function listed<T>(items: readonly T[]): { readonly item: T; readonly before: string }[] {
  const words: string[] = [];
  let before = "";
  for (const { type, value } of several().formatToParts(items.map(String))) {
    if (type === "literal") before += value;
    else {
      words.push(before);
      before = "";
    }
  }
  return items.map((item, place) => ({ item, before: words[place] ?? "" }));
}
