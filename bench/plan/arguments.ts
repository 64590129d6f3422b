import { parseArgs } from 'node:util';
import { MOST_ATTEMPTS } from './attempts.ts';
import type { Volume } from './volume.ts';

/** What `npm run cost` is asked. */
export interface Asked {
  readonly volume: Volume;
  readonly environment: string;
  readonly asJson: boolean;
}

/** An argument that can't be used; the message says what was expected. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

interface NumberFlag {
  readonly field: keyof Volume;
  readonly says: string;
  readonly least: number;
  readonly most: number;
  /** Left out: it has to be given, or `optional` says what holds without it. */
  readonly default?: number;
  readonly optional?: string;
}

const ENVIRONMENTS = ['prod', 'staging', 'dev'];

const FLAGS = {
  'events-per-day': { field: 'eventsPerDay', says: 'events that are published', least: 0, most: 1e9 },
  deliveries: {
    field: 'deliveries',
    says: 'subscriptions that an event reaches, on average',
    least: 1,
    most: 10_000,
    default: 1,
  },
  attempts: {
    field: 'attempts',
    says: 'attempts of a delivery, on average',
    least: 1,
    most: MOST_ATTEMPTS,
    default: 1,
  },
  'payload-kb': { field: 'payloadKb', says: 'KB of an event', least: 0, most: 4394, default: 1 },
  'events-per-request': {
    field: 'eventsPerRequest',
    says: 'events of a request to the API',
    least: 1,
    most: 100,
    default: 1,
  },
  'answer-ms': {
    field: 'answerMs',
    says: 'milliseconds until an endpoint answers',
    least: 0,
    most: 30_000,
    default: 200,
  },
  'peak-hours': {
    field: 'peakHours',
    says: 'hours of a day over which its events are spread; fewer fill batches better',
    least: 0.1,
    most: 24,
    default: 24,
  },
  'retention-hours': {
    field: 'retentionHours',
    says: 'hours that the log is kept',
    least: 48,
    most: 8760,
    default: 72,
  },
  tenants: { field: 'tenants', says: 'tenants that publish', least: 1, most: 1e6, default: 1 },
  targets: { field: 'targets', says: 'endpoints, of all tenants', least: 1, most: 1e6, default: 10 },
  'event-types': { field: 'eventTypes', says: 'types of events', least: 1, most: 10_000, default: 10 },
  'parked-share': {
    field: 'parkedShare',
    says: 'of the retries, those that wait longer than 15 minutes, 0 to 1',
    least: 0,
    most: 1,
    optional: 'as the default schedule has it',
  },
  'held-share': {
    field: 'heldShare',
    says: 'of the deliveries, those that find their endpoint down and wait for it, 0 to 1',
    least: 0,
    most: 1,
    default: 0,
  },
  'dead-share': {
    field: 'deadShare',
    says: 'of the deliveries, those that their endpoint refuses for good, 0 to 1',
    least: 0,
    most: 1,
    default: 0,
  },
} as const satisfies Record<string, NumberFlag>;

const flags = Object.entries(FLAGS) as [string, NumberFlag][];

/** @returns undefined where help is asked for. @throws ArgumentError */
export function readArguments(args: readonly string[]): Asked | undefined {
  const values = parsed(args);
  if (values.help === true) return undefined;
  const numbers = flags.map(([name, flag]) => [flag.field, numberOf(name, flag, values[name])]);
  const environment = String(values.env ?? 'prod');
  if (!ENVIRONMENTS.includes(environment)) {
    throw new ArgumentError(`--env: expected ${ENVIRONMENTS.join(', ')}, got ${environment}`);
  }
  const volume = Object.fromEntries(numbers.filter(([, value]) => value !== undefined)) as unknown as Volume;
  return { volume, environment, asJson: values.json === true };
}

function parsed(args: readonly string[]): Record<string, string | boolean | undefined> {
  try {
    return parseArgs({
      args: [...args],
      options: {
        ...Object.fromEntries(flags.map(([name]) => [name, { type: 'string' as const }])),
        env: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new ArgumentError(`${(error as Error).message}. Expected ${names().join(', ')}`);
  }
}

const names = (): string[] => [...Object.keys(FLAGS), 'env', 'json', 'help'].map((name) => `--${name}`);

/** A plain decimal number: `Number` would take an empty text and `0x10` as well. */
const NUMBER = /^\d+(\.\d+)?$/;

function numberOf(
  name: string,
  { least, most, says, default: otherwise, optional }: NumberFlag,
  text: string | boolean | undefined,
): number | undefined {
  const expected = `--${name}: expected ${says}, a number from ${least} to ${most}`;
  if (text === undefined) {
    if (otherwise === undefined && optional === undefined) throw new ArgumentError(expected);
    return otherwise;
  }
  const value = Number(text);
  if (!NUMBER.test(String(text)) || value < least || value > most) {
    throw new ArgumentError(`${expected}, got ${text}`);
  }
  return value;
}

export function help(): string {
  const rows = flags.map(([name, { says, default: otherwise, optional }]) => {
    const without = otherwise === undefined ? (optional ?? 'required') : String(otherwise);
    return `  --${name.padEnd(20)}${says} (${without})`;
  });
  return `What a month of webhooks costs in your AWS account, by service, at list price.

npm run cost -- --events-per-day 5000 --attempts 1.2 --payload-kb 8
npm run cost -- --events-per-day 1000000 --events-per-request 10 --env staging
npm run cost -- --events-per-day 0        what an environment costs while nothing happens

${rows.join('\n')}
  --env                 prod, staging or dev: its settings are those of lib/settings/config.ts (prod)
  --json                the same as JSON
  --help                this text
`;
}
