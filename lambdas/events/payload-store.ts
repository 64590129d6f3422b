import { lazily } from '../platform/lazily.ts';

const s3 = lazily(() => import('../platform/s3.ts'));

/** Stores a payload's bytes; its content type travels with the event. */
export async function putPayload(bucket: string, key: string, bytes: Uint8Array): Promise<void> {
  const { putObject } = await s3();
  await putObject(bucket, key, bytes);
}

/** The bytes under a key, or undefined when there are none, or none any more. */
export async function getPayload(bucket: string, key: string): Promise<Uint8Array | undefined> {
  const { getObject } = await s3();
  return getObject(bucket, key);
}
