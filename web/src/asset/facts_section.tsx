// The second level: each fact with its source, that source's standing, and what stands against it.
import type { Fact } from "@patina/proto/state_pb";
import type { Person, Record } from "../checking/messages";
import { factCannotTell } from "../checking/messages";
import { Badge, Empty, More, Section } from "../design/parts";
import { isKey, t } from "../i18n/messages";
import { list, term } from "../i18n/terms";
import { SourceLine } from "./source_line";
import { holding, held, isNothing, nameOf, plainSources, valuesText } from "./values";

function reasonText(reason: number): string {
  const key = `reason.${reason}`;
  return isKey(key) ? t(key) : t("reason.0");
}

function Corrections({ fact, people }: { fact: Fact; people: readonly Person[] }) {
  return (
    <ul class="stack-small small list">
      {fact.corrections.map(({ index, values, sources, reason }) => (
        <li key={String(index)}>
          {t("fact.corrected", { value: valuesText(values) })}.{" "}
          {t("fact.corrected-by", {
            source: plainSources(sources)
              .map(({ principal }) => nameOf(people, principal))
              .join(", "),
            reason: reasonText(reason),
          })}
        </li>
      ))}
    </ul>
  );
}

function Value({ fact }: { fact: Fact }) {
  if ((fact.state as number) === factCannotTell) return <p class="fact-value none">{t("fact.state.cannot-tell")}</p>;
  const correction = holding(fact);
  if (correction === undefined) return <p class="fact-value">{valuesText(fact.values)}</p>;
  return (
    <p class="fact-value">
      {valuesText(held(fact))}{" "}
      {fact.values.length > 0 && (
        <span class="soft small">
          <span class="seen-by-readers">{t("fact.was")}: </span>
          <s>{valuesText(fact.values)}</s>
        </span>
      )}
    </p>
  );
}

/** One fact. */
export function FactRow({ fact, people }: { fact: Fact; people: readonly Person[] }) {
  return (
    <div class="fact">
      <dt>{term("attribute", fact.name)}</dt>
      <dd>
        <Value fact={fact} />
        <SourceLine sources={plainSources(fact.sources)} people={people} selfDeclared={fact.selfDeclared} />
        {fact.conflicting && <Badge tone="unsure">{t("fact.conflicting")}</Badge>}
        {fact.corrections.length > 0 && <Corrections fact={fact} people={people} />}
      </dd>
    </div>
  );
}

function Group({ title, facts, people }: { title: string; facts: readonly Fact[]; people: readonly Person[] }) {
  if (facts.length === 0) return null;
  return (
    <div class="stack-small">
      <h3>{title}</h3>
      <dl class="facts">
        {facts.map((fact) => (
          <FactRow fact={fact} people={people} key={fact.name} />
        ))}
      </dl>
    </div>
  );
}

// What is not recorded is said, in one line instead of a row for each.
function Silent({ facts }: { facts: readonly Fact[] }) {
  if (facts.length === 0) return null;
  const names = list(facts.map(({ name }) => term("attribute", name)));
  return (
    <More summary={t("fact.none-count", { count: facts.length })}>
      <p>{t("fact.none-list", { names })}</p>
    </More>
  );
}

export function FactsSection({ record }: { record: Record }) {
  const { state, people } = record;
  const spoken = (facts: readonly Fact[]) => facts.filter((fact) => !isNothing(fact));
  const all = [...state.consumer, ...state.manufacturer, ...state.telemetry];
  return (
    <Section id="facts" title={t("asset.facts")}>
      {spoken(all).length === 0 && <Empty title={t("fact.no-facts")} />}
      <Group title={t("fact.now")} facts={spoken(state.consumer)} people={people} />
      <Group title={t("fact.measured")} facts={spoken(state.telemetry)} people={people} />
      <Group title={t("fact.made")} facts={spoken(state.manufacturer)} people={people} />
      <Silent facts={all.filter(isNothing)} />
    </Section>
  );
}
