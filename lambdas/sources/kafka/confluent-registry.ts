import { isObject, parse } from '../../values/json.ts';
import type { Registered, SchemaRegistry } from './schemas.ts';

/** A registry could not be asked, or answered what makes no sense. */
class RegistryError extends Error {
  override readonly name = 'RegistryError';
}

export interface ConfluentRegistryDeps {
  /** `https://registry.example.com`, with a path if it has one. */
  readonly url: string;
  /** The header `authorization`; undefined for a registry that asks for none. */
  authorization(): Promise<string | undefined>;
  readonly fetch: typeof fetch;
}

/** A request waits no longer than the rest of its batch may. */
const TIMEOUT_MS = 5000;
/** Schemas are shorter; whatever answers in the registry's place may not be. */
const MAX_BYTES = 4_000_000;
/** A schema that refers to more is made by a program that went wrong, or to keep us busy. */
const MAX_REFERENCES = 50;

/** https://docs.confluent.io/platform/current/schema-registry/develop/api.html: `Schema not found`, and its kin. */
const NOT_FOUND = [40401, 40402, 40403];

/** A registry that speaks Confluent's API, as those of Redpanda, Karapace and Apicurio do. */
export function confluentRegistry(deps: ConfluentRegistryDeps): SchemaRegistry {
  return {
    async schema(id) {
      const found = await get(deps, `schemas/ids/${encodeURIComponent(id)}`);
      if (!found) return undefined;
      const references = new Map<string, string>();
      await addReferences(deps, found, references, { left: MAX_REFERENCES });
      return { ...registeredOf(found), references: [...references.values()] };
    },
  };
}

const registeredOf = ({ schema, schemaType = 'AVRO' }: Found): Registered => ({
  format: schemaType === 'AVRO' ? 'avro' : schemaType === 'JSON' ? 'json' : 'other',
  text: schema,
});

interface Found {
  readonly schema: string;
  readonly schemaType?: string;
  readonly references?: readonly { readonly subject: string; readonly version: number }[];
}

/** Those that a schema refers to, and before them what they refer to. */
async function addReferences(
  deps: ConfluentRegistryDeps,
  { references = [] }: Found,
  into: Map<string, string>,
  budget: { left: number },
): Promise<void> {
  for (const { subject, version } of references) {
    const path = `subjects/${encodeURIComponent(subject)}/versions/${encodeURIComponent(version)}`;
    if (into.has(path)) continue;
    if (budget.left-- <= 0)
      throw new RegistryError(`expected at most ${MAX_REFERENCES} references of a schema`);
    const found = await get(deps, path);
    if (!found) throw new RegistryError('expected the registry to have what a schema refers to');
    await addReferences(deps, found, into, budget);
    into.set(path, found.schema);
  }
}

/** @returns undefined where the registry has none */
async function get(
  { url, authorization, fetch }: ConfluentRegistryDeps,
  path: string,
): Promise<Found | undefined> {
  const header = await authorization();
  const response = await fetch(`${url.replace(/\/+$/, '')}/${path}`, {
    headers: { accept: 'application/vnd.schemaregistry.v1+json', ...(header && { authorization: header }) },
    // The credentials are the registry's alone.
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const json = parse(await bodyOf(response));
  const body = json.ok && isObject(json.value) ? json.value : {};
  // A 404 without its code is a wrong address, and no word on the schema.
  if (response.status === 404 && NOT_FOUND.includes(Number(body.error_code))) return undefined;
  if (response.status !== 200) throw new RegistryError(`the schema registry answered ${response.status}`);
  if (!isFound(body)) throw new RegistryError('the schema registry answered something else than a schema');
  return body;
}

async function bodyOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES)
      throw new RegistryError(`expected at most ${MAX_BYTES} bytes of a schema registry`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const isFound = (body: object): body is Found => {
  const { schema, schemaType, references = [] } = body as Record<string, unknown>;
  return (
    typeof schema === 'string' &&
    ['undefined', 'string'].includes(typeof schemaType) &&
    Array.isArray(references) &&
    references.every((each) => typeof each?.subject === 'string' && Number.isInteger(each.version))
  );
};

/**
 * The header of a secret's text: `{"username": …, "password": …}` or `{"token": …}`, as Lambda's own reader of registries
 * takes the first.
 */
export function authorizationOf(secret: string): string {
  const json = parse(secret);
  const { username, password, token } = json.ok && isObject(json.value) ? json.value : {};
  if (typeof token === 'string') return `Bearer ${token}`;
  if (typeof username !== 'string' || typeof password !== 'string')
    throw new RegistryError(
      'expected the registry’s secret to be {"username": …, "password": …} or {"token": …}',
    );
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
