// What is printed. Nothing is folded away on paper, and no meaning rests on colour.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { NoAlerts } from "../asset/alert_list";
import { alertsOf } from "../asset/alerts";
import { FactsSection } from "../asset/facts_section";
import { GlossarySection } from "../asset/glossary_section";
import { IdentifiersSection } from "../asset/identifiers_section";
import { KeyFacts } from "../asset/key_facts";
import { MileageSection } from "../asset/mileage_section";
import { Outcome, Reservations } from "../asset/status";
import { TimelineSection } from "../asset/timeline_section";
import { numberOf, subtitleOf, titleOf } from "../asset/title";
import type { Checkpoint, Record, Verdict } from "../checking/messages";
import { Notice, Section } from "../design/parts";
import { day, minute } from "../i18n/dates";
import { t } from "../i18n/messages";
import { integer } from "../i18n/quantities";
import { list, term } from "../i18n/terms";
import { Command, verifyCommand } from "../proof/command";
import { completenessText } from "../proof/words";
import { grouped } from "../share/link";
import { hexOf } from "../trust/storage";
import type { Qr } from "./qr";

const validMs = 60 * 86_400_000; // entries may be added any day; older paper is no longer shown around

interface SheetProps {
  readonly record: Record;
  readonly verdict: Verdict;
  readonly checkpoint: Checkpoint;
  readonly atMs: number;
  readonly link: string;
  readonly qr: Qr | undefined;
}

function Code({ qr }: { qr: Qr }) {
  return (
    <figure class="qr">
      <svg viewBox={`0 0 ${qr.side} ${qr.side}`} role="img" aria-label={t("certificate.qr")} shape-rendering="crispEdges">
        <rect width={qr.side} height={qr.side} fill="#fff" />
        <path d={qr.path} fill="#000" />
      </svg>
      <figcaption>{t("certificate.scan")}</figcaption>
    </figure>
  );
}

function Row({ term: name, children }: { term: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function CodeRow(props: { term: string; text: string; below?: ComponentChildren }) {
  return (
    <Row term={props.term}>
      <span class="code" translate={false}>
        {props.text}
      </span>
      {props.below}
    </Row>
  );
}

// Numbers of ours end in a sign that may be no letter.
function LastSign() {
  return <small class="certificate-sign">{t("certificate.last-sign")}</small>;
}

function Head({ record, checkpoint, atMs, qr }: SheetProps) {
  const number = numberOf(record);
  return (
    <header class="certificate-head">
      <div class="stack-small">
        <p class="certificate-kind">{t("certificate.kind")}</p>
        <h1>{titleOf(record.state)}</h1>
        <p class="soft">{subtitleOf(record.state)}</p>
        <dl class="key-facts">
          {number !== undefined && <CodeRow term={term("scheme", number.scheme)} text={number.value} />}
          <CodeRow term={t("certificate.number")} text={grouped(record.certificate)} below={<LastSign />} />
          <Row term={t("certificate.as-of")}>{minute(checkpoint.timeMs)}</Row>
          <Row term={t("certificate.checked")}>{minute(atMs)}</Row>
          <Row term={t("certificate.again")}>{day(checkpoint.timeMs + validMs)}</Row>
        </dl>
      </div>
      {qr !== undefined && <Code qr={qr} />}
    </header>
  );
}

function AllAlerts({ record }: { record: Record }) {
  const alerts = alertsOf(record.state);
  if (alerts.length === 0) return <NoAlerts />;
  return (
    <ul class="alerts">
      {alerts.map(({ tone, title, detail, indexes }, place) => (
        <li key={place}>
          <Notice tone={tone} title={title}>
            {detail !== undefined && <p>{detail}</p>}
            <p class="small">{t("certificate.rests-on", { count: indexes.length, entries: list(indexes.map(String)) })}</p>
          </Notice>
        </li>
      ))}
    </ul>
  );
}

function HowToCheck({ record, checkpoint, link }: SheetProps) {
  return (
    <Section id="again" title={t("certificate.how")}>
      <ol class="list stack-small">
        <li>{t("certificate.how-scan", { number: grouped(record.certificate) })}</li>
        <li>{t("certificate.how-file", { place: `${location.origin}/check` })}</li>
        <li>
          {t("certificate.how-program")}
          <Command text={verifyCommand} of={t("proof.command")} />
        </li>
      </ol>
      <dl class="origin">
        <CodeRow term={t("asset.number")} text={record.asset} below={<LastSign />} />
        <CodeRow term={t("proof.origin")} text={checkpoint.origin} />
        <Row term={t("proof.size")}>{integer(checkpoint.size)}</Row>
        <CodeRow term={t("proof.root")} text={hexOf(checkpoint.root)} />
        <CodeRow term={t("certificate.link")} text={link} />
      </dl>
    </Section>
  );
}

// On paper nothing can be opened.
function useOpened() {
  const sheet = useRef<HTMLElement>(null);
  useEffect(() => {
    for (const folded of sheet.current?.querySelectorAll("details") ?? []) folded.open = true;
  });
  return sheet;
}

// Each sheet says which certificate it belongs to.
function useFoot(text: string): void {
  useEffect(() => {
    const { style } = document.documentElement;
    style.setProperty("--page-foot", JSON.stringify(text));
    return () => void style.removeProperty("--page-foot");
  }, [text]);
}

export function Sheet(props: SheetProps) {
  const { record, verdict, checkpoint } = props;
  const sheet = useOpened();
  useFoot(t("certificate.foot", { number: grouped(record.certificate), date: minute(checkpoint.timeMs) }));
  return (
    <article class="certificate paper card" ref={sheet}>
      <Head {...props} />
      <div class="stack">
        <Outcome record={record} verdict={verdict}>
          {verdict.completeness === "confirmed" && <p>{completenessText(verdict)}</p>}
          <p>{t("status.not-meaning")}</p>
        </Outcome>
        <Reservations record={record} verdict={verdict} atMs={props.atMs} />
        <AllAlerts record={record} />
        <KeyFacts record={record} verdict={verdict} />
      </div>
      <FactsSection record={record} />
      <MileageSection record={record} />
      <TimelineSection record={record} />
      <IdentifiersSection record={record} />
      <HowToCheck {...props} />
      <GlossarySection />
    </article>
  );
}
