import { LIFETIME_SECONDS } from '../values/lifetime.ts';

const CAP_MS = LIFETIME_SECONDS * 1000;

/** Seconds in plain decimals. RFC 9110, 10.2.3, has whole ones only; some rate limiters are more exact. */
const SECONDS = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;

/** The parts that dates have in common. A weekday adds nothing: it is not read. */
const WEEKDAY = '(?:[a-z]{3,9},? +)?';
const MONTH = '(?<month>[a-z]{3})[a-z]*';
const DAY = String.raw`(?<day>\d{1,2})`;
const YEAR = String.raw`(?<year>\d{4}|\d{2})`;
const TIME = String.raw`(?<hour>\d{1,2}):(?<minute>\d{2}):(?<second>\d{2})(?<fraction>[.,]\d+)?`;
const ZONE = String.raw`(?: *(?<zone>[a-z]{1,3}|[+-]\d{2}:?\d{2}))?`;

const DATES = [
  // IMF-fixdate and RFC 850's form: `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`.
  `${WEEKDAY}${DAY}[ -]${MONTH}[ -]${YEAR} ${TIME}${ZONE}`,
  // asctime's: `Sun Nov  6 08:49:37 1994`, also with a zone where `date` of Unix writes it.
  `${WEEKDAY}${MONTH} +${DAY} ${TIME}${ZONE} ${YEAR}`,
  // RFC 3339: `1994-11-06T08:49:37Z`.
  String.raw`(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})[t ]${TIME}${ZONE}`,
].map((form) => new RegExp(`^${form}$`, 'i'));

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Hours east of UTC. RFC 5322, 4.3, gives these names a meaning, and no others. */
const ZONES: Readonly<Record<string, number>> = {
  gmt: 0,
  utc: 0,
  ut: 0,
  z: 0,
  edt: -4,
  est: -5,
  cdt: -5,
  cst: -6,
  mdt: -6,
  mst: -7,
  pdt: -7,
  pst: -8,
};

/** A proxy joins a few headers. More parts are abuse, and reading them would only take time. */
const MAX_PARTS = 20;

/**
 * How long an endpoint asks us to wait: the Retry-After of its answer (RFC 9110, 10.2.3). It is a number of seconds, or a
 * date in one of the three forms of RFC 9110, 5.6.7, or of RFC 3339. A date without a zone is UTC. A time in the past is 0;
 * more than a day is a day.
 *
 * @param values of all such headers. The first that can be read counts; a value may be a list, as proxies join headers
 * @param now milliseconds since the epoch
 * @returns whole milliseconds from now, 0 to 24 hours; undefined when nothing can be read
 */
export function retryAfterMs(values: readonly string[], now: number): number | undefined {
  for (const value of values) {
    for (const text of [value, ...value.split(',', MAX_PARTS)]) {
      const wait = waitIn(text.trim(), now);
      if (wait !== undefined) return Math.min(CAP_MS, Math.max(0, Math.ceil(wait)));
    }
  }
  return undefined;
}

function waitIn(text: string, now: number): number | undefined {
  if (SECONDS.test(text)) return Number(text) * 1000;
  const at = momentIn(text, now);
  return at === undefined ? undefined : at - now;
}

function momentIn(text: string, now: number): number | undefined {
  for (const form of DATES) {
    const parts = form.exec(text)?.groups;
    if (parts) return momentOf(parts, now);
  }
  return undefined;
}

/** @returns undefined for a day or time that does not exist, and for an unknown zone */
function momentOf(parts: Readonly<Record<string, string | undefined>>, now: number): number | undefined {
  const { year = '', fraction } = parts;
  const month = monthOf(parts.month ?? '');
  const [day, hour, minute, second] = [parts.day, parts.hour, parts.minute, parts.second].map(Number);
  const date = new Date(Date.UTC(yearOf(year, now), month - 1, day));
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  const offset = offsetMs(parts.zone ?? 'gmt');
  // 60 is a leap second.
  if (!isDay || hour! > 23 || minute! > 59 || second! > 60 || offset === undefined) return undefined;
  const seconds = hour! * 3600 + minute! * 60 + second! + Number(`0${fraction?.replace(',', '.') ?? ''}`);
  return date.getTime() + seconds * 1000 - offset;
}

const monthOf = (text: string): number =>
  /^\d/.test(text) ? Number(text) : MONTHS.indexOf(text.toLowerCase()) + 1;

/** Two digits are of the year that is at most 50 ahead, and less than 50 ago (RFC 9110, 5.6.7). */
function yearOf(text: string, now: number): number {
  if (text.length > 2) return Number(text);
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + Number(text);
  if (year > thisYear + 50) return year - 100;
  return year <= thisYear - 50 ? year + 100 : year;
}

function offsetMs(zone: string): number | undefined {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  if (!sign) {
    const named = ZONES[zone.toLowerCase()];
    return named === undefined ? undefined : named * 3600_000;
  }
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
