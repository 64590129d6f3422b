import type { Meter } from '../../local/core/meter.ts';
import type { Random } from '../kernel/random.ts';
import { drawMs } from '../kernel/spread.ts';
import { S3 } from './numbers.ts';
import type { Service, ServiceAnswer, ServiceCall } from './service.ts';

/** As requests are billed, and as the local cloud counts them. */
const METHODS: Readonly<Record<string, string>> = { PutObject: 'PUT', GetObject: 'GET', HeadBucket: 'HEAD' };

/** A bucket's objects in memory. Bodies travel as they are, since no text holds all bytes. */
export function createS3(
  random: Random,
  meter: Meter,
): Service & { readonly objects: ReadonlyMap<string, Uint8Array> } {
  const objects = new Map<string, Uint8Array>();
  return {
    objects,
    latencyMs: ({ operation }) =>
      drawMs(random, operation === 'PutObject' ? S3.writeLatency : S3.readLatency),
    serve({ caller, operation, input }: ServiceCall): ServiceAnswer {
      const { bucket, key = '', body } = input as { bucket: string; key?: string; body?: Uint8Array };
      meter.count({ caller, service: 's3', operation: METHODS[operation]!, requests: 1, units: 1 });
      const name = `${bucket}/${key}`;
      if (body) objects.set(name, body.slice());
      return { status: 200, body: { found: operation === 'GetObject' ? objects.get(name) : undefined } };
    },
  };
}
