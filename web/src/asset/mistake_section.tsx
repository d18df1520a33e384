// What to do about a mistake: whom to ask, and what then happens.
import type { Record } from "../checking/messages";
import { Section } from "../design/parts";
import { t } from "../i18n/messages";
import { nameOf } from "./values";

export function MistakeSection({ record }: { record: Record }) {
  const ids = [...new Set(record.events.flatMap(({ sources }) => sources.map(({ principal }) => principal)))];
  return (
    <Section id="mistake" title={t("asset.mistake")}>
      <p>{t("mistake.lead")}</p>
      <ul class="list">
        {ids.map((id) => (
          <li key={id}>
            <bdi translate={false}>{nameOf(record.people, id)}</bdi>
          </li>
        ))}
      </ul>
      <p>{t("mistake.then")}</p>
    </Section>
  );
}
