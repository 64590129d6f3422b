import { MAX_PORTAL_TARGETS } from '../../lambdas/access/portal-token.ts';
import { MAX_JSON_BYTES } from '../../lambdas/api/event-types.ts';
import { LIMIT } from '../../lambdas/api/schemas.ts';
import { MAX_BATCH_BYTES } from '../../lambdas/delivery/batch.ts';
import { MAX_TYPE_LENGTH } from '../../lambdas/events/event-type.ts';
import { MAX_PAYLOAD_BYTES } from '../../lambdas/events/payload.ts';
import { MAX_LISTENERS, RATE_PER_SECOND } from '../../lambdas/listeners/limits.ts';
import { CONNECTION_MS, MAX_CONNECTIONS, TICKET_MS } from '../../lambdas/live/limits.ts';
import { MAX_BATCH } from '../../lambdas/publishing/forms/json-events.ts';
import { MAX_RECORDS } from '../../lambdas/publishing/forms/log-records.ts';
import { MAX_LEASE_SECONDS } from '../../lambdas/pull/lease.ts';
import { RETRY_LIMITS } from '../../lambdas/targets/retry-policy.ts';
import { DEFAULT_LIMITS } from '../../lambdas/tenants/tenant-defaults.ts';
import { LIMITS, MAX_EXPRESSION_BYTES } from '../../lambdas/transform/limits.ts';
import { MAX_LEVELS } from '../../lambdas/values/json.ts';
import { MAX_PROBLEMS } from '../../lambdas/values/problem-words.ts';
import { ENVIRONMENT_NAMES, LOCAL, settingsOf } from '../../lib/settings/config.ts';
import { code, table } from '../pages/table.ts';

const number = (value: number): string => value.toLocaleString('en-US');

/** A size as people say it: `4.5 MB`, `64 KiB`. */
const bytes = (value: number): string =>
  value % 1024 === 0 ? `${number(value / 1024)} KiB` : `${number(value / 1_000_000)} MB`;

const hours = (seconds: number): string => `${number(seconds / 3600)} hours`;

const HEAD = ['of', 'at most'];

/** What a tenant may have, by the name of its limit. */
const TENANT: Readonly<Record<keyof typeof DEFAULT_LIMITS, string>> = {
  targets: 'targets',
  filters: 'filters',
  subscriptions: 'subscriptions',
  eventTypes: 'event types',
  keys: 'API keys',
  portalTokens: 'portal tokens that are valid at once',
  alertRules: 'alert rules',
  payloadBytes: 'an event’s payload',
};

const tenantRows = (): string[][] =>
  Object.entries(TENANT).map(([name, what]) => {
    const limit = DEFAULT_LIMITS[name as keyof typeof DEFAULT_LIMITS];
    return [`${what} (${code(name)})`, name === 'payloadBytes' ? bytes(limit) : number(limit)];
  });

const publishing: string[][] = [
  ['an event’s payload', bytes(MAX_PAYLOAD_BYTES)],
  ['events of a batch', number(MAX_BATCH)],
  ['log records of a request', number(MAX_RECORDS)],
  ['an event’s type', `${number(MAX_TYPE_LENGTH)} characters`],
  ['levels of JSON', number(MAX_LEVELS)],
  ['a schema, a sample of an event type', bytes(MAX_JSON_BYTES)],
];

const delivering: string[][] = [
  ['attempts of a delivery', number(RETRY_LIMITS.attempts)],
  ['time from the first attempt to the last', hours(RETRY_LIMITS.totalSeconds)],
  ['a request with several events', bytes(MAX_BATCH_BYTES)],
  ['a transformation’s expression', bytes(MAX_EXPRESSION_BYTES)],
  ['steps of one evaluation of it', number(LIMITS.steps)],
  ['a lease of a fetched message', hours(MAX_LEASE_SECONDS)],
];

const calling: string[][] = [
  ['entries of a page of a list', `${number(LIMIT.max)}, ${number(LIMIT.default)} if nothing is said`],
  ['problems that one error lists', number(MAX_PROBLEMS)],
  ['targets that a portal token may name', number(MAX_PORTAL_TARGETS)],
  ['live connections of a tenant', number(MAX_CONNECTIONS)],
  ['a live connection', hours(CONNECTION_MS / 1000)],
  ['age of a ticket for the live channel', `${number(TICKET_MS / 1000)} seconds, once`],
  ['listeners of a tenant', number(MAX_LISTENERS)],
  ['requests to a listener', `${number(RATE_PER_SECOND)} a second`],
];

function environmentRows(): string[][] {
  return ENVIRONMENT_NAMES.filter((name) => name !== LOCAL).map((name) => {
    const { apiThrottle, maxLogRetentionHours } = settingsOf(name);
    const { ratePerSecond, burst } = apiThrottle;
    return [name, number(ratePerSecond), number(burst), `${number(maxLogRetentionHours)} hours`];
  });
}

/** docs/limits.md: what is refused, from the constants that refuse it. */
export function limitsPage(): string {
  return `# Limits

What is over a limit is refused with an error that names the limit, before anything is stored. Filters have
[limits of their own](filters.md#limits), and so have [listeners](cli-live.md#listen) and [sources](sources.md).

## Of a tenant

The operator sets others with \`limits\` of [a tenant](api.md#tenants), by the name in parentheses.

${table(HEAD, tenantRows())}
## Publishing

${table(HEAD, publishing)}
## Delivering

${table(HEAD, delivering)}
## Calling the API

${table(HEAD, calling)}
## Of an environment

[Settings](deploy.md) of the environment. AWS gives an account 10,000 requests a second over all its APIs.

${table(['environment', 'requests a second', 'burst', 'longest log'], environmentRows())}`;
}
