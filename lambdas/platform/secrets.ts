import { awsClient } from './aws/aws-client.ts';

/** Reads one secret, and keeps it for a while. */
export function secretReader(secretArn: string, freshMs: number): () => Promise<string> {
  const call = awsClient('secretsmanager');
  let known: { value: string; until: number } | undefined;
  return async () => {
    if (known && known.until > Date.now()) return known.value;
    const { SecretString } = await call<{ SecretString?: string }>('GetSecretValue', {
      SecretId: secretArn,
    });
    if (!SecretString) throw new Error(`expected secret ${secretArn} to hold a string`);
    known = { value: SecretString, until: Date.now() + freshMs };
    return known.value;
  };
}
