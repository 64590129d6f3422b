import type { Comparison } from './comparison.ts';
import { requiredBy, type Type, valuesOf } from './facts.ts';
import { cut, type Finding, unclear } from './finding.ts';
import { keywordsOf, numberIn, type Schema, schemasIn } from './schema.ts';

/** Limits of numbers, lengths, formats and patterns. Pure. */

interface Limit {
  readonly type: Type;
  readonly end: 'least' | 'most';
  /** Of a value, or of what is known without the keyword. */
  readonly known?: (schemas: readonly Schema[]) => readonly number[];
}

/** What a number is, or a text is long: of each value that there can be. */
const sizes =
  (size: (value: unknown) => number | undefined) =>
  (schemas: readonly Schema[]): readonly number[] =>
    [...(valuesOf(schemas)?.values() ?? [])].flatMap((value) => size(value) ?? []);

const ownNumber = sizes((value) => (typeof value === 'number' ? value : undefined));
const ownLength = sizes((value) => (typeof value === 'string' ? [...value].length : undefined));

const LIMITS: Readonly<Record<string, Limit>> = {
  minLength: { type: 'string', end: 'least', known: ownLength },
  maxLength: { type: 'string', end: 'most', known: ownLength },
  minItems: { type: 'array', end: 'least' },
  maxItems: { type: 'array', end: 'most', known: itemsAtMost },
  minProperties: { type: 'object', end: 'least', known: (schemas) => [requiredBy(schemas).size] },
  maxProperties: { type: 'object', end: 'most', known: propertiesAtMost },
};

function itemsAtMost(schemas: readonly Schema[]): readonly number[] {
  return schemas.flatMap((schema) =>
    keywordsOf(schema).items === false ? schemasIn(schema, 'prefixItems').length : [],
  );
}

function propertiesAtMost(schemas: readonly Schema[]): readonly number[] {
  return schemas.flatMap((schema) => {
    const { additionalProperties, patternProperties, properties = {} } = keywordsOf(schema);
    const isClosed = additionalProperties === false && patternProperties === undefined;
    return isClosed ? Object.keys(properties as object).length : [];
  });
}

export const limitFindings = (comparison: Comparison): Finding[] => [
  ...numberFindings(comparison),
  ...Object.entries(LIMITS).flatMap(([keyword, limit]) => lengthFindings(comparison, keyword, limit)),
  ...multipleFindings(comparison),
  ...uniqueFindings(comparison),
  ...patternFindings(comparison),
  ...EQUALS.flatMap((keyword) => equalFindings(comparison, keyword)),
];

const limitFinding = (path: string, keyword: string, narrow: unknown, wide: unknown): Finding => ({
  path,
  about: 'limit',
  keyword,
  narrow: limitText(keyword, narrow),
  wide: limitText(keyword, wide),
});

const limitText = (keyword: string, value: unknown): string =>
  value === undefined
    ? `without ${keyword}`
    : cut(`${keyword} ${typeof value === 'string' ? value : JSON.stringify(value)}`);

function lengthFindings({ known, types, wider, path }: Comparison, keyword: string, limit: Limit): Finding[] {
  const asked = numberIn(wider, keyword);
  if (asked === undefined || !types.has(limit.type)) return [];
  const written = known.flatMap((schema) => numberIn(schema, keyword) ?? []);
  const { end } = limit;
  const follows = limit.known?.(known) ?? [];
  // Values that can be are all there are; each other number is a limit by itself.
  const ofValues = follows.length > 0 && limit.type === 'string';
  const followed = follows.length === 0 ? [] : [strictest(follows, ofValues ? opposite(end) : end)];
  const all = [...written, ...followed];
  if (all.some((one) => (end === 'least' ? one >= asked : one <= asked))) return [];
  const isIdle = end === 'least' && asked <= 0;
  return isIdle
    ? []
    : [limitFinding(path, keyword, asked, written.length === 0 ? undefined : strictest(written, end))];
}

const opposite = (end: Limit['end']): Limit['end'] => (end === 'least' ? 'most' : 'least');

const strictest = (numbers: readonly number[], end: Limit['end']): number =>
  numbers.reduce((a, b) => (end === 'least' ? Math.max(a, b) : Math.min(a, b)));

const NUMBERS = [
  { end: 'least', open: 'exclusiveMinimum', closed: 'minimum' },
  { end: 'most', open: 'exclusiveMaximum', closed: 'maximum' },
] as const;

/** An end of a range. */
interface End {
  readonly at: number;
  readonly isOpen: boolean;
  readonly keyword: string;
}

function numberFindings({ known, types, wider, path }: Comparison): Finding[] {
  if (!types.has('integer') && !types.has('fraction')) return [];
  return NUMBERS.flatMap(({ end, open, closed }) => {
    const endsOf = (schema: Schema): End[] =>
      [open, closed].flatMap((keyword) => {
        const at = numberIn(schema, keyword);
        return at === undefined ? [] : [{ at, isOpen: keyword === open, keyword }];
      });
    const written = known.flatMap(endsOf);
    const values = ownNumber(known);
    const ofValues: End[] =
      values.length === 0 ? [] : [{ at: strictest(values, opposite(end)), isOpen: false, keyword: closed }];
    const isWhole = !types.has('fraction');
    return endsOf(wider)
      .filter((asked) => ![...written, ...ofValues].some((one) => isWithin(one, asked, end, isWhole)))
      .map((asked) => {
        const wide = written.find(({ keyword }) => keyword === asked.keyword) ?? written[0];
        return {
          ...limitFinding(path, asked.keyword, asked.at, undefined),
          keyword: closed,
          wide: wide ? limitText(wide.keyword, wide.at) : `without ${asked.keyword}`,
        };
      });
  });
}

/** Whether what keeps to one end keeps to another. @param isWhole of integers alone, which are beyond 0 from 1 on */
function isWithin(one: End, asked: End, end: Limit['end'], isWhole: boolean): boolean {
  const sign = end === 'least' ? 1 : -1;
  const first = ({ at, isOpen }: End): number =>
    isWhole ? (isOpen ? Math.floor(sign * at) + 1 : Math.ceil(sign * at)) : sign * at;
  if (first(one) !== first(asked)) return first(one) > first(asked);
  return isWhole || one.isOpen || !asked.isOpen;
}

/** Whole numbers alone: 0.3 is three times 0.1, but not in binary. */
function multipleFindings({ known, types, wider, path }: Comparison): Finding[] {
  const asked = numberIn(wider, 'multipleOf');
  if (asked === undefined || !(types.has('integer') || types.has('fraction'))) return [];
  if (asked === 1 && !types.has('fraction')) return [];
  const written = known.flatMap((schema) => numberIn(schema, 'multipleOf') ?? []);
  const isKept = written.some(
    (one) => one === asked || (Number.isSafeInteger(one) && Number.isSafeInteger(asked) && one % asked === 0),
  );
  return isKept ? [] : [limitFinding(path, 'multipleOf', asked, written[0])];
}

function uniqueFindings({ known, types, wider, path }: Comparison): Finding[] {
  if (keywordsOf(wider).uniqueItems !== true || !types.has('array')) return [];
  const isKept = known.some(
    (one) => keywordsOf(one).uniqueItems === true || (numberIn(one, 'maxItems') ?? 2) < 2,
  );
  return isKept ? [] : [limitFinding(path, 'uniqueItems', true, undefined)];
}

/** One pattern may take what another does. That is not looked into. */
function patternFindings({ known, types, wider, path }: Comparison): Finding[] {
  const { pattern } = keywordsOf(wider);
  if (typeof pattern !== 'string' || !types.has('string')) return [];
  const others = known.flatMap((one) => keywordsOf(one).pattern ?? []);
  if (others.includes(pattern)) return [];
  const isKnown = others.length === 0 && !valuesOf(known);
  return [isKnown ? limitFinding(path, 'pattern', pattern, undefined) : unclear(path, 'pattern')];
}

/** What describes a text. No payload is held against it, and readers rely on it. */
const EQUALS = ['format', 'contentEncoding', 'contentMediaType'];

function equalFindings({ known, types, wider, path }: Comparison, keyword: string): Finding[] {
  const asked = keywordsOf(wider)[keyword];
  if (asked === undefined || typesWithout(types, keyword)) return [];
  const others = known.flatMap((one) => keywordsOf(one)[keyword] ?? []);
  return others.some((one) => one === asked) ? [] : [limitFinding(path, keyword, asked, others[0])];
}

/** Formats of numbers are known to OpenAPI. */
const typesWithout = (types: ReadonlySet<Type>, keyword: string): boolean =>
  !types.has('string') && !(keyword === 'format' && (types.has('integer') || types.has('fraction')));
