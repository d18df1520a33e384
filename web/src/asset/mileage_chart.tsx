// The course of the odometer, drawn here as SVG. Gaps are not joined; what a finding is about says so in words.
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import { edtf, day } from "../i18n/dates";
import { t } from "../i18n/messages";
import { rounded } from "../i18n/quantities";
import { gapMs, ticksTo, timeSpan, years } from "./chart_scale";
import { entryHref, OnPage } from "./entry_link";
import type { MileageReading } from "./readings";

export type LengthUnit = "KMT" | "SMI";

const unitM: Readonly<Record<LengthUnit, number>> = { KMT: 1000, SMI: 1609.344 };
const height = 280;
const paperWidth = 640; // whatever the window is, a sheet has room for this
const pointSize = 13;
const edge = { top: 16, bottom: 30, start: 88, end: 18 };

interface Frame {
  readonly width: number;
  x(ms: number): number;
  y(lengthM: number): number;
}

interface Drawn {
  readonly reading: MileageReading;
  readonly x: number;
  readonly y: number;
  readonly role: number;
}

/** What a reading says, for those who do not see the chart. */
export function readingText(reading: MileageReading, unit: LengthUnit): string {
  const when = reading.occurred === "" ? day(reading.atMs) : edtf(reading.occurred);
  const remark = reading.findings.length > 0 ? `, ${t("mileage.lower")}` : "";
  return `${when}: ${rounded(reading.lengthM, unit)}${remark}`;
}

function Axes({ frame, unit, top, span }: { frame: Frame; unit: LengthUnit; top: number; span: ReturnType<typeof timeSpan> }) {
  const { ticks } = ticksTo(top / unitM[unit], 4);
  const right = frame.width - edge.end;
  const marks = years(span.fromMs, span.toMs, Math.max(2, Math.floor(frame.width / 90)));
  return (
    <g aria-hidden="true">
      {ticks.map(({ value }) => {
        const y = frame.y(value * unitM[unit]);
        return (
          <g key={value}>
            <line class={value === 0 ? "axis" : "grid"} x1={edge.start} x2={right} y1={y} y2={y} />
            <text x={edge.start - 8} y={y + 4} text-anchor="end" direction="ltr">
              {rounded(value * unitM[unit], unit)}
            </text>
          </g>
        );
      })}
      {marks.map(({ ms, year }) => (
        <text x={frame.x(ms)} y={height - 8} text-anchor="middle" direction="ltr" key={year}>
          {year}
        </text>
      ))}
    </g>
  );
}

function Courses({ points }: { points: readonly Drawn[] }) {
  return (
    <g aria-hidden="true">
      {points.slice(1).map((point, place) => {
        const before = points[place] as Drawn;
        const isGap = point.reading.atMs - before.reading.atMs > gapMs;
        return (
          <line
            class={isGap ? "course open" : "course"}
            x1={before.x}
            y1={before.y}
            x2={point.x}
            y2={point.y}
            key={String(point.reading.index)}
          />
        );
      })}
    </g>
  );
}

// One shape for each kind of source, so that colour is not needed to tell them apart.
export function Shape({ x, y, role, marked }: { x: number; y: number; role: number; marked: boolean }) {
  const look = `point role-${role % 4}${marked ? " marked" : ""}`;
  switch (role % 4) {
    case 1:
      return <rect class={look} x={x - 5} y={y - 5} width="10" height="10" />;
    case 2:
      return <path class={look} d={`M${x} ${y - 6.5}l6.5 11.5h-13z`} />;
    case 3:
      return <path class={look} d={`M${x} ${y - 7}l7 7-7 7-7-7z`} />;
    default:
      return <circle class={look} cx={x} cy={y} r="5.5" />;
  }
}

function Points({ points, unit }: { points: readonly Drawn[]; unit: LengthUnit }) {
  const events = useContext(OnPage);
  return (
    <g>
      {points.map(({ reading, x, y, role }) => {
        const marked = reading.findings.length > 0;
        return (
          <a href={entryHref(events, reading.index)} aria-label={readingText(reading, unit)} key={String(reading.index)}>
            <circle cx={x} cy={y} r="12" fill="transparent" />
            <Shape x={x} y={y} role={role} marked={marked} />
            {marked && (
              <text class="note" x={x} y={y + 24} text-anchor="middle">
                {t("mileage.lower")}
              </text>
            )}
          </a>
        );
      })}
    </g>
  );
}

// Readings of the same days would hide each other.
function apart(points: readonly Drawn[]): Drawn[] {
  const drawn: Drawn[] = [];
  for (const point of points) {
    const before = drawn.at(-1);
    const hides = before !== undefined && Math.hypot(point.x - before.x, point.y - before.y) < pointSize;
    drawn.push(hides ? { ...point, x: before.x + pointSize } : point);
  }
  return drawn;
}

function useWidth() {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(640);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const measure = () => setWidth(Math.max(260, Math.round(element.clientWidth)));
    const observer = new ResizeObserver(measure);
    const forPaper = () => setWidth(paperWidth);
    observer.observe(element);
    addEventListener("beforeprint", forPaper);
    addEventListener("afterprint", measure);
    measure();
    return () => {
      observer.disconnect();
      removeEventListener("beforeprint", forPaper);
      removeEventListener("afterprint", measure);
    };
  }, []);
  return { place, width };
}

export function MileageChart(props: {
  readings: readonly MileageReading[];
  unit: LengthUnit;
  roleOf: (reading: MileageReading) => number;
  describe: string;
}) {
  const { readings, unit } = props;
  const { place, width } = useWidth();
  const span = timeSpan(readings.map(({ atMs }) => atMs));
  const most = Math.max(...readings.map(({ lengthM }) => lengthM));
  const top = ticksTo(most / unitM[unit], 4).top * unitM[unit];
  const inner = width - edge.start - edge.end;
  const frame: Frame = {
    width,
    x: (ms) => edge.start + (inner * (ms - span.fromMs)) / (span.toMs - span.fromMs),
    y: (lengthM) => height - edge.bottom - ((height - edge.bottom - edge.top) * lengthM) / top,
  };
  const points = apart(
    readings.map((reading) => ({
      reading,
      x: frame.x(reading.atMs),
      y: frame.y(reading.lengthM),
      role: props.roleOf(reading),
    })),
  );
  return (
    <div ref={place}>
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="group" aria-label={props.describe}>
        <Axes frame={frame} unit={unit} top={most} span={span} />
        <Courses points={points} />
        <Points points={points} unit={unit} />
      </svg>
    </div>
  );
}
