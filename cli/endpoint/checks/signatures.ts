import { answerTo, type Check, type Facts, type Found } from '../check.ts';
import type { ProbeName } from '../probes.ts';
import { fateText, isAccepted, isRefused, saidText } from '../seen.ts';

/** Whether a request is believed that should not be, and one that should. */

/** A request that a good endpoint refuses. */
function refusal(facts: Facts, probe: ProbeName): Found {
  const seen = answerTo(facts, probe);
  if (isAccepted(seen)) return { status: 'fail', seen: `${saidText(seen)}: it was taken` };
  if (isRefused(seen)) return { status: 'pass', seen: saidText(seen) };
  if (seen.status === 429)
    return { status: 'skip', seen: `${saidText(seen)}, which says nothing of the signature` };
  return {
    status: 'warn',
    seen: `${saidText(seen)}: it was not taken, and neither refused`,
    advice:
      'Answer 400 or 401. Anything else reads as a fault, hides real ones, and is tried again by senders.',
  };
}

/** What a good endpoint takes. */
export function acceptance(facts: Facts, probe: ProbeName): Found {
  const all = facts.answers(probe);
  const wrong = all.find((seen) => !isAccepted(seen));
  if (wrong) return { status: 'fail', seen: `${saidText(wrong)}: ${fateText(wrong)}` };
  const [last] = all.toSorted((a, b) => b.ms - a.ms);
  return { status: 'pass', seen: saidText(last!) };
}

const VERIFIES = {
  check: 'verifies-signature',
  void: 'it takes what another secret signed',
} as const;

const LIBRARIES = 'The libraries of Standard Webhooks do it: see docs/delivery.md, Signatures.';

export const verifiesSignature: Check = {
  level: 'must',
  expected: '4xx to an event that another secret signed',
  advice: `The endpoint verifies nothing, so anybody who knows its address can send it events. ${LIBRARIES}`,
  reads: ['stranger'],
  judge: (facts) => refusal(facts, 'stranger'),
};

export const noSignature: Check = {
  level: 'must',
  expected: '4xx to an event without a signature',
  advice: 'A missing header is a wrong signature. Verify each request, and before anything else.',
  reads: ['unsigned'],
  judge: (facts) => refusal(facts, 'unsigned'),
};

export const alteredBody: Check = {
  level: 'must',
  expected: '4xx to an event whose body is not the one that was signed',
  advice: `The signature has to cover all bytes of the body. ${LIBRARIES}`,
  reads: ['altered'],
  after: VERIFIES,
  judge: (facts) => refusal(facts, 'altered'),
};

const signsTime = ({ sender: { scheme } }: Facts): boolean => scheme !== 'sha256';
const NO_TIME: Found = { status: 'skip', seen: 'the scheme sha256 signs no time' };

export const oldTimestamp: Check = {
  level: 'must',
  expected: '4xx to a right signature that is 10 minutes old',
  advice:
    'Refuse a webhook-timestamp that is more than five minutes off, or a request that was captured can be sent again at any time.',
  reads: ['old'],
  after: VERIFIES,
  judge: (facts) => (signsTime(facts) ? refusal(facts, 'old') : NO_TIME),
};

export const futureTimestamp: Check = {
  level: 'should',
  expected: '4xx to a right signature whose time is 10 minutes ahead',
  advice: 'Refuse a time ahead like one that is past: compare the absolute difference.',
  reads: ['future'],
  after: VERIFIES,
  judge: (facts) => (signsTime(facts) ? refusal(facts, 'future') : NO_TIME),
};

export const rotation: Check = {
  level: 'must',
  expected: '2xx to an event that a new secret and yours have signed',
  advice:
    'While a secret is replaced, webhook-signature holds several signatures, separated by spaces: one that fits is enough. With sha256 the previous secret’s is in x-hub-signature-256-old.',
  reads: ['rotation'],
  after: VERIFIES,
  judge(facts) {
    const found = acceptance(facts, 'rotation');
    // GitHub's own verifiers know one header, so that of the replaced secret is no must.
    return found.status === 'fail' && !signsTime(facts) ? { ...found, status: 'warn' } : found;
  },
};

export const rawBody: Check = {
  level: 'must',
  expected: '2xx to signed JSON with unusual blanks, escapes, characters and numbers',
  advice:
    'Verify the bytes as they came, before anything parses them: what is parsed and written again has other bytes. `posthorn verify` shows which.',
  reads: ['odd'],
  judge: (facts) => acceptance(facts, 'odd'),
};
