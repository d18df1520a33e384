// A check that did not end in "matches": why, what to do, and nothing of what was asked for.
import type { ComponentChildren } from "preact";
import type { Verdict } from "../checking/messages";
import { Button, More } from "../design/parts";
import { t, type Key } from "../i18n/messages";
import { save } from "../save";
import { breakOf } from "../trust/seen";
import { AskedFor, type What } from "./asked_for";
import { BreakNotice } from "./break_notice";
import { ProofSteps, type About } from "./proof_steps";
import { reasonOf } from "./reasons";
import { VerdictNotice } from "./verdict_notice";
import { dashed } from "./words";

type Failed = Exclude<ReturnType<typeof dashed>, "matches">;

const nextOf: Readonly<Record<"site" | "file", Readonly<Record<Failed, readonly Key[]>>>> = {
  site: {
    "not-proven": ["next.no-purchase", "next.network", "next.ask-file"],
    "does-not-match": ["next.no-purchase", "next.evidence", "next.network", "next.ask-file"],
    "could-not-check": ["next.network", "next.ask-file"],
  },
  file: {
    "not-proven": ["next.no-purchase", "next.new-file", "next.todays"],
    "does-not-match": ["next.no-purchase", "next.new-file", "next.todays"],
    "could-not-check": ["next.new-file", "next.todays"],
  },
};

function Actions(props: { evidence: Uint8Array | undefined; onAgain: () => void; about: About; another: ComponentChildren }) {
  const { evidence, onAgain, about } = props;
  return (
    <>
      {evidence !== undefined && (
        <Button onPress={() => save("patina-evidence.patina", "application/octet-stream", evidence)}>{t("fork.save")}</Button>
      )}
      <Button quiet={evidence !== undefined} onPress={onAgain}>
        {t("unsure.again")}
      </Button>
      {about === "record" && <a href="/">{t("found.again")}</a>}
      {props.another}
    </>
  );
}

export function Unproven(props: {
  verdict: Verdict;
  atMs: number;
  about: Exclude<About, "absence">;
  what: What;
  evidence: Uint8Array | undefined; // what the site sent
  another?: ComponentChildren; // where to go from here
  onAgain: () => void;
}) {
  const { verdict, about } = props;
  const broken = breakOf(verdict);
  const kind = dashed(verdict.word);
  if (broken !== undefined) return <BreakNotice what={broken} verdict={verdict} another={props.another} />;
  if (kind === "matches") return null;
  const from = about === "file" ? "file" : "site";
  const reason = reasonOf(verdict);
  const evidence = kind === "does-not-match" ? props.evidence : undefined;
  const next = nextOf[from][kind].filter((key) => key !== "next.evidence" || evidence !== undefined);
  return (
    <div class="stack narrow">
      <VerdictNotice
        word={verdict.word}
        title={t(from === "file" ? `file.${kind}` : `status.${kind}`)}
        next={next.map((key) => t(key))}
        actions={
          from === "file" ? undefined : (
            <Actions evidence={evidence} onAgain={props.onAgain} about={about} another={props.another} />
          )
        }
      >
        {reason !== undefined && <p>{t(reason)}</p>}
        {kind === "could-not-check" && <p>{t("unsure.record")}</p>}
        <p>{t("status.nothing-shown")}</p>
      </VerdictNotice>
      <AskedFor {...props.what} />
      <More summary={t("status.how")}>
        <ProofSteps verdict={verdict} atMs={props.atMs} about={about} />
      </More>
    </div>
  );
}
