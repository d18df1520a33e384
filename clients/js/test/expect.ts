// Small words for tests.
import assert from "node:assert/strict";
import { Refusal } from "../src/refusal.js";

/** The rule by which `act` refuses; undefined where it does not. */
export function ruleOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.rule;
    throw error;
  }
}

export function refuses(rule: string, act: () => unknown): void {
  assert.equal(ruleOf(act), rule);
}
