// Links that name a state of the log, and what codes say: the pure parts, run in Node through Vite.
// usage: node --test tests/browser/links.test.mjs
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, test } from "node:test";
import { startModules } from "./modules.mjs";

const modules = await startModules();
after(() => modules.close());
const { linkTo, linkedIn, headText, sameHead, grouped } = await modules.load("share/link");
const { certificateNumber } = await modules.load("checking/certificate");
const { checkPinned } = await modules.load("checking/pinned");
const { readBase32, writeBase32 } = await modules.load("base32");
const { numbersIn } = await modules.load("scan/numbers");
const { routeOf } = await modules.load("route");

const id = "6GT79D7N6NTVBXHPETVFEDVQPZ7";
const root = (byte) => new Uint8Array(32).fill(byte);
const head = { size: 653n, root: root(0xab) };
const number = certificateNumber(id, head);

test("links: one that was cut off or altered is said to be unreadable", () => {
  const whole = new URL(linkTo("https://ledger.example", id, head, number)).hash;
  assert.deepEqual(linkedIn(whole), { head, certificate: number });
  for (let size = 4; size < whole.length; size++) {
    const read = linkedIn(whole.slice(0, size));
    // Without its number a link is one that was shared; nothing else may be left out.
    if (whole.slice(0, size) === whole.slice(0, whole.indexOf("&"))) assert.deepEqual(read, { head, certificate: undefined });
    else assert.equal(read, "unreadable", whole.slice(0, size));
  }
  for (const wrong of ["#at=", "#at=0:", `#at=0:${"ab".repeat(32)}`, `#at=-1:${"ab".repeat(32)}`, `#at=1:${"AB".repeat(32)}`]) {
    assert.equal(linkedIn(wrong), "unreadable", wrong);
  }
  assert.equal(linkedIn(`${whole.slice(0, -1)}${whole.endsWith("0") ? "1" : "0"}`), "unreadable", "its check symbol does not fit");
});

test("links: places within a page name no state", () => {
  for (const place of ["", "#entry-5", "#proof", "#"]) assert.equal(linkedIn(place), undefined);
});

test("links: what programs write as %3A is read", () => {
  const whole = new URL(linkTo("https://ledger.example", id, head)).hash;
  assert.deepEqual(linkedIn(whole.replace(":", "%3A").replace("=", "%3D")), { head, certificate: undefined });
  assert.deepEqual(linkedIn(whole.replace(":", "%3A")), { head, certificate: undefined });
  assert.equal(linkedIn("#at=%E0%A4%A"), "unreadable");
});

test("links: a QR code holds the longest one", () => {
  const longest = linkTo(`https://${"a".repeat(59)}.${"b".repeat(63)}.example`, id, { size: 2n ** 62n, root: root(1) }, number);
  assert.ok(Buffer.byteLength(longest) <= 300, String(Buffer.byteLength(longest)));
});

test("certificates: the number follows from the record and the state, and says so where one is another", () => {
  const text = `patina/certificate/v1 ${id} 653:${"ab".repeat(32)}`;
  const digest = createHash("sha256").update(text).digest();
  assert.equal(number, writeBase32(digest.readBigUInt64BE() >> 14n, 10));
  assert.match(grouped(number), /^.{5}-.{5}-.$/);
  assert.notEqual(certificateNumber(id, { ...head, size: 654n }), number);
  assert.notEqual(certificateNumber(id, { ...head, root: root(0xac) }), number);
});

test("base 32: every wrong symbol is found", () => {
  for (let at = 0; at < number.length; at++) {
    for (const symbol of "0123456789ABCDEFGHJKMNPQRSTVWXYZ") {
      const other = number.slice(0, at) + symbol + number.slice(at + 1);
      if (other !== number) assert.equal(readBase32(other, 10), undefined, other);
    }
  }
  assert.equal(readBase32(grouped(number).toLowerCase(), 10), number);
});

// What the Worker would get: a log of two states, and one that forked.
function answersFrom(heads, proves) {
  const asked = [];
  const against = async (earlier) => {
    asked.push(earlier);
    const now = heads.length > 1 ? heads.shift() : heads[0];
    const holds = earlier === undefined || proves(earlier);
    const verdict = { word: holds ? "matches" : "does not match", check: holds ? undefined : "V8", checkpoint: now, continues: holds };
    return holds ? { kind: "record", verdict, record: { asset: id } } : { kind: "unproven", verdict, bundle: undefined };
  };
  return { against, asked };
}

const seen = { size: 700n, root: root(7) };
const now = { size: 710n, root: root(8) };

test("pinned: a log that does not continue the link is not shown, with and without an earlier visit", async () => {
  for (const before of [undefined, seen]) {
    const { against } = answersFrom([now], (earlier) => !sameHead(earlier, head));
    const answer = await checkPinned(head, before, against);
    assert.equal(answer.kind, "unpinned");
    assert.equal(answer.verdict.word, "does not match");
    assert.ok(sameHead(answer.pin, head));
  }
});

test("pinned: a log that does not continue what was seen is that, whatever the link", async () => {
  const { against } = answersFrom([now], (earlier) => sameHead(earlier, head));
  assert.equal((await checkPinned(head, seen, against)).kind, "unproven");
});

test("pinned: two histories of one size are a fork", async () => {
  const { against } = answersFrom([now, { ...now, root: root(9) }], () => true);
  const answer = await checkPinned(head, seen, against);
  assert.deepEqual([answer.kind, answer.verdict.word, answer.verdict.rule], ["unpinned", "does not match", "verify.fork"]);
});

test("pinned: a log that grows between the questions is asked again, and not for ever", async () => {
  const grown = (n) => ({ size: 710n + BigInt(n), root: root(n) });
  const { against } = answersFrom([grown(1), grown(2), grown(3), grown(3)], () => true);
  assert.equal((await checkPinned(head, seen, against)).kind, "record");
  const restless = answersFrom(Array.from({ length: 20 }, (_, n) => grown(n)), () => true);
  const answer = await checkPinned(head, seen, restless.against);
  assert.deepEqual([answer.kind, answer.verdict.word], ["unpinned", "not proven"]);
  assert.ok(restless.asked.length <= 8);
});

test("pinned: the first visit asks once, and says that it is one", async () => {
  const { against, asked } = answersFrom([now], () => true);
  const answer = await checkPinned(head, undefined, against);
  assert.equal(asked.map(headText).join(), headText(head));
  assert.deepEqual([answer.kind, answer.verdict.continues, answer.pinned.certificate], ["record", undefined, number]);
});

test("codes: what a label says becomes what is looked up", () => {
  assert.deepEqual(numbersIn([]), []);
  assert.deepEqual(numbersIn(["", " \n", "x".repeat(401)]), []);
  assert.deepEqual(numbersIn(["x".repeat(400)]), ["x".repeat(400)]);
  assert.deepEqual(numbersIn(["3VW217AU3FM090764", "I3VW217AU3FM090764"]), ["3VW217AU3FM090764"]);
  assert.deepEqual(numbersIn(["VIN: 3vw217au3fm090764\r\nGOLF"]), ["3VW217AU3FM090764"]);
  assert.deepEqual(numbersIn(["3VW217AU3FM090764 1M8GDM9AXKP042788"]), ["3VW217AU3FM090764 1M8GDM9AXKP042788"]);
  assert.deepEqual(numbersIn([`https://ledger.example/a/${id}`]), [`https://ledger.example/a/${id}`]);
});

test("addresses: a certificate stands beside its record, and a wrong number leads nowhere", () => {
  assert.deepEqual(routeOf(`/a/${id}/certificate`), { page: "certificate", asset: id });
  assert.deepEqual(routeOf(`/a/${id}`, "#at=1:2"), { page: "asset", asset: id, link: "#at=1:2" });
  assert.deepEqual(routeOf(`/a/${id}`, "#entry-1"), { page: "asset", asset: id });
  for (const path of [`/a/${id.slice(0, 26)}8`, `/a/${id}/certificates`, "/a/certificate"]) assert.equal(routeOf(path).page, "none");
});
