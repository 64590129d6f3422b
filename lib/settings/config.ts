import * as z from 'zod';
import { REGION } from '../../lambdas/events/event-meta.ts';
import { defaultPorts, portRangesOf } from '../../lambdas/http-client/ports.ts';
import { FIRST_TENANT } from '../../lambdas/tenants/tenant-defaults.ts';
import { boundaryProblem, permissionsBoundarySchema, tagsSchema } from './account.ts';
import { apiProblems, apiSchema } from './api.ts';
import { awsDestinationsSchema } from './aws-destinations.ts';
import { backupSchema } from './backup.ts';
import { consoleSchema } from './console.ts';
import { logBucketsSchema } from './log-buckets.ts';
import { monitoringSchema } from './monitoring.ts';
import { networksSchema } from './networks.ts';
import { NOBODY, notifySchema, replacedAlertEmails } from './notify.ts';
import { oidcProblem } from './oidc.ts';
import { type Releases, releasesProblem, releasesSchema } from './releases.ts';
import { restoredTablesSchema } from './restored-tables.ts';
import { ownLogGroupProblems } from './sources/logs.ts';
import { sourcesSchema } from './sources/sources.ts';
import { tenantMailSchema } from './tenant-mail.ts';
import { zoneProblems, zonesSchema } from './zones.ts';

/** As browsers send it: scheme, host and port, without a path. */
const ORIGIN = /^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/;

const AWS_REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;
const NO_AWS_REGION = 'expected an AWS region, such as eu-central-1';

/** No alias: grants to functions name the key. */
const KEY_ARN = /^arn:aws(-[a-z]+)*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/;

const NO_PORTS = 'expected a port from 1 to 65535, or two with a dash between, the smaller first';

/** The laptop's environment. `npm start`, the demo, the benches and the tests run it in the local cloud. */
export const LOCAL = 'local';

/**
 * The local cloud's account. No AWS account has this number, so the CDK never finds credentials for a stack that asks
 * for it.
 */
const LOCAL_ACCOUNT = '000000000000';

const ONLY_LOCAL = `expected false outside the local cloud, whose account is ${LOCAL_ACCOUNT}`;

/** The settings of an environment. A chosen number has its reason beside it, here and nowhere else. */
export const settingsSchema = z
  .strictObject({
    /** The AWS account of the environment: a deployment into another one fails. Left out, any. */
    account: z
      .string()
      .regex(/^\d{12}$/, "expected an AWS account's 12 digits")
      .optional(),
    /**
     * A key of KMS in the home region that encrypts what the environment's own would: the config table, the first API key, mails in
     * flight. For the first deployment: see docs/deploy.md. Left out, the environment has a key of its own, $1 a month.
     */
    encryptionKeyArn: z
      .string()
      .regex(KEY_ARN, 'expected the ARN of a key, such as arn:aws:kms:eu-central-1:123456789012:key/…')
      .optional(),
    /** Labels of all resources, beside `posthorn:environment`. They can be changed at any time. */
    tags: tagsSchema.optional(),
    /**
     * A managed policy, by name or ARN, that bounds what each role may do, those of CDK's own functions as well. Left out,
     * there is none. A role gets or loses it in place.
     */
    permissionsBoundary: permissionsBoundarySchema.optional(),
    /** Whether targets may use plain http. Only where endpoints run on a developer's machine. */
    allowHttp: z.boolean(),
    /**
     * Whether targets may be outside the public internet: the machine itself, private networks, metadata services. Only
     * where endpoints run on a developer's machine.
     */
    allowPrivateAddresses: z.boolean(),
    /**
     * Ports that targets may have, such as `443` and `8000-8999`. Left out: 443, 80 where http is allowed, and 1024 and
     * above, since lower ports belong to other services. A target whose port is no longer allowed gets no deliveries.
     */
    allowedPorts: z
      .array(z.string().refine((text) => portRangesOf(text) !== undefined && !text.includes(' '), NO_PORTS))
      .min(1)
      .max(20)
      .optional(),
    /**
     * Refuses to delete any stack, and keeps tables, bucket and key if one is deleted all the same. Otherwise
     * everything is deleted with the stack, payloads as well.
     */
    protectData: z.boolean(),
    /** Tables that were restored from a backup, and are used in place of those of the storage stack: see docs/day-two.md. */
    restoredTables: restoredTablesSchema.optional(),
    /** Where access logs of buckets and of CloudFront go. Left out, there are none; the API has a log of its own either way. */
    logBuckets: logBucketsSchema.optional(),
    /** Daily backups of tables. Left out, there are none. */
    backup: backupSchema.optional(),
    /** How long the log keeps events and deliveries of tenants that have no setting of their own. */
    logRetentionHours: z
      .int()
      .min(48, 'expected at least 48: retries go on for a day')
      .max(24 * 365),
    /** The longest that a tenant may choose. All tenants' payloads are kept this long. */
    maxLogRetentionHours: z.int().max(24 * 365),
    /**
     * Pages that may call the API from a browser, as origins such as `https://portal.example.com`, or `*` for any. A
     * key or token is still needed; browsers send none by themselves, as they would a cookie.
     */
    browserOrigins: z
      .array(
        z
          .literal('*')
          .or(z.string().regex(ORIGIN, 'expected * or an origin, such as https://portal.example.com')),
      )
      .max(50, 'expected at most 50 origins'),
    /** The console, a stack of its own. Left out, there is none, and the API is reached at its own address alone. */
    console: consoleSchema.optional(),
    /** A name of your own for the API, and whether it is reached by that alone. */
    api: apiSchema.optional(),
    /**
     * Requests that the API takes, a second and in a burst. AWS gives an account 10,000 a second over all its APIs.
     * Requests over this limit get 429 and cost nothing.
     */
    apiThrottle: z.strictObject({ ratePerSecond: z.int().min(1), burst: z.int().min(1) }),
    /** Who is notified when Posthorn itself has problems, or a target is switched off. */
    notify: notifySchema,
    alertEmails: replacedAlertEmails,
    /** The sender of mail to tenants, such as that of their alert rules. Left out, tenants get none. */
    tenantMail: tenantMailSchema.optional(),
    /** Targets in consumers' own AWS accounts. Left out, there are none. */
    awsDestinations: awsDestinationsSchema.optional(),
    /**
     * Whether deliveries come from addresses that never change, so that receivers can refuse all others. They then
     * leave through NAT gateways, one in each zone that is named for an AWS region. Deliveries go on while one
     * gateway's zone works; with none, they wait in their queues. A gateway costs $0.045 an hour and $0.005 for its
     * address, $36.50 a month, and $0.045 for each GB sent or received. Where data is protected, the addresses stay,
     * and cost, when the stack is deleted. A gateway can't be moved: add zones at the end of the list.
     */
    staticEgress: z
      .strictObject({
        zones: zonesSchema.optional(),
        /** Networks that are there already, in place of one that is made, by AWS region. */
        networks: networksSchema.optional(),
      })
      .optional(),
    /** What events come from beside the API, a stack of its own. Left out, there is nothing else: see docs/sources.md. */
    sources: sourcesSchema.optional(),
    /** How long a replaced signing secret still signs, so that receivers have time to switch. */
    secretOverlapHours: z.int().min(0).max(168),
    /** How long a target may fail without a single success before it is switched off and its tenant notified. */
    disableAfterHours: z
      .int()
      .min(24, 'expected at least 24: retries go on for a day')
      .max(24 * 30),
    /** The AWS region of everything except what `dispatchRegions` adds. Left out, the deployer's region. */
    homeRegion: z.string().regex(AWS_REGION, NO_AWS_REGION).optional(),
    /**
     * Further AWS regions to deliver from, nearer to endpoints. Events that name a region that one `serves` are
     * delivered from there, all others from home. To give up a region, first let it serve nothing until its queues are
     * empty. At most 3, since one function's variables, 4 KB, name all their queues.
     */
    dispatchRegions: z
      .array(
        z.strictObject({
          awsRegion: z.string().regex(AWS_REGION, NO_AWS_REGION),
          serves: z.array(z.string().regex(REGION, 'expected the name of a region as events have it')).max(8),
        }),
      )
      .max(3),
    /**
     * How long functions keep what they have read, in seconds. They can miss a change for that long; a busy item costs
     * each function one read in this time. Tests shorten them.
     */
    cacheSeconds: z.strictObject({
      /**
       * Endpoint health, in fanout and dispatch: an endpoint that begins to hang stays in a fast lane for that long.
       */
      endpointHealth: cached(),
      /** A target's settings, in dispatch. */
      target: cached(),
      /** A subscription that events are addressed to, with its secret: a replaced secret works for that long. */
      address: cached(),
      /** An event type's schema, in ingest; in functions of sources the settings of tenants as well. */
      eventType: cached(),
      /** The key made at deployment. With API Gateway's own cache, a replaced key works for at most a minute. */
      firstKey: cached(),
    }),
    /** How long the audit trail keeps who changed what. An entry takes some 2 kB: a million of them cost $0.50 a month. */
    auditDays: z.int().min(1).max(3650),
    /**
     * How a new release takes over from the one before. Left out, it replaces functions where they are, within seconds and for
     * all callers at once.
     */
    releases: releasesSchema.optional(),
    /** Dashboards and alarms in CloudWatch. */
    monitoring: monitoringSchema,
    /** How long CloudWatch keeps the functions' own lines. */
    functionLogDays: z.union([z.literal(7), z.literal(14), z.literal(30), z.literal(90), z.literal(365)]),
    /**
     * Whether X-Ray records invocations of the functions: one a second and 5 % of the others, which AWS sets. A million recorded
     * traces cost $5, after 100,000 a month that are free. Idle, the functions that run by the clock make 64,000 a month; a
     * function that is always busy makes 2.6 million and more, $13.
     */
    tracing: z.enum(['off', 'active']),
    /**
     * Invocations at once, for each queue; 2 is the least that AWS takes. A dispatch invocation holds up to ten
     * deliveries, in a fast lane up to fifty while a flood is on.
     */
    concurrency: z.strictObject({
      fanout: concurrency(),
      critical: concurrency(),
      standard: concurrency(),
      slow: concurrency(),
      bulk: concurrency(),
      record: concurrency(),
      live: concurrency(),
    }),
  })
  .superRefine(({ permissionsBoundary, account }, { addIssue }) => {
    const message = boundaryProblem(permissionsBoundary, account);
    if (message) addIssue({ code: 'custom', path: ['permissionsBoundary'], message });
  })
  .refine(({ backup, protectData }) => backup === undefined || protectData, {
    path: ['backup'],
    message:
      'expected protectData with it: backups of what may be deleted would keep the stack from being deleted',
  })
  .refine(({ allowHttp, account }) => !allowHttp || account === LOCAL_ACCOUNT, {
    path: ['allowHttp'],
    message: ONLY_LOCAL,
  })
  // In AWS, a function's own addresses include Lambda's runtime API.
  .refine(({ allowPrivateAddresses, account }) => !allowPrivateAddresses || account === LOCAL_ACCOUNT, {
    path: ['allowPrivateAddresses'],
    message: ONLY_LOCAL,
  })
  .refine(({ logRetentionHours, maxLogRetentionHours }) => maxLogRetentionHours >= logRetentionHours, {
    path: ['maxLogRetentionHours'],
    message: 'expected at least logRetentionHours, which holds where a tenant has none of its own',
  })
  .refine(({ homeRegion, dispatchRegions }) => homeRegion !== undefined || dispatchRegions.length === 0, {
    path: ['homeRegion'],
    message: 'expected a region, since dispatchRegions have to know where home is',
  })
  .refine(({ homeRegion, console }) => homeRegion !== undefined || console?.waf === undefined, {
    path: ['homeRegion'],
    message: 'expected a region, since the web ACL of console.waf is in us-east-1 and home reads its ARN',
  })
  .refine(({ monitoring }) => monitoring.alarms || monitoring.monthlyBudgetDollars === undefined, {
    path: ['monitoring', 'monthlyBudgetDollars'],
    message: 'expected monitoring.alarms with it, since the budget rings as they do',
  })
  .refine(({ monitoring, notify }) => monitoring.alarms || !(notify.page.chat || notify.ticket.chat), {
    path: ['notify'],
    message: 'expected monitoring.alarms with chat, which shows nothing but alarms and budgets',
  })
  .refine(
    ({ encryptionKeyArn, homeRegion }) =>
      encryptionKeyArn === undefined ||
      homeRegion === undefined ||
      encryptionKeyArn.split(':')[3] === homeRegion,
    { path: ['encryptionKeyArn'], message: 'expected a key of homeRegion, where the tables are' },
  )
  .superRefine(({ api, console, account, homeRegion }, { addIssue }) => {
    const around = { account, homeRegion, consoleName: console?.domain?.name };
    for (const { path, message } of api ? apiProblems(api, around) : [])
      addIssue({ code: 'custom', path: [...path], message });
  })
  .superRefine(({ releases, monitoring }, { addIssue }) => {
    const message = releasesProblem(releases, monitoring);
    if (message) addIssue({ code: 'custom', path: ['releases'], message });
  })
  .superRefine(({ console, dispatchRegions }, { addIssue }) => {
    const message = oidcProblem(console?.oidc, dispatchRegions.length);
    if (message) addIssue({ code: 'custom', path: ['console', 'oidc'], message });
  })
  .refine(
    ({ homeRegion, dispatchRegions }) =>
      isEachOnce([homeRegion, ...dispatchRegions.map(({ awsRegion }) => awsRegion)]),
    { path: ['dispatchRegions'], message: 'expected each AWS region once, and homeRegion not among them' },
  )
  .superRefine(({ staticEgress, homeRegion, dispatchRegions }, { addIssue }) => {
    if (!staticEgress) return;
    const others = dispatchRegions.map(({ awsRegion }) => awsRegion);
    for (const { path, message } of zoneProblems(staticEgress, homeRegion, others))
      addIssue({ code: 'custom', path: [...path], message });
  })
  .refine(({ dispatchRegions }) => isEachOnce(dispatchRegions.flatMap(({ serves }) => serves)), {
    path: ['dispatchRegions'],
    message: 'expected each region of events to be served by one AWS region',
  });

function isEachOnce(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}

function concurrency() {
  return z.int().min(2, 'expected at least 2, the least that Lambda takes').max(1000);
}

/** 0 would mean for ever. */
function cached() {
  return z.number().min(0.01).max(60);
}

export type Settings = z.infer<typeof settingsSchema>;

/** The ports that targets may have, as functions read them. */
export const allowedPortsOf = ({ allowedPorts, allowHttp }: Settings): string =>
  allowedPorts?.join(' ') ?? defaultPorts(allowHttp);

const CACHE_SECONDS: Settings['cacheSeconds'] = {
  // Half a read unit for a busy target. With a longer time, a hanging endpoint would fill more than one batch of a fast
  // lane.
  endpointHealth: 1.5,
  // A target's owner waits this long for a change without wondering.
  target: 10,
  address: 10,
  // Types change seldom, and a batch can name a hundred.
  eventType: 30,
  firstKey: 15,
};

/** A cache time as functions read it, in whole milliseconds: caches take no others. */
export const cacheMs = ({ cacheSeconds }: Settings, what: keyof Settings['cacheSeconds']): string =>
  String(Math.round(cacheSeconds[what] * 1000));

/** CloudFront's own name, its cheapest locations, and no page that may frame the portal. */
const CONSOLE: Settings['console'] = { embedOrigins: [] };

/** An environment that nobody watches is not cheaper for long. */
const MONITORING: Settings['monitoring'] = {
  dashboard: true,
  alarms: true,
  rows: {},
  // Below that, one endpoint in trouble makes the rate or the average, and it is told of by itself.
  floors: { attempts: 100, deliveries: 50 },
  // What AWS gives an account. A new one may have as few as 10 until it asks for more; where this is set too high, throttles ring.
  accountConcurrency: 1000,
  // A tenth is what an operator asks about; twenty attempts are what a small shop has in 15 minutes.
  targetFailing: { percent: 10, attempts: 20 },
};

/**
 * A tenth is the least that CodeDeploy offers. Faults, the slowest of these alarms, needs three periods of five minutes. An alarm
 * that a message in quarantine keeps ringing would stop each release until an operator has looked at it.
 */
const RELEASES: Releases = {
  canary: 'canary-10-percent-15-minutes',
  rollbackOn: ['FunctionErrors', 'Faults', 'ApiErrors', 'ReleaseLate'],
};

/** A quarter: what is looked into after it was noticed late. */
const AUDIT_DAYS = 90;

/** One of each kind, for the tenant that is there from the start, so that `npm start` shows them. */
const LOCAL_SOURCES: Settings['sources'] = {
  logs: [{ name: 'shop', tenant: FIRST_TENANT, logGroups: ['/shop/app'] }],
  sqs: [{ name: 'orders', tenant: FIRST_TENANT }],
  eventBridge: [{ name: 'shop', tenant: FIRST_TENANT, pattern: { source: [{ prefix: 'shop' }] } }],
  kafka: [
    {
      name: 'shop',
      tenant: FIRST_TENANT,
      // The broker that npm start is given stands for every cluster, and asks for no secret.
      cluster: { bootstrapServers: ['kafka.posthorn.example:9096'] },
      authentication: {
        kind: 'scram-512',
        secretArn: `arn:aws:secretsmanager:us-east-1:${LOCAL_ACCOUNT}:secret:kafka-AbCdEf`,
      },
      topics: ['shop.events'],
      startingPosition: 'LATEST',
      records: { form: 'envelope' },
    },
  ],
};

const ENVIRONMENTS = {
  [LOCAL]: {
    account: LOCAL_ACCOUNT,
    allowHttp: true,
    allowPrivateAddresses: true,
    protectData: false,
    logRetentionHours: 72,
    maxLogRetentionHours: 168,
    browserOrigins: ['*'],
    // Whoever builds a page around the portal does so on this machine.
    console: { embedOrigins: ['http://localhost:*', 'http://127.0.0.1:*'] },
    notify: NOBODY,
    sources: LOCAL_SOURCES,
    tenantMail: { from: 'alerts@posthorn.example' },
    awsDestinations: { roles: ['arn:aws:iam::*:role/posthorn-delivery-*'] },
    apiThrottle: { ratePerSecond: 500, burst: 1000 },
    secretOverlapHours: 24,
    // Svix's five days: longer than a long weekend.
    disableAfterHours: 120,
    dispatchRegions: [],
    cacheSeconds: CACHE_SECONDS,
    auditDays: AUDIT_DAYS,
    monitoring: MONITORING,
    functionLogDays: 7,
    tracing: 'off',
    // Each concurrent invocation is a thread of some 40 MB.
    concurrency: { fanout: 2, critical: 2, standard: 4, slow: 4, bulk: 2, record: 2, live: 2 },
  },
  dev: {
    allowHttp: false,
    allowPrivateAddresses: false,
    protectData: false,
    logRetentionHours: 72,
    maxLogRetentionHours: 168,
    browserOrigins: [],
    console: CONSOLE,
    notify: NOBODY,
    apiThrottle: { ratePerSecond: 500, burst: 1000 },
    secretOverlapHours: 24,
    disableAfterHours: 120,
    dispatchRegions: [],
    cacheSeconds: CACHE_SECONDS,
    auditDays: AUDIT_DAYS,
    monitoring: MONITORING,
    functionLogDays: 7,
    tracing: 'off',
    // The least that AWS takes, since a new account may run as few as 10 functions at once. With the two queues that
    // have a fixed 2, all nine want 18 at most, when all are busy.
    concurrency: { fanout: 2, critical: 2, standard: 2, slow: 2, bulk: 2, record: 2, live: 2 },
  },
  staging: {
    allowHttp: false,
    allowPrivateAddresses: false,
    protectData: false,
    logRetentionHours: 72,
    maxLogRetentionHours: 168,
    browserOrigins: [],
    console: CONSOLE,
    notify: NOBODY,
    apiThrottle: { ratePerSecond: 500, burst: 1000 },
    secretOverlapHours: 24,
    disableAfterHours: 120,
    dispatchRegions: [],
    cacheSeconds: CACHE_SECONDS,
    auditDays: AUDIT_DAYS,
    monitoring: MONITORING,
    functionLogDays: 14,
    tracing: 'off',
    concurrency: { fanout: 5, critical: 10, standard: 20, slow: 20, bulk: 5, record: 5, live: 2 },
  },
  prod: {
    allowHttp: false,
    allowPrivateAddresses: false,
    protectData: true,
    logRetentionHours: 72,
    // A month of history. S3 bills $0.23 for a million payloads of 10 kB kept this long.
    maxLogRetentionHours: 720,
    browserOrigins: [],
    console: CONSOLE,
    notify: NOBODY,
    apiThrottle: { ratePerSecond: 5000, burst: 5000 },
    secretOverlapHours: 24,
    disableAfterHours: 120,
    dispatchRegions: [],
    cacheSeconds: CACHE_SECONDS,
    auditDays: AUDIT_DAYS,
    releases: RELEASES,
    monitoring: MONITORING,
    functionLogDays: 30,
    tracing: 'off',
    // At least 50 × 10 deliveries at once in each lane: 500 a second to endpoints that take a second each. All queues take 179
    // of the account's concurrent executions: 1,000 by default, in a new account often as few as 10 until it asks for
    // more.
    concurrency: { fanout: 20, critical: 20, standard: 50, slow: 50, bulk: 20, record: 10, live: 5 },
  },
} satisfies Record<string, Settings>;

export type EnvironmentName = keyof typeof ENVIRONMENTS;

export const ENVIRONMENT_NAMES = Object.keys(ENVIRONMENTS) as EnvironmentName[];

/** Environments in AWS. They are equally strict and differ in size and protection. */
export const AWS_ENVIRONMENT_NAMES = ENVIRONMENT_NAMES.filter((name) => name !== LOCAL);

/**
 * The settings of a named environment that may be deployed.
 * @throws Error that names the known ones, and for the laptop's says how to run it
 */
export function awsSettingsOf(name: string): Settings {
  if (name === LOCAL) {
    throw new Error(
      `environment ${LOCAL} is the laptop's, which npm start runs: it takes plain http and private addresses, so it is not deployed. ${expectedNames()}`,
    );
  }
  return settingsOf(name);
}

const expectedNames = (): string => `Expected ${AWS_ENVIRONMENT_NAMES.join(', ')}`;

/** The settings of a named environment. @throws Error that names the known ones */
export function settingsOf(name: string): Settings {
  if (!ENVIRONMENT_NAMES.includes(name as EnvironmentName)) {
    throw new Error(`unknown environment ${JSON.stringify(name)}. ${expectedNames()}`);
  }
  return checkSettings(name, ENVIRONMENTS[name as EnvironmentName]);
}

/** Checks settings at synth, where a mistake is cheap. @throws Error that names each wrong or unknown key */
export function checkSettings(name: string, settings: unknown): Settings {
  const parsed = settingsSchema.safeParse(settings);
  const problems = parsed.success
    ? ownLogGroupProblems(name, parsed.data.sources?.logs)
    : parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'settings'}: ${message}`);
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new Error(`settings of environment ${name} are wrong:\n  ${problems.join('\n  ')}`);
}
