// The log and sources: their pages, and what they say of a site that lies.
import { grantedBy } from "./lies.mjs";
import { record, says, saysNot } from "./states.mjs";

const tiles = (path) => path.startsWith("/tile/");

const source = (world, name) => `/source/${world.principal(name)}`;

// A byte of every answer under that address is another.
const altered = (when, at) => ({
  when,
  change: (answer) => {
    const place = at < 0 ? answer.body.length + at : at;
    if (answer.status === 200 && place >= 0 && place < answer.body.length) answer.body[place] ^= 1;
  },
});

// What to do where it does not match; the first two only there.
const distrusts = ["Do not base a purchase on it", "patina log check", "Show the log"];

export const states = [
  {
    name: "log",
    path: "/log",
    run: async (page, world) => {
      await says(page, "The newest checkpoint", world.origin, "Commit of the index", "Matches");
      const shown = () => page.locator("#entries ul").getAttribute("aria-label");
      const newest = await shown();
      await page.getByRole("button", { name: "Older ones" }).click();
      await page.waitForFunction((before) => !document.querySelector("#entries ul")?.ariaLabel.startsWith(before), newest);
      const [first] = (await shown()).match(/\d+/g).map(Number);
      if (Number(newest.match(/\d+/)[0]) - first !== 25) throw new Error(`${await shown()} follows on ${newest}`);
    },
  },
  {
    name: "log-go-to-wrong",
    path: "/log",
    run: async (page) => {
      await says(page, "Number of an entry");
      await page.getByLabel("Number of an entry").fill("seven");
      await page.keyboard.press("Enter");
      await says(page, "Entries are numbered: type digits only.");
    },
  },
  {
    name: "log-entry-first",
    path: "/log/0",
    run: async (page) => {
      await says(page, "The beginning of the log", "4. What the log signed", "Step 9");
      await page.locator("summary", { hasText: "field by field" }).click();
      await says(page, "statement_sha256");
    },
  },
  {
    name: "log-entry-middle",
    path: () => "/log/300",
    run: async (page, world) => {
      await says(page, "Matches");
      // The last hash of the way is the root that the log signed.
      const hashes = await page.locator(".step-hash").allTextContents();
      const [, , root] = (await (await page.request.get(`${world.url}/checkpoint`)).text()).split("\n");
      if (hashes.at(-1) !== Buffer.from(root, "base64").toString("hex")) throw new Error("the way ends elsewhere");
    },
  },
  { name: "log-entry-commit", path: (world) => `/log/${world.size - 1n}`, run: (page) => says(page, "Commit of the index", "4. What the log signed") },
  { name: "log-entry-none", path: () => "/log/99999999", run: (page) => says(page, "The log has no such entry", "numbered from 0") },
  { name: "log-tile", path: () => "/log/tile/0/0", run: (page) => says(page, "256 hashes, each of an entry.", "All hashes of the tile together") },
  {
    name: "log-tile-partial",
    path: () => "/log/tile/1/0",
    run: async (page, world, picture) => {
      await says(page, "each of 256 entries", "The tile is not full yet");
      await picture("partial");
      await page.locator("#hashes").getByRole("link", { name: "0/1", exact: true }).click();
      await says(page, "Tile 0/1 of the log");
    },
  },
  { name: "log-tile-none", path: () => "/log/tile/5/0", run: (page) => says(page, "The log has no such tile") },
  {
    name: "log-followed",
    path: (world) => record(world, "golf"),
    run: async (page) => {
      await page.locator(".source a").first().click();
      await says(page, "Entries in its name", "What it may state");
      await page.locator(".leaf-lines a").first().click();
      await says(page, "3. The way to the root");
    },
  },
  {
    name: "source",
    path: (world) => source(world, "station"),
    run: (page) => says(page, "Inspector", /Granted by.*Operator of this log/, "checked: entitled to grant it", "In use", "A statement that is not public", "How often a source is contradicted"),
  },
  {
    name: "source-key-replaced",
    path: (world) => source(world, "dealer"),
    run: async (page) => {
      await says(page, "Replaced", "In use");
      const [old, current] = await page.locator("#keys .fact").all();
      const linksOf = (key) => key.locator(".source a").evaluateAll((links) => links.map((link) => link.pathname));
      const [enrolled, ended, ...more] = await linksOf(old);
      const [since, ...others] = await linksOf(current);
      // The old key ends in the entry that brings the new one.
      if (ended !== since || ended === enrolled || more.length + others.length > 0) throw new Error("the keys do not follow one another");
      const texts = await old.innerText();
      if (!/Replaced/.test(texts) || (texts.match(/\b20\d\d\b/g) ?? []).length < 2) throw new Error(`the replaced key says ${texts}`);
      await current.locator(".source a").click();
      await says(page, "A key was replaced");
    },
  },
  {
    name: "source-root",
    path: "/log/0",
    run: async (page) => {
      await page.locator("summary", { hasText: "field by field" }).click();
      await page.locator("#bytes dd a[href^='/source/']").click();
      await says(page, "Operator of this log", "It is the root of this log", "Show 20 more entries");
    },
  },
  {
    // Whoever enrols a device has to be entitled to that as well.
    name: "source-device",
    path: (world) => source(world, "twizy-box"),
    run: (page) => says(page, "Device", "No role was granted to it", "In use", "Matches"),
  },
  { name: "source-none", path: () => `/source/${"ab".repeat(32)}`, run: (page) => says(page, "No source has this number") },
  {
    name: "lie-log-leaf",
    path: () => "/log/300",
    rules: [altered((path) => path.startsWith("/tile/entries/001"), 400)],
    run: async (page) => {
      await says(page, "Does not match", "does not lead to the checkpoint", ...distrusts);
      await saysNot(page, "3. The way to the root");
    },
  },
  {
    name: "lie-log-tile",
    path: () => "/log/10",
    rules: [altered((path) => /^\/tile\/[01]\//.test(path), 5)],
    run: (page) => says(page, "Does not match", ...distrusts),
  },
  {
    name: "lie-source-list",
    path: (world) => source(world, "station"),
    rules: [{ when: (path) => path.startsWith("/v1/index/"), change: (answer) => (answer.body = Buffer.from(dropped(answer.body.toString()))) }],
    run: async (page) => {
      await says(page, /does not match|could not check/i);
      await saysNot(page, "Entries in its name");
    },
  },
  {
    // Another one than the root is said to have granted the role: that is not what the root signed.
    name: "lie-source-granter",
    path: (world) => source(world, "station"),
    rules: (world) => [{ when: isHistoryOf(world, "station"), change: (answer) => (answer.body = grantedBy(answer.body, world.principal("registry"))) }],
    run: async (page) => {
      await says(page, "Does not match", ...distrusts);
      await saysNot(page, "Granted by", "entitled to grant it");
    },
  },
  {
    // Who signed in the history of the one who granted is not shown.
    name: "lie-source-granter-silent",
    path: (world) => source(world, "station"),
    rules: (world) => [
      { when: (path) => path.startsWith("/v1/principals/") && !isHistoryOf(world, "station")(path), change: (answer) => (answer.body = Buffer.alloc(0)) },
    ],
    run: async (page) => {
      await says(page, "Could not check", "Show the log");
      await saysNot(page, "Granted by", "entitled to grant it", ...distrusts.slice(0, 2));
    },
  },
  {
    name: "log-unreachable",
    path: "/log",
    rules: [{ when: tiles, gone: true }],
    run: (page) => says(page, "Could not check", "This site did not answer", "about the log, neither good nor bad"),
  },
  {
    name: "log-forked-page",
    path: "/log",
    remembered: (world) => world.seenFork(world.size - 5n),
    run: (page) => says(page, "two histories that exclude each other", "Save the evidence"),
  },
];

const isHistoryOf = (world, name) => (path) => path === `/v1/principals/${world.principal(name)}`;

// A line of the answer is gone: what the proof was about.
function dropped(text) {
  const lines = text.split("\n");
  const extra = lines.findIndex((line) => line.startsWith("extra "));
  const bytes = Buffer.from(lines[extra].slice("extra ".length), "base64");
  bytes[bytes.length - 5] ^= 1;
  lines[extra] = `extra ${bytes.toString("base64")}`;
  return lines.join("\n");
}
