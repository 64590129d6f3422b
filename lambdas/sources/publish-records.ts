import { MAX_PAYLOAD_BYTES } from '../events/payload.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { emitMetrics, errorFields, warn } from '../platform/log.ts';
import { about } from '../platform/log-fields.ts';
import { invalid, type NewEvent, type Problem, type Read } from '../publishing/event-checks.ts';
import type { Publish } from '../publishing/publish.ts';
import { chunksOf } from '../values/chunks.ts';
import { ulidOf } from '../values/ids.ts';
import { type QuarantineDeps, quarantineRecords } from './quarantine-records.ts';
import { nameOfSource, type Source } from './source.ts';
import type { TenantSettings } from './tenant-settings.ts';

/** A record of a source as an event of a tenant, or why it is none. */
export interface SourceRecord {
  readonly tenant: Read<string>;
  /**
   * The event. Its id follows from where the record stands, so that a record that comes again publishes nothing twice.
   * @param maxBytes of a payload of this tenant
   */
  readonly event: (maxBytes: number) => Read<NewEvent>;
  /** Where the record stands, for people: `orders-3-1042`. */
  readonly at: string;
  /** The record as it came, for quarantine. */
  readonly raw: () => string;
}

export interface SourceDeps extends QuarantineDeps {
  readonly publish: Publish;
  /** Undefined for a tenant that there is not, or that is being deleted. */
  settingsOf(tenant: string): Promise<TenantSettings | undefined>;
}

/** What became of a record. */
type Outcome =
  | { readonly is: 'published' }
  /** It can't become an event. */
  | { readonly is: 'refused'; readonly problem: Problem; readonly tenant?: string }
  /** A fault of our own: it has to come again. */
  | { readonly is: 'again' };

const PUBLISHED: Outcome = { is: 'published' };
const AGAIN: Outcome = { is: 'again' };

/** Tenants of a batch whose events are published at once. Most sources have one. */
const PARALLEL_TENANTS = 8;
/** As many as a request of the API has: the checks of their payloads have a time for all of them. */
const AT_ONCE = 100;

/**
 * Publishes records. What can't become an event is kept in quarantine, with where it came from. Nothing is dropped.
 * @returns indices of records that a fault of our own kept from both: they have to come again
 */
export async function publishRecords(
  deps: SourceDeps,
  source: Source,
  records: readonly SourceRecord[],
): Promise<number[]> {
  const outcomes = await publishAll(deps, source, records);
  const refused = outcomes.flatMap((outcome, index) =>
    outcome.is === 'refused' ? [{ outcome, index, record: records[index]! }] : [],
  );
  const unkept = await quarantineRecords(
    deps,
    source,
    // A schema's problem names members of the payload: that stays with the payload.
    refused.map(({ outcome: { problem, tenant }, record: { at, raw } }) => ({
      at,
      raw,
      problem: textOf(problem),
      logged: textOf(problem.code === 'schema_mismatch' ? { ...problem, field: undefined } : problem),
      tenant,
    })),
  );
  const lost = new Set(refused.filter((_, i) => unkept.has(i)).map(({ index }) => index));
  const again = [...outcomes.keys()].filter((index) => outcomes[index] === AGAIN || lost.has(index));
  const published = outcomes.filter(({ is }) => is === 'published').length;
  const counts = { SourceEvents: published, SourceQuarantined: refused.length - lost.size };
  emitMetrics(counts, { Source: source.kind });
  emitMetrics({ Faults: again.length });
  return again;
}

const textOf = ({ message, field }: Problem): string => (field ? `${field}: ${message}` : message);

/** @returns what became of each, in their order */
async function publishAll(
  deps: SourceDeps,
  source: Source,
  records: readonly SourceRecord[],
): Promise<readonly Outcome[]> {
  const outcomes = new Array<Outcome>(records.length);
  const owned = records.flatMap(({ tenant }, index) => {
    if (tenant.ok) return [{ tenant: tenant.value, index, record: records[index]! }];
    outcomes[index] = { is: 'refused', problem: tenant.problem };
    return [];
  });
  const byTenant = Map.groupBy(owned, ({ tenant }) => tenant);
  await inParallel([...byTenant], PARALLEL_TENANTS, async ([tenant, of]) => {
    const all = of.map(({ record }) => record);
    const found = await publishOf(deps, source, tenant, all);
    for (const [i, { index }] of of.entries()) outcomes[index] = found[i]!;
  });
  return outcomes;
}

const NO_TENANT = invalid('expected a tenant that there is, and that is not being deleted', 'tenant');

/** Publishes records of one tenant. */
async function publishOf(
  deps: SourceDeps,
  source: Source,
  tenant: string,
  records: readonly SourceRecord[],
): Promise<readonly Outcome[]> {
  const all = (outcome: Outcome): Outcome[] => records.map(() => outcome);
  // The text may be the producer's: only an id is asked for, and becomes a part of a key.
  if (ulidOf('ten', tenant) === undefined) return all({ is: 'refused', problem: NO_TENANT });
  try {
    const settings = await deps.settingsOf(tenant);
    if (!settings) return all({ is: 'refused', problem: NO_TENANT });
    const outcomes: Outcome[] = [];
    for (const part of chunksOf(records, AT_ONCE))
      outcomes.push(...(await publishPart(deps, source, { tenant, settings }, part)));
    return outcomes;
  } catch (error) {
    failed(source, tenant, records, error);
    return all(AGAIN);
  }
}

interface Owner {
  readonly tenant: string;
  readonly settings: TenantSettings;
}

async function publishPart(
  { publish }: SourceDeps,
  source: Source,
  { tenant, settings }: Owner,
  records: readonly SourceRecord[],
): Promise<readonly Outcome[]> {
  const { maxPayloadBytes, ...rest } = settings;
  const maxBytes = Math.min(maxPayloadBytes, MAX_PAYLOAD_BYTES);
  const publisher = {
    ...rest,
    tenant,
    operation: nameOfSource(source),
    idempotencyKey: undefined,
    trace: undefined,
  };
  const reads = records.map((record) => eventOf(record, maxBytes));
  try {
    const results = await publish(publisher, reads);
    return results.map((result) => (result.ok ? PUBLISHED : outcomeOf(result.problem, tenant)));
  } catch (error) {
    failed(source, tenant, records, error);
    return records.map(() => AGAIN);
  }
}

/** An event type that is damaged can be repaired; all else is about the record. */
const outcomeOf = (problem: Problem, tenant: string): Outcome =>
  problem.code === 'unreadable_item' ? AGAIN : { is: 'refused', problem, tenant };

/** A record that our code fails on is kept as well, so that it does not hold up those after it. */
function eventOf({ event }: SourceRecord, maxBytes: number): Read<NewEvent> {
  try {
    return event(maxBytes);
  } catch (error) {
    const name = error instanceof Error ? error.name : 'an unknown error';
    return { ok: false, problem: invalid(`reading the record failed with ${name}`, undefined) };
  }
}

function failed(source: Source, tenant: string, records: readonly SourceRecord[], error: unknown): void {
  const fields = { source: nameOfSource(source), messages: records.length, record: records[0]?.at };
  warn('source failed', { ...about({ tenant }), ...fields, ...errorFields(error) });
}
