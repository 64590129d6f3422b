import { isObject } from '../../values/json.ts';

/** The times that loggers write. Nothing here depends on them: what is no time at all is refused where it can be mended. */

const TIME = String.raw`(?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,]\d+)?)?`;
/** `Z`, `+0000`, `+01:00`, `+01`, ` UTC`, and what Java adds: `+01:00[Europe/Berlin]`. */
const ZONE = String.raw`(?: ?(?:z|utc|gmt|[+-]\d{2}(?::?\d{2})?))?(?:\[[\w/+-]+\])?`;
const MONTH = '(?<month>[a-z]{3})';
const YEAR = String.raw`(?<year>\d{4})`;

const FORMS = [
  // ISO 8601 and RFC 3339, also with a blank or with slashes.
  String.raw`${YEAR}([-/])(?<month>\d{2})\2(?<day>\d{2})[t ]${TIME}${ZONE}`,
  // The basic form of ISO 8601.
  String.raw`${YEAR}(?<month>\d{2})(?<day>\d{2})t(?<hour>\d{2})(?<minute>\d{2})(?<second>\d{2})(?:[.,]\d+)?${ZONE}`,
  // Web servers: `27/Nov/2026:10:00:00 +0000`.
  String.raw`(?<day>\d{2})/${MONTH}/${YEAR}:${TIME}${ZONE}`,
  // Mail and HTTP: `Fri, 27 Nov 2026 10:00:00 GMT`.
  String.raw`(?:[a-z]{3}, )?(?<day>\d{1,2}) ${MONTH} ${YEAR} ${TIME}${ZONE}`,
  // asctime and `date`: `Fri Nov 27 10:00:00 UTC 2026`.
  String.raw`(?:[a-z]{3} )?${MONTH} +(?<day>\d{1,2}) ${TIME}${ZONE} ${YEAR}`,
  // RFC 3164, which has no year.
  String.raw`${MONTH} +(?<day>\d{1,2}) ${TIME}`,
].map((form) => new RegExp(`^${form}$`, 'i'));

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Longer than any form of a time. */
const MAX_LENGTH = 80;

/** Nanoseconds since 1970, at the end of the year 5138; seconds, milli- and microseconds are smaller numbers. */
const MAX_EPOCH = 1e20;

/** Whether a value is a time as loggers write it, or the number of seconds or smaller units since 1970, also as a text. */
export function isLogTime(value: unknown): boolean {
  if (typeof value === 'number') return value >= 0 && value < MAX_EPOCH;
  if (typeof value === 'string') return value.length <= MAX_LENGTH && (isEpoch(value) || isDate(value));
  return isObject(value) && isEpochObject(value);
}

const isEpoch = (text: string): boolean => /^\d{1,20}(\.\d+)?$/.test(text);

/** log4j's `instant` and the timestamps of Protocol Buffers, which Google's agents read. */
const isEpochObject = (value: Record<string, unknown>): boolean =>
  [value.seconds, value.epochSecond].some((seconds) => typeof seconds === 'number' || isDigits(seconds));

const isDigits = (value: unknown): boolean => typeof value === 'string' && isEpoch(value);

function isDate(text: string): boolean {
  for (const form of FORMS) {
    const parts = form.exec(text)?.groups;
    if (parts) return exists(parts);
  }
  return false;
}

function exists({
  year = '2024',
  month = '',
  day,
  hour,
  minute,
  second = '0',
}: Record<string, string>): boolean {
  const number = /^\d/.test(month) ? Number(month) : MONTHS.indexOf(month.toLowerCase()) + 1;
  const date = new Date(Date.UTC(Number(year), number - 1, Number(day)));
  const isDay = date.getUTCMonth() === number - 1 && date.getUTCDate() === Number(day);
  // 60 is a leap second.
  return isDay && Number(hour) < 24 && Number(minute) < 60 && Number(second) <= 60;
}
