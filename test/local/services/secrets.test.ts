import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { assembly, lambda, role, start } from '../fixtures.ts';

/** A function that reads secrets as dispatch does. */
const code = {
  fn: `
    import { secretsUnder } from '${new URL('../../../lambdas/platform/secrets.ts', import.meta.url).href}';
    export const handler = ({ prefix, name }) =>
      secretsUnder(prefix)(name).then((text) => text ?? 'none', ({ name }) => name);`,
};

const PREFIX = 'posthorn/local/client-certificates/';
const pattern = `arn:aws:secretsmanager:us-east-1:000000000000:secret:${PREFIX}*`;

async function startReader() {
  const resources = {
    Role: role(['secretsmanager:GetSecretValue', pattern]),
    Fn: lambda('fn', 'Role', { Timeout: 10 }),
  };
  const cloud = await start(assembly(resources, code), {
    ownSecrets: { [`${PREFIX}t/own`]: 'at the start' },
  });
  const read = (name: string, prefix = PREFIX) => cloud.functions.get('Fn')!.invoke({ prefix, name });
  return { cloud, read, operator: new SecretsManagerClient(cloud.awsClientConfig()) };
}

describe('Secrets Manager in the local cloud (E1)', () => {
  it('has secrets that an operator makes and replaces, with names that policies match by a pattern', async () => {
    const { read, operator } = await startReader();
    expect(await read('t/own')).toBe('at the start');
    const Name = `${PREFIX}t/acme`;
    const made = await operator.send(new CreateSecretCommand({ Name, SecretString: 'first' }));
    expect(made.ARN).toMatch(new RegExp(`:secret:${Name}-[A-Za-z0-9]{6}$`));
    expect(await read('t/acme')).toBe('first');
    await operator.send(new PutSecretValueCommand({ SecretId: Name, SecretString: 'second' }));
    expect(await read('t/acme')).toBe('second');
    await expect(operator.send(new CreateSecretCommand({ Name, SecretString: 'x' }))).rejects.toThrow(
      'already exists',
    );
  });

  it('says that there is none only to who may read it', async () => {
    const { cloud, read, operator } = await startReader();
    expect(await read('t/none')).toBe('none');
    expect(await read('none', 'posthorn/local/other/')).toBe('AccessDeniedException');
    await operator.send(new CreateSecretCommand({ Name: 'posthorn/prod/x', SecretString: 'x' }));
    expect(await read('x', 'posthorn/prod/')).toBe('AccessDeniedException');
    expect(cloud.denials.map(({ resource }) => resource.split(':secret:')[1])).toEqual([
      'posthorn/local/other/none',
      expect.stringMatching(/^posthorn\/prod\/x-/),
    ]);
  });
});
