import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

/** The parts of an OpenAPI document that the tests read. */
export interface Document {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly responses: Readonly<Record<string, Answer>>;
  };
}

export type JsonSchema = Readonly<Record<string, unknown>>;

export interface MediaType {
  readonly schema: JsonSchema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

export type Contents = Readonly<Record<string, MediaType>>;

export interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly description?: string;
  readonly required?: boolean;
  readonly schema: JsonSchema;
}

interface OperationObject {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly description: string;
  readonly 'x-scope': string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Contents };
  readonly responses: Readonly<Record<string, Answer>>;
}

interface Answer {
  readonly description: string;
  readonly content?: Contents;
}

/** An operation with its method and path. */
export interface Operation extends OperationObject {
  /** In capitals. */
  readonly method: string;
  readonly path: string;
}

/** The operations, with references to answers resolved. */
export const operationsOf = ({ paths, components }: Document): Operation[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      responses: Object.fromEntries(
        Object.entries(operation.responses).map(([status, answer]) => [
          status,
          components.responses[shared(answer) ?? ''] ?? answer,
        ]),
      ),
      method: method.toUpperCase(),
      path,
    })),
  );

/** The name of a shared answer, if this is a reference to one. */
const shared = (answer: object): string | undefined =>
  '$ref' in answer ? /^#\/components\/responses\/(.+)$/.exec(String(answer.$ref))?.[1] : undefined;

/** The examples of a media type: the one, or each of several. */
export const examplesOf = ({ example, examples }: MediaType): unknown[] =>
  example !== undefined ? [example] : Object.values(examples ?? {}).map(({ value }) => value);

/**
 * Validators for the schemas of a document, by their path in it. Formats are for readers and not checked: where one
 * matters, the schema has a pattern as well.
 */
export function schemasOf(document: Document): (...at: string[]) => ValidateFunction {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, validateSchema: false });
  // Named schemas get ids, so that they are compiled once, not for each reference.
  const text = JSON.stringify(document).replaceAll('"$ref":"#/components/schemas/', '"$ref":"');
  const renamed = JSON.parse(text) as Document;
  for (const [name, schema] of Object.entries(renamed.components.schemas)) ajv.addSchema(schema, name);
  const compiled = new Map<string, ValidateFunction>();
  return (...at) => {
    // Most errors have the same schema.
    const schema = memberAt(renamed, at, renamed);
    const key = JSON.stringify(schema);
    const known = compiled.get(key) ?? ajv.compile(schema);
    compiled.set(key, known);
    return known;
  };
}

const memberAt = (value: unknown, at: readonly string[], { components }: Document): JsonSchema =>
  at.reduce((member, name) => {
    const next = (member as Record<string, object>)[name]!;
    return components.responses[shared(next) ?? ''] ?? next;
  }, value) as JsonSchema;

/** The schema that a reference leads to, or the schema itself. */
export function resolved(document: Document, schema: JsonSchema): JsonSchema {
  const name = /^#\/components\/schemas\/(.+)$/.exec(String(schema.$ref))?.[1];
  if (name === undefined) return schema;
  return resolved(document, document.components.schemas[name]!);
}
