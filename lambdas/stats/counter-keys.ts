import type { Key } from '../values/item-key.ts';

/** What counters are kept of: a tenant, one of its targets, or one of its event types. */
export type Scope =
  | { readonly kind: 'tenant'; readonly tenant: string }
  | { readonly kind: 'target'; readonly tenant: string; readonly target: string }
  /** Without a type: all types beyond those that are counted by name. */
  | { readonly kind: 'type'; readonly tenant: string; readonly type: string | undefined };

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Longer than the log: a month of counters costs next to nothing. */
export const KEPT_DAYS = 31;

/** Minutes of one item. Event types have items of an hour, in which no minutes are told apart. */
export const SLOT_MINUTES = 5;

export const slotLengthOf = ({ kind }: Pick<Scope, 'kind'>): number =>
  kind === 'type' ? HOUR_MS : SLOT_MINUTES * MINUTE_MS;

/** An event type has no `*`. */
const OTHERS = '*';

const partitionOf = (scope: Scope): string => {
  switch (scope.kind) {
    case 'tenant':
      return `counts#${scope.tenant}`;
    case 'target':
      return `counts#${scope.tenant}#${scope.target}`;
    case 'type':
      return typesPartition(scope.tenant);
  }
};

/** The counters of all event types of a tenant: by hour, then by type. */
export const typesPartition = (tenant: string): string => `types#${tenant}`;

/** Which targets had failures in which hour. */
export const failuresPartition = (tenant: string): string => `failures#${tenant}`;

/** The totals of a tenant's days that are over. They stay when the counters are gone. */
const dayTotalsPartition = (tenant: string): string => `days#${tenant}`;

/** All that is counted under a target; or under its tenant, but for its targets. */
export const counterPartitions = (tenant: string, target: string | undefined): string[] =>
  target === undefined
    ? [
        partitionOf({ kind: 'tenant', tenant }),
        typesPartition(tenant),
        failuresPartition(tenant),
        dayTotalsPartition(tenant),
      ]
    : [partitionOf({ kind: 'target', tenant, target })];

/** Where the counters of a time are. @param timeMs since the epoch */
export function countersKey(scope: Scope, timeMs: number): Key {
  const start = startOf(timeMs, slotLengthOf(scope));
  if (scope.kind === 'type') {
    return { pk: partitionOf(scope), sk: `${hourName(start)}#${scope.type ?? OTHERS}` };
  }
  return { pk: partitionOf(scope), sk: minuteName(start) };
}

export const failuresKey = (tenant: string, target: string, timeMs: number): Key => ({
  pk: failuresPartition(tenant),
  sk: `${hourName(timeMs)}#${target}`,
});

/** Marks of an hour: which tenants had failures in it, so that they are found without reading all. */
export const marksPartition = (timeMs: number): string => `failing#${hourName(timeMs)}`;

/** They are read for two hours. */
const MARK_KEPT_MS = 3 * HOUR_MS;

/** The mark that a tenant had failures in an hour. */
export const failingMark = (tenant: string, timeMs: number): Key & { readonly ttl: number } => ({
  pk: marksPartition(timeMs),
  sk: tenant,
  ttl: (startOf(timeMs, HOUR_MS) + MARK_KEPT_MS) / 1000,
});

/** What has expired is deleted within days (DynamoDB developer guide, Time to Live). */
const MARK_THERE_HOURS = 96;

/** A tenant's marks that may still be there. */
export const marksBefore = (tenant: string, now: number): Key[] =>
  Array.from({ length: MARK_THERE_HOURS }, (_, n) => failingMark(tenant, now - n * HOUR_MS));

export const dayTotalsKey = (tenant: string, timeMs: number): Key => ({
  pk: dayTotalsPartition(tenant),
  sk: dayName(timeMs),
});

/** The sort keys of all that begin within a span by hours, whatever follows the hour. @param to exclusive */
export const hourlySpan = (from: number, to: number): [string, string] => [
  hourName(from),
  `${hourName(to - 1)}#\uffff`,
];

/** What follows the hour in a sort key; undefined for all others. */
export function nameInKey(sk: string): string | undefined {
  const name = sk.slice(sk.indexOf('#') + 1);
  return name === OTHERS ? undefined : name;
}

/** When the item of a sort key begins, in milliseconds since the epoch. */
export const startInKey = (sk: string): number => {
  const [at = ''] = sk.split('#');
  return Date.parse(at.length === HOUR_LENGTH ? `${at}:00:00Z` : `${at}:00Z`);
};

export const startOf = (timeMs: number, lengthMs: number): number => timeMs - (timeMs % lengthMs);

const DAY_LENGTH = '2026-11-21'.length;
const HOUR_LENGTH = '2026-11-21T20'.length;
const MINUTE_LENGTH = '2026-11-21T20:05'.length;
export const dayName = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, DAY_LENGTH);
export const hourName = namedBy(HOUR_MS, HOUR_LENGTH);
const minuteName = namedBy(MINUTE_MS, MINUTE_LENGTH);

/** Names the times of a span alike. Times that follow each other are mostly of one span, and its name is kept. */
function namedBy(lengthMs: number, letters: number): (timeMs: number) => string {
  let span = Number.NaN;
  let name = '';
  return (timeMs) => {
    const of = Math.floor(timeMs / lengthMs);
    if (of !== span) name = new Date(timeMs).toISOString().slice(0, letters);
    span = of;
    return name;
  };
}
