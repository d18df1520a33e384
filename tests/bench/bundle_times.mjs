// How long each verifier takes for one bundle, as a reader waits for it: a process from its start to its end, several times
// in turn. Prints both medians; the last line is "bundle met|missed c_s=N node_s=N". Exit 1 where a bundle does not verify.
// usage: node bundle_times.mjs PATINA CLI_JS FOLDER        FOLDER as tests/bench/bundle wrote it
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";

const RUNS = 9;
const TARGET_C_S = 0.2;
const TARGET_NODE_S = 1.5;

const [patina, cli, folder] = process.argv.slice(2);
const file = join(folder, "long.patina");
const policy = join(folder, "policy");
const commands = {
  c: [patina, ["bundle", "verify", file, "--policy", policy], "statements=200 state=matches\n"],
  node: [process.execPath, [cli, "verify", file, "--policy", policy], ": matches\n"],
};

function seconds([program, words, verdict]) {
  const start = process.hrtime.bigint();
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: "utf8" });
  const took = Number(process.hrtime.bigint() - start) / 1e9;
  if (status !== 0 || !stdout.endsWith(verdict)) throw new Error(`${program}: ${status}: ${stdout}${stderr}`);
  return took;
}

const times = { c: [], node: [] };
for (let run = 0; run < RUNS; run++)
  for (const [name, command] of Object.entries(commands)) times[name].push(seconds(command));

const medians = {};
for (const [name, all] of Object.entries(times)) {
  all.sort((a, b) => a - b);
  medians[name] = all[(RUNS - 1) / 2];
  console.log(`${name}: ${medians[name].toFixed(3)} s, ${all[0].toFixed(3)} to ${all[RUNS - 1].toFixed(3)} in ${RUNS} runs, ${statSync(file).size} bytes`);
}
const met = medians.c < TARGET_C_S && medians.node < TARGET_NODE_S;
console.log(`bundle ${met ? "met" : "missed"} c_s=${medians.c.toFixed(3)} node_s=${medians.node.toFixed(3)}`);
