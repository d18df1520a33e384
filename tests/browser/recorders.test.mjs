// Who recorded a history and what became of their entries, counted on constructed states, run in Node through Vite.
// usage: node --test tests/browser/recorders.test.mjs
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startModules } from "./modules.mjs";

const modules = await startModules();
after(() => modules.close());
const { sharesOf } = await modules.load("asset/sources");
const { judgeCorrections } = await modules.load("checking/corrections");
const { codeOf, held, isRecorded } = await modules.load("asset/values");

const hex = (name) => Buffer.from(name.padEnd(32)).toString("hex");
const stateSources = (names) => names.map((name) => ({ principal: new Uint8Array(Buffer.from(name.padEnd(32))), roles: [] }));

// An entry: who signed it, and what it is.
function entry(index, names, more = {}) {
  const sources = names.map((name) => ({ principal: hex(name), roles: more.roles ?? ["inspector"] }));
  const plain = { kind: "attested", index: BigInt(index), issuedMs: index * 86_400_000, recordedMs: 0, occurred: "", fields: [], about: "" };
  return { ...plain, target: "", batches: [], statement: `statement ${index}`, ...more, sources };
}
const aimed = (index, names, kind, at) => entry(index, names, { kind, target: `statement ${at}` });
const correction = (index, names, selfDeclared = false) => ({ index: BigInt(index), sources: stateSources(names), selfDeclared, values: [] });
const fact = (index, names, ...corrections) => ({ name: "odometer", index: BigInt(index), sources: stateSources(names), corrections });
const stated = (index, fields = [], backBy = undefined) => ({
  index: BigInt(index),
  fields,
  retraction: backBy === undefined ? { case: undefined } : { case: "retractedIndex", value: BigInt(backBy) },
});
const finding = (id, ...indexes) => ({ id, indexes: indexes.map(BigInt), name: "odometer", values: [] });

function told(events, { records = [], findings = [], consumer = [], manufacturer = [] } = {}) {
  const state = { records, findings, consumer, manufacturer };
  judgeCorrections(state, events);
  const shares = sharesOf({ events, state });
  return shares.map(({ principal, entries, marks }) => {
    const lines = [...marks].flatMap(([fate, found]) => found.map(({ index, others }) => `${fate} ${index} ${others.join(" ")}`));
    return [Buffer.from(principal, "hex").toString().trim(), entries, ...lines.sort()];
  });
}

test("sources: what was taken back is not counted as corrected, whoever corrected it before", () => {
  const events = [entry(1, ["a"]), aimed(2, ["a"], "corrected", 1), aimed(3, ["b"], "retracted", 1), aimed(4, ["a"], "retracted", 1)];
  const fields = [fact(1, ["a"], correction(2, ["a"]))];
  assert.deepEqual(told(events, { records: [stated(1, fields, 3)] }), [["a", 3, "taken-back-by-other 1 3"], ["b", 1]]);
  assert.deepEqual(told(events, { records: [stated(1, fields, 4)] })[0], ["a", 3, "taken-back-by-itself 1 4"]);
});

test("sources: a retraction that the state does not follow takes nothing back", () => {
  const events = [entry(1, ["a"]), aimed(2, ["b"], "retracted", 1), aimed(3, ["a"], "retracted", 1)];
  assert.deepEqual(told(events, { records: [stated(1)] }), [["a", 2], ["b", 1]]);
});

test("sources: of a change and a correction only what its own source takes back later surely is", () => {
  const events = [
    aimed(0, ["a"], "retracted", 1),
    entry(1, ["a"], { kind: "changed" }),
    aimed(2, ["b"], "retracted", 1),
    aimed(3, ["a"], "retracted", 1),
    aimed(4, ["b"], "corrected", 1),
    aimed(5, ["b", "c"], "retracted", 4),
    entry(6, ["a"], { kind: "numbered" }),
    aimed(7, ["a"], "retracted", 6),
    entry(8, ["a"], { kind: "changed" }),
    aimed(9, ["a"], "corrected", 8),
  ];
  assert.deepEqual(told(events), [
    ["a", 7, "taken-back-by-itself 1 3"],
    ["b", 3, "taken-back-by-itself 4 5"],
    ["c", 1],
  ]);
});

test("sources: a self-declared correction by another does not hold", () => {
  const events = [entry(1, ["a"]), aimed(2, ["b"], "corrected", 1), aimed(3, ["a"], "corrected", 1)];
  const with_ = (...corrections) => told(events, { records: [stated(1, [fact(1, ["a"], ...corrections)])] });
  assert.deepEqual(with_(correction(2, ["b"], true)), [["a", 2], ["b", 1]]);
  assert.deepEqual(with_(correction(2, ["b"])), [["a", 2, "corrected-by-other 1 2"], ["b", 1]]);
  assert.deepEqual(with_(correction(2, ["b"], true), correction(3, ["a"], true)), [["a", 2, "corrected-by-itself 1 3"], ["b", 1]]);
  assert.deepEqual(with_(correction(3, ["a"], true), correction(2, ["b"], true)), [["a", 2, "corrected-by-itself 1 3"], ["b", 1]]);
});

// What holds of one field, or of a fact, that corrections give: [signers, value, self-declared, state], oldest first.
function holds(corrections, { first = ["a"], own, bundle = "records" } = {}) {
  const target = entry(1, first, { kind: bundle === "records" ? "attested" : bundle === "consumer" ? "changed" : "registered" });
  const events = [target, ...corrections.map(([names], at) => aimed(at + 2, names, "corrected", 1))];
  const code = (text) => ({ value: { case: "code", value: { system: "patina-certainty", code: text } } });
  const beside = corrections.map(([names, text, selfDeclared, state = 1], at) => ({
    ...correction(at + 2, names, selfDeclared),
    state,
    values: state === 1 ? [code(text)] : [],
  }));
  const said = own === undefined ? { state: 2, sources: [], values: [] } : { state: 1, sources: stateSources(first), values: [code(own)] };
  const only = { name: "certainty", ...said, corrections: beside };
  const state = { records: [], consumer: [], manufacturer: [], findings: [] };
  state[bundle] = bundle === "records" ? [stated(1, [only])] : [only];
  judgeCorrections(state, events);
  assert.equal(isRecorded(only), codeOf([only], "certainty") !== undefined);
  return held(only).map(({ value }) => value.value.code).join();
}

test("corrections: of a fact that only they give, another's self-declared one does not hold, its source's own does", () => {
  for (const bundle of ["records", "consumer", "manufacturer"]) {
    assert.equal(holds([[["b"], "possible", true]], { bundle }), "", bundle);
    assert.equal(holds([[["a"], "possible", true]], { bundle }), "possible", bundle);
    assert.equal(holds([[["a"], "possible", true], [["b"], "certain", true]], { bundle }), "possible", bundle);
    assert.equal(holds([[["a"], "possible", true], [["b"], "certain", false]], { bundle }), "certain", bundle);
    assert.equal(holds([[["b", "a"], "certain", true]], { bundle, first: ["c", "a"] }), "certain", bundle);
  }
});

test("corrections: the last one that counts holds, also where it clears or withholds a value", () => {
  assert.equal(holds([], { own: "certain" }), "certain");
  assert.equal(holds([[["b"], "possible", true]], { own: "certain" }), "certain");
  assert.equal(holds([[["b"], "possible", false], [["a"], "probable", true]], { own: "certain" }), "probable");
  assert.equal(holds([[["b"], "possible", false], [["a"], "", false, 2]], { own: "certain" }), "");
  assert.equal(holds([[["a"], "", false, 3]], { own: "certain" }), "");
});

test("sources: corrections of facts count at the entry that they aim at, once for several fields", () => {
  const events = [entry(1, ["a"], { kind: "registered" }), entry(2, ["b"], { kind: "changed" }), aimed(3, ["b"], "corrected", 1), aimed(4, ["a"], "corrected", 2)];
  const manufacturer = [fact(1, ["a"], correction(3, ["b"])), { ...fact(0, [], correction(3, ["b"])), name: "note" }];
  const consumer = [fact(2, ["b"], correction(4, ["a"]))];
  assert.deepEqual(told(events, { manufacturer, consumer }), [
    ["a", 2, "corrected-by-other 1 3"],
    ["b", 2, "corrected-by-other 2 4"],
  ]);
});

test("sources: entries stand in the order of the log, whatever the order of what became of them", () => {
  const events = [entry(1, ["a"]), entry(2, ["a"]), aimed(3, ["a"], "corrected", 2), aimed(4, ["a"], "corrected", 1)];
  const consumer = [fact(2, ["a"], correction(3, ["a"])), fact(1, ["a"], correction(4, ["a"]))];
  const state = { records: [], findings: [], manufacturer: [], consumer };
  judgeCorrections(state, events);
  const [{ marks }] = sharesOf({ events, state });
  assert.deepEqual(marks.get("corrected-by-itself").map(({ index }) => index), [1n, 2n]);
});

test("sources: the roles of who signed beside it are not its own", () => {
  const both = entry(1, ["a", "b"]);
  both.sources[1].roles = ["museum"];
  const shares = sharesOf({ events: [both], state: { records: [], findings: [], consumer: [], manufacturer: [] } });
  assert.deepEqual(shares.map(({ roles }) => roles), [["inspector"], ["museum"]]);
});

test("sources: findings that are no disagreement of sources count for none", () => {
  const events = [entry(1, ["a"]), entry(2, ["b"])];
  for (const id of ["entry.late", "telemetry.gap", "key.compromised", "finding.of-tomorrow"]) {
    assert.deepEqual(told(events, { findings: [finding(id, 1, 2)] }), [["a", 1], ["b", 1]], id);
  }
});

test("sources: readings of one source that do not fit are no disagreement of sources", () => {
  const events = [entry(1, ["a"]), entry(2, ["a", "b"]), entry(3, ["b"])];
  for (const id of ["odometer.lower", "odometer.unit-mix-up", "fact.disagreement"]) {
    assert.deepEqual(told(events, { findings: [finding(id, 1, 2), finding(id, 2, 3)] }), [["a", 2], ["b", 2]], id);
    assert.deepEqual(told(events, { findings: [finding(id, 1, 3)] }), [["a", 2, "disputed 1 3"], ["b", 2, "disputed 3 1"]], id);
  }
});

test("sources: an entry against which several stand is counted once, with all of them", () => {
  const events = [entry(1, ["a"]), entry(2, ["b"]), entry(3, ["c"])];
  const findings = [finding("fact.disagreement", 1, 2), finding("odometer.lower", 1, 3), finding("odometer.lower", 1, 2)];
  assert.deepEqual(told(events, { findings }), [["a", 1, "disputed 1 2 3"], ["b", 1, "disputed 2 1"], ["c", 1, "disputed 3 1"]]);
});

test("sources: a number on another record is told of this record's entry alone", () => {
  const events = [entry(5, ["a"], { kind: "numbered" }), entry(6, ["b"])];
  assert.deepEqual(told(events, { findings: [finding("identifier.conflict", 5, 9)] }), [["a", 1, "number-elsewhere 5 9"], ["b", 1]]);
});

test("sources: an entry that two signed counts for both, also where one of them corrects it", () => {
  const events = [entry(1, ["a", "b"]), entry(2, ["b"]), aimed(3, ["b"], "corrected", 1)];
  const records = [stated(1, [fact(1, ["a", "b"], correction(3, ["b"]))])];
  assert.deepEqual(told(events, { records }), [["b", 3, "corrected-by-itself 1 3"], ["a", 1, "corrected-by-other 1 3"]]);
});

test("sources: one that signed with two keys counts once", () => {
  assert.deepEqual(told([entry(1, ["a", "a"])]), [["a", 1]]);
});

test("sources: each batch of a stream is an entry, and may be disputed", () => {
  const batches = [10, 20, 30].map((index) => ({ index: BigInt(index), issuedMs: index }));
  const events = [entry(25, ["a"]), entry(30, ["device"], { kind: "telemetry", batches, issuedMs: 30 })];
  assert.deepEqual(told(events, { findings: [finding("odometer.lower", 10, 20), finding("odometer.lower", 20, 25)] }), [
    ["device", 3, "disputed 20 25"],
    ["a", 1, "disputed 25 20"],
  ]);
  const [{ dates }] = sharesOf({ events, state: { records: [], findings: [], consumer: [], manufacturer: [] } });
  assert.deepEqual([dates.first.ms, dates.last.ms], [10, 30]);
});

test("sources: roles are those of all its entries, dates those that its entries are about", () => {
  const events = [
    entry(1, ["a"], { occurred: "2019", roles: ["museum", "inspector"] }),
    entry(2, ["a"], { occurred: "1938/1946", roles: ["archive", "museum"] }),
    entry(3, ["a"], { occurred: "2016-02" }),
  ];
  const step = { name: "step", values: [{ value: { case: "number", value: { mantissa: 1n, exponent: 0 } } }] };
  const undated = entry(9000, ["b"], { about: "provenance", fields: [step], roles: [] });
  const [a, b] = sharesOf({ events: [...events, undated], state: { records: [], findings: [], consumer: [], manufacturer: [] } });
  assert.deepEqual(a.roles, ["archive", "inspector", "museum"]);
  assert.deepEqual([a.dates.first.occurred, a.dates.last.occurred], ["1938/1946", "2019"]);
  assert.deepEqual([b.roles, b.dates], [[], undefined]);
});
