/** KMS keys and Secrets Manager secrets. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ACCOUNT } from '../core/account.ts';
import { generatePassword } from '../services/secrets.ts';
import { known, noted, type ResourceType, resourceType } from './resource.ts';

const key = resourceType(
  {
    KeyPolicy: noted('the account may delegate to IAM, which is what CDK writes; IAM policies are enforced'),
    Description: noted('for people').optional(),
    EnableKeyRotation: noted('nothing is encrypted here').optional(),
    RotationPeriodInDays: noted('nothing is encrypted here').optional(),
    PendingWindowInDays: noted('nothing outlives the process').optional(),
    KeySpec: noted('nothing is encrypted here').optional(),
    KeyUsage: noted('nothing is encrypted here').optional(),
    Enabled: z.literal(true).optional(),
    Tags: noted('labels for bills').optional(),
  },
  (_, { identity }) => {
    const id = uuidOf(identity.defaultName);
    return { ref: id, attributes: { Arn: `arn:aws:kms:${identity.region}:${ACCOUNT}:key/${id}`, KeyId: id } };
  },
);

/** The same key id on every start, so that outputs are comparable. */
function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}

const alias = resourceType(
  { AliasName: z.string(), TargetKeyId: z.string() },
  ({ AliasName }, { identity }) => ({
    ref: AliasName,
    attributes: { Arn: `arn:aws:kms:${identity.region}:${ACCOUNT}:${AliasName}` },
  }),
);

const secret = resourceType(
  {
    Name: z.string().optional(),
    SecretString: z.string().optional(),
    GenerateSecretString: known({
      PasswordLength: z.number().int().min(1).max(4096).optional(),
      ExcludeCharacters: z.string().optional(),
      ExcludeLowercase: z.boolean().optional(),
      ExcludeUppercase: z.boolean().optional(),
      ExcludeNumbers: z.boolean().optional(),
      ExcludePunctuation: z.boolean().optional(),
      IncludeSpace: z.boolean().optional(),
      RequireEachIncludedType: noted('32 random characters have one of each, as good as always').optional(),
      SecretStringTemplate: z.string().optional(),
      GenerateStringKey: z.string().optional(),
    }).optional(),
    KmsKeyId: z.string().optional(),
    Description: noted('for people').optional(),
    Tags: noted('labels for bills').optional(),
  },
  (properties, { identity, world }) => {
    const name = properties.Name ?? identity.defaultName;
    // AWS appends six random characters; policies name them with wildcards.
    const arn = `arn:aws:secretsmanager:${identity.region}:${ACCOUNT}:secret:${name}-LocaLx`;
    const [, chosen] =
      Object.entries(world.chosenSecrets).find(
        ([part]) => identity.logicalId.includes(part) || name.includes(part),
      ) ?? [];
    world.vault.add({
      arn,
      name,
      value: chosen ?? properties.SecretString ?? generated(properties.GenerateSecretString ?? {}),
    });
    if (properties.KmsKeyId) world.access.keys.set(arn, properties.KmsKeyId);
    return { ref: arn, attributes: { Id: arn } };
  },
);

type Generation = Parameters<typeof generatePassword>[0] & {
  readonly SecretStringTemplate?: string | undefined;
  readonly GenerateStringKey?: string | undefined;
};

function generated(rules: Generation): string {
  const password = generatePassword(rules);
  if (!rules.GenerateStringKey) return password;
  return JSON.stringify({
    ...JSON.parse(rules.SecretStringTemplate ?? '{}'),
    [rules.GenerateStringKey]: password,
  });
}

export const securityTypes: Record<string, ResourceType> = {
  'AWS::KMS::Key': key,
  'AWS::KMS::Alias': alias,
  'AWS::SecretsManager::Secret': secret,
};
