// The portal's pure parts, run in Node through Vite: what was typed, dates, quantities, trust, the chart's scale.
// usage: node --test tests/browser/logic.test.mjs
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startModules } from "./modules.mjs";

const modules = await startModules();
after(() => modules.close());
const { load } = modules;

const { understand, assetIn, schemes } = await load("lookup/understand");
const { kindText } = await load("lookup/kind_text");
const { checkDigitFits, needsCheckDigit } = await load("lookup/vin");
const { edge, edtf, span, duration } = await load("i18n/dates");
const { digits, quantity, inMetres } = await load("i18n/quantities");
const { keepPinned, meaning, partiesOf, trust } = await load("trust/policy");
const { reasonOf } = await load("proof/reasons");
const { ticksTo } = await load("asset/chart_scale");
const { t, language } = await load("i18n/messages");
const { mirrored } = await load("i18n/pseudo");
const { en } = await load("i18n/en");
const { de } = await load("i18n/de");
const { terms: termsEn } = await load("i18n/terms_en");
const { terms: termsDe } = await load("i18n/terms_de");
const { list, listed } = await load("i18n/terms");
const { routeOf } = await load("route");

const origin = "https://ledger.example";
const id = "6GT79D7N6NTVBXHPETVFEDVQPZ7";

test("understand refuses to follow a link to elsewhere", () => {
  assert.deepEqual(understand(`https://elsewhere.example/a/${id}`, origin), { kind: "foreign", host: "elsewhere.example" });
  assert.equal(understand("javascript:alert(1)", origin).kind, "other");
  assert.equal(understand("   ", origin).kind, "empty");
});

test("understand refuses a record's number of which a character is wrong", () => {
  for (let at = 0; at < id.length; at++) {
    const wrong = `${id.slice(0, at)}${id[at] === "8" ? "9" : "8"}${id.slice(at + 1)}`;
    assert.equal(assetIn(wrong), undefined, wrong);
  }
  assert.equal(assetIn(id.slice(1)), undefined);
  assert.deepEqual(understand(`${id.slice(0, 26)}8`, origin), { kind: "other", hint: { kind: "asset-check" } });
  assert.deepEqual(understand(id.slice(1), origin), { kind: "other", hint: { kind: "asset-length", count: 26 } });
});

test("understand reads a record's number however it is written", () => {
  assert.equal(assetIn(id.toLowerCase()), id);
  assert.equal(assetIn("6gt7-9d7n-6ntv-bxhp-etvf-edvq-pz7"), id);
  assert.deepEqual(understand(` ${origin}/a/${id} `, origin), { kind: "asset", asset: id });
  assert.deepEqual(understand(`${origin}/a/${id}#at=1:x`, origin), { kind: "asset", asset: id, link: "#at=1:x" });
  assert.deepEqual(understand(`${origin}/a/${id}#entry-5`, origin), { kind: "asset", asset: id });
});

test("understand hints from the typed value alone", () => {
  assert.deepEqual(understand("3vw217au3-fm090764", origin), { kind: "vin", value: "3VW217AU3FM090764", hint: undefined });
  assert.deepEqual(understand("3VW2I7AU3FMO9Q764", origin).hint, { kind: "vin-letters", suggestion: "3VW217AU3FM090764" });
  assert.deepEqual(understand("4VW217AU3FM090764", origin).hint, { kind: "vin-check-digit" });
  assert.equal(understand("WVW217AU3FM090764", origin).hint, undefined);
  assert.deepEqual(understand("3VW217AU3FM09076", origin).hint, { kind: "vin-length", count: 16 });
  assert.equal(understand("AB-12/7", origin).hint, undefined);
});

test("vin: the check digit of known numbers fits, and of no neighbour", () => {
  for (const vin of ["1M8GDM9AXKP042788", "3VW217AU3FM090764", "1FTFW1EF7BFB11754", "5UXWX9C58F0D45921"]) {
    assert.ok(checkDigitFits(vin), vin);
    assert.ok(!checkDigitFits(`${vin.slice(0, 16)}${(Number(vin[16]) + 1) % 10}`), vin);
  }
  assert.ok(needsCheckDigit("1M8GDM9AXKP042788"));
  assert.ok(!needsCheckDigit("WVWZZZ1KZAW000000"));
  const regions = ["1", "2", "3", "4", "5", "6", "L", "7E", "7F", "7Z", "70", "79"];
  const needing = regions.filter((region) => needsCheckDigit(region.padEnd(17, "0")));
  assert.deepEqual(needing, ["1", "2", "4", "5", "L", "7F", "7Z", "70", "79"]);
});

test("understand offers every scheme of the catalog", () => {
  assert.equal(schemes[0].name, "vin");
  assert.ok(schemes.length >= 11);
});

test("dates keep the precision that they were stated with", () => {
  const cases = {
    2015: "2015",
    "2014-03": "March 2014",
    "2015-06-02": "2 Jun 2015",
    "1955?": "1955 (uncertain)",
    "1938~": "about 1938",
    "1938/1946": "1938 to 1946",
    "/1973-01": "January 1973 or before",
    "1973/..": "1973 or later",
    "195X": "1950s",
    "18XX": "between 1800 and 1899",
    "2001-21": "spring 2001",
  };
  for (const [stated, shown] of Object.entries(cases)) assert.equal(edtf(stated), shown);
});

test("dates have the first and the last day that they may mean", () => {
  const days = (text) => Object.values(span(text)).map((ms) => new Date(ms).toISOString().slice(0, 10));
  assert.deepEqual(days("2015"), ["2015-01-01", "2015-12-31"]);
  assert.deepEqual(days("2016-02"), ["2016-02-01", "2016-02-29"]);
  assert.deepEqual(days("195X"), ["1950-01-01", "1959-12-31"]);
  assert.deepEqual(days("1938/1946-05"), ["1938-01-01", "1946-05-31"]);
  assert.deepEqual(days("2001-22"), ["2001-06-01", "2001-08-31"]);
  assert.deepEqual(days("0099-01-01"), ["0099-01-01", "0099-01-01"]);
  assert.equal(span("unknown"), undefined);
});

test("dates begin and end as precisely as they were stated", () => {
  const cases = {
    "2022-06-07": ["7 Jun 2022", "7 Jun 2022"],
    1938: ["1938", "1938"],
    "1938/1946-05": ["1938", "May 1946"],
    "1955?": ["1955 (uncertain)", "1955 (uncertain)"],
    "/1973-01": ["January 1973", "January 1973"],
    "1973/..": ["1973", "1973"],
    "195X": ["1950", "1959"],
    "2001-21": ["spring 2001", "spring 2001"],
  };
  for (const [stated, ends] of Object.entries(cases)) assert.deepEqual([edge(stated, "first"), edge(stated, "last")], ends, stated);
});

test("durations are in the unit that says enough", () => {
  const day = 86_400_000;
  assert.equal(duration(0), "0\u00a0minutes");
  assert.equal(duration(11 * 60_000), "11\u00a0minutes");
  assert.equal(duration(2 * day), "2\u00a0days");
  assert.equal(duration(1461 * day), "4\u00a0years");
});

test("what is put into a text from right to left keeps its own order", () => {
  const before = language.value;
  language.value = { ...before, direction: "rtl", ...mirrored(en, termsEn) };
  const bare = [quantity({ mantissa: 5n, exponent: 0, unit: "KMT" }), edtf("1886"), edtf("1886-05"), duration(86_400_000 * 2)];
  const put = t("hint.use-suggestion", { suggestion: "A-1" });
  language.value = before;
  assert.deepEqual(bare, ["\u20685\u00a0km\u2069", "1886", "\u2068May 1886\u2069", "\u20682\u00a0days\u2069"]);
  assert.match(put, /^[א-ת]+ \u2068A-1\u2069$/);
  assert.equal(t("hint.use-suggestion", { suggestion: "A-1" }), "Use A-1");
});

test("quantities keep their digits", () => {
  assert.equal(digits({ mantissa: 100n, exponent: -1, unit: "" }), "10.0");
  assert.equal(digits({ mantissa: -5n, exponent: -3, unit: "" }), "-0.005");
  assert.equal(digits({ mantissa: 12n, exponent: 3, unit: "" }), "12000");
  assert.equal(digits({ mantissa: 0n, exponent: 3, unit: "" }), "0");
  assert.equal(quantity({ mantissa: 12_345_678_901_234_567_890n, exponent: 0, unit: "" }), "12,345,678,901,234,567,890");
  assert.equal(quantity({ mantissa: 61_240n, exponent: 0, unit: "SMI" }), "61,240\u00a0mi");
  assert.equal(quantity({ mantissa: 4951n, exponent: 0, unit: "CMQ" }), "4,951\u00a0cm³");
  assert.equal(quantity({ mantissa: 150_000n, exponent: -2, unit: "USD" }), "US$1,500.00");
  assert.equal(quantity({ mantissa: 5n, exponent: 0, unit: "C62" }), "5");
  assert.equal(quantity({ mantissa: 5n, exponent: 0, unit: "X9Z" }), "5\u00a0X9Z");
  assert.equal(inMetres({ mantissa: 1n, exponent: 0, unit: "SMI" }), 1609.344);
  assert.equal(inMetres({ mantissa: 1n, exponent: 0, unit: "KGM" }), undefined);
});

test("trust: a comment or an address may change, a key or the quorum may not", () => {
  const policy = "log a.example/x+0a0b0c0d+AQ+/= http://one\nquorum none\n";
  assert.equal(meaning(policy), meaning("# hello\nlog  a.example/x+0a0b0c0d+AQ+/=\thttp://two\n\nquorum none"));
  assert.notEqual(meaning(policy), meaning(policy.replace("AQ+", "AR+")));
  assert.notEqual(meaning(policy), meaning(policy.replace("none", "w")));
  assert.notEqual(meaning(policy), meaning(`${policy}witness w w+01020304+BA== \n`));
  assert.deepEqual(partiesOf(policy), [{ kind: "log", name: "a.example/x", key: "0a0b0c0d+AQ+/=" }]);
});

test("trust: who keeps the old log trusts it, and nothing else is kept", () => {
  trust.value = { state: "changed", policy: "old", sinceMs: 5, named: "new" };
  keepPinned();
  assert.deepEqual(trust.value, { state: "pinned", policy: "old", sinceMs: 5 });
  trust.value = { state: "none" };
  keepPinned();
  assert.deepEqual(trust.value, { state: "none" });
});

test("proof: a failed check says what was wrong, and nothing where that is not known", () => {
  const reason = (check, rule, word = "does not match") => reasonOf({ check, rule, word });
  assert.equal(reason(undefined, "tlog.inclusion-root"), undefined);
  assert.equal(reason("V99", "verify.new"), undefined);
  assert.equal(reason(undefined, "verify.bundle"), "fail.other");
  assert.equal(reason("V31", "verify.bundle"), "fail.form");
  assert.equal(reason("V31", "bytes.newer-format", "could not check"), "fail.newer");
  assert.equal(reason("V31", "bytes.field", "could not check"), "fail.read");
  assert.equal(reason("V7", "policy.log", "not proven"), "fail.signer");
  assert.equal(reason("V7", "policy.quorum-missing", "not proven"), "fail.quorum");
  assert.equal(reason("V7", "note.signature"), "fail.checkpoint");
  assert.equal(reason("V8", "verify.missing", "not proven"), "fail.continues");
  assert.equal(reason("V12", "verify.missing", "could not check"), "fail.missing");
  assert.equal(reason("V22", "index.proof-root"), "fail.complete");
  // Every check of an asset's bundle has one.
  for (const number of [7, 9, 10, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 22, 24, 25, 31, 32]) {
    assert.ok(Object.hasOwn(en, reason(`V${number}`, "any.rule")), `V${number}`);
  }
});

test("chart: the scale is round and holds what is drawn", () => {
  for (const most of [0, 1, 999, 58_990, 178_220, 1_000_000]) {
    const { top, ticks } = ticksTo(most, 4);
    assert.ok(top >= most && ticks.length >= 2 && ticks.length <= 6, String(most));
    assert.equal(ticks.at(-1).value, top);
  }
});

test("texts: German has every key, and the values of English", () => {
  const names = (text) => [...(typeof text === "string" ? text : text.other).matchAll(/\{([a-z-]+)\}/g)].map(([, name]) => name).sort();
  assert.deepEqual(Object.keys(de).sort(), Object.keys(en).sort());
  for (const key of Object.keys(en)) assert.deepEqual(names(de[key]), names(en[key]), key);
});

test("texts: what must never be printed is not there", () => {
  const never = [/no accidents/i, /genuine/i, /\bowner/i, /tamper-?proof/i, /gdpr/i, /\bdeleted\b/i, /Eigentümer/i, /unfallfrei/i];
  const words = [termsEn, termsDe].map((terms) => Object.assign({}, ...Object.values(terms)));
  for (const catalog of [en, de, ...words]) {
    for (const [key, text] of Object.entries(catalog)) {
      for (const word of never) assert.doesNotMatch(JSON.stringify(text), word, key);
    }
  }
});

test("kinds of number: makers and collections by their names, countries by their codes", () => {
  assert.equal(kindText({ scheme: "vin", scope: "" }), "Vehicle identification number (VIN)");
  assert.equal(kindText({ scheme: "accession-number", scope: "carnegie-museum-of-art" }), "Accession number, Carnegie Museum of Art");
  assert.equal(kindText({ scheme: "registration-mark", scope: "gb" }).split(", ")[1], "United Kingdom");
  assert.equal(kindText({ scheme: "engine-number", scope: "gm" }).split(", ")[1], "GM"); // a maker, not the Gambia
});

test("texts: a value that is not given is a mistake of the program", () => {
  assert.throws(() => t("hint.use-suggestion", {}));
  assert.equal(t("asset.records-count", { count: 1 }), "1 entry");
  assert.equal(t("asset.records-count", { count: 1200 }), "1,200 entries");
});

test("addresses: only a record's number stands in one", () => {
  assert.deepEqual(routeOf(`/a/${id}`), { page: "asset", asset: id });
  for (const path of ["/a/", "/a/3VW217AU3FM090764", `/a/${id}/x`, "/check/", "/nothing"]) assert.equal(routeOf(path).page, "none", path);
});

test("addresses: each place of the log has one", () => {
  const principal = "0123456789abcdef".repeat(4);
  assert.deepEqual(routeOf("/log/0"), { page: "leaf", index: "0" });
  assert.deepEqual(routeOf("/log/123456789012345678"), { page: "leaf", index: "123456789012345678" });
  assert.deepEqual(routeOf("/log/tile/1/20"), { page: "tile", level: "1", number: "20" });
  assert.deepEqual(routeOf(`/source/${principal}`), { page: "source", principal });
  for (const path of ["/log/", "/log/07", "/log/1234567890123456789", "/log/tile/8/0", "/log/tile/0", `/source/${principal.slice(1)}`, `/source/${principal.toUpperCase()}`]) {
    assert.equal(routeOf(path).page, "none", path);
  }
});

test("texts: a list of what is no text has the words of one that is", () => {
  const words = (items) => listed(items).map(({ item, before }) => `${before}${item}`);
  for (const items of [[7n], [7n, 8n], [7n, 8n, 9n]]) assert.equal(words(items).join(""), list(items.map(String)));
  assert.deepEqual(words([7n, 7n]), ["7", " and 7"]);
  assert.deepEqual(words([]), []);
});
