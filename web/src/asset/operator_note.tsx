// What this page cannot show about itself, and how not to depend on it.
import { Notice } from "../design/parts";
import { t } from "../i18n/messages";

export function OperatorNote() {
  return (
    <Notice tone="plain" title={t("proof.operator-title")}>
      <p>{t("proof.operator")}</p>
      <pre class="bytes" tabIndex={0}>
        {t("proof.command")}
      </pre>
      <p>
        <a href="/trust">{t("app.trust")}</a>
      </p>
    </Notice>
  );
}
