import { neighboursChart } from './charts/neighbours.ts';
import { recoveryChart } from './charts/recovery.ts';
import { scaleChart } from './charts/scale.ts';
import type { Results, Scenario, Work } from './results.ts';
import { neighboursTable } from './tables/neighbours.ts';
import { recoveryTable } from './tables/recovery.ts';
import { raiseTable, scaleTable } from './tables/scale.ts';
import { soakTables } from './tables/soak.ts';
import { commandsTable, summaryTable, threeNumbers } from './tables/summary.ts';
import { yearTable } from './tables/year.ts';
import { latency, number } from './words.ts';

/** What is made of results. The same results make the same bytes. */
export interface Report {
  /** Markdown, by the name of the block that it goes into. */
  readonly blocks: Readonly<Record<string, string>>;
  /** SVG, by the name of the file. */
  readonly pictures: Readonly<Record<string, string>>;
}

export function reportOf(results: Results): Report {
  const { scale, neighbours, recovery, year, soak } = results;
  const none = Object.keys(results).length === 0;
  const pictures = {
    ...(scale && { 'scale.svg': scaleChart(scale) }),
    ...(neighbours && { 'neighbours.svg': neighboursChart(neighbours) }),
    ...(recovery && { 'recovery.svg': recoveryChart(recovery) }),
  };
  const blocks = {
    summary: none ? 'Nothing is simulated yet.' : summaryTable(results),
    three: threeNumbers(results) ?? '',
    'scale-picture': scale
      ? pictureOf('scale', 'Latency, price and processor time by deliveries a second', scale.work)
      : notYet('scale'),
    scale: scale ? scaleTable(scale) : notYet('scale'),
    raise: scale ? raiseTable(scale) : notYet('scale'),
    'neighbours-picture': neighbours
      ? `${pictureOf('neighbours', 'The p99 of other tenants, without and with a flood', neighbours.work)} The others get ${number(neighbours.othersPerSecond)} deliveries a second together.`
      : notYet('neighbours'),
    neighbours: neighbours ? neighboursTable(neighbours) : notYet('neighbours'),
    'recovery-picture': recovery
      ? pictureOf('recovery', 'What waits and what is delivered a second, in each recovery', recovery.work)
      : notYet('recovery'),
    recovery: recovery ? recoveryTable(recovery) : notYet('recovery'),
    year: year ? yearTable(year) : notYet('year'),
    soak: soak ? soakTables(soak) : notYet('soak'),
    commands: none ? 'Nothing is simulated yet.' : commandsTable(results),
  };
  return { blocks, pictures };
}

const notYet = (scenario: Scenario): string => `Not simulated yet: \`npm run simulate -- ${scenario}\`.`;

/** A picture, and under which conditions its figures hold. */
const pictureOf = (name: string, alternative: string, work: Work): string =>
  `![${alternative}](pictures/simulation/${name}.svg)\n\n${conditions(work)}`;

const conditions = ({ tenants, payloadKb, answer }: Work): string =>
  `${number(tenants)} tenants, events of ${number(payloadKb)} kB; healthy endpoints answer in ${latency(answer.p50)}, p99 ${latency(answer.p99)}.`;
