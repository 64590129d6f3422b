/** Times and durations in words. Pure: the time zone and language are the browser's unless a test names them. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `120 ms`, `1.5 s`, `12 s`, `4 min`, `2 h 5 min`, `3 d 4 h`. */
export function durationText(ms: number): string {
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  if (ms < 10 * SECOND) return `${trim(ms / SECOND)} s`;
  const seconds = Math.round(ms / SECOND);
  if (seconds < 60) return `${seconds} s`;
  if (ms < HOUR) return pair(Math.max(ms, MINUTE), MINUTE, 'min', SECOND, 's', 10);
  if (ms < DAY) return pair(ms, HOUR, 'h', MINUTE, 'min', 48);
  return pair(ms, DAY, 'd', HOUR, 'h', 14);
}

const trim = (seconds: number): string => String(Math.round(seconds * 10) / 10);

/** Two units, the smaller one only where it says something. @param until as many of the larger one */
function pair(
  ms: number,
  large: number,
  name: string,
  small: number,
  smallName: string,
  until: number,
): string {
  const count = Math.floor(ms / large);
  const rest = Math.floor((ms % large) / small);
  return rest === 0 || count >= until ? `${count} ${name}` : `${count} ${name} ${rest} ${smallName}`;
}

/** `just now`, `12 s ago`, `in 4 min`. @param at and @param now milliseconds since the epoch */
export function relativeText(at: number, now: number): string {
  const away = Math.abs(at - now);
  if (away < SECOND) return 'just now';
  // Seconds that run on a page make it restless.
  const rounded = away < MINUTE ? Math.floor(away / SECOND) * SECOND : Math.floor(away / MINUTE) * MINUTE;
  const text =
    away < HOUR
      ? durationText(rounded)
      : away < 2 * DAY
        ? `${Math.round(away / HOUR)} h`
        : `${Math.round(away / DAY)} d`;
  return at < now ? `${text} ago` : `in ${text}`;
}

/** `27 Nov 2026, 14:32:05` in the viewer's zone and language. */
export const exactText = (at: number | string, timeZone?: string): string =>
  new Intl.DateTimeFormat(undefined, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    ...(timeZone !== undefined && { timeZone }),
  }).format(new Date(at));

/** `2026-11-27 14:32:05.123 UTC`. */
export const utcText = (at: number | string): string =>
  `${new Date(at).toISOString().replace('T', ' ').replace('Z', '')} UTC`;

/** `14:32` today, else with the day: `26 Nov, 14:32`. */
export function clockText(at: number | string, now = Date.now()): string {
  const [date, today] = [new Date(at), new Date(now)];
  const isToday = date.toDateString() === today.toDateString();
  return (isToday ? CLOCK : DAY_AND_CLOCK).format(date);
}

// Making one takes longer than a hundred uses, and a chart has as many ticks.
const CLOCK_PARTS = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const CLOCK = new Intl.DateTimeFormat(undefined, CLOCK_PARTS);
const DAY_AND_CLOCK = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', ...CLOCK_PARTS });

export const rangeText = (from: string, to: string): string => `${clockText(from)} – ${clockText(to)}`;

/** What an input of type datetime-local takes: local time to the minute. */
export function inputTime(at: string): string {
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * MINUTE).toISOString().slice(0, 16);
}
