import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { measureStart, printStart } from './bundles/cli-start.ts';
import { measureColdStarts, printColdStart } from './bundles/coldstart.ts';
import { measureConsole, printConsole } from './console/console.ts';
import { measureDelivery, measureDeliveryCosts } from './delivery.ts';
import { printDelivery, printDeliveryCosts } from './delivery-print.ts';
import { profileDelivery } from './delivery-profile.ts';
import { measureFaults, printFaults } from './faults.ts';
import { measureGround, printGround } from './ground.ts';
import { measureKills, printKills } from './kill.ts';
import { measureLists, printLists } from './lists.ts';
import { measureLong, printLong } from './long/long.ts';
import { measureManage, printManage } from './manage/manage.ts';
import { measureMatching } from './matching/matching.ts';
import { printMatching } from './matching/matching-print.ts';
import { measureMemory, printMemory } from './memory/memory.ts';
import { measureNoise, printNoise } from './noisy.ts';
import { measureOutage, printOutage } from './outage.ts';
import { meterPaths, printMetered, writeMetered } from './plan/metering.ts';
import { measurePull, printPull } from './pull.ts';
import { measureRate, printRate } from './rate.ts';
import { SOURCE_KINDS, type SourceKind } from './sources/senders.ts';
import { measureSources, printSources } from './sources/sources.ts';
import { measureCosts, printCosts } from './states.ts';
import { measureTransform, printTransform } from './transform.ts';

/**
 * `npm run bench -- [suite] [--quick] [--json FILE]`. Machines differ and are noisy: compare runs on one machine.
 * `npm run bench -- delivery --profile DIR` profiles and measures nothing. `npm run bench -- plan --write` counts anew what
 * `npm run cost` reads. `npm run bench -- sources --flood KIND` floods a source and measures another tenant's traffic.
 */
const { values, positionals } = parseArgs({
  options: {
    json: { type: 'string' },
    profile: { type: 'string' },
    write: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    flood: { type: 'string' },
  },
  allowPositionals: true,
});

type Size = 'full' | 'quick';

/** Measures, prints, and returns the figures. */
const suite =
  <F>(measure: (size: Size) => F | Promise<F>, print: (figures: F) => void) =>
  async (size: Size): Promise<F> => {
    if (values.profile !== undefined) {
      await profileDelivery(size, values.profile);
      process.exit(0);
    }
    const figures = await measure(size);
    print(figures);
    return figures;
  };

const suites = {
  delivery: suite(measureDelivery, printDelivery),
  cli: suite(measureStart, printStart),
  'delivery-cost': suite(measureDeliveryCosts, printDeliveryCosts),
  kill: suite(measureKills, printKills),
  outage: suite(measureOutage, printOutage),
  noisy: suite(measureNoise, printNoise),
  rate: suite(measureRate, printRate),
  long: suite(measureLong, printLong),
  faults: suite(measureFaults, printFaults),
  cost: suite(measureCosts, printCosts),
  pull: suite(measurePull, printPull),
  plan: suite(meterPaths, (metered) => {
    printMetered(metered);
    if (values.write) writeMetered(metered);
  }),
  manage: suite(measureManage, printManage),
  lists: suite(measureLists, printLists),
  console: suite(measureConsole, printConsole),
  memory: suite(measureMemory, printMemory),
  transform: suite(measureTransform, printTransform),
  sources: suite((size) => measureSources(size, values.flood as SourceKind | undefined), printSources),
  coldstart: suite(measureColdStarts, printColdStart),
  ground: suite(measureGround, printGround),
  matching: suite(measureMatching, printMatching),
};

const wanted = positionals[0] ?? 'delivery';
if (!(wanted in suites)) {
  console.error(`unknown benchmark ${wanted}: expected ${Object.keys(suites).join(', ')}`);
  process.exit(2);
}
if (values.profile !== undefined && (wanted !== 'delivery' || values.json !== undefined)) {
  console.error('--profile DIR: expected with delivery alone, and without --json');
  process.exit(2);
}
if (values.write && wanted !== 'plan') {
  console.error('--write: expected with plan alone');
  process.exit(2);
}
if (
  values.flood !== undefined &&
  (wanted !== 'sources' || !SOURCE_KINDS.some((kind) => kind === values.flood))
) {
  console.error(`--flood KIND: expected with sources alone, and one of ${SOURCE_KINDS.join(', ')}`);
  process.exit(2);
}
const size = values.quick ? 'quick' : 'full';
const machine = { cores: cpus().length, model: cpus()[0]?.model, node: process.version };
console.log(`${wanted} (${size}) on ${machine.cores} × ${machine.model}, Node ${machine.node}\n`);
if (values.profile !== undefined) {
  await profileDelivery(size, values.profile);
  process.exit(0);
}
const figures = await suites[wanted as keyof typeof suites](size);
if (values.json) {
  const report = { benchmark: wanted, size, at: new Date().toISOString(), machine, figures };
  writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
}
