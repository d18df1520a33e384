// The third level: every entry, newest first, with source and standing; silence drawn as heavily as an entry.
import { useState } from "preact/hooks";
import type { Record } from "../checking/messages";
import { Empty, Section } from "../design/parts";
import { duration } from "../i18n/dates";
import { t } from "../i18n/messages";
import { useNamedEntry } from "./entry_link";
import { BreakItem, EventItem, GapItem } from "./event_item";
import { itemsOf, kindOf, longestGap, placedOf, type Kind } from "./history";
import { drawnOf, type Drawn } from "./joins";

const order: readonly Kind[] = ["records", "numbers", "changes", "corrections", "devices"];

function Filters(props: { kinds: readonly Kind[]; chosen: Kind | undefined; onChoose: (kind: Kind | undefined) => void }) {
  return (
    <div class="filters" role="group" aria-label={t("history.filter")}>
      {[undefined, ...props.kinds].map((kind) => (
        <button
          type="button"
          class="filter"
          aria-pressed={props.chosen === kind}
          onClick={() => props.onChoose(kind)}
          key={kind ?? "all"}
        >
          {kind === undefined ? t("history.all") : t(`history.kind.${kind}`)}
        </button>
      ))}
    </div>
  );
}

function keyOf(item: Drawn): string {
  if (item.kind === "gap") return `gap-${item.after.index}`;
  return item.kind === "break" ? `break-${item.after}` : String(item.event.index);
}

function TimelineItem({ item, record, since }: { item: Drawn; record: Record; since: bigint | undefined }) {
  if (item.kind === "gap") return <GapItem after={item.after} before={item.before} join={item.join} record={record} />;
  if (item.kind === "break") return <BreakItem />;
  const isNew = since !== undefined && item.event.index >= since;
  return <EventItem event={item.event} record={record} join={item.join} isNew={isNew} />;
}

export function TimelineSection({ record, since }: { record: Record; since?: bigint | undefined }) {
  const [chosen, setChosen] = useState<Kind | undefined>(undefined);
  const all = placedOf(record);
  const present = order.filter((kind) => all.some(({ event }) => kindOf(event) === kind));
  const shown = chosen === undefined ? all : all.filter(({ event }) => kindOf(event) === chosen);
  useNamedEntry((index) => {
    if (shown.every(({ event }) => event.index !== index)) setChosen(undefined);
  });
  const sources = new Set(record.events.flatMap((event) => event.sources.map(({ principal }) => principal)));
  return (
    <Section id="history" title={t("asset.history")}>
      <p>
        {t("history.coverage", {
          count: Number(record.state.entries),
          sources: t("status.sources", { count: sources.size }),
          gap: duration(longestGap(all)),
        })}
      </p>
      {present.length > 1 && <Filters kinds={present} chosen={chosen} onChoose={setChosen} />}
      {shown.length === 0 && <Empty title={t("history.none")} />}
      <ol class="timeline">
        {drawnOf(itemsOf(shown), record).map((item) => (
          <TimelineItem item={item} record={record} since={since} key={keyOf(item)} />
        ))}
      </ol>
    </Section>
  );
}
