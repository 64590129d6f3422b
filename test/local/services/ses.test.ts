import { describe, expect, it } from 'vitest';
import { createMeter } from '../../../local/cloud.ts';
import type { MailSettings } from '../../../local/services/ses.ts';
import { assembly, lambda, resource, role, start } from '../fixtures.ts';

/** A function that mails as ours do. */
const code = {
  fn: `
    import { isRefusedForNow, mailer } from '${new URL('../../../lambdas/platform/mail.ts', import.meta.url).href}';
    export const handler = async ({ from, ...mail }) => {
      try {
        await mailer({ from })(mail);
        return 'sent';
      } catch (error) {
        return { name: error.name, message: error.message, later: isRefusedForNow(error) };
      }
    };`,
};

const FROM = 'alerts@example.com';
const DOMAIN = 'arn:aws:ses:us-east-1:000000000000:identity/example.com';
const mail = { from: FROM, to: 'ops@acme.example', subject: 'Alert “täglich”', text: 'two\nlines\n' };

const withPolicy = (Resource: string, sender: string) =>
  resource('AWS::IAM::Role', {
    AssumeRolePolicyDocument: {},
    Policies: [
      {
        PolicyName: 'inline',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: 'ses:SendEmail',
              Resource,
              Condition: { StringEquals: { 'ses:FromAddress': sender } },
            },
          ],
        },
      },
    ],
  });

async function startWith(settings: Partial<MailSettings> = {}, Role = withPolicy(DOMAIN, FROM)) {
  const meter = createMeter();
  const resources = { Role, Fn: lambda('fn', 'Role', { Timeout: 10 }) };
  const cloud = await start(assembly(resources, code), {
    meter,
    mail: { verified: ['example.com'], isSandbox: false, ...settings },
  });
  return {
    cloud,
    meter,
    send: (more: object = {}) => cloud.functions.get('Fn')!.invoke({ ...mail, ...more }),
  };
}

describe('SES in the local cloud (A24, E1)', () => {
  it('takes a mail of a verified sender, shows and counts it', async () => {
    const { cloud, meter, send } = await startWith();
    expect(await send()).toBe('sent');
    expect(cloud.mails).toEqual([{ from: FROM, to: [mail.to], subject: mail.subject, text: mail.text }]);
    const lines = cloud.lines.filter(({ kind }) => kind === 'cloud').map(({ text }) => text);
    expect(lines).toContain('Mail to ops@acme.example: Alert “täglich”');
    expect(meter.snapshot()).toContainEqual({
      caller: 'Fn',
      service: 'ses',
      operation: 'SendEmail',
      requests: 1,
      units: 1,
    });
  });

  it.each<[string, Partial<MailSettings>, object, string, RegExp]>([
    [
      'a sender that is not verified',
      { verified: [] },
      {},
      'MessageRejected',
      /not verified.*alerts@example\.com$/,
    ],
    [
      'a recipient that is not verified, in the sandbox',
      { isSandbox: true },
      {},
      'MessageRejected',
      /US-EAST-1: ops@acme\.example$/,
    ],
    ['a recipient that is no address', {}, { to: 'ops' }, 'BadRequestException', /Illegal address/],
    ['a subject of two lines', {}, { subject: 'a\r\nBcc: b@c.example' }, 'BadRequestException', /line break/],
    ['a mail without a text', {}, { text: undefined }, 'BadRequestException', /expected string/],
  ])('refuses %s, for good', async (_, settings, more, name, message) => {
    // Where nothing is verified, the address is the identity.
    const { cloud, send } = await startWith(settings, role(['ses:SendEmail', '*']));
    expect(await send(more)).toEqual({ name, message: expect.stringMatching(message), later: false });
    expect(cloud.mails).toEqual([]);
  });

  it.each([
    ['another sender of the domain', withPolicy(DOMAIN, 'other@example.com')],
    ['another identity', withPolicy(DOMAIN.replace('example.com', 'other.example'), FROM)],
    ['nothing', role()],
  ])('refuses a caller that may send as %s alone', async (_, Role) => {
    const { cloud, send } = await startWith({}, Role);
    expect(await send()).toMatchObject({ name: 'AccessDeniedException', later: false });
    expect(cloud.denials).toMatchObject([{ functionName: 'Fn', action: 'ses:SendEmail', resource: DOMAIN }]);
  });

  it('holds the sender against the address, where that is verified itself', async () => {
    const verified = ['example.com', FROM];
    expect(await (await startWith({ verified })).send()).toMatchObject({ name: 'AccessDeniedException' });
    const Role = withPolicy(DOMAIN.replace('example.com', FROM), FROM);
    expect(await (await startWith({ verified }, Role)).send()).toBe('sent');
  });

  it('takes a mail later where it is busy or fails', async () => {
    const { cloud, send } = await startWith();
    for (const [kind, name] of [
      ['throttled', 'TooManyRequestsException'],
      ['internal', 'InternalServiceErrorException'],
    ] as const) {
      const restore = cloud.disturb('ses', { kinds: [kind] });
      expect(await send()).toMatchObject({ name, later: true });
      expect(restore()).toBe(1);
    }
    expect([await send(), cloud.mails.length]).toEqual(['sent', 1]);
  });

  it('knows SendEmail alone', async () => {
    const { cloud } = await startWith();
    const { endpoint } = cloud.awsClientConfig();
    const answer = await fetch(`${endpoint}/v2/email/identities`);
    expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([404, 'NotFoundException']);
  });
});
