// Names, and lists of them: SPEC.md section 3.3.
import { textsAscend } from "./bytes.js";
import { nameBytesMax } from "./limits.js";
import { need } from "./refusal.js";

export function isName(text: string): boolean {
  return text.length <= nameBytesMax && /^[a-z][a-z0-9_-]*$/.test(text);
}

export function checkName(text: string): void {
  need(isName(text), "name.form");
}

/** Refuses with name.form what is no name, with `order` what does not ascend. */
export function checkNames(names: readonly string[], order: string): void {
  names.forEach(checkName);
  need(textsAscend(names), order);
}
