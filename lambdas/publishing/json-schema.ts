import { createContext, Script } from 'node:vm';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { RE2JS } from 're2js';
import { compileLinear } from '../matching/operators/linear-regex.ts';
import { missing } from '../values/problem-words.ts';
import { fieldAt, type Misfit } from './payload-check.ts';

/**
 * JSON Schema 2020-12 for schemas of strangers. A schema is a program: with `allOf` and `$ref`, a kilobyte of it can take
 * longer than the age of the universe. So a check is interrupted when its time is over, and patterns are matched in
 * linear time.
 */

/**
 * Both are times of the clock, so they leave room for a cold function with a third of a processor: sixty definitions take
 * some 40 ms on a whole, warm one.
 */
const COMPILE_MS = 1000;
/** The largest payload, 4.5 MB of small objects with a pattern in each, takes some 150 ms on a whole processor. */
export const CHECK_MS = 500;

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/** Two items out of n are compared with each other, n²/2 pairs: half a million for this many. */
const MAX_UNIQUE = 1000;

/** JavaScript's own regular expressions can take exponential time; RE2's can't, and know no look-around. */
const linearRegExp = Object.assign(
  (pattern: string) => {
    const { finds } = compileLinear(RE2JS.translateRegExp(pattern));
    // Ajv knows equal patterns by their text.
    return { test: finds, toString: () => pattern };
  },
  { code: 'linearRegExp' },
);

const newAjv = (): Ajv2020 =>
  new Ajv2020({
    strict: false,
    logger: false,
    validateFormats: false,
    validateSchema: false,
    // 19.99 is a multiple of 0.01, though not in binary.
    multipleOfPrecision: 9,
    // A property is there when the payload has it, not when every object inherits it.
    ownProperties: true,
    // Code grows with the schema, not with the number of references to a part of it.
    inlineRefs: false,
    code: { regExp: linearRegExp },
  });

/** A schema that payloads can be held against. */
export type CompiledSchema =
  | { readonly ok: true; readonly validate: ValidateFunction }
  /** Why it can't be used. */
  | { readonly ok: false; readonly problem: string };

/** Compiles a schema, in bounded time. Does not check that it is well formed; see `schemaProblem`. */
export function compileSchema(schema: unknown): CompiledSchema {
  // An instance of its own: one that was interrupted is in no state to be used again.
  const ajv = newAjv();
  const compiled = bounded(() => ajv.compile(schema as object | boolean), COMPILE_MS);
  if (!compiled.ok) return { ok: false, problem: `can't be compiled: ${compiled.problem}` };
  // It would answer with a promise, whose work nothing interrupts.
  if ('$async' in compiled.value) return { ok: false, problem: '$async is not part of JSON Schema' };
  return { ok: true, validate: compiled.value };
}

/**
 * The first thing about a payload that does not fit, or undefined when all of it does. What can't be checked in time
 * does not fit.
 */
export function check(compiled: CompiledSchema, data: unknown, timeoutMs = CHECK_MS): Misfit | undefined {
  if (!compiled.ok) return { path: [], message: `the schema ${compiled.problem}` };
  const { validate } = compiled;
  const checked = bounded(() => validate(data) === true, timeoutMs);
  if (!checked.ok) return { path: [], message: `can't be checked: ${checked.problem}` };
  return checked.value ? undefined : misfitOf(validate.errors?.[0], data);
}

/** What is wrong with a schema, or undefined when payloads can be held against it. */
export function schemaProblem(schema: unknown): string | undefined {
  const dialect = (schema as { $schema?: unknown } | null)?.$schema;
  if (dialect !== undefined && String(dialect).replace(/#$/, '') !== DIALECT) {
    return `expected JSON Schema 2020-12; its $schema is ${DIALECT}`;
  }
  const malformed = check({ ok: true, validate: metaSchema() }, schema, COMPILE_MS);
  if (malformed) return `${fieldAt('$', malformed.path)}: ${malformed.message}`;
  const unbounded = bounded(() => comparesWithoutBound(schema), COMPILE_MS);
  if (!unbounded.ok) return `can't be checked: ${unbounded.problem}`;
  if (unbounded.value) return `uniqueItems needs maxItems of at most ${MAX_UNIQUE} beside it`;
  const compiled = compileSchema(schema);
  return compiled.ok ? undefined : compiled.problem;
}

let compiledMeta: ValidateFunction | undefined;

/** Compiled outside of any bound: it is no stranger's, and a half compiled one would stay so. */
function metaSchema(): ValidateFunction {
  compiledMeta ??= newAjv().getSchema(DIALECT) as ValidateFunction;
  return compiledMeta;
}

/** Keywords whose value is a map of schemas by names that are not keywords, and those whose value is data. */
const MAPS = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']);
const DATA = new Set(['const', 'enum', 'default', 'examples']);

/** Whether a schema asks anywhere for items to be unique without a bound on their number. */
function comparesWithoutBound(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.some(comparesWithoutBound);
  if (typeof schema !== 'object' || schema === null) return false;
  const { uniqueItems, maxItems } = schema as { uniqueItems?: unknown; maxItems?: unknown };
  if (uniqueItems === true && !(typeof maxItems === 'number' && maxItems <= MAX_UNIQUE)) return true;
  return Object.entries(schema).some(([keyword, value]) => {
    if (DATA.has(keyword)) return false;
    return comparesWithoutBound(MAPS.has(keyword) ? Object.values(value as object) : value);
  });
}

type Bounded<T> = { ok: true; value: T } | { ok: false; problem: string };

const sandbox = createContext({ work: (): unknown => undefined });
const call = new Script('work()');

/**
 * Runs something to its end, or until its time is over. V8 ends a script that was started with a timeout wherever it
 * is, also in functions from outside of it; `finally` blocks do not run then.
 */
function bounded<T>(work: () => T, timeoutMs: number): Bounded<T> {
  sandbox.work = work;
  try {
    return { ok: true, value: call.runInContext(sandbox, { timeout: timeoutMs }) as T };
  } catch (error) {
    return { ok: false, problem: describe(error, timeoutMs) };
  } finally {
    sandbox.work = () => undefined;
  }
}

function describe(error: unknown, timeoutMs: number): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return `it takes more than ${timeoutMs} ms`;
  if (error instanceof RangeError) return 'it is nested too deeply';
  return String(message).slice(0, MAX_MESSAGE);
}

const MAX_MESSAGE = 200;

function misfitOf(error: ErrorObject | undefined, data: unknown): Misfit {
  if (!error) return { path: [], message: 'does not fit' };
  const path = stepsOf(error.instancePath, data);
  const { missingProperty, additionalProperty, unevaluatedProperty } = error.params as Record<
    string,
    unknown
  >;
  if (typeof missingProperty === 'string') return { path: [...path, missingProperty], message: missing() };
  const unknown = additionalProperty ?? unevaluatedProperty;
  if (typeof unknown === 'string') return { path: [...path, unknown], message: 'unknown field' };
  const plain = PLAINLY[error.keyword];
  if (plain !== undefined) return { path, message: plain };
  const { allowedValues } = error.params as { allowedValues?: readonly unknown[] };
  const among = allowedValues ? `: ${allowedValues.map((one) => JSON.stringify(one)).join(', ')}` : '';
  return { path, message: `${error.message ?? error.keyword}${among}`.slice(0, MAX_MESSAGE) };
}

/** A pattern is of use to its author alone, who has it. */
const PLAINLY: Readonly<Record<string, string>> = {
  pattern: 'expected another form: the schema has a pattern for it',
};

/** A JSON pointer (RFC 6901) as steps; a step into a list is a number. */
function stepsOf(pointer: string, data: unknown): (string | number)[] {
  let at = data;
  const steps = pointer.split('/').slice(1);
  return steps.map((escaped) => {
    const step = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
    const isIndex = Array.isArray(at);
    at = (at as Record<string, unknown> | undefined)?.[step];
    return isIndex ? Number(step) : step;
  });
}
