import type { Results, Scenario } from '../results.ts';
import { dollars, duration, latency, number, table, times } from '../words.ts';
import { factorsOf, ratioOf, worstOf } from './neighbours.ts';
import { lostOf } from './recovery.ts';
import { heldRows, isUnraised, perProcessor } from './scale.ts';
import { monthOf } from './year.ts';

type Line = readonly [question: string, answer: string, section: string];

/** The page in one table. A line whose scenario never ran is left out. */
export function summaryTable(results: Results): string {
  const lines = [...scaleLines(results), ...otherLines(results)];
  return table(
    ['', 'simulated', 'more'],
    lines.map(([question, answer, section]) => [
      question,
      answer,
      `[${section.replaceAll('-', ' ')}](performance-tables.md#${section})`,
    ]),
  );
}

function scaleLines({ scale }: Results): Line[] {
  if (!scale) return [];
  const held = heldRows(scale);
  const most = held.at(-1);
  const asItIs = held.filter(isUnraised).at(-1);
  if (!most) return [];
  return [
    ...(asItIs
      ? [['deliveries a second, with `prod` as it is', number(asItIs.perSecond), 'scale'] as const]
      : []),
    ...(most === asItIs
      ? []
      : [['deliveries a second, with raised limits', number(most.perSecond), 'scale'] as const]),
    [
      'accepted → delivered, at that',
      `p50 ${latency(most.latency.p50)}, p99 ${latency(most.latency.p99)}`,
      'scale',
    ],
    ['deliveries a second for each processor of Lambda', number(perProcessor(most)), 'scale'],
    [
      'dollars for a million deliveries',
      pricesOf(held.map(({ dollarsPerMillion }) => dollarsPerMillion)),
      'scale',
    ],
  ];
}

/** From the price of the least load to that of the largest. */
function pricesOf(prices: readonly number[]): string {
  const [first, last] = [prices[0]!, prices.at(-1)!].map(dollars);
  return first === last ? `$${first}` : `$${first} at the least load, $${last} at the largest`;
}

function otherLines({ neighbours, recovery, year }: Results): Line[] {
  const worst = neighbours
    ? factorsOf(neighbours)
        .filter((factor) => factor > 1)
        .map((factor): Line => {
          const row = worstOf(neighbours, factor)!;
          return [
            `p99 beside a tenant that publishes ${number(factor)}× its share, at worst`,
            `${times(ratioOf(row))} times what it is alone (an endpoint that is ${row.endpoint}${row.turns ? ' from then on' : ''})`,
            'neighbours',
          ];
        })
    : [];
  const waiting = recovery?.cases.find(({ kind }) => kind === 'waiting');
  const idle = year?.rows.find(({ deliveriesAMonth }) => deliveriesAMonth === 0);
  return [
    ...worst,
    ...(waiting
      ? [
          [
            `${number(waiting.deliveries)} waiting deliveries, once their endpoint is back`,
            duration(waiting.doneSeconds),
            'recovery',
          ] as const,
        ]
      : []),
    ...(recovery ? [['lost, in all recoveries', number(lostOf(recovery)), 'recovery'] as const] : []),
    ...(idle ? [['an idle environment', `$${dollars(monthOf(idle))} a month`, 'a-month'] as const] : []),
  ];
}

/** Three numbers for the first page; nothing until all of them are there. */
export function threeNumbers({ scale, neighbours, recovery }: Results): string | undefined {
  if (!scale || !neighbours || !recovery) return undefined;
  const most = heldRows(scale).at(-1);
  const worst = worstOf(neighbours, 10);
  const waiting = recovery.cases.find(({ kind }) => kind === 'waiting');
  if (!most || !worst || !waiting) return undefined;
  const lost = lostOf(recovery);
  return [
    `Simulated at AWS's scale ([how](docs/performance.md)): **${number(most.perSecond)} deliveries a second** at $${dollars(most.dollarsPerMillion)} a million;`,
    `beside a tenant that floods with ten times its share, the others' p99 is **${times(ratioOf(worst))} times** what it is alone, at worst;`,
    `**${number(waiting.deliveries)} deliveries** that waited for an endpoint are out ${duration(waiting.doneSeconds)} after it is back, ${lost === 0 ? 'none' : number(lost)} lost.`,
  ].join('\n');
}

/** What is typed for the figures of each scenario. */
export function commandsTable(results: Results): string {
  const lines = (Object.keys(results) as Scenario[]).map((scenario) => {
    const { command, simulatedSeconds } = results[scenario]!.run;
    return [scenario, `\`${command}\``, duration(simulatedSeconds), `simulate/results/${scenario}.json`];
  });
  return table(['figures', 'command', 'simulated time', 'numbers'], lines);
}
