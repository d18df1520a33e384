// Dates: the part of EDTF levels 0 and 1 that is read here, and the days that a date means. SPEC.md section 3.5.
import { utf8 } from "./bytes.js";
import { edtfBytesMax } from "./limits.js";
import { need, refuse } from "./refusal.js";

/** What a date's text is, coarser and coarser; in the order of the shared vectors. */
export const precisions = [
  "day",
  "month",
  "season",
  "year",
  "decade",
  "century",
  "interval",
] as const;
export type Precision = (typeof precisions)[number];

/** The days that a date can mean; day 0 is 1970-01-01. An end that is undefined is open. */
export interface DateSpan {
  readonly first: number | undefined;
  readonly last: number | undefined;
  readonly precision: Precision;
  readonly uncertain: boolean;
  readonly approximate: boolean;
}

interface Days {
  readonly first: number;
  readonly last: number;
  readonly precision: Precision;
}

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function daysIn(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : (monthDays[month - 1] as number);
}

// Days from 1970-01-01 to the first day of a year, in the proleptic Gregorian calendar.
function yearStart(year: number): number {
  const before = year - 1;
  const leaps = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  return before * 365 + leaps - 719_162;
}

function dayOf(year: number, month: number, day: number): number {
  let days = yearStart(year) + day - 1;
  for (let m = 1; m < month; m++) days += daysIn(year, m);
  return days;
}

function years(first: number, last: number, precision: Precision): Days {
  need(first >= 1, "edtf.range");
  return { first: yearStart(first), last: yearStart(last + 1) - 1, precision };
}

function monthOf(year: number, month: number): Days {
  return {
    first: dayOf(year, month, 1),
    last: dayOf(year, month, daysIn(year, month)),
    precision: "month",
  };
}

function seasonOf(year: number, season: number): Days {
  if (season === 21 || season === 23) {
    return { first: dayOf(year, 3, 1), last: dayOf(year, 11, 30), precision: "season" };
  }
  const last = dayOf(year + 1, 2, daysIn(year + 1, 2));
  return { first: dayOf(year, 1, 1), last, precision: "season" };
}

// A text is read from its front; the first fault names the rule.
interface Scanner {
  readonly text: string;
  at: number;
}

function takes(scanner: Scanner, symbols: string): boolean {
  if (!scanner.text.startsWith(symbols, scanner.at)) return false;
  scanner.at += symbols.length;
  return true;
}

function expects(scanner: Scanner, symbol: string): void {
  need(takes(scanner, symbol), "edtf.form");
}

function digits(scanner: Scanner, count: number): number {
  const text = scanner.text.slice(scanner.at, scanner.at + count);
  need(text.length === count && /^[0-9]*$/.test(text), "edtf.form");
  scanner.at += count;
  return Number(text);
}

function within(scanner: Scanner, low: number, high: number): number {
  const value = digits(scanner, 2);
  need(value >= low && value <= high, "edtf.range");
  return value;
}

function ends(scanner: Scanner): void {
  need(scanner.at === scanner.text.length, "edtf.form");
}

function readYear(scanner: Scanner): number {
  const year = digits(scanner, 4);
  need(year >= 1, "edtf.range");
  return year;
}

function readDay(scanner: Scanner, year: number, month: number): number {
  const day = digits(scanner, 2);
  need(day >= 1 && day <= daysIn(year, month), "edtf.range");
  return dayOf(year, month, day);
}

function readInYear(scanner: Scanner, year: number): Days {
  if (takes(scanner, "XX")) {
    if (takes(scanner, "-")) expects(scanner, "XX");
    return years(year, year, "year");
  }
  const month = digits(scanner, 2);
  if (month >= 21 && month <= 24) return seasonOf(year, month);
  need(month >= 1 && month <= 12, "edtf.range");
  if (!takes(scanner, "-") || takes(scanner, "XX")) return monthOf(year, month);
  const only = readDay(scanner, year, month);
  return { first: only, last: only, precision: "day" };
}

function readDate(scanner: Scanner): Days {
  const coarse = /^[0-9]{2}(?:XX|[0-9]X)/.exec(scanner.text)?.[0];
  if (coarse !== undefined) {
    scanner.at = coarse.length;
    const known = coarse.replaceAll("X", "");
    const span = known.length === 2 ? 100 : 10;
    const first = Number(known) * span;
    return years(first, first + span - 1, span === 100 ? "century" : "decade");
  }
  const year = readYear(scanner);
  return takes(scanner, "-") ? readInYear(scanner, year) : years(year, year, "year");
}

// Minutes that the zone is ahead of UTC.
function readZone(scanner: Scanner): number {
  if (takes(scanner, "Z")) return 0;
  const sign = takes(scanner, "+") ? 1 : takes(scanner, "-") ? -1 : refuse("edtf.form");
  const hours = within(scanner, 0, 23);
  const minutes = takes(scanner, ":") ? within(scanner, 0, 59) : 0;
  return sign * (hours * 60 + minutes);
}

function parseDateTime(text: string): DateSpan {
  const scanner = { text, at: 0 };
  const year = readYear(scanner);
  expects(scanner, "-");
  const month = digits(scanner, 2);
  need(month < 21 || month > 24, "edtf.form"); // a season has no days
  need(month >= 1 && month <= 12, "edtf.range");
  expects(scanner, "-");
  const day = readDay(scanner, year, month);
  expects(scanner, "T");
  const hour = within(scanner, 0, 23);
  expects(scanner, ":");
  const minute = within(scanner, 0, 59);
  expects(scanner, ":");
  within(scanner, 0, 59);
  const ahead = readZone(scanner);
  ends(scanner);
  const only = day + Math.floor((hour * 60 + minute - ahead) / 1440);
  return { first: only, last: only, precision: "day", uncertain: false, approximate: false };
}

function parseQualified(text: string): DateSpan {
  const scanner = { text, at: 0 };
  const days = readDate(scanner);
  const uncertain = takes(scanner, "?");
  const approximate = !uncertain && takes(scanner, "~");
  const both = !uncertain && !approximate && takes(scanner, "%");
  ends(scanner);
  return { ...days, uncertain: uncertain || both, approximate: approximate || both };
}

function parseInterval(text: string): DateSpan {
  const slash = text.indexOf("/");
  const [from, to] = [text.slice(0, slash), text.slice(slash + 1)].map((end) =>
    end === "" || end === ".." ? undefined : parseQualified(end),
  );
  if (from === undefined && to === undefined) return refuse("edtf.form");
  const first = from?.first;
  const last = to?.last;
  need(first === undefined || last === undefined || first <= last, "edtf.range");
  return {
    first,
    last,
    precision: "interval",
    uncertain: (from?.uncertain ?? false) || (to?.uncertain ?? false),
    approximate: (from?.approximate ?? false) || (to?.approximate ?? false),
  };
}

/** Reads a date; refuses with edtf.*. */
export function parseDate(text: string): DateSpan {
  const size = utf8(text).length;
  need(size >= 1 && size <= edtfBytesMax, "edtf.length");
  if (text.includes("/")) return parseInterval(text);
  return text.includes("T") ? parseDateTime(text) : parseQualified(text);
}
