/** The operations of SQS that functions, tests and tools call. */
import {
  type BatchEntry,
  checkBatch,
  checkBodies,
  checkRange,
  faultOf,
  isText,
  type SendEntry,
  visibilityFault,
} from './entries.ts';
import { missing, SqsError } from './errors.ts';
import { createMessage, type Message } from './message.ts';
import { md5OfAttributes, namedAttributes } from './message-attributes.ts';
import { IN_FLIGHT_LIMIT, type Queue, type Received } from './queue.ts';

/** The fields that an operation reads; the caller wrote them, and may have written anything. */
export interface Input {
  readonly QueueUrl?: string;
  readonly QueueName?: string;
  readonly [field: string]: unknown;
}

/** Of the call, beside its body. */
interface Circumstances {
  readonly trace: string | undefined;
}

type Operation = (queue: Queue, input: Input, circumstances: Circumstances) => object | Promise<object>;

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html */
export const QUEUE_OPERATIONS: Readonly<Record<string, Operation>> = {
  SendMessage: send,
  SendMessageBatch: sendBatch,
  ReceiveMessage: receive,
  DeleteMessage: remove,
  DeleteMessageBatch: removeBatch,
  ChangeMessageVisibility: changeVisibility,
  ChangeMessageVisibilityBatch: changeVisibilityBatch,
  GetQueueAttributes: attributes,
  GetQueueUrl: ({ url }) => ({ QueueUrl: url }),
  PurgeQueue(queue) {
    queue.purge();
    return {};
  },
};

function send(queue: Queue, input: Input, { trace }: Circumstances): object {
  const entry = input as SendEntry;
  if (!isText(entry.MessageBody)) throw missing('MessageBody');
  const fault = faultOf(entry, queue.maximumMessageSize);
  if (fault) throw fault;
  const message = messageOf(entry, trace);
  queue.send([message], [entry.DelaySeconds ?? queue.delay]);
  return sentResult(message);
}

function sendBatch(queue: Queue, { Entries }: Input, { trace }: Circumstances): object {
  checkBatch(Entries);
  const entries: readonly (BatchEntry & SendEntry)[] = Entries;
  checkBodies(entries);
  const messages: Message[] = [];
  const delays: number[] = [];
  const result = inBatch(entries, (entry) => {
    const fault = faultOf(entry, queue.maximumMessageSize);
    if (fault) return fault;
    const message = messageOf(entry, trace);
    messages.push(message);
    delays.push(entry.DelaySeconds ?? queue.delay);
    return sentResult(message);
  });
  queue.send(messages, delays);
  return result;
}

function messageOf(entry: SendEntry, trace: string | undefined): Message {
  const { MessageBody, MessageAttributes, MessageGroupId, MessageSystemAttributes } = entry;
  const hasAttributes = MessageAttributes && Object.keys(MessageAttributes).length > 0;
  const sent = {
    body: MessageBody!,
    attributes: hasAttributes ? MessageAttributes : undefined,
    group: MessageGroupId,
    trace: MessageSystemAttributes?.AWSTraceHeader?.StringValue ?? trace,
  };
  return createMessage(sent, Date.now());
}

const sentResult = ({ id, md5OfBody, md5OfAttributes }: Message): object => ({
  MessageId: id,
  MD5OfMessageBody: md5OfBody,
  MD5OfMessageAttributes: md5OfAttributes,
});

async function receive(queue: Queue, input: Input): Promise<object> {
  const { MaxNumberOfMessages = 1, VisibilityTimeout, WaitTimeSeconds = queue.receiveWait } = input;
  checkRange('MaxNumberOfMessages', MaxNumberOfMessages, 1, 10);
  checkRange('WaitTimeSeconds', WaitTimeSeconds, 0, 20);
  const fault = VisibilityTimeout === undefined ? undefined : visibilityFault(VisibilityTimeout);
  if (fault) throw fault;
  const wait = (WaitTimeSeconds as number) * 1000;
  if (wait === 0 && queue.counts().inFlight >= IN_FLIGHT_LIMIT)
    throw new SqsError('OverLimit', 'Too many messages in flight.');
  const take = (): Received[] =>
    queue.receive(MaxNumberOfMessages as number, VisibilityTimeout as number | undefined);
  // Timers run in real time, whatever the clock says.
  const ends = performance.now() + wait;
  let received = take();
  while (received.length === 0 && performance.now() < ends && (await queue.arrival(ends - performance.now())))
    received = take();
  if (received.length === 0) return {};
  return { Messages: received.map((each) => receivedResult(each, input)) };
}

function receivedResult({ message, handle }: Received, input: Input): object {
  const named = namedAttributes(message.attributes, namesIn(input.MessageAttributeNames));
  const systemNames = [...namesIn(input.AttributeNames), ...namesIn(input.MessageSystemAttributeNames)];
  return {
    MessageId: message.id,
    ReceiptHandle: handle,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
    Attributes: systemNames.length > 0 ? systemAttributes(message, systemNames) : undefined,
    MessageAttributes: named,
    MD5OfMessageAttributes: named && md5OfAttributes(named),
  };
}

const namesIn = (names: unknown): readonly string[] => (Array.isArray(names) ? names : []);

/** An account's id stands for the sender. */
export const SENDER_ID = '000000000000';

function systemAttributes(message: Message, names: readonly string[]): object {
  const all: Readonly<Record<string, string | undefined>> = {
    SenderId: SENDER_ID,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    MessageGroupId: message.group,
    AWSTraceHeader: message.trace,
  };
  if (names.includes('All')) return all;
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}

function remove(queue: Queue, { ReceiptHandle }: Input): object {
  if (!isText(ReceiptHandle)) throw missing('ReceiptHandle');
  // A handle that is no longer valid is no error.
  queue.delete(ReceiptHandle);
  return {};
}

function removeBatch(queue: Queue, { Entries }: Input): object {
  checkBatch(Entries);
  return inBatch(Entries as readonly HandleEntry[], ({ ReceiptHandle }) => {
    if (!isText(ReceiptHandle)) return INVALID_HANDLE;
    queue.delete(ReceiptHandle);
    return {};
  });
}

interface HandleEntry extends BatchEntry {
  readonly ReceiptHandle?: string;
  readonly VisibilityTimeout?: number;
}

function changeVisibility(queue: Queue, { ReceiptHandle, VisibilityTimeout }: Input): object {
  if (!isText(ReceiptHandle)) throw missing('ReceiptHandle');
  if (VisibilityTimeout === undefined) throw missing('VisibilityTimeout');
  const fault = visibilityFault(VisibilityTimeout);
  if (fault) throw fault;
  if (!queue.changeVisibility(ReceiptHandle, VisibilityTimeout as number)) {
    const message = 'Message does not exist or is not available for visibility timeout change.';
    throw new SqsError('MessageNotInflight', message);
  }
  return {};
}

function changeVisibilityBatch(queue: Queue, { Entries }: Input): object {
  checkBatch(Entries);
  return inBatch(Entries as readonly HandleEntry[], ({ ReceiptHandle, VisibilityTimeout }) => {
    const fault = visibilityFault(VisibilityTimeout);
    if (fault) return fault;
    return queue.changeVisibility(ReceiptHandle ?? '', VisibilityTimeout!) ? {} : INVALID_HANDLE;
  });
}

const INVALID_HANDLE = new SqsError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');

/** Does something with each entry, and sorts them by whether it worked. */
function inBatch<E extends BatchEntry>(entries: readonly E[], one: (entry: E) => object): object {
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    const result = one(entry);
    if (result instanceof SqsError)
      Failed.push({ Id: entry.Id, SenderFault: true, Code: result.code, Message: result.message });
    else Successful.push({ Id: entry.Id, ...result });
  }
  return { Successful, Failed };
}

function attributes(queue: Queue, { AttributeNames }: Input): object {
  const { redrive } = queue;
  const counts = queue.counts();
  const policy = redrive && {
    deadLetterTargetArn: redrive.deadLetters.arn,
    maxReceiveCount: redrive.maxReceives,
  };
  const created = String(Math.floor(queue.createdAt / 1000));
  const all: Readonly<Record<string, string | undefined>> = {
    QueueArn: queue.arn,
    VisibilityTimeout: String(queue.visibilityTimeout),
    DelaySeconds: String(queue.delay),
    MaximumMessageSize: String(queue.maximumMessageSize),
    MessageRetentionPeriod: String(queue.retention),
    ReceiveMessageWaitTimeSeconds: String(queue.receiveWait),
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    CreatedTimestamp: created,
    LastModifiedTimestamp: created,
    RedrivePolicy: policy && JSON.stringify(policy),
    SqsManagedSseEnabled: 'true',
  };
  const names = namesIn(AttributeNames ?? ['All']);
  if (names.includes('All')) return { Attributes: all };
  return { Attributes: Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name))) };
}
