// Signed notes, their keys, checkpoints (SPEC.md section 7.5) and policy files (section 7.6): each refusal.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ed25519 } from "@noble/curves/ed25519";
import { base64, concat, hex, u64be, utf8 } from "../src/bytes.js";
import { emptyRoot, sha256 } from "../src/hash.js";
import { parseCheckpoint, parseNote, parseNoteKey, signedBy } from "../src/note.js";
import { acceptCheckpoint, asksForAuditor, parsePolicy } from "../src/policy.js";
import { refuses, ruleOf } from "./expect.js";

interface Signer {
  readonly vkey: string;
  line(text: string, seconds?: bigint): string;
}

function signer(name: string, type: 1 | 4, fill: number): Signer {
  const seed = new Uint8Array(32).fill(fill);
  const key = concat(Uint8Array.of(type), ed25519.getPublicKey(seed));
  const id = sha256(utf8(`${name}\n`), key).subarray(0, 4);
  return {
    vkey: `${name}+${hex(id)}+${base64(key)}`,
    line: (text, seconds = 1n) => {
      const message = type === 1 ? text : `cosignature/v1\ntime ${seconds}\n${text}`;
      const signature = ed25519.sign(utf8(message), seed);
      const blob = type === 1 ? signature : concat(u64be(seconds), signature);
      return `\u2014 ${name} ${base64(concat(id, blob))}\n`;
    },
  };
}

const log = signer("log.example", 1, 1);
const first = signer("first.example", 4, 2);
const second = signer("second.example", 4, 3);
const text = `log.example\n0\n${base64(emptyRoot)}\n`;
const note = (...lines: string[]) => utf8(`${text}\n${lines.join("")}`);

test("note: keys", () => {
  const key = parseNoteKey(log.vkey);
  assert.equal(key.name, "log.example");
  const [name, id, encoded] = log.vkey.split("+") as [string, string, string];
  refuses("note.key-form", () => parseNoteKey("log.example"));
  refuses("note.key-form", () => parseNoteKey(`${name}+${id.toUpperCase()}+${encoded}`));
  refuses("note.key-form", () => parseNoteKey(`${name}+${id}+${encoded}=`));
  refuses("note.key-form", () => parseNoteKey(`${name}+${id}+AQ==`));
  refuses("note.key-name", () => parseNoteKey(`+${id}+${encoded}`));
  refuses("note.key-name", () => parseNoteKey(`log\u2003example+${id}+${encoded}`));
  refuses("note.key-type", () =>
    parseNoteKey(`${name}+${id}+${base64(new Uint8Array(33).fill(2))}`),
  );
  refuses("note.key-id", () => parseNoteKey(`${name}x+${id}+${encoded}`));
  refuses("note.key-id", () => parseNoteKey(`${name}+00000000+${encoded}`));
});

test("note: form", () => {
  assert.equal(parseNote(note(log.line(text))).text, text);
  assert.equal(parseNote(utf8(`a\n\nb\n\n${log.line("")}`)).text, "a\n\nb\n");
  refuses("note.form", () => parseNote(utf8(text)));
  refuses("note.form", () => parseNote(utf8(`${text}\n`)));
  refuses("note.form", () => parseNote(utf8(`${text}\n${log.line(text).trimEnd()}`)));
  refuses("note.utf8", () => parseNote(concat(Uint8Array.of(0xff), note(log.line(text)))));
  refuses("note.control", () => parseNote(utf8(`a\tb\n\n${log.line(text)}`)));
  refuses("note.control", () => parseNote(utf8(`a\r\n\n${log.line(text)}`)));
  for (const bad of [
    "- x AAAAAAA=",
    "\u2014 x",
    "\u2014 x AAAA",
    "\u2014 x AAAAAAA",
    "\u2014 x  AAAAAAA=",
  ]) {
    refuses("note.signature-form", () => parseNote(note(`${bad}\n`)));
  }
  for (const bad of ["\u2014  AAAAAAA=", "\u2014 x+y AAAAAAA=", "\u2014 x\u2003y AAAAAAA="]) {
    refuses("note.key-name", () => parseNote(note(`${bad}\n`)));
  }
});

test("note: 63, 64 and 65 signatures, 65,535 to 65,537 bytes", () => {
  const line = log.line(text);
  const lines = (count: number) => Array.from({ length: count }, () => line);
  assert.equal(
    ruleOf(() => parseNote(note(...lines(63)))),
    undefined,
  );
  assert.equal(
    ruleOf(() => parseNote(note(...lines(64)))),
    undefined,
  );
  refuses("note.signatures", () => parseNote(note(...lines(65))));
  const tail = utf8(`\n\n${line}`);
  const sized = (size: number) => concat(new Uint8Array(size - tail.length).fill(0x61), tail);
  assert.equal(
    ruleOf(() => parseNote(sized(65_535))),
    undefined,
  );
  assert.equal(
    ruleOf(() => parseNote(sized(65_536))),
    undefined,
  );
  refuses("note.size", () => parseNote(sized(65_537)));
});

test("note: signatures of known keys", () => {
  const key = parseNoteKey(first.vkey);
  assert.ok(signedBy(parseNote(note(first.line(text))), key));
  assert.ok(!signedBy(parseNote(note(log.line(text))), key));
  refuses("note.signature-wrong", () => signedBy(parseNote(note(first.line(`${text}x`))), key));
  refuses("note.signature-wrong", () =>
    signedBy(parseNote(note(first.line(text), first.line(""))), key),
  );
  const latest = 2n ** 63n - 1n;
  assert.ok(signedBy(parseNote(note(first.line(text, latest))), key));
  refuses("note.cosignature-time", () =>
    signedBy(parseNote(note(first.line(text, latest + 1n))), key),
  );
});

test("checkpoint: form", () => {
  const root = base64(emptyRoot);
  const parse = (checkpoint: string) => () => parseCheckpoint(checkpoint);
  assert.equal(parseCheckpoint(`o\n9223372036854775807\n${root}\n`).size, 2n ** 63n - 1n);
  refuses("checkpoint.size", parse(`o\n9223372036854775808\n${root}\n`));
  refuses("checkpoint.size", parse(`o\n01\n${root}\n`));
  refuses("checkpoint.size", parse(`o\n\n${root}\n`));
  refuses("checkpoint.form", parse("o\n1\n"));
  refuses("checkpoint.form", parse(`o\n1\n${root}`));
  refuses("checkpoint.root", parse("o\n1\nAAAA\n"));
  refuses("checkpoint.root", parse(`o\n1\n${root.slice(1)}\n`));
  refuses("checkpoint.origin", parse(`\n1\n${root}\n`));
  refuses("checkpoint.extension", parse(`o\n1\n${root}\nmore\n`));
  refuses("checkpoint.empty-root", parse(`o\n0\n${base64(new Uint8Array(32))}\n`));
  for (const [size, rule] of [
    [254, undefined],
    [255, undefined],
    [256, "checkpoint.origin"],
  ] as const) {
    assert.equal(ruleOf(parse(`${"o".repeat(size)}\n1\n${root}\n`)), rule);
  }
  refuses("checkpoint.text-size", parse(`o\n1\n${root}\n${"x".repeat(8192)}\n`));
});

const w1 = `witness w1 ${first.vkey}`;
const w2 = `witness auditor-2 ${second.vkey}`;
const lines = (...parts: string[]) => parts.map((part) => `${part}\n`).join("");

test("policy: form", () => {
  const parse =
    (...parts: string[]) =>
    () =>
      parsePolicy(lines(...parts));
  const good = parsePolicy(
    lines("# whom I trust", "", `\t log  ${log.vkey} https://l.example `, w1, "quorum w1"),
  );
  assert.deepEqual([good.logs.length, good.witnesses.length], [1, 1]);
  refuses("policy.quorum", parse(w1));
  refuses("policy.quorum", parse("quorum none", "quorum none"));
  refuses("policy.form", parse("quorum"));
  refuses("policy.form", parse("quorum none none"));
  refuses("policy.form", parse("trust me"));
  refuses("policy.form", parse(`log ${log.vkey} url more`));
  refuses("policy.form", parse(`group g any`));
  refuses("policy.key", parse(`log ${first.vkey}`));
  refuses("policy.key", parse(`witness w ${log.vkey}`));
  refuses("note.key-form", parse("log x"));
  refuses("policy.duplicate", parse(`log ${log.vkey}`, `log ${log.vkey}`));
  refuses("policy.duplicate", parse(w1, `witness again ${first.vkey}`));
  refuses("policy.duplicate", parse(w1, `witness w1 ${second.vkey}`));
  refuses("policy.duplicate", parse(w1, "group g all w1 w1"));
  refuses("policy.duplicate", parse(w1, "group g all w1", "group h all w1"));
  refuses("policy.name", parse("quorum nobody"));
  refuses("policy.name", parse("quorum w1", w1));
  refuses("policy.name", parse(`witness none ${first.vkey}`));
  refuses("policy.name", parse(w1, "group g all none"));
  for (const threshold of ["0", "2", "01", "-1", "some"]) {
    refuses("policy.threshold", parse(w1, `group g ${threshold} w1`));
  }
  refuses("policy.character", parse("quorum none\r"));
  refuses("policy.character", parse("# \u0000"));
});

test("policy: limits", () => {
  const group = (count: number) =>
    lines(
      w1,
      "group g0 any w1",
      ...Array.from({ length: count - 1 }, (_, i) => `group g${i + 1} any g${i}`),
      "quorum none",
    );
  assert.equal(
    ruleOf(() => parsePolicy(group(63))),
    undefined,
  );
  assert.equal(
    ruleOf(() => parsePolicy(group(64))),
    undefined,
  );
  refuses("policy.limit", () => parsePolicy(group(65)));
  const named = (size: number) => lines(`witness ${"n".repeat(size)} ${first.vkey}`, "quorum none");
  assert.equal(
    ruleOf(() => parsePolicy(named(254))),
    undefined,
  );
  assert.equal(
    ruleOf(() => parsePolicy(named(255))),
    undefined,
  );
  refuses("policy.name", () => parsePolicy(named(256)));
  const sized = (size: number) => `quorum none\n#${"x".repeat(size - 13)}`;
  assert.equal(
    ruleOf(() => parsePolicy(sized(65_536))),
    undefined,
  );
  refuses("policy.size", () => parsePolicy(sized(65_537)));
});

test("policy: which of a checkpoint's faults is named", () => {
  const policy = parsePolicy(
    lines(`log ${log.vkey}`, w1, w2, "group g 2 w1 auditor-2", "quorum g"),
  );
  const whole = [log.line(text), first.line(text), second.line(text)] as const;
  assert.deepEqual(acceptCheckpoint(note(...whole), policy).cosigners, ["w1", "auditor-2"]);
  refuses("policy.quorum-missing", () => acceptCheckpoint(note(whole[0], whole[1]), policy));
  refuses("note.unsigned", () => acceptCheckpoint(note(whole[1], whole[2]), policy));
  refuses("note.unsigned", () =>
    acceptCheckpoint(note(signer("log.example", 1, 9).line(text)), policy),
  );
  refuses("note.signature-wrong", () => acceptCheckpoint(note(first.line("")), policy));
  refuses("policy.log", () => acceptCheckpoint(note(...whole), parsePolicy("quorum none\n")));
});

test("policy: confirmed is what cannot be had without an auditor", () => {
  const asks = (...parts: string[]) => asksForAuditor(parsePolicy(lines(w1, w2, ...parts)));
  assert.ok(!asks("quorum none"));
  assert.ok(!asks("quorum w1"));
  assert.ok(asks("quorum auditor-2"));
  assert.ok(!asks("group g any w1 auditor-2", "quorum g"));
  assert.ok(asks("group g all w1 auditor-2", "quorum g"));
});
