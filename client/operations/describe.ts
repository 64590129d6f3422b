/** What the client knows of each operation, read from the OpenAPI document. Pure. */
import type { Answer, Method, Operation, Repeat } from '../operation.ts';

/** As much of an OpenAPI document as is read here. */
export interface Document {
  readonly paths?: object | undefined;
  readonly components?: object | undefined;
}

export interface Described extends Operation {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /** Whether it can be called without arguments. */
  readonly isBare: boolean;
  /** Whether the query can ask for the answer in another form: CSV, or a row a line. */
  readonly hasForms: boolean;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
}

interface Media {
  readonly schema?: Schema;
}

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

interface Declared {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly 'x-scope'?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>;
}

/** @throws Error if two arguments of an operation had the same name */
export function describeOperations(document: Document): Described[] {
  const paths = Object.entries((document.paths ?? {}) as Record<string, Record<string, Declared>>);
  return paths.flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, declared]) =>
      describe(document, path, method.toUpperCase() as Method, declared),
    ),
  );
}

function describe(document: Document, path: string, method: Method, declared: Declared): Described {
  const { operationId: name, parameters = [], requestBody, summary = '', description = '' } = declared;
  const named = (where: string) => parameters.filter((each) => each.in === where).map((each) => each.name);
  refuseTwice(name, [...named('path'), ...named('query'), ...(requestBody ? ['body', 'contentType'] : [])]);
  const headers = named('header');
  const hasForms = named('query').includes('format');
  return {
    name,
    summary,
    description,
    method,
    path,
    query: named('query'),
    isPaged: named('query').includes('cursor') && isPage(document, declared),
    hasBody: requestBody !== undefined,
    answer: answerOf(declared),
    repeat: repeatOf(method, declared['x-scope'], headers),
    takesIfMatch: headers.includes('If-Match'),
    isBare: !requestBody?.required && !parameters.some((each) => each.in !== 'header' && each.required),
    hasForms,
  };
}

function refuseTwice(name: string, argumentNames: readonly string[]): void {
  const twice = argumentNames.find((each, place) => argumentNames.indexOf(each) !== place);
  if (twice) throw new Error(`${name}: expected one argument with the name ${twice}, got two`);
}

/**
 * A question is repeated freely, and so is what leaves the same behind each time. Of a fetch whose answer was lost the messages come
 * again when their lease is over; what ends a lease twice ends it once.
 */
function repeatOf(method: Method, scope: string | undefined, headers: readonly string[]): Repeat {
  if (method === 'GET' || scope === 'read' || scope === 'consume') return 'always';
  if (method !== 'POST') return 'unless-conditional';
  return headers.includes('Idempotency-Key') ? 'with-key' : 'never';
}

const isSuccess = (status: string): boolean => status.startsWith('2');

function answerOf({ responses }: Declared): Answer {
  const types = Object.entries(responses)
    .filter(([status]) => isSuccess(status))
    .flatMap(([, { content = {} }]) => Object.keys(content));
  if (types.length === 0) return 'none';
  if (types.includes('application/json')) return 'json';
  return types.every((type) => type.startsWith('text/')) ? 'text' : 'bytes';
}

function isPage({ components }: Document, { responses }: Declared): boolean {
  const schema = responses['200']?.content?.['application/json']?.schema;
  const schemas = (components as { schemas?: Record<string, Schema> } | undefined)?.schemas ?? {};
  const { properties = {} } = (schema?.$ref ? schemas[schema.$ref.split('/').pop() ?? ''] : schema) ?? {};
  return 'items' in properties && 'next' in properties;
}
