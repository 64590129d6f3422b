import { readFileSync } from 'node:fs';
import { afterAll, describe, it } from 'vitest';
import { replyFor, startReceiver } from '../../../local/receiver.ts';
import { edits, forgetful, withoutWindows } from '../../helpers/arbitrary/edits.ts';
import { startCloud } from '../../helpers/cloud.ts';
import { readGuide } from '../../helpers/guide/guide.ts';
import { follow, type Reader } from '../../helpers/guide/guide-run.ts';

const guideOf = (file: string) =>
  readGuide(readFileSync(new URL(`../../../docs/${file}`, import.meta.url), 'utf8'));

// What the guide promises within a minute happens at once.
const cloud = await startCloud({ edit: edits(withoutWindows, forgetful(0)) });
const reader: Reader = { variables: new Map(), arrivals: [] };
// The receiver of `npm start`.
const receiver = await startReceiver((arrival) => {
  reader.arrivals.push(arrival);
  return replyFor(arrival.path);
});
afterAll(() => receiver.close());

/** `npm start` prints these, different on each machine; the guide sets them before its first request. */
const given = { API: cloud.apiUrl, KEY: cloud.key, RECEIVER: receiver.url };

describe('docs/api.md (A1, B2, C1, C2, D7, D8)', () => followInOrder('api.md'));

// They rely on what docs/api.md sets before its first request, and use paths of their own.
describe.each([
  'coming-from.md',
  'migrate.md',
  'migrate-svix.md',
  'migrate-outpost.md',
  'migrate-eventbridge.md',
  'migrate-own.md',
])('docs/%s', followInOrder);

function followInOrder(file: string): void {
  /** Whether an earlier section failed, so that the next ones may lack what they rely on. */
  let isLost = false;
  it.for(guideOf(file))('$title', async (section, { skip }) => {
    skip(isLost, 'an earlier section failed');
    isLost = true;
    const steps = section.steps.map((step) =>
      step.kind === 'set' && Object.hasOwn(given, step.name)
        ? { ...step, value: given[step.name as keyof typeof given] }
        : step,
    );
    await follow({ ...section, steps }, reader);
    isLost = false;
  });
}
