/** Forms of publishing bytes, each as one request, with the expected payloads. */
export interface Published {
  readonly operation: 'publish' | 'publishBatch' | 'publishLogs' | 'publishToSubscription';
  readonly contentType: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The payloads of its events, in their order. */
  readonly payloads: readonly Buffer[];
}

/**
 * @param content for JSON without quotes, backslashes and control characters, so that it fits into a string
 * @param id of a CloudEvent
 */
export type Form = (content: Buffer, contentType?: string | undefined, id?: string) => Published;

const joined = (...parts: (string | Buffer)[]): Buffer =>
  Buffer.concat(parts.map((part) => Buffer.from(part)));
const cloudEvent = (id: string): string => `{"specversion":"1.0","id":"${id}","source":"/s","type":"a"`;
const quoted = (content: Buffer): Buffer => joined('"', content, '"');

/** Forms in which the whole body is the payload, of any content type. */
export const RAW_FORMS: Readonly<Record<string, Form>> = {
  'raw bytes': (content, contentType) => ({
    operation: 'publish',
    contentType,
    headers: { 'ce-type': 'a.b' },
    body: content,
    payloads: [content],
  }),
  'a CloudEvent in binary mode': (content, contentType, id = '1') => ({
    operation: 'publish',
    contentType,
    headers: { 'ce-type': 'a.b', 'ce-id': id, 'ce-source': '/s', 'ce-specversion': '1.0' },
    body: content,
    payloads: [content],
  }),
  'an addressed event': (content, contentType) => ({
    operation: 'publishToSubscription',
    contentType,
    headers: {},
    body: content,
    payloads: [content],
  }),
};

/** Forms with the payload inside JSON. */
export const JSON_FORMS: Readonly<Record<string, Form>> = {
  'wrapped in JSON': (content) => ({
    operation: 'publish',
    contentType: 'application/json',
    headers: {},
    body: joined('{"type":"a.b","data":', quoted(content), '}'),
    payloads: [quoted(content)],
  }),
  'a batch': (content) => ({
    operation: 'publishBatch',
    contentType: 'application/json',
    headers: {},
    body: joined('{"events":[{"type":"a","data":[', quoted(content), ']},{"type":"b","data":1.50}]}'),
    payloads: [joined('[', quoted(content), ']'), Buffer.from('1.50')],
  }),
  'a CloudEvent in structured mode': (content, _, id = '1') => ({
    operation: 'publish',
    contentType: 'application/cloudevents+json',
    headers: {},
    body: joined(cloudEvent(id), ',"data":{"a":', quoted(content), '}}'),
    payloads: [joined('{"a":', quoted(content), '}')],
  }),
  'text of a CloudEvent in structured mode': (content, _, id = '1') => ({
    operation: 'publish',
    contentType: 'application/cloudevents+json',
    headers: {},
    body: joined(cloudEvent(id), ',"datacontenttype":"text/plain","data":', quoted(content), '}'),
    payloads: [content],
  }),
  'a batch of CloudEvents': (content, _, id = '1') => ({
    operation: 'publishBatch',
    contentType: 'application/cloudevents-batch+json',
    headers: {},
    body: joined('[', cloudEvent(id), ',"data":', quoted(content), '}]'),
    payloads: [quoted(content)],
  }),
  'log records': (content) => ({
    operation: 'publishLogs',
    contentType: 'application/json',
    headers: {},
    body: joined('[{"level":"info","message":', quoted(content), '}, {"level":"a"}]'),
    payloads: [joined('{"level":"info","message":', quoted(content), '}'), Buffer.from('{"level":"a"}')],
  }),
  'log records, a line each': (content) => ({
    operation: 'publishLogs',
    contentType: 'application/x-ndjson',
    headers: {},
    body: joined('{"level":"info","message":', quoted(content), '}\n{"level":"a"}\n'),
    payloads: [joined('{"level":"info","message":', quoted(content), '}'), Buffer.from('{"level":"a"}')],
  }),
};

export const CONTENT_TYPES: readonly (string | undefined)[] = [
  undefined,
  'text/plain',
  'text/plain; charset=utf-8',
  'TEXT/CSV;Charset="UTF-8"',
  'text/plain; charset=us-ascii',
  'text/plain; charset=iso-8859-1',
  'text/html; charset=utf-16',
  'application/json',
  'application/json; charset=windows-1252',
  'application/problem+json',
  'application/xml',
  'application/javascript',
  'application/graphql',
  'application/x-www-form-urlencoded',
  'application/octet-stream',
  'multipart/form-data; boundary=b',
  'image/png',
  'weird',
];
