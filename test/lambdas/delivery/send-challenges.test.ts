import { expect, it } from 'vitest';
import type { ChallengeMessage } from '../../../lambdas/delivery/messages.ts';
import { sendChallenges } from '../../../lambdas/delivery/send-challenges.ts';
import type { ChallengeResult } from '../../../lambdas/targets/challenge-store.ts';
import type { Target } from '../../../lambdas/targets/target.ts';
import { type Answer, createEngine, OWN_FAULT } from '../../builders/engine.ts';
import { targetOf } from '../../builders/nth-delivery.ts';
import { printedBy } from '../../helpers/printed.ts';

const TOKEN = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const message: ChallengeMessage = { v: 1, kind: 'challenge', tenant: 't', target: 'tgt_1', token: TOKEN };
/** Its endpoint has to return the token itself. */
const challenged = targetOf({ signature: 'ed25519', secrets: [], challenge: { token: TOKEN, at: '' } });
const regional = { ...challenged, regions: { eu: 'https://eu.example/hook' } };
const right: Answer = { status: 200, answer: JSON.stringify({ response: TOKEN }) };
const passed = { passed: true, statusCode: 200 };
const failed = { passed: false, statusCode: 200 };
const unanswered = { passed: false, statusCode: undefined };
const refused: Answer = { error: 'refused' };

/** What came of a challenge: requests, the result, and the seconds after which it is sent again. */
async function sendTo(target: Target | undefined, answers: Answer[], tries?: number, writes = true) {
  const { deps, requests, sent } = createEngine({ answers });
  const results: ChallengeResult[] = [];
  const putChallengeResult = async (_: object, result: ChallengeResult): Promise<void> => {
    if (!writes) throw new Error('ThrottlingException');
    results.push(result);
  };
  const { result } = await printedBy(() =>
    sendChallenges({ ...deps, loadTarget: async () => target, putChallengeResult }, [{ ...message, tries }]),
  );
  const [again] = sent;
  const back = (result as ChallengeMessage[]).length;
  return {
    requests: requests.length,
    result: results[0],
    again: again?.delaySeconds,
    body: again?.body,
    back,
  };
}

it.each<
  [string, Target | undefined, Answer[], number | undefined, number, object | undefined, number | undefined]
>([
  ['is answered', challenged, [right], undefined, 1, passed, undefined],
  ['is answered wrongly', challenged, [200], undefined, 1, failed, undefined],
  ['has to be answered for each region', regional, [right, right], undefined, 2, passed, undefined],
  ['is answered wrongly for one region', regional, [right, 200], undefined, 2, failed, undefined],
  ['is not answered, at first', challenged, [refused], undefined, 1, undefined, 5],
  ['is not answered, for the second time', challenged, [503], 1, 1, undefined, 30],
  ['is not answered, for the third time', challenged, [refused], 2, 1, unanswered, undefined],
  ['is void: the target is gone', undefined, [right], undefined, 0, undefined, undefined],
  ['is void: the target wants none', targetOf(), [right], undefined, 0, undefined, undefined],
  [
    'is void: there is another',
    { ...challenged, challenge: { token: 'x', at: '' } },
    [right],
    undefined,
    0,
    undefined,
    undefined,
  ],
])('a challenge %s (B11)', async (_, target, answers, tries, requests, result, again) => {
  const came = await sendTo(target, answers, tries);
  expect(came).toMatchObject({ requests, again, back: 0 });
  if (result) expect(came.result).toMatchObject({ ...result, token: TOKEN });
  else expect(came.result).toBeUndefined();
  if (again) expect(came.body).toEqual({ ...message, tries: (tries ?? 0) + 1 });
});

it.each<[string, Answer, boolean]>([
  ['that is not sent', OWN_FAULT, true],
  ['whose result is not written', right, false],
])('a challenge %s comes back', async (_, answer, writes) => {
  expect(await sendTo(challenged, [answer], undefined, writes)).toMatchObject({ back: 1, again: undefined });
});
