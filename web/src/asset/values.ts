// Values of statements as text, and which of a fact's values holds.
import type { Judged } from "../checking/corrections";
import { factNothing, factRecorded, type Person, type Source } from "../checking/messages";
import type { AssetState, Correction, Fact, Source as StateSource, Record as Stated } from "@patina/proto/state_pb";
import type { Value } from "@patina/proto/value_pb";
import { writeBase32 } from "../base32";
import { edtf } from "../i18n/dates";
import { language, t } from "../i18n/messages";
import { bytes, quantity } from "../i18n/quantities";
import { list, term } from "../i18n/terms";
import { hexOf } from "../trust/storage";

/** One value in words. */
export function valueText({ value }: Value): string {
  switch (value.case) {
    case "text":
      return value.value;
    case "number":
      return quantity(value.value);
    case "date":
      return edtf(value.value);
    case "flag":
      return t(value.value ? "fact.yes" : "fact.no");
    case "code":
      return codeText(value.value.system, value.value.code);
    case "asset":
      return assetText(value.value);
    case "evidence": {
      const { mediaType, size, sha256 } = value.value;
      const kind = size === 0n ? mediaType : t("fact.evidence", { type: mediaType, size: bytes(size) });
      return `${kind}. ${t("fact.evidence-held", { hash: hexOf(sha256).slice(0, 16) })}`;
    }
    default:
      return "";
  }
}

// Lists that the attribute is named after, or that the code itself tells.
const ownWords: ReadonlySet<string> = new Set(["cites-appendix", "iso-3166-2"]);

// Codes of our own lists have words; those of others stand as they are, with their list.
function codeText(system: string, code: string): string {
  if (system.startsWith("patina-") || system === "us-49cfr580") return term("code", code);
  if (system === "iso-3166-1") return new Intl.DisplayNames(language.value.locale, { type: "region" }).of(code) ?? code;
  return ownWords.has(system) ? code : `${code} (${system})`;
}

/** The number of a record as people write it: 26 symbols and one that checks them. */
export function assetText(id: Uint8Array): string {
  return writeBase32(
    id.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n),
    26,
  );
}

export function valuesText(values: readonly Value[]): string {
  return list(values.map(valueText).filter((text) => text !== ""));
}

/** The correction that holds: the last one that counts (SPEC.md section 8.2). */
export function holding({ corrections }: Fact): Correction | undefined {
  return (corrections as readonly Judged[]).findLast(({ counts }) => counts === true);
}

/** The values that hold, after corrections. */
export function held(fact: Fact): readonly Value[] {
  return holding(fact)?.values ?? fact.values;
}

/** Whether a value holds, stated or by a correction. */
export function isRecorded(fact: Fact | undefined): fact is Fact {
  return fact !== undefined && ((holding(fact) ?? fact).state as number) === factRecorded;
}

export function isNothing(fact: Fact): boolean {
  return (fact.state as number) === factNothing && fact.corrections.length === 0;
}

/** Whether a record stands: nothing took it back. */
export function isLive(record: Stated): boolean {
  return record.retraction.case === undefined;
}

type Spoken = Pick<AssetState, "consumer" | "manufacturer" | "telemetry" | "records">;

/** Facts about which nothing is recorded, neither of the thing itself nor in an attestation that stands. */
export function silentIn({ consumer, manufacturer, telemetry, records }: Spoken): Fact[] {
  const attested = records.filter(isLive).flatMap(({ fields }) => fields.filter((field) => !isNothing(field)));
  const names = new Set(attested.map(({ name }) => name));
  return [...consumer, ...manufacturer, ...telemetry].filter((fact) => isNothing(fact) && !names.has(fact.name));
}

/** The text of what holds, of the first of these names that has one. */
export function firstText(facts: readonly Fact[], names: readonly string[]): string | undefined {
  for (const name of names) {
    const fact = facts.find((one) => one.name === name);
    if (isRecorded(fact)) return valuesText(held(fact));
  }
  return undefined;
}

/** The code that holds, for rules of display; undefined where there is none. */
export function codeOf(fields: readonly Fact[], name: string): string | undefined {
  const fact = fields.find((one) => one.name === name);
  if (!isRecorded(fact)) return undefined;
  const value = held(fact)[0]?.value;
  return value?.case === "code" ? value.value.code : undefined;
}

export function plainSources(sources: readonly StateSource[]): Source[] {
  return sources.map(({ principal, roles }) => ({ principal: hexOf(principal), roles }));
}

/** What a source is called. Devices have no names: they are known by who fitted them, and by number where that is not enough. */
export function nameOf(people: readonly Person[], principal: string): string {
  const person = people.find(({ id }) => id === principal);
  if (person?.name !== undefined) return person.name;
  const id = principal.slice(0, 8);
  if (person?.fittedBy === undefined) return t("standing.unnamed", { id });
  const fitters = people.filter(({ id, name }) => name !== undefined && person.fittedBy?.includes(id));
  if (fitters.length === 0) return t("standing.device", { id });
  const by = list(fitters.map(({ name }) => name ?? ""));
  const isOnly = people.every((one) => one === person || one.fittedBy?.join() !== person.fittedBy?.join());
  return t(isOnly ? "standing.device-by" : "standing.device-of-several", { id, by });
}
