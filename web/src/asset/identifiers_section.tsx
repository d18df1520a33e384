// Numbers over time: what the thing carries and carried, since when and until when.
import type { IdentifierSpan } from "@patina/proto/state_pb";
import type { Record } from "../checking/messages";
import { DataTable, Empty, Section } from "../design/parts";
import { day, edtf } from "../i18n/dates";
import { t } from "../i18n/messages";
import { kindText } from "../lookup/kind_text";
import { SourceLine } from "./source_line";
import { plainSources } from "./values";

function recordedOn(record: Record, index: bigint): string {
  const event = record.events.find((one) => one.index === index);
  return event === undefined ? "" : day(event.recordedMs);
}

function row(record: Record, span: IdentifierSpan) {
  const { release, releasedOn, assignedOn, assignedIndex } = span;
  const until = release.case === undefined ? t("identifiers.now") : releasedOn === "" ? recordedOn(record, release.value) : edtf(releasedOn);
  return [
    <span class="code" translate={false}>
      {span.value === "" ? t("identifiers.held") : span.value}
    </span>,
    kindText(span),
    assignedOn === "" ? recordedOn(record, assignedIndex) : edtf(assignedOn),
    until,
    <SourceLine sources={plainSources(span.sources)} people={record.people} selfDeclared={span.selfDeclared} />,
  ];
}

export function IdentifiersSection({ record }: { record: Record }) {
  const { identifiers } = record.state;
  return (
    <Section id="identifiers" title={t("asset.identifiers")}>
      {identifiers.length === 0 ? (
        <Empty title={t("identifiers.none")} />
      ) : (
        <DataTable
          caption={t("identifiers.table")}
          columns={[
            { label: t("identifiers.number") },
            { label: t("identifiers.kind") },
            { label: t("identifiers.from") },
            { label: t("identifiers.until") },
            { label: t("mileage.source") },
          ]}
          rows={identifiers.map((span) => row(record, span))}
        />
      )}
    </Section>
  );
}
