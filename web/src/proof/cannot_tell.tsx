// That nothing can be told: about the network or this site, not about what was asked for.
import type { ComponentChildren } from "preact";
import { Button } from "../design/parts";
import { t } from "../i18n/messages";
import { VerdictNotice } from "./verdict_notice";

export function CannotTell(props: {
  answered: boolean;
  about: "record" | "lookup" | "log";
  another?: ComponentChildren; // where to go from here
  onAgain: () => void;
}) {
  return (
    <div class="narrow">
      <VerdictNotice
        word="could not check"
        title={t(props.answered ? "unsure.service" : "unsure.network")}
        next={[t("next.network")]}
        actions={
          <>
            <Button onPress={props.onAgain}>{t("unsure.again")}</Button>
            {props.about === "record" && <a href="/">{t("found.again")}</a>}
            {props.another}
          </>
        }
      >
        <p>{t(props.about === "log" ? "unsure.log" : "unsure.record")}</p>
      </VerdictNotice>
    </div>
  );
}
