import { isObject, type JsonObject } from '../../lambdas/values/json.ts';
import { bundled, followed } from './bundle.ts';
import { DocumentError, descriptionOf, type Found, type FoundType, joined, usable } from './found.ts';
import type { Library, LocalDocument, Place } from './library.ts';
import { mediaSample, schemaSample } from './samples.ts';

/** An OpenAPI document's `webhooks` (3.1 and newer): a type for each, named by its key, or by `x-event-type`. */
export function openapiTypes(library: Library, document: LocalDocument): Found {
  const { openapi, webhooks } = document.value as JsonObject;
  const from = document.name;
  const refused = (message: string): Found => ({ types: [], unusable: [{ from, message }], notes: [] });
  if (!/^3\.[1-9]/.test(String(openapi)))
    return refused(`expected OpenAPI 3.1 or newer, got ${String(openapi)}`);
  if (!isObject(webhooks) || Object.keys(webhooks).length === 0)
    return refused('expected webhooks, got none');
  return joined(
    Object.entries(webhooks).map(([key, item]) =>
      usable(`${from}#/webhooks/${key}`, key, () =>
        typeOf(library, key, { document, pointer: ['webhooks', key], value: item }),
      ),
    ),
  );
}

const METHODS = ['post', 'put', 'patch', 'delete', 'get'];

function typeOf(library: Library, key: string, given: Place): FoundType {
  const item = followed(library, given);
  const path = objectOf(item, 'a path item');
  const method = METHODS.find((one) => isObject(path[one]) && 'requestBody' in (path[one] as JsonObject));
  if (method === undefined) throw new DocumentError('expected a requestBody, such as that of post');
  const operation = path[method] as JsonObject;
  const body = followed(library, below(item, operation.requestBody, method, 'requestBody'));
  const content = objectOf(body, 'a request body').content;
  const type = isObject(content)
    ? Object.keys(content).find((one) => /[/+]json\s*(;|$)/i.test(one))
    : undefined;
  if (!isObject(content) || type === undefined)
    throw new DocumentError('expected content of application/json');
  const media = objectOf(followed(library, below(body, content[type], 'content', type)), 'a media type');
  const made = 'schema' in media ? bundled(library, media.schema, body.document, `${key} schema`) : undefined;
  const names = [operation['x-event-type'], path['x-event-type'], key];
  const follow = (value: unknown): unknown => followed(library, below(body, value, 'examples')).value;
  return {
    name: names.find((one): one is string => typeof one === 'string')!,
    from: `${given.document.name}#/webhooks/${key}`,
    description: descriptionOf(
      ...[operation.description, operation.summary, path.description, path.summary],
      ...[made?.root.description, made?.root.title],
    ),
    schema: made?.schema,
    sample: mediaSample(media, follow) ?? schemaSample(made?.root),
    ...((operation.deprecated === true || made?.root.deprecated === true) && { deprecated: true }),
  };
}

const below = ({ document, pointer }: Place, value: unknown, ...path: readonly string[]): Place => ({
  document,
  pointer: [...pointer, ...path],
  value,
});

function objectOf({ value }: Place, what: string): JsonObject {
  if (isObject(value)) return value;
  throw new DocumentError(`expected ${what}`);
}
