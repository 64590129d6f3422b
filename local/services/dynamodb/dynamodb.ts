/**
 * DynamoDB, with every call checked against the caller's IAM policy, and disturbed and counted as that is asked for. What
 * a call does is in engine.ts.
 */
import { randomUUID } from 'node:crypto';
import type { Access } from '../../core/access.ts';
import { type Hear, itemsIn } from '../../core/heard.ts';
import type { Meter } from '../../core/meter.ts';
import { jsonAnswer, jsonBody, operationOf, type ServiceAnswer, type ServiceCall } from '../call.ts';
import { dynamodbError, type Faults } from '../faults.ts';
import { partDynamodb } from '../partial.ts';
import type { Answer } from './answer.ts';
import { billedUnits, METERED } from './billing.ts';
import { createEngine } from './engine.ts';
import { type DynamoRequest, dynamoChecks } from './permissions.ts';

export type Database = ReturnType<typeof createDatabase>;

type Amend = (answer: object) => object;

/** An answer, and the capacity units that it cost. */
interface Served {
  readonly answer: ServiceAnswer;
  readonly units: number;
}

/** The emulator of DynamoDB. */
export function createDatabase(access: Access, faults: Faults, meter?: Meter, hear?: Hear) {
  const engine = createEngine();

  /** Calls an operation directly, for set-up. */
  async function call<T>(operation: string, body: object): Promise<T> {
    const { status, body: text } = await engine.byDynalite(INTERNAL_HEADERS(operation), JSON.stringify(body));
    if (status !== 200) throw new Error(`${operation}: ${text}`);
    return JSON.parse(String(text)) as T;
  }

  /** @param request undefined for a body that is not JSON. It may be a part of the caller's */
  function serve(
    serviceCall: ServiceCall,
    request: DynamoRequest | undefined,
    amend: Amend | undefined,
  ): Served | Promise<Served> {
    const isPlain = request && isWellFormed(serviceCall);
    const answer = isPlain && engine.quickly(operationOf(serviceCall), request);
    return answer ? quickly(answer, amend) : serveByDynalite(serviceCall, request, amend);
  }

  async function serveByDynalite(
    serviceCall: ServiceCall,
    request: DynamoRequest | undefined,
    amend: Amend | undefined,
  ): Promise<Served> {
    const refusal = request && engine.refusal(operationOf(serviceCall), request);
    if (refusal) return { answer: jsonAnswer(400, CONTENT_TYPE, invalid(refusal)), units: 0 };
    const isMetered = METERED.has(operationOf(serviceCall));
    if (!request || (!isMetered && !amend)) {
      return { answer: await engine.byDynalite(serviceCall.headers, serviceCall.body), units: 0 };
    }
    const { ReturnConsumedCapacity: asked = 'NONE' } = request;
    const wanted = { ...request, ...(isMetered && asked === 'NONE' && { ReturnConsumedCapacity: 'TOTAL' }) };
    const answer = await engine.byDynalite(serviceCall.headers, JSON.stringify(wanted));
    if (answer.status !== 200) return { answer, units: 0 };
    const { ConsumedCapacity, ...result } = JSON.parse(String(answer.body)) as Consuming;
    const whole = asked === 'NONE' ? result : { ...result, ConsumedCapacity };
    return {
      answer: { ...answer, body: JSON.stringify(amend ? amend(whole) : whole) },
      units: [ConsumedCapacity ?? []].flat().reduce((sum, each) => sum + (each.CapacityUnits ?? 0), 0),
    };
  }

  /** Tells those who listen and count. */
  function note(
    caller: string,
    operation: string,
    request: DynamoRequest | undefined,
    { answer, units }: Served,
  ): void {
    const done = answer.status === 200 ? request : undefined;
    if (hear && done) for (const item of itemsIn(operation, done, caller)) hear(item);
    if (!meter || !METERED.has(operation)) return;
    const billed = done ? billedUnits(operation, done, units, engine.tables) : units;
    meter.count({ caller, service: 'dynamodb', operation, requests: 1, units: billed });
  }

  return {
    call,
    async answer(serviceCall: ServiceCall): Promise<ServiceAnswer> {
      const { accessKey, region } = serviceCall;
      const operation = operationOf(serviceCall);
      // A body that is no object needs no permission: dynalite refuses it.
      const parsed = jsonBody(serviceCall) as DynamoRequest | undefined;
      const tablePrefix = `arn:aws:dynamodb:${region}:000000000000:table/`;
      const denial = access.refuse(accessKey, dynamoChecks(operation, parsed ?? {}, tablePrefix));
      if (denial) {
        const type = 'com.amazon.coral.service#AccessDeniedException';
        return jsonAnswer(400, CONTENT_TYPE, { __type: type, Message: denial.message });
      }
      const fault = accessKey === access.operatorKey ? undefined : faults.draw('dynamodb');
      const part = parsed && fault?.kind === 'partial' ? partDynamodb(parsed, fault.random) : undefined;
      if (fault && fault.kind !== 'unknown' && !part) return dynamodbError(fault.kind);
      const request = part?.request ?? parsed;
      const served = await serve(serviceCall, request, part?.amend);
      note(access.nameOf(accessKey), operation, request, served);
      return fault?.kind === 'unknown' ? dynamodbError('unknown') : served.answer;
    },
  };
}

const CONTENT_TYPE = 'application/x-amz-json-1.0';

const invalid = (message: string) => ({ __type: 'com.amazon.coral.validate#ValidationException', message });

interface Consuming {
  readonly ConsumedCapacity?: { readonly CapacityUnits?: number } | { readonly CapacityUnits?: number }[];
}

const INTERNAL_HEADERS = (operation: string) => ({
  'content-type': CONTENT_TYPE,
  'x-amz-target': `${TARGET}${operation}`,
  'x-amz-date': 'now',
  authorization: 'AWS4-HMAC-SHA256 Credential=inside, SignedHeaders=none, Signature=none',
});

const TARGET = 'DynamoDB_20120810.';
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** Whether all about a call is in order but its content, of which dynalite would say nothing then. */
function isWellFormed({ method, path, headers, body }: ServiceCall): boolean {
  const { authorization = '' } = headers;
  return (
    method === 'POST' &&
    path === '/' &&
    headers['content-type'] === CONTENT_TYPE &&
    headers['x-amz-target']?.startsWith(TARGET) === true &&
    headers['x-amz-date'] !== undefined &&
    headers.origin === undefined &&
    authorization.startsWith('AWS4-') &&
    /[ ,]SignedHeaders=[^ ,]/.test(authorization) &&
    /[ ,]Signature=[^ ,]/.test(authorization) &&
    body.length <= MAX_BODY_BYTES
  );
}

/** Makes ids of requests; a random one for each is half a microsecond more. */
const PROCESS = randomUUID();
let requests = 0;

function quickly({ status, body, units }: Answer, amend: Amend | undefined): Served {
  const text = JSON.stringify(amend && status === 200 ? amend(body) : body);
  const headers = { 'content-type': CONTENT_TYPE, 'x-amzn-requestid': `${PROCESS}-${++requests}` };
  return { answer: { status, headers, body: text }, units };
}
