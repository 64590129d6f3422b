/** Multiplies the cases that property tests try; `npm run test:nightly` sets it. */
export const FACTOR = Number(process.env.PROPERTY_RUNS ?? 1);
if (!(FACTOR > 0)) throw new Error('expected PROPERTY_RUNS to be a number above 0');

/** The cases that a property test tries. @param usual few enough to keep the whole suite quick */
export const runs = (usual: number): number => Math.ceil(usual * FACTOR);
