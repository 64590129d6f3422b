import type { Duration } from 'aws-cdk-lib';
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
