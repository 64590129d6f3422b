import { Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { checkSettings, type Settings, settingsOf } from '../../lib/settings/config.ts';
import { EACH_SOURCE } from '../helpers/each-source.ts';
import { environmentOf, resourcesOf } from '../helpers/synthesised.ts';

const everything: Partial<Settings> = {
  homeRegion: 'us-east-1',
  dispatchRegions: [{ awsRegion: 'eu-central-1', serves: ['eu'] }],
  console: { embedOrigins: [], waf: { requestsPerFiveMinutes: 3000 } },
  sources: EACH_SOURCE,
  tracing: 'active',
};

/** All resources of all stacks, not protected, so that CDK's functions that empty buckets are there as well. */
const resourcesWith = (changes: Partial<Settings>) =>
  environmentOf('dev', { ...everything, ...changes })
    .node.findAll()
    .filter(Stack.isStack)
    .flatMap(resourcesOf);

type Tagged = readonly { readonly Key: string; readonly Value: string }[] | Readonly<Record<string, string>>;

const tagsOf = (tags: Tagged): Record<string, string> =>
  Array.isArray(tags)
    ? Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]))
    : (tags as Record<string, string>);

describe('tags', () => {
  const tags = { team: 'integrations', 'cost-center': '4711' };
  const resources = resourcesWith({ tags });

  it('are on every resource that carries the environment’s own', () => {
    const carrying = resources.filter(({ properties }) => properties.Tags);
    expect(carrying.map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        'AWS::DynamoDB::Table',
        'AWS::SQS::Queue',
        'AWS::Lambda::Function',
        'AWS::S3::Bucket',
      ]),
    );
    for (const { id, properties } of carrying)
      expect([id, tagsOf(properties.Tags)]).toEqual([
        id,
        expect.objectContaining({ ...tags, 'posthorn:environment': 'dev' }),
      ]);
  });

  it('are on all types that the environment’s own is on', () => {
    const typesWith = (all: typeof resources) =>
      new Set(all.filter(({ properties }) => properties.Tags).map(({ type }) => type));
    expect(typesWith(resources)).toEqual(typesWith(resourcesWith({})));
  });

  it('are none by default', () => {
    expect(JSON.stringify(resourcesWith({}))).not.toContain('cost-center');
  });
});

describe('a permissions boundary', () => {
  const arn = 'arn:aws:iam::123456789012:policy/boundary';
  const rolesWith = (permissionsBoundary?: string) =>
    resourcesWith({ ...(permissionsBoundary && { permissionsBoundary }) }).filter(
      ({ type }) => type === 'AWS::IAM::Role',
    );

  it('bounds every role, also of CDK’s own functions', () => {
    const roles = rolesWith(arn);
    const ofCdk = roles.filter(({ id }) => id.startsWith('CustomS3AutoDelete'));
    expect(ofCdk.length).toBeGreaterThan(0);
    expect(roles.map(({ properties }) => properties.PermissionsBoundary)).toEqual(roles.map(() => arn));
  });

  it('may be named, and is then of the environment’s account', () => {
    const [role] = rolesWith('boundary');
    expect(role!.properties.PermissionsBoundary['Fn::Join'][1]).toEqual([
      'arn:',
      { Ref: 'AWS::Partition' },
      ':iam::',
      { Ref: 'AWS::AccountId' },
      ':policy/boundary',
    ]);
  });

  it('is none by default', () => {
    expect(rolesWith().filter(({ properties }) => properties.PermissionsBoundary)).toEqual([]);
  });
});

describe('settings of the account', () => {
  const check = (changes: object) => checkSettings('mine', { ...settingsOf('dev'), ...changes });

  it.each<object>([
    { tags: {} },
    { tags: { Größe: 'a b', 'a:b/c=d+e-f@g_h.i': '' } },
    { permissionsBoundary: 'boundary' },
    { permissionsBoundary: 'arn:aws-us-gov:iam::123456789012:policy/teams/boundary' },
    { permissionsBoundary: 'arn:aws:iam::aws:policy/PowerUserAccess', account: '123456789012' },
    { permissionsBoundary: 'arn:aws:iam::123456789012:policy/boundary', account: '123456789012' },
  ])('may be %j', (changes) => {
    expect(check(changes)).toMatchObject(changes);
  });

  it.each<[object, RegExp]>([
    [{ tags: { 'aws:team': 'a' } }, /tags\.aws:team: expected a key that does not begin with aws:/],
    [{ tags: { 'posthorn:environment': 'a' } }, /tags\.posthorn:environment: expected another key/],
    [{ tags: { team: 'a#b' } }, /tags\.team: expected letters, digits, spaces/],
    [{ tags: { 'a#b': 'team' } }, /tags\.a#b: expected letters/],
    [{ tags: { '': 'team' } }, /tags\.: expected a key of 1 to 128/],
    [{ tags: { team: 4711 } }, /tags\.team: .*expected string/],
    [{ tags: ['team'] }, /tags: expected texts by key/],
    [
      { tags: Object.fromEntries(Array.from({ length: 41 }, (_, n) => [`key-${n}`, ''])) },
      /tags: expected at most 40 tags/,
    ],
    [
      { permissionsBoundary: 'policy/boundary' },
      /permissionsBoundary: expected the name of a managed policy/,
    ],
    [{ permissionsBoundary: 'arn:aws:iam::123456789012:role/boundary' }, /permissionsBoundary: expected/],
    [
      { permissionsBoundary: 'arn:aws:iam::210987654321:policy/boundary', account: '123456789012' },
      /permissionsBoundary: expected a policy of account 123456789012, got one of 210987654321/,
    ],
  ])('are refused: %j', (changes, message) => {
    expect(() => check(changes)).toThrow(message);
  });
});
