// A record on paper: what was checked, at which state of the log, and how to check it again.
import { useEffect, useState } from "preact/hooks";
import { AnswerView, SaveButton, Unanswered } from "../asset/asset_page";
import { titleOf } from "../asset/title";
import type { Answer, Checkpoint } from "../checking/messages";
import { Button } from "../design/parts";
import { t } from "../i18n/messages";
import { linkTo } from "../share/link";
import { useTitle } from "../title";
import { useAsset } from "../trust/use";
import { qrOf, type Qr } from "./qr";
import { Sheet } from "./sheet";

type RecordAnswer = Extract<Answer, { kind: "record" }>;
type Drawing = Qr | "drawing" | "none";

function useQr(text: string): Drawing {
  const [drawn, setDrawn] = useState<Drawing>("drawing");
  useEffect(() => {
    let isCurrent = true;
    qrOf(text).then(
      (qr) => isCurrent && setDrawn(qr ?? "none"),
      () => isCurrent && setDrawn("none"),
    );
    return () => {
      isCurrent = false;
    };
  }, [text]);
  return drawn;
}

function Certificate({ answer, checkpoint, atMs }: { answer: RecordAnswer; checkpoint: Checkpoint; atMs: number }) {
  const { record, verdict } = answer;
  const link = linkTo(location.origin, record.asset, checkpoint, record.certificate);
  const qr = useQr(link);
  useTitle(t("certificate.tab", { title: titleOf(record.state), number: record.certificate }));
  return (
    <div class="stack">
      <div class="on-screen stack narrow">
        <p>
          <a href={`/a/${record.asset}`}>{t("certificate.back")}</a>
        </p>
        <p class="lead">{t("certificate.lead")}</p>
        <div class="row">
          <Button disabled={qr === "drawing"} onPress={() => print()}>
            {t("certificate.print")}
          </Button>
          <SaveButton record={record} verdict={verdict} />
        </div>
      </div>
      <Sheet record={record} verdict={verdict} checkpoint={checkpoint} atMs={atMs} link={link} qr={typeof qr === "object" ? qr : undefined} />
    </div>
  );
}

export function CertificatePage({ asset }: { asset: string }) {
  const [attempt, setAttempt] = useState(0);
  const asked = useAsset(asset, attempt);
  if (asked.state !== "answered") return <Unanswered asked={asked} />;
  const { answer, atMs } = asked;
  const checkpoint = answer.kind === "record" ? answer.verdict.checkpoint : undefined;
  if (answer.kind === "record" && checkpoint !== undefined) {
    return <Certificate answer={answer} checkpoint={checkpoint} atMs={atMs} />;
  }
  return <AnswerView answer={answer} asset={asset} atMs={atMs} onAgain={() => setAttempt(attempt + 1)} />;
}
