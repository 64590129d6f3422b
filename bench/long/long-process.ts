import { serveParent } from '../rig/child.ts';
import { measureParking, type ParkingFigures } from './long-parking.ts';
import { measureRetries, type RetryFigures } from './long-retries.ts';

/** A process of its own, since its clock is not the machine's. */
export type LongCalls = {
  retries: { args: [size: 'full' | 'quick']; result: RetryFigures };
  parking: { args: [size: 'full' | 'quick']; result: ParkingFigures };
};

serveParent<LongCalls>({ retries: measureRetries, parking: measureParking }, async () => {});
