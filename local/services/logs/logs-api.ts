/** The calls of CloudWatch Logs with which programs and `aws logs` write lines, and find where to. */
import { z } from 'zod';
import type { Access } from '../../core/access.ts';
import { ACCOUNT } from '../../core/account.ts';
import type { Meter } from '../../core/meter.ts';
import { jsonAnswer, jsonBody, operationOf, type ServiceAnswer, type ServiceCall } from '../call.ts';
import type { LogGroups } from './log-groups.ts';

/** How the header that names an operation begins. */
export const LOGS_TARGET = 'Logs_20140328.';

export type LogsApi = ReturnType<typeof createLogsApi>;

class LogsError extends Error {
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

const groupName = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[\w./#-]+$/);
const streamName = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[^:*]+$/);
const oneStream = z.strictObject({ logGroupName: groupName, logStreamName: streamName });
const oneGroup = z.object({ logGroupName: groupName });

const events = oneStream.extend({
  logEvents: z
    .array(z.strictObject({ timestamp: z.number().int().min(0), message: z.string().min(1) }))
    .min(1)
    .max(10_000),
  /** No longer needed, and ignored. */
  sequenceToken: z.string().nullish(),
});

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
const BATCH_BYTES = 1_048_576;
/** What each line counts in it beside its own bytes. */
const EVENT_BYTES = 26;
const HOUR_MS = 3_600_000;
const TOO_OLD_MS = 14 * 24 * HOUR_MS;
const TOO_NEW_MS = 2 * HOUR_MS;
const SPAN_MS = 24 * HOUR_MS;

/** The emulator of CloudWatch Logs. */
export function createLogsApi(access: Access, groups: LogGroups, meter?: Meter) {
  function streamsOf(group: string): Set<string> {
    const streams = groups.streams(group);
    if (streams) return streams;
    throw new LogsError('ResourceNotFoundException', 'The specified log group does not exist.');
  }

  const operations: Readonly<Record<string, (input: object) => object>> = {
    CreateLogGroup(input) {
      const { logGroupName } = checked(oneGroup, input);
      if (groups.has(logGroupName))
        throw new LogsError('ResourceAlreadyExistsException', 'The specified log group already exists');
      groups.create(logGroupName);
      return {};
    },

    CreateLogStream(input) {
      const { logGroupName, logStreamName } = checked(oneStream, input);
      const streams = streamsOf(logGroupName);
      if (streams.has(logStreamName))
        throw new LogsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
      streams.add(logStreamName);
      return {};
    },

    DescribeLogGroups(input) {
      const { logGroupNamePrefix = '' } = checked(
        z.strictObject({ logGroupNamePrefix: z.string().optional(), limit: z.number().optional() }),
        input,
      );
      const names = groups.names().filter((name) => name.startsWith(logGroupNamePrefix));
      return { logGroups: names.map((logGroupName) => ({ logGroupName })) };
    },

    DescribeLogStreams(input) {
      const names = [...streamsOf(checked(oneGroup, input).logGroupName)];
      return { logStreams: names.map((logStreamName) => ({ logStreamName })) };
    },

    PutLogEvents(input) {
      const { logGroupName, logStreamName, logEvents } = checked(events, input);
      if (!streamsOf(logGroupName).has(logStreamName))
        throw new LogsError('ResourceNotFoundException', 'The specified log stream does not exist.');
      checkBatch(logEvents);
      const now = Date.now();
      const tooOld = logEvents.filter(({ timestamp }) => timestamp < now - TOO_OLD_MS).length;
      const tooNew = logEvents.findIndex(({ timestamp }) => timestamp > now + TOO_NEW_MS);
      for (const { message, timestamp } of logEvents.slice(tooOld, tooNew < 0 ? undefined : tooNew))
        groups.write(logGroupName, message, timestamp, logStreamName);
      const rejected = {
        ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
        ...(tooNew >= 0 && { tooNewLogEventStartIndex: tooNew }),
      };
      const isRejected = Object.keys(rejected).length > 0;
      return { nextSequenceToken: '0', ...(isRejected && { rejectedLogEventsInfo: rejected }) };
    },
  };

  return {
    async answer(call: ServiceCall): Promise<ServiceAnswer> {
      const operation = operationOf(call);
      const input = jsonBody(call);
      if (!input) return refusal('SerializationException', 'The body is no JSON object.');
      const denial = access.refuse(call.accessKey, [
        { action: `logs:${operation}`, resource: resourceOf(input, call.region) },
      ]);
      if (denial) return refusal('AccessDeniedException', denial.message);
      const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
      if (!run) return refusal('UnknownOperationException', `CloudWatch Logs here has no ${operation}.`);
      try {
        const answer = run(input);
        const units = Buffer.byteLength(call.body);
        const caller = access.nameOf(call.accessKey);
        meter?.count({ caller, service: 'logs', operation, requests: 1, units });
        return jsonAnswer(200, CONTENT_TYPE, answer);
      } catch (error) {
        if (error instanceof LogsError) return refusal(error.type, error.message);
        throw error;
      }
    },
  };
}

/** @throws where CloudWatch Logs refuses the batch as a whole */
function checkBatch(logEvents: z.output<typeof events>['logEvents']): void {
  const bytes = logEvents.reduce((sum, { message }) => sum + Buffer.byteLength(message) + EVENT_BYTES, 0);
  if (bytes > BATCH_BYTES) throw invalid(`Upload too large: ${bytes} bytes exceeds limit of ${BATCH_BYTES}`);
  if (logEvents.some(({ timestamp }, i) => i > 0 && timestamp < logEvents[i - 1]!.timestamp))
    throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
  if (logEvents.at(-1)!.timestamp - logEvents[0]!.timestamp > SPAN_MS)
    throw invalid('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
}

function checked<T>(schema: z.ZodType<T>, input: object): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw invalid(z.prettifyError(parsed.error));
}

function resourceOf(input: object, region: string): string {
  const { logGroupName = '*', logStreamName } = input as { logGroupName?: string; logStreamName?: string };
  const stream = logStreamName === undefined ? '' : `log-stream:${logStreamName}`;
  return `arn:aws:logs:${region}:${ACCOUNT}:log-group:${logGroupName}:${stream}`;
}

const invalid = (message: string): LogsError => new LogsError('InvalidParameterException', message);

const CONTENT_TYPE = 'application/x-amz-json-1.1';

const refusal = (type: string, message: string): ServiceAnswer =>
  jsonAnswer(400, CONTENT_TYPE, { __type: type, message });
