import { lazily } from '../platform/lazily.ts';
import type { Transformer } from './transformer.ts';

/**
 * A transformer that is loaded when it is first needed, and whose process starts then: targets without a transformation cost
 * nothing.
 * @param script of the process, see `createSandbox` @param now milliseconds since the epoch
 */
export function lazyTransformer(script: URL, now: () => number): Transformer {
  const load = lazily(async () => {
    const [{ createSandbox }, { createTransformer }] = await Promise.all([
      import('./process/sandbox.ts'),
      import('./transformer.ts'),
    ]);
    return createTransformer(createSandbox(script).ask, now);
  });
  return {
    check: async (...args) => (await load()).check(...args),
    shape: async (toShape) => (await load()).shape(toShape),
  };
}
