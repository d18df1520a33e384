// Pages for what is not there and what went wrong: calm, with the next step.
import { Button } from "../design/parts";
import { t } from "../i18n/messages";
import { useTitle } from "../title";

export function NotFoundPage() {
  useTitle(t("not-found.title"));
  return (
    <div class="stack narrow">
      <h1>{t("not-found.title")}</h1>
      <p class="lead">{t("not-found.lead")}</p>
      <p>
        <a href="/">{t("not-found.next")}</a>
      </p>
    </div>
  );
}

export function ProblemPage() {
  useTitle(t("problem.title"));
  return (
    <div class="stack narrow">
      <h1>{t("problem.title")}</h1>
      <p class="lead">{t("problem.lead")}</p>
      <Button onPress={() => location.reload()}>{t("problem.again")}</Button>
    </div>
  );
}
