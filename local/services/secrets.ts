/** Secrets Manager: GetSecretValue, the only action that functions use. */
import { randomInt, randomUUID } from 'node:crypto';
import type { Access } from '../core/access.ts';
import type { Meter } from '../core/meter.ts';
import { jsonAnswer, jsonBody, operationOf, type ServiceAnswer, type ServiceCall } from './call.ts';

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

    async answer(call: ServiceCall): Promise<ServiceAnswer> {
      const operation = operationOf(call);
      const input = jsonBody(call);
      if (!input) return refusal('SerializationException', 'The body is no JSON object.');
      const { SecretId = '' } = input as { SecretId?: string };
      const secret = [...secrets.values()].find(
        ({ arn, name }) => (arn === SecretId || name === SecretId) && arn.split(':')[3] === call.region,
      );
      const check = { action: `secretsmanager:${operation}`, resource: secret?.arn ?? SecretId };
      const denial = access.refuse(call.accessKey, [check]);
      if (denial) return refusal('AccessDeniedException', denial.message);
      if (operation !== 'GetSecretValue') return refusal('UnknownOperationException', operation);
      if (!secret) return refusal('ResourceNotFoundException', "Secrets Manager can't find the secret.");
      meter?.count({
        caller: access.nameOf(call.accessKey),
        service: 'secretsmanager',
        operation,
        requests: 1,
        units: 1,
      });
      const stages = ['AWSCURRENT'];
      const { arn, name, value } = secret;
      const body = { ARN: arn, Name: name, SecretString: value, VersionId: versionId, VersionStages: stages };
      return jsonAnswer(200, CONTENT_TYPE, body);
    },
  };
}

const CONTENT_TYPE = 'application/x-amz-json-1.1';

const refusal = (type: string, message: string): ServiceAnswer =>
  jsonAnswer(400, CONTENT_TYPE, { __type: type, message });

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
