// The few facts that a reader looks for first.
import type { ComponentChildren } from "preact";
import type { Record, Verdict } from "../checking/messages";
import { factCannotTell } from "../checking/messages";
import { day, edtf } from "../i18n/dates";
import { t } from "../i18n/messages";
import { odometersOf, readingsOf } from "./readings";
import { quantity } from "../i18n/quantities";

function Row({ term, children, below = [] }: { term: string; children: ComponentChildren; below?: string[] }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>
        {children}
        {below.map((line) => (
          <small key={line}>{line}</small>
        ))}
      </dd>
    </div>
  );
}

// Readings of a device that are held back come after all that are shown.
function hasLater(record: Record): boolean {
  const odometers = odometersOf(record);
  return record.state.telemetry.some(({ name, state }) => odometers.has(name) && (state as number) === factCannotTell);
}

export function KeyFacts({ record, verdict }: { record: Record; verdict: Verdict }) {
  const { events } = record;
  const sources = new Set(events.flatMap((event) => event.sources.map(({ principal }) => principal)));
  const last = events.reduce((latest, { recordedMs }) => Math.max(latest, recordedMs), 0);
  const reading = readingsOf(record).at(-1);
  const size = verdict.checkpoint?.size ?? 0n;
  return (
    <dl class="key-facts card">
      {reading !== undefined && (
        <Row
          term={t("asset.last-reading")}
          below={[
            reading.occurred === "" ? day(reading.atMs) : edtf(reading.occurred),
            ...(hasLater(record) ? [t("asset.later-readings")] : []),
          ]}
        >
          {quantity(reading.stated)}
        </Row>
      )}
      <Row term={t("asset.records")} below={[t("asset.sources", { count: sources.size })]}>
        {t("asset.records-count", { count: Number(record.state.entries) })}
      </Row>
      <Row term={t("asset.last-heard")}>{day(last)}</Row>
      <Row term={t("asset.as-of")} below={[t("asset.log-size", { count: Number(size) })]}>
        {day(verdict.checkpoint?.timeMs ?? 0)}
      </Row>
    </dl>
  );
}
