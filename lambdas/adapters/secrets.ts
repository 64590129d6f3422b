import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** A replaced secret is noticed within a minute, and a busy function asks for it at most that often. */
const FRESH_MS = 60_000;

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
