import { PRICES } from '../../lambdas/costs/prices.ts';
import type { Line, Month } from './month.ts';
import { type Standing, watchingOf } from './standing.ts';
import type { Volume } from './volume.ts';

/** A month as a person reads it. */
export function textOf(month: Month, { volume, environment, standing, meteredAt }: Planned): string {
  const { counts } = month.traffic;
  const all = month.lines.map(({ service, what, ...line }) => [service, what, ...amounts(line)]);
  const total: Line = {
    service: 'total',
    what: '',
    standing: month.standing,
    traffic: month.dollars - month.standing,
  };
  const head = ['', '', 'anyway', 'by volume', '$ a month'];
  const rows = [head, ...all, [total.service, total.what, ...amounts(total)]];
  const per =
    month.perMillionDeliveries === undefined
      ? []
      : [
          `A million deliveries cost $${month.perMillionDeliveries.toFixed(2)} at this volume, custom metrics not counted.`,
        ];
  return [
    `${environment}: ${whole(volume.eventsPerDay)} events a day, ${whole(counts.deliveries)} deliveries and ${whole(counts.attempts)} attempts a month of ${volume.payloadKb} KB.`,
    '',
    ...table(rows),
    '',
    ...per,
    `Watching it (dashboards and alarms) is $${watchingOf(standing).toFixed(2)} of what is paid anyway.`,
    '',
    ...assumptions(month, volume, meteredAt),
    '',
  ].join('\n');
}

export interface Planned {
  readonly volume: Volume;
  readonly environment: string;
  readonly standing: Standing;
  readonly meteredAt: string;
}

const amounts = ({ standing, traffic }: Pick<Line, 'standing' | 'traffic'>): string[] =>
  [standing, traffic, standing + traffic].map((dollars) => dollars.toFixed(2));

const whole = (count: number): string => Math.round(count).toLocaleString('en-US');

/** Texts to the left, numbers to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const cell = (text: string, i: number): string =>
    i < 2 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!);
  return rows.map((row) => row.map(cell).join('  ').trimEnd());
}

function assumptions({ traffic }: Month, volume: Volume, meteredAt: string): string[] {
  const { batches, counts } = traffic;
  const share = (part: number): string => {
    const percent = counts.deliveries > 0 ? (100 * part) / counts.deliveries : 0;
    return `${Number(percent.toPrecision(2))} %`;
  };
  const many = (count: number): string => Number(count.toPrecision(2)).toString();
  return [
    'Assumed:',
    `- events come evenly over ${volume.peakHours} hours a day, ${volume.eventsPerRequest} in a request. Events in a run of fanout: ${many(batches.fanout)}, deliveries in one of dispatch: ${many(batches.dispatch)}, outcomes in one of record: ${many(batches.record)}`,
    `- attempts fail independently of each other: ${share(counts.retries - counts.parked)} retries within 15 minutes, ${share(counts.parked)} later, ${share(counts.held)} wait for an endpoint that is down, ${share(counts.dead)} die`,
    `- endpoints answer in ${volume.answerMs} ms; a run takes 10 ms of its own in 512 MB; nothing is kept between runs`,
    `- prices are AWS's for ${PRICES.region} of ${PRICES.asOf}, requests are those that the cost meter counted on ${meteredAt}`,
    '- not in it: management and console, payloads that compress badly, cold starts, tax, support',
    "AWS's free tier takes off, each month and for the whole account: a million requests of SQS and of Lambda with 400,000 GB-seconds, 10 alarm metrics, 3 dashboards of up to 50 metrics, 10 custom metrics, 5 GB of logs, 25 GB of tables, 100 GB of traffic, 20,000 requests of KMS.",
  ];
}
