import {
  GetObjectCommand,
  HeadBucketCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { atHome } from './home.ts';

// Few events have a payload that is kept here, and the client is larger than most functions. Import this file with `await
// import`, so that a cold start does not wait for it.

const client = new S3Client(atHome);
/** For a question whose answer is whether the bucket answers. */
const impatient = new S3Client({ maxAttempts: 1 });

export async function putObject(Bucket: string, Key: string, Body: Uint8Array): Promise<void> {
  await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'application/octet-stream' }));
}

/** The bytes under a key, or undefined when there are none. */
export async function getObject(Bucket: string, Key: string): Promise<Uint8Array | undefined> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    return await Body?.transformToByteArray();
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

/** @throws when the bucket does not answer this function */
export async function headBucket(Bucket: string): Promise<void> {
  await impatient.send(new HeadBucketCommand({ Bucket }));
}
