// What a link or a certificate named, and what was recorded since.
import { eventTitle, whenText } from "../asset/event_text";
import type { HistoryEvent, Pinned, Record } from "../checking/messages";
import { Notice } from "../design/parts";
import { t } from "../i18n/messages";
import { integer } from "../i18n/quantities";
import { grouped, type Linked } from "./link";

/** Entries that the log did not have yet, in log order. */
function eventsSince({ events }: Record, pinned: Pinned | undefined): HistoryEvent[] {
  return pinned === undefined ? [] : events.filter(({ index }) => index >= pinned.head.size);
}

function Since({ events }: { events: readonly HistoryEvent[] }) {
  return (
    <ul class="list stack-small">
      {events.map((event) => (
        <li key={String(event.index)}>
          <a href={`#entry-${event.index}`}>{eventTitle(event)}</a> <span class="soft">{whenText(event)}</span>
        </li>
      ))}
    </ul>
  );
}

function Certificate({ linked, pinned }: { linked: Linked; pinned: Pinned }) {
  if (linked.certificate === undefined) return null;
  if (linked.certificate !== pinned.certificate) {
    return (
      <Notice tone="bad" live title={t("since.number-title")}>
        <p>{t("since.number-lead", { number: grouped(pinned.certificate) })}</p>
      </Notice>
    );
  }
  return <p>{t("since.compare", { number: grouped(pinned.certificate) })}</p>;
}

export function SinceNotice({ record, linked, pinned }: { record: Record; linked: Linked; pinned: Pinned }) {
  const events = eventsSince(record, pinned);
  const what = linked.certificate === undefined ? "link" : "certificate";
  const values = { count: events.length, size: integer(pinned.head.size) };
  return (
    <Notice tone={events.length > 0 ? "unsure" : "plain"} title={t(events.length === 0 ? `since.${what}-none` : `since.${what}-title`, values)}>
      <Since events={events} />
      <Certificate linked={linked} pinned={pinned} />
      <p class="small">{t("since.continues", values)}</p>
    </Notice>
  );
}

/** The link was cut off or altered: today's record is shown, and that nothing is said about the day of the link. */
export function UnreadableLink() {
  return (
    <Notice tone="unsure" title={t("since.unreadable-title")}>
      <p>{t("since.unreadable-lead")}</p>
    </Notice>
  );
}
