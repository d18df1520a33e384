// One entry of the history, and one silence.
import type { Record as StatedRecord } from "@patina/proto/state_pb";
import type { HistoryEvent, Record } from "../checking/messages";
import { Badge, Copyable, More, type Tone } from "../design/parts";
import { day } from "../i18n/dates";
import { isKey, t } from "../i18n/messages";
import { list, term } from "../i18n/terms";
import { findingsAt } from "./alerts";
import { EntryLink } from "./entry_link";
import { isYes, linesOf, ordered, type Line } from "./event_lines";
import { edgeText, eventTitle, whenText } from "./event_text";
import { isReadings } from "./history";
import { handoverText, type Join } from "./joins";
import { FindingMarks } from "./marks";
import { SourceLine } from "./source_line";
import { holding } from "./values";
import { Values } from "./values_view";

const saidElsewhere: ReadonlySet<string> = new Set(["holder", "directness", "certainty"]); // of a step
const lateId = "entry.late"; // said in words, without a mark: old papers are always recorded late

function Was({ text }: { text: string | undefined }) {
  if (text === undefined || text === "") return null;
  return (
    <span class="soft small">
      <span class="seen-by-readers">{t("fact.was")}: </span>
      <s>
        <bdi>{text}</bdi>
      </s>
    </span>
  );
}

// A step of a provenance is known by who held the thing.
function Title({ event, holder, isDealer }: { event: HistoryEvent; holder: Line | undefined; isDealer: boolean }) {
  if (holder === undefined) return <h3 class="event-title">{eventTitle(event)}</h3>;
  return (
    <h3 class="event-title">
      <span class="event-kind">{eventTitle(event)}: </span>
      <bdi>{isDealer ? t("history.dealer", { holder: holder.text }) : holder.text}</bdi> <Was text={holder.was} />
    </h3>
  );
}

function Fields({ lines }: { lines: readonly Line[] }) {
  if (lines.length === 0) return null;
  return (
    <dl class="event-fields">
      {ordered(lines).map(({ name, values, was }) => (
        <div key={name}>
          <dt>{name === "value" ? t("identifiers.number") : term("attribute", name)}</dt>
          <dd class={name === "value" ? "code" : undefined}>
            <Values values={values} /> <Was text={was} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Marks({ event, record, stated }: { event: HistoryEvent; record: Record; stated: StatedRecord | undefined }) {
  const isTakenBack = stated !== undefined && stated.retraction.case !== undefined;
  const found = findingsAt(record.state, event.index).map(({ id }) => id);
  const ids = found.filter((id) => id !== lateId);
  const isCorrected = stated?.fields.some((fact) => holding(fact) !== undefined) === true;
  return (
    <>
      {isTakenBack && <Badge tone="plain">{t("history.taken-back")}</Badge>}
      {isCorrected && <Badge tone="plain">{t("attested.corrected")}</Badge>}
      <FindingMarks ids={ids} />
    </>
  );
}

function Proof({ event, record }: { event: HistoryEvent; record: Record }) {
  const proof = record.proofs.find(({ index }) => index === event.index);
  if (proof === undefined) return null;
  const rows = [
    { label: t("proof.statement"), text: event.statement },
    { label: t("proof.leaf"), text: proof.leafHash },
  ];
  return (
    <div class="event-proof">
    <More summary={<span class="small">{t("history.proof")}</span>}>
      <dl class="origin small">
        <div>
          <dt>{t("proof.entry-index")}</dt>
          <dd>{String(event.index)}</dd>
        </div>
        {rows.map(({ label, text }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <Copyable text={text} label={t("app.copy")} copied={t("app.copied")} of={label} />
            </dd>
          </div>
        ))}
        <div>
          <dt>{t("proof.keys")}</dt>
          <dd class="code">{proof.keys.join(" ")}</dd>
        </div>
        <div>
          <dt>{t("proof.path", { count: proof.path.length })}</dt>
          <dd>
            <ol class="bytes">
              {proof.path.map((hash) => (
                <li key={hash}>{hash}</li>
              ))}
            </ol>
          </dd>
        </div>
      </dl>
    </More>
    </div>
  );
}

function Target({ event, record }: { event: HistoryEvent; record: Record }) {
  const target = record.events.find(({ statement }) => event.target !== "" && statement === event.target);
  if (target === undefined) return null;
  const key = `reason.${event.reason}`;
  return (
    <p>
      <EntryLink index={target.index}>{eventTitle(target)}</EntryLink>: {isKey(key) ? t(key) : t("reason.0")}
    </p>
  );
}

// How a step of a provenance joins the one before it, in words: the line below it is drawn the same way.
function Handover({ event, record }: { event: HistoryEvent; record: Record }) {
  const text = handoverText(event, record);
  return text === undefined ? null : <p class="soft small">{text}</p>;
}

function toneOf(event: HistoryEvent, record: Record): Tone | undefined {
  const ids = findingsAt(record.state, event.index).map(({ id }) => id);
  return ids.some((id) => id !== lateId && id !== "telemetry.gap") ? "unsure" : undefined;
}

export function EventItem(props: { event: HistoryEvent; record: Record; join: Join | undefined; isNew: boolean }) {
  const { event, record, join } = props;
  const stated = record.state.records.find(({ index }) => index === event.index);
  const tone = toneOf(event, record);
  const isTakenBack = stated?.retraction.case !== undefined;
  const withheld = event.fields.filter((field) => field.withheld).map(({ name }) => term("attribute", name));
  const look = `event${tone === undefined ? "" : ` tone-${tone}`}${isTakenBack ? " taken-back" : ""}${join === undefined ? "" : ` join-${join}`}`;
  const lines = linesOf(event, stated);
  const holder = event.about === "provenance" ? lines.find(({ name }) => name === "holder") : undefined;
  const isDealer = lines.some((line) => line.name === "dealer" && isYes(line));
  const isSaid = (name: string) => holder !== undefined && (saidElsewhere.has(name) || (name === "dealer" && isDealer));
  // When readings were taken is not public, so neither is said how long after it they were recorded.
  const isLate = event.batches.length === 0 && findingsAt(record.state, event.index).some(({ id }) => id === lateId);
  const isSelf = stated?.selfDeclared ?? event.sources.every(({ roles }) => roles.length === 0);
  return (
    <li class={look} id={`entry-${event.index}`}>
      {!isReadings(event) && <p class="event-when">{whenText(event)}</p>}
      <div class="row">
        <Title event={event} holder={holder} isDealer={isDealer} />
        {props.isNew && <Badge tone="plain">{t("since.new")}</Badge>}
        <Marks event={event} record={record} stated={stated} />
      </div>
      <Handover event={event} record={record} />
      <Target event={event} record={record} />
      <Fields lines={lines.filter(({ name }) => !isSaid(name))} />
      {withheld.length > 0 && <p class="soft small">{t("history.withheld", { names: list(withheld) })}</p>}
      <SourceLine
        sources={event.sources}
        people={record.people}
        selfDeclared={isSelf}
        after={t(isLate ? "history.recorded-late" : "history.recorded", { date: day(event.recordedMs) })}
      />
      <Proof event={event} record={record} />
    </li>
  );
}

/** Between two steps of a provenance of which one did not come directly from the other. */
export function BreakItem() {
  return (
    <li class="gap">
      <p>{t("history.break")}</p>
    </li>
  );
}

/** A silence. Within a direct join, or beside readings whose dates are not public, it only lacks dates. */
export function GapItem(props: { after: HistoryEvent; before: HistoryEvent; join: Join | undefined; record: Record }) {
  const { after, before, join, record } = props;
  const ends = { from: edgeText(after, "last"), to: edgeText(before, "first") };
  return (
    <li class="gap">
      <p>{t(join === "direct" || record.events.some(isReadings) ? "history.gap-undated" : "history.gap", ends)}</p>
    </li>
  );
}
