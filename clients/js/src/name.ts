// Names, and lists of them: SPEC.md section 3.3.
import { compare, utf8 } from "./bytes.js";
import { nameBytesMax } from "./limits.js";
import { need } from "./refusal.js";

export function isName(text: string): boolean {
  return text.length <= nameBytesMax && /^[a-z][a-z0-9_-]*$/.test(text);
}

export function checkName(text: string): void {
  need(isName(text), "name.form");
}

/** Refuses with name.form what is no name, then with `order` what does not ascend. */
export function checkNames(names: readonly string[], order: string): void {
  names.forEach(checkName);
  names.forEach((name, i) => checkAbove(names[i - 1], name, order));
}

/** Refuses with `order` unless a text lies above the one before it. */
export function checkAbove(before: string | undefined, text: string, order: string): void {
  need(before === undefined || compare(utf8(before), utf8(text)) < 0, order);
}
