import { DeleteObjectsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { payloadKey } from '../events/payload.ts';

const client = new S3Client({});

/** S3 did not delete some objects of a request. */
class EraseError extends Error {
  override readonly name = 'EraseError';
}

/**
 * Deletes a tenant's payloads, a thousand at a time: by their prefix, so that payloads of events that were never logged
 * go as well.
 * @yields objects deleted
 */
export async function* erasePayloads(Bucket: string, tenant: string): AsyncGenerator<number> {
  for (;;) {
    const { Contents = [] } = await client.send(
      new ListObjectsV2Command({ Bucket, Prefix: payloadKey(tenant, '') }),
    );
    if (Contents.length === 0) return;
    const Objects = Contents.map(({ Key }) => ({ Key }));
    const { Errors } = await client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
    );
    // Without this check, objects that stay would be listed again without end.
    if (Errors?.length) throw new EraseError(`${Errors.length} payloads not deleted: ${Errors[0]!.Code}`);
    yield Contents.length;
  }
}
