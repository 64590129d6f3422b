import { synthesiseStack } from '../../aws/stack.ts';
import { bundleAll } from '../../code/codes.ts';
import { releaseNamed } from '../../code/release.ts';
import { type RecoveryCase, SCHEMAS } from '../../report/results.ts';
import { FOLDERS } from '../../world/world.ts';
import type { ScenarioOptions } from '../scenario.ts';
import { UsageError } from '../usage-error.ts';
import type { CaseEnd } from './case.ts';
import { deployCase } from './deploy.ts';
import { endpointsCase } from './endpoints.ts';
import { type Ground, PAYLOAD_BYTES } from './ground.ts';
import { regionCase } from './region.ts';
import { waitingCase } from './waiting.ts';

type Kind = RecoveryCase['kind'];

/** How much of each: deliveries that wait, endpoints that fail, or deliveries a second. */
const AMOUNTS: Readonly<Record<Kind, { readonly full: number; readonly quick: number }>> = {
  waiting: { full: 1_000_000, quick: 20_000 },
  region: { full: 10, quick: 4 },
  deploy: { full: 50, quick: 10 },
  endpoints: { full: 100_000, quick: 2000 },
};

const KINDS = Object.keys(AMOUNTS) as Kind[];

const RUN: Readonly<
  Record<Kind, (ground: Ground, amount: number, old: string | undefined) => Promise<CaseEnd>>
> = {
  waiting: waitingCase,
  region: regionCase,
  deploy: deployCase,
  endpoints: endpointsCase,
};

/** Big recoveries: what waits, for how long, and what others notice of it. @throws UsageError for an option that makes no sense */
export async function run({ seed, isQuick, others, command, print }: ScenarioOptions): Promise<object> {
  const kinds = kindsOf(others.case);
  const amounts = amountsOf(others.amounts);
  const old = others.old === undefined ? undefined : releaseNamed(String(others.old));
  const stack = synthesiseStack();
  const code = await bundleAll(FOLDERS);
  const ends: CaseEnd[] = [];
  for (const kind of kinds) {
    const say = (text: string): void => print(`${kind}: ${text}`);
    const size = amounts.get(kind) ?? AMOUNTS[kind][isQuick ? 'quick' : 'full'];
    const began = performance.now();
    const end = await RUN[kind]({ seed: `recovery/${seed}`, stack, code, isQuick, say }, size, old);
    const { series: _, ...result } = end.result;
    say(JSON.stringify({ ...result, ...end.figures }));
    say(`${((performance.now() - began) / 1000).toFixed(0)} s of real time`);
    ends.push(end);
  }
  return SCHEMAS.recovery.parse({
    scenario: 'recovery',
    run: { command, seed, simulatedSeconds: ends.reduce((sum, each) => sum + each.simulatedSeconds, 0) },
    work: {
      tenants: 100,
      payloadKb: PAYLOAD_BYTES / 1024,
      answer: { p50: 30, p99: 150 },
    },
    cases: ends.map(({ result }) => result),
  });
}

function kindsOf(wanted: unknown): readonly Kind[] {
  if (wanted === undefined) return KINDS;
  if (KINDS.includes(wanted as Kind)) return [wanted as Kind];
  throw new UsageError(`--case NAME: expected one of ${KINDS.join(', ')}, got ${wanted}`);
}

function amountsOf(given: unknown): ReadonlyMap<Kind, number> {
  const named = given === undefined ? [] : String(given).split(',');
  return new Map(
    named.map((text) => {
      const [, kind = '', amount] = /^(\w+)=([1-9]\d{0,7})$/.exec(text) ?? [];
      if (KINDS.includes(kind as Kind)) return [kind as Kind, Number(amount)];
      throw new UsageError(`--amounts LIST: expected such as region=10,deploy=50, got ${text}`);
    }),
  );
}
