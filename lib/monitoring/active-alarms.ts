import type { Settings } from '../settings/config.ts';
import { ALARM_NAMES, ALARMS, type AlarmName, type AlarmRow } from './alarm-table.ts';

/** An alarm as it is made: its row, with what the settings change. */
export interface ActiveAlarm extends AlarmRow {
  readonly name: AlarmName;
}

export type Place = 'home' | 'further region';

/** The alarms of an AWS region, in the order of the table. */
export const activeAlarms = (
  { alarms, rows }: Settings['monitoring'],
  place: Place,
): readonly ActiveAlarm[] =>
  (alarms ? ALARM_NAMES : []).flatMap((name) => {
    const row: AlarmRow = ALARMS[name];
    const { off, threshold = row.threshold, severity = row.severity } = rows[name] ?? {};
    if (off || (place !== 'home' && row.where === 'home')) return [];
    return [{ ...row, name, threshold, severity, rings: ringsOf(row, rows[name]?.severity) }];
  });

/** Whoever gives an alarm another severity wants to hear of it apart; also of one that is only shown. */
function ringsOf({ rings, severity }: AlarmRow, wanted: AlarmRow['severity'] | undefined): AlarmRow['rings'] {
  const isAsked = wanted !== undefined && (rings === 'other' || wanted !== severity);
  return isAsked ? 'itself' : rings;
}
