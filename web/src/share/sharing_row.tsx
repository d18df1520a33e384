// Shares a link to the record that names the state of the log that was checked here: whoever opens it sees what was
// recorded since, and is warned where the log does not continue that state.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
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

// The clipboard is missing here, so it is marked, ready to be copied by hand.
function ByHand({ url }: { url: string }) {
  const shown = useRef<HTMLTextAreaElement>(null);
  useEffect(() => shown.current?.focus(), []);
  return (
    <label class="stack-small">
      <span>{t("share.by-hand")}</span>
      <textarea class="share-link code" readOnly rows={5} value={url} ref={shown} onFocus={(event) => event.currentTarget.select()} />
    </label>
  );
}

/** A row of buttons with the one that shares after `before`; what became of it is said below all of them. */
export function SharingRow(props: { asset: string; head: Seen; title: string; before: ComponentChildren; children: ComponentChildren }) {
  const [state, setState] = useState<State>("ready");
  const url = linkTo(location.origin, props.asset, props.head);

  async function share() {
    if ((await offered(props.title, url)) === "shared") return;
    setState((await copyText(url)) ? "copied" : "by hand");
  }

  return (
    <div class="stack-small">
      <div class="row actions">
        {props.before}
        <Button quiet onPress={() => void share()}>
          {t("share.share")}
        </Button>
        {props.children}
      </div>
      <div role="status">
        {state === "copied" && <p>{t("share.copied")}</p>}
        {state === "by hand" && <ByHand url={url} />}
      </div>
    </div>
  );
}
