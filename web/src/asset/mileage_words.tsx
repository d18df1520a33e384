// The mileage in words: how far the readings reach, where nothing was read, and the rules that compare them.
import { More } from "../design/parts";
import { day, duration } from "../i18n/dates";
import { t } from "../i18n/messages";
import { gapMs } from "./chart_scale";
import type { MileageReading } from "./readings";

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

function spansOf(readings: readonly MileageReading[]): Span[] {
  return readings.slice(1).map(({ atMs }, place) => ({ fromMs: readings[place]?.atMs ?? atMs, toMs: atMs }));
}

/** The spans that are too long to be joined by a line. */
export function gapsOf(readings: readonly MileageReading[]): Span[] {
  return spansOf(readings).filter(({ fromMs, toMs }) => toMs - fromMs > gapMs);
}

/** From how many sources they are, and the spans without one. */
export function Coverage({ readings }: { readings: readonly MileageReading[] }) {
  const sources = new Set(readings.flatMap((reading) => reading.sources.map(({ principal }) => principal)));
  const spans = spansOf(readings);
  const longest = Math.max(0, ...spans.map(({ fromMs, toMs }) => toMs - fromMs));
  return (
    <>
      <p>
        {t("mileage.coverage", {
          count: readings.length,
          sources: t("status.sources", { count: sources.size }),
          gap: duration(longest),
        })}
      </p>
      {gapsOf(readings).map(({ fromMs, toMs }) => (
        <p class="soft" key={fromMs}>
          {t("mileage.gap", { from: day(fromMs), to: day(toMs) })}
        </p>
      ))}
    </>
  );
}

const rules = ["odometer.lower", "odometer.unit-mix-up", "fact.disagreement"] as const;

/** Whether there is a text on the rule of a finding. */
export function hasRule(id: string): boolean {
  return (rules as readonly string[]).includes(id);
}

/** The rules by which readings are compared, each with a place that links can name. */
export function MileageRules() {
  return (
    <More summary={t("mileage.rules")}>
      <p>{t("mileage.rules-lead")}</p>
      <dl class="stack-small">
        {rules.map((id) => (
          <div id={`rule-${id}`} key={id}>
            <dt class="strong">
              <a href={`#rule-${id}`}>{t(`mark.${id}`)}</a>
            </dt>
            <dd>{t(`rule.${id}`)}</dd>
          </div>
        ))}
      </dl>
    </More>
  );
}
