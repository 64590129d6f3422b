import { DAYS, type Day, type During, type Hours, isObject, type Span, type Week } from './form.ts';

/** Hours of the week as spans, and spans as hours of the week. */

const HOURS = 24;

export const EMPTY_WEEK: Week = DAYS.map(() => Array<boolean>(HOURS).fill(false));

export const BUSINESS_WEEK: Week = DAYS.map((_, day) =>
  Array.from({ length: HOURS }, (__, hour) => day < 5 && hour >= 9 && hour < 17),
);

export function withHour(week: Week, day: number, hour: number, isOn: boolean): Week {
  return week.map((hours, d) => (d === day ? hours.map((was, h) => (h === hour ? isOn : was)) : hours));
}

/** What `during` says as hours of the week. Spans with minutes, or of several places, are kept as they are. */
export function hoursOf(during: unknown): Hours {
  const kept: Hours = { kind: 'kept', value: during };
  const spans: readonly unknown[] = Array.isArray(during) ? during : [during];
  if (spans.length === 0 || !spans.every(isSpan)) return kept;
  const timeZone = spans[0]!.timeZone;
  if (spans.some((span) => span.timeZone !== timeZone)) return kept;
  const week = EMPTY_WEEK.map((hours) => [...hours]);
  for (const span of spans) {
    const [start, end] = [wholeHour(span.from ?? '00:00'), wholeHour(span.to ?? '24:00')];
    if (start === undefined || end === undefined || start === end || start === HOURS) return kept;
    // A span that ends before it begins goes on after midnight.
    const length = start < end ? end - start : HOURS - start + end;
    for (const day of span.days ?? DAYS) {
      const first = DAYS.indexOf(day) * HOURS + start;
      for (let i = first; i < first + length; i++) {
        const hour = i % (DAYS.length * HOURS);
        week[Math.floor(hour / HOURS)]![hour % HOURS] = true;
      }
    }
  }
  return { kind: 'week', week, timeZone, written: during as During };
}

const SPAN_MEMBERS = ['days', 'from', 'to', 'timeZone'];

function isSpan(span: unknown): span is Span {
  if (!isObject(span) || !Object.keys(span).every((member) => SPAN_MEMBERS.includes(member))) return false;
  const { days, from, to, timeZone } = span;
  const isDays =
    days === undefined ||
    (Array.isArray(days) &&
      days.length > 0 &&
      days.every((day) => (DAYS as readonly unknown[]).includes(day)));
  return isDays && [from ?? '', to ?? '', timeZone].every((text) => typeof text === 'string');
}

function wholeHour(time: string): number | undefined {
  return /^([01][0-9]|2[0-4]):00$/.test(time) ? Number(time.slice(0, 2)) : undefined;
}

/** @returns undefined as long as no hour was chosen */
export function duringOf(hours: Hours): unknown {
  if (hours.kind === 'kept') return hours.value;
  const { week, timeZone, written } = hours;
  if (written !== undefined) {
    const before = hoursOf(written);
    const isSame = before.kind === 'week' && before.timeZone === timeZone && isSameWeek(before.week, week);
    if (isSame) return written;
  }
  const spans = spansOf(week).map(({ days, from, to }) => ({
    ...(days.length < DAYS.length && { days }),
    ...(from > 0 && { from: timeText(from) }),
    ...(to < HOURS && { to: timeText(to) }),
    timeZone,
  }));
  return spans.length > 1 ? spans : spans[0];
}

const isSameWeek = (a: Week, b: Week): boolean =>
  a.every((hours, day) => hours.every((isOn, hour) => isOn === b[day]![hour]));

const timeText = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;

interface HourSpan {
  readonly days: readonly Day[];
  readonly from: number;
  readonly to: number;
}

/** Hours beside each other are one span, and days with the same hours share it. */
function spansOf(week: Week): readonly HourSpan[] {
  const byHours = new Map<string, HourSpan>();
  for (const [i, hours] of week.entries()) {
    for (const [from, to] of runsOf(hours)) {
      const key = `${from}-${to}`;
      byHours.set(key, { days: [...(byHours.get(key)?.days ?? []), DAYS[i]!], from, to });
    }
  }
  return overMidnight([...byHours.values()]);
}

function runsOf(hours: readonly boolean[]): readonly (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (const [hour, isOn] of hours.entries()) {
    if (!isOn) continue;
    const last = runs.at(-1);
    if (last?.[1] === hour) last[1] = hour + 1;
    else runs.push([hour, hour + 1]);
  }
  return runs;
}

/** An evening and the morning after it, on the same days, are one span. */
function overMidnight(spans: readonly HourSpan[]): readonly HourSpan[] {
  for (const evening of spans) {
    if (evening.to !== HOURS || evening.from === 0) continue;
    const nextDays = DAYS.filter((_, i) => evening.days.includes(DAYS[(i + 6) % 7]!));
    const morning = spans.find(
      ({ days, from, to }) => from === 0 && to < evening.from && days.join() === nextDays.join(),
    );
    if (!morning) continue;
    const others = spans.filter((span) => span !== evening && span !== morning);
    return overMidnight([...others, { days: evening.days, from: evening.from, to: morning.to }]);
  }
  return spans;
}
