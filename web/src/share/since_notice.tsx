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

function isOther({ certificate }: Linked, pinned: Pinned): boolean {
  return certificate !== undefined && certificate !== pinned.certificate;
}

/** The code of a certificate names a number that no certificate of this record has: a paper with it shows nothing. */
export function OtherCertificate({ linked, pinned }: { linked: Linked; pinned: Pinned }) {
  if (!isOther(linked, pinned)) return null;
  return (
    <Notice tone="bad" live title={t("since.number-title")}>
      <p>{t("since.number-lead", { number: grouped(pinned.certificate) })}</p>
    </Notice>
  );
}

export function SinceNotice({ record, linked, pinned }: { record: Record; linked: Linked; pinned: Pinned }) {
  const events = eventsSince(record, pinned);
  const what = linked.certificate === undefined || isOther(linked, pinned) ? "link" : "certificate";
  const values = { count: events.length, size: integer(pinned.head.size) };
  return (
    <Notice tone="plain" title={t(events.length === 0 ? `since.${what}-none` : `since.${what}-title`, values)}>
      <Since events={events} />
      {what === "certificate" && <p>{t("since.compare", { number: grouped(pinned.certificate) })}</p>}
      {!isOther(linked, pinned) && <p class="small">{t("since.continues", values)}</p>}
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
