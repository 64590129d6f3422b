/** Secrets Manager: GetSecretValue, the only action that functions use. */
import { randomInt, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Access, accessKeyOf, signedRegion } from '../core/access.ts';
import type { Meter } from '../core/meter.ts';
import { readBody, sendJson } from './http.ts';

export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly value: string;
}

export type Vault = ReturnType<typeof createVault>;

/** The emulator of Secrets Manager. */
export function createVault(access: Access, meter?: Meter) {
  const secrets = new Map<string, Secret>();
  const versionId = randomUUID();

  return {
    add: (secret: Secret): void => void secrets.set(secret.arn, secret),

    async routing(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      const { SecretId = '' } = JSON.parse((await readBody(request)).toString()) as { SecretId?: string };
      const region = signedRegion(request.headers.authorization);
      const secret = [...secrets.values()].find(
        ({ arn, name }) => (arn === SecretId || name === SecretId) && arn.split(':')[3] === region,
      );
      const accessKey = accessKeyOf(request.headers.authorization);
      const check = { action: `secretsmanager:${operation}`, resource: secret?.arn ?? SecretId };
      const denial = access.refuse(accessKey, [check]);
      if (denial) return refuse(response, 'AccessDeniedException', denial.message);
      if (operation !== 'GetSecretValue') return refuse(response, 'UnknownOperationException', operation);
      if (!secret)
        return refuse(response, 'ResourceNotFoundException', "Secrets Manager can't find the secret.");
      meter?.count({
        caller: access.nameOf(accessKey),
        service: 'secretsmanager',
        operation,
        requests: 1,
        units: 1,
      });
      const stages = ['AWSCURRENT'];
      const { arn, name, value } = secret;
      sendJson(
        response,
        200,
        { ARN: arn, Name: name, SecretString: value, VersionId: versionId, VersionStages: stages },
        CONTENT_TYPE,
      );
    },
  };
}

const CONTENT_TYPE = 'application/x-amz-json-1.1';

function refuse(response: ServerResponse, type: string, message: string): void {
  sendJson(response, 400, { __type: type, message }, CONTENT_TYPE);
}

export interface PasswordRules {
  readonly PasswordLength?: number | undefined;
  readonly ExcludeCharacters?: string | undefined;
  readonly ExcludeLowercase?: boolean | undefined;
  readonly ExcludeUppercase?: boolean | undefined;
  readonly ExcludeNumbers?: boolean | undefined;
  readonly ExcludePunctuation?: boolean | undefined;
  readonly IncludeSpace?: boolean | undefined;
}

/** A random password as GenerateSecretString describes it; 32 characters by default. */
export function generatePassword(rules: PasswordRules): string {
  const excluded = new Set(rules.ExcludeCharacters ?? '');
  const alphabet = [
    rules.ExcludeLowercase ? '' : 'abcdefghijklmnopqrstuvwxyz',
    rules.ExcludeUppercase ? '' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    rules.ExcludeNumbers ? '' : '0123456789',
    rules.ExcludePunctuation ? '' : '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
    rules.IncludeSpace ? ' ' : '',
  ]
    .flatMap((characters) => [...characters])
    .filter((character) => !excluded.has(character));
  return Array.from({ length: rules.PasswordLength ?? 32 }, () => alphabet[randomInt(alphabet.length)]).join(
    '',
  );
}
