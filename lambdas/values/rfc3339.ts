/** A time in RFC 3339, in UTC and to the millisecond. @param timeMs since the epoch */
export const rfc3339 = (timeMs: number): string => new Date(timeMs).toISOString();

/** A fraction has any number of digits (RFC 3339, 5.6). */
const RFC3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/**
 * Whether a text is a date and time of RFC 3339, on a day that exists. A leap second is taken for the second before
 * it, as clocks do that do not know it.
 */
export function isRfc3339(text: string): boolean {
  if (!RFC3339.test(text)) return false;
  const upper = text.toUpperCase();
  const [day, days] = [
    Number(upper.slice(8, 10)),
    daysOf(Number(upper.slice(0, 4)), Number(upper.slice(5, 7))),
  ];
  return day <= days && !Number.isNaN(Date.parse(upper.replace(/:60/, ':59')));
}

/** The number of days in a month, 1 to 12; 0 for any other. */
const daysOf = (year: number, month: number): number =>
  month < 1 || month > 12 ? 0 : new Date(Date.UTC(year, month, 0)).getUTCDate();
