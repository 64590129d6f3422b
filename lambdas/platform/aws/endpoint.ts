import { optionalEnv } from '../env.ts';

/** The services that are called without the SDK, and what their hosts, their signatures and their targets say. */
export const SERVICES = {
  dynamodb: { host: 'dynamodb', target: 'DynamoDB_20120810', json: '1.0', override: 'DYNAMODB' },
  sqs: { host: 'sqs', target: 'AmazonSQS', json: '1.0', override: 'SQS' },
  secretsmanager: {
    host: 'secretsmanager',
    target: 'secretsmanager',
    json: '1.1',
    override: 'SECRETS_MANAGER',
  },
  monitoring: {
    host: 'monitoring',
    target: 'GraniteServiceVersion20100801',
    json: '1.0',
    override: 'CLOUDWATCH',
  },
} as const;

export type Service = keyof typeof SERVICES;

/** https://github.com/aws/aws-sdk-js-v3, partitions.json */
const SUFFIXES: readonly (readonly [prefix: string, suffix: string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['eusc-', 'amazonaws.eu'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['us-isof-', 'csp.hci.ic.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
];

/**
 * Where a service answers. As for the SDK's clients, `AWS_ENDPOINT_URL_<SERVICE>` names another place.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function endpointOf(service: Service, region: string): string {
  const { host, override } = SERVICES[service];
  const given = optionalEnv(`AWS_ENDPOINT_URL_${override}`);
  if (given !== undefined) return given.replace(/\/$/, '');
  const suffix = SUFFIXES.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'amazonaws.com';
  return `https://${host}.${region}.${suffix}`;
}
