import { LRUCache } from 'lru-cache';
import type { EventType } from '../config/entities.ts';
import { unreadable } from '../http/errors.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { isUnreadable } from '../platform/is-unreadable.ts';
import { skipDamaged } from '../platform/items.ts';
import type { SchemaCheck } from '../tenants/tenant.ts';
import { type NewEvent, type Problem, type Read, refused } from './event-checks.ts';
import { CHECK_MS, type CompiledSchema, check, compileSchema } from './json-schema.ts';
import { type Accepted, jsonOf, judge, type Misfit, NOT_JSON } from './payload-check.ts';

export interface PayloadCheckDeps {
  getEventType(tenant: string, name: string): Promise<EventType | undefined>;
  /** How long an event type is remembered. */
  readonly freshMs: number;
  /** Milliseconds of a clock that only goes forward. */
  elapsed(): number;
}

/**
 * Holds payloads against the schemas of their event types. A payload passes if its type has no schema, or is not
 * described at all. One whose type is damaged is refused if it has to fit, and passes if it need not.
 */
export type CheckPayloads = (
  tenant: string,
  schemaCheck: SchemaCheck,
  reads: readonly Read<NewEvent>[],
) => Promise<Read<Accepted>[]>;

/** A few kilobytes each. */
const MAX_TYPES = 1000;
/** Generated code; some 100 KB for a large schema. */
const MAX_SCHEMAS = 200;
/** All checks of one request together: their sender waits for them, and no other request is served meanwhile. */
const REQUEST_MS = 2000;
/** More would only queue for sockets. */
const PARALLEL_READS = 50;

const TOO_MUCH: Misfit = {
  path: [],
  message: `can't be checked: the request takes more than ${REQUEST_MS} ms`,
};

/** What is known of an event type. */
interface KnownType {
  /** Undefined for one that is not described. */
  readonly type?: EventType | undefined;
  readonly isDamaged?: boolean;
}

const typeIsDamaged = ({ at }: NewEvent): Problem => ({
  code: 'unreadable_item',
  message: unreadable('event type').message,
  field: at.replace(/data$/, 'type') || undefined,
});

export function createPayloadCheck({ getEventType, freshMs, elapsed }: PayloadCheckDeps): CheckPayloads {
  const clock = { perf: { now: elapsed }, ttlResolution: 0 };
  const types = new LRUCache<string, KnownType>({
    max: MAX_TYPES,
    ttl: freshMs,
    ...clock,
  });
  const schemas = new LRUCache<string, CompiledSchema>({ max: MAX_SCHEMAS, ...clock });

  async function typeOf(tenant: string, name: string): Promise<KnownType> {
    const key = `${tenant}/${name}`;
    const known = types.get(key);
    if (known) return known;
    const read = await readType(tenant, name);
    types.set(key, read);
    return read;
  }

  async function readType(tenant: string, name: string): Promise<KnownType> {
    try {
      return { type: await getEventType(tenant, name) };
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      skipDamaged(error);
      return { isDamaged: true };
    }
  }

  function misfitOf(
    tenant: string,
    event: NewEvent,
    type: EventType | undefined,
    deadline: number,
  ): Misfit | undefined {
    if (type?.schema === undefined) return undefined;
    const json = jsonOf(event);
    if (!json.isJson) return NOT_JSON;
    if (elapsed() > deadline) return TOO_MUCH;
    // With its time: a type that was deleted and made again counts its revisions from the start.
    const key = `${tenant}/${type.id}/${type.revision}/${type.updatedAt}`;
    return check(compiled(key, type.schema), json.value, CHECK_MS);
  }

  /** A schema that does not compile is tried again after a while: it may have been the machine that had no time. */
  function compiled(key: string, schema: string): CompiledSchema {
    const known = schemas.get(key);
    if (known) return known;
    const fresh = compileSchema(JSON.parse(schema));
    schemas.set(key, fresh, fresh.ok ? {} : { ttl: freshMs });
    return fresh;
  }

  return async (tenant, schemaCheck, reads) => {
    const names = new Set(reads.flatMap((read) => (read.ok ? [read.value.type] : [])));
    const known = new Map(
      await inParallel(
        [...names],
        PARALLEL_READS,
        async (name) => [name, await typeOf(tenant, name)] as const,
      ),
    );
    const deadline = elapsed() + REQUEST_MS;
    return reads.map((read) => {
      if (!read.ok) return read;
      const { type, isDamaged } = known.get(read.value.type)!;
      if (isDamaged && schemaCheck === 'enforce') return refused(typeIsDamaged(read.value));
      return judge(read.value, misfitOf(tenant, read.value, type, deadline), schemaCheck);
    });
  };
}
