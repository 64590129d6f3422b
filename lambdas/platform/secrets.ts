import { awsClient } from './aws/aws-client.ts';
import { AwsError } from './aws/aws-error.ts';
import { atHome } from './home.ts';

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

/**
 * Reads secrets by their names, in the region of the tables.
 * @param prefix of all names
 * @returns undefined when there is none of that name, or none that is a text
 */
export function secretsUnder(prefix: string): (name: string) => Promise<string | undefined> {
  const call = awsClient('secretsmanager', atHome);
  return async (name) => {
    try {
      const SecretId = prefix + name;
      return (await call<{ SecretString?: string }>('GetSecretValue', { SecretId })).SecretString;
    } catch (error) {
      if (error instanceof AwsError && error.name === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  };
}
