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
  need(month >= 1 && month <= 12, "edtf.range");
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

function oneDay(year: number, month: number, day: number): number {
  need(month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month), "edtf.range");
  return dayOf(year, month, day);
}

function parseCoarse(text: string): Days | undefined {
  const decade = /^([0-9]{3})X$/.exec(text);
  if (decade !== null) return years(Number(decade[1]) * 10, Number(decade[1]) * 10 + 9, "decade");
  const century = /^([0-9]{2})XX$/.exec(text);
  if (century !== null)
    return years(Number(century[1]) * 100, Number(century[1]) * 100 + 99, "century");
  return undefined;
}

function parsePlain(text: string): Days {
  const coarse = parseCoarse(text);
  if (coarse !== undefined) return coarse;
  const parts =
    /^([0-9]{4})(?:-([0-9]{2}|XX)(?:-([0-9]{2}|XX))?)?$/.exec(text) ?? refuse("edtf.form");
  const [, yearText, month, day] = parts as unknown as [string, string, string?, string?];
  const year = Number(yearText);
  need(month !== "XX" || day === undefined || day === "XX", "edtf.form");
  need(year >= 1, "edtf.range");
  if (month === undefined) return years(year, year, "year");
  if (month === "XX") return years(year, year, "year");
  if (day === undefined && Number(month) >= 21 && Number(month) <= 24)
    return seasonOf(year, Number(month));
  if (day === undefined || day === "XX") return monthOf(year, Number(month));
  const only = oneDay(year, Number(month), Number(day));
  return { first: only, last: only, precision: "day" };
}

function parseDateTime(text: string): DateSpan {
  const form =
    /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:Z|([+-])([0-9]{2})(?::([0-9]{2}))?)$/;
  const parts = form.exec(text) ?? refuse("edtf.form");
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const zoneHour = Number(parts[8] ?? "0");
  const zoneMinute = Number(parts[9] ?? "0");
  need(year >= 1 && hour <= 23 && minute <= 59 && second <= 59, "edtf.range");
  need(zoneHour <= 23 && zoneMinute <= 59, "edtf.range");
  const ahead = (zoneHour * 60 + zoneMinute) * (parts[7] === "-" ? -1 : 1);
  const only = oneDay(year, month, day) + Math.floor((hour * 60 + minute - ahead) / 1440);
  return { first: only, last: only, precision: "day", uncertain: false, approximate: false };
}

function parseQualified(text: string): DateSpan {
  const qualifier = /[?~%]$/.exec(text)?.[0] ?? "";
  const days = parsePlain(text.slice(0, text.length - qualifier.length));
  return {
    ...days,
    uncertain: qualifier === "?" || qualifier === "%",
    approximate: qualifier === "~" || qualifier === "%",
  };
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
