import fc from 'fast-check';
import { runs } from './runs.ts';

/** For properties that name no number: fast-check tries 100 cases. */
fc.configureGlobal({ numRuns: runs(100) });
