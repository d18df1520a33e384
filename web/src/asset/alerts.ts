// What a reader should do something about: from records that hold, and from findings by their ids. Each says the action
// first. None is an accusation.
import type { AssetState, Finding, Record as Stated } from "@patina/proto/state_pb";
import type { Value } from "@patina/proto/value_pb";
import type { Tone } from "../design/parts";
import { isKey, t, type Key } from "../i18n/messages";
import { inMetres } from "../i18n/quantities";
import { term } from "../i18n/terms";
import { codeOf, firstText, isLive, valueText } from "./values";

export interface Alert {
  readonly id: string;
  readonly tone: Tone;
  readonly title: string;
  readonly detail: string | undefined;
  readonly indexes: readonly bigint[];
}

function latest(state: AssetState, claim: string): Stated | undefined {
  return state.records.findLast((record) => record.claim === claim && isLive(record));
}

function alert(key: string, tone: Tone, record: Stated, values: Readonly<Record<string, string>> = {}): Alert {
  const detailKey = `${key}.detail`;
  return {
    id: key,
    tone,
    title: t(key as Key, values),
    detail: isKey(detailKey) ? t(detailKey, values) : undefined,
    indexes: [record.index],
  };
}

function ofTheft(state: AssetState): Alert[] {
  const police = latest(state, "theft");
  const reported = latest(state, "theft_reported");
  if (police !== undefined && codeOf(police.fields, "state") === "stolen") return [alert("alert.theft", "bad", police)];
  if (police !== undefined || reported === undefined) return [];
  return codeOf(reported.fields, "state") === "stolen" ? [alert("alert.theft_reported", "bad", reported)] : [];
}

function ofEnd(state: AssetState): Alert[] {
  const end = latest(state, "decommissioned");
  if (end === undefined) return [];
  const reason = codeOf(end.fields, "reason");
  return [alert("alert.decommissioned", "bad", end, { reason: reason === undefined ? "" : term("code", reason) })];
}

function ofWriteOff(state: AssetState): Alert[] {
  const written = latest(state, "write_off") ?? latest(state, "write_off_before_2017");
  const branded = latest(state, "title_brand");
  return [
    ...(written === undefined
      ? []
      : [alert("alert.write_off", "bad", written, { category: codeOf(written.fields, "category") ?? "" })]),
    ...(branded === undefined
      ? []
      : [alert("alert.title_brand", "unsure", branded, { brand: firstText(branded.fields, ["brand"]) ?? "" })]),
  ];
}

// A campaign is open until the same campaign is said to be remedied or not to apply.
function ofRecalls(state: AssetState): Alert[] {
  const campaigns = new Map<string, Stated>();
  for (const record of state.records) {
    if (record.claim === "recall" && isLive(record)) campaigns.set(firstText(record.fields, ["campaign"]) ?? "", record);
  }
  return [...campaigns].flatMap(([campaign, record]) =>
    codeOf(record.fields, "state") === "open" ? [alert("alert.recall", "unsure", record, { campaign })] : [],
  );
}

function ofInspection(state: AssetState): Alert[] {
  const last = latest(state, "inspection");
  return last !== undefined && codeOf(last.fields, "result") === "fail" ? [alert("alert.inspection", "unsure", last)] : [];
}

function ofProtectedMaterial(state: AssetState): Alert[] {
  const parts = state.records.filter((one) => one.claim === "cites_material" && isLive(one));
  return parts.flatMap((one) => {
    const appendix = codeOf(one.fields, "appendix");
    if (appendix === "none") return [];
    const taxon = firstText(one.fields, ["taxon"]) ?? "";
    const part = firstText(one.fields, ["part"]) ?? "";
    return [alert("alert.protected_material", "unsure", one, { part, name: term("code", taxon), taxon })];
  });
}

// Marks on single entries; they need no action by themselves.
const quietFindings = new Set(["entry.late", "telemetry.gap"]);

function ofFinding(finding: Finding): Alert {
  const key = `finding.${finding.id}`;
  const known = isKey(key) ? key : "finding.other";
  const name = finding.id === "identifier.conflict" ? term("scheme", finding.name) : term("attribute", finding.name);
  const [from = "", to = ""] = comparedIn(finding).map(valueText);
  const values = { id: finding.id, name, from, to };
  const detailKey = `${known}.detail`;
  return {
    id: finding.id,
    tone: finding.id === "identifier.conflict" ? "bad" : "unsure",
    title: t(known, values),
    detail: isKey(detailKey) ? t(detailKey, values) : undefined,
    indexes: finding.indexes,
  };
}

// Values stand in the order of the log, which is not that of what happened: a fall is told from high to low.
function comparedIn({ id, values }: Finding): readonly Value[] {
  return id === "odometer.lower" ? [...values].sort((a, b) => lengthOf(b) - lengthOf(a)) : values;
}

/** All alerts, the gravest first. */
export function alertsOf(state: AssetState): Alert[] {
  const findings = state.findings.filter(({ id }) => !quietFindings.has(id)).map(ofFinding);
  const all = [
    ...ofTheft(state),
    ...ofEnd(state),
    ...ofWriteOff(state),
    ...findings,
    ...ofRecalls(state),
    ...ofInspection(state),
    ...ofProtectedMaterial(state),
  ];
  return [...all.filter(({ tone }) => tone === "bad"), ...all.filter(({ tone }) => tone !== "bad")];
}

// Of a fall the entry with the lower reading is marked; the one before it has nothing to explain.
function isMarked({ id, indexes, values }: Finding, index: bigint): boolean {
  if (!indexes.includes(index)) return false;
  if (id !== "odometer.lower") return true;
  const lengths = values.map(lengthOf);
  return lengths[indexes.indexOf(index)] === Math.min(...lengths);
}

function lengthOf({ value }: Value): number {
  return (value.case === "number" ? inMetres(value.value) : undefined) ?? 0;
}

/** The findings that an entry is marked with. */
export function findingsAt(state: AssetState, index: bigint): Finding[] {
  return state.findings.filter((finding) => isMarked(finding, index));
}
