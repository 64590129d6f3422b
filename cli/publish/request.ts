import { isUtf8 } from 'node:buffer';
import type { Values } from '../command.ts';
import { UsageError } from '../failure.ts';
import { checkType } from '../trigger/sample.ts';
import { withChanges } from './changes.ts';

/** How one event is posted, in which form. Pure. */

export interface PublishRequest {
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What is known of an event from the command line. */
export interface Given {
  readonly type: string | undefined;
  /** The payload's bytes; undefined where none was given. */
  readonly data: Buffer | undefined;
  readonly options: Values;
}

const JSON_TYPE = 'application/json';
const CLOUD_EVENT = /^application\/cloudevents(-batch)?\+json\s*(;|$)/i;

/** @throws UsageError that says what was expected */
export function publishRequest(given: Given): PublishRequest {
  const { contentType = JSON_TYPE } = given.options as { contentType?: string };
  if (CLOUD_EVENT.test(contentType)) return cloudEvent(given, contentType);
  return contentType === JSON_TYPE ? ownJson(given) : anyBytes(given, contentType);
}

/** The payload's text is taken over as it is: 19.90 stays 19.90, and no digit of a large number is lost. */
function ownJson({ type, data, options }: Given): PublishRequest {
  const { id, source, priority, region, set = [] } = options;
  const changes = set as readonly string[];
  const text = payloadText(data, changes);
  const about = { type: neededType(type), id, source, priority, region };
  const json = `${JSON.stringify(about).slice(0, -1)},"data":${text}}`;
  return { body: Buffer.from(json.replaceAll('\ufffd', '\\ufffd')), contentType: JSON_TYPE, headers: {} };
}

function payloadText(data: Buffer | undefined, changes: readonly string[]): string {
  if (data === undefined && changes.length === 0)
    throw new UsageError(
      `expected a payload: posthorn events publish order.paid '{"amount": 12}', or --data @file, or --data -`,
    );
  if (data === undefined) return JSON.stringify(withChanges(undefined, changes));
  if (!isUtf8(data))
    throw new UsageError('expected JSON in UTF-8 as the payload. --content-type sends bytes of any kind');
  const text = data.toString('utf8').replace(/^\ufeff/, '');
  const payload = parsed(text);
  return changes.length === 0 ? text.trim() : JSON.stringify(withChanges(payload, changes));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(
      `expected JSON as the payload, @file with JSON, or - for stdin: ${(error as Error).message}. --content-type text/plain sends a text as it is`,
    );
  }
}

function neededType(type: string | undefined): string {
  if (type === undefined)
    throw new UsageError('expected an event type: posthorn events publish order.paid …');
  checkType(type);
  return type;
}

/** Everything about it stands in it. */
function cloudEvent({ type, data, options }: Given, contentType: string): PublishRequest {
  if (type !== undefined)
    throw new UsageError(
      'expected no event type beside a CloudEvent, which has one: give it by --data alone',
    );
  refuse(options, ['set', 'id', 'source', 'priority', 'region'], 'a CloudEvent has it within');
  if (data === undefined) throw new UsageError('expected a CloudEvent: --data @file, or --data -');
  return { body: data, contentType, headers: {} };
}

function anyBytes({ type, data, options }: Given, contentType: string): PublishRequest {
  refuse(options, ['set', 'source', 'priority', 'region'], `an event of ${contentType} has none`);
  if (data === undefined) throw new UsageError('expected a payload: --data @file, or --data -');
  const id = options.id as string | undefined;
  const headers = { 'ce-type': neededType(type), ...(id !== undefined && { 'ce-id': id }) };
  // API Gateway hands some content types on as text, and what is not UTF-8 would be lost in it.
  if (isUtf8(data) && !data.includes('\ufffd')) return { body: data, contentType, headers };
  return {
    body: Buffer.from(data.toString('base64')),
    contentType,
    headers: { ...headers, 'content-transfer-encoding': 'base64' },
  };
}

function refuse(options: Values, names: readonly string[], why: string): void {
  const given = names.find((name) => options[name] !== undefined);
  if (given !== undefined) throw new UsageError(`--${given}: ${why}`);
}
