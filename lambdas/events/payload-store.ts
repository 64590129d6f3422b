import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { atHome } from '../platform/home.ts';

const client = new S3Client(atHome);

/** Stores a payload's bytes; its content type travels with the event. */
export async function putPayload(bucket: string, key: string, bytes: Uint8Array): Promise<void> {
  const ContentType = 'application/octet-stream';
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ContentType }));
}

/** The bytes under a key, or undefined when there are none, or none any more. */
export async function getPayload(bucket: string, key: string): Promise<Uint8Array | undefined> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return await Body?.transformToByteArray();
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}
