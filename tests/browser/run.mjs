// Goes through every page and state of the portal, in a phone and a desktop viewport, on a real server with the demo's
// records, and says what is wrong. The last line is "browser passed=N failed=N".
// usage: node tests/browser/run.mjs [--url <server>] [--assets <folder of the demo's asset ids>]
//          [--only <expression on names>] [--viewport <phone or desktop>] [--pictures <folder>] [--looks]
//          [--names]
// Server and folder are else those of tests/browser/with_demo. --looks: also in the dark theme, in German, in the lengthening and in the right-to-left pseudo-locale (pictures, axe).
// --names: the name of each that passed, too.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { inspect, openPage, picture, startBrowser } from "./harness.mjs";
import { startProxy } from "./proxy.mjs";
import { states as pages } from "./states.mjs";
import { states as log } from "./states_log.mjs";
import { states as papers } from "./states_paper.mjs";
import { states as troubles } from "./states_trouble.mjs";
import { film } from "./video.mjs";

const states = [...pages, ...papers, ...log, ...troubles];

const { values: options } = parseArgs({
  options: {
    url: { type: "string", default: process.env.PATINA_URL },
    assets: { type: "string", default: process.env.PATINA_DEMO && join(process.env.PATINA_DEMO, "assets") },
    viewport: { type: "string" },
    only: { type: "string", default: "" },
    pictures: { type: "string" },
    looks: { type: "boolean", default: false },
    names: { type: "boolean", default: false },
  },
});
if (options.url === undefined || options.assets === undefined) {
  console.error("usage: tests/browser/with_demo node tests/browser/run.mjs [--only <name>] [--viewport <phone or desktop>] [--pictures <folder>] [--looks]");
  process.exit(2);
}

const proxy = await startProxy(options.url);
const asset = (name) => readFileSync(join(options.assets, name), "utf8").trim();

async function fetched(path) {
  const response = await fetch(options.url + path, { headers: { Accept: "application/vnd.patina.bundle.v1+protobuf, text/plain" } });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

const headIn = ([, size, root]) => ({ size: BigInt(size), root: Buffer.from(root, "base64").toString("hex") });
const note = (await fetched("/checkpoint")).toString().split("\n");
// The log as it was in the middle of the demo's car: its receipt ends in the checkpoint of that time.
const receipt = readFileSync(join(options.assets, "../receipts/golf-2020.tlog-proof"), "utf8");
const earlier = headIn(receipt.slice(receipt.indexOf("\n\n") + 2).split("\n"));
const bundles = new Map();
for (const name of ["golf", "f150"]) bundles.set(name, await fetched(`/v1/assets/${asset(name)}/bundle`));
const world = {
  url: proxy.url,
  asset,
  principal: (name) => readFileSync(join(options.assets, "../keys", `${name}.key.principal`), "utf8").trim(),
  origin: note[0],
  size: BigInt(note[1]),
  now: headIn(note),
  earlier,
  policy: (await fetched("/portal/policy")).toString(),
  bundle: (name) => bundles.get(name),
  rules: proxy.rules, // for what happens while a page is open
};

const given = (value) => (typeof value === "function" ? value(world) : value);

async function go(browser, state, look, name) {
  proxy.rules.splice(0, proxy.rules.length, ...(given(state.rules) ?? []));
  const { page, context, faults } = await openPage(browser, proxy.url, { ...look, ...state.look }, given(state.remembered));
  const found = [];
  try {
    await state.before?.(page);
    await page.goto(proxy.url + given(state.path), { waitUntil: "load" });
    if (look.says === false) await page.waitForTimeout(2500);
    else await state.run(page, world);
    if (state.look?.javaScript !== false) found.push(...(await inspect(page)));
  } catch (error) {
    found.push(error.message.split("\n")[0]);
  }
  await picture(page, options.pictures, name).catch((error) => found.push(error.message));
  await context.close();
  return [...found, ...faults];
}

const plain = [{ viewport: "phone" }, { viewport: "desktop" }];
const more = [
  { viewport: "phone", theme: "dark" },
  { viewport: "desktop", theme: "dark" },
  { viewport: "phone", language: "x-long", says: false },
  { viewport: "phone", language: "x-rtl", says: false },
  { viewport: "desktop", language: "x-long", says: false },
  { viewport: "desktop", language: "de", locale: "de-DE", says: false },
];
const scratch = mkdtempSync(join(tmpdir(), "patina-film."));
await film(join(scratch, "code.y4m"), `${proxy.url}/a/${asset("golf")}#at=${earlier.size}:${earlier.root}`);
const browser = await startBrowser(join(scratch, "code.y4m"));
const only = new RegExp(options.only);
const kinds = { axe: /: axe /, csp: /Content Security|Trusted/, elsewhere: /: a request to /, wide: / px wider /, errors: /: an error of the page/ };
const counted = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, 0]));
const count = (line) => Object.entries(kinds).forEach(([kind, pattern]) => (counted[kind] += pattern.test(line) ? 1 : 0));
let passed = 0;
let failed = 0;
const looks = (options.looks ? [...plain, ...more] : plain).filter(({ viewport }) => viewport === (options.viewport ?? viewport));
for (const look of looks) {
  const suffix = [look.viewport, look.theme, look.language].filter((part) => part !== undefined).join("-");
  for (const state of states.filter(({ name, before }) => only.test(name) && !(look.says === false && before))) {
    const name = `${state.name}-${suffix}`;
    const found = await go(browser, state, look, name);
    if (found.length === 0) passed += 1;
    else failed += 1;
    if (found.length === 0 && options.names) console.log(`passed ${name}`);
    for (const line of found.map((fault) => `${name}: ${fault}`)) {
      count(line);
      console.log(line);
    }
  }
}
await browser.close();
rmSync(scratch, { recursive: true });
proxy.stop();
console.log(`views=${passed + failed} ${Object.entries(counted).map((pair) => pair.join("=")).join(" ")}`);
console.log(`browser passed=${passed} failed=${failed}`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
