// What a leaf's bytes say, field by field, for who wants to see them.
import { leafHash, parseLeaf, parseStatement, type Statement } from "@patina/verify";
import { hex } from "./events";
import type { LeafField, LeafLine } from "./log_messages";

type Leaf = ReturnType<typeof parseLeaf>;
type Entry = Extract<Leaf, { case: "statement" }>["value"];
type Commit = Extract<Leaf, { case: "commit" }>["value"];

/** A leaf in a line. Refuses what is none. */
export function lineOf(index: bigint, bytes: Uint8Array): LeafLine {
  const leaf = parseLeaf(bytes);
  const hash = hex(leafHash(bytes));
  if (leaf.case === "commit") return { index, atMs: Number(leaf.value.timeMs), what: "commit", hash };
  const { loggedAtMs, statement } = leaf.value;
  return { index, atMs: Number(loggedAtMs), what: statement.length === 0 ? "private" : parseStatement(statement).name, hash };
}

function commitFields(commit: Commit): LeafField[] {
  const { previous } = commit;
  return [
    { name: "epoch", value: String(commit.epoch) },
    ...(previous.case === undefined ? [] : [{ name: "previous_index", value: String(previous.value), leaf: previous.value }]),
    { name: "time_ms", value: String(commit.timeMs), time: Number(commit.timeMs) },
    { name: "covered_size", value: String(commit.coveredSize) },
    { name: "log_root", value: hex(commit.logRoot) },
    { name: "key_count", value: String(commit.keyCount) },
    { name: "index_root", value: hex(commit.indexRoot) },
  ];
}

// The parts of a public statement that say whom it is about; its bytes hold the rest.
function statementFields(statement: Statement): LeafField[] {
  const { body, issuedAtMs, signers } = statement.message;
  const fields: LeafField[] = [
    { name: "statement.kind", value: statement.name },
    { name: "statement.issued_at_ms", value: String(issuedAtMs), time: Number(issuedAtMs) },
    ...signers.map((signer) => ({ name: "statement.signer", value: hex(signer) })),
  ];
  if (body.case === "principalEnrolled" || body.case === "deviceEnrolled" || body.case === "genesis") {
    const id = hex(statement.hash);
    fields.push({ name: "statement.principal", value: id, principal: id });
  }
  if (body.case === "standingGranted" || body.case === "standingWithdrawn" || body.case === "keyRotated" || body.case === "keyRevoked") {
    const id = hex(body.value.principal);
    fields.push({ name: "statement.principal", value: id, principal: id });
  }
  if (body.case === "standingGranted") fields.push({ name: "statement.role", value: body.value.role });
  if (body.case === "classPublished") fields.push({ name: "statement.name", value: body.value.schema?.name ?? "" });
  if (body.case === "schemePublished") fields.push({ name: "statement.name", value: body.value.scheme?.name ?? "" });
  return fields;
}

function entryFields(entry: Entry): LeafField[] {
  const links = entry.subjects.flatMap(({ key, seq, previous }): LeafField[] => {
    const subject = { name: "subject", value: `${hex(key)} · ${seq}` };
    return previous.case === undefined
      ? [subject]
      : [subject, { name: "subject.previous_index", value: String(previous.value), leaf: previous.value }];
  });
  return [
    { name: "logged_at_ms", value: String(entry.loggedAtMs), time: Number(entry.loggedAtMs) },
    { name: "statement_sha256", value: hex(entry.statementSha256) },
    ...entry.signatures.map((signature) => ({ name: "signature", value: hex(signature) })),
    ...links,
    { name: "identifier_count", value: String(entry.identifierCount) },
    ...(entry.statement.length === 0 ? [] : statementFields(parseStatement(entry.statement))),
  ];
}

export function fieldsOf(bytes: Uint8Array): LeafField[] {
  const leaf = parseLeaf(bytes);
  return leaf.case === "commit" ? commitFields(leaf.value) : entryFields(leaf.value);
}
