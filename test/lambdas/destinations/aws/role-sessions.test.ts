import { describe, expect, it } from 'vitest';
import { createRoleSessions } from '../../../../lambdas/destinations/aws/role-sessions.ts';
import type { WantedSession } from '../../../../lambdas/destinations/aws/session.ts';
import { AwsError } from '../../../../lambdas/platform/aws/aws-error.ts';
import type { RoleSession } from '../../../../lambdas/platform/aws/sts.ts';

const HOUR = 3_600_000;
const WANTED: WantedSession = {
  environment: 'prod',
  tenant: 'ten_1',
  roleArn: 'arn:aws:iam::222222222222:role/posthorn-delivery-x',
  policy: '{}',
};
const DENIED = new AwsError({
  status: 403,
  headers: {},
  body: '<Error><Code>AccessDenied</Code><Message>User: arn:aws:sts::000000000000:assumed-role/own may not</Message></Error>',
});

function scene(answer: (nth: number) => Partial<RoleSession> | Error | 'never' = () => ({})) {
  const state = { now: 0, asked: 0 };
  const sessions = createRoleSessions(
    async () => {
      const nth = ++state.asked;
      const given = answer(nth);
      if (given === 'never') return new Promise(() => {});
      if (given instanceof Error) throw given;
      const credentials = { accessKeyId: `ASIA${nth}`, secretAccessKey: 's', sessionToken: 't' };
      return { credentials, endsAt: state.now + HOUR, ...given };
    },
    () => state.now,
  );
  const keyOf = async (change: Partial<WantedSession> = {}, timeoutMs = 1000): Promise<string> =>
    (await sessions.of({ ...WANTED, ...change }, timeoutMs)).accessKeyId;
  return { state, sessions, keyOf };
}

describe('sessions of a consumer’s role', () => {
  it('are asked for once by all who want one at the same time', async () => {
    const { state, keyOf } = scene();
    const keys = await Promise.all(Array.from({ length: 50 }, () => keyOf()));
    expect([new Set(keys).size, state.asked]).toEqual([1, 1]);
  });

  it('are of one tenant, one role and one resource', async () => {
    const { keyOf } = scene();
    const keys = await Promise.all([
      keyOf(),
      keyOf({ tenant: 'ten_2' }),
      keyOf({ roleArn: `${WANTED.roleArn}2` }),
      keyOf({ policy: '{"a":1}' }),
    ]);
    expect(new Set(keys).size).toBe(4);
  });

  it('are renewed five minutes before they end, by one request', async () => {
    const { state, keyOf } = scene();
    await keyOf();
    state.now = HOUR - 5 * 60_000 - 1;
    expect(await keyOf()).toBe('ASIA1');
    state.now++;
    expect(await Promise.all([keyOf(), keyOf()])).toEqual(['ASIA2', 'ASIA2']);
  });

  it('are thrown away once AWS no longer takes them, and not the one that came after', async () => {
    const { sessions, keyOf } = scene();
    const first = await sessions.of(WANTED, 1000);
    sessions.forget(WANTED, first);
    expect(await keyOf()).toBe('ASIA2');
    sessions.forget(WANTED, first);
    expect(await keyOf()).toBe('ASIA2');
  });

  it('that are refused are asked for again after five seconds; what is said names no role of ours', async () => {
    const { state, keyOf } = scene((nth) => (nth === 1 ? DENIED : {}));
    for (let i = 0; i < 3; i++) {
      const error = await keyOf().catch((one: Error) => one);
      expect(error).toMatchObject({ why: 'credentials', message: expect.stringContaining('trust policy') });
      expect((error as Error).message).not.toContain('000000000000');
    }
    expect(state.asked).toBe(1);
    state.now = 5000;
    expect(await keyOf()).toBe('ASIA2');
  });

  it('are waited for as long as the attempt may take', async () => {
    const { keyOf } = scene(() => 'never');
    await expect(keyOf({}, 10)).rejects.toMatchObject({ why: 'credentials', message: /in time/ });
  });

  it('are a matter of credentials when STS is not reached', async () => {
    const { keyOf } = scene(() => new Error('connect ECONNREFUSED'));
    await expect(keyOf()).rejects.toMatchObject({
      why: 'credentials',
      message: 'AWS STS could not be reached',
    });
  });
});
