import type { HorizontalAnnotation } from 'aws-cdk-lib/aws-cloudwatch';
import { activeAlarms } from '../active-alarms.ts';
import type { AlarmName } from '../alarm-table.ts';
import type { Watched } from '../watched.ts';

/** From where on an alarm rings, drawn over what it watches. Dark, since a line is no failure. */
const LINE = '#545b64';

/** The thresholds of those of the alarms that there are in this AWS region. What is the same is one line. */
export function alarmLines(
  { settings, home }: Watched,
  ...names: readonly AlarmName[]
): readonly HorizontalAnnotation[] {
  const shown = activeAlarms(settings, home ? 'home' : 'further region').filter(({ name }) =>
    names.includes(name),
  );
  return [...new Set(shown.map(({ threshold }) => threshold))].map((value) => {
    const alarms = shown.filter(({ threshold }) => threshold === value);
    return { value, label: `alarm ${[...new Set(alarms.map(({ name }) => name))].join(', ')}`, color: LINE };
  });
}
