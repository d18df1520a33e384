// V21: the class and the schemes that a history relies on are those that the log published. SPEC.md section 9.4, step 9.
import type { AssetClass, IdentifierScheme } from "#gen/proto/catalog_pb.js";
import { checking, need, refuse } from "../refusal.js";
import { bodyOf, type Statement } from "../statement.js";
import type { Roll } from "./roll.js";
import { placeOf, type View } from "./view.js";

/** The versions of a class or scheme: number n + 1 at place n. */
function publications<T extends { version: number }>(
  view: View,
  roll: Roll,
  subject: { kind: "class" | "scheme"; name: string },
  read: (statement: Statement | undefined) => T | undefined,
): T[] {
  const { entries } = view.ask(subject.kind, subject.name);
  const place = `${subject.kind} ${subject.name}`;
  checking("V21", place, () => need(entries.length > 0, "verify.schema"));
  return entries.map((entry, n) => {
    const item = checking("V21", placeOf.entry(entry.index), () => {
      const published = read(entry.statement);
      return published?.version === n + 1 ? published : refuse("verify.schema");
    });
    roll.checkStanding(entry, undefined);
    return item;
  });
}

/** What the log published, read once. */
export class Catalog {
  private readonly schemes = new Map<string, IdentifierScheme[]>();

  constructor(
    private readonly view: View,
    private readonly roll: Roll,
  ) {}

  /** The version of a class; refuses one that is not published. */
  classOf(name: string, version: number, place: string): AssetClass {
    const read = (statement: Statement | undefined) => bodyOf(statement, "classPublished")?.schema;
    const versions = publications(this.view, this.roll, { kind: "class", name }, read);
    return checking("V21", place, () => versions[version - 1] ?? refuse("verify.schema"));
  }

  /** All versions of a scheme, the first at place 0. */
  versionsOf(name: string): readonly IdentifierScheme[] {
    let versions = this.schemes.get(name);
    if (versions === undefined) {
      const read = (statement: Statement | undefined) =>
        bodyOf(statement, "schemePublished")?.scheme;
      versions = publications(this.view, this.roll, { kind: "scheme", name }, read);
      this.schemes.set(name, versions);
    }
    return versions;
  }

  /** One version of a scheme; refuses one that is not published. */
  schemeOf(name: string, version: number, place: string): IdentifierScheme {
    const versions = this.versionsOf(name);
    return checking("V21", place, () => versions[version - 1] ?? refuse("verify.schema"));
  }
}
