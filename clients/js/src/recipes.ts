// Runs the vectors of tests/vectors/bundle (its README.md has the form): bundles with splices, pages of the index, promises;
// many in one process.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unhex, utf8 } from "./bytes.js";
import { verifyBundle, type BundleResult } from "./bundle/verify.js";
import { verifyIndexWalk } from "./indexanswer.js";
import { parsePolicy, type Policy } from "./policy.js";
import { verifyPromise, type PromiseOptions } from "./promise.js";

interface Splice {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

interface Stated {
  readonly id: string;
  readonly policy?: string;
  readonly word: string;
  readonly check: number;
  readonly rule?: string;
  readonly confirmed?: boolean;
  readonly recorded?: boolean;
  readonly count?: number;
}

/** A bundle to make and to check, and what is to be said of it. */
export interface Recipe extends Stated {
  readonly base: string;
  readonly earlier?: { readonly size: number; readonly root: string };
  readonly splices?: readonly Splice[];
}

/** Pages of the index about one subject, in their order. */
interface PageVector extends Stated {
  readonly key: string;
  readonly pages: readonly string[];
}

/** A promise, and what its holder has. */
interface PromiseVector extends Stated {
  readonly promise: string;
  readonly key?: string;
  readonly origin?: string;
  readonly statement?: string;
  readonly receipt?: string;
  readonly leaf?: string;
  readonly commit?: string;
}

export type Vector = Recipe | PageVector | PromiseVector;

/** What was said of it. */
export interface Answer {
  readonly id: string;
  readonly word: string;
  /** The number of the V; 0 where it matches. */
  readonly check: number;
  readonly rule: string | undefined;
  readonly confirmed: boolean | undefined;
  readonly recorded: boolean | undefined;
  readonly count: number | undefined;
}

export function applySplices(base: Uint8Array, splices: readonly Splice[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const splice of splices) {
    parts.push(base.subarray(at, splice.at), unhex(splice.insert));
    at = splice.at + splice.remove;
  }
  return Buffer.concat([...parts, base.subarray(at)]);
}

function answerOf(id: string, result: BundleResult): Answer {
  const { word, check, rule, completeness, recorded } = result;
  const number = numberOf(check);
  const confirmed = completeness === undefined ? undefined : completeness === "confirmed";
  return { id, word, check: number, rule, confirmed, recorded, count: undefined };
}

const unsaid = { confirmed: undefined, recorded: undefined, count: undefined };
const numberOf = (check: string | undefined) => (check === undefined ? 0 : Number(check.slice(1)));

function answerOfPages({ id, key, pages }: PageVector, policy: Policy): Answer {
  const { word, check, rule, count } = verifyIndexWalk(pages.map(utf8), policy, unhex(key));
  const number = count === undefined ? undefined : Number(count);
  return { ...unsaid, id, word, check: numberOf(check), rule, count: number };
}

function answerOfPromise(vector: PromiseVector, policy: Policy): Answer {
  const { id, promise, key, origin, statement, receipt, leaf, commit } = vector;
  const options: PromiseOptions = {
    ...(key === undefined ? {} : { promiseKey: unhex(key) }),
    ...(origin === undefined ? {} : { origin }),
    ...(statement === undefined ? {} : { statementHash: unhex(statement) }),
    ...(receipt === undefined ? {} : { receipt: utf8(receipt) }),
    ...(leaf === undefined ? {} : { leafHash: unhex(leaf) }),
    ...(commit === undefined ? {} : { commit: utf8(commit) }),
  };
  const { word, check, rule } = verifyPromise(unhex(promise), policy, options);
  return { ...unsaid, id, word, check: numberOf(check), rule };
}

/** Makes and checks what recipes of one folder say: `bases` is its folder of bundles, policies lie beside that. */
export class Kitchen {
  private readonly bundles = new Map<string, Uint8Array>();
  private readonly policies = new Map<string, Policy>();

  constructor(private readonly bases: string) {}

  private bundle(name: string): Uint8Array {
    const bytes = this.bundles.get(name) ?? readFileSync(join(this.bases, `${name}.patina`));
    this.bundles.set(name, bytes);
    return bytes;
  }

  private policy(name: string): Policy {
    const policy =
      this.policies.get(name) ?? parsePolicy(readFileSync(join(this.bases, "..", name)));
    this.policies.set(name, policy);
    return policy;
  }

  make({ base, splices }: Recipe): Uint8Array {
    return applySplices(this.bundle(base), splices ?? []);
  }

  answer(recipe: Vector): Answer {
    const policy = this.policy(recipe.policy ?? "policy.txt");
    if ("pages" in recipe) return answerOfPages(recipe, policy);
    if ("promise" in recipe) return answerOfPromise(recipe, policy);
    const { earlier } = recipe;
    const held = earlier && { size: BigInt(earlier.size), root: unhex(earlier.root) };
    return answerOf(
      recipe.id,
      verifyBundle(this.make(recipe), policy, held ? { earlier: held } : {}),
    );
  }
}

/** The vectors of one file. */
export function readRecipes(path: string): readonly Vector[] {
  return (JSON.parse(readFileSync(path, "utf8")) as { vectors: Vector[] }).vectors;
}

const partsOf = ({ word, check, confirmed, recorded, count }: Stated | Answer) =>
  word === "matches" ? { word, check, confirmed, recorded, count } : { word, check };

/** How an answer differs from its recipe; undefined where it does not. */
export function differenceOf(recipe: Vector, answer: Answer): string | undefined {
  const expected = JSON.stringify({ ...partsOf(recipe), rule: recipe.rule ?? answer.rule });
  const said = JSON.stringify({ ...partsOf(answer), rule: answer.rule });
  return expected === said
    ? undefined
    : `${recipe.id}: ${expected} is expected, ${said} was said`;
}
