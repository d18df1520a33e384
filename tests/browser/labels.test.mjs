// Codes on real labels and papers, read with the portal's options. The pictures stand beside the repository.
// usage: node --test tests/browser/labels.test.mjs    PATINA_SHARED: where they are, else ../shared
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, test } from "node:test";
import { startModules } from "./modules.mjs";

const root = new URL("../../", import.meta.url).pathname;
const folder = join(process.env.PATINA_SHARED ?? join(root, "../shared"), "data/barcodes");
const require = createRequire(new URL("../../web/package.json", import.meta.url));
const { prepareZXingModule, readBarcodes } = await import(require.resolve("zxing-wasm/reader").replace("/cjs/", "/es/"));
prepareZXingModule({ overrides: { wasmBinary: readFileSync(require.resolve("zxing-wasm/reader/zxing_reader.wasm")) } });

const modules = await startModules();
after(() => modules.close());
const { options } = await modules.load("scan/options");

const isThere = existsSync(folder);
const skip = isThere || process.env.CI === "true" ? false : `no pictures in ${folder}`;
const rows = () => readFileSync(join(folder, "expected.csv"), "utf8").split("\n").slice(1);

async function textsIn(file) {
  const found = await readBarcodes(readFileSync(join(folder, file)), options);
  return found.filter(({ isValid }) => isValid).map(({ text }) => text);
}

test("labels: a picture without a code says nothing", { skip }, async () => {
  for (const file of ["falsepositives-1/#245.png", "falsepositives-1/MQR-falsepositive.jpg"]) assert.deepEqual(await textsIn(file), [], file);
});

// Their own projects do not expect every one to be read.
test("labels: of QR, Data Matrix, Code 39 and Code 128 nearly all are read, and what is read is right", { skip }, async (t) => {
  const known = rows().map((row) => /^([^,]+),(code39|code128|datamatrix|qrcode),([^",]+),[^,]*$/.exec(row)).filter((row) => row !== null);
  const counts = {};
  for (const [, file, kind, text] of known) {
    const texts = await textsIn(file);
    const count = (counts[kind] ??= { read: 0, wrong: 0, of: 0 });
    count.of += 1;
    if (texts.includes(text)) count.read += 1;
    else if (texts.length > 0) count.wrong += 1;
  }
  t.diagnostic(JSON.stringify(counts));
  for (const [kind, { read, of }] of Object.entries(counts)) assert.ok(read >= of - 2 && of >= 8, `${kind}: ${read} of ${of}`);
  assert.equal(Object.keys(counts).length, 4);
});
