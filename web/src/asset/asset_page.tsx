// A record, in four levels: how the check ended and what to do; facts with their sources; the history; the proof.
import { useEffect, useState } from "preact/hooks";
import type { Answer, Pinned, Record, Seen, Verdict } from "../checking/messages";
import { Button, Copyable, Section, Skeleton } from "../design/parts";
import { t } from "../i18n/messages";
import { term } from "../i18n/terms";
import { ProblemPage } from "../pages/errors";
import { Absent } from "../proof/absent";
import type { What } from "../proof/asked_for";
import { CannotTell } from "../proof/cannot_tell";
import { ProofSteps } from "../proof/proof_steps";
import { Unproven } from "../proof/unproven";
import { save } from "../save";
import { linkedIn } from "../share/link";
import { SharingRow } from "../share/sharing_row";
import { OtherCertificate, SinceNotice, UnreadableLink } from "../share/since_notice";
import { UnpinnedPage, WithoutLink, type Unpinned } from "../share/unpinned_page";
import { useTitle } from "../title";
import { useAsset, type Asked } from "../trust/use";
import { Alerts } from "./alert_list";
import { AttestationsSection } from "./attestations_section";
import { OnPage } from "./entry_link";
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
  if (checkpoint === undefined) return null; // without one nothing matches, and no record is shown
  const certificate = (
    <a class="button quiet" href={`/a/${record.asset}/certificate`}>
      {t("asset.certificate")}
    </a>
  );
  return (
    <SharingRow asset={record.asset} head={checkpoint} title={titleOf(record.state)} before={certificate}>
      <SaveButton record={record} verdict={verdict} />
      <a href="#mistake">{t("asset.mistake")}</a>
    </SharingRow>
  );
}

interface Opened {
  /** The part behind the #. */
  readonly link: string;
  /** Why the record is shown without it. */
  readonly without?: Unpinned | undefined;
  /** The name of the file that it was read from. */
  readonly file?: string;
}

// What forbids to rely on what brought the reader here: said before anything of the record.
function Warning({ pinned, opened }: { pinned: Pinned | undefined; opened: Opened }) {
  const linked = linkedIn(opened.link);
  if (opened.without !== undefined) return <WithoutLink what={opened.without} />;
  if (typeof linked !== "object" || pinned === undefined) return null;
  return <OtherCertificate linked={linked} pinned={pinned} />;
}

// What a link says besides the record, and what was recorded since.
function FromLink({ record, pinned, link }: { record: Record; pinned: Pinned | undefined; link: string }) {
  const linked = linkedIn(link);
  if (linked === "unreadable") return <UnreadableLink />;
  if (linked === undefined || pinned === undefined) return null;
  return <SinceNotice record={record} linked={linked} pinned={pinned} />;
}

/** A record that was verified. */
export function RecordView(props: { answer: RecordAnswer; atMs: number; opened: Opened }) {
  const { atMs, opened } = props;
  const { record, verdict, pinned } = props.answer;
  const title = titleOf(record.state);
  useTitle(title);
  return (
    <article>
      <div class="beside">
        <div class="stack">
          <Warning pinned={pinned} opened={opened} />
          <div class="title">
            <h1>{title}</h1>
            <p class="soft">{subtitleOf(record.state)}</p>
            <Number record={record} />
          </div>
          <Status record={record} verdict={verdict} atMs={atMs} isFile={opened.file !== undefined} />
          <FromLink record={record} pinned={pinned} link={opened.link} />
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
        <ProofSteps verdict={verdict} atMs={atMs} about={opened.file === undefined ? "record" : "file"} />
        <OperatorNote />
      </Section>
      <MistakeSection record={record} />
      <GlossarySection />
    </article>
  );
}

// What was asked for: a record, or what a file of that name is about.
function whatOf(asset: string, file: string | undefined): What {
  return file === undefined ? { label: t("asset.number"), shown: asset } : { label: t("file.name"), shown: file };
}

function Nothing({ verdict, asset, atMs, file }: { verdict: Verdict; asset: string; atMs: number; file: string | undefined }) {
  return (
    <Absent
      title={t("asset.absent-title")}
      lead={t(file === undefined ? "absent.lead" : "file.absent")}
      what={whatOf(asset, file)}
      means={["absent.means-1", "asset.absent-means", "absent.means-3"]}
      next={["asset.absent-next-1", "asset.absent-next-2"]}
      verdict={verdict}
      atMs={atMs}
    >
      <p>
        <a class="button" href="/">
          {t("found.again")}
        </a>
      </p>
    </Absent>
  );
}

/** Whatever the Worker answered about one asset, or about a file. */
export function AnswerView(props: {
  answer: Answer;
  asset: string;
  atMs: number;
  opened?: Opened;
  onAgain: () => void;
  onWithout?: (what: Unpinned) => void;
}) {
  const { answer, asset, atMs, onAgain } = props;
  const file = props.opened?.file;
  switch (answer.kind) {
    case "record":
      return (
        <OnPage.Provider value={answer.record.events}>
          <RecordView answer={answer} atMs={atMs} opened={props.opened ?? { link: "" }} />
        </OnPage.Provider>
      );
    case "unpinned":
      return <UnpinnedPage verdict={answer.verdict} pin={answer.pin} onAgain={onAgain} onWithout={(what) => props.onWithout?.(what)} />;
    case "nothing":
      return <Nothing verdict={answer.verdict} asset={asset} atMs={atMs} file={file} />;
    case "unproven":
      return (
        <Unproven
          verdict={answer.verdict}
          atMs={atMs}
          about={file === undefined ? "record" : "file"}
          what={whatOf(asset, file)}
          evidence={answer.bundle}
          onAgain={onAgain}
        />
      );
    default:
      return <CannotTell answered={answer.kind === "refused"} about="record" onAgain={onAgain} />;
  }
}

function Checking() {
  useTitle(t("asset.checking"));
  return (
    <div class="beside">
      <div class="stack">
        <h1 class="seen-by-readers">{t("asset.checking")}</h1>
        <p class="soft">{t("asset.checking")}</p>
        <div class="card">
          <Skeleton lines={4} label={t("asset.checking")} />
        </div>
      </div>
      <div class="card" aria-hidden="true">
        <Skeleton lines={4} label="" />
      </div>
    </div>
  );
}

// What every page about one asset shows until there is an answer.
export function Unanswered({ asked }: { asked: Exclude<Asked, { state: "answered" }> }) {
  if (asked.state === "asking") return <Checking />;
  return <ProblemPage />;
}

export function AssetPage({ asset, link }: { asset: string; link: string }) {
  const [attempt, setAttempt] = useState(0);
  const [pin] = useState(() => pinOf(link));
  const [without, setWithout] = useState<Unpinned | undefined>();
  const asked = useAsset(asset, attempt, without === undefined ? pin : undefined);
  useEffect(() => {
    if (without !== undefined) document.getElementById("main")?.focus(); // the record takes the place of the warning
  }, [without]);
  if (asked.state !== "answered") return <Unanswered asked={asked} />;
  const { answer, atMs } = asked;
  return (
    <AnswerView
      answer={answer}
      asset={asset}
      atMs={atMs}
      opened={{ link, without }}
      onAgain={() => setAttempt(attempt + 1)}
      onWithout={setWithout}
    />
  );
}

function pinOf(link: string): Seen | undefined {
  const linked = linkedIn(link);
  return typeof linked === "object" ? linked.head : undefined;
}
