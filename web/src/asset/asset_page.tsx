// A record, in four levels: how the check ended and what to do; facts with their sources; the history; the proof.
import { useState } from "preact/hooks";
import type { Answer, Pinned, Record, Seen, Verdict } from "../checking/messages";
import { Button, Copyable, Section, Skeleton } from "../design/parts";
import { t } from "../i18n/messages";
import { term } from "../i18n/terms";
import { CannotTell } from "../lookup/answer_page";
import { ProblemPage } from "../pages/errors";
import { ProofSteps } from "../proof/proof_steps";
import { VerdictNotice } from "../proof/verdict_notice";
import { save } from "../save";
import { linkedIn } from "../share/link";
import { ShareButton } from "../share/share_button";
import { SinceNotice, UnreadableLink } from "../share/since_notice";
import { UnpinnedPage } from "../share/unpinned_page";
import { useTitle } from "../title";
import { useAsset, type Asked } from "../trust/use";
import { Alerts } from "./alert_list";
import { AttestationsSection } from "./attestations_section";
import { FactsSection } from "./facts_section";
import { GlossarySection } from "./glossary_section";
import { IdentifiersSection } from "./identifiers_section";
import { KeyFacts } from "./key_facts";
import { MileageSection } from "./mileage_section";
import { MistakeSection } from "./mistake_section";
import { OperatorNote } from "./operator_note";
import { SourcesSection } from "./sources_section";
import { Status } from "./status";
import { TimelineSection } from "./timeline_section";
import { numberOf, subtitleOf, titleOf } from "./title";

type RecordAnswer = Extract<Answer, { kind: "record" }>;

const bundleMediaType = "application/vnd.patina.bundle.v1+protobuf";

function Number({ record }: { record: Record }) {
  const number = numberOf(record);
  if (number === undefined) {
    return <Copyable text={record.asset} label={t("app.copy")} copied={t("app.copied")} of={t("asset.number")} />;
  }
  const kind = term("scheme", number.scheme);
  return <Copyable text={number.value} label={t("app.copy")} copied={t("app.copied")} of={kind} />;
}

/** Saves the verified file, named after the record and the size of the log. */
export function SaveButton({ record, verdict }: { record: Record; verdict: Verdict }) {
  const size = verdict.checkpoint?.size ?? 0n;
  const name = `${record.asset.replaceAll(/[^0-9A-Z]/g, "_")}-${size}.patina`;
  return (
    <Button quiet onPress={() => save(name, bundleMediaType, record.bundle)}>
      {t("asset.file")}
    </Button>
  );
}

function Actions({ record, verdict }: { record: Record; verdict: Verdict }) {
  const { checkpoint } = verdict;
  return (
    <div class="row actions">
      <a class="button quiet" href={`/a/${record.asset}/certificate`}>
        {t("asset.certificate")}
      </a>
      {checkpoint !== undefined && <ShareButton asset={record.asset} head={checkpoint} title={titleOf(record.state)} />}
      <SaveButton record={record} verdict={verdict} />
      <a href="#mistake">{t("asset.mistake")}</a>
    </div>
  );
}

// What a link says besides the record, and what was recorded since.
function FromLink({ record, pinned, link }: { record: Record; pinned: Pinned | undefined; link: string }) {
  const linked = linkedIn(link);
  if (linked === "unreadable") return <UnreadableLink />;
  if (linked === undefined || pinned === undefined) return null;
  return <SinceNotice record={record} linked={linked} pinned={pinned} />;
}

/** A record that was verified. */
export function RecordView(props: { answer: RecordAnswer; atMs: number; link: string }) {
  const { atMs, link } = props;
  const { record, verdict, pinned } = props.answer;
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
          <FromLink record={record} pinned={pinned} link={link} />
          <Alerts state={record.state} />
        </div>
        <div class="stack">
          <KeyFacts record={record} verdict={verdict} />
          <Actions record={record} verdict={verdict} />
        </div>
      </div>
      <FactsSection record={record} />
      <MileageSection record={record} />
      <TimelineSection record={record} since={pinned?.head.size} />
      <AttestationsSection record={record} />
      <IdentifiersSection record={record} />
      <SourcesSection record={record} />
      <Section id="proof" title={t("asset.proof")}>
        <ProofSteps verdict={verdict} atMs={atMs} about="record" />
        <OperatorNote />
      </Section>
      <MistakeSection record={record} />
      <GlossarySection />
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
export function AnswerView(props: { answer: Answer; asset: string; atMs: number; link?: string; onAgain: () => void }) {
  const { answer, asset, atMs } = props;
  switch (answer.kind) {
    case "record":
      return <RecordView answer={answer} atMs={atMs} link={props.link ?? ""} />;
    case "unpinned":
      return <UnpinnedPage verdict={answer.verdict} pin={answer.pin} asset={asset} />;
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

// What every page about one asset shows until there is an answer.
export function Unanswered({ asked }: { asked: Exclude<Asked, { state: "answered" }> }) {
  if (asked.state === "asking") return <Checking />;
  if (asked.state === "broken") return <ProblemPage />;
  return <h1>{t("unsure.title")}</h1>;
}

export function AssetPage({ asset, link }: { asset: string; link: string }) {
  const [attempt, setAttempt] = useState(0);
  const [pin] = useState(() => pinOf(link));
  const asked = useAsset(asset, attempt, pin);
  if (asked.state !== "answered") return <Unanswered asked={asked} />;
  const { answer, atMs } = asked;
  return <AnswerView answer={answer} asset={asset} atMs={atMs} link={link} onAgain={() => setAttempt(attempt + 1)} />;
}

function pinOf(link: string): Seen | undefined {
  const linked = linkedIn(link);
  return typeof linked === "object" ? linked.head : undefined;
}
