import { ArgumentError, help, readArguments } from './arguments.ts';
import { readMetered } from './metered.ts';
import { monthOf } from './month.ts';
import { textOf } from './print.ts';
import { standingOf, watchingOf } from './standing.ts';

/** `npm run cost -- --events-per-day 5000 --attempts 1.2`: what a month costs. `--help` says the rest. */
try {
  const asked = readArguments(process.argv.slice(2));
  console.log(asked ? await answer(asked) : help());
} catch (error) {
  if (!(error instanceof ArgumentError)) throw error;
  console.error(`${error.message}\nnpm run cost -- --help lists what can be asked`);
  process.exitCode = 2;
}

async function answer({ volume, environment, asJson }: NonNullable<ReturnType<typeof readArguments>>) {
  // Loaded only when needed: the CDK takes a second.
  const { templatesOf } = await import('./templates.ts');
  const { templates, longestRetentionHours } = templatesOf(environment);
  const metered = readMetered();
  const standing = standingOf(templates, metered);
  const month = monthOf(volume, { standing, longestRetentionHours }, metered);
  if (!asJson) return textOf(month, { volume, environment, standing, meteredAt: metered.at });
  const { lines, dollars, perMillionDeliveries, traffic } = month;
  return JSON.stringify(
    {
      environment,
      volume,
      dollars,
      standingDollars: month.standing,
      watchingDollars: watchingOf(standing),
      dollarsPerMillionDeliveries: perMillionDeliveries ?? null,
      lines,
      counts: traffic.counts,
      batches: traffic.batches,
      meteredAt: metered.at,
    },
    null,
    2,
  );
}
