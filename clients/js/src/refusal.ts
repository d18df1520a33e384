// How a check says no: SPEC.md sections 9 and 10. Strangers' bytes are refused with a rule's id, never with a plain
// error; a plain Error means that this program is wrong.

/** A check that failed: the id of the rule that was broken (SPEC.md section 10). */
export class Refusal extends Error {
  readonly rule: string;

  constructor(rule: string) {
    super(rule);
    this.name = "Refusal";
    this.rule = rule;
  }
}

/** Refuses. Never returns. */
export function refuse(rule: string): never {
  throw new Refusal(rule);
}

/** Refuses with `rule` unless `held`. */
export function need(held: boolean, rule: string): asserts held {
  if (!held) throw new Refusal(rule);
}

/** The four words of SPEC.md section 1. */
export type Word = "matches" | "not proven" | "does not match" | "could not check";

// Rules whose category is limit, unsupported or io: larger than this reader takes, of a newer format, not served.
const couldNotCheck: ReadonlySet<string> = new Set([
  "limit.memory",
  "bytes.full",
  "bytes.newer-format",
  "bytes.protobuf.depth",
  "tlog.size",
  "tlog.entry-size",
  "index.full",
  "index.proof-size",
  "note.key-type",
  "note.size",
  "note.signatures",
  "checkpoint.text-size",
  "proof.size",
  "policy.size",
  "policy.limit",
  "number.range",
  "value.readings-count",
  "attributes.count",
  "statement.version",
  "statement.size",
  "statement.slots",
  "disclosure.size",
  "entry.size",
  "verify.missing",
  "verify.bundle-size",
]);

// The checkpoint is well-formed, but somebody whom the reader's policy asks for has not vouched.
const notProven: ReadonlySet<string> = new Set([
  "policy.log",
  "note.unsigned",
  "policy.quorum-missing",
]);

/** The word for a rule that is broken, where the check's row in SPEC.md section 9 names no other. */
export function wordOf(rule: string): Word {
  if (notProven.has(rule)) return "not proven";
  return couldNotCheck.has(rule) ? "could not check" : "does not match";
}

/** A numbered check of SPEC.md section 9 that failed, and where. */
export class Failure extends Error {
  readonly check: string;
  readonly rule: string;
  readonly place: string;
  readonly word: Word;

  constructor(check: string, rule: string, place: string, word: Word = wordOf(rule)) {
    super(`${check} ${rule} at ${place}`);
    this.name = "Failure";
    this.check = check;
    this.rule = rule;
    this.place = place;
    this.word = word;
  }
}

/** Runs a part of check `check`: what it refuses, that check refuses. */
export function checking<T>(check: string, place: string, part: () => T): T {
  try {
    return part();
  } catch (error) {
    throw error instanceof Refusal ? new Failure(check, error.rule, place) : error;
  }
}
