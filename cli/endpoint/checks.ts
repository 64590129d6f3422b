import type { Check } from './check.ts';
import type { CheckId } from './check-ids.ts';
import * as answers from './checks/answers.ts';
import * as challenges from './checks/challenges.ts';
import * as events from './checks/events.ts';
import * as reach from './checks/reach.ts';
import * as signatures from './checks/signatures.ts';

/** Each check by its id. They are made in the order of `CHECK_IDS`. */
export const CHECKS: Readonly<Record<CheckId, Check>> = {
  address: reach.address,
  tls: reach.tls,
  certificate: reach.certificate,
  redirects: reach.redirects,
  answers: reach.answers,
  duplicate: events.duplicate,
  'keep-alive': answers.keepAlive,
  'verifies-signature': signatures.verifiesSignature,
  'no-signature': signatures.noSignature,
  'altered-body': signatures.alteredBody,
  'old-timestamp': signatures.oldTimestamp,
  'future-timestamp': signatures.futureTimestamp,
  rotation: signatures.rotation,
  'raw-body': signatures.rawBody,
  'unknown-type': events.unknownType,
  'at-once': events.atOnce,
  'in-parallel': events.inParallel,
  'large-body': events.largeBody,
  'largest-body': events.largestBody,
  challenge: challenges.challenge,
  'forged-challenge': challenges.forgedChallenge,
  batch: events.batch,
  bytes: events.bytes,
  quick: answers.quick,
  'answer-ends': answers.answerEnds,
  'answer-plain': answers.answerPlain,
};
