// The page frame and the page in it.
import { Component, type ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { AssetPage } from "./asset/asset_page";
import { choices, language, remembered, speak, t } from "./i18n/messages";
import { useSignal } from "./i18n/signal";
import { Later } from "./later";
import { HomePage } from "./lookup/home_page";
import { NotFoundPage, ProblemPage } from "./pages/errors";
import { route, type Route } from "./route";
import { trust } from "./trust/policy";
import { isUntrusting, TrustNotice, Untrusting } from "./trust/trust_notice";

const later = {
  certificate: () => import("./certificate/certificate_page").then((module) => module.CertificatePage),
  file: () => import("./pages/file_page").then((module) => module.FilePage),
  log: () => import("./explorer/log_page").then((module) => module.LogPage),
  leaf: () => import("./explorer/leaf_page").then((module) => module.LeafPage),
  tile: () => import("./explorer/tile_page").then((module) => module.TilePage),
  source: () => import("./source/source_page").then((module) => module.SourcePage),
  trust: () => import("./pages/trust_page").then((module) => module.TrustPage),
  design: () => import("./pages/design_page").then((module) => module.DesignPage),
} as const;

function Mark() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" fill="var(--accent)" />
      <g fill="none" stroke="var(--on-accent)" stroke-width="2.6" stroke-linecap="round">
        <path d="M9 25V7h7a5.5 5.5 0 0 1 0 11H9" />
        <path d="M14 23.5h9" />
      </g>
    </svg>
  );
}

function NavLink(props: { to: string; here: boolean; children: ComponentChildren }) {
  return (
    <a href={props.to} aria-current={props.here ? "page" : undefined}>
      {props.children}
    </a>
  );
}

function Head({ page }: { page: Route["page"] }) {
  return (
    <header class="page-head">
      <div class="page-head-inner">
        <a class="mark" href="/">
          <Mark />
          <span translate={false}>Patina</span>
        </a>
        <nav class="page-nav" aria-label={t("app.nav")}>
          <NavLink to="/" here={page === "home"}>
            {t("app.look-up")}
          </NavLink>
          <NavLink to="/check" here={page === "check"}>
            {t("app.check-file")}
          </NavLink>
        </nav>
      </div>
    </header>
  );
}

function LanguageChoice() {
  return (
    <label class="row">
      <span>{t("app.language")}</span>
      <select class="language" value={remembered()} onChange={(event) => void speak(event.currentTarget.value)}>
        {choices().map(({ code, name }) => (
          <option value={code} lang={code.startsWith("x-") ? undefined : code} key={code}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function Foot({ page }: { page: Route["page"] }) {
  return (
    <footer class="page-foot">
      <div class="page-foot-inner">
        <p>{t("app.foot")}</p>
        <ul>
          <li>
            <NavLink to="/trust" here={page === "trust"}>
              {t("app.trust")}
            </NavLink>
          </li>
          <li>
            <NavLink to="/log" here={page === "log"}>
              {t("app.log")}
            </NavLink>
          </li>
        </ul>
        <LanguageChoice />
      </div>
    </footer>
  );
}

function Page({ at }: { at: Route }) {
  switch (at.page) {
    case "home":
      return <HomePage />;
    case "asset":
      return <AssetPage asset={at.asset} link={at.link ?? ""} key={at.asset + (at.link ?? "")} />;
    case "certificate":
      return <Later load={later.certificate} with={{ asset: at.asset }} key={`certificate-${at.asset}`} />;
    case "check":
      return <Later load={later.file} key="check" />;
    case "log":
      return <Later load={later.log} key="log" />;
    case "leaf":
      return <Later load={later.leaf} with={{ index: at.index }} key={`leaf-${at.index}`} />;
    case "tile":
      return <Later load={later.tile} with={{ level: at.level, number: at.number }} key={`tile-${at.level}-${at.number}`} />;
    case "source":
      return <Later load={later.source} with={{ principal: at.principal }} key={`source-${at.principal}`} />;
    case "trust":
      return <Later load={later.trust} key="trust" />;
    case "design":
      return <Later load={later.design} key="design" />;
    case "none":
      return <NotFoundPage />;
  }
}

// What no page caught: said plainly, with nothing of the record left standing.
class Guard extends Component<{ children: ComponentChildren }, { broken: boolean }> {
  override state = { broken: false };

  static override getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    return this.state.broken ? <ProblemPage /> : this.props.children;
  }
}

/** The whole portal. */
export function App() {
  useSignal(language);
  const now = useSignal(trust);
  const at = useSignal(route);
  const main = useRef<HTMLElement>(null);
  const shown = useRef(at);
  useEffect(() => {
    // A new page is read from its beginning; the first one is where the browser put the reader.
    if (shown.current !== at) main.current?.focus();
    shown.current = at;
  }, [at]);
  return (
    <>
      <a class="skip" href="#main">
        {t("app.skip")}
      </a>
      <Head page={at.page} />
      <main class="page-main" id="main" tabIndex={-1} ref={main}>
        <TrustNotice now={now} page={at.page} />
        <Guard key={JSON.stringify(at)}>
          {isUntrusting(now, at.page) ? <Untrusting now={now} /> : <Page at={at} />}
        </Guard>
      </main>
      <Foot page={at.page} />
    </>
  );
}
