/** How many times as many cases as usual property tests try; `npm run test:nightly` sets it. */
export const FACTOR = Number(process.env.PROPERTY_RUNS ?? 1);
if (!(FACTOR > 0)) throw new Error('expected PROPERTY_RUNS to be a number above 0');

/** The cases that a property test tries. @param usual so many as keep all tests together quick */
export const runs = (usual: number): number => Math.ceil(usual * FACTOR);
