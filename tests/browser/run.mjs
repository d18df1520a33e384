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
import { commitOfAnotherDay } from "./lies.mjs";
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

const asset = (name) => readFileSync(join(options.assets, name), "utf8").trim();

async function fetched(path) {
  const response = await fetch(options.url + path, { headers: { Accept: "application/vnd.patina.bundle.v1+protobuf, text/plain" } });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

const headIn = ([, size, root]) => ({ size: BigInt(size), root: Buffer.from(root, "base64").toString("hex") });
// What a browser remembers of a log that once signed another history: a checkpoint of that size, with another root.
function seenFork(lines, size) {
  const root = Buffer.from(lines[2], "base64").map((byte) => byte ^ 0xff);
  const note = [lines[0], size, root.toString("base64"), ...lines.slice(3)].join("\n");
  return JSON.stringify({ size: String(size), root: root.toString("hex"), note, atMs: Date.now() - 86_400_000 });
}
const note = (await fetched("/checkpoint")).toString().split("\n");
// The log as it was in the middle of the demo's car: its receipt ends in the checkpoint of that time.
const receipt = readFileSync(join(options.assets, "../receipts/golf-2020.tlog-proof"), "utf8");
const earlierNote = receipt.slice(receipt.indexOf("\n\n") + 2).split("\n");
const earlier = headIn(earlierNote);
const leafAt = async (index) => {
  const answer = await fetch(`${options.url}/v1/entries/${index}`, { headers: { Accept: "application/json" } });
  return Buffer.from((await answer.json()).leaf, "base64");
};
const olderCommit = await commitOfAnotherDay(await leafAt(BigInt(note[1]) - 1n), leafAt);
const bundles = new Map();
for (const name of ["golf", "f150"]) bundles.set(name, await fetched(`/v1/assets/${asset(name)}/bundle`));
const facts = {
  asset,
  principal: (name) => readFileSync(join(options.assets, "../keys", `${name}.key.principal`), "utf8").trim(),
  origin: note[0],
  size: BigInt(note[1]),
  now: headIn(note),
  earlier,
  seenFork: (size) => ({ [`patina.seen.${note[0]}`]: seenFork(earlierNote, size) }),
  policy: (await fetched("/portal/policy")).toString(),
  olderCommit,
  bundle: (name) => bundles.get(name),
};

// Several states are gone through at once, each beside a proxy of its own; what a state changes there is its own.
const lanesMax = 2;
async function startLane() {
  const proxy = await startProxy(options.url);
  return { proxy, world: { ...facts, url: proxy.url, rules: proxy.rules } }; // rules: for what happens while a page is open
}

// A page has settled when its answer is there. One that never gets any is looked at as it waits.
function settled(page) {
  const isThere = () => document.querySelector("h1") !== null && document.querySelector(".skeleton") === null;
  return page.waitForFunction(isThere, undefined, { timeout: 2500 }).catch(() => undefined);
}

async function go(browser, { proxy, world }, state, look, name) {
  const given = (value) => (typeof value === "function" ? value(world) : value);
  proxy.rules.splice(0, proxy.rules.length, ...(given(state.rules) ?? []));
  const { page, context, faults } = await openPage(browser, proxy.url, { ...look, ...state.look }, given(state.remembered));
  const found = [];
  try {
    await state.before?.(page);
    await page.goto(proxy.url + given(state.path), { waitUntil: "load" });
    if (look.says === false) await settled(page);
    else await state.run(page, world, (what) => picture(page, options.pictures, `${name}-${what}`));
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
const lanes = await Promise.all(Array.from({ length: lanesMax }, startLane));
// The browser's camera sees a code of the first lane's address.
await film(join(scratch, "code.y4m"), `${lanes[0].proxy.url}/a/${asset("golf")}#at=${earlier.size}:${earlier.root}`);
const browser = await startBrowser(join(scratch, "code.y4m"));
const only = new RegExp(options.only);
const kinds = { axe: /: axe /, csp: /Content Security|Trusted/, elsewhere: /: a request to /, wide: / px wider /, errors: /: an error of the page/ };
const counted = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, 0]));
const count = (line) => Object.entries(kinds).forEach(([kind, pattern]) => (counted[kind] += pattern.test(line) ? 1 : 0));
let passed = 0;
let failed = 0;
const looks = (options.looks ? [...plain, ...more] : plain).filter(({ viewport }) => viewport === (options.viewport ?? viewport));
const waiting = looks.flatMap((look) => {
  const suffix = [look.viewport, look.theme, look.language].filter((part) => part !== undefined).join("-");
  const chosen = states.filter(({ name, before }) => only.test(name) && !(look.says === false && before));
  return chosen.map((state) => ({ look, state, name: `${state.name}-${suffix}` }));
});

function tell(name, found) {
  if (found.length === 0) passed += 1;
  else failed += 1;
  if (found.length === 0 && options.names) console.log(`passed ${name}`);
  for (const line of found.map((fault) => `${name}: ${fault}`)) {
    count(line);
    console.log(line);
  }
}

async function walk(lane) {
  for (;;) {
    const at = waiting.findIndex(({ state }) => lane === lanes[0] || !/scan/.test(state.name));
    if (at < 0) return;
    const [{ look, state, name }] = waiting.splice(at, 1);
    tell(name, await go(browser, lane, state, look, name));
  }
}

await Promise.all(lanes.map(walk));
await browser.close();
rmSync(scratch, { recursive: true });
lanes.forEach(({ proxy }) => proxy.stop());
console.log(`views=${passed + failed} ${Object.entries(counted).map((pair) => pair.join("=")).join(" ")}`);
console.log(`browser passed=${passed} failed=${failed}`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
