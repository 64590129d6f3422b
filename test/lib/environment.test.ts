import { Token } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { type Route, routeKeys } from '../../lambdas/api/route.ts';
import { ROUTES } from '../../lambdas/api/routes.ts';
import { ACCESS_LOG_BYTES } from '../../lambdas/costs/prices.ts';
import { ENVIRONMENT_NAMES, LOCAL, settingsOf } from '../../lib/settings/config.ts';
import { environmentOf, refOf, resourcesOf } from '../helpers/synthesised.ts';

describe.each(ENVIRONMENT_NAMES)('the environment %s (K1, K5)', (name) => {
  const { storage, pipeline, api, console: pages, monitoring } = environmentOf(name);
  const settings = settingsOf(name);
  const all = [storage, pipeline, api].flatMap(resourcesOf);
  const ofType = (type: string) => all.filter((resource) => resource.type === type);
  const named = (type: string, prefix: string) => {
    const found = ofType(type).filter(({ id }) => id.startsWith(prefix));
    expect(found.map(({ id }) => id)).toHaveLength(1);
    return found[0]!;
  };
  const queues = ofType('AWS::SQS::Queue');
  const functions = ofType('AWS::Lambda::Function');
  const mappings = ofType('AWS::Lambda::EventSourceMapping');
  /** The logical id of a function that is named, or called by its alias. */
  const functionOf = (value: object): string => {
    const called = /"Ref":"(\w+Alias[0-9A-F]{8})"/.exec(JSON.stringify(value))?.[1];
    const alias = ofType('AWS::Lambda::Alias').find(({ id }) => id === called);
    return refOf(alias ? alias.properties.FunctionName : value);
  };

  describe('queues', () => {
    it('all have a dead-letter queue, except the last, and the one of what is watched live', () => {
      const without = queues.filter(({ properties }) => !properties.RedrivePolicy);
      expect(without.map(({ id }) => id).sort()).toEqual([
        expect.stringMatching(/^Live/),
        expect.stringMatching(/^Quarantine/),
      ]);
      for (const { properties } of queues.filter((queue) => !without.includes(queue))) {
        expect(properties.RedrivePolicy.maxReceiveCount).toBeGreaterThanOrEqual(5);
      }
    });

    it('keep messages longer than the queue before', () => {
      for (const { properties } of queues) {
        const below = queues.find(({ id }) => id === refOf(properties.RedrivePolicy?.deadLetterTargetArn));
        if (!below) continue;
        expect(below.properties.MessageRetentionPeriod).toBeGreaterThan(properties.MessageRetentionPeriod);
      }
    });

    it.each(queues)('$id is encrypted and accepts TLS only', ({ id, properties }) => {
      expect(properties.SqsManagedSseEnabled).toBe(true);
      const policies = ofType('AWS::SQS::QueuePolicy').filter(
        (policy) => refOf(policy.properties.Queues[0]) === id,
      );
      expect(policies.map((policy) => policy.properties.PolicyDocument.Statement)).toEqual([
        [
          expect.objectContaining({
            Effect: 'Deny',
            Action: 'sqs:*',
            Principal: { AWS: '*' },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ],
      ]);
    });

    it.each(mappings)(
      '$id has six times its function’s timeout, and failures are reported one by one',
      ({ properties }) => {
        // The live queue is of another stack than its function.
        const name = refOf(properties.EventSourceArn) ?? named('AWS::SQS::Queue', 'Live').id;
        const queue = queues.find(({ id }) => id === name)!;
        const consumer = functions.find(({ id }) => id === functionOf(properties.FunctionName))!;
        expect(queue.properties.VisibilityTimeout).toBeGreaterThanOrEqual(6 * consumer.properties.Timeout);
        expect(properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
      },
    );
  });

  it('scales the API, each lane and the log separately (A10, B1)', () => {
    const { fanout, critical, standard, slow, bulk, record, live } = settings.concurrency;
    const LANE_FUNCTIONS = [
      'Fanout',
      'DispatchCritical',
      'DispatchStandard',
      'DispatchSlow',
      'DispatchBulk',
      'Record',
      'LivePush',
    ];
    const concurrencyOf = (prefix: string): number =>
      named('AWS::Lambda::EventSourceMapping', prefix).properties.ScalingConfig.MaximumConcurrency;
    expect(LANE_FUNCTIONS.map(concurrencyOf)).toEqual([fanout, critical, standard, slow, bulk, record, live]);
    const consumers = new Set(mappings.map(({ properties }) => functionOf(properties.FunctionName)));
    expect(consumers.size).toBe(mappings.length);
    const behindTheApi = resourcesOf(api).filter(({ type }) => type === 'AWS::Lambda::Function');
    expect(behindTheApi.filter(({ id }) => consumers.has(id)).map(({ id }) => id)).toEqual([
      named('AWS::Lambda::Function', 'LivePush').id,
    ]);
  });

  it('has a dispatcher and a retry manager as separate functions (B10)', () => {
    const grantsOf = (prefix: string) =>
      JSON.stringify(named('AWS::IAM::Policy', prefix).properties.PolicyDocument);
    const rule = named('AWS::Events::Rule', 'EveryMinute');
    expect(rule.properties.ScheduleExpression).toBe('rate(1 minute)');
    expect(rule.properties.Targets.map(({ Arn }: { Arn: unknown }) => refOf(Arn))).toEqual([
      named('AWS::Lambda::Function', 'Release').id,
    ]);
    expect(grantsOf('ReleaseRole')).not.toContain('Outcomes');
    expect(grantsOf('DispatchStandardRole')).not.toContain('dynamodb:Query');
  });

  describe('tables', () => {
    const tables = ofType('AWS::DynamoDB::Table');

    it.each(tables)('$id is billed by request and deletes expired items', ({ id, properties }) => {
      expect(properties.BillingMode).toBe('PAY_PER_REQUEST');
      expect(properties.TimeToLiveSpecification).toEqual({ AttributeName: 'ttl', Enabled: true });
      const indexes = (properties.GlobalSecondaryIndexes ?? []).map(
        ({ IndexName }: { IndexName: string }) => IndexName,
      );
      const expected = { Log: ['dead', 'undelivered'], State: ['troubled'], Config: [] };
      expect(indexes).toEqual(expected[id.slice(0, -8) as keyof typeof expected]);
    });

    it('protect the configuration: point-in-time recovery, and a customer-managed key', () => {
      const { properties } = named('AWS::DynamoDB::Table', 'Config');
      expect(properties.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
      expect(properties.SSESpecification).toMatchObject({ SSEEnabled: true, SSEType: 'KMS' });
      const key = named('AWS::KMS::Key', 'Key');
      expect(refOf(properties.SSESpecification.KMSMasterKeyId)).toBe(key.id);
      expect(key.properties.EnableKeyRotation).toBe(true);
    });
  });

  it.each(functions)(
    '$id runs Node.js 24 on arm64, and logs little, for a limited time',
    ({ properties }) => {
      expect(properties.Runtime).toBe('nodejs24.x');
      expect(properties.Architectures).toEqual(['arm64']);
      expect(properties.LoggingConfig).toMatchObject({ LogFormat: 'JSON', SystemLogLevel: 'WARN' });
      const group = ofType('AWS::Logs::LogGroup').find(
        ({ id }) => id === refOf(properties.LoggingConfig.LogGroup),
      );
      expect(group!.properties.RetentionInDays).toBe(settings.functionLogDays);
    },
  );

  it('keeps the log for 72 hours, or as set, and payloads longer (C4)', () => {
    expect(settings.logRetentionHours).toBe(72);
    const writers = functions.filter(
      ({ properties }) => properties.Environment?.Variables.LOG_RETENTION_SECONDS,
    );
    expect(writers.map(({ id }) => id)).toEqual(expect.arrayContaining([expect.stringMatching(/^Record/)]));
    for (const { properties } of writers) {
      expect(properties.Environment.Variables.LOG_RETENTION_SECONDS).toBe(String(72 * 3600));
    }
    const [bucket] = ofType('AWS::S3::Bucket');
    const days = bucket!.properties.LifecycleConfiguration.Rules[0].ExpirationInDays;
    expect(days * 24).toBeGreaterThan(settings.maxLogRetentionHours);
  });

  it('protects data only where the settings ask for it', () => {
    const expected = settings.protectData ? 'Retain' : 'Delete';
    const holders = [
      'AWS::DynamoDB::Table',
      'AWS::S3::Bucket',
      'AWS::KMS::Key',
      'AWS::SecretsManager::Secret',
    ];
    const policies = holders.flatMap(ofType).map(({ id, deletionPolicy }) => [id, deletionPolicy]);
    expect(policies).toEqual(policies.map(([id]) => [id, expected]));
    for (const { properties } of ofType('AWS::DynamoDB::Table')) {
      expect(properties.DeletionProtectionEnabled).toBe(settings.protectData);
    }
    for (const { terminationProtection } of [storage, pipeline, api, pages!])
      expect(terminationProtection).toBe(settings.protectData);
    expect(settings.protectData).toBe(name === 'prod');
    // A first deployment that fails leaves a stack that has to be deleted before the next.
    expect(monitoring.map(({ terminationProtection }) => terminationProtection)).toEqual([false]);
  });

  it('leaves no log behind', () => {
    const groups = ofType('AWS::Logs::LogGroup').map(({ id, deletionPolicy }) => [id, deletionPolicy]);
    expect(groups).toEqual(groups.map(([id]) => [id, 'Delete']));
    // A function without its own log group writes to one that Lambda creates and that stays for ever.
    expect(functions.filter(({ properties }) => !properties.LoggingConfig?.LogGroup)).toEqual([]);
  });

  it.each(ofType('AWS::S3::Bucket'))(
    'empties $id if it goes with its stack, since a full one could not be deleted',
    ({ id, properties, deletionPolicy }) => {
      const emptied = ofType('Custom::S3AutoDeleteObjects').filter(
        (each) => refOf(each.properties.BucketName) === id,
      );
      const isEmptied = deletionPolicy === 'Delete';
      expect(emptied).toHaveLength(isEmptied ? 1 : 0);
      const tags: { Key: string }[] = properties.Tags;
      expect(tags.some(({ Key }) => Key === 'aws-cdk:auto-delete-objects')).toBe(isEmptied);
      if (!isEmptied) return;
      const emptier = functions.find((each) => each.id === refOf(emptied[0]!.properties.ServiceToken))!;
      const [policy] = ofType('AWS::S3::BucketPolicy').filter((each) => refOf(each.properties.Bucket) === id);
      const allowed = policy!.properties.PolicyDocument.Statement.filter(
        ({ Effect }: { Effect: string }) => Effect === 'Allow',
      );
      expect(allowed.map(({ Principal }: { Principal: { AWS: unknown } }) => refOf(Principal.AWS))).toEqual([
        refOf(emptier.properties.Role),
      ]);
    },
  );

  it('allows plain http, private targets and pages of any origin on the laptop alone', () => {
    const isLocal = name === LOCAL;
    expect(settings).toMatchObject({ allowHttp: isLocal, allowPrivateAddresses: isLocal });
    expect(settings.browserOrigins).toEqual(isLocal ? ['*'] : []);
    for (const { id, properties } of functions) {
      const { ALLOW_HTTP, ALLOW_PRIVATE_ADDRESSES } = properties.Environment?.Variables ?? {};
      for (const allowed of [ALLOW_HTTP, ALLOW_PRIVATE_ADDRESSES])
        expect([undefined, String(isLocal)], id).toContain(allowed);
    }
    const { properties } = named('AWS::ApiGatewayV2::Api', 'Api');
    expect(properties.CorsConfiguration?.AllowOrigins).toEqual(isLocal ? ['*'] : undefined);
  });

  it('allows targets port 443, and ports from 1024 on, where targets are written and posted to', () => {
    const ports = name === LOCAL ? '80 443 1024-65535' : '443 1024-65535';
    const portsOf = ({ properties }: (typeof functions)[number]): string | undefined =>
      properties.Environment?.Variables?.ALLOWED_PORTS;
    const limited = functions.filter((one) => portsOf(one) !== undefined);
    expect(limited.map(({ id }) => /^(Dispatch)?[A-Z][a-z]+/.exec(id)![0]).sort()).toEqual([
      'DispatchBulk',
      'DispatchCritical',
      'DispatchSlow',
      'DispatchStandard',
      'Manage',
    ]);
    expect(new Set(limited.map(portsOf))).toEqual(new Set([ports]));
  });

  it('has an account that does not exist on the laptop, and the deployer’s elsewhere', () => {
    for (const { account } of [storage, pipeline, api, pages!]) {
      if (name === LOCAL) expect(account).toBe('000000000000');
      else expect(Token.isUnresolved(account)).toBe(true);
    }
  });

  it('takes as many of the account’s concurrent executions as docs/deploy.md says', () => {
    const wanted = mappings.map(({ properties }) => properties.ScalingConfig.MaximumConcurrency as number);
    const sum = wanted.reduce((before, each) => before + each, 0);
    expect(sum).toBe({ local: 22, dev: 18, staging: 71, prod: 179 }[name]);
    // The least that AWS accepts for each queue: no preset of nine queues can be smaller.
    if (name === 'dev') expect(new Set(wanted)).toEqual(new Set([2]));
  });

  describe('the API (K7)', () => {
    const http = named('AWS::ApiGatewayV2::Api', 'Api');
    const routes = ofType('AWS::ApiGatewayV2::Route').filter(
      ({ properties }) => refOf(properties.ApiId) === http.id,
    );
    const declared = Object.values<Route>(ROUTES);

    it('has the declared routes, and one for all other requests', () => {
      const keys = routes.map(({ properties }) => properties.RouteKey);
      expect(keys.sort()).toEqual([...declared.flatMap(routeKeys), '$default'].sort());
    });

    it.each(declared.flatMap((route) => routeKeys(route).map((key) => ({ ...route, key }))))(
      '$key goes to its function, and has an authorizer unless it is public',
      (route) => {
        const { properties } = routes.find((each) => each.properties.RouteKey === route.key)!;
        const integrationId = properties.Target['Fn::Join'][1][1].Ref;
        const integration = ofType('AWS::ApiGatewayV2::Integration').find(({ id }) => id === integrationId)!;
        const behind = functionOf(integration.properties.IntegrationUri);
        expect(behind.toLowerCase()).toMatch(new RegExp(`^${route.function}function`));
        expect(properties.AuthorizationType).toBe(route.scope === 'none' ? 'NONE' : 'CUSTOM');
        expect(refOf(properties.AuthorizerId)).toBe(
          route.scope === 'none' ? undefined : named('AWS::ApiGatewayV2::Authorizer', 'ApiAuthorizer').id,
        );
      },
    );

    it('is public for health and documentation, for signing in, and where a signature replaces a key', () => {
      const open = declared.filter((route) => route.scope === 'none' && route.function !== 'docs');
      const signIn = [ROUTES.redeemSignInLink, ROUTES.signInWithOidc];
      const expected = [
        ROUTES.publishToSubscription,
        ...signIn,
        ROUTES.relayRequest,
        ROUTES.getConsole,
        ROUTES.getHealth,
      ];
      // A schema is a screen long where a test fails.
      expect(open.map(({ path }) => path)).toEqual(expected.map(({ path }) => path));
    });

    it('has an access log that is deleted with its stack, and holds errors', () => {
      const group = named('AWS::Logs::LogGroup', 'AccessLog');
      expect(group.deletionPolicy).toBe('Delete');
      expect(group.properties).toMatchObject({
        LogGroupName: `/aws/vendedlogs/posthorn-${name}/api`,
        RetentionInDays: settings.functionLogDays,
      });
      const { DestinationArn, Format } = named('AWS::ApiGatewayV2::Stage', 'Stage').properties
        .AccessLogSettings;
      expect(JSON.stringify(DestinationArn)).toContain(group.id);
      expect(Object.values(JSON.parse(Format))).toEqual(
        expect.arrayContaining([
          '$context.error.message',
          '$context.authorizer.error',
          '$context.integrationStatus',
          '$context.integrationErrorMessage',
        ]),
      );
    });

    it('writes no more to it than is priced', () => {
      const { Format } = named('AWS::ApiGatewayV2::Stage', 'Stage').properties.AccessLogSettings;
      const values: Record<string, string> = {
        requestId: 'JKJaXmPLvHcESHA=',
        'identity.sourceIp': '203.0.113.195',
        routeKey: 'POST /v1/events',
        status: '202',
        integrationStatus: '200',
        responseLatency: '12',
      };
      const line = Format.replace(/\$context\.([\w.]+)/g, (_: string, key: string) => values[key] ?? '-');
      expect(() => JSON.parse(line)).not.toThrow();
      // CloudWatch counts 26 bytes for an event besides its text.
      expect(line.length + 26).toBeLessThanOrEqual(ACCESS_LOG_BYTES);
    });

    it('is throttled where it is public', () => {
      const { RouteSettings } = named('AWS::ApiGatewayV2::Stage', 'Stage').properties;
      const throttled = declared.filter(({ throttle }) => throttle !== undefined).flatMap(routeKeys);
      expect(throttled).toEqual(
        expect.arrayContaining(['GET /health', 'GET /v1/health', 'GET /docs/{file}']),
      );
      expect(Object.keys(RouteSettings).sort()).toEqual([...throttled, '$default'].sort());
    });
  });

  it('sends no mail and has no paid network, unless the settings ask for it (D2, D6)', () => {
    const types = all.map(({ type }) => type);
    expect(types.filter((type) => /^AWS::(EC2::|SNS::Subscription)/.test(type))).toEqual([]);
    expect(functions.filter(({ properties }) => properties.VpcConfig)).toEqual([]);
    const { Variables } = named('AWS::Lambda::Function', 'Manage').properties.Environment;
    expect(Variables.EGRESS_ADDRESSES).toBe('[]');
  });

  it('has no role with all actions, and none with all resources but of metrics, which are no resources', () => {
    interface Statement {
      readonly Action: string | string[];
      readonly Resource: unknown;
    }
    const wildcards = ofType('AWS::IAM::Policy').flatMap(({ id, properties }) =>
      (properties.PolicyDocument.Statement as Statement[]).flatMap(({ Action, Resource }) =>
        [...[Action].flat(), ...[Resource].flat().map((each) => JSON.stringify(each))]
          .filter((text) => text.includes('*'))
          .map((text) => `${id.replace(/DefaultPolicy.*/, '')} ${/payloads\/\*/.exec(text) ?? text}`),
      ),
    );
    // What moves a release reads alarms, which are no resources of that action, and calls any version of a function.
    const releasing = wildcards.filter((text) => text.startsWith('GradualReleaseRole '));
    expect(releasing.length > 0).toBe(settings.releases !== undefined);
    for (const text of releasing) expect(text).toMatch(/ ("\*"|.*Function[0-9A-F]{8}","Arn"\]\},":\*".*)$/);
    const readers = ofType('AWS::IAM::Policy').filter(({ id }) => id.startsWith('GradualRelease'));
    for (const { properties } of readers)
      for (const { Action, Resource } of properties.PolicyDocument.Statement as Statement[])
        if (Resource === '*') expect(Action).toBe('cloudwatch:DescribeAlarms');
    expect(wildcards.filter((text) => !releasing.includes(text)).sort()).toEqual([
      ...[
        'DispatchBulkRole',
        'DispatchCriticalRole',
        'DispatchSlowRole',
        'DispatchStandardRole',
        'EraseRole',
        'FanoutRole',
        'IngestRole',
      ].flatMap((role) => [
        // Of consumers: see aws-destinations.test.ts.
        ...(role.startsWith('Dispatch') ? (settings.awsDestinations?.roles ?? []) : []).map(
          (arn) => `${role} "${arn}"`,
        ),
        `${role} payloads/*`,
        ...(role.startsWith('Dispatch')
          ? [expect.stringMatching(new RegExp(`^${role} .*:secret:posthorn/${name}/client-certificates/\\*`))]
          : []),
      ]),
      expect.stringMatching(/^LivePushRole .*\/live\/POST\/@connections\/\*/),
      'ManageRole "*"',
      'ManageRole payloads/*',
      'PullRole payloads/*',
      expect.stringMatching(/^RelayRole .*\/live\/POST\/@connections\/\*/),
      'ReplayRole payloads/*',
    ]);
    const manage = named('AWS::IAM::Policy', 'ManageRole').properties.PolicyDocument.Statement as Statement[];
    expect(manage.filter(({ Resource }) => Resource === '*').map(({ Action }) => Action)).toEqual([
      'cloudwatch:GetMetricData',
    ]);
    expect(all.filter(({ properties }) => properties.ManagedPolicyArns)).toEqual([]);
  });
});
