#!/usr/bin/env node
// patina-verify: checks files on the command line. The one place here that reads files.
import { readFileSync } from "node:fs";
import { hex, unhex } from "./bytes.js";
import { verifyBundle, type BundleOptions, type BundleResult } from "./bundle/verify.js";
import { parsePolicy, type Policy } from "./policy.js";
import { Kitchen, readRecipes } from "./recipes.js";
import { Refusal, type Word } from "./refusal.js";

const usage = `usage: patina-verify verify FILE... --policy FILE [--earlier SIZE:ROOT] [--now MS] [--json]
       patina-verify verify --recipes FILE... --bases FOLDER

Checks bundles against a policy file. Prints one line for each: the word, and where it is not "matches" the check, the rule
and the place. --earlier: size and root (64 hexadecimal digits) of a checkpoint that you hold.
The second form makes and checks what the vectors in tests/vectors/bundle say, and prints one JSON object for each.
Exit status: that of the gravest word: 0 matches, 5 not proven, 6 could not check, 4 does not match; 2 usage.`;

const statusOf: Record<Word, number> = {
  matches: 0,
  "not proven": 5,
  "could not check": 6,
  "does not match": 4,
};
const gravity: readonly Word[] = ["matches", "not proven", "could not check", "does not match"];

/** What was asked for on the command line. */
interface Request {
  readonly files: readonly string[];
  readonly policy: string;
  readonly options: BundleOptions;
  readonly json: boolean;
}

const valued = new Set(["--policy", "--earlier", "--now", "--bases"]);
const flags = new Set(["--json", "--recipes"]);

class UsageError extends Error {}

function parseEarlier(text: string): BundleOptions["earlier"] & object {
  const parts = /^([0-9]{1,19}):([0-9a-f]{64})$/.exec(text);
  if (parts === null) throw new UsageError(`--earlier ${text}: not SIZE:ROOT`);
  return { size: BigInt(parts[1] as string), root: unhex(parts[2] as string) };
}

function parseNow(text: string): bigint {
  if (!/^[0-9]{1,18}$/.test(text)) throw new UsageError(`--now ${text}: not milliseconds`);
  return BigInt(text);
}

interface Words {
  readonly files: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
}

function sortWords(words: readonly string[]): Words {
  const sorted = {
    files: [] as string[],
    flags: new Set<string>(),
    values: new Map<string, string>(),
  };
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (!word.startsWith("--")) sorted.files.push(word);
    else if (flags.has(word)) sorted.flags.add(word);
    else if (!valued.has(word)) throw new UsageError(`${word}: no such option`);
    else sorted.values.set(word, words[++i] ?? usageError(`${word} needs a value`));
  }
  return sorted;
}

function usageError(text: string): never {
  throw new UsageError(text);
}

function requestOf({ files, flags: given, values }: Words): Request {
  const policy = values.get("--policy") ?? usageError("--policy is needed");
  if (files.length === 0) usageError("which file?");
  const earlier = values.get("--earlier");
  const now = values.get("--now");
  const options = {
    ...(earlier === undefined ? {} : { earlier: parseEarlier(earlier) }),
    now: now === undefined ? BigInt(Date.now()) : parseNow(now),
  };
  return { files, policy, options, json: given.has("--json") };
}

/** A result as JSON takes it. */
function toJson(file: string, result: BundleResult): object {
  const { word, check, rule, place, checkpoint, completeness, stale, recorded } = result;
  return {
    file,
    word,
    check: check ?? null,
    rule: rule ?? null,
    place: place ?? null,
    checkpoint: checkpoint && {
      origin: checkpoint.origin,
      size: String(checkpoint.size),
      root: hex(checkpoint.root),
      timeMs: String(checkpoint.timeMs),
      cosigners: checkpoint.cosigners,
    },
    completeness,
    stale,
    recorded,
    entries: result.entries.length,
    principals: result.principals.length,
    history: result.history && hex(result.history),
    lookup: result.lookup?.map(({ version, state, spans }) => ({
      version,
      state,
      spans: spans.length,
    })),
    trace: result.trace,
  };
}

function lineOf(file: string, { word, check, rule, place }: BundleResult): string {
  return check === undefined
    ? `${file}: ${word}`
    : `${file}: ${word} (${check} ${rule} at ${place})`;
}

function run({ files, policy, options, json }: Request): number {
  const trusted: Policy = parsePolicy(readFileSync(policy));
  let worst = 0;
  for (const file of files) {
    const result = verifyBundle(readFileSync(file), trusted, options);
    worst = Math.max(worst, gravity.indexOf(result.word));
    console.log(json ? JSON.stringify(toJson(file, result)) : lineOf(file, result));
  }
  return statusOf[gravity[worst] as Word];
}

function cook({ files, values }: Words): number {
  const kitchen = new Kitchen(values.get("--bases") ?? usageError("--bases is needed"));
  for (const file of files) {
    for (const recipe of readRecipes(file)) console.log(JSON.stringify(kitchen.answer(recipe)));
  }
  return 0;
}

function obey(words: readonly string[]): number {
  if (words[0] !== "verify") usageError("the command is verify");
  const sorted = sortWords(words.slice(1));
  return sorted.flags.has("--recipes") ? cook(sorted) : run(requestOf(sorted));
}

function main(words: readonly string[]): number {
  if (words.includes("--help") || words.length === 0) {
    console.log(usage);
    return words.length === 0 ? 2 : 0;
  }
  try {
    return obey(words);
  } catch (error) {
    if (error instanceof UsageError) console.error(`patina-verify: ${error.message}\n\n${usage}`);
    else if (error instanceof Refusal) console.error(`patina-verify: the policy: ${error.rule}`);
    else console.error(`patina-verify: ${(error as Error).message}`);
    return error instanceof UsageError || error instanceof Refusal ? 2 : 1;
  }
}

process.exitCode = main(process.argv.slice(2));
