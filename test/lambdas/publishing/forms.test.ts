import { describe, expect, it } from 'vitest';
import type { Route } from '../../../lambdas/api/route.ts';
import { ROUTES } from '../../../lambdas/api/routes.ts';
import type { Request } from '../../../lambdas/http/body.ts';
import type { ApiError } from '../../../lambdas/http/errors.ts';
import { FORMS, type Publishing, readContent } from '../../../lambdas/publishing/forms.ts';

const OPERATIONS = Object.keys(FORMS) as Publishing[];
const EVENT = '{"type":"a","data":1}';
const CLOUD_EVENT = '{"specversion":"1.0","id":"1","source":"/s","type":"a"}';
const RECORD = '{"level":"info"}';

const request = (contentType: string | undefined, headers: Record<string, string>, body: string) =>
  ({
    headers: { ...headers, ...(contentType !== undefined && { 'content-type': contentType }) },
    body,
    isBase64Encoded: false,
  }) as unknown as Request;

/** How many events were read, `one` where they are no list, or what was expected instead. */
function outcome(operation: Publishing, sent: Request): string | number {
  try {
    const content = readContent(operation, sent, 1e6);
    if (content.kind === 'one') return content.read.ok ? 'one' : content.read.problem.message;
    return content.read.ok ? content.read.value.length : content.read.problem.message;
  } catch (error) {
    expect(error).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    return (error as ApiError).message;
  }
}

const JSON_ONLY = 'expected content-type application/json';
const LINES = 'application/x-ndjson, application/ndjson, application/jsonl';

describe('the forms of publishing (A28, C9)', () => {
  it.each<[Publishing, string | undefined, Record<string, string>, string, string | number]>([
    ['publish', 'application/json', {}, EVENT, 'one'],
    ['publish', 'Application/JSON; charset=utf-8', {}, EVENT, 'one'],
    ['publish', 'application/cloudevents+json', {}, CLOUD_EVENT, 'one'],
    ['publish', 'application/cloudevents-batch+json', {}, `[${CLOUD_EVENT}]`, 1],
    [
      'publish',
      'application/cloudevents+xml',
      {},
      '',
      expect.stringContaining('expected CloudEvents in JSON'),
    ],
    ['publish', 'application/cloudevents+xml', { 'ce-type': 'a' }, '', expect.stringContaining('in JSON')],
    [
      'publish',
      'text/plain',
      { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/s', 'ce-type': 'a' },
      '',
      'one',
    ],
    ['publish', 'text/plain', { 'ce-specversion': '2.0' }, '', expect.stringContaining('expected')],
    ['publish', 'text/plain', { 'ce-type': 'a' }, 'any', 'one'],
    ['publish', 'application/json', { 'ce-type': 'a' }, 'any', 'one'],
    ['publish', undefined, { 'ce-type': 'a' }, 'any', 'one'],
    ['publish', 'application/jsonl', {}, '', `${JSON_ONLY}; log records, one a line, go to POST /v1/logs`],
    [
      'publish',
      'text/plain',
      {},
      '',
      `${JSON_ONLY}, a CloudEvent, or a raw body with its event type in a ce-type header`,
    ],
    ['publish', undefined, {}, '', expect.stringContaining(JSON_ONLY)],
    ['publishBatch', 'application/json', {}, `{"events":[${EVENT},${EVENT}]}`, 2],
    ['publishBatch', 'application/cloudevents-batch+json', {}, `[${CLOUD_EVENT}]`, 1],
    [
      'publishBatch',
      'application/cloudevents+json',
      {},
      '',
      `${JSON_ONLY}; one CloudEvent goes to POST /v1/events`,
    ],
    [
      'publishBatch',
      'text/plain',
      { 'ce-type': 'a' },
      '',
      `${JSON_ONLY} or application/cloudevents-batch+json`,
    ],
    ['publishLogs', 'application/json', {}, `[${RECORD},${RECORD},${RECORD}]`, 3],
    ['publishLogs', 'application/json', {}, RECORD, 1],
    ['publishLogs', 'application/x-ndjson', {}, `${RECORD}\n\n${RECORD}\n`, 2],
    ['publishLogs', 'application/ndjson', {}, RECORD, 1],
    ['publishLogs', 'application/jsonl', {}, RECORD, 1],
    [
      'publishLogs',
      'application/cloudevents+json',
      {},
      '',
      `${JSON_ONLY}; CloudEvents go to POST /v1/events`,
    ],
    ['publishLogs', 'text/plain', {}, '', `${JSON_ONLY} or, for a record a line, ${LINES}`],
  ])('%s of %s with headers %j', (operation, contentType, headers, body, expected) => {
    expect(outcome(operation, request(contentType, headers, body))).toEqual(expected);
  });

  it.each(OPERATIONS)('%s is declared with each content type that it takes (C7)', (operation) => {
    const { body = [] }: Route = ROUTES[operation];
    const declared = [body].flat().map(({ type = 'application/json' }) => type);
    const taken = FORMS[operation].forms.flatMap(({ mediaType }) => mediaType ?? []);
    expect([...new Set(taken)].toSorted()).toEqual(declared.toSorted());
  });
});
