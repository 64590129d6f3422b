import { encodeTime } from 'ulid';
import { expect, it } from 'vitest';
import type { Frame } from '../../../client/live/frame.ts';
import { eventually } from '../../helpers/eventually.ts';
import { runningCli } from '../../helpers/running-cli.ts';
import { type LiveApi, startLiveApi } from '../../helpers/servers/live-api.ts';

let made = 0;

function frame(api: LiveApi, leftOut = 0): Frame {
  const at = Date.now() + made++;
  const one: Frame = {
    type: 'frame',
    id: encodeTime(at, 10).padEnd(26, '0'),
    at: new Date(at).toISOString(),
    outcomes: [
      {
        deliveryId: `dlv_${made}`,
        eventId: `evt_${made}`,
        type: 'order.paid',
        targetId: 'tgt_1',
        subscriptionId: 'sub_1',
        status: 'delivered',
        attempt: 1,
        statusCode: 200,
        ms: 3,
        at: new Date(at).toISOString(),
      },
    ],
    counts: { delivered: 1 + leftOut, failed: 0, dead: 0, waiting: 0, leftOut },
  };
  api.frames.push(one);
  return one;
}

const start = (api: LiveApi, typed = 'tail --json') => runningCli({ apiUrl: api.url, key: 'phk_1' }, typed);

it('misses nothing that happens while the connection is lost, and shows nothing twice (A20)', async () => {
  const api = await startLiveApi();
  const tail = start(api);
  await tail.says('Connected.');
  api.send(frame(api));
  await eventually(() => expect(tail.lines()).toHaveLength(1));
  api.cut();
  const missed = [frame(api), frame(api)];
  await tail.says('The connection is lost');
  await tail.says('Connected again.');
  api.send(missed[1]);
  api.send(frame(api, 7));
  await eventually(() => expect(tail.lines()).toHaveLength(4));
  const { code, stderr } = await tail.end();
  expect(code).toBe(0);
  expect(tail.lines().map(({ deliveryId }) => deliveryId)).toEqual(
    api.frames.map(({ outcomes }) => outcomes![0]!.deliveryId),
  );
  expect(stderr).toContain('7 more outcomes within this second');
  expect(stderr).toContain('4 outcomes: 4 delivered. 7 more were counted, and not listed.');
  expect(stderr).not.toContain('missing');
});

it('says that outcomes are missing when frames are gone (A20)', async () => {
  const api = await startLiveApi();
  const tail = start(api);
  await tail.says('Connected.');
  api.isComplete = false;
  api.cut();
  await tail.says('Outcomes of meanwhile are missing here');
  await tail.end();
});

it('waits for an API that is out of reach, and goes on (A20)', async () => {
  const api = await startLiveApi();
  const tail = start(api);
  await tail.says('Connected.');
  api.isDown = true;
  api.cut();
  const missed = frame(api);
  await tail.says('Still no connection: no answer from the API');
  api.isDown = false;
  await tail.says('Connected again.');
  await eventually(() => expect(tail.lines()).toMatchObject([{ eventId: missed.outcomes![0]!.eventId }]));
  expect((await tail.end()).code).toBe(0);
});

it('ends with a key that is revoked, and says so (A20)', async () => {
  const api = await startLiveApi();
  const tail = start(api);
  await tail.says('Connected.');
  api.refuse = 403;
  api.cut();
  const { code, stderr } = await tail.ran;
  expect(code).toBe(4);
  expect(stderr).toContain('the key is gone');
});

it('ends at once where no API is (A20)', async () => {
  const api = await startLiveApi();
  api.refuse = 501;
  const { code, stderr } = await start(api).ran;
  expect(code).toBe(5);
  expect(stderr).not.toContain('connection');
});

it('takes no harm from messages that nobody expects (A20)', async () => {
  const api = await startLiveApi();
  const tail = start(api, 'tail');
  await tail.says('Connected.');
  for (const odd of [
    '',
    'null',
    '[]',
    '{"type":"frame"}',
    '{"type":"request","id":"req_1"}',
    '{"type":7}',
    '<html>',
  ])
    api.send(odd);
  api.send({ ...frame(api), outcomes: [{ ...frame(api).outcomes![0], type: 'a\u001b[2Jb' }] });
  await tail.says('[2Jb');
  const { code, stdout } = await tail.end();
  expect(code).toBe(0);
  expect(stdout).toContain('a\\u001b[2Jb');
});
