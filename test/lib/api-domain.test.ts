import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { checkSettings, type Settings, settingsOf } from '../../lib/settings/config.ts';
import { environmentOf, refOf, resourcesOf } from '../helpers/synthesised.ts';

const homeRegion = 'eu-central-1';
const certificateArn = `arn:aws:acm:${homeRegion}:123456789012:certificate/0a1b`;
const hostedZone = { id: 'Z0123456789ABC', name: 'example.com' };
const domain = { name: 'hooks.example.com', liveName: 'live.hooks.example.com', certificateArn };

const made = new Map<string, ReturnType<typeof make>>();

function environmentWith(api: Settings['api']) {
  const key = JSON.stringify(api ?? {});
  const found = made.get(key) ?? make(api);
  made.set(key, found);
  return found;
}

function make(api: Settings['api']) {
  const { api: stack, console: pages } = environmentOf('prod', { homeRegion, ...(api && { api }) });
  const resources = resourcesOf(stack);
  const ofType = (type: string) =>
    resources.filter((each) => each.type === `AWS::${type}`).map(({ properties }) => properties);
  const named = (prefix: string) => resources.find(({ id }) => id.startsWith(prefix))!;
  const [distribution] = resourcesOf(pages!).filter(({ type }) => type === 'AWS::CloudFront::Distribution');
  const origins: object[] = distribution!.properties.DistributionConfig.Origins;
  const outputs = Template.fromStack(stack).toJSON().Outputs as Record<string, { Value: unknown }>;
  return { resources, ofType, named, outputs, origins: JSON.stringify(origins) };
}

describe('a name of one’s own for the API', () => {
  const { ofType, named, outputs } = environmentWith({ domain: { ...domain, hostedZone } });

  it('has the certificate, and TLS 1.2 at least', () => {
    const names = ofType('ApiGatewayV2::DomainName');
    expect(names.map(({ DomainName }) => DomainName).sort()).toEqual([domain.name, domain.liveName]);
    for (const { DomainNameConfigurations } of names)
      expect(DomainNameConfigurations).toEqual([
        { CertificateArn: certificateArn, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
      ]);
  });

  it('leads to the API, the live channel’s to that one by the path that it has at its own address', () => {
    const mappings = ofType('ApiGatewayV2::ApiMapping').map(({ DomainName, ApiId, Stage, ApiMappingKey }) => [
      named(refOf(DomainName)).properties.DomainName,
      named(refOf(ApiId)).properties.ProtocolType,
      refOf(Stage) === undefined ? Stage : named(refOf(Stage)).properties.StageName,
      ApiMappingKey,
    ]);
    expect(mappings.sort()).toEqual([
      ['hooks.example.com', 'HTTP', '$default', undefined],
      ['live.hooks.example.com', 'WEBSOCKET', 'live', 'live'],
    ]);
  });

  it('is what outputs and clients are told', () => {
    expect(outputs.ApiUrl!.Value).toBe('https://hooks.example.com');
    expect(outputs.LiveUrl!.Value).toBe('wss://live.hooks.example.com/live');
    const liveUrl = (prefix: string) => named(prefix).properties.Environment.Variables.LIVE_URL;
    expect(liveUrl('ManageFunction')).toBe('wss://live.hooks.example.com/live');
  });

  it('is not where functions post to connections', () => {
    for (const prefix of ['LivePushFunction', 'RelayFunction']) {
      const { LIVE_URL } = named(prefix).properties.Environment.Variables;
      expect(refOf(LIVE_URL['Fn::Join'][1][0])).toMatch(/^LiveApi/);
    }
  });

  it('has its record in the hosted zone', () => {
    const records = ofType('Route53::RecordSet');
    expect(records.map(({ Name, Type, HostedZoneId }) => [Name, Type, HostedZoneId]).sort()).toEqual([
      ['hooks.example.com.', 'A', hostedZone.id],
      ['live.hooks.example.com.', 'A', hostedZone.id],
    ]);
    for (const { Name, AliasTarget } of records)
      expect(`${named(refOf(AliasTarget.DNSName)).properties.DomainName}.`).toBe(Name);
  });

  it('has no record without a zone, and outputs say which to make', () => {
    const { ofType: of, outputs: shown, named: thing } = environmentWith({ domain });
    expect(of('Route53::RecordSet')).toEqual([]);
    const target = shown.DomainTarget as { Value: { 'Fn::GetAtt': string[] }; Description: string };
    expect(target.Value['Fn::GetAtt'][1]).toBe('RegionalDomainName');
    expect(thing(refOf(target.Value)).properties.DomainName).toBe('hooks.example.com');
    expect(target.Description).toContain('CNAME');
    expect(target.Description).toContain('hooks.example.com');
    expect(shown.LiveDomainTarget).toBeDefined();
  });

  it('leaves the live channel’s alone where none is wanted', () => {
    const { liveName: _, ...one } = domain;
    const { ofType: of, outputs: shown } = environmentWith({ domain: one });
    expect(of('ApiGatewayV2::DomainName')).toHaveLength(1);
    expect(JSON.stringify(shown.LiveUrl)).toContain('LiveApi');
  });

  it('changes nothing that is there without it', () => {
    const kept = (all: ReturnType<typeof resourcesOf>) =>
      Object.fromEntries(
        // Ids of versions end in a hash of the code and the variables.
        all
          .filter(({ type }) => type !== 'AWS::Lambda::Version')
          .map(({ id, type, properties }) => [id, { type, name: properties.Name ?? properties.StageName }]),
      );
    const whole = environmentWith({ domain: { ...domain, hostedZone }, onlyAt: 'domain' });
    expect(kept(whole.resources)).toMatchObject(kept(environmentWith(undefined).resources));
  });
});

describe('the address that API Gateway gave', () => {
  const isClosed = (api: Settings['api']) =>
    environmentWith(api)
      .ofType('ApiGatewayV2::Api')
      .map(({ ProtocolType, DisableExecuteApiEndpoint }) => [
        ProtocolType,
        DisableExecuteApiEndpoint === true,
      ]);

  it('is open beside a name, and closed where the name is to be the only one', () => {
    const open = [
      ['HTTP', false],
      ['WEBSOCKET', false],
    ];
    expect(isClosed(undefined).sort()).toEqual(open);
    expect(isClosed({ domain }).sort()).toEqual(open);
    expect(isClosed({ domain, onlyAt: 'domain' }).sort()).toEqual([['HTTP', true], open[1]]);
  });

  it.each<[string, Settings['api'], boolean]>([
    ['where it is the only one', undefined, false],
    ['while you may still have to make the name’s record', { domain }, false],
    ['no longer where the record is made', { domain: { ...domain, hostedZone } }, true],
    ['no longer where it is closed', { domain, onlyAt: 'domain' }, true],
  ])('is asked by the console’s distribution %s', (_, api, isName) => {
    const { origins } = environmentWith(api);
    expect(origins.includes('"DomainName":"hooks.example.com"')).toBe(isName);
    // The live channel's stays.
    expect(origins.match(/execute-api/g)).toHaveLength(isName ? 1 : 2);
  });
});

describe('settings of the API', () => {
  const check = (api: object, more: object = {}) =>
    checkSettings('mine', { ...settingsOf('dev'), homeRegion, ...more, api });

  it.each<object>([
    {},
    { domain: { name: 'hooks.example.com', certificateArn } },
    { domain: { ...domain, hostedZone }, onlyAt: 'domain' },
  ])('may be %j', (api) => {
    expect(check(api, { account: '123456789012' }).api).toEqual(api);
  });

  it.each<[object, object, RegExp]>([
    [{ onlyAt: 'domain' }, {}, /api\.onlyAt: expected api\.domain with it/],
    [{ domain, onlyAt: 'name' }, {}, /api\.onlyAt: expected domain/],
    [{ domain: { ...domain, name: 'https://hooks.example.com' } }, {}, /domain\.name: expected a host name/],
    [{ domain: { ...domain, liveName: domain.name } }, {}, /liveName: expected another name than the API’s/],
    [
      { domain: { ...domain, liveName: `${'x'.repeat(39)}.example.com` } },
      {},
      /liveName: expected at most 50 characters/,
    ],
    [
      { domain: { ...domain, hostedZone: { id: 'Z1', name: 'example.org' } } },
      {},
      /hostedZone\.name: expected a zone that holds hooks\.example\.com/,
    ],
    [
      { domain: { ...domain, liveName: 'live.example.org', hostedZone } },
      {},
      /hostedZone\.name: expected a zone that holds live\.example\.org/,
    ],
    [
      { domain: { ...domain, certificateArn: 'arn:aws:iam::123456789012:server-certificate/a' } },
      {},
      /certificateArn: expected a certificate of the home region/,
    ],
    [
      { domain },
      { homeRegion: 'us-east-1' },
      /api\.domain\.certificateArn: expected a certificate of us-east-1, where the API is, got one of eu-central-1/,
    ],
    [
      { domain },
      { account: '210987654321' },
      /api\.domain\.certificateArn: expected a certificate of account 210987654321, got one of 123456789012/,
    ],
    [
      { domain },
      {
        console: {
          embedOrigins: [],
          domain: { name: domain.name, certificateArn: certificateArn.replace(homeRegion, 'us-east-1') },
        },
      },
      /api\.domain\.name: expected another name than console\.domain\.name/,
    ],
  ])('are refused: %j with %j', (api, more, message) => {
    expect(() => check(api, more)).toThrow(message);
  });
});
