// That nothing can be told: about the network or this site, not about what was asked for.
import { Button } from "../design/parts";
import { t } from "../i18n/messages";
import { VerdictNotice } from "./verdict_notice";

export function CannotTell(props: { answered: boolean; about: "record" | "log"; onAgain: () => void }) {
  return (
    <div class="narrow">
      <VerdictNotice
        word="could not check"
        title={t(props.answered ? "unsure.service" : "unsure.network")}
        next={[t("next.network")]}
        actions={<Button onPress={props.onAgain}>{t("unsure.again")}</Button>}
      >
        <p>{t(`unsure.${props.about}`)}</p>
      </VerdictNotice>
    </div>
  );
}
