import { describe, expect, it } from 'vitest';
import type { Settings } from '../../lib/settings/config.ts';
import { environmentOf, resourcesOf } from '../helpers/synthesised.ts';

const ARN = 'arn:aws:ses:eu-west-1:123456789012:identity/example.com';

/** What assess and manage get, and what assess may do. */
function mailIn(tenantMail: Settings['tenantMail']) {
  const { api, pipeline } = environmentOf('dev', { tenantMail });
  const [pipelineParts, apiParts] = [resourcesOf(pipeline), resourcesOf(api)];
  const variablesOf = (parts: typeof apiParts, name: string): Record<string, string> =>
    parts.find(({ id, type }) => type === 'AWS::Lambda::Function' && id.startsWith(name))!.properties
      .Environment.Variables;
  const statements = pipelineParts
    .filter(({ type }) => type === 'AWS::IAM::Policy')
    .flatMap(({ id, properties }) =>
      properties.PolicyDocument.Statement.map((statement: object) => ({ id, ...statement })),
    ) as { id: string; Action: string | string[] }[];
  const { TENANT_MAIL_FROM, TENANT_MAIL_REGION } = variablesOf(pipelineParts, 'Assess');
  return {
    from: TENANT_MAIL_FROM,
    region: TENANT_MAIL_REGION,
    canMail: variablesOf(apiParts, 'Manage').TENANT_MAIL,
    grants: statements.filter(({ Action }) => [Action].flat().some((action) => action.startsWith('ses:'))),
  };
}

describe('mail to tenants (A24)', () => {
  it('is sent by one function, from one address, by its identity or that of its domain', () => {
    const { grants, ...variables } = mailIn({ from: 'alerts@example.com' });
    expect(variables).toEqual({ from: 'alerts@example.com', region: undefined, canMail: 'true' });
    expect(grants).toEqual([
      {
        id: expect.stringMatching(/^Assess/),
        Effect: 'Allow',
        Action: 'ses:SendEmail',
        Resource: ['alerts@example.com', 'example.com'].map((identity) => ({
          'Fn::Join': ['', expect.arrayContaining([`:identity/${identity}`])],
        })),
        Condition: { StringEquals: { 'ses:FromAddress': 'alerts@example.com' } },
      },
    ]);
  });

  it('is sent in the region of the identity that is named', () => {
    const { grants, region } = mailIn({ from: 'alerts@example.com', identityArn: ARN });
    expect([region, grants]).toMatchObject(['eu-west-1', [{ Resource: ARN }]]);
  });

  it('is not sent where the settings name no sender', () => {
    expect(mailIn(undefined)).toEqual({ from: undefined, region: undefined, canMail: undefined, grants: [] });
  });
});
