import type { CostsView, TenantCostsView } from '../../api/costs.ts';
import type { ROUTES } from '../../api/routes.ts';
import { type Estimate, estimateOf, IDLE_MONTH_DOLLARS } from '../../costs/estimate.ts';
import { monthName, monthOf, TOTALS_KEPT_DAYS } from '../../costs/month.ts';
import { PRICES } from '../../costs/prices.ts';
import { type MonthWork, workOfMonth } from '../../costs/work-of-month.ts';
import { invalid } from '../../http/errors.ts';
import { inParallel } from '../../platform/in-parallel.ts';
import { dayName } from '../../stats/counter-keys.ts';
import { INTERVALS, type Span } from '../../stats/series.ts';
import type { Tenant } from '../../tenants/tenant.ts';
import { FIRST_TENANT } from '../../tenants/tenant-defaults.ts';
import { isUlid, ulidOf } from '../../values/ids.ts';
import { rfc3339 } from '../../values/rfc3339.ts';
import type { Environment, ManageDeps } from '../deps.ts';
import { idOfCursor, pageOf } from '../lists/page.ts';
import type { Operation } from '../operation.ts';

/** Tenants that are read for at once. One of which no day is kept yet takes up to 9,000 items. */
const PARALLEL_TENANTS = 2;
/**
 * Items that a page reads, about. It ends with the tenants that reach this, so it reads 40,000 at most: some 4 s of a processor, of
 * which the function has a third.
 */
const MAX_EFFORT = 20_000;

/** What tenants cost in a month, and what all of them so far cost. */
export const listCosts: Operation<(typeof ROUTES)['listCosts']> = async (deps, { query, make }) => {
  const page = pageOf(query, (text) => readCursor(text) !== undefined);
  const before = readCursor(page.cursor);
  const name = query.month ?? before?.month ?? monthName(make.now);
  if (before && before.month !== name) throw invalid('expected the `next` of a page of this month', 'cursor');
  const month = askedMonth(name, make.now);
  await deps.tenants.getTenant(FIRST_TENANT, make.at);
  const after = idOfCursor('ten', before?.ulid);
  // One more tells whether there are more.
  const { limit, newestFirst } = page;
  const found = await Array.fromAsync(deps.tenants.listTenants({ limit: limit + 1, newestFirst, after }));
  const rows = await rowsOf(deps, found.slice(0, limit), month, make.now);
  const total = addRows(before ?? NOTHING_BEFORE, rows);
  const last = rows.at(-1)?.tenant.id;
  const hasNext = rows.length < found.length;
  const next = hasNext && last ? writeCursor({ ...total, ulid: ulidOf('ten', last)!, month: name }) : null;
  return {
    status: 200,
    body: { items: rows, next, month: name, ...viewOf(month, total, next === null, make.now) },
  };
};

/** @throws ApiError unless it is a month of which something may be known */
function askedMonth(name: string, now: number): Span {
  const month = monthOf(name);
  if (month.from > now) throw invalid('expected a month that has begun', 'month');
  if (month.to <= now - TOTALS_KEPT_DAYS * INTERVALS.day) {
    throw invalid(
      `expected a month within the last ${TOTALS_KEPT_DAYS} days: totals are kept so long`,
      'month',
    );
  }
  return month;
}

type RowDeps = Pick<ManageDeps, 'stats' | 'dayTotals' | 'environment'>;

/** The rows of as many tenants as one request has time for, and of one at least. */
async function rowsOf(
  deps: RowDeps,
  tenants: readonly Tenant[],
  month: Span,
  now: number,
): Promise<TenantCostsView[]> {
  const rows: TenantCostsView[] = [];
  for (let effort = 0; rows.length < tenants.length && effort < MAX_EFFORT; ) {
    const some = tenants.slice(rows.length, rows.length + PARALLEL_TENANTS);
    const worked = await inParallel(some, PARALLEL_TENANTS, async (tenant) => ({
      tenant,
      done: await workOfMonth(deps, tenant.id, month, { since: sinceOf(tenant), now }),
    }));
    rows.push(...worked.map(({ tenant, done }) => rowOf(tenant, done, deps.environment)));
    effort += worked.reduce((sum, { done }) => sum + done.effort, 0);
  }
  return rows;
}

/** The first tenant is there before its item is made. */
const sinceOf = ({ id, createdAt }: Tenant): number | undefined =>
  id === FIRST_TENANT ? undefined : Date.parse(createdAt);

function rowOf(
  { id, name, logRetentionHours }: Tenant,
  { work, missing }: MonthWork,
  { logRetentionSeconds }: Environment,
): TenantCostsView {
  const { deliveries, attempts, retries, delivered, dead, parked, answerMs, batches, deadBatches } = work;
  const { parts, ...range } = estimateOf(work, logRetentionHours ?? logRetentionSeconds / 3600);
  return {
    tenant: { id, name },
    ...rounded(range),
    parts: rounded(parts),
    counted: {
      deliveries,
      attempts,
      retries,
      delivered,
      dead,
      parked,
      answerMs,
      batches: Math.round(batches + deadBatches),
    },
    isComplete: missing.length === 0,
    missingDays: missing.map(dayName),
  };
}

/** To a millionth of a dollar: a delivery costs two of them. */
const toMicros = (dollars: number): number => Math.round(dollars * 1_000_000);
const fromMicros = (micros: number): number => micros / 1_000_000;
const rounded = <T extends object>(dollars: T): T =>
  Object.fromEntries(Object.entries(dollars).map(([name, n]) => [name, fromMicros(toMicros(n))])) as T;

/** The sums of tenants so far, in millionths of a dollar. */
interface Sums {
  readonly tenants: number;
  readonly likely: number;
  readonly least: number;
  readonly most: number;
  readonly isWhole: boolean;
}

const NOTHING_BEFORE: Sums = { tenants: 0, likely: 0, least: 0, most: 0, isWhole: true };

const addRows = (sums: Sums, rows: readonly TenantCostsView[]): Sums =>
  rows.reduce(
    ({ tenants, likely, least, most, isWhole }, { dollars, atLeast, atMost, isComplete }) => ({
      tenants: tenants + 1,
      likely: likely + toMicros(dollars),
      least: least + toMicros(atLeast),
      most: most + toMicros(atMost),
      isWhole: isWhole && isComplete,
    }),
    sums,
  );

function viewOf(
  { from, to }: Span,
  { tenants, likely, least, most, isWhole }: Sums,
  isLast: boolean,
  now: number,
): Omit<CostsView, 'items' | 'next' | 'month'> {
  const until = Math.min(to, now);
  const idleDollars = (IDLE_MONTH_DOLLARS * (until - from)) / (to - from);
  const withIdle = (micros: number): number => fromMicros(micros + toMicros(idleDollars));
  const range: Omit<Estimate, 'parts'> = {
    dollars: withIdle(likely),
    atLeast: withIdle(least),
    atMost: withIdle(most),
  };
  return {
    from: rfc3339(from),
    to: rfc3339(until),
    total: {
      tenants,
      ...range,
      idleDollars: fromMicros(toMicros(idleDollars)),
      isComplete: isLast && isWhole,
    },
    prices: { asOf: PRICES.asOf, region: PRICES.region },
  };
}

/** A page's place, the month of its list, and what tenants up to it cost: so the last page has the total of all. */
interface Place extends Sums {
  readonly ulid: string;
  readonly month: string;
}

const writeCursor = ({ ulid, month, tenants, likely, least, most, isWhole }: Place): string =>
  [ulid, month, tenants, likely, least, most, isWhole ? 1 : 0].join('.');

const CURSOR =
  /^([0-9A-Z]{26})\.([0-9]{4}-(?:0[1-9]|1[0-2]))\.(\d{1,9})\.(\d{1,15})\.(\d{1,15})\.(\d{1,15})\.([01])$/;

function readCursor(text: string | undefined): Place | undefined {
  const [, ulid = '', month = '', ...rest] = CURSOR.exec(text ?? '') ?? [];
  if (!isUlid(ulid)) return undefined;
  const [tenants = 0, likely = 0, least = 0, most = 0, isWhole] = rest.map(Number);
  return { ulid, month, tenants, likely, least, most, isWhole: isWhole === 1 };
}
