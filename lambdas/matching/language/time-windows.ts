import { LRUCache } from 'lru-cache';

/** When an event was accepted, by the clocks of a place. */

/** In the order of ISO 8601: the week begins on Monday. */
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
type Day = (typeof DAYS)[number];

/** A span of some days. A span that ends before it begins goes on after midnight, and belongs to its first day. */
export interface Span {
  /** Every day when left out. */
  readonly days?: readonly Day[] | undefined;
  /** The first minute, `HH:MM`; 00:00 when left out. */
  readonly from?: string | undefined;
  /** The first minute after the span, `HH:MM`; 24:00 when left out. */
  readonly to?: string | undefined;
  /** An IANA name, such as `Europe/Berlin`. */
  readonly timeZone: string;
}

/** `09:30`, and `24:00` for the end of the day. */
export const TIME_OF_DAY = /^(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)$/;
const MINUTES_OF_DAY = 24 * 60;

/** What is wrong with a time zone's name, or undefined when this platform knows it. */
export function timeZoneProblem(name: string): string | undefined {
  // The platform takes offsets as well, which have no daylight saving.
  if (/^[A-Za-z][\w+/-]{0,63}$/.test(name) && formatOf(name)) return undefined;
  return 'expected a time zone of IANA, such as Europe/Berlin or UTC';
}

/** What is wrong with the times of a span, or undefined. */
export const spanProblem = ({ from = '00:00', to = '24:00' }: Span): string | undefined =>
  from === to || from === '24:00' ? 'expected to end at another time than it begins' : undefined;

/** Compiles spans, one of which must hold. @returns a test of milliseconds since the epoch */
export function compileSpans(spans: readonly Span[]): (at: number) => boolean {
  const tests = spans.map(compileSpan);
  return tests.length === 1 ? tests[0]! : (at) => tests.some((test) => test(at));
}

function compileSpan({ days = DAYS, from = '00:00', to = '24:00', timeZone }: Span): (at: number) => boolean {
  const isDay = DAYS.map((day) => days.includes(day));
  const [start, end] = [minutesOf(from), minutesOf(to)];
  // The platform takes names of zones in upper and lower case.
  const name = timeZone.toLowerCase();
  return (at) => {
    const { day, minute } = localTime(name, at);
    if (start < end) return isDay[day]! && minute >= start && minute < end;
    const dayBefore = (day + 6) % 7;
    return (isDay[day]! && minute >= start) || (isDay[dayBefore]! && minute < end);
  };
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return hours! * 60 + minutes!;
}

interface LocalTime {
  /** Position in `DAYS`. */
  readonly day: number;
  /** Since midnight by local time: when clocks change, minutes come twice, or not at all. */
  readonly minute: number;
}

const MS_PER_MINUTE = 60_000;
/** More than there are names, some 600. A formatter takes 6 KB and 200 microseconds to make, and 10 to use. */
const MAX_ZONES = 1000;

interface Zone {
  readonly format: Intl.DateTimeFormat;
  /** Events come one after another, so most have the minute of the one before. */
  lastMinute: number;
  lastTime: LocalTime;
}

const zones = new LRUCache<string, Zone>({ max: MAX_ZONES });

function localTime(timeZone: string, at: number): LocalTime {
  const minute = Math.floor(at / MS_PER_MINUTE);
  const zone = zones.get(timeZone) ?? newZone(timeZone);
  if (zone.lastMinute !== minute) {
    zone.lastTime = read(zone.format, at);
    zone.lastMinute = minute;
  }
  return zone.lastTime;
}

/** A time of the week in a time zone, `mon 08:30`. */
export function clockTime(timeZone: string, at: number): string {
  const { day, minute } = localTime(timeZone, at);
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${DAYS[day]} ${hours}:${minutes}`;
}

function newZone(timeZone: string): Zone {
  const format = formatOf(timeZone);
  if (!format) throw new RangeError(`expected a time zone that is known, got ${timeZone}`);
  const zone: Zone = { format, lastMinute: Number.NaN, lastTime: { day: 0, minute: 0 } };
  zones.set(timeZone, zone);
  return zone;
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  } catch {
    return undefined;
  }
}

function read(format: Intl.DateTimeFormat, at: number): LocalTime {
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const day = DAYS.indexOf(parts.weekday!.toLowerCase() as Day);
  return { day, minute: (Number(parts.hour) * 60 + Number(parts.minute)) % MINUTES_OF_DAY };
}
