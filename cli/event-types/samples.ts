import { isObject } from '../../lambdas/values/json.ts';

/** Examples as each format has them: the first one is the sample. Pure. */

/** Of a JSON Schema: `examples`, a list; or `example`. */
export function schemaSample(schema: unknown): unknown {
  if (!isObject(schema)) return undefined;
  return Array.isArray(schema.examples) ? schema.examples[0] : schema.example;
}

/** Of an OpenAPI media type: `example`; or `examples`, a map. One that stands elsewhere (`externalValue`) is not fetched. */
export function mediaSample(media: unknown, follow: (value: unknown) => unknown): unknown {
  if (!isObject(media)) return undefined;
  if ('example' in media) return media.example;
  const examples = isObject(media.examples) ? Object.values(media.examples).map(follow) : [];
  const first = examples.find((one) => isObject(one) && ('value' in one || 'dataValue' in one));
  return isObject(first) ? (first.value ?? first.dataValue) : undefined;
}

/** Of an AsyncAPI message: `examples`, a list of messages. */
export function messageSample(message: unknown): unknown {
  const examples = isObject(message) && Array.isArray(message.examples) ? message.examples : [];
  const first = examples.find((one) => isObject(one) && 'payload' in one);
  return isObject(first) ? first.payload : undefined;
}
