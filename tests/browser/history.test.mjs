// The history as it is drawn, and what its sources are called, on constructed records, run in Node through Vite.
// usage: node --test tests/browser/history.test.mjs
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startModules } from "./modules.mjs";

const modules = await startModules();
after(() => modules.close());
const { itemsOf, longestGap, placedOf } = await modules.load("asset/history");
const { drawnOf } = await modules.load("asset/joins");
const { edgeText } = await modules.load("asset/event_text");
const { nameOf } = await modules.load("asset/values");

const issuedMs = Date.UTC(2026, 10, 22);

function entry(index, occurred, more = {}) {
  const plain = { kind: "attested", issuedMs, recordedMs: issuedMs, fields: [], about: "", target: "", batches: [], sources: [] };
  return { ...plain, index: BigInt(index), statement: `statement ${index}`, occurred, ...more };
}

const code = (text) => ({ value: { case: "code", value: { system: "patina-directness", code: text } } });
const number = (step) => ({ value: { case: "number", value: { mantissa: BigInt(step), exponent: 0, unit: "C62" } } });
const step = (index, occurred, at) => entry(index, occurred, { about: "provenance", fields: [{ name: "step", values: [number(at)] }] });
const stated = (index, directness) => ({
  index: BigInt(index),
  retraction: { case: undefined },
  fields: [{ name: "directness", state: 1, values: [code(directness)], corrections: [] }],
});

// Oldest first: indexes of entries, and silences as text.
function drawn(events, records = []) {
  const items = drawnOf(itemsOf(placedOf({ events })), { events, state: { records } });
  const told = ({ after: from, before, join }) => `${edgeText(from, "last")} - ${edgeText(before, "first")} ${join ?? ""}`.trim();
  return items.map((item) => (item.kind === "gap" ? told(item) : item.kind === "break" ? "break" : Number(item.event.index))).reverse();
}

test("history: a silence is told as precisely as the entries at its ends are dated", () => {
  assert.deepEqual(drawn([entry(1, "2014-05-02"), entry(2, "2020-03")]), [1, "2 May 2014 - March 2020", 2]);
  assert.deepEqual(drawn([entry(1, "1938/1946"), entry(2, "195X")]), [1, "1946 - 1950", 2]);
  assert.deepEqual(drawn([entry(1, "2015"), entry(2, "")]), [1, "2015 - 22 Nov 2026", 2]);
  assert.deepEqual(drawn([entry(1, "2015"), entry(2, "2017-01")]), [1, 2]);
});

test("history: a silence begins where the longest of the entries before it ends", () => {
  assert.deepEqual(drawn([entry(1, "1900/1950"), entry(2, "1910"), entry(3, "1990")]), [1, 2, "1950 - 1990", 3]);
});

test("history: an undated step stands beside the dated ones, and no silence begins or ends with it", () => {
  assert.deepEqual(drawn([entry(1, ""), step(2, "1900", 2), step(3, "", 1)]), [3, 2, "1900 - 22 Nov 2026", 1]);
  assert.deepEqual(drawn([step(1, "1900-01-01", 1), step(2, "", 2), step(3, "1950", 3)]), [1, 2, "1 Jan 1900 - 1950", 3]);
  assert.deepEqual(drawn([entry(1, "2000"), step(2, "", 1)]), [1, "2000 - 22 Nov 2026", 2]);
});

test("history: a silence is told from the entry below it, not from a vaguer one", () => {
  assert.deepEqual(drawn([entry(1, "2014-04"), entry(2, "2014-04-21"), entry(3, "2020")]), [1, 2, "21 Apr 2014 - 2020", 3]);
  assert.deepEqual(drawn([entry(1, "2014-04-01"), entry(2, "2014-04-21"), entry(3, "2020")]), [1, 2, "21 Apr 2014 - 2020", 3]);
});

const by = (letter, event) => ({ ...event, sources: [{ principal: letter.repeat(64), roles: [] }] });

test("history: a step of one source stands behind the step before it, as far as its date allows", () => {
  const before = step(1, "1891-04-20", 3);
  assert.deepEqual(drawn([by("a", step(2, "1891/1892-04", 4)), by("a", before)]), [1, 2]);
  assert.deepEqual(drawn([by("b", step(2, "1891/1892-04", 4)), by("a", before)]), [2, 1]);
  assert.deepEqual(drawn([by("a", step(2, "1890", 4)), by("a", before)]), [2, 1]);
});

test("history: readings of a device, whose dates are not public, end no silence and count for none", () => {
  const readings = entry(2, "", { kind: "telemetry", batches: [{ index: 2n, issuedMs }] });
  assert.deepEqual(drawn([entry(1, "2020"), readings]), [1, 2]);
  assert.deepEqual(drawn([entry(1, "2020"), { ...readings, batches: [] }]), [1, "2020 - 22 Nov 2026", 2]);
  assert.equal(longestGap(placedOf({ events: [entry(1, "2020"), readings] })), 0);
});

test("history: a silence says how the step above it joins the one below", () => {
  const events = [step(1, "1900", 1), step(2, "1950", 2), step(3, "1951", 3)];
  assert.deepEqual(drawn(events, [stated(2, "direct"), stated(3, "not_direct")]), [1, "1900 - 1950 direct", 2, "break", 3]);
});

test("sources: a device is called after those who fitted it, and by its number where that is not enough", () => {
  const garage = { id: "a".repeat(64), name: "Garage", fittedBy: undefined };
  const nobody = { id: "b".repeat(64), name: undefined, fittedBy: undefined };
  const device = (letter, ...fittedBy) => ({ id: letter.repeat(64), name: undefined, fittedBy });
  const [one, two] = [device("1", garage.id), device("2", garage.id)];
  assert.equal(nameOf([garage, one], one.id), "Device fitted by Garage");
  assert.equal(nameOf([garage, one, two], two.id), "Device 22222222, fitted by Garage");
  assert.equal(nameOf([nobody, device("3", nobody.id)], "3".repeat(64)), "Device 33333333");
  assert.equal(nameOf([nobody], nobody.id), "Somebody unnamed (bbbbbbbb)");
});
