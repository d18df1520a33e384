// What to do about a mistake: whom to ask, and what then happens.
import type { Record } from "../checking/messages";
import { Section } from "../design/parts";
import { t } from "../i18n/messages";
import { nameOf } from "./values";

// A device answers nobody; who fitted it does, and signed that too.
function asked({ events, people }: Record): string[] {
  const devices = new Set(people.filter(({ fittedBy }) => fittedBy !== undefined).map(({ id }) => id));
  const ids = events.flatMap(({ sources }) => sources.map(({ principal }) => principal));
  return [...new Set(ids)].filter((id) => !devices.has(id));
}

export function MistakeSection({ record }: { record: Record }) {
  return (
    <Section id="mistake" title={t("asset.mistake")}>
      <p>{t("mistake.lead")}</p>
      <ul class="list">
        {asked(record).map((id) => (
          <li key={id}>
            <a href={`/source/${id}`}>
              <bdi translate={false}>{nameOf(record.people, id)}</bdi>
            </a>
          </li>
        ))}
      </ul>
      <p>{t("mistake.then")}</p>
    </Section>
  );
}
