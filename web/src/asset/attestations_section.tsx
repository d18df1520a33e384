// Who attested what, when, with which standing, and whether it still stands.
import type { Record as StatedRecord } from "@patina/proto/state_pb";
import type { Record } from "../checking/messages";
import { Badge, Empty, More, Section } from "../design/parts";
import { day, edtf } from "../i18n/dates";
import { t } from "../i18n/messages";
import { term } from "../i18n/terms";
import { findingsAt } from "./alerts";
import { EntryLink } from "./entry_link";
import { ordered, recordLines } from "./event_lines";
import { FindingMarks } from "./marks";
import { timeOf } from "./readings";
import { SourceLine } from "./source_line";
import { Values } from "./values_view";
import { holding, plainSources } from "./values";

const shownAtOnce = 3;
const gistLines = 2;

// Steps of a provenance are the history itself; they stand there, joined.
function attestationsOf({ state }: Record): StatedRecord[] {
  const own = state.records.filter(({ claim }) => claim !== "" && claim !== "provenance");
  return own.sort((a, b) => timeOf(b) - timeOf(a) || (a.index > b.index ? -1 : 1));
}

function What({ stated }: { stated: StatedRecord }) {
  const lines = ordered(recordLines(stated)).slice(0, gistLines);
  const entry = <EntryLink index={stated.index}>{term("claim", stated.claim)}</EntryLink>;
  return (
    <div class="stack-none">
      <p class="strong">{stated.retraction.case === undefined ? entry : <s>{entry}</s>}</p>
      {lines.map(({ name, values }) => (
        <p class="soft small" key={name}>
          {term("attribute", name)}: <Values values={values} />
        </p>
      ))}
    </div>
  );
}

// What became of it, and the entry that says so.
function Changed({ word, index }: { word: string; index: bigint }) {
  return (
    <p class="row small">
      <Badge tone="plain">{word}</Badge>
      <EntryLink index={index} />
    </p>
  );
}

function Standing({ stated }: { stated: StatedRecord }) {
  const { retraction } = stated;
  if (retraction.case !== undefined) {
    return <Changed word={t("history.taken-back")} index={retraction.value} />;
  }
  const correction = stated.fields.map(holding).find((one) => one !== undefined);
  if (correction === undefined) return <p class="small">{t("attested.stands")}</p>;
  return <Changed word={t("attested.corrected")} index={correction.index} />;
}

const saidInHistory: ReadonlySet<string> = new Set(["entry.late", "telemetry.gap"]); // nothing to ask about

function marksOf({ state }: Record, { index }: StatedRecord): string[] {
  return findingsAt(state, index)
    .map(({ id }) => id)
    .filter((id) => !saidInHistory.has(id));
}

function List({ list, record }: { list: readonly StatedRecord[]; record: Record }) {
  return (
    <ul class="rows">
      {list.map((stated) => (
        <li key={String(stated.index)}>
          <p class="soft small">{stated.occurred === "" ? day(Number(stated.issuedAtMs)) : edtf(stated.occurred)}</p>
          <What stated={stated} />
          <SourceLine sources={plainSources(stated.sources)} people={record.people} selfDeclared={stated.selfDeclared} />
          <div class="stack-small">
            <Standing stated={stated} />
            <FindingMarks ids={marksOf(record, stated)} />
          </div>
        </li>
      ))}
    </ul>
  );
}

export function AttestationsSection({ record }: { record: Record }) {
  const all = attestationsOf(record);
  const rest = all.slice(shownAtOnce);
  return (
    <Section id="attestations" title={t("asset.attestations")}>
      <p>{t("attested.lead")}</p>
      {all.length === 0 ? <Empty title={t("attested.none")} /> : <List list={all.slice(0, shownAtOnce)} record={record} />}
      {rest.length > 0 && (
        <More summary={t("attested.more", { count: rest.length })}>
          <List list={rest} record={record} />
        </More>
      )}
    </Section>
  );
}
