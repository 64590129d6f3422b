import type { Settings } from '../../lib/settings/config.ts';
import { API_GATEWAY, DYNAMODB, LAMBDA } from '../aws/numbers.ts';
import type { Limits } from './results.ts';

/** The limits of an environment with these settings, in an account for which AWS raised nothing but what is given. */
export function limitsOf(
  { concurrency, apiThrottle }: Pick<Settings, 'concurrency' | 'apiThrottle'>,
  granted: Partial<Omit<Limits, 'concurrency' | 'apiRatePerSecond'>> = {},
): Limits {
  return {
    concurrency: { ...concurrency },
    apiRatePerSecond: apiThrottle.ratePerSecond,
    lambdaConcurrency: LAMBDA.accountConcurrency,
    gatewayRequests: API_GATEWAY.ratePerSecond,
    tableWrites: DYNAMODB.tableWrites,
    tableReads: DYNAMODB.tableReads,
    warmWrites: DYNAMODB.initialWrites,
    warmReads: DYNAMODB.initialReads,
    ...granted,
  };
}
