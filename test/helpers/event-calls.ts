/** PutEvents, in the form that the AWS CLI and the SDKs send it. */
import type { LocalCloud } from '../../local/cloud.ts';

export interface PutAnswer {
  readonly status: number;
  readonly body: {
    readonly FailedEntryCount?: number;
    readonly Entries?: readonly { readonly EventId?: string; readonly ErrorCode?: string }[];
    readonly __type?: string;
  };
}

export async function putEvents(
  cloud: Pick<LocalCloud, 'awsClientConfig'>,
  Entries: readonly object[],
): Promise<PutAnswer> {
  const { endpoint, region, credentials } = cloud.awsClientConfig();
  const scope = `${credentials.accessKeyId}/20261128/${region}/events/aws4_request`;
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSEvents.PutEvents',
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
    },
    body: JSON.stringify({ Entries }),
  });
  return { status: response.status, body: (await response.json()) as PutAnswer['body'] };
}
