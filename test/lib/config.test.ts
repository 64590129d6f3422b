import { describe, expect, it } from 'vitest';
import {
  allowedPortsOf,
  awsSettingsOf,
  cacheMs,
  checkSettings,
  ENVIRONMENT_NAMES,
  settingsOf,
} from '../../lib/settings/config.ts';
import { NOBODY } from '../../lib/settings/notify.ts';

const dev = settingsOf('dev');
/** Settings that tell of tickets. */
const told = (ticket: object): object => ({
  ...dev,
  notify: { ...NOBODY, ticket: { ...NOBODY.ticket, ...ticket } },
});
const watched = (changes: object): object => ({ ...dev, monitoring: { ...dev.monitoring, ...changes } });

describe('settings', () => {
  it.each(ENVIRONMENT_NAMES)('are sound in %s (K5)', (name) => {
    expect(settingsOf(name)).toBeDefined();
  });

  it('name the known environments', () => {
    expect(() => settingsOf('production')).toThrow(
      'unknown environment "production". Expected dev, staging, prod',
    );
    expect(() => settingsOf('toString')).toThrow('unknown environment "toString"');
  });

  it('of the laptop are not for AWS', () => {
    expect(awsSettingsOf('dev')).toEqual(dev);
    expect(() => awsSettingsOf('local')).toThrow(
      /environment local is the laptop's.*not deployed. Expected dev, staging, prod/,
    );
  });

  it('have no fixed addresses and send no mail, unless asked to (D2, D6)', () => {
    for (const name of ENVIRONMENT_NAMES) {
      expect(settingsOf(name)).toMatchObject({ notify: NOBODY });
      expect(settingsOf(name).staticEgress).toBeUndefined();
    }
  });

  it('may name origins', () => {
    const browserOrigins = ['https://portal.example.com', 'http://localhost:5173'];
    expect(checkSettings('mine', { ...dev, browserOrigins })).toMatchObject({ browserOrigins });
  });

  it('may name the ports of targets', () => {
    expect(ENVIRONMENT_NAMES.map((name) => allowedPortsOf(settingsOf(name)))).toEqual(
      ENVIRONMENT_NAMES.map((name) => (name === 'local' ? '80 443 1024-65535' : '443 1024-65535')),
    );
    const settings = checkSettings('mine', { ...dev, allowedPorts: ['443', '8000-8999'] });
    expect(allowedPortsOf(settings)).toBe('443 8000-8999');
  });

  it.each([[], ['0'], ['65536'], ['9-8'], ['443 80'], ['https'], [443], ['-1'], ['']])(
    'refuse %j as ports of targets',
    (...allowedPorts) => {
      expect(() => checkSettings('mine', { ...dev, allowedPorts })).toThrow(/allowedPorts/);
    },
  );

  it('may name further AWS regions, among them one that is being given up (D11)', () => {
    const dispatchRegions = [
      { awsRegion: 'eu-central-1', serves: ['eu', 'eu-central-1'] },
      { awsRegion: 'us-gov-west-1', serves: [] },
    ];
    const settings = { ...dev, homeRegion: 'us-east-1', dispatchRegions };
    expect(checkSettings('mine', settings)).toMatchObject({ dispatchRegions });
  });

  it.each<[string, object, RegExp]>([
    ['a mistyped key', { ...dev, allowHttps: true }, /settings: .*"allowHttps"/],
    [
      'a mistyped inner key',
      { ...dev, concurrency: { ...dev.concurrency, slwo: 4 } },
      /concurrency: .*"slwo"/,
    ],
    ['a missing key', { ...dev, protectData: undefined }, /protectData: .*expected boolean/],
    [
      'a text for a number',
      { ...dev, logRetentionHours: '72' },
      /logRetentionHours: .*expected number, received string/,
    ],
    [
      'a log shorter than the retries',
      { ...dev, logRetentionHours: 12 },
      /logRetentionHours: expected at least 48/,
    ],
    [
      'a longest log that is shorter than the usual one',
      { ...dev, maxLogRetentionHours: 71 },
      /maxLogRetentionHours: expected at least logRetentionHours/,
    ],
    [
      'an origin with a path',
      { ...dev, browserOrigins: ['https://a.example.com/'] },
      /browserOrigins\.0: expected \* or an origin/,
    ],
    ['a host without its scheme', { ...dev, browserOrigins: ['a.example.com'] }, /browserOrigins\.0: /],
    ['a fraction', { ...dev, logRetentionHours: 72.5 }, /logRetentionHours: .*expected int/],
    [
      'a cache for ever',
      { ...dev, cacheSeconds: { ...dev.cacheSeconds, target: 0 } },
      /cacheSeconds.target: /,
    ],
    ['a trail that is not kept', { ...dev, auditDays: 0 }, /auditDays: .*>=1/],
    ['days that CloudWatch has not', { ...dev, functionLogDays: 8 }, /functionLogDays: /],
    [
      'a concurrency that Lambda refuses',
      { ...dev, concurrency: { ...dev.concurrency, slow: 1 } },
      /concurrency\.slow: expected at least 2, the least that Lambda takes/,
    ],
    [
      'a sender with a name',
      { ...dev, tenantMail: { from: 'Posthorn <alerts@example.com>' } },
      /tenantMail\.from: expected an address of mail/,
    ],
    [
      'an identity that is none',
      { ...dev, tenantMail: { from: 'alerts@example.com', identityArn: 'example.com' } },
      /tenantMail\.identityArn: expected an ARN/,
    ],
    [
      'an alert to nowhere',
      told({ emails: ['operators'] }),
      /notify\.ticket\.emails\.0: expected an address of mail/,
    ],
    [
      'more mails than a list is better for',
      told({ emails: Array.from({ length: 21 }, (_, n) => `operator-${n}@example.com`) }),
      /notify\.ticket\.emails: expected at most 20 addresses/,
    ],
    [
      'an alert over plain http',
      told({ urls: ['http://pager.example.com'] }),
      /notify\.ticket\.urls\.0: expected an https address/,
    ],
    [
      'a channel by its name',
      told({ chat: { slack: { workspaceId: 'T0123', channelId: '#alerts' } } }),
      /chat\.slack\.channelId: expected the id at the end of the channel’s link/,
    ],
    [
      'a team without its ids',
      told({ chat: { teams: { tenantId: 'example.com', teamId: '1', channelId: 'a b' } } }),
      /teams\.tenantId: expected the tenant’s id.*\n.*teams\.teamId: .*\n.*teams\.channelId: /,
    ],
    [
      'addresses as an earlier release had them',
      { ...dev, alertEmails: ['operators@example.com'] },
      /alertEmails: expected notify instead: \{ page: .*ticket: .*belong to ticket/,
    ],
    [
      'an alarm that is not there',
      watched({ rows: { Success: { off: true } } }),
      /monitoring\.rows: expected names of alarms \(SuccessLow, .*ReleaseLate.*\), got Success/,
    ],
    [
      'a severity that nobody knows',
      watched({ rows: { SuccessLow: { severity: 'urgent' } } }),
      /monitoring\.rows\.SuccessLow\.severity: .*"page"\|"ticket"/,
    ],
    [
      'a threshold that is a text',
      watched({ rows: { SuccessLow: { threshold: '90 %' } } }),
      /monitoring\.rows\.SuccessLow\.threshold: .*expected number/,
    ],
    ['a floor of nothing', watched({ floors: { attempts: 0, deliveries: 1 } }), /floors\.attempts: .*>=1/],
    [
      'a budget without alarms',
      watched({ alarms: false, monthlyBudgetDollars: 100 }),
      /monitoring\.monthlyBudgetDollars: expected monitoring\.alarms with it/,
    ],
    [
      'a chat without alarms',
      {
        ...watched({ alarms: false }),
        notify: {
          ...NOBODY,
          page: { emails: [], urls: [], chat: { slack: { workspaceId: 'T1', channelId: 'C1' } } },
        },
      },
      /notify: expected monitoring\.alarms with chat/,
    ],
    [
      'more origins than the limit',
      { ...dev, browserOrigins: Array.from({ length: 51 }, (_, n) => `https://portal-${n}.example.com`) },
      /browserOrigins: expected at most 50 origins/,
    ],
    [
      'further regions without a home',
      { ...dev, dispatchRegions: [{ awsRegion: 'eu-central-1', serves: [] }] },
      /homeRegion: expected a region/,
    ],
    [
      'a further region that is home',
      { ...dev, homeRegion: 'us-east-1', dispatchRegions: [{ awsRegion: 'us-east-1', serves: [] }] },
      /dispatchRegions: expected each AWS region once, and homeRegion not among them/,
    ],
    [
      'a region of events that is served twice',
      {
        ...dev,
        homeRegion: 'us-east-1',
        dispatchRegions: [
          { awsRegion: 'eu-central-1', serves: ['eu'] },
          { awsRegion: 'eu-west-1', serves: ['eu'] },
        ],
      },
      /dispatchRegions: expected each region of events to be served by one AWS region/,
    ],
    [
      'a region that AWS does not name so',
      { ...dev, homeRegion: 'europe' },
      /homeRegion: expected an AWS region/,
    ],
    [
      'a region that no event can name',
      { ...dev, homeRegion: 'us-east-1', dispatchRegions: [{ awsRegion: 'eu-central-1', serves: ['EU'] }] },
      /dispatchRegions\.0\.serves\.0: expected the name of a region/,
    ],
    [
      'an account with a letter',
      { ...dev, account: '12345678901O' },
      /account: expected an AWS account's 12 digits/,
    ],
    [
      'plain http in AWS',
      { ...dev, allowHttp: true },
      /allowHttp: expected false outside the local cloud, whose account is 000000000000/,
    ],
    [
      'private addresses in AWS',
      { ...dev, account: '123456789012', allowPrivateAddresses: true },
      /allowPrivateAddresses: expected false outside the local cloud/,
    ],
    ['nothing', {}, /allowHttp: [\s\S]*concurrency: /],
  ])('refuse %s, and say what was expected', (_, settings, message) => {
    expect(() => checkSettings('mine', settings)).toThrow(message);
    expect(() => checkSettings('mine', settings)).toThrow(/^settings of environment mine are wrong:\n/);
  });
});

it.each([
  [2.01, '2010'],
  [1.5, '1500'],
  [16.1, '16100'],
  [0.01, '10'],
])('a cache time of %f s is %s whole milliseconds', (seconds, ms) => {
  expect(cacheMs({ ...dev, cacheSeconds: { ...dev.cacheSeconds, target: seconds } }, 'target')).toBe(ms);
});
