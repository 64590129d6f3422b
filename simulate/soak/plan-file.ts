import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { UsageError } from '../scenarios/usage-error.ts';
import type { Plan } from './plan.ts';

/** Plans that are kept as files of JSON. What each field means is said in plan.ts. */

const count = z.int().min(0);
const share = z.number().min(0).max(1);
const begins = { atMs: count };
const lasts = { ...begins, forMs: count };
const at = { tenant: count, target: count };
const ofFunction = { functionName: z.string().optional() };

const fault = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.enum(['fails before', 'is throttled', 'fails after', 'ends before', 'ends after']),
  }),
  z.strictObject({ kind: z.literal('does part'), share }),
  z.strictObject({ kind: z.enum(['freezes', 'is slow']), ms: count }),
]);

const step = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('publish'),
    ...begins,
    tenant: count,
    type: z.string(),
    requests: count,
    events: count,
    everyMs: count,
    priority: z.enum(['critical', 'low']).optional(),
    bytes: count,
  }),
  z.strictObject({
    kind: z.literal('endpoint'),
    ...lasts,
    ...at,
    behaviour: z.enum(['slow', 'failing', 'refusing', 'hanging', 'resetting', 'flapping', 'limited']),
  }),
  z.strictObject({
    kind: z.literal('calls'),
    ...lasts,
    ...ofFunction,
    service: z.string().optional(),
    fault,
    rate: share,
  }),
  z.strictObject({
    kind: z.literal('call'),
    ...begins,
    ...ofFunction,
    service: z.string(),
    operation: z.string().optional(),
    nth: z.int().min(1),
    fault,
  }),
  z.strictObject({ kind: z.literal('messages'), ...lasts, lateMs: count, again: share }),
  z.strictObject({ kind: z.literal('deletes lost'), ...lasts, rate: share }),
  z.strictObject({ kind: z.literal('throttled'), ...lasts, ...ofFunction, rate: share }),
  z.strictObject({ kind: z.literal('clocks'), ...lasts, mostMs: count }),
  z.strictObject({ kind: z.literal('deploy'), ...lasts }),
  z.strictObject({
    kind: z.literal('owner'),
    ...begins,
    ...at,
    act: z.enum(['retry all', 'replay', 'pause', 'resume', 'rotate', 'enable', 'try now']),
  }),
]);

const target = z.strictObject({
  events: z.array(z.string()).min(1),
  schedule: z.array(z.number().min(0)),
  timeoutSeconds: z.number().positive(),
  perSecond: z.number().positive().optional(),
  batching: z.strictObject({ maxEvents: z.int().min(1), maxSeconds: z.number().positive() }).optional(),
});

const plan = z
  .strictObject({
    seed: z.string().min(1),
    tenants: z.array(z.strictObject({ targets: z.array(target).min(1) })).min(1),
    steps: z.array(step),
  })
  .superRefine(({ tenants, steps }, { addIssue }) => {
    for (const [i, each] of steps.entries()) {
      if (!('tenant' in each)) continue;
      const tenant = tenants[each.tenant];
      if (!tenant) addIssue({ code: 'custom', path: ['steps', i, 'tenant'], message: 'no such tenant' });
      else if ('target' in each && !tenant.targets[each.target])
        addIssue({ code: 'custom', path: ['steps', i, 'target'], message: 'the tenant has no such target' });
    }
  });

/**
 * A plan that a soak kept, or one of test/simulate/histories/, where a plan stands beside what is said of it.
 * @throws UsageError for a file that is not there, or is no plan
 */
export function readPlan(file: string): Plan {
  const json = jsonOf(file) as { readonly plan?: unknown } | null;
  const { success, data, error } = plan.safeParse(json?.plan ?? json);
  if (success) return data as Plan;
  throw new UsageError(`--plan FILE: expected a plan as a soak keeps it, in ${file}:\n${firstOf(error)}`);
}

/** Enough of what is wrong to find the place. */
const firstOf = (error: z.ZodError): string => z.prettifyError(error).split('\n').slice(0, 6).join('\n');

function jsonOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`--plan FILE: expected a file of JSON, got ${file}: ${(error as Error).message}`);
  }
}
