// Dates as readers see them. What was stated as a year stays a year: no precision is added.
import { isolated, language, t } from "./messages";
import type { Key } from "./messages";

function format(date: Date, options: Intl.DateTimeFormatOptions): string {
  return isolated(new Intl.DateTimeFormat(language.value.locale, { calendar: "gregory", ...options }).format(date));
}

/** A moment, to the day. */
export function day(ms: number): string {
  return format(new Date(ms), { dateStyle: "medium" });
}

/** A moment, to the minute. */
export function minute(ms: number): string {
  return format(new Date(ms), { dateStyle: "medium", timeStyle: "short" });
}

/** The time of day of a moment. */
export function clock(ms: number): string {
  return format(new Date(ms), { timeStyle: "short" });
}

function utc(year: number, month: number, dayOfMonth: number): Date {
  const date = new Date(Date.UTC(2000, month - 1, dayOfMonth));
  date.setUTCFullYear(year);
  return date;
}

const seasons: Readonly<Record<string, Key>> = {
  "21": "date.spring",
  "22": "date.summer",
  "23": "date.autumn",
  "24": "date.winter",
};

// One date without its marks: a year, a month, a day, a season, a decade, a century.
function plain(text: string): string {
  const parts = /^(-?\d{4})(?:-(\d{2}))?(?:-(\d{2}))?/.exec(text);
  if (parts === null) return decades(text);
  const year = Number(parts[1]);
  if (parts[2] === undefined) return String(year);
  const season = seasons[parts[2]];
  if (season !== undefined) return t(season, { year: String(year) });
  const month = Number(parts[2]);
  if (parts[3] === undefined) return format(utc(year, month, 1), { year: "numeric", month: "long", timeZone: "UTC" });
  return format(utc(year, month, Number(parts[3])), { dateStyle: "medium", timeZone: "UTC" });
}

function decades(text: string): string {
  const decade = /^(\d{3})X$/.exec(text);
  if (decade !== null) return t("date.decade", { year: `${decade[1] ?? ""}0` });
  const century = /^(\d{2})XX$/.exec(text);
  if (century !== null) return t("date.century", { from: `${century[1] ?? ""}00`, to: `${century[1] ?? ""}99` });
  return text;
}

function marked(text: string): string {
  const mark = text.at(-1) ?? "";
  if (!"?~%".includes(mark) || mark === "") return plain(text);
  const bare = plain(text.slice(0, -1));
  if (mark === "?") return t("date.uncertain", { date: bare });
  if (mark === "~") return t("date.about", { date: bare });
  return t("date.about-uncertain", { date: bare });
}

/** A date in EDTF level 1, in words that keep its precision. */
export function edtf(text: string): string {
  if (!text.includes("/")) return marked(text);
  const [from = "", to = ""] = text.split("/");
  if (from === "" || from === "..") return t("date.until", { date: marked(to) });
  if (to === "" || to === "..") return t("date.since", { date: marked(from) });
  return t("date.span", { from: marked(from), to: marked(to) });
}

const dayMs = 86_400_000;
const units = [
  { unit: "year", ms: 365.25 * dayMs },
  { unit: "month", ms: 30.44 * dayMs },
  { unit: "day", ms: dayMs },
  { unit: "hour", ms: dayMs / 24 },
  { unit: "minute", ms: 60_000 },
] as const;

/** A length of time in words, in the unit that says enough, and never parted from it. */
export function duration(ms: number): string {
  const fit = units.find((one) => ms >= one.ms * 2) ?? units[4];
  const count = Math.max(0, Math.round(ms / fit.ms));
  const written = new Intl.NumberFormat(language.value.locale, { style: "unit", unit: fit.unit, unitDisplay: "long" });
  return isolated(written.format(count).replaceAll(" ", "\u00a0"));
}

// Days since 1970 of the first and the last day that a date may mean; undefined where it has no such end.
function bound(text: string, last: boolean): number | undefined {
  const bare = text.replace(/[?~%]$/, "").replaceAll("X", last ? "9" : "0");
  const parts = /^(-?\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$/.exec(bare);
  if (parts === null) return undefined;
  const year = Number(parts[1]);
  if (parts[3] !== undefined) return dayNumber(year, Number(parts[2]), Number(parts[3]));
  const month = monthOf(parts[2], last);
  return last ? dayNumber(year, month + 1, 0) : dayNumber(year, month, 1);
}

// A season counts as its three months.
function monthOf(part: string | undefined, last: boolean): number {
  if (part === undefined) return last ? 12 : 1;
  const number = Number(part);
  return number > 20 ? (number - 20) * 3 + (last ? 2 : 0) : number;
}

function dayNumber(year: number, month: number, dayOfMonth: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, dayOfMonth);
  return Math.floor(date.getTime() / 86_400_000);
}

/** The first and last day that a date may mean, as ms since 1970; undefined where it names none. */
export function span(text: string): { from: number; to: number } | undefined {
  const [from = "", to = from] = text.includes("/") ? text.split("/") : [text, text];
  const first = bound(from, false) ?? bound(to, false);
  const last = bound(to, true) ?? bound(from, true);
  if (first === undefined || last === undefined) return undefined;
  return { from: first * 86_400_000, to: last * 86_400_000 };
}

/** Where a date begins or ends, in words, no preciser than it was stated: of 1938/1946 the last is 1946. */
export function edge(text: string, which: "first" | "last"): string {
  const isLast = which === "last";
  const [from = "", to = from] = text.split("/");
  const [wanted, other] = isLast ? [to, from] : [from, to];
  const known = bound(wanted, isLast) === undefined ? other : wanted;
  return marked(known.replaceAll("X", isLast ? "9" : "0"));
}

/** The middle of what a date may mean: for drawing and for order, never for display. */
export function middle(text: string): number | undefined {
  const days = span(text);
  return days === undefined ? undefined : (days.from + days.to) / 2;
}
