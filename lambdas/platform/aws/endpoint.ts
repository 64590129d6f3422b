import { optionalEnv } from '../env.ts';

/** What is said of a service to call it. */
interface ServiceWords {
  readonly host: string;
  /** Before an operation's name in the header `x-amz-target`; left out for a service whose operations are paths (REST). */
  readonly target?: string;
  readonly contentType: string;
  /** In the name of the variable that says where it is. */
  readonly override: string;
}

/** The services that are called without the SDK. Their names are those in signatures. */
const SERVICES = {
  dynamodb: {
    host: 'dynamodb',
    target: 'DynamoDB_20120810',
    contentType: 'application/x-amz-json-1.0',
    override: 'DYNAMODB',
  },
  sqs: { host: 'sqs', target: 'AmazonSQS', contentType: 'application/x-amz-json-1.0', override: 'SQS' },
  secretsmanager: {
    host: 'secretsmanager',
    target: 'secretsmanager',
    contentType: 'application/x-amz-json-1.1',
    override: 'SECRETS_MANAGER',
  },
  glue: {
    host: 'glue',
    target: 'AWSGlue',
    contentType: 'application/x-amz-json-1.1',
    override: 'GLUE',
  },
  monitoring: {
    host: 'monitoring',
    target: 'GraniteServiceVersion20100801',
    contentType: 'application/x-amz-json-1.0',
    override: 'CLOUDWATCH',
  },
  ses: { host: 'email', contentType: 'application/json', override: 'SESV2' },
} as const satisfies Record<string, ServiceWords>;

/** The words of a service, whichever it is. */
export const wordsOf = (service: Service): ServiceWords => SERVICES[service];

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

/** Where a service answers. */
export const endpointOf = (service: Service, region: string): string => originOf(SERVICES[service], region);

/**
 * The same of any service. As for the SDK's clients, `AWS_ENDPOINT_URL_<SERVICE>` names another place.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export const originOf = (
  { host, override }: Pick<ServiceWords, 'host' | 'override'>,
  region: string,
): string => givenOrigin(override) ?? `https://${host}.${region}.${suffixOf(region)}`;

/** The place that is named instead of a service's own, if so. */
export const givenOrigin = (override: string): string | undefined =>
  optionalEnv(`AWS_ENDPOINT_URL_${override}`)?.replace(/\/$/, '');

/** What names of hosts end with in a region. */
export const suffixOf = (region: string): string =>
  SUFFIXES.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'amazonaws.com';
