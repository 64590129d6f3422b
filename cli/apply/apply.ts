import type { Posthorn } from '../../client/index.ts';
import type { Values } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { CommandError, UsageError } from '../failure.ts';
import { type Problem, problemText } from '../files/problem.ts';
import { readFiles } from '../files/read.ts';
import { parseYaml } from '../files/yaml.ts';
import { confirmed } from '../output/confirm.ts';
import { withEnv } from './bodies.ts';
import { declaredIn, type Entry } from './declared.ts';
import { readExisting } from './existing.ts';
import { matched } from './matched.ts';
import { type Done, type Performed, perform } from './perform.ts';
import { type Plan, planOf, trialsOf } from './plan.ts';
import { countsText, doneText, doneView, planText, stepView } from './show.ts';
import { tried } from './try.ts';

/** `posthorn apply`: brings what there is to what files say. */

interface Wanted {
  readonly entries: readonly Entry[];
  readonly names: readonly string[];
}

interface Flags {
  readonly isPruned: boolean;
  readonly isYes: boolean;
  readonly isDry: boolean;
  readonly saysChanges: boolean;
  readonly allowsBreaking: boolean;
}

/** Others that change the same things at the same time come between as often as this. */
const MAX_PLANS = 5;

export async function apply(context: Context, _: Values, options: Values): Promise<ExitCode> {
  const { out, io } = context;
  const flags: Flags = {
    isPruned: options.prune === true,
    isYes: options.yes === true,
    isDry: options.dryRun === true,
    saysChanges: options.exitCode === true,
    allowsBreaking: options.allowBreaking === true,
  };
  if (flags.saysChanges && !flags.isDry) throw new UsageError('--exit-code goes with --dry-run');
  const paths = options.file as readonly string[] | undefined;
  if (!paths) throw new UsageError('expected -f with a file, a folder, or - for stdin');
  const wanted = await wantedIn(context, paths);
  const api = await context.api();
  const done: Done[] = [];
  for (let round = 1; ; round++) {
    const plan = await planNow(context, api, wanted, flags);
    const isNothing = plan.steps.every(({ action }) => action === 'keep');
    if (!out.isJson) await showPlan(context, plan, isNothing);
    if (flags.isDry || isNothing) {
      if (out.isJson) await out.json({ plan: plan.steps.map(stepView), result: done.map(doneView) });
      return flags.isDry && flags.saysChanges && !isNothing ? EXIT.changes : EXIT.ok;
    }
    await confirmed(context, `${countsText(plan)}. Do it?`, flags.isYes);
    const onDone = async (one: Done): Promise<void> => {
      if (!out.isJson) await out.text(doneText(one, out.colours));
    };
    const performed = await perform(plan.steps, {
      api,
      signal: io.signal,
      onDone,
      allowsBreaking: flags.allowsBreaking,
    });
    done.push(...performed.done);
    if (performed.isStale && round < MAX_PLANS) {
      out.warn('Something has changed since this plan was made. Another plan:');
      continue;
    }
    return finish(context, plan, performed, done);
  }
}

/** @throws CommandError that names each thing that is wrong with the files */
async function wantedIn({ io }: Context, paths: readonly string[]): Promise<Wanted> {
  if (paths.filter((path) => path === '-').length > 1) throw new UsageError('expected -f - once');
  const files = (await Promise.all(paths.map((path) => readFiles(io, path)))).flat();
  const read = files.map(parseYaml);
  refuse(read.flatMap(({ problems }) => problems));
  const sources = read.flatMap((one) => one.sources);
  if (sources.length === 0)
    throw new CommandError(`${paths.join(', ')}: expected a configuration, got nothing`);
  const declared = declaredIn(sources);
  refuse(declared.problems);
  const problems: Problem[] = [];
  const entries = declared.entries.map((entry) => withEnv(entry, io.env, problems));
  refuse(problems);
  return { entries, names: declared.names };
}

const MAX_SHOWN = 20;

/** @throws CommandError that names all of them, if there are any */
function refuse(problems: readonly Problem[]): void {
  const [first, ...others] = problems;
  if (!first) return;
  const shown = [first, ...others].slice(0, MAX_SHOWN).map((one) => `  ${problemText(one)}`);
  const more = problems.length > MAX_SHOWN ? [`  and ${problems.length - MAX_SHOWN} more`] : [];
  if (others.length === 0) throw new CommandError(problemText(first), { hint: 'Nothing was done.' });
  throw new CommandError(`${problems.length} problems:\n${[...shown, ...more].join('\n')}`, {
    hint: 'Nothing was done.',
  });
}

async function planNow(
  { io }: Context,
  api: Posthorn,
  wanted: Wanted,
  { isPruned, allowsBreaking }: Flags,
): Promise<Plan> {
  const existing = await readExisting(api, io.signal);
  const { matches, strays } = matched(wanted.entries, wanted.names, existing);
  const outcomes = await tried(api, trialsOf(matches, allowsBreaking), io.signal);
  const plan = planOf(matches, outcomes, strays, isPruned);
  refuse(plan.problems);
  return plan;
}

async function showPlan({ out }: Context, plan: Plan, isNothing: boolean): Promise<void> {
  const text = planText(plan, out.colours);
  if (text !== '') await out.text(text);
  out.note(isNothing ? 'Nothing to do.' : `${countsText(plan)}.`);
}

/** Says what was done and what not. */
async function finish(
  { out }: Context,
  plan: Plan,
  { isStale, error }: Performed,
  done: readonly Done[],
): Promise<ExitCode> {
  const secrets = done.filter(({ secret }) => secret !== undefined);
  if (out.isJson) await out.json({ plan: plan.steps.map(stepView), result: done.map(doneView) });
  else if (secrets.length > 0) {
    out.note('Secrets that were made, for those who verify deliveries. They are shown this once:');
    const columns = [
      { title: 'kind', value: 'step.kind' },
      { title: 'key', value: 'step.key' },
      { title: 'secret', value: 'secret' },
    ];
    await out.rows(columns, secrets, '');
  }
  const undone = plan.steps.filter(
    ({ action, key, kind }) =>
      action !== 'keep' &&
      !done.some(({ step, outcome }) => outcome === 'done' && step.kind === kind && step.key === key),
  );
  if (undone.length === 0) return EXIT.ok;
  out.warn(`${undone.length} of it was not done. Run it again: it goes on from here.`);
  if (isStale) throw new CommandError('others keep changing the same things at the same time');
  if (error !== undefined) throw error;
  return EXIT.refused;
}
