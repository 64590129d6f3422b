import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Terminated } from '../../../cli/io.ts';
import { cliOf, type Ran, type RunOptions } from '../../helpers/cli.ts';
import { type List, type SharedCloud, sharedCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';

const first = await sharedCloud();
const refusing = { is: true };
const endpoint = await startEndpoint(() => ({ status: refusing.is ? 400 : 200 }));

interface Job {
  readonly id: string;
  readonly state: string;
  readonly sent: number;
  readonly purged: number;
}

/** A tenant of its own with dead letters. */
async function withDead(count: number) {
  const cloud = await first.neighbour();
  const target = await cloud.api.call<{ id: string }>('POST', '/v1/targets', { url: endpoint.url });
  const subscription = await cloud.api.call<{ id: string }>('POST', '/v1/subscriptions', {
    targetId: target.id,
    filter: { events: ['order.**'] },
  });
  refusing.is = true;
  const events: string[] = [];
  for (let n = 0; n < count; n++) events.push((await cloud.api.publish('order.paid', { n })).id);
  const ids = await eventually(async () => {
    const found = await deadIds(cloud);
    expect(found).toHaveLength(count);
    return found;
  });
  refusing.is = false;
  return { cloud, posthorn: cliOf(cloud), target, subscription, events, ids };
}

const deadIds = async (cloud: SharedCloud): Promise<string[]> =>
  (await cloud.api.call<List<{ id: string }>>('GET', '/v1/dead-letters?limit=200')).items.map(({ id }) => id);

const jsonOf = <T>({ stdout }: Ran): T => JSON.parse(stdout) as T;

describe('dead letters', () => {
  it('are sent again by a job, with a bar on a terminal and quietly without one (A20)', async () => {
    const { cloud, posthorn, subscription, events } = await withDead(3);
    const ran = await posthorn(`dead-letters redrive --subscription-id ${subscription.id}`, {
      isTerminal: true,
    });
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stderr).toContain('\r\u001b[2K░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  0 looked at, 0 sent');
    expect(ran.stderr).toContain('Done: 3 sent again.');
    expect(ran.stdout).toMatch(/sent.* 3\n/);
    for (const id of events) await cloud.delivery(id, 'delivered');

    const again = await posthorn('dead-letters redrive --all --json');
    expect(again).toMatchObject({ code: 0 });
    expect(again.stderr).toBe('Done: 0 sent again.\n');
    expect(jsonOf<Job>(again)).toMatchObject({ state: 'completed', sent: 0, action: 'send' });
  });

  it('are sent again by their ids, each with what was done of it (A20)', async () => {
    const { cloud, posthorn, ids, events } = await withDead(2);
    const wrong = `${ids[0]!.slice(0, -3)}ZZZ`;
    const ran = await posthorn(`dead-letters redrive ${wrong} - --json`, { stdin: ids.join('\n') });
    expect(ran).toMatchObject({ code: 1, stderr: '2 of 3 sent again.\n' });
    expect(jsonOf(ran)).toEqual({
      items: [
        { id: wrong, done: false, reason: 'not_found' },
        { id: ids[0], done: true },
        { id: ids[1], done: true },
      ],
    });
    for (const id of events) await cloud.delivery(id, 'delivered');
    expect(await posthorn('dead-letters redrive')).toMatchObject({ code: 2 });
  });

  it('are purged after a question, or with --yes (A20)', async () => {
    const { cloud, posthorn, ids } = await withDead(3);
    const unasked = await posthorn('dead-letters purge --all');
    expect(unasked).toMatchObject({ code: 2 });
    expect(unasked.stderr).toContain('expected --yes');
    expect(await deadIds(cloud)).toHaveLength(3);

    const one = await posthorn(`dead-letters purge ${ids[0]} --yes`);
    expect(one).toMatchObject({ code: 0, stderr: '1 purged.\n' });
    const rest = await posthorn('dead-letters purge --reason rejected --yes --json');
    expect(rest).toMatchObject({ code: 0 });
    expect(jsonOf<Job>(rest)).toMatchObject({ state: 'completed', action: 'purge', purged: 2 });
    await eventually(async () => expect(await deadIds(cloud)).toEqual([]));
  });
});

describe('jobs', () => {
  it('are started without being followed, listed, read, watched and cancelled (A20)', async () => {
    const { posthorn, events, subscription } = await withDead(1);
    const started = await posthorn(`events replay ${events[0]} --no-wait`);
    expect(started).toMatchObject({ code: 0 });
    const id = /rpl_\w+/.exec(started.stdout)![0];
    expect(started.stderr).toContain(`\`posthorn replays watch ${id}\` follows it`);
    const watched = await posthorn(`replays watch ${id} --json`);
    expect(watched).toMatchObject({ code: 0 });
    expect(jsonOf<Job>(watched)).toMatchObject({ id, state: 'completed', sent: 1 });
    expect(jsonOf(await posthorn(`replays get ${id} --json`))).toMatchObject({ id, state: 'completed' });
    expect((await posthorn('replays list')).stdout).toContain(`${id}  completed  send`);
    const late = await posthorn(`replays cancel ${id}`);
    expect(late).toMatchObject({ code: 0 });
    expect(late.stderr).toContain('It had ended before');
    const all = await posthorn(`subscriptions replay ${subscription.id} --deliveries all --json`);
    expect(jsonOf<Job>(all)).toMatchObject({ state: 'completed' });
    expect(await posthorn('replays watch rpl_nothing')).toMatchObject({ code: 3 });
    expect(await posthorn(`subscriptions replay ${subscription.id}`)).toMatchObject({ code: 2 });
  });

  it('try what waits: of a target, a subscription, the tenant (A20)', async () => {
    const { posthorn, target, subscription } = await withDead(0);
    for (const typed of [
      `targets retry ${target.id}`,
      `subscriptions retry ${subscription.id} --status parked`,
      'deliveries retry-all --status retrying,parked --event-type order.paid',
      'deliveries retry-all --all',
    ]) {
      const ran = await posthorn(`${typed} --json`);
      expect(ran, typed).toMatchObject({ code: 0 });
      expect(jsonOf(ran)).toMatchObject({ state: 'completed', deliveries: 'waiting' });
    }
    expect(await posthorn('deliveries retry-all')).toMatchObject({ code: 2 });
  });

  it('a delivery is sent again and followed (A20)', async () => {
    const { posthorn, ids } = await withDead(1);
    const ran = await posthorn(`deliveries replay ${ids[0]} --wait`);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stderr).toContain('It was delivered.');
    expect(ran.stdout).toMatch(/^2 .* 200 /m);
    const retried = await posthorn(`deliveries retry ${ids[0]}`);
    expect(retried).toMatchObject({ code: 1 });
    expect(await posthorn(`deliveries replay ${ids[0]} --wait --timeout soon`)).toMatchObject({ code: 2 });
  });
});

/** What a person at a terminal types, once something has been asked. */
const KEYS = { enter: '\r', down: '\u001b[B', ctrlC: '\u0003' };

/** A job that is under way for as long as the test needs: what waits is tried after some seconds only. */
async function interrupted(options: RunOptions, keys: readonly string[], reason?: Error) {
  const { cloud, posthorn, target } = await withDead(0);
  const ctrlC = new AbortController();
  const keyboard = new PassThrough();
  let said = '';
  const ran = posthorn(`targets retry ${target.id} --json`, {
    ...options,
    input: keyboard,
    signal: ctrlC.signal,
    onStderr: (text) => {
      said += text;
    },
  });
  await eventually(async () => {
    const { items } = await cloud.api.call<List<Job>>('GET', '/v1/replays');
    expect(items).toHaveLength(1);
  });
  if (options.isTerminal) await eventually(() => expect(said).toContain('looked at'));
  ctrlC.abort(reason);
  for (const key of keys) {
    await eventually(() => expect(said).toContain('What shall become of it?'));
    keyboard.write(key);
  }
  const { code, stdout, stderr } = await ran;
  return { code, job: JSON.parse(stdout) as Job, stderr, posthorn };
}

describe('Ctrl-C while a job is followed', () => {
  it('is not asked about when somebody else ends it (A20)', async () => {
    const { code, job, stderr } = await interrupted({ isTerminal: true }, [], new Terminated('SIGTERM'));
    expect(code).toBe(130);
    expect(job.state).toBe('running');
    expect(stderr).not.toContain('What shall become of it?');
  });

  it('leaves it running where nobody can be asked, and says how to go on (A20)', async () => {
    const { code, job, stderr } = await interrupted({}, []);
    expect(code).toBe(130);
    expect(job.state).toBe('running');
    expect(stderr).toContain(`It goes on. \`posthorn replays watch ${job.id}\` follows it`);
  });

  it.each([
    ['cancels it', [KEYS.down, KEYS.enter], 1, 'cancelled'],
    ['leaves it running', [KEYS.enter], 130, 'running'],
    ['leaves it running at a second Ctrl-C', [KEYS.ctrlC], 130, 'running'],
    ['watches it to its end', [KEYS.down, KEYS.down, KEYS.enter], 0, 'completed'],
  ] as const)('asks at a terminal, and %s (A20)', async (_, keys, code, state) => {
    const ended = await interrupted({ isTerminal: true }, keys);
    expect(ended.code).toBe(code);
    expect(ended.job.state).toBe(state);
  });
});
