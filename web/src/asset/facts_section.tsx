// The second level: each fact with its source, that source's standing, and what stands against it.
import type { Fact } from "@patina/proto/state_pb";
import type { Person, Record } from "../checking/messages";
import { factCannotTell } from "../checking/messages";
import { Badge, Empty, More, Section } from "../design/parts";
import { isKey, t } from "../i18n/messages";
import { list, term } from "../i18n/terms";
import { saysNothing } from "./event_lines";
import { SourceLine } from "./source_line";
import { Values } from "./values_view";
import { holding, held, isNothing, nameOf, plainSources, silentIn, valuesText } from "./values";

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
  const correction = holding(fact);
  const state: number = (correction ?? fact).state;
  if (state === factCannotTell) return <p class="fact-value none">{t("fact.state.cannot-tell")}</p>;
  if (correction === undefined) {
    return (
      <p class="fact-value">
        <Values values={fact.values} />
      </p>
    );
  }
  return (
    <p class="fact-value">
      <Values values={held(fact)} />{" "}
      {fact.values.length > 0 && (
        <span class="soft small">
          <span class="seen-by-readers">{t("fact.was")}: </span>
          <s>
            <bdi>{valuesText(fact.values)}</bdi>
          </s>
        </span>
      )}
    </p>
  );
}

function FactRow({ fact, people }: { fact: Fact; people: readonly Person[] }) {
  return (
    <div class="fact">
      <dt>{term("attribute", fact.name)}</dt>
      <dd>
        <Value fact={fact} />
        {fact.conflicting && <Badge tone="unsure">{t("fact.conflicting")}</Badge>}
        {fact.corrections.length > 0 && <Corrections fact={fact} people={people} />}
      </dd>
    </div>
  );
}

// Facts that the same source stated with the same standing stand together below its name.
function bySource(facts: readonly Fact[]): Fact[][] {
  const found = new Map<string, Fact[]>();
  for (const fact of facts) {
    const key = JSON.stringify([plainSources(fact.sources), fact.selfDeclared]);
    found.set(key, [...(found.get(key) ?? []), fact]);
  }
  return [...found.values()];
}

// What it is called, then what made it, then how large it is; the rest as its class lists it.
const foremost = [
  "title",
  "current_title",
  "artist",
  "make",
  "maker",
  "model",
  "commercial_name",
  "object_type",
  "model_year",
  "creation_date",
  "production_date",
  "medium",
  "materials",
  "height",
  "width",
  "depth",
];

function inOrder(facts: readonly Fact[]): Fact[] {
  const place = ({ name }: Fact) => (foremost.includes(name) ? foremost.indexOf(name) : foremost.length);
  return [...facts].sort((a, b) => place(a) - place(b));
}

function FromSource({ facts, people }: { facts: readonly Fact[]; people: readonly Person[] }) {
  const [{ sources, selfDeclared }] = facts as [Fact];
  return (
    <div>
      <SourceLine sources={plainSources(sources)} people={people} selfDeclared={selfDeclared} />
      <dl class="facts">
        {facts.map((fact) => (
          <FactRow fact={fact} people={people} key={fact.name} />
        ))}
      </dl>
    </div>
  );
}

function Group({ title, facts, people }: { title: string; facts: readonly Fact[]; people: readonly Person[] }) {
  if (facts.length === 0) return null;
  return (
    <div class="stack-small">
      <h3>{title}</h3>
      {bySource(inOrder(facts)).map((stated) => (
        <FromSource facts={stated} people={people} key={stated[0]?.name} />
      ))}
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

function isUnknown({ name, values, corrections }: Fact): boolean {
  return corrections.length === 0 && saysNothing(name, values);
}

export function FactsSection({ record }: { record: Record }) {
  const { state, people } = record;
  const spoken = (facts: readonly Fact[]) => facts.filter((fact) => !isNothing(fact) && !isUnknown(fact));
  const all = [...state.consumer, ...state.manufacturer, ...state.telemetry];
  return (
    <Section id="facts" title={t("asset.facts")}>
      {spoken(all).length === 0 && <Empty title={t("fact.no-facts")} />}
      <Group title={t("fact.now")} facts={spoken(state.consumer)} people={people} />
      <Group title={t("fact.measured")} facts={spoken(state.telemetry)} people={people} />
      <Group title={t("fact.made")} facts={spoken(state.manufacturer)} people={people} />
      <Silent facts={silentIn(state)} />
    </Section>
  );
}
