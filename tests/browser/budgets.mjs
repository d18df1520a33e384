// What the portal weighs and how long it takes in Chromium, on a real server (tests/browser/with_demo) whose record
// "long-history" has 200 entries. The last line is "first_gzip_bytes=N checking_gzip_bytes=N verify_ms=N …"; 0 where all
// is within its budget.
import { readFileSync } from "node:fs";
import { request as ask } from "node:http";
import { join } from "node:path";
import { openPage, startBrowser } from "./harness.mjs";

const firstBytesMax = 60_000;
const checkingBytesMax = 150_000;
const verifyMsMax = 2000;
const runs = 5;

const base = process.env.PATINA_URL;
const asset = (name) => readFileSync(join(process.env.PATINA_DEMO, "assets", name), "utf8").trim();

// What is this small need not be sent compressed.
const plainBytesMax = 1000;

// The bytes of the body as the server sends them to who takes gzip alone.
function gzipBytes(url) {
  return new Promise((resolve, reject) => {
    const going = ask(url, { headers: { "accept-encoding": "gzip" } }, (answer) => {
      let bytes = 0;
      answer.on("data", (part) => (bytes += part.length));
      const isZipped = answer.headers["content-encoding"] === "gzip";
      answer.on("end", () => (isZipped || bytes <= plainBytesMax ? resolve(bytes) : reject(new Error(`${url} is not sent compressed`))));
    });
    going.on("error", reject);
    going.end();
  });
}

// Every script, style and module that a first visit loads, until `ready` is seen: the Worker's own and the rules apart.
async function loaded(browser, path, ready) {
  const { page, context } = await openPage(browser, base, { viewport: "phone" });
  const urls = new Set();
  page.context().on("request", (request) => urls.add(request.url()));
  await page.goto(base + path, { waitUntil: "load" });
  await page.getByText(ready).first().waitFor();
  await context.close();
  const files = [...urls].filter((url) => /\.(js|css|wasm)$/.test(url));
  const isChecking = (url) => /\/worker-|\.wasm$/.test(url);
  const sum = async (chosen) => (await Promise.all(chosen.map(gzipBytes))).reduce((total, bytes) => total + bytes, 0);
  return { first: await sum(files.filter((url) => !isChecking(url))), checking: await sum(files.filter(isChecking)) };
}

// The page's own figure, and the time from the address to the word, in a browser that has the page's files.
async function timed(browser, path) {
  const { page, context } = await openPage(browser, base, { viewport: "phone" });
  await page.goto(base, { waitUntil: "networkidle" });
  const startedMs = performance.now();
  await page.goto(base + path, { waitUntil: "commit" });
  await page.getByText("Matches").first().waitFor();
  const shownMs = Math.round(performance.now() - startedMs);
  const said = await page.getByText(/Checked in this browser at .*, in [\d,]+\sms/).first().textContent();
  await context.close();
  return { shownMs, verifyMs: Number(/in ([\d,]+)\sms/.exec(said)[1].replaceAll(",", "")) };
}

const browser = await startBrowser();
const home = await loaded(browser, "/", "What is recorded about");
const record = await loaded(browser, `/a/${asset("golf")}`, "Matches");
const times = [];
for (let run = 0; run < runs; run++) times.push(await timed(browser, `/a/${asset("long-history")}`));
const { page, context } = await openPage(browser, base, {});
await page.goto(`${base}/a/${asset("long-history")}`);
const entries = await page.getByText(/\b200 entries\b/).first().waitFor({ timeout: 15_000 }).then(() => 200, () => 0);
await context.close();
await browser.close();

const worst = (key) => Math.max(...times.map((time) => time[key]));
const first = Math.max(home.first, record.first);
const checking = Math.max(home.checking, record.checking);
console.log(`home: ${home.first} bytes; record: ${record.first} bytes; verifier and rules: ${checking} bytes (gzip, as sent)`);
console.log(`200 entries: verified in ${times.map(({ verifyMs }) => verifyMs).join(", ")} ms; shown after ${times.map(({ shownMs }) => shownMs).join(", ")} ms`);
console.log(`first_gzip_bytes=${first} checking_gzip_bytes=${checking} entries=${entries} verify_ms=${worst("verifyMs")} shown_ms=${worst("shownMs")}`);
const within = first <= firstBytesMax && checking > 0 && checking <= checkingBytesMax && worst("verifyMs") < verifyMsMax;
process.exit(within && entries === 200 ? 0 : 1);
