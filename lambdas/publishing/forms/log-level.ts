/** What a log record says of its level, in the ways of the loggers in use. */

/** A level's name becomes a segment of an event type: `log.error`. slog writes `INFO+2`. */
const NAME = /^[A-Za-z0-9_+-]{1,32}$/;

/** RFC 5424, 6.2.1, in the order of their numbers, under the names that pino has for those that it has as well. */
const SYSLOG = ['emergency', 'alert', 'critical', 'error', 'warn', 'notice', 'info', 'debug'];
/** pino and bunyan count by tens; a level in between belongs to the one below it. */
const PINO = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
/** OpenTelemetry has four numbers for each, from 1 (logs data model, SeverityNumber). */
const OPEN_TELEMETRY = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
const MONOLOG: Readonly<Record<number, string>> = {
  100: 'debug',
  200: 'info',
  250: 'notice',
  300: 'warn',
  400: 'error',
  500: 'critical',
  550: 'alert',
  600: 'emergency',
};
/** Google Cloud's LogSeverity. */
const GOOGLE: Readonly<Record<number, string>> = {
  100: 'debug',
  200: 'info',
  300: 'notice',
  400: 'warn',
  500: 'error',
  600: 'critical',
  700: 'alert',
  800: 'emergency',
};
const PYTHON: Readonly<Record<number, string>> = {
  10: 'debug',
  20: 'info',
  30: 'warn',
  40: 'error',
  50: 'critical',
};

type Scale = (number: number) => string | undefined;

/**
 * The ranges of syslog, pino and the hundreds do not overlap, so a number alone tells them apart. Python's, .NET's and
 * Azure's numbers do overlap with them, and are taken for pino's and syslog's where they stand in `level`.
 */
const scaleWith =
  (hundreds: Readonly<Record<number, string>>): Scale =>
  (number) =>
    SYSLOG[number] ??
    (number >= 10 && number < 100
      ? PINO[Math.min(Math.floor(number / 10), PINO.length) - 1]
      : hundreds[number]);

const byLevel = scaleWith(MONOLOG);
const bySeverity = scaleWith(GOOGLE);
const bySeverityNumber: Scale = (number) =>
  Number.isInteger(number) && number > 0 ? OPEN_TELEMETRY[Math.floor((number - 1) / 4)] : undefined;

/** Where a level may stand, the first that there is, and what a number means there. */
const MEMBERS: readonly (readonly [name: string, scale: Scale])[] = [
  ['level', byLevel],
  ['severityText', bySeverity],
  ['severity_text', bySeverity],
  ['SeverityText', bySeverity],
  ['severity', bySeverity],
  ['log.level', byLevel],
  ['levelname', byLevel],
  ['level_name', byLevel],
  ['Level', byLevel],
  ['LogLevel', byLevel],
  ['loglevel', byLevel],
  ['lvl', byLevel],
  ['@level', byLevel],
  ['@l', byLevel],
  ['error_severity', bySeverity],
  ['PRIORITY', bySeverity],
  ['severityNumber', bySeverityNumber],
  ['severity_number', bySeverityNumber],
  ['SeverityNumber', bySeverityNumber],
  ['levelno', (number) => PYTHON[number]],
];

/** The names of these members. */
export const LEVEL_MEMBERS: readonly string[] = MEMBERS.map(([name]) => name);

/**
 * The level of a log record, in lower case, undefined when it has none that is understood. A name goes before a number,
 * since Monolog, OpenTelemetry and Python write both; then the order of the members decides.
 */
export function levelOf(record: Readonly<Record<string, unknown>>): string | undefined {
  const found = MEMBERS.map(([name, scale]) => ({ value: own(record, name), scale }));
  return (
    first(found, ({ value }) => nameIn(value)) ??
    nameIn(own(own(record, 'log'), 'level')) ??
    first(found, ({ value, scale }) => numbered(value, scale)) ??
    // Serilog's compact format leaves out the level of most records.
    (typeof own(record, '@t') === 'string' && own(record, '@l') === undefined ? 'information' : undefined)
  );
}

/** The members above that a record has, for a message about it. */
export const levelMember = (record: Readonly<Record<string, unknown>>): string =>
  MEMBERS.find(([name]) => own(record, name) !== undefined)?.[0] ?? 'level';

function own(record: unknown, name: string): unknown {
  if (typeof record !== 'object' || record === null || !Object.hasOwn(record, name)) return undefined;
  return (record as Readonly<Record<string, unknown>>)[name] ?? undefined;
}

function first<T>(list: readonly T[], read: (one: T) => string | undefined): string | undefined {
  for (const one of list) {
    const level = read(one);
    if (level !== undefined) return level;
  }
  return undefined;
}

const DIGITS = /^\d{1,3}$/;

const nameIn = (value: unknown): string | undefined =>
  typeof value === 'string' && NAME.test(value) && !DIGITS.test(value) ? value.toLowerCase() : undefined;

/** journald writes numbers as texts. */
function numbered(value: unknown, scale: Scale): string | undefined {
  if (typeof value === 'number') return scale(value);
  return typeof value === 'string' && DIGITS.test(value) ? scale(Number(value)) : undefined;
}
