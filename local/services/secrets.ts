/** Secrets Manager: GetSecretValue for functions; what makes and replaces secrets for operators and tests. */
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { Access } from '../core/access.ts';
import { ACCOUNT, REGION } from '../core/account.ts';
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

  /** As AWS finds it: by ARN or name, in the region that is asked. */
  const find = (id: string, region: string): Secret | undefined =>
    [...secrets.values()].find(
      ({ arn, name }) => (arn === id || name === id) && arn.split(':')[3] === region,
    );

  const operations: Readonly<Record<string, (asked: Asked) => ServiceAnswer>> = {
    GetSecretValue({ secret, call }) {
      if (!secret) return NOT_FOUND;
      meter?.count({
        caller: access.nameOf(call.accessKey),
        service: 'secretsmanager',
        operation: 'GetSecretValue',
        requests: 1,
        units: 1,
      });
      return described(secret, { SecretString: secret.value, VersionStages: ['AWSCURRENT'] });
    },
    CreateSecret({ input: { Name, SecretString, KmsKeyId }, secret, call }) {
      if (secret) return refusal('ResourceExistsException', `The secret ${Name} already exists.`);
      if (!Name || !SecretString) return refusal('InvalidParameterException', 'Name and SecretString.');
      const made = { arn: `${arnOf(Name, call.region)}-${suffix()}`, name: Name, value: SecretString };
      secrets.set(made.arn, made);
      if (KmsKeyId) access.keys.set(made.arn, KmsKeyId);
      return described(made);
    },
    PutSecretValue({ input: { SecretString }, secret }) {
      if (!secret) return NOT_FOUND;
      if (!SecretString) return refusal('InvalidParameterException', 'SecretString.');
      const next = { ...secret, value: SecretString };
      secrets.set(secret.arn, next);
      return described(next);
    },
  };

  const described = ({ arn, name }: Secret, more: object = {}): ServiceAnswer =>
    jsonAnswer(200, CONTENT_TYPE, { ARN: arn, Name: name, VersionId: versionId, ...more });

  return {
    add: (secret: Secret): void => void secrets.set(secret.arn, secret),
    /** A secret that no template has. */
    put(name: string, value: string): void {
      const arn = `${arnOf(name, REGION)}-${suffix()}`;
      secrets.set(arn, { arn, name, value });
    },

    async answer(call: ServiceCall): Promise<ServiceAnswer> {
      const operation = operationOf(call);
      const input: Input | undefined = jsonBody(call);
      if (!input) return refusal('SerializationException', 'The body is no JSON object.');
      const id = input.SecretId ?? input.Name ?? '';
      const secret = find(id, call.region);
      // Of one that is not there, AWS asks for the name without the six characters.
      const resource = secret?.arn ?? (id.startsWith('arn:') ? id : arnOf(id, call.region));
      const denial = access.refuse(call.accessKey, [{ action: `secretsmanager:${operation}`, resource }]);
      if (denial) return refusal('AccessDeniedException', denial.message);
      if (!Object.hasOwn(operations, operation)) return refusal('UnknownOperationException', operation);
      return operations[operation]!({ call, input, secret });
    },
  };
}

interface Input {
  readonly SecretId?: string;
  readonly Name?: string;
  readonly SecretString?: string;
  readonly KmsKeyId?: string;
}

interface Asked {
  readonly call: ServiceCall;
  readonly input: Input;
  readonly secret: Secret | undefined;
}

const arnOf = (name: string, region: string): string =>
  `arn:aws:secretsmanager:${region}:${ACCOUNT}:secret:${name}`;

/** AWS ends each ARN so; policies name it by a pattern. */
const suffix = (): string =>
  randomBytes(12)
    .toString('base64')
    .replace(/[^A-Za-z0-9]/g, 'x')
    .slice(0, 6);

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

const NOT_FOUND = refusal('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");

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
