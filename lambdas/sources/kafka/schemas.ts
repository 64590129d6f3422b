import { LRUCache } from 'lru-cache';
import { inParallel } from '../../platform/in-parallel.ts';
import { type Problem, type Read, refused, wrong } from '../../publishing/event-checks.ts';
import { parseSchema, type Schema } from './avro/schema.ts';

/** A schema as its registry has it. */
export interface Registered {
  readonly format: 'avro' | 'json' | 'other';
  readonly text: string;
  /** Schemas that this one names types of, what is needed first first. */
  readonly references?: readonly string[];
}

export interface SchemaRegistry {
  /**
   * Looks a schema up.
   * @returns undefined where there is none of this id
   * @throws when the registry can't be asked: that is no fault of the record's
   */
  schema(id: string): Promise<Registered | undefined>;
}

/** How values of a schema are read: as Avro, or as JSON that stands there already. */
export type ValueSchema = { readonly format: 'avro'; readonly schema: Schema } | { readonly format: 'json' };

/** The schemas of a batch, by id. */
export type Schemas = ReadonlyMap<string, Read<ValueSchema>>;

/** Lookups at once. A batch names few schemas that are new. */
const PARALLEL = 5;
/** Schemas kept. One of 200 fields takes some 50 kB. */
const MAX_KEPT = 500;
/** An id that there is not, or that is of no use, is asked for again after this long. What an id means never changes. */
const UNKNOWN_FRESH_MS = 30_000;

/**
 * Reads schemas once, and keeps them.
 * @param elapsed milliseconds of a clock that only goes forward
 */
export function createSchemas(
  registry: SchemaRegistry,
  elapsed: () => number,
): (ids: readonly string[]) => Promise<Schemas> {
  const kept = new LRUCache<string, Read<ValueSchema>>({
    max: MAX_KEPT,
    perf: { now: elapsed },
    // Only what is unknown has a time.
    ttl: UNKNOWN_FRESH_MS,
    ttlResolution: 0,
  });
  const look = async (id: string): Promise<readonly [string, Read<ValueSchema>]> => {
    const known = kept.get(id);
    if (known) return [id, known];
    const found = readable(id, await registry.schema(id));
    kept.set(id, found, { ttl: found.ok ? 0 : UNKNOWN_FRESH_MS });
    return [id, found];
  };
  return async (ids) => new Map(await inParallel([...new Set(ids)], PARALLEL, look));
}

function readable(id: string, registered: Registered | undefined): Read<ValueSchema> {
  if (!registered) return refused(unknownSchema(id));
  const { format, text, references } = registered;
  if (format === 'json') return { ok: true, value: { format } };
  if (format === 'other') return wrong(`expected schema ${id} to be of Avro or JSON Schema`);
  const parsed = parseSchema(text, references);
  if (!parsed.ok) return wrong(`schema ${id}: ${parsed.problem}`);
  return { ok: true, value: { format, schema: parsed.schema } };
}

const unknownSchema = (id: string): Problem => ({
  code: 'validation_failed',
  message: `expected a schema that the registry has; it has none of id ${id}`,
});
