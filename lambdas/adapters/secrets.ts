import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/**
 * A busy function asks for a secret at most this often. Together with the time that API Gateway remembers an
 * authorization, a replaced key works for at most a minute.
 */
const FRESH_MS = 15_000;

/** Reads one secret, and keeps it for a while. */
export function secretReader(secretArn: string): () => Promise<string> {
  const client = new SecretsManagerClient({});
  let known: { value: string; until: number } | undefined;
  return async () => {
    if (known && known.until > Date.now()) return known.value;
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
    if (!SecretString) throw new Error(`expected secret ${secretArn} to hold a string`);
    known = { value: SecretString, until: Date.now() + FRESH_MS };
    return known.value;
  };
}
