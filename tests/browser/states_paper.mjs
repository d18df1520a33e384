// A record on paper, links that name a state of the log, and codes that are read: each from its beginning to its end.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { dropEarlier, dropEntry } from "./lies.mjs";
import { lying, record, says, saysNot } from "./states.mjs";
import { drawn } from "./video.mjs";

// The log may have published another checkpoint since the run began.
function isLinkTo(link, world, name) {
  const page = `${world.url}${record(world, name)}`;
  return link.startsWith(`${page}#at=`) && /^#at=\d+:[0-9a-f]{64}$/.test(link.slice(page.length));
}

const at = ({ size, root }) => `#at=${size}:${root}`;
const other = (root) => (root.startsWith("0") ? "1" : "0") + root.slice(1);
const certificate = (world, name) => `${record(world, name)}/certificate`;
const numberOf = (page) => page.locator(".certificate-head dt", { hasText: "Certificate number" }).locator("+ dd .code").innerText();

function must(holds, what) {
  if (!holds) throw new Error(what);
}

async function opened(page, world, path) {
  await page.goto("about:blank"); // another part behind the # alone would load nothing
  await page.goto(`${world.url}${path}`);
}

async function scanned(page, files) {
  await page.getByRole("button", { name: "Scan a code" }).click();
  await page.getByRole("button", { name: "Choose a picture" }).waitFor();
  await page.locator(".scan input[type=file]").last().setInputFiles(files);
}

// What goes on only when it is told to.
function held() {
  let end = () => undefined;
  const done = new Promise((resolve) => (end = resolve));
  return { done, end };
}

const sheet = { width: 680, height: 962 }; // A4 within its margins, in CSS pixels

const fieldHolds = (page, text) =>
  page.waitForFunction((wanted) => document.querySelector("input[type=text]").value === wanted, text);

// Real labels stand beside the repository; where they are not, that is said and counts as a failure only where CI=true.
const labels = join(process.env.PATINA_SHARED ?? new URL("../../../shared", import.meta.url).pathname, "data/barcodes");
const pictures = {
  "zxing_photos/code39-3/01.png": "165627",
  "zxing_photos/code128-1/2.png": "Code 128",
  "datamatrix-1/C40.png": "Testing C40",
};

async function readsLabels(page, world, picture) {
  if (!existsSync(labels)) {
    must(process.env.CI !== "true", `no labels in ${labels}`);
    return console.log(`scan-labels: skipped, no labels in ${labels}`);
  }
  for (const [file, text] of Object.entries(pictures)) {
    await scanned(page, join(labels, file));
    await fieldHolds(page, text).catch(() => must(false, `${file} was not read as ${text}`));
    await picture(file.replaceAll(/\W+/g, "-"));
  }
  return undefined;
}

const links = [
  {
    name: "link-since",
    path: (world) => record(world, "golf") + at(world.earlier),
    run: async (page) => {
      await says(page, "Matches", /\d entries were recorded since this link was made/, "today's log continues it");
      must((await page.locator(".event .badge", { hasText: "New since then" }).count()) >= 2, "no entry is marked as new");
      const all = await page.locator(".event").count();
      must((await page.locator(".event .badge", { hasText: "New since then" }).count()) < all, "every entry is marked as new");
    },
  },
  {
    name: "link-nothing-since",
    path: (world) => record(world, "golf") + at(world.now),
    run: async (page) => {
      await says(page, "Nothing was recorded since this link was made", "Matches");
      await saysNot(page, "New since then");
    },
  },
  {
    name: "link-after-a-visit",
    path: (world) => record(world, "golf"),
    run: async (page, world) => {
      await says(page, "Matches");
      await opened(page, world, record(world, "golf") + at(world.earlier));
      await says(page, "were recorded since this link was made", "The log continues what this browser saw before");
    },
  },
  {
    name: "link-stays",
    path: (world) => record(world, "golf") + at(world.earlier),
    run: async (page) => {
      await page.locator(".notice a").first().click();
      await page.waitForFunction(() => location.hash.startsWith("#entry-"));
      await says(page, "were recorded since this link was made");
    },
  },
  {
    name: "link-fork",
    path: (world) => record(world, "golf") + at({ ...world.earlier, root: other(world.earlier.root) }),
    run: async (page) => {
      await says(page, "Does not match", "The log shown here is not the one that this link names", "Do not base a purchase on it", "Show today's record");
      await saysNot(page, "Volkswagen");
    },
  },
  {
    name: "link-fork-at-this-size",
    path: (world) => record(world, "golf") + at({ ...world.now, root: other(world.now.root) }),
    run: async (page, world, picture) => {
      await says(page, "Does not match", "The log shown here is not the one that this link names");
      await saysNot(page, "Volkswagen");
      await picture("warning");
      await page.getByRole("button", { name: "Show today's record" }).click();
      await says(page, "Volkswagen Golf", "Matches", "not of the one that the link names");
      await says(page, "The log shown here is not the one that this link names");
    },
  },
  {
    name: "link-fork-after-a-visit",
    path: (world) => record(world, "golf"),
    run: async (page, world) => {
      await says(page, "Matches");
      await opened(page, world, record(world, "golf") + at({ ...world.earlier, root: other(world.earlier.root) }));
      await says(page, "Does not match", "The log shown here is not the one that this link names");
      await saysNot(page, "Volkswagen");
    },
  },
  {
    name: "link-ahead",
    path: (world) => record(world, "golf") + at({ ...world.now, size: world.now.size + 1000n }),
    run: async (page) => {
      await says(page, "Does not match", "does not continue it", "Do not base a purchase on it");
      await saysNot(page, "Volkswagen");
    },
  },
  {
    name: "link-unproven",
    path: (world) => record(world, "golf") + at(world.earlier),
    rules: [lying(dropEarlier)],
    run: async (page) => {
      await says(page, "Not proven", "It was not shown that this log continues what the link names");
      await saysNot(page, "Volkswagen", "Does not match");
      await page.getByRole("button", { name: "Try again" }).click();
      await says(page, "Not proven", "Save the evidence");
    },
  },
  {
    name: "link-cut-off",
    path: (world) => record(world, "golf") + at(world.earlier).slice(0, -5),
    run: (page) => says(page, "This link was cut off or altered", "Volkswagen Golf", "Matches"),
  },
  {
    name: "link-of-another-certificate",
    path: (world) => `${record(world, "golf")}${at(world.earlier)}&c=00000000000`,
    run: async (page) => {
      await says(page, "The paper and its code do not belong together", "Matches", "recorded since this link was made");
      must((await page.locator(".notice").first().innerText()).startsWith("The paper and its code"), "it is not said first");
      await saysNot(page, "Number of the certificate");
    },
  },
];

const sharing = [
  {
    name: "share-copied",
    path: (world) => record(world, "golf"),
    before: (page) => page.context().grantPermissions(["clipboard-read", "clipboard-write"]),
    run: async (page, world, picture) => {
      await page.getByRole("button", { name: "Share" }).click();
      await says(page, "Link copied");
      await picture("copied");
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      must(isLinkTo(copied, world, "golf"), `copied ${copied}`);
      await opened(page, world, copied.slice(world.url.length));
      await says(page, "Nothing was recorded since this link was made");
    },
  },
  {
    name: "share-by-hand",
    path: (world) => record(world, "golf"),
    before: (page) => page.addInitScript(() => Object.defineProperty(navigator, "clipboard", { value: undefined })),
    run: async (page, world) => {
      await page.getByRole("button", { name: "Share" }).click();
      const link = await page.getByLabel("Copy this link").inputValue();
      must(isLinkTo(link, world, "golf"), link);
    },
  },
  {
    // The browser of the tests has no such dialog of its own.
    name: "share-by-the-device",
    path: (world) => record(world, "golf"),
    before: (page) => page.addInitScript(() => (navigator.share = async (what) => void (globalThis.shared = what))),
    run: async (page, world) => {
      await page.getByRole("button", { name: "Share" }).click();
      const { url, title } = await page.evaluate(() => globalThis.shared);
      must(isLinkTo(url, world, "golf") && title === "Volkswagen Golf", url);
      await saysNot(page, "Link copied");
    },
  },
];

// What a record says besides: rules that have places of their own, joins of a provenance, who attested what.
const records = [
  {
    name: "record-rule",
    path: (world) => record(world, "golf"),
    run: async (page) => {
      await page.locator(".alerts summary").first().click();
      await page.locator(".alerts").getByRole("link", { name: "How readings are compared" }).first().click();
      await page.waitForFunction(() => {
        const rule = document.getElementById("rule-odometer.lower");
        return location.hash === "#rule-odometer.lower" && rule.checkVisibility() && rule.getBoundingClientRect().top < innerHeight;
      });
      await says(page, "7 readings from 1 source", "lower than one that was surely taken before it");
    },
  },
  {
    name: "record-joins",
    path: (world) => record(world, "moulin-de-la-galette"),
    run: async (page) => {
      await says(page, "Came directly from the holder before.", "Who had it in between is not recorded", /The source calls this step possible/);
      for (const [join, style] of Object.entries({ direct: "solid", doubtful: "dashed" })) {
        const drawn = await page.locator(`.event.join-${join}`).first().evaluate((step) => getComputedStyle(step, "::before").borderInlineStartStyle);
        must(drawn === style, `a ${join} step is drawn ${drawn}`);
      }
      const broken = await page.locator(".event.join-broken").first().evaluate((step) => getComputedStyle(step, "::before").display);
      must(broken === "none", "a step that did not come directly is drawn as joined");
    },
  },
  ...Object.entries({ f150: "Stands as stated", "subaru-wagon": "Taken back", "bmw-x3": "Corrected" }).map(([name, text]) => ({
    name: `record-attested-${name}`,
    path: (world) => record(world, name),
    run: async (page) => {
      const section = page.locator("#attestations");
      await section.locator(".rows").first().waitFor();
      for (const more of await section.locator("details > summary").all()) await more.click();
      await section.getByText(text, { exact: true }).first().waitFor();
    },
  })),
  {
    name: "record-mistake",
    path: (world) => record(world, "golf"),
    run: async (page) => {
      await page.getByRole("link", { name: "Report a mistake" }).click();
      await says(page, "Only a source can correct what it stated");
      await page.locator("#mistake").getByRole("link", { name: "Test station 12 of the demo" }).waitFor();
    },
  },
  {
    name: "record-mistake-device",
    path: (world) => record(world, "twizy"),
    run: async (page) => {
      await says(page.locator("#sources"), "Device fitted by Garage of the demo");
      await page.locator("#mistake").scrollIntoViewIfNeeded();
      await page.locator("#mistake").getByRole("link", { name: "Garage of the demo" }).waitFor();
      await saysNot(page.locator("#mistake"), /^Device/);
    },
  },
];

const papers = [
  ...["golf", "moulin-de-la-galette", "steinway-piano"].map((name) => ({
    name: `certificate-${name}`,
    path: (world) => certificate(world, name),
    run: async (page) => {
      await says(page, "Certificate number", "Check again by", "How to check this certificate");
      await page.locator("#again").getByText(/^[0-9a-f]{64}$/).waitFor();
      await page.locator(".qr svg path").waitFor();
      must(/^[0-9A-Z]{5}-[0-9A-Z]{5}-.$/.test(await numberOf(page)), await numberOf(page));
      must((await page.locator(".certificate details:not([open])").count()) === 0, "something is folded away on paper");
    },
  })),
  {
    name: "certificate-on-paper",
    path: (world) => certificate(world, "moulin-de-la-galette"),
    run: async (page, world, picture) => {
      await page.locator(".qr svg path").waitFor();
      for (const format of ["A4", "Letter"]) {
        const pdf = (await page.pdf({ format })).toString("latin1");
        const sheets = pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
        must(sheets >= 2 && sheets <= 12, `${sheets} sheets of ${format}`);
      }
      await page.emulateMedia({ media: "print" });
      for (const hidden of [".page-head", ".page-foot", ".on-screen", ".button"]) {
        must((await page.locator(hidden).locator("visible=true").count()) === 0, `${hidden} is printed`);
      }
      must((await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--page-foot"))).includes("Certificate"), "sheets do not say what they belong to");
      const { width, height } = page.viewportSize();
      await page.setViewportSize(sheet);
      await picture("printed");
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ media: "screen" });
    },
  },
  {
    name: "certificate-in-the-dark",
    path: (world) => certificate(world, "golf"),
    run: async (page) => {
      await page.locator(".qr svg path").waitFor();
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      const [ink, back] = await page.evaluate(() => [".certificate h1", "body"].map((one, place) => getComputedStyle(document.querySelector(one))[place === 0 ? "color" : "backgroundColor"]));
      must(ink === "rgb(0, 0, 0)" && back === "rgb(255, 255, 255)", `${ink} on ${back}`);
      await page.emulateMedia({ media: "screen", colorScheme: "dark" });
    },
  },
  {
    name: "certificate-of-a-lie",
    path: (world) => certificate(world, "golf"),
    rules: [lying(dropEntry)],
    run: async (page) => {
      await says(page, "Does not match", "Nothing of it is shown");
      await saysNot(page, "Volkswagen", "Certificate number");
    },
  },
  {
    name: "certificate-scanned",
    path: (world) => certificate(world, "golf"),
    run: async (page) => {
      await page.locator(".qr svg path").waitFor();
      const number = await numberOf(page);
      const buffer = await page.locator(".qr svg").screenshot();
      await page.locator(".mark").click();
      await scanned(page, { name: "paper.png", mimeType: "image/png", buffer });
      await says(page, "Nothing was recorded since this certificate was made", `Number of the certificate: ${number}`, "Volkswagen Golf");
    },
  },
];

// Whoever holds a phone over a code sees the picture, and how to end it, without scrolling.
async function isInView(page, selector) {
  await page.waitForFunction((selector) => {
    const { top, bottom } = document.querySelector(selector).getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  }, selector);
}

const scans = [
  { name: "scan-labels", path: "/", run: readsLabels },
  {
    name: "scan-several",
    path: "/",
    run: async (page, world, picture) => {
      const table = await page.context().newPage();
      await table.setContent((await Promise.all(["67.16", "3VW217AU3FM090764"].map(drawn))).join(" "));
      const buffer = await table.screenshot();
      await table.close();
      await scanned(page, { name: "two.png", mimeType: "image/png", buffer });
      await says(page, "Several codes were found. Which one?");
      await isInView(page, ".scan");
      await picture("choice");
      await page.getByRole("button", { name: "67.16" }).click();
      await fieldHolds(page, "67.16");
    },
  },
  {
    name: "scan-nothing",
    path: "/",
    run: async (page) => {
      const buffer = await page.locator("h1").screenshot();
      await scanned(page, { name: "words.png", mimeType: "image/png", buffer });
      await says(page, "No code was found in the picture", "Take it from straight above");
      await isInView(page, ".scan");
    },
  },
  {
    name: "scan-no-picture",
    path: "/",
    run: async (page) => {
      await scanned(page, { name: "photo.jpg", mimeType: "image/jpeg", buffer: Buffer.from("this is no picture") });
      await says(page, "This file could not be read as a picture");
    },
  },
  {
    name: "scan-refused",
    path: "/",
    run: async (page) => {
      await page.getByRole("button", { name: "Scan a code" }).click();
      await says(page, "The camera may not be used here", "Choose a picture", "They are not uploaded");
      await isInView(page, ".scan");
      await page.getByRole("button", { name: "Close" }).click();
      await page.waitForFunction(() => document.activeElement.textContent === "Scan a code");
      await page.keyboard.press("Enter");
      await says(page, "The camera may not be used here");
    },
  },
  {
    name: "scan-unencrypted",
    path: "/",
    before: (page) => page.addInitScript(() => Object.defineProperty(navigator, "mediaDevices", { value: undefined })),
    run: async (page) => {
      await page.getByRole("button", { name: "Scan a code" }).click();
      await says(page, "The camera cannot be used on this connection");
    },
  },
  {
    name: "scan-camera",
    path: "/",
    before: (page) => page.context().grantPermissions(["camera"]),
    run: async (page, world, picture) => {
      const seen = held();
      world.rules.push({ when: (path) => path.includes("zxing_reader"), change: () => seen.done });
      await page.getByRole("button", { name: "Scan a code" }).click();
      await page.waitForFunction(() => document.querySelector("video")?.videoWidth > 0);
      await isInView(page, ".scan");
      await picture("live");
      seen.end();
      await says(page, "were recorded since this link was made", "Volkswagen Golf");
      must(!(await page.evaluate(() => [...document.querySelectorAll("video")].length)), "the camera is still shown");
    },
  },
];

export const states = [...records, ...papers, ...links, ...sharing, ...scans];
