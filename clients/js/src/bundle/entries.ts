// V11 to V14: each entry by itself. SPEC.md section 9.4, "Entries".
import { equal, hex } from "../bytes.js";
import { openDisclosure } from "../disclosure.js";
import { checkSigned, checkStands, parseLeaf } from "../entry.js";
import type { ProvenEntry } from "#gen/proto/bundle_pb.js";
import type { Entry } from "#gen/proto/log_pb.js";
import type { HistoryEntry } from "#gen/proto/state_pb.js";
import type { Disclosure } from "#gen/proto/value_pb.js";
import { leafHash, sha256, subjectKey } from "../hash.js";
import { publicKeyBytes, hashBytes } from "../limits.js";
import { checking, Failure, need, refuse } from "../refusal.js";
import { parseStatement, type Statement } from "../statement.js";
import { checkInclusion } from "../tlog.js";
import { placeOf, type CheckedEntry, type View } from "./view.js";

const enrolling: ReadonlySet<string> = new Set(["genesis", "principalEnrolled", "deviceEnrolled"]);

function checkLeaf(view: View, proven: ProvenEntry, stated: HistoryEntry, hash: Uint8Array): Entry {
  const { size, root } = view.checkpoint;
  checkInclusion(stated.index, size, hash, proven.inclusion, root);
  const member = parseLeaf(proven.leaf);
  if (member.case !== "statement") return refuse("verify.view");
  need(member.value.loggedAtMs === stated.loggedAtMs, "verify.view");
  return member.value;
}

function checkStatement(bytes: Uint8Array, leaf: Entry): Statement {
  need(equal(sha256(bytes), leaf.statementSha256), "entry.statement");
  const statement = parseStatement(bytes);
  checkStands(leaf, statement);
  need(!statement.isPublic || equal(leaf.statement, bytes), "entry.statement");
  return statement;
}

function checkSigners(
  proven: ProvenEntry,
  leaf: Entry,
  statement: Statement,
  origin: string,
): void {
  const { signatures, vrfProofs } = proven;
  need(signatures.length === statement.message.signers.length, "verify.view");
  signatures.forEach(({ publicKey, principal, signature }, i) => {
    need(publicKey.length === publicKeyBytes && principal.length === hashBytes, "verify.view");
    need(
      signature.length === 0 || equal(signature, leaf.signatures[i] ?? signature),
      "verify.view",
    );
  });
  need(vrfProofs.length === 0 || vrfProofs.length === leaf.identifierCount, "verify.view");
  checkSigned(leaf, statement, signatures, origin);
}

function openAll(stated: HistoryEntry, statement: Statement): Map<number, Disclosure> {
  const opened = new Map<number, Disclosure>();
  let last = -1;
  for (const { slot, disclosure } of stated.disclosures) {
    need(slot > last, "verify.view");
    last = slot;
    opened.set(slot, openDisclosure(statement, slot, disclosure));
  }
  return opened;
}

// A device's binding to another asset, in the device's own history, may come without its statement: nothing rests on it.
function mayBeBare(
  view: View,
  proven: ProvenEntry,
  stated: HistoryEntry,
  leaf: Entry,
  known: Set<string>,
): boolean {
  const { signatures, vrfProofs } = proven;
  if (signatures.length + stated.disclosures.length + vrfProofs.length > 0) return false;
  const brought = leaf.subjects.map(({ key }) => key).filter((key) => view.brings(key));
  return brought.length > 0 && brought.every((key) => known.has(hex(key)));
}

function checkOne(
  view: View,
  proven: ProvenEntry,
  stated: HistoryEntry,
  known: Set<string>,
): CheckedEntry {
  const place = placeOf.entry(stated.index);
  const hash = leafHash(proven.leaf);
  const leaf = checking("V11", place, () => checkLeaf(view, proven, stated, hash));
  const entry = { index: stated.index, proven, leaf, leafHash: hash };
  const bytes = stated.statement.length > 0 ? stated.statement : leaf.statement;
  if (bytes.length === 0) {
    if (!mayBeBare(view, proven, stated, leaf, known))
      throw new Failure("V12", "verify.missing", place);
    return { ...entry, statement: undefined, signers: [], disclosures: new Map() };
  }
  const statement = checking("V12", place, () => checkStatement(bytes, leaf));
  checking("V13", place, () => checkSigners(proven, leaf, statement, view.checkpoint.origin));
  const disclosures = checking("V14", place, () => openAll(stated, statement));
  return { ...entry, statement, signers: proven.signatures, disclosures };
}

/** Checks every entry of the bundle, in order, all four checks of one before the next. */
export function checkEntries(view: View): void {
  const known = new Set<string>(); // subject keys of the principals that entries so far enrol
  for (const proven of view.bundle.entries) {
    const stated = proven.entry as HistoryEntry;
    const entry = checkOne(view, proven, stated, known);
    view.entries.set(entry.index, entry);
    const { statement } = entry;
    if (statement !== undefined && enrolling.has(statement.name)) {
      known.add(hex(subjectKey("principal", statement.hash)));
    }
  }
}
