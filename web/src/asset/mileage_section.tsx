// Mileage: the chart, and the same readings as a table.
import { useState } from "preact/hooks";
import type { Record } from "../checking/messages";
import { Badge, Button, DataTable, Section } from "../design/parts";
import { day, edtf } from "../i18n/dates";
import { t } from "../i18n/messages";
import { quantity, rounded } from "../i18n/quantities";
import { term } from "../i18n/terms";
import { FindingMarks } from "./marks";
import { MileageChart, Shape, type LengthUnit } from "./mileage_chart";
import { Coverage, gapsOf, MileageRules } from "./mileage_words";
import { readingsOf, unreadOf, type MileageReading, type Unread } from "./readings";
import { SourceLine } from "./source_line";

function roleName({ sources }: MileageReading): string {
  return sources[0]?.roles[0] ?? "";
}

function mostStated(readings: readonly MileageReading[]): LengthUnit {
  const miles = readings.filter(({ stated }) => stated.unit === "SMI").length;
  return miles * 2 > readings.length ? "SMI" : "KMT";
}

function when(one: { occurred: string; atMs: number }): string {
  return one.occurred === "" ? day(one.atMs) : edtf(one.occurred);
}

function Remarks({ reading }: { reading: MileageReading }) {
  if (reading.findings.length === 0 && !reading.corrected) return null;
  return (
    <div class="row">
      <FindingMarks ids={reading.findings} />
      {reading.corrected && <Badge tone="plain">{t("attested.corrected")}</Badge>}
    </div>
  );
}

function rowOf(reading: MileageReading, record: Record, unit: LengthUnit | undefined) {
  return [
    when(reading),
    quantity(reading.stated),
    ...(unit === undefined ? [] : [rounded(reading.lengthM, unit)]),
    <SourceLine sources={reading.sources} people={record.people} selfDeclared={false} />,
    <Remarks reading={reading} />,
  ];
}

function unreadRow(unread: Unread, record: Record, unit: LengthUnit | undefined) {
  return [
    when(unread),
    "–",
    ...(unit === undefined ? [] : ["–"]),
    <SourceLine sources={unread.sources} people={record.people} selfDeclared={false} />,
    t("mileage.unread", { status: term("code", unread.status) }),
  ];
}

function Table({ record, unit }: { record: Record; unit: LengthUnit }) {
  const all = readingsOf(record);
  // A second column only where it says something else.
  const second = all.every(({ stated }) => stated.unit === unit) ? undefined : unit;
  const readings = all.map((one) => ({ atMs: one.atMs, cells: rowOf(one, record, second) }));
  const unread = unreadOf(record).map((one) => ({ atMs: one.atMs, cells: unreadRow(one, record, second) }));
  const rows = [...readings, ...unread].sort((a, b) => b.atMs - a.atMs).map(({ cells }) => cells);
  const shown = t(unit === "SMI" ? "mileage.miles" : "mileage.kilometres");
  return (
    <DataTable
      caption={t("mileage.table")}
      columns={[
        { label: t("mileage.date") },
        { label: t("mileage.reading"), number: true },
        ...(second === undefined ? [] : [{ label: t("mileage.shown", { unit: shown }), number: true }]),
        { label: t("mileage.source") },
        { label: t("mileage.remark") },
      ]}
      rows={rows}
    />
  );
}

function Legend({ roles, hasGaps }: { roles: readonly string[]; hasGaps: boolean }) {
  return (
    <ul class="legend">
      {roles.map((role, place) => (
        <li key={role}>
          <svg viewBox="-8 -8 16 16" aria-hidden="true" focusable="false">
            <Shape x={0} y={0} role={place} marked={false} />
          </svg>
          {role === "" ? t("standing.self") : term("role", role)}
        </li>
      ))}
      {hasGaps && (
        <li>
          <svg viewBox="-8 -8 16 16" aria-hidden="true" focusable="false">
            <line class="course open" x1={-8} x2={8} y1={0} y2={0} />
          </svg>
          {t("mileage.open")}
        </li>
      )}
    </ul>
  );
}

export function MileageSection({ record }: { record: Record }) {
  const readings = readingsOf(record);
  const [unit, setUnit] = useState<LengthUnit>(mostStated(readings));
  if (readings.length === 0) return null;
  const roles = [...new Set(readings.map(roleName))];
  const lengths = readings.map(({ lengthM }) => lengthM);
  const describe = t("mileage.describe", {
    count: readings.length,
    from: when(readings[0] as MileageReading),
    to: when(readings.at(-1) as MileageReading),
    low: rounded(Math.min(...lengths), unit),
    high: rounded(Math.max(...lengths), unit),
  });
  const other: LengthUnit = unit === "KMT" ? "SMI" : "KMT";
  const otherName = t(other === "SMI" ? "mileage.miles" : "mileage.kilometres");
  return (
    <Section id="mileage" title={t("asset.mileage")}>
      <figure class="chart">
        <figcaption>
          <span>{describe}</span>
          <Button quiet small onPress={() => setUnit(other)}>
            {t("mileage.unit", { unit: otherName })}
          </Button>
        </figcaption>
        {readings.length > 1 ? (
          <MileageChart
            readings={readings}
            unit={unit}
            roleOf={(reading) => roles.indexOf(roleName(reading))}
            describe={describe}
          />
        ) : (
          <p class="soft">{t("mileage.one")}</p>
        )}
        {readings.length > 1 && <Legend roles={roles} hasGaps={gapsOf(readings).length > 0} />}
      </figure>
      <Coverage readings={readings} />
      <Table record={record} unit={unit} />
      <MileageRules />
    </Section>
  );
}
