import { gunzipSync } from 'node:zlib';
import * as z from 'zod/mini';
import { isObject, parse } from '../../values/json.ts';
import { loose } from '../../values/loose.ts';

/**
 * What CloudWatch Logs hands to a subscribed function: lines of one log stream, as JSON, in gzip, in base64. Pure.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#LambdaFunctionExample
 */

const logEvent = loose({ id: z.string(), timestamp: z.number(), message: z.string() });

/** A line of a log stream. */
export type LogEvent = z.infer<typeof logEvent>;

const lines = loose({
  /** The account of the log group. */
  owner: z.string(),
  logGroup: z.string(),
  logStream: z.string(),
  /** Names of the filters that the lines have met. */
  subscriptionFilters: z.array(z.string()),
  logEvents: z.array(logEvent),
});

export type LogLines = z.infer<typeof lines>;

export type LogData =
  | { readonly kind: 'lines'; readonly lines: LogLines }
  /** It asks whether the function is there, and holds no lines. */
  | { readonly kind: 'control' }
  | { readonly kind: 'unreadable'; readonly problem: string };

/**
 * As much as is unpacked, in bytes. An event of an asynchronous invocation is at most 1 MB, and logs shrink to a tenth;
 * made-up data shrinks to a thousandth. Four times as much has to fit into the function's memory: the bytes, their text, and
 * what JSON.parse makes of it.
 */
export const MAX_UNPACKED = 32 * 1024 * 1024;

const unreadable = (problem: string): LogData => ({ kind: 'unreadable', problem });

/** Reads what a function was invoked with: `{"awslogs": {"data": "<base64>"}}`. */
export function readLogData(event: unknown): LogData {
  const data = isObject(event) && isObject(event.awslogs) ? event.awslogs.data : undefined;
  if (typeof data !== 'string') return unreadable('expected {"awslogs": {"data": …}}');
  const unpacked = unpack(data);
  if (!unpacked.ok) return unreadable(unpacked.problem);
  const json = parse(unpacked.text);
  if (!json.ok) return unreadable(json.message);
  return readMessage(json.value);
}

type Unpacked =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string };

function unpack(data: string): Unpacked {
  try {
    const bytes = gunzipSync(Buffer.from(data, 'base64'), { maxOutputLength: MAX_UNPACKED });
    return { ok: true, text: bytes.toString('utf8') };
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    return {
      ok: false,
      problem: isTooLarge ? `expected at most ${MAX_UNPACKED} bytes, unpacked` : 'expected base64 of gzip',
    };
  }
}

function readMessage(message: unknown): LogData {
  const type = isObject(message) ? message.messageType : undefined;
  if (type === 'CONTROL_MESSAGE') return { kind: 'control' };
  if (type !== 'DATA_MESSAGE') return unreadable('expected messageType DATA_MESSAGE or CONTROL_MESSAGE');
  const parsed = lines.safeParse(message);
  if (parsed.success) return { kind: 'lines', lines: parsed.data };
  const { path, message: problem } = parsed.error.issues[0]!;
  return unreadable(`${path.join('.')}: ${problem}`);
}
