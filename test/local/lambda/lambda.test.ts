import { describe, expect, it } from 'vitest';
import { createMeter } from '../../../local/cloud.ts';
import { assembly, lambda, ref, resource, role, start, until } from '../fixtures.ts';

/** One function that does what its event says. */
const code = {
  fn: `
    let calls = 0;
    export const handler = async (event, context) => {
      calls++;
      switch (event.do) {
        case 'throw': throw new TypeError('broken on purpose');
        case 'exit': process.exit(3);
        case 'escape': setTimeout(() => { throw new Error('out of band'); }, 1); await new Promise(() => {});
        case 'hang': await new Promise(() => {});
        case 'wait': await new Promise((r) => setTimeout(r, event.ms)); return calls;
        case 'big': return 'x'.repeat(event.bytes);
        case 'memory': { const all = []; for (;;) all.push(new Array(1e6).fill(Math.random())); }
        case 'print': console.log('one\\ntwo'); console.error('three'); return null;
        case 'env': return { env: process.env, remaining: context.getRemainingTimeInMillis(), ...context };
        default: return calls;
      }
    };`,
  broken: `import 'node:nothing'; export const handler = 1;`,
};

const dir = (more = {}) => assembly({ Role: role(), Fn: lambda('fn', 'Role', more) }, code);

async function startFunction(more = {}, options = {}) {
  const cloud = await start(dir(more), options);
  const fn = cloud.functions.get('Fn')!;
  return { cloud, fn };
}

describe('a function (E1)', () => {
  it('keeps its state while warm and knows its context', async () => {
    const { fn } = await startFunction({
      MemorySize: 256,
      Timeout: 5,
      Environment: { Variables: { OWN: '1' } },
    });
    expect(await fn.invoke({})).toBe(1);
    expect(await fn.invoke({})).toBe(2);
    const seen = (await fn.invoke({ do: 'env' })) as Record<string, unknown> & {
      env: Record<string, string>;
    };
    expect(seen).toMatchObject({
      memoryLimitInMB: '256',
      functionName: 'app-Fn',
      invokedFunctionArn: fn.arn,
    });
    expect(seen.remaining).toBeGreaterThan(4000);
    expect(seen.env).toMatchObject({ OWN: '1', AWS_REGION: 'us-east-1', AWS_LAMBDA_FUNCTION_NAME: 'app-Fn' });
    expect(seen.env).not.toHaveProperty('HOME');
    expect(fn.stats()).toMatchObject({ invocations: 3, errors: 0, coldStarts: 1, workers: 1 });
  });

  it('starts a second worker only for an invocation that has to wait', async () => {
    const { fn } = await startFunction();
    await fn.invoke({});
    expect(await Promise.all([1, 2, 3].map(() => fn.invoke({ do: 'wait', ms: 1 })))).toEqual([2, 3, 4]);
    await Promise.all([1, 2].map(() => fn.invoke({ do: 'wait', ms: 700 })));
    expect(fn.stats()).toMatchObject({ workers: 2 });
  });

  it('reports and logs what its handler throws, and goes on', async () => {
    const { cloud, fn } = await startFunction();
    await expect(fn.invoke({ do: 'throw' })).rejects.toMatchObject({
      name: 'TypeError',
      message: 'broken on purpose',
    });
    expect(cloud.lines.map((line) => line.text).join()).toContain('"errorType":"TypeError"');
    expect(await fn.invoke({})).toBe(2);
    expect(fn.stats()).toMatchObject({ errors: 1, coldStarts: 1 });
  });

  it('is stopped at its timeout', async () => {
    const { cloud, fn } = await startFunction({ Timeout: 1 });
    await expect(fn.invoke({ do: 'hang' })).rejects.toThrow('Task timed out after 1.00 seconds');
    expect(cloud.lines.map((line) => line.text).join()).toContain('Timeout  function=Fn');
    expect(await fn.invoke({})).toBe(1);
    expect(fn.stats()).toMatchObject({ timeouts: 1, coldStarts: 2 });
  });

  it.each(['exit', 'escape', 'memory'])(
    'fails the invocation and starts afresh when it dies (%s)',
    async (how) => {
      const { fn } = await startFunction();
      await expect(fn.invoke({ do: how })).rejects.toMatchObject({ name: 'Runtime.ExitError' });
      expect(await fn.invoke({})).toBe(1);
      expect(fn.stats()).toMatchObject({ crashes: 1 });
    },
  );

  it('can be killed', async () => {
    const { fn } = await startFunction();
    await fn.invoke({});
    const waiting = fn.invoke({ do: 'wait', ms: 5000 });
    expect(await fn.kill(0)).toBe(true);
    await expect(waiting).rejects.toMatchObject({ name: 'Runtime.ExitError' });
    expect(await fn.invoke({})).toBe(1);
  });

  it('fails every invocation while its bundle cannot be loaded', async () => {
    const cloud = await start(assembly({ Role: role(), Fn: lambda('broken', 'Role') }, code));
    const fn = cloud.functions.get('Fn')!;
    const all = await Promise.allSettled([fn.invoke({}), fn.invoke({})]);
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(fn.stats()).toMatchObject({ errors: 2, workers: 0 });
  });

  it('is limited to 6 MB', async () => {
    const { fn } = await startFunction();
    await expect(fn.invoke('x'.repeat(6_291_556))).rejects.toMatchObject({
      name: 'RequestTooLargeException',
    });
    await expect(fn.invoke({ do: 'big', bytes: 6_291_556 })).rejects.toMatchObject({
      name: 'Function.ResponseSizeTooLarge',
    });
    expect(await fn.invoke({ do: 'big', bytes: 6_291_000 })).toHaveLength(6_291_000);
  });

  it('has its lines logged and its time metered', async () => {
    const meter = createMeter();
    const { cloud, fn } = await startFunction({ MemorySize: 1024 }, { meter });
    await fn.invoke({ do: 'print' });
    await fn.invoke({ do: 'wait', ms: 50 });
    await until(() => cloud.lines.length === 3);
    expect(cloud.lines.map((line) => line.text).sort()).toEqual(['one', 'three', 'two']);
    const find = (operation: string) => meter.snapshot().find((entry) => entry.operation === operation);
    expect(find('PutLogEvents')).toMatchObject({ caller: 'Fn', service: 'logs', requests: 3, units: 14 });
    expect(find('Invoke')).toMatchObject({ caller: 'Fn', service: 'lambda', requests: 2 });
    expect(find('Invoke')?.units).toBeGreaterThan(45);
    expect(find('Init')?.units).toBeGreaterThan(0);
    meter.reset();
    expect(meter.snapshot()).toEqual([]);
  });

  it('gives no invocation to an idle worker that is being stopped', async () => {
    const { fn } = await startFunction({}, { limits: { idleMs: 5 } });
    for (let i = 0; i < 30; i++) {
      expect(await fn.invokeText('{}')).toMatchObject({ kind: 'returned' });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(fn.stats().crashes).toBe(0);
    // Thirty cold starts take seconds, more on a busy machine.
  }, 30_000);

  it('stops its idle workers', async () => {
    const { fn } = await startFunction({}, { limits: { idleMs: 20 } });
    await fn.invoke({});
    await until(() => fn.stats().workers === 0);
    expect(await fn.invoke({})).toBe(1);
  });
});

describe('a schedule', () => {
  const rule = resource('AWS::Events::Rule', {
    ScheduleExpression: 'rate(1 minute)',
    State: 'ENABLED',
    Targets: [{ Id: 'T', Arn: { 'Fn::GetAtt': ['Fn', 'Arn'] } }],
  });
  const permission = resource('AWS::Lambda::Permission', {
    Action: 'lambda:InvokeFunction',
    FunctionName: ref('Fn'),
    Principal: 'events.amazonaws.com',
    SourceArn: { 'Fn::GetAtt': ['Rule', 'Arn'] },
  });
  const echo = { fn: 'export const handler = async (event) => event;' };
  const base = { Role: role(), Fn: lambda('fn', 'Role'), Rule: rule };

  it('fires on demand', async () => {
    const cloud = await start(assembly({ ...base, Permission: permission }, echo));
    const [invocation] = await cloud.runSchedule('Rule');
    const event = invocation?.kind === 'returned' && JSON.parse(invocation.payload);
    expect(event).toMatchObject({
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      account: '000000000000',
    });
  });

  it('needs a permission', async () => {
    const cloud = await start(assembly(base, echo));
    expect(await cloud.runSchedule('Rule')).toMatchObject([{ kind: 'failed' }]);
  });
});

it('stops within a second', async () => {
  const { cloud, fn } = await startFunction();
  const waiting = fn.invoke({ do: 'hang' }).catch((error: Error) => error.name);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const began = Date.now();
  await cloud.stop();
  expect(Date.now() - began).toBeLessThan(1000);
  expect(await waiting).toBe('Runtime.ExitError');
});
