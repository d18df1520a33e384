// A kind of number in words, with what makes it unique: "Accession number, Carnegie Museum of Art".
import { language } from "../i18n/messages";
import { term } from "../i18n/terms";
import { schemes } from "./understand";

const small: ReadonlySet<string> = new Set(["and", "de", "der", "des", "di", "du", "for", "für", "of", "the", "und", "van", "von"]);

function capitalised(word: string): string {
  return small.has(word) ? word : word.charAt(0).toUpperCase() + word.slice(1);
}

// Scopes are written in lower case with hyphens; of a country, its code.
function scopeText(scheme: string, scope: string): string {
  const isCountry = schemes.some((one) => one.name === scheme && one.scope === "country");
  if (!isCountry && scope.length <= 3) return scope.toUpperCase(); // makers known by initials
  if (!isCountry || !/^[a-z]{2}$/.test(scope)) return scope.split("-").map(capitalised).join(" ");
  return new Intl.DisplayNames(language.value.locale, { type: "region" }).of(scope.toUpperCase()) ?? scope;
}

export function kindText({ scheme, scope }: { readonly scheme: string; readonly scope: string }): string {
  const kind = term("scheme", scheme);
  return scope === "" ? kind : `${kind}, ${scopeText(scheme, scope)}`;
}
