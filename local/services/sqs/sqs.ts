/** The emulator of SQS: standard queues in memory. */
import type { Access, Check } from '../../core/access.ts';
import { ACCOUNT, regionOf } from '../../core/account.ts';
import type { SimulatedClock } from '../../core/clock.ts';
import { type Hear, messagesIn } from '../../core/heard.ts';
import { type Meter, sqsUnits } from '../../core/meter.ts';
import { jsonBody, operationOf, type ServiceAnswer, type ServiceCall } from '../call.ts';
import { type Faults, sqsError } from '../faults.ts';
import { partSqs } from '../partial.ts';
import { CONTENT_TYPE, deniedAnswer, errorAnswer, missing, SqsError } from './errors.ts';
import { type Input, QUEUE_OPERATIONS } from './operations.ts';
import { createQueue, type Queue, type QueueSettings } from './queue.ts';

export type Sqs = ReturnType<typeof createSqs>;

export interface SqsOptions {
  readonly access: Access;
  readonly faults: Faults;
  readonly meter?: Meter | undefined;
  readonly hear?: Hear | undefined;
  readonly clock?: SimulatedClock | undefined;
}

/** All queues of a cloud, and the calls to them. */
export function createSqs({ access, faults, meter, hear, clock }: SqsOptions) {
  const byArn = new Map<string, Queue>();
  const queues = (): Queue[] => [...byArn.values()];
  const unfollow = clock?.onAdvance(() => {
    for (const queue of queues()) queue.settle();
  });

  /**
   * Only the region and the name in a queue's URL count: clients may reach it by another host or port. A region knows its
   * own queues alone, the one that the caller is allowed or refused.
   */
  function queueOf(url: string, region: string): Queue | undefined {
    const named = /^https?:\/\/sqs\.([^.]+)\./.exec(url)?.[1] ?? region;
    return named === region ? byArn.get(arnOf(region, nameIn(url))) : undefined;
  }

  function queueFor(operation: string, { QueueUrl, QueueName }: Input, region: string): Queue {
    const byName = operation === 'GetQueueUrl';
    if (byName ? !QueueName : !QueueUrl) throw missing(byName ? 'QueueName' : 'QueueUrl');
    const queue = byName ? byArn.get(arnOf(region, String(QueueName))) : queueOf(String(QueueUrl), region);
    if (!queue) throw new SqsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  }

  function operate(operation: string, input: Input, call: ServiceCall): object | Promise<object> {
    const run = Object.hasOwn(QUEUE_OPERATIONS, operation) ? QUEUE_OPERATIONS[operation] : undefined;
    if (run)
      return run(queueFor(operation, input, call.region), input, { trace: call.headers['x-amzn-trace-id'] });
    if (operation === 'ListQueues') {
      const ofRegion = queues().filter(({ arn }) => regionOf(arn) === call.region);
      return { QueueUrls: ofRegion.map(({ url }) => url) };
    }
    throw new SqsError('UnsupportedOperation', `SQS here has no operation ${operation}.`);
  }

  async function answer(call: ServiceCall): Promise<ServiceAnswer> {
    const operation = operationOf(call);
    const text = call.body.toString();
    const input = text === '' ? {} : (jsonBody({ body: text }) as Input | undefined);
    if (!input) return errorAnswer(new SqsError('SerializationException', 'The body is no JSON object.'));
    const { accessKey } = call;
    const denial = access.refuse(accessKey, [checkOf(operation, input, call.region)]);
    if (denial) return deniedAnswer(denial.message);
    const fault = accessKey === access.operatorKey ? undefined : faults.draw('sqs');
    const part = fault?.kind === 'partial' ? partSqs(input, fault.random) : undefined;
    if (fault && !part && fault.kind !== 'unknown') return sqsError(fault.kind);
    const request = part?.request ?? input;
    const caller = access.nameOf(accessKey);
    if (meter) {
      const units = sqsUnits(Buffer.byteLength(text));
      const fairUnits = hasGroup(input) ? units : 0;
      meter.count({ caller, service: 'sqs', operation, requests: 1, units, fairUnits });
    }
    try {
      const result = await operate(operation, request, call);
      if (hear && operation.startsWith('SendMessage')) messagesIn(request, caller).forEach(hear);
      if (fault?.kind === 'unknown') return sqsError('unknown');
      return { status: 200, headers: HEADERS, body: JSON.stringify(part ? part.amend(result) : result) };
    } catch (error) {
      if (error instanceof SqsError) return errorAnswer(error);
      throw error;
    }
  }

  return {
    answer,
    createQueue(settings: QueueSettings): Queue {
      const queue = createQueue(settings);
      byArn.set(queue.arn, queue);
      return queue;
    },
    queueByArn: (arn: string): Queue | undefined => byArn.get(arn),
    queues,
    /** Ends all waiting, so that pollers and clients return at once. */
    shutdown(): void {
      unfollow?.();
      for (const queue of queues()) queue.close();
    },
  };
}

const HEADERS = { 'content-type': CONTENT_TYPE };

const arnOf = (region: string, name: string): string => `arn:aws:sqs:${region}:${ACCOUNT}:${name}`;

/** Whether a request sends messages with a group. */
const hasGroup = ({ MessageGroupId, Entries }: Input): boolean =>
  MessageGroupId !== undefined ||
  (Array.isArray(Entries) && Entries.some((entry?: Input) => entry?.MessageGroupId !== undefined));

const nameIn = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

/** A batch operation needs the permission of the single one. */
function checkOf(operation: string, { QueueUrl, QueueName }: Input, region: string): Check {
  const action = `sqs:${operation.replace(/Batch$/, '')}`;
  const name = operation === 'GetQueueUrl' ? QueueName : QueueUrl && nameIn(String(QueueUrl));
  return { action, resource: name ? arnOf(region, name) : '*' };
}
