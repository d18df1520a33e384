// Commands that do outside of this page what it does.
import { Copyable } from "../design/parts";
import { t } from "../i18n/messages";

/** Checks the file of a record. */
export const verifyCommand = "patina bundle verify record.patina --policy policy";

export function Command({ text, of }: { text: string; of: string }) {
  const words = text.split(" ").flatMap((word, place) => [
    place === 0 ? "" : " ",
    <span class="word" key={place}>
      {word}
    </span>,
  ]);
  return (
    <div class="command">
      <Copyable text={text} shown={words} label={t("app.copy")} copied={t("app.copied")} of={of} />
    </div>
  );
}
