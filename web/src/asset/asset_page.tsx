// A record, in four levels: how the check ended and what to do; facts with their sources; the history; the proof.
import { useState } from "preact/hooks";
import type { Answer, Record, Verdict } from "../checking/messages";
import { Button, Copyable, Section, Skeleton } from "../design/parts";
import { t } from "../i18n/messages";
import { term } from "../i18n/terms";
import { CannotTell } from "../lookup/answer_page";
import { ProblemPage } from "../pages/errors";
import { ProofSteps } from "../proof/proof_steps";
import { VerdictNotice } from "../proof/verdict_notice";
import { save } from "../save";
import { useTitle } from "../title";
import { useAsset } from "../trust/use";
import { Alerts } from "./alert_list";
import { FactsSection } from "./facts_section";
import { IdentifiersSection } from "./identifiers_section";
import { KeyFacts } from "./key_facts";
import { MileageSection } from "./mileage_section";
import { OperatorNote } from "./operator_note";
import { Status } from "./status";
import { TimelineSection } from "./timeline_section";
import { numberOf, subtitleOf, titleOf } from "./title";

export const bundleMediaType = "application/vnd.patina.bundle.v1+protobuf";

function Number({ record }: { record: Record }) {
  const number = numberOf(record);
  if (number === undefined) {
    return <Copyable text={record.asset} label={t("app.copy")} copied={t("app.copied")} of={t("asset.number")} />;
  }
  const kind = term("scheme", number.scheme);
  return <Copyable text={number.value} label={t("app.copy")} copied={t("app.copied")} of={kind} />;
}

function Actions({ record, verdict }: { record: Record; verdict: Verdict }) {
  const size = verdict.checkpoint?.size ?? 0n;
  const name = `${record.asset.replaceAll(/[^0-9A-Z]/g, "_")}-${size}.patina`;
  return (
    <div class="row actions">
      <Button quiet onPress={() => save(name, bundleMediaType, record.bundle)}>
        {t("asset.file")}
      </Button>
    </div>
  );
}

/** A record that was verified. */
export function RecordView({ record, verdict, atMs }: { record: Record; verdict: Verdict; atMs: number }) {
  const title = titleOf(record.state);
  useTitle(title);
  return (
    <article>
      <div class="beside">
        <div class="stack">
          <div class="title">
            <h1>{title}</h1>
            <p class="soft">{subtitleOf(record.state)}</p>
            <Number record={record} />
          </div>
          <Status record={record} verdict={verdict} atMs={atMs} />
          <Alerts state={record.state} />
        </div>
        <div class="stack">
          <KeyFacts record={record} verdict={verdict} />
          <Actions record={record} verdict={verdict} />
        </div>
      </div>
      <FactsSection record={record} />
      <MileageSection record={record} />
      <TimelineSection record={record} />
      <IdentifiersSection record={record} />
      <Section id="proof" title={t("asset.proof")}>
        <ProofSteps verdict={verdict} atMs={atMs} about="record" />
        <OperatorNote />
      </Section>
    </article>
  );
}

function Nothing({ verdict, asset, atMs }: { verdict: Verdict; asset: string; atMs: number }) {
  useTitle(t("asset.absent-title"));
  return (
    <div class="stack narrow">
      <h1>{t("asset.absent-title")}</h1>
      <p class="code">{asset}</p>
      <p class="lead">{t("asset.absent-lead")}</p>
      <p>{t("not-found.lead")}</p>
      <ProofSteps verdict={verdict} atMs={atMs} about="absence" />
    </div>
  );
}

/** Whatever the Worker answered about one asset. */
export function AnswerView(props: { answer: Answer; asset: string; atMs: number; onAgain: () => void }) {
  const { answer, asset, atMs } = props;
  switch (answer.kind) {
    case "record":
      return <RecordView record={answer.record} verdict={answer.verdict} atMs={atMs} />;
    case "nothing":
      return <Nothing verdict={answer.verdict} asset={asset} atMs={atMs} />;
    case "unproven":
      return <VerdictNotice verdict={answer.verdict} atMs={atMs} about={asset} />;
    default:
      return <CannotTell answer={answer} onAgain={props.onAgain} />;
  }
}

function Checking() {
  useTitle(t("asset.checking"));
  return (
    <div class="stack">
      <h1 class="seen-by-readers">{t("asset.checking")}</h1>
      <p class="soft">{t("asset.checking")}</p>
      <Skeleton lines={7} label={t("asset.checking")} />
    </div>
  );
}

export function AssetPage({ asset }: { asset: string }) {
  const [attempt, setAttempt] = useState(0);
  const asked = useAsset(asset, attempt);
  if (asked.state === "asking") return <Checking />;
  if (asked.state === "broken") return <ProblemPage />;
  if (asked.state === "untrusting") return <h1>{t("unsure.title")}</h1>;
  const { answer, atMs } = asked;
  return <AnswerView answer={answer} asset={asset} atMs={atMs} onAgain={() => setAttempt(attempt + 1)} />;
}
