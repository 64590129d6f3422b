import type * as z from 'zod/mini';

/**
 * A check that says of a value that came as JSON whether parsing it by a schema would give the same value back. It makes
 * nothing: no copy, no list of what is wrong. So it takes a fraction of the time that parsing takes, and parsing is left for
 * what it does not accept. It reads the schema, so that there is one description of each value.
 *
 * It knows the types that messages are made of. For any other it throws where it is made, which is where the module is loaded.
 */
export type QuickCheck = (value: unknown) => boolean;

/** @throws TypeError for a schema with a type or rule that it does not know */
export function quickCheck(schema: z.core.$ZodType): QuickCheck {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type !== 'array' && def.checks?.length) throw new TypeError(`expected a ${def.type} without rules`);
  switch (def.type) {
    case 'object':
      return objectCheck(def);
    case 'array': {
      const element = quickCheck(def.element);
      const least = leastLength(def);
      return (value) => Array.isArray(value) && value.length >= least && value.every(element);
    }
    case 'record':
      return recordCheck(def);
    case 'union':
      return unionCheck(def);
    case 'optional': {
      const inner = quickCheck(def.innerType);
      return (value) => value === undefined || inner(value);
    }
    case 'readonly':
      return quickCheck(def.innerType);
    case 'literal':
      return oneOf(def.values);
    case 'enum':
      return oneOf(Object.values(def.entries));
    case 'string':
      return (value) => typeof value === 'string';
    case 'number':
      // JSON has 1e999, which is read as infinity.
      return Number.isFinite;
    case 'boolean':
      return (value) => typeof value === 'boolean';
    default:
      throw new TypeError(`expected a schema of a type that messages have, got ${def.type}`);
  }
}

const oneOf = (values: readonly unknown[]): QuickCheck => {
  const known = new Set(values);
  return (value) => known.has(value);
};

interface Field {
  readonly check: QuickCheck;
  readonly isRequired: boolean;
}

/** Fields that the schema does not name stay as they are: see `loose`. */
function objectCheck({ shape, catchall }: z.core.$ZodObjectDef): QuickCheck {
  if ((catchall as z.core.$ZodTypes | undefined)?._zod.def.type !== 'unknown') {
    throw new TypeError('expected a loose object');
  }
  const fields = new Map<string, Field>();
  for (const [name, schema] of Object.entries(shape)) {
    const isRequired = (schema as z.core.$ZodTypes)._zod.def.type !== 'optional';
    fields.set(name, { check: quickCheck(schema), isRequired });
  }
  const required = [...fields.values()].filter(({ isRequired }) => isRequired).length;
  return (value) => {
    if (!isPlain(value)) return false;
    let found = 0;
    for (const name in value) {
      const field = fields.get(name);
      if (field === undefined) {
        if (name === '__proto__') return false;
        continue;
      }
      if (!field.check(value[name])) return false;
      if (field.isRequired) found++;
    }
    return found === required;
  };
}

function recordCheck({ keyType, valueType }: z.core.$ZodRecordDef): QuickCheck {
  if ((keyType as z.core.$ZodTypes)._zod.def.type !== 'string') throw new TypeError('expected texts as keys');
  const check = quickCheck(valueType);
  return (value) => {
    if (!isPlain(value)) return false;
    for (const name in value) if (name === '__proto__' || !check(value[name])) return false;
    return true;
  };
}

/** By the field that says which of the schemas a value is of. */
function unionCheck(def: z.core.$ZodUnionDef & { readonly discriminator?: string }): QuickCheck {
  const { discriminator, options } = def;
  if (discriminator === undefined) throw new TypeError('expected a union with a discriminator');
  const byWord = new Map<unknown, QuickCheck>();
  for (const option of options) {
    const check = quickCheck(option);
    for (const word of option._zod.propValues?.[discriminator] ?? []) byWord.set(word, check);
  }
  return (value) => isPlain(value) && byWord.get(value[discriminator])?.(value) === true;
}

function leastLength({ checks = [] }: z.core.$ZodArrayDef): number {
  const least = checks.map((check) => {
    const { def } = (check as z.core.$ZodCheckMinLength)._zod;
    if (def.check !== 'min_length')
      throw new TypeError(`expected no rule but a least length, got ${def.check}`);
    return def.minimum;
  });
  return Math.max(0, ...least);
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
