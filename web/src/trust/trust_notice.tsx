// What stands above every page where the trust is not what it was, or in its place where there is none.
import { Button, Notice } from "../design/parts";
import { day } from "../i18n/dates";
import { t } from "../i18n/messages";
import { VerdictNotice } from "../proof/verdict_notice";
import type { Route } from "../route";
import { loadTrust, type Trust } from "./policy";

export function TrustNotice({ now, page }: { now: Trust; page: Route["page"] }) {
  if (now.state !== "changed" || page === "design") return null;
  return (
    <div class="before-page">
      <Notice tone="bad" live title={t("trust.changed-title")}>
        <p>{t("trust.changed-lead", { date: day(now.sinceMs) })}</p>
        {page !== "trust" && (
          <p>
            <a href="/trust">{t("trust.compare")}</a>
          </p>
        )}
      </Notice>
    </div>
  );
}

/** Whether a page has nothing to show because it is not known whom to trust. */
export function isUntrusting(now: Trust, page: Route["page"]): now is Extract<Trust, { state: "none" | "unreachable" }> {
  return (now.state === "none" || now.state === "unreachable") && page !== "design" && page !== "none";
}

export function Untrusting({ now }: { now: Extract<Trust, { state: "none" | "unreachable" }> }) {
  return (
    <div class="narrow">
      <VerdictNotice
        word="could not check"
        title={t(`trust.${now.state}-title`)}
        actions={<Button onPress={() => void loadTrust()}>{t("unsure.again")}</Button>}
      >
        <p>{t(`trust.${now.state}-lead`)}</p>
      </VerdictNotice>
    </div>
  );
}
