import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

/** What the tests read of an OpenAPI document. */
export interface Document {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
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

export interface OperationObject {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly description: string;
  readonly 'x-scope': string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Contents };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Contents }>>;
}

/** An operation, and where it stands. */
export interface Operation extends OperationObject {
  /** In capitals. */
  readonly method: string;
  readonly path: string;
}

export const operationsOf = ({ paths }: Document): Operation[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path,
    })),
  );

/** The examples of a media type: the one, or each of several. */
export const examplesOf = ({ example, examples }: MediaType): unknown[] =>
  example !== undefined ? [example] : Object.values(examples ?? {}).map(({ value }) => value);

/** A value as something that stands in a URI fragment as a JSON pointer (RFC 6901). */
const pointer = (parts: readonly string[]): string =>
  parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');

/**
 * Validators for the schemas of a document, by where they stand in it; references lead into the document.
 * Formats are for readers: what has one says so by its pattern where it matters.
 */
export function schemasOf(document: Document): (...at: string[]) => ValidateFunction {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false });
  ajv.addSchema(document, 'openapi.json', false, false);
  const compiled = new Map<string, ValidateFunction>();
  return (...at) => {
    const ref = `openapi.json#/${pointer(at)}`;
    const known = compiled.get(ref) ?? ajv.compile({ $ref: ref });
    compiled.set(ref, known);
    return known;
  };
}

/** The schema that a reference leads to, or the schema itself. */
export function resolved(document: Document, schema: JsonSchema): JsonSchema {
  const name = /^#\/components\/schemas\/(.+)$/.exec(String(schema.$ref))?.[1];
  if (name === undefined) return schema;
  return resolved(document, document.components.schemas[name]!);
}
