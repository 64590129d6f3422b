import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { synthesise } from '../../local/template/synth.ts';
import { percentile, round } from '../rig/statistics.ts';
import { type BundleParts, bundleParts } from './bundle-parts.ts';
import { type Bundle, bundlesOf } from './bundles.ts';

/** What each function loads before it can answer its first event. */
export interface ColdStartFigures {
  readonly functions: readonly ColdStart[];
  /** Modules to compare with: an empty one, and one with only what any HTTPS client needs. */
  readonly floors: Readonly<Record<Floor, LoadTime>>;
  /** Parts of the bundle that producers wait for. */
  readonly ingest: BundleParts;
}

interface ColdStart extends LoadTime {
  readonly name: string;
  readonly bundleKb: number;
  readonly gzipKb: number;
  /** The part of the bundle that runs at load. */
  readonly atLoadKb: number;
  /** Its processor time as a multiple of that of `https`, the floor. */
  readonly timesFloor: number;
}

/** Medians, in milliseconds. Processor time, of all the process's threads, varies less on a busy machine. */
interface LoadTime {
  readonly ms: number;
  readonly cpuMs: number;
}

const FLOORS = {
  empty: '',
  https: "import 'node:https'; import 'node:crypto'; import 'node:zlib';",
} as const;
type Floor = keyof typeof FLOORS;

/** The first of each is not counted: it warms the machine's file cache. */
const RUNS = 8;

const LOADER = fileURLToPath(new URL('../rig/load-bundle.js', import.meta.url));

/**
 * Loads each bundle in processes of its own, one round after another, so that a slow moment of the machine affects all
 * bundles.
 */
export async function measureColdStarts(): Promise<ColdStartFigures> {
  const bundles = bundlesOf(await synthesise());
  const parts = await Promise.all(bundles.map(({ entry, bytes }) => bundleParts(entry, bytes)));
  const scratch = mkdtempSync(join(tmpdir(), 'bench-'));
  const floors = Object.entries(FLOORS).map(([name, code]) => floorModule(scratch, name, code));
  const times = await loadInTurn([...floors, ...bundles]);
  rmSync(scratch, { recursive: true });
  const [empty, https] = times as [LoadTime, LoadTime];
  return {
    functions: bundles.map((bundle, i) => {
      const time = times[floors.length + i]!;
      return {
        name: bundle.name,
        bundleKb: round(bundle.bytes / 1000, 0),
        gzipKb: round(bundle.gzipBytes / 1000, 0),
        atLoadKb: round(parts[i]!.atLoad / 1000, 0),
        ...time,
        timesFloor: round(time.cpuMs / https.cpuMs),
      };
    }),
    floors: { empty, https },
    ingest: parts[bundles.findIndex(({ name }) => name === 'Ingest')]!,
  };
}

type Loadable = Pick<Bundle, 'moduleUrl' | 'env'>;

function floorModule(dir: string, name: string, code: string): Loadable {
  const file = join(dir, `${name}.mjs`);
  writeFileSync(file, code);
  return { moduleUrl: pathToFileURL(file).href, env: {} };
}

async function loadInTurn(loadables: readonly Loadable[]): Promise<LoadTime[]> {
  const runs: LoadTime[][] = [];
  for (let run = 0; run < RUNS; run++) {
    const times: LoadTime[] = [];
    for (const loadable of loadables) times.push(await load(loadable));
    if (run > 0) runs.push(times);
  }
  return loadables.map((_, i) => ({
    ms: median(runs.map((times) => times[i]!.ms)),
    cpuMs: median(runs.map((times) => times[i]!.cpuMs)),
  }));
}

const median = (values: readonly number[]): number => round(percentile(values, 0.5));

const run = promisify(execFile);

/** With the variables that Lambda's runtime sets, and none of this process's own. */
async function load({ moduleUrl, env }: Loadable): Promise<LoadTime> {
  const runtime = { AWS_REGION: 'us-east-1', AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x', TZ: ':UTC' };
  const { stdout } = await run(process.execPath, [LOADER, moduleUrl], { env: { ...runtime, ...env } });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as LoadTime;
}

/** The others have a few kilobytes in all. */
const SHOWN_PACKAGES = 20;

export function printColdStart(figures: ColdStartFigures): void {
  const { floors, functions, ingest } = figures;
  const floorRow = (name: string, { ms, cpuMs }: { ms: number; cpuMs: number }) =>
    [name, { ms, 'cpu ms': cpuMs }] as const;
  console.table(
    Object.fromEntries<object>([
      floorRow('(an empty module)', floors.empty),
      floorRow('(node:https, crypto, zlib)', floors.https),
      ...functions.map(
        ({ name, bundleKb, gzipKb, atLoadKb, ms, cpuMs, timesFloor }) =>
          [
            name,
            {
              kB: bundleKb,
              'kB gzipped': gzipKb,
              'kB run at load': atLoadKb,
              ms,
              'cpu ms': cpuMs,
              '× https': timesFloor,
            },
          ] as const,
      ),
    ]),
  );
  console.log('\nThe parts of ingest, in bytes:');
  console.table(
    Object.fromEntries(
      [...ingest.packages.slice(0, SHOWN_PACKAGES), { name: 'all', ...ingest }].map(
        ({ name, atLoad, later }) => [name, { 'run at load': atLoad, 'when needed': later }],
      ),
    ),
  );
}
