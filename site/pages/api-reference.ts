import { openApiDocument } from '../../lambdas/api/openapi.ts';
import { ROUTES } from '../../lambdas/api/routes.ts';
import { TAGS } from '../../lambdas/api/tags.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { type Schema, schemaRows } from './schema-rows.ts';
import type { SitePage } from './site-page.ts';
import { table } from './table.ts';

interface Operation {
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, Answer>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

type Content = Readonly<
  Record<
    string,
    {
      readonly schema?: Schema;
      readonly example?: unknown;
      readonly examples?: Readonly<Record<string, { readonly value?: unknown }>>;
    }
  >
>;

interface Answer {
  readonly $ref?: string;
  readonly description?: string;
  readonly content?: Content;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses?: Readonly<Record<string, Answer>>;
  };
}

/** The address of a chapter of the API: `/reference/event-types`. */
export const chapterRoute = (tag: string): string => `/reference/${tag.toLowerCase().replaceAll(' ', '-')}`;

/** A page for each chapter of the OpenAPI document, with its operations. */
export function apiReference(): SitePage[] {
  const document = JSON.parse(
    JSON.stringify(openApiDocument(ROUTES, { version: packageJson.version })),
  ) as Document;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  return Object.entries(TAGS).map(([tag, about]) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(tag));
    const text = own.map(({ path, method, operation }) => operationText(path, method, operation, document));
    return {
      route: chapterRoute(tag),
      title: tag,
      text: `---\noutline: 2\n---\n\n# ${tag}\n\n${about}\n\n${text.join('\n')}`,
    };
  });
}

function operationText(path: string, method: string, operation: Operation, document: Document): string {
  const { summary, description = '', parameters = [], requestBody, responses } = operation;
  return [
    `## ${summary}\n`,
    `\`\`\`http\n${method} ${path}\n\`\`\`\n`,
    `${description}\n`,
    parameters.length > 0 && table(['parameter', 'in', 'what'], parameters.map(parameterRow)),
    ...Object.entries(requestBody?.content ?? {}).map(([type, { schema, ...rest }]) =>
      [`**Body**, \`${type}\`\n`, bodyTable(schema, document), exampleOf(rest)].filter(Boolean).join('\n'),
    ),
    table(
      ['answer', 'what'],
      Object.entries(responses).map((answer) => answerRow(answer, document)),
    ),
    ...Object.entries(responses).map(([status, answer]) => answerText(status, answer, document)),
  ]
    .filter(Boolean)
    .join('\n');
}

const parameterRow = ({ name, in: where, required, description, schema }: Parameter): string[] => [
  `\`${name}\`${required ? '' : ', optional'}`,
  where,
  description ?? schema.description ?? '',
];

function answerRow([status, answer]: [string, Answer], document: Document): string[] {
  const { description = '' } = resolved(answer, document);
  return [`\`${status}\``, description];
}

/** What a success holds. Errors have one form, and a page of their own. */
function answerText(status: string, answer: Answer, document: Document): string {
  if (!status.startsWith('2')) return '';
  const [content] = Object.values(resolved(answer, document).content ?? {});
  const rows = bodyTable(content?.schema, document);
  return rows && `**Answer ${status}**\n\n${rows}`;
}

const resolved = (answer: Answer, { components }: Document): Answer =>
  (answer.$ref && components.responses?.[answer.$ref.split('/').at(-1)!]) || answer;

function bodyTable(schema: Schema | undefined, { components }: Document): string {
  const rows = schema ? schemaRows(schema, components.schemas) : [];
  return rows.length > 0 ? table(['member', 'type', 'what'], rows) : '';
}

function exampleOf({
  example,
  examples,
}: {
  example?: unknown;
  examples?: Content[string]['examples'];
}): string {
  const value = example ?? Object.values(examples ?? {})[0]?.value;
  return value === undefined || typeof value === 'string'
    ? ''
    : `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\`\n`;
}
