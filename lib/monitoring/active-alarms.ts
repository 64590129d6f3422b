import type { Settings } from '../settings/config.ts';
import { sourceId } from '../settings/sources/common.ts';
import { ALARM_NAMES, ALARMS, type AlarmName, type AlarmRow, type SourceSetting } from './alarm-table.ts';

/** An alarm as it is made: its row, with what the settings change. */
export interface ActiveAlarm extends AlarmRow {
  /** Of its row. */
  readonly name: AlarmName;
  /** `OldestEvents`; `SourceWaits-SqsOrders` where each source has one. */
  readonly id: string;
  /** The source that it is about, as the construct of its function is called: `SqsOrders`. */
  readonly source?: string;
}

export type Place = 'home' | 'further region';

/** The alarms of an AWS region, in the order of the table. */
export const activeAlarms = (
  { monitoring, sources = {} }: Pick<Settings, 'monitoring' | 'sources'>,
  place: Place,
): readonly ActiveAlarm[] =>
  (monitoring.alarms ? ALARM_NAMES : []).flatMap((name): ActiveAlarm[] => {
    const row: AlarmRow = ALARMS[name];
    const wanted = monitoring.rows[name] ?? {};
    if (wanted.off || (place !== 'home' && row.where !== 'each region')) return [];
    const { threshold = row.threshold, severity = row.severity } = wanted;
    const active = { ...row, name, id: name, threshold, severity, rings: ringsOf(row, wanted.severity) };
    if (row.where !== 'sources') return [active];
    if (!row.eachOf) return Object.keys(sources).length > 0 ? [active] : [];
    return row.eachOf.flatMap((kind) =>
      sourcesOf(sources, kind).map(({ id, lagAlarm = threshold }) => ({
        ...active,
        id: `${name}-${id}`,
        source: id,
        threshold: lagAlarm,
      })),
    );
  });

const sourcesOf = (
  sources: NonNullable<Settings['sources']>,
  kind: SourceSetting,
): readonly { readonly id: string; readonly lagAlarm?: number | undefined }[] =>
  (sources[kind] ?? []).map((source) => ({
    id: sourceId(kind, source.name),
    ...('lagAlarm' in source && { lagAlarm: source.lagAlarm }),
  }));

/** Whoever gives an alarm another severity wants to hear of it apart; also of one that is only shown. */
function ringsOf({ rings, severity }: AlarmRow, wanted: AlarmRow['severity'] | undefined): AlarmRow['rings'] {
  const isAsked = wanted !== undefined && (rings === 'other' || wanted !== severity);
  return isAsked ? 'itself' : rings;
}
