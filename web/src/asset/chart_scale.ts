// Where things stand in a chart: pure arithmetic.
const dayMs = 86_400_000;

export interface Tick {
  readonly at: number; // 0..1
  readonly value: number;
}

/** Round steps that divide 0..most into at most `count` parts. */
export function ticksTo(most: number, count: number): { top: number; ticks: Tick[] } {
  const rough = Math.max(most, 1) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough) ?? 10 * power;
  const top = Math.max(step, Math.ceil(most / step) * step);
  const steps = Math.round(top / step);
  return { top, ticks: Array.from({ length: steps + 1 }, (_, n) => ({ at: n / steps, value: n * step })) };
}

/** Beginnings of years between two moments, at most `count` of them. */
export function years(fromMs: number, toMs: number, count: number): { ms: number; year: number }[] {
  const first = new Date(fromMs).getUTCFullYear() + 1;
  const last = new Date(toMs).getUTCFullYear();
  const step = Math.max(1, Math.ceil((last - first + 1) / count));
  const found: { ms: number; year: number }[] = [];
  for (let year = first; year <= last; year += step) found.push({ ms: Date.UTC(year, 0, 1), year });
  return found;
}

/** The span of time that is drawn: a little more than what is there. */
export function timeSpan(times: readonly number[]): { fromMs: number; toMs: number } {
  const fromMs = Math.min(...times);
  const toMs = Math.max(...times);
  const margin = Math.max(60 * dayMs, (toMs - fromMs) * 0.03);
  return { fromMs: fromMs - margin, toMs: toMs + margin };
}

/** Two readings further apart than this are not joined by a line that claims a course. */
export const gapMs = 730 * dayMs;
