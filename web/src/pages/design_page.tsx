// The design system, shown: every part in every tone.
import { useState } from "preact/hooks";
import {
  Badge,
  Button,
  Choices,
  Copyable,
  DataTable,
  Empty,
  ErrorSummary,
  Field,
  More,
  Notice,
  Section,
  Skeleton,
  type Tone,
} from "../design/parts";
import { t } from "../i18n/messages";
import { integer } from "../i18n/quantities";
import { useTitle } from "../title";

const tones: readonly Tone[] = ["good", "unsure", "bad", "unknown", "plain"];
const sizes = ["h1", "h2", "h3", "lead", "body", "small"] as const;
const steps = [1, 2, 3, 4, 5, 6, 7, 8] as const;
const colours = ["ink", "ink-soft", "accent", "link", "line-strong", "good", "unsure", "bad", "unknown"] as const;

function Type() {
  return (
    <Section id="type" title={t("design.type")}>
      {sizes.map((size) => (
        <p class={size.startsWith("h") ? "strong" : ""} style={{ fontSize: `var(--type-${size})`, lineHeight: "var(--leading-head)" }} key={size}>
          {size}: {t("home.title")}
        </p>
      ))}
    </Section>
  );
}

function Space() {
  return (
    <Section id="space" title={t("design.space")}>
      {steps.map((step) => (
        <div class="row" key={step}>
          <code>space-{step}</code>
          <span style={{ inlineSize: `var(--space-${step})`, blockSize: "1rem", background: "var(--accent)" }} />
        </div>
      ))}
    </Section>
  );
}

function Colours() {
  return (
    <Section id="colours" title={t("design.colours")}>
      <div class="row">
        {colours.map((colour) => (
          <span class="row" key={colour}>
            <span
              style={{
                inlineSize: "2rem",
                blockSize: "2rem",
                background: `var(--${colour})`,
                borderRadius: "var(--radius)",
              }}
            />
            <code>{colour}</code>
          </span>
        ))}
      </div>
    </Section>
  );
}

function Forms() {
  const [value, setValue] = useState("3VW217AU3FM090764");
  const [chosen, setChosen] = useState("a");
  return (
    <Section id="forms" title={t("design.forms")}>
      <Field label={t("home.field")} hint={t("home.hint")} value={value} onValue={setValue} />
      <ErrorSummary title={t("form.problem")} errors={[{ id: "wrong", text: t("scope.missing") }]} />
      <Field id="wrong" label={t("scope.maker")} error={t("scope.missing")} value="" onValue={() => undefined} plain />
      <Choices
        legend={t("understood.choose")}
        choices={[
          { value: "a", label: t("scope.maker") },
          { value: "b", label: t("scope.country") },
        ]}
        chosen={chosen}
        onChoose={setChosen}
      />
      <div class="row">
        <Button>{t("home.look-up")}</Button>
        <Button quiet>{t("found.again")}</Button>
        <Button quiet small>
          {t("unsure.again")}
        </Button>
        <Button disabled>{t("asset.file")}</Button>
      </div>
    </Section>
  );
}

function Notices() {
  return (
    <Section id="notices" title={t("design.notices")}>
      {tones.map((tone) => (
        <Notice tone={tone} title={tone} key={tone}>
          <p>{t("app.foot")}</p>
        </Notice>
      ))}
      <div class="row">
        {tones.map((tone) => (
          <Badge tone={tone} key={tone}>
            {tone}
          </Badge>
        ))}
      </div>
    </Section>
  );
}

function Rest() {
  return (
    <Section id="rest" title={t("design.rest")}>
      <Copyable text="3VW217AU3FM090764" label={t("app.copy")} copied={t("app.copied")} of="VIN" />
      <More summary={t("status.how")}>
        <p>{t("proof.lead")}</p>
      </More>
      <DataTable
        caption={t("mileage.table")}
        columns={[{ label: t("mileage.date") }, { label: t("mileage.reading"), number: true }]}
        rows={[
          ["2019", integer(58_990n)],
          ["2020", integer(71_040n)],
        ]}
      />
      <Empty title={t("identifiers.none")}>
        <p>{t("asset.no-alerts-means")}</p>
      </Empty>
      <Skeleton lines={4} label={t("app.loading")} />
    </Section>
  );
}

function Lines() {
  const joins = ["direct", "doubtful", "broken"] as const;
  const words = { direct: "history.join.direct", doubtful: "history.join.unknown", broken: "history.join.not_direct" } as const;
  return (
    <Section id="lines" title={t("design.lines")}>
      <ol class="timeline">
        {joins.map((join) => (
          <li class={`event join-${join}`} key={join}>
            <h3 class="event-title">{join}</h3>
            <p class="soft small">{t(words[join])}</p>
          </li>
        ))}
        <li class="gap">
          <p>{t("history.break")}</p>
        </li>
        <li class="event">
          <h3 class="event-title">{t("history.registered")}</h3>
        </li>
      </ol>
      <ul class="rows">
        <li>
          <p class="soft">2020</p>
          <p>{t("history.registered")}</p>
          <p class="source">{t("glossary.source")}</p>
          <p class="small">{t("attested.stands")}</p>
        </li>
      </ul>
    </Section>
  );
}

export function DesignPage() {
  useTitle(t("design.title"));
  return (
    <div>
      <div class="stack">
        <h1>{t("design.title")}</h1>
        <p class="lead">{t("design.lead")}</p>
      </div>
      <Type />
      <Space />
      <Colours />
      <Forms />
      <Notices />
      <Lines />
      <Rest />
    </div>
  );
}
