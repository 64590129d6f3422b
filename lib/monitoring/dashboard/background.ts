import type { Watched } from '../watched.ts';
import { alarmLines } from './alarm-lines.ts';
import { aside, MUCH, ours } from './colors.ts';
import { graphs, type Section } from './section.ts';
import { counted } from './series.ts';

/** What runs by the clock, and jobs. */
export function background(watched: Watched): Section | undefined {
  if (!watched.home) return undefined;
  return {
    title: 'In the background',
    answers:
      'Is anything late, or was anything lost? Release sends on what was parked, recovery finds what was lost, replays and erasures are asked for.',
    see: [
      'Parked deliveries are late',
      'Deliveries were lost and sent again',
      'A replay does not end',
      'A tenant is to be erased',
    ],
    rows: [
      graphs(
        {
          title: 'How late is release?',
          of: [
            counted(watched, 'ReleaseLag', { label: 'latest run', color: ours() }),
            counted(watched, 'ReleaseLag', { label: 'best run', color: MUCH, statistic: 'Minimum' }),
          ],
          axis: 'milliseconds',
          lines: alarmLines(watched, 'ReleaseLate'),
        },
        {
          title: 'Lost, found and sent again',
          of: [counted(watched, 'Recovered', { label: 'deliveries, and rests of events', color: ours() })],
          axis: 'in 5 minutes',
        },
        {
          title: 'Deliveries that replay jobs send',
          of: [counted(watched, 'Replayed', { label: 'deliveries', color: MUCH })],
          axis: 'deliveries in 5 minutes',
        },
        {
          title: 'Items erased with their tenants',
          of: [counted(watched, 'Erased', { label: 'items', color: aside() })],
          axis: 'items in 5 minutes',
        },
      ),
    ],
  };
}
