// The bundles and mutants of tests/vectors/bundle, each with the answer that SPEC.md section 9.4 gives.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { differenceOf, Kitchen, readRecipes } from "../src/recipes.js";
import { repositoryPath } from "./places.js";

const folder = repositoryPath("tests/vectors/bundle");
const kitchen = new Kitchen(join(folder, "bases"));

for (const name of readdirSync(join(folder, "recipes")).sort()) {
  test(`bundles: ${name}`, () => {
    const recipes = readRecipes(join(folder, "recipes", name));
    assert.ok(recipes.length > 0);
    const differences = recipes.map((recipe) => differenceOf(recipe, kitchen.answer(recipe)));
    assert.deepEqual(
      differences.filter((difference) => difference !== undefined),
      [],
    );
  });
}
