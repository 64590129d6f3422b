import type { Verdict } from './judge.ts';
import type { Problem, ProblemKind } from './problems.ts';
import * as problems from './problems.ts';
import type { Comparison } from './sent.ts';

/**
 * What was sent says for certain what a signature alone leaves open: where nothing was changed, the secret is wrong, and where
 * something was changed, that is it.
 */
export function withComparison(verdict: Verdict, comparison: Comparison): Verdict {
  const settled = verdict.problems.filter(({ kind }) => !OPEN.includes(kind));
  if (settled.length === verdict.problems.length) return verdict;
  const certain: Problem[] = [];
  const { body, attempt } = comparison;
  if (body) certain.push(body.aspects ? problems.reserialised(body.aspects) : problems.otherBody(body));
  for (const { name, got } of comparison.headers.filter((one) => SIGNED.test(one.name)))
    certain.push(problems.otherHeader(name, got.length === 0));
  if (certain.length === 0 && attempt)
    certain.push(problems.notASigner(verdict.problems.flatMap(keyIdsIn), attempt));
  if (certain.length === 0) return verdict;
  return { ...verdict, problems: [...settled, ...certain] };
}

/** What leaves open where and how the request was changed. */
const OPEN: readonly ProblemKind[] = ['no_secret_fits', 'wrong_length'];

const SIGNED = /^(?:webhook-(?:id|timestamp|signature)|x-hub-signature-256)$/;

const keyIdsIn = ({ keyIds }: Problem): readonly string[] =>
  Array.isArray(keyIds) ? (keyIds as string[]) : [];
