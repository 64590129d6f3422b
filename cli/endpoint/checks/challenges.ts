import { judge, type Verdict } from '../../../lambdas/targets/challenge.ts';
import { answerTo, type Check, type Facts } from '../check.ts';
import { isAccepted, isRefused, type Seen, saidText } from '../seen.ts';

/** Whether it proves that it has the secret, and to Posthorn alone. */

/** As dispatch judges it. */
function verdictOn({ sender: { scheme, secrets }, now }: Facts, token: string, seen: Seen): Verdict {
  const target = { signature: scheme, secrets: secrets.map((value) => ({ value, createdAt: '' })) };
  const { status, error, detail, ms, text } = seen;
  const attempt = {
    at: now,
    ms,
    ...(status !== undefined && { status }),
    ...(error !== undefined && { error }),
    ...(detail !== undefined && { detail }),
    ...(text !== '' && { answer: text }),
  };
  return judge(target, token, attempt, 1, now);
}

const knowsChallenges = ({ text }: Seen): boolean => /"response"\s*:/.test(text);

export const challenge: Check = {
  level: 'should',
  expected: '2xx with the HMAC of the challenge, if its target has challengeRequired',
  advice:
    'See docs/delivery.md, Challenge. Without challengeRequired an endpoint takes it as an event of an unknown type.',
  reads: ['challenge'],
  judge(facts) {
    const seen = answerTo(facts, 'challenge');
    const verdict = verdictOn(facts, facts.sender.ids.token, seen);
    if (verdict.kind === 'passed')
      return { status: 'pass', seen: `${saidText(seen)}, with the right response` };
    const problem = verdict.kind === 'failed' ? verdict.problem : saidText(seen);
    if (facts.wanted.has('challenge')) return { status: 'fail', seen: problem };
    if (knowsChallenges(seen)) return { status: 'warn', seen: problem };
    if (isAccepted(seen) || isRefused(seen))
      return {
        status: 'skip',
        seen: `${saidText(seen)}, without a response. Only targets with challengeRequired need one`,
      };
    return { status: 'warn', seen: saidText(seen) };
  },
};

export const forgedChallenge: Check = {
  level: 'must',
  expected: 'no right response to a challenge that another secret signed',
  advice:
    'Verify a challenge like an event, before it is answered. An endpoint that answers any is asked for the HMAC of whatever a stranger likes, which is how signatures are forged.',
  reads: ['challenge', 'forgedChallenge'],
  judge(facts) {
    const { token, forgedToken } = facts.sender.ids;
    if (verdictOn(facts, token, answerTo(facts, 'challenge')).kind !== 'passed')
      return { status: 'skip', seen: 'it answers no challenge' };
    if (facts.sender.scheme === 'ed25519')
      return { status: 'skip', seen: 'with ed25519 the response is no secret' };
    const seen = answerTo(facts, 'forgedChallenge');
    const isAnswered = verdictOn(facts, forgedToken, seen).kind === 'passed';
    return isAnswered
      ? { status: 'fail', seen: `${saidText(seen)}, with the right response` }
      : { status: 'pass', seen: `${saidText(seen)}, without it` };
  },
};
