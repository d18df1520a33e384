// What stands above every page where the trust is not what it was, or is not there.
import { Button, Notice } from "../design/parts";
import { day } from "../i18n/dates";
import { t } from "../i18n/messages";
import type { Route } from "../route";
import { loadTrust, takeNamed, type Trust } from "./policy";

export function TrustNotice({ now, page }: { now: Trust; page: Route["page"] }) {
  if (page === "design") return null;
  if (now.state === "changed") {
    return (
      <div class="before-page">
        <Notice tone="bad" live title={t("trust.changed-title")}>
          <p>{t("trust.changed-lead", { date: day(now.sinceMs) })}</p>
          <div class="row">
            {page !== "trust" && <a href="/trust">{t("trust.compare")}</a>}
            {page === "trust" && (
              <Button quiet small onPress={takeNamed}>
                {t("trust.take")}
              </Button>
            )}
          </div>
        </Notice>
      </div>
    );
  }
  if (now.state !== "none" && now.state !== "unreachable") return null;
  const key = now.state === "none" ? "trust.none" : "trust.unreachable";
  return (
    <div class="before-page">
      <Notice tone="unknown" live title={t(`${key}-title`)}>
        <p>{t(`${key}-lead`)}</p>
        <Button quiet small onPress={() => void loadTrust()}>
          {t("unsure.again")}
        </Button>
      </Notice>
    </div>
  );
}
