import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import {
  LIMITS,
  MAX_EXPRESSION_BYTES,
  MAX_HEADERS,
  MAX_PATH_LENGTH,
} from '../../lambdas/transform/limits.ts';
import { createSandbox } from '../../lambdas/transform/process/sandbox.ts';
import { createTransformer } from '../../lambdas/transform/transformer.ts';
import { transformerScript } from '../helpers/transformer-script.ts';

const page = readFileSync('docs/transformations.md', 'utf8');
const [, examples = ''] = page.split('## Examples');
const fences = [...examples.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(([, kind, text]) => ({
  kind,
  text: text!,
}));
const payload = Buffer.from(fences[0]!.text);
const pairs = fences
  .slice(1)
  .flatMap(({ kind, text }, i, all) =>
    kind === 'jsonata' ? [{ expression: text.trim(), expected: JSON.parse(all[i + 1]!.text) as object }] : [],
  );

const sandbox = createSandbox(transformerScript());
afterAll(() => sandbox.end());

describe('docs/transformations.md (A25)', () => {
  it.each(pairs)('$expression', async ({ expression, expected }) => {
    const { shape } = createTransformer(sandbox.ask, () => 0);
    const ulid = '01KAK2V5E4V2N9CR0Q6WV7Z1QX';
    const event = { id: `evt_${ulid}`, ulid, type: 'payment.failed', contentType: 'application/json' };
    const made = await shape({ tenant: 't', expression, event, target: { id: 'tgt_1' }, payload });
    if ('problem' in made) throw new Error(made.problem.message);
    const { body, ...rest } = made.shaped;
    expect({ ...rest, ...(body && { body: Buffer.from(body).toString() }) }).toEqual(expected);
  });

  it('has five examples, and the limits as they are', () => {
    expect(pairs).toHaveLength(5);
    const numbers = [
      MAX_EXPRESSION_BYTES,
      LIMITS.steps,
      LIMITS.depth,
      LIMITS.textLength,
      LIMITS.items,
      MAX_HEADERS,
      MAX_PATH_LENGTH,
    ];
    for (const number of numbers)
      expect(
        [String(number), number.toLocaleString('en-US')].some((text) => page.includes(text)),
        String(number),
      ).toBe(true);
  });
});
