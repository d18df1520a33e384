// The words of this page that readers may not know.
import { More, Section } from "../design/parts";
import { t } from "../i18n/messages";

const words = ["record", "entry", "source", "standing", "self-declared", "checkpoint", "index", "correction", "finding"] as const;

export function GlossarySection() {
  return (
    <Section id="glossary" title={t("glossary.title")}>
      <div class="glossary">
        {words.map((word) => (
          <More summary={t(`glossary.${word}`)} key={word}>
            <p>{t(`glossary.${word}-means`)}</p>
          </More>
        ))}
      </div>
    </Section>
  );
}
