/**
 * DynamoDB by dynalite, with every call checked against the caller's IAM policy.
 *
 * dynalite has no IAM, so the request is read and checked here, and then passed to dynalite's own listener.
 */
import { EventEmitter } from 'node:events';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import dynalite from 'dynalite';
import type { Access, Check } from '../core/access.ts';
import { type Hear, type Heard, itemsIn } from '../core/heard.ts';
import { KEYED_ACTIONS } from '../core/iam.ts';
import type { Meter } from '../core/meter.ts';
import { operationOf, type ServiceAnswer, type ServiceCall } from './call.ts';
import { guardParsers } from './expressions.ts';
import { dynamodbError, type ErrorAnswer, type Faults } from './faults.ts';
import { partDynamodb } from './partial.ts';

type Attributes = Record<string, { S?: string } | undefined>;

interface DynamoRequest {
  GlobalSecondaryIndexes?: { KeySchema: { AttributeName: string }[] }[];
  TableName?: string;
  IndexName?: string;
  Key?: Attributes;
  Item?: Attributes;
  RequestItems?: Record<string, unknown>;
  ReturnConsumedCapacity?: string;
  TransactItems?: Record<string, { TableName?: string }>[];
}

type Listener = (request: EventEmitter, response: ServerResponse) => void;

export type Database = ReturnType<typeof createDatabase>;

/** The emulator of DynamoDB. */
export function createDatabase(access: Access, faults: Faults, meter?: Meter, hear?: Hear) {
  guardParsers();
  const emulator = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const listener = emulator.listeners('request')[0] as Listener;

  function play(headers: IncomingHttpHeaders, body: Buffer | string, response: ServerResponse): void {
    const request = Object.assign(new EventEmitter(), { method: 'POST', url: '/', headers });
    listener(request, response);
    request.emit('data', Buffer.from(body));
    request.emit('end');
  }

  /** For each table, the key attributes of each of its indexes. */
  const indexes = new Map<string, readonly string[][]>();

  /** Calls an operation directly, for set-up. */
  function call<T>(operation: string, body: object): Promise<T> {
    if (operation === 'CreateTable') {
      const { TableName = '', GlobalSecondaryIndexes = [] } = body as DynamoRequest;
      const keys = GlobalSecondaryIndexes.map(({ KeySchema }) =>
        KeySchema.map(({ AttributeName }) => AttributeName),
      );
      indexes.set(TableName, keys);
    }
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const response = {
      statusCode: 200,
      setHeader() {},
      end(text: string) {
        if (this.statusCode === 200) resolve(JSON.parse(text) as T);
        else reject(new Error(`${operation}: ${text}`));
      },
    };
    play(INTERNAL_HEADERS(operation), JSON.stringify(body), response as unknown as ServerResponse);
    return promise;
  }

  function serve(call: ServiceCall, response: ServerResponse): void {
    const { accessKey, body, region } = call;
    const operation = operationOf(call);
    const parsed = parse(body);
    const tablePrefix = `arn:aws:dynamodb:${region}:000000000000:table/`;
    const denial = access.refuse(accessKey, dynamoChecks(operation, parsed, tablePrefix));
    if (denial) {
      const type = 'com.amazon.coral.service#AccessDeniedException';
      const headers = { 'content-type': 'application/x-amz-json-1.0' };
      const refusal = JSON.stringify({ __type: type, Message: denial.message });
      return void sendAnswer(response, { status: 400, headers, body: refusal });
    }
    const fault = accessKey === access.operatorKey ? undefined : faults.draw('dynamodb');
    const part = fault?.kind === 'partial' ? partDynamodb(parsed, fault.random) : undefined;
    if (fault?.kind === 'unknown') replaceAnswer(response, dynamodbError('unknown'));
    else if (part) amendAnswer(response, part.amend);
    else if (fault) return void sendAnswer(response, dynamodbError(fault.kind));
    if (hear) passWritesOn(hear, itemsIn(operation, parsed, access.nameOf(accessKey)), response);
    const isMetered = meter !== undefined && METERED.has(operation);
    if (isMetered)
      countCapacity(meter, access.nameOf(accessKey), operation, entriesWritten(parsed, indexes), response);
    if (!isMetered && !part) return void play(call.headers, body, response);
    const wanted = { ...(part?.request ?? parsed), ...(isMetered && { ReturnConsumedCapacity: 'TOTAL' }) };
    play(call.headers, JSON.stringify(wanted), response);
  }

  return {
    call,
    async answer(request: ServiceCall): Promise<ServiceAnswer> {
      const { response, answer } = collected();
      serve(request, response);
      return answer;
    },
  };
}

const METERED = new Set([
  'GetItem',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'Query',
  'Scan',
  'BatchGetItem',
  'BatchWriteItem',
]);

const INTERNAL_HEADERS = (operation: string): IncomingHttpHeaders => ({
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': `DynamoDB_20120810.${operation}`,
  'x-amz-date': 'now',
  authorization: 'AWS4-HMAC-SHA256 Credential=inside, SignedHeaders=none, Signature=none',
});

/** The permissions that an operation needs: one for each table or index. */
function dynamoChecks(operation: string, request: DynamoRequest, tablePrefix: string): Check[] {
  const action = `dynamodb:${operation}`;
  const arn = (name: string): string => (name.startsWith('arn:') ? name : tablePrefix + name);
  if (request.RequestItems) {
    return Object.entries(request.RequestItems).map(([table, requests]) => ({
      action,
      resource: arn(table),
      ...(KEYED_ACTIONS.includes(action) && { leadingKeys: partitionKeysOf(requests) }),
    }));
  }
  if (request.TransactItems) {
    return request.TransactItems.flatMap((item) =>
      Object.entries(item).map(([kind, { TableName = '' }]) => ({
        action: `dynamodb:${kind === 'ConditionCheck' ? 'ConditionCheckItem' : `${kind}Item`}`,
        resource: arn(TableName),
      })),
    );
  }
  if (!request.TableName) return [{ action, resource: '*' }];
  const table = arn(request.TableName);
  if (KEYED_ACTIONS.includes(action)) {
    return [{ action, resource: table, leadingKeys: [partitionKeyOf(request)] }];
  }
  return [{ action, resource: request.IndexName ? `${table}/index/${request.IndexName}` : table }];
}

/** All our tables name it `pk`. A request without one satisfies no condition. */
const partitionKeyOf = ({ Key, Item }: DynamoRequest): string => (Key ?? Item)?.pk?.S ?? '';

/** Of the items in a BatchGetItem. An item without one satisfies no condition. */
function partitionKeysOf(requests: unknown): string[] {
  const { Keys = [] } = requests as { Keys?: Attributes[] };
  return Keys.length > 0 ? Keys.map((Key) => partitionKeyOf({ Key })) : [''];
}

/** A body that is not JSON needs no permission: dynalite refuses it. */
function parse(body: Buffer | string): DynamoRequest {
  try {
    return JSON.parse(body.toString()) as DynamoRequest;
  } catch {
    return {};
  }
}

/** What dynalite takes for a response, and what is sent to it. */
function collected(): { response: ServerResponse; answer: Promise<ServiceAnswer> } {
  const { promise, resolve } = Promise.withResolvers<ServiceAnswer>();
  const headers = new Map<string, string>();
  const response = {
    statusCode: 200,
    setHeader: (name: string, value: string | number) => headers.set(name.toLowerCase(), String(value)),
    setHeaders(more: Map<string, string>) {
      for (const [name, value] of more) headers.set(name, value);
    },
    removeHeader: (name: string) => headers.delete(name),
    writeHead(status: number, more: Record<string, string>) {
      this.statusCode = status;
      this.setHeaders(new Map(Object.entries(more)));
      return this;
    },
    end(body = '') {
      resolve({ status: this.statusCode, headers: Object.fromEntries(headers), body });
    },
  };
  return { response: response as unknown as ServerResponse, answer: promise };
}

function sendAnswer(response: ServerResponse, { status, headers, body }: ErrorAnswer): void {
  response.writeHead(status, headers).end(body);
}

/** Lets the operation take place, and replaces its answer. */
function replaceAnswer(response: ServerResponse, { status, headers, body }: ErrorAnswer): void {
  const end = response.end.bind(response);
  response.end = (() => {
    response.statusCode = status;
    response.setHeaders(new Map(Object.entries(headers)));
    return end(withoutChecks(response, body));
  }) as typeof response.end;
}

function amendAnswer(response: ServerResponse, amend: (answer: object) => object): void {
  const end = response.end.bind(response);
  response.end = ((text: string) =>
    end(
      withoutChecks(
        response,
        response.statusCode === 200 ? JSON.stringify(amend(JSON.parse(text) as object)) : text,
      ),
    )) as typeof response.end;
}

/** Removes length and checksum, which belong to the original body. */
function withoutChecks(response: ServerResponse, body: string): string {
  response.removeHeader('x-amz-crc32');
  response.setHeader('content-length', Buffer.byteLength(body));
  return body;
}

/**
 * Entries that a request writes to indexes, which dynalite does not count: one for each item that has an index's keys.
 * Entries that it removes are unknown here and not counted.
 */
export function entriesWritten(
  { TableName = '', Item, RequestItems = {} }: DynamoRequest,
  indexes: ReadonlyMap<string, readonly string[][]>,
): number {
  const puts = Object.entries(RequestItems).flatMap(([table, requests]) =>
    [requests]
      .flat()
      .map((each) => [table, (each as { PutRequest?: DynamoRequest }).PutRequest?.Item] as const),
  );
  return [[TableName, Item] as const, ...puts].reduce((count, [table, item]) => {
    const written = (indexes.get(table) ?? []).filter((keys) => item && keys.every((key) => key in item));
    return count + written.length;
  }, 0);
}

/** Passes items on once they are written. */
function passWritesOn(hear: Hear, items: readonly Heard[], response: ServerResponse): void {
  if (items.length === 0) return;
  const end = response.end.bind(response);
  response.end = ((text: string) => {
    if (response.statusCode === 200) for (const item of items) hear(item);
    return end(text);
  }) as typeof response.end;
}

interface Consumed {
  CapacityUnits?: number;
}

/**
 * Reads the consumed capacity out of the answer before the caller gets it.
 * @param entries written to indexes, each far below a unit's kilobyte
 */
function countCapacity(
  meter: Meter,
  caller: string,
  operation: string,
  entries: number,
  response: ServerResponse,
): void {
  const end = response.end.bind(response);
  response.end = ((text: string) => {
    const answer = JSON.parse(text) as { ConsumedCapacity?: Consumed | Consumed[] };
    const units = [answer.ConsumedCapacity ?? []]
      .flat()
      .reduce((sum, each) => sum + (each.CapacityUnits ?? 0), response.statusCode === 200 ? entries : 0);
    meter.count({ caller, service: 'dynamodb', operation, requests: 1, units });
    return end(text);
  }) as typeof response.end;
}
