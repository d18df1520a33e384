// Writes .br and .gz beside every file of a built site that gains from it, and prints what a first visit loads.
// usage: node compress.mjs <folder>
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const folder = process.argv[2];
if (folder === undefined) throw new Error("usage: node compress.mjs <folder>");

const names = readdirSync(folder, { recursive: true }).filter((name) => /\.(html|js|css|svg|wasm)$/.test(name));
const sizes = new Map();
for (const name of names) {
  const bytes = readFileSync(join(folder, name));
  const zipped = gzipSync(bytes, { level: 9 });
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  sizes.set(name, zipped.length);
  if (zipped.length < bytes.length) writeFileSync(join(folder, `${name}.gz`), zipped);
  if (brotli.length < bytes.length) writeFileSync(join(folder, `${name}.br`), brotli);
}

// What stands in the page is loaded first, and what that imports; the Worker and the rules come beside it.
const page = readFileSync(join(folder, "index.html"), "utf8");
const sum = (chosen) => [...sizes].filter(([name]) => chosen(name)).reduce((total, [, size]) => total + size, 0);
const needed = new Set([...sizes.keys()].filter((name) => page.includes(`/${name}`)));
for (const name of needed) {
  if (!name.endsWith(".js")) continue;
  const code = readFileSync(join(folder, name), "utf8");
  for (const [, file] of code.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) needed.add(join(dirname(name), file));
}
const first = sum((name) => needed.has(name) && /\.(js|css)$/.test(name));
const checking = sum((name) => /assets\/(worker-.*\.js|model-.*\.wasm)$/.test(name));
console.log(`first_gzip_bytes=${first} checking_gzip_bytes=${checking}`);
