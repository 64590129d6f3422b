import { Duration, Token } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';

/** What is done about an event. */
export interface WebhookHandlerProps {
  /**
   * A file in TypeScript or JavaScript that exports a `WebhookHandler`. It is bundled when the stack is synthesised, with the
   * esbuild of its project, and with all that it imports but the AWS SDK, which Lambda has.
   */
  readonly entry: string;
  /** The name of the export. Default: `handler` */
  readonly export?: string;
  /** Variables of its environment. Default: none */
  readonly environment?: Readonly<Record<string, string>>;
  /** How long a batch of events may take, 15 minutes at most. Default: 30 seconds */
  readonly timeout?: Duration;
  /** Memory in MB, and with it processor time. Default: 256 */
  readonly memoryMb?: number;
}

export interface WebhookReceiverProps {
  readonly handler: WebhookHandlerProps;
  /**
   * The secret of the Posthorn target, or of any other sender by Standard Webhooks: `whsec_…`, the text of a secret, or
   * `whpk_…` of a target with `ed25519`. While it is replaced, the old and the new one, separated by white space. A change
   * counts after a minute.
   *
   * Default: one that is generated, 48 letters and digits, to be given to the target
   */
  readonly secret?: ISecret;
  /** How long an event is known after it was handled, 1 hour at least. Default: 48 hours, longer than Posthorn tries */
  readonly deduplication?: Duration;
  /** How often an event is tried before it goes to the dead-letter queue. Default: 5 */
  readonly maxTries?: number;
  /**
   * How long an event waits that failed, at least the handler's timeout. Default: six times the handler's timeout, as AWS
   * recommends, so that Lambda can wait for a free place
   */
  readonly retryAfter?: Duration;
  /** Events in one invocation, 1 to 10, handled at the same time. Default: 10 */
  readonly batchSize?: number;
  /** Invocations of the handler at once, 2 to 1,000. Default: 10 */
  readonly maxConcurrency?: number;
  /** Requests a second, and at once. The sender gets 429 for more, and waits. Default: 500 a second, 1,000 at once */
  readonly throttle?: { readonly ratePerSecond: number; readonly burst: number };
  /**
   * Invocations of the verifying function at once. As many are kept for it, and it gets no more. Default: what the account
   * has left
   */
  readonly reservedConcurrency?: number;
  /** Encrypts payloads in the queues. The table holds ids alone. Default: a key of SQS's own, at no cost */
  readonly encryptionKey?: IKey;
  /** How long logs are kept, in days. Default: 30 */
  readonly logDays?: 7 | 14 | 30 | 90 | 365;
}

/** What is chosen, and the defaults of the rest. */
export function withDefaults({ handler, ...props }: WebhookReceiverProps) {
  const timeout = handler.timeout ?? Duration.seconds(30);
  return {
    maxTries: 5,
    batchSize: 10,
    maxConcurrency: 10,
    throttle: { ratePerSecond: 500, burst: 1000 },
    logDays: 30,
    deduplication: Duration.hours(48),
    // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    retryAfter: Duration.seconds(timeout.toSeconds() * 6),
    ...props,
    handler: { export: 'handler', environment: {}, memoryMb: 256, ...handler, timeout },
  } as const;
}

export type ReceiverSettings = ReturnType<typeof withDefaults>;

/** Names that the worker's environment has already. */
const OWN_VARIABLES = ['WEBHOOK_TABLE', 'WEBHOOK_HANDLER', 'KEEP_SECONDS', 'NODE_OPTIONS'];

/** @throws Error that names the property, what was expected, and what was given */
export function checkReceiver(settings: ReceiverSettings): void {
  const { handler, maxTries, batchSize, maxConcurrency, deduplication, retryAfter } = settings;
  if (settings.reservedConcurrency !== undefined)
    within('reservedConcurrency', settings.reservedConcurrency, 1, 100_000);
  within('maxTries', maxTries, 1, 1000);
  within('batchSize', batchSize, 1, 10);
  within('maxConcurrency', maxConcurrency, 2, 1000);
  within('handler.timeout', handler.timeout.toSeconds(), 1, 900, 'seconds');
  within('deduplication', deduplication.toSeconds(), 3600, 366 * 86_400, 'seconds');
  within('retryAfter', retryAfter.toSeconds(), handler.timeout.toSeconds(), 43_200, 'seconds');
  const taken = OWN_VARIABLES.find((name) => name in handler.environment);
  if (taken) throw new Error(`handler.environment: expected no variable ${taken}, which the receiver sets`);
}

function within(name: string, value: number, least: number, most: number, unit = ''): void {
  if (Token.isUnresolved(value) || (Number.isInteger(value) && value >= least && value <= most)) return;
  throw new Error(`${name}: expected ${least} to ${most}${unit && ` ${unit}`}, got ${value}`);
}
