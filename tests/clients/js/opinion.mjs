// The TypeScript verifier's opinion of what a test judged and kept (tests/support/lying_reader.h): every bundle, pair
// and promise in the folder, against the word and the number that the other verifier gave. One line for each; exit 1 where one
// differs.
// usage: node opinion.mjs DIST FOLDER
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [dist, folder] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(resolve(dist, name)).href);
const { verifyBundle, verifyContinuation } = await load("bundle/verify.js");
const { verifyPromise } = await load("promise.js");

const read = (name) => readFileSync(join(folder, name));
const unhex = (text) => Uint8Array.from(Buffer.from(text, "hex"));

function bundle({ file, policy, size, root }) {
  return verifyBundle(read(file), read(policy), size === undefined ? {} : { earlier: { size: BigInt(size), root: unhex(root) } });
}

const pair = ({ older, file, policy }) => verifyContinuation(read(older), read(file), read(policy));

function promise({ promise: file, policy, receipt, commit, key, statement, origin }) {
  const options = { promiseKey: unhex(key), statementHash: unhex(statement), origin };
  if (receipt !== undefined) options.receipt = read(receipt);
  if (commit !== undefined) options.commit = read(commit);
  return verifyPromise(read(file), read(policy), options);
}

let different = 0;
const lines = read("opinions.jsonl").toString().trim().split("\n").map((line) => JSON.parse(line));
for (const line of lines) {
  const result = { bundle, pair, promise }[line.kind](line);
  const check = result.check === undefined ? 0 : Number(result.check.slice(1));
  const agree = result.word === line.word && check === line.check;
  if (!agree) different++;
  const place = result.place === undefined ? "" : ` at ${result.place}`;
  console.log(
    `${agree ? "agree" : `DISAGREE (C: ${line.word} V${line.check})`}: ${line.file ?? line.promise}: ${result.word}` +
      (check === 0 ? "" : ` (V${check} ${result.rule}${place})`),
  );
}
console.log(`opinions=${lines.length} different=${different}`);
process.exitCode = different === 0 && lines.length > 0 ? 0 : 1;
