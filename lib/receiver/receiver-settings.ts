import { Duration, Token } from 'aws-cdk-lib';
import type { WebhookReceiverProps } from './receiver-props.ts';

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
