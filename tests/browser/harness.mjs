// A browser for the tests: Debian's Chromium through playwright-core, with axe-core, and an eye on what must never
// happen: requests to elsewhere, reports of the content security policy, errors of the page.
import { createRequire } from "node:module";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const require = createRequire(new URL("../../web/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

export const viewports = { phone: { width: 360, height: 640 }, desktop: { width: 1280, height: 800 } };

/** Its camera shows a film, where one is given. */
export async function startBrowser(film) {
  const camera = film === undefined ? [] : ["--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${film}`];
  return chromium.launch({
    executablePath: process.env.PATINA_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage", ...camera],
  });
}

/** Whether an address holds what may be a VIN. The log's own ids and hashes are none, whatever digits they have. */
function holdsNumber({ pathname, search }) {
  const rest = decodeURIComponent(pathname + search).replace(/\/a\/[^/?]*|\/assets\/[^/?]*|[0-9a-f]{64}/g, "");
  return /[A-HJ-NPR-Z0-9]{17}(?![A-Z0-9*~$=])/.test(rest);
}

function watch(page, origin, faults) {
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin !== origin && url.protocol !== "blob:" && url.protocol !== "data:") {
      faults.push(`a request to ${url.origin}`);
    }
    if (holdsNumber(url)) {
      faults.push(`a number in an address: ${url.pathname}${url.search}`);
    }
  });
  page.on("pageerror", (error) => faults.push(`an error of the page: ${error.message}`));
  page.on("console", (message) => {
    if (/Content Security Policy|TrustedScript|Trusted Type/i.test(message.text())) faults.push(message.text());
  });
}

/** A page of its own context. `look` is { viewport, theme, language, locale, javaScript, offline }. */
export async function openPage(browser, base, look, remembered = {}) {
  const context = await browser.newContext({
    viewport: viewports[look.viewport ?? "desktop"],
    colorScheme: look.theme ?? "light",
    locale: look.locale ?? "en-GB",
    timezoneId: "UTC",
    reducedMotion: "reduce",
    javaScriptEnabled: look.javaScript ?? true,
  });
  const stored = { ...remembered, ...(look.language === undefined ? {} : { "patina.language": look.language }) };
  await context.addInitScript((items) => {
    for (const [key, value] of Object.entries(items)) if (localStorage.getItem(key) === null) localStorage.setItem(key, value);
  }, stored);
  const page = await context.newPage();
  const faults = [];
  watch(page, new URL(base).origin, faults);
  return { page, context, faults };
}

async function violations(page) {
  await page.evaluate(axeSource);
  const found = await page.evaluate((wanted) => globalThis.axe.run(document, { runOnly: { type: "tag", values: wanted } }), tags);
  return found.violations.map(({ id, nodes }) => `axe ${id}: ${nodes.map(({ target }) => target.join(" ")).slice(0, 3).join(", ")}`);
}

// What is compared or copied sign by sign: a hash or a command whose signs were put in another order would be wrong.
async function turned(page) {
  const texts = await page.evaluate(() =>
    [...document.querySelectorAll("code, .code, .bytes, pre")]
      .filter((element) => getComputedStyle(element).direction !== "ltr")
      .map((element) => element.textContent.trim().slice(0, 20)),
  );
  return texts.map((text) => `code from right to left: ${text}`);
}

/** Axe, whether the page is wider than its window, and whether code runs from left to right in every language. */
export async function inspect(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  return [...(await violations(page)), ...(wide > 0 ? [`${wide} px wider than the window`] : []), ...(await turned(page))];
}

/** Pictures of a state, where a folder is given: what is first seen, and all of it. */
export async function picture(page, folder, name) {
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.screenshot({ path: join(folder, `${name}-whole.png`), fullPage: true });
}
