// Runs the model's vectors through its WebAssembly build and compares every byte with what the
// native build made of them.
// usage: node tests/wasm/run.mjs <model.wasm> <folder of vectors> <call>...
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const GZIP_BYTES_MAX = 100_000; // with the verifier 150 kB go to a browser

const [, , modulePath, vectorsPath, ...calls] = process.argv;
if (calls.length === 0) {
  console.error('usage: node tests/wasm/run.mjs <model.wasm> <folder of vectors> <call>...');
  process.exit(2);
}

const failures = [];
const bytes = readFileSync(modulePath);
const module = new WebAssembly.Module(bytes);
const imports = WebAssembly.Module.imports(module);
if (imports.length > 0) failures.push(`the module imports ${JSON.stringify(imports)}`);
const model = new WebAssembly.Instance(module, {}).exports;

function textAt(address) {
  const memory = new Uint8Array(model.memory.buffer);
  return Buffer.from(memory.subarray(address, memory.indexOf(0, address))).toString('latin1');
}

// What the module makes of the input: { refused } or { output }.
function run(call, input) {
  const address = model.patina_input(input.length) >>> 0;
  if (address === 0) throw new Error(`no room for ${input.length} bytes`);
  new Uint8Array(model.memory.buffer).set(input, address);
  const rule = model[`patina_${call}`]() >>> 0;
  if (rule !== 0) return { refused: textAt(model.patina_rule_id(rule) >>> 0) };
  const from = model.patina_output() >>> 0;
  const to = from + (model.patina_output_size() >>> 0);
  return { output: Buffer.from(model.memory.buffer.slice(from, to)) };
}

function expected(vector) {
  if (vector.refused !== undefined) return { refused: vector.refused };
  if (vector.output !== undefined) return { output: Buffer.from(vector.output, 'latin1') };
  return { output: Buffer.from(vector.output_base64, 'base64') };
}

function same(a, b) {
  if (a.refused !== undefined || b.refused !== undefined) return a.refused === b.refused;
  return a.output.equals(b.output);
}

function filesIn(folder) {
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? filesIn(path) : [path]))
    .filter((path) => path.endsWith('.json'));
}

const counts = Object.fromEntries(calls.map((call) => [call, 0]));
let vectors = 0;
let equal = 0;
let refused = 0;
for (const path of calls.flatMap((call) => filesIn(join(vectorsPath, call)))) {
  const file = JSON.parse(readFileSync(path, 'utf8'));
  for (const vector of file.vectors) {
    vectors += 1;
    counts[file.call] += 1;
    let got;
    try {
      got = run(file.call, Buffer.from(vector.input, 'base64'));
    } catch (error) {
      failures.push(`${path}: ${vector.name}: ${error.message}`);
      continue;
    }
    if (got.refused !== undefined) refused += 1;
    if (same(got, expected(vector))) equal += 1;
    else failures.push(`${path}: ${vector.name}: differs from the native build`);
  }
}

for (const call of calls) if (!(counts[call] > 0)) failures.push(`no vector calls ${call}`);
const zipped = gzipSync(bytes, { level: 9 }).length;
if (zipped > GZIP_BYTES_MAX) failures.push(`${zipped} bytes gzipped, more than ${GZIP_BYTES_MAX}`);
for (const failure of failures) console.log(failure);
const byCall = calls.map((call) => `${call}=${counts[call]}`).join(' ');
console.log(`${byCall} refused=${refused}`);
const sizes = `wasm_bytes=${bytes.length} wasm_gzip_bytes=${zipped}`;
console.log(`vectors=${vectors} equal=${equal} ${sizes}`);
process.exit(failures.length === 0 && vectors > 0 && equal === vectors ? 0 : 1);
