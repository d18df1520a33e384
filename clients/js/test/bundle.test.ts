// The bundles, pages and promises of tests/vectors/bundle and their mutants, each with the answer that SPEC.md section 9 gives.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { differenceOf, Kitchen, readRecipes } from "../src/recipes.js";
import { repositoryPath } from "./places.js";

const folder = repositoryPath("tests/vectors/bundle");
const kitchen = new Kitchen(join(folder, "bases"));

const names = ["recipes", "proofs"].flatMap((kind) =>
  readdirSync(join(folder, kind))
    .sort()
    .map((name) => join(kind, name)),
);

for (const name of names) {
  test(`vectors: ${name}`, () => {
    const recipes = readRecipes(join(folder, name));
    assert.ok(recipes.length > 0);
    const differences = recipes.map((recipe) => differenceOf(recipe, kitchen.answer(recipe)));
    assert.deepEqual(
      differences.filter((difference) => difference !== undefined),
      [],
    );
  });
}
