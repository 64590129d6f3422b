import { describe, expect, it } from 'vitest';
import type { Route } from '../../../lambdas/api/route.ts';
import { ROUTES } from '../../../lambdas/api/routes.ts';
import type { Maker } from '../../../lambdas/config/maker.ts';
import { ApiError } from '../../../lambdas/http/errors.ts';
import { type IdempotencyDeps, idempotently } from '../../../lambdas/manage/idempotent.ts';
import type { Answer } from '../../../lambdas/manage/operation.ts';
import type { ManageRequest } from '../../../lambdas/manage/request.ts';
import { Fault, failOnce } from '../../builders/faults.ts';
import { callOf, NOW } from '../../builders/manage.ts';

/** As long as a request is taken to be under way, see `begin`. */
const BUSY_MS = 30_000;

interface Remembered {
  readonly fingerprint: string;
  readonly seed: Uint8Array;
  readonly madeAt: number;
  busyUntil: number;
  answer?: string;
}

/** Remembered requests as the config table keeps them, at a time that a test can put forward. */
function setUp() {
  const items = new Map<string, Remembered>();
  const nameOf = (tenant: string, key: string): string => `${tenant} ${key}`;
  const clock = { now: NOW };
  let seeds = 0;
  const deps: IdempotencyDeps = {
    now: () => clock.now,
    randomBytes: (size) => Buffer.alloc(size, ++seeds),
    async begin(tenant, key, { fingerprint, seed, now }) {
      const known = items.get(nameOf(tenant, key));
      if (!known) {
        items.set(nameOf(tenant, key), { fingerprint, seed, madeAt: now, busyUntil: now + BUSY_MS });
        return { kind: 'begun', seed, madeAt: now };
      }
      if (known.fingerprint !== fingerprint) return { kind: 'reused' };
      if (known.answer !== undefined) return { kind: 'done', answer: known.answer };
      if (known.busyUntil > now) return { kind: 'busy' };
      known.busyUntil = now + BUSY_MS;
      return { kind: 'begun', seed: known.seed, madeAt: known.madeAt };
    },
    async finish(tenant, key, answer) {
      items.get(nameOf(tenant, key))!.answer = answer;
    },
    async release(tenant, key) {
      items.get(nameOf(tenant, key))!.busyUntil = 0;
    },
    async forget(tenant, key) {
      items.delete(nameOf(tenant, key));
    },
  };
  return { deps, items, clock };
}

interface Asked {
  readonly route?: Route;
  readonly key?: string | undefined;
  readonly body?: string;
  readonly tenant?: string;
  readonly credential?: string;
}

/** Makes a request, which does what `run` does. */
function ask({ deps }: ReturnType<typeof setUp>, run: (make: Maker) => Promise<Answer>, asked: Asked = {}) {
  const { route = ROUTES.createTarget, body = '{}', ...caller } = asked;
  const key = 'key' in asked ? asked.key : 'a-key';
  const request = {
    routeKey: `${route.method} ${route.path}`,
    rawPath: route.path,
    rawQueryString: '',
    headers: key === undefined ? {} : { 'idempotency-key': key },
    body,
  } as unknown as ManageRequest;
  return idempotently(deps, { ...callOf().caller, ...caller }, route, request, run);
}

/** An operation that makes a thing, and counts how often it ran. */
function creation() {
  const made: string[] = [];
  const run = async (make: Maker): Promise<Answer> => {
    const id = make.id('tgt');
    made.push(id);
    return { status: 201, body: { id, secret: 'shown once' }, revision: 1, shownOnce: ['secret'] };
  };
  return { made, run };
}

const broken = async (): Promise<never> => {
  throw new Fault('a table is away');
};

describe('a request with an Idempotency-Key', () => {
  it('runs once, and is answered as before, without what is shown once', async () => {
    const world = setUp();
    const { made, run } = creation();
    const first = await ask(world, run);
    expect(first.body).toEqual({ id: made[0], secret: 'shown once' });
    expect(await ask(world, run)).toEqual({ status: 201, body: { id: made[0] }, revision: 1 });
    expect(made).toHaveLength(1);
    expect([...world.items.values()][0]!.answer).not.toContain('shown once');
  });

  it.each<[string, Asked]>([
    ['no key', { key: undefined }],
    ['a key of another tenant', { tenant: 'ten_other' }],
    ['another key', { key: 'other' }],
    // A browser could make a key of the tenant's programs useless to them for a day.
    ['a portal token', { credential: 'ptk_01KAK2V5E4V2N9CR0Q6WV7Z1QX' }],
    ['a portal token of an older release', { credential: 'portal' }],
  ])('shares nothing with %s', async (_, asked) => {
    const world = setUp();
    const { made, run } = creation();
    await ask(world, run);
    await ask(world, run, asked);
    expect(new Set(made).size).toBe(2);
  });

  it.each<[string, Asked]>([
    ['a body', { body: '{"url":"x"}' }],
    ['a route', { route: ROUTES.createFilter }],
    ['a credential', { credential: 'key_other' }],
  ])('is refused for %s of its own', async (_, asked) => {
    const world = setUp();
    const { made, run } = creation();
    await ask(world, run);
    await expect(ask(world, run, asked)).rejects.toMatchObject({
      status: 422,
      code: 'idempotency_key_reused',
      field: 'Idempotency-Key',
    });
    expect(made).toHaveLength(1);
  });

  it('is refused while the same is under way', async () => {
    const world = setUp();
    const { made, run } = creation();
    const again: unknown[] = [];
    await ask(world, async (make) => {
      again.push(await ask(world, run).catch((error: unknown) => error));
      return run(make);
    });
    expect(again).toMatchObject([{ status: 409, code: 'request_in_progress' }]);
    expect(made).toHaveLength(1);
  });

  it.each([
    ['read by GET', ROUTES.listTargets],
    ['asked by a POST that readers may make', ROUTES.testFilter],
    ['changed by PUT', ROUTES.putTarget],
  ])('is not remembered for what is %s', async (_, route) => {
    const world = setUp();
    const { made, run } = creation();
    await ask(world, run, { route });
    await ask(world, run, { route });
    expect([made.length, world.items.size]).toEqual([2, 0]);
  });
});

describe('a request that failed', () => {
  it('makes the same things when it is repeated', async () => {
    const world = setUp();
    const { made, run } = creation();
    const times: string[] = [];
    const attempt = async (make: Maker): Promise<Answer> => {
      times.push(make.at);
      await run(make);
      return broken();
    };
    await expect(ask(world, attempt)).rejects.toThrow(Fault);
    world.clock.now += 5000;
    await ask(world, (make) => run(make).finally(() => times.push(make.at)));
    expect(made[1]).toBe(made[0]);
    expect(times[1]).toBe(times[0]);
  });

  it('keeps its own error when the key can not be released, which is free in half a minute', async () => {
    const world = setUp();
    const { made, run } = creation();
    failOnce(world.deps, 'release');
    const attempt = (make: Maker): Promise<Answer> => run(make).then(broken);
    await expect(ask(world, attempt)).rejects.toThrow('a table is away');
    await expect(ask(world, run)).rejects.toMatchObject({ code: 'request_in_progress' });
    world.clock.now += BUSY_MS;
    await ask(world, run);
    expect(made[1]).toBe(made[0]);
  });

  it('when its answer could not be kept makes the same things again, not others', async () => {
    const world = setUp();
    const { made, run } = creation();
    failOnce(world.deps, 'finish');
    await expect(ask(world, run)).rejects.toThrow(Fault);
    world.clock.now += BUSY_MS;
    expect((await ask(world, run)).body).toMatchObject({ id: made[0] });
  });

  it('because it was refused may come again corrected', async () => {
    const world = setUp();
    const { run } = creation();
    const refuse = async (): Promise<never> => {
      throw new ApiError(422, 'validation_failed', 'expected a URL', 'url');
    };
    await expect(ask(world, refuse, { body: '{"url":1}' })).rejects.toMatchObject({ status: 422 });
    expect(world.items.size).toBe(0);
    expect(await ask(world, run, { body: '{"url":"x"}' })).toMatchObject({ status: 201 });
  });
});
