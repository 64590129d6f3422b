import type { ZodType } from 'zod';
import { EXPORT_TYPES, type Format } from '../../api/lists.ts';
import type { Route } from '../../api/route.ts';
import type { Answer } from '../operation.ts';
import type { ManageRequest } from '../request.ts';
import type { PageOf } from './page.ts';

/**
 * A page of a list, or a series, in the format that its query asks for. The body of an export is rows alone. A `Link` header
 * (RFC 8288) has the next page's path and query.
 */
export async function inFormat(route: Route, request: ManageRequest, answer: Answer): Promise<Answer> {
  const { format = 'json', ...query } = request.queryStringParameters ?? {};
  if (!route.query?.shape.format || !isExport(format) || answer.status !== 200) return answer;
  const { next = null, ...body } = answer.body as Partial<PageOf<object>>;
  const items = (body as Readonly<Record<string, object[]>>)[rowsMemberOf(route)]!;
  const text =
    format === 'csv' ? await csvOf(route, items) : items.map((item) => `${JSON.stringify(item)}\n`).join('');
  const link = next === null ? undefined : linkTo(route, request, { ...query, format, cursor: next });
  const headers = {
    'content-type': `${EXPORT_TYPES[format]}; charset=utf-8`,
    'x-content-type-options': 'nosniff',
    ...(link !== undefined && { link: `<${link}>; rel="next"` }),
  };
  return { status: 200, raw: { bytes: Buffer.from(text), headers } };
}

const isExport = (format: string): format is Exclude<Format, 'json'> => Object.hasOwn(EXPORT_TYPES, format);

/**
 * An id in a path is what a producer chose, and API Gateway has decoded it. It is escaped again as a client has to: `/`, `?`
 * and `%` twice.
 */
function linkTo(
  { path }: Route,
  { pathParameters = {} }: ManageRequest,
  query: Readonly<Record<string, string | undefined>>,
): string {
  const escaped = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent((pathParameters[name] ?? '').replace(/[/?%]/g, encodeURIComponent)),
  );
  const params = Object.entries(query).map(([name, value = '']): [string, string] => [name, value]);
  return `${escaped}?${new URLSearchParams(params)}`;
}

/**
 * Rows with the columns of the list's schema, so that they are the same on each page. A text that a spreadsheet would take for a
 * formula gets a quote before it (OWASP, CSV injection): rows hold what strangers wrote.
 */
async function csvOf(route: Route, items: readonly object[]): Promise<string> {
  // The library is loaded by the first export, not by every cold start.
  const { stringify } = await import('csv-stringify/sync');
  const columns = columnsOf(rowSchemaOf(route));
  const records = items.map((item) => columns.map(({ valueIn }) => cellOf(valueIn(item))));
  const options = { header: true, columns: columns.map(({ name }) => name), escape_formulas: true };
  return stringify(records, { ...options, record_delimiter: 'windows' });
}

/** As much of a schema as tells what members there are. */
interface Described {
  readonly type: string;
  readonly shape?: Readonly<Record<string, Described & ZodType>>;
  readonly element?: Described;
  readonly def: { readonly innerType?: Described; readonly options?: readonly Described[] };
}

type ShapeOfRows = Readonly<Record<string, { readonly element: Described }>>;
const shapeOf = (route: Route) => (route.answers[200]!.schema as unknown as { shape: ShapeOfRows }).shape;

/** A list has `items`. Metrics have a series, and no next page. */
const rowsMemberOf = (route: Route): string => (shapeOf(route).items ? 'items' : 'series');

const rowSchemaOf = (route: Route): Described => shapeOf(route)[rowsMemberOf(route)]!.element;

interface Column {
  readonly name: string;
  readonly valueIn: (row: unknown) => unknown;
}

/**
 * A column for each member, also of objects in it. Of a list of objects: how many there are, and the plain members of the
 * last. Any other list is one column.
 */
function columnsOf(schema: Described, name = '', valueIn: Column['valueIn'] = (row) => row): Column[] {
  const { shape, element } = innermost(schema);
  if (shape) {
    return Object.entries(shape).flatMap(([member, inner]) =>
      columnsOf(inner, name === '' ? member : `${name}.${member}`, (row) => memberOf(valueIn(row), member)),
    );
  }
  const ofElement = element && innermost(element).shape;
  if (!ofElement) return [{ name, valueIn }];
  const listIn = (row: unknown): readonly unknown[] => (valueIn(row) as readonly unknown[] | undefined) ?? [];
  const plain = Object.entries(ofElement).filter(([, inner]) => isPlain(innermost(inner)));
  return [
    { name: `${name}.count`, valueIn: (row) => listIn(row).length },
    ...plain.map(([member]) => ({
      name: `${name}.last.${member}`,
      valueIn: (row: unknown) => memberOf(listIn(row).at(-1), member),
    })),
  ];
}

const isPlain = ({ shape, element }: Described): boolean => !shape && !element;

/** What is behind `optional`, `nullable` and the like. */
const innermost = (schema: Described): Described =>
  schema.def.innerType ? innermost(schema.def.innerType) : schema;

const memberOf = (value: unknown, name: string): unknown =>
  (value as Readonly<Record<string, unknown>> | undefined)?.[name];

/** Lists and objects as JSON; what is missing as an empty cell. */
const cellOf = (value: unknown): string =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
