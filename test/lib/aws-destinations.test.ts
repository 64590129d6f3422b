import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { covers } from '../../lambdas/destinations/aws/arn.ts';
import { awsDestinationsSchema, rolesForManage } from '../../lib/settings/aws-destinations.ts';
import { type Settings, settingsOf } from '../../lib/settings/config.ts';
import { environmentOf, resourcesOf } from '../helpers/synthesised.ts';

const ROLES = 'arn:aws:iam::*:role/posthorn-delivery-*';

/** What dispatch may assume, in home's stack and in a further region's, and what manage is told. */
function assumingIn(awsDestinations: Settings['awsDestinations']) {
  const { pipeline, regions, api } = environmentOf('prod', {
    awsDestinations,
    account: '123456789012',
    homeRegion: 'us-east-1',
    dispatchRegions: [{ awsRegion: 'eu-central-1', serves: ['eu'] }],
  });
  const statements = [pipeline, ...regions.map(({ dispatch }) => dispatch)].flatMap((stack) =>
    resourcesOf(stack)
      .filter(({ type }) => type === 'AWS::IAM::Policy')
      .flatMap(({ id, properties }) =>
        (properties.PolicyDocument.Statement as { Action: unknown }[])
          .filter(({ Action }) => JSON.stringify(Action).includes('sts:'))
          .map((statement) => ({ id: id.replace(/Role.*/, ''), ...statement })),
      ),
  );
  const manage = resourcesOf(api).find(
    ({ id, type }) => type === 'AWS::Lambda::Function' && id.startsWith('Manage'),
  )!;
  return { statements, roles: manage.properties.Environment.Variables.AWS_ROLES };
}

describe('targets on AWS (A25)', () => {
  it('let dispatch alone assume the roles that are named, and only with an external id of the environment', () => {
    const { statements, roles } = assumingIn({ roles: [ROLES] });
    const ids = ['Bulk', 'Critical', 'Slow', 'Standard'].map((lane) => `Dispatch${lane}`);
    expect(statements.map(({ id }) => id).sort()).toEqual([...ids, ...ids].sort());
    for (const { id: _, ...statement } of statements)
      expect(statement).toEqual({
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Resource: ROLES,
        Condition: { StringLike: { 'sts:ExternalId': 'posthorn-prod/*' } },
      });
    expect(roles).toBe(ROLES);
  });

  it('are none where the settings name no roles', () => {
    expect(assumingIn(undefined)).toEqual({ statements: [], roles: undefined });
    expect(settingsOf('prod').awsDestinations).toBeUndefined();
  });

  it('reach manage in few characters, which cover no less', () => {
    const arn = fc.stringMatching(/^arn:aws:iam::(\*|1{12}|2{12}):role\/[ab]{1,4}[ab*/-]{0,40}$/);
    fc.assert(
      fc.property(fc.array(arn, { minLength: 1, maxLength: 5 }), (roles) => {
        const patterns = rolesForManage({ roles }).split(' ');
        expect(patterns.join(' ').length).toBeLessThanOrEqual(48);
        for (const role of roles) {
          const one = role.replaceAll('*', '2');
          if (covers(role, one)) expect(patterns.some((pattern) => covers(pattern, one))).toBe(true);
        }
      }),
    );
  });

  it.each([
    [['*'], /ARNs of roles/],
    [['arn:aws:iam::*:role/*'], /what the names of the roles begin with/],
    [['arn:aws:iam::*:user/x'], /ARNs of roles/],
    [[], /too small/i],
    [Array.from({ length: 4 }, (_, i) => `arn:aws:iam::*:role/${'x'.repeat(120)}-${i}*`), /500 characters/],
  ])('of %o are refused', (roles, message) => {
    expect(awsDestinationsSchema.safeParse({ roles }).error?.message).toMatch(message);
  });
});
