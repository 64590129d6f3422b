import { expect, it } from 'vitest';
import { deliverMessages } from '../../../lambdas/delivery/deliver-messages.ts';
import type { DeliveryMessage } from '../../../lambdas/delivery/messages.ts';
import { messageOf } from '../../../lambdas/delivery/packed-deliveries.ts';
import { createEngine, type EngineSettings, OWN_FAULT, refusing, sentTo } from '../../builders/engine.ts';
import { nthDelivery } from '../../builders/nth-delivery.ts';
import { printedBy } from '../../helpers/printed.ts';

const pack = messageOf([0, 1, 2].map((n) => nthDelivery(n)));
const single = nthDelivery(3);
const REPORTED = 'outcomes → outcomes';
const noSlowLane: EngineSettings['faults'] = (sent) => ({
  sendAddressed: refusing(sent, ({ queueUrl }) => queueUrl.endsWith('/slow')),
});
const noOutcomes: EngineSettings['faults'] = (sent) => ({
  sendAddressed: refusing(sent, ({ queueUrl }) => queueUrl.endsWith('outcomes')),
});

it.each<[string, EngineSettings, readonly unknown[], readonly string[]]>([
  ['all arrive', {}, [], [REPORTED]],
  ['the endpoint fails', { answers: [200, 503, 200] }, [], ['evt-1 → slow in 60 s', REPORTED]],
  [
    'one can’t be attempted: it goes on alone',
    { answers: [200, OWN_FAULT, 200] },
    [],
    ['evt-1 → slow', REPORTED],
  ],
  ['none can be attempted: the message comes back', { answers: [OWN_FAULT] }, [pack, single], []],
  [
    'one can’t be attempted, nor sent on: the message comes back',
    { answers: [200, OWN_FAULT, 200], faults: noSlowLane },
    [pack],
    [REPORTED],
  ],
  ['nothing can be reported: what was delivered comes back', { faults: noOutcomes }, [pack, single], []],
])('of a message of several deliveries and another, %s', async (_, settings, again, expected) => {
  const { deps, sent, requests } = createEngine({ lane: 'standard', ...settings });
  const { result } = await printedBy(() => deliverMessages(deps, [pack, single], () => false));
  expect(result).toEqual(again);
  expect(sentTo(sent).sort()).toEqual(expected);
  expect(requests.length).toBeLessThanOrEqual(4);
});

it('a delivery that goes on alone has come back once more', async () => {
  const { deps, sent } = createEngine({ lane: 'standard', answers: [OWN_FAULT, 200] });
  await printedBy(() => deliverMessages(deps, [pack], () => false));
  const onward = sent.filter(({ queueUrl }) => queueUrl.endsWith('/slow'));
  expect(onward.map(({ body }) => body as DeliveryMessage)).toEqual([{ ...nthDelivery(0), hops: 1 }]);
});

it.each<[string, EngineSettings['faults'], readonly unknown[], readonly string[]]>([
  ['go on one by one, and none is posted with the others', undefined, [], ['evt-0', 'evt-1', 'evt-2']],
  ['come back once more if the slow lane can’t be reached', noSlowLane, [pack], []],
])('the deliveries of a message that keeps coming back %s', async (_, faults, again, onward) => {
  const { deps, sent, requests } = createEngine({ lane: 'standard', ...(faults && { faults }) });
  const { result } = await printedBy(() => deliverMessages(deps, [pack, single], () => true));
  expect(result).toEqual(again);
  expect(sentTo(sent).sort()).toEqual([...onward.map((id) => `${id} → slow`), REPORTED]);
  expect(requests).toHaveLength(1);
});
