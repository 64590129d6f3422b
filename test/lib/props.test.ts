import { describe, expect, it } from 'vitest';
import { settingsOf } from '../../lib/settings/config.ts';
import { type PosthornProps, settingsOfProps } from '../../lib/settings/props.ts';

describe('props', () => {
  it.each(['dev', 'staging', 'prod'] as const)('that only name the size %s have its settings', (size) => {
    expect(settingsOfProps('shop', { size })).toEqual(settingsOf(size));
  });

  it('change what they name, and leave the rest of an object as the size has it', () => {
    const prod = settingsOf('prod');
    const props: PosthornProps = {
      size: 'prod',
      browserOrigins: ['*'],
      monitoring: { monthlyBudgetDollars: 50, floors: { attempts: 10 } },
      console: { priceClass: 'all' },
      tracing: 'active',
      homeRegion: undefined,
    } as PosthornProps;
    expect(settingsOfProps('shop', props)).toEqual({
      ...prod,
      browserOrigins: ['*'],
      monitoring: { ...prod.monitoring, monthlyBudgetDollars: 50, floors: { attempts: 10, deliveries: 50 } },
      console: { embedOrigins: [], priceClass: 'all' },
      tracing: 'active',
    });
  });

  it('without a console have none', () => {
    expect(settingsOfProps('shop', { size: 'dev', console: false })).not.toHaveProperty('console');
  });

  it.each([
    [{ logRetentionHours: 1 }, 'logRetentionHours: expected at least 48'],
    [{ notify: { page: { emails: ['nobody'] } } }, 'notify.page.emails.0: expected an address of mail'],
    [{ allowHttp: true }, 'allowHttp: expected false outside the local cloud'],
    [{ retention: 3 }, 'Unrecognized key: "retention"'],
    [{ monitoring: { dashbord: true } }, 'monitoring: Unrecognized key: "dashbord"'],
    [{ concurrency: 5 }, 'concurrency: Invalid input'],
    [{ size: 'local' }, 'size: expected dev, staging, prod, got "local"'],
    [{ size: undefined }, 'size: expected dev, staging, prod, got undefined'],
    [{ size: 'huge' }, 'size: expected dev, staging, prod, got "huge"'],
  ])('%j are refused: %s', (wrong, message) => {
    expect(() => settingsOfProps('shop', { size: 'dev', ...wrong } as PosthornProps)).toThrow(message);
  });
});

describe('the name of an environment', () => {
  const regions = ['us-east-1', 'us-west-2', 'ap-south-1'].map((awsRegion) => ({ awsRegion, serves: [] }));
  const named =
    (name: string, more: Partial<PosthornProps> = {}) =>
    () =>
      settingsOfProps(name, { size: 'dev', ...more });

  it.each(['dev', 'prod-eu', 'a', 'a'.repeat(20), 'shop2-0'])('may be %s', (name) => {
    expect(named(name)).not.toThrow();
  });

  it.each(['', 'Prod', 'prod_eu', 'prod-', '-prod', '2prod', 'a--b', 'local', 'a'.repeat(21)])(
    'may not be %j',
    (name) => expect(named(name)).toThrow(`got ${JSON.stringify(name)}`),
  );

  it('is short where there are three further regions', () => {
    const more = { homeRegion: 'eu-central-1', dispatchRegions: regions };
    expect(named('staging', more)).not.toThrow();
    expect(named('prod-eu1', more)).toThrow('at most 7 characters with 3 dispatchRegions');
  });
});
