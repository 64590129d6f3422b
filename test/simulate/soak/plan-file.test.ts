import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { UsageError } from '../../../simulate/scenarios/usage-error.ts';
import { readPlan } from '../../../simulate/soak/plan-file.ts';
import { randomPlan } from '../../../simulate/soak/random-plan.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plans-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(plan: unknown): string {
  const file = join(folder, 'plan.json');
  writeFileSync(file, JSON.stringify(plan));
  return file;
}

it('reads each plan that a soak may keep', () => {
  for (let n = 0; n < 300; n++) {
    const plan = randomPlan(`file-${n}`);
    expect(readPlan(fileOf(plan))).toEqual(plan);
  }
});

it('reads a plan that stands beside what is said of it', () => {
  const plan = randomPlan('file-1');
  expect(readPlan(fileOf({ about: 'it went wrong', quietWithinMinutes: 4, plan }))).toEqual(plan);
});

const one = { seed: '1', tenants: [{ targets: [{ events: ['*'], schedule: [1], timeoutSeconds: 5 }] }] };
const pause = { kind: 'owner', atMs: 0, tenant: 0, target: 0, act: 'pause' };

it.each([
  ['no steps', one, 'steps'],
  ['an unknown step', { ...one, steps: [{ ...pause, kind: 'earthquake' }] }, 'steps[0].kind'],
  ['a time before the beginning', { ...one, steps: [{ ...pause, atMs: -1 }] }, 'steps[0].atMs'],
  ['an unknown tenant', { ...one, steps: [{ ...pause, tenant: 1 }] }, 'no such tenant'],
  ['an unknown target', { ...one, steps: [{ ...pause, target: 1 }] }, 'no such target'],
])('says where a plan with %s is wrong', (_, plan, expected) => {
  const file = fileOf(plan);
  expect(() => readPlan(file)).toThrow(UsageError);
  expect(() => readPlan(file)).toThrow(expected);
});
