// Runs the recipes of tests/vectors/bundle (its README.md has the form): bundles with splices, many in one process.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unhex } from "./bytes.js";
import { verifyBundle, type BundleResult } from "./bundle/verify.js";
import { parsePolicy, type Policy } from "./policy.js";

interface Splice {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

/** A bundle to make and to check, and what is to be said of it. */
export interface Recipe {
  readonly id: string;
  readonly base: string;
  readonly policy?: string;
  readonly earlier?: { readonly size: number; readonly root: string };
  readonly splices?: readonly Splice[];
  readonly word: string;
  readonly check: number;
  readonly rule?: string;
  readonly confirmed?: boolean;
  readonly recorded?: boolean;
}

/** What was said of it. */
export interface Answer {
  readonly id: string;
  readonly word: string;
  /** The number of the V; 0 where it matches. */
  readonly check: number;
  readonly rule: string | undefined;
  readonly confirmed: boolean | undefined;
  readonly recorded: boolean | undefined;
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
  const number = check === undefined ? 0 : Number(check.slice(1));
  const confirmed = completeness === undefined ? undefined : completeness === "confirmed";
  return { id, word, check: number, rule, confirmed, recorded };
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

  answer(recipe: Recipe): Answer {
    const { earlier } = recipe;
    const held = earlier && { size: BigInt(earlier.size), root: unhex(earlier.root) };
    const policy = this.policy(recipe.policy ?? "policy.txt");
    return answerOf(
      recipe.id,
      verifyBundle(this.make(recipe), policy, held ? { earlier: held } : {}),
    );
  }
}

/** The recipes of one file. */
export function readRecipes(path: string): readonly Recipe[] {
  return (JSON.parse(readFileSync(path, "utf8")) as { vectors: Recipe[] }).vectors;
}

/** How an answer differs from its recipe; undefined where it does not. */
export function differenceOf(recipe: Recipe, answer: Answer): string | undefined {
  const expected = { word: recipe.word, check: recipe.check, rule: recipe.rule ?? answer.rule };
  const said = { word: answer.word, check: answer.check, rule: answer.rule };
  const more =
    recipe.word === "matches" ? { confirmed: recipe.confirmed, recorded: recipe.recorded } : {};
  const moreSaid =
    recipe.word === "matches" ? { confirmed: answer.confirmed, recorded: answer.recorded } : {};
  const [left, right] = [
    JSON.stringify({ ...expected, ...more }),
    JSON.stringify({ ...said, ...moreSaid }),
  ];
  return left === right ? undefined : `${recipe.id}: ${left} is expected, ${right} was said`;
}
