// What this page cannot show about itself, and how not to depend on it.
import { Notice } from "../design/parts";
import { t } from "../i18n/messages";
import { Command, verifyCommand } from "../proof/command";

export function OperatorNote() {
  return (
    <Notice tone="plain" title={t("proof.operator-title")}>
      <p>{t("proof.operator")}</p>
      <Command text={verifyCommand} of={t("proof.command")} />
      <p>
        <a href="/trust">{t("app.trust")}</a>
      </p>
    </Notice>
  );
}
