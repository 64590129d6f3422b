import { describe, expect, it } from 'vitest';
import { createTrial, MOST_KEYS } from '../../../lambdas/publishing/sender-signature.ts';
import { secretFrom } from '../../../lambdas/targets/signature-schemes/secret-text.ts';
import { sha256Signature } from '../../../lambdas/targets/signature-schemes/shared-secret.ts';
import type { Target } from '../../../lambdas/targets/target.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const BODY = Buffer.from('a body');
const at = '2026-11-21T00:00:00Z';

const target = (signature: Target['signature'], ...values: string[]): Target =>
  ({ signature, secrets: values.map((value) => ({ value, createdAt: at })) }) as unknown as Target;

const standard = (n: number): string => secretFrom(Buffer.alloc(32, n));

/** A trial that counts how often it hashes. */
function counted(given: string) {
  let hashes = 0;
  const trial = createTrial({ body: BODY, given }, (key, body) => {
    hashes += 1;
    return sha256Signature(key, body);
  });
  return { trial, hashes: () => hashes };
}

describe('a proof', () => {
  const bytes = Buffer.alloc(32, 1);

  it.each<[string, string, Target | undefined, boolean]>([
    ["by the secret's text", sha256Signature('plain', BODY), target('sha256', 'plain'), true],
    ['in capitals', sha256Signature('plain', BODY).toUpperCase(), target('sha256', 'plain'), true],
    ['by the bytes behind it', sha256Signature(bytes, BODY), target('standard', standard(1)), true],
    [
      'by the secret before',
      sha256Signature(standard(2), BODY),
      target('standard', standard(1), standard(2)),
      true,
    ],
    ['by another secret', sha256Signature('other', BODY), target('sha256', 'plain'), false],
    ['by half of a pair', sha256Signature('whsk_a', BODY), target('ed25519', 'whsk_a'), false],
    ['of no secret', '', target('sha256', 'plain'), false],
    ['by the key that stands for none', sha256Signature(Buffer.alloc(32), BODY), undefined, false],
  ])('%s: is it one?', (_, given, of, isOne) => {
    const { trial } = counted(given);
    expect(trial.isPassed(of, NOW)).toBe(isOne);
    trial.fail();
    expect(trial.isPassed(of, NOW)).toBe(isOne);
  });

  it.each<[string, (Target | undefined)[]]>([
    ['there is no target', []],
    ['there is none, asked twice', [undefined, undefined]],
    ['it has one secret', [target('sha256', 'plain')]],
    ['it has one that may be used in two ways', [target('standard', standard(1))]],
    ['it has as many as there can be', [target('standard', standard(1), standard(2), standard(3))]],
    ['only we know it', [target('ed25519', 'whsk_a')]],
    [
      'it was known and is looked up again',
      [target('standard', standard(1)), target('standard', standard(1))],
    ],
    ['it was replaced', [target('standard', standard(1)), target('standard', standard(2), standard(1))]],
  ])('that fails takes as many hashes whether or not %s', (_, targets) => {
    const { trial, hashes } = counted('sha256=wrong');
    for (const one of targets) expect(trial.isPassed(one, NOW)).toBe(false);
    trial.fail();
    expect(hashes()).toBe(MOST_KEYS);
  });

  it('that is right takes no more hashes than the target has keys', () => {
    const { trial, hashes } = counted(sha256Signature('plain', BODY));
    expect(trial.isPassed(target('sha256', 'plain'), NOW)).toBe(true);
    expect(hashes()).toBe(1);
  });
});
