import { isDeepStrictEqual } from 'node:util';
import type { Schemas } from '../../client/index.ts';
import type { JsonObject } from '../../lambdas/values/json.ts';
import type { FoundType, Unusable } from './found.ts';

/** What an import would change. Pure. */

type EventType = Schemas['EventType'];

export interface Import {
  readonly name: string;
  readonly from: string;
  readonly action: 'create' | 'change' | 'keep';
  /** As the catalogue is to have it. */
  readonly body: JsonObject;
  /** As it has it; undefined for a new one. */
  readonly before?: JsonObject | undefined;
}

/** Settings that a document says nothing of stay as they are. */
const settingsOf = ({ description, metadata, schema, sample, version, deprecated }: EventType): JsonObject =>
  without({ description, metadata, schema, sample, version, deprecated });

const without = (values: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

export interface Imports {
  readonly imports: readonly Import[];
  readonly unusable: readonly Unusable[];
}

export function importsOf(
  types: readonly FoundType[],
  catalogue: readonly EventType[],
  prefix: string,
): Imports {
  const known = new Map(catalogue.map((type) => [type.name, type]));
  const first = new Map<string, FoundType>();
  const unusable: Unusable[] = [];
  const imports = types.flatMap((type): Import[] => {
    const name = `${prefix}${type.name}`;
    const other = first.get(name);
    const { name: _, from, ...settings } = type;
    if (other) {
      const { name: __, from: where, ...same } = other;
      const isSame = isDeepStrictEqual(same, settings);
      if (!isSame) unusable.push({ name, from, message: `expected one of this name; ${where} is another` });
      return [];
    }
    first.set(name, type);
    const before = known.get(name);
    const body = { ...(before && settingsOf(before)), ...without(settings) };
    const isKept = before !== undefined && isDeepStrictEqual(plain(body), plain(settingsOf(before)));
    return [
      {
        name,
        from,
        action: isKept ? 'keep' : before ? 'change' : 'create',
        body,
        before: before && settingsOf(before),
      },
    ];
  });
  return { imports, unusable };
}

/** As JSON has it. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
