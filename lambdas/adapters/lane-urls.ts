import { LANES, type Lane } from '../domain/lane.ts';
import { requireEnv } from './env.ts';

/** Of the region that Posthorn's tables are in. No event can name it: names of regions begin with a letter or digit. */
export const HOME = '.';

/**
 * The URLs of the lanes, by the region that an event names. `.` stands for all that have none of their own.
 */
const lanes = new Map(
  Object.entries(JSON.parse(requireEnv('LANES')) as Record<string, Partial<Record<Lane, string>>>),
);

/** Where a delivery goes: the lane of its event's region, or the one at home. */
export function laneUrl(lane: Lane, region: string | undefined): string {
  const url = (lanes.get(region ?? HOME) ?? lanes.get(HOME))?.[lane];
  if (!url)
    throw new Error(
      `expected the URL of one of the lanes ${LANES.join(', ')} in LANES, found none of ${lane}`,
    );
  return url;
}
