// Shares a link to the record that names the state of the log that was checked here: whoever opens it sees what was
// recorded since, and is warned where the log does not continue that state.
import { useState } from "preact/hooks";
import type { Seen } from "../checking/messages";
import { copyText } from "../copy";
import { Button } from "../design/parts";
import { t } from "../i18n/messages";
import { linkTo } from "./link";

type State = "ready" | "copied" | "by hand";

async function offered(title: string, url: string): Promise<"shared" | "copy"> {
  if (typeof navigator.share !== "function") return "copy";
  try {
    await navigator.share({ title, url });
    return "shared";
  } catch (error) {
    // Who closes the dialog wants nothing else instead.
    return error instanceof DOMException && error.name === "AbortError" ? "shared" : "copy";
  }
}

export function ShareButton({ asset, head, title }: { asset: string; head: Seen; title: string }) {
  const [state, setState] = useState<State>("ready");
  const url = linkTo(location.origin, asset, head);

  async function share() {
    if ((await offered(title, url)) === "shared") return;
    setState((await copyText(url)) ? "copied" : "by hand");
  }

  return (
    <>
      <Button quiet onPress={() => void share()}>
        {t("share.share")}
      </Button>
      <div class="share-said" role="status">
        {state === "copied" && <p>{t("share.copied")}</p>}
        {state === "by hand" && (
          <label class="stack-small">
            <span>{t("share.by-hand")}</span>
            <textarea class="share-link code" readOnly rows={3} value={url} onFocus={(event) => event.currentTarget.select()} />
          </label>
        )}
      </div>
    </>
  );
}
