// Every page and state of the portal, and what it has to say. `world` is what run.mjs calls facts, and the proxy's
// address and rules.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { alterByte, claimNothing, dropEntry, oldIndexRoot } from "./lies.mjs";

const vin = "3VW217AU3FM090764";
const bundlePath = (path) => /\/v1\/assets\/.*\/bundle/.test(path);

export async function look(page, text) {
  await page.locator("input[type=text]").first().fill(text);
  await page.keyboard.press("Enter");
}

export async function says(page, ...texts) {
  for (const text of texts) await page.getByText(text).first().waitFor({ timeout: 15_000 });
}

export async function saysNot(page, ...texts) {
  for (const text of texts) {
    if ((await page.getByText(text).count()) > 0) throw new Error(`the page says ${text}`);
  }
}

// What the page of a record says of that thing alone.
const recordsSay = {
  golf: ["Ask about the mileage (a reading is lower than before)"],
  f150: ["no reading for more than two years"],
  "bmw-x3": ["Corrected"],
  twizy: ["Later readings are not public.", "Recorded, but not public. Ask whoever has the thing to show it to you."],
  "cliffs-near-dieppe": ["No entry is dated between June 1936 and January 1973", "Sam Salz, Inc. (dealer)", "Accession number, Carnegie Museum of Art"],
  "steinway-piano": [
    "Steinway & Sons piano",
    "Ask for the trade papers (protected material: key coverings, African elephant)",
    "Serial number, Steinway and Sons",
  ],
  "subaru-wagon": ["Taken back"],
};

// The Worker has what it needs to check without a network.
async function rulesLoaded(page) {
  const worker = page.workers()[0] ?? (await page.waitForEvent("worker"));
  const areThere = () => performance.getEntriesByType("resource").some(({ name }) => name.endsWith(".wasm"));
  await worker.evaluate(`new Promise((done) => { const look = () => ((${areThere})() ? done() : setTimeout(look, 20)); look(); })`);
}

export const record = (world, name) => `/a/${world.asset(name)}`;
export const lying = (change) => ({ when: bundlePath, change: (answer) => (answer.body = change(answer.body)) });

export const states = [
  { name: "home", path: "/", run: (page) => says(page, "What is recorded about") },
  {
    name: "home-empty",
    path: "/",
    run: async (page) => {
      await look(page, "");
      await says(page, "There is a problem", "Type a number first");
      await page.waitForFunction(() => document.title.startsWith("Error:") && document.activeElement.matches(".error-summary"));
      await page.locator(".error-summary a").click();
      await page.waitForFunction(() => document.activeElement.matches("input[type=text]"));
    },
  },
  {
    name: "hint-letters",
    path: "/",
    run: async (page) => {
      await page.locator("input").fill("3VW2I7AU3FMO90764");
      await says(page, "Did you mean 3VW217AU3FM090764?");
    },
  },
  {
    name: "hint-length",
    path: "/",
    run: async (page) => {
      await page.locator("input").fill("3VW217AU3FM09076");
      await says(page, "A VIN has 17 characters; this has 16.");
    },
  },
  {
    name: "hint-foreign",
    path: "/",
    run: async (page) => {
      await page.locator("input").fill("https://elsewhere.example/a/1");
      await says(page, "leads to another site: elsewhere.example");
    },
  },
  {
    name: "choose-kind",
    path: "/",
    run: async (page) => {
      await look(page, "DEMO-50-004711");
      await page.getByRole("button", { name: "Look up" }).click();
      await says(page, "There is a problem", "Choose what kind of number it is");
      await page.getByLabel("Engine number").check();
      await saysNot(page, "There is a problem");
      await says(page, "Maker");
      await page.getByRole("button", { name: "Look up" }).click();
      await page.locator(".error-summary").getByRole("link", { name: "Say which one" }).click();
      await page.waitForFunction(() => document.activeElement.id === "scope");
    },
  },
  {
    name: "several",
    path: "/",
    run: async (page) => {
      await look(page, "DEMO-50-004711");
      await page.getByLabel("Engine number").check();
      await page.getByLabel("Maker", { exact: true }).fill("Ford");
      await page.getByRole("button", { name: "Look up" }).click();
      await says(page, "2 records hold or held this number", "Engine number, Ford");
      await says(page.locator(".cards > li").nth(0), "has this number now");
      await says(page.locator(".cards > li").nth(1), "had this number until");
    },
  },
  {
    name: "absent",
    path: "/",
    run: async (page) => {
      await look(page, "3VW217AU3FM090763");
      await says(page, "Nothing is recorded here under this number", "What that does not mean");
      await page.getByText("How this was checked").click();
      await says(page, "The index has no entry under this number");
      await saysNot(page, "Every entry is in the log");
    },
  },
  {
    name: "found",
    path: "/",
    run: async (page) => {
      await look(page, "3vw217au3 fm090764");
      await says(page, "Volkswagen Golf", "Matches", "Ask about the mileage");
      if (page.url().includes(vin)) throw new Error("the number stands in the address");
    },
  },
  ...Object.entries(recordsSay).map(([name, texts]) => ({
    name: `record-${name}`,
    path: (world) => record(world, name),
    run: async (page) => {
      await says(page, "Matches", "Facts and their sources", "Every entry is in the log, unchanged, and signed");
      await says(page, /^Checked in this browser at \d/, ...texts);
      await saysNot(page, /-of-art\b|-and-sons\b|cites-appendix/);
      await saysNot(page.locator("#facts dl"), "What was measured");
      const cut = await page.locator(".table-scroll").evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1).length);
      if (cut > 0) throw new Error(`${cut} tables are cut at their edge`);
    },
  })),
  {
    name: "record-engine",
    path: (world) => record(world, "f150"),
    run: async (page, world) => {
      await page.locator(`#history a[href="/a/${world.asset("f150-engine-2")}"]`).click();
      await says(page, "Ford 5.0 V8", "Matches");
    },
  },
  {
    name: "record-open",
    path: (world) => record(world, "golf"),
    run: async (page) => {
      await says(page, "Matches");
      for (const summary of await page.locator("details.more > summary").all()) await summary.click();
      await says(page, "Three things can explain it", "Path to the root");
    },
  },
  ...[
    ["golf", ["Test station 12 of the demo", "7 entries", "6 Jun 2017 – 7 Jun 2022", "None corrected, taken back or in dispute"]],
    ["f150", ["Garage of the demo", "garage and installer", "1 entry", "21 Nov 2018", "None corrected, taken back or in dispute"]],
    ["subaru-wagon", ["Taken back by the source itself: 1 of 10"]],
  ].map(([name, texts]) => ({
    name: `record-sources-${name}`,
    path: (world) => record(world, name),
    run: async (page) => {
      const section = page.locator("#sources");
      await says(section, "That does not say which of them is right", ...texts);
      await saysNot(section, "In dispute with", "%");
      await section.scrollIntoViewIfNeeded();
    },
  })),
  {
    name: "record-sources-followed",
    path: (world) => record(world, "bmw-x3"),
    run: async (page) => {
      await says(page.locator("#sources"), "Corrected by the source itself: 1 of 6");
      await page.locator("#sources a[href^='#entry-']").last().click();
      await page.locator(":target").getByText("Correction of an earlier entry").waitFor();
    },
  },
  {
    name: "record-entry-followed",
    path: (world) => record(world, "golf"),
    run: async (page) => {
      await page.getByText("Why", { exact: true }).click();
      await page.locator(".alerts a").first().click();
      await page.waitForFunction(() => {
        const { top } = document.querySelector(location.hash).getBoundingClientRect();
        return location.hash.startsWith("#entry-") && top >= 0 && top < innerHeight;
      });
    },
  },
  {
    name: "record-entry-hidden",
    path: (world) => record(world, "golf"),
    run: async (page) => {
      await page.locator(".filters").getByText("Numbers").click();
      await page.getByText("Why", { exact: true }).click();
      await page.locator(".alerts a[href^='#entry-']").first().click();
      await page.locator(".event:target").waitFor();
      await page.reload();
      await page.waitForFunction(() => {
        const { top } = document.querySelector(".event:target")?.getBoundingClientRect() ?? { top: -1 };
        return top >= 0 && top < innerHeight;
      });
    },
  },
  {
    name: "record-second-visit",
    path: (world) => record(world, "golf"),
    run: async (page) => {
      await says(page, "This is the first checkpoint of this log");
      await page.reload();
      await says(page, "The log continues what this browser saw before");
    },
  },
  {
    name: "record-stale",
    path: (world) => record(world, "golf"),
    before: (page) => page.clock.setFixedTime(new Date(Date.now() + 40 * 86_400_000)),
    run: (page) => says(page, "This may be out of date", "The log is quiet", "Matches"),
  },
  {
    name: "record-absent",
    path: () => "/a/6GT79D7N6NTVBXHPETVFEDVQPZ7",
    run: async (page) => {
      await says(page, "No record has this number", "What that does not mean", "What you can do");
      await page.getByText("How this was checked").click();
      await says(page, "The index has no entry under this number");
      await saysNot(page, "Every entry is in the log");
    },
  },
  {
    name: "lie-dropped-entry",
    path: (world) => record(world, "golf"),
    rules: (world) => [lying((bytes) => (world.sent = dropEntry(bytes)))],
    run: async (page, world) => {
      await says(page, "Does not match", "Do not rely on it", "Something about it was left out");
      await saysNot(page, "Volkswagen");
      const saved = page.waitForEvent("download");
      await page.getByRole("button", { name: "Save the evidence" }).click();
      if (!readFileSync(await (await saved).path()).equals(world.sent)) throw new Error("what was saved is not what was sent");
    },
  },
  {
    name: "lie-altered-byte",
    path: (world) => record(world, "golf"),
    rules: [lying(alterByte)],
    run: async (page) => {
      await says(page, "Does not match", "Nothing of it is shown", "An entry was altered");
      await saysNot(page, "Volkswagen");
    },
  },
  {
    name: "lie-old-index",
    path: (world) => record(world, "golf"),
    rules: (world) => [lying((bytes) => oldIndexRoot(bytes, world.olderCommit))],
    run: async (page) => {
      await says(page, "Does not match", "The log's index was altered, or exchanged for another one.");
      await saysNot(page, "Volkswagen");
    },
  },
  {
    name: "lie-nothing-recorded",
    path: (world) => record(world, "golf"),
    rules: [lying(claimNothing)],
    run: async (page) => {
      await says(page, "Does not match", "It is not a complete answer: what would prove it is missing");
      await saysNot(page, "No record has this number");
    },
  },
  {
    name: "lie-other-record",
    path: (world) => record(world, "golf"),
    rules: (world) => [lying(() => world.bundle("f150"))],
    run: async (page) => {
      await says(page, "Does not match", "It is about something else than what you asked for.");
      await saysNot(page, "Ford");
    },
  },
  {
    name: "could-not-check",
    path: (world) => record(world, "golf"),
    rules: [lying(() => Buffer.from([0x08, 0x02]))],
    run: (page) => says(page, "Could not check", "neither good nor bad", "Try again"),
  },
  {
    name: "could-not-check-at-first",
    path: (world) => record(world, "golf"),
    rules: [{ when: bundlePath, gone: true }],
    run: async (page, world) => {
      await says(page, "Could not check", "This site did not answer");
      world.rules.length = 0;
      await page.getByRole("button", { name: "Try again" }).click();
      await says(page, "Volkswagen Golf", "Matches");
    },
  },
  {
    name: "log-forked",
    path: (world) => record(world, "golf"),
    remembered: (world) => world.seenFork(world.size),
    run: (page) => says(page, "two histories that exclude each other", "Seen on", "Save the evidence"),
  },
  {
    name: "log-rolled-back",
    path: (world) => record(world, "golf"),
    remembered: (world) => world.seenFork(world.size + 100n),
    run: (page) => says(page, "This log was longer when this browser saw it last"),
  },
  {
    name: "trust-changed",
    path: (world) => record(world, "golf"),
    remembered: (world) => ({ "patina.trust": JSON.stringify({ policy: otherPolicy(world), sinceMs: 1_700_000_000_000 }) }),
    run: (page) => says(page, "This site names another log than before", "Not proven", "The state of the log is not signed by the log that this page trusts."),
  },
  {
    name: "trust-changed-compared",
    path: () => "/trust",
    remembered: (world) => ({ "patina.trust": JSON.stringify({ policy: otherPolicy(world), sinceMs: 1_700_000_000_000 }) }),
    run: async (page, world) => {
      await says(page, "Until now", "Named now", "Differs", "Trust the new one from now on");
      const marked = await page.locator("#named mark").allInnerTexts();
      if (marked[0] !== world.origin.at(-1)) throw new Error(`marked: ${marked.join(" ")}`);
    },
  },
  {
    name: "trust-kept",
    path: () => "/trust",
    remembered: (world) => ({ "patina.trust": JSON.stringify({ policy: otherPolicy(world), sinceMs: 1_700_000_000_000 }) }),
    run: async (page, world) => {
      await page.getByRole("button", { name: "Keep the old one" }).click();
      await says(page, "The old one is kept", "Remembered by this browser since");
      await saysNot(page, "Named now", "This site names another log than before");
      if (!(await page.locator("#trusted .code").first().innerText()).startsWith(world.origin.slice(0, -1))) throw new Error("not the old log");
    },
  },
  {
    name: "trust-none",
    path: () => "/",
    rules: [{ when: (path) => path === "/portal/policy", change: (answer) => (answer.status = 404) }],
    run: async (page) => {
      await says(page, "Could not check", "does not say which log it speaks for", "Try again");
      await saysNot(page, "Number of the thing");
    },
  },
  {
    name: "unreachable",
    path: (world) => record(world, "golf"),
    rules: [{ when: (path) => path.startsWith("/v1/"), gone: true }],
    run: (page) => says(page, "Could not check", "This site did not answer", "neither good nor bad", "Look up another number"),
  },
  {
    name: "service-refuses",
    path: (world) => record(world, "golf"),
    rules: [{ when: bundlePath, change: (answer) => Object.assign(answer, { status: 503, body: Buffer.from("{}") }) }],
    run: async (page) => {
      await says(page, "Could not check", "This site has a problem and could not answer", "neither good nor bad");
      await saysNot(page, "503");
    },
  },
  {
    name: "waiting",
    path: (world) => record(world, "golf"),
    rules: [{ when: bundlePath, change: () => new Promise((resolve) => setTimeout(resolve, 4000)) }],
    run: (page) => says(page, "Fetching the record and checking it in this browser"),
  },
  {
    name: "file",
    path: () => "/check",
    run: (page) => says(page, "It is not uploaded"),
  },
  {
    name: "file-checked-offline",
    path: () => "/check",
    run: async (page, world) => {
      await says(page, "It is not uploaded");
      await rulesLoaded(page);
      await page.context().setOffline(true);
      const file = { name: "golf.patina", mimeType: "application/octet-stream", buffer: world.bundle("golf") };
      await page.locator("input[type=file]").setInputFiles(file);
      await says(page, "Volkswagen Golf", "Matches", "From the file golf.patina", "Whatever was recorded later is not in the file");
      await says(page, "The file could be read");
      await saysNot(page, "what this site sent", "What was sent", "This is the first checkpoint of this log");
    },
  },
  {
    name: "file-old",
    path: () => "/check",
    before: (page) => page.clock.setFixedTime(new Date(Date.now() + 40 * 86_400_000)),
    run: async (page, world) => {
      const file = { name: "golf.patina", mimeType: "application/octet-stream", buffer: world.bundle("golf") };
      await says(page, "It is not uploaded");
      await page.locator("input[type=file]").setInputFiles(file);
      await says(page, "Matches", "Whatever was recorded later is not in the file");
      await saysNot(page, "The log is quiet"); // the file is old: of the log it cannot be said
    },
  },
  {
    name: "file-tampered",
    path: () => "/check",
    run: async (page, world) => {
      const buffer = alterByte(world.bundle("golf"));
      await says(page, "It is not uploaded");
      await page.locator("input[type=file]").setInputFiles({ name: "golf.patina", mimeType: "application/octet-stream", buffer });
      await says(page, "Does not match", "This file is not what the log holds", "An entry was altered", "golf.patina", "Check another file");
      await saysNot(page, "this site sent");
    },
  },
  { name: "trust", path: () => "/trust", run: (page) => says(page, "Only this key", "Remembered by this browser since") },
  { name: "design", path: () => "/design", run: (page) => says(page, "Notices and badges") },
  { name: "not-found", path: () => "/no/such/page", run: (page) => says(page, "Page not found") },
  {
    name: "without-javascript",
    path: () => "/",
    look: { javaScript: false },
    // Without JavaScript the page cannot be asked, so its source is.
    run: async (page, world) => {
      const text = await (await page.request.get(world.url)).text();
      const said = /<noscript>[^]*<h1>This page checks records in your browser[^]*patina bundle verify/.test(text);
      if (!said) throw new Error("the page says nothing");
    },
  },
];

// A policy that is well-formed and names another log.
function otherPolicy(world) {
  const key = Buffer.from(world.policy.split(" ")[1].split("+").slice(2).join("+"), "base64");
  const name = `${world.origin.slice(0, -1)}${world.origin.endsWith("0") ? "1" : "0"}`;
  const id = createHash("sha256").update(`${name}\n`).update(key).digest("hex").slice(0, 8);
  return `log ${name}+${id}+${key.toString("base64")}\nquorum none\n`;
}
