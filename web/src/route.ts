// Which page an address is. Addresses hold record numbers, which say nothing about a thing; never what was typed.
import { signalOf } from "./i18n/signal";

export type Route =
  | { readonly page: "home" }
  | { readonly page: "asset"; readonly asset: string }
  | { readonly page: "check" }
  | { readonly page: "trust" }
  | { readonly page: "design" }
  | { readonly page: "none" };

export function routeOf(path: string): Route {
  const asset = /^\/a\/([0-9A-Za-z*~$=-]{27,40})$/.exec(path);
  if (asset !== null) return { page: "asset", asset: (asset[1] as string).replaceAll("-", "").toUpperCase() };
  switch (path) {
    case "/":
      return { page: "home" };
    case "/check":
      return { page: "check" };
    case "/trust":
      return { page: "trust" };
    case "/design":
      return { page: "design" };
    default:
      return { page: "none" };
  }
}

export const route = signalOf<Route>(routeOf(location.pathname));

/** Goes to a page of the portal. */
export function go(path: string): void {
  history.pushState({}, "", path);
  route.value = routeOf(path);
  scrollTo(0, 0);
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
    // Also for places within a page, which are no other page.
    const now = routeOf(location.pathname);
    if (JSON.stringify(now) !== JSON.stringify(route.value)) route.value = now;
  });
  addEventListener("click", follow);
}
