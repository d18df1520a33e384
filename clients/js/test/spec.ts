// The worked examples of SPEC.md, read out of its text: blocks ```example name=…```, a label in the first column, its value
// behind it, long values going on in the next line.
import { unhex } from "../src/bytes.js";
import { repositoryFile } from "./places.js";

const labelWidth = 14;
export const specification = repositoryFile("proto/SPEC.md").toString();

/** The lines of an example. */
export function block(name: string, sort = "example name="): string {
  const match = new RegExp(`\`\`\`${sort}${name}\n([^]*?)\n\`\`\``).exec(specification);
  if (match === null) throw new Error(`SPEC.md has no example ${name}`);
  return match[1] as string;
}

/** An example's values by their labels; of a label that stands twice, the last. */
export class Example {
  private readonly values = new Map<string, string[]>();

  constructor(name: string) {
    let label = "";
    for (const line of block(name).split("\n")) {
      const before = line.slice(0, labelWidth).trim();
      const value = line.slice(labelWidth);
      if (before !== "") {
        label = before;
        this.values.set(label, []);
      }
      this.values.get(label)?.push(value);
    }
  }

  text(label: string): string {
    const value = this.values.get(label);
    if (value === undefined) throw new Error(`the example has no ${label}`);
    return value.join("");
  }

  bytes(label: string): Uint8Array {
    return unhex(this.text(label));
  }
}
