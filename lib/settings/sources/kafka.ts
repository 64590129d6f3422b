import * as z from 'zod';
import { publishedTypeProblem } from '../../../lambdas/events/event-type.ts';
import { contentTypeProblem } from '../../../lambdas/publishing/event-checks.ts';
import { isEachOnce, sourceName, sourcesOf, tenantIdSchema, tenantsSchema } from './common.ts';

const secretArn = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+$/,
    'expected the ARN of a secret',
  );

/** A secret in Secrets Manager, and the key of its owner's that encrypts it, where it is not AWS's own. */
const secret = {
  secretArn,
  keyArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, 'expected the ARN of a KMS key')
    .optional(),
};

const headerName = z.string().regex(/^[\x21-\x7e]{1,64}$/, 'expected 1 to 64 printable ASCII characters');

const mskCluster = z.strictObject({
  /** Of a cluster of MSK, provisioned or serverless, in the environment's own account and region. */
  mskArn: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:kafka:[a-z0-9-]+:\d{12}:cluster\/[\w-]+\/[\w-]+$/,
      'expected the ARN of an MSK cluster, such as arn:aws:kafka:eu-central-1:123456789012:cluster/shop/…',
    ),
});

const ownCluster = z
  .strictObject({
    /** https://docs.aws.amazon.com/lambda/latest/api/API_SelfManagedEventSource.html */
    bootstrapServers: z
      .array(z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9.-]*:\d{1,5}$/, 'expected a host and a port'))
      .min(1)
      .max(10),
    /** Where Lambda's pollers reach brokers that are not on the internet. Both or neither. */
    subnets: z
      .array(z.string().regex(/^subnet-[0-9a-f]+$/, 'expected the id of a subnet'))
      .min(1)
      .max(16)
      .optional(),
    securityGroups: z
      .array(z.string().regex(/^sg-[0-9a-f]+$/, 'expected the id of a security group'))
      .min(1)
      .max(5)
      .optional(),
  })
  .refine(({ subnets, securityGroups }) => (subnets === undefined) === (securityGroups === undefined), {
    path: ['securityGroups'],
    message: 'expected subnets and securityGroups, or neither',
  });

/**
 * How Lambda proves who it is. https://docs.aws.amazon.com/lambda/latest/dg/kafka-cluster-auth.html
 *
 * `basic` is SASL/PLAIN over TLS, `mtls` a client certificate with its key. `iam` is MSK's own, with the function's role.
 */
const authentication = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['scram-512', 'scram-256', 'basic', 'mtls']), ...secret }),
  z.strictObject({ kind: z.literal('iam') }),
  z.strictObject({ kind: z.literal('none') }),
]);

const registry = z.discriminatedUnion('kind', [
  z.strictObject({
    /** One that speaks Confluent's API. The function asks it, so it has to be reached from Lambda's own network. */
    kind: z.literal('confluent'),
    url: z.string().refine(isRegistryUrl, 'expected an https URL without credentials, query and fragment'),
    /** Holds `{"username": …, "password": …}` or `{"token": …}`. Left out, the registry asks for neither. */
    authentication: z.strictObject(secret).optional(),
  }),
  z.strictObject({
    kind: z.literal('glue'),
    registryArn: z
      .string()
      .regex(
        /^arn:aws[a-z-]*:glue:[a-z0-9-]+:\d{12}:registry\/[\w$#.-]+$/,
        'expected the ARN of a registry of Glue',
      ),
  }),
]);

function isRegistryUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash, hostname } = new URL(text);
  const isLoopback = ['127.0.0.1', 'localhost'].includes(hostname);
  // On a laptop the registry stands beside everything else.
  const isSafe = protocol === 'https:' || (protocol === 'http:' && isLoopback);
  return isSafe && !username && !password && !search && !hash;
}

const eventType = z.string().superRefine((type, { addIssue }) => {
  const message = publishedTypeProblem(type);
  if (message) addIssue({ code: 'custom', message });
});

const records = z.discriminatedUnion('form', [
  z.strictObject({
    /** `{"event_type": …, "payload": …}`, in JSON or in Avro. */
    form: z.literal('envelope'),
    /** Whether `payload` is a text that holds JSON, as in schemas that know only texts. */
    payloadText: z.boolean().optional(),
  }),
  z.strictObject({
    /** The value is the payload. */
    form: z.literal('payload'),
    /** The type of all events, or the header that has it. */
    type: z.union([eventType, z.strictObject({ header: headerName })]),
    /** Of values whose record has no header `content-type`. Left out, JSON. */
    contentType: z
      .string()
      .refine(
        (type) => contentTypeProblem(type) === undefined,
        'expected 1 to 256 printable ASCII characters',
      )
      .optional(),
  }),
]);

/**
 * Kafka allows 249 characters. The default consumer group has 200, its environment and its source up to 48 of them; an event's id
 * has 256, of which prefix, partition and offset take up to 56.
 */
const MAX_TOPIC = 150;
const topic = z
  .string()
  .regex(/^[^.][\w.-]+$/, 'expected the name of a topic: letters, digits, ., _ and -')
  .max(MAX_TOPIC);

/** Each topic is a mapping of its own, and a stack has at most 500 resources. */
const MAX_TOPICS = 10;

/** Topics of a Kafka cluster. */
const kafkaSourceSchema = z
  .strictObject({
    name: sourceName,
    /** Whose events the records are: a tenant's, or that of the one that a header or a member of the value names, where it is one of these. */
    tenant: z.union(
      [
        tenantIdSchema,
        z.strictObject({ header: headerName, of: tenantsSchema }),
        z.strictObject({ member: z.string().min(1).max(64), of: tenantsSchema }),
      ],
      'expected the id of a tenant, such as ten_00000000000000000000000000, or where a record names it and which it may name: {"header": "tenant", "of": ["ten_…"]}, {"member": "tenant", "of": "any"}',
    ),
    cluster: z.union([mskCluster, ownCluster]),
    authentication,
    topics: z.array(topic).min(1).max(MAX_TOPICS).refine(isEachOnce, 'expected each topic once'),
    /**
     * The consumer group of a source with one topic; AWS wants another one for each. Left out, it is `posthorn-<environment>-<source>-<topic>`. A new one
     * begins at `startingPosition`.
     */
    consumerGroupId: z
      .string()
      .regex(/^[\w/*:+=.@-]{1,200}$/, 'expected 1 to 200 letters, digits or any of / * : _ + = . @ -')
      .optional(),
    /** Where a group begins that has read nothing yet: with what comes, with what there is, or with what came since a time. */
    startingPosition: z.union([
      z.enum(['LATEST', 'TRIM_HORIZON']),
      z.strictObject({ since: z.iso.datetime({ offset: true }) }),
    ]),
    /** Records in a batch at most. Left out, Lambda's 100. A batch has 6 MB at most. */
    batchSize: z.int().min(1).max(10_000).optional(),
    /** How long Lambda gathers a batch. Left out, half a second. */
    windowSeconds: z.int().min(0).max(300).optional(),
    /**
     * Pollers of the source's own, billed by the hour, which read up to 5 MB a second each. Left out, Lambda scales pollers by
     * itself, within minutes, at no price.
     */
    pollers: z
      .strictObject({ min: z.int().min(1).max(200), max: z.int().min(1).max(2000) })
      .refine(({ min, max }) => min <= max, 'expected max to be at least min')
      .optional(),
    /**
     * Invocations at once, reserved for the source out of the account's. Left out, a topic takes at most one for each partition. What is over
     * it waits in the topic.
     */
    concurrency: z.int().min(1).max(1000).optional(),
    /**
     * The ARN of a bucket that gets batches which Lambda gives up. With one, Lambda gives up after ten tries. Left out, a batch is tried
     * until the topic deletes it, and nothing behind it in its partition is read.
     */
    onFailureBucketArn: z
      .string()
      .regex(/^arn:aws[a-z-]*:s3:::[a-z0-9.-]{3,63}$/, 'expected the ARN of a bucket')
      .optional(),
    /** How many records a topic may be behind for 15 minutes before a ticket tells. Left out, 10,000. An alarm costs $0.10 a month. */
    lagAlarm: z.int().min(1).optional(),
    records,
    /** Where values' schemas are. Left out, values are JSON, or bytes as they are. */
    registry: registry.optional(),
    /**
     * Before the topic in events' ids. Needed where topics of two clusters have one name: their ids would be the same, and the events of one
     * taken for repetitions.
     */
    idPrefix: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,25}$/, 'expected 1 to 25 letters, digits, ., _ and -')
      .optional(),
  })
  .superRefine(({ cluster, authentication, topics, consumerGroupId, idPrefix = '' }, { addIssue }) => {
    const problem = authenticationProblem(cluster, authentication.kind);
    if (problem) addIssue({ code: 'custom', path: ['authentication', 'kind'], message: problem });
    if ('mskArn' in cluster && authentication.kind === 'scram-512')
      for (const [field, message] of mskSecretProblems(authentication))
        addIssue({ code: 'custom', path: ['authentication', field], message });
    if (consumerGroupId !== undefined && topics.length > 1) {
      const message = 'expected one topic beside it: AWS wants a group for each';
      addIssue({ code: 'custom', path: ['consumerGroupId'], message });
    }
    if (topics.some((each) => `${idPrefix}${each}`.startsWith('posthorn.'))) {
      const message =
        'expected ids that do not begin with posthorn., as Posthorn’s own do: set another idPrefix';
      addIssue({ code: 'custom', path: ['idPrefix'], message });
    }
  });

export type KafkaSourceSettings = z.infer<typeof kafkaSourceSchema>;
type Cluster = KafkaSourceSettings['cluster'];

/** MSK's serverless clusters know nothing but IAM. Their ARNs end like this. */
const SERVERLESS = /-s\d+$/;

/** What AWS refuses when the mapping is made. */
function authenticationProblem(
  cluster: Cluster,
  kind: KafkaSourceSettings['authentication']['kind'],
): string | undefined {
  if ('mskArn' in cluster) {
    if (SERVERLESS.test(cluster.mskArn) && kind !== 'iam')
      return 'expected iam, all that a serverless cluster takes';
    return kind === 'basic' || kind === 'scram-256'
      ? 'expected scram-512, mtls, iam or none, which MSK has'
      : undefined;
  }
  if (kind === 'iam') return 'expected scram-512, scram-256, basic, mtls or none: only MSK has iam';
  if (kind !== 'none' || cluster.subnets) return undefined;
  return 'expected a secret, since brokers without subnets are reached over the internet';
}

/** https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-tutorial.html */
const mskSecretProblems = ({
  secretArn,
  keyArn,
}: {
  readonly secretArn: string;
  readonly keyArn?: string | undefined;
}): readonly (readonly [field: string, message: string])[] => [
  ...(secretArn.split(':').at(-1)!.startsWith('AmazonMSK_')
    ? []
    : [['secretArn', 'expected a secret whose name begins with AmazonMSK_, as MSK wants'] as const]),
  ...(keyArn === undefined
    ? [['keyArn', 'expected the key of the secret: MSK takes none that AWS’s own key encrypts'] as const]
    : []),
];

/** Two topics of a name, from which ids follow. */
export const kafkaSourcesSchema = sourcesOf(kafkaSourceSchema)
  .refine(
    (sources) =>
      isEachOnce(sources.flatMap(({ topics, idPrefix = '' }) => topics.map((each) => `${idPrefix}${each}`))),
    'expected each topic once, or another idPrefix: ids of events follow from the topic’s name',
  )
  .refine(
    (sources) =>
      isEachOnce(
        sources.flatMap(({ consumerGroupId }) => (consumerGroupId === undefined ? [] : [consumerGroupId])),
      ),
    'expected each consumerGroupId once',
  );
