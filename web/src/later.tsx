// A page or a part of one whose code is loaded when it is opened.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Skeleton } from "./design/parts";
import { t } from "./i18n/messages";
import { ProblemPage } from "./pages/errors";

export function Later<P extends object = object>(props: { load: () => Promise<ComponentType<P>>; with?: P }) {
  const { load } = props;
  const [loaded, setLoaded] = useState<{ page: ComponentType<P> } | "failed" | undefined>();
  useEffect(() => {
    load().then(
      (page) => setLoaded({ page }),
      () => setLoaded("failed"),
    );
  }, [load]);
  if (loaded === "failed") return <ProblemPage />;
  if (loaded === undefined) return <Skeleton lines={5} label={t("app.loading")} />;
  return <loaded.page {...((props.with ?? {}) as P)} />;
}
