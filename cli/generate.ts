/** Writes what the tool's help and options say of each operation, from the OpenAPI document that the API serves. */
import { writeFileSync } from 'node:fs';
import { openApiDocument } from '../lambdas/api/openapi.ts';
import { ROUTES } from '../lambdas/api/routes.ts';
import type { Field, OperationInfo } from './routes/operation-info.ts';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly (Schema & {
    readonly in: string;
    readonly name: string;
    readonly required?: boolean;
    readonly schema: Schema;
  })[];
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content: Readonly<Record<string, { readonly schema: Schema; readonly example?: unknown }>>;
  };
}

const document = openApiDocument(ROUTES, { version: '0.0.0' }) as unknown as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

/** What a merge patch takes away with null is typed as what it otherwise is; `--set name=null` says null. */
function resolved(schema: Schema): Schema {
  const found =
    schema.$ref === undefined ? schema : document.components.schemas[schema.$ref.split('/').at(-1)!]!;
  const forms = found.anyOf?.filter(({ type }) => type !== 'null') ?? [];
  return forms.length === 1 ? { ...resolved(forms[0]!), ...described(found) } : found;
}

const described = ({ description }: Schema): Pick<Schema, 'description'> =>
  description === undefined ? {} : { description };

interface Property {
  readonly name: string;
  readonly schema: Schema;
  readonly required: boolean;
}

/**
 * What a body may have at its top, in all of its forms. Names in snake case are those of another product, which the API takes
 * besides its own.
 */
function propertiesOf(schema: Schema): readonly Property[] {
  const { properties, required = [], anyOf, oneOf, allOf } = resolved(schema);
  const own = Object.entries(properties ?? {}).map(([name, one]) => ({
    name,
    schema: one,
    required: required.includes(name),
  }));
  const forms = (anyOf ?? oneOf ?? []).map(propertiesOf);
  const ofForms = forms.flat().map((one) => ({
    ...one,
    required: forms.every((form) => form.some(({ name, required }) => name === one.name && required)),
  }));
  const all = [...own, ...(allOf ?? []).flatMap(propertiesOf), ...ofForms];
  const byName = new Map([...all].reverse().map((one) => [one.name, one]));
  return [...byName.values()].reverse().filter(({ name }) => !name.includes('_'));
}

/** In a query a boolean is text. */
const isYesOrNo = (values: readonly unknown[] | undefined): boolean =>
  values?.every((one) => one === 'true' || one === 'false');

function typeOf(schema: Schema): Field['type'] {
  const { type: types, format, items, enum: values, const: value, anyOf } = resolved(schema);
  const [type] = [types].flat().filter((one) => one !== 'null');
  // A preset by name, or a value of one's own: what is no JSON is the name.
  if (anyOf) return 'json';
  if (type === 'boolean' || typeof value === 'boolean' || isYesOrNo(values)) return 'boolean';
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'array' && resolved(items ?? {}).type === 'string') return 'texts';
  if (format === 'date-time') return 'time';
  if (type === 'string' || values?.every((one) => typeof one === 'string')) return 'text';
  return 'json';
}

function fieldOf(name: string, schema: Schema, description: string | undefined, required: boolean): Field {
  const { enum: values, items } = resolved(schema);
  const choices = (values ?? resolved(items ?? {}).enum)?.filter((one) => typeof one === 'string');
  return {
    name,
    type: typeOf(schema),
    ...(description && { description }),
    ...(choices && choices.length > 0 && { choices }),
    ...(required && { required: true as const }),
  };
}

function infoOf(method: string, path: string, operation: Operation): OperationInfo {
  const parameters = (place: string) =>
    (operation.parameters ?? [])
      .filter((one) => one.in === place)
      .map(({ name, schema, description, required }) =>
        fieldOf(name, schema, description ?? resolved(schema).description, required === true),
      );
  const json = operation.requestBody?.content['application/json'];
  return {
    method: method.toUpperCase(),
    path,
    summary: operation.summary,
    ...(operation.description && { description: operation.description }),
    params: parameters('path'),
    query: parameters('query'),
    ...(operation.requestBody && {
      body: {
        required: operation.requestBody.required === true,
        fields: json
          ? propertiesOf(json.schema).map(({ name, schema, required }) =>
              fieldOf(name, schema, schema.description ?? resolved(schema).description, required),
            )
          : [],
      },
    }),
  };
}

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(
    ([method, operation]) => [operation.operationId, infoOf(method, path, operation)] as const,
  ),
);
writeFileSync(
  new URL('operations.gen.json', import.meta.url),
  `${JSON.stringify(Object.fromEntries(operations), undefined, 1)}\n`,
);
