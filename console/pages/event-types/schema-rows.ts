/** A JSON Schema as rows to read: a property each, those inside of it below it. */

export interface SchemaRow {
  /** `customer.tags[]`, unique among rows. */
  readonly path: string;
  /** Its own name, as it is shown. */
  readonly name: string;
  /** How deep it stands, from 0. */
  readonly depth: number;
  /** `number`, `text or null`, `one of "INFO", "ERROR"`. */
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string | undefined;
  /** `at least 0`, `matches ^[a-z]+$`. */
  readonly limits: readonly string[];
}

type Schema = Readonly<Record<string, unknown>>;

/** Deeper levels, and rows beyond these, are in the schema's JSON. */
const MOST_LEVELS = 8;
const MOST_ROWS = 500;
/** Schemas that are looked at. A few that refer to each other twice would be looked at for ever. */
const MOST_VISITS = 5000;

/** Rows of a schema; none for one that says nothing of properties. */
export function schemaRows(schema: unknown): readonly SchemaRow[] {
  const rows: SchemaRow[] = [];
  collect(asSchema(schema), {
    root: asSchema(schema),
    path: '',
    depth: 0,
    rows,
    seen: [],
    visits: { left: MOST_VISITS },
  });
  return rows;
}

interface Place {
  readonly root: Schema;
  readonly path: string;
  readonly depth: number;
  readonly rows: SchemaRow[];
  /** Schemas around: one that refers to itself would go on for ever. */
  readonly seen: readonly Schema[];
  readonly visits: { left: number };
}

function collect(given: Schema, place: Place): void {
  const schema = resolved(given, place.root);
  const { root, path, depth, rows, seen, visits } = place;
  if (depth > MOST_LEVELS || seen.includes(schema) || visits.left-- <= 0) return;
  const inside = { root, rows, seen: [...seen, schema], visits };
  const required = listOf(schema.required);
  for (const [name, property] of Object.entries(asSchema(schema.properties))) {
    add(name, path === '' ? name : `${path}.${name}`, asSchema(property), required.includes(name));
  }
  if (isSchema(schema.items) && depth > 0) collectItems(asSchema(schema.items));
  if (isSchema(schema.items) && depth === 0) add('[]', '[]', asSchema(schema.items), false);
  for (const part of ['allOf', 'anyOf', 'oneOf']) {
    for (const each of listOf(schema[part])) collect(asSchema(each), { ...inside, path, depth });
  }

  function add(name: string, at: string, property: Schema, isRequired: boolean): void {
    if (rows.length >= MOST_ROWS || rows.some((row) => row.path === at)) return;
    const known = resolved(property, root);
    rows.push({
      path: at,
      name,
      depth,
      type: typeText(known, root),
      isRequired,
      description: text(property.description) ?? text(known.description),
      limits: limitsOf(known),
    });
    collect(property, { ...inside, path: at, depth: depth + 1 });
  }
  /** Elements have no row of their own: `list of text` says what they are, and their properties stand below. */
  function collectItems(items: Schema): void {
    collect(items, { ...inside, path: `${path}[]`, depth });
  }
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  array: 'list',
  boolean: 'true or false',
};

/** @param level how many lists it is the element of: a schema may refer to itself */
function typeText(schema: Schema, root: Schema, level = 0): string {
  if ('const' in schema) return json(schema.const);
  if (Array.isArray(schema.enum)) return `one of ${schema.enum.map(json).join(', ')}`;
  const types = listOf(schema.type ?? guessed(schema)).filter((type) => typeof type === 'string');
  const words = types.map((type) => {
    if (type !== 'array' || !isSchema(schema.items) || level > 2) return WORDS[type] ?? type;
    const of = typeText(resolved(schema.items, root), root, level + 1);
    return of === 'anything' ? 'list' : `list of ${of}`;
  });
  const format = text(schema.format);
  const all = words.join(' or ') || alternatives(schema, root) || 'anything';
  return format ? `${all} (${format})` : all;
}

function alternatives(schema: Schema, root: Schema): string {
  const all = [...listOf(schema.anyOf), ...listOf(schema.oneOf)];
  const words = all.map((each) => {
    const one = resolved(asSchema(each), root);
    // One level: an alternative that is made of alternatives is in the JSON.
    return typeText({ ...one, anyOf: undefined, oneOf: undefined, items: undefined }, root);
  });
  return [...new Set(words)].join(' or ');
}

const guessed = (schema: Schema): string[] =>
  'properties' in schema ? ['object'] : 'items' in schema ? ['array'] : [];

const LIMITS: readonly (readonly [string, (value: string) => string])[] = [
  ['minimum', (value) => `at least ${value}`],
  ['exclusiveMinimum', (value) => `more than ${value}`],
  ['maximum', (value) => `at most ${value}`],
  ['exclusiveMaximum', (value) => `less than ${value}`],
  ['multipleOf', (value) => `a multiple of ${value}`],
  ['minLength', (value) => `at least ${value} characters`],
  ['maxLength', (value) => `at most ${value} characters`],
  ['pattern', (value) => `matches ${value}`],
  ['minItems', (value) => `at least ${value} elements`],
  ['maxItems', (value) => `at most ${value} elements`],
];

function limitsOf(schema: Schema): readonly string[] {
  const limits = LIMITS.flatMap(([name, words]) =>
    ['string', 'number'].includes(typeof schema[name]) ? [words(String(schema[name]))] : [],
  );
  return schema.additionalProperties === false ? [...limits, 'no other properties'] : limits;
}

/** What a reference within the document leads to: `#/$defs/customer`. */
function resolved(schema: Schema, root: Schema): Schema {
  let found = schema;
  for (let steps = 0; typeof found.$ref === 'string' && steps < MOST_LEVELS; steps++) {
    if (!found.$ref.startsWith('#')) return found;
    const names = found.$ref.slice(1).split('/').filter(Boolean).map(unescaped);
    found = names.reduce<Schema>((inner, name) => asSchema(inner[name]), root);
  }
  return found;
}

const unescaped = (name: string): string => name.replaceAll('~1', '/').replaceAll('~0', '~');

const NOTHING: Schema = {};
const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const asSchema = (value: unknown): Schema => (isSchema(value) ? value : NOTHING);
const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const json = (value: unknown): string => JSON.stringify(value) ?? '';
