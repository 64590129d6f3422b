import type { HorizontalAnnotation } from 'aws-cdk-lib/aws-cloudwatch';
import { ALARMS, type AlarmName, type AlarmRow } from '../alarm-table.ts';
import type { Watched } from '../watched.ts';

/** From where on an alarm rings, drawn over what it watches. Dark, since a line is no failure. */
const LINE = '#545b64';

const isWatchedHere = ({ home }: Watched, { where }: AlarmRow): boolean =>
  home !== undefined || where !== 'home';

/** The thresholds of alarms that there are in this AWS region. Those that are the same are one line. */
export function alarmLines(
  watched: Watched,
  ...names: readonly AlarmName[]
): readonly HorizontalAnnotation[] {
  const shown = names.filter((name) => isWatchedHere(watched, ALARMS[name]));
  const byThreshold = Map.groupBy(shown, (name) => ALARMS[name].threshold);
  return [...byThreshold].map(([value, alarms]) => ({
    value,
    label: `alarm ${alarms.join(', ')}`,
    color: LINE,
  }));
}
