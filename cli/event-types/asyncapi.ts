import { isObject, type JsonObject } from '../../lambdas/values/json.ts';
import { bundled, followed } from './bundle.ts';
import { DocumentError, descriptionOf, type Found, type FoundType, joined, usable } from './found.ts';
import type { Library, LocalDocument, Place } from './library.ts';
import { messageSample, schemaSample } from './samples.ts';

/**
 * An AsyncAPI document's messages, 2.x and 3: those of its channels, or, if it has none, of its components. A message is named by
 * `x-event-type`, else by its `name`, else by its key.
 */
export function asyncapiTypes(library: Library, document: LocalDocument): Found {
  const { asyncapi } = document.value as JsonObject;
  const from = document.name;
  if (!/^[23]\./.test(String(asyncapi))) {
    const message = `expected AsyncAPI 2 or 3, got ${String(asyncapi)}`;
    return { types: [], unusable: [{ from, message }], notes: [] };
  }
  const messages = messagesIn(library, document);
  if (messages.length === 0) {
    return { types: [], unusable: [{ from, message: 'expected messages, got none' }], notes: [] };
  }
  return joined(
    messages.map(({ key, place }) =>
      usable(`${from}#/${place.pointer.join('/')}`, key, () => typeOf(library, key, place)),
    ),
  );
}

interface Message {
  readonly key: string;
  readonly place: Place;
}

function messagesIn(library: Library, document: LocalDocument): Message[] {
  const { channels, components } = document.value as JsonObject;
  const root = (value: unknown, ...pointer: readonly string[]): Place => ({ document, pointer, value });
  const ofChannels = entries(channels).flatMap(([name, channel]) =>
    messagesOfChannel(library, name, root(channel, 'channels', name)),
  );
  const ofComponents = entries(isObject(components) ? components.messages : undefined).map(
    ([key, value]) => ({
      key,
      place: followed(library, root(value, 'components', 'messages', key)),
    }),
  );
  const seen = new Set<string>();
  return (ofChannels.length > 0 ? ofChannels : ofComponents).filter(({ place }) => {
    // The same message may travel on several channels.
    const identity = `${place.document.path}#${place.pointer.join('/')}`;
    return !seen.has(identity) && seen.add(identity);
  });
}

const entries = (value: unknown): [string, unknown][] => (isObject(value) ? Object.entries(value) : []);

function messagesOfChannel(library: Library, name: string, given: Place): Message[] {
  const channel = followed(library, given);
  const inner = (value: unknown, ...path: readonly string[]): Place =>
    followed(library, { document: channel.document, pointer: [...channel.pointer, ...path], value });
  const { messages, publish, subscribe } = isObject(channel.value) ? channel.value : ({} as JsonObject);
  const third = entries(messages).map(([key, value]) => ({ key, place: inner(value, 'messages', key) }));
  const second = entries({ publish, subscribe }).flatMap(([action, operation]): Message[] => {
    if (!isObject(operation) || operation.message === undefined) return [];
    const { message } = operation;
    const several = isObject(message) && Array.isArray(message.oneOf) ? message.oneOf : [message];
    return several.map((value, at) => {
      const place = inner(value, action, 'message', String(at));
      const isNamed = place.pointer.at(-2) === 'messages';
      return { key: isNamed ? place.pointer.at(-1)! : name, place };
    });
  });
  return [...third, ...second];
}

/** JSON Schema, whatever it is called: AsyncAPI's own is one. */
const FORMATS = /^application\/(schema\+(json|yaml)|vnd\.aai\.asyncapi(\+json|\+yaml)?)\s*(;|$)/i;

function typeOf(library: Library, key: string, { document, value: message, pointer }: Place): FoundType {
  if (!isObject(message)) throw new DocumentError('expected a message');
  const { payload } = message;
  const isMultiFormat = isObject(payload) && 'schemaFormat' in payload && 'schema' in payload;
  const format = isMultiFormat ? payload.schemaFormat : message.schemaFormat;
  if (format !== undefined && !FORMATS.test(String(format))) {
    throw new DocumentError(`expected a payload in JSON Schema, got ${String(format)}`);
  }
  const schema = isMultiFormat ? payload.schema : payload;
  const made = schema === undefined ? undefined : bundled(library, schema, document, `${key} payload`);
  const names = [message['x-event-type'], message.name, message.messageId, key];
  return {
    name: names.find((one): one is string => typeof one === 'string')!,
    from: `${document.name}#/${pointer.join('/')}`,
    description: descriptionOf(
      ...[message.summary, message.description, message.title],
      ...[made?.root.description, made?.root.title],
    ),
    schema: made?.schema,
    sample: messageSample(message) ?? schemaSample(made?.root),
    ...(made?.root.deprecated === true && { deprecated: true }),
  };
}
