// The alerts: at most three at once, or that none is recorded and what that covers.
import type { AssetState } from "@patina/proto/state_pb";
import { More, Notice } from "../design/parts";
import { t } from "../i18n/messages";
import { alertsOf, type Alert } from "./alerts";
import { EntryList } from "./entry_link";
import { hasRule } from "./mileage_words";

const shownAtOnce = 3;

function Row({ alert }: { alert: Alert }) {
  return (
    <li>
      <Notice tone={alert.tone} title={alert.title}>
        <More summary={t("alert.why")}>
          {alert.detail !== undefined && <p>{alert.detail}</p>}
          <p>
            {t("alert.rests-on")} <EntryList indexes={alert.indexes} />
          </p>
          {hasRule(alert.id) && (
            <p>
              <a href={`#rule-${alert.id}`}>{t("alert.rule")}</a>
            </p>
          )}
        </More>
      </Notice>
    </li>
  );
}

/** That none is recorded, and what that does not say. */
export function NoAlerts() {
  return (
    <Notice tone="plain" title={t("asset.no-alerts")}>
      <p>{t("asset.no-alerts-means")}</p>
    </Notice>
  );
}

export function Alerts({ state }: { state: AssetState }) {
  const alerts = alertsOf(state);
  if (alerts.length === 0) return <NoAlerts />;
  const rest = alerts.slice(shownAtOnce);
  return (
    <div class="stack-small">
      <ul class="alerts">
        {alerts.slice(0, shownAtOnce).map((alert, place) => (
          <Row alert={alert} key={place} />
        ))}
      </ul>
      {rest.length > 0 && (
        <More summary={t("asset.more-alerts", { count: rest.length })}>
          <ul class="alerts">
            {rest.map((alert, place) => (
              <Row alert={alert} key={place} />
            ))}
          </ul>
        </More>
      )}
    </div>
  );
}
