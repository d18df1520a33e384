// What a record says that nobody recorded, on constructed states, run in Node through Vite.
// usage: node --test tests/browser/silence.test.mjs
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startModules } from "./modules.mjs";

const modules = await startModules();
after(() => modules.close());
const { silentIn } = await modules.load("asset/values");
const { factRecorded, factNothing, factCannotTell } = await modules.load("checking/messages");

const fact = (name, state = factNothing, corrections = []) => ({ name, state, corrections, values: [] });
const stands = (...fields) => ({ fields, retraction: { case: undefined } });
const takenBack = (...fields) => ({ fields, retraction: { case: "retractedIndex", value: 9n } });
const bundles = { consumer: [fact("fuel_type"), fact("colour", factRecorded)], manufacturer: [fact("width")], telemetry: [fact("odometer")] };
const silent = (...records) => silentIn({ ...bundles, records }).map(({ name }) => name);

test("silence: what an attestation states, openly or not, or by its correction, is not said to be unrecorded", () => {
  assert.deepEqual(silent(stands(fact("fuel_type", factRecorded))), ["width", "odometer"]);
  assert.deepEqual(silent(stands(fact("fuel_type", factCannotTell))), ["width", "odometer"]);
  assert.deepEqual(silent(stands(fact("fuel_type", factNothing, [{}]))), ["width", "odometer"]);
  assert.deepEqual(silent(takenBack(fact("width", factRecorded)), stands(fact("odometer", factRecorded))), ["fuel_type", "width"]);
});

test("silence: an attestation that is silent itself, was taken back, or speaks of something else, fills none", () => {
  const all = ["fuel_type", "width", "odometer"];
  assert.deepEqual(silent(), all);
  assert.deepEqual(silent(stands(fact("fuel_type"))), all);
  assert.deepEqual(silent(takenBack(fact("fuel_type", factRecorded))), all);
  assert.deepEqual(silent(stands(fact("engine_number", factRecorded))), all);
});

test("silence: of the facts themselves those that are recorded, withheld or corrected are left out", () => {
  const facts = [fact("a"), fact("b", factRecorded), fact("c", factCannotTell), fact("d", factNothing, [{}])];
  assert.deepEqual(silentIn({ consumer: facts, manufacturer: [], telemetry: [], records: [] }), [facts[0]]);
});
