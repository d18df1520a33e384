// Which page an address is. Addresses hold record numbers, which say nothing about a thing; never what was typed.
import { signalOf } from "./i18n/signal";
import { assetIn } from "./lookup/understand";
import { namesState } from "./share/link";

export type Route =
  | { readonly page: "home" }
  | { readonly page: "asset"; readonly asset: string; readonly link?: string }
  | { readonly page: "certificate"; readonly asset: string }
  | { readonly page: "check" }
  | { readonly page: "trust" }
  | { readonly page: "design" }
  | { readonly page: "log" }
  | { readonly page: "leaf"; readonly index: string }
  | { readonly page: "tile"; readonly level: string; readonly number: string }
  | { readonly page: "source"; readonly principal: string }
  | { readonly page: "none" };

// Places of the log. Numbers are in their shortest form, so each place has one address.
function logRoute(path: string): Route | undefined {
  const leaf = /^\/log\/(0|[1-9]\d{0,17})$/.exec(path);
  if (leaf !== null) return { page: "leaf", index: leaf[1] as string };
  const tile = /^\/log\/tile\/([0-7])\/(0|[1-9]\d{0,15})$/.exec(path);
  if (tile !== null) return { page: "tile", level: tile[1] as string, number: tile[2] as string };
  const source = /^\/source\/([0-9a-f]{64})$/.exec(path);
  return source === null ? undefined : { page: "source", principal: source[1] as string };
}

// What a link names behind the # belongs to its page; other places within a page do not.
function assetRoute(typed: string, rest: string, hash: string): Route {
  const asset = assetIn(typed);
  if (asset === undefined) return { page: "none" };
  if (rest !== "") return { page: "certificate", asset };
  return namesState(hash) ? { page: "asset", asset, link: hash } : { page: "asset", asset };
}

export function routeOf(path: string, hash = ""): Route {
  const asset = /^\/a\/([0-9A-Za-z*~$=-]{27,40})(\/certificate)?$/.exec(path);
  if (asset !== null) return assetRoute(asset[1] as string, asset[2] ?? "", hash);
  switch (path) {
    case "/":
      return { page: "home" };
    case "/check":
      return { page: "check" };
    case "/trust":
      return { page: "trust" };
    case "/design":
      return { page: "design" };
    case "/log":
      return { page: "log" };
    default:
      return logRoute(path) ?? { page: "none" };
  }
}

export const route = signalOf<Route>(routeOf(location.pathname, location.hash));

/** Goes to a page of the portal. */
export function go(path: string): void {
  history.pushState({}, "", path);
  route.value = routeOf(location.pathname, location.hash);
  scrollTo(0, 0);
}

// Where the address names only another place within the page, the page stays what it was.
function routeNow(): Route {
  const now = routeOf(location.pathname, location.hash);
  const before = route.value;
  const isPlace = now.page === "asset" && location.hash !== "" && now.link === undefined;
  return isPlace && before.page === "asset" && before.asset === now.asset ? before : now;
}

// Links inside of the portal are followed without loading it again.
function follow(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const link = (event.target as Element | null)?.closest?.("a[href]");
  if (!(link instanceof HTMLAnchorElement) || link.origin !== location.origin) return;
  if (link.hasAttribute("download") || link.hash !== "" || routeOf(link.pathname).page === "none") return;
  event.preventDefault();
  go(link.pathname);
}

export function startRouting(): void {
  addEventListener("popstate", () => {
    const now = routeNow();
    if (JSON.stringify(now) !== JSON.stringify(route.value)) route.value = now;
  });
  addEventListener("click", follow);
}
